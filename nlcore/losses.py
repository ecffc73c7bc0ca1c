"""Loss functions: the number that training makes small.

All are sums over examples and outputs, as in the lecture: squared error is 1/2 sum (t - o)^2, cross-entropy
-sum [t log o + (1 - t) log(1 - o)] (Mitchell 1997, pp. 89 and 118), categorical cross-entropy -sum t log o. An error
term is delta = -dE/dnet. Where loss and output unit belong together (sigmoid or softmax with cross-entropy) it is
simply t - o, and the loss is found from the net inputs, so that nothing overflows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nlcore.activations import Activation
from nlcore.errors import ExperimentError, unknown
from nlcore.records import FloatArray

NEAREST = 2.0**-53
"""Where a loss is found from outputs, they count as at least this far from 0 and 1: log and quotient stay finite."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function; this base is the squared error, which fits every output unit.

    Attributes
    ----------
    name, title : str
        As written in an experiment, and on screen.
    code : int
        Number of the loss.
    formula : str
        In LaTeX.
    """

    name: str
    title: str
    code: int
    formula: str

    def kernel_code(self, activation: Activation) -> int:
        """Return the kernels' code of this loss on such output units."""
        del activation
        return self.code

    def deltas_of(self, outputs: list[float], targets: list[float], activation: Activation) -> list[float]:
        """Return the error terms -dE/dnet of the output units for one example."""
        errors = [t - o for o, t in zip(outputs, targets, strict=True)]
        return activation.backward(outputs, errors)

    def deltas(self, outputs: FloatArray, targets: FloatArray, activation: Activation) -> FloatArray:
        """Return the error terms for many examples, shapes (n, units)."""
        return activation.backward_arrays(outputs, targets - outputs)

    def of_example(
        self, net_inputs: list[float], outputs: list[float], targets: list[float], activation: Activation
    ) -> list[float]:
        """Return each output unit's share of the loss on one example."""
        del net_inputs, activation
        return [0.5 * ((t - o) * (t - o)) for o, t in zip(outputs, targets, strict=True)]

    def of_units(
        self, net_inputs: FloatArray, outputs: FloatArray, targets: FloatArray, activation: Activation
    ) -> FloatArray:
        """Return the shares of the loss for many examples, shapes (n, units)."""
        del net_inputs, activation
        return np.asarray(0.5 * (targets - outputs) ** 2)

    def check(self, activation: Activation, targets: FloatArray) -> None:
        """Refuse an output activation or targets that do not fit; the squared error fits all.

        Raises
        ------
        ExperimentError
            If the outputs can leave the range for which the loss is defined, or the targets lie outside it.
        """


@dataclass(frozen=True, slots=True)
class CrossEntropy(Loss):
    """Binary cross-entropy: each output is the probability of its own yes-or-no question."""

    def kernel_code(self, activation: Activation) -> int:
        """Return 1 with sigmoid units, 4 with softmax units."""
        return 1 if activation.name == "sigmoid" else 4

    def deltas_of(self, outputs: list[float], targets: list[float], activation: Activation) -> list[float]:
        """Return t - o for sigmoid units, else the general form."""
        if activation.name == "sigmoid":
            return [t - o for o, t in zip(outputs, targets, strict=True)]
        errors = [t / _at_least(o) - (1.0 - t) / _at_least(1.0 - o) for o, t in zip(outputs, targets, strict=True)]
        return activation.backward(outputs, errors)

    def deltas(self, outputs: FloatArray, targets: FloatArray, activation: Activation) -> FloatArray:
        """Return the error terms for many examples, shapes (n, units)."""
        if activation.name == "sigmoid":
            return targets - outputs
        errors = targets / np.maximum(outputs, NEAREST) - (1.0 - targets) / np.maximum(1.0 - outputs, NEAREST)
        return activation.backward_arrays(outputs, errors)

    def of_example(
        self, net_inputs: list[float], outputs: list[float], targets: list[float], activation: Activation
    ) -> list[float]:
        """Return the shares on one example; for sigmoid units from the net inputs: t s(-net) + (1 - t) s(net)."""
        if activation.name == "sigmoid":
            return [_cross_entropy(net, t) for net, t in zip(net_inputs, targets, strict=True)]
        return [
            -(t * math.log(_at_least(o)) + (1.0 - t) * math.log(_at_least(1.0 - o)))
            for o, t in zip(outputs, targets, strict=True)
        ]

    def of_units(
        self, net_inputs: FloatArray, outputs: FloatArray, targets: FloatArray, activation: Activation
    ) -> FloatArray:
        """Return the shares of the loss for many examples, shapes (n, units)."""
        if activation.name == "sigmoid":
            return np.maximum(net_inputs, 0.0) - net_inputs * targets + np.log1p(np.exp(-np.abs(net_inputs)))
        yes, no = np.log(np.maximum(outputs, NEAREST)), np.log(np.maximum(1.0 - outputs, NEAREST))
        return np.asarray(-(targets * yes + (1.0 - targets) * no))

    def check(self, activation: Activation, targets: FloatArray) -> None:
        """Refuse outputs that are no probabilities, and targets outside 0 to 1."""
        _check_probabilities(self.name, activation, targets)


