"""The textbook loop as machine code: the same operations in the same order as the reference, so the same bits.

Four units are summed side by side, which changes no sum, only how long the processor waits for it. No fast-math, no
reassociation. The loop holds no interpreter lock, so the window stays alive while it runs.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc, assignment"

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from nlcore.kernels.compiled import full, units
from nlcore.kernels.compiled.units import (
    U0,
    U1,
    activate_layer,
    add_changes,
    backward_layer,
    bare,
    forward_layer,
    hidden_errors,
    is_finite,
    is_generic,
    is_high,
    log_of_sum,
    loss_of_unit,
    order_of_epoch,
    output_errors,
)
from nlcore.kernels.problem import CLOCK, MEASURES, Problem, Progress, Stretch
from nlcore.losses import LOSSES
from nlcore.records import Counters, FinishReason, FloatArray, read_only

BACKPROPAGATION, PERCEPTRON = 0, 1
RULES = {"backpropagation": BACKPROPAGATION, "delta": BACKPROPAGATION, "perceptron": PERCEPTRON}
RAN, STOPPED, DIVERGED = 0, 1, 2
MEASURE = -1
REASONS = {RAN: None, STOPPED: FinishReason.STOP_RULE, DIVERGED: FinishReason.DIVERGED}
LOSS = CLOCK
WRONG = CLOCK + 2


class Fixed(NamedTuple):
    """What stays the same from call to call: the network's shape, the examples one after another, the settings."""

    layers: NDArray[np.uint64]
    offsets: NDArray[np.uint64]
    starts: NDArray[np.uint64]
    activations: NDArray[np.int64]
    inputs: FloatArray
    targets: FloatArray
    bounds: NDArray[np.uint64]
    loss: int
    rule: int
    learning_rate: float
    momentum: float
    midpoint: float
    order: int
    every: int
    every_epochs: int
    stop_epochs: int
    stop_updates: int
    stop_all_correct: bool
    stop_loss_below: float
    stop_no_update: bool


class Work(NamedTuple):
    """Room for one example: what all units do, and the order of an epoch.

    `shown` is what the layer above sees of the outputs, `masks` the factors of dropout.
    """

    nets: FloatArray
    outputs: FloatArray
    deltas: FloatArray
    shown: FloatArray
    masks: FloatArray
    order: NDArray[np.uint64]


def _make_forward(options):  # pragma: no cover - machine code
    """Return the forward pass through all layers, with these compiler options for it and its parts."""
    sums, activate = njit(**options)(forward_layer), njit(**options)(activate_layer)

    def forward(params, layers, offsets, starts, activations, inputs, first, nets, outputs):
        source, place = inputs, first
        for layer in range(U0, np.uint64(len(activations))):  # one loop for all layers: it is compiled once
            above = layer + U1
            sums(params, offsets[layer], layers[layer], layers[above], source, place, nets, starts[above])
            source, place = outputs, starts[above]
            activate(activations[layer], nets, outputs, starts[above], layers[above])

    return njit(**options)(forward), sums


_forward, _sums = _make_forward({"error_model": "numpy"})
_forward_inlined, _ = _make_forward({"error_model": "numpy", "inline": "always"})
"""The same again: inside the training step, calls would cost as much as the sums of a small network."""


@njit(error_model="numpy")
def _measure(  # pragma: no cover - machine code
    params, layers, offsets, starts, activations, inputs, targets, bounds, loss_code, midpoint, nets, outputs, row
):
    """Fill a row of measurements: loss, sse, wrong by class, wrong by any unit, set after set."""
    n_layers = np.uint64(len(activations))
    n_in, n_out, last = layers[U0], layers[n_layers], starts[n_layers]
    for part in range(len(bounds) - 1):
        loss, sse, wrong, wrong_units = 0.0, 0.0, 0, 0
        for example in range(bounds[part], bounds[part + 1]):
            _forward(params, layers, offsets, starts, activations, inputs, example * n_in, nets, outputs)
            log_total = log_of_sum(nets, last, n_out) if loss_code == 2 else 0.0
            missed, best, best_target, first = False, U0, U0, example * n_out
            for k in range(n_out):
                o, t = outputs[last + k], targets[first + k]
                loss += loss_of_unit(loss_code, nets[last + k], o, t, log_total)
                sse += (t - o) * (t - o)
                if is_high(o, midpoint) != is_high(t, midpoint):
                    missed = True
                if o > outputs[last + best]:
                    best = k
                if t > targets[first + best_target]:
                    best_target = k
            wrong_units += missed
            wrong += missed if n_out == U1 else best != best_target
        place = CLOCK + MEASURES * part
        row[place], row[place + 1], row[place + 2], row[place + 3] = loss, sse, wrong, wrong_units


