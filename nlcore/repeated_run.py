"""One run of a repeated experiment: from its start to its end, and what is kept of it.

It is the same training as anywhere else; only what is kept is smaller. Of its measurements every one is looked at, and
an evenly spaced part of at most `MOST_KEPT` is kept for the curves.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nlcore import datasets, discovery
from nlcore.curves import Best
from nlcore.datasets import Data, Dataset
from nlcore.errors import CancelledError
from nlcore.experiment import Experiment, convert, field_names
from nlcore.families import Column
from nlcore.records import Counters, FinishReason, FloatArray, Metrics, SetName
from nlcore.runner import Chunk
from nlcore.trainer import Trainer

CALL_SECONDS = 0.1
MOST_KEPT = 1024
DATA_SEEDS = ("seed", "split_seed")


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedRun:
    """What is kept of one run.

    Attributes
    ----------
    seed : int
        Of the experiment.
    counters : Counters
        Where it ended.
    reason : FinishReason
        Why it ended.
    metrics : mapping of str to Metrics or None
        Measured there on each set.
    first_all_correct : int or None
        The first epoch after which (or in which, if measurements come more often) a measurement found no training
        example misclassified; 0 is the start. None if that never happened, or where there are no classes.
    best_validation : Best or None
        When the validation loss was lowest, the earliest if several are equal; None without a validation set.
    params_sha256 : str
        Of the last weights, as little-endian 64-bit numbers.
    clock : ndarray, shape (n, 3)
        Presentations, updates and epochs of the kept measurements: the start, every `stride`-th, the last.
    values : ndarray, shape (n, n_columns)
        What was measured, in the order of the model's columns.
    stride : int
        A power of two.
    seconds : float
        How long it took.
    """

    seed: int
    counters: Counters
    reason: FinishReason
    metrics: Mapping[SetName, Metrics | None]
    first_all_correct: int | None
    best_validation: Best | None
    params_sha256: str
    clock: FloatArray
    values: FloatArray
    stride: int
    seconds: float


def params_sha256(params: FloatArray) -> str:
    """Return the SHA-256 of weights, written as little-endian 64-bit numbers."""
    return hashlib.sha256(params.astype("<f8").tobytes()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What all runs of a repetition share; it can be sent to another process.

    Attributes
    ----------
    experiment : Experiment
        Its seed, and with `new_data` those of its data, are the first run's.
    data : Data or None
        The examples of all runs, unless there are new ones for each.
    kernel : str
        Which loop does the training.
    epochs : int or None
        Exactly so many; None for the experiment's stop rules.
    new_data : bool
        Whether each run has data of its own.
    """

    experiment: Experiment
    data: Data | None
    kernel: str
    epochs: int | None = None
    new_data: bool = False

    def trainer(self, number: int) -> Trainer:
        """Return what trains the run with a number, counted from 0.

        Raises
        ------
        LabError
            If its data cannot be loaded, or do not fit the experiment.
        """
        experiment = seeded(self.experiment, number, new_data=self.new_data)
        data = self.data
        if experiment.dataset != self.experiment.dataset:
            data = datasets.load(experiment.dataset)
        trainer = Trainer(experiment, data, self.kernel)
        trainer.model.prepare()  # if it fails here, the textbook loop gives the same bits
        return trainer

    def run(self, number: int, cancelled: Callable[[], bool] | None = None) -> RepeatedRun:
        """Train the run with a number, counted from 0.

        Raises
        ------
        LabError
            See `trainer`.
        CancelledError
            If it was cancelled.
        """
        return train(self.trainer(number), self.epochs, cancelled)


def data_seeds(experiment: Experiment) -> dict[str, int]:
    """Return the seeds that an experiment's data set has, by dotted name, with their values; empty if it has none."""
    choice = experiment.dataset
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", choice.name, "data set", "dataset")
    options = convert(choice.options_dict(), dataset.options, place="dataset")
    return {f"dataset.{name}": getattr(options, name) for name in DATA_SEEDS if name in field_names(dataset.options)}


def seeded(experiment: Experiment, number: int, *, new_data: bool) -> Experiment:
    """Return the experiment of a run: its seed is greater by the run's number, with new data theirs are too.

    Raises
    ------
    ExperimentError
        If a seed becomes too large.
    """
    seeds = {"seed": experiment.seed, **(data_seeds(experiment) if new_data else {})}
    return experiment.replace({name: seed + number for name, seed in seeds.items()}) if number else experiment


