"""The menus of the window: every action stands in one, so that a keyboard or a screen reader reaches it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from app.actions import EDIT, HELP, TIMELINE, TRANSPORT, VIEW, Action
from app.settings import ThemeChoice
from app.tool import Tool

THEMES: tuple[tuple[ThemeChoice, str], ...] = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


def make_menus(
    window: QMainWindow,
    actions: Mapping[str, QAction],
    tools: Collection[Tool],
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
    tools : collection of Tool
        Their actions stand in the menus they name, before what is there anyway.
    courses : QMenu
        The choice among the courses of the run.
    chosen : str
        The choice of colours that is in force.
    choose : callable
        Called with another choice.
    """
    filling = Filling(window.menuBar(), actions, tools)
    file_menu = filling.begin("file", "&File")
    file_menu.addAction(actions["quit"])
    edit = filling.begin("edit", "&Edit", EDIT)
    edit.addSeparator()
    edit.addMenu(courses)
    filling.begin("training", "&Training", TRANSPORT, TIMELINE)
    for name, title in (("compare", "&Compare"), ("data", "&Data")):
        if any(tool.menu == name for tool in tools):
            filling.begin(name, title)
    view = filling.begin("view", "&View")
    view.addMenu(_colours(view, chosen, choose))
    view.addAction(actions["reset_layout"])
    view.addAction(actions["full_screen"])
    view.addSeparator()
    for action in VIEW:
        view.addAction(actions[action.id])
    view.addSeparator()
    help_menu = filling.begin("help", "&Help", HELP)
    help_menu.addSeparator()
    help_menu.addAction(actions["about"])
    return view


class Filling:
    """Fills a menu bar, menu by menu."""

    def __init__(self, bar: QMenuBar, actions: Mapping[str, QAction], tools: Collection[Tool]) -> None:
        self._bar, self._actions, self._tools = bar, actions, tools

    def begin(self, name: str, title: str, *groups: Sequence[Action]) -> QMenu:
        """Make a menu with groups of actions, then the tools that belong there."""
        menu = self._bar.addMenu(title)
        for group in groups:
            menu.addSeparator()
            for action in group:
                menu.addAction(self._actions[action.id])
        for tool in self._tools:
            if tool.menu == name:
                menu.addSeparator()
                place = menu.addMenu(tool.submenu) if tool.submenu else menu
                for action in tool.actions:
                    place.addAction(self._actions[action.id])
                for below in tool.menus():
                    place.addMenu(below)
        menu.addSeparator()
        return menu


def _colours(view: QMenu, chosen: ThemeChoice, choose: Callable[[ThemeChoice], None]) -> QMenu:
    """Return the choice of colours."""
    themes = QMenu("&Colours", view)
    together = QActionGroup(view)
    for choice, text in THEMES:
        entry = QAction(text, together)
        entry.setCheckable(True)
        entry.setObjectName(f"colours.{choice}")
        entry.setChecked(choice == chosen)
        entry.triggered.connect(lambda _checked=False, choice=choice: choose(choice))
        themes.addAction(entry)
    return themes


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
