"""The boundary line of a unit with two inputs as a thing to take hold of: drag it to move it, drag an end to turn it.

Moving changes only w0, turning w1 and w2 (and w0, so that the middle stays). The arrow keys move it too, with Shift
they turn it. What is dragged is only shown; letting go is one change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.theme import Theme
from app.widgets.plot import STEPS
from app.widgets.surface import SurfacePlot
from app.widgets.truth_table import Weights
from app.widgets.weight_sliders import REST_MS
from nlcore.records import FloatArray

END_REACH, LINE_REACH = 14, 10
"""Pixels within which one takes hold of an end, and of the line."""
INSET = 0.1
"""Share of the visible line that lies outside its handles."""
TURN = math.radians(5.0)
SNAP = math.radians(3.0)
"""Nearer than this to level, upright or diagonal, a line that is turned by the mouse becomes so."""
MOVE = 0.025
"""Share of the picture's width that an arrow key moves the line."""
HINT = "Drag the line to move it (w0), an end to turn it (w1, w2). Keys: arrows move it, with Shift they turn it."


@dataclass(frozen=True, slots=True)
class _Grip:
    """What is held: which part, where it was taken, and the weights then."""

    part: Literal["line", "end"]
    at: tuple[float, float]
    middle: tuple[float, float]
    weights: Weights


class LineEditor(QObject):
    """Lets a person move the line of a plot.

    Signals
    -------
    previewed : tuple of float
        w0, w1, w2 while the line is moved.
    committed : tuple of float
        w0, w1, w2 that the person wants.

    Parameters
    ----------
    plot : SurfacePlot
        Where the line is drawn.
    """

    previewed = Signal(object)
    committed = Signal(object)

    def __init__(self, plot: SurfacePlot) -> None:
        super().__init__(plot)
        self.plot = plot
        self.weights: Weights = (0.0, 0.0, 0.0)
        self.ends: FloatArray | None = None
        """The two handles, shape (2, 2); None where there is no line in the picture."""
        self._grip: _Grip | None = None
        self._has_moved = False
        self._handles = pg.ScatterPlotItem(pxMode=True, symbol="o", size=13)
        self._handles.setZValue(7)
        plot.box.addItem(self._handles, ignoreBounds=True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.committed.emit(self.weights))
        plot.canvas.installEventFilter(self)
        plot.canvas.viewport().installEventFilter(self)
        plot.canvas.viewport().setMouseTracking(True)

    @property
    def is_moving(self) -> bool:
        """Whether the person has hold of the line, or has just moved it with keys."""
        return self._grip is not None or self._rest.isActive()

    def drop(self) -> None:
        """Forget a change by keys that is not over yet."""
        self._rest.stop()

    def show_weights(self, weights: Weights) -> None:
        """Put the handles on the line of these weights."""
        self.weights = weights
        self.ends = handles(weights, self.plot.plane.x_range, self.plot.plane.y_range)
        at = self.ends if self.ends is not None else np.empty((0, 2))
        self._handles.setData(at[:, 0], at[:, 1])

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        ratio = self.plot.devicePixelRatioF()
        self._handles.setPen(pg.mkPen(theme.text, width=2 * ratio))
        self._handles.setBrush(pg.mkBrush(theme.accent))

    # --- moving ------------------------------------------------------------------------------------------------------

    def part_at(self, x: float, y: float) -> Literal["line", "end"] | None:
        """Return what one would take hold of at a place."""
        if self.ends is None:
            return None
        pixel = np.array(self.plot.pixel())
        at, ends = np.array([x, y]) / pixel, self.ends / pixel
        if np.min(np.linalg.norm(ends - at, axis=1)) <= END_REACH:
            return "end"
        along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
        away = at - ends[0]
        return "line" if abs(float(along[0] * away[1] - along[1] * away[0])) <= LINE_REACH else None

    def _carry(self, at: tuple[float, float]) -> None:
        grip = self._grip
        assert grip is not None
        if grip.part == "line":
            found = moved(grip.weights, (at[0] - grip.at[0], at[1] - grip.at[1]))
        else:
            mx, my = grip.middle
            angle = math.atan2(at[1] - my, at[0] - mx) - math.atan2(grip.at[1] - my, grip.at[0] - mx)
            found = turned(grip.weights, grip.middle, snapped(grip.weights, angle))
        self._has_moved = True
        self.previewed.emit(found)

    def _step(self, right: int, up: int, *, turns: bool) -> bool:
        if self.weights[1:] == (0.0, 0.0):
            return False
        if turns and self.ends is not None:
            middle = self.ends.mean(axis=0)
            found = turned(self.weights, (float(middle[0]), float(middle[1])), -TURN if right + up > 0 else TURN)
        elif not turns:
            width = self.plot.plane.x_range[1] - self.plot.plane.x_range[0]
            found = moved(self.weights, (right * MOVE * width, up * MOVE * width))
        else:
            return False
        self._rest.start()
        self.previewed.emit(found)
        return True

    # --- mouse and keys ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse where it meets the line, and the arrow keys."""
        if isinstance(event, QMouseEvent) and watched is self.plot.canvas.viewport():
            return self._mouse(event.type(), event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.plot.canvas:
            if event.key() == Qt.Key.Key_Escape and self._grip is not None:
                weights, self._grip = self._grip.weights, None
                self.previewed.emit(weights)
                return True
            step = STEPS.get(Qt.Key(event.key()))
            turns = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return step is not None and self._step(*step, turns=turns)
        return False

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        at = self.plot.place_at(event.position())
        is_left = event.button() == Qt.MouseButton.LeftButton
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick) and is_left:
            part = self.part_at(*at)
            if part is None or self.ends is None or self.plot.point_at(*at) >= 0:
                return False
            middle = self.ends.mean(axis=0)
            self._grip = _Grip(part, at, (float(middle[0]), float(middle[1])), self.weights)
            self._has_moved = False
            self.plot.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        if kind == QEvent.Type.MouseMove:
            if self._grip is not None:
                self._carry(at)
                return True
            part = self.part_at(*at)
            shapes = {"line": Qt.CursorShape.SizeAllCursor, "end": Qt.CursorShape.PointingHandCursor}
            self.plot.canvas.viewport().setCursor(shapes[part] if part else Qt.CursorShape.ArrowCursor)
        if kind == QEvent.Type.MouseButtonRelease and is_left and self._grip is not None:
            self._grip = None
            if self._has_moved:
                self.committed.emit(self.weights)
            return True
        return False


