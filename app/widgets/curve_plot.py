"""A plot of curves over a count: plain or logarithmic, always in view unless the person zooms, and read by pointing.

Curves are thinned to what the pixels can show, keeping every peak, so that long runs draw as fast as short ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.envelope import envelope
from app.widgets.ghost_layer import GhostLayer, GhostLine
from app.widgets.legend import line_pen
from app.widgets.plot import Plot
from nlcore.records import FloatArray

PADDING = 0.03
MARK, LABELLED = 9.0, 24.0
"""Pixels above the highest point: for half of a mark, and for the number of a dimmed curve."""
MOST_BUCKETS = 600
MARKS_ALONG = 5
SMOOTH = 800
"""Lines of more points are drawn without smoothing, which would cost much and show little."""
MOST_WAY = 6_000.0
"""Pixels up and down that a line may go to be drawn wide: the costs of a wide line grow with the square of its way."""
LARGEST = 1e200
"""On a plain axis larger values are left out: Qt cannot place them."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve.

    Attributes
    ----------
    x, y : ndarray, shape (n,)
        Counts, never falling, and values; values that are not finite leave gaps.
    colour : str
        As ``#rrggbb``.
    dashes : tuple of float
        Pattern; empty for a solid line.
    symbol : str
        Shape of the mark at the present point; where curves have different ones, they stand along the curves too.
    present : int
        Index of the present point.
    best : tuple of (float, float) or None
        Count and value to mark as the best; None for none.
    width : float
        In pixels.
    """

    x: FloatArray
    y: FloatArray
    colour: str
    dashes: tuple[float, ...] = ()
    symbol: str = "o"
    present: int = -1
    best: tuple[float, float] | None = None
    width: float = 2.0


class CurvePlot(Plot):
    """Curves with marks and a crosshair.

    Signals
    -------
    hovered : float
        The pointer is at this count.
    unhovered : no arguments
        The pointer has gone.
    """

    hovered = Signal(float)
    unhovered = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, can_zoom=True, whole_x=True, parent=parent)
        self.lines: tuple[Line, ...] = ()
        self.is_zoomed = False
        self.log_x = self.log_y = False
        self.is_fine = True
        self.zero_at = -0.5
        self._items: list[Any] = []
        self.ghosts = GhostLayer(self.box)
        self._marks = pg.ScatterPlotItem(pxMode=True)
        self._best = pg.ScatterPlotItem(pxMode=True, symbol="star", size=17)
        self._hover_line = pg.InfiniteLine(angle=90, movable=False)
        self._now_line = pg.InfiniteLine(angle=90, movable=False)
        self._hover_marks = pg.ScatterPlotItem(pxMode=True, size=8)
        for item, z in (
            (self._now_line, 1),
            (self._hover_line, 2),
            (self._marks, 5),
            (self._best, 6),
            (self._hover_marks, 7),
        ):
            item.setZValue(z)
            self.box.addItem(item, ignoreBounds=True)
        self._hover_line.hide()
        self._now_line.hide()
        self.show_grid()
        self.pointed.connect(self._point)
        self.left.connect(self.unhovered)
        self.zoomed.connect(self._was_zoomed)
        self.resized.connect(self._was_given_room)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.ghosts.retheme(theme)
        self._hover_line.setPen(pg.mkPen(theme.muted, width=1))
        self._now_line.setPen(line_pen(theme.accent, 1.5, (2, 3)))
        self._best.setBrush(pg.mkBrush(theme.base))

    def show_lines(
        self,
        lines: Sequence[Line],
        *,
        log_x: bool,
        log_y: bool,
        is_fine: bool = True,
        ghosts: tuple[GhostLine, ...] = (),
    ) -> None:
        """Draw curves.

        Parameters
        ----------
        lines : sequence of Line
            Later ones lie above.
        log_x, log_y : bool
            Whether the axes are logarithmic; a count of 0 gets a place of its own, a value of 0 has none.
        is_fine : bool
            Whether edges are smoothed, which costs time.
        ghosts : tuple of GhostLine
            Dimmed curves below the others; the same tuple costs nothing.
        """
        if (log_x, log_y) != (self.log_x, self.log_y):
            self.is_zoomed = False
        self.log_x, self.log_y, self.is_fine = log_x, log_y, is_fine
        self.lines = tuple(lines)
        positive = [line.x[line.x > 0][:1] for line in lines]
        smallest = min((float(x[0]) for x in positive if len(x)), default=1.0)
        self.zero_at = math.floor(math.log10(smallest) + 1e-9) - 0.5
        has_zero = any(len(line.x) and line.x[0] <= 0 for line in lines)
        self.x_axis.set_log(is_log=log_x, zero_at=self.zero_at if log_x and has_zero else None)
        self.y_axis.set_log(is_log=log_y)
        self._make_items(len(self.lines))
        self._place_ghosts(ghosts)
        if not self.is_zoomed:
            self._fit()
        self._draw_lines()
        self.canvas.scene().prepareForPaint()  # else it would notice the new range while painting, and paint again

    def fit(self) -> None:
        """Show everything again, and follow the curves from now on."""
        self.is_zoomed = False
        self._fit()
        self._draw_lines()

    def show_now(self, count: float | None) -> None:
        """Draw a line at the present moment, if it is not the end of the curves."""
        self._now_line.setVisible(count is not None)
        if count is not None:
            self._now_line.setValue(float(self.x_places(np.array([count]))[0]))

    def show_hover(self, count: float | None, points: Sequence[tuple[float, float, str]] = ()) -> None:
        """Draw the crosshair at a count, with a mark on each curve.

        Parameters
        ----------
        count : float or None
            Where; None for nowhere.
        points : sequence of (float, float, str)
            Count, value and colour of each mark.
        """
        self._hover_line.setVisible(count is not None)
        if count is None:
            self._hover_marks.setData([], [])
            return
        self._hover_line.setValue(float(self.x_places(np.array([count]))[0]))
        x = self.x_places(np.array([p[0] for p in points]))
        y = self.y_places(np.array([p[1] for p in points]))
        seen = np.isfinite(y)
        brushes = [pg.mkBrush(p[2]) for p, is_seen in zip(points, seen, strict=True) if is_seen]
        self._hover_marks.setData(x[seen], y[seen], brush=brushes, pen=pg.mkPen(self.theme.base, width=1.5))

    def x_places(self, counts: FloatArray) -> FloatArray:
        """Return where counts are drawn."""
        if not self.log_x:
            return counts
        return np.where(counts > 0, np.log10(np.maximum(counts, 1e-300)), self.zero_at)

    def y_places(self, values: FloatArray) -> FloatArray:
        """Return where values are drawn; nan where there is no place."""
        finite = np.where(np.isfinite(values), values, np.nan)
        if not self.log_y:
            return np.where(np.abs(finite) < LARGEST, finite, np.nan)
        return np.where(finite > 0, np.log10(np.where(finite > 0, finite, 1.0)), np.nan)

    def _count_at(self, place: float) -> float:
        if not self.log_x:
            return place
        return 0.0 if place < self.zero_at + 0.25 else float(10.0 ** min(place, 300.0))

    def _place_ghosts(self, ghosts: tuple[GhostLine, ...]) -> None:
        places = (self.log_x, self.log_y, self.zero_at if self.log_x else None)
        self.ghosts.show(ghosts, places, self.x_places, self.y_places)

    def ghost_at(self, x: float, y: float) -> int | None:
        """Return the number of the dimmed course at a place of the view, or None."""
        return self.ghosts.nearest(x, y, self.pixel())

    def _point(self, x: float, y: float) -> None:
        self.ghosts.light(self.ghost_at(x, y))
        self.hovered.emit(self._count_at(x))

    def _was_given_room(self) -> None:
        if not self.is_zoomed:
            self._fit()  # the margins have a size in pixels
        self._draw_lines()

    def _was_zoomed(self) -> None:
        self.is_zoomed = True
        self._draw_lines()

    def _make_items(self, n: int) -> None:
        while len(self._items) > n:
            self.box.removeItem(self._items.pop())
        while len(self._items) < n:
            item = pg.PlotCurveItem(connect="finite")
            item.setZValue(3 + 0.01 * len(self._items))
            self.box.addItem(item, ignoreBounds=True)
            self._items.append(item)

    def _ends(self) -> tuple[list[float], list[float]]:
        """Return places that a view of everything must hold."""
        places = [(self.x_places(line.x), self.y_places(line.y)) for line in self.lines if len(line.x)]
        x = [float(v) for xs, _ in places for v in (xs[0], xs[-1])] + self.ghosts.ends_x
        y = [float(v) for _, ys in places if np.isfinite(ys).any() for v in (np.nanmin(ys), np.nanmax(ys))]
        return x, y + self.ghosts.ends_y

    def _fit(self) -> None:
        x, y = self._ends()
        x0, x1 = (min(x), max(x)) if x else (0.0, 1.0)
        y0, y1 = (min(y), max(y)) if y else (-1.0, 0.0)
        if not self.log_y:
            y0 = min(y0, 0.0)
        if x1 - x0 <= 0:
            x1 = x0 + 1.0
        if not y1 - y0 > 1e-12 * max(abs(y0), abs(y1)):
            y0, y1 = (y0 - 0.5, y1 + 0.5) if self.log_y else (min(y0, 0.0), max(y1, 0.0) or 1.0)
        limits = (-300.0, 300.0) if self.log_y else (None, None)
        self.box.setLimits(yMin=limits[0], yMax=limits[1])
        wide, high = PADDING * (x1 - x0), PADDING * (y1 - y0)
        pixels = max(40.0, self.box.height()) / (y1 - y0)
        above = LABELLED if self.ghosts.ends_x else MARK
        top, bottom = max(2 * high, above / pixels), max(1.5 * high, MARK / pixels)
        self.set_range((x0 - wide, x1 + 2 * wide), (y0 - bottom, y1 + top))

    def _draw_lines(self) -> None:
        (low, high), _ = self.box.viewRange()
        n_buckets = int(min(MOST_BUCKETS if self.is_fine else MOST_BUCKETS // 2, max(50, self.box.width())))
        pixel = self.pixel()[1]
        self.ghosts.draw((low, high) if self.is_zoomed else None)
        marks, bests = [], []
        symbols = list(dict.fromkeys(line.symbol for line in self.lines))
        for item, line in zip(self._items, self.lines, strict=True):
            x, y = self.x_places(line.x), self.y_places(line.y)
            thin = envelope(x, y, low, high, n_buckets, 0.7 * pixel)
            is_wide = self.is_fine and _way(thin[1], pixel) <= MOST_WAY
            item.opts["antialias"] = is_wide and len(thin[0]) <= SMOOTH
            item.setPen(line_pen(line.colour, line.width if is_wide else 1.0, line.dashes))
            item.setData(*thin)
            if len(x) and np.isfinite(y[line.present]):
                marks.append(_spot(x[line.present], y[line.present], line.symbol, line.colour, self.theme.base))
            if len(symbols) > 1 and self.is_fine:
                shift = (symbols.index(line.symbol) + 0.5) / len(symbols)
                marks += _marks_along(line, (x, y), (low, high), shift, self.theme.base)
            if line.best is not None:
                at = self.x_places(np.array([line.best[0]])), self.y_places(np.array([line.best[1]]))
                if np.isfinite(at[1][0]):
                    bests.append({"pos": (at[0][0], at[1][0]), "pen": pg.mkPen(line.colour, width=2)})
        self._marks.setData(marks)
        self._best.setData(bests)


def _way(y: FloatArray, pixel: float) -> float:
    """Return how many pixels a line goes up and down altogether."""
    return float(np.nansum(np.abs(np.diff(y)))) / pixel if pixel > 0.0 else 0.0


def _marks_along(
    line: Line, places: tuple[FloatArray, FloatArray], ends: tuple[float, float], shift: float, edge: str
) -> list[dict[str, Any]]:
    """Return marks at even distances of the view, so that curves can be told apart without their colours."""
    x, y = places
    if not len(x):
        return []
    wanted = ends[0] + (np.arange(MARKS_ALONG) + shift) * (ends[1] - ends[0]) / MARKS_ALONG
    inside = wanted[(wanted > x[0]) & (wanted < x[-1])]
    found = np.unique(np.searchsorted(x, inside).clip(0, len(x) - 1))
    return [_spot(x[i], y[i], line.symbol, line.colour, edge, 8) for i in found if np.isfinite(y[i])]


def _spot(x: float, y: float, symbol: str, colour: str, edge: str, size: int = 10) -> dict[str, Any]:
    return {
        "pos": (x, y),
        "symbol": symbol,
        "size": size,
        "brush": pg.mkBrush(colour),
        "pen": pg.mkPen(edge, width=1.2),
    }
