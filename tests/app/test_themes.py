"""Another theme reaches everything that is on the screen, in place: as if it had been made in those colours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import main_window
from app.main_window import MainWindow
from app.theme import DARK, LIGHT, rgb
from tests.app.desk import window

__all__ = ["window"]


def picture(widget: QWidget, qtbot: QtBot) -> QImage:
    qtbot.wait(150)
    return widget.grab().toImage()


def share_of(image: QImage, colour: str) -> float:
    """Return the share of pixels that are very near a colour."""
    wanted = rgb(colour)
    n = hits = 0
    for x in range(0, image.width(), 3):
        for y in range(0, image.height(), 3):
            found = QColor(image.pixel(x, y))
            near = zip((found.red(), found.green(), found.blue()), wanted, strict=True)
            hits += all(abs(a - b) <= 2 for a, b in near)
            n += 1
    return hits / n


@pytest.mark.parametrize("lesson", ["xor", "faces"])
def test_a_change_of_colours_is_the_same_as_being_made_in_them(window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    window.open_lesson(lesson)
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.docks.docks["settings"].raise_()
    qtbot.wait(50)
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    shown = [name for name, dock in window.docks.docks.items() if not dock.visibleRegion().isEmpty()]
    assert len(shown) == 5
    window.choose_theme("dark")
    switched = {name: picture(window.docks.panes[name], qtbot) for name in shown}
    frame = window.docks.panes["examples"].frame
    assert frame is not None
    window.docks.renew(DARK)
    window.docks.show_frame(frame)
    for name in shown:
        assert picture(window.docks.panes[name], qtbot) == switched[name], name
        assert share_of(switched[name], LIGHT.base) < 0.02, name


def test_bars_and_fields_turn_dark(window: MainWindow, qtbot: QtBot) -> None:
    window.choose_theme("dark")
    for widget in (window.strip, *window.strip.fields.values(), window.transport, window.timeline, window.menuBar()):
        assert share_of(picture(widget, qtbot), LIGHT.base) < 0.1
    window.choose_theme("light")
    for field in window.strip.fields.values():
        assert share_of(picture(field, qtbot), LIGHT.base) > 0.4


def test_the_window_follows_the_system(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    system = [LIGHT]
    monkeypatch.setattr(main_window, "chosen_theme", lambda choice: system[0] if choice == "system" else LIGHT)
    window.choose_theme("system")
    system[0] = DARK
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme is DARK
    assert window.docks.panes["error_curves"].theme is DARK
    window.choose_theme("light")
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme is LIGHT
