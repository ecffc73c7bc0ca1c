"""Getting the CMU face images: from the internet after a click, or from a folder that the person names.

The same is offered by the bar above the lesson's text when a lesson would use them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from app import texts
from app.actions import Action
from app.downloads import FaceDownload
from app.tool import MenuName, Tool

if TYPE_CHECKING:
    from app.main_window import MainWindow


class FaceImages(Tool):
    """The two ways to the photographs."""

    menu: ClassVar[MenuName] = "file"
    order: ClassVar[int] = 90
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "download_faces",
            "&Download the face images …",
            "Ctrl+Shift+G",
            "Get the CMU face images from the internet",
            "download",
        ),
        Action(
            "choose_folder",
            "&Choose the folder with the face images …",
            "Ctrl+Shift+O",
            "Use face images you already have",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.downloads = FaceDownload(window)
        self.downloads.finished.connect(self._on_downloads_finished)
        self.downloads.failed.connect(self._on_downloads_failed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"download_faces": self.downloads.start, "choose_folder": self.downloads.choose_folder}

    def attach(self) -> None:
        """Let the bar above the lesson's text do the same, and show the progress there."""
        bar = self.window.data_bar
        bar.download_requested.connect(self.downloads.start)
        bar.choose_requested.connect(self.downloads.choose_folder)
        bar.cancel_requested.connect(self.downloads.cancel)
        self.downloads.progressed.connect(bar.show_progress)

    def close(self) -> None:
        """End a download."""
        self.downloads.close()

    def _on_downloads_finished(self) -> None:
        lesson = self.window.session.lesson
        if lesson is not None and lesson.experiment.dataset.name == "faces":
            self.window.session.open(lesson)

    def _on_downloads_failed(self, sentence: str) -> None:
        history = self.window.session.history
        data = history.trainer.model.data if history is not None else None
        self.window.data_bar.show_data(texts.data_sentence(data), offers=texts.can_get_faces(data))
        if sentence:
            self.window.show_problem(sentence)


TOOL = FaceImages
