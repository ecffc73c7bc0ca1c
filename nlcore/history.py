"""What a run leaves behind: its curves and enough checkpoints to come back to any moment.

A run is an experiment and the interventions in it. Between two interventions one trainer is in force; this stretch is a
segment. Any state between two checkpoints is computed again, to the last bit, through all interventions on the way.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np

from nlcore.checkpoints import Checkpoints
from nlcore.curves import Best, Curves
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.interventions import Change, Intervention, changed_state, ends_epoch, is_measured
from nlcore.lineage import Descent
from nlcore.records import StepUnit, TrainState
from nlcore.trainer import Trainer

WAY_POINTS = 64
"""The way to a visited moment is cut in halves down to this fraction of the distance between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Run:
    """All that decides a run: equal runs have equal states.

    Attributes
    ----------
    experiment : Experiment
        As it was at the start.
    data : Data or None
        The examples at the start.
    kernel : str
        Which loop does the training.
    interventions : tuple of Intervention
        Oldest first; several may share a moment.
    """

    experiment: Experiment
    data: Data | None
    kernel: str
    interventions: tuple[Intervention, ...] = ()


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


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was stored of a run besides its experiment and data, to go on from there.

    Attributes
    ----------
    first : Descent
        Of the trainer that the run begins with.
    steps : tuple of (Intervention, Descent)
        The interventions, oldest first, each with that of the trainer in force after it.
    start, head : TrainState
        The first and the newest state.
    curves : Curves
        Measurements up to the head.
    checkpoints : Checkpoints
        States of the run.
    """

    first: Descent
    steps: tuple[Step, ...]
    start: TrainState
    head: TrainState
    curves: Curves
    checkpoints: Checkpoints


class History:
    """The curves of a run, and its checkpoints.

    Parameters
    ----------
    trainer : Trainer
        Computes what lies between checkpoints; in a run with interventions the one in force at the start.
    past : Past, optional
        What was stored of the run; without it a new one begins.
    """

    def __init__(self, trainer: Trainer, past: Past | None = None) -> None:
        self.run = Run(trainer.experiment, trainer.model.data, trainer.model.kernel)
        self._segments = [Segment(0, past.first if past is not None else Descent(trainer))]
        if past is None:
            self.start = self.head = trainer.initial_state()
            self.curves = Curves(trainer.model.columns)
            self._checkpoints = Checkpoints(self.start)
            _measure(self.curves, trainer, self.start)
            return
        self.run = replace(self.run, interventions=tuple(intervention for intervention, _ in past.steps))
        self.start, self.head, self.curves, self._checkpoints = past.start, past.head, past.curves, past.checkpoints
        for step in past.steps:
            self._segments = self._segments_until(step[0].at, step)

    @property
    def trainer(self) -> Trainer:
        """What trains on from the head."""
        return self._segments[-1].after.trainer

    @property
    def steps(self) -> tuple[Step, ...]:
        """The interventions, oldest first, each with the descent of the trainer in force after it."""
        return tuple(step for segment in self._segments for step in segment.steps)

    @property
    def first_trainer(self) -> Trainer:
        """What is in force before the first intervention."""
        return self._segments[0].before.trainer

    @property
    def kept_states(self) -> list[TrainState]:
        """The states that are kept, oldest first, and the newest."""
        return self._checkpoints.all_with(self.head)

    @property
    def n_checkpoints(self) -> int:
        """Number of states that are kept."""
        return len(self._checkpoints)

    @property
    def n_checkpoint_bytes(self) -> int:
        """Size of the states that are kept."""
        return self._checkpoints.n_bytes

    def limit_checkpoints(self, n_bytes: int) -> None:
        """Let checkpoints take so many bytes from now on."""
        self._checkpoints.limit_bytes(n_bytes)

    def record(self, state: TrainState) -> None:
        """Make a newer state of the run its head, and keep it as a checkpoint where one is due."""
        self.head = state
        self._checkpoints.record(state)

    def states_to_keep(self, most_bytes: int) -> tuple[tuple[TrainState, ...], int]:
        """Return states spread over the run that take at most so many bytes, and their spacing, for storing it."""
        return self._checkpoints.to_keep(most_bytes)

    # --- going to a moment -------------------------------------------------------------------------------------------

    def trainer_at(self, presentations: int) -> Trainer:
        """Return the trainer that shows the next example after so many presentations."""
        return self._segments[self._segment(presentations)].after.trainer

    def position_at(self, presentations: int) -> int:
        """Return how many examples of its epoch came before a moment; interventions at this moment have happened."""
        number = self._segment(presentations)
        base = next(segment.at for segment in self._segments[number::-1] if segment.begins_epoch)
        return (presentations - base) % self.trainer_at(presentations).model.epoch_length

    def state_at(self, presentations: int) -> TrainState:
        """Return the state after that many presentations, equal to the forward run bit for bit.

        Interventions at this very moment have happened.

        Parameters
        ----------
        presentations : int
            From 0 to the head; anything else is brought into that range.
        """
        head = self.head.counters.presentations
        wanted = min(max(presentations, 0), head)
        if wanted == head:
            return self.head
        state = self._checkpoints.nearest(wanted)
        step = max(1, self._checkpoints.gap(wanted, head) // WAY_POINTS)
        left = wanted - state.counters.presentations
        while left > step:
            left //= 2
            state = self._walk(state, wanted - left)
            self._checkpoints.visit(state)
        return self._walk(state, wanted)

    def advance_from(self, state: TrainState, n: int) -> TrainState:
        """Return the state `n` presentations after a state of this run, through the interventions on the way.

        It comes earlier only if the weights diverge beyond the head.
        """
        return self._walk(state, state.counters.presentations + n)

    def presentations_to(self, state: TrainState, unit: StepUnit) -> int:
        """Return how many presentations one step of a unit takes from a state of this run.

        As `Trainer.presentations_to`, but an intervention on the way may end the epoch or make updates possible again.
        """
        done, head = state.counters.presentations, self.head.counters.presentations
        if unit == "presentation":
            return 1
        if unit == "epoch":
            trainer = self.trainer_at(done)
            ends = [segment.at for segment in self._segments if segment.begins_epoch and segment.at > done]
            return min([trainer.presentations_to(state, "epoch"), *(end - done for end in ends)])
        if self.head.counters.updates > state.counters.updates:
            return self._first_with(state.counters.updates + 1, head) - done
        return head - done + self.trainer.presentations_to(self.head, "update")

    def before(self, state: TrainState, unit: StepUnit) -> int:
        """Return the presentation that one step back from a state of this run leads to.

        Parameters
        ----------
        state : TrainState
            Where to step back from.
        unit : str
            "presentation"; "epoch": the start of this epoch, or of the one before if this is its start; "update": right
            after the last update, or after the one before that if this is that moment.
        """
        done, updates = state.counters.presentations, state.counters.updates
        if done == 0 or (unit == "update" and updates == 0):
            return 0
        last = done - 1
        if unit == "presentation" or last == 0:
            return last
        if unit == "epoch":
            return last - self.position_at(last)
        near = self._checkpoints.nearest(last - 1).counters
        if updates - near.updates == done - near.presentations:
            return last  # every presentation from there on was an update
        earlier = self._first_with(updates - 1, done)
        since = self._first_with(updates, done)
        return since if since < done else earlier

    def best_validation(self) -> Best | None:
        """Return when the validation loss was lowest so far; None without a validation set."""
        column = self.curves.column("validation", "loss")
        return None if column is None else self.curves.best(column)

    def _first_with(self, updates: int, until: int) -> int:
        """Return the first presentation after which there were so many updates, given a moment that has as many.

        The search goes forward once from the last state known to have fewer, in steps that are halved when they reach
        too far; where it comes near is kept, so that the next search begins there.
        """
        if updates <= 0:
            return 0
        state, high = self._checkpoints.around_update(updates, until)
        while state.counters.presentations + 1 < high:
            middle = self._walk(state, (state.counters.presentations + high) // 2)
            if middle.counters.updates >= updates:
                high = middle.counters.presentations
            else:
                state = middle
        self._checkpoints.visit(state)
        return high

    # --- changing the run --------------------------------------------------------------------------------------------

    def fork(self, at: int, change: Change) -> History:
        """Return the history of another run: this one up to a moment, and there an intervention.

        Parameters
        ----------
        at : int
            Presentations, from 0 to the head. Earlier interventions, and those at this moment, are inherited.
        change : SettingsChange, WeightEdit or DataEdit
            What happens then.

        Raises
        ------
        ExperimentError, DataError
            If the change does not fit; see `nlcore.interventions.apply`.
        """
        child = copy.copy(self)
        child.intervene(at, change)
        return child

    def intervene(self, at: int, change: Change) -> None:
        """Forget what came after a moment and change the run there; see `fork`, which leaves this history as it is."""
        moment = self.state_at(at)
        at = moment.counters.presentations
        before = self._segments[self._segment(at)].after
        step = (Intervention(at, change), before.after(change))
        head = changed_state(before.trainer, moment, change)
        self._checkpoints.visit(moment)  # a child leaves its parent able to come back here at once
        curves, checkpoints = self._curves_until(at), self._checkpoints.until(at) if at else Checkpoints(head)
        checkpoints.record(head)
        self._segments = self._segments_until(at, step)
        self._checkpoints, self.curves, self.head = checkpoints, curves, head
        inherited = tuple(earlier for earlier in self.run.interventions if earlier.at <= at)
        self.run = replace(self.run, interventions=(*inherited, step[0]))
        if is_measured(change):
            _measure(curves, step[1].trainer, head)

    def _segments_until(self, at: int, step: Step) -> list[Segment]:
        """Return the segments up to a moment, and what happens there."""
        number = self._segment(at)
        last = self._segments[number]
        if last.at == at:
            return [*self._segments[:number], Segment(at, last.before, (*last.steps, step))]
        return [*self._segments[: number + 1], Segment(at, last.after, (step,))]

    def _curves_until(self, at: int) -> Curves:
        """Return a copy of the curves with all measurements up to a moment; those lost in a merged bucket anew."""
        curves, missing = self.curves.until(at)
        if missing is None:
            return curves
        if missing > 0:
            self._walk(self.state_at(missing - 1), at, curves)
            return curves
        first = self._segments[0]
        _measure(curves, first.before.trainer, self.start)
        self._walk(_entered(first, self.start, curves), at, curves)
        return curves

    def _segment(self, presentations: int) -> int:
        return bisect_right(self._segments, presentations, key=lambda segment: segment.at) - 1

    def _walk(self, state: TrainState, target: int, curves: Curves | None = None) -> TrainState:
        """Go on to a moment through the interventions on the way, and measure if there are curves to fill."""
        here, number = state.counters.presentations, self._segment(state.counters.presentations)
        while here < target:
            following = self._segments[number + 1] if number + 1 < len(self._segments) else None
            end = target if following is None else min(target, following.at)
            trainer = self._segments[number].after.trainer
            if curves is None:
                state = trainer.advance(state, end - here)
            else:
                advance = trainer.measured_advance(state, end - here, stops=False)
                curves.append(advance.clock, advance.values)
                state = advance.state
            here = state.counters.presentations
            if here < end and here >= self.head.counters.presentations:
                break  # diverged, and nobody went on from there
            if following is not None and here == following.at:
                state, number = _entered(following, state, curves), number + 1
        return state


def _entered(segment: Segment, state: TrainState, curves: Curves | None) -> TrainState:
    """Return the state after all that happens at the beginning of a segment."""
    before = segment.before
    for step, after in segment.steps:
        state = changed_state(before.trainer, state, step.change)
        if curves is not None and is_measured(step.change):
            _measure(curves, after.trainer, state)
        before = after
    return state


def _measure(curves: Curves, trainer: Trainer, state: TrainState) -> None:
    """Append a measurement of a state."""
    counters = state.counters
    epochs = counters.epochs + counters.position_in_epoch / trainer.model.epoch_length
    clock = np.array([[counters.presentations, counters.updates, epochs]], dtype=np.float64)
    curves.append(clock, trainer.measure(state)[None, :])
