"""The page of keys, made from the menus."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.widgets.menu_actions import menu_actions
from app.widgets.shortcut_page import PAGE_WIDTH, Row, ShortcutPage, as_text
from tests.app.desk import window

__all__ = ["window"]
EXTRA = (("Panes", "Move the point", "Arrow keys", "In a decision surface, from place to place"),)


def cells(page: ShortcutPage) -> list[list[str]]:
    table = page.table
    return [
        [item.text() for column in range(3) if (item := table.item(row, column))] for row in range(table.rowCount())
    ]


def test_every_key_of_the_window_is_on_the_page(window: MainWindow, qtbot: QtBot) -> None:
    page = ShortcutPage(window, EXTRA)
    page.open()
    shown = cells(page)
    with_keys = [action for action in window.actions_by_id.values() if not action.shortcut().isEmpty()]
    assert len(with_keys) > 10
    for action in with_keys:
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        assert any(len(row) == 3 and key in row[1].split(", ") for row in shown), action.text()
    assert ["Move the point", "Arrow keys", "In a decision surface, from place to place"] in shown
    headings = [row[0] for row in shown if len(row) == 1]
    assert headings == list(dict.fromkeys(headings))
    assert {"Training", "Panes"} <= set(headings)


def test_a_new_action_appears(window: MainWindow) -> None:
    page = ShortcutPage(window)
    action = QAction("&Fly away", window)
    action.setShortcut("Ctrl+Alt+Y")
    action.setToolTip("Leave the ground (Ctrl+Alt+Y)")
    window.view_menu.addAction(action)
    page.open()
    assert ["Fly away", "Ctrl+Alt+Y", "Leave the ground"] in cells(page)


def test_the_box_adds_commands_without_keys(window: MainWindow) -> None:
    page = ShortcutPage(window)
    page.open()
    before = len([row for row in cells(page) if len(row) == 3])
    page.all_box.setChecked(True)
    assert len([row for row in cells(page) if len(row) == 3]) == len(menu_actions(window)) > before


def test_the_copy_holds_everything_in_printable_lines(window: MainWindow, qtbot: QtBot) -> None:
    page = ShortcutPage(window, EXTRA)
    page.open()
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.NoModifier)
    page.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert text == page.text()
    assert max(map(len, text.splitlines())) <= PAGE_WIDTH
    words = " ".join(text.split())
    for row in cells(page):
        for cell in row:
            assert all(word in words for word in cell.split())


def test_long_texts_are_wrapped_without_loss() -> None:
    lines = [Row("Menu", "a " * 40, "Ctrl+Shift+Alt+F12", "word " * 50)]
    text = as_text(lines, 60)
    assert max(map(len, text.splitlines())) <= 60
    assert text.split().count("word") == 50
    assert text.split().count("a") == 40
