"""What a tool is: something a person can do with the window besides training, with its menu entries in one file.

A module in `app.tools` defines ``TOOL``, a subclass. The window finds it, puts its actions into a menu, tells it how
the run stands and closes it at the end; it need not know it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.actions import Action
from app.pane import Pane
from app.status import Status
from app.theme import Theme
from nlcore import discovery

if TYPE_CHECKING:
    from app.main_window import MainWindow

MenuName = Literal["file", "edit", "training", "compare", "data", "view", "help"]


class Tool(QObject):
    """Base of all tools. Importing and making one must be quick: what is heavy is imported when it is used.

    Parameters
    ----------
    window : MainWindow
        Whose tool it is. While tools are made, its session and settings are there, its bars and docks not yet.
    """

    menu: ClassVar[MenuName]
    order: ClassVar[int] = 50
    """Its place in the menu, among the other tools there."""
    actions: ClassVar[tuple[Action, ...]]
    submenu: ClassVar[str] = ""
    """Title of a menu inside the menu that holds its actions; empty where they stand in the menu itself."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each of its actions does, by id."""
        raise NotImplementedError

    def attach(self) -> None:
        """Connect to what the window has by now: all bars and the lesson dock, but no panes yet."""

    def meet(self, pane: Pane) -> None:
        """Connect to a pane that was just made, and give it what it needs besides frames; called for every pane.

        Another lesson has panes of its own, so this happens again then.
        """

    def begin(self) -> None:
        """Start what goes on by itself; called once a person has the window on the screen, never for pictures of it."""

    def menus(self) -> Sequence[QMenu]:
        """Return menus to put below its actions."""
        return ()

    def show_status(self, status: Status) -> None:
        """Take note of how the run stands, to enable what can be done now."""

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""

    def close(self) -> None:
        """End what is going on; the window is being closed."""


def make_tools(window: MainWindow) -> dict[str, Tool]:
    """Make all tools, by id, in the order of their menus."""
    made = {name: kind(window) for name, kind in discovery.find_all("app.tools", "TOOL").items()}
    return dict(sorted(made.items(), key=lambda item: (item[1].order, item[0])))
