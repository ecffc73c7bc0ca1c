"""Everything that the menus of a window offer, as a list: for the command list and the shortcut page.

It is read from the menu bar each time it is asked for, so no list of commands is ever written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True, slots=True, eq=False)
class MenuAction:
    """An action and where it stands.

    Attributes
    ----------
    action : QAction
        The action itself.
    menus : tuple of str
        The menu, and the menus inside it.
    title : str
        The action's text without its underlined letter.
    shortcut : str
        Its keys as they are written on this system; empty without any.
    tip : str
        What it does, without the keys; empty if nobody said.
    """

    action: QAction
    menus: tuple[str, ...]
    title: str
    shortcut: str
    tip: str

    @property
    def path(self) -> str:
        """The menus as one text."""
        return " › ".join(self.menus)


def menu_actions(window: QMainWindow) -> list[MenuAction]:
    """Return the actions of all menus in their order; an action in two menus stands where it is first.

    Parameters
    ----------
    window : QMainWindow
        Whose menu bar is read, shown or hidden.
    """
    found: list[MenuAction] = []
    seen: set[int] = set()
    for entry in window.menuBar().actions():
        menu = entry.menu()
        if isinstance(menu, QMenu):
            _collect(menu, (words(entry.text()),), found, seen)
    return found


def _collect(menu: QMenu, path: tuple[str, ...], found: list[MenuAction], seen: set[int]) -> None:
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            _collect(inner, (*path, words(action.text())), found, seen)
        elif not action.isSeparator() and action.isVisible() and action.text() and id(action) not in seen:
            seen.add(id(action))
            found.append(MenuAction(action, path, words(action.text()), keys(action), _tip(action)))


def words(text: str) -> str:
    """Take the sign for the underlined letter out of a text, and the dots that announce a dialog."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…").removesuffix("...").strip()


def keys(action: QAction) -> str:
    """Return the keys of an action as they are written on this system; several are parted by commas."""
    written = (sequence.toString(QKeySequence.SequenceFormat.NativeText) for sequence in action.shortcuts())
    return ", ".join(text for text in written if text)


def _tip(action: QAction) -> str:
    """Return the tooltip without the keys at its end; Qt's own, which is only the text again, counts as none."""
    tip = action.toolTip().split("\n")[0]  # below it stand the terms
    for sequence in action.shortcuts():
        for form in (QKeySequence.SequenceFormat.NativeText, QKeySequence.SequenceFormat.PortableText):
            tip = tip.removesuffix(f"({sequence.toString(form)})").strip()
    return "" if words(tip) == words(action.text()) else tip
