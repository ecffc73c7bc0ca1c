"""Pictures of a lesson: the whole window and its single panes, drawn without a screen.

The same window and the same panes as on a screen, so a picture shows what a person would see.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.headless import Track
from app.lesson import Lesson
from nlcore.errors import LabError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.main_window import MainWindow


def draw(
    lesson: Lesson, track: Track, folder: Path, theme: str, size: tuple[int, int], panes: Sequence[str]
) -> list[Path]:
    """Draw a trained lesson and return the paths of the pictures.

    Parameters
    ----------
    lesson : Lesson
        What the window shows.
    track : Track
        The trained run.
    folder : Path
        Where to write; made if needed.
    theme : str
        "light" or "dark".
    size : tuple of int
        Width and height of the window.
    panes : sequence of str
        Only these panes; if empty the window and all panes of the lesson.

    Raises
    ------
    LabError
        If a picture cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"{folder}: cannot be made ({error.strerror}); choose another place with --out") from None
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler

    previous = qInstallMessageHandler(_on_qt_message)
    window = _open(lesson, track, theme, size, panes)
    pictures: list[tuple[QWidget, str]] = [] if panes else [(window, lesson.id)]
    pictures += [(window.docks.panes[pane_id], f"{lesson.id}-{pane_id}") for pane_id in panes or lesson.panes]
    written = [_save(widget, folder / f"{name}.png") for widget, name in pictures]
    window.session.close()
    window.deleteLater()
    qInstallMessageHandler(previous)
    return written


def _open(lesson: Lesson, track: Track, theme: str, size: tuple[int, int], panes: Sequence[str]) -> MainWindow:
    """Open a window at a trained run; settings of the person stay out of it."""
    from app.application import make_application
    from app.main_window import MainWindow
    from app.session import Session
    from app.settings import Settings

    application = make_application()
    session = Session()
    window = MainWindow(session, Settings(theme="dark" if theme == "dark" else "light"))
    window.resize(*size)
    session.lesson_changed.emit(lesson)
    window.create_panes()
    window.show()
    session.show_finished(lesson, track.history, track.reason)
    for pane_id in panes:
        window.docks.bring_up(pane_id)
    for _ in range(3):  # layouts settle in steps
        application.processEvents()
    window.text.finish_formulas()
    application.processEvents()
    return window


def _on_qt_message(_kind: object, _context: object, text: str) -> None:
    """Pass Qt's messages on, but for the one that says that there is no screen, which is meant so."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(text + "\n")


def _save(widget: QWidget, path: Path) -> Path:
    if not widget.grab().save(str(path)):
        raise LabError(f"{path}: cannot be written; choose another place with --out")
    return path
