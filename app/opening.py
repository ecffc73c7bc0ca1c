"""Reading a session file beside the window, with a line that says so and a button to give it up.

A thread cannot be ended from outside: what was given up stops at its next step, and is never looked at. A file from
another kind of machine is then trained again in part, to say whether it comes out the same here.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from app import session_files
from app.job import Job
from app.session_files import OpenedWork
from app.widgets.notice_bar import NoticeBar
from nlcore.errors import LabError

LOOK_MS = 30
SHOWN_AFTER = 0.3
CLOSE_SECONDS = 5.0


class Opening(NoticeBar):
    """Opens session files, one at a time.

    Parameters
    ----------
    window : QMainWindow
        Where it says what it does.
    name : str
        Tells it from other such bars.

    Signals
    -------
    opened : OpenedWork
        A file was read.
    failed : str
        One sentence why it was not.
    """

    opened = Signal(object)
    failed = Signal(str)

    def __init__(self, window: QMainWindow, name: str) -> None:
        super().__init__(window, name)
        self._job: Job[OpenedWork] | None = None
        self._replay: Job[str] | None = None
        self._given_up: list[Job[OpenedWork] | Job[str]] = []
        self._began = 0.0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self, path: Path) -> None:
        """Begin to read a file; one that is being read is given up."""
        self.give_up()
        self._began = time.perf_counter()
        self._job = Job(lambda job: session_files.read(path, lambda: job.is_cancelled), "nllab-open")
        self._timer.start()

    def give_up(self) -> None:
        """Stop reading, and forget what was read."""
        self._given_up = [job for job in self._given_up if not job.is_done]
        for job in (self._job, self._replay):
            if job is not None:
                job.cancel()
                self._given_up.append(job)
        self._job = self._replay = None
        self._timer.stop()
        self.clear_notice()

    def tell(self, found: OpenedWork) -> None:
        """Say what the person should know of a session that is shown now, and check whether it trains the same here."""
        if found.notes:
            self.say(" ".join(found.notes), [("Close", self.clear_notice)])
        if not found.opened.is_same_machine:
            self._replay = Job(
                lambda job: session_files.replay_sentence(found, lambda: job.is_cancelled), "nllab-replay"
            )
            self._timer.start()

    def finish(self) -> None:
        """Wait for the threads, but not for ever."""
        self.give_up()
        until = time.perf_counter() + CLOSE_SECONDS
        for job in self._given_up:
            job.wait(max(0.0, until - time.perf_counter()))

    def _on_timer_timeout(self) -> None:
        if self._job is not None:
            self._look(self._job)
        if self._replay is not None and self._replay.is_done:
            self._finish_replay(self._replay)
        if self._job is None and self._replay is None:
            self._timer.stop()

    def _look(self, job: Job[OpenedWork]) -> None:
        if not job.is_done:
            if not self.text and time.perf_counter() - self._began > SHOWN_AFTER:
                self.say("Opening the session …", [("Cancel", self.give_up)], has_progress=True)
            return
        self._job = None
        self.clear_notice()
        try:
            found = job.result()
        except Exception as error:  # whatever is in the file, the open session stays
            self.failed.emit(str(error) if isinstance(error, LabError) else f"The file could not be opened: {error!r}")
        else:
            self.opened.emit(found)

    def _finish_replay(self, job: Job[str]) -> None:
        self._replay = None
        try:
            said = job.result()
        except Exception as error:  # it is only a check; the session is open already
            said = f"Whether training again gives the same numbers here could not be checked: {error!r}"
        if said:
            self.say(f"{self.text} {said}".strip(), [("Close", self.clear_notice)])