@njit(error_model="numpy")
def _perceptron_step(  # pragma: no cover - machine code
    params, layers, starts, inputs, targets, example, rate, nets, frozen
):
    """Push each unit that got the example wrong; return whether any did."""
    n_in, n_out, place = layers[U0], layers[U1], starts[U1]
    first, updated = example * n_in, 0
    _sums(params, U0, n_in, n_out, inputs, first, nets, place)
    for j in range(n_out):
        y = targets[example * n_out + j]
        if not y * nets[place + j] <= 0.0:
            continue
        step = rate * y
        for i in range(n_in):
            if len(frozen) == 0 or not frozen[j * n_in + i]:
                params[j * n_in + i] += step * inputs[first + i]
                updated = 1
        if len(frozen) == 0 or not frozen[n_out * n_in + j]:
            params[n_out * n_in + j] += step
            updated = 1
    return updated


@njit(inline="always", error_model="numpy")
def _backpropagation_step(  # pragma: no cover - machine code
    params, velocity, layers, offsets, starts, activations, inputs, targets, example, loss_code, rate, momentum, nets,
    outputs, deltas,
):  # fmt: skip
    """Show one example and update every weight."""
    n_layers = np.uint64(len(activations))
    first, n_out, last = example * layers[U0], layers[n_layers], starts[n_layers]
    _forward_inlined(params, layers, offsets, starts, activations, inputs, first, nets, outputs)
    output_errors(loss_code, outputs, targets, example * n_out, deltas, last, n_out)
    upper = n_layers
    while upper > U0:
        if upper < n_layers or is_generic(loss_code):
            backward_layer(activations[upper - U1], outputs, deltas, starts[upper], layers[upper])
        upper -= U1
        if upper > U0:
            above = upper + U1
            hidden_errors(params, offsets[upper], layers[upper], layers[above], deltas, starts[upper], starts[above])
    source, place = inputs, first
    for layer in range(U0, n_layers):
        above = layer + U1
        add_changes(
            params, velocity, offsets[layer], layers[layer], layers[above], source, place, deltas, starts[above], rate,
            momentum,
        )  # fmt: skip
        source, place = outputs, starts[above]


def _version() -> int:
    """Return a number that changes with the source of the parts: the compiler looks only at this file by itself."""
    try:
        sources = b"".join(Path(str(module.__file__)).read_bytes() for module in (units, full))
        return int.from_bytes(hashlib.sha256(sources).digest()[:6], "big")
    except OSError:
        return 0  # a bundle without sources is replaced as a whole


