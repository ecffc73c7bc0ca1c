"""Rows of text, as a spreadsheet puts them on the clipboard, as new training examples.

Separator, decimal comma and a row of names are found out; whatever does not fit is said in plain words with its row,
and then nothing at all is taken.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Final

from nlcore.class_targets import targets_of_class
from nlcore.data_edits import AddExample, DataEdit
from nlcore.datasets import Data
from nlcore.datasets._table_columns import as_number
from nlcore.datasets._table_reader import CHARACTERS, split_lines
from nlcore.errors import DataError

MAX_ROWS: Final = 2000
MAX_TEXT: Final = 1_000_000
MAX_SAID: Final = 3
"""So many rows that do not fit are named."""
Row = tuple[int, list[str]]


def pasted(text: str, data: Data) -> DataEdit:
    """Return the edit that adds the rows of a text to a training set.

    Parameters
    ----------
    text : str
        Rows of input numbers and then the class, or the target numbers; separated by tabs, semicolons, commas or
        spaces. With another separator than commas, a comma may be the decimal sign.
    data : Data
        What they are added to.

    Raises
    ------
    DataError
        If a row does not fit; it says which, why, and what a row needs.
    """
    if not text.strip():
        raise DataError("there is no text on the clipboard; copy some rows first")
    if len(text) > MAX_TEXT:
        raise DataError(f"{len(text):,} characters are too many to paste; import the table from a file")
    lines = [line for line in text.replace("\0", "").splitlines() if line.strip()]
    if len(lines) > MAX_ROWS:
        raise DataError(f"{len(lines):,} rows are too many to paste, more than {MAX_ROWS:,}; import them from a file")
    rows = _split(lines, data)
    if len(rows) > 1 and _is_names(rows[0][1], data):
        del rows[0]
    found = [_example(number, cells, data) for number, cells in rows]
    wrong = [one for one in found if isinstance(one, str)]
    if wrong:
        said = "; ".join(wrong[:MAX_SAID]) + (f"; and {len(wrong) - MAX_SAID} more rows" if wrong[MAX_SAID:] else "")
        raise DataError(f"nothing was pasted: {said}")
    return DataEdit(tuple(one for one in found if not isinstance(one, str)))


def needed(data: Data) -> str:
    """Say what a row needs: "3 values: x1, x2, class"."""
    names = list(data.input_names)
    shown = names if len(names) <= MAX_SAID else [names[0], "…", names[-1]]
    targets = ["class"] if data.class_names is not None else list(data.output_names)
    return f"{len(names) + len(targets)} values ({', '.join([*shown, *targets])})"


def read_number(cell: str) -> float:
    """Return the number that a person wrote, with a point or a comma before the decimals.

    Raises
    ------
    DataError
        If it is no finite number.
    """
    said = cell.strip().replace("−", "-")
    number = as_number(said if said.count(",") != 1 or "." in said else said.replace(",", "."))
    if number is None or number in (float("inf"), float("-inf")):
        raise DataError(f"“{_short(cell)}” is not a number such as 0.5")
    return number


def read_target(cells: Sequence[str], data: Data) -> tuple[float, ...]:
    """Return the targets that cells stand for: a class by its name or its target numbers, else numbers.

    Raises
    ------
    DataError
        If there is no such class, or a cell is no number.
    """
    if data.class_names is None or len(cells) > 1:
        return tuple(read_number(cell) for cell in cells)
    said = cells[0].strip()
    if said in data.class_names:
        return targets_of_class(data, data.class_names.index(said))
    folded = [name.casefold() for name in data.class_names]
    if folded.count(said.casefold()) == 1:
        return targets_of_class(data, folded.index(said.casefold()))
    for k in range(len(data.class_names) if data.n_outputs == 1 else 0):
        targets = targets_of_class(data, k)
        if as_number(said.replace(",", ".")) == targets[0]:
            return targets
    classes = ", ".join(data.class_names[:10]) + (" …" if data.class_names[10:] else "")
    raise DataError(f"“{_short(said)}” is no class of this data set ({classes})")


def _split(lines: list[str], data: Data) -> list[Row]:
    """Split lines with the first separator that gives most of them as many cells as a row needs."""
    best: tuple[int, list[Row]] = (-1, [])
    for separator in CHARACTERS:
        try:
            rows = [(i + 1, cells) for i, line in enumerate(lines) for cells in split_lines([line], separator)]
        except csv.Error:
            continue
        fitting = sum(_n_targets(cells, data) > 0 for _, cells in rows)
        if fitting > best[0]:
            best = fitting, rows
    if best[0] < 0:
        raise DataError("the text on the clipboard cannot be read as rows; copy the cells of a table")
    return best[1] if best[0] else [(i + 1, line.replace("\t", " ").split()) for i, line in enumerate(lines)]


def _n_targets(cells: list[str], data: Data) -> int:
    """Return how many of the last cells are the target; 0 if there are too many or too few cells."""
    n = len(cells) - data.n_inputs
    fits = n == data.n_outputs or (n == 1 and data.class_names is not None)
    return n if fits else 0


def _is_names(cells: list[str], data: Data) -> bool:
    """Tell whether a row holds the names of the columns: it has no number where there should be inputs."""
    return bool(_n_targets(cells, data)) and all(
        as_number(cell.strip().replace(",", ".")) is None for cell in cells[: data.n_inputs]
    )


def _example(number: int, cells: list[str], data: Data) -> AddExample | str:
    """Return the example of a row, or what is wrong with it."""
    n_targets = _n_targets(cells, data)
    if not n_targets:
        values = "1 value" if len(cells) == 1 else f"{len(cells)} values"
        return f"row {number} has {values}, this data set needs {needed(data)}"
    try:
        inputs = tuple(read_number(cell) for cell in cells[: data.n_inputs])
        return AddExample(inputs=inputs, targets=read_target(cells[data.n_inputs :], data))
    except DataError as error:
        return f"row {number}: {error}"


def _short(cell: str) -> str:
    said = " ".join(cell.split())
    return said if len(said) <= 30 else said[:29] + "…"
