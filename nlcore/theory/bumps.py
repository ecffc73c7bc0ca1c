"""A curve made of bumps: what a network with one hidden layer of sigmoid units can represent, without any training.

A bump is the difference of two steep sigmoids, s(k(x - a)) - s(k(x - b)): nearly 1 between a and b, nearly 0 elsewhere.
Bumps side by side, each as high as the curve in its middle, follow the curve as closely as one likes (lecture,
"Expressive Capabilities of ANNs"). Two hidden units make one bump; the output unit adds them up and is linear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore.activations import activation
from nlcore.records import FloatArray

STEEPNESS = 20.0
"""How much the net input of a hidden unit changes over the width of a bump."""


@dataclass(frozen=True, slots=True, eq=False)
class Bumps:
    """Bumps of equal width side by side.

    Attributes
    ----------
    starts, ends : ndarray, shape (n,)
        Where each bump begins and ends. The first begins one width early and the last ends one width late, so that the
        curve is full up to both ends of its range.
    heights : ndarray, shape (n,)
        Of the bumps.
    slope : float
        The weight k of every hidden unit.
    """

    starts: FloatArray
    ends: FloatArray
    heights: FloatArray
    slope: float

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return the sum of all bumps at some places, shape (n,)."""
        return np.asarray(self.parts(x) @ self.heights)

    def parts(self, x: FloatArray) -> FloatArray:
        """Return how much of each bump there is at some places, shape (n_places, n_bumps): from 0 to 1."""
        squash = activation("sigmoid", "bumps").values
        up = squash(self.slope * (x[:, None] - self.starts))
        down = squash(self.slope * (x[:, None] - self.ends))
        return np.asarray(up - down)


def middles(low: float, high: float, n: int) -> FloatArray:
    """Return the middles of `n` equal parts of a range."""
    return low + (np.arange(n) + 0.5) * (high - low) / n


def build(
    curve: Callable[[FloatArray], FloatArray], low: float, high: float, n: int, steepness: float = STEEPNESS
) -> Bumps:
    """Build bumps that follow a curve.

    Parameters
    ----------
    curve : callable
        From places to values.
    low, high : float
        The range, not empty.
    n : int
        How many bumps, at least one.
    steepness : float
        Net input over one width; the slope k is this divided by the width.
    """
    width = (high - low) / n
    starts = np.asarray(low + width * np.arange(n), dtype=np.float64)
    ends = np.asarray(starts + width, dtype=np.float64)
    starts[0] -= width
    ends[-1] += width
    return Bumps(starts, ends, curve(middles(low, high, n)), steepness / width)


def error_bound(swing: float, largest: float, steepness: float = STEEPNESS) -> float:
    """Return what the error is at most, everywhere in the range.

    At a place only its own bump and its two neighbours count: their middles are at most one and a half widths away. All
    others together, and what is missing at the ends, are of the size of s(-steepness).

    Parameters
    ----------
    swing : float
        How much the curve changes at most over one and a half widths of a bump.
    largest : float
        Largest absolute value of the curve.
    steepness : float
        As in `build`.
    """
    rest = 1.0 / (1.0 + float(np.exp(steepness)))
    return swing + 6.0 * largest * rest
