"""Playing a run: slowly, example by example, or as fast as the machine can.

From a moment in the past the known part is gone through first, then training goes on: the same future, to the last bit.

Watching single examples is done here and now, in short slices. At full speed the runner's thread trains, if the
compiled kernel is ready; until then, or without it, slices do. Either way the states are the same to the last bit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from nlcore.history import History
from nlcore.records import FinishReason, RunnerState, TrainState
from nlcore.runner import Chunk, Report, Runner

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
class Finish:
    """Why playing ended, and what to say besides."""

    reason: FinishReason
    message: str = ""


class Playback:
    """Trains a history onwards, a little at every tick.

    Parameters
    ----------
    history : History
        Grows as training goes on.
    state : TrainState
        Where to begin: the history's head or a state before it.
    speed : Speed
        How fast.
    stops : bool
        Whether the experiment's stop rules hold.
    limit : int or None
        Presentations, counted from the start of training, at which to end.
    """

    def __init__(self, history: History, state: TrainState, speed: Speed, *, stops: bool, limit: int | None) -> None:
        self.history = history
        self.state = state
        self._speed = speed
        self._stops = stops
        self._limit = limit
        self._runner: Runner | None = None
        self._finish: Finish | None = None
        self._chunk = Chunk(SLICE_SECONDS)
        self._debt = 1.0  # the first example comes at once, also at one a second
        self._last_tick = time.perf_counter()
        self._mark = (self._last_tick, state.counters.updates)
        self.updates_per_second = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether single examples can be watched."""
        return self._speed.per_second is not None and self._speed.per_second <= WATCHABLE

    def set_speed(self, speed: Speed) -> None:
        """Go on at another speed."""
        if speed.per_second is not None:
            self._finish = self.stop()  # the thread may just have come to an end of its own: told at the next tick
        self._speed, self._debt, self._last_tick = speed, 0.0, time.perf_counter()

    def tick(self) -> Finish | None:
        """Train a little or collect what the thread has done; return why it ended, if it did."""
        if self._finish is not None:
            return self._finish
        if self._runner is None and self._may_use_thread():
            self._runner = Runner(self.history.trainer)
            self._runner.start(self.history.head, stops=self._stops, limit=self._limit)
        finish = self._collect(self._runner.take()) if self._runner is not None else self._train_slice()
        self._note_rate()
        return finish

    def stop(self) -> Finish | None:
        """End the thread, if there is one, and collect the last it did; takes some milliseconds at most."""
        if self._runner is None:
            return None
        runner, self._runner = self._runner, None
        runner.pause()
        return self._collect(runner.take())

    def _may_use_thread(self) -> bool:
        is_fast = self.history.trainer.model.is_fast
        return self._speed.per_second is None and is_fast and self.state is self.history.head

    def _collect(self, report: Report | None) -> Finish | None:
        if report is None:
            return None
        self.history.curves.append(report.clock, report.values)
        self.history.record(report.state)
        self.state = report.state
        if report.status.state is RunnerState.FINISHED and report.status.reason is not None:
            return Finish(report.status.reason, report.status.message)
        return None

    def _train_slice(self) -> Finish | None:
        began = last = time.perf_counter()
        per_second = self._speed.per_second
        if per_second is not None:
            self._debt = min(self._debt + (began - self._last_tick) * per_second, max(1.0, per_second))
        self._last_tick = began
        while last - began < SLICE_SECONDS:
            n = self._chunk.n if per_second is None else min(self._chunk.n, int(self._debt))
            if self._limit is not None:
                left = self._limit - self.state.counters.presentations
                if left <= 0:
                    reason = self.history.trainer.finish_reason(self.state, stops=False)
                    return Finish(reason or FinishReason.LIMIT)
                n = min(n, left)
            if n <= 0:
                return None
            reason = self._forward(n)
            now = time.perf_counter()
            self._chunk.note(n, now - last)
            last, self._debt = now, self._debt - n
            if reason is not None:
                return Finish(reason)
        return None

    def _forward(self, n: int) -> FinishReason | None:
        """Go `n` presentations on: through what is known, or beyond it."""
        if self.state is self.history.head:
            reason = advance(self.history, n, stops=self._stops)
            self.state = self.history.head
            return reason
        left = self.history.head.counters.presentations - self.state.counters.presentations
        if n < left:
            self.state = self.history.advance_from(self.state, n)
            return None
        self.state = self.history.head
        return self.history.trainer.finish_reason(self.state, stops=self._stops)

    def _note_rate(self) -> None:
        now, updates = time.perf_counter(), self.state.counters.updates
        if now - self._mark[0] >= 0.5:
            self.updates_per_second = (updates - self._mark[1]) / (now - self._mark[0])
            self._mark = (now, updates)


def advance(history: History, n: int, *, stops: bool) -> FinishReason | None:
    """Train a history's head onwards by `n` presentations; return why it ended early, if it did."""
    after = history.trainer.measured_advance(history.head, n, stops=stops)
    history.curves.append(after.clock, after.values)
    history.record(after.state)
    return after.reason
