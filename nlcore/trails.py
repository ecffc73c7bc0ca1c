"""The way of a run through the space of parameters, as a bounded number of points, gone again where states are missing.

A `Course` is a snapshot of a history: all trainers on the way and all that was changed by hand. It can be gone again in
another thread, because nothing of it changes; the history itself stays where it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.errors import CancelledError
from nlcore.history import History
from nlcore.interventions import Change, changed_state
from nlcore.records import Counters, FloatArray, TrainState
from nlcore.trainer import Trainer

MOST_POINTS = 500
MOST_BYTES = 8 * 2**20
ALL_FIRST = 200
"""Of the updates at the beginning, where weights change most, so many are points in any case."""
MOST_CHANGES = 40
"""Of a course with more changes by hand only the kept states are known: each change may need a trainer of its own."""
LONG, LONG_SLOW = 1_000_000, 20_000
"""Presentations from which on kept states near a wanted moment do as well; without the compiled loop."""
CHUNK, CHUNK_SLOW = 20_000, 200
"""Presentations between two looks at whether the work was given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One moment of a run.

    Attributes
    ----------
    params : ndarray, shape (n_params,)
        Where it was.
    counters : Counters
        When that was.
    is_by_hand : bool
        Whether somebody changed weights or examples there: no training leads from the point before to this one.
    """

    params: FloatArray
    counters: Counters
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The way of a run.

    Attributes
    ----------
    points : tuple of Point
        Oldest first.
    is_complete : bool
        Whether every update is among them.
    """

    points: tuple[Point, ...]
    is_complete: bool

    def until(self, presentations: int) -> Trail:
        """Return the way up to a moment."""
        end = bisect_right(self.points, presentations, key=lambda point: point.counters.presentations)
        return Trail(self.points[:end], self.is_complete) if end < len(self.points) else self


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of a run in which one trainer is in force.

    Attributes
    ----------
    at : int
        Presentations at its beginning.
    changes : tuple of (Trainer, Change)
        What happens then, each with the trainer before it.
    trainer : Trainer
        In force afterwards.
    """

    at: int
    changes: tuple[tuple[Trainer, Change], ...]
    trainer: Trainer

    def entered(self, state: TrainState) -> TrainState:
        """Return the state after all that happens at the beginning."""
        for trainer, change in self.changes:
            state = changed_state(trainer, state, change)
        return state


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """All that is needed to go the way of a run again.

    Attributes
    ----------
    start : TrainState
        The first state, before any change.
    stretches : tuple of Stretch
        The first begins at 0.
    end : int
        Presentations up to which the run is known.
    kept : tuple of TrainState
        States of the run that are known, oldest first; after the changes at their moments.
    """

    start: TrainState
    stretches: tuple[Stretch, ...]
    end: int
    kept: tuple[TrainState, ...]


def course_of(history: History) -> Course | None:
    """Return a snapshot of a history, for another thread; None if too much was changed in it by hand."""
    if len(history.steps) > MOST_CHANGES:
        return None
    trainer = history.first_trainer
    stretches = [Stretch(0, (), trainer)]
    for intervention, descent in history.steps:
        last, before = stretches[-1], trainer
        trainer = descent.trainer
        change = (before, intervention.change)
        if intervention.at == last.at:
            stretches[-1] = Stretch(last.at, (*last.changes, change), trainer)
        else:
            stretches.append(Stretch(intervention.at, (change,), trainer))
    kept = tuple(history.kept_states)
    return Course(history.start, tuple(stretches), history.head.counters.presentations, kept)


def kept_trail(history: History, presentations: int) -> Trail:
    """Return the way up to a moment as far as it is known without computing anything."""
    states = [state for state in history.kept_states if state.counters.presentations <= presentations]
    states = states[:: max(1, -(-len(states) // most_points(history.head.params.size)))]
    return Trail(tuple(Point(state.params, state.counters) for state in states), is_complete=False)


def most_points(n_params: int) -> int:
    """Return how many points a trail may have."""
    return max(24, min(MOST_POINTS, MOST_BYTES // (8 * n_params)))


def retraced(course: Course, cancelled: Callable[[], bool]) -> Trail:
    """Return the way of a course, gone again: every update of a short run, else the first ones and evenly spread ones.

    Parameters
    ----------
    course : Course
        The way.
    cancelled : callable
        Asked now and then whether to give up.

    Raises
    ------
    CancelledError
        If somebody gave the work up.
    """
    return _Walk(course, cancelled).trail()


def points_at(course: Course, moments: Sequence[int], cancelled: Callable[[], bool]) -> tuple[Point, ...]:
    """Return the states of a course at some moments exactly; those that the run has not reached are left out.

    Parameters
    ----------
    course : Course
        The way.
    moments : sequence of int
        Presentations. At a moment at which something was changed by hand, the state after the change.
    cancelled : callable
        Asked now and then whether to give up.

    Raises
    ------
    CancelledError
        If somebody gave the work up.
    """
    return _Walk(course, cancelled).points_at(sorted(set(moments)))


class _Walk:
    """Goes a course again."""

    def __init__(self, course: Course, cancelled: Callable[[], bool]) -> None:
        self._course, self._cancelled = course, cancelled
        self._moments = [state.counters.presentations for state in course.kept]
        most = most_points(course.start.params.size)
        self._n_first = min(ALL_FIRST, most // 2)
        ends = [stretch.at for stretch in course.stretches[1:]] + [course.end]
        pairs = list(zip(course.stretches, ends, strict=True))
        self._ends = ends
        n_updates = sum((end - s.at) / _per_update(s.trainer) for s, end in pairs)
        every = (n_updates - self._n_first) / (most - self._n_first)
        self._every = 1 if n_updates <= most else 1 << max(0, int(np.ceil(np.log2(max(every, 1.0)))))
        is_fast = course.stretches[-1].trainer.model.is_fast
        self._snaps = course.end > (LONG if is_fast else LONG_SLOW)
        self._chunk = CHUNK if is_fast else CHUNK_SLOW

    def trail(self) -> Trail:
        points: list[Point] = []
        state = self._course.start
        for number, (stretch, end) in enumerate(zip(self._course.stretches, self._ends, strict=True)):
            state = stretch.entered(state)
            is_by_hand = number > 0 and not np.array_equal(points[-1].params, state.params)
            if not points or is_by_hand:
                points.append(Point(state.params, state.counters, is_by_hand))
            while (here := state.counters.presentations) < end:
                n = 1 if len(points) < self._n_first else self._every
                wanted = min(here + _presentations(stretch.trainer, state.counters, n), end)
                after = self._state_near(stretch, state, wanted, (wanted - here) // 2 if n > 1 and self._snaps else 0)
                if after.counters.presentations == here:
                    break  # diverged
                has_moved = after.counters.updates > points[-1].counters.updates
                if has_moved or after.counters.presentations == self._course.end:
                    points.append(Point(after.params, after.counters))
                state = after
        return Trail(tuple(points), is_complete=self._every == 1)

    def points_at(self, moments: Sequence[int]) -> tuple[Point, ...]:
        points: list[Point] = []
        state, last = self._course.start, len(self._ends) - 1
        for number, (stretch, end) in enumerate(zip(self._course.stretches, self._ends, strict=True)):
            state = stretch.entered(state)
            for moment in moments:
                if stretch.at <= moment < end or (number == last and moment == end):
                    state = self._state_near(stretch, state, moment, 0)
                    if state.counters.presentations == moment:  # else it diverged before
                        points.append(Point(state.params, state.counters))
            if number < last:
                state = self._state_near(stretch, state, end, 0)
        return tuple(points)

    def _state_near(self, stretch: Stretch, state: TrainState, wanted: int, near: int) -> TrainState:
        """Return the state at a moment before the next stretch; a kept one will do that is so many presentations near.

        A kept state at the beginning of the next stretch is none of this one: the changes there have happened in it.
        """
        here, number = state.counters.presentations, self._course.stretches.index(stretch)
        is_last = number == len(self._ends) - 1
        before = bisect_right(self._moments, min(wanted + near, self._ends[number] - (not is_last))) - 1
        if before >= 0 and self._moments[before] > here:
            state = self._course.kept[before]
            if self._moments[before] >= wanted - near:
                return state
        while (missing := wanted - state.counters.presentations) > 0:
            if self._cancelled():
                raise CancelledError("the way was given up")
            after = stretch.trainer.advance(state, min(missing, self._chunk))
            if after.counters.presentations == state.counters.presentations:
                break
            state = after
        return state


def _per_update(trainer: Trainer) -> int:
    """Return how many presentations an update takes, at most."""
    training, length = trainer.experiment.training, trainer.model.epoch_length
    return {"incremental": 1, "mini_batch": min(training.batch_size, length), "batch": length}[training.mode]


def _presentations(trainer: Trainer, counters: Counters, n: int) -> int:
    """Return how many presentations complete the next `n` batches."""
    batch, length = _per_update(trainer), trainer.model.epoch_length
    each_epoch = -(-length // batch)
    position = counters.position_in_epoch
    found = min(batch - position % batch, length - position)
    position = (position + found) % length
    found += (n - 1) // each_epoch * length
    for _ in range((n - 1) % each_epoch):
        step = min(batch - position % batch, length - position)
        found, position = found + step, (position + step) % length
    return found


def merged(trail: Trail, states: Sequence[TrainState]) -> Trail:
    """Return a trail that goes on with later states."""
    last = trail.points[-1].counters.presentations if trail.points else -1
    later = [Point(s.params, s.counters) for s in states if s.counters.presentations > last]
    return Trail((*trail.points, *later), trail.is_complete) if later else trail
