"""When each run came to zero training errors: one dot a seed on a line of epochs, and a place for those that never did.

Equal epochs are stacked, so the picture is a histogram whose single runs can be pointed at. Tracks stand one above
the other, with the median of each as a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.numbers import counted, number
from app.widgets.plot import Plot
from nlcore.spread import Summary

BINS = 36
"""Dots nearer than this part of the axis are stacked."""
STACK = 0.1
ROOM = 0.8
"""Of the height of a row, for its highest stack."""
NEVER_AT, END_AT = 1.14, 1.24
"""Where runs without such an epoch stand, and where the axis ends, in parts of the largest epoch."""
NEAR = 12.0
SIZE = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The runs of one track.

    Attributes
    ----------
    name : str
        Of the track.
    seeds : tuple of int
        One for each run.
    epochs : tuple of int or None
        The first without errors; None for never.
    colour : str
        As ``#rrggbb``.
    symbol : str
        Shape of the dots.
    """

    name: str
    seeds: tuple[int, ...]
    epochs: tuple[int | None, ...]
    colour: str
    symbol: str = "o"


class FirstEpochs(Plot):
    """The dots.

    Signals
    -------
    dot_pointed : str
        What the dot at the pointer says; empty if there is none.
    """

    dot_pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("First epoch with zero training errors, one dot a seed", can_zoom=False, parent=parent)
        self.rows: tuple[Row, ...] = ()
        self.dots: list[tuple[float, float, str]] = []
        self._largest = 1.0
        self._marks = pg.ScatterPlotItem(pxMode=True, size=SIZE)
        self._medians = pg.PlotCurveItem(connect="pairs")
        self._edge = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._edge, self._medians, self._marks):
            self.box.addItem(item, ignoreBounds=True)
        self.y_axis.setStyle(tickLength=0)
        self.resized.connect(self._place_ticks)
        self.pointed.connect(self._point)
        self.left.connect(lambda: self.dot_pointed.emit(""))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self._medians.setPen(pg.mkPen(theme.text, width=2))
        self._edge.setPen(pg.mkPen(theme.muted, width=1))
        if self.rows:
            self._draw()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Draw the runs of all tracks."""
        self.rows = tuple(rows)
        self._draw()

    def _draw(self) -> None:
        reached = [epoch for row in self.rows for epoch in row.epochs if epoch is not None]
        self._largest = float(max(reached, default=0)) or 1.0
        self.dots, spots, medians = [], [], []
        for k, row in enumerate(self.rows):
            base = float(len(self.rows) - 1 - k)
            places = [NEVER_AT * self._largest if epoch is None else float(epoch) for epoch in row.epochs]
            heights = stacked(places, self._largest)
            for seed, epoch, x, y in zip(row.seeds, row.epochs, places, heights, strict=True):
                said = "never" if epoch is None else f"epoch {number(epoch)}"
                whose = f"{row.name}, seed" if len(self.rows) > 1 else "Seed"
                self.dots.append((x, base + y, f"{whose} {seed}: {said}"))
                spots.append({"pos": (x, base + y), "brush": pg.mkBrush(row.colour), "symbol": row.symbol})
            median = Summary.of(row.epochs).median
            if np.isfinite(median):
                medians += [(median, base - 0.06), (median, base + ROOM + 0.06)]
        self._marks.setData(spots, pen=pg.mkPen(self.theme.base, width=1))
        points = np.array(medians, dtype=np.float64).reshape(-1, 2)
        self._medians.setData(points[:, 0], points[:, 1])
        self._edge.setValue((1.0 + NEVER_AT) / 2 * self._largest)
        self.set_range((-0.03 * self._largest, END_AT * self._largest), (-0.12, max(1, len(self.rows))))
        self.set_texts("First epoch with zero training errors", "epochs", "")
        self.say("" if reached else "No seed has reached zero training errors.")
        self._place_ticks()

    def _place_ticks(self) -> None:
        """Write numbers up to the largest, then "never"; name the rows if there are several."""
        self.x_axis.setTicks(None)
        levels = self.x_axis.tickValues(0.0, self._largest, max(1.0, self.box.width() / END_AT))
        ticks = [
            (value, text)
            for gap, values in levels[:1]
            for value, text in zip(values, self.x_axis.tickStrings(values, 1.0, gap), strict=True)
            if value <= self._largest
        ]
        self.x_axis.setTicks([[*ticks, (NEVER_AT * self._largest, "never")]])
        several = len(self.rows) > 1
        names = [(len(self.rows) - 1 - k + ROOM / 2, row.name) for k, row in enumerate(self.rows) if several]
        self.y_axis.setTicks([names])
        widths = [self.fontMetrics().horizontalAdvance(name) for _, name in names]
        self.y_axis.setWidth(min(110, max(widths, default=0) + 12))

    def _fit_y_axis(self) -> None:
        """Leave the room for the names as it is."""

    def _point(self, x: float, y: float) -> None:
        wide, high = self.pixel()
        away = [np.hypot((x - at) / wide, (y - up) / high) for at, up, _ in self.dots]
        near = int(np.argmin(away)) if away else -1
        self.dot_pointed.emit(self.dots[near][2] if away and away[near] < NEAR else "")

    def in_words(self) -> str:
        """Say the median of each row and how many never came there."""
        said = []
        for row in self.rows:
            summary, never = Summary.of(row.epochs), sum(epoch is None for epoch in row.epochs)
            whose = f"{row.name}: " if len(self.rows) > 1 else ""
            if summary.n:
                said.append(
                    f"{whose}bar at the median, epoch {number(summary.median, 6)}; {counted(never, 'seed')} never"
                )
            else:
                said.append(f"{whose}never, with any of {counted(never, 'seed')}")
        return ". ".join(said) + ("." if said else "")


def stacked(places: Sequence[float], largest: float) -> list[float]:
    """Return how high each dot stands, so that dots at about the same place lie above one another.

    Parameters
    ----------
    places : sequence of float
        Along the axis.
    largest : float
        Of the axis.
    """
    bins = [round(place / largest * BINS) for place in places]
    highest = max((bins.count(one) for one in set(bins)), default=1)
    step = min(STACK, ROOM / highest)
    heights, used = [0.0] * len(places), dict.fromkeys(bins, 0)
    for k in sorted(range(len(places)), key=lambda k: places[k]):
        heights[k] = step * (0.5 + used[bins[k]])
        used[bins[k]] += 1
    return heights
