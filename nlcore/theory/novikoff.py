"""Novikoff's theorem: how many mistakes a perceptron can make at most before it separates two classes.

With R the length of the longest example and gamma the margin of some separator through the origin, both in the
homogeneous coordinates (1, x) in which the algorithm works, there are at most (R / gamma)^2 updates from zero weights,
whatever the learning rate and the order of examples. From other start weights the learning rate does matter, and a
longer formula holds.

The largest gamma is the distance from the origin to the hull of the points y (1, x). It is smaller than the margin
that one sees in the plane, which may shift the line freely. With 200 points in the plane it takes about 1 ms, with 277
images of 960 pixels about 0.3 s. Its relative error is a few 1e-16 (R / gamma)^2 at worst, so 1e-14 at 0.1, 1e-10 at
1e-3 and 1e-4 at 1e-6, and for most data 1e-16 R / gamma, which is 1e-10 at 1e-6. It errs downwards, so the bound holds.

Source: lecture, "Perceptron Convergence Theorem (Novikoff, 1962)"; A. Novikoff, "On convergence proofs on
perceptrons", Symposium on the Mathematical Theory of Automata 12 (1962), pp. 615-622.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray
from nlcore.theory.homogeneous import homogeneous, signed_examples
from nlcore.theory.minimum_norm_point import exponent_above, minimum_norm_point


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """The largest margin of two classes through the origin of homogeneous coordinates.

    Attributes
    ----------
    gamma : float
        Smallest product of `separator` with the examples y (1, x); 0 if the classes are not separable, or by less than
        rounding can tell (gamma below about 1e-8 R; `separability` can tell more).
    upper : float
        No separator has a larger margin. Equal to `gamma` apart from rounding; where that spoils `gamma`, above it.
    separator : ndarray, shape (n_inputs + 1,), or None
        The unit vector w* = (w0, w1, ...) with the largest margin; None if `gamma` is 0.
    multipliers : ndarray, shape (n,)
        Share of each example in the nearest point of the hull: not negative, sum 1. If the classes are not separable,
        the examples y (1, x) cancel out in these shares.
    """

    gamma: float
    upper: float
    separator: FloatArray | None
    multipliers: FloatArray

    @property
    def support(self) -> NDArray[np.int64]:
        """Indices of the examples that decide the margin, ascending."""
        return np.flatnonzero(self.multipliers > 0.0).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Novikoff:
    """The theorem's quantities for one training set.

    Attributes
    ----------
    radius : float
        R, the length of the longest (1, x).
    margin : Margin
        The largest gamma, with its separator.
    bound : float
        Largest possible number of mistakes from the start weights; infinite if the classes are not separable.
    """

    radius: float
    margin: Margin
    bound: float


def radius(inputs: Any) -> float:
    """Return R, the length of the longest (1, x).

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.

    Raises
    ------
    DataError
        If there is no example or a value is not a finite number.
    """
    points = homogeneous(inputs)
    exponent = exponent_above(points)
    return math.ldexp(float(np.linalg.norm(np.ldexp(points, -exponent), axis=1).max()), exponent)


def largest_margin(inputs: Any, labels: Any) -> Margin:
    """Return the largest margin gamma, with its separator and the examples that decide it.

    One class alone also has a margin.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.

    Raises
    ------
    DataError
        If there is no example, a value is not a finite number or a label is neither -1 nor +1.
    """
    found = minimum_norm_point(signed_examples(inputs, labels))
    separator = found.direction if found.attained > 0.0 else None
    return Margin(found.attained, found.distance, separator, found.multipliers)


def mistake_bound(radius: float, gamma: float) -> float:
    """Return (R / gamma)^2, the largest possible number of mistakes from zero weights; infinite for gamma 0.

    Each mistake moves w by at least eta gamma along the separator, but lets |w|^2 grow by at most (eta R)^2. After M
    mistakes M eta gamma <= |w| <= sqrt(M) eta R, so eta drops out.

    Raises
    ------
    ValueError
        If the radius is not positive or gamma is negative.
    """
    _check(radius, gamma)
    return math.inf if gamma == 0.0 else (radius / gamma) * (radius / gamma)


def mistake_bound_from(start: Any, separator: Any, radius: float, gamma: float, *, learning_rate: float = 1.0) -> float:
    """Return the largest possible number of mistakes from given start weights.

    With a = w0 . u along the unit separator u and b = |w0|, the two inequalities of the theorem become
    M eta gamma + a <= |w| <= sqrt(b^2 + M eta^2 R^2). The bound is the larger root of that quadratic in M; for zero
    weights it is (R / gamma)^2. Only w0 / eta matters: a learning rate acts through the start weights alone.

    Parameters
    ----------
    start : array_like, shape (n_inputs + 1,)
        The start weights (w0, w1, ...).
    separator : array_like, shape (n_inputs + 1,)
        A unit vector with margin `gamma`, not necessarily the one with the largest.
    radius : float
        R, see `radius`.
    gamma : float
        The separator's margin; 0 gives infinity.
    learning_rate : float
        eta.

    Raises
    ------
    ValueError
        If the radius or the learning rate is not positive, gamma is negative or the separator is no unit vector.
    """
    _check(radius, gamma)
    if not learning_rate > 0.0:
        raise ValueError(f"the learning rate must be positive, not {learning_rate}")
    if gamma == 0.0:
        return math.inf
    u = np.asarray(separator, dtype=np.float64)
    if abs(float(np.linalg.norm(u)) - 1.0) > 1e-9:
        raise ValueError("the separator must have length 1")
    w = np.asarray(start, dtype=np.float64) / learning_rate
    along = float(w @ u)
    across = w - along * u
    # M^2 - 2 half M - rest = 0 with half = (R^2 - 2 a gamma) / (2 gamma^2), rest = (b^2 - a^2) / gamma^2
    half = ((radius / gamma) * (radius / gamma) - 2.0 * along / gamma) / 2.0
    rest = float(across @ across) / gamma / gamma
    root = math.hypot(half, math.sqrt(rest))
    return half + root if half >= 0.0 else rest / (root - half)  # the second form where the first would cancel


def novikoff(inputs: Any, labels: Any, start: Any = None, *, learning_rate: float = 1.0) -> Novikoff:
    """Return R, the largest margin and the bound on the number of mistakes.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.
    start : array_like, shape (n_inputs + 1,), or None
        Start weights (w0, w1, ...); None for zero.
    learning_rate : float
        Matters only for start weights other than zero.

    Raises
    ------
    DataError
        If there is no example, a value is not a finite number or a label is neither -1 nor +1.
    ValueError
        If the learning rate is not positive.
    """
    longest, margin = radius(inputs), largest_margin(inputs, labels)
    if start is None or margin.separator is None:
        return Novikoff(longest, margin, mistake_bound(longest, margin.gamma))
    bound = mistake_bound_from(start, margin.separator, longest, margin.gamma, learning_rate=learning_rate)
    return Novikoff(longest, margin, bound)


def _check(radius: float, gamma: float) -> None:
    if not radius > 0.0:
        raise ValueError(f"the radius must be positive, not {radius}")
    if not gamma >= 0.0:
        raise ValueError(f"the margin gamma must not be negative, but is {gamma}")
