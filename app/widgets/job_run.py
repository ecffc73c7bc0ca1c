"""A piece of long work beside the window: one at a time, with a share that is done, and it can be given up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from nlcore.errors import LabError

POLL_MS = 50


class JobRun(QObject):
    """Works in a thread, which does not outlive it.

    Signals
    -------
    progressed : float
        Which share of the work is done.
    finished : object
        What came out.
    failed : str
        Why nothing could be done.
    """

    progressed = Signal(float)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job[Any]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.destroyed.connect(partial(_stop, self._jobs))

    @property
    def is_active(self) -> bool:
        """Whether something is being worked on."""
        return bool(self._jobs)

    def begin(self, work: Callable[[Job[Any]], object], name: str) -> None:
        """Begin some work, unless there is some already.

        Parameters
        ----------
        work : callable
            Gets the job, to report progress and to see whether it was cancelled.
        name : str
            Of the thread.
        """
        if not self._jobs:
            self._jobs.append(Job(work, name))
            self._timer.start()

    def cancel(self) -> None:
        """Give it up; `finished` or `failed` follows."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Give it up and wait for the thread; nothing is told any more."""
        self._timer.stop()
        _stop(self._jobs)
        self._jobs.clear()

    def _on_timer_timeout(self) -> None:
        if not self._jobs:
            return
        job = self._jobs[0]
        done, total = job.progress
        if not job.is_done:
            self.progressed.emit(done / total if total else 0.0)
            return
        self._jobs.clear()
        self._timer.stop()
        try:
            found = job.result()
        except LabError as error:
            self.failed.emit(str(error))
            return
        self.finished.emit(found)


def _stop(jobs: list[Job[Any]], *_: object) -> None:
    for job in jobs:
        job.cancel()
    for job in jobs:
        job.wait()
