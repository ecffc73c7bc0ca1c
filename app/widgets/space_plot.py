"""A plane with examples in it, and straight lines, arrows and names drawn over them.

It adds to the picture of a decision surface what the spaces of weights and of hidden units need. Everything is drawn
opaque, lines end where the plane ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.legend import line_pen
from app.widgets.markers import spread
from app.widgets.plane import Range
from app.widgets.surface import SurfacePlot
from nlcore.records import FloatArray

HEAD, HEAD_ANGLE = 11.0, 0.42
"""Length in pixels and half angle of an arrow's head."""
LABELLED = 90.0
"""Lines of which fewer pixels are in sight have no label."""
MARK_GAP = 11.0
SHARES = (0.08, 0.92, 0.14, 0.86, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6)
"""Places along a line for its label."""
MOST_AVOIDED = 60
SHORTEST = 2.0
"""Arrows shorter than so many pixels have no head."""


@dataclass(frozen=True, slots=True)
class PlaneLine:
    """The line a x + b y + c = 0.

    Attributes
    ----------
    a, b, c : float
        Its coefficients; with a and b both 0 there is no line.
    colour : str
        As ``#rrggbb``.
    label : str
        Written at one of its ends; may be empty.
    dashes : tuple of float
        Pattern; empty for a solid line.
    width : float
        In pixels.
    """

    a: float
    b: float
    c: float
    colour: str
    label: str = ""
    dashes: tuple[float, ...] = ()
    width: float = 2.5

    def ends(self, x_range: Range, y_range: Range) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Return where it enters and leaves a rectangle; None if it does not cross it."""
        if not all(map(math.isfinite, (self.a, self.b, self.c))) or (self.a == 0.0 and self.b == 0.0):
            return None
        found: list[tuple[float, float]] = []
        if self.b != 0.0:
            found += [(x, -(self.a * x + self.c) / self.b) for x in x_range]
        if self.a != 0.0:
            found += [(-(self.b * y + self.c) / self.a, y) for y in y_range]
        width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
        slack_x, slack_y = 1e-9 * width, 1e-9 * height
        inside = [
            (x, y)
            for x, y in found
            if x_range[0] - slack_x <= x <= x_range[1] + slack_x and y_range[0] - slack_y <= y <= y_range[1] + slack_y
        ]
        if len(inside) < 2:
            return None
        inside.sort()
        far = max(inside, key=lambda p: math.hypot((p[0] - inside[0][0]) / width, (p[1] - inside[0][1]) / height))
        return None if far == inside[0] else (inside[0], far)


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from one point to another, with a label beside it: at the tip (1), or as far along as `label_at`."""

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str
    label: str = ""
    dashes: tuple[float, ...] = ()
    width: float = 2.5
    label_at: float = 1.0


@dataclass(frozen=True, slots=True)
class Caption:
    """A text beside a point."""

    x: float
    y: float
    text: str


