"""Where the weight pictures and the blocks go in a given space; plain geometry.

The largest size is taken at which all is in sight. Where not even the smallest fits, the page becomes longer than the
space and is scrolled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

GAP = 10
WIDE = 500
PICTURE_FLOOR = 60
PICTURE_CEILING = 720
ZOOMS = (*range(48, 0, -1), 1 / 2, 1 / 3, 1 / 4, 1 / 6, 1 / 8, 1 / 12, 1 / 16)


@dataclass(frozen=True, slots=True)
class Card:
    """Places of one unit: heading, picture, block of the bias, its number, and the scale (may be empty)."""

    title: QRect
    picture: QRect
    bias: QRect
    number: QRect
    scale: QRect

    @property
    def whole(self) -> QRect:
        """All of it."""
        return self.title.united(self.number).united(self.scale).united(self.picture)


@dataclass(frozen=True, slots=True)
class TablePlaces:
    """Places of one table of blocks."""

    title: QRect
    caption: QRect
    labels: tuple[QRect, ...]
    heads: tuple[QRect, ...]
    cells: tuple[tuple[QRect, ...], ...]
    scales: tuple[QRect, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is, and the size of it all."""

    cards: tuple[Card, ...]
    tables: tuple[TablePlaces, ...]
    size: QSize


@dataclass(frozen=True, slots=True)
class TableShape:
    """Measures of a table: rows, blocks in a row, and the widths that its texts need."""

    rows: int
    blocks: int
    label_width: int
    title_width: int
    scale_width: int


@dataclass(frozen=True, slots=True)
class Measures:
    """What is to be placed.

    Attributes
    ----------
    units : int
        Number of pictures.
    shape : tuple of int
        Rows and columns of a picture.
    line : int
        Height of a line of text.
    text_width : int
        Least width of a card, so that its texts fit.
    tables : sequence of TableShape
        The tables of blocks.
    own_scale : bool
        Whether each unit's scale is written at it.
    """

    units: int
    shape: tuple[int, int]
    line: int
    text_width: int
    tables: Sequence[TableShape]
    own_scale: bool


