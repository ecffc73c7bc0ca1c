"""A pane as text: its picture in words and its numbers as tables, in a window or on the clipboard.

For the pane that has the focus, or for any pane through the menu of its right mouse button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget

from app.actions import Action
from app.tool import MenuName, Tool
from app.widgets.text_window import TextWindow

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.table import Table


class PaneText(Tool):
    """Showing and copying what panes say."""

    menu: ClassVar[MenuName] = "edit"
    order: ClassVar[int] = 60
    actions: ClassVar[tuple[Action, ...]] = (
        Action("show_as_text", "&Show this pane as text …", "Ctrl+T", "The pane with the focus in words and numbers"),
        Action(
            "copy_as_text",
            "Copy this &pane as text",
            "Ctrl+Shift+C",
            "Put words and numbers of the pane with the focus on the clipboard, ready for a spreadsheet",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.docks.dock_created.append(self._add_to)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {
            "show_as_text": lambda: self.show(self.pane_in_use()),
            "copy_as_text": lambda: self.copy(self.pane_in_use()),
        }

    def pane_in_use(self) -> str:
        """Return the pane that has the focus, else the first in sight; empty without any."""
        focus = self.window.focusWidget()
        shown = [
            pane_id for pane_id, dock in self.window.docks.docks.items() if not dock.visibleRegion().isEmpty()
        ]  # fmt: skip
        for pane_id in shown:
            if focus is not None and self.window.docks.docks[pane_id].isAncestorOf(focus):
                return pane_id
        lesson = self.window.session.lesson
        wanted = [pane_id for pane_id in (lesson.panes if lesson is not None else ()) if pane_id in shown]
        return next(iter((*wanted, *shown)), "")

    def show(self, pane_id: str) -> TextWindow | None:
        """Open a window with a pane's text."""
        if not pane_id:
            self.window.show_problem("No pane is open. Open one in the View menu.")
            return None
        opened = TextWindow(self.window, self.window.docks.panes[pane_id].title, lambda: self.read(pane_id))
        opened.show()
        return opened

    def copy(self, pane_id: str) -> None:
        """Put a pane's text on the clipboard."""
        if not pane_id:
            self.window.show_problem("No pane is open. Open one in the View menu.")
            return
        words, tables = self.read(pane_id)
        parts = [words, *(f"{table.title}\n{table.tsv()}" for table in tables)]
        QGuiApplication.clipboard().setText("\n\n".join(parts))
        title = self.window.docks.panes[pane_id].title
        self.window.status_line.show_sentence(f"{title}: copied as text.")

    def read(self, pane_id: str) -> tuple[str, Sequence[Table]]:
        """Return what a pane shows at this moment, in sentences and tables."""
        pane, frame = self.window.docks.panes[pane_id], self.window.docks.grids[pane_id].frame
        if frame is None:
            return "Nothing is shown yet.", ()
        reason = pane.why_empty(frame)
        if reason is not None:
            return reason, ()
        if pane.multiples == "own" or len(frame.tracks) == 1:
            return pane.in_words(frame), pane.tables(frame)
        alone = [frame.of_track(k) for k in range(len(frame.tracks))]
        words = [f"{one.lead.name}: {pane.why_empty(one) or pane.in_words(one)}" for one in alone]
        drawn = replace(frame, tracks=tuple(one.lead for one in alone if pane.why_empty(one) is None))
        return "\n\n".join(words), pane.tables(drawn)

    def _add_to(self, pane_id: str, dock: QDockWidget) -> None:
        """Offer both in the menu of a pane's right mouse button."""
        for text, act in (("Show as text …", self.show), ("Copy as text", self.copy)):
            action = QAction(text, dock)
            action.triggered.connect(lambda _checked=False, act=act: act(pane_id))
            dock.addAction(action)


TOOL = PaneText
