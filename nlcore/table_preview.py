"""What a text table would become as a data set, from its first rows: for a person who decides how it is to be read.

Only the head of the file is read, so this is quick however long the table is. What can be guessed is guessed: the
decimal sign, and whether numbers in the target's column stand for classes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from nlcore.datasets import Data, _checks, table
from nlcore.datasets._table_columns import MISSING, Header, as_number, find_header
from nlcore.datasets._table_reader import LOOKED_AT, Row, TextTable, find
from nlcore.datasets.table import TableOptions
from nlcore.errors import DataError, LabError

SHOWN: Final = 50
FEW_CLASSES: Final = 10
"""A target with so few different whole numbers is taken for classes."""
_WITH_COMMA = re.compile(r"[-+]?\d+,\d+$")
_WITH_POINT = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What the first rows of a table would become.

    Attributes
    ----------
    options : TableOptions
        With everything decided that was to be guessed.
    names : tuple of str
        Of the columns; empty if the file cannot be read at all.
    kinds : tuple of str
        Of each column: "numbers" or "texts".
    rows : tuple of tuple of str
        The first rows as they stand in the file, without the header.
    separator : str
        What stands between values: "comma", "semicolon", "tab" or "space".
    n_rows : int
        Rows in the file: counted if all were looked at, else about.
    is_whole : bool
        Whether all rows were looked at.
    data : Data or None
        What the rows that were looked at would become; None with a problem.
    problem : str
        Why they cannot be used as they are; empty if they can.
    """

    options: TableOptions
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    separator: str = ""
    n_rows: int = 0
    is_whole: bool = True
    data: Data | None = None
    problem: str = ""


def look(
    options: TableOptions, guessed: Collection[str] = (), cancelled: Callable[[], bool] | None = None
) -> TablePreview:
    """Look at the head of a table.

    Parameters
    ----------
    options : TableOptions
        How it is to be read.
    guessed : collection of str
        Which of "decimal" and "task" are to be found out.
    cancelled : callable, optional
        Asked whether to stop.

    Raises
    ------
    CancelledError
        If it was cancelled.
    """
    preview = TablePreview(options)
    try:
        path = _checks.place(options.path)
        text = find(path, None if options.separator == "auto" else options.separator, LOOKED_AT)
        sample = list(itertools.islice(text.rows(), LOOKED_AT))
        if not sample:
            raise DataError("the table is empty; choose another file")
        if "decimal" in guessed:
            options = msgspec.structs.replace(options, decimal=_decimal(sample))
        preview = _described(options, text, sample)
        if "task" in guessed:
            options = msgspec.structs.replace(options, task=_task(options, preview))
            preview = replace(preview, options=options)
        data = table.load(options, cancelled=cancelled, most=LOOKED_AT)
    except LabError as error:
        if cancelled is not None and cancelled():
            raise
        return replace(preview, problem=str(error))
    return replace(preview, data=data)


def _described(options: TableOptions, text: TextTable, sample: list[Row]) -> TablePreview:
    header = find_header(sample, options.header, options.decimal == "comma")
    body = [values for _, values in sample[header.n_rows :]]
    whole = [values for values in body if len(values) == len(header.names)]
    kinds = tuple(_kind(options, [values[j] for values in whole]) for j in range(len(header.names)))
    is_whole = len(sample) < LOOKED_AT
    mean = sum(sum(map(len, values)) + len(values) for _, values in sample) / max(1, len(sample))
    n_rows = len(body) if is_whole else max(len(body), round(text.size / mean))
    rows = tuple(tuple(values) for values in body[:SHOWN])
    return TablePreview(options, header.names, kinds, rows, text.separator, n_rows, is_whole)


def _kind(options: TableOptions, cells: list[str]) -> str:
    there = [cell for cell in cells if cell.strip().lower() not in MISSING]
    comma = options.decimal == "comma"
    n = sum(as_number(cell.replace(",", ".") if comma else cell) is not None for cell in there)
    return "numbers" if 2 * n >= len(there) else "texts"


def _decimal(sample: list[Row]) -> str:
    """Return "comma" where cells are numbers with a comma and none has a point."""
    cells = [cell.strip() for _, values in sample for cell in values]
    with_comma = any(_WITH_COMMA.match(cell) for cell in cells)
    return "comma" if with_comma and not any(_WITH_POINT.match(cell) for cell in cells) else "point"


def _task(options: TableOptions, preview: TablePreview) -> str:
    """Return "classification" where the target's column holds few different whole numbers, else "auto"."""
    names = Header(preview.names, frozenset(), 0, ())
    index = len(preview.names) - 1 if options.target is None else names.index(options.target, "target")
    cells = {values[index].strip() for values in preview.rows if len(values) == len(preview.names)} - MISSING
    whole = all(cell.lstrip("+-").isdecimal() for cell in cells)
    many = len(preview.rows) > len(cells) or len(cells) <= 2
    return "classification" if 2 <= len(cells) <= FEW_CLASSES and whole and many else "auto"