def arrange(measures: Measures, width: int, height: int) -> Places:
    """Return the arrangement with the largest pictures that fits a space, else one as wide as the space."""
    beside_width = _natural_width(measures)
    for zoom in ZOOMS:
        wide = _picture(measures, zoom)
        if wide.width() > PICTURE_CEILING or wide.height() > PICTURE_CEILING:
            continue
        if wide.width() < PICTURE_FLOOR and zoom <= 1:
            break
        size = _cards_size(measures, wide, width)
        for is_compact in (False, True):
            tables = _stacked_tables(measures, GAP, size.height() + GAP, width, is_compact=is_compact)
            if size.width() <= width and size.height() + tables[1] + GAP <= height:
                return _places(measures, wide, width, tables)
        if measures.tables and beside_width <= 0.6 * width:
            room = width - beside_width - 2 * GAP
            size = _cards_size(measures, wide, room)
            tables = _stacked_tables(measures, size.width() + GAP, GAP // 2, beside_width)
            if size.width() <= room and max(size.height(), tables[1]) <= height:
                return _places(measures, wide, room, tables)
    small = _smallest(measures, width)
    size = _cards_size(measures, small, width)
    return _places(measures, small, width, _stacked_tables(measures, GAP, size.height() + GAP, width))


def _picture(measures: Measures, zoom: float) -> QSize:
    rows, columns = measures.shape
    return QSize(max(1, round(columns * zoom)), max(1, round(rows * zoom)))


def _smallest(measures: Measures, width: int) -> QSize:
    """Return the smallest pictures whose pixels can still be told apart, not wider than the space."""
    fitting = [size for zoom in ZOOMS if (size := _picture(measures, zoom)).width() <= max(20, width - 2 * GAP)]
    wanted = [size for size in fitting if size.width() >= PICTURE_FLOOR]
    return wanted[-1] if wanted else fitting[0] if fitting else _picture(measures, ZOOMS[-1])


def _card_size(measures: Measures, picture: QSize) -> QSize:
    lines = 3 if measures.own_scale else 2
    return QSize(max(picture.width(), measures.text_width), picture.height() + lines * (measures.line + 3) + 2)


def _columns(measures: Measures, picture: QSize, width: int) -> int:
    card = _card_size(measures, picture).width()
    return max(1, min(measures.units, (width - GAP) // (card + GAP)))


def _cards_size(measures: Measures, picture: QSize, width: int) -> QSize:
    card, columns = _card_size(measures, picture), _columns(measures, picture, width)
    rows = math.ceil(measures.units / columns)
    return QSize(columns * (card.width() + GAP) + GAP, rows * (card.height() + GAP) + GAP // 2)


def _places(measures: Measures, picture: QSize, width: int, tables: tuple[list[TablePlaces], int]) -> Places:
    card, columns = _card_size(measures, picture), _columns(measures, picture, width)
    cards = []
    for unit in range(measures.units):
        row, column = divmod(unit, columns)
        x, y = GAP + column * (card.width() + GAP), GAP // 2 + row * (card.height() + GAP)
        cards.append(_card(measures, x, y, card.width(), picture))
    whole = QRect()
    for one in cards:
        whole = whole.united(one.whole)
    for table in tables[0]:
        for rect in (table.title, table.caption, *table.labels, *table.scales, *(row[-1] for row in table.cells)):
            whole = whole.united(rect)
    return Places(tuple(cards), tuple(tables[0]), QSize(whole.right() + GAP // 2, whole.bottom() + GAP // 2))


def _card(measures: Measures, x: int, y: int, width: int, picture: QSize) -> Card:
    line = measures.line
    left = x + (width - picture.width()) // 2
    below = y + line + 3 + picture.height() + 4
    scale = QRect(x, below + line + 3, width, line) if measures.own_scale else QRect()
    return Card(
        QRect(x, y, width, line),
        QRect(left, y + line + 2, picture.width(), picture.height()),
        QRect(x, below, line, line),
        QRect(x + line + 4, below, width - line - 4, line),
        scale,
    )


def _natural_width(measures: Measures) -> int:
    return max(
        (
            max(t.title_width, t.label_width + 6 + t.blocks * min(44, max(20, 320 // t.blocks)) + t.scale_width)
            for t in measures.tables
        ),
        default=0,
    )


def _stacked_tables(
    measures: Measures, x: int, y: int, width: int, *, is_compact: bool = False
) -> tuple[list[TablePlaces], int]:
    """Return the tables one below the other, and the height of all."""
    placed, top = [], y
    for table in measures.tables:
        one = _table(table, x, top, width - (2 * GAP if x <= GAP else 0), measures.line, is_compact=is_compact)
        placed.append(one)
        top = (one.labels[-1].bottom() if one.labels else one.caption.bottom()) + GAP
    return placed, top - y


def _table(table: TableShape, x: int, y: int, width: int, line: int, *, is_compact: bool) -> TablePlaces:
    label = min(table.label_width, max(30, width // 3))
    room = width - label - 6 - (table.scale_width + 6 if table.scale_width else 0)
    block = max(9, min(64 if room > WIDE else 44, room // max(1, table.blocks)))
    high = max(line, 16, 0 if is_compact else min(26, block // 2))
    top = y + 3 * line + 2
    left = x + label + 6
    rows = range(table.rows)
    cells = tuple(
        tuple(QRect(left + j * block, top + i * (high + 2), block - 1, high) for j in range(table.blocks)) for i in rows
    )
    right = left + table.blocks * block + 4
    return TablePlaces(
        QRect(x, y, width, line),
        QRect(x, y + line, width, line),
        tuple(QRect(x, top + i * (high + 2), label, high) for i in rows),
        tuple(QRect(left + j * block - 8, top - line, block + 15, line - 1) for j in range(table.blocks)),
        cells,
        tuple(QRect(right, top + i * (high + 2), table.scale_width, high) for i in rows),
    )
