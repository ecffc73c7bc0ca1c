"""The textbook loop: one example, one unit, one number at a time, in plain Python.

It is slow and meant to be read; the compiled kernel is tested against it bit for bit. Sums run strictly from left to
right, which is what makes equal bits possible.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from nlcore import regularizers
from nlcore.kernels.problem import CLOCK, Problem, Progress, Stretch, is_stopped
from nlcore.records import Counters, FinishReason, FloatArray, read_only
from nlcore.rules import Settings, Units, forward


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train in incremental mode for `n` presentations; see `nlcore.kernels.run`."""
    units = Units.of(problem.layout, start.params, start.velocity)
    counters, updates_in_epoch = start.counters, start.updates_in_epoch
    (inputs, targets), *_ = _lists(problem)
    order = problem.order_at(counters).tolist()
    rows: list[FloatArray] = []
    reason = None
    for _ in range(n):
        if counters.position_in_epoch == 0:
            updates_in_epoch = 0
            order = problem.order_at(counters).tolist()
        example = order[counters.position_in_epoch]
        settings = settings_at(problem, counters)
        updated = problem.rule.present(units, inputs[example], targets[example], settings)
        updates_in_epoch += updated
        counters = after_presentation(counters, problem.n, updates=int(updated))
        row = None
        if measured and problem.is_due(counters):
            row = measure(problem, units, counters)
            rows.append(row)
        if counters.position_in_epoch == 0 and not is_finite(units):
            reason = FinishReason.DIVERGED
            break
        if stops and is_stopped(problem.stop, counters, updates_in_epoch, row):
            reason = FinishReason.STOP_RULE
            break
    params, velocity = units.flat()
    table = np.array(rows).reshape(len(rows), problem.n_columns)
    return Stretch(Progress(params, velocity, counters, updates_in_epoch), read_only(table), reason)


def settings_at(problem: Problem, counters: Counters) -> Settings:
    """Return the numbers for the presentation that follows a moment: the rate of the schedule, the masks of dropout."""
    fixed, options = _settings(problem), problem.options
    if options is None:
        return fixed
    masks = None
    if options.drops:
        masks = regularizers.masks(options, problem.layout, problem.seed, counters.presentations)
    rate = options.schedule.rate(problem.learning_rate, counters.updates)
    return replace(fixed, learning_rate=rate, masks=masks)


@lru_cache(maxsize=8)
def _settings(problem: Problem) -> Settings:
    """Return what stays the same from presentation to presentation."""
    options, locate = problem.options, problem.layout.locate
    if options is None:
        return Settings(problem.learning_rate, problem.momentum, problem.loss)
    return Settings(
        problem.learning_rate,
        problem.momentum,
        problem.loss,
        penalty=options.penalty * problem.batch / problem.n,
        penalty_biases=options.penalty_biases,
        keep=options.keep,
        clip_norm=options.clip_norm,
        frozen=frozenset(locate(int(place)) for place in np.flatnonzero(options.frozen)),
        tied=tuple(tuple(locate(place) for place in group) for group in options.groups()),
    )


@lru_cache(maxsize=8)
def _lists(problem: Problem) -> tuple[tuple[list[list[float]], list[list[float]]], ...]:
    """Return the examples of each set as nested lists: inputs and targets."""
    sets = zip(problem.inputs, problem.targets, strict=True)
    return tuple((inputs.tolist(), targets.tolist()) for inputs, targets in sets)


def after_presentation(counters: Counters, n: int, updates: int) -> Counters:
    """Return the clocks after one more presentation out of `n` an epoch."""
    position = counters.position_in_epoch + 1
    return Counters(
        counters.presentations + 1,
        counters.updates + updates,
        counters.epochs + (position == n),
        position % n,
    )


def is_finite(units: Units) -> bool:
    """Tell whether every weight is still a finite number."""
    return all(math.isfinite(w) for layer in units.weights for row in layer for w in row) and all(
        math.isfinite(b) for layer in units.biases for b in layer
    )


def measure(problem: Problem, units: Units, counters: Counters) -> FloatArray:
    """Measure every set: one row, see `nlcore.kernels.problem`."""
    row = [float(counters.presentations), float(counters.updates), float(counters.epochs)]
    for inputs, targets in _lists(problem):
        row += measure_set(problem, units, inputs, targets)
    row[CLOCK] += penalty(problem, units)
    return read_only(np.array(row))


def penalty(problem: Problem, units: Units) -> float:
    """Return gamma times the sum of squared weights, which belongs to the loss of the training set."""
    options, total = problem.options, 0.0
    if options is None or options.penalty == 0.0:
        return 0.0
    for weights, biases in zip(units.weights, units.biases, strict=True):
        for row in weights:
            for weight in row:
                total += weight * weight
        for bias in biases if options.penalty_biases else ():
            total += bias * bias
    return options.penalty * total


def measure_set(problem: Problem, units: Units, inputs: list[list[float]], targets: list[list[float]]) -> list[float]:
    """Return loss, sse, wrong by class and wrong by any unit of one set."""
    loss = sse = 0.0
    wrong = wrong_units = 0
    for example, target in zip(inputs, targets, strict=True):
        net_inputs, outputs, _ = forward(units, example)
        missed = False
        shares = problem.loss.of_example(net_inputs[-1], outputs[-1], target, units.activations[-1])
        for share, o, t in zip(shares, outputs[-1], target, strict=True):
            loss += share
            sse += (t - o) * (t - o)
            missed |= high(o, problem.midpoint) != high(t, problem.midpoint)
        wrong_units += missed
        wrong += missed if len(target) == 1 else first_largest(outputs[-1]) != first_largest(target)
    return [loss, sse, float(wrong), float(wrong_units)]


def high(value: float, midpoint: float) -> bool:
    """Tell the side of the midpoint; see `nlcore.metrics`."""
    return value > midpoint if midpoint == 0.0 else value >= midpoint


def first_largest(values: list[float]) -> int:
    """Return the index of the first largest value."""
    best = 0
    for k, value in enumerate(values):
        if value > values[best]:
            best = k
    return best
