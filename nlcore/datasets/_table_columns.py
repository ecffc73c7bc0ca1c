"""Turns the rows of a text table into columns of numbers or of categories, and says where one does not fit.

A column is one of numbers if at least half of its first values are numbers; then every other value must be one too.
What stands for a missing value is counted, and those rows are left out if the person wants that.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlcore.datasets import _memory
from nlcore.datasets._coding import MAX_CLASSES
from nlcore.datasets._table_reader import LOOKED_AT, MAX_COLUMNS, Row, TextTable
from nlcore.datasets._watch import Watch
from nlcore.errors import DataError, unknown
from nlcore.records import FloatArray

MISSING: Final = frozenset({"", "?", "na", "n/a", "nan", "null"})
MAX_ROWS: Final = 1_000_000
PIECE: Final = 500
"""Rows that are turned into numbers at once; with many more, a window would stand still for the time."""
SAFETY: Final = 2
"""A table may have so many times fewer rows than its first ones make believe."""
SMALLER: Final = "choose a smaller table"


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns.

    Attributes
    ----------
    names : tuple of str
        All different.
    repeated : frozenset of str
        Names that stand more than once in the file.
    n_rows : int
        Rows that the header takes: 0 or 1.
    notes : tuple of str
        What was decided.
    """

    names: tuple[str, ...]
    repeated: frozenset[str]
    n_rows: int
    notes: tuple[str, ...]

    def index(self, reference: str | int, where: str) -> int:
        """Return the index of the column that is meant by a name or a number from 1.

        Raises
        ------
        DataError
            If there is none, or more than one of that name.
        """
        if isinstance(reference, str):
            if reference in self.repeated:
                raise DataError(f"{where}: more than one column is called {reference!r}; give the column's number")
            if reference in self.names:
                return self.names.index(reference)
            if not (reference.isascii() and reference.isdigit() and len(reference) < 9):
                raise DataError(unknown("column", reference, self.names[:30], where))
        number = int(reference)
        if not 1 <= number <= len(self.names):
            raise DataError(f"{where}: there is no column {number}; the table has {len(self.names)}")
        return number - 1


@dataclass(slots=True)
class Numbers:
    """A column of numbers that is being read; missing values are NaN."""

    name: str
    comma: bool
    pieces: list[FloatArray] = field(default_factory=list)

    def add(self, cells: Sequence[str], lines: Sequence[int]) -> NDArray[np.bool_]:
        """Take a piece, and tell which values are missing."""
        if self.comma:
            cells = [cell.replace(",", ".") for cell in cells]
        values = _plain_numbers(cells)
        if values is None:
            values = np.array([self._number(cell, line) for cell, line in zip(cells, lines, strict=True)])
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            i = int(infinite[0])
            raise DataError(
                f"row {lines[i]}, column {self.name!r}: {cells[i].strip()!r} is not a finite number; correct it"
            )
        self.pieces.append(values)
        missing: NDArray[np.bool_] = np.isnan(values)
        return missing

    def _number(self, cell: str, line: int) -> float:
        number = as_number(cell)
        if number is None and cell.strip().lower() not in MISSING:
            raise DataError(
                f"row {line}, column {self.name!r}: {cell.strip()[:40]!r} is not a number as most of the column is; "
                "correct it, or name the column in categories"
            )
        return math.nan if number is None else number

    def finished(self) -> FloatArray:
        """Return all numbers, shape (n,), and forget them."""
        values = np.concatenate(self.pieces)
        self.pieces.clear()
        return values


