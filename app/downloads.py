"""Getting the face images: by a download that can be watched and cancelled, or from a folder the person names.

Nothing is fetched without a click. The work runs in a thread; a timer looks at it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.job import Job
from nlcore.errors import CancelledError, DataError, LabError

MOST_SECONDS = 0.5


class FaceDownload(QObject):
    """Fetches the face images.

    Signals
    -------
    progressed : int, object
        Bytes done, and of how many (None if unknown).
    finished
        The images are there.
    failed : str
        One sentence why not; empty after a cancel.
    """

    progressed = Signal(int, object)
    finished = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._job: Job[Path] | None = None
        self._is_download = False
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self) -> None:
        """Begin the download; a second click changes nothing."""
        if self._job is not None:
            return
        self._job, self._is_download = Job(_download, "nllab-download"), True
        self._timer.start()
        self.progressed.emit(0, None)

    def cancel(self) -> None:
        """Ask the download to stop; nothing of it is kept."""
        if self._job is not None:
            self._job.cancel()

    def choose_folder(self) -> None:
        """Let the person name a folder that holds the images."""
        title = "Folder with the CMU face images (faces/ or faces.tar.gz in it)"
        folder = QFileDialog.getExistingDirectory(self._window, title)
        if folder:
            self.use_folder(Path(folder))

    def use_folder(self, folder: Path) -> None:
        """Look into a folder, in the thread, and remember it if it holds the images; say so if not."""
        if self._job is None:
            self._job, self._is_download = Job(lambda _: _take_folder(folder), "nllab-folder"), False
            self._timer.start()

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait(MOST_SECONDS)  # a silent server may hold it longer; the thread ends with the program
            self._job = None

    def _on_timer_timeout(self) -> None:
        if self._job is None:
            self._timer.stop()
            return
        if not self._job.is_done:
            if self._is_download:
                self.progressed.emit(*self._job.progress)
            return
        job, self._job = self._job, None
        self._timer.stop()
        try:
            job.result()
        except Exception as error:  # whatever it was, the person is told and can try again
            was_cancelled = job.is_cancelled or isinstance(error, CancelledError)
            sentence = str(error) if isinstance(error, LabError) else f"The download failed: {error!r}"
            self.failed.emit("" if was_cancelled else sentence)
        else:
            self.finished.emit()


def _take_folder(folder: Path) -> Path:
    """Remember a folder; if no images can be taken from it, keep what was remembered before and say why."""
    from nlcore.faces import places

    try:
        before = places.chosen_folder()
    except LabError:
        before = None  # what was remembered is damaged; this choice replaces it
    places.set_chosen_folder(folder)
    chosen = [place for place in places.places() if place.kind == "chosen folder"]
    if chosen and chosen[0].found:
        return folder
    places.set_chosen_folder(before)
    note = f" ({chosen[0].note})" if chosen and chosen[0].note else ""
    raise DataError(
        f"No face images could be taken from {folder}{note}. Choose the folder that holds faces/, faces.tar.gz, "
        "faces_4.tar.gz or the downloaded zip."
    )


def _download(job: Job[Path]) -> Path:
    from nlcore.faces import download

    return Path(download.download_faces(job.report, lambda: job.is_cancelled))
