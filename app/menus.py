"""The menus of the window: every action stands in one, so that a keyboard or a screen reader reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from app.actions import TIMELINE, TRANSPORT
from app.settings import ThemeChoice

THEMES: tuple[tuple[ThemeChoice, str], ...] = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


def make_menus(
    window: QMainWindow, actions: Mapping[str, QAction], chosen: ThemeChoice, choose: Callable[[ThemeChoice], None]
) -> QMenu:
    """Fill the menu bar and return the View menu, to which panes are added later.

    Parameters
    ----------
    window : QMainWindow
        Whose menu bar is filled.
    actions : mapping of str to QAction
        By id.
    chosen : str
        The choice of colours that is in force.
    choose : callable
        Called with another choice.
    """
    bar = window.menuBar()
    file_menu = bar.addMenu("&File")
    file_menu.addAction(actions["download_faces"])
    file_menu.addAction(actions["choose_folder"])
    file_menu.addSeparator()
    file_menu.addAction(actions["quit"])
    training = bar.addMenu("&Training")
    for group in (TRANSPORT, TIMELINE):
        training.addSeparator()
        for action in group:
            training.addAction(actions[action.id])
    view = bar.addMenu("&View")
    themes = view.addMenu("&Colours")
    together = QActionGroup(window)
    for choice, text in THEMES:
        entry = QAction(text, together)
        entry.setCheckable(True)
        entry.setChecked(choice == chosen)
        entry.triggered.connect(lambda _checked=False, choice=choice: choose(choice))
        themes.addAction(entry)
    view.addAction(actions["reset_layout"])
    view.addAction(actions["full_screen"])
    view.addSeparator()
    bar.addMenu("&Help").addAction(actions["about"])
    return view