def moved(weights: Weights, by: tuple[float, float]) -> Weights:
    """Return the weights whose line is moved: only the bias differs."""
    w0, w1, w2 = weights
    return (round(w0 - w1 * by[0] - w2 * by[1], _digits(w1, w2)) + 0.0, w1, w2)


def turned(weights: Weights, about: tuple[float, float], angle: float) -> Weights:
    """Return the weights whose line is turned about a point by an angle, against the clock."""
    _, w1, w2 = weights
    cos, sin, digits = math.cos(angle), math.sin(angle), _digits(w1, w2)
    v1, v2 = round(cos * w1 - sin * w2, digits) + 0.0, round(sin * w1 + cos * w2, digits) + 0.0
    return (round(-v1 * about[0] - v2 * about[1], digits) + 0.0, v1, v2)


def snapped(weights: Weights, angle: float) -> float:
    """Return an angle to turn by that makes the line level, upright or diagonal if it nearly is."""
    direction = math.atan2(weights[2], weights[1])
    eighth = math.pi / 4
    nearest = round((direction + angle) / eighth) * eighth - direction
    return nearest if abs(nearest - angle) <= SNAP else angle


def _digits(w1: float, w2: float) -> int:
    """Return how many decimals a line made by hand deserves: three, and more where the weights are small."""
    return max(3, 2 - math.floor(math.log10(math.hypot(w1, w2)))) if w1 or w2 else 3


def handles(weights: Weights, x_range: tuple[float, float], y_range: tuple[float, float]) -> FloatArray | None:
    """Return two points of the line w0 + w1 x + w2 y = 0, near the ends of the part inside a rectangle.

    Parameters
    ----------
    weights : tuple of float
        w0, w1, w2.
    x_range, y_range : tuple of float
        The rectangle.

    Returns
    -------
    ndarray, shape (2, 2), or None
        None if no part of the line is inside.
    """
    w0, normal = weights[0], np.array(weights[1:])
    square = float(normal @ normal)
    if square == 0.0:
        return None
    foot, along = -w0 * normal / square, np.array([-normal[1], normal[0]]) / math.sqrt(square)
    low, high = -math.inf, math.inf
    for start, step, (first, last) in zip(foot.tolist(), along.tolist(), (x_range, y_range), strict=True):
        if step == 0.0:
            if not first <= start <= last:
                return None
            continue
        a, b = sorted(((first - start) / step, (last - start) / step))
        low, high = max(low, a), min(high, b)
    if not low < high:
        return None
    inset = INSET * (high - low)
    return np.array([foot + (low + inset) * along, foot + (high - inset) * along])
