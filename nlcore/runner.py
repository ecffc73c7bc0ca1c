"""Training in the background: one plain thread, a mailbox, and flags looked at between two calls of the kernel.

The thread never calls back. Whoever wants to know takes the newest report out of the mailbox; measurements are
collected in between so that none is lost. A call of the kernel lasts milliseconds, so a pause takes effect at once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np

from nlcore.families import Advance
from nlcore.records import FinishReason, FloatArray, RunnerState, RunStatus, TrainState
from nlcore.trainer import Trainer

CALL_SECONDS = 0.015
"""How long one call of the kernel should last: after each, the thread waits for the interpreter, which a window that
draws holds for some milliseconds. With half of this, a third of the speed is lost; twice as long would delay a pause.
"""
LEAST_SECONDS = 0.002
"""How long one call should last at least where several runs take turns."""
MOST_PER_CALL = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What has happened since the last report was taken.

    Attributes
    ----------
    state : TrainState
        The newest state.
    clock : ndarray, shape (n, 3)
        Presentations, updates and epochs of the new measurements.
    values : ndarray, shape (n, n_columns)
        The new measurements.
    status : RunStatus
        Whether it is still going on, and if not, why.
    """

    state: TrainState
    clock: FloatArray
    values: FloatArray
    status: RunStatus


class Chunk:
    """How many presentations to ask for, so that a call lasts about as long as wanted."""

    __slots__ = ("n", "seconds")

    def __init__(self, seconds: float = CALL_SECONDS) -> None:
        self.seconds = seconds
        self.n = 1

    def note(self, done: int, took: float) -> None:
        """Learn from a call of `done` presentations that took `took` seconds."""
        wanted = done * self.seconds / max(took, 1e-6)
        self.n = int(min(max(1.0, wanted), 4.0 * self.n, MOST_PER_CALL))


class Runner:
    """Trains one or several runs in a thread of its own until it is paused or all are done.

    Several runs keep to one clock: whoever has seen more presentations than the others waits for them.

    Parameters
    ----------
    trainers : Trainer
        What to train with, one for each run.
    """

    def __init__(self, *trainers: Trainer) -> None:
        self.trainers = trainers
        self._lock = threading.Lock()
        self._paused = threading.Event()
        self._thread: threading.Thread | None = None
        self._lanes: tuple[_Lane, ...] = ()
        self._seconds = max(CALL_SECONDS, LEAST_SECONDS * len(trainers))

    @property
    def is_running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, *states: TrainState, stops: bool = True, limit: int | None = None) -> None:
        """Begin to train.

        Parameters
        ----------
        states : TrainState
            Where each run begins.
        stops : bool
            Whether the experiments' stop rules hold.
        limit : int, optional
            Presentations, counted from the start of training, at which to end.
        """
        self.pause()
        self._paused.clear()
        with self._lock:
            pairs = zip(self.trainers, states, strict=True)
            self._lanes = tuple(_Lane(trainer, state, stops=stops) for trainer, state in pairs)
        self._thread = threading.Thread(target=self._work, args=(limit,), name="nllab-runner", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """End the thread at the next boundary between two calls, and wait for it."""
        self._paused.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def take(self) -> tuple[Report, ...] | None:
        """Take the newest report of each run out of the mailbox; None if nothing is new. Any thread may call it.

        The reports are of one moment: no run has a newer one than another.
        """
        with self._lock:
            if not any(lane.has_news for lane in self._lanes):
                return None
            return tuple(lane.report() for lane in self._lanes)

    def _work(self, limit: int | None) -> None:
        """Run in the thread: train round by round and publish."""
        try:
            self._train(limit)
        except Exception as error:  # the thread must end with a report, whatever happened
            with self._lock:
                for lane in self._lanes:
                    if not lane.is_done:
                        lane.end(FinishReason.ERRORED, f"{type(error).__name__}: {error}")

    def _train(self, limit: int | None) -> None:
        chunk = Chunk(self._seconds)
        with self._lock:
            for lane in self._lanes:
                lane.look()
        while not self._paused.is_set():
            active = [lane for lane in self._lanes if not lane.is_done]
            if not active:
                return
            least = min(lane.done for lane in active)
            until = least + chunk.n if limit is None else min(least + chunk.n, limit)
            began = time.perf_counter()
            found = [(lane, lane.advanced(until)) for lane in active if lane.done < until]
            if found:
                chunk.note(until - least, time.perf_counter() - began)
            with self._lock:
                for lane, after in found:
                    lane.take_over(after)
                if until == limit:
                    for lane in active:
                        if not lane.is_done:
                            lane.end(FinishReason.LIMIT)
        with self._lock:
            for lane in self._lanes:
                if not lane.is_done:
                    lane.status, lane.has_news = RunStatus(RunnerState.IDLE), True


class _Lane:
    """One run of a runner: where it is and what it has measured since the last report."""

    def __init__(self, trainer: Trainer, state: TrainState, *, stops: bool) -> None:
        self._trainer, self._stops = trainer, stops
        self._state = state
        self._blocks: list[tuple[FloatArray, FloatArray]] = []
        self.status = RunStatus(RunnerState.RUNNING)
        self.has_news = False

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self.status.state is RunnerState.FINISHED

    @property
    def done(self) -> int:
        """Presentations so far."""
        return self._state.counters.presentations

    def look(self) -> None:
        """End it if nothing is left to train."""
        reason = self._trainer.finish_reason(self._state, stops=self._stops)
        if reason is not None:
            self.end(reason)

    def advanced(self, until: int) -> Advance:
        """Return what comes of training up to so many presentations."""
        return self._trainer.measured_advance(self._state, until - self.done, stops=self._stops)

    def take_over(self, after: Advance) -> None:
        """Make what was trained its newest state."""
        self._state, self.has_news = after.state, True
        if len(after.values):
            self._blocks.append((after.clock, after.values))
        if after.reason is not None:
            self.end(after.reason)

    def end(self, reason: FinishReason, message: str = "") -> None:
        """Let it have ended."""
        self.status, self.has_news = RunStatus(RunnerState.FINISHED, reason, message), True

    def report(self) -> Report:
        """Return what has happened since the last report."""
        blocks, self._blocks, self.has_news = self._blocks, [], False
        n_columns = len(self._trainer.model.columns)
        clock = np.concatenate([block[0] for block in blocks]) if blocks else np.empty((0, 3))
        values = np.concatenate([block[1] for block in blocks]) if blocks else np.empty((0, n_columns))
        return Report(self._state, clock, values, self.status)
