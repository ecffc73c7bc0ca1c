"""How a drawing of polygons looks: what is inside, the half-planes with their numbers, sides, corners, and a cross."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from app.theme import Theme, blend, rgb
from app.widgets.legend import Entry
from app.widgets.line_editor import INSET, handles
from app.widgets.region_drawing import Drawing, Place
from app.widgets.surface_colours import TINTS
from nlcore.records import FloatArray
from nlcore.theory.polygons import LIMIT, Point

MOST_NUMBERS = 16
"""With more half-planes they are not numbered."""
NUMBERS_FROM = 200
"""Neither in a smaller picture."""
ARROW = 9.0
DASHES = (5.0, 4.0)
SIDE = (-LIMIT, LIMIT)


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """What is drawn behind the sides and corners.

    Attributes
    ----------
    lines : ndarray, shape (n, 3)
        Half-planes a x1 + b x2 + c > 0.
    pieces, holes : tuple of ndarray, shape (n, 2)
        Convex pieces to be tinted, each in its colour.
    answers : ndarray of bool, shape (n, n), or None
        What a network says, the lowest row first; instead of the pieces.
    wrong : ndarray of bool, shape (n, n)
        Where that is not what is drawn.
    """

    lines: FloatArray = field(default_factory=lambda: np.empty((0, 3)))
    pieces: tuple[FloatArray, ...] = ()
    holes: tuple[FloatArray, ...] = ()
    answers: NDArray[np.bool_] | None = None
    wrong: NDArray[np.bool_] | None = None


def tint(k: int, theme: Theme) -> str:
    """Return the colour of a piece."""
    return blend(TINTS[k % len(TINTS)], theme.base, 0.45 if theme.is_dark else 0.35)


def inside_colour(theme: Theme) -> str:
    """Return the colour of places that a network says are inside."""
    return blend(theme.high, theme.base, 0.55)


def outside_colour(theme: Theme) -> str:
    """Return the colour of places that a network says are outside."""
    return blend(theme.low, theme.base, 0.35)


class Sketch:
    """Paints in the coordinates of the plane.

    Parameters
    ----------
    painter : QPainter
        Paints on the widget.
    area : QRectF
        Where the square of the plane lies.
    theme : Theme
        The colours.
    """

    def __init__(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        self.painter, self.area, self.theme = painter, area, theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def pixel(self, at: Sequence[float]) -> QPointF:
        """Return where a place of the plane lies."""
        return to_pixel(self.area, at)

    def _polygon(self, points: Iterable[Sequence[float]]) -> QPolygonF:
        return QPolygonF([self.pixel(point) for point in points])

    def frame(self) -> None:
        """Paint the square, its edge, and the numbers at its ends."""
        painter, theme = self.painter, self.theme
        painter.fillRect(self.area, QColor(theme.base))
        painter.setPen(QPen(QColor(theme.text), 1))
        metrics = painter.fontMetrics()
        height = metrics.height()
        for value, text in ((-1.0, "−1"), (0.0, "0"), (1.0, "1")):
            at, width = self.pixel((value, value)), metrics.horizontalAdvance(text)
            painter.drawText(QPointF(at.x() - width / 2, self.area.bottom() + height), text)
            painter.drawText(QPointF(self.area.left() - width - 5, at.y() + height / 3), text)
        x = self.pixel((0.5, 0.0)).x() - metrics.horizontalAdvance("x1") / 2
        painter.drawText(QPointF(x, self.area.bottom() + height), "x1")
        y = self.pixel((0.0, 0.5)).y() + height / 3
        painter.drawText(QPointF(self.area.left() - metrics.horizontalAdvance("x2") - 5, y), "x2")

    def edge(self, *, has_focus: bool) -> None:
        """Paint the edge of the square, stronger where the keyboard is."""
        colour, width = (self.theme.accent, 2.0) if has_focus else (self.theme.muted, 1.0)
        self.painter.setPen(QPen(QColor(colour), width))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self.area)

    def backdrop(self, shown: Backdrop) -> None:
        """Paint what is inside."""
        if shown.answers is not None:
            self._answers(shown.answers, shown.wrong)
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        for k, piece in enumerate(shown.pieces):
            self.painter.setBrush(QColor(tint(k, self.theme)))
            self.painter.drawPolygon(self._polygon(piece.tolist()))
        for hole in shown.holes:
            self.painter.setBrush(QColor(self.theme.base))
            self.painter.drawPolygon(self._polygon(hole.tolist()))
            self.painter.setBrush(QBrush(QColor(self.theme.muted), Qt.BrushStyle.BDiagPattern))
            self.painter.drawPolygon(self._polygon(hole.tolist()))

    def _answers(self, answers: NDArray[np.bool_], wrong: NDArray[np.bool_] | None) -> None:
        theme = self.theme
        colours = np.array([rgb(outside_colour(theme)), rgb(inside_colour(theme)), rgb(theme.bad)], dtype=np.uint8)
        places = answers.astype(np.intp)
        if wrong is not None:
            places = np.where(wrong, 2, places)
        pixels = np.ascontiguousarray(colours[places[::-1]])
        n = len(pixels)
        picture = QImage(pixels.data, n, n, 3 * n, QImage.Format.Format_RGB888)
        self.painter.drawImage(self.area, picture)

    def lines(self, lines: FloatArray) -> None:
        """Paint half-planes: a dashed line, an arrow to the side where its unit says yes, and its number."""
        pen = QPen(QColor(self.theme.muted), 1.2)
        pen.setDashPattern(DASHES)
        for k, (a, b, c) in enumerate(lines.tolist()):
            ends = handles((c, a, b), SIDE, SIDE)
            if ends is None:
                continue
            middle = ends.mean(axis=0)
            reach = (ends - middle) / (1.0 - 2.0 * INSET)  # the handles lie a little inside
            self.painter.setPen(pen)
            self.painter.drawLine(self.pixel(middle + reach[0]), self.pixel(middle + reach[1]))
            foot = self.pixel(middle + reach[1] * 0.93)
            tip = foot + QPointF(a, -b) * ARROW
            self.painter.setPen(QPen(QColor(self.theme.text), 1.5))
            self.painter.drawLine(foot, tip)
            for turn in (2.6, -2.6):
                away = QPointF(math.cos(turn) * a - math.sin(turn) * b, -(math.sin(turn) * a + math.cos(turn) * b))
                self.painter.drawLine(tip, tip + away * 4.0)
            if len(lines) <= MOST_NUMBERS and self.area.width() >= NUMBERS_FROM:
                self._number(str(k + 1), foot - QPointF(a, -b) * 9.0)

    def _number(self, text: str, middle: QPointF) -> None:
        metrics = self.painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 4, metrics.height() - 2
        box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        inside = self.area.adjusted(2, 2, -2, -2)
        box.moveLeft(min(max(box.left(), inside.left()), inside.right() - width))
        box.moveTop(min(max(box.top(), inside.top()), inside.bottom() - height))
        self.painter.fillRect(box, QColor(self.theme.base))
        self.painter.setPen(QPen(QColor(self.theme.text), 1))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def drawing(self, drawn: Drawing, selected: Place | None, pointer: Point | None, *, is_wrong: bool) -> None:
        """Paint sides and corners."""
        painter, theme = self.painter, self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.bad if is_wrong else theme.text), 2.0))
        for loop in drawn.loops:
            painter.drawPolygon(self._polygon(loop.points))
        open_points = list(drawn.open.points)
        if open_points:
            painter.setPen(QPen(QColor(theme.accent), 2.0))
            painter.drawPolyline(self._polygon(open_points))
            if pointer is not None:
                pen = QPen(QColor(theme.accent), 1.2)
                pen.setDashPattern([3.0, 3.0])
                painter.setPen(pen)
                painter.drawLine(self.pixel(open_points[-1]), self.pixel(pointer))
        first: Place = (len(drawn.loops), 0)
        for place, point in drawn.corners():
            is_selected = place == selected
            radius = 5.5 if is_selected or place == first else 4.0
            painter.setPen(QPen(QColor(theme.accent if place[0] == first[0] else theme.text), 1.6))
            painter.setBrush(QColor(theme.accent if is_selected else theme.base))
            painter.drawEllipse(self.pixel(point), radius, radius)

    def cross(self, at: Point) -> None:
        """Paint the cross that is moved with the arrow keys."""
        middle = self.pixel(at)
        for colour, width in ((self.theme.base, 4.0), (self.theme.accent, 2.0)):
            self.painter.setPen(QPen(QColor(colour), width))
            self.painter.drawLine(middle - QPointF(9, 0), middle + QPointF(9, 0))
            self.painter.drawLine(middle - QPointF(0, 9), middle + QPointF(0, 9))


def legend_entries(shown: Backdrop, theme: Theme) -> list[Entry]:
    """Explain what is painted."""
    found = []
    if shown.answers is not None:
        found.append(Entry("says inside", "patch", inside_colour(theme), theme.muted))
        found.append(Entry("says outside", "patch", outside_colour(theme), theme.muted))
        if shown.wrong is not None:
            found.append(Entry("wrong", "patch", theme.bad, theme.muted))
    elif shown.pieces:
        name = "inside" if len(shown.pieces) == 1 else "convex pieces"
        found += [Entry(name, "patch", tint(0, theme), theme.muted)]
    if len(shown.lines):
        whose = "half-planes" if shown.answers is None else "lines of its first units"
        found.append(Entry(f"{whose}, arrows to the yes", "line", theme.muted, dashes=DASHES, width=1.2))
    return found


def to_pixel(area: QRectF, at: Sequence[float]) -> QPointF:
    """Return where a place of the plane lies in a square area."""
    zoom = area.width() / (2 * LIMIT)
    return QPointF(area.left() + (at[0] + LIMIT) * zoom, area.bottom() - (at[1] + LIMIT) * zoom)


def to_place(area: QRectF, pixel: QPointF) -> Point:
    """Return the place of the plane at a pixel, also outside of the area."""
    zoom = max(area.width(), 1.0) / (2 * LIMIT)
    return (pixel.x() - area.left()) / zoom - LIMIT, (area.bottom() - pixel.y()) / zoom - LIMIT
