"""Own lessons in the window: written, listed, followed while their files change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from app.lesson import read_lesson
from app.main_window import MainWindow
from app.settings import load_settings
from app.tools.own_lessons import OwnLessons
from app.widgets.lesson_dialog import LessonDialog
from nlcore.data_edits import DataEdit, MoveExample
from tests.app.desk import window
from tests.app.test_library import put

__all__ = ["window"]


@pytest.fixture
def tool(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> OwnLessons:
    found = window.tools["own_lessons"]
    assert isinstance(found, OwnLessons)
    window.settings = window.settings.replace(lessons_folder=str(tmp_path))
    found.begin()
    read(qtbot, found)
    return found


def read(qtbot: QtBot, tool: OwnLessons) -> None:
    qtbot.waitUntil(
        lambda: tool._reading is None and tool._writing is None and not tool._settle_timer.isActive(), timeout=10_000
    )


def own_items(window: MainWindow) -> list[QTreeWidgetItem]:
    headings = [window.tree.topLevelItem(n) for n in range(window.tree.topLevelItemCount())]
    return [item.child(n) for item in headings if item.text(0) == "Own lessons" for n in range(item.childCount())]


def listed(window: MainWindow) -> list[str]:
    return [item.text(0) for item in own_items(window)]


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=10_000)


def test_a_lesson_is_written_and_opened(
    qtbot: QtBot, window: MainWindow, tool: OwnLessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    window.actions_by_id["step_epoch"].trigger()
    session.changes.set("training.learning_rate", 0.2)
    session.comparison.add({"training.momentum": 0.0}, "no momentum")
    until(qtbot, lambda: session.activity == "paused")
    experiments = [track.trainer.experiment for track in session.tracks]

    def answer(dialog: LessonDialog) -> int:
        assert dialog.save.isEnabled()
        dialog.title_line.setText("Slow XOR")
        assert dialog.id_line.text() == "slow-xor"
        dialog.id_line.setText("xor")
        assert "already" in dialog.note.text()
        assert not dialog.save.isEnabled()
        dialog.id_line.setText("slow-xor")
        dialog.part_line.setText("")
        assert not dialog.save.isEnabled()
        dialog.part_line.setText("Exercises")
        return 1

    monkeypatch.setattr(LessonDialog, "exec", answer)
    cursor = session.cursor
    window.actions_by_id["save_lesson"].trigger()
    until(qtbot, lambda: listed(window) == ["Slow XOR"])
    assert session.cursor is cursor
    assert str(tmp_path / "slow-xor.md") in tool.bar.text
    lesson = read_lesson(tmp_path / "slow-xor.md")
    assert [experiment for _, experiment in lesson.tracks()] == experiments
    assert lesson.panes == ("network_diagram", "decision_surface", "error_curves", "examples")
    assert lesson.part == "Exercises"
    assert "three *hidden units*" in lesson.text
    tool.bar.buttons["Open the lesson"].click()
    until(qtbot, lambda: session.activity == "paused" and session.lesson.id == "slow-xor")  # type: ignore[union-attr]
    assert len(session.tracks) == 2
    assert window.tree.currentItem().text(0) == "Slow XOR"
    read(qtbot, tool)


def test_edited_examples_are_said(qtbot: QtBot, window: MainWindow, tool: OwnLessons) -> None:
    window.session.changes.intervene(DataEdit((MoveExample(0, (0.3, 0.3)),)))
    tool.write("one", "One", "Own")
    until(qtbot, lambda: "edited by hand" in tool.bar.text)
    read(qtbot, tool)
    window.actions_by_id["restart"].trigger()
    tool.write("two", "Two", "Own")
    until(qtbot, lambda: "two.md" in tool.bar.text and "edited by hand" in tool.bar.text)
    read(qtbot, tool)


def test_nothing_is_overwritten(
    qtbot: QtBot, window: MainWindow, tool: OwnLessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(window, "show_problem", told.append)
    (tmp_path / "there.md").write_text("precious", "utf-8")
    tool.write("there", "There", "Own")
    until(qtbot, lambda: bool(told))
    assert "exists already" in told[0]
    assert (tmp_path / "there.md").read_text("utf-8") == "precious"
    read(qtbot, tool)


def test_the_list_follows_the_folder(
    qtbot: QtBot, window: MainWindow, tool: OwnLessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(window, "show_problem", told.append)
    window.tree.problem_chosen.connect(told.append)
    path = put(tmp_path, "mine")
    until(qtbot, lambda: listed(window) == ["Lesson mine"])
    good = path.read_text("utf-8")
    path.write_text(good.replace("rate = 0.5", "rate = -1"), "utf-8")
    until(qtbot, lambda: listed(window) == ["mine.md: cannot be read"])
    assert "mine.md, line" in own_items(window)[0].toolTip(0)
    window.tree.itemClicked.emit(own_items(window)[0], 0)
    assert "training.learning_rate" in told[0]
    path.write_text(good, "utf-8")
    until(qtbot, lambda: listed(window) == ["Lesson mine"])
    path.unlink()
    until(qtbot, lambda: listed(window) == [])
    read(qtbot, tool)


def test_the_open_lesson_is_read_again(qtbot: QtBot, window: MainWindow, tool: OwnLessons, tmp_path: Path) -> None:
    session, path = window.session, put(tmp_path, "mine")
    until(qtbot, lambda: listed(window) == ["Lesson mine"])
    window.tree.itemClicked.emit(own_items(window)[0], 0)
    until(qtbot, lambda: session.activity == "paused" and session.lesson.id == "mine")  # type: ignore[union-attr]
    read(qtbot, tool)
    window.actions_by_id["step_epoch"].trigger()
    cursor, good = session.cursor, path.read_text("utf-8")

    path.write_text(good + "\nA new ending.\n", "utf-8")
    until(qtbot, lambda: "A new ending." in window.text.plain_text())
    assert session.cursor is cursor
    assert not tool.bar.isVisible()

    path.write_text(good.replace("momentum = 0.9", "momentum = 5"), "utf-8")
    until(qtbot, lambda: "mine.md, line" in tool.bar.text)
    assert "A new ending." in window.text.plain_text()

    beside = tmp_path / "mine.tmp"  # as editors do that save all or nothing
    beside.write_text(good.replace("momentum = 0.9", "momentum = 0.1") + "\nAnd another.\n", "utf-8")
    beside.replace(path)
    until(qtbot, lambda: "has changed" in tool.bar.text)
    assert "And another." in window.text.plain_text()
    assert session.cursor is cursor
    tool.bar.buttons["Begin it"].click()
    until(qtbot, lambda: session.activity == "paused" and session.now == 0)
    assert session.tracks[0].trainer.experiment.training.momentum == 0.1
    read(qtbot, tool)


def test_another_folder(
    qtbot: QtBot, window: MainWindow, tool: OwnLessons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    put(tmp_path / "other", "there")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "other"))
    window.actions_by_id["lessons_folder"].trigger()
    until(qtbot, lambda: listed(window) == ["Lesson there"])
    assert load_settings().lessons_folder == str(tmp_path / "other")
    window.open_lesson("there")
    until(qtbot, lambda: window.session.activity == "paused")
    assert ("Lesson there", "Lesson") in {entry[:2] for entry in window.aids._entries()}
    read(qtbot, tool)
