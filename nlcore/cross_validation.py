"""k-fold cross-validation of the number of epochs: how long to train when there are few examples.

The available examples (training and validation set together) are cut into k parts. Each part is once the validation set
of a network that learns from the others, and tells the epoch at which its error was lowest. The mean of these k epochs
is how long a last network is trained, on all available examples (Mitchell 1997, p. 112; lecture, "Goodness of fit in
ANNs"). The test set takes no part in any of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nlcore import datasets, random
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.errors import CancelledError, ExperimentError, unknown
from nlcore.experiment import Experiment
from nlcore.families import Column
from nlcore.records import FloatArray, Metrics, SetName, TrainState
from nlcore.runner import Chunk
from nlcore.trainer import NOT_LOADED, Trainer

Metric = Literal["loss", "error_rate"]
Progress = Callable[[int, int], None]
"""Told how many epochs of all folds are done, and out of how many."""
CALL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Fold:
    """What one fold found.

    Attributes
    ----------
    best_epoch : int
        After so many epochs the measure was lowest on the part held out; the earliest, if several are equal. 0 is the
        start.
    value : float
        The measure then.
    """

    best_epoch: int
    value: float


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """The best epochs of all folds.

    Attributes
    ----------
    metric : str
        What was made small on the part held out: "loss" (summed over its examples) or "error_rate".
    folds : tuple of Fold
        One a part.
    """

    metric: Metric
    folds: tuple[Fold, ...]

    @property
    def mean_epochs(self) -> float:
        """Mean of the best epochs."""
        return sum(fold.best_epoch for fold in self.folds) / len(self.folds)

    @property
    def sd_epochs(self) -> float:
        """Standard deviation of the best epochs, with k - 1 in the denominator."""
        mean = self.mean_epochs
        return math.sqrt(sum((fold.best_epoch - mean) ** 2 for fold in self.folds) / (len(self.folds) - 1))

    @property
    def epochs(self) -> int:
        """Epochs for the run on all available examples: the mean, rounded to the nearest whole; halves go up."""
        return math.floor(self.mean_epochs + 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Folds, and the last network, which learnt from all available examples.

    Attributes
    ----------
    cross_validation : CrossValidation
        What the folds found.
    trainer : Trainer
        Of the last network; its training set holds all available examples.
    state : TrainState
        Where its training ended.
    metrics : mapping of str to Metrics or None
        Measured there on each set, the test set included; there is no validation set any more.
    """

    cross_validation: CrossValidation
    trainer: Trainer
    state: TrainState
    metrics: Mapping[SetName, Metrics | None]


def available(data: Data) -> ExampleSet:
    """Return training and validation set together, in this order."""
    first, second = data.training, data.validation
    inputs, targets = (
        np.concatenate(pair) for pair in ((first.inputs, second.inputs), (first.targets, second.targets))
    )
    return ExampleSet.of(inputs, targets, first.names + second.names)


def parts(n: int, k: int, seed: int) -> tuple[NDArray[np.int64], ...]:
    """Cut `n` examples into `k` disjoint parts at random.

    Parameters
    ----------
    n, k : int
        Examples, parts.
    seed : int
        Which example goes where follows from it.

    Returns
    -------
    tuple of ndarray
        Indices, ascending in each part; sizes differ by at most one.

    Raises
    ------
    ExperimentError
        If there are fewer than two parts, or fewer examples than parts.
    """
    if k < 2:
        raise ExperimentError(f"folds: cross-validation needs at least 2 parts, not {k}; 10 is usual")
    if k > n:
        raise ExperimentError(
            f"folds: {n} available examples (training and validation set) cannot be cut into {k} parts; use at most {n}"
        )
    order = random.permutation(random.key(random.FOLDS, seed), n)
    return tuple(np.sort(part) for part in np.array_split(order, k))


def fold_data(data: Data, k: int, seed: int) -> tuple[Data, ...]:
    """Return a data set for each fold: one part is the validation set, the others are the training set.

    The inputs stay as they are: where they were standardised, that was done with the original training set.
    """
    examples, test = available(data), no_examples(data.n_inputs, data.n_outputs)
    everything = np.arange(len(examples))
    return tuple(
        replace(
            data,
            training=_chosen(examples, np.setdiff1d(everything, part)),
            validation=_chosen(examples, part),
            test=test,
        )
        for part in parts(len(examples), k, seed)
    )


def pooled(data: Data) -> Data:
    """Return the data set of the last run: all available examples to train on, none for validation, the test set."""
    examples = available(data)
    note = f"Trained on all {len(examples)} available examples: the training and the validation set together."
    nothing = no_examples(data.n_inputs, data.n_outputs)
    return replace(data, training=examples, validation=nothing, notes=(*data.notes, note))


def split_seed(experiment: Experiment) -> int:
    """Return the seed of the data's division into sets; the folds follow from it too. 1 where a data set has none."""
    found = experiment.dataset.options_dict().get("split_seed", 1)
    return found if isinstance(found, int) else 1


