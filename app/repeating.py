"""Repeating an experiment with other seeds beside the window, in processes where that pays.

A thread waits for the processes; a timer looks at what it has and tells the window. What is done stays when the rest
is cancelled or fails.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from app.repetition import Course, Plan, Repetition, gather
from nlcore.errors import CancelledError, LabError
from nlcore.repeated_run import RepeatedRun
from nlcore.repeats import repeat

POLL_MS = 100
BREATH = 5.0
"""News are told at most so many times as long after each other as telling them took."""


class Repeating(QObject):
    """Repeats one or several tracks.

    Signals
    -------
    changed : Repetition
        More runs are done, or it is over.
    failed : str
        One sentence why it ended early; runs that were done were told before.
    """

    changed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = Plan()
        self._courses: tuple[Course, ...] = ()
        self._job: Job[None] | None = None
        self._ending: list[Job[None]] = []
        self._runs: list[tuple[int, RepeatedRun]] = []
        self._n_told = 0
        self._next_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_running(self) -> bool:
        """Whether runs are being trained."""
        return self._job is not None

    def start(self, courses: tuple[Course, ...], plan: Plan) -> None:
        """Begin; what is going on already goes on instead."""
        if self._job is not None:
            return
        self._plan, self._courses, self._n_told, self._next_at = plan, courses, 0, 0.0
        runs: list[tuple[int, RepeatedRun]] = []
        self._runs = runs
        self._job = Job(lambda job: _work(job, courses, plan, runs), "nllab-repeats")
        self._timer.start()
        self._tell(is_over=False)

    def cancel(self) -> None:
        """Ask for an end; it comes within moments."""
        if self._job is not None:
            self._job.cancel()

    def give_up(self) -> None:
        """End at once, without waiting for the processes, and tell what is done."""
        if self._job is not None:
            self._job.cancel()
            self._ending = [job for job in self._ending if not job.is_done] + [self._job]
            self._job = None
            self._timer.stop()
            self._tell(is_over=True)

    def close(self) -> None:
        """End the processes and wait for the thread."""
        self._timer.stop()
        for job in (*self._ending, *([self._job] if self._job is not None else [])):
            job.cancel()
            job.wait()
        self._job, self._ending = None, []

    def _on_timer_timeout(self) -> None:
        if self._job is None:
            self._timer.stop()
            return
        if not self._job.is_done:
            if len(self._runs) > self._n_told and time.perf_counter() >= self._next_at:
                self._tell(is_over=False)
            return
        job, self._job = self._job, None
        self._timer.stop()
        self._tell(is_over=True)
        try:
            job.result()
        except CancelledError:
            pass  # what is done has been told
        except LabError as error:
            self.failed.emit(str(error))
        except Exception as error:  # a fault in the program must leave the window usable
            self.failed.emit(f"The repetition ended because of a fault in the program: {type(error).__name__}: {error}")

    def _tell(self, *, is_over: bool) -> None:
        began, runs = time.perf_counter(), list(self._runs)
        self._n_told = len(runs)
        found: Repetition = gather(self._plan, self._courses, runs, is_over=is_over)
        self.changed.emit(found)
        now = time.perf_counter()
        self._next_at = now + BREATH * (now - began)


def _work(job: Job[None], courses: tuple[Course, ...], plan: Plan, runs: list[tuple[int, RepeatedRun]]) -> None:
    """Train all runs, one course after the other."""
    for place, course in enumerate(courses):
        repeat(
            course.trainer.experiment,
            plan.n,
            course.trainer.model.data,
            epochs=plan.epochs,
            new_data=plan.new_data,
            cancelled=lambda: job.is_cancelled,
            on_run=lambda run, place=place: runs.append((place, run)),  # type: ignore[misc]
        )
