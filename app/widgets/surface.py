"""The picture of a decision surface: a coloured map, its level line, points by class, rings, and labels.

It draws what it is given and knows nothing of networks. The map is painted into buffers that are kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.contour import contour_segments
from app.widgets.markers import Spread, marker_size, spread
from app.widgets.plane import Plane, roomiest
from app.widgets.plot import Plot
from app.widgets.surface_colours import class_marker
from nlcore.records import FloatArray

FEW_NAMES = 4
"""Up to so many names of regions lie below the points; more of them could not be found there."""
REACH = 12
"""Pixels within which a click means a point."""
MOST_COUNTS = 40
KEEP_BELOW = 100
"""On maps with fewer cells a side, names stay where they are as long as they can."""
SMALLEST = 0.005
"""Share of the picture below which a region is not named."""
FULLEST = 0.6
"""Share of a region that its name may cover."""
MANY = 300
"""So many points are ringed finely and not counted where they coincide: signs on them would cover the others."""
LINE_WIDTH = 2.5
SMALLEST_MARKER = 4
ROOM_FOR_LABEL = 200
"""Pixels, in both directions, from which on the level line has its label."""


class SurfacePlot(Plot):
    """The picture.

    Signals
    -------
    point_clicked : int
        A click on the point of that index, or -1 for a click on none.
    points_changed : no arguments
        Other points are shown.
    """

    point_clicked = Signal(int)
    points_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, can_zoom=False, parent=parent)
        self.plane = Plane((0.0, 1.0), (0.0, 1.0))
        self.points: FloatArray = np.empty((0, 2))
        self.classes: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.wrong: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self.selected = -1
        self.cross: tuple[float, float] | None = None
        self.n_classes = 0
        self._held: tuple[int, tuple[float, float]] | None = None
        self._spread = Spread(np.empty((0, 2)), ())
        self._ends: FloatArray = np.empty((0, 2, 2))
        self._buffers: dict[int, NDArray[np.uint8]] = {}
        self._image = pg.ImageItem(axisOrder="row-major")
        self._line = pg.PlotCurveItem(connect="pairs", antialias=True)
        self._label = _tag(self.font())
        self._rings = [pg.ScatterPlotItem(pxMode=True, brush=None) for _ in range(2)]
        self._frames = [pg.ScatterPlotItem(pxMode=True, brush=None, symbol="s") for _ in range(2)]
        self._cross = pg.ScatterPlotItem(pxMode=True, symbol="+", size=16)
        self._scatters: list[Any] = []
        self._counts: list[Any] = []
        self._regions: list[Any] = []
        above = [(self._image, -10), (self._line, 1), *((r, 2) for r in self._rings), *((f, 3) for f in self._frames)]
        for item, z in (*above, (self._label, 8), (self._cross, 9)):
            item.setZValue(z)
            self.box.addItem(item, ignoreBounds=True)
        self._label.hide()
        self.clicked.connect(self._find_clicked)
        self.resized.connect(self._place_points)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        ratio = self.devicePixelRatioF()  # these pens are drawn in pixels of the device
        self._line.setPen(pg.mkPen(theme.text, width=LINE_WIDTH * ratio))
        self._cross.setPen(pg.mkPen(theme.text, width=ratio))
        self._cross.setBrush(pg.mkBrush(theme.base))
        for tag in (self._label, *self._counts, *self._regions):
            tag.setFont(self.font())
            _colour(tag, theme)
        self._dress_points()

    def _dress_points(self) -> None:
        """Give points and rings their look, in the theme's colours."""
        theme, ratio = self.theme, self.devicePixelRatioF()
        for items, colour in ((self._rings, theme.bad), (self._frames, theme.accent)):
            thin = 0.55 if items is self._rings and len(self.points) > MANY else 1.0
            items[0].setPen(pg.mkPen(theme.base, width=5 * thin * ratio))
            items[1].setPen(pg.mkPen(colour, width=2.5 * thin * ratio))
        for k, scatter in enumerate(self._scatters):
            look = class_marker(k, self.n_classes, theme)
            scatter.setSymbol(look.symbol)
            scatter.setBrush(look.inside)
            scatter.setPen(pg.mkPen(look.edge, width=1.3 if len(self.points) <= MANY else 0.8))

    def set_plane(self, plane: Plane) -> None:
        """Show another part of the plane."""
        self.plane = plane
        self.set_range(plane.x_range, plane.y_range)

    def show_map(self, places: NDArray[np.intp], table: NDArray[np.uint8]) -> None:
        """Paint the map.

        Parameters
        ----------
        places : ndarray, shape (n, n)
            Place of each cell's colour in the table, the lowest row first.
        table : ndarray, shape (n_colours, 4)
            Red, green, blue and opacity.
        """
        n = len(places)
        buffer = self._buffers.setdefault(n, np.empty((n, n, 4), dtype=np.uint8))
        np.take(table, places, axis=0, out=buffer, mode="clip")
        self._image.setImage(buffer, autoLevels=False, levels=None)
        (x0, x1), (y0, y1) = self.plane.x_range, self.plane.y_range
        self._image.setRect(QRectF(x0, y0, x1 - x0, y1 - y0))

    def show_contours(self, fields: Sequence[tuple[FloatArray, float]], label: str) -> None:
        """Draw level lines.

        Parameters
        ----------
        fields : sequence of (ndarray of shape (n, n), float)
            Field and level of each line.
        label : str
            Written once on a line; empty for none. A small picture has no room for it.
        """
        label = label if min(self.width(), self.height()) >= ROOM_FOR_LABEL else ""
        found = [contour_segments(field, level) for field, level in fields]
        pieces = np.concatenate(found) if found else np.empty((0, 2, 2))
        n = len(fields[0][0]) if fields else 1
        at = self.plane.places(pieces, n)
        self._ends = at
        ends = at.reshape(-1, 2)
        self._line.setData(ends[:, 0], ends[:, 1])
        self._label.setVisible(bool(len(at)) and bool(label))
        if len(at) and label:
            if label != self._label.toPlainText():
                self._label.setText(label)
                _colour(self._label, self.theme)
            middles = at.mean(axis=1)
            last = np.array([self._label.pos().x(), self._label.pos().y()])
            place = self._roomy(middles[:: max(1, len(middles) // 60)], label, last, beside_line=False)
            self._label.setPos(*place)

    @property
    def n_contour_pieces(self) -> int:
        """Number of pieces of the level lines."""
        xs = self._line.xData
        return 0 if xs is None else len(xs) // 2

    @property
    def contour_label(self) -> str:
        """The text on the level line; empty if there is no line."""
        return str(self._label.toPlainText()) if self._label.isVisible() else ""

    def set_regions(self, winners: NDArray[np.intp] | None, names: Sequence[str]) -> None:
        """Write names into regions of the plane.

        Parameters
        ----------
        winners : ndarray of shape (n, n) or None
            Which name each cell belongs to; None for no regions.
        names : sequence of str
            All names; those of tiny regions are left out.
        """
        texts = []
        kept = {tag.toPlainText(): (tag.pos().x(), tag.pos().y()) for tag in self._regions}
        for k, name in enumerate(names):
            if winners is None:
                break
            rows, columns = np.nonzero(np.equal(winners, k))
            if len(rows) < SMALLEST * winners.size or not self._has_room(len(rows) / winners.size, name):
                continue
            if name in kept and len(winners) < KEEP_BELOW and self._cell(winners, kept[name]) == k:
                texts.append((*kept[name], name))  # names jump about less, and coarse maps are drawn faster
                continue
            some = slice(None, None, max(1, len(rows) // 60))
            cells = self.plane.places(np.column_stack((columns[some], rows[some])).astype(np.float64), len(winners))
            texts.append((*self._roomy(cells, name, cells.mean(axis=0), beside_line=True), name))
        self._regions = self._tags(self._regions, texts, (0.5, 0.5), 7 if len(names) > FEW_NAMES else 4)

    def _has_room(self, share: float, name: str) -> bool:
        """Tell whether a name covers less than most of a region, which has so large a share of the picture."""
        metrics = QFontMetrics(self.font())
        label = (metrics.horizontalAdvance(name) + 8) * (metrics.height() + 4)
        return bool(label <= FULLEST * share * self.box.width() * self.box.height())

    def _cell(self, winners: NDArray[np.intp], at: tuple[float, float]) -> int:
        """Return the value of the cell at a place."""
        n = len(winners)
        (x0, x1), (y0, y1) = self.plane.x_range, self.plane.y_range
        column = min(max(int((at[0] - x0) / (x1 - x0) * n), 0), n - 1)
        row = min(max(int((at[1] - y0) / (y1 - y0) * n), 0), n - 1)
        return int(winners[row, column])

    def _roomy(self, candidates: FloatArray, text: str, near: FloatArray, *, beside_line: bool) -> tuple[float, float]:
        """Choose a place for a text where it covers nothing and stays inside."""
        origin = np.array([self.plane.x_range[0], self.plane.y_range[0]])
        size = np.array([self.plane.x_range[1], self.plane.y_range[1]]) - origin
        metrics = QFontMetrics(self.font())
        pixels = np.array([metrics.horizontalAdvance(text) / 2 + 6, metrics.height() / 2 + 4])
        obstacles = [self.points[:: max(1, len(self.points) // 50)]]
        if beside_line:
            ends = self._ends.reshape(-1, 2)
            obstacles.append(ends[:: max(1, len(ends) // 50)])
        found = roomiest(
            (candidates - origin) / size,
            (np.concatenate(obstacles) - origin) / size,
            pixels * np.array(self.pixel()) / size,
            (near - origin) / size,
        )
        return float(candidates[found, 0]), float(candidates[found, 1])

    def set_points(self, points: FloatArray, classes: NDArray[np.int64], n_classes: int = 2) -> None:
        """Show other points, shape (n, 2), with their classes; which are wrong and which is selected starts anew."""
        self.points, self.classes, self.n_classes = points, classes, n_classes
        self.wrong = np.zeros(len(points), dtype=np.bool_)
        self.selected = -1
        self._held = None
        self._spread = spread(points, classes)
        for scatter in self._scatters:
            self.box.removeItem(scatter)
        self._scatters = []
        for _ in range(int(classes.max()) + 1 if len(classes) else 0):
            scatter = pg.ScatterPlotItem(pxMode=True)
            scatter.setZValue(5)
            self.box.addItem(scatter, ignoreBounds=True)
            self._scatters.append(scatter)
        self._dress_points()
        self._place_points()
        self.points_changed.emit()

    def hold(self, index: int, at: tuple[float, float]) -> None:
        """Draw a point where it is being dragged to; -1 for none, then all are drawn where they are."""
        held = (index, at) if index >= 0 else None
        if held != self._held:
            self._held = held
            self._place_points()

    def set_wrong(self, wrong: NDArray[np.bool_]) -> None:
        """Ring some of the points."""
        if not np.array_equal(wrong, self.wrong):
            self.wrong = wrong
            self._place_rings()

    def set_selected(self, index: int) -> None:
        """Frame one of the points, or none for -1."""
        if index != self.selected:
            self.selected = index
            self._place_rings()

    def show_cross(self, at: tuple[float, float] | None) -> None:
        """Mark the place that is read with the keyboard."""
        self.cross = at
        self._cross.setData(*(([at[0]], [at[1]]) if at else ([], [])))

    def shown_at(self) -> FloatArray:
        """Return where the points are drawn, moved apart where they coincide."""
        shifted: FloatArray = self.points + self._spread.shifts * self._marker_size() * np.array(self.pixel())
        if self._held is not None:
            shifted[self._held[0]] = self._held[1]
        return shifted

    def point_at(self, x: float, y: float) -> int:
        """Return the point nearest to a place, or -1; asked again at the same place, the next one that is as near."""
        if not len(self.points):
            return -1
        away = np.linalg.norm((self.shown_at() - (x, y)) / self.pixel(), axis=1)
        near = np.nonzero(away <= min(REACH, away.min() + 1.5))[0]
        if not len(near):
            return -1
        after = near[near > self.selected] if self.selected in near else near
        return int(after[0] if len(after) else near[0])

    def _find_clicked(self, x: float, y: float) -> None:
        self.point_clicked.emit(self.point_at(x, y))

    def _marker_size(self) -> int:
        """Return a size at which the points leave something of the map to be seen, also in a small picture."""
        n = max(1, len(self.points))
        roomy = 0.45 * math.sqrt(max(1.0, self.box.width() * self.box.height()) / n)
        return max(SMALLEST_MARKER, min(marker_size(n), round(roomy)))

    def _place_points(self) -> None:
        at, size = self.shown_at(), self._marker_size()
        for k, scatter in enumerate(self._scatters):
            mine = at[self.classes == k]
            width = min(1.3 if len(self.points) <= MANY else 0.8, size / 5)
            pen = pg.mkPen(class_marker(k, self.n_classes, self.theme).edge, width=width)
            scatter.setData(mine[:, 0], mine[:, 1], size=size, pen=pen)
        is_clear = len(self.points) <= MANY and len(self._spread.repeated) <= MOST_COUNTS
        many = self._spread.repeated if is_clear else ()
        texts = [(float(at[i, 0]), float(at[i, 1]), f"×{times}") for i, times in many]
        self._counts = self._tags(self._counts, texts, (-0.35, 0.5), 6)
        self._place_rings()

    def _place_rings(self) -> None:
        at, size = self.shown_at(), self._marker_size()
        wrong = at[self.wrong]
        chosen = at[self.selected : self.selected + 1] if self.selected >= 0 else at[:0]
        for ring in self._rings:
            ring.setData(wrong[:, 0], wrong[:, 1], size=size + (min(9, size) if len(self.points) <= MANY else 4))
        for frame in self._frames:
            frame.setData(chosen[:, 0], chosen[:, 1], size=size + 15)

    def _tags(
        self, old: list[Any], texts: Sequence[tuple[float, float, str]], anchor: tuple[float, float], z: float
    ) -> list[Any]:
        """Show texts at places, using the old items as far as they go."""
        while len(old) > len(texts):
            self.box.removeItem(old.pop())
        while len(old) < len(texts):
            tag = _tag(self.font(), anchor)
            tag.setZValue(z)
            self.box.addItem(tag, ignoreBounds=True)
            old.append(tag)
        for tag, (x, y, text) in zip(old, texts, strict=True):
            if tag.toPlainText() != text:
                tag.setText(text)
                _colour(tag, self.theme)
            tag.setPos(x, y)
        return old


def _tag(font: Any, anchor: tuple[float, float] = (0.5, 0.5)) -> Any:
    tag = pg.TextItem("", anchor=anchor)
    tag.setFont(font)
    return tag


def _colour(tag: Any, theme: Theme) -> None:
    tag.setColor(QColor(theme.text))
    tag.fill = pg.mkBrush(theme.base)
    tag.border = pg.mkPen(theme.line)
    tag.update()
