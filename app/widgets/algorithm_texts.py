"""Which lines of the perceptron algorithm are lit at a moment, and what their variables hold, from trace and clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.frame import TrackFrame
from app.widgets.numbers import counted, number
from app.widgets.perceptron_texts import DIGITS, factor, larger, signed, vector, vector_of
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, Phase, Trace

FORWARD, DECISION, CHANGE, NEW = "forward", "decision", "weight changes", "new weights"
WAITING = "The numbers appear when an example that makes an update is being shown (F7)."


@dataclass(frozen=True, slots=True)
class Moment:
    """What the algorithm is doing.

    Attributes
    ----------
    lit : frozenset of int
        Lines, from 1.
    values : dict of int to str
        Beside the lines.
    inequality : tuple of str
        What an update does to w.x, in lines; empty until one is shown.
    has_ended : bool
        Whether the last epoch passed without an update.
    """

    lit: frozenset[int]
    values: dict[int, str] = field(default_factory=dict)
    inequality: tuple[str, ...] = ()
    has_ended: bool = False


def updates_in_epoch(track: TrackFrame) -> int:
    """Return the updates in this epoch so far; right after an epoch those of that epoch."""
    return int(track.state.extra.get("updates_in_epoch", np.array(0)))


def converged(track: TrackFrame) -> bool:
    """Return the variable `converged`: whether nothing was changed in this epoch, or in the one that has just ended."""
    counters = track.state.counters
    return counters.presentations > 0 and updates_in_epoch(track) == 0


def moment_of(track: TrackFrame, phase: int, trace: Trace | None) -> Moment:
    """Return what the algorithm is doing.

    Parameters
    ----------
    track : TrackFrame
        The run at the cursor.
    phase : int
        How many phases of the next presentation are lit.
    trace : Trace or None
        Explains that presentation; not needed while no phase is lit.
    """
    model, state = track.model, track.state
    assert isinstance(model, FeedforwardModel)
    counters, w = state.counters, vector_of(model, state.params)
    at_epoch_start = counters.position_in_epoch == 0
    has_ended = at_epoch_start and counters.epochs > 0 and converged(track)
    values = {3: f"epoch {counters.epochs + 1}"}
    if phase == 0:
        if has_ended:
            return Moment(frozenset({3}), {3: "converged is true: the algorithm has ended"}, (), True)
        if counters.presentations == 0:
            return Moment(frozenset({1, 2}), {1: f"w = {vector(w)}", 2: "converged = false"})
        if at_epoch_start:
            return Moment(frozenset({3}), {3: f"converged is false: epoch {counters.epochs + 1} begins"})
        return Moment(frozenset({5}), {**values, 5: "the next example"})
    if trace is None:
        return Moment(frozenset())
    names = [lit.name for lit in trace.phases[:phase]]
    example = model.examples.training
    x, y = np.concatenate([[1.0], example.inputs[trace.example]]), float(example.targets[trace.example, 0])
    values[5] = (
        f"i = {counters.position_in_epoch + 1}: {example.names[trace.example]}, x = {vector(x)}, y = {signed(y)}"
    )
    lit = {4, 5} if at_epoch_start else {5}
    if at_epoch_start:
        values[4] = "a new epoch"
    if FORWARD in names:
        lit, net = {6}, float(_arrays(trace.phases, FORWARD)["net_inputs[0]"][0])
        values[6] = f"w·x = {number(net + 0.0, DIGITS)}"
    if DECISION in names:
        product = y * net + 0.0
        said = "≤ 0: yes" if trace.updated else "> 0: no, w stays"
        values[6] = f"y w·x = {factor(y)} × {factor(net)} = {number(product, DIGITS)} {said}"
    inequality: tuple[str, ...] = ()
    if trace.updated and CHANGE in names:
        lit = {7}
        rate = _rate(track)
        values[7] = f"w = {vector(w)} + {number(rate, DIGITS)} × {factor(y)} × {vector(x)}"
        numbers, verdict = larger(net, rate, y, float(x @ x))
        inequality = (numbers, verdict)
    if trace.updated and NEW in names:
        lit = {7, 8}
        values[7] += f" = {vector(_after(trace.phases))}"
        values[8] = "converged = false"
    return Moment(frozenset(lit), values, inequality)


def now_text(track: TrackFrame) -> str:
    """Say what the variables hold."""
    model, state = track.model, track.state
    assert isinstance(model, FeedforwardModel)
    is_so = "true" if converged(track) else "false"
    made = counted(updates_in_epoch(track), "update")
    counters = state.counters
    which = "the last" if counters.position_in_epoch == 0 and counters.epochs else "this"
    return (
        f"w = {vector(vector_of(model, state.params))}, η = {number(_rate(track), DIGITS)}, converged = {is_so}; "
        f"{made} in {which} epoch, {counters.updates} in all."
    )


def _rate(track: TrackFrame) -> float:
    model = track.model
    assert isinstance(model, FeedforwardModel)
    problem = model.problem
    if problem.options is None:
        return float(problem.learning_rate)
    return float(problem.options.schedule.rate(problem.learning_rate, track.state.counters.updates))


def _arrays(phases: Sequence[Phase], name: str) -> Mapping[str, NDArray[Any]]:
    return next(phase.arrays for phase in phases if phase.name == name)


def _after(phases: Sequence[Phase]) -> FloatArray:
    arrays = _arrays(phases, NEW)
    return np.concatenate([arrays["biases[0]"], arrays["weights[0]"][0]])
