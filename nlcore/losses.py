"""Loss functions: the number that training makes small.

Both are sums over examples and outputs, as in the lecture: squared error is 1/2 sum (t - o)^2, cross-entropy
-sum [t log o + (1 - t) log(1 - o)] (Mitchell 1997, pp. 89 and 118). An error term is delta = -dLoss/dnet: for squared
error (t - o) times the slope of the activation, for cross-entropy of sigmoid units simply t - o.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore.activations import Activation
from nlcore.errors import ExperimentError, unknown
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function.

    Attributes
    ----------
    name, title : str
        As written in an experiment, and on screen.
    code : int
        How kernels call it.
    of_unit : callable
        (net input, output, target) of one output unit to its share of the loss.
    of_units : callable
        The same for arrays of one shape, elementwise.
    formula : str
        In LaTeX.
    """

    name: str
    title: str
    code: int
    of_unit: Callable[[float, float, float], float]
    of_units: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    formula: str

    def delta(self, output: float, target: float, activation: Activation) -> float:
        """Return the error term -dLoss/dnet of one output unit."""
        if self.code == 1:
            return target - output
        return activation.slope(output) * (target - output)

    def deltas(self, outputs: FloatArray, targets: FloatArray, activation: Activation) -> FloatArray:
        """Return the error terms of output units, any shape."""
        if self.code == 1:
            return targets - outputs
        return activation.slopes(outputs) * (targets - outputs)

    def check(self, activation: Activation) -> None:
        """Refuse an output activation that does not fit.

        Raises
        ------
        ExperimentError
            If the outputs can leave the range for which the loss is defined.
        """
        if self.code == 1 and activation.name != "sigmoid":
            raise ExperimentError(
                f"training.loss: cross_entropy needs outputs between 0 and 1, but {activation.name} units leave "
                'that range; make the last activation "sigmoid" or the loss "squared_error"'
            )


def _cross_entropy(net_input: float, output: float, target: float) -> float:
    """Compute from the net input, so that an output rounded to 0 or 1 gives no infinity."""
    del output
    if net_input > 0.0:
        return net_input - net_input * target + math.log1p(math.exp(-net_input))
    return -net_input * target + math.log1p(math.exp(net_input))


def _cross_entropies(net_inputs: FloatArray, outputs: FloatArray, targets: FloatArray) -> FloatArray:
    del outputs
    return np.maximum(net_inputs, 0.0) - net_inputs * targets + np.log1p(np.exp(-np.abs(net_inputs)))


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            "squared error, half the sum",
            0,
            lambda _, o, t: 0.5 * ((t - o) * (t - o)),
            lambda _, o, t: 0.5 * (t - o) ** 2,
            r"E = \frac{1}{2} \sum_d \sum_k (t_{kd} - o_{kd})^2",
        ),
        Loss(
            "cross_entropy",
            "cross-entropy, summed",
            1,
            _cross_entropy,
            _cross_entropies,
            r"E = -\sum_d \sum_k [ t_{kd} \log o_{kd} + (1 - t_{kd}) \log (1 - o_{kd}) ]",
        ),
    )
}


def loss(name: str) -> Loss:
    """Return the loss of that name.

    Raises
    ------
    ExperimentError
        If there is none.
    """
    if name not in LOSSES:
        raise ExperimentError(unknown("loss", name, LOSSES, "training.loss"))
    return LOSSES[name]
