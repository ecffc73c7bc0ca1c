"""Points over one input, and the curve that each network draws through them; the differences as vertical lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.legend import Entry, Legend
from app.widgets.markers import marker_size
from app.widgets.plane import Range, span
from app.widgets.plot import Plot
from app.widgets.track_look import track_colour, track_symbol
from nlcore.records import FloatArray, SetName

SYMBOLS: dict[SetName, str] = {"training": "o", "validation": "s", "test": "t1"}
WIDTH = 2.0
DASHES: tuple[tuple[float, ...], ...] = ((), (7.0, 3.0), (2.0, 2.5), (8.0, 3.0, 2.0, 3.0))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The output of one track over the input."""

    number: int
    name: str
    x: FloatArray
    y: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The examples of one set that are drawn."""

    set_name: SetName
    x: FloatArray
    y: FloatArray


class FitPlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("Output and examples over the input", can_zoom=False, parent=parent)
        self.legend = Legend(parent)
        self._differences = pg.PlotDataItem(connect="pairs")
        self.plot.canvas.addItem(self._differences)
        self._points = {name: pg.ScatterPlotItem() for name in SYMBOLS}
        for item in self._points.values():
            self.plot.canvas.addItem(item)
        self._ring = pg.ScatterPlotItem()
        self.plot.canvas.addItem(self._ring)
        self._curves: list[pg.PlotDataItem] = []

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_fit(
        self, curves: Sequence[Curve], points: Sequence[Points], differences: FloatArray, ring: FloatArray
    ) -> None:
        """Draw everything.

        Parameters
        ----------
        curves : sequence of Curve
            One for each track.
        points : sequence of Points
            One for each set that has examples.
        differences : ndarray, shape (2 n, 2)
            Ends of vertical lines, in pairs; may be empty.
        ring : ndarray, shape (n, 2)
            Points that are pointed out.
        """
        theme = self.theme
        self._fit(points, curves)
        faint = blend(theme.bad, theme.base, 0.75)
        self._differences.setData(differences[:, 0], differences[:, 1], pen=pg.mkPen(faint, width=1.5))
        for name, item in self._points.items():
            found = next((p for p in points if p.set_name == name), None)
            xy = (np.empty(0), np.empty(0)) if found is None else (found.x, found.y)
            edge = theme.curves[name]
            inside = pg.mkBrush(edge if name == "training" else theme.base)
            item.setData(
                *xy,
                symbol=SYMBOLS[name],
                size=0.7 * marker_size(len(xy[0])),
                brush=inside,
                pen=pg.mkPen(edge, width=1.5),
            )
        self._ring.setData(ring[:, 0], ring[:, 1], symbol="o", size=17, brush=None, pen=pg.mkPen(theme.text, width=2.0))
        while len(self._curves) < len(curves):
            self._curves.append(pg.PlotDataItem())
            self.plot.canvas.addItem(self._curves[-1])
        for k, item in enumerate(self._curves):
            item.setVisible(k < len(curves))
            if k < len(curves):
                item.setData(curves[k].x, curves[k].y, pen=self._pen(curves[k].number, is_one=len(curves) == 1))
        self._explain(curves, points)

    def _fit(self, points: Sequence[Points], curves: Sequence[Curve]) -> None:
        """Show all examples, and of the curves as much as lies near them."""
        x = np.concatenate([p.x for p in points])
        low, high = span(np.concatenate([p.y for p in points]))
        drawn = np.concatenate([c.y for c in curves])
        drawn = drawn[np.isfinite(drawn)]
        reach = 0.5 * (high - low)
        if len(drawn):
            low, high = max(min(low, drawn.min()), low - reach), min(max(high, drawn.max()), high + reach)
        x_range: Range = span(x)
        self.plot.set_range(x_range, (float(low), float(high)))

    def _pen(self, number: int, *, is_one: bool) -> pg.QtGui.QPen:
        colour = self.theme.text if is_one else track_colour(self.theme, number)
        dashes = DASHES[0] if is_one else DASHES[(number - 1) % len(DASHES)]
        return pg.mkPen(colour, width=WIDTH, dash=list(dashes)) if dashes else pg.mkPen(colour, width=WIDTH)

    def _explain(self, curves: Sequence[Curve], points: Sequence[Points]) -> None:
        theme, is_one = self.theme, len(curves) == 1
        entries = []
        for curve in curves:
            colour = theme.text if is_one else track_colour(theme, curve.number)
            dashes = DASHES[0] if is_one else DASHES[(curve.number - 1) % len(DASHES)]
            name = "output" if is_one else curve.name
            entries.append(Entry(name, "line", colour, dashes=dashes, width=WIDTH, symbol=track_symbol(curve.number)))
        for p in points:
            edge = theme.curves[p.set_name]
            inside = edge if p.set_name == "training" else ""
            entries.append(Entry(f"{p.set_name} set", "marker", inside, edge, SYMBOLS[p.set_name]))
        self.legend.set_entries(entries)
