"""Weights that repeat: a perceptron on classes that no line separates goes round in circles for ever.

The first repetition of the weights at ends of epochs is looked for, to the last bit, and one round is drawn as a ring.
Of a linear unit the pane says instead how near it has come to its least-squares weights.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.latest import Latest
from app.pane import Pane
from app.replayed import since_of
from app.table import Table, thinned
from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.cycle_ring import MOST_NODES, CycleRing
from app.widgets.cycle_texts import (
    AT_ONCE,
    MOST,
    MOST_UPDATES,
    Found,
    heading,
    linear_text,
    ring_of,
    search,
    why_not,
)
from app.widgets.numbers import count, counted
from app.widgets.perceptron_texts import vector_of, why_no_perceptron
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import TrainState

LEAST = 150
"""Height of the ring in pixels, at least."""
MOST_SHOWN = 400_000
"""Presentations that a search may take."""
LARGE = 4000
"""Numbers in the training set above which the whole search happens beside the window."""


class WeightCyclePane(Pane):
    """The cycle of the weights."""

    id = "weight_cycle"
    key = "Ctrl+Alt+9"
    title = "Cycle of weights"
    help = "Whether the weights come back to what they were, which then repeats for ever, and one round of the cycle."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._since: TrainState | None = None
        self._found: Found | None = None
        self.text = Caption("What the weights do", self.body)
        self.ring = CycleRing(self.body)
        self.ring.setMinimumHeight(LEAST)
        self.latest = Latest("weight cycle", self)
        self.latest.answered.connect(self._take_answer)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.text)
        column.addWidget(self.ring, 1)
        column.addStretch(0)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no cycle to look for."""
        return _why_not(frame.lead)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.ring.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Say what is known, and draw the ring."""
        track = frame.lead
        if is_linear(track):
            self.text.show_text(linear_text(track))
            self.ring.hide()
            return
        self._find(track)
        found = self._found
        said = heading(track, found)
        nodes: list[str] = []
        if found is not None and found.cycle is not None and found.updates:
            nodes, arrows, now = ring_of(track, found)
            if len(nodes) <= MOST_NODES:
                self.ring.show_ring(nodes, arrows, now)
            else:
                said += (
                    f" So many weights do not fit on a ring; the text of the pane (Ctrl+T) lists {count(len(nodes))}."
                )
        self.ring.setVisible(0 < len(nodes) <= MOST_NODES)
        self.text.show_text(said)

    def in_words(self, frame: Frame) -> str:
        """Say whether the weights come back, and the round."""
        reason = _why_not(frame.lead)
        track = frame.lead
        if reason is not None or not isinstance(track.model, FeedforwardModel):
            return reason or self.help
        if is_linear(track):
            return linear_text(track).replace("\n", " ")
        found = self._known(track)
        said = heading(track, found)
        if found is not None and found.cycle is not None and 0 < len(found.updates) <= MOST_NODES:
            nodes, arrows, _ = ring_of(track, found)
            way = ", ".join(f"{node}, then {arrow}" for node, arrow in zip(nodes, arrows, strict=True))
            said += f" The round: {way}, and again {nodes[0]}."
        return said

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return one round of the cycle."""
        track = frame.lead
        model = track.model
        if is_linear(track) or not isinstance(model, FeedforwardModel):
            return ()
        found = self._known(track)
        if found is None or found.cycle is None or not found.updates:
            return ()
        names = model.examples.training.names
        rows = [(u.epoch + 1, names[u.example], *vector_of(model, u.params).tolist()) for u in found.updates]
        weights = [f"w{i}" for i in range(model.examples.n_inputs + 1)]
        note = f"It repeats every {counted(found.cycle.length, 'epoch')}."
        return (thinned("One round of the cycle", ("epoch", "example", *weights), rows[:MOST_UPDATES], note),)

    def _known(self, track: TrackFrame) -> Found | None:
        """Return what was found for this run, looked for at once if need be."""
        self._find(track)
        return self._found

    def _find(self, track: TrackFrame) -> None:
        """Look for a cycle, the first epochs at once, more of them beside the window."""
        model, since = track.model, since_of(track)
        assert isinstance(model, FeedforwardModel)
        if model is self._model and self._since is not None and since.same_bits(self._since):
            return
        self._model, self._since = model, since
        self._found = None
        if model.examples.training.inputs.size <= LARGE:
            self._found = search(model, since, AT_ONCE)
        if self._found is None or self._found.cycle is None:
            self._found = None
            most = min(MOST, max(AT_ONCE, MOST_SHOWN // model.epoch_length))
            self.latest.ask(since, lambda: (model, search(model, since, most)))

    def _take_answer(self, _: object, answer: object) -> None:
        assert isinstance(answer, tuple)
        model, found = answer
        if model is self._model:
            self._found = found
            if self.frame is not None:
                self.show_frame(self.frame)


def is_linear(track: TrackFrame) -> bool:
    """Tell whether a track trains one linear unit."""
    model = track.model
    if not isinstance(model, FeedforwardModel):
        return False
    layout = model.layout
    return len(layout.layers) == 2 and layout.layers[1] == 1 and layout.activations[0].name == "linear"


def _why_not(track: TrackFrame) -> str | None:
    if is_linear(track):
        return None
    reason = why_no_perceptron(track)
    if reason is None and isinstance(track.model, FeedforwardModel):
        return why_not(track.model)
    return reason


PANE = WeightCyclePane
