"""Reads a picture file in a thread, because a large photograph takes longer than a window may stand still."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal

from app.job import Job
from nlcore import pictures
from nlcore.errors import LabError
from nlcore.pictures import Picture

MOST_SECONDS = 2.0


class PictureReader(QObject):
    """Reads one picture at a time.

    Signals
    -------
    found : str, object
        A file's name and its `Picture`.
    failed : str
        One sentence why there is none.
    """

    found = Signal(str, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[Picture] | None = None
        self._name = ""
        self._timer = QTimer(self)
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._look)

    def read_url(self, url: QUrl) -> None:
        """Read what was dropped."""
        if not url.isLocalFile():
            self.failed.emit(
                "Only files on this computer can be dropped here; save the picture first, then drop the file."
            )
            return
        self.read(Path(url.toLocalFile()))

    def read(self, path: Path) -> None:
        """Begin to read a file, unless another one is still being read."""
        if self._job is not None:
            self.failed.emit(f"{self._name} is still being read; open {path.name} after that.")
            return
        self._name = path.name
        self._job = Job(lambda _job: pictures.read(path), "nllab-picture")
        self._timer.start()

    def close(self) -> None:
        """Wait for the thread and forget what it reads."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(MOST_SECONDS)
            self._job = None

    def _look(self) -> None:
        if self._job is None or not self._job.is_done:
            return
        job, self._job = self._job, None
        self._timer.stop()
        try:
            picture = job.result()
        except LabError as error:
            self.failed.emit(f"{error}.")
        except MemoryError:
            self.failed.emit(f"{self._name} does not fit into memory; choose a smaller picture.")
        else:
            self.found.emit(self._name, picture)
