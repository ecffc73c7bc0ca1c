"""Which learning rates a linear unit can bear: found in theory, from the curvature of its error surface.

The surface is a bowl. Its steepest axis sets the largest stable rate 2 / lambda_max, its flattest one the pace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.latest import MOST_AT_ONCE, Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.numbers import count, number
from app.widgets.rate_plot import RatePlot, Rates
from app.widgets.readout import Readout
from nlcore.datasets import ExampleSet
from nlcore.errors import DataError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.schedules import schedule
from nlcore.theory.learning_rates import Gradient, eigenvalues, largest_stable_rate, shrink_rates

WAITING = "The curvature of the error surface is being worked out …"
LOW, FEW_LINES, MANY_LINES = 330, 2, 5
"""Below this height in pixels the picture gets the room that long sentences would take."""
MOST_NUMBERS = 200_000
"""Inputs of all examples together up to which the curvature is found at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Curvature:
    """The eigenvalues of the examples of one set; empty where there are none to be had."""

    examples: ExampleSet
    gradient: Gradient
    found: FloatArray


class StableRatePane(Pane):
    """Draws what a step leaves of the way to the minimum, over the learning rate."""

    id = "stable_rate"
    key = "Ctrl+Alt+1"
    title = "Stable learning rates"
    help = "For a linear unit: which learning rates converge, which is the fastest, and which diverge."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.picture = RatePlot(self.body)
        self.readout = Readout("What the learning rate does", self.body)
        self.readout.set_max_lines(MANY_LINES)
        layout.addWidget(self.picture.plot, 1)
        layout.addWidget(self.picture.legend)
        layout.addWidget(self.readout)
        self._curvature: _Curvature | None = None
        self._work = Latest("nllab-curvature", self)
        self._work.answered.connect(self._on_work_answered)

    def why_empty(self, frame: Frame) -> str | None:
        """Say for which runs the theory holds."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function; the theory here is about a linear unit and its examples."
        if len(model.layout.layers) != 2 or model.layout.activations[0].name != "linear":
            return (
                "The error surface has the same curvature everywhere only for one layer of linear units; this network "
                "has others, and its largest stable learning rate changes from place to place."
            )
        if not model.trains:
            return "Nothing is trained here, so there is no learning rate."
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
        """Draw the rates of the examples at the cursor."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        examples, gradient = model.examples.training, model.experiment.training.gradient
        if self._known(model) is None:
            self._work.ask(examples, lambda: _curvature(examples, gradient))
            self.readout.show_text(WAITING)
            return
        rates = self._rates(frame)
        if rates is not None:
            self.picture.show_rates(rates)
        self.readout.show_text(self.in_words(frame))

    def in_words(self, frame: Frame) -> str:
        """Say the limits, and what the learning rate in force does."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if self._known(model) is None:
            return WAITING
        rates = self._rates(frame)
        if rates is None:
            return "The inputs are all 0 or not finite: the error surface is flat, and any rate will do nothing."
        parts = [
            f"Largest stable rate {number(rates.limit)}"
            + (" = 2/λmax" if rates.momentum == 0.0 else f" = 2(1 + α)/λmax with momentum {number(rates.momentum)}")
            + "."
        ]
        low, high = float(rates.eigenvalues[0]), float(rates.eigenvalues[-1])
        if rates.fastest is not None:
            left = (high - low) / (high + low)
            parts.append(f"Fastest {number(rates.fastest)}: each step leaves {number(left)} of the way at worst.")
        parts.append(f"Condition λmax/λmin = {number(high / low)}.")
        parts.append(_now(rates))
        training = frame.lead.experiment.training
        if training.mode != "batch":
            parts.append("This holds for batch mode; other modes follow it the closer the smaller the rate is.")
        if training.penalty.strength > 0.0 or training.weight_decay > 0.0:
            parts.append("Penalty and decay are not in this picture.")
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return every axis with its curvature and what a step leaves along it."""
        rates = self._rates(frame)
        if rates is None:
            return ()
        left = shrink_rates(rates.eigenvalues, rates.now, rates.momentum)
        rows = tuple(
            (k + 1, float(curvature), 2.0 * (1.0 + rates.momentum) / float(curvature), float(share))
            for k, (curvature, share) in enumerate(zip(rates.eigenvalues, left, strict=True))
        )
        headings = ("axis", "curvature λ", "largest stable rate", f"left by a step of {rates.now:g}")
        return (Table("Axes of the error surface", headings, rows),)

    def _known(self, model: FeedforwardModel) -> _Curvature | None:
        """Return the curvature, worked out here where that takes no time; None where it is not known yet."""
        examples, gradient, known = model.examples.training, model.experiment.training.gradient, self._curvature
        if known is not None and known.examples is examples and known.gradient == gradient:
            return known
        if examples.inputs.size > MOST_NUMBERS or len(examples) > MOST_AT_ONCE:
            return None
        self._curvature = _curvature(examples, gradient)
        return self._curvature

    def _rates(self, frame: Frame) -> Rates | None:
        """Return what is to be drawn; None where the surface is flat, or not known yet."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        training, known = model.experiment.training, self._known(model)
        if known is None:
            return None
        curved = known.found[known.found > 0.0]
        if not len(curved):
            return None
        momentum = training.momentum
        now = schedule(training.schedule).rate(training.learning_rate, frame.lead.state.counters.updates)
        fastest = None if momentum > 0.0 else 2.0 / float(curved[0] + curved[-1])
        return Rates(curved, momentum, now, largest_stable_rate(float(curved[-1]), momentum), fastest)

    def _on_work_answered(self, examples: object, answer: object) -> None:
        del examples
        if isinstance(answer, _Curvature):
            self._curvature = answer
            if self.frame is not None and self.why_empty(self.frame) is None:
                self.draw(self.frame)


def _curvature(examples: ExampleSet, gradient: Gradient) -> _Curvature:
    try:
        return _Curvature(examples, gradient, eigenvalues(examples.inputs, gradient))
    except DataError:
        return _Curvature(examples, gradient, np.empty(0))


def _now(rates: Rates) -> str:
    """Say what the learning rate in force does along the steepest and the flattest axis."""
    left = shrink_rates(rates.eigenvalues, rates.now, rates.momentum)
    steep, flat = float(left[-1]), float(left[0])
    if rates.now == 0.0:
        return "Now 0: nothing is learnt."
    said = f"Now {number(rates.now)}: a step leaves {number(steep)} of the way along the steepest axis"
    if len(left) > 1:
        said += f" and {number(flat)} along the flattest of {count(len(left))}"
    if rates.now > rates.limit:
        return said + ", so the weights diverge."
    if rates.momentum == 0.0 and rates.now * float(rates.eigenvalues[-1]) > 1.0:
        return said + ", landing on the other side each time: it zigzags."
    return said + "."


PANE = StableRatePane
