"""Bound and mistakes over the margin, both on logarithmic axes: what happens as gamma goes to 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.plot import Plot
from nlcore.mistake_bounds import SweepPoint
from nlcore.records import FloatArray

WAITING = "The two classes are being moved together …"


class SweepPlot(Plot):
    """The plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Bound and mistakes over the margin", can_zoom=False, parent=parent)
        self.x_axis.set_log(is_log=True)
        self.y_axis.set_log(is_log=True)
        self.points: tuple[SweepPoint, ...] = ()
        self._bound = pg.PlotDataItem(symbol="s", symbolSize=6, antialias=True)
        self._mistakes = pg.PlotDataItem(symbol="o", symbolSize=6, antialias=True)
        self._here = pg.ScatterPlotItem(pxMode=True, brush=None, symbol="o", size=16)
        for item in (self._bound, self._mistakes, self._here):
            self.box.addItem(item, ignoreBounds=True)
        self.show_grid()
        self.set_texts("■ bound   ● updates of a whole run", "margin γ, with the gap closing to the left", "updates")

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        ratio = self.devicePixelRatioF()
        for item, colour in ((self._bound, theme.text), (self._mistakes, theme.accent)):
            item.setPen(pg.mkPen(colour, width=1.6 * ratio))
            item.setSymbolBrush(pg.mkBrush(colour))
            item.setSymbolPen(pg.mkPen(colour))
        self._here.setPen(pg.mkPen(theme.bad, width=2.5 * ratio))

    def show_sweep(self, points: Sequence[SweepPoint], gamma: float, say: str) -> None:
        """Draw the sweep, and mark a margin.

        Parameters
        ----------
        points : sequence of SweepPoint
            Widest gap first.
        gamma : float
            The margin that is shown now.
        say : str
            A sentence over the plot; empty if there is something to see.
        """
        self.say(say)
        self.points = tuple(points)
        gammas = np.log10([p.gamma for p in points])
        bounds = np.log10([p.bound for p in points])
        done = [p for p in points if p.is_over and p.mistakes > 0]
        self._bound.setData(gammas, bounds)
        self._mistakes.setData(np.log10([p.gamma for p in done]), np.log10([float(p.mistakes) for p in done]))
        near = [min(points, key=lambda p: abs(math.log(p.gamma / gamma)))] if points and gamma > 0.0 else []
        marks = [(math.log10(p.gamma), math.log10(p.bound)) for p in near]
        marks += [(math.log10(p.gamma), math.log10(p.mistakes)) for p in near if p.is_over and p.mistakes > 0]
        self._here.setData([x for x, _ in marks], [y for _, y in marks])
        if len(points):
            self.set_range(_widened(gammas), _widened(np.concatenate([bounds, [0.0]])))


def _widened(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) + 0.05
    return low - margin, high + margin
