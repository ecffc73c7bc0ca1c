"""The lecture's figure of a perceptron in training: the line at the start, the lines on the way, and circled examples.

The decision surface rings what is wrong now; here a ring means that an example has changed the weights at some time.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import tip
from app.pane import Pane
from app.replayed import Replays, since_of
from app.table import Table, thinned
from app.theme import Theme, blend
from app.widgets.caption import Caption
from app.widgets.drawn_examples import drawn_examples
from app.widgets.legend import Entry, Legend
from app.widgets.line_plot import Line, LinePlot
from app.widgets.markers import marker
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow
from app.widgets.perceptron_texts import vector, vector_of, why_no_plane
from app.widgets.plane import Plane, spans
from app.widgets.readout import Readout
from app.widgets.surface_texts import target_classes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.replays import Replay, Update

MOST_LINES = 60
"""Lines on the way that are drawn, the newest."""
HINT = "Click an example to see when it changed the weights."
DASHES = (5.0, 4.0)
LEAST = 110
"""Height of the picture in pixels, at least; several of them are scrolled instead of squeezed."""


class UpdateExamplesPane(Pane):
    """Points, rings around those that made updates, and the line's way."""

    id = "update_examples"
    key = "Ctrl+Alt+8"
    title = "Examples that made updates"
    help = (
        "The line of a perceptron from the start to now, with a ring around each example that has changed the weights."
    )
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self.options = OptionRow(self.body)
        self.all_lines = self.options.add_switch("Lines on the way", "Draw the line after every update, thin")
        self.all_lines.setChecked(True)
        self.numbers = self.options.add_switch("Counts", "Write beside an example how many updates it has made")
        self.options.done()
        self.heading = Caption("Updates so far", self.body)
        self.plot = LinePlot("Examples and the line that divides them", self.body)
        self.plot.setMinimumHeight(LEAST)
        self.legend = Legend(self.body)
        self.readout = Readout("The selected example", self.body)
        self.replays = Replays(self)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget, stretch in (
            (self.options, 0),
            (self.heading, 0),
            (self.plot, 1),
            (self.legend, 0),
            (self.readout, 0),
        ):
            column.addWidget(widget, stretch)
        self.all_lines.toggled.connect(lambda _: self._redraw())
        self.numbers.toggled.connect(lambda _: self._redraw())
        self.plot.point_clicked.connect(self._clicked)
        self.replays.ready.connect(self._redraw)
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no line that updates could move."""
        return why_no_plane(frame.lead)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.legend):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw points, rings and lines."""
        track = frame.lead
        model = track.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        answer = self.replays.of(track)
        replay = answer if isinstance(answer, Replay) else None
        self.heading.show_text(self._heading(track, answer))
        self._draw_points(frame, model, replay)
        self._draw_lines(track, model, replay)
        self.legend.set_entries(self._entries(model))
        self.readout.show_text(self._about_selected(frame, model, replay))

    def in_words(self, frame: Frame) -> str:
        """Say how many updates there were, and which examples made them."""
        track = frame.lead
        model = track.model
        reason = why_no_plane(track)
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        parts = [self._heading(track, self.replays.of(track))]
        rows = self._rows(track, model)
        if 0 < len(rows) <= 12:
            said = ", ".join(f"{name} {times}" for name, *_, times in rows)
            parts.append(f"Updates by example: {said}.")
        parts.append(f"The weights (w0, w1, w2) are {vector(vector_of(model, track.state.params))}.")
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the updates by example, and the weights after each."""
        track = frame.lead
        model = track.model
        assert isinstance(model, FeedforwardModel)
        names = model.examples.training.names
        headings = ("example", *model.examples.input_names, "target", "updates")
        way = []
        for update in self._updates(track):
            w = vector_of(model, update.params).tolist()
            way.append((update.presentations, update.epoch + 1, names[update.example], *w))
        return (
            thinned("Examples that made updates", headings, self._rows(track, model)),
            thinned("The weights after each update", ("presentation", "epoch", "example", "w0", "w1", "w2"), way),
        )

    def _updates(self, track: TrackFrame) -> tuple[Update, ...]:
        answer = self.replays.of(track)
        return answer.updates_until(track.state.counters.presentations) if isinstance(answer, Replay) else ()

    def _rows(self, track: TrackFrame, model: FeedforwardModel) -> list[tuple[str | int | float, ...]]:
        answer = self.replays.of(track)
        if not isinstance(answer, Replay):
            return []
        counts = answer.counts(track.state.counters.presentations)
        training = model.examples.training
        return [
            (training.names[i], *map(float, training.inputs[i]), float(training.targets[i, 0]), int(counts[i]))
            for i in np.flatnonzero(counts)
        ]

    def _take_model(self, model: FeedforwardModel) -> None:
        self._model = model
        self.plot.set_plane(Plane(*spans(model.examples)))
        drawn = drawn_examples(len(model.examples.training))
        self.plot.set_points(model.examples.training.inputs[drawn], target_classes(model, "training", drawn))
        self.plot.set_texts("", *model.examples.input_names[:2])

    def _heading(self, track: TrackFrame, answer: object) -> str:
        state, since = track.state.counters, since_of(track).counters
        made = state.updates - since.updates
        text = counted(made, "update") + (" since the last change" if since.presentations > 0 else "")
        if isinstance(answer, Replay):
            counts = answer.counts(state.presentations)
            if made:
                text += f" by {count(int((counts > 0).sum()))} of {counted(len(counts), 'example')}"
            return f"{text}."
        if answer == "waiting":
            return f"{text}. Which examples made them is being found out …"
        return f"{text}: too long ago to go through it all again, so no example is ringed."

    def _draw_points(self, frame: Frame, model: FeedforwardModel, replay: Replay | None) -> None:
        n = len(model.examples.training)
        drawn = drawn_examples(n)
        counts = np.zeros(n, dtype=np.int64)
        if replay is not None:
            counts = replay.counts(frame.lead.state.counters.presentations)
        self.plot.set_wrong(counts[drawn] > 0)
        numbers = {k: f"×{times}" for k, times in enumerate(counts[drawn].tolist()) if times}
        numbers = numbers if self.numbers.isChecked() else {}
        following = np.flatnonzero(drawn == self._following(frame, model))
        if len(following) and not frame.is_running:
            numbers[int(following[0])] = f"next {numbers.get(int(following[0]), '')}".strip()
        self.plot.show_numbers(numbers)
        which, index = frame.selection.example or ("", -1)
        place = int(np.searchsorted(drawn, index)) if which == "training" and 0 <= index < n else -1
        self.plot.set_selected(place if 0 <= place < len(drawn) and drawn[place] == index else -1)

    def _following(self, frame: Frame, model: FeedforwardModel) -> int:
        """Return the example that is shown next; -1 when the run has ended, or where several pictures stand."""
        if frame.lead.reason is not None or self.is_one_of_several:
            return -1
        counters = frame.lead.state.counters
        return int(model.problem.order_at(counters)[counters.position_in_epoch])

    def _draw_lines(self, track: TrackFrame, model: FeedforwardModel, replay: Replay | None) -> None:
        theme, lines = self.theme, []
        faint = blend(theme.text, theme.base, 0.3)

        def line(params: FloatArray, colour: str, width: float, dashes: tuple[float, ...] = ()) -> Line:
            w0, w1, w2 = vector_of(model, params).tolist()
            return Line((w0, w1, w2), colour, width, dashes)

        if replay is not None and self.all_lines.isChecked():
            way = replay.updates_until(track.state.counters.presentations)[:-1]
            lines += [line(update.params, faint, 1.0) for update in way[-MOST_LINES:]]
        lines.append(line(since_of(track).params, theme.muted, 1.8, DASHES))
        lines.append(line(track.state.params, theme.text, 2.5))
        self.plot.show_lines(lines)
        self.plot.show_arrow(lines[-1].weights, theme.text)

    def _entries(self, model: FeedforwardModel) -> list[Entry]:
        theme, entries = self.theme, []
        for k, name in enumerate(model.examples.class_names or ()):
            look = marker(k)
            entries.append(Entry(name, "marker", look.inside, look.edge, look.symbol, tip=tip("target")))
        entries.append(Entry("made an update", "marker", "", theme.accent, "o", width=2.5, tip=tip("update")))
        entries.append(Entry("line at the start", "line", theme.muted, dashes=DASHES, width=1.8))
        if self.all_lines.isChecked():
            entries.append(Entry("on the way", "line", blend(theme.text, theme.base, 0.3), width=1.0))
        entries.append(Entry("now, with the arrow (w1, w2)", "line", theme.text, width=2.5))
        return entries

    def _about_selected(self, frame: Frame, model: FeedforwardModel, replay: Replay | None) -> str:
        which, index = frame.selection.example or ("", -1)
        training = model.examples.training
        if which != "training" or not 0 <= index < len(training) or replay is None:
            return HINT
        done = frame.lead.state.counters.presentations
        epochs = [update.epoch + 1 for update in replay.updates_until(done) if update.example == index]
        w = vector_of(model, frame.lead.state.params)
        product = float(training.targets[index, 0]) * float(w[0] + w[1:] @ training.inputs[index])
        now = f"now y w·x = {number(product + 0.0)}"
        name = training.names[index]
        if not epochs:
            return f"{name}: has not changed the weights; {now}."
        said = ", ".join(map(count, epochs[-8:]))
        return f"{name}: made {counted(len(epochs), 'update')}, in epoch {said}; {now}."

    def _clicked(self, index: int) -> None:
        if self.frame is None or self._model is None:
            return
        drawn = drawn_examples(len(self._model.examples.training))
        self.select(Selection(("training", int(drawn[index])) if index >= 0 else None, self.frame.selection.unit))

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)


PANE = UpdateExamplesPane
