"""Activation functions: what a unit makes of its net input.

Most are a value and a slope, for one number (the textbook loop) and for arrays. The slope is written with the
unit's output where the textbook does so: sigma'(net) = o (1 - o) (lecture, "Sigmoid Unit"; Mitchell 1997, p. 97).
Softmax is the exception: its outputs depend on the net inputs of all units of the layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore.errors import ExperimentError, unknown
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function.

    Attributes
    ----------
    name : str
        As written in an experiment.
    code : int
        How kernels call it.
    value : callable
        Net input of one unit to its output; of no use with softmax, see `is_elementwise`.
    slope : callable
        Output of one unit to d output / d net input, that of its own net input with softmax.
    values, slopes : callable
        The same for arrays of any shape, with softmax over its last axis.
    low, high : float
        The range of outputs.
    formula : str
        In LaTeX.
    has_slope : bool
        False where gradient descent gets no gradient.
    is_elementwise : bool
        Whether a unit's output depends on its own net input alone.
    """

    name: str
    code: int
    value: Callable[[float], float]
    slope: Callable[[float], float]
    values: Callable[[FloatArray], FloatArray]
    slopes: Callable[[FloatArray], FloatArray]
    low: float
    high: float
    formula: str
    has_slope: bool = True
    is_elementwise: bool = True

    def outputs_of(self, net_inputs: list[float]) -> list[float]:
        """Return the outputs of a layer."""
        return [self.value(net) for net in net_inputs]

    def backward(self, outputs: list[float], errors: list[float]) -> list[float]:
        """Return the error terms -dE/dnet of a layer from its outputs and its -dE/do."""
        return [self.slope(o) * error for o, error in zip(outputs, errors, strict=True)]

    def backward_arrays(self, outputs: FloatArray, errors: FloatArray) -> FloatArray:
        """Do the same for many examples, shapes (n, units)."""
        return self.slopes(outputs) * errors


@dataclass(frozen=True, slots=True)
class Softmax(Activation):
    """Outputs that are positive and sum to 1: exp(net_k) divided by the sum of all exp(net_j)."""

    def outputs_of(self, net_inputs: list[float]) -> list[float]:
        """Return the outputs of a layer; the largest net input is taken off first, so nothing overflows."""
        largest = net_inputs[0]
        for net in net_inputs:
            if net > largest:
                largest = net
        raised = [math.exp(net - largest) for net in net_inputs]
        total = 0.0
        for r in raised:
            total += r
        return [r / total for r in raised]

    def backward(self, outputs: list[float], errors: list[float]) -> list[float]:
        """Return o_j (e_j - sum over k of e_k o_k): a unit's output falls when another's rises."""
        total = 0.0
        for o, error in zip(outputs, errors, strict=True):
            total += error * o
        return [o * (error - total) for o, error in zip(outputs, errors, strict=True)]

    def backward_arrays(self, outputs: FloatArray, errors: FloatArray) -> FloatArray:
        """Do the same for many examples, shapes (n, units)."""
        weighted: FloatArray = np.sum(errors * outputs, axis=-1, keepdims=True)
        return outputs * (errors - weighted)


def sigmoid(net_input: float) -> float:
    """Return 1 / (1 + exp(-net)) without overflow."""
    if net_input >= 0.0:
        return 1.0 / (1.0 + math.exp(-net_input))
    raised = math.exp(net_input)  # nan comes out as nan
    return raised / (1.0 + raised)


def _sigmoids(net_inputs: FloatArray) -> FloatArray:
    raised = np.exp(-np.abs(net_inputs))
    upper = 1.0 / (1.0 + raised)
    return np.where(net_inputs >= 0.0, upper, raised * upper)


def _softmaxes(net_inputs: FloatArray) -> FloatArray:
    raised = np.exp(net_inputs - np.max(net_inputs, axis=-1, keepdims=True))
    shares: FloatArray = raised / np.sum(raised, axis=-1, keepdims=True)
    return shares


def _no_value(_: float) -> float:
    raise TypeError("a softmax unit has no output of its own: ask for those of its layer")


def _threshold(net_input: float) -> float:
    return 1.0 if net_input > 0.0 else -1.0


def _thresholds(net_inputs: FloatArray) -> FloatArray:
    return np.where(net_inputs > 0.0, 1.0, -1.0)


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "linear",
            0,
            lambda net: net,
            lambda _: 1.0,
            lambda net: net,
            np.ones_like,
            -math.inf,
            math.inf,
            r"o = net",
        ),
        Activation(
            "sigmoid",
            1,
            sigmoid,
            lambda o: o * (1.0 - o),
            _sigmoids,
            lambda o: o * (1.0 - o),
            0.0,
            1.0,
            r"o = \sigma(net) = \frac{1}{1 + e^{-net}}",
        ),
        Activation(
            "tanh",
            2,
            math.tanh,
            lambda o: 1.0 - o * o,
            np.tanh,
            lambda o: 1.0 - o * o,
            -1.0,
            1.0,
            r"o = \tanh(net)",
        ),
        Activation(
            "threshold",
            3,
            _threshold,
            lambda _: 0.0,
            _thresholds,
            np.zeros_like,
            -1.0,
            1.0,
            r"o = +1 \text{ if } net > 0 \text{, otherwise } {-}1",
            has_slope=False,
        ),
        Activation(
            "relu",
            4,
            lambda net: 0.0 if net <= 0.0 else net,  # noqa: FURB136 - max() would turn nan into 0
            lambda o: 1.0 if o > 0.0 else 0.0,
            lambda net: np.where(net <= 0.0, 0.0, net),
            lambda o: np.where(o > 0.0, 1.0, 0.0),
            0.0,
            math.inf,
            r"o = \max(0, net)",
        ),
        Softmax(
            "softmax",
            5,
            _no_value,
            lambda o: o * (1.0 - o),
            _softmaxes,
            lambda o: o * (1.0 - o),
            0.0,
            1.0,
            r"o_k = \frac{e^{net_k}}{\sum_j e^{net_j}}",
            is_elementwise=False,
        ),
    )
}


def activation(name: str, where: str = "network.activations") -> Activation:
    """Return the activation of that name.

    Raises
    ------
    ExperimentError
        If there is none.
    """
    if name not in ACTIVATIONS:
        raise ExperimentError(unknown("activation", name, ACTIVATIONS, where))
    return ACTIVATIONS[name]
