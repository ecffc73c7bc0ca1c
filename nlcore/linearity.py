"""How far a network is from a linear function: each unit by its net inputs, the whole by its best linear fit.

Small weights make small net inputs, there every unit is nearly straight, and so is the whole network (lecture, "More
on Backpropagation": initial networks are near-linear; Mitchell 1997, p. 104). The straight part of an activation is
where its slope is at least 90 % of its largest one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import forward
from nlcore.records import FloatArray

STRAIGHT = 0.9
"""Share of the largest slope from which on a unit counts as straight."""
MOST_POINTS = 2000
GRID = {1: 201, 2: 21}
"""Points a side of the grid over one or two inputs; over more, points are drawn."""
MOST_INPUTS = 2000
"""Of a network with more inputs no linear fit is looked for: it would take minutes."""
NOISE = 1e-13
"""Outputs that differ by no more than this share of the largest are constant but for rounding."""
SEED = 1
_BEND = math.sqrt(1.0 - STRAIGHT)
_ENDS = {
    "sigmoid": math.log((1.0 + _BEND) / (1.0 - _BEND)),  # where o (1 - o) = 0.9 / 4
    "tanh": math.atanh(_BEND),  # where 1 - o^2 = 0.9
    "linear": math.inf,
}


def straight_part(activation: str) -> tuple[float, float] | None:
    """Return between which net inputs a unit is nearly straight; None if it has a corner, a jump or no own curve."""
    end = _ENDS.get(activation)
    return None if end is None else (-end, end)


def bent_share(activation: str, net_inputs: FloatArray) -> FloatArray:
    """Return for each unit the share of examples for which it is not where it is straight.

    Parameters
    ----------
    activation : str
        Of the units. A ReLU or threshold unit is straight (or constant) as long as all net inputs are on one side of
        0; else its smaller side counts.
    net_inputs : ndarray, shape (n, units)
        For the examples.
    """
    part = straight_part(activation)
    if part is not None:
        return np.asarray(np.mean((net_inputs < part[0]) | (net_inputs > part[1]), axis=0))
    above = np.mean(net_inputs > 0.0, axis=0)
    return np.asarray(np.minimum(above, 1.0 - above))


@dataclass(frozen=True, slots=True)
class Departure:
    """How far outputs are from the linear function nearest to them.

    Attributes
    ----------
    distance : float
        Root of the mean square of the differences, in units of the output.
    share : float
        The part of the outputs' variance that the linear function does not explain: 0 for a linear function, 1 if
        none is better than a constant. 0 for constant outputs.
    """

    distance: float
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """Inputs, and what linear functions of them can be.

    Attributes
    ----------
    inputs : ndarray, shape (n, n_inputs)
        Where outputs are compared.
    basis : ndarray, shape (n, rank)
        Orthonormal columns that span the linear functions (with a constant) at these inputs.
    is_telling : bool
        Whether there are more different inputs than a linear function can always go through.
    """

    inputs: FloatArray
    basis: FloatArray
    is_telling: bool

    @classmethod
    def at(cls, inputs: FloatArray) -> LinearFit:
        """Prepare for some inputs, shape (n, n_inputs)."""
        middle, size = inputs.mean(axis=0), np.ptp(inputs, axis=0)
        scaled = (inputs - middle) / np.where(size > 0.0, size, 1.0)
        left, values, _ = np.linalg.svd(np.column_stack((np.ones(len(inputs)), scaled)), full_matrices=False)
        basis = np.ascontiguousarray(left[:, values > 1e-10 * values[0]])
        return cls(inputs, basis, is_telling=len(np.unique(inputs, axis=0)) > basis.shape[1])

    def departure(self, outputs: FloatArray) -> Departure:
        """Return how far outputs at these inputs, shape (n, n_outputs), are from linear; nan if they are not finite."""
        largest = float(np.abs(outputs).max())
        if not math.isfinite(largest):
            return Departure(math.nan, math.nan)
        scaled = outputs / largest if largest > 0.0 else outputs
        rest = scaled - self.basis @ (self.basis.T @ scaled)
        around = scaled - scaled.mean(axis=0)
        rest_square, square = float(np.mean(rest**2)), float(np.mean(around**2))
        if square <= NOISE**2:
            return Departure(0.0, 0.0)
        return Departure(largest * math.sqrt(rest_square), min(1.0, rest_square / square))


def fit_at_examples(model: FeedforwardModel) -> LinearFit:
    """Prepare for a network's training inputs, or for an evenly spread part of a large set."""
    inputs = model.examples.training.inputs
    every = -(-len(inputs) // MOST_POINTS)
    return LinearFit.at(inputs[::every])


def fit_in_box(model: FeedforwardModel) -> LinearFit:
    """Prepare for the box that the training inputs span: a grid in it, or points drawn in it if it has many sides."""
    inputs = model.examples.training.inputs
    low, high, n = inputs.min(axis=0), inputs.max(axis=0), inputs.shape[1]
    if n in GRID:
        sides = [np.linspace(a, b, GRID[n]) for a, b in zip(low, high, strict=True)]
        places = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, n)
    else:
        places = low + (high - low) * np.random.default_rng(SEED).random((max(500, 2 * (n + 1)), n))
    return LinearFit.at(places)


def departure_of(model: FeedforwardModel, params: FloatArray, fit: LinearFit) -> Departure:
    """Return how far a network is from the linear function nearest to it."""
    return fit.departure(forward(model.layout, params, fit.inputs).outputs[-1])


def net_inputs_of(model: FeedforwardModel, params: FloatArray, inputs: FloatArray) -> tuple[FloatArray, ...]:
    """Return the net inputs of each layer after the inputs, for some inputs; shapes (n, units)."""
    return tuple(forward(model.layout, params, inputs).net_inputs)
