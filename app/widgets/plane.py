"""A network over the plane of its two inputs: values on a grid, their colour scale, and the level line's field.

Pure computing for the decision surface; nothing here draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlcore import network
from nlcore.activations import Activation
from nlcore.datasets import Data
from nlcore.network import ForwardPass, Layout
from nlcore.records import FloatArray

MARGIN = 0.2
TOO_LARGE = 2.5
"""A plane that is kept may be so many times as wide as its examples need."""
Range = tuple[float, float]


def span(values: FloatArray) -> Range:
    """Return a range that holds all values and a margin; a constant gets a range around it.

    Parameters
    ----------
    values : ndarray
        At least one finite number.
    """
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low)
    if not margin > 1e-9 * max(abs(low), abs(high)):
        margin = max(1.0, 0.5 * abs(low))
    return low - margin, high + margin


@lru_cache(maxsize=2)
def spans(data: Data) -> tuple[Range, Range]:
    """Return the part of the plane that holds all examples of a data set with two inputs."""
    sets = [examples.inputs for examples in data.sets.values() if len(examples)]
    x, y = (np.array([end for inputs in sets for end in (inputs[:, k].min(), inputs[:, k].max())]) for k in (0, 1))
    return span(x), span(y)


def nice_above(value: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 ... times a power of ten that is not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= value * (1 - 1e-12))


@dataclass(frozen=True, slots=True)
class Scale:
    """Which value gets the lowest, the middle and the highest colour."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, activation: Activation, level: float, values: FloatArray, least: float) -> Scale:
        """Choose a scale for the outputs of a unit.

        Parameters
        ----------
        activation : Activation
            Of the unit; where its range is bounded, that is the scale.
        level : float
            Gets the middle colour if it lies in the range.
        values : ndarray
            The outputs, for a unit without bounds.
        least : float
            Smallest distance from the level to the ends, for a unit without bounds.
        """
        if math.isfinite(activation.low) and math.isfinite(activation.high):
            inside = activation.low < level < activation.high
            return cls(activation.low, level if inside else (activation.low + activation.high) / 2, activation.high)
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.abs(values - level)
        away = away[np.isfinite(away)]
        reach = nice_above(min(max(least, 1e-3, float(away.max()) if away.size else 0.0), 1e300))
        return cls(level - reach, level, level + reach)

    def colours(self, values: FloatArray, n: int) -> NDArray[np.intp]:
        """Return the place of each value in a table of `n` colours; undefined ones get the middle."""
        finite = np.nan_to_num(values, nan=self.middle, posinf=self.high, neginf=self.low)
        places = np.interp(finite, (self.low, self.middle, self.high), (0.0, (n - 1) / 2, n - 1.0))
        return np.rint(places).astype(np.intp)


class Plane:
    """A rectangle of the input plane with its grid.

    Parameters
    ----------
    x_range, y_range : tuple of float
        Ends along input 1 and input 2.
    """

    def __init__(self, x_range: Range, y_range: Range) -> None:
        self.x_range = x_range
        self.y_range = y_range
        self._grids: dict[int, FloatArray] = {}

    def forward(self, layout: Layout, params: FloatArray, n: int) -> ForwardPass:
        """Feed the centres of n x n equal cells through a network, row by row from below."""
        if n not in self._grids:
            x = self.x_range[0] + (np.arange(n) + 0.5) * (self.x_range[1] - self.x_range[0]) / n
            y = self.y_range[0] + (np.arange(n) + 0.5) * (self.y_range[1] - self.y_range[0]) / n
            self._grids[n] = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return network.forward(layout, params, self._grids[n])

    def places(self, steps: FloatArray, n: int) -> FloatArray:
        """Turn (column, row) in steps of an n x n grid into points of the plane."""
        size = np.array([self.x_range[1] - self.x_range[0], self.y_range[1] - self.y_range[0]])
        found: FloatArray = np.array([self.x_range[0], self.y_range[0]]) + (steps + 0.5) * size / n
        return found


def fitting(x_range: Range, y_range: Range, shown: Plane | None = None) -> Plane:
    """Return a plane that holds all inputs: the one that is shown, if it does and is not far too large.

    Parameters
    ----------
    x_range, y_range : tuple of float
        What the inputs need, with a margin, from `span`.
    shown : Plane, optional
        Kept while examples are edited, so that the picture does not jump.
    """
    if shown is None:
        return Plane(x_range, y_range)
    for (low, high), (old_low, old_high) in ((x_range, shown.x_range), (y_range, shown.y_range)):
        margin = (high - low) * MARGIN / (1 + 2 * MARGIN)
        is_inside = old_low <= low + margin and high - margin <= old_high
        if not is_inside or old_high - old_low > TOO_LARGE * (high - low):
            return Plane(x_range, y_range)
    return shown


def level_field(
    passed: ForwardPass, activation: Activation, layer: int, unit: int, level: float
) -> tuple[FloatArray, float]:
    """Return a field and the level at which it has the same line as a unit's output has at `level`.

    Where the activation can be inverted this is the net input: it changes evenly, so the line is smooth even where the
    output jumps.

    Parameters
    ----------
    passed : ForwardPass
        Of the grid.
    activation : Activation
        Of the unit's layer.
    layer, unit : int
        The unit; layer 1 is the first after the inputs.
    level : float
        Level of the output.
    """
    net_inputs, outputs = passed.net_inputs[layer - 1][:, unit], passed.outputs[layer][:, unit]
    if not activation.low < level < activation.high:
        return outputs, level
    if activation.name == "sigmoid":
        return net_inputs, math.log(level / (1.0 - level))
    if activation.name == "tanh":
        return net_inputs, math.atanh(level)
    if activation.name == "threshold":
        return net_inputs, 0.0
    return outputs, level


def margins(outputs: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Return the unit with the largest output, and by how much each unit is ahead of its best rival.

    Parameters
    ----------
    outputs : ndarray, shape (n, units)
        At least two units.

    Returns
    -------
    winners : ndarray, shape (n,)
        Among equals the first.
    ahead : ndarray, shape (n, units)
        Negative for all but the winner.
    """
    winners = np.argmax(outputs, axis=1)
    best_two = np.partition(outputs, -2, axis=1)[:, -2:]
    ahead = outputs - best_two[:, 1:]
    rows = np.arange(len(outputs))
    ahead[rows, winners] = outputs[rows, winners] - best_two[:, 0]
    return winners, ahead


def roomiest(candidates: FloatArray, obstacles: FloatArray, half_size: FloatArray, near: FloatArray) -> int:
    """Return the candidate with most room around it, for a label; all places in shares of the picture's sides.

    Parameters
    ----------
    candidates : ndarray, shape (n, 2)
        Where the label's middle may be.
    obstacles : ndarray, shape (m, 2)
        What it should not cover.
    half_size : ndarray, shape (2,)
        Half the label's width and height.
    near : ndarray, shape (2,)
        Where it is or should be; among places with enough room the nearest wins.
    """
    outside = np.maximum(half_size - np.minimum(candidates, 1.0 - candidates), 0.0).sum(axis=1)
    gaps = np.abs(candidates[:, None, :] - obstacles[None, :, :]) - half_size
    room = np.maximum(gaps, 0.0).sum(axis=2).min(axis=1) if len(obstacles) else np.ones(len(candidates))
    far = np.linalg.norm(candidates - near, axis=1)
    return int(np.argmax(np.minimum(room, 0.06) - 3.0 * outside - 0.05 * far))
