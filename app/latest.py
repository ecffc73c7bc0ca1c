"""Work beside the window on the newest question only: asking a network about a million examples would hold it up.

While one answer is being worked out, further questions wait, and of those that wait only the last is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job

MOST_AT_ONCE = 20_000
"""Examples that may be asked about at once; more of them are asked about here."""
POLL_MS = 30
Work = Callable[[], object]


class Latest(QObject):
    """Answers one question after another in a thread, which does not outlive it.

    Parameters
    ----------
    name : str
        Of the thread.

    Signals
    -------
    answered : object, object
        What the question was about, and the answer.
    """

    answered = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._jobs: list[Job[object]] = []
        """The one that is being worked on, if any."""
        self._about: object = None
        self._next: tuple[object, Work] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.given_up = threading.Event()
        """Set when nobody waits for an answer any more; long work looks at it now and then."""
        self.destroyed.connect(partial(_end, self._jobs, self.given_up))

    def ask(self, about: object, work: Work) -> None:
        """Ask; what is asked again while it is being worked on is answered once."""
        if not self._jobs:
            self._start(about, work)
        else:
            self._next = None if about is self._about else (about, work)

    def close(self) -> None:
        """Forget what waits, and wait for the thread; nothing is answered any more."""
        self._timer.stop()
        self._next = None
        _end(self._jobs, self.given_up)
        self._jobs.clear()

    def _start(self, about: object, work: Work) -> None:
        self._about = about
        self.given_up.clear()
        self._jobs.append(Job(lambda _: work(), self._name))
        self._timer.start()

    def _on_timer_timeout(self) -> None:
        if not self._jobs or not self._jobs[0].is_done:
            return
        about, answer, following = self._about, self._jobs.pop().result(), self._next
        self._timer.stop()
        self._next = None
        if following is not None:
            self._start(*following)
        self.answered.emit(about, answer)


def _end(jobs: list[Job[object]], given_up: threading.Event, *_: object) -> None:
    given_up.set()
    for job in jobs:
        job.wait()
