"""Outputs read as probabilities: how well they fit the classes that were observed, and what a threshold makes of them.

A reliability diagram sorts examples into bins by their output and compares it with the share of them that are of the
class (lecture, "Neural networks for classification"). The log-likelihood is the logarithm of the product of the
probabilities that were given to the observed classes; cross-entropy is the same number with the opposite sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore import datasets, metrics, network
from nlcore.datasets import ExampleSet
from nlcore.families.feedforward import FeedforwardModel
from nlcore.losses import LOSSES
from nlcore.records import FloatArray

Flags = NDArray[np.bool_]
Z95 = 1.959963984540054
"""A normal variable lies within so many standard deviations of its mean with probability 0.95."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The examples whose output lies in one range.

    Attributes
    ----------
    low, high : float
        The range; `high` belongs to it in the last bin only.
    count, hits : int
        How many examples there are, and how many of them are of the class.
    predicted : float
        Mean of their outputs.
    share_low, share_high : float
        Ends of the 95 % interval of the share (Wilson's).
    expected : float or None
        Mean of the true probabilities of these examples, where they are known.
    """

    low: float
    high: float
    count: int
    hits: int
    predicted: float
    share_low: float
    share_high: float
    expected: float | None = None

    @property
    def share(self) -> float:
        """The share of the class that was observed."""
        return self.hits / self.count


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """What a threshold makes of the examples: of the class or not, answered so or not.

    Attributes
    ----------
    hits, misses : int
        Examples of the class whose output reaches the threshold, and those below it.
    false_alarms, rejections : int
        Examples of another class whose output reaches the threshold, and those below it.
    """

    hits: int
    misses: int
    false_alarms: int
    rejections: int

    @property
    def wrong(self) -> int:
        """Wrong answers of both kinds."""
        return self.misses + self.false_alarms

    @property
    def total(self) -> int:
        """All examples."""
        return self.hits + self.misses + self.false_alarms + self.rejections


@dataclass(frozen=True, slots=True)
class Scores:
    """How well outputs fit the observed classes, summed over the examples.

    Attributes
    ----------
    log_likelihood : float
        Natural logarithm of the probability of all observed classes together; never above 0.
    squared_error : float
        Half the sum of (t - o)^2, with targets 0 and 1.
    count : int
        Of the examples.
    """

    log_likelihood: float
    squared_error: float
    count: int

    @property
    def cross_entropy(self) -> float:
        """The log-likelihood with the opposite sign."""
        return 0.0 - self.log_likelihood

    @property
    def per_example(self) -> float:
        """The probability of an observed class, on (geometric) average; 0.5 is what guessing between two gives."""
        return math.exp(self.log_likelihood / self.count)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One set of examples with what a network says of one class.

    Attributes
    ----------
    outputs : ndarray, shape (n,)
        Of the class, between 0 and 1.
    is_class : ndarray of bool, shape (n,)
        Whether each example is of the class.
    scores : Scores
        Over all classes.
    expected : ndarray, shape (n,), or None
        The true probabilities of the class, where they are known.
    expected_scores : Scores or None
        Of the true probabilities themselves.
    """

    outputs: FloatArray
    is_class: Flags
    scores: Scores
    expected: FloatArray | None = None
    expected_scores: Scores | None = None

    @property
    def distance(self) -> float | None:
        """Mean distance of the outputs from the true probabilities, where they are known."""
        return None if self.expected is None else float(np.mean(np.abs(self.outputs - self.expected)))


def why_no_probabilities(model: FeedforwardModel) -> str:
    """Say in a sentence why a model's outputs cannot be read as probabilities; empty if they can."""
    data = model.examples
    if data.class_names is None:
        return "The targets of this data set are numbers and not classes, so no output is a probability."
    last = model.layout.activations[-1].name
    if last not in ("sigmoid", "softmax"):
        return (
            f"The outputs of {last} units are no probabilities. Make the last activation sigmoid, or softmax where "
            "there are several classes."
        )
    if data.midpoint != 0.5:
        return "The targets are −1 and +1, and no probability is below 0. Choose the coding zero_one."
    if data.n_outputs > 1 and len(data.class_names) != data.n_outputs:
        return "The outputs of this data set do not stand for one class each."
    return ""


def true_probabilities(model: FeedforwardModel, examples: ExampleSet) -> FloatArray | None:
    """Return the true probabilities of the classes of some examples, shape (n, n_outputs); None if nobody knows them.

    Parameters
    ----------
    model : FeedforwardModel
        Whose data set may know how its examples were made.
    examples : ExampleSet
        Of that data set.
    """
    data = model.examples
    inputs = examples.inputs if data.scaling is None else data.scaling.undo(examples.inputs)
    expected = datasets.expected_targets(model.experiment.dataset, inputs)
    low, high = float(data.training.targets.min()), float(data.training.targets.max())
    if expected is None or data.class_names is None or not low < high or expected.shape != examples.targets.shape:
        return None
    return np.clip((expected - low) / (high - low), 0.0, 1.0)


def judge(
    model: FeedforwardModel,
    params: FloatArray,
    examples: ExampleSet,
    output: int,
    expected: FloatArray | None = None,
) -> Judged:
    """Compare what a network says of one class with the classes of a set of examples.

    Parameters
    ----------
    model : FeedforwardModel
        One whose outputs are probabilities, see `why_no_probabilities`.
    params : ndarray, shape (n_params,)
        Its parameters.
    examples : ExampleSet
        At least one.
    output : int
        Which output unit.
    expected : ndarray, shape (n, n_outputs), optional
        The true probabilities.
    """
    activation = model.layout.activations[-1]
    passed = network.forward(model.layout, params, examples.inputs)
    targets = observed(examples.targets, model.examples.midpoint)
    loss = LOSSES["categorical_cross_entropy" if activation.name == "softmax" else "cross_entropy"]
    outputs = passed.outputs[-1]
    surprise = float(np.sum(loss.of_units(passed.net_inputs[-1], outputs, targets, activation)))
    fit = Scores(-surprise, 0.5 * float(np.sum((targets - outputs) ** 2)), len(examples))
    is_class = targets[:, output] == 1.0
    if expected is None:
        return Judged(outputs[:, output], is_class, fit)
    best = scores(expected, targets, are_exclusive=activation.name == "softmax")
    return Judged(outputs[:, output], is_class, fit, expected[:, output], best)


def observed(targets: FloatArray, midpoint: float) -> FloatArray:
    """Return targets as 0 and 1, whatever numbers stand for low and high."""
    return metrics.is_high(targets, midpoint).astype(np.float64)


def scores(outputs: FloatArray, targets: FloatArray, *, are_exclusive: bool = False) -> Scores:
    """Score probabilities against the classes that were observed.

    Parameters
    ----------
    outputs : ndarray, shape (n, n_outputs)
        Probabilities; one of 0 for what happened gives a log-likelihood of minus infinity.
    targets : ndarray, shape (n, n_outputs)
        0 or 1.
    are_exclusive : bool
        Whether the outputs of an example sum to 1, one of them being true; else each is a question of its own.
    """
    given = np.where(targets == 1.0, outputs, 1.0 if are_exclusive else 1.0 - outputs)
    with np.errstate(divide="ignore"):
        total = float(np.sum(np.log(given)))
    return Scores(total, 0.5 * float(np.sum((targets - outputs) ** 2)), len(outputs))


def reliability(
    outputs: FloatArray, is_class: Flags, n_bins: int, expected: FloatArray | None = None
) -> tuple[Bin, ...]:
    """Sort examples into bins of equal width by their output; empty bins are left out.

    Parameters
    ----------
    outputs : ndarray, shape (n,)
        Between 0 and 1.
    is_class : ndarray of bool, shape (n,)
        Whether each example is of the class.
    n_bins : int
        How many bins there are from 0 to 1.
    expected : ndarray, shape (n,), optional
        True probabilities.
    """
    places = np.minimum((outputs * n_bins).astype(np.int64), n_bins - 1)
    found = []
    for k in np.unique(places).tolist():
        inside = places == k
        count, hits = int(inside.sum()), int(is_class[inside].sum())
        truth = None if expected is None else float(np.mean(expected[inside]))
        ends = share_interval(hits, count)
        found.append(Bin(k / n_bins, (k + 1) / n_bins, count, hits, float(np.mean(outputs[inside])), *ends, truth))
    return tuple(found)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return how far outputs and observed shares are apart: the mean over the examples, bin by bin."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.share - one.predicted) for one in bins) / total if total else 0.0


def share_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share (Wilson 1927): also right near 0 and 1, and for few examples.

    Parameters
    ----------
    hits, count : int
        What happened so many times of so many.
    """
    if not count:
        return 0.0, 1.0
    share, z2 = hits / count, Z95 * Z95
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    reach = Z95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return (0.0 if not hits else max(0.0, middle - reach)), (1.0 if hits == count else min(1.0, middle + reach))


def at_threshold(outputs: FloatArray, is_class: Flags, threshold: float) -> ThresholdCounts:
    """Count what a threshold makes of the examples: "of the class" is answered where the output is at least as large.

    Parameters
    ----------
    outputs : ndarray, shape (n,)
        Between 0 and 1.
    is_class : ndarray of bool, shape (n,)
        Whether each example is of the class.
    threshold : float
        0.5 in the lecture.
    """
    says = outputs >= threshold
    hits, alarms = int(np.sum(says & is_class)), int(np.sum(says & ~is_class))
    n_class = int(is_class.sum())
    return ThresholdCounts(hits, n_class - hits, alarms, len(outputs) - n_class - alarms)
