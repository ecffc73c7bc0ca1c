"""One presentation with all that settings add: schedule, penalty, decay, dropout, clipping, frozen and tied weights.

It is a step of its own, so that training without these settings pays nothing for them. Operations and their order are
those of the reference rule, so the bits are the same.
"""
# ruff: noqa: D103 - the names and the reference rule say what each does
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from nlcore import random
from nlcore.kernels.compiled.units import (
    GOLDEN,
    U0,
    U1,
    activate_layer,
    backward_layer,
    bare,
    forward_layer,
    hidden_errors,
    is_generic,
    mix,
    output_errors,
)
from nlcore.kernels.problem import Problem
from nlcore.schedules import EXPONENTIAL, INVERSE, STEP

U11 = np.uint64(11)
DROPOUT_KEY = np.uint64((random.GOLDEN * random.DROPOUT) & random.MASK)

_activate, _sums = njit(error_model="numpy")(activate_layer), njit(error_model="numpy")(forward_layer)


class Extra(NamedTuple):
    """What `nlcore.regularizers.Options` says, flat; without options the arrays are empty."""

    schedule: int
    span: float
    factor: float
    penalty: float
    penalty_share: float
    penalty_biases: bool
    keep: float
    clip_norm: float
    drops: bool
    drop_hidden: float
    drop_inputs: float
    frozen: NDArray[np.bool_]
    tied: NDArray[np.int64]
    tied_bounds: NDArray[np.int64]


@functools.lru_cache(maxsize=8)
def extra_of(problem: Problem) -> Extra:
    """Return the options of a problem as the loop reads them."""
    options = problem.options
    if options is None:
        nowhere = np.empty(0, dtype=np.int64)
        return Extra(
            0, 1.0, 1.0, 0.0, 0.0, False, 1.0, math.inf, False, 0.0, 0.0, np.empty(0, dtype=np.bool_), nowhere, nowhere
        )
    return Extra(
        schedule=options.schedule.code,
        span=float(options.schedule.span),
        factor=float(options.schedule.factor),
        penalty=options.penalty,
        penalty_share=options.penalty * problem.batch / problem.n,
        penalty_biases=options.penalty_biases,
        keep=options.keep,
        clip_norm=options.clip_norm,
        drops=options.drops,
        drop_hidden=options.drop_hidden,
        drop_inputs=options.drop_inputs,
        frozen=options.frozen if options.frozen.any() else np.empty(0, dtype=np.bool_),
        tied=options.tied,
        tied_bounds=options.tied_bounds,
    )


@njit(error_model="numpy")
def fill_masks(masks):  # pragma: no cover - machine code
    for unit in range(len(masks)):
        masks[unit] = 1.0


@njit(error_model="numpy")
def rate_at(extra, rate, updates):  # pragma: no cover - machine code
    if extra.schedule == INVERSE:
        return rate / (1.0 + updates / extra.span)
    if extra.schedule == STEP:
        return rate * math.pow(extra.factor, np.floor(updates / extra.span))
    if extra.schedule == EXPONENTIAL:
        return rate * math.pow(extra.factor, updates / extra.span)
    return rate


@njit(error_model="numpy")
def _draw_masks(extra, layers, masks, seed, presentation):  # pragma: no cover - machine code
    stream = mix(mix(seed + DROPOUT_KEY) + GOLDEN * (np.uint64(presentation) + U1))
    unit = U0
    for layer in range(len(layers) - 1):
        p = extra.drop_hidden if layer > 0 else extra.drop_inputs
        kept = 1.0 / (1.0 - p)
        for _ in range(layers[layer]):
            chance = np.float64(mix(stream + GOLDEN * (unit + U1)) >> U11) * 2.0**-53
            masks[unit] = 0.0 if chance < p else kept
            unit += U1


@njit(error_model="numpy")
def penalty(extra, params, layers, offsets):  # pragma: no cover - machine code
    if extra.penalty == 0.0:
        return 0.0
    total = 0.0
    for layer in range(len(layers) - 1):
        biases = offsets[layer] + layers[layer] * layers[layer + 1]
        end = offsets[layer + 1] if extra.penalty_biases else biases
        for i in range(offsets[layer], end):
            total += params[i] * params[i]
    return extra.penalty * total


