"""Planes through the space of parameters, over which the loss is looked at: two weights, or two directions.

A point of the plane is ``origin + u first + v second``. With two weights u and v are their values; with directions they
are distances from a base point, the start of the run. The plane always goes through the parameters it was made for, so
the loss there is the run's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlcore.errors import ExperimentError
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels import vectorized
from nlcore.objectives import Objective
from nlcore.records import FloatArray, read_only

SMALLEST = 1e-9
"""Share of the longest extent of a path below which a direction counts as none."""


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Two directions and the point from which coordinates are counted, whatever plane they span.

    Attributes
    ----------
    first, second : ndarray, shape (n_params,)
        Not parallel, and at right angles to each other.
    base : ndarray, shape (n_params,)
        Has the coordinates (0, 0).
    """

    first: FloatArray
    second: FloatArray
    base: FloatArray

    def coordinates(self, params: FloatArray) -> FloatArray:
        """Return the coordinates of parameters, or of many, shape (..., 2); what lies beside a plane is projected.

        Parameters
        ----------
        params : ndarray, shape (..., n_params)
            Anywhere.
        """
        columns = np.stack((self.first / (self.first @ self.first), self.second / (self.second @ self.second)), axis=1)
        rows = np.flatnonzero(columns.any(axis=1))  # two weights are two numbers of perhaps thousands
        with np.errstate(over="ignore", invalid="ignore"):
            found: FloatArray = (params[..., rows] - self.base[rows]) @ columns[rows]
        return found

    def through(self, params: FloatArray) -> Plane:
        """Return the plane of these directions that goes through some parameters."""
        u, v = self.coordinates(params)
        origin = params - u * self.first - v * self.second
        for direction in (self.first, self.second):  # rounding would shift a chosen weight a little
            if np.count_nonzero(direction) == 1:
                origin[direction != 0.0] = self.base[direction != 0.0]
        return Plane(read_only(origin), self)


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Two directions through one point of the space of parameters.

    Attributes
    ----------
    origin : ndarray, shape (n_params,)
        The point with the coordinates (0, 0) in the plane.
    axes : Axes
        The directions.
    """

    origin: FloatArray
    axes: Axes

    def params_at(self, u: float, v: float) -> FloatArray:
        """Return the parameters at a point of the plane."""
        found: FloatArray = self.origin + u * self.axes.first + v * self.axes.second
        return found

    def is_same(self, other: Plane) -> bool:
        """Tell whether another plane holds the same points, with the same coordinates."""
        return self.axes is other.axes and np.array_equal(self.origin, other.origin)


def weight_axes(model: Model, first: int, second: int) -> Axes:
    """Return the axes of two weights, by their places in the vector of parameters.

    A weight that is tied to others stands for all of its group.

    Raises
    ------
    ExperimentError
        If both are one weight, or share one value.
    """
    one, other = _group(model, first), _group(model, second)
    if second in one:
        said = "is the same weight" if first == second else "is tied to it, so both always have one value"
        raise ExperimentError(f"the second weight {said}; choose another one")
    directions = np.zeros((2, model.n_params))
    directions[0, one] = 1.0
    directions[1, other] = 1.0
    return Axes(read_only(directions[0]), read_only(directions[1]), read_only(np.zeros(model.n_params)))


def _group(model: Model, place: int) -> list[int]:
    options = model.problem.options if isinstance(model, FeedforwardModel) else None
    groups = options.groups() if options is not None else []
    return next((group for group in groups if place in group), [place])


def random_axes(base: FloatArray, seed: int) -> Axes:
    """Return two random directions of length 1 at right angles, the same for the same seed and size.

    Parameters
    ----------
    base : ndarray, shape (n_params,)
        Gets the coordinates (0, 0); at least two parameters.
    seed : int
        Of the directions.
    """
    drawn = np.random.default_rng(seed).standard_normal((2, base.size))
    return _at_right_angles(drawn[0], drawn[1], base)


def principal_axes(base: FloatArray, path: FloatArray) -> Axes | None:
    """Return the two directions in which a path extends farthest; None if it does not leave one line.

    Parameters
    ----------
    base : ndarray, shape (n_params,)
        Gets the coordinates (0, 0).
    path : ndarray, shape (n, n_params)
        Finite parameters on the way.
    """
    if len(path) < 3:
        return None
    away = path - path.mean(axis=0)
    largest = float(np.abs(away).max())
    if not 0.0 < largest < np.inf:
        return None
    products = (away / largest) @ (away / largest).T  # n by n: there may be thousands of weights
    values, vectors = np.linalg.eigh(products)
    if values[-2] < SMALLEST * values[-1]:
        return None
    found = (vectors[:, [-1, -2]].T @ away) / largest
    to_end = found @ (path[-1] - path[0])
    found *= np.where(to_end < 0.0, -1.0, 1.0)[:, None]  # the way leads to the right and upwards
    return _at_right_angles(found[0], found[1], base)


def _at_right_angles(first: FloatArray, second: FloatArray, base: FloatArray) -> Axes:
    first = first / np.linalg.norm(first)
    second = second - (second @ first) * first
    second = second / np.linalg.norm(second)
    return Axes(read_only(first), read_only(second), base)


def gradient(model: Model, params: FloatArray) -> FloatArray:
    """Return the gradient of the loss of the whole training set, penalty included, shape (n_params,).

    It is that of a batch of all examples, without dropout. Where units jump (threshold units) it is 0.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        function = getattr(model, "function", None)
        if isinstance(function, Objective):
            return np.asarray(function.gradient(params))
        if not isinstance(model, FeedforwardModel):
            return _differences(model, params)
        problem = model.problem
        found = -vectorized.steps_of(problem, params, problem.inputs[0], problem.targets[0])
        if problem.options is not None and problem.options.penalty:
            found += 2.0 * problem.options.penalty * params * penalised(model)
        return found


