"""The gap between batch and incremental mode over the learning rate, on logarithmic axes, with a line of slope two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme
from app.widgets.legend import Entry, Legend
from app.widgets.plot import Plot
from nlcore.mode_gap import ModeGap

GUIDE = (4.0, 3.0)
SIZE = 9


class GapPlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("Gap between the modes, over the learning rate", can_zoom=False, parent=parent)
        self.plot.x_axis.set_log(is_log=True)
        self.plot.y_axis.set_log(is_log=True)
        self.legend = Legend(parent)
        self._guide, self._gaps = pg.PlotDataItem(), pg.ScatterPlotItem()
        self.plot.canvas.addItem(self._guide)
        self.plot.canvas.addItem(self._gaps)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_gaps(self, gaps: Sequence[ModeGap]) -> None:
        """Draw the gaps that can be drawn, and the line they should follow."""
        theme = self.theme
        drawn = [gap for gap in gaps if gap.learning_rate > 0.0 and 0.0 < gap.distance < np.inf]
        self.plot.set_texts("Gap between the modes after one epoch", "learning rate η", "distance of the weights")
        if not drawn:
            self._guide.setData([], [])
            self._gaps.setData([], [])
            self.plot.say("There is no gap: with one example, or without learning, both modes do the same.")
            self.legend.set_entries(())
            return
        self.plot.say("")
        x = np.log10([gap.learning_rate for gap in drawn])
        y = np.log10([gap.distance for gap in drawn])
        least = int(np.argmin(x))
        guide = y[least] + 2.0 * (x - x[least])
        low, high = float(min(y.min(), guide.min())), float(max(y.max(), guide.max()))
        edge = max(0.1, 0.06 * (high - low))
        self.plot.set_range((float(x.min()) - 0.15, float(x.max()) + 0.15), (low - edge, high + edge))
        self._guide.setData(x, guide, pen=pg.mkPen(theme.muted, width=1.5, dash=list(GUIDE)))
        inside, outline = pg.mkBrush(theme.curves["training"]), pg.mkPen(theme.base)
        self._gaps.setData(x, y, symbol="o", size=SIZE, brush=inside, pen=outline)
        self.legend.set_entries(
            (
                Entry("gap", "marker", theme.curves["training"], theme.base, "o"),
                Entry("square of the rate", "line", theme.muted, dashes=GUIDE, width=1.5),
            )
        )
