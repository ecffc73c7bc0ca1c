"""The update that is shown step by step, on the clipboard: as text for a message, or as LaTeX for a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from app.actions import Action
from app.pane import Pane
from app.status import Status
from app.tool import MenuName, Tool

if TYPE_CHECKING:
    from app.panes.trace import TracePane

PANE = "trace"
NOTHING = "There is no update to copy at this moment: pause the training, or open a lesson that trains on examples."
NO_PHASE = "No phase is lit yet. Press F7 to light the first one."

MENU = (
    "Copy the update as &text",
    "Copy the update as &LaTeX",
    "Copy the newest phase as te&xt",
    "Copy the newest phase as LaTe&X",
)
"""The same actions in the menu of the right mouse button."""


class CopyTrace(Tool):
    """Copying the formulas of an update."""

    menu: ClassVar[MenuName] = "edit"
    order: ClassVar[int] = 61
    submenu: ClassVar[str] = "Copy the ne&xt update"
    actions: ClassVar[tuple[Action, ...]] = (
        Action("copy_update_text", "As &text", "Ctrl+Shift+F", "All phases of the next update, as plain text"),
        Action("copy_update_latex", "As &LaTeX", "Ctrl+Shift+M", "All phases of the next update, as LaTeX for amsmath"),
        Action(
            "copy_phase_text", "Newest &phase as text", "Ctrl+Shift+H", "The phase that was lit last, as plain text"
        ),
        Action(
            "copy_phase_latex",
            "Newest phase as LaTe&X",
            "Ctrl+Shift+J",
            "The phase that was lit last, as LaTeX for amsmath",
        ),
    )

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {
            "copy_update_text": self.copy,
            "copy_update_latex": lambda: self.copy(as_latex=True),
            "copy_phase_text": lambda: self.copy(only_phase=True),
            "copy_phase_latex": lambda: self.copy(as_latex=True, only_phase=True),
        }

    def meet(self, pane: Pane) -> None:
        """Offer copying in the menu of the pane's right mouse button."""
        if pane.id != PANE:
            return
        view = cast("TracePane", pane).view
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        chosen = QAction("Copy the &selected text", view)
        chosen.setEnabled(False)
        chosen.triggered.connect(view.copy)
        view.copyAvailable.connect(chosen.setEnabled)
        view.addAction(chosen)
        for action, text in zip(self.actions, MENU, strict=True):
            entry = QAction(text, view)
            entry.triggered.connect(self.window.actions_by_id[action.id].trigger)
            view.addAction(entry)

    def show_status(self, status: Status) -> None:
        """Copy only while there is an update to look at."""
        for action in self.actions:
            self.window.actions_by_id[action.id].setEnabled(status.activity == "paused")

    def copy(self, *, as_latex: bool = False, only_phase: bool = False) -> None:
        """Put the update, or the phase that was lit last, on the clipboard."""
        if PANE not in self.window.docks.panes:
            return
        pane = cast("TracePane", self.window.docks.panes[PANE])
        words = pane.copied(as_latex=as_latex, only_phase=only_phase)
        if not words:
            lit = pane.frame is not None and pane.frame.phase > 0
            self.window.status_line.show_sentence(NO_PHASE if only_phase and not lit else NOTHING)
            return
        QGuiApplication.clipboard().setText(words)
        what = "The newest phase" if only_phase else "The next update"
        self.window.status_line.show_sentence(f"{what} is copied as {'LaTeX' if as_latex else 'text'}.")


TOOL = CopyTrace