def penalised(model: FeedforwardModel) -> FloatArray:
    """Return 1 for each parameter that the penalty counts, else 0."""
    found = np.ones(model.n_params)
    options = model.problem.options
    if options is not None and not options.penalty_biases:
        for biases in model.layout.biases(found):
            biases[:] = 0.0
    return found


def _differences(model: Model, params: FloatArray) -> FloatArray:
    """Return the gradient by central differences, for a model that knows none."""
    found = np.empty_like(params)
    for place, value in enumerate(params):
        step = 1e-6 * max(1.0, abs(float(value)))
        losses = []
        for sign in (1.0, -1.0):
            moved = params.copy()
            moved[place] = value + sign * step
            losses.append(loss_at(model, moved))
        found[place] = (losses[0] - losses[1]) / (2.0 * step)
    return found


def gradient_work(model: Model) -> int:
    """Return about how many multiplications one look at all examples takes."""
    return (len(model.data.training) if model.data is not None else 1) * model.n_params


def loss_at(model: Model, params: FloatArray) -> float:
    """Return the loss of the training set at some parameters, as the curves have it."""
    measured = model.evaluate(params)["training"]
    return float("nan") if measured is None else measured.loss


def downhill(model: Model, plane: Plane, params: FloatArray) -> tuple[float, float]:
    """Return the negated gradient in the coordinates of a plane: how the loss falls along its two directions."""
    found = gradient(model, params)
    return -float(found @ plane.axes.first), -float(found @ plane.axes.second)


def bottom(model: Model, plane: Plane, params: FloatArray) -> tuple[float, float] | None:
    """Return where the loss of a linear unit is lowest on a plane; None for other models, or if that is no one place.

    The loss is a quadratic function there, so its gradient at three points tells all.
    """
    if not isinstance(model, FeedforwardModel) or len(model.layout.activations) != 1:
        return None
    if model.layout.activations[0].name != "linear" or model.problem.loss.name != "squared_error":
        return None
    here = plane.axes.coordinates(params)
    with np.errstate(over="ignore", invalid="ignore"):
        falls = [np.array(downhill(model, plane, plane.params_at(*(here + step)))) for step in ((0, 0), (1, 0), (0, 1))]
        curvature = np.stack((falls[0] - falls[1], falls[0] - falls[2]), axis=1)
        if not np.all(np.isfinite(curvature)) or abs(float(np.linalg.det(curvature))) < 1e-12 * np.abs(curvature).max():
            return None
        at = here + np.linalg.solve(curvature, falls[0])
    return float(at[0]), float(at[1])
