"""The error of networks over the number of their hidden units, on logarithmic axes: built ones, and learnt ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme
from app.widgets.legend import Entry, Legend
from app.widgets.plot import Plot
from nlcore.size_errors import SizeError

LEAST = 1e-6
"""Smaller errors are drawn here."""
DASHES = (5.0, 3.0)


class SizePlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("Error over the number of hidden units", can_zoom=False, parent=parent)
        self.plot.x_axis.set_log(is_log=True)
        self.plot.y_axis.set_log(is_log=True)
        self.legend = Legend(parent)
        self.built, self.median = pg.PlotDataItem(), pg.PlotDataItem()
        self.learnt, self.now = pg.ScatterPlotItem(), pg.ScatterPlotItem()
        for item in (self.built, self.median, self.learnt, self.now):
            self.plot.canvas.addItem(item)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_errors(self, built: Sequence[SizeError], learnt: Sequence[SizeError], now: SizeError) -> None:
        """Draw the typical errors.

        Parameters
        ----------
        built, learnt : sequence of SizeError
            Of networks of bumps, and of trained ones.
        now : SizeError
            Of the network that is shown.
        """
        theme = self.theme
        finite = [one for one in learnt if np.isfinite(one.typical)]
        drawn = [*built, *finite, *([now] if np.isfinite(now.typical) else [])]
        y = np.array([_height(one) for one in drawn])
        x = np.array([np.log10(one.hidden) for one in drawn])
        edge = max(0.1, 0.08 * float(np.ptp(y)))
        x_range = (float(x.min()) - 0.08, float(x.max()) + 0.08)
        self.plot.set_range(x_range, (float(y.min()) - edge, float(y.max()) + edge))
        self.plot.set_texts("", "hidden units", "typical error")
        colours = (theme.curves["training"], theme.curves["validation"])
        places = [np.log10(one.hidden) for one in built]
        self.built.setData(places, [_height(one) for one in built], pen=pg.mkPen(colours[0], width=2.0))
        middles = medians(finite)
        self.median.setData(
            [np.log10(n) for n in middles],
            [np.log10(max(LEAST, value)) for value in middles.values()],
            pen=pg.mkPen(colours[1], width=1.6, dash=list(DASHES)),
        )
        self.learnt.setData(
            [np.log10(one.hidden) for one in finite],
            [_height(one) for one in finite],
            symbol="s", size=7, brush=pg.mkBrush(colours[1]), pen=pg.mkPen(theme.base),
        )  # fmt: skip
        here = [now] if np.isfinite(now.typical) else []
        self.now.setData(
            [np.log10(one.hidden) for one in here],
            [_height(one) for one in here],
            symbol="o", size=14, brush=None, pen=pg.mkPen(theme.text, width=2.0),
        )  # fmt: skip
        entries = [Entry("built from bumps", "line", colours[0], width=2.0)]
        if finite:
            entries.append(Entry("learnt, each start", "marker", colours[1], theme.base, "s"))
            entries.append(Entry("their median", "line", colours[1], dashes=DASHES, width=1.6))
        entries.append(Entry("network shown", "marker", "", theme.text, "o", width=2.0))
        self.legend.set_entries(entries)


def medians(errors: Sequence[SizeError]) -> dict[int, float]:
    """Return the median of the typical errors for each number of hidden units, ascending."""
    sizes = sorted({one.hidden for one in errors})
    return {n: float(np.median([one.typical for one in errors if one.hidden == n])) for n in sizes}


def _height(one: SizeError) -> float:
    return float(np.log10(max(LEAST, one.typical)))