@dataclass(frozen=True, slots=True)
class CategoricalCrossEntropy(Loss):
    """Cross-entropy of one choice among several: only the output of the true class counts."""

    def kernel_code(self, activation: Activation) -> int:
        """Return 2 with softmax units, 3 with sigmoid units."""
        return 2 if activation.name == "softmax" else 3

    def deltas_of(self, outputs: list[float], targets: list[float], activation: Activation) -> list[float]:
        """Return t - o for softmax units (targets sum to 1), t (1 - o) for sigmoid units."""
        if activation.name == "softmax":
            return [t - o for o, t in zip(outputs, targets, strict=True)]
        return [t * (1.0 - o) for o, t in zip(outputs, targets, strict=True)]

    def deltas(self, outputs: FloatArray, targets: FloatArray, activation: Activation) -> FloatArray:
        """Return the error terms for many examples, shapes (n, units)."""
        return targets - outputs if activation.name == "softmax" else targets * (1.0 - outputs)

    def of_example(
        self, net_inputs: list[float], outputs: list[float], targets: list[float], activation: Activation
    ) -> list[float]:
        """Return the shares on one example, found from the net inputs."""
        del outputs
        if activation.name != "softmax":
            return [t * _softplus(-net) for net, t in zip(net_inputs, targets, strict=True)]
        largest = net_inputs[0]
        for net in net_inputs:
            if net > largest:
                largest = net
        total = 0.0
        for net in net_inputs:
            total += math.exp(net - largest)
        log_total = largest + math.log(total)
        return [t * (log_total - net) for net, t in zip(net_inputs, targets, strict=True)]

    def of_units(
        self, net_inputs: FloatArray, outputs: FloatArray, targets: FloatArray, activation: Activation
    ) -> FloatArray:
        """Return the shares of the loss for many examples, shapes (n, units)."""
        del outputs
        if activation.name != "softmax":
            return np.asarray(targets * (np.maximum(-net_inputs, 0.0) + np.log1p(np.exp(-np.abs(net_inputs)))))
        largest = np.max(net_inputs, axis=-1, keepdims=True)
        log_total = largest + np.log(np.sum(np.exp(net_inputs - largest), axis=-1, keepdims=True))
        return np.asarray(targets * (log_total - net_inputs))

    def check(self, activation: Activation, targets: FloatArray) -> None:
        """Refuse outputs that are no probabilities, and targets that are no shares of 1."""
        _check_probabilities(self.name, activation, targets)
        if targets.size and np.abs(np.sum(targets, axis=1) - 1.0).max() > 1e-9:
            raise ExperimentError(
                "training.loss: categorical_cross_entropy needs targets that sum to 1 for every example, one output "
                'for each class; set dataset.coding = "zero_one", or use the loss "cross_entropy"'
            )


def _check_probabilities(name: str, activation: Activation, targets: FloatArray) -> None:
    if activation.name not in ("sigmoid", "softmax"):
        raise ExperimentError(
            f"training.loss: {name} needs outputs between 0 and 1, but {activation.name} units leave "
            'that range; make the last activation "sigmoid" or "softmax", or the loss "squared_error"'
        )
    if targets.size and not (targets.min() >= 0.0 and targets.max() <= 1.0):
        raise ExperimentError(
            f"training.loss: {name} needs targets between 0 and 1, but they go from {targets.min():g} to "
            f'{targets.max():g}; set dataset.coding = "zero_one" or use the loss "squared_error"'
        )


def _at_least(share: float) -> float:
    return share if share > NEAREST else NEAREST  # noqa: FURB136 - max() would keep nan, machine code would not


def _softplus(net: float) -> float:
    """Return log(1 + exp(net)) without overflow."""
    if net > 0.0:
        return net + math.log1p(math.exp(-net))
    return math.log1p(math.exp(net))


def _cross_entropy(net: float, target: float) -> float:
    """Compute from the net input, so that an output rounded to 0 or 1 gives no infinity."""
    if net > 0.0:
        return net - net * target + math.log1p(math.exp(-net))
    return -net * target + math.log1p(math.exp(net))


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            "squared error, half the sum",
            0,
            r"E = \frac{1}{2} \sum_d \sum_k (t_{kd} - o_{kd})^2",
        ),
        CrossEntropy(
            "cross_entropy",
            "cross-entropy, summed",
            1,
            r"E = -\sum_d \sum_k [ t_{kd} \log o_{kd} + (1 - t_{kd}) \log (1 - o_{kd}) ]",
        ),
        CategoricalCrossEntropy(
            "categorical_cross_entropy",
            "categorical cross-entropy, summed",
            2,
            r"E = -\sum_d \sum_k t_{kd} \log o_{kd}",
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
