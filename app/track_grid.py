"""A pane for each track: one that draws a single run stands once for every track, side by side or behind tabs.

With one track it is the pane and nothing else. The first cell is the lead's; its controls are those of all cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.choices import controls_of, copy_choices
from app.frame import Frame, TrackFrame
from app.pane import Pane
from app.theme import LIGHT, Theme
from app.turns import Turns
from app.widgets.legend import Legend
from app.widgets.options import OptionRow
from app.widgets.readout import Readout
from app.widgets.track_look import PIXELS, swatch

CELL_WIDTH, CELL_HEIGHT = 190, 150
"""Room a picture needs; where there is less, the cells are scrolled."""
CELLS_MS = 12.0


def shared_parts(pane: Pane) -> list[QWidget]:
    """Return what one pane shows for all cells: controls, the meaning of the symbols, values at the pointer.

    Each with what holds it alone, up to the body of the pane.
    """
    found = []
    for part in (part for kind in (OptionRow, Legend, Readout) for part in pane.findChildren(kind)):
        inside: QWidget = part
        while (parent := inside.parentWidget()) is not None and parent is not pane.body:
            inside = parent
        found.append(inside)
    return found


def place_of(layout: QLayout | None, widget: QWidget) -> tuple[QBoxLayout, int] | None:
    """Return the row or column, and the place in it, where a widget stands, however deep inside a layout."""
    if not isinstance(layout, QBoxLayout):
        return None
    for k in range(layout.count()):
        item = layout.itemAt(k)
        if item is not None and item.widget() is widget:
            return layout, k
        found = place_of(item.layout() if item is not None else None, widget)
        if found is not None:
            return found
    return None


class Cell(QWidget):
    """A pane with the name of its track above."""

    def __init__(self, pane: Pane, *, is_lead: bool) -> None:
        super().__init__()
        self.pane = pane
        self._icon, self._name = QLabel(self), QLabel(self)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self.head = QWidget(self)
        row = QGridLayout(self.head)
        row.setContentsMargins(6, 2, 6, 0)
        row.addWidget(self._icon, 0, 0)
        row.addWidget(self._name, 0, 1)
        row.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(pane, 1)
        self.head.hide()
        controls_of(pane)  # while they are in their place
        self._attic = QWidget(self)  # what would only repeat what the lead's cell shows
        self._attic.hide()
        for part in () if is_lead else shared_parts(pane):
            part.setParent(self._attic)

    def name(self, track: TrackFrame, theme: Theme) -> None:
        """Say whose picture it is."""
        self._icon.setPixmap(swatch(theme, track.number).pixmap(PIXELS, PIXELS))
        width = max(40, self.width() - PIXELS - 24)
        self._name.setText(self._name.fontMetrics().elidedText(track.name, Qt.TextElideMode.ElideRight, width))
        self._name.setToolTip(track.name)
        self.pane.setAccessibleName(f"{self.pane.title}, track {track.name}")


class TrackGrid(QWidget):
    """The panes of one kind, one for each track that is drawn.

    Parameters
    ----------
    kind : type of Pane
        Which pane.
    connect : callable
        Called with each new pane, to connect its signals.
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, kind: type[Pane], connect: Callable[[Pane], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._connect = kind, connect
        self.theme: Theme = LIGHT
        self.frame: Frame | None = None
        self.pane = kind(self)
        connect(self.pane)
        self.cells = [Cell(self.pane, is_lead=True)]
        self._turns = Turns(CELLS_MS)
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(f"Track whose {kind.title.lower()} is shown")
        self.tabs.hide()
        self.tabs.currentChanged.connect(lambda _: self._show_again())
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        self._area.hide()
        self._lifted: list[tuple[QWidget, QBoxLayout, int]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.tabs)
        self._column.addWidget(self.cells[0], 1)
        self._column.addWidget(self._area, 1)
        self._follow_choices()

    def _follow_choices(self) -> None:
        """Let the other cells choose what is chosen in the lead's."""
        controls = controls_of(self.pane)
        for combo in controls.lists:
            combo.activated.connect(lambda _: self._copy_choices())
        for switch in controls.switches:
            if switch.isCheckable():
                switch.toggled.connect(lambda _: self._copy_choices())

    def _copy_choices(self) -> None:
        for cell in self.cells[1:]:
            if cell.pane.frame is not None:
                copy_choices(self.pane, cell.pane)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Hand every cell the frame of its track."""
        self.frame = frame
        if self._kind.multiples == "own":
            self.pane.show_frame(frame)
        elif self._kind.multiples == "tabs":
            self._show_tabs(frame)
        else:
            self._show_cells(frame)

    def _show_again(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame.with_changes(frozenset({"state", "curves", "selection"})))

    def _show_tabs(self, frame: Frame) -> None:
        self.tabs.setVisible(len(frame.tracks) > 1)
        self._name_tabs(frame)
        index = min(max(self.tabs.currentIndex(), 0), len(frame.tracks) - 1)
        self.pane.show_frame(frame.of_track(index))

    def _name_tabs(self, frame: Frame) -> None:
        wanted = [(track.number, track.name) for track in frame.tracks]
        shown = [(self.tabs.tabData(i), self.tabs.tabToolTip(i)) for i in range(self.tabs.count())]
        if wanted == shown and "tracks" not in frame.changed:
            return
        follows = self.tabs.currentIndex() <= 0  # who looks at the lead goes on looking at the lead
        chosen = None if follows else self.tabs.tabData(self.tabs.currentIndex())
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for number, name in wanted:
            i = self.tabs.addTab(swatch(self.theme, number), name.replace("&", "&&"))
            self.tabs.setTabData(i, number)
            self.tabs.setTabToolTip(i, name)
        numbers = [number for number, _ in wanted]
        self.tabs.setCurrentIndex(numbers.index(chosen) if chosen in numbers else 0)
        self.tabs.blockSignals(False)

    def _show_cells(self, frame: Frame) -> None:
        n = len(frame.tracks)
        if n != self._n_shown():
            self._make_cells(n)
        for cell, track in zip(self.cells, frame.tracks, strict=False):
            cell.head.setVisible(n > 1)
            cell.pane.is_one_of_several = n > 1
            if n > 1:
                cell.name(track, self.theme)
        drawers = {
            str(k): (cell.pane.isVisible(), lambda given, k=k, cell=cell: cell.pane.show_frame(given.of_track(k)))
            for k, cell in enumerate(self.cells[:n])
        }
        self._turns.show(frame, drawers)
        if "lesson" in frame.changed or "tracks" in frame.changed:
            self._copy_choices()

    def _n_shown(self) -> int:
        return sum(not cell.isHidden() for cell in self.cells)

    def _make_cells(self, n: int) -> None:
        while len(self.cells) < n:
            pane = self._kind()
            self._connect(pane)
            pane.set_theme(self.theme)
            self.cells.append(Cell(pane, is_lead=False))
        for cell in self.cells[n:]:
            self._grid.removeWidget(cell)
            cell.hide()
        self._area.setVisible(n > 1)
        if n > 1:
            self._lift()
            self._place(n)
        else:
            self._put_back()
            self._column.insertWidget(1, self.cells[0], 1)
        for cell in self.cells[:n]:
            cell.show()

    def _lift(self) -> None:
        """Move what is for all cells out of the lead's: controls above the grid, the rest below."""
        if self._lifted:
            return
        for part in shared_parts(self.pane):
            found = place_of(self.pane.body.layout(), part)
            if found is not None:
                self._lifted.append((part, *found))
        n_above = 0
        for inside, _, _ in self._lifted:
            is_above = isinstance(inside, OptionRow) or bool(inside.findChildren(OptionRow))
            self._column.insertWidget(n_above if is_above else self._column.count(), inside)
            n_above += is_above

    def _put_back(self) -> None:
        """Put what was moved out into the lead's pane again."""
        for inside, layout, place in sorted(self._lifted, key=lambda lifted: lifted[2]):
            layout.insertWidget(place, inside)
        self._lifted = []

    def _place(self, n: int) -> None:
        """Arrange the cells so that the pictures are as large as can be."""
        width, height = max(1, self._area.width()), max(1, self._area.height())
        columns = max(range(1, n + 1), key=lambda c: min(width / c / 1.15, height / math.ceil(n / c)))
        columns = max(1, min(columns, width // CELL_WIDTH))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for k, cell in enumerate(self.cells[:n]):
            cell.setMinimumHeight(CELL_HEIGHT)
            self._grid.addWidget(cell, k // columns, k % columns)
            self._grid.setRowStretch(k // columns, 1)
            self._grid.setColumnStretch(k % columns, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the cells anew."""
        super().resizeEvent(event)
        n = self._n_shown()
        if n > 1:
            self._place(n)

    def set_theme(self, theme: Theme) -> None:
        """Give all cells the colours of a theme."""
        self.theme = theme
        for cell in self.cells:
            cell.pane.set_theme(theme)
        if self.frame is not None and len(self.frame.tracks) > 1:
            self.show_frame(self.frame.with_changes(frozenset({"tracks"})))
