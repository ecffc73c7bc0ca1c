"""Training that goes round in circles: once the weights after an epoch are weights that were there before, all repeats.

With a fixed order of examples an epoch is a function of the weights alone, so equal weights are followed by equal
weights for ever. A perceptron on classes that no line separates must end like this if its weights can take only
finitely many values: they stay bounded, though it never stops updating.

Source: lecture, "Perceptron Convergence" (and what is left when its assumption fails); M. Minsky and S. Papert,
*Perceptrons* (1969), the perceptron cycling theorem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """Weights that come back.

    Attributes
    ----------
    begins : int
        Epochs after which the weights are there for the first time that will come back.
    length : int
        Epochs until they do; 1 if an epoch ends where it began.
    weights : tuple of ndarray
        The weights after the epochs `begins` to `begins + length`; the last are equal to the first.
    """

    begins: int
    length: int
    weights: tuple[FloatArray, ...]


def first_cycle(start: FloatArray, after_epoch: Callable[[FloatArray], FloatArray], most: int) -> Cycle | None:
    """Return the first repetition of weights at the ends of epochs, None if there is none within so many epochs.

    Weights are the same only if they are equal to the last bit.

    Parameters
    ----------
    start : ndarray, shape (n_params,)
        The weights before the first epoch.
    after_epoch : callable
        Gives the weights one epoch later.
    most : int
        Epochs to try.
    """
    found, known = [start], {(start + 0.0).tobytes(): 0}  # + 0.0 makes -0.0 the same as 0.0
    for epoch in range(1, most + 1):
        found.append(after_epoch(found[-1]))
        key = (found[-1] + 0.0).tobytes()
        if key in known:
            begins = known[key]
            return Cycle(begins, epoch - begins, tuple(found[begins:]))
        known[key] = epoch
    return None
