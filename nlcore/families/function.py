"""Functions that are minimised directly: a model without examples.

Gradient descent on f(x) as in the lecture's general optimisation algorithm: from x0, take the direction of steepest
decrease, a step length, and go on. One step is a presentation, an update and an epoch at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data
from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Experiment, Record, Training, convert
from nlcore.families import Advance, Column
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


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a point, with its gradient."""

    title: str
    value: Callable[[FloatArray], float]
    gradient: Callable[[FloatArray], FloatArray]


UNUSED = ("mode", "penalty", "weight_decay", "dropout", "clip_norm", "frozen", "tied")
"""Settings that mean nothing here; they are refused, so that nobody thinks they work."""
IDLE = ("loss", "order", "initializer", "gradient", "batch_size")
"""Settings that every lesson has and that have no effect here."""

FUNCTIONS: dict[str, Function] = {
    "bowl": Function(
        "Bowl: half the squared distance from the origin",
        lambda x: 0.5 * float(x @ x),
        lambda x: x.copy(),
    ),
}


class FunctionOptions(Record, frozen=True):
    """Which function, and where to start."""

    function: Annotated[str, Meta(description="The function that is minimised.")] = "bowl"
    start: Annotated[tuple[float, ...], Meta(min_length=1, description="The initial point.")] = (2.0, 1.0)


class FunctionModel:
    """A function and a way down it; see `nlcore.families.Model`."""

    def __init__(self, experiment: Experiment, options: FunctionOptions, function: Function) -> None:
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
        """Take `n` steps of gradient descent with momentum; see `nlcore.families.Model`."""
        training, rates = self.experiment.training, schedule(self.experiment.training.schedule)
        point, velocity, done = state.params.copy(), state.velocity.copy(), state.counters.presentations
        rows: list[tuple[float, float]] = []
        reason = None
        for _ in range(n):
            with np.errstate(over="ignore", invalid="ignore"):
                rate = rates.rate(training.learning_rate, done)
                change = -rate * self.function.gradient(point)
                velocity = change + training.momentum * velocity
                point = point + velocity
                value = self.function.value(point)
            done += 1
            due = done % training.evaluate_every.every == 0
            if measured and due:
                rows.append((done, value))
            if not np.all(np.isfinite(point)):
                reason = FinishReason.DIVERGED
                break
            if stops and self._is_over(done, value if due else math.inf):
                reason = FinishReason.STOP_RULE
                break
        after = TrainState(read_only(point), read_only(velocity), Counters(done, done, done, 0))
        table = np.array(rows).reshape(len(rows), 2)
        return Advance(after, read_only(table[:, [0, 0, 0]]), read_only(table[:, 1:]), reason)

    def _is_over(self, done: int, value: float) -> bool:
        stop = self.experiment.training.stop
        limits = [limit for limit in (stop.epochs, stop.updates) if limit is not None]
        return any(done >= limit for limit in limits) or (stop.loss_below is not None and value < stop.loss_below)

    def is_stopped(self, state: TrainState) -> bool:
        """Tell whether the stop rules already hold at a state."""
        return self._is_over(state.counters.presentations, self.function.value(state.params))

    def measure(self, state: TrainState) -> FloatArray:
        """Return the function's value, shape (1,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return read_only(np.array([self.function.value(state.params)]))

    def measure_quickly(self, state: TrainState) -> FloatArray:
        """Return the same: there is only one way."""
        return self.measure(state)

    def evaluate(self, params: FloatArray) -> Mapping[SetName, Metrics | None]:
        """Return the value as the loss; nothing else exists without examples."""
        with np.errstate(over="ignore", invalid="ignore"):
            return {"training": Metrics(self.function.value(params)), "validation": None, "test": None}

    def trace(self, state: TrainState) -> Trace:
        """Explain the next step: direction, step, new point."""
        gradient = self.function.gradient(state.params)
        training = self.experiment.training
        rate = schedule(training.schedule).rate(training.learning_rate, state.counters.updates)
        step = -rate * gradient + training.momentum * state.velocity
        phases = (
            Phase("direction", "function.direction", {"point": state.params, "gradient": gradient}),
            Phase("step", "function.step", {"step": step}),
            Phase("new point", "function.add", {"point": state.params + step}),
        )
        return Trace(-1, phases, updated=True)


class FunctionFamily:
    """Functions without examples; see `nlcore.families.Family`."""

    name = "function"
    title = "Function"
    help = "A function that is minimised directly, without examples."

    def build(self, experiment: Experiment, data: Data | None, kernel: str | None = None) -> FunctionModel:
        """Resolve the function's name and its start."""
        del kernel
        if data is not None:
            raise ExperimentError(f'dataset: a function has no examples; use "none" instead of {data.name!r}')
        options = convert(experiment.family.options_dict(), FunctionOptions, place="family")
        if options.function not in FUNCTIONS:
            raise ExperimentError(unknown("function", options.function, FUNCTIONS, "family.function"))
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
            raise ExperimentError("training.stop: a function knows only epochs, updates and loss_below")
        for name in UNUSED:
            if getattr(training, name) != getattr(usual, name):
                raise ExperimentError(f"training.{name}: a function has no examples and no network; leave it out")
        return FunctionModel(experiment, options, FUNCTIONS[options.function])


FAMILY = FunctionFamily()
