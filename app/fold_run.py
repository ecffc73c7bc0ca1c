"""Cross-validation beside the window: a thread trains fold after fold, a timer tells what is done.

Only one search goes on at a time; it can be cancelled, and keeps then what is done.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.fold_search import FoldSearch
from app.job import Job
from nlcore.cross_validation import Fold, run_folds
from nlcore.errors import CancelledError, LabError
from nlcore.records import FloatArray
from nlcore.trainer import Trainer

POLL_MS = 60


class FoldRun(QObject):
    """Looks for a number of epochs.

    Signals
    -------
    changed : FoldSearch
        More is done, or it is over.
    failed : str
        Why it could not begin or ended early.
    """

    changed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[None] | None = None
        self._ending: list[Job[None]] = []
        self._box: list[FoldSearch] = []
        """Holds the newest that is known; only the thread puts it there."""
        self._told = (0, 0)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_running(self) -> bool:
        """Whether folds are being trained."""
        return self._job is not None

    def start(self, trainer: Trainer, k: int) -> None:
        """Begin, unless a search is going on."""
        if self._job is not None:
            return
        box = self._box = [FoldSearch(trainer, k)]
        self._told = (0, 0)
        self._job = Job(lambda job: _work(job, trainer, k, box), "nllab-folds")
        self._timer.start()
        self.changed.emit(box[0])

    def cancel(self) -> None:
        """Ask for an end; it comes within moments."""
        if self._job is not None:
            self._job.cancel()

    def give_up(self) -> None:
        """End without a word, because another lesson is open."""
        if self._job is not None:
            self._job.cancel()
            self._ending = [job for job in self._ending if not job.is_done] + [self._job]
            self._job = None
            self._timer.stop()

    def close(self) -> None:
        """End the threads and wait for them."""
        self.give_up()
        for job in self._ending:
            job.wait()
        self._ending = []

    def _on_timer_timeout(self) -> None:
        job = self._job
        if job is None:
            return
        done, total = job.progress
        if not job.is_done:
            known = self._box[0]
            if (len(known.folds), done) != self._told:
                self._told = (len(known.folds), done)
                self.changed.emit(replace(known, done=done, total=total or 0))
            return
        self._job = None
        self._timer.stop()
        self.changed.emit(replace(self._box[0], done=done, total=total or 0, is_over=True))
        try:
            job.result()
        except CancelledError:
            self.failed.emit("The search was cancelled before all folds were done")
        except LabError as error:
            self.failed.emit(str(error))
        except Exception as error:  # a fault in the program must leave the window usable
            self.failed.emit(f"the search ended because of a fault in the program: {type(error).__name__}: {error}")


def _work(job: Job[None], trainer: Trainer, k: int, box: list[FoldSearch]) -> None:
    """Train all folds; `box` always holds what is known."""

    def take(number: int, fold: Fold) -> None:
        del number
        box[0] = replace(box[0], folds=(*box[0].folds, fold))

    def take_course(number: int, losses: FloatArray) -> None:
        del number
        box[0] = box[0].with_course(losses)

    run_folds(
        trainer.experiment,
        trainer.model.data,
        k,
        progress=job.report,
        cancelled=lambda: job.is_cancelled,
        on_fold=take,
        on_course=take_course,
    )
