"""A measurement beside the window: one at a time, with a share that is done, and it can be given up."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from app.timing import Timing, measure
from nlcore.errors import LabError
from nlcore.trainer import Trainer

POLL_MS = 50


class TimingRun(QObject):
    """Measures in a thread, which does not outlive it.

    Signals
    -------
    progressed : float
        Which share of the training is done.
    finished : Timing or None
        What was measured; None if it was given up.
    failed : str
        Why nothing could be measured.
    """

    progressed = Signal(float)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job[Timing | None]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.destroyed.connect(partial(_stop, self._jobs))

    @property
    def is_active(self) -> bool:
        """Whether something is being measured."""
        return bool(self._jobs)

    def start(self, trainer: Trainer, epochs: int) -> None:
        """Begin to measure, unless something is being measured."""
        if not self._jobs:
            self._jobs.append(Job(partial(measure, trainer, epochs), "nllab-timing"))
            self._timer.start()

    def cancel(self) -> None:
        """Give it up; `finished` follows."""
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


def _stop(jobs: list[Job[Timing | None]], *_: object) -> None:
    for job in jobs:
        job.cancel()
    for job in jobs:
        job.wait()
