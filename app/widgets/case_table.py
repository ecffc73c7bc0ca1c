"""A table of cases, one a row, as high as its rows; a click or an arrow key chooses a case.

What stands in the columns is said by those who fill it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from app.theme import LIGHT, Theme
from app.widgets.numbers import number


class CaseTable(QTableWidget):
    """One case a row; nothing in it can be typed.

    Signals
    -------
    case_chosen : int
        A row was clicked or reached with the arrow keys.
    """

    case_chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.cellClicked.connect(lambda row, _: self.case_chosen.emit(row))

    def set_size(self, rows: int, headings: Sequence[str]) -> None:
        """Make cells for so many rows and these columns; those that are there stay."""
        if (self.rowCount(), self.columnCount()) != (rows, len(headings)):
            self.setRowCount(rows)
            self.setColumnCount(len(headings))
            for row in range(rows):
                for column in range(len(headings)):
                    item = QTableWidgetItem()
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    self.setItem(row, column, item)
        self.setHorizontalHeaderLabels(list(headings))

    def set_texts(self, row: int, texts: Sequence[str], tip: str) -> None:
        """Write a row."""
        for column, text in enumerate(texts):
            cell = self.item(row, column)
            if cell is not None and (cell.text(), cell.toolTip()) != (text, tip):
                cell.setText(text)
                cell.setToolTip(tip)

    def show_selected(self, row: int) -> None:
        """Select a row, or none for -1, without telling anybody."""
        if row != self.currentRow():
            self.blockSignals(True)
            self.setCurrentCell(row, 0 if row >= 0 else -1)
            self.blockSignals(False)
        if row < 0:
            self.clearSelection()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; showing the table again uses them."""
        self.theme = theme

    def fit(self) -> None:
        """Be as high as the rows, with room for a bar below them where there must be one."""
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        bar = self.horizontalScrollBar().sizeHint().height() if self.horizontalHeader().length() > self.width() else 0
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + bar + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the row that a key leads to."""
        before = self.currentRow()
        super().keyPressEvent(event)
        if self.currentRow() != before and self.currentRow() >= 0:
            self.case_chosen.emit(self.currentRow())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Leave the selection as it is: Qt would go to the first row."""
        row = self.currentRow()
        super().focusInEvent(event)
        self.show_selected(row)


def signed(value: float) -> str:
    """Write an output or a target: −1 and +1 with their signs, 0 and 1 without."""
    return f"+{number(value)}" if value == 1.0 else number(value)
