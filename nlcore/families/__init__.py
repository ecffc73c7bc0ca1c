"""Families of models, one a file, and what the trainer asks of all of them.

A module of this package defines ``FAMILY``, which turns an experiment and its data into a `Model`. Trainer, history,
runner and session know only the `Model`: nothing there speaks of layers or of examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from nlcore.datasets import Data
from nlcore.experiment import Experiment, Record
from nlcore.records import FinishReason, FloatArray, Metrics, SetName, Trace, TrainState


@dataclass(frozen=True, slots=True)
class Column:
    """One measured quantity along a run, for example the mse on the validation set."""

    set_name: SetName
    metric: str


@dataclass(frozen=True, slots=True, eq=False)
class Advance:
    """What a model gives back after training for a while.

    Attributes
    ----------
    state : TrainState
        Where it got to.
    clock : ndarray, shape (n_measurements, 3)
        Presentations, updates and epochs (with their fraction) of each measurement on the way.
    values : ndarray, shape (n_measurements, n_columns)
        One column for each of `Model.columns`.
    reason : FinishReason or None
        Why it stopped early, if it did.
    """

    state: TrainState
    clock: FloatArray
    values: FloatArray
    reason: FinishReason | None


class Model(Protocol):
    """An experiment bound to its data: everything that can be computed from a vector of parameters.

    Attributes
    ----------
    experiment : Experiment
        What it was built from.
    data : Data or None
        The examples, if the family has any.
    kernel : str
        Which loop does the training.
    trains : bool
        False if nothing ever changes the parameters.
    n_params : int
        Length of the parameter vector.
    epoch_length : int
        Presentations in an epoch.
    columns : tuple of Column
        What is measured along a run.
    probes : frozenset of str
        Which read-outs make sense: decision_surface, weight_images, network_diagram, examples ...
    """

    experiment: Experiment
    data: Data | None
    kernel: str
    trains: bool
    n_params: int
    epoch_length: int
    columns: tuple[Column, ...]
    probes: frozenset[str]

    @property
    def is_fast(self) -> bool:
        """Whether training runs in machine code that leaves the interpreter free, so that a thread pays."""

    def prepare(self) -> bool:
        """Make training fast; takes seconds the first time. False if the kernel it chose cannot be had."""

    def initial_params(self) -> FloatArray:
        """Return the start weights of the experiment's seed, read-only."""

    def initial_extra(self, params: FloatArray) -> Mapping[str, NDArray[Any]]:
        """Return what a state with the start weights holds besides parameters and clocks, see `TrainState.extra`."""

    def advance(self, state: TrainState, n: int, *, measured: bool, stops: bool) -> Advance:
        """Train for `n` presentations, or until a stop rule (if they hold) or divergence ends it."""

    def evaluate(self, params: FloatArray) -> Mapping[SetName, Metrics | None]:
        """Measure all sets; None for a set that does not exist."""

    def measure(self, state: TrainState) -> FloatArray:
        """Return one row of measurements at a state, shape (n_columns,), equal to those of training to the last bit."""

    def measure_quickly(self, state: TrainState) -> FloatArray:
        """Return the same, fast with any kernel, to rounding."""

    def is_stopped(self, state: TrainState) -> bool:
        """Tell whether the stop rules already hold at a state."""

    def trace(self, state: TrainState) -> Trace:
        """Explain the next presentation, phase by phase."""


class Family(Protocol):
    """What a module of this package offers as ``FAMILY``."""

    name: str
    title: str
    help: str
    options: type[Record]
    """The options beside the name, such as which function."""

    def build(self, experiment: Experiment, data: Data | None, kernel: str | None = None) -> Model:
        """Bind an experiment to its data; `kernel` None chooses the best.

        Raises
        ------
        ExperimentError
            If the experiment does not fit the data or itself.
        """
