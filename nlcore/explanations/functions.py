"""A step of gradient descent on a function explained: direction, step, new point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlcore.explanations.records import Focus, Formula, Step, Walk
from nlcore.explanations.update import learning_rate
from nlcore.expressions import Expression, Named, Negative, Product, Sum
from nlcore.families.function import FunctionModel
from nlcore.records import Phase, Trace, TrainState
from nlcore.schedules import schedule


def walk(model: FunctionModel, state: TrainState, trace: Trace, focus: Focus) -> Walk:
    """Explain the three phases of a step; other phases keep their names only."""
    descent = _Descent(model, state, trace, focus)
    known: dict[str, Callable[[Phase], Step]] = {
        "direction": descent.direction,
        "step": descent.step,
        "new point": descent.new_point,
    }
    return Walk(tuple(known.get(phase.name, named)(phase) for phase in trace.phases))


def named(phase: Phase) -> Step:
    """Return a step that says no more than the phase's name."""
    return Step(phase.name, phase.name[:1].upper() + phase.name[1:], "")


@dataclass(frozen=True)
class _Descent:
    """One step of one run, and which coordinates are written out."""

    model: FunctionModel
    state: TrainState
    trace: Trace
    focus: Focus

    @cached_property
    def shown(self) -> range:
        return range(min(self.model.n_params, max(1, self.focus.most)))

    @cached_property
    def gradient(self) -> NDArray[np.float64]:
        return next(phase.arrays["gradient"] for phase in self.trace.phases if "gradient" in phase.arrays)

    def _step(self, phase: Phase, title: str, sentence: str, found: list[Formula]) -> Step:
        return Step(phase.name, title, sentence, tuple(found), self.model.n_params - len(self.shown))

    def direction(self, phase: Phase) -> Step:
        """Explain the search direction: minus the gradient."""
        general, found = r"p_i = {-}\frac{\partial f}{\partial x_i}", []
        for i in self.shown:
            slope = Named(rf"\frac{{\partial f}}{{\partial x_{{{i + 1}}}}}", float(phase.arrays["gradient"][i]))
            found.append(_formula(i, "direction", f"p_{{{i + 1}}}", general, Negative(slope), -slope.value))
        sentence = "The search direction is that of steepest decrease: the gradient with the opposite sign."
        return self._step(phase, "Direction", sentence, found)

    def step(self, phase: Phase) -> Step:
        """Explain the step: its length times the direction, and a share of the last step."""
        training, updates = self.model.experiment.training, self.state.counters.updates
        rate = schedule(training.schedule).rate(training.learning_rate, updates)
        scheduled = learning_rate(training, updates, rate)
        found = [scheduled] if scheduled is not None else []
        general = r"s_i = \eta\, p_i" + r" + \alpha\, s_i(n{-}1)" * bool(training.momentum)
        for i in self.shown:
            direction = Named(f"p_{{{i + 1}}}", -float(self.gradient[i]))
            terms: list[Expression] = [Product((Named(r"\eta", rate), direction))]
            if training.momentum:
                last = Named(rf"s_{{{i + 1}}}(n{{-}}1)", float(self.state.velocity[i]))
                terms.append(Product((Named(r"\alpha", training.momentum), last)))
            right = terms[0] if len(terms) == 1 else Sum(tuple(terms))
            found.append(_formula(i, "step", f"s_{{{i + 1}}}", general, right, float(phase.arrays["step"][i])))
        sentence = "The step is the direction times the learning rate"
        sentence += ", and a share of the last step." if training.momentum else "."
        return self._step(phase, "Step", sentence, found)

    def new_point(self, phase: Phase) -> Step:
        """Explain the new point: the step is added."""
        found, general = [], r"x_i \leftarrow x_i + s_i"
        steps = next(phase.arrays["step"] for phase in self.trace.phases if "step" in phase.arrays)
        for i in self.shown:
            x, s = Named(f"x_{{{i + 1}}}", float(self.state.params[i])), Named(f"s_{{{i + 1}}}", float(steps[i]))
            value = float(phase.arrays["point"][i])
            found.append(_formula(i, "new point", f"x'_{{{i + 1}}}", general, Sum((x, s)), value))
        return self._step(phase, "New point", "The step is added to the point.", found)


def _formula(i: int, kind: str, left: str, general: str, right: Expression, value: float) -> Formula:
    return Formula(("parameter", i), kind, left, general, right, value)
