"""What the tests of the window share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from app import moves
from app.application import discard
from app.main_window import MainWindow


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the window wait for moves in time however busy the machine is; `test_moves.py` is about slow ones."""
    monkeypatch.setattr(moves, "PATIENCE", 30.0)


@pytest.fixture(autouse=True)
def no_window_outlives_a_test() -> Iterator[None]:
    """Delete windows after each test, in their own thread: left as garbage, another thread might take them apart."""
    yield
    if not isinstance(QApplication.instance(), QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QMainWindow):
            if isinstance(widget, MainWindow):
                widget.session.close()
            discard(widget)
