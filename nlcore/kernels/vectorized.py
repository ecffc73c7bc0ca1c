"""Training by matrix products: the kernel for batches, and for machines without the compiler.

A batch is one computation from the parameters at its start, so a state inside a batch still holds those parameters and
completing the batch recomputes it whole: replay is exact however the work was cut. Mini-batches never run over the end
of an epoch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics
from nlcore.errors import ExperimentError
from nlcore.kernels.problem import Problem, Progress, Stretch, is_stopped
from nlcore.network import ForwardPass, Layout, forward
from nlcore.ordering import epoch_order
from nlcore.records import Counters, FinishReason, FloatArray, read_only


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train for `n` presentations; see `nlcore.kernels.run`."""
    params, velocity = start.params.copy(), start.velocity.copy()
    counters, updates_in_epoch = start.counters, start.updates_in_epoch
    order = epoch_order(problem.order, problem.seed, counters.epochs, problem.n)
    rows: list[FloatArray] = []
    reason, target = None, counters.presentations + n
    while counters.presentations < target and reason is None:
        position = counters.position_in_epoch
        if position == 0:
            updates_in_epoch = 0
            if problem.order:
                order = epoch_order(problem.order, problem.seed, counters.epochs, problem.n)
        first = position - position % problem.batch
        last = min(first + problem.batch, problem.n)
        shown = min(last - position, target - counters.presentations)
        if measured:
            shown = min(shown, problem.every - counters.presentations % problem.every)
        updated = position + shown == last and _update(problem, params, velocity, order[first:last])
        updates_in_epoch += updated
        counters = _after(counters, problem.n, shown, updates=int(updated))
        row = None
        if measured and counters.presentations % problem.every == 0:
            row = measure(problem, params, counters)
            rows.append(row)
        if counters.position_in_epoch == 0 and not np.all(np.isfinite(params)):
            reason = FinishReason.DIVERGED
        elif stops and is_stopped(problem.stop, counters, updates_in_epoch, row):
            reason = FinishReason.STOP_RULE
    table = np.array(rows).reshape(len(rows), problem.n_columns)
    end = Progress(read_only(params), read_only(velocity), counters, updates_in_epoch)
    return Stretch(end, read_only(table), reason)


def _after(counters: Counters, n: int, shown: int, updates: int) -> Counters:
    position = counters.position_in_epoch + shown
    return Counters(
        counters.presentations + shown,
        counters.updates + updates,
        counters.epochs + (position == n),
        position % n,
    )


def _update(problem: Problem, params: FloatArray, velocity: FloatArray, batch: NDArray[np.int64]) -> bool:
    """Change the parameters in place for one batch; tell whether weights were written."""
    inputs, targets = problem.inputs[0][batch], problem.targets[0][batch]
    if problem.rule.name == "perceptron":
        return _perceptron(problem, params, inputs, targets)
    if problem.rule.name != "backpropagation":
        raise ExperimentError(f"training.mode: the rule {problem.rule.name!r} does not train in batches")
    passed = forward(problem.layout, params, inputs)
    with np.errstate(over="ignore", invalid="ignore"):
        steps = steps_of(problem, params, passed, targets)
        scale = problem.learning_rate / len(batch) if problem.mean else problem.learning_rate
        velocity[:] = scale * steps + problem.momentum * velocity
        params += velocity
    return True


def steps_of(problem: Problem, params: FloatArray, passed: ForwardPass, targets: FloatArray) -> FloatArray:
    """Return the negative gradient of the loss, summed over the examples, shape (n_params,).

    Parameters
    ----------
    problem : Problem
        Network and loss.
    params : ndarray, shape (n_params,)
        Where.
    passed : ForwardPass
        The forward pass of the examples at `params`.
    targets : ndarray, shape (n, n_outputs)
        Their targets.
    """
    layout: Layout = problem.layout
    steps = np.empty(layout.n_params)
    deltas = problem.loss.deltas(passed.outputs[-1], targets, layout.activations[-1])
    for layer in range(len(layout.activations) - 1, -1, -1):
        np.matmul(deltas.T, passed.outputs[layer], out=layout.block(steps, f"weights[{layer}]"))
        np.sum(deltas, axis=0, out=layout.block(steps, f"biases[{layer}]"))
        if layer:
            slopes = layout.activations[layer - 1].slopes(passed.outputs[layer])
            deltas = slopes * (deltas @ layout.block(params, f"weights[{layer}]"))
    return steps


def _perceptron(problem: Problem, params: FloatArray, inputs: FloatArray, targets: FloatArray) -> bool:
    weights, biases = problem.layout.block(params, "weights[0]"), problem.layout.block(params, "biases[0]")
    y = targets[0]
    fires = y * (weights @ inputs[0] + biases) <= 0.0
    steps = problem.learning_rate * y[fires]
    weights[fires] += steps[:, None] * inputs[0]
    biases[fires] += steps
    return bool(fires.any())


def measure(problem: Problem, params: FloatArray, counters: Counters) -> FloatArray:
    """Measure every set: one row, see `nlcore.kernels.problem`."""
    row = [float(counters.presentations), float(counters.updates), float(counters.epochs)]
    for inputs, targets in zip(problem.inputs, problem.targets, strict=True):
        passed = forward(problem.layout, params, inputs)
        outputs = passed.outputs[-1]
        with np.errstate(over="ignore", invalid="ignore"):
            loss = float(np.sum(problem.loss.of_units(passed.net_inputs[-1], outputs, targets)))
            sse = float(np.sum((targets - outputs) ** 2))
        wrong = metrics.classes(outputs, problem.midpoint) != metrics.classes(targets, problem.midpoint)
        sides = metrics.is_high(outputs, problem.midpoint) != metrics.is_high(targets, problem.midpoint)
        row += [loss, sse, float(np.sum(wrong)), float(np.sum(np.any(sides, axis=1)))]
    return read_only(np.array(row))
