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
from PySide6.QtCore import QRectF
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
    """An arrow from one point to another, with a label beside its tip."""

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str
    label: str = ""
    dashes: tuple[float, ...] = ()
    width: float = 2.5


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
        for k, line in enumerate(self.lines):
            self._draw_line(line, k)
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

    def _draw_line(self, line: PlaneLine, number: int) -> None:
        ends = line.ends(self.plane.x_range, self.plane.y_range)
        if ends is None:
            return
        self._add_curve(np.array(ends), line_pen(line.colour, line.width, line.dashes))
        (wide, high), (start, end) = self.pixel(), ends
        if line.label and math.hypot((end[0] - start[0]) / wide, (end[1] - start[1]) / high) > LABELLED:
            share = 0.08 if number % 2 == 0 else 0.92
            x, y = (a + share * (b - a) for a, b in zip(*ends, strict=True))
            self._add_text(line.label, x, y, (0.5, 0.5))

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
        if arrow.label:
            anchor = (0.0 if dx >= 0 else 1.0, 1.0 if dy >= 0 else 0.0)
            self._add_text(arrow.label, x1, y1, anchor)

    def _place_captions(self) -> None:
        """Write names beside their points; one that would cover another or a point is moved, or left out."""
        (wide, high), metrics = self.pixel(), self.fontMetrics()
        (x0, x1), (y0, y1) = self.plane.x_range, self.plane.y_range
        origin, scale = np.array([x0, y1]), np.array([wide, -high])
        room = QRectF(0, 0, (x1 - x0) / wide, (y1 - y0) / high)
        taken = [QRectF(x - 7, y - 7, 14, 14) for x, y in (self.shown_at()[:MOST_AVOIDED] - origin) / scale]
        for caption in self.captions:
            x, y = (np.array([caption.x, caption.y]) - origin) / scale
            width, height = metrics.horizontalAdvance(caption.text) + 9, metrics.height() + 8
            right, left = x + MARK_GAP, x - MARK_GAP - width
            sides = [left, right] if x > room.width() / 2 else [right, left]
            places = [(side, y - height / 2) for side in sides]
            places += [(x - width / 2, y - MARK_GAP - height), (x - width / 2, y + MARK_GAP)]
            places += [(side, y + up) for side in sides for up in (-height - 2, 2.0)]
            rects = [QRectF(at_x, at_y, width, height) for at_x, at_y in places]
            free = (r for r in rects if room.contains(r) and not any(r.intersects(t) for t in taken))
            found = next(free, None)
            if found is not None:
                taken.append(found)
                left_x, top_y = x0 + found.x() * wide, y1 - found.y() * high
                self._add_text(caption.text, left_x, top_y, (0.0, 0.0))

    def _add_text(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        """Write on a plate, moved so that it does not stand over the edge."""
        (wide, high), metrics = self.pixel(), self.fontMetrics()
        width, height = (metrics.horizontalAdvance(text) + 9) * wide, (metrics.height() + 8) * high
        left, top = x - anchor[0] * width, y + anchor[1] * height
        (x0, x1), (y0, y1) = self.plane.x_range, self.plane.y_range
        self._texts.append((max(min(left, x1 - width), x0), min(max(top, y0 + height), y1), text))
