"""One presentation explained: every number of an update, with the lecture's formula and with the numbers put in.

`walk` turns a trace into steps in plain words, one for each phase. Each step holds the formulas of the units and
weights that are to be written out; they know the rule in general, in symbols, with numbers, and the engine's number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from nlcore.explanations import batches, changes, derivations, errors, forward, functions, losses, perceptron
from nlcore.explanations.records import Focus, Formula, Line, Place, Step, Walk
from nlcore.explanations.scene import Scene
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.families.function import FunctionModel
from nlcore.records import Phase, Trace, TrainState

__all__ = ["Focus", "Formula", "Line", "Place", "Step", "Walk", "walk"]

_STEPS: dict[str, Callable[[Scene, Phase], Step]] = {
    "inputs": forward.inputs,
    "forward": forward.forward,
    "error": losses.error,
    "output deltas": errors.output_deltas,
    "hidden deltas": errors.hidden_deltas,
    "gradient": batches.gradient,
    "weight changes": changes.weight_changes,
    "new weights": changes.new_weights,
    "error after": losses.error_after,
}
_PERCEPTRON: dict[str, Callable[[Scene, Phase], Step]] = {
    "decision": perceptron.decision,
    "weight changes": perceptron.weight_changes,
    "error after": perceptron.error_after,
}


def walk(model: Model, state: TrainState, trace: Trace, focus: Focus | None = None) -> Walk:
    """Explain a trace.

    Parameters
    ----------
    model : Model
        What is trained.
    state : TrainState
        The moment before the presentation.
    trace : Trace
        ``model.trace(state)``.
    focus : Focus, optional
        What is to be written out where there is more than fits.
    """
    chosen, trained = focus or Focus(), cast(object, model)
    if isinstance(trained, FunctionModel):
        return functions.walk(trained, state, trace)
    if not isinstance(trained, FeedforwardModel):
        return Walk(tuple(functions.named(phase) for phase in trace.phases))
    with np.errstate(all="ignore"):  # numbers that run away are shown as they are
        return _walk(Scene.of(trained, state, trace, chosen))


def _walk(scene: Scene) -> Walk:
    is_perceptron = scene.model.rule.name == "perceptron"
    known = {**_STEPS, **_PERCEPTRON} if is_perceptron else _STEPS
    steps = tuple(known.get(phase.name, _other)(scene, phase) for phase in scene.trace.phases)
    return Walk(steps, perceptron.derivation(scene) if is_perceptron else derivations.derivation(scene))


def _other(scene: Scene, phase: Phase) -> Step:
    del scene
    return functions.named(phase)
