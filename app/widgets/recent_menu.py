"""The files that were used last, as a menu; one that is not there any more is greyed and says so.

Looking for a file may take long on a drive that does not answer, so it is done beside the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.job import Job

GONE = "not there any more"
LOOK_MS = 50
MOST_WAITING = 2.0


class RecentMenu(QMenu):
    """A menu of files; it is filled when it opens.

    Parameters
    ----------
    parent : QWidget
        Where it belongs.
    paths : callable
        Returns the paths, the newest first.
    choose : callable
        Called with the path of a file to open.
    clear : callable
        Forgets all files.
    """

    def __init__(
        self,
        parent: QWidget,
        paths: Callable[[], Sequence[str]],
        choose: Callable[[Path], object],
        clear: Callable[[], object],
    ) -> None:
        super().__init__("Open &recent", parent)
        self.setToolTipsVisible(True)
        self._paths, self._choose, self._clear_list = paths, choose, clear
        self._entries: dict[str, QAction] = {}
        self._job: Job[list[str]] | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Offer the files there are now, then look which of them are still there."""
        self.clear()
        paths = self._paths()
        self._entries = {}
        for number, path in enumerate(paths, 1):
            key = f"&{number}  " if number < 10 else ""
            entry = self.addAction(f"{key}{Path(path).name.replace('&', '&&')}")
            entry.setToolTip(path)
            entry.triggered.connect(lambda _checked=False, path=path: self._choose(Path(path)))
            self._entries[path] = entry
        self.addSeparator()
        forget = self.addAction("&Clear the list of files")
        forget.setToolTip("Forget these files; the files themselves stay")
        forget.setEnabled(bool(paths))
        forget.triggered.connect(lambda _checked=False: self._clear_list())
        if paths and self._job is None:
            self._job = Job(lambda _job: [path for path in paths if not Path(path).exists()], "nllab-recent")
            self._timer.start()

    def close_files(self) -> None:
        """Wait for the look at the files, but not for ever."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(MOST_WAITING)
            self._job = None

    def _on_timer_timeout(self) -> None:
        if self._job is None or not self._job.is_done:
            return
        job, self._job = self._job, None
        self._timer.stop()
        for path in job.result():
            entry = self._entries.get(path)
            if entry is not None and entry.isEnabled():
                entry.setEnabled(False)
                entry.setText(f"{entry.text()}  ({GONE})")
                entry.setToolTip(f"{path} is {GONE}: it was moved, renamed or deleted")