class SpacePlot(SurfacePlot):
    """Examples, lines, arrows, rings and names in a plane."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.lines: tuple[PlaneLine, ...] = ()
        self.arrows: tuple[Arrow, ...] = ()
        self.captions: tuple[Caption, ...] = ()
        self.ringed: tuple[float, float] | None = None
        self._curves: list[Any] = []
        self._names: list[Any] = []
        self._n_curves = 0
        self._texts: list[tuple[float, float, str]] = []
        self._ring = pg.ScatterPlotItem(pxMode=True, brush=None, symbol="o", size=30)
        self._ring.setZValue(4)
        self.box.addItem(self._ring, ignoreBounds=True)
        self.resized.connect(self._place_marks)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self._ring.setPen(pg.mkPen(theme.accent, width=2.5 * self.devicePixelRatioF()))
        for tag in self._names:
            self.box.removeItem(tag)
        self._names = []
        self._place_marks()

    def show_marks(
        self, lines: Sequence[PlaneLine] = (), arrows: Sequence[Arrow] = (), captions: Sequence[Caption] = ()
    ) -> None:
        """Draw other lines, arrows and names."""
        self.lines, self.arrows, self.captions = tuple(lines), tuple(arrows), tuple(captions)
        self._place_marks()

    def show_ring(self, at: tuple[float, float] | None) -> None:
        """Put a large ring around a place, or take it away."""
        self.ringed = at
        self._ring.setData(*(([at[0]], [at[1]]) if at else ([], [])))

    def move_points(self, points: FloatArray) -> None:
        """Show the same points at other places; which are wrong and which is selected stays."""
        self.points = points
        self._spread = spread(points, self.classes)
        self._place_points()

    def _place_marks(self) -> None:
        self._n_curves, self._texts = 0, []
        for line in self.lines:
            self._draw_line(line)
        for arrow in self.arrows:
            self._draw_arrow(arrow)
        while len(self._curves) > self._n_curves:
            self.box.removeItem(self._curves.pop())
        self._place_captions()
        self._names = self._tags(self._names, self._texts, (0.0, 0.0), 7)

    def _add_curve(self, points: FloatArray, pen: Any) -> None:
        """Draw a line through points, shape (n, 2), with an old item if there is one."""
        if self._n_curves == len(self._curves):
            item = pg.PlotCurveItem(antialias=True)
            item.setZValue(3)
            self.box.addItem(item, ignoreBounds=True)
            self._curves.append(item)
        item = self._curves[self._n_curves]
        item.setPen(pen)
        item.setData(points[:, 0], points[:, 1])
        self._n_curves += 1

    def _draw_line(self, line: PlaneLine) -> None:
        ends = line.ends(self.plane.x_range, self.plane.y_range)
        if ends is not None:
            self._add_curve(np.array(ends), line_pen(line.colour, line.width, line.dashes))

    def _draw_arrow(self, arrow: Arrow) -> None:
        (wide, high), (x0, y0), (x1, y1) = self.pixel(), arrow.start, arrow.end
        dx, dy = (x1 - x0) / wide, (y1 - y0) / high
        length = math.hypot(dx, dy)
        self._add_curve(np.array([arrow.start, arrow.end]), line_pen(arrow.colour, arrow.width, arrow.dashes))
        if length > SHORTEST:
            head, angle = min(HEAD, 0.6 * length), math.atan2(dy, dx)
            wings = [angle + math.pi - HEAD_ANGLE, angle + math.pi + HEAD_ANGLE]
            corners = [(x1 + head * math.cos(w) * wide, y1 + head * math.sin(w) * high) for w in wings]
            self._add_curve(np.array([corners[0], (x1, y1), corners[1]]), line_pen(arrow.colour, arrow.width))

    def _place_captions(self) -> None:
        """Write names beside points and arrows; one that would cover something is moved, or left out."""
        (wide, high), metrics = self.pixel(), self.fontMetrics()
        (x0, x1), (y0, y1) = self.plane.x_range, self.plane.y_range
        room = QRectF(0, 0, (x1 - x0) / wide, (y1 - y0) / high)

        def pixels(point: tuple[float, float]) -> QPointF:
            return QPointF((point[0] - x0) / wide, (y1 - point[1]) / high)

        taken = [_around(pixels((x, y)), 7.0) for x, y in self.shown_at()[:MOST_AVOIDED]]
        for arrow in self.arrows:
            start, end = pixels(arrow.start), pixels(arrow.end)
            taken += [_around(start + (end - start) * share, 2.0) for share in np.linspace(0.0, 1.0, 9).tolist()]
        wanted = [(pixels((caption.x, caption.y)), caption.text) for caption in self.captions]
        for arrow in self.arrows:
            start, end = pixels(arrow.start), pixels(arrow.end)
            if arrow.label and QLineF(start, end).length() > 3 * SHORTEST:
                wanted.append((start + (end - start) * arrow.label_at, arrow.label))
        for at, text in wanted:
            size = QSizeF(metrics.horizontalAdvance(text) + 9, metrics.height() + 8)
            found = next((r for r in _beside(at, size, room) if not any(r.intersects(t) for t in taken)), None)
            if found is not None:
                taken.append(found)
                self._texts.append((x0 + found.x() * wide, y1 - found.y() * high, text))
        for line in self.lines:
            ends = line.ends(self.plane.x_range, self.plane.y_range)
            if line.label and ends is not None:
                size = QSizeF(metrics.horizontalAdvance(line.label) + 9, metrics.height() + 8)
                rects = _along(pixels(ends[0]), pixels(ends[1]), size, room)
                found = next((r for r in rects if not any(r.intersects(t) for t in taken)), None)
                if found is not None:
                    taken.append(found)
                    self._texts.append((x0 + found.x() * wide, y1 - found.y() * high, line.label))


def _around(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)


def _beside(at: QPointF, size: QSizeF, room: QRectF) -> list[QRectF]:
    """Return places for a text beside a point that lie in the picture, the best first."""
    x, y, width, height = at.x(), at.y(), size.width(), size.height()
    right, left = x + MARK_GAP, x - MARK_GAP - width
    sides = [left, right] if x > room.width() / 2 else [right, left]
    places = [(side, y - height / 2) for side in sides]
    places += [(x - width / 2, y - MARK_GAP - height), (x - width / 2, y + MARK_GAP)]
    places += [(side, y + up) for side in sides for up in (-height - 2, 2.0)]
    return [rect for rect in (QRectF(*place, width, height) for place in places) if room.contains(rect)]


def _along(start: QPointF, end: QPointF, size: QSizeF, room: QRectF) -> list[QRectF]:
    """Return places for a text on a line that lie in the picture, those near its ends first; none on a short line."""
    if QLineF(start, end).length() < LABELLED:
        return []
    middles = [start + (end - start) * share for share in SHARES]
    rects = [QRectF(m.x() - size.width() / 2, m.y() - size.height() / 2, size.width(), size.height()) for m in middles]
    return [rect for rect in rects if room.contains(rect)]
