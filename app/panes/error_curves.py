"""Error curves: how loss and error rate change with the weight updates, on training, validation and test examples.

The quantity is always named in full, the count it is drawn over can be chosen, and pointing reads the values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.glossary import metric_tip, tip
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.curve_texts import best_text, metric_word, quantity_names
from app.widgets.envelope import nearest
from app.widgets.ghost_series import GhostSeries, ghost_entries
from app.widgets.legend import Entry, Legend
from app.widgets.number_tables import curve_table
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.track_look import track_colour, track_symbol
from app.widgets.unit_names import sentence
from nlcore.curves import Best
from nlcore.families import Model
from nlcore.records import SET_NAMES, FloatArray, SetName

AXIS_NAMES = {"updates": "weight updates", "presentations": "presentations", "epochs": "epochs"}
DASHES: dict[SetName, tuple[float, ...]] = {"training": (), "validation": (5, 2.5), "test": (1.2, 2)}
QUANTITY_TIP, AXIS_TIP = "What is drawn upwards: which error is measured", "What is counted to the right"
USUAL_LINE = 17
"""Height of a line of text in pixels for which the following sizes are meant; larger texts need more room."""
LOW, NARROW = 300, 420
"""Below this height in pixels the texts are brief, below this width in a low pane even more so."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One curve as it is drawn, with the clock of its points."""

    track: str
    set_name: SetName
    x: FloatArray
    y: FloatArray
    clock: dict[str, FloatArray]
    colour: str


