"""A table of one's own: a text file with an example a row, separated by commas, semicolons, tabs or spaces.

Columns of numbers become inputs as they are, columns of texts become 1-of-n inputs of 0 and 1. The target is a number
to be approximated, or a class. What was decided without asking is said in the notes.
"""

from __future__ import annotations

import itertools
from typing import Annotated, Literal, NamedTuple

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data, Dataset, _checks, _coding, _memory, _regression, _scaling, _split
from nlcore.datasets._coding import Coding
from nlcore.datasets._split import Parts, SplitOptions
from nlcore.datasets._table_columns import Columns, Numbers, find_header, read
from nlcore.datasets._table_reader import LOOKED_AT, TextTable, find
from nlcore.datasets._watch import Cancelled, Progress, Watch, watching
from nlcore.errors import DataError
from nlcore.records import FloatArray

Reference = Annotated[int, Meta(ge=1)] | str
FEW = 10
"""A target with so few different numbers may well be meant as classes."""
SETS = {"training": 0, "train": 0, "validation": 1, "valid": 1, "val": 1, "test": 2}


class TableOptions(SplitOptions, frozen=True):
    """Which file, and how it is to be understood."""

    path: Annotated[str, Meta(description="The file.")] = ""
    target: Annotated[
        Reference | None, Meta(description="Name or number (from 1) of the target's column; the last if left out.")
    ] = None
    task: Annotated[
        Literal["auto", "classification", "regression"],
        Meta(description="Whether the target is a class or a number; auto takes numbers for numbers."),
    ] = "auto"
    coding: Coding = "zero_one"
    separator: Annotated[
        Literal["auto", "comma", "semicolon", "tab", "space"], Meta(description="What stands between values.")
    ] = "auto"
    header: Annotated[Literal["auto", "yes", "no"], Meta(description="Whether the first row names the columns.")] = (
        "auto"
    )
    decimal: Annotated[Literal["point", "comma"], Meta(description="The decimal sign of the numbers.")] = "point"
    missing: Annotated[
        Literal["error", "drop"], Meta(description="Refuse a table with missing values, or leave out those rows.")
    ] = "error"
    categories: Annotated[
        tuple[Reference, ...], Meta(description="Columns whose numbers are names of categories, such as postcodes.")
    ] = ()
    ignore: Annotated[tuple[Reference, ...], Meta(description="Columns to leave out.")] = ()
    set_column: Annotated[
        Reference | None, Meta(description="A column that says training, validation or test; else shares decide.")
    ] = None
    standardise: Annotated[bool, Meta(description="Standardise the inputs by the training set.")] = False


class _Target(NamedTuple):
    """Target numbers, or class numbers and names."""

    numbers: FloatArray
    classes: NDArray[np.int64] | None
    class_names: tuple[str, ...] | None


class _Plan(NamedTuple):
    """The columns that play a part of their own, by index."""

    target: int
    set_column: int | None


def load(
    options: TableOptions,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    most: int | None = None,
) -> Data:
    """Read a table.

    Parameters
    ----------
    options : TableOptions
        The file and how to read it.
    progress : callable, optional
        Told how many rows are read, and about how many there are.
    cancelled : callable, optional
        Asked after every few thousand rows whether to stop.
    most : int, optional
        Read only so many rows, to see what the table would become.

    Raises
    ------
    DataError
        If the file cannot be read, with row and column where they are to blame.
    CancelledError
        If it was cancelled.
    """
    if not options.path:
        raise DataError("dataset.path: no file was chosen; choose one")
    path = _checks.place(options.path)
    watch = watching(f"reading {path.name}", progress, cancelled)
    text = find(path, None if options.separator == "auto" else options.separator, most)
    try:
        columns, plan = _read(options, text, watch)
        watch(len(columns.lines), len(columns.lines))  # now it is known
        return _data(options, path.name, columns, plan, text.encoding)
    except DataError as error:
        named = str(error).startswith(("dataset.", path.name))
        raise DataError(str(error) if named else f"{path.name}: {error}") from None


