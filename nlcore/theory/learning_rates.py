"""Which learning rates let gradient descent on a linear unit converge, and which is fastest.

The squared error 1/2 sum (t - o)^2 of a linear unit is a bowl whose curvature, the Hessian H, is the same everywhere:
the sum of (1, x)(1, x)' over the examples. A step of size eta multiplies the distance to the minimum by 1 - eta lambda
along each of H's axes, so the steepest axis sets the limit 2 / lambda_max, and the flattest one the pace.

Several linear units side by side share the same Hessian, one copy each.

Source: lecture, "Gradient Descent" and "Training Perceptron vs. Linear unit"; Mitchell 1997, pp. 89-94; Bishop 1995,
chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nlcore.records import FloatArray
from nlcore.theory.homogeneous import homogeneous

Gradient = Literal["sum", "mean"]
"""Whether a batch adds its examples' gradients up, as in the lecture, or takes their mean (`Training.gradient`)."""


@dataclass(frozen=True, slots=True)
class LearningRates:
    """What the curvature says about batch gradient descent with a fixed learning rate.

    Attributes
    ----------
    lambda_min : float
        Smallest eigenvalue of the Hessian that is not 0. Along an axis with eigenvalue 0 neither the error nor the
        weights change.
    lambda_max : float
        The largest eigenvalue.
    rank : int
        How many eigenvalues are not 0, of n_inputs + 1.
    largest_stable : float
        2 / lambda_max, with momentum alpha 2 (1 + alpha) / lambda_max: above it the weights diverge.
    fastest : float
        2 / (lambda_min + lambda_max), the best fixed rate without momentum.
    factor : float
        (k - 1) / (k + 1) with k = lambda_max / lambda_min: what one step of the fastest rate leaves of the distance to
        the minimum, in the worst case.
    """

    lambda_min: float
    lambda_max: float
    rank: int
    largest_stable: float
    fastest: float
    factor: float


def hessian(inputs: Any, gradient: Gradient = "sum") -> FloatArray:
    """Return the Hessian of the squared error with respect to (w0, w1, ...), shape (n_inputs + 1, n_inputs + 1).

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    gradient : {"sum", "mean"}
        "mean" divides by n.

    Raises
    ------
    DataError
        If there is no example or a value is not a finite number.
    ValueError
        If `gradient` is neither.
    """
    points = homogeneous(inputs)
    return np.asarray(points.T @ points / _divisor(gradient, len(points)))


def eigenvalues(inputs: Any, gradient: Gradient = "sum") -> FloatArray:
    """Return the eigenvalues of the Hessian, ascending, shape (n_inputs + 1,), exactly 0 where rounding hides the rest.

    They are the squares of the singular values of the examples (1, x), which is more exact than forming the Hessian.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    gradient : {"sum", "mean"}
        "mean" divides by n.

    Raises
    ------
    DataError
        If there is no example or a value is not a finite number.
    ValueError
        If `gradient` is neither.
    """
    points = homogeneous(inputs)
    divisor = _divisor(gradient, len(points))
    singular = np.linalg.svd(points, compute_uv=False)
    singular[singular <= singular[0] * max(points.shape) * np.finfo(np.float64).eps] = 0.0
    found = np.zeros(points.shape[1])
    found[points.shape[1] - len(singular) :] = singular[::-1] ** 2 / divisor
    return found


def learning_rates(inputs: Any, gradient: Gradient = "sum", *, momentum: float = 0.0) -> LearningRates:
    """Return the stable and the fastest learning rate of batch gradient descent on a linear unit.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    gradient : {"sum", "mean"}
        What a batch does with its examples' gradients.
    momentum : float
        alpha, from 0 to below 1; widens the stable range.

    Raises
    ------
    DataError
        If there is no example or a value is not a finite number.
    ValueError
        If `gradient` is neither, or the momentum is outside its range.
    """
    found = eigenvalues(inputs, gradient)
    curved = found[found > 0.0]
    low, high = float(curved[0]), float(curved[-1])
    return LearningRates(
        lambda_min=low,
        lambda_max=high,
        rank=len(curved),
        largest_stable=largest_stable_rate(high, momentum),
        fastest=2.0 / (low + high),
        factor=(high - low) / (high + low),
    )


def largest_stable_rate(lambda_max: float, momentum: float = 0.0) -> float:
    """Return 2 (1 + alpha) / lambda_max, below which batch gradient descent converges.

    Raises
    ------
    ValueError
        If the eigenvalue is not positive, or the momentum not from 0 to below 1.
    """
    if not lambda_max > 0.0:
        raise ValueError(f"the largest eigenvalue must be positive, not {lambda_max}")
    if not 0.0 <= momentum < 1.0:
        raise ValueError(f"the momentum must be from 0 to below 1, not {momentum}")
    return 2.0 * (1.0 + momentum) / lambda_max


def error_factors(eigenvalues: Any, learning_rate: float) -> FloatArray:
    """Return what one step leaves of the distance to the minimum along each axis: 1 - eta lambda.

    Below 0 the step lands on the other side of the valley; beyond -1 it lands higher than it began.

    Parameters
    ----------
    eigenvalues : array_like, shape (n_inputs + 1,)
        Of the Hessian, see `eigenvalues`.
    learning_rate : float
        eta.
    """
    return np.asarray(1.0 - learning_rate * np.asarray(eigenvalues, dtype=np.float64))


def shrink_rates(eigenvalues: Any, learning_rate: float, momentum: float = 0.0) -> FloatArray:
    """Return what a step leaves of the distance to the minimum along each axis in the long run, without its sign.

    Without momentum that is |1 - eta lambda|. With momentum alpha the distance e follows e(n+1) = (1 + alpha - eta
    lambda) e(n) - alpha e(n-1), and the larger root of z^2 - (1 + alpha - eta lambda) z + alpha decides.

    Parameters
    ----------
    eigenvalues : array_like, shape (n_inputs + 1,)
        Of the Hessian, see `eigenvalues`.
    learning_rate : float
        eta.
    momentum : float
        alpha, from 0 to below 1.

    Returns
    -------
    ndarray, shape (n_inputs + 1,)
        Below 1 where descent converges.

    Raises
    ------
    ValueError
        If the momentum is outside its range.
    """
    if not 0.0 <= momentum < 1.0:
        raise ValueError(f"the momentum must be from 0 to below 1, not {momentum}")
    half = (1.0 + momentum - learning_rate * np.asarray(eigenvalues, dtype=np.float64)) / 2.0
    inside = half * half - momentum
    real = np.abs(half) + np.sqrt(np.maximum(inside, 0.0))
    return np.asarray(np.where(inside >= 0.0, real, np.sqrt(momentum)))


def per_example_rates(inputs: Any) -> FloatArray:
    """Return 2 / |(1, x)|^2 for each example, shape (n,): the limits of the incremental (delta) rule.

    Below it a step brings that example's output nearer to its target, above it further away. A rate below all of them
    never enlarges an error by the step made for it; the weights still keep circling about the minimum unless the unit
    can fit all examples exactly.

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
    return np.asarray(2.0 / np.einsum("ij,ij->i", points, points))


def _divisor(gradient: Gradient, n: int) -> int:
    if gradient not in {"sum", "mean"}:
        raise ValueError(f'gradient must be "sum" or "mean", not {gradient!r}')
    return n if gradient == "mean" else 1
