"""Numbers as rows and columns: what a picture shows, to be read, copied and pasted into a spreadsheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float
MOST_ROWS = 5000
"""More are thinned out evenly: nobody reads them, and copying them would take long."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts and numbers.

    Attributes
    ----------
    title : str
        What its rows are, for a choice among several tables.
    headings : tuple of str
        Of the columns.
    rows : tuple of tuple
        As many cells as there are headings; numbers in full.
    note : str
        What to know before reading it, for example what was left out; may be empty.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def tsv(self) -> str:
        """Return the table with tabs between columns, as spreadsheets take it from the clipboard."""
        lines = [self.headings, *(tuple(map(written, row)) for row in self.rows)]
        return "".join("\t".join(map(_one_line, line)) + "\n" for line in lines)


def written(cell: Cell) -> str:
    """Write a cell so that reading it gives the very same number."""
    if isinstance(cell, float):
        if math.isfinite(cell):
            return repr(cell).removesuffix(".0")
        return "nan" if math.isnan(cell) else "inf" if cell > 0 else "-inf"
    return str(cell)


def thinned(title: str, headings: Sequence[str], rows: Sequence[tuple[Cell, ...]], note: str = "") -> Table:
    """Return a table with at most `MOST_ROWS` rows: the first, the last, and evenly spread ones between.

    Parameters
    ----------
    title, headings, rows, note
        As in `Table`.
    """
    n = len(rows)
    if n > MOST_ROWS:
        kept = [rows[round(i * (n - 1) / (MOST_ROWS - 1))] for i in range(MOST_ROWS)]
        left_out = f"{MOST_ROWS} of {n} rows, evenly spread."
        return Table(title, tuple(headings), tuple(kept), f"{note} {left_out}".strip())
    return Table(title, tuple(headings), tuple(rows), note)


def _one_line(text: str) -> str:
    return " ".join(text.split())
