"""The window without a mouse and without eyes: names for everything, keys that mean one thing, a way to every pane."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QDockWidget,
    QLabel,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.settings import SettingsPane
from app.widgets.menu_actions import menu_actions
from tests.app.desk import window

__all__ = ["window"]
LESSONS = ("xor", "perceptron-and", "faces", "threshold-unit", "neurons-and-networks")
NOT_OURS = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""Object names of parts that Qt makes and names itself, such as the arrows beside tabs."""


def open_lesson(window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    window.open_lesson(lesson)
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    for pane_id in window.docks.docks:
        window.docks.docks[pane_id].show()
    qtbot.wait(50)


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    said = interface.text(QAccessible.Text.Name).strip() if interface is not None else ""
    return said or widget.accessibleName()


def letter(text: str) -> str:
    """Return the letter that Alt goes with, in capitals; empty without one."""
    return QKeySequence.mnemonic(text).toString().removeprefix("Alt+").upper()


@pytest.mark.parametrize("lesson", LESSONS)
def test_everything_that_takes_the_focus_has_a_name(window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    open_lesson(window, qtbot, lesson)
    focusable = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.objectName().startswith(NOT_OURS)
        and widget.window() is window
        and not (isinstance(parent := widget.parentWidget(), QAbstractScrollArea) and widget is parent.viewport())
    ]
    assert len(focusable) > 20
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in focusable
        if not name_of(widget)
    ]
    assert nameless == []


def test_every_action_of_the_window_stands_in_a_menu(window: MainWindow) -> None:
    listed = {id(entry.action) for entry in menu_actions(window)}
    assert [name for name, action in window.actions_by_id.items() if id(action) not in listed] == []


def test_every_action_of_the_window_has_a_key(window: MainWindow) -> None:
    assert [name for name, action in window.actions_by_id.items() if action.shortcut().isEmpty()] == []
    assert len({dock.toggleViewAction().shortcut().toString() for dock in window.docks.docks.values()}) == len(
        window.docks.docks
    )


def test_no_letter_stands_twice_in_a_menu(window: MainWindow) -> None:
    menus = [window.menuBar(), *window.menuBar().findChildren(QMenu)]
    for menu in menus:
        letters = Counter(letter(action.text()) for action in menu.actions() if action.isVisible())
        twice = [found for found, n in letters.items() if found and n > 1]
        where = menu.title() if isinstance(menu, QMenu) else "menu bar"
        assert twice == [], f"in {where}: {[a.text() for a in menu.actions() if letter(a.text()) in twice]}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_letter_stands_twice_in_the_window(window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    open_lesson(window, qtbot, lesson)
    found: dict[str, set[str]] = {}
    for action in window.menuBar().actions():
        found.setdefault(letter(action.text()), set()).add(f"menu {action.text()}")
    for widget in window.findChildren(QWidget):
        if widget.window() is not window:
            continue
        if isinstance(widget, QLabel) and widget.buddy() is not None:
            found.setdefault(letter(widget.text()), set()).add(f"label {widget.text()}")
        elif isinstance(widget, QAbstractButton) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.setdefault(letter(widget.text()), set()).add(f"button {widget.text()}")
    assert {key: names for key, names in found.items() if key and len(names) > 1} == {}


def test_no_key_means_two_things(window: MainWindow) -> None:
    keys = Counter(
        sequence.toString()
        for action in window.findChildren(QAction)
        if not isinstance(action.parent(), QDockWidget)
        for sequence in action.shortcuts()
    )
    keys.update(shortcut.key().toString() for shortcut in window.findChildren(QShortcut) if shortcut.parent() is window)
    assert [key for key, n in keys.items() if n > 1] == []
    alone = [key for key in keys if key == "Space" or (len(key) == 1 and key.isalnum())]
    assert alone == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_tab_key_reaches_every_pane_and_bar(window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    window.open_lesson(lesson)
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.session.step("update")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.activateWindow()
    window.strip.setFocus()
    reached: set[str] = set()
    for _ in range(200):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        inside: QWidget | None = focus
        while inside is not None:
            reached.add(inside.objectName())
            inside = inside.parentWidget()
    shown = {
        dock.objectName() for dock in window.docks.docks.values() if not dock.visibleRegion().isEmpty()
    }  # fmt: skip
    assert shown
    assert shown - reached == set()
    assert {"lesson", "settings_strip", "transport", "timeline"} - reached == set()


def test_the_form_is_walked_from_top_to_bottom(window: MainWindow, qtbot: QtBot) -> None:
    open_lesson(window, qtbot, "xor")
    window.docks.bring_up("settings")
    pane = window.docks.panes["settings"]
    assert isinstance(pane, SettingsPane)
    form = pane.form
    editors = [form.editor(name).widget for name in form.shown()]
    wanted = [form.search, form.show_all, *(widget for widget in editors if widget.isEnabled())]
    window.activateWindow()
    form.search.setFocus()
    for expected in wanted[1:]:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is expected
        assert not expected.visibleRegion().isEmpty()  # scrolled into sight
