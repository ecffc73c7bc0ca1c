"""A menu whose entries depend on files: they are looked at beside the window, since a drive may not answer for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QWidget

from app.job import Job

LOOK_MS = 50
MOST_WAITING = 2.0


class LookingMenu(QMenu):
    """A menu that looks at files, one look at a time.

    Parameters
    ----------
    title : str
        With its mnemonic.
    parent : QWidget
        Where it belongs.
    thread : str
        Name of the thread that looks.
    """

    def __init__(self, title: str, parent: QWidget, thread: str) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._thread = thread
        self._look: tuple[Job[Any], Callable[[Any], None]] | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def look(self, work: Callable[[], Any], show: Callable[[Any], None]) -> None:
        """Do some work in a thread and show what comes of it, unless it is being done already."""
        if self._look is None:
            self._look = Job(lambda _job: work(), self._thread), show
            self._timer.start()

    def finish(self) -> None:
        """Wait for the look, but not for ever."""
        self._timer.stop()
        if self._look is not None:
            self._look[0].wait(MOST_WAITING)
            self._look = None

    def _on_timer_timeout(self) -> None:
        if self._look is not None and self._look[0].is_done:
            (job, show), self._look = self._look, None
            self._timer.stop()
            show(job.result())
