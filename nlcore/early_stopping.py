"""Early stopping: the best validation loss so far, the weights that had it, and how long ago that was.

Training goes on through a rise, because the loss may fall again (lecture, "Goodness of fit in ANNs"); it ends only
after `patience` measurements in a row without a new best. What is remembered is part of the state, so the decision is a
function of the state, and going back goes back in this too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray, TrainState, read_only

LOSS, SINCE, AT, PARAMS = "best_loss", "since_best", "best_at", "best_params"


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What early stopping remembers.

    Attributes
    ----------
    loss : float
        Lowest validation loss so far.
    since : int
        Measurements after it.
    at : int
        Presentations when it was measured.
    params : ndarray, shape (n_params,)
        The weights that had it.
    """

    loss: float
    since: int
    at: int
    params: FloatArray

    @staticmethod
    def is_in(state: TrainState) -> bool:
        """Tell whether a state remembers something for early stopping."""
        return PARAMS in state.extra and state.extra[PARAMS].shape == state.params.shape

    @classmethod
    def of(cls, state: TrainState) -> Watch:
        """Read it from a state; a state that knows nothing of it begins anew."""
        extra = state.extra
        if not cls.is_in(state):
            return cls(np.inf, 0, state.counters.presentations, state.params)
        return cls(float(extra[LOSS]), int(extra[SINCE]), int(extra[AT]), extra[PARAMS])

    @classmethod
    def begun(cls, loss: float, presentations: int, params: FloatArray) -> Watch:
        """Return what is remembered after a first measurement."""
        return cls(loss if loss == loss else np.inf, 0, presentations, params)

    def after(self, losses: FloatArray, presentations: FloatArray, patience: int | None) -> tuple[Watch, int]:
        """Return what is remembered after more measurements, and how many of them there were before patience ended.

        A new best has other weights, which only its moment tells: the weights are still those of the old one. A loss
        that is not a number is no new best.

        Parameters
        ----------
        losses, presentations : ndarray, shape (n,)
            Validation losses and their moments, oldest first.
        patience : int or None
            Measurements without a new best after which the others do not count any more; None for no end.
        """
        lowest = np.fmin.accumulate(np.append(self.loss, losses))
        numbers = np.arange(len(losses))
        newest = np.maximum.accumulate(np.where(losses < lowest[:-1], numbers, -1))
        since = np.where(newest >= 0, numbers - newest, self.since + 1 + numbers)
        ends = np.flatnonzero(since >= patience) if patience is not None else numbers[:0]
        n = int(ends[0]) + 1 if len(ends) else len(losses)
        if not n:
            return self, 0
        best = int(newest[n - 1])
        at = self.at if best < 0 else int(presentations[best])
        return Watch(float(lowest[n]), int(since[n - 1]), at, self.params), n

    def extra(self) -> Mapping[str, NDArray[Any]]:
        """Return it as arrays for a state."""
        numbers = {LOSS: self.loss, SINCE: self.since, AT: self.at}
        return {**{name: read_only(np.array(number)) for name, number in numbers.items()}, PARAMS: self.params}
