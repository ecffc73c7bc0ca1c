"""A network trained one example at a time with numpy, in as few calls as possible.

All arrays and views that a step needs are made beforehand; a step writes into them. The weights of all layers lie in
one array, so that adding the changes is one call. Products of a column and a row are left to the matrix product, which
is twice as fast there as multiplication with broadcasting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from nlcore.kernels.problem import Problem, Progress
from nlcore.kernels.single_rows import PERCEPTRON, SQUARED_ERROR, Show, flat, rows_of
from nlcore.records import FloatArray

MOST_VIEWS = 20_000
"""Examples for which views are made beforehand; more of them would fill the memory."""
CACHE_LINE = 64
Examples = list[FloatArray] | FloatArray
ONE, ZERO = np.array(1.0), np.array(0.0)
"""Arrays without dimensions: numpy takes twice as long to look at a plain number."""


def _sigmoid(nets: FloatArray, outputs: FloatArray) -> None:
    np.negative(nets, outputs)
    np.exp(outputs, outputs)  # may be inf, then the output is 0
    np.add(outputs, ONE, outputs)
    np.reciprocal(outputs, outputs)


def _sigmoid_slopes(outputs: FloatArray, slopes: FloatArray) -> None:
    np.subtract(ONE, outputs, slopes)
    np.multiply(slopes, outputs, slopes)


def _tanh_slopes(outputs: FloatArray, slopes: FloatArray) -> None:
    np.multiply(outputs, outputs, slopes)
    np.subtract(ONE, slopes, slopes)


ACTIVATE: dict[str, Callable[[FloatArray, FloatArray], object]] = {
    "linear": lambda nets, outputs: np.copyto(outputs, nets),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda nets, outputs: np.maximum(nets, ZERO, out=outputs),  # nan stays nan
}
"""From net inputs to outputs; both may be the same array."""
SLOPES: dict[str, Callable[[FloatArray, FloatArray], object]] = {
    "linear": lambda _, slopes: slopes.fill(1.0),
    "sigmoid": _sigmoid_slopes,
    "tanh": _tanh_slopes,
    "relu": np.sign,  # outputs are 0 or positive
}
"""From outputs to slopes."""


def _aligned(size: int) -> FloatArray:
    """Return zeros that begin at a cache line, so that a place in memory cannot choose another order of summing."""
    room = np.zeros(size + CACHE_LINE // 8)
    first = -room.ctypes.data % CACHE_LINE // 8
    return room[first : first + size]


@lru_cache(maxsize=8)
def _examples(problem: Problem) -> tuple[Examples, Examples, Examples]:
    """Return the inputs with x0 = 1 in front, as vectors and as matrices of one row, and the targets."""
    n, n_inputs = problem.inputs[0].shape
    room = -(-8 * (n_inputs + 1) // CACHE_LINE) * CACHE_LINE // 8  # each example begins at a cache line
    inputs = _aligned(n * room).reshape(n, room)[:, : n_inputs + 1]
    inputs[:, 0], inputs[:, 1:] = 1.0, problem.inputs[0]
    as_rows, targets = inputs[:, None, :], problem.targets[0]
    return (list(inputs), list(as_rows), list(targets)) if n <= MOST_VIEWS else (inputs, as_rows, targets)


class _Layer(NamedTuple):
    """Views of what belongs to one layer; `source` is what it gets from the layer before, x0 = 1 first."""

    rows: FloatArray
    steps: FloatArray
    source: FloatArray
    outputs: FloatArray
    slopes: FloatArray
    deltas: FloatArray
    pushes: FloatArray


class _Units(NamedTuple):
    """What all units after the inputs do for one example, layer after layer, with x0 = 1 in front of each layer."""

    outputs: FloatArray
    slopes: FloatArray
    deltas: FloatArray
    pushes: FloatArray


class Arrays:
    """A network in one flat array, which `show` changes in place.

    Parameters
    ----------
    problem : Problem
        What to train on and how.
    start : Progress
        Where to begin.
    """

    def __init__(self, problem: Problem, start: Progress) -> None:
        self._problem = problem
        size = problem.layout.n_params
        self._weights, self._last, self._steps = _aligned(size), _aligned(size), _aligned(size)
        for array, given in ((self._weights, start.params), (self._last, start.velocity)):
            for rows, values in zip(self._layers(array), rows_of(problem.layout, given), strict=True):
                rows[:] = values
        self.show: Show = self._perceptron() if problem.rule.name == PERCEPTRON else self._gradient()

    def _layers(self, array: FloatArray) -> list[FloatArray]:
        """Return views of each layer's rows, shape (units, 1 + inputs)."""
        found, place = [], 0
        for n_in, n_out in pairwise(self._problem.layout.layers):
            end = place + n_out * (n_in + 1)
            found.append(array[place:end].reshape(n_out, n_in + 1))
            place = end
        return found

    def params(self) -> FloatArray:
        """Return the parameters as the layout has them, shape (n_params,)."""
        return flat(self._layers(self._weights))

    def velocity(self) -> FloatArray:
        """Return the last changes as the layout has them, shape (n_params,)."""
        return flat(self._layers(self._last))

    def is_finite(self) -> bool:
        """Tell whether every weight is a finite number."""
        return math.isfinite(self._weights.dot(self._weights)) or bool(np.all(np.isfinite(self._weights)))

    def _perceptron(self) -> Show:
        inputs, _, targets = _examples(self._problem)
        rate, weights = self._problem.learning_rate, self._layers(self._weights)[0]
        rows, nets, change = list(weights), np.empty(len(weights)), np.empty(weights.shape[1])

        def show(examples: Sequence[int]) -> int:
            updates = 0
            for example in examples:
                source, updated = inputs[example], 0
                weights.dot(source, nets)
                for row, net, y in zip(rows, nets.tolist(), targets[example].tolist(), strict=True):
                    if y * net <= 0.0:
                        np.multiply(source, rate * y, change)
                        np.add(row, change, row)
                        updated = 1
                updates += updated
            return updates

        return show

    def _units(self, steps: FloatArray) -> tuple[_Units, list[_Layer]]:
        """Make room for what the units do, and views of it for each layer."""
        ends = np.cumsum([0, *(1 + n for n in self._problem.layout.layers[1:])]).tolist()
        units = _Units(*(_aligned(ends[-1]) for _ in range(4)))
        units.outputs[ends[:-1]] = 1.0
        found: list[_Layer] = []
        source = np.empty(0)  # the first layer gets the examples
        for rows, changes, (first, end) in zip(
            self._layers(self._weights), self._layers(steps), pairwise(ends), strict=True
        ):
            found.append(_Layer(rows, changes, source, *(array[first + 1 : end] for array in units)))
            source = units.outputs[first:end]
        return units, found

    def _gradient(self) -> Show:
        problem, weights, last = self._problem, self._weights, self._last
        inputs, input_rows, targets = _examples(problem)
        rate, momentum, has_momentum = (
            np.array(problem.learning_rate),
            np.array(problem.momentum),
            problem.momentum != 0,
        )
        steps = self._steps if has_momentum else last  # without momentum a step is the whole change
        units, layers = self._units(steps)
        deltas, pushes, is_squared = units.deltas, units.pushes, problem.loss.name == SQUARED_ERROR
        first, top, names = layers[0], layers[-1], [activation.name for activation in problem.layout.activations]
        first_dot, first_net, first_activate = first.rows.dot, first.outputs, ACTIVATE[names[0]]
        first_push, first_steps = first.pushes[:, None].dot, first.steps
        top_outputs, top_slopes, top_deltas = top.outputs, top.slopes, top.deltas
        forward, sloping, backward, pushing = _plan(units, layers, names)
        multiply, add, subtract = np.multiply, np.add, np.subtract

        def show(examples: Sequence[int]) -> int:
            for example in examples:
                first_dot(inputs[example], first_net)
                first_activate(first_net, first_net)
                for dot, source, net, activate in forward:
                    dot(source, net)
                    activate(net, net)
                for slopes_of, outputs, slopes in sloping:
                    slopes_of(outputs, slopes)
                subtract(targets[example], top_outputs, top_deltas)
                if is_squared:
                    multiply(top_deltas, top_slopes, top_deltas)
                for dot, rows, below, slopes in backward:
                    dot(rows, below)
                    multiply(below, slopes, below)
                multiply(deltas, rate, pushes)
                first_push(input_rows[example], first_steps)
                for dot, source, into in pushing:
                    dot(source, into)
                if has_momentum:
                    multiply(last, momentum, last)
                    add(last, steps, last)
                add(weights, last, weights)
            return len(examples)

        return show


def _plan(units: _Units, layers: list[_Layer], names: list[str]) -> tuple[list[tuple[Any, ...]], ...]:
    """Return the calls of one step after those of the first layer, with what they get, as tuples.

    Returns
    -------
    forward, sloping, backward, pushing : list of tuple
        Net inputs and outputs of the upper layers; slopes; error terms of the hidden layers, the highest first; steps
        of the upper layers.
    """
    upper = list(zip(layers[1:], names[1:], strict=True))
    forward = [(layer.rows.dot, layer.source, layer.outputs, ACTIVATE[name]) for layer, name in upper]
    sloping = [(SLOPES[name], layer.outputs, layer.slopes) for layer, name in zip(layers, names, strict=True)]
    if len(set(names)) == 1:
        sloping = [(SLOPES[names[0]], units.outputs, units.slopes)]  # all layers in one call
    backward = [
        (above.deltas.dot, above.rows[:, 1:], layer.deltas, layer.slopes)
        for layer, above in reversed([*pairwise(layers)])
    ]
    pushing = [(layer.pushes[:, None].dot, layer.source[None, :], layer.steps) for layer, _ in upper]
    return forward, sloping, backward, pushing