def _read(options: TableOptions, text: TextTable, watch: Watch) -> tuple[Columns, _Plan]:
    sample = list(itertools.islice(text.rows(), LOOKED_AT))
    if not sample:
        raise DataError("the table is empty; choose another file")
    comma = options.decimal == "comma"
    header = find_header(sample, options.header, comma)
    target = len(header.names) - 1 if options.target is None else header.index(options.target, "dataset.target")
    ignored = {header.index(reference, "dataset.ignore") for reference in options.ignore}
    as_categories = {header.index(reference, "dataset.categories") for reference in options.categories}
    set_column = None if options.set_column is None else header.index(options.set_column, "dataset.set_column")
    if target in ignored or target == set_column:
        raise DataError(
            f"dataset.target: column {header.names[target]!r} is also left out or says the set; choose another"
        )
    if options.task == "classification":
        as_categories.add(target)
    if set_column is not None:
        as_categories.add(set_column)
        ignored.discard(set_column)
    columns = read(
        text,
        header,
        comma=comma,
        as_categories=as_categories,
        as_numbers={target} if options.task == "regression" else set(),
        ignored=ignored,
        watch=watch,
    )
    return columns, _Plan(target, set_column)


def _data(options: TableOptions, name: str, columns: Columns, plan: _Plan, encoding: str) -> Data:
    keep, notes = _kept(options, columns)
    if encoding == "latin-1":
        notes = ("The file is not in UTF-8; its letters were read as Latin-1.", *notes)
    lines = columns.lines[keep]
    sets_of, more = _sets_of(columns, plan, keep)
    target, target_notes = _target(options, columns, plan, keep)
    inputs, input_names, input_notes = _inputs(columns, plan, keep)
    notes += more + input_notes + target_notes
    parts = _split.by_fraction(len(lines), options, "rows") if sets_of is None else sets_of
    notes += _split.notes(parts, options, "rows") if sets_of is None else ()
    target_name = columns.header.names[plan.target]
    different = np.unique(target.numbers, return_inverse=True)[1].ravel() if target.classes is None else target.classes
    differ = "targets" if target.classes is None else "classes"
    contradictions = _checks.contradictions(inputs, different, lambda i: f"row {lines[i]}", "inputs", differ)
    if target.classes is not None and target.class_names is not None:
        notes += _coding.notes(parts, target.classes, target.class_names)
        middle = _coding.midpoint(options.coding)
        outputs = _coding.output_names(target.class_names)
    else:
        middle, outputs = _regression.middle(target.numbers), (target_name,)
        notes += _checks.huge_targets(target.numbers, target_name)
    sets = _split.example_sets(parts, inputs, target.numbers, [f"row {line}" for line in lines.tolist()])
    sets, input_names, more, scaling = _scaling.prepare(sets, input_names, standardised=options.standardise)
    return Data(
        name="table",
        source=name,
        training=sets[0],
        validation=sets[1],
        test=sets[2],
        input_names=input_names,
        output_names=outputs,
        class_names=target.class_names,
        midpoint=middle,
        notes=notes + more + contradictions,
        scaling=scaling,
    )


