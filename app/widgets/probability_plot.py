"""A plot over outputs from 0 to 1 with a threshold that can be dragged, and two such: shares against outputs, and bars.

Both keep the same room for their numbers on the left, so that the line stands in both at the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from app.theme import Theme, blend
from app.widgets.legend import Entry
from app.widgets.plot import Plot
from app.widgets.track_look import track_colour, track_symbol
from nlcore.calibration import Bin

DASHES = (6.0, 3.0)
STEP = 0.01
"""How far an arrow key moves the threshold."""
ROOM = 0.045
FULL = 1.0
Bars = tuple[tuple[int, int], ...]
"""For each bin the examples of the class and all others."""


@dataclass(frozen=True, slots=True, eq=False)
class BinnedTrack:
    """The bins of one track."""

    number: int
    name: str
    bins: tuple[Bin, ...]


class ProbabilityPlot(Plot):
    """A plot over outputs, with the threshold as a line.

    Signals
    -------
    threshold_moved : float
        The line was dragged, or moved with the arrow keys.
    """

    threshold_moved = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.line: pg.InfiniteLine | None = None  # the base asks for the axis before there is a line
        super().__init__(name, can_zoom=False, parent=parent)
        self.line = pg.InfiniteLine(0.5, angle=90, movable=True, bounds=(0.0, FULL))
        self.line.setZValue(50)
        self.canvas.addItem(self.line)
        self.line.sigDragged.connect(lambda line: self.threshold_moved.emit(float(line.value())))
        self.stepped.connect(self._step)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        if self.line is not None:
            self.line.setPen(pg.mkPen(theme.accent, width=2.5))
            self.line.setHoverPen(pg.mkPen(theme.text, width=4.0))

    def show_threshold(self, value: float) -> None:
        """Put the line somewhere, without telling anybody."""
        if self.line is not None and self.line.value() != value:
            self.line.setValue(value)

    def _step(self, right: int, _: int) -> None:
        if right and self.line is not None:
            at = round((float(self.line.value()) + right * STEP) / STEP) * STEP
            self.threshold_moved.emit(round(min(max(at, 0.0), FULL), 6))

    def _fit_y_axis(self) -> None:
        """Keep the same room whatever the numbers are."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance("0000") + metrics.height() + 14
        if width != self._y_width:
            self._y_width = width
            self.y_axis.setWidth(width)


