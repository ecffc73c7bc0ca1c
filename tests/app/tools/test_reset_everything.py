"""Resetting everything: it asks, says what goes, and then the window is as on the first day."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QPushButton

from app.main_window import MainWindow
from app.panes.settings import SettingsPane
from app.settings import Settings, load_settings, save_settings
from tests.app.desk import window

__all__ = ["window"]


def box_of(window: MainWindow) -> QMessageBox:
    window.actions_by_id["reset_everything"].trigger()
    (box,) = window.findChildren(QMessageBox)
    return box


def press(box: QMessageBox, text: str) -> None:
    next(button for button in box.findChildren(QPushButton) if button.text().replace("&", "") == text).click()


def test_cancel_forgets_nothing(window: MainWindow) -> None:
    window.settings = window.settings.replace(layouts={"faces": "AAA="})
    box = box_of(window)
    for word in ("panes", "colours", "size of texts", "your files"):
        assert word in box.informativeText()
    press(box, "Cancel")
    assert window.settings.layouts == {"faces": "AAA="}


def test_everything_remembered_is_forgotten_at_once(window: MainWindow) -> None:
    window.settings = window.settings.replace(layouts={"faces": "AAA="}, last_lesson="faces")
    window.choose_theme("dark")
    window.aids.text_size.set_percent(125)
    window.transport.set_speed(0)
    window.docks.docks["decision_surface"].close()
    pane = window.docks.panes["settings"]
    assert isinstance(pane, SettingsPane)
    pane.form.show_all.click()
    save_settings(window.settings)
    presentations = window.session.cursor
    press(box_of(window), "Reset everything")
    assert window.settings == Settings() == load_settings()
    assert window.theme.name == "light"
    assert window.aids.text_size.percent == 100
    assert window.session.speed.label == "1 000 examples/s"
    assert not window.docks.docks["decision_surface"].isHidden()
    assert not window.bars.scope.is_all
    assert window.session.cursor is presentations
    assert window.docks.panes["decision_surface"].frame is not None


def test_the_menu_says_which_colours_are_in_force(window: MainWindow) -> None:
    window.choose_theme("dark")
    press(box_of(window), "Reset everything")
    colours = next(action for action in window.view_menu.actions() if action.text() == "&Colours").menu()
    checked = [action.text() for action in colours.actions() if action.isChecked()]
    assert checked == ["As the system"]