def _kept(options: TableOptions, columns: Columns) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Tell which rows are used, or refuse missing values."""
    keep = ~columns.missing
    n, notes = columns.n_missing, columns.header.notes
    if not n:
        return keep, notes
    what = "1 value is" if n == 1 else f"{n} values are"
    where = f"in {columns.first_missing}" if n == 1 else f"the first in {columns.first_missing}"
    if options.missing == "error":
        raise DataError(f"{what} missing, {where}; fill in what is missing, or leave such rows out (missing = drop)")
    if not keep.any():
        raise DataError(f"no row is left: {what} missing, {where}; leave a column out (ignore) if it has no values")
    dropped = int(columns.missing.sum())
    return keep, (*notes, f"Left out: {dropped} of {len(keep)} rows, because {what} missing, {where}.")


def _sets_of(columns: Columns, plan: _Plan, keep: NDArray[np.bool_]) -> tuple[Parts | None, tuple[str, ...]]:
    """Return the sets that a column of the table gives, or None."""
    if plan.set_column is None:
        return None, ()
    column = columns.columns[plan.set_column]
    if isinstance(column, Numbers):  # it was asked to be one of categories
        raise TypeError(column)
    codes, said = column.finished(keep)
    wrong = [text for text in said if text.lower() not in SETS]
    if wrong:
        raise DataError(
            f"column {column.name!r} says {wrong[0]!r}, but it should say training, validation or test; correct it"
        )
    numbers = np.array([SETS[text.lower()] for text in said])[codes]
    parts = Parts(*(np.flatnonzero(numbers == k) for k in range(3)))
    if not len(parts.training):
        raise DataError(
            f"column {column.name!r} says training nowhere, so the training set is empty; let some rows say training"
        )
    return parts, (f"Column {column.name!r} says which set an example is in.",)


def _target(
    options: TableOptions, columns: Columns, plan: _Plan, keep: NDArray[np.bool_]
) -> tuple[_Target, tuple[str, ...]]:
    column = columns.columns[plan.target]
    if isinstance(column, Numbers):
        numbers = column.finished()[keep]
        different = len(np.unique(numbers))
        if different == 1:
            note = f"The target {column.name!r} is {numbers[0]:g} in every row, so there is nothing to learn."
        elif different <= FEW < len(numbers) and options.task == "auto":
            note = (
                f"The target {column.name!r} has only {different} different numbers and is taken for a number; if they "
                "stand for classes set task = classification."
            )
        else:
            return _Target(numbers[:, None], None, None), ()
        return _Target(numbers[:, None], None, None), (note,)
    classes, class_names = column.finished(keep)
    _coding.check_classes(class_names, f"the target {column.name!r}")
    what = f"the {len(class_names)} classes of {len(classes):,} rows give"
    _memory.require(len(classes) * len(class_names), what, "choose another target (target) or a smaller table")
    low, high = _coding.CODES[options.coding]
    note = f"The classes of {column.name!r} are written as {low:g} and {high:g}: {_listed(class_names)}."
    return _Target(_coding.targets(classes, len(class_names), options.coding), classes, class_names), (note,)


def _inputs(
    columns: Columns, plan: _Plan, keep: NDArray[np.bool_]
) -> tuple[FloatArray, tuple[str, ...], tuple[str, ...]]:
    """Put the columns of inputs side by side; categories become one column each."""
    n = int(keep.sum())
    blocks: list[FloatArray] = []
    names: list[str] = []
    notes: list[str] = []
    for column in (c for j, c in columns.columns.items() if j not in plan):
        if isinstance(column, Numbers):
            blocks.append(column.finished()[keep][:, None])
            names.append(column.name)
        else:
            codes, values = column.finished(keep)
            what = f"column {column.name!r} has {len(values)} categories; as inputs of 0 and 1 the table would hold"
            _memory.require(n * (len(names) + len(values)), what, "leave it out (ignore) or choose a smaller table")
            blocks.append((codes[:, None] == np.arange(len(values))).astype(np.float64))
            names += [f"{column.name} = {value}" for value in values]
            notes.append(
                f"Column {column.name!r} holds texts and became {len(values)} inputs of 0 and 1: {_listed(values)}."
            )
    if not blocks:
        raise DataError("no column is left for the inputs; leave fewer columns out (ignore)")
    if len(notes) > FEW:
        notes = [*notes[:FEW], f"So did {len(notes) - FEW} more columns."]
    return np.concatenate(blocks, axis=1), tuple(names), tuple(notes)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values[:FEW]) + (f" and {len(values) - FEW} more" if len(values) > FEW else "")


DATASET = Dataset(
    "table",
    "Table from a file",
    "A CSV, TSV or other text table of your own.",
    TableOptions,
    load,
    reports=True,
)
