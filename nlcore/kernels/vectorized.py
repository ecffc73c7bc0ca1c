"""Training by matrix products: the kernel for batches, and for machines without the compiler.

A batch is one computation from the parameters at its start, so a state inside a batch still holds those parameters and
completing the batch recomputes it whole: replay is exact however the work was cut. Mini-batches never run over the end
of an epoch.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics, regularizers
from nlcore.errors import ExperimentError
from nlcore.kernels.problem import CLOCK, Problem, Progress, Stretch, is_stopped
from nlcore.network import ForwardPass, Layout, forward
from nlcore.records import Counters, FinishReason, FloatArray, read_only


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train for `n` presentations; see `nlcore.kernels.run`."""
    params, velocity = start.params.copy(), start.velocity.copy()
    counters, updates_in_epoch = start.counters, start.updates_in_epoch
    order = problem.order_at(counters)
    rows: list[FloatArray] = []
    reason, target = None, counters.presentations + n
    while counters.presentations < target and reason is None:
        position = counters.position_in_epoch
        if position == 0:
            updates_in_epoch = 0
            if problem.order:
                order = problem.order_at(counters)
        first, last = problem.batch_at(counters)
        shown = min(last - position, target - counters.presentations)
        if measured:
            shown = min(shown, problem.until_due(counters))
        updated = position + shown == last and _update(problem, params, velocity, order[first:last], counters, first)
        updates_in_epoch += updated
        counters = _after(counters, problem.n, shown, updates=int(updated))
        row = None
        if measured and problem.is_due(counters):
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


def _update(
    problem: Problem,
    params: FloatArray,
    velocity: FloatArray,
    batch: NDArray[np.int64],
    counters: Counters,
    first: int,
) -> bool:
    """Change the parameters in place for the batch that began at place `first`; tell whether weights were written."""
    inputs, targets = problem.inputs[0][batch], problem.targets[0][batch]
    options, rate = problem.options, problem.learning_rate
    if options is not None:
        rate = options.schedule.rate(rate, counters.updates)
    if problem.rule.name == "perceptron":
        return _perceptron(problem, params, inputs, targets, rate)
    if problem.rule.name not in ("backpropagation", "delta"):
        raise ExperimentError(f"training.mode: the rule {problem.rule.name!r} does not train in batches")
    masks = batch_masks(problem, counters, first, len(batch))
    with np.errstate(over="ignore", invalid="ignore"):
        steps = steps_of(problem, params, inputs, targets, masks)
        if problem.mean:
            rate /= len(batch)
        if options is None:
            velocity[:] = rate * steps + problem.momentum * velocity
            params += velocity
        else:
            _regularized(problem, params, velocity, steps, rate, len(batch))
    return True


def batch_masks(problem: Problem, counters: Counters, first: int, n: int) -> list[FloatArray] | None:
    """Return the masks of dropout for `n` presentations of an epoch, the first at place `first`; None without it.

    Returns
    -------
    list of ndarray, each of shape (n, units), or None
        For inputs and hidden layers.
    """
    options = problem.options
    if options is None or not options.drops:
        return None
    began = counters.presentations - counters.position_in_epoch + first
    numbers = range(began, began + n)
    every = [regularizers.masks(options, problem.layout, problem.seed, number) for number in numbers]
    return [np.array(layer) for layer in zip(*every, strict=True)]


def _regularized(
    problem: Problem, params: FloatArray, velocity: FloatArray, steps: FloatArray, rate: float, n: int
) -> None:
    """Add the steps of `n` examples with penalty, clipping, decay, frozen and tied weights; see `regularizers`."""
    options = problem.options
    assert options is not None
    held_back(problem, params, steps, n)
    if options.clip_norm != math.inf:
        length = length_of(problem, steps, n)
        if length > options.clip_norm:
            rate *= options.clip_norm / length
    velocity[:] = rate * steps + problem.momentum * velocity
    velocity[options.frozen] = 0.0
    params *= np.where(options.frozen, 1.0, options.keep)
    params += velocity
    regularizers.tie(params, options)
    regularizers.tie(velocity, options)


def held_back(problem: Problem, params: FloatArray, steps: FloatArray, n: int) -> None:
    """Add the pull of the penalty to the steps of `n` examples, in place, and take frozen weights out."""
    options = problem.options
    if options is None:
        return
    if options.penalty:
        steps -= 2.0 * options.penalty * n / problem.n * params * _penalized(problem, params.size)
    steps[options.frozen] = 0.0


def length_of(problem: Problem, steps: FloatArray, n: int) -> float:
    """Return the length of the gradient of `n` examples, or of its mean, that clipping looks at."""
    return float(np.sqrt(np.sum(steps * steps))) / (n if problem.mean else 1)


def _penalized(problem: Problem, size: int) -> FloatArray:
    """Return 1 for each parameter that the penalty counts, else 0."""
    found = np.ones(size)
    if problem.options is not None and not problem.options.penalty_biases:
        for biases in problem.layout.biases(found):
            biases[:] = 0.0
    return found


