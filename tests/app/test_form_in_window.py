"""The form of a lesson in the window: it begins with the lesson's settings, and all of them are one click away."""

from __future__ import annotations

from app.main_window import MainWindow
from app.panes.settings import SettingsPane
from tests.app.desk import window

__all__ = ["window"]


def pane_of(window: MainWindow) -> SettingsPane:
    pane = window.docks.panes["settings"]
    assert isinstance(pane, SettingsPane)
    return pane


def test_each_lesson_shows_its_own_settings(window: MainWindow) -> None:
    window.docks.bring_up("settings")
    form = pane_of(window).form
    assert "training.rule" in form.shown()
    assert not form.editor("training.rule").widget.isEnabled()
    assert "training.stop.epochs" not in form.shown()
    form.show_all.click()
    assert form.editor("training.rule").widget.isEnabled()
    assert "training.stop.epochs" in form.shown()
    window.open_lesson("perceptron-and")
    form = pane_of(window).form
    assert form.show_all.text() == "Show all settings"
    assert not window.bars.scope.is_all
