"""What helps a person with the window: commands by name, keys, the glossary, text sizes and the presentation.

They stand apart from training: none of them knows the session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.pane import pane_class
from app.presentation import Presentation
from app.text_size import TextSize
from app.theme import Theme
from app.widgets.command_list import CommandList
from app.widgets.glossary_view import GlossaryWindow
from app.widgets.shortcut_page import ShortcutPage

if TYPE_CHECKING:
    from app.main_window import MainWindow

MORE_KEYS = (
    ("Everywhere", "End the presentation", "Esc", "While the presentation is on"),
    ("Everywhere", "To the learning rate, to the momentum", "Alt+R, Alt+M", "In the line below the buttons"),
)


class Aids:
    """The aids of a window.

    Parameters
    ----------
    window : MainWindow
        Whom they help.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.text_size = TextSize(window, window.settings.text_percent)
        self.presentation = Presentation(window, self.text_size)
        self.commands = CommandList(window, self._entries)
        self.shortcuts = ShortcutPage(window, MORE_KEYS)
        self.glossary = GlossaryWindow(window, window.theme)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions of the aids do, by their ids."""
        return {
            "commands": self.commands.open,
            "glossary": lambda: self.glossary.open_at(),
            "shortcuts": self.shortcuts.open,
            "presentation": self.presentation.toggle,
            "present_pane": self.presentation.toggle_pane,
            "larger": self.text_size.larger,
            "smaller": self.text_size.smaller,
            "usual_size": self.text_size.reset,
        }

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.glossary.set_theme(theme)

    def _entries(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Return what can be opened besides the actions of the menus: lessons, and panes to look at."""
        window = self._window
        lessons = [(title, "Lesson", partial(window.open_lesson, i)) for i, title in window.tree.titles.items()]
        panes = [(pane_class(i).title, "Pane", partial(window.docks.bring_up, i)) for i in window.docks.docks]
        return [*lessons, *panes]
