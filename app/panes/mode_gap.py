"""Batch against incremental mode: how far apart the weights are after one epoch, for smaller and smaller rates.

From the weights at the cursor both modes go one epoch with the learning rate in force, with half of it, a quarter, and
so on. The gap shrinks with the square of the rate.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.latest import Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.gap_plot import GapPlot
from app.widgets.numbers import counted, number
from app.widgets.readout import Readout
from nlcore.errors import CancelledError
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.mode_gap import ModeGap, mode_gaps, order_of
from nlcore.records import FloatArray, TrainState
from nlcore.schedules import schedule
from nlcore.trainer import Trainer

HALVINGS = 8
AT_ONCE, MOST = 2000, 300_000
"""Examples times weights up to which all epochs are gone at once, and up to which they are gone at all."""
LOW, FEW_LINES, MANY_LINES = 330, 2, 5
"""Below this height in pixels the picture gets the room that long sentences would take."""
WAITING = "Both modes are going their epochs …"


class ModeGapPane(Pane):
    """Draws the gap over the learning rate."""

    id = "mode_gap"
    key = "Ctrl+Alt+2"
    title = "Batch against incremental"
    help = "How far the weights of both modes are apart after one epoch, and how that shrinks with the learning rate."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.picture = GapPlot(self.body)
        self.readout = Readout("The gap in numbers", self.body)
        self.readout.set_max_lines(MANY_LINES)
        layout.addWidget(self.picture.plot, 1)
        layout.addWidget(self.picture.legend)
        layout.addWidget(self.readout)
        self._known: tuple[Model, FloatArray, tuple[ModeGap, ...]] | None = None
        self._cancelled = threading.Event()
        self._work = Latest("nllab-mode-gap", self)
        self._work.answered.connect(self._on_work_answered)

    def why_empty(self, frame: Frame) -> str | None:
        """Say for which runs there are two modes."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: without examples there is nothing to show one by one."
        if not model.trains or model.experiment.training.rule == "perceptron":
            return "This rule follows no gradient, so it has no batch mode. Gradient descent has: try the delta rule."
        if len(model.examples.training) * model.n_params > MOST:
            return (
                f"{counted(len(model.examples.training), 'example')} and {counted(model.n_params, 'weight')} are too "
                "many to go eight epochs in both modes while you wait. Choose a smaller data set or network."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.picture.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        self.readout.set_max_lines(FEW_LINES if self.height() < LOW else MANY_LINES)

    def draw(self, frame: Frame) -> None:
        """Draw the gaps at the cursor; while training runs those of the last moment stay."""
        track = frame.lead
        if self._gaps(track) is None and not frame.is_running:
            self._find(track)
        gaps = self._gaps(track)
        if gaps is not None:
            self.picture.show_gaps(gaps)
        elif self._known is not None:
            self.picture.show_gaps(self._known[2])
        self.readout.show_text(self.in_words(frame))

    def in_words(self, frame: Frame) -> str:
        """Say the gap, how it shrinks, and what an epoch costs in both modes."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        gaps = self._gaps(frame.lead)
        if gaps is None:
            return "Pause to compare the modes." if frame.is_running else WAITING
        first, order = gaps[0], order_of(gaps)
        rate, apart = number(first.learning_rate), number(first.distance)
        parts = [
            f"With the rate {rate} the modes are {apart} apart after an epoch; the batch went {number(first.way)}."
        ]
        if order is not None:
            parts.append(f"At the smallest rates the gap goes with the power {number(order)} of the rate.")
        n = frame.lead.model.epoch_length
        parts.append(
            f"An epoch costs {counted(n, 'gradient')} in both modes. Incremental makes {counted(n, 'update')} of them "
            f"and the loss goes from {number(first.loss_before)} to {number(first.loss_incremental)}; batch makes 1, "
            f"and it goes to {number(first.loss_batch)}."
        )
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return gap and losses for every rate."""
        gaps = self._gaps(frame.lead)
        if gaps is None:
            return ()
        rows = tuple((g.learning_rate, g.distance, g.way, g.loss_batch, g.loss_incremental) for g in gaps)
        headings = ("learning rate", "gap", "way of the batch", "loss after batch", "loss after incremental")
        return (Table("One epoch in both modes", headings, rows),)

    def _rate(self, track: TrackFrame) -> float:
        training = track.experiment.training
        return schedule(training.schedule).rate(training.learning_rate, track.state.counters.updates)

    def _gaps(self, track: TrackFrame) -> tuple[ModeGap, ...] | None:
        """Return the gaps of the shown state, if they are known."""
        known = self._known
        if known is None or known[0] is not track.model or known[1] is not track.state.params:
            return None
        return known[2]

    def _find(self, track: TrackFrame) -> None:
        """Go the epochs: at once where that takes no time, else beside the window."""
        model, state, rate = track.model, track.state, self._rate(track)
        assert isinstance(model, FeedforwardModel)
        if len(model.examples.training) * model.n_params <= AT_ONCE:
            self._known = _found(model, state, rate)
        else:
            cancelled = self._cancelled = threading.Event()
            self._work.ask(state, lambda: _found_unless(model, state, rate, cancelled))

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what nobody looks at."""
        super().hideEvent(event)
        self._cancelled.set()

    def _on_work_answered(self, state: object, answer: object) -> None:
        if isinstance(answer, tuple) and self.frame is not None and self.frame.lead.state is state:
            self._known = answer
            if self.isVisible() and self.why_empty(self.frame) is None:
                self.draw(self.frame)


def _found_unless(model: FeedforwardModel, state: TrainState, rate: float, cancelled: threading.Event) -> object:
    """Return what `_found` does; None if it was cancelled."""
    try:
        return _found(model, state, rate, cancelled.is_set)
    except CancelledError:
        return None


def _found(
    model: FeedforwardModel, state: TrainState, rate: float, cancelled: Callable[[], bool] | None = None
) -> tuple[Model, FloatArray, tuple[ModeGap, ...]]:
    rates = [rate * 0.5**k for k in range(HALVINGS)]
    trainer = Trainer(model.experiment, model.data, model.kernel)
    return model, state.params, mode_gaps(trainer, state.params, rates, cancelled)


PANE = ModeGapPane
