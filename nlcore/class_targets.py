"""Which target numbers stand for a class in a data set, for examples that a person adds or relabels by hand.

They are read off the examples that are there, so every coding is met: -1 and +1, 0 and 1, 0.1 and 0.9, one output a
class, or several outputs for one thing.
"""

from __future__ import annotations

import numpy as np

from nlcore import metrics
from nlcore.datasets import Data
from nlcore.records import FloatArray


def targets_of_class(data: Data, index: int) -> tuple[float, ...]:
    """Return the targets of an example of a class.

    Parameters
    ----------
    data : Data
        With classes.
    index : int
        Number of the class, from 0.

    Returns
    -------
    tuple of float
        The commonest targets of that class; where no example has it, what the other classes let expect.
    """
    targets = np.concatenate([examples.targets for examples in data.sets.values()])
    mine = targets[metrics.classes(targets, data.midpoint) == index]
    if len(mine):
        return _commonest(mine)
    if data.n_outputs == 1:
        return (round(2 * data.midpoint - _commonest(targets)[0], 12),)
    low, high = _commonest(targets.min(axis=1)[:, None])[0], _commonest(targets.max(axis=1)[:, None])[0]
    return tuple(high if k == index else low for k in range(data.n_outputs))


def class_of(data: Data, targets: FloatArray) -> int:
    """Return the number of the class that an example's targets stand for."""
    return int(metrics.classes(targets[None, :], data.midpoint)[0])


def _commonest(rows: FloatArray) -> tuple[float, ...]:
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    return tuple(float(value) for value in kinds[int(np.argmax(counts))])
