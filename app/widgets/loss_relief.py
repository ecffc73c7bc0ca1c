"""The error surface in three dimensions, by a projection of its own: it needs no graphics card.

The surface is drawn as four-cornered pieces from the back to the front, shaded by how steeply they lie; ways and the
arrow lie on it. Dragging and the arrow keys turn it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.focus import FocusWidget
from app.widgets.loss_levels import N_COLOURS, Levels, colours
from app.widgets.numbers import number
from app.widgets.relief_camera import Camera
from app.widgets.track_look import track_colour
from app.widgets.ways import Way
from nlcore.error_slices import Slice
from nlcore.records import FloatArray

FINE, COARSE = 44, 22
"""Pieces a side at rest, and while it turns or trains."""
STEP = 8.0
"""Degrees that an arrow key turns."""
TALLEST = 8.0
"""What rises so many times above the lower half of the surface is cut off, so that the lower part can be seen."""
ARROW = 0.22
"""Length of the arrow as a share of a side."""
HEIGHT = 0.62
"""Of the surface, as a share of a side."""


class LossRelief(FocusWidget):
    """The surface in three dimensions.

    Signals
    -------
    zoom_wanted : float
        A key or the wheel asks to show more (above 1) or less.
    """

    zoom_wanted = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.camera = Camera()
        self.is_coarse = False
        self._name = name
        self._slice: Slice | None = None
        self._levels: Levels | None = None
        self._ways: tuple[Way, ...] = ()
        self._arrow: tuple[FloatArray, FloatArray] | None = None
        self._labels = ("", "", "")
        self._message = ""
        self._pressed: QPointF | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip("Drag or press the arrow keys to turn; the wheel shows more or less of the plane.")

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a fair size."""
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        """Allow small pictures."""
        return QSize(90, 70)

    def show_slice(self, found: Slice, levels: Levels | None, labels: tuple[str, str, str]) -> None:
        """Show a slice, with the names of its axes and of the loss."""
        self._slice, self._levels, self._labels = found, levels, labels
        self.update()

    def say(self, text: str) -> None:
        """Show a sentence in place of the surface; an empty one takes it away."""
        if text != self._message:
            self._message = text
            self.update()

    def show_ways(self, ways: tuple[Way, ...]) -> None:
        """Lay the ways of tracks onto the surface."""
        self._ways = ways
        self.update()

    def show_arrow(self, at: FloatArray | None, direction: FloatArray) -> None:
        """Lay an arrow onto the surface; None for no arrow."""
        self._arrow = None if at is None or not np.any(direction) else (at, direction)
        self.update()

    @property
    def top(self) -> float:
        """The loss above which the surface is cut off; that of the highest place if it is not."""
        if self._slice is None or self._levels is None:
            return math.nan
        finite = self._slice.values[np.isfinite(self._slice.values)]
        low, middle, high = np.quantile(finite, (0.0, 0.5, 1.0)).tolist()
        return float(min(high, low + TALLEST * (middle - low)) if middle > low else high)

    @property
    def is_cut(self) -> bool:
        """Whether the surface is cut off at the top."""
        return self._levels is not None and self.top < self._levels.high

    # --- projecting --------------------------------------------------------------------------------------------------

    def look(self, camera: Camera) -> None:
        """Look at it from elsewhere."""
        self.camera = camera
        self.update()

    def _projected(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Turn places in the cube from -0.5 to 0.5 into pixels and depths (larger is farther)."""
        return self.camera.seen(points, (self.width(), self.height()), 2.2 * QFontMetrics(self.font()).height())

    def _cube(self, u: FloatArray, v: FloatArray, loss: FloatArray) -> FloatArray:
        """Turn places of the plane and losses into places of the cube."""
        assert self._slice is not None
        assert self._levels is not None
        (u0, u1), (v0, v1) = self._slice.u_range, self._slice.v_range
        low, top = self._levels.low, self.top
        height = (np.minimum(loss, top) - low) / (top - low) if top > low else 0.0 * loss
        return np.stack(((u - u0) / (u1 - u0) - 0.5, (v - v0) / (v1 - v0) - 0.5, HEIGHT * (height - 0.5)), axis=-1)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything from the back to the front."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.base))
        if self._message:
            painter.setPen(QColor(self.theme.text))
            inside = self.rect().adjusted(12, 12, -12, -12)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
        elif self._slice is not None and self._levels is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not self.is_coarse)
            self._draw_floor(painter)
            self._draw_surface(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for way in self._ways:
                self._draw_way(painter, way)
            self._draw_arrow(painter)
            self._draw_labels(painter)
        if self.shows_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _draw_floor(self, painter: QPainter) -> None:
        floor = -0.5 * HEIGHT
        corners = np.array([[-0.5, -0.5, floor], [0.5, -0.5, floor], [0.5, 0.5, floor], [-0.5, 0.5, floor]])
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        painter.setBrush(QColor(self.theme.raised))
        painter.drawPolygon(_polygon(self._projected(corners)[0]))

    def _draw_surface(self, painter: QPainter) -> None:
        assert self._slice is not None
        assert self._levels is not None
        is_moving = self.is_coarse or self._pressed is not None
        n = min(COARSE if is_moving else FINE, max(14, min(self.width(), self.height()) // 9))
        values = self._slice.values
        rows = np.linspace(0, len(values) - 1, n + 1).round().astype(np.intp)
        loss = values[np.ix_(rows, rows)]
        share = np.linspace(0.0, 1.0, n + 1)
        u, v = np.meshgrid(_along(self._slice.u_range, share), _along(self._slice.v_range, share))
        cube = self._cube(u, v, loss)
        seen, depth = self._projected(cube)
        corners = [(slice(0, -1), slice(0, -1)), (slice(0, -1), slice(1, None))]
        corners += [(slice(1, None), slice(1, None)), (slice(1, None), slice(0, -1))]
        quads = np.stack([seen[c] for c in corners], axis=2).reshape(-1, 4, 2)
        usable = np.all(np.isfinite(quads), axis=(1, 2))
        order = np.argsort(-np.sum([depth[c] for c in corners], axis=0).reshape(-1), kind="stable")
        shades = _shades(self._levels, self.theme, cube, np.mean([loss[c] for c in corners], axis=0))
        painter.setPen(QPen(QColor(blend(self.theme.muted, self.theme.base, 0.55)), 0.7))
        for k in order[usable[order]].tolist():
            painter.setBrush(QColor(*shades[k]))
            painter.drawPolygon(_polygon(quads[k]))

    def _on_surface(self, at: FloatArray) -> FloatArray:
        """Return pixels of places of the plane, as high as the surface is there; those outside are nan."""
        assert self._slice is not None
        loss = np.array([self._slice.at(u, v) for u, v in at.tolist()])
        return self._projected(self._cube(at[:, 0], at[:, 1], loss))[0]

    def _draw_way(self, painter: QPainter, way: Way) -> None:
        if not len(way.at):
            return
        at, colour = self._on_surface(way.at), QColor(track_colour(self.theme, way.number))
        is_seen = np.all(np.isfinite(at), axis=1)
        for pen in (QPen(QColor(self.theme.base), 4.5), QPen(colour, 2.0)):
            for k, is_joined in enumerate(way.joined.tolist()):
                if is_seen[k] and is_seen[k + 1]:
                    pen.setStyle(Qt.PenStyle.SolidLine if is_joined else Qt.PenStyle.DotLine)
                    painter.setPen(pen)
                    painter.drawLine(QPointF(*at[k]), QPointF(*at[k + 1]))
        for k, radius, inside in ((0, 4.5, QColor(self.theme.base)), (len(at) - 1, 6.0, colour)):
            if is_seen[k]:
                painter.setPen(QPen(colour if k == 0 else QColor(self.theme.base), 2))
                painter.setBrush(inside)
                painter.drawEllipse(QPointF(*at[k]), radius, radius)

    def _draw_arrow(self, painter: QPainter) -> None:
        if self._arrow is None or self._slice is None:
            return
        at, direction = self._arrow
        sides = np.array([np.ptp(self._slice.u_range), np.ptp(self._slice.v_range)])
        step = direction / sides
        tip = at + ARROW * step / np.linalg.norm(step) * sides
        line = self._on_surface(at + np.linspace(0.0, 1.0, 12)[:, None] * (tip - at))
        line = line[np.all(np.isfinite(line), axis=1)]
        if len(line) < 2:
            return
        away = line[-1] - line[-2]
        away = away / max(float(np.linalg.norm(away)), 1e-9)
        side = np.array([-away[1], away[0]])
        head = np.array([line[-1] - 9 * away + 5 * side, line[-1], line[-1] - 9 * away - 5 * side])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(self.theme.base), 5), QPen(QColor(self.theme.text), 2.2)):
            painter.setPen(pen)
            painter.drawPolyline(_polygon(line))
            painter.drawPolyline(_polygon(head))

    def _draw_labels(self, painter: QPainter) -> None:
        """Write names and ends of the axes along the two sides of the floor in front, and the loss along an edge."""
        assert self._slice is not None
        assert self._levels is not None
        floor, metrics = -0.5 * HEIGHT, QFontMetrics(self.font())
        sides = []
        for axis, ends in ((0, self._slice.u_range), (1, self._slice.v_range)):
            pairs = []
            for other in (-0.5, 0.5):
                pair = np.full((2, 3), other)
                pair[:, axis], pair[:, 2] = (-0.5, 0.5), floor
                pairs.append(pair)
            front = max(pairs, key=lambda pair: float(self._projected(pair)[0][:, 1].sum()))
            sides.append((front, ends, self._labels[axis]))
        painter.setPen(QColor(self.theme.text))
        middle = self._projected(np.array([0.0, 0.0, floor]))[0]
        for pair, ends, name in sides:
            seen = self._projected(pair)[0]
            outwards = seen.mean(axis=0) - middle
            outwards = outwards / max(float(np.linalg.norm(outwards)), 1e-9) * metrics.height()
            along = (seen[1] - seen[0]) * 0.05
            for place, shift, value in zip(seen, (along, -along), ends, strict=True):
                _write(painter, metrics, place + shift + 1.1 * outwards, number(value))
            _write(painter, metrics, seen.mean(axis=0) + 1.7 * outwards, name, self.width() / 2.4)
        corners = np.array([[x, y, floor] for x in (-0.5, 0.5) for y in (-0.5, 0.5)])
        left = corners[int(np.argmin(self._projected(corners)[0][:, 0]))]
        edge = np.stack((left, left + np.array([0.0, 0.0, HEIGHT])))
        seen = self._projected(edge)[0]
        painter.setPen(QPen(QColor(self.theme.muted), 1.2))
        painter.drawLine(QPointF(*seen[0]), QPointF(*seen[1]))
        painter.setPen(QColor(self.theme.text))
        top = number(self.top) + (" and more" if self.is_cut else "")
        _write(painter, metrics, seen[1] - (0, 0.7 * metrics.height()), top)
        _write(painter, metrics, seen[0] - (0, 0.2 * metrics.height()), number(self._levels.low), side=-1)
        title = metrics.elidedText(self._labels[2], Qt.TextElideMode.ElideRight, self.width() - 12)
        painter.drawText(QRectF(6, 2, self.width() - 12, metrics.height() + 2), Qt.AlignmentFlag.AlignHCenter, title)

    # --- turning -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn with the pointer."""
        if self._pressed is not None:
            moved = event.position() - self._pressed
            self._pressed = event.position()
            self.look(self.camera.turned(0.5 * moved.x(), 0.5 * moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Draw finely again."""
        del event
        self._pressed = None
        self.update()

    def wheelEvent(self, event: object) -> None:
        """Ask for more or less of the plane."""
        self.zoom_wanted.emit(0.8 if event.angleDelta().y() > 0 else 1.25)  # type: ignore[attr-defined]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys; + and - show less and more, Home looks as at first."""
        turns = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, STEP),
            Qt.Key.Key_Down: (0.0, -STEP),
        }
        key = Qt.Key(event.key())
        if key in turns:
            self.look(self.camera.turned(*turns[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_wanted.emit(2.0 if key == Qt.Key.Key_Minus else 0.5)
        elif key == Qt.Key.Key_Home:
            self.look(Camera())
        else:
            super().keyPressEvent(event)


def _shades(levels: Levels, theme: Theme, cube: FloatArray, loss: FloatArray) -> list[list[int]]:
    """Return the colour of each piece: that of its loss on the map, darker where it is turned from the light."""
    table = colours(theme)[:N_COLOURS].astype(np.float64)
    places = np.minimum(levels.places(loss), N_COLOURS - 1)
    across, along = cube[:-1, 1:] - cube[:-1, :-1], cube[1:, :-1] - cube[:-1, :-1]
    normal = np.cross(across, along)
    with np.errstate(invalid="ignore", divide="ignore"):
        lit = (normal / np.linalg.norm(normal, axis=-1, keepdims=True)) @ np.array([-0.45, -0.3, 0.84])
    light = 0.72 + 0.28 * np.clip(np.nan_to_num(lit, nan=1.0), 0.0, 1.0)
    found: NDArray[np.intp] = np.round(table[places] * light[..., None]).astype(np.intp)
    shades: list[list[int]] = found.reshape(-1, 3).tolist()
    return shades


def _along(ends: tuple[float, float], share: FloatArray) -> FloatArray:
    return ends[0] + (ends[1] - ends[0]) * share


def _polygon(points: FloatArray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def _write(
    painter: QPainter, metrics: QFontMetrics, at: FloatArray, text: str, most: float = 1e4, *, side: int = 0
) -> None:
    """Write a text around a place, or to the left of it (side -1)."""
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(most))
    width, height = metrics.horizontalAdvance(text), metrics.height()
    left = float(at[0]) - (width + 6 if side < 0 else width / 2)
    left = max(left, 2.0)
    painter.drawText(QRectF(left, float(at[1]) - height / 2, width + 2, height), Qt.AlignmentFlag.AlignLeft, text)
