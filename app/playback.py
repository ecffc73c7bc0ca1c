"""Playing runs: slowly, example by example, or as fast as the machine can. Several runs keep to one clock.

From a moment in the past the known part is gone through first, then training goes on: the same future, to the last bit.

Watching single examples is done here and now, in short slices. At full speed the runner's thread trains, if the
compiled kernel is ready; until then, or without it, slices do. Either way the states are the same to the last bit.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.lane import NO_UPDATE, Finish, Lane
from nlcore.history import History
from nlcore.records import TrainState
from nlcore.runner import Chunk, Runner
from nlcore.trainer import STEP_LIMIT

WATCHABLE = 30
"""Examples a second that an eye can follow one by one."""
SLICE_SECONDS = 0.008
"""How long training may hold up the window at a time."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A playback speed: presentations a second, or None for as fast as possible."""

    label: str
    per_second: float | None


SPEEDS = (
    Speed("1 example/s", 1),
    Speed("3 examples/s", 3),
    Speed("10 examples/s", 10),
    Speed("30 examples/s", 30),
    Speed("100 examples/s", 100),
    Speed("1 000 examples/s", 1_000),
    Speed("10 000 examples/s", 10_000),
    Speed("full speed", None),
)
DEFAULT_SPEED = SPEEDS[5]


@dataclass(frozen=True, slots=True)
class Goal:
    """How far to play.

    Attributes
    ----------
    stops : bool
        Whether the experiment's stop rules hold, but for those that hold already at the beginning.
    presentations, updates : int or None
        Where to end, counted from the start of training. Updates are those of the first run; the others end where it
        does.
    """

    stops: bool = True
    presentations: int | None = None
    updates: int | None = None


class Playback:
    """Trains runs onwards, a little at every tick.

    Parameters
    ----------
    runs : sequence of (History, TrainState)
        Each with where to begin: its head or a state before it. The first one leads.
    speed : Speed
        How fast.
    goal : Goal
        How far.
    """

    def __init__(self, runs: Sequence[tuple[History, TrainState]], speed: Speed, goal: Goal) -> None:
        self.goal = goal
        self.lanes = tuple(Lane(history, state, stops=goal.stops) for history, state in runs)
        self._first = self.lanes[0]
        self._speed = speed
        self._updated_at = self._first.state.counters
        self._runner: Runner | None = None
        self._in_thread: tuple[Lane, ...] = ()
        self._message = ""
        self._chunk = Chunk(SLICE_SECONDS)
        self._debt = 1.0  # the first example comes at once, also at one a second
        self._last_tick = time.perf_counter()
        self._mark = (self._last_tick, self._updated_at.updates)
        self.updates_per_second = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether single examples can be watched."""
        return self._speed.per_second is not None and self._speed.per_second <= WATCHABLE

    @property
    def finish(self) -> Finish | None:
        """Why the first run ended, when all have."""
        return self._first.finish if all(lane.finish is not None for lane in self.lanes) else None

    def set_speed(self, speed: Speed) -> None:
        """Go on at another speed."""
        if speed.per_second is not None:
            self.stop()  # the thread may just have come to an end of its own: told at the next tick
        self._speed, self._debt, self._last_tick = speed, 0.0, time.perf_counter()

    def tick(self) -> Finish | None:
        """Train a little or collect what the thread has done; return why the first run ended when all have."""
        if self.finish is not None:
            return self.finish
        if self._runner is None and self._may_use_thread():
            self._in_thread = tuple(self._active())
            self._runner = Runner(*(lane.trainer for lane in self._in_thread))
            states = (lane.state for lane in self._in_thread)
            self._runner.start(*states, stops=self.goal.stops, limit=self.goal.presentations)
        if self._runner is not None:
            self._collect(self._runner)
        else:
            self._train_slice()
        self._note_rate()
        return self.finish

    def stop(self) -> Finish | None:
        """End the thread, if there is one, and collect the last it did; takes some milliseconds at most."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            runner.pause()
            self._collect(runner)
        return self.finish

    def _active(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.finish is None]

    def _may_use_thread(self) -> bool:
        if self._speed.per_second is not None or self.goal.updates is not None:
            return False
        return all(lane.history.trainer.model.is_fast and lane.is_at_head for lane in self._active())

    def _collect(self, runner: Runner) -> None:
        for lane, report in zip(self._in_thread, runner.take() or (), strict=False):
            if lane.finish is None:
                lane.collect(report)

    def _train_slice(self) -> None:
        began = last = time.perf_counter()
        per_second = self._speed.per_second
        if per_second is not None:
            self._debt = min(self._debt + (began - self._last_tick) * per_second, max(1.0, per_second))
        self._last_tick = began
        while last - began < SLICE_SECONDS:
            n = self._chunk.n if per_second is None else min(self._chunk.n, int(self._debt))
            n = min(n, self._left())
            active = self._active()
            if n <= 0 or not active:
                return
            least = min(lane.done for lane in active)  # whoever is ahead waits
            for lane in active:
                if lane.done < least + n:
                    lane.forward(least + n)
            now = time.perf_counter()
            self._chunk.note(n, now - last)
            last, self._debt = now, self._debt - n

    def _left(self) -> int:
        """Return how many presentations are allowed at once; runs that have reached the goal are ended."""
        self._look_for_update()
        end = self.goal.presentations
        if end is not None:
            for lane in self._active():
                if lane.done >= end:
                    lane.end_here(self._message)
        active, allowed = self._active(), [self._chunk.n]
        if active and end is not None:
            allowed.append(end - min(lane.done for lane in active))
        if active and end is None and self.goal.updates is not None:  # a presentation writes the weights once at most
            allowed.append(self.goal.updates - self._first.state.counters.updates)
        return min(allowed)

    def _look_for_update(self) -> None:
        """Let all runs end where the first one has made its updates, or where none is in sight."""
        goal, counters = self.goal, self._first.state.counters
        if goal.updates is None or goal.presentations is not None:
            return
        if counters.updates > self._updated_at.updates:
            self._updated_at = counters
        search = min(2 * self._first.history.trainer.model.epoch_length, STEP_LIMIT)
        is_there = counters.updates >= goal.updates
        if not is_there and counters.presentations - self._updated_at.presentations >= search:
            is_there, self._message = True, NO_UPDATE
        if is_there or self._first.finish is not None:
            self.goal = replace(goal, presentations=counters.presentations)

    def _note_rate(self) -> None:
        now, updates = time.perf_counter(), self._first.state.counters.updates
        if now - self._mark[0] >= 0.5:
            self.updates_per_second = (updates - self._mark[1]) / (now - self._mark[0])
            self._mark = (now, updates)
