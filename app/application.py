"""Starting the window: the window first, everything heavy after it is on the screen.

The panes (and the plotting library) are imported after the first paint, the compiler gets ready in a thread.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.lesson import Lesson, find_lesson
from app.look import icon, load_fonts
from app.main_window import MainWindow
from app.session import Session
from app.settings import load_settings
from nlcore.errors import LabError

DEFAULT_LESSON = "xor"


def make_application() -> QApplication:
    """Create the application in our style, or return the one that exists."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("nllab")
    application.setApplicationDisplayName("Neural Learning Lab")
    application.setStyle("Fusion")
    load_fonts(application)
    application.setWindowIcon(icon("app"))
    return application


def run(lesson: Lesson | None) -> int:
    """Open the window at a lesson, or at the one that was open last; return the exit status."""
    application = make_application()
    settings = load_settings()
    if lesson is None:
        try:
            lesson = find_lesson(settings.last_lesson or DEFAULT_LESSON)
        except LabError:
            lesson = find_lesson(DEFAULT_LESSON)
    session = Session()
    window = MainWindow(session, settings)
    session.lesson_changed.emit(lesson)
    window.show()

    def go_on() -> None:
        window.create_panes()
        session.open(lesson)
        session.prepare_engine()

    QTimer.singleShot(0, go_on)
    status = application.exec()
    session.close()
    return status
