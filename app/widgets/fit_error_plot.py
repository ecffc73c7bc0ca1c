"""The error of the best fit over the number of parameters, on training and validation points; tracks as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme
from app.widgets.legend import Entry, Legend, line_pen
from app.widgets.plot import Plot
from app.widgets.track_look import track_colour, track_symbol
from nlcore.theory.outlines import Fit

DASHES = (7.0, 3.0)
LARGEST_SHOWN = 1.6
"""Tracks are followed up to so many times the largest error of a best fit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a track is: how many parameters it has, and its error now."""

    number: int
    name: str
    n_parameters: int
    error: float


class FitErrorPlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("Error over the number of parameters", can_zoom=False, whole_x=True, parent=parent)
        self.plot.show_grid()
        self.legend = Legend(parent)
        self.fits: tuple[Fit, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self._lines = {name: pg.PlotDataItem() for name in ("training", "validation")}
        self._marks = pg.ScatterPlotItem()
        for item in (*self._lines.values(), self._marks):
            self.plot.canvas.addItem(item)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_fits(self, fits: Sequence[Fit], marks: Sequence[Mark]) -> None:
        """Draw the best fits, and where the tracks are now."""
        theme = self.theme
        self.fits, self.marks = tuple(fits), tuple(marks)
        x = np.array([fit.n_parameters for fit in fits], dtype=np.float64)
        found = {
            "training": np.array([fit.training for fit in fits]),
            "validation": np.array([fit.validation for fit in fits]),
        }
        highest = max((float(np.nanmax(y)) for y in found.values() if np.isfinite(y).any()), default=1.0) or 1.0
        top = highest * LARGEST_SHOWN
        self.plot.set_texts("Least squares: error over the number of parameters", "parameters", "distance")
        self.plot.set_range((x[0] - 3.0, x[-1] + 3.0), (-0.05 * top, top))
        entries = []
        for (name, item), (symbol, dashes) in zip(self._lines.items(), (("o", ()), ("s", DASHES)), strict=True):
            y, colour = found[name], theme.curves["training" if name == "training" else "validation"]
            is_there = bool(np.isfinite(y).any())
            item.setVisible(is_there)
            if is_there:
                inside = pg.mkBrush(colour if name == "training" else theme.base)
                pen = line_pen(colour, 2.0, dashes)
                item.setData(x, y, pen=pen, symbol=symbol, symbolSize=8, symbolBrush=inside, symbolPen=pg.mkPen(colour))
                full = f"best possible on the {name} points"
                entries.append(Entry(f"best, {name}", "line", colour, dashes=dashes, width=2.0, full=full))
        spots = [
            {
                "pos": (mark.n_parameters, min(mark.error, 0.97 * top)),
                "symbol": track_symbol(mark.number),
                "size": 13,
                "brush": pg.mkBrush(track_colour(theme, mark.number)),
                "pen": pg.mkPen(theme.base, width=1.2),
            }
            for mark in marks
            if np.isfinite(mark.error)
        ]
        self._marks.setData(spots)
        for mark in marks:
            colour, symbol = track_colour(theme, mark.number), track_symbol(mark.number)
            entries.append(Entry(f"{mark.name} now", "marker", colour, theme.base, symbol))
        self.legend.set_entries(entries)
