"""One presentation explained: every number of an update, with the lecture's formula and with the numbers put in.

`walk` turns a trace into steps in plain words, one for each phase. Each step holds the formulas of the units and
weights that are to be written out; they know the rule in general, in symbols, with numbers, and the engine's number.
"""

from __future__ import annotations

from collections.abc import Callable

from nlcore.explanations import changes, errors, forward
from nlcore.explanations.records import Focus, Formula, Line, Place, Step, Walk
from nlcore.explanations.scene import Scene
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import Phase, Trace, TrainState

__all__ = ["Focus", "Formula", "Line", "Place", "Step", "Walk", "walk"]

_STEPS: dict[str, Callable[[Scene, Phase], Step]] = {
    "inputs": forward.inputs,
    "forward": forward.forward,
    "output deltas": errors.output_deltas,
    "hidden deltas": errors.hidden_deltas,
    "weight changes": changes.weight_changes,
    "new weights": changes.new_weights,
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
    if not isinstance(model, FeedforwardModel):
        return Walk(tuple(_unknown(phase) for phase in trace.phases))
    scene = Scene(model, state, trace, focus or Focus())
    return Walk(tuple(_STEPS.get(phase.name, _other)(scene, phase) for phase in trace.phases))


def _other(scene: Scene, phase: Phase) -> Step:
    del scene
    return _unknown(phase)


def _unknown(phase: Phase) -> Step:
    """Return a step that says no more than the phase's name."""
    return Step(phase.name, phase.name[:1].upper() + phase.name[1:], "")
