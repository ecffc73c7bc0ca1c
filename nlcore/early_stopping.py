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

    @classmethod
    def of(cls, state: TrainState) -> Watch:
        """Read it from a state; a state that knows nothing of it begins anew."""
        extra = state.extra
        if PARAMS not in extra or extra[PARAMS].shape != state.params.shape:
            return cls(np.inf, 0, state.counters.presentations, state.params)
        return cls(float(extra[LOSS]), int(extra[SINCE]), int(extra[AT]), extra[PARAMS])

    def after(self, loss: float, presentations: int, params: FloatArray) -> Watch:
        """Return what is remembered after one more measurement; nan is no new best."""
        if loss < self.loss:
            return Watch(loss, 0, presentations, params)
        return Watch(self.loss, self.since + 1, self.at, self.params)

    def extra(self) -> Mapping[str, NDArray[Any]]:
        """Return it as arrays for a state."""
        numbers = {LOSS: self.loss, SINCE: self.since, AT: self.at}
        return {**{name: read_only(np.array(number)) for name, number in numbers.items()}, PARAMS: self.params}
