"""Segments: the stretches of a run between two interventions, in each of which one trainer is in force.

A segment begins with what happens at its moment; several interventions may share one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from nlcore.curves import Curves
from nlcore.interventions import Intervention, changed_state, ends_epoch, is_measured
from nlcore.lineage import Descent
from nlcore.records import TrainState
from nlcore.trainer import Trainer

Step = tuple[Intervention, Descent]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of a run in which one trainer is in force.

    Attributes
    ----------
    at : int
        Presentations at its beginning.
    before : Descent
        Of the trainer in force until then; for the first segment the one the run begins with.
    steps : tuple of (Intervention, Descent)
        What happens at its beginning, each with that of the trainer in force after it.
    """

    at: int
    before: Descent
    steps: tuple[Step, ...] = ()

    @property
    def after(self) -> Descent:
        """That of the trainer in force after the beginning."""
        return self.steps[-1][1] if self.steps else self.before

    @property
    def begins_epoch(self) -> bool:
        """Whether an epoch begins with it, wherever the one before was."""
        return self.at == 0 or any(ends_epoch(step.change) for step, _ in self.steps)


def place(segments: list[Segment], presentations: int) -> int:
    """Return the number of the segment in which a moment lies."""
    return bisect_right(segments, presentations, key=lambda segment: segment.at) - 1


def segments_until(segments: list[Segment], at: int, step: Step) -> list[Segment]:
    """Return the segments up to a moment, and what happens there."""
    number = place(segments, at)
    last = segments[number]
    if last.at == at:
        return [*segments[:number], Segment(at, last.before, (*last.steps, step))]
    return [*segments[: number + 1], Segment(at, last.after, (step,))]


def entered(segment: Segment, state: TrainState, curves: Curves | None) -> TrainState:
    """Return the state after all that happens at the beginning of a segment."""
    before = segment.before
    for step, after in segment.steps:
        state = changed_state(before.trainer, state, step.change)
        if curves is not None and is_measured(step.change):
            append_measurement(curves, after.trainer, state)
        before = after
    return state


def append_measurement(curves: Curves, trainer: Trainer, state: TrainState) -> None:
    """Append a measurement of a state."""
    counters = state.counters
    epochs = counters.epochs + counters.position_in_epoch / trainer.model.epoch_length
    clock = np.array([[counters.presentations, counters.updates, epochs]], dtype=np.float64)
    curves.append(clock, trainer.measure(state)[None, :])
