"""Back to how the program was at its first start: everything it remembers is forgotten, nothing else.

It asks first and says what goes and what stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from app.actions import Action
from app.menus import THEMES
from app.playback import DEFAULT_SPEED, SPEEDS
from app.settings import Settings, save_settings
from app.tool import MenuName, Tool

QUESTION = "Forget everything that this program remembers?"
DETAILS = (
    "Forgotten are the arrangement of the panes of every lesson, the colours, the size of texts, the speed, the place "
    "and size of the window, the lesson and the files that were open last, and all choices made in panes.\n\n"
    "Kept are the run that is on the screen, your files, and data that were downloaded. This cannot be undone."
)
FIRST_SIZE = QSize(1280, 800)


class ResetEverything(Tool):
    """Forgetting all that is remembered."""

    menu: ClassVar[MenuName] = "view"
    order: ClassVar[int] = 95
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "reset_everything",
            "Reset &everything …",
            "Ctrl+Shift+Del",
            "Forget all that is remembered, as at the first start",
        ),
    )

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its action does."""
        return {"reset_everything": self.ask}

    def ask(self) -> None:
        """Ask whether that is meant."""
        box = QMessageBox(QMessageBox.Icon.Question, "Reset everything", QUESTION, parent=self.window)
        box.setInformativeText(DETAILS)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reset = box.addButton("Reset everything", QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        reset.clicked.connect(self.reset)
        box.open()

    def reset(self) -> None:
        """Forget everything, and show it at once."""
        window = self.window
        window.aids.presentation.leave()
        window.aids.text_size.reset()
        system = window.findChild(QAction, f"colours.{THEMES[0][0]}")
        if isinstance(system, QAction):
            system.trigger()
        window.transport.set_speed(SPEEDS.index(DEFAULT_SPEED))
        window.bars.scope.set_all(False)
        window.settings = Settings()
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.resize(FIRST_SIZE.boundedTo(window.screen().availableSize()))
        frame = next((grid.frame for grid in window.docks.grids.values() if grid.frame is not None), None)
        window.docks.renew(window.theme)
        if frame is not None:
            window.docks.show_frame(frame)
        window.reset_layout()
        failed = save_settings(window.settings)
        if failed:
            window.show_problem(failed)
        else:
            window.status_line.show_sentence("Everything is as at the first start.")


TOOL = ResetEverything
