"""The command list: everything in the menus, found by typing, run by Enter."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.widgets.command_list import CommandList, Extra
from app.widgets.menu_actions import menu_actions
from tests.app.desk import window

__all__ = ["window"]


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def commands(window: MainWindow, done: list[str]) -> CommandList:
    def extra() -> list[Extra]:
        return [("A perceptron learns AND", "Lesson", lambda: done.append("lesson"))]

    return CommandList(window, extra)


def titles(commands: CommandList) -> list[str]:
    return [command.title for command in commands.shown]


def leaf_actions(window: MainWindow) -> list[QAction]:
    """Find the actions in another way: through all menus there are."""
    found = []
    for menu in window.menuBar().findChildren(QMenu):
        found += [action for action in menu.actions() if action.menu() is None and not action.isSeparator()]
    return [action for action in found if action.isVisible()]


def test_every_action_of_the_menus_is_there(window: MainWindow, commands: CommandList) -> None:
    commands.open()
    assert {id(entry.action) for entry in menu_actions(window)} == {id(action) for action in leaf_actions(window)}
    assert len(commands.shown) == len(menu_actions(window)) + 1
    run = next(command for command in commands.shown if command.title == "Run")
    assert (run.kind, run.shortcut, run.is_enabled) == ("Training", "F5", True)
    assert "F5" not in run.tip
    assert run.tip
    light = next(command for command in commands.shown if command.title == "Light")
    assert light.kind == "View › Colours"
    assert light.is_checked
    assert not any("&" in title for title in titles(commands))


def test_typing_finds_and_enter_runs(window: MainWindow, commands: CommandList, qtbot: QtBot) -> None:
    commands.open()
    qtbot.keyClicks(commands.line, "step epo")
    assert titles(commands)[0] == "Step one epoch"
    history = window.session.history
    assert history is not None
    assert history.head.counters.epochs == 0
    qtbot.keyClick(commands.line, Qt.Key.Key_Return)
    assert not commands.isVisible()
    assert history.head.counters.epochs == 1


def test_arrows_move_and_wrap(commands: CommandList, qtbot: QtBot) -> None:
    commands.open()
    qtbot.keyClick(commands.line, Qt.Key.Key_Up)
    assert commands.list.currentIndex().row() == len(commands.shown) - 1
    qtbot.keyClick(commands.line, Qt.Key.Key_Down)
    qtbot.keyClick(commands.line, Qt.Key.Key_Down)
    assert commands.list.currentIndex().row() == 1
    qtbot.keyClick(commands.line, Qt.Key.Key_PageDown)
    assert commands.list.currentIndex().row() == 11
    assert commands.shown[11].title in commands.line.accessibleDescription()


def test_an_extra_entry_runs(commands: CommandList, qtbot: QtBot, done: list[str]) -> None:
    commands.open()
    qtbot.keyClicks(commands.line, "lesson and")
    assert titles(commands) == ["A perceptron learns AND"]
    qtbot.keyClick(commands.line, Qt.Key.Key_Enter)
    assert done == ["lesson"]


def test_what_cannot_be_done_is_shown_and_does_nothing(window: MainWindow, commands: CommandList, qtbot: QtBot) -> None:
    pause = window.actions_by_id["pause"]
    assert not pause.isEnabled()
    commands.open()
    qtbot.keyClicks(commands.line, "pause")
    assert not commands.shown[0].is_enabled
    with qtbot.assertNotEmitted(pause.triggered):
        qtbot.keyClick(commands.line, Qt.Key.Key_Return)
    assert commands.isVisible()
    assert "not available now" in commands.line.accessibleDescription()
    assert commands.hint.text().startswith("Not available now")


def test_it_is_collected_anew_each_time(window: MainWindow, commands: CommandList) -> None:
    commands.open()
    commands.close()
    extra = QAction("Brand new", window)
    window.view_menu.addAction(extra)
    commands.open()
    assert "Brand new" in titles(commands)


def test_escape_closes_and_gives_the_focus_back(window: MainWindow, commands: CommandList, qtbot: QtBot) -> None:
    window.tree.setFocus()
    focus = window.focusWidget()
    commands.open()
    assert window.focusWidget() is commands.line
    qtbot.keyClick(commands.line, Qt.Key.Key_Escape)
    assert not commands.isVisible()
    assert window.focusWidget() is focus


def test_a_click_elsewhere_closes(window: MainWindow, commands: CommandList, qtbot: QtBot) -> None:
    commands.open()
    qtbot.mouseClick(window.status_line, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not commands.isVisible()


def test_a_click_runs(commands: CommandList, qtbot: QtBot, done: list[str]) -> None:
    commands.open()
    commands.line.setText("lesson and")
    place = commands.list.visualRect(commands.list.currentIndex()).center()
    qtbot.mouseClick(commands.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert done == ["lesson"]


def test_nothing_found_is_said(commands: CommandList, qtbot: QtBot) -> None:
    commands.open()
    commands.line.setText("qqqq")
    assert commands.shown == []
    assert "Nothing fits" in commands.line.accessibleDescription()
    qtbot.keyClick(commands.line, Qt.Key.Key_Return)
    qtbot.keyClick(commands.line, Qt.Key.Key_Down)
    assert commands.isVisible()


def test_it_stays_inside_the_window_and_has_names(window: MainWindow, commands: CommandList) -> None:
    window.resize(500, 400)
    commands.open()
    assert window.rect().contains(commands.geometry())
    assert commands.accessibleName()
    assert commands.line.accessibleName()
    assert commands.list.accessibleName()
    spoken = commands.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert commands.shown[0].title in spoken
    commands.grab()  # the lines can be drawn