def _make_run(version: int, has_options: bool, cache: bool):  # pragma: no cover - machine code
    """Return the compiled loop, plain or with all options; results on disk for another version are not taken."""

    def run_loop(  # pragma: no cover - machine code
        fixed, extra, owned_params, owned_velocity, work, owned_clock, seed, n_presentations, measured, stops, rows
    ):
        """Train; return (reason, number of rows measured). The clock and the parameters are changed in place.

        clock: presentations, updates, epochs, position in epoch, updates in epoch. With `MEASURE` in place of a number
        of presentations it measures once and does nothing else.
        """
        layers, offsets, starts = bare(fixed.layers), bare(fixed.offsets), bare(fixed.starts)
        activations, bounds = bare(fixed.activations), bare(fixed.bounds)
        inputs, targets, rate, momentum = bare(fixed.inputs), bare(fixed.targets), fixed.learning_rate, fixed.momentum
        nets, outputs, deltas, order = bare(work.nets), bare(work.outputs), bare(work.deltas), bare(work.order)
        params, velocity, clock = bare(owned_params), bare(owned_velocity), bare(owned_clock)
        order_code, every, every_epochs, rule = fixed.order, fixed.every, fixed.every_epochs, fixed.rule
        loss_code, frozen = fixed.loss, bare(extra.frozen)
        if has_options:
            full.fill_masks(work.masks)
        n, n_rows = np.int64(bounds[U1]), version - version  # 0; the compiler keeps its results by what is used here
        if n_presentations == MEASURE:
            row = rows[0]
            row[0], row[1], row[2] = clock[0], clock[1], clock[2]
            _measure(
                params, layers, offsets, starts, activations, inputs, targets, bounds, loss_code, fixed.midpoint, nets,
                outputs, row,
            )  # fmt: skip
            if has_options:
                row[LOSS] += full.penalty(extra, params, layers, offsets)
            return RAN, n_rows + 1
        order_of_epoch(order_code, seed, clock[2], n, clock[0] - clock[3], order)
        for _ in range(n_presentations):
            if clock[3] == 0:
                clock[4] = 0
                if order_code != 0:
                    order_of_epoch(order_code, seed, clock[2], n, clock[0] - clock[3], order)
            example = order[clock[3]]
            updated = 1
            if has_options:
                rate = full.rate_at(extra, fixed.learning_rate, clock[1])
            if rule == PERCEPTRON:
                updated = _perceptron_step(params, layers, starts, inputs, targets, example, rate, nets, frozen)
            elif has_options:
                full.step(fixed, extra, params, velocity, work, example, rate, seed, clock[0])
            else:
                _backpropagation_step(
                    params, velocity, layers, offsets, starts, activations, inputs, targets, example, loss_code, rate,
                    momentum, nets, outputs, deltas,
                )  # fmt: skip
            clock[0] += 1
            clock[1] += updated
            clock[4] += updated
            clock[3] += 1
            if clock[3] == n:
                clock[3] = 0
                clock[2] += 1
            is_measured = measured and (
                clock[3] == 0 and clock[2] % every_epochs == 0 if every_epochs > 0 else clock[0] % every == 0
            )
            if is_measured:
                row = rows[n_rows]
                row[0], row[1], row[2] = clock[0], clock[1], clock[2]
                _measure(
                    params, layers, offsets, starts, activations, inputs, targets, bounds, loss_code, fixed.midpoint,
                    nets, outputs, row,
                )  # fmt: skip
                if has_options:
                    row[LOSS] += full.penalty(extra, params, layers, offsets)
                n_rows += 1
            if clock[3] == 0 and not is_finite(params):
                return DIVERGED, n_rows
            if stops:
                if 0 <= fixed.stop_epochs <= clock[2] or 0 <= fixed.stop_updates <= clock[1]:
                    return STOPPED, n_rows
                if fixed.stop_no_update and clock[3] == 0 and clock[4] == 0:
                    return STOPPED, n_rows
                if is_measured and fixed.stop_all_correct and rows[n_rows - 1, WRONG] == 0.0:
                    return STOPPED, n_rows
                if is_measured and rows[n_rows - 1, LOSS] < fixed.stop_loss_below:
                    return STOPPED, n_rows
        return RAN, n_rows

    # Each has files of its own on disk: two programs that compile at once must not take each other's for theirs.
    run_loop.__qualname__ = "run_with_options" if has_options else "run_plain"
    return njit(nogil=True, cache=cache, error_model="numpy")(run_loop)


_loops: dict[bool, Callable[..., tuple[int, int]]] = {}
"""The loops that are ready to be called: plain (False), with options (True)."""


