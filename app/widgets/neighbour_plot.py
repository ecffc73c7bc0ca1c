"""How often k nearest neighbours are right, over k, and level lines for how often networks are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.legend import Entry, line_pen
from app.widgets.numbers import GAP
from app.widgets.plot import Plot
from nlcore.nearest_neighbours import NeighbourScores

LEAST = 0.12
"""Share of the axis that is shown at least, so that chance looks as small as it is."""
DASHES = (5.0, 3.0)
SIZE = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """A network, and the neighbours it is compared with.

    Attributes
    ----------
    name : str
        Of its track; empty if there is only one.
    colour, symbol : str
        Of its track.
    accuracy : float or None
        Of the network; None if it has no answers.
    scores : NeighbourScores or None
        Of its data; None if another track before it has the same ones, or if they are not known yet.
    """

    name: str
    colour: str
    symbol: str
    accuracy: float | None
    scores: NeighbourScores | None


class NeighbourPlot(Plot):
    """The plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Share of correct answers over the number of neighbours", can_zoom=False, whole_x=True, parent=parent
        )
        self.y_axis.set_units(0.0, 100.0)
        self.compared: tuple[Compared, ...] = ()
        self._items: list[Any] = []
        self.show_grid()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.show_compared(self.compared)

    def show_compared(self, compared: Sequence[Compared]) -> None:
        """Draw the neighbours as dots joined by dashes, and the networks as level lines."""
        self.compared = tuple(compared)
        for item in self._items:
            self.box.removeItem(item)
        self._items = []
        values = [one.accuracy for one in compared if one.accuracy is not None]
        last = 15
        for one in compared:
            if one.accuracy is not None:
                line = pg.InfiniteLine(QPointF(0.0, one.accuracy), angle=0, pen=line_pen(one.colour, 2.5))
                self._add(line, 2)
            if one.scores is not None and one.scores.ks:
                colour = self.theme.text if not one.name else one.colour
                x, y = np.array(one.scores.ks, dtype=np.float64), np.array(one.scores.accuracies)
                values += one.scores.accuracies
                last = max(last, one.scores.ks[-1])
                dots = pg.PlotDataItem(
                    x,
                    y,
                    pen=line_pen(colour, 1.5, DASHES),
                    symbol=one.symbol,
                    symbolSize=SIZE,
                    symbolBrush=pg.mkBrush(colour),
                    symbolPen=pg.mkPen(self.theme.base),
                )
                self._add(dots, 3)
        if values:
            low, high = min(values), max(values)
            middle, reach = (low + high) / 2, max(high - low, LEAST) * 0.6
            top = min(1.02, middle + reach)
            self.set_range((0.5, last + 0.5), (max(-0.02, top - 2 * reach), top))

    def _add(self, item: Any, z: float) -> None:
        item.setZValue(z)
        self.box.addItem(item, ignoreBounds=True)
        self._items.append(item)


def percent(share: float) -> str:
    """Write a share of the examples."""
    return f"{100 * share:.1f}{GAP}%"


def neighbour_legend(compared: Sequence[Compared], theme: Theme) -> list[Entry]:
    """Return what the dots and lines mean."""
    entries = []
    for one in compared:
        of = f", {one.name}" if one.name else ""
        if one.scores is not None and one.scores.ks:
            colour = theme.text if not one.name else one.colour
            entries.append(Entry(f"k nearest neighbours{of}", "marker", colour, theme.base, one.symbol))
        if one.accuracy is not None:
            said = one.name or "network now"
            entries.append(Entry(f"{said}: {percent(one.accuracy)}", "line", one.colour, width=2.5))
    return entries