def run_folds(
    experiment: Experiment,
    data: Data | None,
    k: int,
    metric: Metric = "loss",
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_fold: Callable[[int, Fold], None] | None = None,
    on_course: Callable[[int, FloatArray], None] | None = None,
) -> CrossValidation:
    """Train once for each part and find the best epochs.

    Parameters
    ----------
    experiment : Experiment
        What to train; each fold for `stop.epochs` epochs. Its other stop rules do not hold.
    data : Data or None
        Its examples.
    k : int
        Parts.
    metric : str
        "loss" or "error_rate".
    seed : int, optional
        Of the division into parts; by default that of the data's division into sets.
    progress, cancelled : callable, optional
        Told how far it is; asked whether to stop.
    on_fold : callable, optional
        Told each fold as it is done, with its number from 0.
    on_course : callable, optional
        Told just before that, with the same number, the measure on the part held out: one value an epoch, from 0.

    Raises
    ------
    ExperimentError
        If the experiment says no number of epochs, has nothing to train, or cannot be cut like this.
    CancelledError
        If it was cancelled.
    """
    data, total = _checked(experiment, data, metric)
    each_epoch = {"every": 1, "unit": "epoch"}
    fixed = experiment.replace({"training.stop": {"epochs": total}, "training.evaluate_every": each_epoch})
    folds: list[Fold] = []

    def watch(done: int) -> None:
        if progress is not None:
            progress(len(folds) * total + done, k * total)
        if cancelled is not None and cancelled():
            raise CancelledError(f"cross-validation was cancelled in fold {len(folds) + 1} of {k}; nothing was kept")

    for part in fold_data(data, k, split_seed(experiment) if seed is None else seed):
        values = _run_fold(Trainer(fixed, part).prepared(), total, metric, watch)
        found = _best_of(values)
        if on_course is not None:
            on_course(len(folds), values)
        if on_fold is not None:
            on_fold(len(folds), found)
        folds.append(found)
    return CrossValidation(metric, tuple(folds))


def _checked(experiment: Experiment, data: Data | None, metric: str) -> tuple[Data, int]:
    """Return the examples and the most epochs of a fold, or refuse."""
    epochs = experiment.training.stop.epochs
    if metric not in get_args(Metric):
        raise ExperimentError(unknown("measure", metric, get_args(Metric), "metric"))
    if epochs is None:
        raise ExperimentError("training.stop.epochs: missing; say how many epochs each fold may take at most")
    if data is None:
        raise ExperimentError("dataset: cross-validation needs examples; choose a data set")
    if metric == "error_rate" and data.class_names is None:
        raise ExperimentError('metric: this data set has numbers as targets, not classes; use "loss"')
    return data, epochs


def _run_fold(trainer: Trainer, epochs: int, metric: Metric, watch: Callable[[int], None]) -> FloatArray:
    """Train on the other parts and return the measure on the part held out after each epoch, the start first."""
    if not trainer.model.trains:
        raise ExperimentError(
            f"training.rule: {trainer.experiment.training.rule!r} trains nothing, so no epoch is better than another"
        )
    column = trainer.model.columns.index(Column("validation", metric))
    state, chunk = trainer.initial_state(), Chunk(CALL_SECONDS)
    measured: list[FloatArray] = [trainer.measure(state)[column : column + 1]]
    length = trainer.model.epoch_length
    reason = None
    while reason is None and state.counters.epochs < epochs:
        watch(state.counters.epochs)
        chunk_epochs = min(max(1, chunk.n // length), epochs - state.counters.epochs)
        began = time.perf_counter()
        after = trainer.measured_advance(state, chunk_epochs * length, stops=False)
        chunk.note(chunk_epochs * length, time.perf_counter() - began)
        measured.append(after.values[:, column])
        state, reason = after.state, after.reason
    watch(epochs)
    return np.concatenate(measured)


def _best_of(values: FloatArray) -> Fold:
    best = int(np.argmin(np.where(np.isnan(values), np.inf, values)))
    return Fold(best, float(values[best]))


def final_experiment(experiment: Experiment, found: CrossValidation) -> Experiment:
    """Return the experiment of the last run, which stops after the mean of the best epochs; for `pooled` data."""
    return experiment.replace({"training.stop": {"epochs": found.epochs}})


def cross_validate(
    experiment: Experiment,
    k: int,
    metric: Metric = "loss",
    data: Data | object | None = NOT_LOADED,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Find the number of epochs by `k` folds, then train on all available examples.

    Parameters and errors are those of `run_folds`; `data` is loaded if it is not given.
    """
    loaded = datasets.load(experiment.dataset) if data is NOT_LOADED else data
    examples = loaded if isinstance(loaded, Data) else None
    found = run_folds(experiment, examples, k, metric, seed=seed, progress=progress, cancelled=cancelled)
    assert examples is not None
    trainer = Trainer(final_experiment(experiment, found), pooled(examples)).prepared()
    state = trainer.initial_state()
    while state.counters.epochs < found.epochs and trainer.finish_reason(state, stops=False) is None:
        if cancelled is not None and cancelled():
            raise CancelledError("cross-validation was cancelled in the last run; nothing was kept")
        state = trainer.advance(state, trainer.model.epoch_length)
    return Result(found, trainer, state, trainer.evaluate(state))


def _chosen(examples: ExampleSet, places: Sequence[int] | NDArray[np.int64]) -> ExampleSet:
    indices = np.asarray(places, dtype=np.int64)
    names = tuple(examples.names[i] for i in indices.tolist())
    return ExampleSet.of(examples.inputs[indices], examples.targets[indices], names)
