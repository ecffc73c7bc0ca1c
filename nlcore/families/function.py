"""Functions that are minimised directly: a model without examples.

The lecture's general optimisation algorithm: from x0, decide a direction, decide a step length, go there, until a
criterion says that it is enough. One step is a presentation, an update and an epoch at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data
from nlcore.directions import DIRECTIONS, Place
from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Experiment, Record, Training, convert
from nlcore.families import Advance, Column
from nlcore.formulas import FormulaError
from nlcore.jets import Jet
from nlcore.objectives import NAMES, OBJECTIVES, OWN, Objective
from nlcore.records import (
    Counters,
    FinishReason,
    FloatArray,
    Metrics,
    Phase,
    SetName,
    Trace,
    TrainState,
    read_only,
)
from nlcore.schedules import schedule
from nlcore.step_lengths import STEP_LENGTHS, Line

LAST_GRADIENT, LAST_DIRECTION = "last_gradient", "last_direction"
"""What a state holds besides the point, for directions that look back."""
UNUSED = ("mode", "penalty", "weight_decay", "dropout", "clip_norm", "frozen", "tied")
"""Settings that mean nothing here; they are refused, so that nobody thinks they work."""
IDLE = ("loss", "order", "initializer", "gradient", "batch_size")
"""Settings that every lesson has and that have no effect here."""


class FunctionOptions(Record, frozen=True):
    """Which function, where to start, and how to go."""

    function: Annotated[str, Meta(description="The function that is minimised.", extra={"title": "function"})] = "bowl"
    formula: Annotated[
        str, Meta(description='With the function "formula": your own, in x and y.', extra={"title": "own formula"})
    ] = ""
    start: Annotated[tuple[float, float], Meta(description="The initial point x, y.", extra={"title": "start"})] = (
        2.0,
        1.0,
    )
    direction: Annotated[str, Meta(description="Which way a step goes.", extra={"title": "direction"})] = (
        "steepest_descent"
    )
    step_length: Annotated[str, Meta(description="How far a step goes.", extra={"title": "step length"})] = "fixed"


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One step: what was found at the point, and the change of the point."""

    jet: Jet
    direction: FloatArray
    length: float
    change: FloatArray


class FunctionModel:
    """A function and a way down it; see `nlcore.families.Model`."""

    def __init__(self, experiment: Experiment, options: FunctionOptions, function: Objective) -> None:
        self.experiment = experiment
        self.options = options
        self.function = function
        self.data: Data | None = None
        self.kernel = "strict"
        self.trains = experiment.training.rule != "none"
        self.n_params = len(options.start)
        self.epoch_length = 1
        self.columns = (Column("training", "loss"),)
        self.probes: frozenset[str] = frozenset()
        self.param_names = NAMES
        self._direction = DIRECTIONS[options.direction]
        self._step_length = STEP_LENGTHS[options.step_length]

    @property
    def is_fast(self) -> bool:
        """Never: a step is a call of a Python function."""
        return False

    def prepare(self) -> bool:
        """Do nothing: there is nothing to compile."""
        return True

    def initial_params(self) -> FloatArray:
        """Return the initial point, read-only, shape (n,)."""
        return read_only(np.array(self.options.start, dtype=np.float64))

    def initial_extra(self, params: FloatArray) -> Mapping[str, NDArray[Any]]:
        """Return nothing: a point and its last step are all there is."""
        del params
        return MappingProxyType({})

    def advance(self, state: TrainState, n: int, *, measured: bool, stops: bool) -> Advance:
        """Take `n` steps; see `nlcore.families.Model`."""
        every = self.experiment.training.evaluate_every.every
        rows: list[tuple[float, float]] = []
        reason = None
        for _ in range(n):
            state = self._after(state, self._step(state))
            done = state.counters.presentations
            value = self.function.value(state.params)
            due = done % every == 0
            if measured and due:
                rows.append((done, value))
            if not np.all(np.isfinite(state.params)):
                reason = FinishReason.DIVERGED
                break
            if stops and self._is_over(state, value if due else math.inf):
                reason = FinishReason.STOP_RULE
                break
        table = np.array(rows).reshape(len(rows), 2)
        return Advance(state, read_only(table[:, [0, 0, 0]]), read_only(table[:, 1:]), reason)

    def _step(self, state: TrainState) -> _Step:
        """Decide direction and step length, and add a share of the last change."""
        training, taken = self.experiment.training, state.counters.updates
        rate = schedule(training.schedule).rate(training.learning_rate, taken)
        with np.errstate(all="ignore"):
            jet = self.function.jet(state.params)
            known = (state.extra.get(LAST_GRADIENT), state.extra.get(LAST_DIRECTION))
            direction = self._direction.of(Place(jet, taken, self.experiment.seed, *known))
            length = self._step_length.of(Line(self.function, state.params, direction, rate))
            return _Step(jet, direction, length, length * direction + training.momentum * state.velocity)

    def _after(self, state: TrainState, step: _Step) -> TrainState:
        """Return the state after a step."""
        done = state.counters.presentations + 1
        extra: Mapping[str, NDArray[Any]] = MappingProxyType({})
        if self.options.direction == "conjugate_gradient":
            kept = {LAST_GRADIENT: read_only(step.jet.gradient), LAST_DIRECTION: read_only(step.direction)}
            extra = MappingProxyType(kept)
        with np.errstate(all="ignore"):
            point = state.params + step.change
        return TrainState(read_only(point), read_only(step.change), Counters(done, done, done, 0), extra)

    def _is_over(self, state: TrainState, value: float) -> bool:
        stop, done = self.experiment.training.stop, state.counters.presentations
        limits = [limit for limit in (stop.epochs, stop.updates) if limit is not None]
        if any(done >= limit for limit in limits) or (stop.loss_below is not None and value < stop.loss_below):
            return True
        if stop.gradient_below is None:
            return False
        gradient = self.function.gradient(state.params)
        return math.hypot(*gradient) < stop.gradient_below

    def is_stopped(self, state: TrainState) -> bool:
        """Tell whether the stop rules already hold at a state."""
        return self._is_over(state, self.function.value(state.params))

    def measure(self, state: TrainState) -> FloatArray:
        """Return the function's value, shape (1,)."""
        return read_only(np.array([self.function.value(state.params)]))

    def measure_quickly(self, state: TrainState) -> FloatArray:
        """Return the same: there is only one way."""
        return self.measure(state)

    def evaluate(self, params: FloatArray) -> Mapping[SetName, Metrics | None]:
        """Return the value as the loss; nothing else exists without examples."""
        return {"training": Metrics(self.function.value(params)), "validation": None, "test": None}

    def trace(self, state: TrainState) -> Trace:
        """Explain the next step: direction, step length, step, new point."""
        step = self._step(state)
        found = {"point": state.params, "gradient": step.jet.gradient, "direction": step.direction}
        phases = (
            Phase("direction", "function.direction", found),
            Phase("step", "function.step", {"step": step.change, "length": np.array([step.length])}),
            Phase("new point", "function.add", {"point": self._after(state, step).params}),
        )
        return Trace(-1, phases, updated=True)


