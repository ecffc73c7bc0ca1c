"""Answers on a line: where the single output of a network puts each example, between which targets it is counted.

A row for each target, a dot for each example. It shows that several classes on one output stand in an order, that the
borders are where the coding put them, and which classes are mixed up, most often neighbours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import explained
from app.pane import Pane
from app.table import Cell, Table, thinned
from app.theme import Theme
from app.widgets.drawn_examples import drawn_examples
from app.widgets.legend import Legend
from app.widgets.line_answers_plot import LineAnswersPlot, row_names
from app.widgets.number_tables import Rows, below
from app.widgets.numbers import count, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from nlcore.answers_on_a_line import LineAnswers, line_answers, value_words, why_no_line
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName

MOST_WORK, RUNNING_WORK = 12_000_000, 3_000_000
"""Weights times examples, at rest and while training runs; of larger sets a sample is taken."""
SETS: dict[SetName, str] = {"training": "Training set", "validation": "Validation set", "test": "Test set"}
LOW, LEGEND_FROM = 300, 240
"""Below these heights in pixels the words are brief, and the legend is left out."""


class AnswersOnALinePane(Pane):
    """Rows of dots for one set of examples."""

    id = "answers_on_a_line"
    key = "Ctrl+Shift+F2"
    title = "Answers on a line"
    help = "Where one output puts each example, and which of several targets it is nearest to."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = OptionRow(self.body)
        self.shown_set = self.options.add_choice(
            "Set",
            "Set of examples",
            explained("Which examples are shown", "training set", "validation set", "test set"),
        )
        self.options.done()
        self.plot = LineAnswersPlot(self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("The answers in words", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.options)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self._sets: tuple[SetName, ...] = ()
        self.shown_set.activated.connect(lambda _: self._redraw())
        self.plot.example_pointed.connect(self._say)
        self.plot.example_clicked.connect(lambda k: self.select(Selection(example=(self.set_name, k))))

    @property
    def set_name(self) -> SetName:
        """Which set is shown."""
        name: Any = self.shown_set.currentData()
        return name if name in SETS else "training"

    def why_empty(self, frame: Frame) -> str | None:
        """Say for which networks there is a line."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: there are no examples, and no answers."
        reason = why_no_line(model)
        if reason is None and not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights have left the range of finite numbers. Step back to see the answers before."
        return reason

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture the room in a low pane."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.readout.set_max_lines(1 if self.height() < LOW else 3)
        self.legend.setVisible(self.height() >= LEGEND_FROM)

    def draw(self, frame: Frame) -> None:
        """Ask for the answers and draw them."""
        model = _model(frame.lead)
        self._offer(model)
        work = RUNNING_WORK if frame.is_running else MOST_WORK
        found = _answers(frame.lead, self.set_name, work)
        chosen = frame.selection.example
        selected = chosen[1] if chosen is not None and chosen[0] == self.set_name else -1
        self.plot.set_texts(_share(found, self.set_name), f"output: {model.examples.output_names[0]}", "")
        self.legend.set_entries(self.plot.show_answers(found, row_names(found.values, value_words(model)), selected))
        self._arrange()
        self._say(-1)

    def in_words(self, frame: Frame) -> str:
        """Say the share that is right, of all and of each target, and where the borders are."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = _model(frame.lead)
        self._offer(model)
        found = _answers(frame.lead, self.set_name, MOST_WORK)
        borders = ", ".join(number(float(border)) for border in found.borders)
        word = "Borders" if len(found.borders) > 1 else "Border"
        return f"{_words(model, found, self.set_name)} {word}: {borders}."

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the rows, and every example, of all tracks with a single output."""
        self._offer(_model(frame.lead))
        tracks = [(t, t.model) for t in frame.tracks if isinstance(t.model, FeedforwardModel)]
        tracks = [(t, model) for t, model in tracks if why_no_line(model) is None]
        rows: list[Rows] = []
        every: list[Rows] = []
        for track, model in tracks:
            found = _answers(track, self.set_name, MOST_WORK)
            names = row_names(found.values, value_words(model))
            rows.append([(names[k], *found.of_value(k)) for k in range(len(names))])
            every.append(_examples(model, found, self.set_name, names))
        headings, together = below(tracks, ("target", "right", "examples"), rows)
        heads, examples = below(tracks, ("example", "output", "answer", "target", "right"), every)
        title = f"{SETS[self.set_name]}: "
        return (Table(f"{title}targets", headings, tuple(together)), thinned(f"{title}examples", heads, examples))

    def _offer(self, model: FeedforwardModel) -> None:
        """Offer the sets there are; the test set first shown, if there is one."""
        sets = tuple(name for name, examples in model.examples.sets.items() if len(examples))
        if sets != self._sets:
            chosen = self.shown_set.currentData() if self._sets else "test"
            self._sets = sets
            fill(self.shown_set, [SETS[name] for name in sets], sets, chosen, [SETS[name].split()[0] for name in sets])

    def _say(self, example: int) -> None:
        """Say what is at the pointer, or what the picture shows."""
        frame, found = self.frame, self.plot.shown
        if frame is None or found is None or self.why_empty(frame) is not None:
            return
        model = _model(frame.lead)
        at = np.flatnonzero(found.examples == example)
        if not len(at):
            self.readout.show_text(_words(model, found, self.set_name))
            return
        k, names = int(at[0]), self.plot.names
        self.readout.show_text(
            f"{model.examples.sets[self.set_name].names[example]}: output {number(float(found.outputs[k]))}, "
            f"so the answer is {names[found.said[k]]}; the target is {names[found.true[k]]}."
        )

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)


def _model(track: TrackFrame) -> FeedforwardModel:
    assert isinstance(track.model, FeedforwardModel)
    return track.model


def _answers(track: TrackFrame, name: SetName, work: int) -> LineAnswers:
    """Return the answers to a set, or to a sample of it that costs no more than some work."""
    model = _model(track)
    drawn = drawn_examples(len(model.examples.sets[name]))
    every = -(-len(drawn) * model.n_params // work)
    return line_answers(model, track.state.params, name, drawn[:: max(1, every)])


def _share(found: LineAnswers, name: SetName) -> str:
    n = len(found.examples)
    return f"{SETS[name]}: {count(found.n_right)} of {count(n)} right ({found.n_right / max(1, n):.1%})"


def _words(model: FeedforwardModel, found: LineAnswers, name: SetName) -> str:
    """Say how many answers are right, altogether and by target."""
    n, n_all = len(found.examples), len(model.examples.sets[name])
    if not n:
        return "There are no examples."
    names = row_names(found.values, value_words(model))
    parts = [f"{_share(found, name)}."]
    by_target = [(one, *found.of_value(k)) for k, one in enumerate(names)]
    parts.append(", ".join(f"{one}: {count(right)} of {count(of)}" for one, right, of in by_target if of) + ".")
    if n < n_all:
        parts.append(f"{count(n)} of {count(n_all)} examples are drawn and counted.")
    return " ".join(parts)


def _examples(model: FeedforwardModel, found: LineAnswers, name: SetName, names: tuple[str, ...]) -> Rows:
    called = model.examples.sets[name].names
    rows: list[tuple[Cell, ...]] = []
    for k, example in enumerate(found.examples.tolist()):
        is_right = "yes" if found.true[k] == found.said[k] else "no"
        rows.append((called[example], float(found.outputs[k]), names[found.said[k]], names[found.true[k]], is_right))
    return rows


PANE = AnswersOnALinePane
