"""The order in which training examples are shown.

``fixed`` keeps the order of the data set, ``shuffled`` makes a new random order for each epoch, ``random`` draws each
example anew, as "stochastic implies examples should be selected at random" (lecture, "Incremental (Stochastic) Gradient
Descent"). The order is a function of seed and epoch or presentation, so any moment can be replayed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlcore import random
from nlcore.errors import ExperimentError, unknown

FIXED, SHUFFLED, RANDOM = 0, 1, 2
ORDERS: dict[str, int] = {"fixed": FIXED, "shuffled": SHUFFLED, "random": RANDOM}


def order_code(name: str) -> int:
    """Return the kernels' code of an order.

    Raises
    ------
    ExperimentError
        If there is no such order.
    """
    if name not in ORDERS:
        raise ExperimentError(unknown("order", name, ORDERS, "training.order"))
    return ORDERS[name]


def epoch_order(code: int, seed: int, epoch: int, n: int, began: int) -> NDArray[np.int64]:
    """Return which example stands at each position of an epoch, shape (n,).

    Parameters
    ----------
    code : int
        Of the order.
    seed : int
        Of the experiment.
    epoch : int
        Epochs before this one.
    n : int
        Examples in it.
    began : int
        Presentations before this epoch. Each draw of ``random`` is keyed by its presentation, so that none comes twice
        where the number of examples changed on the way.
    """
    if code == SHUFFLED:
        return random.permutation(random.key(random.ORDER, seed, epoch), n)
    if code == RANDOM:
        stream = random.key(random.ORDER, seed)
        return np.array([random.below(stream, began + i, n) for i in range(n)], dtype=np.int64)
    return np.arange(n, dtype=np.int64)


def example_at(code: int, seed: int, epoch: int, n: int, began: int, position: int) -> int:
    """Return which example stands at one position of an epoch, without working out the others; see `epoch_order`."""
    if code == SHUFFLED:
        return random.permuted(random.key(random.ORDER, seed, epoch), n, position)
    if code == RANDOM:
        return random.below(random.key(random.ORDER, seed), began + position, n)
    return position
