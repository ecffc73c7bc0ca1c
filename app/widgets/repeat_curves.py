"""The curves of a repetition: mean or median with bands, single runs if wanted, and the course on the screen above.

One quantity of one set at a time, over a count of one's choice. Pointing reads the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import TrackFrame
from app.repetition import RepeatedTrack, Repetition
from app.theme import LIGHT, Theme, blend
from app.widgets.band_layer import Band, Threads
from app.widgets.curve_plot import Line
from app.widgets.curve_texts import metric_word, quantity_names
from app.widgets.envelope import nearest
from app.widgets.legend import Entry, Legend
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from app.widgets.spread_plot import SpreadPlot
from app.widgets.track_look import track_colour, track_symbol
from app.widgets.unit_names import sentence
from nlcore.families import Column
from nlcore.records import FloatArray
from nlcore.spread import Spread

AXIS_NAMES = {"epochs": "epochs", "updates": "weight updates", "presentations": "presentations"}
QUARTILES, DEVIATION = "quartiles", "deviation"
BANDS = {QUARTILES: "Median, quartiles, extremes", DEVIATION: "Mean ± standard deviation"}
SHORT_BANDS = ("Quartiles", "Mean ± sd")
INNER, OUTER, THREAD = 0.42, 0.16, 0.7
"""How much of the colour of a curve its bands and single runs have; the rest is the background's."""
SCREEN_DASHES = (4.0, 2.0)
TRACK_DASHES = (
    (),
    (7.0, 2.5),
    (7.0, 2.0, 1.2, 2.0),
    (1.2, 2.0),
    (10.0, 2.0, 3.0, 2.0),
    (3.0, 3.0),
    (12.0, 4.0),
    (2.0, 1.2),
)
"""Of the lines of tracks, by number, where there are several."""
LOW = 230
"""Below this height in pixels the legend and the values are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What is drawn of one track."""

    track: RepeatedTrack
    spread: Spread
    colour: str
    dashes: tuple[float, ...]


