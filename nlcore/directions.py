"""Directions of search: which way to go from a point, the "decide direction" of the lecture's general algorithm.

A direction is found from what is known at the point (gradient, Hessian) and, for conjugate gradients, from the step
before. Its length counts: a step of length eta goes eta times that far. Source: lecture, "Optimization: general
algorithm"; B. Ripley, *Pattern Recognition and Neural Networks* (1996), appendix A.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore import random
from nlcore.jets import Jet
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What a direction may be found from.

    Attributes
    ----------
    jet : Jet
        Value, gradient and Hessian of the function here.
    step : int
        Steps taken before this one.
    seed : int
        The experiment's, for random directions.
    last_gradient, last_direction : ndarray, shape (n,), or None
        Those of the step before; None at the first.
    """

    jet: Jet
    step: int
    seed: int
    last_gradient: FloatArray | None = None
    last_direction: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """A way to choose where to go.

    Attributes
    ----------
    title, help : str
        For the screen.
    latex : str
        The rule.
    of : callable
        From a `Place` to a vector, shape (n,).
    """

    title: str
    help: str
    latex: str
    of: Callable[[Place], FloatArray]


def _descent(place: Place) -> FloatArray:
    return -place.jet.gradient


def _ascent(place: Place) -> FloatArray:
    return place.jet.gradient.copy()


def _coordinate(place: Place) -> FloatArray:
    """Go down along one axis, the next at each step."""
    found = np.zeros_like(place.jet.gradient)
    axis = place.step % len(found)
    found[axis] = -place.jet.gradient[axis]
    return found


def _newton(place: Place) -> FloatArray:
    """Go to where the parabola that touches here has no slope; down the gradient if there is no such place."""
    try:
        found = np.asarray(np.linalg.solve(place.jet.hessian, -place.jet.gradient), dtype=np.float64)
    except np.linalg.LinAlgError:
        return _descent(place)
    return found if np.all(np.isfinite(found)) else _descent(place)


def _conjugate(place: Place) -> FloatArray:
    """Turn the gradient away from the last direction (Polak and Ribiere); begin anew where that would not go down."""
    gradient = place.jet.gradient
    if place.last_gradient is None or place.last_direction is None:
        return -gradient
    length = float(place.last_gradient @ place.last_gradient)
    share = max(0.0, float(gradient @ (gradient - place.last_gradient)) / length) if length > 0.0 else 0.0
    found = -gradient + share * place.last_direction
    return found if float(found @ gradient) < 0.0 else -gradient


def _random(place: Place) -> FloatArray:
    """Draw a line through the point and go down along it as steeply as it does."""
    n = len(place.jet.gradient)
    drawn = random.normal(random.key(random.DIRECTION, place.seed, place.step), n)
    length = float(np.sqrt(drawn @ drawn))
    line = drawn / length if length > 0.0 else np.eye(n)[0]
    return -float(place.jet.gradient @ line) * line


DIRECTIONS: dict[str, Direction] = {
    "steepest_descent": Direction(
        "Steepest descent", "Against the gradient: where the function falls fastest.", r"p = {-}\nabla f", _descent
    ),
    "steepest_ascent": Direction(
        "Steepest ascent", "Along the gradient: where the function grows fastest.", r"p = \nabla f", _ascent
    ),
    "coordinate": Direction(
        "One coordinate at a time",
        "Down along x, then along y, and so on.",
        r"p = {-}\frac{\partial f}{\partial x_i} e_i",
        _coordinate,
    ),
    "newton": Direction(
        "Newton",
        "To the lowest place of the parabola that touches the function here.",
        r"p = {-}H^{-1} \nabla f",
        _newton,
    ),
    "conjugate_gradient": Direction(
        "Conjugate gradient",
        "Against the gradient, turned so that it does not spoil the step before (Polak and Ribiere).",
        r"p = {-}\nabla f + \beta p_{n-1}",
        _conjugate,
    ),
    "random": Direction(
        "Random line",
        "Down along a line drawn at random.",
        r"p = {-}(\nabla f \cdot u) u",
        _random,
    ),
}
