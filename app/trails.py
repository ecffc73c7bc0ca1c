"""The ways of all tracks through the space of weights, gone again in a thread where the history does not hold them.

While training runs, the states that the history keeps have to do. At rest the way is gone again, once for every course,
and only as far as it is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from nlcore.errors import CancelledError
from nlcore.history import History
from nlcore.records import TrainState
from nlcore.trails import Course, Trail, course_of, kept_trail, merged, retraced

POLL_MS = 30


class Shown(Protocol):
    """What is asked of a track."""

    number: int

    @property
    def history(self) -> History:
        """The course that is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A way, the course it belongs to, and the presentations up to which it is known."""

    history: History
    trail: Trail
    end: int


class Trails(QObject):
    """The ways of the tracks.

    Parameters
    ----------
    tracks : callable
        Returns the tracks there are.

    Signals
    -------
    changed
        A way is known better than before.
    """

    changed = Signal()

    def __init__(self, tracks: Callable[[], Sequence[Shown]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tracks = tracks
        self._known: dict[int, Known] = {}
        self._work: tuple[int, History, Course, Job[Trail | None]] | None = None
        self._is_wanted = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def of(self, number: int, presentations: int) -> Trail | None:
        """Return the way of a track up to a moment, as far as it is known; None if there is no such track."""
        history = next((track.history for track in self._tracks() if track.number == number), None)
        if history is None:
            return None
        known = self._known.get(number)
        if known is None or known.history is not history:
            return kept_trail(history, presentations)
        return merged(known.trail, self._since(known)).until(presentations)

    def refine(self) -> None:
        """Begin to go again what is not known; where all is known this costs nothing."""
        if self._work is not None:
            self._is_wanted = True  # when the thread has ended
            if not any(track.number == self._work[0] and track.history is self._work[1] for track in self._tracks()):
                self._work[3].cancel()
            return
        for track in self._tracks():
            course = course_of(track.history) if self._is_missing(track) else None
            if course is not None:
                job = Job(partial(_retraced, course), "nllab-trail")
                self._work = (track.number, track.history, course, job)
                self._timer.start()
                return

    def pause(self) -> None:
        """Give up what is going on, because training runs; `refine` begins it again."""
        self._is_wanted = False
        if self._work is not None:
            self._work[3].cancel()

    def close(self) -> None:
        """Give up what is going on, and wait for the thread."""
        self._timer.stop()
        self.pause()
        if self._work is not None:
            self._work[3].wait()
            self._work = None

    def finish(self) -> None:
        """Wait until all ways are known, as for a picture."""
        self.refine()
        while self._work is not None:
            self._work[3].wait()
            self._on_timer_timeout()

    def _is_missing(self, track: Shown) -> bool:
        """Tell whether there are moments of a track between the states that are known."""
        history, known = track.history, self._known.get(track.number)
        head = history.head.counters.presentations
        if known is None or known.history is not history:
            return head > 0
        return head - known.end > len(self._since(known))

    @staticmethod
    def _since(known: Known) -> list[TrainState]:
        return [state for state in known.history.kept_states if state.counters.presentations > known.end]

    def _on_timer_timeout(self) -> None:
        if self._work is None or not self._work[3].is_done:
            return
        number, history, course, job = self._work
        self._timer.stop()
        self._work = None
        trail = job.result()
        if trail is not None:
            self._known[number] = Known(history, trail, course.end)
            self.changed.emit()
        if trail is not None or self._is_wanted:
            self._is_wanted = False
            self.refine()


def _retraced(course: Course, job: Job[Trail | None]) -> Trail | None:
    try:
        return retraced(course, lambda: job.is_cancelled)
    except CancelledError:
        return None