def train(trainer: Trainer, epochs: int | None, cancelled: Callable[[], bool] | None = None) -> RepeatedRun:
    """Train from the start to the end and keep what a repetition needs.

    Parameters
    ----------
    trainer : Trainer
        What to train with.
    epochs : int or None
        Exactly so many, unless the weights diverge; None for the experiment's stop rules.
    cancelled : callable, optional
        Asked about ten times a second whether to stop.

    Raises
    ------
    CancelledError
        If it was cancelled.
    """
    began = time.perf_counter()
    state, chunk = trainer.initial_state(), Chunk(CALL_SECONDS)
    kept = _Kept(trainer.model.columns)
    kept.append(np.zeros((1, 3)), trainer.measure(state)[None, :])
    limit = None if epochs is None else epochs * trainer.model.epoch_length
    reason = trainer.finish_reason(state, stops=epochs is None)
    while reason is None:
        if cancelled is not None and cancelled():
            raise CancelledError(f"the run with seed {trainer.experiment.seed} was cancelled; nothing of it was kept")
        n = chunk.n if limit is None else min(chunk.n, limit - state.counters.presentations)
        if n <= 0:
            reason = FinishReason.LIMIT
            break
        call = time.perf_counter()
        after = trainer.measured_advance(state, n, stops=epochs is None)
        chunk.note(n, time.perf_counter() - call)
        kept.append(after.clock, after.values)
        state, reason = after.state, after.reason
    clock, values = kept.tables()
    return RepeatedRun(
        seed=trainer.experiment.seed,
        counters=state.counters,
        reason=reason,
        metrics=dict(trainer.evaluate(state)),
        first_all_correct=kept.first_all_correct,
        best_validation=kept.best_validation,
        params_sha256=params_sha256(state.params),
        clock=clock,
        values=values,
        stride=kept.stride,
        seconds=time.perf_counter() - began,
    )


class _Kept:
    """The measurements of a run: an evenly spaced part of them, and what all of them say."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.stride = 1
        self.first_all_correct: int | None = None
        self.best_validation: Best | None = None
        self._errors = _place(columns, Column("training", "error_rate"))
        self._validation = _place(columns, Column("validation", "loss"))
        self._n = 0
        self._clock, self._values = np.empty((0, 3)), np.empty((0, len(columns)))
        self._last: tuple[FloatArray, FloatArray] = (self._clock, self._values)

    def append(self, clock: FloatArray, values: FloatArray) -> None:
        """Add measurements, oldest first: clocks of shape (n, 3) and values of shape (n, n_columns)."""
        if not len(values):
            return
        if self._validation is not None:
            self.best_validation = _best(clock, values[:, self._validation], self.best_validation)
        if self._errors is not None and self.first_all_correct is None:
            without = np.flatnonzero(values[:, self._errors] == 0.0)
            self.first_all_correct = math.ceil(clock[without[0], 2]) if len(without) else None
        chosen = slice(-self._n % self.stride, None, self.stride)
        self._clock = np.concatenate((self._clock, clock[chosen]))
        self._values = np.concatenate((self._values, values[chosen]))
        self._n += len(values)
        self._last = clock[-1:].copy(), values[-1:].copy()
        while len(self._clock) > MOST_KEPT:
            self._clock, self._values, self.stride = self._clock[::2], self._values[::2], 2 * self.stride

    def tables(self) -> tuple[FloatArray, FloatArray]:
        """Return clocks and values of what was kept, the last measurement included."""
        if (self._n - 1) % self.stride == 0:
            return self._clock, self._values
        return np.concatenate((self._clock, self._last[0])), np.concatenate((self._values, self._last[1]))


def _place(columns: tuple[Column, ...], column: Column) -> int | None:
    return columns.index(column) if column in columns else None


def _best(clock: FloatArray, values: FloatArray, before: Best | None) -> Best | None:
    """Return the lowest finite value so far with the moment it was first reached."""
    finite = np.where(np.isfinite(values), values, np.inf)
    at = int(np.argmin(finite))
    if finite[at] == np.inf or (before is not None and before.value <= finite[at]):
        return before
    presentations, updates, epochs = (int(count) for count in clock[at])
    return Best(presentations, updates, epochs, float(finite[at]))
