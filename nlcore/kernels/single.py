"""Training example by example without the compiler: incremental mode in numpy, or in lists where a network is tiny.

It does what the textbook loop does, but between two moments at which something may be due (a measurement, a stop rule,
the end of an epoch) it looks at nothing but examples. Small networks get the bits of the textbook loop, larger ones
agree with it to rounding; which of both a network is depends on its size alone, so any cutting gives the same bits.
"""

from __future__ import annotations

import numpy as np

from nlcore.kernels import vectorized
from nlcore.kernels.problem import Problem, Progress, Stretch, is_stopped
from nlcore.kernels.single_arrays import ACTIVATE, Arrays
from nlcore.kernels.single_lists import Lists
from nlcore.kernels.single_rows import CROSS_ENTROPY, PERCEPTRON, SQUARED_ERROR
from nlcore.ordering import FIXED, epoch_order
from nlcore.records import Counters, FinishReason, FloatArray, read_only

GRADIENT_RULES = ("backpropagation", "delta")
FEW_PARAMS = 24
"""Networks with at most so many weights and biases are trained in lists; both ways take the same time near this."""


def can_run(problem: Problem) -> bool:
    """Tell whether this kernel knows everything that the problem asks for."""
    if problem.batch != 1 or getattr(problem, "options", None) is not None:
        return False
    names = [activation.name for activation in problem.layout.activations]
    if problem.rule.name == PERCEPTRON:
        return names == ["threshold"]
    if problem.rule.name not in GRADIENT_RULES or not all(name in ACTIVATE for name in names):
        return False
    return problem.loss.name == SQUARED_ERROR or (problem.loss.name == CROSS_ENTROPY and names[-1] == "sigmoid")


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train in incremental mode for `n` presentations; see `nlcore.kernels.run`.

    Parameters
    ----------
    problem : Problem
        One that `can_run` accepts.
    start : Progress
        Where to begin; it is not changed.
    n : int
        Presentations, at most.
    measured, stops : bool
        Whether to measure on the way, and whether the stop rules hold.
    """
    network = (Lists if problem.layout.n_params <= FEW_PARAMS else Arrays)(problem, start)
    counters, updates_in_epoch = start.counters, start.updates_in_epoch
    shown, updates, epochs, position = _numbers(counters)
    order = problem.order_at(counters).tolist()
    rows: list[FloatArray] = []
    reason, target = None, shown + n
    with np.errstate(over="ignore", invalid="ignore"):  # diverged weights show as nan, not as a warning
        while shown < target and reason is None:
            if position == 0:
                updates_in_epoch = 0
                if problem.order != FIXED:
                    order = epoch_order(problem.order, problem.seed, epochs, problem.n, shown).tolist()
            end = min(problem.n, position + target - shown)
            if measured:
                end = min(end, position + problem.until_due(counters))
            if stops:
                end = min(end, position + _until_stop(problem, epochs, updates))
            updated = network.show(order[position:end])
            shown, updates, updates_in_epoch = shown + end - position, updates + updated, updates_in_epoch + updated
            epochs, position = epochs + (end == problem.n), end % problem.n
            row = None
            if measured or stops:
                counters = Counters(shown, updates, epochs, position)
            if measured and problem.is_due(counters):
                row = vectorized.measure(problem, network.params(), counters)
                rows.append(row)
            if position == 0 and not network.is_finite():
                reason = FinishReason.DIVERGED
            elif stops and is_stopped(problem.stop, counters, updates_in_epoch, row):
                reason = FinishReason.STOP_RULE
    table = np.array(rows).reshape(len(rows), problem.n_columns)
    counters = Counters(shown, updates, epochs, position)
    reached = Progress(read_only(network.params()), read_only(network.velocity()), counters, updates_in_epoch)
    return Stretch(reached, read_only(table), reason)


def _numbers(counters: Counters) -> tuple[int, int, int, int]:
    return counters.presentations, counters.updates, counters.epochs, counters.position_in_epoch


def _until_stop(problem: Problem, epochs: int, updates: int) -> int:
    """Return after how many presentations the stop rules must be looked at, besides the ends of epochs."""
    stop = problem.stop
    if 0 <= stop.epochs <= epochs:
        return 1  # the stretch begins where the run is over already: the next look ends it
    if stop.updates >= 0:
        return max(1, stop.updates - updates)  # a presentation is one update at most
    return problem.n
