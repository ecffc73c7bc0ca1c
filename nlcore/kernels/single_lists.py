"""A network with few weights, trained in plain Python lists: there a number costs less than a call of numpy.

Sums run in the order of the textbook loop, so the weights are those of `reference` to the last bit.
"""
# ruff: noqa: B905 - to check the lengths in the innermost loops would take a tenth of the time; the layout makes them fit

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from nlcore.kernels.problem import Problem, Progress
from nlcore.kernels.single_rows import PERCEPTRON, SQUARED_ERROR, Show, flat, rows_of
from nlcore.records import FloatArray


@lru_cache(maxsize=8)
def _examples(problem: Problem) -> tuple[list[list[float]], list[list[float]]]:
    """Return inputs, with x0 = 1 in front, and targets of the training examples."""
    return [[1.0, *row] for row in problem.inputs[0].tolist()], problem.targets[0].tolist()


class Lists:
    """A network in nested lists, which `show` changes in place.

    Parameters
    ----------
    problem : Problem
        What to train on and how.
    start : Progress
        Where to begin.
    """

    def __init__(self, problem: Problem, start: Progress) -> None:
        self._problem = problem
        self._rows = [layer.tolist() for layer in rows_of(problem.layout, start.params)]
        self._changes = [layer.tolist() for layer in rows_of(problem.layout, start.velocity)]
        self.show: Show = self._perceptron() if problem.rule.name == PERCEPTRON else self._gradient()

    def params(self) -> FloatArray:
        """Return the parameters as the layout has them, shape (n_params,)."""
        return flat([np.array(rows) for rows in self._rows])

    def velocity(self) -> FloatArray:
        """Return the last changes as the layout has them, shape (n_params,)."""
        return flat([np.array(rows) for rows in self._changes])

    def is_finite(self) -> bool:
        """Tell whether every weight is a finite number."""
        return all(math.isfinite(sum(row)) or all(map(math.isfinite, row)) for rows in self._rows for row in rows)

    def _perceptron(self) -> Show:
        inputs, targets = _examples(self._problem)
        rate, rows = self._problem.learning_rate, self._rows[0]

        def show(examples: Sequence[int]) -> int:
            updates = 0
            for example in examples:
                source, updated = inputs[example], 0
                for row, y in zip(rows, targets[example]):
                    net = 0.0
                    for w, x in zip(row, source):
                        net += w * x
                    if y * net <= 0.0:
                        step, updated = rate * y, 1
                        for i, x in enumerate(source):
                            row[i] += step * x
                updates += updated
            return updates

        return show

    def _gradient(self) -> Show:
        inputs, targets = _examples(self._problem)
        layers, rate, momentum = self._rows, self._problem.learning_rate, self._problem.momentum
        activations, changed = self._problem.layout.activations, self._changes
        forward = [(rows, activation.value) for rows, activation in zip(layers, activations)]
        is_squared, last_slope = self._problem.loss.name == SQUARED_ERROR, activations[-1].slope
        hidden = [(i, layers[i], activations[i - 1].slope) for i in range(len(layers) - 1, 0, -1)]

        def show(examples: Sequence[int]) -> int:
            for example in examples:
                source = inputs[example]
                sources = [source]
                for rows, value in forward:
                    outputs = [1.0]
                    for row in rows:
                        net = 0.0
                        for w, x in zip(row, source):
                            net += w * x
                        outputs.append(value(net))
                    source = outputs
                    sources.append(source)
                deltas = [t - o for t, o in zip(targets[example], source[1:])]
                if is_squared:
                    deltas = [last_slope(o) * error for o, error in zip(source[1:], deltas)]
                found = [deltas]
                for layer, rows, slope in hidden:
                    deltas = _deltas_below(rows, deltas, sources[layer], slope)
                    found.append(deltas)
                for rows, changes, source in zip(layers, changed, sources):
                    for row, last, delta in zip(rows, changes, found.pop()):
                        step = rate * delta
                        for i, x in enumerate(source):
                            last[i] = change = step * x + momentum * last[i]
                            row[i] += change
            return len(examples)

        return show


def _deltas_below(
    rows: list[list[float]], deltas: list[float], outputs: list[float], slope: Callable[[float], float]
) -> list[float]:
    """Return the deltas of a hidden layer from those of the layer above it, whose rows of weights are given."""
    found = []
    for h in range(1, len(outputs)):
        total = 0.0
        for row, delta in zip(rows, deltas):
            total += row[h] * delta
        found.append(slope(outputs[h]) * total)
    return found
