"""The trace of one presentation of a layered network, in incremental mode and inside a batch.

The rule lays its step out; in a batch, what the example adds to the gradient stands in place of an update, and the
batch's last example brings the update of all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.kernels import vectorized
from nlcore.kernels.problem import Problem, Progress
from nlcore.kernels.reference import settings_at
from nlcore.network import Layout
from nlcore.records import FloatArray, Phase, Trace, TrainState
from nlcore.rules import Units
from nlcore.rules._phases import error_after_phase

MOST_MASKS = 50_000
"""With dropout: units times examples, at most, for which a batch is worked out again; drawing them takes time."""
UPDATE_PHASES = ("weight changes", "new weights", "error after")


def trace(problem: Problem, state: TrainState, advanced: Callable[[], TrainState]) -> Trace:
    """Explain the next presentation.

    Parameters
    ----------
    problem : Problem
        Network, rule, examples and settings.
    state : TrainState
        The moment before it.
    advanced : callable
        Returns the state after it.
    """
    counters = state.counters
    example = problem.example_at(counters)
    units = Units.of(problem.layout, state.params, state.velocity)
    settings = settings_at(problem, counters)
    inputs, targets = problem.inputs[0][example].tolist(), problem.targets[0][example].tolist()
    phases = problem.rule.explain(units, inputs, targets, settings)
    if problem.batch == 1 or not problem.rule.trains:
        updated = problem.rule.always_updates or problem.rule.present(units, inputs, targets, settings)
        return Trace(example, phases, updated)
    first, last = problem.batch_at(counters)
    kept = [phase for phase in phases if phase.name not in UPDATE_PHASES]
    steps = _steps_so_far(problem, state, problem.order_at(counters), first)
    kept.append(_gradient(problem.layout, kept, steps))
    if counters.position_in_epoch + 1 < last:
        return Trace(example, tuple(kept), updated=False)
    after = advanced()
    kept += _update(problem, state, after, steps, last - first)
    units_after = Units.of(problem.layout, after.params, after.velocity)
    kept.append(error_after_phase(units_after, inputs, targets, settings))
    return Trace(example, tuple(kept), updated=True)


def _steps_so_far(problem: Problem, state: TrainState, order: NDArray[np.int64], first: int) -> FloatArray | None:
    """Return the gradient steps of the batch's examples up to this one, added up; None where that takes long."""
    counters = state.counters
    n = counters.position_in_epoch + 1 - first
    if not may_repeat(problem, n):
        return None
    shown = order[first : first + n]
    masks = vectorized.batch_masks(problem, counters, first, n)
    with np.errstate(over="ignore", invalid="ignore"):
        return vectorized.steps_of(problem, state.params, problem.inputs[0][shown], problem.targets[0][shown], masks)


def may_repeat(problem: Problem, n: int) -> bool:
    """Tell whether `n` examples of a batch can be worked out again without keeping anybody waiting."""
    drops = problem.options is not None and problem.options.drops
    return not drops or n * sum(problem.layout.layers[:-1]) <= MOST_MASKS


def _gradient(layout: Layout, phases: list[Phase], steps: FloatArray | None) -> Phase:
    """Return what this example adds to the steps of its batch, and their sum so far."""
    found = {name: array for phase in phases for name, array in phase.arrays.items()}
    arrays: dict[str, NDArray[Any]] = {}
    for layer in range(len(layout.activations)):
        deltas = found[f"deltas[{layer}]"]
        arrays[f"weights[{layer}]"] = np.outer(deltas, found[f"outputs[{layer}]" if layer else "inputs"])
        arrays[f"biases[{layer}]"] = deltas
    if steps is not None:
        arrays |= {f"sum_{name}": layout.block(steps, name) for name in layout.blocks}
    return Phase("gradient", "gradient.contribution", arrays)


def _update(
    problem: Problem, before: TrainState, after: TrainState, steps: FloatArray | None, n: int
) -> tuple[Phase, Phase]:
    """Return the changes and new weights that a batch of `n` examples brings."""
    changed, new = _named(problem.layout, after.velocity, after.params)
    options = problem.options
    if options is not None and options.clip_norm != math.inf and steps is not None:
        held = steps.copy()
        vectorized.held_back(problem, before.params, held, n)
        length = vectorized.length_of(problem, held, n)
        changed["gradient_length"] = np.array([length])
        changed["clip_factor"] = np.array([options.clip_norm / length if length > options.clip_norm else 1.0])
    if options is not None and len(options.tied):
        free = replace(options, tied=options.tied[:0], tied_bounds=options.tied_bounds[:1])
        start = Progress(before.params, before.velocity, before.counters, 0)
        end = vectorized.run(replace(problem, options=free), start, 1, measured=False, stops=False).end
        untied = _named(problem.layout, end.velocity, end.params, "untied_")
        changed, new = {**changed, **untied[0]}, {**new, **untied[1]}
    return Phase("weight changes", "weight_change.batch", changed), Phase("new weights", "weights.add", new)


def _named(
    layout: Layout, velocity: FloatArray, params: FloatArray, prefix: str = ""
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Return changes and weights by name: weight_changes[0], bias_changes[0] and weights[0], biases[0] ..."""
    changes = {
        prefix + name.replace("weights", "weight_changes").replace("biases", "bias_changes"): layout.block(
            velocity, name
        )
        for name in layout.blocks
    }
    return changes, {prefix + name: layout.block(params, name) for name in layout.blocks}