class RepeatCurves(QWidget):
    """Curves with their spread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.drawn: tuple[Drawn, ...] = ()
        self._repetition: Repetition | None = None
        self._screen: tuple[TrackFrame, ...] = ()
        self._is_running = False
        self._at: float | None = None
        self._is_low = False
        self._bands: tuple[Band, ...] = ()
        self._threads: tuple[Threads, ...] = ()
        self.options = OptionRow(self)
        self.curve = self.options.add_choice("Curve", "Curve", "Which quantity, measured on which set of examples")
        self.axis = self.options.add_choice("Over", "Horizontal axis of the spread", "What is counted to the right")
        self.kind = self.options.add_choice("Spread", "Kind of spread", "What the line and the bands stand for")
        self.log_y = self.options.add_switch("Log y", "Logarithmic vertical axis; 0 has no place on it")
        self.log_x = self.options.add_switch("Log x", "Logarithmic horizontal axis: shows the beginning more closely")
        self.single = self.options.add_switch("Single runs", "Draw every run as a thin line, too")
        self.fit = self.options.add_button("Fit", "Show the whole curves again, after zooming or dragging")
        self.options.done()
        self.plot = SpreadPlot("Mean and spread of all runs", self)
        self.legend = Legend(self)
        self.readout = Readout("Values of the spread at the pointer", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        fill(self.axis, [sentence(name) for name in AXIS_NAMES.values()], list(AXIS_NAMES), None, ["Epochs", "Updates"])
        fill(self.kind, list(BANDS.values()), list(BANDS), None, SHORT_BANDS)
        for combo in (self.curve, self.axis, self.kind):
            combo.activated.connect(lambda _: self._chosen())
        for switch in (self.log_y, self.log_x):
            switch.toggled.connect(lambda _: self._draw())
        self.fit.clicked.connect(self._fit)
        self.fit.hide()
        self.plot.zoomed.connect(self.fit.show)
        self.single.toggled.connect(lambda _: self._prepare())
        self.plot.hovered.connect(self._hover)
        self.plot.unhovered.connect(lambda: self._hover(None))
        self.plot.stepped.connect(lambda right, _: self._step(right))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)
        self._prepare()

    def show_repetition(self, repetition: Repetition | None) -> None:
        """Draw other runs."""
        self._repetition = repetition
        if repetition is not None and repetition.tracks:
            self._offer(repetition.tracks[0])
        self._prepare()

    def show_screen(self, tracks: Sequence[TrackFrame], *, is_running: bool) -> None:
        """Draw the courses on the screen above the spread."""
        self._screen, self._is_running = tuple(tracks), is_running
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave texts out where there is little room."""
        super().resizeEvent(event)
        is_low = self.height() < LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self.readout.setVisible(not is_low)
            self._draw()

    @property
    def column(self) -> Column | None:
        """What is drawn upwards."""
        found = self.curve.currentData()
        return found if isinstance(found, Column) else None

    def choose(self, column: Column | None) -> None:
        """Draw another quantity, if it is there."""
        places = [place for place in range(self.curve.count()) if self.curve.itemData(place) == column]
        if places:
            self.curve.setCurrentIndex(places[0])
            self._chosen()

    def in_words(self) -> str:
        """Say the spread at the end."""
        return self._text_at(None)

    def _offer(self, track: RepeatedTrack) -> None:
        """Offer the curves that exist."""
        names = quantity_names(track.repeats.trainer.model)
        columns = [column for column in track.repeats.columns if column.metric in names]
        texts = [f"{sentence(column.set_name)}: {metric_word(column.metric)}" for column in columns]
        if [self.curve.itemData(i) for i in range(self.curve.count())] != columns:
            fill(self.curve, texts, columns, self.column)

    def _chosen(self) -> None:
        self.plot.is_zoomed = False
        self._at = None
        self._prepare()

    def _prepare(self) -> None:
        """Work the spread out again; what is on the screen changes more often than this."""
        column, tracks = self.column, self._repetition.tracks if self._repetition is not None else ()
        if column is None or not tracks:
            self.drawn, self._bands, self._threads = (), (), ()
            self._draw()
            return
        drawn = []
        for track in tracks:
            if column in track.repeats.columns:
                colour, dashes = self._style(track, column)
                found = track.repeats.spread(column.set_name, column.metric, str(self.axis.currentData()))
                drawn.append(Drawn(track, found, colour, dashes))
        self.drawn = tuple(drawn)
        self._bands = tuple(band for one in self.drawn for band in self._bands_of(one))
        self._threads = ()
        if self.single.isChecked():
            self._threads = tuple(
                Threads(one.spread.x, one.spread.runs, blend(one.colour, self.theme.base, THREAD)) for one in self.drawn
            )
        self._draw()

    def _style(self, track: RepeatedTrack, column: Column) -> tuple[str, tuple[float, ...]]:
        """Return colour and dashes: of the set where there is one track, else of the track."""
        if not self._has_several:
            return self.theme.curves[column.set_name], ()
        number = track.course.number
        return track_colour(self.theme, number), TRACK_DASHES[(number - 1) % len(TRACK_DASHES)]

    @property
    def _has_several(self) -> bool:
        return self._repetition is not None and len(self._repetition.courses) > 1

    def _bands_of(self, one: Drawn) -> list[Band]:
        found, base = one.spread, self.theme.base
        inner, outer = blend(one.colour, base, INNER), blend(one.colour, base, OUTER)
        if self.kind.currentData() == DEVIATION:
            sd = np.where(np.isfinite(found.sd), found.sd, 0.0)
            return [Band(found.x, found.mean - sd, found.mean + sd, outer, inner, one.dashes)]
        if self._has_several:
            return [Band(found.x, found.lower, found.upper, outer, one.colour, one.dashes)]
        return [Band(found.x, found.low, found.high, outer, inner), Band(found.x, found.lower, found.upper, inner)]

    def _middle(self, found: Spread) -> FloatArray:
        return found.mean if self.kind.currentData() == DEVIATION else found.median

    def _draw(self) -> None:
        column = self.column
        if column is None or not self.drawn:
            self.plot.show_spread((), (), (), log_x=False, log_y=False)
            self.legend.set_entries(())
            self.readout.show_text("")
            return
        lines = []
        for one in self.drawn:
            symbol = track_symbol(one.track.course.number)
            lines.append(Line(one.spread.x, self._middle(one.spread), one.colour, one.dashes, symbol, width=2.5))
        lines += self._screen_lines(column)
        full = quantity_names(self.drawn[0].track.repeats.trainer.model).get(column.metric, column.metric)
        axis = AXIS_NAMES[str(self.axis.currentData())]
        self.plot.set_texts(f"{sentence(column.set_name)}: {full}", axis, metric_word(column.metric))
        self.plot.show_spread(
            self._bands,
            self._threads,
            lines,
            log_x=self.log_x.isChecked(),
            log_y=self.log_y.isChecked(),
            is_fine=not self._is_running,
        )
        self.fit.setVisible(self.plot.is_zoomed)
        self.plot.say(self._why_blank(lines, full))
        self.legend.set_entries(() if self._is_low else self._entries(has_screen=len(lines) > len(self.drawn)))
        self._say()

    def _why_blank(self, lines: Sequence[Line], full: str) -> str:
        values = np.concatenate([line.y for line in lines] + [band.high for band in self._bands])
        values = values[np.isfinite(values)]
        if not len(values):
            return f"{full}: no run has a finite number here, so there is nothing to draw."
        if self.log_y.isChecked() and not np.any(values > 0):
            return f"{full} is 0 throughout, and 0 has no place on a logarithmic axis. Switch off “Log y” to see it."
        return ""

    def _screen_lines(self, column: Column) -> list[Line]:
        lines = []
        for track in self._screen:
            place = track.curves.column(column.set_name, column.metric)
            if place is not None and track.curves.n_measurements > 1:
                x, y = track.curves.series(place, str(self.axis.currentData()))
                colour = track_colour(self.theme, track.number) if self._has_several else self.theme.text
                lines.append(Line(x, y, colour, SCREEN_DASHES, track_symbol(track.number), width=1.2))
        return lines

    def _entries(self, *, has_screen: bool) -> list[Entry]:
        entries = []
        is_deviation = self.kind.currentData() == DEVIATION
        for one in self.drawn:
            several = f"{one.track.course.name}, " if self._has_several else ""
            n = counted(len(one.track.repeats.runs), "seed")
            word = "mean" if is_deviation else "median"
            entries.append(Entry(f"{several}{word} of {n}", "line", one.colour, dashes=one.dashes, width=2.5))
        colour, base = self.drawn[0].colour, self.theme.base
        inner, outer = blend(colour, base, INNER), blend(colour, base, OUTER)
        if is_deviation:
            patch = (self.theme.raised, self.theme.text) if self._has_several else (outer, inner)
            entries.append(Entry("mean ± standard deviation", "patch", *patch))
        elif self._has_several:
            entries.append(Entry("middle half of the runs (quartiles)", "patch", self.theme.raised, self.theme.text))
        else:
            entries.append(Entry("middle half (quartiles)", "patch", inner, inner))
            entries.append(Entry("smallest to largest", "patch", outer, inner))
        if self._threads:
            entries.append(Entry("single runs", "line", self._threads[0].colour, width=1.0))
        if has_screen:
            seeds = ", ".join(dict.fromkeys(str(track.experiment.seed) for track in self._screen))
            entries.append(
                Entry(f"on the screen, seed {seeds}", "line", self.theme.text, dashes=SCREEN_DASHES, width=1.5)
            )
        return entries

    def _fit(self) -> None:
        self.plot.fit()
        self.fit.hide()

    def _hover(self, at: float | None) -> None:
        self._at = at
        self._say()

    def _step(self, right: int) -> None:
        """Go to the next place with the arrow keys."""
        if self.drawn:
            x = self.drawn[0].spread.x
            index = len(x) - 1 if self._at is None else nearest(x, self._at) + right
            self._hover(float(x[min(max(index, 0), len(x) - 1)]))

    def _say(self) -> None:
        if not self.drawn:
            return
        if self._at is None:
            self.plot.show_hover(None)
        else:
            spots = []
            for one in self.drawn:
                i = nearest(one.spread.x, self._at)
                spots.append((float(one.spread.x[i]), float(self._middle(one.spread)[i]), one.colour))
            self.plot.show_hover(spots[0][0], spots)
        self.readout.show_text(self._text_at(self._at))

    def _text_at(self, at: float | None) -> str:
        """Say the spread at a count; at the end without one."""
        if not self.drawn or self.column is None:
            return ""
        said, axis = [], str(self.axis.currentData())
        x = self.drawn[0].spread.x
        where = float(x[-1] if at is None else x[nearest(x, at)])
        for one in self.drawn:
            found, i = one.spread, len(one.spread.x) - 1 if at is None else nearest(one.spread.x, at)
            whose = f"{one.track.course.name}: " if self._has_several else ""
            if not found.n[i]:
                said.append(f"{whose}no run has a finite number here")
            elif self.kind.currentData() == DEVIATION:
                spread = f" ± {number(float(found.sd[i]))}" if np.isfinite(found.sd[i]) else ""
                said.append(f"{whose}mean {number(float(found.mean[i]))}{spread}")
            else:
                middle = f"{number(float(found.lower[i]))} to {number(float(found.upper[i]))}"
                ends = f"{number(float(found.low[i]))} to {number(float(found.high[i]))}"
                said.append(f"{whose}median {number(float(found.median[i]))}, middle half {middle}, all {ends}")
        when = f"{'At the end' if at is None else 'At'} ({AXIS_NAMES[axis]}: {count(round(where))})"
        what = f"{self.column.set_name} {metric_word(self.column.metric)}"
        return f"{when}, {what}: {'; '.join(said)}. A run that has ended keeps its last value."
