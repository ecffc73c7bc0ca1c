"""A pane as text, as a person gets it: from the menu for the pane with the focus, or with the right mouse button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.tools.pane_text import PaneText
from app.widgets.text_window import TextWindow
from tests.app.desk import window

__all__ = ["window"]


def tool_of(window: MainWindow) -> PaneText:
    tool = window.tools["pane_text"]
    assert isinstance(tool, PaneText)
    return tool


def opened(window: MainWindow) -> TextWindow:
    (found,) = window.findChildren(TextWindow)
    return found


def test_the_pane_with_the_focus_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.docks.panes["decision_surface"].shown.setFocus()
    window.actions_by_id["show_as_text"].trigger()
    shown = opened(window)
    assert shown.windowTitle() == "Decision surface as text"
    assert shown.text.isReadOnly()
    assert "The output of the network over x1" in shown.text.toPlainText()
    assert [shown.choice.itemText(i) for i in range(shown.choice.count())] == ["Examples", "Map, as a grid"]
    assert shown.model.rowCount() == 4
    shown.choice.setCurrentIndex(1)
    assert shown.model.rowCount() == 2500
    shown.close()


def test_it_stays_at_its_moment_until_it_is_refreshed(window: MainWindow, qtbot: QtBot) -> None:
    shown = tool_of(window).show("error_curves")
    assert shown is not None
    n = shown.model.rowCount()
    window.session.play(epochs=5)
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    assert shown.model.rowCount() == n
    shown.newer.click()
    assert shown.model.rowCount() == n + 5
    shown.close()


def test_cells_and_whole_tables_are_copied_for_a_spreadsheet(window: MainWindow, qtbot: QtBot) -> None:
    shown = tool_of(window).show("examples")
    assert shown is not None
    shown.copy_table.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:4] == ["set", "example", "x1", "x2"]
    assert len(lines) == 5
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    shown.view.setFocus()
    qtbot.waitUntil(shown.view.hasFocus)
    shown.view.selectColumn(2)
    QTest.keyClick(shown.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "x1\n0\n0\n1\n1\n"
    shown.copy_text.click()
    assert QGuiApplication.clipboard().text() == shown.text.toPlainText()
    shown.close()


def test_copying_a_pane_says_so(window: MainWindow) -> None:
    window.docks.bring_up("settings")
    pane = window.docks.panes["settings"]
    window.activateWindow()
    pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    pane.setFocus()
    window.actions_by_id["copy_as_text"].trigger()
    assert "training.learning_rate\t0.5\tnow" in QGuiApplication.clipboard().text()
    assert window.status_line.text("message") == "Settings: copied as text."


def test_every_pane_offers_it_at_the_right_mouse_button(window: MainWindow) -> None:
    for pane_id, dock in window.docks.docks.items():
        by_text = {action.text(): action for action in dock.actions()}
        assert dock.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
        by_text["Copy as text"].trigger()
        assert window.docks.panes[pane_id].title in window.status_line.text("message")


def test_several_tracks_stand_in_one_table_with_their_names(window: MainWindow, qtbot: QtBot) -> None:
    window.session.comparison.add({"training.learning_rate": 0.1}, "slow")
    qtbot.waitUntil(lambda: len(window.session.tracks) == 2, timeout=30_000)
    qtbot.waitUntil(lambda: len(window.docks.grids["decision_surface"].frame.tracks) == 2, timeout=5_000)
    for pane_id in ("decision_surface", "network_diagram", "error_curves", "examples"):
        words, tables = tool_of(window).read(pane_id)
        assert "slow: " in words
        for table in tables:
            assert table.headings[0] == "track"
            assert {row[0] for row in table.rows} == {track.name for track in window.session.tracks}