def steps_of(
    problem: Problem,
    params: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    masks: list[FloatArray] | None = None,
) -> FloatArray:
    """Return the negative gradient of the loss without penalty, summed over the examples, shape (n_params,).

    Parameters
    ----------
    problem : Problem
        Network and loss.
    params : ndarray, shape (n_params,)
        Where.
    inputs : ndarray, shape (n, n_inputs)
        The examples.
    targets : ndarray, shape (n, n_outputs)
        Their targets.
    masks : list of ndarray, each of shape (n, units), optional
        With dropout: the factor of each input's and hidden unit's output.
    """
    layout: Layout = problem.layout
    steps = np.empty(layout.n_params)
    shown, deltas = error_terms_of(problem, params, inputs, targets, masks)
    for layer, (below, above) in enumerate(zip(shown, deltas, strict=True)):
        np.matmul(above.T, below, out=layout.block(steps, f"weights[{layer}]"))
        np.sum(above, axis=0, out=layout.block(steps, f"biases[{layer}]"))
    return steps


def error_terms_of(
    problem: Problem,
    params: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    masks: list[FloatArray] | None = None,
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return what each layer of weights sees of the layer below, and the error terms above it; see `steps_of`.

    Returns
    -------
    shown : list of ndarray, each of shape (n, units below)
        Outputs, with dropout times the masks.
    deltas : list of ndarray, each of shape (n, units above)
        Minus the derivatives of the loss with respect to the net inputs.
    """
    layout: Layout = problem.layout
    passed = forward(layout, params, inputs, masks)
    shown = list(passed.outputs[:-1])
    if masks is not None:
        shown = [outputs * mask for outputs, mask in zip(shown, masks, strict=True)]
    return shown, deltas_of(problem, params, passed, targets, masks)


def deltas_of(
    problem: Problem,
    params: FloatArray,
    passed: ForwardPass,
    targets: FloatArray,
    masks: list[FloatArray] | None = None,
) -> list[FloatArray]:
    """Return the error terms of every layer after the inputs, each of shape (n, units).

    Parameters
    ----------
    problem : Problem
        Network and loss.
    params : ndarray, shape (n_params,)
        Where.
    passed : ForwardPass
        What the units did for the examples.
    targets : ndarray, shape (n, n_outputs)
        The targets of these.
    masks : list of ndarray, each of shape (n, units), optional
        As in `steps_of`.
    """
    layout: Layout = problem.layout
    found = [problem.loss.deltas(passed.outputs[-1], targets, layout.activations[-1])]
    for layer in range(len(layout.activations) - 1, 0, -1):
        errors = found[0] @ layout.block(params, f"weights[{layer}]")
        if masks is not None:
            errors = errors * masks[layer]
        found.insert(0, layout.activations[layer - 1].backward_arrays(passed.outputs[layer], errors))
    return found


def _perceptron(problem: Problem, params: FloatArray, inputs: FloatArray, targets: FloatArray, rate: float) -> bool:
    weights, biases = problem.layout.block(params, "weights[0]"), problem.layout.block(params, "biases[0]")
    y = targets[0]
    fires = y * (weights @ inputs[0] + biases) <= 0.0
    before = params.copy()
    steps = rate * y[fires]
    weights[fires] += steps[:, None] * inputs[0]
    biases[fires] += steps
    if problem.options is not None:
        frozen = problem.options.frozen
        params[frozen] = before[frozen]
        stays = frozen[: weights.size].reshape(weights.shape).all(axis=1) & frozen[weights.size :]
        fires &= ~stays  # nothing is written for a unit that may not change
    return bool(fires.any())


def measure(problem: Problem, params: FloatArray, counters: Counters) -> FloatArray:
    """Measure every set: one row, see `nlcore.kernels.problem`."""
    row = [float(counters.presentations), float(counters.updates), float(counters.epochs)]
    for inputs, targets in zip(problem.inputs, problem.targets, strict=True):
        passed = forward(problem.layout, params, inputs)
        outputs = passed.outputs[-1]
        with np.errstate(over="ignore", invalid="ignore"):
            shares = problem.loss.of_units(passed.net_inputs[-1], outputs, targets, problem.layout.activations[-1])
            loss = float(np.sum(shares))
            sse = float(np.sum((targets - outputs) ** 2))
        wrong = metrics.classes(outputs, problem.midpoint) != metrics.classes(targets, problem.midpoint)
        sides = metrics.is_high(outputs, problem.midpoint) != metrics.is_high(targets, problem.midpoint)
        row += [loss, sse, float(np.sum(wrong)), float(np.sum(np.any(sides, axis=1)))]
    row[CLOCK] += regularizers.penalty_of(params, problem.options, problem.layout)
    return read_only(np.array(row))
