"""The fit of one network together with the curve it shall follow, and what each hidden unit adds to its output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import blend
from app.widgets.fit_plot import Curve, FitPlot, Points
from app.widgets.legend import Entry
from app.widgets.track_look import track_colour
from nlcore.records import FloatArray

TARGET_DASHES = (6.0, 3.0)
MOST_PARTS = 128
"""Hidden units that get a line; of more the first are drawn."""
REACH = 0.6
LEAD_WIDTH = 3.0
NEAR = 12.0
"""Pixels from a line within which a click chooses it."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What hidden units add to the output, over the input.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Places.
    values : ndarray, shape (n, units)
        A line for each unit.
    chosen : int
        Which line is highlighted; -1 for none.
    word : str
        What a line is, for the legend.
    chosen_word : str
        What the highlighted one is.
    """

    x: FloatArray
    values: FloatArray
    chosen: int
    word: str
    chosen_word: str


class FunctionPlot(FitPlot):
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._target, self._chosen = pg.PlotDataItem(), pg.PlotDataItem()
        self._lines: list[pg.PlotDataItem] = []
        self.plot.canvas.addItem(self._target)
        self.plot.canvas.addItem(self._chosen)
        self._target.setZValue(4)
        self._chosen.setZValue(6)
        self._has_target = False
        self.parts: Parts | None = None

    def show_function(
        self,
        curves: Sequence[Curve],
        points: Sequence[Points],
        ring: FloatArray,
        target: Curve | None,
        parts: Parts | None,
    ) -> None:
        """Draw everything.

        Parameters
        ----------
        curves : sequence of Curve
            Of the tracks, the lead's first.
        points : sequence of Points
            One for each set that has examples.
        ring : ndarray, shape (n, 2)
            Points that are pointed out.
        target : Curve or None
            What the network shall follow, where it is known.
        parts : Parts or None
            What the lead's hidden units add.
        """
        self._has_target, self.parts = target is not None, parts
        self.show_fit(curves, points, np.empty((0, 2)), ring)
        theme = self.theme
        for k, item in enumerate(self._curves):
            item.setZValue(5 - 0.1 * k)
        if len(curves) > 1:  # the lead's parts are drawn, so its curve stands out
            self._curves[0].setPen(pg.mkPen(track_colour(theme, curves[0].number), width=LEAD_WIDTH))
        pen = pg.mkPen(theme.good, width=1.8, dash=list(TARGET_DASHES))
        self._target.setData(*((target.x, target.y) if target is not None else ([], [])), pen=pen)
        n = 0 if parts is None else min(MOST_PARTS, parts.values.shape[1])
        while len(self._lines) < n:
            self._lines.append(pg.PlotDataItem())
            self._lines[-1].setZValue(-5)
            self.plot.canvas.addItem(self._lines[-1])
        thin = pg.mkPen(self._faint(), width=1.0)
        for k, line in enumerate(self._lines):
            line.setVisible(k < n)
            if parts is not None and k < n:
                line.setData(parts.x, parts.values[:, k], pen=thin)
        has_chosen = parts is not None and 0 <= parts.chosen < parts.values.shape[1]
        self._chosen.setVisible(has_chosen)
        if parts is not None and has_chosen:
            self._chosen.setData(parts.x, parts.values[:, parts.chosen], pen=pg.mkPen(theme.accent, width=3.0))

    def line_at(self, x: float, y: float) -> int:
        """Return the hidden unit whose line passes nearest to a place; -1 where none is within a few pixels."""
        if self.parts is None or not self.parts.values.size:
            return -1
        at = int(np.argmin(np.abs(self.parts.x - x)))
        apart = np.abs(self.parts.values[at] - y) / self.plot.pixel()[1]
        nearest = int(np.argmin(apart))
        return nearest if apart[nearest] < NEAR else -1

    def _faint(self) -> str:
        return blend(self.theme.muted, self.theme.base, 0.55)

    def _fit(self, points: Sequence[Points], curves: Sequence[Curve]) -> None:
        """Show all of the range and of its curves, and of what units add as much as lies near them."""
        super()._fit(points, curves)
        if self.parts is None or not self.parts.values.size:
            return
        x_range, (low, high) = self.plot.box.viewRange()
        reach = REACH * (high - low)
        values = self.parts.values[np.isfinite(self.parts.values)]
        if values.size:
            low, high = max(min(low, values.min()), low - reach), min(max(high, values.max()), high + reach)
        self.plot.set_range((float(x_range[0]), float(x_range[1])), (float(low), float(high)))

    def _explain(self, curves: Sequence[Curve], points: Sequence[Points]) -> None:
        super()._explain(curves, points)
        entries = list(self.legend.entries)
        if len(curves) > 1:
            entries[0] = replace(entries[0], dashes=(), width=LEAD_WIDTH)
        if self._has_target:
            entries.insert(0, Entry("target curve", "line", self.theme.good, dashes=TARGET_DASHES, width=1.8))
        if self.parts is not None:
            entries.append(Entry(self.parts.word, "line", self._faint(), width=1.0))
            if self.parts.chosen >= 0:
                entries.append(Entry(self.parts.chosen_word, "line", self.theme.accent, width=3.0))
        self.legend.set_entries(entries)
