"""Starting the window: the window first, everything heavy after it is on the screen.

The panes (and the plotting library) are imported after the first paint, the compiler gets ready in a thread.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app import library
from app.collector import Collector
from app.engine import Engine
from app.lesson import Lesson, find_lesson, list_lessons
from app.look import icon, load_fonts
from app.main_window import MainWindow
from app.session import Session
from app.settings import load_settings
from app.tools.documents import Documents
from nlcore.errors import LabError

SWITCH_SECONDS = 0.0005
"""How long a thread that asks for the interpreter may have to wait for one that computes. The usual 5 ms, after each
call of the kernel, took up to a quarter of the speed of training away while the window draws."""


def make_application() -> QApplication:
    """Create the application in our style, or return the one that exists."""
    sys.setswitchinterval(SWITCH_SECONDS)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("nllab")
    application.setApplicationDisplayName("Neural Learning Lab")
    application.setStyle("Fusion")
    load_fonts(application)
    application.setWindowIcon(icon("app"))
    return application


def discard(widget: QWidget) -> None:
    """Delete a widget and all that is in it at once, while everything it uses still lives.

    Left to the end of the program, its parts go in any order, and one of them may be laid out on what is gone already.
    """
    widget.hide()  # what is hidden is not laid out again while its parts go one by one
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class FirstPaint(QObject):
    """Tells when a window has been painted for the first time.

    Signals
    -------
    happened
        Once, after the paint; at the latest after a second, should a window never be exposed.
    """

    happened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window: QWidget | None = window
        window.installEventFilter(self)
        QTimer.singleShot(1000, self, self._tell)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event."""
        if event.type() is QEvent.Type.Paint and watched is self._window:
            QTimer.singleShot(0, self, self._tell)
        return False

    def _tell(self) -> None:
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None
            self.happened.emit()


def run(lesson: Lesson | None, file: Path | None = None) -> int:
    """Open the window and return the exit status.

    Parameters
    ----------
    lesson : Lesson or None
        Where it opens; by default at the lesson that was open last.
    file : Path, optional
        A session file to open instead.
    """
    application = make_application()
    settings = load_settings()
    if lesson is None:
        first = list_lessons()[0].id
        try:
            own = library.own_folder(settings.lessons_folder)
            lesson = library.find(settings.last_lesson or first, own)
        except LabError:
            lesson = find_lesson(first)
    session = Session()
    window = MainWindow(session, settings)
    if file is None:
        session.lesson_changed.emit(lesson)
    collector = Collector(window)
    engine = Engine(window)
    engine.changed.connect(window.status_line.show_engine)
    first_paint = FirstPaint(window)

    def go_on() -> None:
        window.create_panes()  # before any thread starts: two threads importing one library get into each other's way
        for tool in window.tools.values():
            tool.begin()
        if file is None:
            session.open(lesson)
        else:
            documents = window.tools["documents"]
            assert isinstance(documents, Documents)
            documents.open_path(file)
        engine.prepare()

    first_paint.happened.connect(go_on)
    window.show()
    try:
        return application.exec()
    finally:
        session.close()
        engine.close()
        collector.close()
        discard(window)
