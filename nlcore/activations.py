"""Activation functions: what a unit makes of its net input.

Each is a value and a slope, for one number (the textbook loop) and for arrays. The slope is written with the
unit's output where the textbook does so: sigma'(net) = o (1 - o) (lecture, "Sigmoid Unit"; Mitchell 1997, p. 97).
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
        Net input of one unit to its output.
    slope : callable
        Output of one unit to d output / d net input.
    values, slopes : callable
        The same for arrays of any shape.
    low, high : float
        The range of outputs.
    formula : str
        In LaTeX.
    has_slope : bool
        False where gradient descent gets no gradient.
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
