"""Learning-rate schedules: how the learning rate changes with the number of updates made so far.

A rate that falls like 1/t meets the conditions under which stochastic gradient descent converges (Robbins and Monro
1951); steps and exponential decay are the usual practice. All are functions of the update count alone, so any moment
can be replayed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Choice, Record, convert

CONSTANT, INVERSE, STEP, EXPONENTIAL = 0, 1, 2, 3
Updates = Annotated[float, Meta(ge=1.0)]
Factor = Annotated[float, Meta(gt=0.0, le=1.0)]


class ConstantOptions(Record, frozen=True):
    """The same rate throughout."""


class InverseOptions(Record, frozen=True):
    """The rate divided by 1 + updates / half_after: halved after so many updates, a third after twice as many."""

    half_after: Annotated[Updates, Meta(description="Updates after which the rate is halved.")] = 1000.0


class StepOptions(Record, frozen=True):
    """The rate multiplied by `factor` once in so many updates."""

    every: Annotated[Updates, Meta(description="Updates over which the rate is multiplied once.")] = 1000.0
    factor: Annotated[Factor, Meta(description="What the rate is multiplied by.")] = 0.5


class ExponentialOptions(Record, frozen=True):
    """The rate multiplied by `factor` over so many updates, a little at each."""

    every: Annotated[Updates, Meta(description="Updates over which the rate is multiplied once.")] = 1000.0
    factor: Annotated[Factor, Meta(description="What the rate is multiplied by.")] = 0.5


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as kernels see it: a code and two numbers."""

    code: int = CONSTANT
    span: float = 1.0
    factor: float = 1.0

    def rate(self, learning_rate: float, updates: int) -> float:
        """Return the learning rate of the update that follows `updates` earlier ones."""
        if self.code == INVERSE:
            return learning_rate / (1.0 + updates / self.span)
        if self.code == STEP:
            return learning_rate * math.pow(self.factor, math.floor(updates / self.span))
        if self.code == EXPONENTIAL:
            return learning_rate * math.pow(self.factor, updates / self.span)
        return learning_rate


def _inverse(options: InverseOptions) -> Schedule:
    return Schedule(INVERSE, options.half_after)


def _step(options: StepOptions) -> Schedule:
    return Schedule(STEP, options.every, options.factor)


def _exponential(options: ExponentialOptions) -> Schedule:
    return Schedule(EXPONENTIAL, options.every, options.factor)


SCHEDULES: dict[str, tuple[type[Record], Callable[..., Schedule]]] = {
    "constant": (ConstantOptions, lambda _: Schedule()),
    "inverse": (InverseOptions, _inverse),
    "step": (StepOptions, _step),
    "exponential": (ExponentialOptions, _exponential),
}


def schedule(choice: Choice) -> Schedule:
    """Resolve the choice of a schedule.

    Raises
    ------
    ExperimentError
        If there is none of that name, or its options are wrong.
    """
    where = "training.schedule"
    if choice.name not in SCHEDULES:
        raise ExperimentError(unknown("schedule", choice.name, SCHEDULES, where))
    options, build = SCHEDULES[choice.name]
    return build(convert(choice.options_dict(), options, place=where))
