"""Learning rates and what they do: for each axis of the error surface, what one step leaves of the way to the minimum.

Where a line is above 1 the way grows. The picture knows eigenvalues and numbers only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.legend import Entry, Legend
from app.widgets.numbers import number
from app.widgets.plot import Plot
from nlcore.records import FloatArray
from nlcore.theory.learning_rates import shrink_rates

POINTS = 301
MOST_AXES = 4
"""Lines that are drawn; of more axes the steepest and the flattest matter."""
BEYOND = 1.35
"""How far past the limit is drawn, as a share of it."""
TOP = 1.6
DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.5), (8.0, 3.0, 2.0, 3.0))


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What is drawn.

    Attributes
    ----------
    eigenvalues : ndarray, shape (n,)
        Of the Hessian, ascending, without those that are 0.
    momentum : float
        alpha.
    now : float
        The learning rate in force.
    limit : float
        The largest stable one.
    fastest : float or None
        The best one; None where it is not known.
    """

    eigenvalues: FloatArray
    momentum: float
    now: float
    limit: float
    fastest: float | None

    def drawn(self) -> FloatArray:
        """Return the eigenvalues with a line of their own: all, or the two smallest and the two largest."""
        if len(self.eigenvalues) <= MOST_AXES:
            return self.eigenvalues
        half = MOST_AXES // 2
        return np.concatenate((self.eigenvalues[:half], self.eigenvalues[-half:]))


class RatePlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("What a step leaves of the way, over the learning rate", can_zoom=False, parent=parent)
        self.legend = Legend(parent)
        self._beyond = pg.LinearRegionItem(movable=False)
        self._beyond.setZValue(-2000)
        for line in self._beyond.lines:
            line.hide()
        self._one = pg.InfiniteLine(1.0, angle=0)
        self._now, self._fastest = pg.InfiniteLine(0.0, angle=90), pg.InfiniteLine(0.0, angle=90)
        self._lines = [pg.PlotDataItem() for _ in range(MOST_AXES)]
        for item in (self._beyond, self._one, self._fastest, *self._lines, self._now):
            self.plot.canvas.addItem(item)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_rates(self, rates: Rates) -> None:
        """Draw the factors over the learning rate, and where it stands."""
        theme = self.theme
        right = max(BEYOND * rates.limit, min(1.05 * rates.now, 3.0 * rates.limit))
        self.plot.set_range((0.0, right), (0.0, TOP))
        self.plot.set_texts("What a step leaves of the way to the minimum", "learning rate η", "share left")
        shade = blend(theme.bad, theme.base, 0.16)
        self._beyond.setBrush(pg.mkBrush(shade))
        self._beyond.setRegion((rates.limit, 10.0 * right))
        self._one.setPen(pg.mkPen(theme.muted, width=1.0, style=Qt.PenStyle.DashLine))
        at = np.linspace(0.0, right, POINTS)
        drawn = rates.drawn()
        colours = self._colours()
        entries = []
        for k, line in enumerate(self._lines):
            line.setVisible(k < len(drawn))
            if k >= len(drawn):
                continue
            left = np.array([shrink_rates(drawn[k : k + 1], rate, rates.momentum)[0] for rate in at])
            line.setData(at, left, pen=_pen(colours[k], 2.0, DASHES[k]))
            entries.append(Entry(f"λ = {number(float(drawn[k]))}", "line", colours[k], dashes=DASHES[k], width=2.0))
        self._now.setValue(rates.now)
        self._now.setVisible(rates.now <= right)
        self._now.setPen(pg.mkPen(theme.text, width=2.5))
        entries.append(Entry("now", "line", theme.text, width=2.5, full="the learning rate in force"))
        self._fastest.setVisible(rates.fastest is not None)
        if rates.fastest is not None:
            self._fastest.setValue(rates.fastest)
            self._fastest.setPen(_pen(theme.good, 1.5, (3.0, 3.0)))
            entries.append(Entry("fastest", "line", theme.good, dashes=(3.0, 3.0), width=1.5))
        entries.append(Entry("diverges", "patch", shade, theme.bad))
        self.legend.set_entries(entries)

    def _colours(self) -> tuple[str, ...]:
        theme = self.theme
        return (theme.curves["training"], theme.curves["validation"], theme.curves["test"], theme.muted)


def _pen(colour: str, width: float, dashes: tuple[float, ...]) -> pg.QtGui.QPen:
    return pg.mkPen(colour, width=width, dash=list(dashes)) if dashes else pg.mkPen(colour, width=width)