class FunctionFamily:
    """Functions without examples; see `nlcore.families.Family`."""

    name = "function"
    title = "Function"
    help = "A function that is minimised directly, without examples."
    options = FunctionOptions

    def build(self, experiment: Experiment, data: Data | None, kernel: str | None = None) -> FunctionModel:
        """Resolve the function's name and its start."""
        del kernel
        if data is not None:
            raise ExperimentError(f'dataset: a function has no examples; use "none" instead of {data.name!r}')
        options = convert(experiment.family.options_dict(), FunctionOptions, place="family")
        for name, chosen, known in (
            ("function", options.function, (*OBJECTIVES, OWN)),
            ("direction", options.direction, DIRECTIONS),
            ("step_length", options.step_length, STEP_LENGTHS),
        ):
            if chosen not in known:
                raise ExperimentError(unknown(name.replace("_", " "), chosen, known, f"family.{name}"))
        training, usual = experiment.training, Training()
        if experiment.network is not None:
            raise ExperimentError("network: a function has no layers; leave it out")
        if training.rule not in ("backpropagation", "none"):
            raise ExperimentError(
                f"training.rule: {training.rule!r} does not fit a function, which is minimised by gradient descent; "
                'leave the rule out, or use "none"'
            )
        schedule(training.schedule)
        if training.stop.all_correct or training.stop.no_update or training.stop.patience is not None:
            raise ExperimentError("training.stop: a function knows only epochs, updates, loss_below and gradient_below")
        for name in UNUSED:
            if getattr(training, name) != getattr(usual, name):
                raise ExperimentError(f"training.{name}: a function has no examples and no network; leave it out")
        return FunctionModel(experiment, options, _objective(options))


def _objective(options: FunctionOptions) -> Objective:
    """Return the function by its name, or a person's own."""
    if options.function != OWN:
        return OBJECTIVES[options.function]
    if not options.formula.strip():
        raise ExperimentError('family.formula: missing; write your function in x and y, for example "x^2 + 3*y^2"')
    objective = Objective("Own formula", options.formula)
    try:
        _ = objective.tree
    except FormulaError as error:
        raise ExperimentError(f"family.{error}") from None
    return objective


FAMILY = FunctionFamily()
