"""The program as it starts: the window first, then what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app import application
from app.lesson import list_lessons
from app.main_window import MainWindow
from nlcore import storage
from tests.nlcore.sessions import session


def window() -> MainWindow | None:
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    return next((widget for widget in shown if isinstance(widget, MainWindow)), None)


def run_until(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, file: Path) -> list[str]:
    """Start the program, wait for a run or a box, and quit; return the titles and sentences seen."""
    seen: list[str] = []
    timer = QTimer()

    def look() -> None:
        shown = window()
        if shown is None:
            return
        box = shown.findChild(QMessageBox)
        if shown.session.activity == "paused" and (box is None or not box.isVisible()):
            seen.append(shown.windowTitle())
            timer.stop()
            shown.close()
        elif isinstance(box, QMessageBox) and box.isVisible():
            seen.append(box.text())
            box.close()

    timer.timeout.connect(look)
    timer.start(50)
    QTimer.singleShot(60_000, timer, QApplication.quit)
    monkeypatch.setattr(application.Engine, "prepare", lambda _engine: None)
    assert application.run(None, file) == 0
    return seen


def test_it_opens_at_a_session(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    storage.save(tmp_path / "mine.nllab", session())
    assert run_until(qtbot, monkeypatch, tmp_path / "mine.nllab")[-1].startswith("mine.nllab[*] · ")


def test_a_broken_session_is_told_and_a_lesson_opens(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bad.nllab").write_bytes(b"nonsense")
    told, title = run_until(qtbot, monkeypatch, tmp_path / "bad.nllab")
    assert "bad.nllab: is no session file" in told
    assert list_lessons()[0].title in title
