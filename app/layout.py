"""Where panes stand: one dock for each, made when it is first needed, arranged for a lesson and remembered.

Docks look native and keep their place by name. Importing a pane is the slow part of a start, so it waits until the
window is on the screen.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

from app.frame import Frame
from app.pane import Pane, pane_class, pane_ids
from app.theme import Theme
from app.track_grid import TrackGrid
from app.turns import Turns

LAYOUT_VERSION = 2
FLASH_MS = 1200
COLUMN_SHARES = (0.31, 0.38, 0.31)
"""Of the window's width: the lesson, the first and the second column of panes."""
ONE_COLUMN = (0.34, 0.66)
"""The same where there is one column of panes."""
FIRST_SHARE = 1.65
"""How much higher the upper pane of a column is than the lower one."""


class PaneDocks:
    """All panes of a window in docks.

    Parameters
    ----------
    window : QMainWindow
        Where they dock.
    connect : callable
        Called once for each new pane, to connect its signals.
    """

    def __init__(self, window: QMainWindow, connect: Callable[[Pane], None]) -> None:
        self._window = window
        self._connect = connect
        self.docks: dict[str, QDockWidget] = {}
        self.panes: dict[str, Pane] = {}
        """The lead's pane of each kind."""
        self.grids: dict[str, TrackGrid] = {}
        self._turns = Turns()
        self.dock_created: list[Callable[[str, QDockWidget], None]] = []
        """Called with the id and the dock of each pane; the dock's actions stand in the menu of its right button."""

    def create(self, theme: Theme) -> None:
        """Import and make all panes; hidden ones cost nothing until they are shown."""
        for pane_id in pane_ids():
            dock = QDockWidget(pane_class(pane_id).title, self._window)
            dock.setObjectName(f"pane.{pane_id}")
            dock.setVisible(False)
            dock.toggleViewAction().setShortcut(pane_class(pane_id).key)
            self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            dock.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            self.docks[pane_id] = dock
            for tell in self.dock_created:
                tell(pane_id, dock)
        self.renew(theme)

    def renew(self, theme: Theme) -> None:
        """Put a new pane into every dock, so that no choice made for one lesson stays for the next."""
        for pane_id, dock in self.docks.items():
            old = self.grids.get(pane_id)
            grid = TrackGrid(pane_class(pane_id), self._connect, dock)
            grid.set_theme(theme)
            dock.setWidget(grid)
            self.grids[pane_id], self.panes[pane_id] = grid, grid.pane
            if old is not None:
                old.deleteLater()

    def show_frame(self, frame: Frame) -> None:
        """Hand a frame to every pane; hidden ones only note it, and while training runs heavy ones take turns."""
        self._turns.show(frame, {i: (grid.isVisible(), grid.show_frame) for i, grid in self.grids.items()})

    def set_theme(self, theme: Theme) -> None:
        """Give all panes the colours of a theme."""
        for grid in self.grids.values():
            grid.set_theme(theme)

    def arrange(self, pane_ids: Sequence[str], beside: QDockWidget) -> None:
        """Show exactly these panes, in two columns beside another dock, and hide the others."""
        known = [pane_id for pane_id in pane_ids if pane_id in self.docks]
        self.arrange_columns((known[0::2], known[1::2]), beside)

    def arrange_columns(self, columns: Sequence[Sequence[str]], beside: QDockWidget) -> None:
        """Show exactly these panes, column by column, each from top to bottom, beside another dock; hide the others."""
        window, area = self._window, Qt.DockWidgetArea.RightDockWidgetArea
        for dock in self.docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        placed = [[self.docks[pane_id] for pane_id in column if pane_id in self.docks] for column in columns]
        placed = [column for column in placed if column]
        shown = [dock for column in placed for dock in column]
        for number, column in enumerate(placed):
            if number == 0:
                window.addDockWidget(area, column[0])
            else:
                window.splitDockWidget(placed[number - 1][0], column[0], Qt.Orientation.Horizontal)
        for column in placed:
            for upper, lower in itertools.pairwise(column):
                window.splitDockWidget(upper, lower, Qt.Orientation.Vertical)
        for dock in shown:
            dock.show()
        last = placed[-1][-1] if placed else beside
        for pane_id, dock in self.docks.items():
            if dock not in shown:  # opened later, it gets the room of another as a tab
                window.addDockWidget(area, dock)
                is_beside = pane_class(pane_id).is_beside_text
                window.tabifyDockWidget(beside if is_beside else last, dock)
                dock.setVisible(is_beside)
        beside.raise_()
        for column in placed:
            heights = [FIRST_SHARE, *[1.0] * (len(column) - 1)]
            unit = window.height() / sum(heights)
            window.resizeDocks(column, [round(unit * share) for share in heights], Qt.Orientation.Vertical)
        shares = COLUMN_SHARES if len(placed) < 3 else (COLUMN_SHARES[0], *[(1 - COLUMN_SHARES[0]) / len(placed)] * 7)
        shares = ONE_COLUMN if len(placed) == 1 else shares
        row = [beside, *(column[0] for column in placed)]
        widths = [round(share * window.width()) for share in shares[: len(row)]]
        window.resizeDocks(row, widths, Qt.Orientation.Horizontal)

    def columns(self) -> list[list[str]]:
        """Return the panes that stand in the window, column by column from the left, each from top to bottom."""
        found: dict[int, list[tuple[int, str]]] = {}
        for pane_id, dock in self.docks.items():
            is_placed = not dock.isHidden() and not dock.isFloating() and not pane_class(pane_id).is_beside_text
            if is_placed:
                found.setdefault(dock.x(), []).append((dock.y(), pane_id))
        return [[pane_id for _, pane_id in sorted(found[x])] for x in sorted(found)]

    def bring_up(self, pane_id: str) -> None:
        """Show a pane and put it in front."""
        if pane_id in self.docks:
            dock, pane = self.docks[pane_id], self.panes[pane_id]
            dock.show()
            dock.raise_()
            title = pane.title
            dock.setWindowTitle(f"▶ {title} ◀")  # so that also a pane that is in sight already answers
            QTimer.singleShot(FLASH_MS, dock, lambda: dock.setWindowTitle(title))

    def saved(self) -> str:
        """Return the arrangement as text."""
        return base64.b64encode(bytes(self._window.saveState(LAYOUT_VERSION).data())).decode()

    def restore(self, text: str) -> bool:
        """Bring back an arrangement; tell whether it could be read."""
        try:
            state = base64.b64decode(text, validate=True)
        except ValueError:
            return False
        return bool(state) and self._window.restoreState(QByteArray(state), LAYOUT_VERSION)
