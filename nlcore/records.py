"""What the engine hands around: frozen records of a moment in training.

A `TrainState` is everything needed to go on exactly from there; a `Trace` explains one presentation; a `RunStatus` is
what the runner reports. None of them changes after it was made.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
SetName = Literal["training", "validation", "test"]
SET_NAMES: tuple[SetName, ...] = ("training", "validation", "test")
StepUnit = Literal["presentation", "update", "epoch"]


def read_only(array: FloatArray) -> FloatArray:
    """Return the array itself, locked against writing."""
    array.setflags(write=False)
    return array


class FinishReason(enum.Enum):
    """Why a run ended."""

    STOP_RULE = "stop_rule"
    LIMIT = "limit"
    DIVERGED = "diverged"
    CANCELLED = "cancelled"
    ERRORED = "errored"
    NOTHING_TO_TRAIN = "nothing_to_train"


@dataclass(frozen=True, slots=True)
class Counters:
    """The three clocks of training, and the place in the current epoch.

    Attributes
    ----------
    presentations : int
        Examples shown so far.
    updates : int
        Times the weights were written. The perceptron rule leaves them alone on a correct example.
    epochs : int
        Completed passes over the training set.
    position_in_epoch : int
        Presentations since the last completed pass.
    """

    presentations: int = 0
    updates: int = 0
    epochs: int = 0
    position_in_epoch: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class TrainState:
    """All that is needed to go on training exactly.

    Attributes
    ----------
    params : ndarray, shape (n_params,)
        Weights and biases, flat and read-only.
    velocity : ndarray, shape (n_params,)
        The weight changes of the last update, for momentum; read-only.
    counters : Counters
        Where in training this is.
    extra : mapping of str to ndarray
        What rules, stop rules or families need besides, read-only.
    """

    params: FloatArray
    velocity: FloatArray
    counters: Counters = Counters()
    extra: Mapping[str, NDArray[Any]] = field(default_factory=lambda: MappingProxyType({}))

    def same_bits(self, other: TrainState) -> bool:
        """Tell whether two states are equal to the last bit."""
        return (
            self.counters == other.counters
            and self.params.tobytes() == other.params.tobytes()
            and self.velocity.tobytes() == other.velocity.tobytes()
            and self.extra.keys() == other.extra.keys()
            and all(self.extra[name].tobytes() == other.extra[name].tobytes() for name in self.extra)
        )


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Names one parameter: a block such as ``"weights[0]"`` and an index tuple in it."""

    block: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Phase:
    """One lit step of a trace: its name, the formula it follows, and the numbers."""

    name: str
    formula: str
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Explains one presentation of one example, phase by phase; never assigned back.

    Attributes
    ----------
    example : int
        Index of the example in the training set; -1 for models without examples.
    phases : tuple of Phase
        In the order in which the rule works.
    updated : bool
        Whether the rule wrote weights.
    """

    example: int
    phases: tuple[Phase, ...]
    updated: bool


@dataclass(frozen=True, slots=True)
class Metrics:
    """What is measured on one set of examples.

    Attributes
    ----------
    loss : float
        What is minimised, by the lecture's formula (a sum over examples, not a mean).
    sse, mse : float or None
        Sum of (t - o)^2 over examples and outputs, without 1/2; the same divided by examples x outputs.
    error_rate, accuracy : float or None
        Share of examples whose class is wrong, right: the largest output decides, with one output the midpoint.
    accuracy_all_units : float or None
        Share of examples with every output on its target's side of the midpoint.
    confusion : tuple of tuple of int or None
        Rows are true classes, columns predicted ones.

    None stands where a measure does not exist, for example the accuracy of a function without examples.
    """

    loss: float
    sse: float | None = None
    mse: float | None = None
    error_rate: float | None = None
    accuracy: float | None = None
    accuracy_all_units: float | None = None
    confusion: tuple[tuple[int, ...], ...] | None = None


class RunnerState(enum.Enum):
    """What the runner's thread is doing."""

    IDLE = "idle"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the runner says of itself, with the reason once it has ended."""

    state: RunnerState
    reason: FinishReason | None = None
    message: str = ""
