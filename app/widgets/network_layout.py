"""Where the units of a network go in a given space; plain geometry.

Layers are columns from left to right, each with a constant unit x0 = 1 at its top that feeds the biases of the next.
Many inputs become one block; many units elsewhere are shown in part.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

MOST_UNITS = 24
"""More units than this are shown in part, more inputs as a block."""
LEAST_SIDE = 14.0
"""Of the block that stands for many inputs, in pixels."""
LEAST_SPACING = 15
MOST_SPACING = 110.0
RADIUS = (5.0, 19.0)
BIAS = -1
"""Number of the constant unit of a layer."""
GROUP = -2
"""Number of the block that stands for all inputs."""


@dataclass(frozen=True, slots=True)
class Column:
    """One layer.

    Attributes
    ----------
    x : float
        Middle of the column.
    units : tuple of QPointF
        Centres of the units that are shown, the first ones of the layer.
    bias : QPointF or None
        Centre of the constant unit; None for the outputs.
    group : QRectF or None
        The block, where the layer is shown as one.
    hidden : int
        Units that are not shown.
    more : QPointF
        Where the number of those is written.
    """

    x: float
    units: tuple[QPointF, ...]
    bias: QPointF | None
    group: QRectF | None
    hidden: int
    more: QPointF


@dataclass(frozen=True, slots=True)
class Diagram:
    """All columns and the size of a unit."""

    columns: tuple[Column, ...]
    radius: float

    def centre(self, layer: int, unit: int) -> QPointF:
        """Return where a unit is, also the constant one and the block."""
        column = self.columns[layer]
        if unit == BIAS and column.bias is not None:
            return column.bias
        if unit == GROUP and column.group is not None:
            return QPointF(column.group.right(), column.group.center().y())
        return column.units[unit]

    def room(self, layer: int) -> float:
        """Return the height that is free between two units of a layer."""
        column = self.columns[layer]
        places = [*([column.bias] if column.bias is not None else []), *column.units]
        if len(places) < 2:
            return MOST_SPACING - 2 * self.radius
        return places[1].y() - places[0].y() - 2 * self.radius


def arrange(layers: tuple[int, ...], area: QRectF, left: float, right: float, line: float) -> Diagram:
    """Place the units.

    Parameters
    ----------
    layers : tuple of int
        Units in each layer.
    area : QRectF
        Space below the titles.
    left, right : float
        Widths that the names beside inputs and outputs need.
    line : float
        Height of a line of text.
    """
    fits = max(2, int((area.height() - line) / LEAST_SPACING) - 1)
    shown = [0 if layer == 0 and n > MOST_UNITS else min(n, MOST_UNITS, fits) for layer, n in enumerate(layers)]
    last = len(layers) - 1
    spacings = [
        min(MOST_SPACING, area.height() / (n + (layer < last) + (n < whole)))
        for layer, (n, whole) in enumerate(zip(shown, layers, strict=True))
    ]
    tightest = min((spacing for spacing, n in zip(spacings, shown, strict=True) if n), default=MOST_SPACING)
    gap = (area.width() - left - right) / max(1, last)
    radius = min(RADIUS[1], max(RADIUS[0], min(0.38 * tightest, 0.16 * gap)))
    first, end = area.left() + left + radius, area.right() - right - radius
    columns = []
    for layer, (n, whole) in enumerate(zip(shown, layers, strict=True)):
        x = first + (end - first) * layer / max(1, last)
        if layer == 0 and whole > MOST_UNITS:
            columns.append(_group_column(x, area, radius, line))
        else:
            columns.append(_column(n, whole - n, x, area, min(spacings[layer], 3.0 * tightest), is_last=layer == last))
    return Diagram(tuple(columns), radius)


def _column(n: int, hidden: int, x: float, area: QRectF, spacing: float, *, is_last: bool) -> Column:
    rows = n + (0 if is_last else 1) + (1 if hidden else 0)
    top = area.center().y() - rows * spacing / 2 + spacing / 2
    bias = None if is_last else QPointF(x, top)
    start = top + (0 if is_last else spacing)
    units = tuple(QPointF(x, start + i * spacing) for i in range(n))
    return Column(x, units, bias, None, hidden, QPointF(x, start + n * spacing))


def _group_column(x: float, area: QRectF, radius: float, line: float) -> Column:
    side = min(96.0, max(30.0, area.height() * 0.42), max(30.0, area.width() * 0.2))
    bias = QPointF(x, area.top() + max(radius + 2, area.height() * 0.14))
    lowest = area.bottom() - line - 2  # its number of units stands below it
    side = max(LEAST_SIDE, min(side, lowest - bias.y() - radius - 10))
    middle = min(max(area.center().y() + radius, bias.y() + radius + side / 2 + 10), lowest - side / 2)
    block = QRectF(x - radius, middle - side / 2, side, side)
    return Column(x, (), bias, block, 0, QPointF(block.center().x(), block.bottom()))
