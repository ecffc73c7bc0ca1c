"""The loss of the training set at many points of a plane of parameters, computed together.

Only what a plane changes is computed again: below the lowest layer that changes everything stays, in that layer a net
input is ``net + u b + v c``, and units that do not change are added up once. Numbers lie with the points innermost, in
pieces that fit into the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nlcore import network
from nlcore.activations import Activation
from nlcore.errors import CancelledError
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.objectives import Objective
from nlcore.records import FloatArray
from nlcore.slice_planes import Plane, loss_at, penalised

PIECE = 1 << 16
"""Numbers that are worked on at once."""
MOST_POINTS = 2048
"""Points that are worked on at once."""
SMOOTH = ("linear", "sigmoid", "tanh", "softmax")
Array = NDArray[Any]


def never() -> bool:
    """Say that nobody has given the work up."""
    return False


class Losses(Protocol):
    """The loss over a plane.

    Attributes
    ----------
    work : int
        About how many outputs of units have to be computed for one point.
    is_smooth : bool
        Whether it has no edges and steps.
    """

    work: int
    is_smooth: bool

    def at(self, points: FloatArray, *, is_exact: bool, cancelled: Callable[[], bool] = never) -> FloatArray:
        """Return the loss at some points of the plane.

        Parameters
        ----------
        points : ndarray, shape (n, 2)
            Their coordinates.
        is_exact : bool
            Whether to compute with double precision; single precision is good to about six digits.
        cancelled : callable
            Asked now and then whether to give up.

        Raises
        ------
        CancelledError
            If somebody gave the work up.
        """


def losses_over(model: Model, plane: Plane) -> Losses:
    """Return the loss of a model over a plane."""
    if isinstance(model, FeedforwardModel):
        return LayeredLosses(model, plane)
    function = getattr(model, "function", None)
    return ObjectiveLosses(function, plane) if isinstance(function, Objective) else PlainLosses(model, plane)


class ObjectiveLosses:
    """The values of a function of two variables, all at once; see `Losses`."""

    work = 20
    is_smooth = False
    """Nobody knows of a formula whether it bends; all values are quick."""

    def __init__(self, function: Objective, plane: Plane) -> None:
        self._function, self._plane = function, plane

    def at(self, points: FloatArray, *, is_exact: bool, cancelled: Callable[[], bool] = never) -> FloatArray:
        """Return the values at some points; see `Losses`."""
        del is_exact, cancelled
        axes = self._plane.axes
        at = self._plane.origin + points[:, :1] * axes.first + points[:, 1:] * axes.second
        return np.array(self._function.values(at[:, 0], at[:, 1]))


class PlainLosses:
    """The loss of any model, asked point by point; see `Losses`."""

    work = 40
    is_smooth = True

    def __init__(self, model: Model, plane: Plane) -> None:
        self._model, self._plane = model, plane

    def at(self, points: FloatArray, *, is_exact: bool, cancelled: Callable[[], bool] = never) -> FloatArray:
        """Return the loss at some points; see `Losses`."""
        del is_exact
        found = np.empty(len(points))
        for k, (u, v) in enumerate(points.tolist()):
            if k % 1024 == 0 and cancelled():
                raise CancelledError("the error surface was given up")
            found[k] = loss_at(self._model, self._plane.params_at(u, v))
        return found


class LayeredLosses:
    """The loss of a layered network; see `Losses`."""

    def __init__(self, model: FeedforwardModel, plane: Plane) -> None:
        self._model = model
        layout, axes = model.layout, plane.axes
        blocks = [layout.weights(p) for p in (plane.origin, axes.first, axes.second)]
        shifts = [layout.biases(p) for p in (plane.origin, axes.first, axes.second)]
        self._weights = [_Layer(*(b[k] for b in blocks), *(s[k] for s in shifts)) for k in range(len(blocks[0]))]
        self._first = next(k for k, layer in enumerate(self._weights) if layer.moves.any())
        passed = network.forward(layout, plane.origin, model.examples.training.inputs)
        self._targets = np.ascontiguousarray(model.examples.training.targets.T)
        first, below = self._weights[self._first], passed.outputs[self._first]
        last = len(self._weights) - 1
        activation = layout.activations[self._first]
        self._moving = first.moves if activation.is_elementwise else np.ones(len(first.moves), dtype=np.bool_)
        with np.errstate(over="ignore", invalid="ignore"):
            self._net = np.ascontiguousarray(passed.net_inputs[self._first].T[self._moving])
            self._slopes = [
                np.ascontiguousarray((below @ w.T + b).T[self._moving])
                for w, b in ((first.along_u, first.shift_u), (first.along_v, first.shift_v))
            ]
        self._still = np.ascontiguousarray(passed.outputs[self._first + 1].T[~self._moving])
        self._constant = 0.0
        if self._first == last and not self._moving.all():
            shares = model.problem.loss.of_units(
                passed.net_inputs[-1], passed.outputs[-1], model.examples.training.targets, activation
            )
            self._constant = float(np.sum(shares[:, ~self._moving]))
            self._targets = np.ascontiguousarray(self._targets[self._moving])
        n_units = int(self._moving.sum()) + sum(layout.layers[self._first + 2 :])
        self.work = n_units * len(model.examples.training)
        self.is_smooth = all(a.name in SMOOTH for a in layout.activations[self._first :])
        self._penalty = _penalty(model, plane)

    def at(self, points: FloatArray, *, is_exact: bool, cancelled: Callable[[], bool] = never) -> FloatArray:
        """Return the loss at some points; see `Losses`."""
        kind = np.float64 if is_exact else np.float32
        given = _Given(
            self._net.astype(kind),
            tuple(slope.astype(kind) for slope in self._slopes),
            self._still.astype(kind),
            self._targets.astype(kind),
            tuple(layer.cast(kind) for layer in self._weights),
        )
        widest = max([int(self._moving.sum()), *(len(layer.moves) for layer in self._weights[self._first + 1 :])])
        found = np.empty(len(points))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            for start in range(0, len(points), MOST_POINTS):
                part = points[start : start + MOST_POINTS]
                u, v = (np.ascontiguousarray(part[:, k], dtype=kind) for k in (0, 1))
                step = max(1, PIECE // (len(part) * widest))
                total = np.full(len(part), self._constant)
                for row in range(0, self._net.shape[1], step):
                    if cancelled():
                        raise CancelledError("the error surface was given up")
                    total += self._piece(given, u, v, slice(row, row + step))
                found[start : start + MOST_POINTS] = total + _square(self._penalty, part)
        return found

    def _piece(self, given: _Given, u: Array, v: Array, rows: slice) -> FloatArray:
        """Return what some of the examples add to the loss at each point."""
        layout = self._model.layout
        slope_u, slope_v = given.slopes
        net = slope_u[:, rows, None] * u
        np.add(net, given.net[:, rows, None], out=net)
        net += slope_v[:, rows, None] * v
        for k in range(self._first, len(self._weights)):
            activation = layout.activations[k]
            if k == len(self._weights) - 1:
                return self._loss(net, given.targets[:, rows, None], activation)
            outputs = _outputs(net, activation)
            still = given.still[:, rows] if k == self._first else None
            net = _next(given.layers[k + 1], outputs, self._moving if still is not None else None, still, (u, v))
        raise AssertionError("a network has a last layer")

    def _loss(self, net: Array, targets: Array, activation: Activation) -> FloatArray:
        """Return the loss at each point, summed over units and examples; the net inputs are used up."""
        rule = self._model.problem.loss
        if rule.name == "squared_error":
            away = _outputs(net, activation)
            away -= targets
            np.multiply(away, away, out=away)
            return 0.5 * np.sum(away.reshape(-1, away.shape[-1]), axis=0, dtype=away.dtype).astype(np.float64)
        nets, wanted = (np.moveaxis(a, 0, -1) for a in (net, targets))
        outputs = activation.values(nets)
        shares = np.asarray(rule.of_units(nets, outputs, wanted, activation))
        found: FloatArray = np.sum(shares, axis=(0, 2), dtype=np.float64)
        return found


class _Layer:
    """Weights and biases of a layer at the origin and along both directions."""

    def __init__(self, *parts: FloatArray) -> None:
        self.parts = parts
        self.along_u, self.along_v, self.shift_u, self.shift_v = parts[1], parts[2], parts[4], parts[5]
        self.moves = self.along_u.any(axis=1) | self.along_v.any(axis=1) | (self.shift_u != 0) | (self.shift_v != 0)

    def cast(self, kind: DTypeLike) -> tuple[Array, ...]:
        return tuple(np.ascontiguousarray(part, dtype=kind) for part in self.parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """The constants of the loss over a plane in one precision."""

    net: Array
    slopes: tuple[Array, ...]
    still: Array
    targets: Array
    layers: tuple[tuple[Array, ...], ...]


def _next(
    layer: tuple[Array, ...], outputs: Array, moving: Array | None, still: Array | None, at: tuple[Array, Array]
) -> Array:
    """Return the net inputs of the next layer, shape (units, examples, points).

    Parameters
    ----------
    layer : tuple of ndarray
        Weights at the origin and along both directions, then biases likewise.
    outputs : ndarray, shape (moving units, examples, points)
        Of the layer before, as far as they change over the plane.
    moving : ndarray of bool or None
        Which units these are; None for all.
    still : ndarray, shape (other units, examples), or None
        Outputs of the others.
    at : tuple of ndarray, each of shape (points,)
        The coordinates.
    """
    n_units, shape = len(layer[0]), outputs.shape[1:]
    flat = outputs.reshape(len(outputs), -1)

    def product(weights: Array, biases: Array) -> Array:
        mine = weights if moving is None else np.ascontiguousarray(weights[:, moving])
        found: Array = (mine @ flat).reshape(n_units, *shape)
        rest = biases[:, None] if still is None or moving is None else weights[:, ~moving] @ still + biases[:, None]
        found += rest[:, :, None]
        return found

    net = product(layer[0], layer[3])
    for weights, biases, coordinate in zip(layer[1:3], layer[4:6], at, strict=True):
        rows = np.flatnonzero(weights.any(axis=1) | (biases != 0))
        if len(rows) == n_units:
            net += product(weights, biases) * coordinate
        elif len(rows):
            mine = weights if moving is None else np.ascontiguousarray(weights[:, moving])
            for row in rows:  # one weight of a higher layer
                change = (mine[row] @ flat).reshape(shape) + biases[row]
                if still is not None and moving is not None:
                    change += (weights[row, ~moving] @ still)[:, None]
                net[row] += change * coordinate
    return net


def _outputs(net: Array, activation: Activation) -> Array:
    """Return outputs for net inputs of shape (units, examples, points); the net inputs are used up."""
    if activation.name == "linear":
        return net
    if activation.name == "tanh":
        return np.tanh(net, out=net)
    if activation.name == "sigmoid":  # 1 / (1 + exp(-net)), by a function that is fast in single precision
        np.multiply(net, 0.5, out=net)
        np.tanh(net, out=net)
        np.multiply(net, 0.5, out=net)
        return np.add(net, 0.5, out=net)
    if activation.is_elementwise:
        return np.asarray(activation.values(net), dtype=net.dtype)
    return np.moveaxis(np.asarray(activation.values(np.moveaxis(net, 0, -1)), dtype=net.dtype), -1, 0).copy()


def _penalty(model: FeedforwardModel, plane: Plane) -> FloatArray:
    """Return the penalty as a quadratic form of (1, u, v), shape (3, 3)."""
    options = model.problem.options
    if options is None or options.penalty == 0.0:
        return np.zeros((3, 3))
    vectors = np.stack((plane.origin, plane.axes.first, plane.axes.second)) * penalised(model)
    with np.errstate(over="ignore", invalid="ignore"):
        found: FloatArray = options.penalty * (vectors @ vectors.T)
    return found


def _square(form: FloatArray, points: FloatArray) -> FloatArray | float:
    """Return a quadratic form of (1, u, v) at some points."""
    if not form.any():
        return 0.0
    extended = np.column_stack((np.ones(len(points)), points))
    found: FloatArray = np.einsum("ni,ij,nj->n", extended, form, extended)
    return found