@njit(error_model="numpy")
def _clip_factor(extra, params, layers, offsets, starts, shown, deltas):  # pragma: no cover - machine code
    if extra.clip_norm == math.inf:
        return 1.0
    frozen = extra.frozen
    pull = 2.0 * extra.penalty_share
    bias_pull = pull if extra.penalty_biases else 0.0
    total = 0.0
    for layer in range(len(layers) - 1):
        n_in, n_out, place = layers[layer], layers[layer + 1], offsets[layer]
        for j in range(n_out):
            for i in range(n_in):
                if len(frozen) == 0 or not frozen[place]:
                    part = deltas[starts[layer + 1] + j] * shown[starts[layer] + i] - pull * params[place]
                    total += part * part
                place += U1
        for j in range(n_out):
            if len(frozen) == 0 or not frozen[place]:
                part = deltas[starts[layer + 1] + j] - bias_pull * params[place]
                total += part * part
            place += U1
    length = math.sqrt(total)
    return extra.clip_norm / length if length > extra.clip_norm else 1.0


@njit(error_model="numpy")
def _add_changes(  # pragma: no cover - machine code
    extra, params, velocity, offset, n_in, n_units, shown, first, deltas, place, rate, momentum
):
    frozen, keep, has_penalty = extra.frozen, extra.keep, extra.penalty_share != 0.0
    pull, at = 2.0 * extra.penalty_share * rate, offset
    for j in range(n_units):
        step = rate * deltas[place + j]
        for i in range(n_in):
            change = step * shown[first + i] + momentum * velocity[at]
            if has_penalty:
                change -= pull * params[at]
            if len(frozen) > 0 and frozen[at]:
                velocity[at] = 0.0
            else:
                velocity[at] = change
                params[at] = params[at] * keep + change
            at += U1
    for j in range(n_units):
        change = rate * deltas[place + j] + momentum * velocity[at]
        if has_penalty and extra.penalty_biases:
            change -= pull * params[at]
        if len(frozen) > 0 and frozen[at]:
            velocity[at] = 0.0
        else:
            velocity[at] = change
            params[at] = params[at] * keep + change
        at += U1


@njit(error_model="numpy")
def _tie(values, tied, bounds):  # pragma: no cover - machine code
    for group in range(len(bounds) - 1):
        total = 0.0
        for i in range(bounds[group], bounds[group + 1]):
            total += values[tied[i]]
        mean = total / (bounds[group + 1] - bounds[group])
        for i in range(bounds[group], bounds[group + 1]):
            values[tied[i]] = mean


@njit(error_model="numpy")
def step(fixed, extra, params, velocity, work, example, rate, seed, presentation):  # pragma: no cover - machine code
    layers, offsets, starts = bare(fixed.layers), bare(fixed.offsets), bare(fixed.starts)
    activations, inputs, targets = bare(fixed.activations), bare(fixed.inputs), bare(fixed.targets)
    nets, outputs, deltas = bare(work.nets), bare(work.outputs), bare(work.deltas)
    shown, masks = bare(work.shown), bare(work.masks)
    n_layers = np.uint64(len(activations))
    first, n_out, last = example * layers[U0], layers[n_layers], starts[n_layers]
    if extra.drops:
        _draw_masks(extra, layers, masks, seed, presentation)
    for i in range(layers[U0]):
        shown[i] = inputs[first + i] * masks[i]
    for layer in range(U0, n_layers):
        above = layer + U1
        _sums(params, offsets[layer], layers[layer], layers[above], shown, starts[layer], nets, starts[above])
        _activate(activations[layer], nets, outputs, starts[above], layers[above])
        if above < n_layers:
            for j in range(starts[above], starts[above] + layers[above]):
                shown[j] = outputs[j] * masks[j]
    output_errors(fixed.loss, outputs, targets, example * n_out, deltas, last, n_out)
    upper = n_layers
    while upper > U0:
        if upper < n_layers or is_generic(fixed.loss):
            backward_layer(activations[upper - U1], outputs, deltas, starts[upper], layers[upper])
        upper -= U1
        if upper > U0:
            above = upper + U1
            hidden_errors(params, offsets[upper], layers[upper], layers[above], deltas, starts[upper], starts[above])
            for h in range(starts[upper], starts[upper] + layers[upper]):
                deltas[h] = deltas[h] * masks[h]
    rate *= _clip_factor(extra, params, layers, offsets, starts, shown, deltas)
    for layer in range(U0, n_layers):
        above = layer + U1
        _add_changes(
            extra, params, velocity, offsets[layer], layers[layer], layers[above], shown, starts[layer], deltas,
            starts[above], rate, fixed.momentum,
        )  # fmt: skip
    _tie(params, extra.tied, extra.tied_bounds)
    _tie(velocity, extra.tied, extra.tied_bounds)
