"""What each unit of the last hidden layer adds to a linear output: its output times its weight, over some inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore import network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What adds up to the net input of the first output unit.

    Attributes
    ----------
    values : ndarray, shape (n, units)
        Weight times output of each hidden unit.
    bias : float
        Of the output unit.
    """

    values: FloatArray
    bias: float

    @property
    def total(self) -> FloatArray:
        """The sum of all of it, shape (n,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self.values.sum(axis=1) + self.bias)


def contributions(model: FeedforwardModel, params: FloatArray, inputs: FloatArray) -> Contributions:
    """Return what the units of the last hidden layer add to the first output, for some inputs.

    Parameters
    ----------
    model : FeedforwardModel
        With a hidden layer.
    params : ndarray, shape (n_params,)
        Its parameters.
    inputs : ndarray, shape (n, n_inputs)
        As the network sees them.
    """
    passed = network.forward(model.layout, params, inputs)
    last = len(model.layout.layers) - 2
    weights = model.layout.block(params, f"weights[{last}]")[0]
    with np.errstate(over="ignore", invalid="ignore"):
        values = passed.outputs[-2] * weights
    return Contributions(values, float(model.layout.block(params, f"biases[{last}]")[0]))


def left_to_right(model: FeedforwardModel, params: FloatArray) -> NDArray[np.intp]:
    """Return the hidden units in the order in which their net inputs cross 0 over the one input.

    With several hidden layers, or units that never cross it, they come in their own order.
    """
    n = model.layout.layers[-2]
    if len(model.layout.layers) != 3 or model.layout.layers[0] != 1:
        return np.arange(n)
    places = crossings(model, params)
    return np.lexsort((np.arange(n), np.where(np.isfinite(places), places, np.inf)))


def crossings(model: FeedforwardModel, params: FloatArray) -> FloatArray:
    """Return where the net inputs of the first hidden layer are 0, in units of the input; not finite where nowhere."""
    weights = model.layout.block(params, "weights[0]")[:, 0]
    biases = model.layout.block(params, "biases[0]")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(-biases / weights)


def running_sums(found: Contributions, order: NDArray[np.intp]) -> FloatArray:
    """Return for each unit the bias and everything up to it in some order, shape (n, units), columns by unit."""
    sums = np.empty_like(found.values)
    with np.errstate(over="ignore", invalid="ignore"):
        sums[:, order] = found.bias + np.cumsum(found.values[:, order], axis=1)
    return sums
