"""Draws what the lit phases of a presentation add to a network: net inputs, error terms, errors, and which way they go.

Numbers that flow forwards stand below their unit; error terms, which flow back, above it, in a pill of their own colour
with a delta. Where there is no room for numbers, a diamond stands for an error term.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from app.theme import Theme
from app.widgets.network_layout import BIAS, Column, Diagram
from app.widgets.network_links import Links
from app.widgets.network_lit import AFTER, Lit
from app.widgets.network_scene import NetworkScene
from app.widgets.numbers import number
from app.widgets.pixels import letters_on
from app.widgets.unit_names import signed

CENTRE = Qt.AlignmentFlag.AlignCenter
DIGITS = 2
ARROWS_UP_TO, PER_UNIT = 24, 5
"""Most lines of a layer, and of a unit, that get heads; where there are more, one arrow stands for all of them."""
ARROW = 8.0
LEAST_ROOM = 3.0
"""Pixels between a unit and a number beside it."""
KEY = {
    "inputs": "the example",
    "forward": "net input, then output",
    "error": "target − output",
    "decision": "update if y·net ≤ 0",
    "output deltas": "δ: error terms",
    "hidden deltas": "δ: error terms",
    "gradient": "g: this example's part",
    "weight changes": "Δ: change of a weight",
    "new weights": "green edges: changed",
    "error after": "with the new weights",
}
"""What the newest phase shows, in a few words."""


def clear_lines(
    scene: NetworkScene, links: Links, unit: tuple[int, int] | None, pinned: int | None
) -> NDArray[np.bool_] | None:
    """Return which lines are not faded: those that the newest phase is about, else those of the pinned unit.

    Parameters
    ----------
    scene : NetworkScene
        What is shown.
    links : Links
        The lines.
    unit : tuple of int or None
        The pinned unit.
    pinned : int or None
        Number of the pinned line, which is clear together with those of the unit.
    """
    lit = scene.lit
    if lit is None:
        if unit is None:
            return None
        clear = links.of_unit(unit)
        if pinned is not None:
            clear[pinned] = True
        return clear
    if lit.shown in ("changes", "gradient"):
        found: NDArray[np.bool_] = links.values != 0.0
        return found
    layer, _ = flow(lit, scene.names.last)
    return links.into(layer) if layer else None


def flow(lit: Lit, last: int) -> tuple[int, bool]:
    """Return into which layer the lines lead along which numbers flow now, and whether backwards; 0 for none."""
    for layer in range(1, last + 1):
        if lit.is_newest(f"net_inputs[{layer - 1}]") and lit.name != AFTER:
            return layer, False
        if layer < last and lit.is_newest(f"deltas[{layer - 1}]"):
            return layer + 1, True
    return 0, False


def delta_colour(theme: Theme) -> QColor:
    """Return the colour of error terms, which nothing else in the picture has."""
    return QColor(theme.curves["test"])


def output_lines(scene: NetworkScene, unit: int) -> list[str]:
    """Return what is lit of an output unit besides its output: the error, or whether the perceptron rule fires."""
    lit = scene.lit
    if lit is None:
        return []
    found = []
    if "products" in lit.units and "fires" in lit.units:
        found.append(f"y·net = {number(float(lit.units['products'][unit]), DIGITS)}")
        found.append("≤ 0: update" if bool(lit.units["fires"][unit]) else "> 0: no update")
    elif "errors" in lit.units:
        found.append(f"t − o = {signed(float(lit.units['errors'][unit]), DIGITS)}")
    after = lit.after.get("products", lit.after.get("errors"))
    if after is not None:
        found.append(f"then: {signed(float(after[unit]), DIGITS)}")
    return found


class PhasePainter:
    """Draws the lit numbers beside units.

    Parameters
    ----------
    painter : QPainter
        Open on the widget.
    scene : NetworkScene
        What is shown; its `lit` is not None.
    diagram : Diagram
        Where the units are.
    theme : Theme
        Gives the colours.
    font : QFont
        Of the numbers.
    """

    def __init__(self, painter: QPainter, scene: NetworkScene, diagram: Diagram, theme: Theme, font: QFont) -> None:
        self.painter, self.scene, self.diagram, self.theme = painter, scene, diagram, theme
        self.font, self.metrics = font, QFontMetrics(font)
        self.line = self.metrics.height()

    def draw(self) -> None:
        """Draw the numbers of all layers."""
        self.painter.setFont(self.font)
        for layer, column in enumerate(self.diagram.columns):
            self._column(layer, column)

    def _column(self, layer: int, column: Column) -> None:
        lit = self.scene.lit
        assert lit is not None
        room = self.diagram.room(layer)
        dropped = lit.dropped(layer)
        nets = lit.net_inputs(layer) if layer else None
        deltas = lit.deltas(layer) if layer else None
        for unit, centre in enumerate(column.units):
            if dropped is not None and bool(dropped[unit]):
                self._cross(centre)
            if nets is not None and (room >= 2 * self.line + 8 or (deltas is None and room >= self.line + 2)):
                below = has_name_below(room, self.line, is_output=layer == self.scene.names.last)
                self._net(layer, centre, float(nets[unit]), self.line if below else 0)
            if deltas is not None:
                self._delta(layer, centre, float(deltas[unit]), is_written=room >= 1.5 * self.line)

    def _left(self, layer: int, centre: QPointF, width: float) -> float:
        """Return where a text above or below a unit begins: on its right, outputs have their names."""
        if layer == self.scene.names.last:
            return centre.x() + self.diagram.radius - width
        return centre.x() - width / 2

    def _net(self, layer: int, centre: QPointF, value: float, down: int) -> None:
        text = f"net {number(value, DIGITS)}"
        width = self.metrics.horizontalAdvance(text) + 4
        rect = QRectF(
            self._left(layer, centre, width), centre.y() + self.diagram.radius + 2 + down, width, self.line - 1
        )
        self.painter.fillRect(rect, QColor(self.theme.base))
        self.painter.setPen(QColor(self.theme.text))
        self.painter.drawText(rect, CENTRE, text)

    def _delta(self, layer: int, centre: QPointF, value: float, *, is_written: bool) -> None:
        colour, r = delta_colour(self.theme), self.diagram.radius
        if not is_written:
            at, size = centre + QPointF(0.9 * r, -0.9 * r), max(3.0, 0.5 * r)
            corners = [QPointF(0, -size), QPointF(size, 0), QPointF(0, size), QPointF(-size, 0)]
            self.painter.setPen(QPen(colour, 1.5))
            self.painter.setBrush(colour if value > 0.0 else QColor(self.theme.base))
            self.painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
            return
        text = f"δ {signed(value, DIGITS)}"
        width = self.metrics.horizontalAdvance(text) + 10
        rect = QRectF(self._left(layer, centre, width), centre.y() - r - LEAST_ROOM - self.line, width, self.line)
        self.painter.setPen(QPen(QColor(self.theme.base), 1))
        self.painter.setBrush(colour)
        self.painter.drawRoundedRect(rect, self.line / 2, self.line / 2)
        self.painter.setPen(letters_on(colour))
        self.painter.drawText(rect, CENTRE, text)

    def _cross(self, centre: QPointF) -> None:
        """Cross out a unit that is left out of this presentation."""
        r = self.diagram.radius
        self.painter.setPen(QPen(QColor(self.theme.bad), 2.2))
        self.painter.drawLine(centre - QPointF(r, r), centre + QPointF(r, r))
        self.painter.drawLine(centre - QPointF(r, -r), centre + QPointF(r, -r))


def has_name_below(room: float, line: float, *, is_output: bool) -> bool:
    """Tell whether the name of a hidden unit stands below it while phases are lit: only if the rest has room too."""
    return not is_output and room >= 3 * line + 6


def draw_arrows(painter: QPainter, scene: NetworkScene, links: Links, theme: Theme) -> None:
    """Draw the way of the numbers: heads at the units that get net inputs, or at those that get error terms."""
    if scene.lit is None:
        return
    layer, is_back = flow(scene.lit, scene.names.last)
    into = links.into(layer)
    lines = [
        line
        for link, line, is_in in zip(links.links, links.lines, into, strict=True)
        if is_in and not (is_back and link.source == BIAS)  # nothing flows back to a constant
    ]
    if not lines:
        return
    colour = delta_colour(theme) if is_back else QColor(theme.text)
    painter.setBrush(colour)
    ends = Counter((line.p1() if is_back else line.p2()).toTuple() for line in lines)
    if len(lines) > ARROWS_UP_TO or max(ends.values()) > PER_UNIT:
        _draw_one_arrow(painter, links.diagram, layer, colour, is_back=is_back)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    size = min(ARROW, max(4.0, 0.6 * links.diagram.radius))
    for line in lines:
        painter.drawPolygon(_head(QLineF(line.p2(), line.p1()) if is_back else line, links.diagram.radius + 2.0, size))


def _draw_one_arrow(painter: QPainter, diagram: Diagram, layer: int, colour: QColor, *, is_back: bool) -> None:
    """Draw an arrow from column to column, above all lines."""
    before, after = diagram.columns[layer - 1], diagram.columns[layer]
    gap, y = after.x - before.x, 1.6 * painter.fontMetrics().height()
    line = QLineF(before.x + 0.32 * gap, y, after.x - 0.32 * gap, y)
    if is_back:
        line.setPoints(line.p2(), line.p1())
    painter.setPen(QPen(colour, 2.5))
    painter.drawLine(line)
    painter.drawPolygon(_head(line, -2.0, 2 * ARROW))


def _head(line: QLineF, away: float, size: float) -> QPolygonF:
    """Return a triangle on a line that points to its end, so far from it."""
    length = max(1.0, line.length())
    tip, back = line.pointAt(1.0 - away / length), line.pointAt(1.0 - (away + size) / length)
    side = line.normalVector()
    side.setLength(0.5 * size)
    across = QPointF(side.dx(), side.dy())
    return QPolygonF([tip, back + across, back - across])
