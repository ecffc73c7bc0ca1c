"""Outputs read as probabilities: whether they are right as probabilities, and what a threshold makes of them.

The reliability diagram compares outputs with the share of the class that was observed, and with the true probabilities
where the data set knows them. The threshold is a line that can be dragged; the table counts what it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.calibration_texts import (
    Answer,
    Question,
    answers,
    bars_of,
    bin_words,
    class_word,
    fit_words,
    other_word,
    sampled,
    tables_of,
    threshold_words,
    truth_row,
    usable_sets,
)
from app.widgets.legend import Legend
from app.widgets.numbers import count
from app.widgets.options import OptionRow, fill
from app.widgets.probability_plot import BinnedTrack, OutputBars, ReliabilityPlot
from app.widgets.readout import Readout
from app.widgets.score_table import ScoreTable
from nlcore.calibration import why_no_probabilities
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName

BINS = (5, 10, 20)
LEAST_PLOT, LEAST_BARS = 130, 100
"""Heights in pixels: legend, table and bars are shown as far as the diagram keeps this, and they get that."""
LEAST = (140, 110)
SETS: dict[SetName, str] = {"training": "Training set", "validation": "Validation set", "test": "Test set"}


class CalibrationPane(Pane):
    """The diagram, the bars and the table of one set of examples."""

    id = "calibration"
    key = "Ctrl+F6"
    title = "Calibration"
    help = "Whether outputs are right as probabilities, and how many answers are right with which threshold."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.threshold = 0.5
        self._answers: list[Answer] = []
        self._sets: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._add_options()
        self.reliability = ReliabilityPlot(self.body)
        self.bars = OutputBars(self.body)
        self.legend = Legend(self.body)
        self.scores = ScoreTable(self.body)
        self.readout = Readout("Calibration in words", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.body.setMinimumSize(*LEAST)
        column.addWidget(self.options)
        column.addWidget(self.reliability, 3)
        column.addWidget(self.bars, 2)
        column.addWidget(self.legend)
        column.addWidget(self.scores)
        column.addWidget(self.readout)
        for plot in (self.reliability, self.bars):
            plot.threshold_moved.connect(self.set_threshold)
            plot.pointed.connect(lambda x, _: self._say(x))
            plot.left.connect(lambda: self._say(None))

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.shown_set = self.options.add_choice("Set", "Set of examples", "Which examples are counted")
        self.shown_class = self.options.add_choice("Class", "Class", "Whose output is read as a probability")
        self.bins = self.options.add_choice("Bins", "Number of bins", "Into how many ranges the outputs are sorted")
        fill(self.bins, [f"{n} bins" for n in BINS], BINS, 10, [str(n) for n in BINS])
        self.truth = self.options.add_switch(
            "Truth", explained("Mean true probability of each bin, where it is known", "true probability")
        )
        self.truth.setChecked(True)
        self.number = QDoubleSpinBox(self.options)
        self.number.setRange(0.0, 1.0)
        self.number.setSingleStep(0.05)
        self.number.setDecimals(2)
        self.number.setPrefix("≥ ")
        self.number.setMinimumWidth(self.number.minimumSizeHint().width())
        self.number.setKeyboardTracking(False)
        self.number.setValue(self.threshold)
        self.number.setAccessibleName("Threshold")
        self.number.setToolTip(explained("The class is answered from this output on", "decision threshold"))
        self.options.add_part(self.number)
        self.options.done()
        for combo in (self.shown_set, self.shown_class, self.bins):
            combo.activated.connect(lambda _: self._redraw())
        self.truth.toggled.connect(lambda _: self._redraw())
        self.number.valueChanged.connect(self.set_threshold)

    @property
    def question(self) -> Question:
        """What is asked, by the controls."""
        name: Any
        name, output, n_bins = (c.currentData() for c in (self.shown_set, self.shown_class, self.bins))
        set_name: SetName = name if name in SETS else "training"
        return Question(set_name, output if isinstance(output, int) else 0, int(n_bins), self.threshold)

    def set_threshold(self, value: float) -> None:
        """Answer "of the class" from another output on."""
        value = min(max(float(value), 0.0), 1.0)
        if value == self.threshold:
            return
        self.threshold = value
        self.number.blockSignals(True)
        self.number.setValue(value)
        self.number.blockSignals(False)
        self._redraw()

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there are no probabilities."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: there are no examples, and no classes."
        reason = why_no_probabilities(model)
        if reason:
            return reason
        if not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights have left the range of finite numbers. Step back to see the outputs before."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.reliability, self.bars, self.legend, self.scores):
            part.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out in a low pane what there is no room for."""
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            self._arrange()

    def _arrange(self) -> None:
        """Show table, legend and bars, in this order, as far as there is room; the table has the symbols too."""
        self.readout.set_max_lines(1 if self.height() < 300 else 2 if self.height() < 480 else 4)
        room = self.height() - self.options.sizeHint().height() - self.readout.height() - 12 - LEAST_PLOT
        for part, needed in (
            (self.scores, self.scores.height()),
            (self.legend, self.legend.height()),
            (self.bars, LEAST_BARS),
        ):
            has_room = room >= needed
            part.setVisible(has_room)
            room -= needed if has_room else 0
        self.reliability.name_outputs(is_alone=self.bars.isHidden())

    def draw(self, frame: Frame) -> None:
        """Sort, count and draw."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        self._offer(model)
        asked = self.question
        self._answers = answers(frame, asked)
        lead, names = self._answers[0], (class_word(model.examples, asked.output), other_word(model.examples))
        truth = truth_row(lead, self.threshold)
        self.truth.setEnabled(truth is not None)
        has_truth = truth is not None and self.truth.isChecked()
        binned = [BinnedTrack(one.track.number, one.track.name, one.bins) for one in self._answers]
        entries = self.reliability.show_tracks(binned, has_truth=has_truth)
        entries += self.bars.show_bars(bars_of(lead.judged, 2 * asked.n_bins), names)
        self.legend.set_entries(entries)
        rows = [one.row for one in self._answers] + ([truth] if truth is not None and has_truth else [])
        self.scores.show_rows(tuple(rows))
        for plot in (self.reliability, self.bars):
            plot.show_threshold(self.threshold)
        self._say(None)
        self._arrange()

    def in_words(self, frame: Frame) -> str:
        """Say how well the outputs fit, and what the threshold does, for all tracks."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        self._offer(model)
        asked = self.question
        found = answers(frame, asked)
        said = [f"{SETS[asked.set_name]}."]
        for one in found:
            said.append(fit_words(one, is_one=len(frame.tracks) == 1))
            said.append(threshold_words(one, asked, class_word(model.examples, asked.output)))
        said += self._left_out(frame, found, model)
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the scores of all tracks, and all bins."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        self._offer(model)
        asked = self.question
        found = answers(frame, asked)
        return tables_of(found, asked, truth_row(found[0], self.threshold))

    def _left_out(self, frame: Frame, found: list[Answer], model: FeedforwardModel) -> list[str]:
        """Say what is not counted."""
        said = []
        missing = [track.name for track in frame.tracks if all(one.track is not track for one in found)]
        if missing:
            said.append(f"Not drawn, as examples or outputs are others: {', '.join(missing)}. Lead with it to see it.")
        name = self.question.set_name
        n, n_all = len(sampled(model, name)), len(model.examples.sets[name])
        if n < n_all:
            said.append(f"{count(n)} of {count(n_all)} examples are counted.")
        return said

    def _offer(self, model: FeedforwardModel) -> None:
        """Offer the sets and classes there are."""
        data = model.examples
        sets = tuple(usable_sets(data))
        if sets != self._sets:
            self._sets = sets
            short = [SETS[name].split()[0] for name in sets]
            fill(self.shown_set, [SETS[name] for name in sets], sets, self.shown_set.currentData(), short)
        classes = tuple(class_word(data, k) for k in range(data.n_outputs))
        if classes != self._classes:
            self._classes = classes
            fill(self.shown_class, list(classes), range(len(classes)), self.shown_class.currentData())
        self.shown_class.setEnabled(len(classes) > 1)

    def _say(self, x: float | None) -> None:
        """Say what lies at the pointer, or what the picture shows."""
        frame = self.frame
        if frame is None or self.why_empty(frame) is not None or not self._answers:
            return
        model, asked = frame.lead.model, self.question
        assert isinstance(model, FeedforwardModel)
        name = class_word(model.examples, asked.output)
        if x is not None:
            is_one = len(self._answers) == 1
            under = [
                bin_words(b, "" if is_one else one.track.name, name)
                for one in self._answers
                for b in one.bins
                if b.low <= x < b.high or (b.high == 1.0 == x)
            ]
            if under:
                self.readout.show_text(" ".join(under))
                return
        lead = self._answers[0]
        said = [threshold_words(lead, asked, name), fit_words(lead, is_one=len(frame.tracks) == 1)]
        self.readout.show_text(" ".join([*said, *self._left_out(frame, self._answers, model)]))

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def take_over(self, other: Pane) -> None:
        """Take over the threshold."""
        if isinstance(other, CalibrationPane):
            self.set_threshold(other.threshold)

    def notes(self) -> Mapping[str, Any]:
        """Return the threshold."""
        return {"threshold": self.threshold}

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Take the threshold from a session file."""
        found = notes.get("threshold")
        if isinstance(found, float | int) and not isinstance(found, bool) and 0.0 <= found <= 1.0:
            self.set_threshold(float(found))


PANE = CalibrationPane
