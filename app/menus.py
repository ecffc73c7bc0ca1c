"""The menus of the window: every action stands in one, so that a keyboard or a screen reader reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from app.actions import EDIT, HELP, TIMELINE, TRANSPORT, VIEW
from app.settings import ThemeChoice

THEMES: tuple[tuple[ThemeChoice, str], ...] = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


def make_menus(
    window: QMainWindow,
    actions: Mapping[str, QAction],
    courses: QMenu,
    chosen: ThemeChoice,
    choose: Callable[[ThemeChoice], None],
) -> QMenu:
    """Fill the menu bar and return the View menu, to which panes are added later.

    Parameters
    ----------
    window : QMainWindow
        Whose menu bar is filled.
    actions : mapping of str to QAction
        By id.
    courses : QMenu
        The choice among the courses of the run.
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
    edit = bar.addMenu("&Edit")
    for action in EDIT:
        edit.addAction(actions[action.id])
    edit.addSeparator()
    edit.addMenu(courses)
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
    for action in VIEW:
        view.addAction(actions[action.id])
    view.addSeparator()
    help_menu = bar.addMenu("&Help")
    for action in HELP:
        help_menu.addAction(actions[action.id])
    help_menu.addSeparator()
    help_menu.addAction(actions["about"])
    return view


class CoursesMenu(QMenu):
    """A menu of the courses of the run; it is filled when it opens.

    Parameters
    ----------
    window : QMainWindow
        Where it belongs.
    courses : callable
        Returns number, name and whether it is shown, of every course.
    choose : callable
        Called with the number of another course.
    """

    def __init__(
        self,
        window: QMainWindow,
        courses: Callable[[], Sequence[tuple[int, str, bool]]],
        choose: Callable[[int], None],
    ) -> None:
        super().__init__("&Courses", window)
        self._courses, self._choose = courses, choose
        self._together: QActionGroup | None = None
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer the courses there are now."""
        self.clear()
        if self._together is not None:
            self._together.deleteLater()
        self._together = QActionGroup(self)
        for number, name, is_shown in self._courses():
            entry = QAction(f"&{number}  {name}", self._together)
            entry.setCheckable(True)
            entry.setChecked(is_shown)
            entry.triggered.connect(lambda _checked=False, number=number: self._choose(number))
            self.addAction(entry)