class ReliabilityPlot(ProbabilityPlot):
    """Observed shares against outputs, with the diagonal on which they agree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Observed share of the class, over the output", parent)
        self._diagonal = pg.PlotDataItem([0.0, FULL], [0.0, FULL])
        self.canvas.addItem(self._diagonal)
        self.shares: list[tuple[pg.PlotDataItem, pg.PlotDataItem, pg.ScatterPlotItem, pg.ScatterPlotItem]] = []
        self.tracks: tuple[BinnedTrack, ...] = ()

    def name_outputs(self, *, is_alone: bool) -> None:
        """Name the outputs below the axis only where no other plot below does so."""
        self.set_texts("", "output" if is_alone else "", "observed share")

    def show_tracks(self, tracks: Sequence[BinnedTrack], *, has_truth: bool) -> list[Entry]:
        """Draw the bins of some tracks, and return what explains them.

        Parameters
        ----------
        tracks : sequence of BinnedTrack
            The first leads: intervals and true probabilities are drawn for it alone.
        has_truth : bool
            Whether true probabilities are shown.
        """
        theme, self.tracks = self.theme, tuple(tracks)
        self.set_range((-ROOM, FULL + ROOM), (-ROOM, FULL + ROOM))
        self._diagonal.setPen(pg.mkPen(theme.muted, width=1.2, dash=list(DASHES)))
        while len(self.shares) < len(tracks):
            items = (pg.PlotDataItem(connect="pairs"), pg.PlotDataItem(), pg.ScatterPlotItem(), pg.ScatterPlotItem())
            for item in items:
                self.canvas.addItem(item)
            self.shares.append(items)
        entries = []
        for k, items in enumerate(self.shares):
            for item, is_for_lead in zip(items, (True, False, False, True), strict=True):
                item.setZValue(20 - k)
                item.setVisible(k < len(tracks) and not (k and is_for_lead))
            if k < len(tracks):
                entries += self._draw_track(items, tracks[k], len(tracks), has_truth=has_truth)
        entries.append(Entry("95 % interval", "line", self._faint(tracks[0]), width=1.6))
        if has_truth:
            entries.append(Entry("true probability", "marker", "", theme.text, "+"))
        entries.append(Entry("output = share", "line", theme.muted, dashes=DASHES, width=1.2))
        return entries

    def _draw_track(
        self,
        items: tuple[pg.PlotDataItem, pg.PlotDataItem, pg.ScatterPlotItem, pg.ScatterPlotItem],
        track: BinnedTrack,
        n: int,
        *,
        has_truth: bool,
    ) -> list[Entry]:
        """Draw one track."""
        bars, line, points, truths = items
        colour, symbol = track_colour(self.theme, track.number), track_symbol(track.number)
        x = np.array([one.predicted for one in track.bins])
        y = np.array([one.share for one in track.bins])
        ends = np.array([end for one in track.bins for end in (one.share_low, one.share_high)])
        bars.setData(np.repeat(x, 2), ends, pen=pg.mkPen(self._faint(track), width=1.6))
        line.setData(x, y, pen=pg.mkPen(colour, width=1.6))
        points.setData(x, y, symbol=symbol, size=9, brush=pg.mkBrush(colour), pen=pg.mkPen(self.theme.base, width=1.0))
        known = [(one.predicted, one.expected) for one in track.bins if has_truth and one.expected is not None]
        truths.setData(
            np.array([place[0] for place in known]),
            np.array([place[1] for place in known]),
            symbol="+",
            size=12,
            brush=pg.mkBrush(self.theme.text),
            pen=pg.mkPen(self.theme.base, width=0.8),
        )
        return [Entry(track.name, "marker", colour, self.theme.base, symbol)] if n > 1 else []

    def _faint(self, track: BinnedTrack) -> str:
        return blend(track_colour(self.theme, track.number), self.theme.base, 0.55)


class OutputBars(ProbabilityPlot):
    """How many examples have which output: those of the class upwards, all others downwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Number of examples, over the output", parent)
        self.up, self.down = pg.BarGraphItem(x=[], height=[], width=1), pg.BarGraphItem(x=[], height=[], width=1)
        self._zero = pg.InfiniteLine(0.0, angle=0)
        for item in (self.up, self.down, self._zero):
            self.canvas.addItem(item)
        self.y_axis.is_whole = True
        self.bars: Bars = ()

    def show_bars(self, bars: Bars, names: tuple[str, str]) -> list[Entry]:
        """Draw the numbers in bins of equal width from 0 to 1.

        Parameters
        ----------
        bars : tuple of (int, int)
            For each bin the examples of the class and all others.
        names : tuple of str
            Of the class, and of the others.
        """
        theme, self.bars = self.theme, bars
        n = len(bars)
        x = (np.arange(n) + 0.5) / n
        high = np.array([bar[0] for bar in bars])
        low = np.array([bar[1] for bar in bars])
        colours = (theme.high, theme.low)
        for item, heights, colour in zip((self.up, self.down), (high, -low), colours, strict=True):
            item.setOpts(
                x=x, y0=np.zeros(n), height=heights, width=0.9 / n, brush=pg.mkBrush(colour), pen=pg.mkPen(colour)
            )
        top = 1.05 * max(1.0, float(max(high.max(), low.max())))
        self.set_texts("", "output", "examples")
        self.set_range((-ROOM, FULL + ROOM), (-top, top))
        self._zero.setPen(pg.mkPen(theme.muted, width=1.0, style=Qt.PenStyle.SolidLine))
        pairs = zip(names, colours, ("up", "down"), strict=True)
        return [Entry(f"{name} ({way})", "patch", colour, colour) for name, colour, way in pairs]
