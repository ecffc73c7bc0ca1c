"""The weights of a unit with two inputs before and after the next presentation, and how that comes about, in words.

All numbers are those of the engine's own explanation of the presentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.widgets.numbers import number
from app.widgets.surface_texts import level_of
from app.widgets.unit_space import net_at
from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels.reference import settings_at
from nlcore.records import FloatArray, Trace, TrainState

TINY = 1e-200
"""Vectors shorter than this, and longer than its inverse, are not drawn to scale."""
MARGINS = 0.38
"""Of the picture's smaller side, for the longest arrow."""


@dataclass(frozen=True, slots=True, eq=False)
class NextStep:
    """What the next presentation does to one output unit.

    Attributes
    ----------
    example : int
        Index of the training example.
    weights, changed : ndarray, shape (3,)
        (w0, w1, w2) before and after.
    title : str
        The rule as a formula.
    words : str
        The same with the numbers, or why nothing changes.
    """

    example: int
    weights: FloatArray
    changed: FloatArray
    title: str
    words: str

    @property
    def change(self) -> FloatArray:
        """What is added to the weights."""
        return np.asarray(self.changed - self.weights)

    @property
    def is_update(self) -> bool:
        """Whether any weight changes."""
        return bool(np.any(self.change != 0.0))


def weights_of(model: FeedforwardModel, params: FloatArray, unit: int) -> FloatArray:
    """Return (w0, w1, w2) of an output unit."""
    return np.concatenate((model.layout.biases(params)[0][[unit]], model.layout.weights(params)[0][unit]))


def line_of(model: FeedforwardModel, weights: FloatArray, unit: int) -> tuple[float, float, float]:
    """Return a, b, c of the line a x1 + b x2 + c = 0 at which a unit's answer changes sides."""
    net = net_at(model.layout.activations[0].name, level_of(model, (1, unit))[0])
    return float(weights[1]), float(weights[2]), float(weights[0]) - (net or 0.0)


def next_step(model: FeedforwardModel, state: TrainState, unit: int, trace: Trace | None) -> NextStep | None:
    """Say what the next presentation, which a trace explains, does to a unit; None where nothing is trained."""
    if trace is None or not model.trains:
        return None
    weights = weights_of(model, state.params, unit)
    arrays: dict[str, NDArray[Any]] = {}
    for phase in trace.phases:
        arrays.update({f"{phase.name}/{name}": array for name, array in phase.arrays.items()})
    changed = weights
    if "new weights/weights[0]" in arrays:
        new = arrays["new weights/weights[0]"][unit], arrays["new weights/biases[0]"][[unit]]
        changed = np.concatenate((new[1], new[0]))
    if model.rule.name == "perceptron":
        return NextStep(trace.example, weights, changed, "w′ = w + η y x", _perceptron(model, state, arrays, unit))
    title = "w′ = w + η δ x" + (" + α Δw" if model.problem.momentum else "")
    return NextStep(trace.example, weights, changed, title, _gradient(model, state, arrays, unit, trace))


def _perceptron(model: FeedforwardModel, state: TrainState, arrays: Mapping[str, NDArray[Any]], unit: int) -> str:
    y, net = float(arrays["inputs/targets"][unit]), float(arrays["forward/net_inputs[0]"][unit])
    product, fires = float(arrays["decision/products"][unit]), bool(arrays["decision/fires"][unit])
    said = f"y w·x = {number(y)} × {_in_brackets(net)} = {number(product)}"
    if not fires:
        return f"{said}, above 0: the answer is right, so nothing changes."
    rate = settings_at(model.problem, state.counters).learning_rate
    weights, x = weights_of(model, state.params, unit), np.concatenate(([1.0], arrays["inputs/inputs"]))
    new = np.concatenate((arrays["new weights/biases[0]"][[unit]], arrays["new weights/weights[0]"][unit]))
    told = f"{said}, not above 0: w′ = w + η y x = {vector(weights)} + {number(rate)} × {_in_brackets(y)} × {vector(x)}"
    return f"{told} = {vector(new)}.{_frozen(model, unit)}"


def _gradient(
    model: FeedforwardModel, state: TrainState, arrays: Mapping[str, NDArray[Any]], unit: int, trace: Trace
) -> str:
    delta = float(next(array[unit] for name, array in arrays.items() if name.endswith("/deltas[0]")))
    weights, x = weights_of(model, state.params, unit), np.concatenate(([1.0], arrays["inputs/inputs"]))
    problem = model.problem
    if problem.batch > 1:
        adds = f"It adds δ x = {number(delta)} × {vector(x)} to the gradient"
        if not trace.updated:
            return f"{adds}; the weights change after the last example of the batch."
        new = np.concatenate((arrays["new weights/biases[0]"][[unit]], arrays["new weights/weights[0]"][unit]))
        return (
            f"{adds}, the last of the batch: w′ = w + Δw = {vector(weights)} + {vector(new - weights)} = {vector(new)}."
        )
    new = np.concatenate((arrays["new weights/biases[0]"][[unit]], arrays["new weights/weights[0]"][unit]))
    rate = settings_at(problem, state.counters).learning_rate
    step = f"{number(rate)} × {_in_brackets(delta)} × {vector(x)}"
    if problem.momentum:
        step += f" + {number(problem.momentum)} × {vector(weights_of(model, state.velocity, unit))}"
    said = f"δ = {number(delta)}: w′ = w + η δ x{' + α Δw' if problem.momentum else ''} = {vector(weights)} + {step}"
    given = problem.options
    if given is not None and (given.penalty or given.keep != 1.0 or given.tied.size or np.isfinite(given.clip_norm)):
        said += ", and what penalty, decay, clipping or tied weights make of it,"
    return f"{said} = {vector(new)}.{_frozen(model, unit)}"


def _frozen(model: FeedforwardModel, unit: int) -> str:
    given = model.problem.options
    if given is None or not given.frozen.any():
        return ""
    held = np.flatnonzero(weights_of(model, given.frozen.astype(np.float64), unit))
    if not len(held):
        return ""
    return f" Frozen, so they stay: {', '.join(f'w{k}' for k in held)}."


def vector(values: FloatArray) -> str:
    """Write a vector."""
    return "(" + "; ".join(number(float(v)) for v in values) + ")"


def _in_brackets(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def nice_scale(length: float, room: float, shown: float | None) -> float:
    """Return how long in the picture one unit of weight is, so that an arrow fits: 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    length : float
        Of the longest vector.
    room : float
        What it may take, in units of the inputs.
    shown : float or None
        The scale that is in use: kept as long as the arrow is neither too long nor tiny.
    """
    if not TINY < length < 1.0 / TINY:
        return shown or 1.0
    for kept in (shown, 1.0):
        if kept is not None and 0.2 * room <= kept * length <= room:
            return kept
    power = 10.0 ** np.floor(np.log10(room / length))
    return float(max(factor * power for factor in (1.0, 2.0, 5.0) if factor * power * length <= room * (1 + 1e-9)))