class ErrorCurvesPane(Pane):
    """Draws the curves of all tracks."""

    id = "error_curves"
    key = "Ctrl+2"
    title = "Error curves"
    help = "How the loss or the error rate changes while the network learns, on each set of examples."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[Model, ...] = ()
        self._drawn: list[Drawn] = []
        self._ghosts = GhostSeries()
        self._at: float | None = None
        self._is_low = self._is_narrow = False
        self.options = OptionRow(self.body)
        self.quantity = self.options.add_choice("&Quantity", "Quantity", QUANTITY_TIP)
        self.axis = self.options.add_choice("&Over", "Horizontal axis", AXIS_TIP)
        names, tips = [sentence(name) for name in AXIS_NAMES.values()], [tip(name[:-1]) for name in AXIS_NAMES.values()]
        fill(self.axis, names, list(AXIS_NAMES), None, ["Updates"], tips)
        self.log_y = self.options.add_switch(
            "Log &y", "Logarithmic vertical axis: equal steps upwards multiply the value; 0 has no place on it"
        )
        self.log_x = self.options.add_switch(
            "Log &x", "Logarithmic horizontal axis: shows the beginning more closely; the start gets a place of its own"
        )
        self.fit = self.options.add_button(
            "F&it", "Show the whole curves again and follow them, after zooming or dragging"
        )
        self.options.done()
        self.plot = CurvePlot("Curves of the error while the network learns", self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("Values at the pointer", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        for combo in (self.quantity, self.axis):
            combo.activated.connect(lambda _: self._changed())
        for switch in (self.log_y, self.log_x):
            switch.toggled.connect(lambda _: self._redraw())
        self.fit.clicked.connect(self._fit)
        self.fit.setEnabled(False)
        self.plot.hovered.connect(self._hover)
        self.plot.unhovered.connect(self._leave)
        self.plot.clicked.connect(lambda x, y: self._choose(self.plot.ghost_at(x, y)))
        self.legend.clicked.connect(self._choose)
        self.plot.stepped.connect(lambda right, _: self._step(right))
        self.plot.zoomed.connect(lambda: self.fit.setEnabled(True))
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there are no curves."""
        if not any(track.curves.columns and track.curves.n_measurements for track in frame.tracks):
            return "Nothing has been measured yet, so there are no curves."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the curves, the present points and the best validation."""
        models = tuple(track.model for track in frame.tracks)
        if models != self._models:  # also after a change of a setting, which leaves the view as it is
            self._take_models(models, is_new="lesson" in frame.changed)
        elif not frame.changed & {"lesson", "state", "curves"}:
            return
        metric, axis = self._metric(), self._axis()
        self._drawn, lines, entries = [], [], []
        for k, track in enumerate(frame.tracks):
            clock = {name: track.curves.series(0, name)[0] for name in AXIS_NAMES}  # the same for all its curves
            for name in SET_NAMES:
                column = track.curves.column(name, metric)
                if column is not None:
                    drawn = self._curve(track, name, column, clock, is_one=len(frame.tracks) == 1)
                    self._drawn.append(drawn)
                    lines.append(self._line(track, drawn, is_lead=k == 0))
        entries = self._entries(frame)
        full = quantity_names(frame.lead.model).get(metric, metric)
        zeros = self.log_y.isChecked() and any(np.any(line.y <= 0) for line in lines)
        y_name = metric_word(metric)
        self.plot.set_texts(full, AXIS_NAMES[axis], f"{y_name} (0 left out)" if zeros else y_name)
        self.plot.show_lines(
            lines,
            log_x=self.log_x.isChecked(),
            log_y=self.log_y.isChecked(),
            is_fine=not frame.is_running,
            ghosts=self._ghosts.lines(frame.lead.ghosts, metric, axis, self.theme),
        )
        self.fit.setEnabled(self.plot.is_zoomed)
        self.plot.say(self._why_blank(full))
        self.plot.show_now(self._now(frame))
        self.legend.set_entries(entries)
        self._say()

    def in_words(self, frame: Frame) -> str:
        """Say the newest values, the best validation, and how far the training came."""
        metric = self._metric() or "loss"
        sentences = []
        for track in frame.tracks:
            curves, counters = track.curves, track.state.counters
            values = []
            for name in SET_NAMES:
                column = curves.column(name, metric)
                if column is not None:
                    values.append(f"{name} {metric_word(metric)} {number(_present_value(track, column))}")
            when = f"After {counted(counters.updates, 'update')} ({counted(counters.epochs, 'epoch')})"
            whose = f"{track.name}: " if len(frame.tracks) > 1 else ""
            sentences.append(f"{whose}{when}: {', '.join(values)}.")
            first = curves.column("training", metric)
            if first is not None and curves.n_measurements > 1:
                y = curves.series(first, "updates")[1]
                sentences.append(f"At the start the training {metric_word(metric)} was {number(float(y[0]))}.")
            best = _best(track, self._metric())
            if best is not None:
                sentences.append(sentence(best_text(best)) + ".")
            sentences += [
                f"Dimmed, course {ghost.number}, {ghost.name}: {self._ghosts.newest_text(ghost, metric)}."
                for ghost in track.ghosts
            ]
        return " ".join(sentences)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return all measurements."""
        return (curve_table(frame),)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        scale = max(1.0, self.fontMetrics().height() / USUAL_LINE)
        is_low, is_narrow = self.height() < LOW * scale, self.width() < NARROW * scale
        self.readout.set_max_lines((1 if scale > 1.2 else 2) if is_low else MAX_LINES)
        if (is_low, is_narrow) != (self._is_low, self._is_narrow):
            self._is_low, self._is_narrow = is_low, is_narrow
            self._redraw()

    def _take_models(self, models: tuple[Model, ...], *, is_new: bool) -> None:
        """Offer the quantities that exist, and show everything of a new run."""
        chosen, self._models = self._metric(), models
        names = quantity_names(models[0])
        if not chosen and len({column.set_name for column in models[0].columns}) > 1 and "mse" in names:
            chosen = "mse"  # sums over sets of different size cannot be compared
        shorter, tips = [sentence(metric_word(name)) for name in names], [metric_tip(name) for name in names]
        fill(self.quantity, list(names.values()), list(names), chosen, shorter, tips)
        _explain(self.quantity, QUANTITY_TIP)
        _explain(self.axis, AXIS_TIP)
        if is_new:
            self.plot.is_zoomed = False
            self._at = None

    def _metric(self) -> str:
        return str(self.quantity.currentData() or "")

    def _axis(self) -> str:
        return str(self.axis.currentData())

    def _curve(
        self, track: TrackFrame, name: SetName, column: int, clock: dict[str, FloatArray], *, is_one: bool
    ) -> Drawn:
        x, y = track.curves.series(column, self._axis())
        colour = self.theme.curves[name] if is_one else track_colour(self.theme, track.number)
        return Drawn(track.name, name, x, y, clock, colour)

    def _line(self, track: TrackFrame, drawn: Drawn, *, is_lead: bool) -> Line:
        best = _best(track, self._metric()) if drawn.set_name == "validation" else None
        at = None if best is None else (float(getattr(best, self._axis())), best.value)
        return Line(
            drawn.x,
            drawn.y,
            drawn.colour,
            DASHES[drawn.set_name],
            track_symbol(track.number),
            _present(track, drawn.clock["presentations"]),
            at,
            2.0 if is_lead else 1.5,
        )

    def _entries(self, frame: Frame) -> list[Entry]:
        entries = []
        present = [name for name in SET_NAMES if any(drawn.set_name == name for drawn in self._drawn)]
        several = len(frame.tracks) > 1
        if several:
            for track in frame.tracks:
                colour, symbol = track_colour(self.theme, track.number), track_symbol(track.number)
                entries.append(Entry(track.name, "marker", colour, self.theme.base, symbol))
        for name in present:
            colour = self.theme.text if several else self.theme.curves[name]
            entries.append(Entry(name, "line", colour, dashes=DASHES[name], width=2.0, tip=tip(f"{name} set")))
        best = _best(frame.lead, self._metric())
        if best is not None and not (several and self._is_low):
            colour = next((d.colour for d in self._drawn if d.set_name == "validation"), self.theme.text)
            said = "best" if self._is_low and self._is_narrow else best_text(best, is_brief=self._is_low)
            star = Entry(said, "marker", "", colour, "star", full=best_text(best), tip=tip("best validation"))
            entries.append(star)
        return entries + ghost_entries(frame.lead.ghosts, self.theme, is_brief=self._is_low)

    def _why_blank(self, full: str) -> str:
        """Say why no curve is seen although there are measurements."""
        values = np.concatenate([drawn.y for drawn in self._drawn]) if self._drawn else np.empty(0)
        if not np.isfinite(values).any():
            return f"{full}: no measurement is a finite number, so there is nothing to draw."
        if self.log_y.isChecked() and not np.any(values[np.isfinite(values)] > 0):
            return f"{full} is 0 throughout, and 0 has no place on a logarithmic axis. Switch off “Log y” to see it."
        return ""

    def _now(self, frame: Frame) -> float | None:
        """Return the count of the cursor if the curves go on after it."""
        if not self._drawn or not len(self._drawn[0].x):
            return None
        counters = frame.lead.state.counters
        if counters.presentations >= self._drawn[0].clock["presentations"][-1]:
            return None
        return float(getattr(counters, self._axis()))

    def _changed(self) -> None:
        """Another quantity or axis: what was zoomed to means nothing there."""
        self.plot.is_zoomed = False
        self._at = None
        _explain(self.quantity, QUANTITY_TIP)
        _explain(self.axis, AXIS_TIP)
        self._redraw()

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(Frame(self.frame.tracks, self.frame.selection, is_running=self.frame.is_running))

    def _fit(self) -> None:
        self.plot.fit()
        self.fit.setEnabled(False)

    def _choose(self, number: int | None) -> None:
        if number is not None:
            self.course_requested.emit(number)

    def _leave(self) -> None:
        self.plot.ghosts.light(None)
        self._hover(None)

    def _hover(self, at: float | None) -> None:
        self._at = at
        self._say()

    def _step(self, right: int) -> None:
        """Go to the next measurement with the arrow keys."""
        if not self._drawn or not len(self._drawn[0].x):
            return
        x = np.unique(self._drawn[0].x)
        index = len(x) - 1 if self._at is None else nearest(x, self._at) + right
        self._hover(float(x[min(max(index, 0), len(x) - 1)]))

    def _say(self) -> None:
        """Write the values at the pointer, or the newest ones."""
        if self.frame is None or not self._drawn or not any(len(drawn.x) for drawn in self._drawn):
            self.readout.show_text("")
            self.plot.show_hover(None)
            return
        if self._at is None:
            self.plot.show_hover(None)
            present = {track.name: track for track in self.frame.tracks}
            found = [_present(present[d.track], d.clock["presentations"]) for d in self._drawn]
            self.readout.show_text("Now, at " + self._values_text(found))
            return
        found = [nearest(drawn.x, self._at) for drawn in self._drawn]
        spots = [(float(d.x[i]), float(d.y[i]), d.colour) for d, i in zip(self._drawn, found, strict=True)]
        self.plot.show_hover(spots[0][0], spots)
        self.readout.show_text("At " + self._values_text(found) + self._ghost_text(self._at))

    def _ghost_text(self, at: float) -> str:
        """Say which dimmed course is pointed at, and its values."""
        lit = self.plot.ghosts.lit
        ghosts = self.frame.lead.ghosts if self.frame is not None else ()
        ghost = next((ghost for ghost in ghosts if ghost.number == lit), None)
        if ghost is None:
            return ""
        return f". {self._ghosts.values_text(ghost, self._metric(), self._axis(), at)}. Click to show this course"

    def _values_text(self, found: list[int]) -> str:
        assert self.frame is not None
        several = len(self.frame.tracks) > 1
        said: dict[str, list[str]] = {}
        for drawn, i in zip(self._drawn, found, strict=True):
            said.setdefault(drawn.track, []).append(f"{drawn.set_name} {_value_at(drawn, i)}")
        values = "; ".join((f"{track}: " if several else "") + ", ".join(said[track]) for track in said)
        clock = {axis: int(x[found[0]]) for axis, x in self._drawn[0].clock.items()}
        when = f"update {count(clock['updates'])} (epoch {count(clock['epochs'])})"
        if self._axis() == "presentations":
            when = f"presentation {count(clock['presentations'])}, {when}"
        return f"{when}, {metric_word(self._metric())}: {values}"


def _explain(combo: QComboBox, about: str) -> None:
    """Let a choice say what is chosen in it."""
    meaning = str(combo.currentData(Qt.ItemDataRole.ToolTipRole) or "")
    combo.setToolTip("\n".join(part for part in (about, meaning) if part))


def _best(track: TrackFrame, metric: str) -> Best | None:
    column = track.curves.column("validation", metric)
    best = None if column is None else track.curves.best(column)
    return best if best is not None and np.isfinite(best.value) else None


def _present(track: TrackFrame, presentations: FloatArray) -> int:
    """Return the index of the newest measurement that the cursor has passed."""
    at = int(np.searchsorted(presentations, track.state.counters.presentations, side="right")) - 1
    return min(max(at, 0), max(len(presentations) - 1, 0))


def _present_value(track: TrackFrame, column: int) -> float:
    presentations, values = track.curves.series(column, "presentations")
    return float(values[_present(track, presentations)]) if len(values) else float("nan")


def _value_at(drawn: Drawn, index: int) -> str:
    """Write a value; where measurements were merged, the smallest and the largest of them."""
    same = np.nonzero(drawn.clock["presentations"] == drawn.clock["presentations"][index])[0]
    low, high = float(drawn.y[same[0]]), float(drawn.y[same[-1]])
    return number(low) if number(low) == number(high) else f"{number(low)} to {number(high)}"


PANE = ErrorCurvesPane
