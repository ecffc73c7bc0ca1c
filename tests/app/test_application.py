"""Windows come and go: nothing of one is left for the end of the program, when its parts would go in any order."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import application, shot
from app.engine import Engine
from app.headless import Track
from app.lesson import find_lesson
from app.main_window import MainWindow
from app.pane import Pane
from nlcore.errors import LabError
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.trainer import Trainer

EARLIER: list[object] = []
"""Windows and panes that tests before this one have left, and that are none of its business."""


def windows() -> list[object]:
    return [w for w in QApplication.allWidgets() if isinstance(w, MainWindow | Pane)]


@pytest.fixture(autouse=True)
def earlier(qtbot: QtBot) -> None:
    EARLIER[:] = windows()


def left_over() -> list[str]:
    return [type(w).__name__ for w in windows() if all(w is not old for old in EARLIER)]


def track() -> Track:
    history = History(Trainer(find_lesson("xor").experiment))
    return Track("XOR", history, history.curves, FinishReason.LIMIT, 0.0)


@pytest.mark.parametrize("panes", [[], ["error_curves"]])
def test_pictures_leave_no_window_behind(qtbot: QtBot, tmp_path: Path, panes: list[str]) -> None:
    written = shot.draw(find_lesson("xor"), [track()], tmp_path, "dark", (900, 650), panes, svg=True)
    assert all(path.stat().st_size > 1000 for path in written)
    assert left_over() == []


def test_pictures_that_cannot_be_written_leave_no_window_behind(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "xor.png").mkdir()
    with pytest.raises(LabError, match=r"xor\.png"):
        shot.draw(find_lesson("xor"), [track()], tmp_path, "light", (900, 650), [])
    assert left_over() == []


def test_animations_leave_no_pane_behind(qtbot: QtBot, tmp_path: Path) -> None:
    shot.animate(find_lesson("xor"), track(), tmp_path, "light", (300, 240), ["network_diagram"], [0])
    assert left_over() == []


def test_the_program_ends_without_its_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "prepare", lambda _: None)
    seen = []

    def close() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                seen.append(window.session.activity)
                window.close()

    QTimer.singleShot(500, close)
    assert application.run(find_lesson("xor")) == 0
    assert len(seen) == 1
    assert left_over() == []
