"""The textbook loop as machine code: the same operations in the same order as the reference, so the same bits.

Four units are summed side by side, which changes no sum, only how long the processor waits for it. No fast-math, no
reassociation. The loop holds no interpreter lock, so the window stays alive while it runs.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import boolean, float64, int64, njit, types, uint64, void
from numpy.typing import NDArray

from nlcore.kernels.compiled.units import (
    activate_layer,
    add_changes,
    forward_layer,
    hidden_deltas,
    is_finite,
    is_high,
    loss_of_unit,
    order_of_epoch,
    output_delta,
)
from nlcore.kernels.problem import CLOCK, MEASURES, Problem, Progress, Stretch
from nlcore.records import Counters, FinishReason, FloatArray, read_only

F1, F2, I1 = types.Array(float64, 1, "C"), types.Array(float64, 2, "C"), types.Array(int64, 1, "C")
BACKPROPAGATION, PERCEPTRON = 0, 1
RULES = {"backpropagation": BACKPROPAGATION, "perceptron": PERCEPTRON}
RAN, STOPPED, DIVERGED = 0, 1, 2
REASONS = {RAN: None, STOPPED: FinishReason.STOP_RULE, DIVERGED: FinishReason.DIVERGED}
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}


@njit(void(F1, I1, I1, I1, I1, F1, int64, F1, F1), **OPTIONS)
def _forward(  # pragma: no cover - machine code
    params, layers, offsets, starts, activations, inputs, first, nets, outputs
):
    """Fill nets and outputs of all layers for the example that begins at `first` in the flat inputs."""
    for layer in range(len(activations)):
        n_in, n_out = layers[layer], layers[layer + 1]
        if layer == 0:
            forward_layer(params, offsets[0], n_in, n_out, inputs, first, nets, starts[1])
        else:
            forward_layer(params, offsets[layer], n_in, n_out, outputs, starts[layer], nets, starts[layer + 1])
        activate_layer(activations[layer], nets, outputs, starts[layer + 1], n_out)


@njit(void(F1, I1, I1, I1, I1, F1, F1, I1, int64, float64, int64, F1, F1, F1), **OPTIONS)
def _measure(  # pragma: no cover - machine code
    params,
    layers,
    offsets,
    starts,
    activations,
    inputs,
    targets,
    bounds,
    loss_code,
    midpoint,
    column,
    nets,
    outputs,
    row,
):
    """Fill a row of measurements from `column` on: loss, sse, wrong by class, wrong by any unit, set after set."""
    n_in, n_out, last = layers[0], layers[-1], starts[len(activations)]
    for part in range(len(bounds) - 1):
        loss, sse, wrong, wrong_units = 0.0, 0.0, 0, 0
        for example in range(bounds[part], bounds[part + 1]):
            _forward(params, layers, offsets, starts, activations, inputs, example * n_in, nets, outputs)
            missed, best, best_target = False, 0, 0
            for k in range(n_out):
                o, t = outputs[last + k], targets[example * n_out + k]
                loss += loss_of_unit(loss_code, nets[last + k], o, t)
                sse += (t - o) * (t - o)
                if is_high(o, midpoint) != is_high(t, midpoint):
                    missed = True
                if o > outputs[last + best]:
                    best = k
                if t > targets[example * n_out + best_target]:
                    best_target = k
            wrong_units += missed
            wrong += missed if n_out == 1 else best != best_target
        place = column + MEASURES * part
        row[place], row[place + 1], row[place + 2], row[place + 3] = loss, sse, wrong, wrong_units


@njit(int64(F1, I1, I1, F1, F1, int64, float64, F1), **OPTIONS)
def _perceptron_step(  # pragma: no cover - machine code
    params, layers, starts, inputs, targets, example, rate, nets
):
    """Push each unit that got the example wrong; return whether any did."""
    n_in, n_out = layers[0], layers[1]
    first, updated = example * n_in, 0
    forward_layer(params, 0, n_in, n_out, inputs, first, nets, starts[1])
    for j in range(n_out):
        y = targets[example * n_out + j]
        if not y * nets[starts[1] + j] <= 0.0:
            continue
        step = rate * y
        for i in range(n_in):
            params[j * n_in + i] += step * inputs[first + i]
        params[n_out * n_in + j] += step
        updated = 1
    return updated


@njit(void(F1, F1, I1, I1, I1, I1, F1, F1, int64, int64, float64, float64, F1, F1, F1), **OPTIONS)
def _backpropagation_step(  # pragma: no cover - machine code
    params,
    velocity,
    layers,
    offsets,
    starts,
    activations,
    inputs,
    targets,
    example,
    loss_code,
    rate,
    momentum,
    nets,
    outputs,
    deltas,
):
    """Show one example and update every weight."""
    n_layers = len(activations)
    first, n_out = example * layers[0], layers[n_layers]
    _forward(params, layers, offsets, starts, activations, inputs, first, nets, outputs)
    for k in range(n_out):
        o, t = outputs[starts[n_layers] + k], targets[example * n_out + k]
        deltas[starts[n_layers] + k] = output_delta(loss_code, activations[n_layers - 1], o, t)
    for layer in range(n_layers - 1, 0, -1):
        hidden_deltas(
            params,
            offsets[layer],
            layers[layer],
            layers[layer + 1],
            activations[layer - 1],
            outputs,
            deltas,
            starts[layer],
            starts[layer + 1],
        )
    for layer in range(n_layers):
        n_in, n_units = layers[layer], layers[layer + 1]
        if layer == 0:
            add_changes(params, velocity, 0, n_in, n_units, inputs, first, deltas, starts[1], rate, momentum)
        else:
            add_changes(
                params,
                velocity,
                offsets[layer],
                n_in,
                n_units,
                outputs,
                starts[layer],
                deltas,
                starts[layer + 1],
                rate,
                momentum,
            )


@njit(
    types.UniTuple(int64, 2)(
        F1,
        F1,
        I1,
        I1,
        I1,
        I1,
        I1,
        F1,
        F1,
        I1,
        F1,
        I1,
        int64,
        int64,
        uint64,
        int64,
        boolean,
        boolean,
        F1,
        F1,
        F1,
        I1,
        F2,
    ),
    **OPTIONS,
)
def _run(  # pragma: no cover - machine code
    params,
    velocity,
    clock,
    layers,
    offsets,
    starts,
    activations,
    inputs,
    targets,
    bounds,
    numbers,
    limits,
    rule,
    loss_code,
    seed,
    n_presentations,
    measured,
    stops,
    nets,
    outputs,
    deltas,
    order,
    rows,
):
    """Train; return (reason, number of rows measured). `clock` and the parameters are changed in place.

    clock: presentations, updates, epochs, position in epoch, updates in epoch. numbers: learning rate, momentum,
    midpoint, loss below. limits: order, every, epochs, updates, all correct, no update.
    """
    rate, momentum, midpoint, loss_below = numbers[0], numbers[1], numbers[2], numbers[3]
    order_code, every, n, n_rows = limits[0], limits[1], bounds[1], 0
    order_of_epoch(order_code, seed, clock[2], n, order)
    for _ in range(n_presentations):
        if clock[3] == 0:
            clock[4] = 0
            if order_code != 0:
                order_of_epoch(order_code, seed, clock[2], n, order)
        example = order[clock[3]]
        if rule == PERCEPTRON:
            updated = _perceptron_step(params, layers, starts, inputs, targets, example, rate, nets)
        else:
            updated = 1
            _backpropagation_step(
                params,
                velocity,
                layers,
                offsets,
                starts,
                activations,
                inputs,
                targets,
                example,
                loss_code,
                rate,
                momentum,
                nets,
                outputs,
                deltas,
            )
        clock[0] += 1
        clock[1] += updated
        clock[4] += updated
        clock[3] += 1
        if clock[3] == n:
            clock[3] = 0
            clock[2] += 1
        is_measured = measured and clock[0] % every == 0
        if is_measured:
            row = rows[n_rows]
            row[0], row[1], row[2] = clock[0], clock[1], clock[2]
            _measure(
                params,
                layers,
                offsets,
                starts,
                activations,
                inputs,
                targets,
                bounds,
                loss_code,
                midpoint,
                3,
                nets,
                outputs,
                row,
            )
            n_rows += 1
        if clock[3] == 0 and not is_finite(params, offsets[len(activations)]):
            return DIVERGED, n_rows
        if stops:
            if limits[2] >= 0 and clock[2] >= limits[2]:
                return STOPPED, n_rows
            if limits[3] >= 0 and clock[1] >= limits[3]:
                return STOPPED, n_rows
            if limits[5] == 1 and clock[3] == 0 and clock[2] > 0 and clock[4] == 0:
                return STOPPED, n_rows
            if is_measured and ((limits[4] == 1 and rows[n_rows - 1, 5] == 0.0) or rows[n_rows - 1, 3] < loss_below):
                return STOPPED, n_rows
    return RAN, n_rows


@dataclass(frozen=True, slots=True, eq=False)
class _Fixed:
    """The arguments of a problem that stay the same from call to call."""

    layers: NDArray[np.int64]
    offsets: NDArray[np.int64]
    starts: NDArray[np.int64]
    activations: NDArray[np.int64]
    inputs: FloatArray
    targets: FloatArray
    bounds: NDArray[np.int64]
    numbers: FloatArray
    limits: NDArray[np.int64]


@functools.lru_cache(maxsize=4)
def _fixed(problem: Problem) -> _Fixed:
    layout, stop = problem.layout, problem.stop
    return _Fixed(
        np.array(layout.layers, dtype=np.int64),
        np.array(layout.offsets, dtype=np.int64),
        np.cumsum([0, *layout.layers], dtype=np.int64),
        np.array([activation.code for activation in layout.activations], dtype=np.int64),
        np.concatenate([inputs.ravel() for inputs in problem.inputs]),
        np.concatenate([targets.ravel() for targets in problem.targets]),
        np.cumsum([0, *(len(inputs) for inputs in problem.inputs)], dtype=np.int64),
        np.array([problem.learning_rate, problem.momentum, problem.midpoint, stop.loss_below]),
        np.array(
            [problem.order, problem.every, stop.epochs, stop.updates, stop.all_correct, stop.no_update], dtype=np.int64
        ),
    )


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train in incremental mode for `n` presentations; see `nlcore.kernels.run`."""
    fixed = _fixed(problem)
    size = problem.layout.n_params
    second = size + (128 - size) % 512  # 1 KB apart modulo 4 KB: the two arrays never fight for a place in the cache
    buffer = np.empty(second + size)
    params, velocity = buffer[:size], buffer[second:]
    params[:], velocity[:] = start.params, start.velocity
    counters = start.counters
    clock = np.array(
        [
            counters.presentations,
            counters.updates,
            counters.epochs,
            counters.position_in_epoch,
            start.updates_in_epoch,
        ],
        dtype=np.int64,
    )
    n_units = int(fixed.starts[-1])
    rows = np.empty((n // problem.every + 1 if measured else 0, problem.n_columns))
    reason, n_rows = _run(
        params, velocity, clock, fixed.layers, fixed.offsets, fixed.starts, fixed.activations, fixed.inputs,
        fixed.targets, fixed.bounds, fixed.numbers, fixed.limits, RULES[problem.rule.name], problem.loss.code,
        np.uint64(problem.seed), n, measured, stops, np.empty(n_units), np.empty(n_units), np.empty(n_units),
        np.empty(problem.n, dtype=np.int64), rows,
    )  # fmt: skip
    presentations, updates, epochs, position, updates_in_epoch = (int(c) for c in clock)
    end = Progress(
        read_only(params.copy()),
        read_only(velocity.copy()),
        Counters(presentations, updates, epochs, position),
        updates_in_epoch,
    )
    return Stretch(end, read_only(rows[:n_rows].copy()), REASONS[reason])


assert CLOCK == 3, "the compiled rows begin with three clocks"
