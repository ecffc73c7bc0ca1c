"""The trainer: an experiment brought to life, as pure functions of a state.

It loads the data, builds the model and then only answers questions: what is the state at the start, what is it `n`
presentations later, how good is it, how does the next step come about. It holds nothing that changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nlcore import datasets, discovery
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families import Advance, Family, Model
from nlcore.records import (
    Counters,
    FinishReason,
    FloatArray,
    Metrics,
    SetName,
    StepUnit,
    Trace,
    TrainState,
    read_only,
)

NOT_LOADED = object()
STEP_LIMIT = 1_000_000
"""Presentations after which a search for the next update gives up: a perceptron that is always right never updates."""


class Trainer:
    """Pure functions from an experiment's states to states.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    data : Data or None, optional
        The data set, if it is already loaded.
    kernel : str, optional
        "strict" or "vectorized"; by default the best for the experiment.

    Raises
    ------
    ExperimentError
        If a name is unknown or the parts do not fit together.
    DataError
        If the data cannot be read.
    """

    def __init__(
        self, experiment: Experiment, data: Data | object | None = NOT_LOADED, kernel: str | None = None
    ) -> None:
        self.experiment = experiment
        loaded = datasets.load(experiment.dataset) if data is NOT_LOADED else data
        family: Family = discovery.find("nlcore.families", "FAMILY", experiment.family.name, "family", "family")
        self.model: Model = family.build(experiment, loaded if isinstance(loaded, Data) else None, kernel)

    def prepared(self) -> Trainer:
        """Compile what this run needs and return the trainer to use; takes seconds the first time.

        It is this one, unless its kernel was chosen for a compiler that turns out not to work: then it is a new one,
        with the kernel chosen anew.
        """
        return self if self.model.prepare() else Trainer(self.experiment, self.model.data)

    def initial_state(self) -> TrainState:
        """Return the state before the first presentation."""
        params = self.model.initial_params()
        zero = read_only(np.zeros_like(params))
        return TrainState(params, zero, Counters(), self.model.initial_extra(params))

    def advance(self, state: TrainState, n: int) -> TrainState:
        """Return the state `n` presentations later (earlier only if the weights diverge on the way)."""
        return self.model.advance(state, n, measured=False, stops=False).state if n > 0 else state

    def measured_advance(self, state: TrainState, n: int, *, stops: bool) -> Advance:
        """Advance and measure on the way, as often as the experiment says.

        Parameters
        ----------
        state : TrainState
            Where to begin.
        n : int
            Presentations, at most.
        stops : bool
            Whether the experiment's stop rules hold.
        """
        return self.model.advance(state, n, measured=True, stops=stops)

    def finish_reason(self, state: TrainState, *, stops: bool) -> FinishReason | None:
        """Return why no training follows a state, or None if it can go on."""
        if not self.model.trains:
            return FinishReason.NOTHING_TO_TRAIN
        if not np.all(np.isfinite(state.params)):
            return FinishReason.DIVERGED
        if stops and self.model.is_stopped(state):
            return FinishReason.STOP_RULE
        return None

    def presentations_to(self, state: TrainState, unit: StepUnit) -> int:
        """Return how many presentations one step of a unit takes from here.

        For an update, those up to and including the next one that writes weights. If none follows within an epoch after
        the current one, no later one will either (for orders that repeat), and the count of that search is returned.
        """
        counters = state.counters
        if unit == "presentation":
            return 1
        if unit == "epoch":
            return self.model.epoch_length - counters.position_in_epoch
        shown = 0
        limit = min(2 * self.model.epoch_length, STEP_LIMIT)
        after = state
        while shown < limit and after.counters.updates == counters.updates:
            after = self.advance(after, 1)
            shown += 1
        return shown

    def evaluate(self, state: TrainState) -> Mapping[SetName, Metrics | None]:
        """Measure all sets at a state."""
        return self.model.evaluate(state.params)

    def measure(self, state: TrainState) -> FloatArray:
        """Return one row of measurements at a state, in the order of the model's columns, as training takes them."""
        return self.model.measure(state)

    def measure_quickly(self, state: TrainState) -> FloatArray:
        """Return the same for the eye: fast with any kernel, but the last digits may differ."""
        return self.model.measure_quickly(state)

    def trace(self, state: TrainState) -> Trace:
        """Explain the next presentation."""
        return self.model.trace(state)
