"""The codes that hidden units give to examples, and how they came about over a run.

A code is what is left of the hidden units' outputs when each is rounded to the nearer end of its range (Mitchell 1997,
p. 107). Training need not end at such ends: outputs in the middle of the range are counted apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics
from nlcore.activations import Activation
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout, forward
from nlcore.records import FloatArray

MIDDLE = (0.3, 0.7)
"""Shares of the range between which an output is neither low nor high."""


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """What the units of the first hidden layer make of some examples.

    Attributes
    ----------
    values : ndarray, shape (n, units)
        Their outputs.
    bits : ndarray of bool, shape (n, units)
        Whether each is in the upper half of its range.
    in_between : ndarray of bool, shape (n, units)
        Whether each is in the middle of its range.
    same_as : tuple of int
        For each example the first other one with the same bits; -1 if there is none.
    is_right : ndarray of bool, shape (n,)
        Whether all outputs of the network are on the side of their targets.
    """

    values: FloatArray
    bits: NDArray[np.bool_]
    in_between: NDArray[np.bool_]
    same_as: tuple[int, ...]
    is_right: NDArray[np.bool_]

    @property
    def n_distinct(self) -> int:
        """How many different codes there are."""
        return len(np.unique(self.bits, axis=0))

    def text(self, example: int) -> str:
        """Write a code as zeros and ones."""
        return "".join("01"[int(bit)] for bit in self.bits[example])


def codes_of(model: FeedforwardModel, params: FloatArray) -> Codes:
    """Return the codes of the training examples."""
    training = model.examples.training
    passed = forward(model.layout, params, training.inputs)
    values = passed.outputs[1]
    low, high = ends(model.layout.activations[0])
    share = (values - low) / (high - low)
    bits = share >= 0.5
    midpoint = model.examples.midpoint
    same_side = metrics.is_high(passed.outputs[-1], midpoint) == metrics.is_high(training.targets, midpoint)
    twins = [np.flatnonzero(np.all(bits == row, axis=1)) for row in bits]
    same_as = tuple(next((int(k) for k in found if k != i), -1) for i, found in enumerate(twins))
    in_between = (share > MIDDLE[0]) & (share < MIDDLE[1])
    return Codes(values, bits, in_between, same_as, np.all(same_side, axis=1))


def ends(activation: Activation) -> tuple[float, float]:
    """Return the ends of a unit's range; -1 and 1 where it has none, so that rounding asks for the sign."""
    if math.isfinite(activation.low) and math.isfinite(activation.high):
        return activation.low, activation.high
    return -1.0, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CodeCourse:
    """How a network with one hidden layer went, at some moments.

    Attributes
    ----------
    errors : ndarray, shape (moments, outputs)
        For each output the sum of (t - o)^2 over the training examples.
    values : ndarray, shape (moments, n, hidden units)
        The hidden units' outputs for each training example.
    weights : ndarray, shape (moments, hidden units, inputs + 1)
        The weights into each hidden unit, w0 first.
    """

    errors: FloatArray
    values: FloatArray
    weights: FloatArray


def course(model: FeedforwardModel, params: FloatArray) -> CodeCourse:
    """Follow the hidden layer over a run.

    Parameters
    ----------
    model : FeedforwardModel
        A network with one hidden layer.
    params : ndarray, shape (moments, n_params)
        Its parameters at each moment.
    """
    layout, training = model.layout, model.examples.training
    with np.errstate(over="ignore", invalid="ignore"):
        (into, bias), (out, out_bias) = (_layer(layout, params, k) for k in (0, 1))
        values = layout.activations[0].values(training.inputs @ into.transpose(0, 2, 1) + bias[:, None, :])
        outputs = layout.activations[1].values(values @ out.transpose(0, 2, 1) + out_bias[:, None, :])
        errors = np.sum((training.targets - outputs) ** 2, axis=1)
    return CodeCourse(errors, values, np.concatenate((bias[:, :, None], into), axis=2))


def work(model: FeedforwardModel, moments: int) -> int:
    """Return about how many multiplications `course` takes."""
    return moments * len(model.examples.training) * model.n_params


def _layer(layout: Layout, params: FloatArray, layer: int) -> tuple[FloatArray, FloatArray]:
    """Return weights, shape (moments, units, inputs), and biases, shape (moments, units)."""
    weights, shape = layout.blocks[f"weights[{layer}]"]
    biases, _ = layout.blocks[f"biases[{layer}]"]
    n_out, n_in = shape
    return (
        params[:, weights : weights + n_out * n_in].reshape(-1, n_out, n_in),
        params[:, biases : biases + n_out],
    )
