"""The k nearest neighbours: what the training examples that lie nearest say, as a yardstick for a network.

Nothing is learnt; all examples are kept, and each answer looks at them again. Distances are Euclidean, over the inputs
as the network gets them, so standardised inputs count alike (Mitchell 1997, pp. 231-233).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics
from nlcore.datasets import Data
from nlcore.errors import CancelledError
from nlcore.records import FloatArray, SetName

BLOCK: Final = 4_000_000
"""Differences that are held in memory at once."""


@dataclass(frozen=True, slots=True)
class NeighbourScores:
    """How often k nearest neighbours are right about one set.

    Attributes
    ----------
    set_name : str
        Which set was asked about.
    ks : tuple of int
        Numbers of neighbours; none larger than the training set.
    accuracies : tuple of float
        Share of the set that is classified correctly, for each.
    n : int
        Examples in the set.
    """

    set_name: SetName
    ks: tuple[int, ...]
    accuracies: tuple[float, ...]
    n: int

    @property
    def best(self) -> tuple[int, float]:
        """The smallest k with the largest accuracy, and that accuracy."""
        place = int(np.argmax(self.accuracies))
        return self.ks[place], self.accuracies[place]


def nearest(known: FloatArray, inputs: FloatArray, k: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Find the nearest of some known examples.

    Parameters
    ----------
    known : ndarray, shape (m, n_inputs)
        Among which to look.
    inputs : ndarray, shape (n, n_inputs)
        For which to look.
    k : int
        How many to find, from 1 to m.

    Returns
    -------
    indices : ndarray, shape (n, k)
        The nearest first; of those at the same distance the one that comes first among the known.
    distances : ndarray, shape (n, k)
    """
    with np.errstate(over="ignore"):
        squared = np.square(inputs[:, None, :] - known[None, :, :]).sum(axis=2)
    order = np.argsort(squared, axis=1, kind="stable")[:, :k].astype(np.int64)
    return order, np.sqrt(np.take_along_axis(squared, order, axis=1))


def vote(classes: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Return the class that most neighbours have; among several with as many votes the one whose voter is nearest.

    Parameters
    ----------
    classes : ndarray, shape (n, k)
        Classes of each example's neighbours, the nearest first.
    n_classes : int
        How many classes there are.
    """
    rows = np.arange(len(classes))
    votes = np.zeros((len(classes), n_classes), dtype=np.int64)
    for column in classes.T:
        np.add.at(votes, (rows, column), 1)
    of_neighbours = np.take_along_axis(votes, classes, axis=1)
    first = np.argmax(of_neighbours, axis=1)  # the nearest of those whose class has most votes
    winners: NDArray[np.int64] = classes[rows, first]
    return winners


def scores(
    data: Data, set_name: SetName, ks: Sequence[int], cancelled: Callable[[], bool] | None = None
) -> NeighbourScores:
    """Classify a set by its nearest neighbours in the training set, for several k.

    Parameters
    ----------
    data : Data
        Examples with classes.
    set_name : str
        The set that is asked about; of the training set each example is its own nearest neighbour.
    ks : sequence of int
        Numbers of neighbours; those above the size of the training set are left out.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    CancelledError
        If it was cancelled.
    """
    training, asked = data.training, data.sets[set_name]
    known = metrics.classes(training.targets, data.midpoint)
    true = metrics.classes(asked.targets, data.midpoint)
    n_classes = max(2, data.n_outputs)
    fitting = tuple(k for k in ks if 1 <= k <= len(training))
    right = np.zeros(len(fitting), dtype=np.int64)
    rows = max(1, BLOCK // max(1, training.inputs.size))
    for start in range(0, len(asked), rows):
        if cancelled is not None and cancelled():
            raise CancelledError("the search for neighbours was cancelled")
        part = slice(start, start + rows)
        found = known[nearest(training.inputs, asked.inputs[part], max(fitting))[0]]
        for place, k in enumerate(fitting):
            right[place] += int(np.sum(vote(found[:, :k], n_classes) == true[part]))
    return NeighbourScores(set_name, fitting, tuple((right / max(1, len(asked))).tolist()), len(asked))
