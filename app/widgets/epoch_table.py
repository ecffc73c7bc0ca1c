"""The examples of an epoch in the order in which they are shown, and which of them changed the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.theme import Theme, blend
from app.widgets.row_model import Index, RowModel

Role = Qt.ItemDataRole
NO_LIMIT = (1 << 24) - 1
"""Qt's own limit for the height of a widget."""
HEADINGS = ("i", "example", "x", "y", "y w·x now", "updates", "this epoch")
TIPS = (
    "Place in this epoch",
    "Name of the example",
    "Its inputs, with x0 = 1 first",
    "Its target",
    "Target times net input with the weights of now: above 0 the example is right with something to spare",
    "How many updates it has made since the start, or since the last change",
    "What happened when it was shown in this epoch",
)


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One example in an epoch.

    Attributes
    ----------
    example : int
        In the training set.
    cells : tuple of str
        As many as there are headings.
    updated, is_next, is_wrong : bool
        Whether it changed the weights in this epoch; whether it is shown next; whether y w.x is not above 0 now.
    """

    example: int
    cells: tuple[str, ...]
    updated: bool = False
    is_next: bool = False
    is_wrong: bool = False


class EpochModel(RowModel[EpochRow]):
    """Rows of an epoch."""

    headings = HEADINGS
    tips = TIPS

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text and looks of a cell."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return row.cells[index.column()]
        if role == Role.TextAlignmentRole and index.column() in (0, 3, 4, 5):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.FontRole and row.is_next:
            font = QFont()
            font.setBold(True)
            return font
        if role == Role.BackgroundRole and row.updated:
            return QColor(blend(self.theme.accent, self.theme.base, 0.25))
        if role == Role.ForegroundRole and index.column() == 4 and row.is_wrong:
            return QColor(self.theme.bad)
        return None


class EpochTable(QTableView):
    """The table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = EpochModel(self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(30)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.setAccessibleName("Examples of this epoch")

    def fit(self, *, is_below: bool) -> None:
        """Take no more height than the rows need where the table stands below something, else all there is."""
        if not is_below:
            self.setMaximumHeight(NO_LIMIT)
            return
        rows = len(self.rows.rows) * self.verticalHeader().defaultSectionSize()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setMaximumHeight(self.horizontalHeader().sizeHint().height() + rows + bar + 6)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.rows.theme = theme
        self.viewport().update()