@dataclass(slots=True)
class Categories:
    """A column of categories that is being read; a missing value is -1."""

    name: str
    codes: dict[str, int] = field(default_factory=dict)
    pieces: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, cells: Sequence[str], lines: Sequence[int]) -> NDArray[np.bool_]:
        """Take a piece, and tell which values are missing."""
        del lines
        codes = self.codes
        for cell in dict.fromkeys(cells):
            if cell not in codes:
                said = cell.strip()
                codes[cell] = -1 if said.lower() in MISSING else codes.setdefault(said, len(set(codes.values()) - {-1}))
                if codes[cell] >= MAX_CLASSES:
                    first = ", ".join(map(repr, self.values()[:3]))
                    raise DataError(
                        f"column {self.name!r} has more than {MAX_CLASSES} different texts (such as {first}); leave it "
                        "out (ignore), or set decimal = comma if these are numbers"
                    )
        found = np.array([codes[cell] for cell in cells], dtype=np.int64)
        self.pieces.append(found)
        return found < 0

    def values(self) -> list[str]:
        """Return the different values in the order in which they were met."""
        return [text for text, code in self.codes.items() if code >= 0 and text == text.strip()]

    def finished(self, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return the category numbers of the kept rows, and the categories in order of number or alphabet."""
        codes = np.concatenate(self.pieces)[keep]
        self.pieces.clear()
        met = self.values()
        used = set(np.unique(codes).tolist())
        ordered = sorted(text for text in met if self.codes[text] in used)
        if all(as_number(text) is not None for text in met):
            ordered.sort(key=lambda text: as_number(text) or 0.0)
        rank = np.zeros(len(met), dtype=np.int64)
        rank[[self.codes[text] for text in ordered]] = np.arange(len(ordered))
        return rank[codes], tuple(ordered)


@dataclass(slots=True)
class Columns:
    """What was read of a table.

    Attributes
    ----------
    header : Header
        The names.
    columns : dict of int to Numbers or Categories
        By index; those left out are not there.
    lines : ndarray, shape (n,)
        Line number of each row.
    missing : ndarray, shape (n,)
        Rows in which a value is missing.
    n_missing : int
        Missing values.
    first_missing : str
        Where the first one is.
    """

    header: Header
    columns: dict[int, Numbers | Categories]
    lines: NDArray[np.int64]
    missing: NDArray[np.bool_]
    n_missing: int
    first_missing: str


def _plain_numbers(cells: Sequence[str]) -> FloatArray | None:
    """Return the numbers of a piece at once, or None if some text is not a plain number."""
    together = "".join(cells)
    if "_" in together or not together.isascii():
        return None
    try:
        return np.array(list(map(float, cells)))
    except ValueError:
        return None


def as_number(cell: str) -> float | None:
    """Return the number a text stands for, infinity included; None for another text, and for NaN."""
    if "_" in cell or not cell.isascii():
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def find_header(sample: list[Row], wanted: str, comma: bool) -> Header:
    """Decide whether the first row names the columns, and make the names different.

    Parameters
    ----------
    sample : list of (int, list of str)
        The first rows.
    wanted : str
        "yes", "no" or "auto".
    comma : bool
        Whether the decimal sign is a comma.
    """
    width = len(sample[0][1])
    if width < 2:
        raise DataError("the table has only one column; set separator to what stands between the values")
    if width > MAX_COLUMNS:
        raise DataError(f"the table has {width} columns, more than {MAX_COLUMNS:,}; {SMALLER}")
    named = wanted == "yes" or (wanted == "auto" and _looks_named(sample, comma))
    if not named:
        note = ("The table has no header; its columns are called by their numbers.",) if wanted == "auto" else ()
        return Header(tuple(f"column {j + 1}" for j in range(width)), frozenset(), 0, note)
    given = [cell.strip() or f"column {j + 1}" for j, cell in enumerate(sample[0][1])]
    times = Counter(given)
    met: Counter[str] = Counter()
    names = []
    for name in given:
        met[name] += 1
        free = name if met[name] == 1 else f"{name} ({met[name]})"
        while free != name and free in times:
            met[name] += 1
            free = f"{name} ({met[name]})"
        names.append(free)
    repeated = sorted(name for name, n in times.items() if n > 1)
    notes = ["The first row was taken for the names of the columns."] if wanted == "auto" else []
    notes += [f"More than one column is called {name!r}; the later ones got numbers." for name in repeated[:3]]
    return Header(tuple(names), frozenset(repeated), 1, tuple(notes))


def _looks_named(sample: list[Row], comma: bool) -> bool:
    first, body = sample[0][1], [values for _, values in sample[1:]]
    if any(_is_number(cell, comma) for cell in first):
        return False
    if not body:
        return True
    again = False
    for name, *cells in zip(first, *(values for values in body if len(values) == len(first)), strict=True):
        if _mostly_numbers(cells, comma):
            return True
        again = again or name.strip() in {cell.strip() for cell in cells}
    return not again


def _is_number(cell: str, comma: bool) -> bool:
    return as_number(cell.replace(",", ".") if comma else cell) is not None


def _mostly_numbers(cells: Iterable[str], comma: bool) -> bool:
    there = [cell for cell in cells if cell.strip().lower() not in MISSING]
    return bool(there) and 2 * sum(_is_number(cell, comma) for cell in there) >= len(there)


def read(
    table: TextTable,
    header: Header,
    *,
    comma: bool,
    as_categories: Collection[int],
    as_numbers: Collection[int],
    ignored: Collection[int],
    watch: Watch,
) -> Columns:
    """Read all rows into columns.

    Parameters
    ----------
    table : TextTable
        The file.
    header : Header
        From `find_header`.
    comma : bool
        Whether the decimal sign is a comma.
    as_categories, as_numbers, ignored : collection of int
        Indices of columns whose kind is already decided, or that are left out.
    watch : callable
        Told how far it is.

    Raises
    ------
    DataError
        Saying in which row and column what is wrong.
    """
    with contextlib.closing(table.rows()) as all_rows:  # an error holds on to where it was raised, not to the file
        rows = itertools.islice(all_rows, header.n_rows, None)
        return _read(table, rows, header, comma, as_categories, as_numbers, ignored, watch)


def _read(
    table: TextTable,
    rows: Iterator[Row],
    header: Header,
    comma: bool,
    as_categories: Collection[int],
    as_numbers: Collection[int],
    ignored: Collection[int],
    watch: Watch,
) -> Columns:
    sample = list(itertools.islice(rows, LOOKED_AT))
    if not sample:
        raise DataError("the table has no rows below its header; if the first row is an example, set header = no")
    columns = _empty(header, sample, comma, as_categories, as_numbers, ignored)
    expected = _expected(table, sample)
    _check_estimate(expected, len(columns))
    lines: list[int] = []
    masks: list[NDArray[np.bool_]] = []
    n_missing, first_missing = 0, ""
    everything = itertools.chain(sample, rows)
    while piece := list(itertools.islice(everything, PIECE)):
        _check_piece(piece, len(header.names), len(lines), len(columns))
        numbers = [line for line, _ in piece]
        cells_by_column = list(zip(*(values for _, values in piece), strict=True))
        found = [(column, column.add(cells_by_column[j], numbers)) for j, column in columns.items()]
        mask = np.any([missing for _, missing in found], axis=0)
        if not n_missing and mask.any():
            row = int(np.argmax(mask))
            name = next(column.name for column, missing in found if missing[row])
            first_missing = f"row {numbers[row]}, column {name!r}"
        n_missing += sum(int(missing.sum()) for _, missing in found)
        masks.append(mask)
        lines += numbers
        watch(len(lines), max(expected, len(lines)))
    return Columns(header, columns, np.array(lines), np.concatenate(masks), n_missing, first_missing)


def _empty(
    header: Header,
    sample: list[Row],
    comma: bool,
    as_categories: Collection[int],
    as_numbers: Collection[int],
    ignored: Collection[int],
) -> dict[int, Numbers | Categories]:
    """Decide from the first rows what kind each column is."""
    whole = [values for _, values in sample if len(values) == len(header.names)]
    columns: dict[int, Numbers | Categories] = {}
    for j, name in enumerate(header.names):
        if j in ignored:
            continue
        there = [values[j] for values in whole if values[j].strip().lower() not in MISSING]
        numeric = j in as_numbers or (j not in as_categories and (not there or _mostly_numbers(there, comma)))
        columns[j] = Numbers(name, comma) if numeric else Categories(name)
    return columns


def _expected(table: TextTable, sample: list[Row]) -> int:
    mean = sum(sum(map(len, values)) + len(values) for _, values in sample) / len(sample)
    return round(table.size / mean)


def _check_estimate(expected: int, n_columns: int) -> None:
    """Refuse a table that is certainly too large before it is read: the first rows tell about how many there are."""
    surely = expected // SAFETY
    if surely > MAX_ROWS:
        raise DataError(f"the table has about {expected:,} rows, more than {MAX_ROWS:,}; {SMALLER}")
    _memory.require(surely * n_columns, f"the table has about {expected:,} rows, which hold at least", SMALLER)


def _check_piece(piece: list[Row], width: int, before: int, n_columns: int) -> None:
    for line, values in piece:
        if len(values) != width:
            raise DataError(f"row {line} has {len(values)} values, but the table has {width} columns; correct the row")
    if before + len(piece) > MAX_ROWS:
        raise DataError(f"the table has more than {MAX_ROWS:,} rows; {SMALLER}")
    _memory.require((before + len(piece)) * n_columns, f"the first {before + len(piece):,} rows hold", SMALLER)
