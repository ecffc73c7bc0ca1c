"""Pictures of a lesson: the whole window and its single panes, drawn without a screen.

The same window and the same panes as on a screen, so a picture shows what a person would see.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.headless import Track
from app.lesson import Lesson
from nlcore.errors import LabError


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
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
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
    window.text.finish_formulas()
    for pane_id in panes:
        window.docks.bring_up(pane_id)
    for _ in range(3):  # layouts settle in steps
        application.processEvents()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"{folder}: cannot be made ({error.strerror}); choose another place with --out") from None
    written = [] if panes else [_save(window.grab(), folder / f"{lesson.id}.png")]
    written += [
        _save(window.docks.panes[pane_id].grab(), folder / f"{lesson.id}-{pane_id}.png")
        for pane_id in panes or lesson.panes
    ]
    session.close()
    window.deleteLater()
    application.processEvents()
    return written


def _save(picture: object, path: Path) -> Path:
    if not picture.save(str(path)):  # type: ignore[attr-defined]
        raise LabError(f"{path}: cannot be written; choose another place with --out")
    return path