@functools.lru_cache(maxsize=8)
def _fixed(problem: Problem) -> Fixed:
    layout, stop = problem.layout, problem.stop
    return Fixed(
        layers=np.array(layout.layers, dtype=np.uint64),
        offsets=np.array(layout.offsets, dtype=np.uint64),
        starts=np.cumsum([0, *layout.layers], dtype=np.uint64),
        activations=np.array([activation.code for activation in layout.activations], dtype=np.int64),
        inputs=np.concatenate([inputs.ravel() for inputs in problem.inputs]),
        targets=np.concatenate([targets.ravel() for targets in problem.targets]),
        bounds=np.cumsum([0, *(len(inputs) for inputs in problem.inputs)], dtype=np.uint64),
        loss=problem.loss.kernel_code(layout.activations[-1]),
        rule=RULES[problem.rule.name],
        learning_rate=problem.learning_rate,
        momentum=problem.momentum,
        midpoint=problem.midpoint,
        order=problem.order,
        every=max(1, problem.every),
        every_epochs=problem.every_epochs,
        stop_epochs=stop.epochs,
        stop_updates=stop.updates,
        stop_all_correct=stop.all_correct,
        stop_loss_below=stop.loss_below,
        stop_no_update=stop.no_update,
    )


def measure(problem: Problem, params: FloatArray, counters: Counters) -> FloatArray:
    """Measure every set as on the way: one row, see `nlcore.kernels.problem`."""
    rows = run(problem, Progress(params, params, counters, 0), MEASURE, measured=True, stops=False).rows
    return read_only(rows[0].copy())


def run(problem: Problem, start: Progress, n: int, *, measured: bool, stops: bool) -> Stretch:
    """Train in incremental mode for `n` presentations; see `nlcore.kernels.run`."""
    fixed = _fixed(problem)
    size = problem.layout.n_params
    second = size + (128 - size) % 512  # 1 KB apart modulo 4 KB: the two arrays never fight for a place in the cache
    buffer = np.empty(second + size)
    params, velocity = buffer[:size], buffer[second:]
    params[:], velocity[:] = start.params, start.velocity
    at = start.counters
    clock = np.array(
        [at.presentations, at.updates, at.epochs, at.position_in_epoch, start.updates_in_epoch], dtype=np.int64
    )
    n_units = int(fixed.starts[-1])
    room = [np.empty(n_units) for _ in range(5 if problem.options is not None else 3)]
    order = np.empty(problem.n, dtype=np.uint64)
    work = Work(room[0], room[1], room[2], room[-2], room[-1], order)
    rows = np.empty((problem.most_rows(max(n, 0)) if measured else 0, problem.n_columns))
    has_options = problem.options is not None
    if has_options not in _loops:
        warm_up(has_options)
    reason, n_rows = _loops[has_options](
        fixed, full.extra_of(problem), params, velocity, work, clock, np.uint64(problem.seed), n, bool(measured),
        bool(stops), rows,
    )  # fmt: skip
    presentations, updates, epochs, position, updates_in_epoch = (int(c) for c in clock)
    end = Progress(
        read_only(params.copy()),
        read_only(velocity.copy()),
        Counters(presentations, updates, epochs, position),
        updates_in_epoch,
    )
    return Stretch(end, read_only(rows[:n_rows].copy()), REASONS[reason])


def warm_up(has_options: bool) -> None:
    """Compile one of the two loops, or load it from the disk where it was compiled before.

    Where nothing can be kept on disk, or what is there is damaged, it is compiled for this start alone.
    """
    from dataclasses import replace

    from nlcore.activations import activation
    from nlcore.experiment import Training
    from nlcore.kernels.problem import StopRules
    from nlcore.network import Layout
    from nlcore.regularizers import options
    from nlcore.rules import backpropagation

    layout = Layout((1, 1), (activation("sigmoid"),))
    one, zero = read_only(np.ones((1, 1))), read_only(np.zeros(layout.n_params))
    problem = Problem(
        layout=layout, rule=backpropagation.RULE, loss=LOSSES["squared_error"], inputs=(one,), targets=(one,),
        midpoint=0.5, learning_rate=0.1, momentum=0.0, batch=1, mean=False, order=0, seed=0, every=1, stop=StopRules(),
    )  # fmt: skip
    if has_options:
        problem = replace(problem, options=options(Training(weight_decay=0.1), layout))
    try:
        _loops[has_options] = _make_run(_version(), has_options, cache=True)
        run(problem, Progress(zero, zero, Counters(), 0), 1, measured=True, stops=True)
    except Exception:
        _loops[has_options] = _make_run(_version(), has_options, cache=False)
        run(problem, Progress(zero, zero, Counters(), 0), 1, measured=True, stops=True)
