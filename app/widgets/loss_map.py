"""The map of an error surface: colours, lines of equal loss with their loss written on them, ways, and the arrow.

It draws what it is given and knows nothing of networks. The wheel and dragging choose another part of the plane.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.contour import contour_segments
from app.widgets.loss_levels import Levels, colours
from app.widgets.plane import Plane, Range, roomiest
from app.widgets.plot import Plot
from app.widgets.surface_colours import opaque
from app.widgets.way_items import WayItems, segments
from app.widgets.ways import Way
from nlcore.records import FloatArray

REACH = 14
"""Pixels within which the pointer means a point of a way."""
ARROW_SHARE = 0.2
"""Length of the arrow as a share of the smaller side of the picture."""
HEAD = 9.0
LINE_ROOM = 46
"""Pixels between two labels of lines, at least."""


class LossMap(Plot):
    """The map.

    Signals
    -------
    zoom_wanted : float
        A key asks to show more (above 1) or less.
    """

    zoom_wanted = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, can_zoom=True, parent=parent)
        self.cross: tuple[float, float] | None = None
        self._ways: tuple[Way, ...] = ()
        self._ways_key: tuple[object, ...] = ()
        self._is_placed = True
        self._arrow: tuple[FloatArray, FloatArray] | None = None
        self._lines: list[tuple[str, FloatArray]] = []
        self._buffer: NDArray[np.uint8] = np.empty((0, 0, 4), dtype=np.uint8)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._contours = segments()
        self._arrow_items = [pg.PlotCurveItem(connect="pairs", antialias=True) for _ in range(2)]
        self._cross = pg.ScatterPlotItem(pxMode=True, symbol="+", size=16)
        self._near = pg.ScatterPlotItem(pxMode=True, symbol="o", size=15, brush=None)
        self._labels: list[Any] = []
        self._drawn: dict[int, WayItems] = {}
        above = [(self._image, -10), (self._contours, 1), (self._arrow_items[0], 6), (self._arrow_items[1], 7)]
        for item, z in (*above, (self._near, 8), (self._cross, 9)):
            item.setZValue(z)
            self.box.addItem(item, ignoreBounds=True)
        self.resized.connect(self._resize)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        ratio = self.devicePixelRatioF()
        self._contours.setPen(pg.mkPen(theme.muted, width=1.2 * ratio))
        self._cross.setPen(pg.mkPen(theme.text, width=ratio))
        self._cross.setBrush(pg.mkBrush(theme.base))
        self._near.setPen(pg.mkPen(theme.accent, width=2.5 * ratio))
        self._arrow_items[0].setPen(pg.mkPen(theme.base, width=5 * ratio))
        self._arrow_items[1].setPen(pg.mkPen(theme.text, width=2.2 * ratio))
        for label in self._labels:
            self.box.removeItem(label)
        self._labels, self._is_placed, self._ways_key = [], False, ()

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show_map(self, values: FloatArray, levels: Levels | None, u_range: Range, v_range: Range) -> None:
        """Paint the loss.

        Parameters
        ----------
        values : ndarray, shape (n, n)
            At the centres of equal cells, the lowest row first.
        levels : Levels or None
            Which lines are drawn; None if no value is finite.
        u_range, v_range : tuple of float
            The part of the plane.
        """
        table = opaque(colours(self.theme))
        places = levels.places(values) if levels is not None else np.full(values.shape, len(table) - 1)
        if self._buffer.shape[:2] != values.shape:
            self._buffer = np.empty((*values.shape, 4), dtype=np.uint8)
        np.take(table, places, axis=0, out=self._buffer, mode="clip")
        self._image.setImage(self._buffer, autoLevels=False, levels=None)
        self._image.setRect(QRectF(u_range[0], v_range[0], u_range[1] - u_range[0], v_range[1] - v_range[0]))
        plane, self._lines = Plane(u_range, v_range), []
        texts = levels.texts[1:-1] if levels is not None and not levels.steps else ()
        for k, level in enumerate(levels.lines if levels is not None else ()):
            pieces = plane.places(contour_segments(values, level), len(values))
            if len(pieces):
                self._lines.append((texts[k] if texts else "", pieces))
        every = [pieces for _, pieces in self._lines]
        ends = np.concatenate(every).reshape(-1, 2) if every else np.empty((0, 2))
        self._contours.setData(ends[:, 0], ends[:, 1], skipFiniteCheck=True)
        self._is_placed = False

    def show_ways(self, ways: tuple[Way, ...], *, has_lines: bool) -> None:
        """Draw the ways of tracks, the last one on top; without lines only where they begin and are now."""
        key = (has_lines, self.theme, *((way.number, way.at.tobytes()) for way in ways))
        if key == self._ways_key:
            return
        self._ways, self._ways_key = ways, key
        for gone in set(self._drawn) - {way.number for way in ways}:
            self._drawn.pop(gone).remove()
        for z, way in enumerate(ways):
            if way.number not in self._drawn:
                self._drawn[way.number] = WayItems(self.box)
            self._drawn[way.number].show(way, self.theme, self.devicePixelRatioF(), z / 100, has_lines=has_lines)

    def show_arrow(self, at: FloatArray | None, direction: FloatArray) -> None:
        """Draw an arrow of a fixed length from a place along a direction of the plane; None for no arrow."""
        self._arrow = None if at is None or not np.any(direction) else (at, direction)
        self._place()

    def show_cross(self, at: tuple[float, float] | None) -> None:
        """Mark the place that is read with the keyboard."""
        self.cross = at
        self._cross.setData(*(([at[0]], [at[1]]) if at else ([], [])))

    def show_near(self, at: FloatArray | None) -> None:
        """Ring the point of a way that is read."""
        self._near.setData(*(([at[0]], [at[1]]) if at is not None else ([], [])))

    def point_at(self, u: float, v: float) -> tuple[Way, int] | None:
        """Return the way and the number of its point that is nearest to a place; None if there is none near."""
        size, found, best = np.array(self.pixel()), None, float(REACH)
        for way in self._ways:
            if len(way.at):
                away = np.linalg.norm((way.at - (u, v)) / size, axis=1)
                k = len(away) - 1 - int(np.argmin(away[::-1]))
                if away[k] < best:
                    found, best = (way, k), float(away[k])
        return found

    # --- places that depend on the size ------------------------------------------------------------------------------

    @property
    def _tip(self) -> FloatArray:
        """Return where the arrow ends, from where it begins."""
        assert self._arrow is not None
        pixel = np.array(self.pixel())
        along = self._arrow[1] / pixel
        length = ARROW_SHARE * min(self.box.width(), self.box.height())
        return np.asarray(length * along / np.linalg.norm(along) * pixel)

    def _resize(self) -> None:
        self._is_placed = False
        self._place()

    def _place(self) -> None:
        """Put the arrow into its place, and the labels of new lines; those of the same lines stay where they are."""
        if not self._is_placed:
            self._place_labels()
        ends = np.empty((0, 2))
        if self._arrow is not None:
            at, pixel = self._arrow[0], np.array(self.pixel())
            tip = self._tip / pixel
            along = tip / np.linalg.norm(tip)
            back, side = -HEAD * along, 0.5 * HEAD * np.array([-along[1], along[0]])
            pieces = np.array([[0 * tip, tip], [tip, tip + back + side], [tip, tip + back - side]])
            ends = (at + pieces * pixel).reshape(-1, 2)
        for item in self._arrow_items:
            item.setData(ends[:, 0], ends[:, 1])

    def _place_labels(self) -> None:
        """Write the loss on the lines, where there is room."""
        self._is_placed = True
        (x0, x1), (y0, y1) = self.box.viewRange()
        origin, size = np.array([x0, y0]), np.array([x1 - x0, y1 - y0])
        pixels = np.array([max(1.0, self.box.width()), max(1.0, self.box.height())])
        metrics = QFontMetrics(self.font())
        taken = [np.array([[-1.0, -1.0]])]
        if self._arrow is not None:
            taken.append(self._arrow[0] + np.linspace(0.0, 1.0, 9)[:, None] * self._tip - origin)
            taken[-1] = taken[-1] / size
        taken += [(way.at[:: max(1, len(way.at) // 20)] - origin) / size for way in self._ways if len(way.at)]
        texts: list[tuple[float, float, str]] = []
        for text, pieces in self._lines:
            if not text:
                continue  # a line between two steps has no loss of its own
            half = np.array([metrics.horizontalAdvance(text) / 2 + 5, metrics.height() / 2 + 2]) / pixels
            middles = (pieces.mean(axis=1) - origin) / size
            inside = middles[np.all((middles > half) & (middles < 1 - half), axis=1)]
            if not len(inside):
                continue
            candidates = inside[:: max(1, len(inside) // 30)]
            obstacles = np.concatenate(taken)
            found = candidates[roomiest(candidates, obstacles, half, np.array([0.62, 0.62]))]
            gaps = np.abs(obstacles - found) * pixels - half * pixels
            if np.any(np.all(gaps < np.array([LINE_ROOM / 4, 3.0]), axis=1)):
                continue
            taken += [found[None, :], found + half * np.array([[-1, 0], [1, 0]])]
            at = origin + found * size
            texts.append((float(at[0]), float(at[1]), text))
        self._show_labels(texts)

    def _show_labels(self, texts: list[tuple[float, float, str]]) -> None:
        while len(self._labels) > len(texts):
            self.box.removeItem(self._labels.pop())
        while len(self._labels) < len(texts):
            label = pg.TextItem("", anchor=(0.5, 0.5))
            label.textItem.document().setDocumentMargin(1.0)
            label.setFont(self.font())
            label.setColor(QColor(self.theme.text))
            label.fill = pg.mkBrush(self.theme.base)
            label.setZValue(3)
            self.box.addItem(label, ignoreBounds=True)
            self._labels.append(label)
        for label, (x, y, text) in zip(self._labels, texts, strict=True):
            if label.toPlainText() != text:
                label.setText(text)
                label.setColor(QColor(self.theme.text))
            label.setPos(x, y)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice Enter, + and -."""
        if event.type() == QEvent.Type.KeyPress and watched is self.canvas and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.cross is not None:
                    self.clicked.emit(*self.cross)
                return True
            factor = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}.get(Qt.Key(event.key()))
            if factor is not None:
                self.zoom_wanted.emit(factor)
                return True
        return super().eventFilter(watched, event)
