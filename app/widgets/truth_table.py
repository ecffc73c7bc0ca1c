"""What one threshold unit makes of a table of cases: net inputs, answers, and the biases that would be right.

Pure computing for the threshold unit's pane, with the same arithmetic as the network's forward pass, so that the pane
and the engine agree to the last bit also where a net input is nearly 0. Nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.separability import Inequality, contradiction
from nlcore.theory.threshold_intervals import Interval, interval_of

MOST_INPUTS = 5
MOST_CASES = 32
Weights = tuple[float, ...]
"""w0, w1, ... wn: the bias first, as in the lecture."""


def weights_of(params: FloatArray) -> Weights:
    """Return the weights of a unit, the bias first; parameters have it last."""
    return tuple(map(float, (params[-1], *params[:-1])))


@dataclass(frozen=True, slots=True, eq=False)
class TruthTable:
    """The cases, and what the unit should say to them.

    Attributes
    ----------
    inputs : ndarray, shape (n, n_inputs)
        One case a row.
    truth : ndarray of bool, shape (n,)
        Whether the answer should be true.
    targets : ndarray, shape (n,)
        How that is written.
    input_names : tuple of str
        One a column.
    against : tuple of Inequality or None
        Demands that no weights fulfil together; None if some weights are right.
    """

    inputs: FloatArray
    truth: NDArray[np.bool_]
    targets: FloatArray
    input_names: tuple[str, ...]
    against: tuple[Inequality, ...] | None = field(default=None)

    @classmethod
    def of(cls, model: FeedforwardModel) -> TruthTable:
        """Return the training set of a single unit as a table."""
        data = model.examples
        truth = metrics.classes(data.training.targets, data.midpoint) == 1
        against = contradiction(data.training.inputs, np.where(truth, 1.0, -1.0))
        return cls(data.training.inputs, truth, data.training.targets[:, 0], data.input_names, against)

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.inputs)

    @property
    def is_possible(self) -> bool:
        """Whether some weights are right."""
        return self.against is None

    def case(self, i: int) -> str:
        """Write a case: "(0, 1)"."""
        return "(" + ", ".join(f"{x:.4g}".replace("-", "−") for x in self.inputs[i].tolist()) + ")"

    def sums(self, weights: Weights) -> FloatArray:
        """Return w1 x1 + ... + wn xn for each case, shape (n,)."""
        found: FloatArray = (self.inputs @ np.array([weights[1:]]).T)[:, 0]
        return found

    def net_inputs(self, weights: Weights) -> FloatArray:
        """Return w0 + w1 x1 + ... + wn xn for each case, shape (n,)."""
        return self.sums(weights) + weights[0]

    def right(self, weights: Weights) -> NDArray[np.bool_]:
        """Tell which answers are right: true is said only where the net input is above 0."""
        return np.equal(self.net_inputs(weights) > 0.0, self.truth)

    def interval(self, weights: Weights) -> Interval | None:
        """Return the biases that are right with these w1 ... wn; None if there are none."""
        return interval_of(self.sums(weights), self.truth)

    def tightest(self, weights: Weights) -> tuple[int | None, int | None]:
        """Return the true case that asks for the largest bias, and the false one that allows the smallest."""
        sums, true, false = self.sums(weights), np.flatnonzero(self.truth), np.flatnonzero(~self.truth)
        lowest = int(true[np.argmin(sums[true])]) if len(true) else None
        highest = int(false[np.argmax(sums[false])]) if len(false) else None
        return lowest, highest
