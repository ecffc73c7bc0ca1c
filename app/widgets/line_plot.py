"""A plane with points, rings around some of them, and straight lines w0 + w1 x1 + w2 x2 = 0 in several looks.

It is the picture of the decision surface without its map, for what a perceptron does to its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.plane import Range
from app.widgets.surface import MOST_COUNTS, SurfacePlot
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True)
class Line:
    """A line w0 + w1 x1 + w2 x2 = 0.

    Attributes
    ----------
    weights : tuple of float
        (w0, w1, w2).
    colour : str
        As ``#rrggbb``.
    width : float
        In pixels.
    dashes : tuple of float
        Pattern; empty for a solid line.
    """

    weights: tuple[float, float, float]
    colour: str
    width: float = 1.5
    dashes: tuple[float, ...] = ()


class LinePlot(SurfacePlot):
    """The picture.

    Signals
    -------
    held : int, object
        A point is being dragged, and where it is; -1 when it was let go.
    """

    held = Signal(int, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._drawn: list[Any] = []
        self._numbers: list[Any] = []
        self._arrow = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._arrow.setZValue(5.5)
        self.box.addItem(self._arrow, ignoreBounds=True)
        self.arrow: tuple[tuple[float, float], tuple[float, float]] | None = None
        self.lines: tuple[Line, ...] = ()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for rings, colour in zip(self._rings, (theme.base, theme.accent), strict=True):
            rings.setPen(pg.mkPen(colour, width=(5 if colour == theme.base else 2.5) * self.devicePixelRatioF()))

    def show_numbers(self, texts: Mapping[int, str]) -> None:
        """Write a text beside each of these points."""
        at = self.shown_at()
        placed = [(float(at[k, 0]), float(at[k, 1]), text) for k, text in list(texts.items())[:MOST_COUNTS]]
        self._numbers = self._tags(self._numbers, placed, (-0.5, 0.5), 6)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Draw these lines, the last on top; those that do not cross the picture are left out."""
        self.lines = tuple(lines)
        while len(self._drawn) < len(lines):
            item = pg.PlotCurveItem(antialias=True)
            item.setZValue(0.5)
            self.box.addItem(item, ignoreBounds=True)
            self._drawn.append(item)
        while len(self._drawn) > len(lines):
            self.box.removeItem(self._drawn.pop())
        for item, line in zip(self._drawn, lines, strict=True):
            ends = ends_of(line.weights, self.plane.x_range, self.plane.y_range)
            item.setData(*((ends[:, 0], ends[:, 1]) if ends is not None else ([], [])))
            pen = pg.mkPen(line.colour, width=line.width * self.devicePixelRatioF())
            if line.dashes:
                pen.setStyle(Qt.PenStyle.CustomDashLine)
                pen.setDashPattern(list(line.dashes))
            item.setPen(pen)

    def show_arrow(self, weights: tuple[float, float, float] | None, colour: str) -> None:
        """Draw the weights (w1, w2) as an arrow that stands on the line, shortened to fit; None for no arrow."""
        self.arrow = arrow_of(weights, self.plane.x_range, self.plane.y_range) if weights is not None else None
        if self.arrow is None:
            self._arrow.setData([], [])
            return
        foot, tip = np.array(self.arrow)
        pixel = np.array(self.pixel())
        way = (tip - foot) / pixel
        way = way / max(1e-9, float(np.linalg.norm(way)))
        side = np.array([-way[1], way[0]])
        barbs = [tip + pixel * (-11.0 * way + 6.0 * turn * side) for turn in (-1.0, 1.0)]
        ends = np.array([foot, tip, tip, barbs[0], tip, barbs[1]])
        self._arrow.setData(ends[:, 0], ends[:, 1])
        self._arrow.setPen(pg.mkPen(colour, width=2.2 * self.devicePixelRatioF()))

    @property
    def held_point(self) -> int:
        """The point that is being dragged; -1 for none."""
        return self._held[0] if self._held is not None else -1

    def hold(self, index: int, at: tuple[float, float]) -> None:
        """Draw a point where it is being dragged to, and tell."""
        super().hold(index, at)
        self.held.emit(index, at)


def ends_of(weights: Sequence[float], x_range: Range, y_range: Range) -> FloatArray | None:
    """Return where w0 + w1 x1 + w2 x2 = 0 enters and leaves a rectangle, shape (2, 2); None if it misses it."""
    w0, w1, w2 = (float(w) for w in weights)
    found = []
    if w2 != 0.0:
        found += [(x, -(w0 + w1 * x) / w2) for x in x_range]
    if w1 != 0.0:
        found += [(-(w0 + w2 * y) / w1, y) for y in y_range]
    slack = [1e-9 * (high - low) for low, high in (x_range, y_range)]
    inside = np.array(
        [
            (x, y)
            for x, y in found
            if x_range[0] - slack[0] <= x <= x_range[1] + slack[0]
            and y_range[0] - slack[1] <= y <= y_range[1] + slack[1]
        ]
    ).reshape(-1, 2)
    if len(inside) < 2:
        return None
    away = np.linalg.norm((inside - inside[0]) / (x_range[1] - x_range[0], y_range[1] - y_range[0]), axis=1)
    return inside[[0, int(np.argmax(away))]] if away.max() > 0.0 else None


def arrow_of(
    weights: Sequence[float], x_range: Range, y_range: Range
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return foot and tip of an arrow along (w1, w2) from the middle of the line's visible part; None without a line.

    It is as long as the weights are, but at most 0.3 and at least 0.08 of the smaller side of the rectangle.
    """
    ends = ends_of(weights, x_range, y_range)
    direction = np.array([float(weights[1]), float(weights[2])])
    length = float(np.linalg.norm(direction))
    if ends is None or length == 0.0:
        return None
    smaller = min(x_range[1] - x_range[0], y_range[1] - y_range[0])
    foot = ends.mean(axis=0)
    way = direction / length * min(max(length, 0.08 * smaller), 0.3 * smaller)
    room = 1.0  # how much of it stays inside
    for start, step, (low, high) in zip(foot, way, (x_range, y_range), strict=True):
        if step != 0.0:
            room = min(room, ((high if step > 0.0 else low) - start) / step)
    tip = foot + max(room, 0.0) * way
    return (float(foot[0]), float(foot[1])), (float(tip[0]), float(tip[1]))
