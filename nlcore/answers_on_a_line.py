"""The answers of a single output that stands for several values: the target it is nearest to is the answer.

The borders between two answers lie halfway between neighbouring targets, so the values stand in a row, with an order
and with distances that 1-of-n coding does not know. With two classes the one border is the midpoint of the coding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore import datasets, metrics, probes
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

Indices = NDArray[np.int64]
FEWEST, MOST = 2, 20
"""How many different targets can be rows of a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class LineAnswers:
    """Some examples of a set, with what a single output says of them.

    Attributes
    ----------
    values : ndarray, shape (k,)
        The different targets of all sets, rising.
    borders : ndarray, shape (k - 1,)
        Between the answers.
    examples : ndarray, shape (n,)
        Indices in the set.
    outputs : ndarray, shape (n,)
        What the network says.
    true, said : ndarray, shape (n,)
        Which of the values is the target, and which the answer.
    """

    values: FloatArray
    borders: FloatArray
    examples: NDArray[np.intp]
    outputs: FloatArray
    true: Indices
    said: Indices

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Of each example whether the answer is its target."""
        return np.equal(self.true, self.said)

    @property
    def n_right(self) -> int:
        """How many answers are right."""
        return int(np.sum(self.is_right))

    def of_value(self, k: int) -> tuple[int, int]:
        """Return how many examples with one of the targets are right, and how many there are."""
        mine = self.true == k
        return int(np.sum(self.is_right & mine)), int(np.sum(mine))


def target_values(data: Data) -> FloatArray:
    """Return the different targets of all sets, rising; for data with a single output."""
    return np.unique(np.concatenate([one.targets[:, 0] for one in data.sets.values()]))


def why_no_line(model: FeedforwardModel) -> str | None:
    """Say why the answers do not lie on a line; None if they do."""
    data = model.examples
    if data.n_outputs != 1:
        return (
            f"This network has {data.n_outputs} outputs. Where one number is the whole answer, as for a data set with "
            "a single output, this pane shows where each answer lies."
        )
    n = len(target_values(data))
    if n < FEWEST:
        return "All targets are the same number, so there is nothing to tell apart. Choose other examples."
    if n > MOST:
        return (
            f"The targets are {n} different numbers, more than the {MOST} that can each have a row. For such data "
            "an output is an estimate and not an answer that is right or wrong."
        )
    return None


def borders(values: FloatArray, data: Data) -> FloatArray:
    """Return the borders between answers: halfway between neighbours, and the midpoint of two classes."""
    if data.class_names is not None and len(values) == FEWEST:
        return np.array([data.midpoint])
    return (values[:-1] + values[1:]) / 2.0


def nearest(outputs: FloatArray, between: FloatArray) -> Indices:
    """Return the number of the answer each output stands for, shape (n,).

    Parameters
    ----------
    outputs : ndarray, shape (n,)
        On a border it is the higher answer; on one at 0 the lower, as the +1 of a threshold begins above 0.
    between : ndarray, shape (k - 1,)
        The borders.
    """
    said = np.zeros(len(outputs), dtype=np.int64)
    for border in between.tolist():
        said += metrics.is_high(outputs, border)
    return said


def line_answers(
    model: FeedforwardModel, params: FloatArray, name: SetName, examples: NDArray[np.intp] | None = None
) -> LineAnswers:
    """Return the answers to examples of one set.

    Parameters
    ----------
    model : FeedforwardModel
        With a single output; see `why_no_line`.
    params : ndarray
        Its weights.
    name : str
        Which set.
    examples : ndarray of int, optional
        Indices in it; all of them without.
    """
    data = model.examples
    chosen = np.arange(len(data.sets[name]), dtype=np.intp) if examples is None else examples
    inputs, targets = data.sets[name].inputs[chosen], data.sets[name].targets[chosen, 0]
    values = target_values(data)
    between = borders(values, data)
    said = probes.outputs(model, params, inputs)[:, 0]
    true = np.searchsorted(values, targets).astype(np.int64)
    return LineAnswers(values, between, chosen, said, true, nearest(said, between))


def value_words(model: FeedforwardModel) -> tuple[str, ...]:
    """Return what each target stands for, rising; an empty text where it is only a number."""
    data = model.examples
    values = target_values(data)
    if data.class_names is not None and len(values) == len(data.class_names):
        return tuple(data.class_names)
    named = datasets.target_names(model.experiment.dataset)
    return tuple(named.get(float(value), "") for value in values)
