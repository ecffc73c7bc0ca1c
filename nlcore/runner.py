"""Training in the background: one plain thread, a mailbox, and flags looked at between two calls of the kernel.

The thread never calls back. Whoever wants to know takes the newest report out of the mailbox; measurements are
collected in between so that none is lost. A call of the kernel lasts milliseconds, so a pause takes effect at once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np

from nlcore.records import FinishReason, FloatArray, RunnerState, RunStatus, TrainState
from nlcore.trainer import Trainer

CALL_SECONDS = 0.007
"""How long one call of the kernel should last."""
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
    """Trains in a thread of its own until it is paused or done.

    Parameters
    ----------
    trainer : Trainer
        What to train with.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._lock = threading.Lock()
        self._paused = threading.Event()
        self._thread: threading.Thread | None = None
        self._state: TrainState | None = None
        self._blocks: list[tuple[FloatArray, FloatArray]] = []
        self._status = RunStatus(RunnerState.IDLE)
        self._has_news = False

    @property
    def is_running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, state: TrainState, *, stops: bool = True, limit: int | None = None) -> None:
        """Begin to train from a state.

        Parameters
        ----------
        state : TrainState
            Where to begin.
        stops : bool
            Whether the experiment's stop rules hold.
        limit : int, optional
            Presentations, counted from the start of training, at which to end.
        """
        self.pause()
        self._paused.clear()
        with self._lock:
            self._state, self._blocks, self._has_news = state, [], False
            self._status = RunStatus(RunnerState.RUNNING)
        arguments = (state, stops, limit)
        self._thread = threading.Thread(target=self._work, args=arguments, name="nllab-runner", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """End the thread at the next boundary between two calls, and wait for it."""
        self._paused.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def take(self) -> Report | None:
        """Take the newest report out of the mailbox; None if there is nothing new. Any thread may call it."""
        with self._lock:
            if not self._has_news or self._state is None:
                return None
            state, blocks, status = self._state, self._blocks, self._status
            self._blocks, self._has_news = [], False
        n_columns = len(self.trainer.model.columns)
        clock = np.concatenate([block[0] for block in blocks]) if blocks else np.empty((0, 3))
        values = np.concatenate([block[1] for block in blocks]) if blocks else np.empty((0, n_columns))
        return Report(state, clock, values, status)

    def _work(self, state: TrainState, stops: bool, limit: int | None) -> None:
        """Run in the thread: train chunk by chunk and publish."""
        try:
            reason = self._train(state, stops=stops, limit=limit)
            status = RunStatus(RunnerState.FINISHED if reason else RunnerState.IDLE, reason)
        except Exception as error:  # the thread must end with a report, whatever happened
            status = RunStatus(RunnerState.FINISHED, FinishReason.ERRORED, f"{type(error).__name__}: {error}")
        with self._lock:
            self._status, self._has_news = status, True

    def _train(self, state: TrainState, *, stops: bool, limit: int | None) -> FinishReason | None:
        reason, chunk = self.trainer.finish_reason(state, stops=stops), Chunk()
        while reason is None and not self._paused.is_set():
            done = state.counters.presentations
            n = chunk.n if limit is None else min(chunk.n, limit - done)
            if n <= 0:
                return FinishReason.LIMIT
            began = time.perf_counter()
            after = self.trainer.measured_advance(state, n, stops=stops)
            chunk.note(n, time.perf_counter() - began)
            state, reason = after.state, after.reason
            with self._lock:
                self._state, self._has_news = state, True
                if len(after.values):
                    self._blocks.append((after.clock, after.values))
        return reason
