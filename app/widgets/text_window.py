"""What a pane shows as text: a few sentences and its numbers in tables, to read, to select and to copy.

It stands beside the window and stays at the moment at which it was opened, until it is told to take a newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.table import Table, written
from app.widgets.numbers import counted, number
from app.widgets.options import fill

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DIGITS = 7
"""Significant digits on screen; what is copied has all of them."""


class TableModel(QAbstractTableModel):
    """A table for a view."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = Table("", (), ())

    def show_table(self, table: Table) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.table.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a heading, or the number of a row."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.table.headings[section] if orientation is Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell, numbers to the right."""
        if not index.isValid():
            return None
        cell = self.table.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return number(cell, DIGITS) if isinstance(cell, float) else written(cell)
        if role == Qt.ItemDataRole.ToolTipRole:
            return written(cell)
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(cell, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class CellsView(QTableView):
    """A view whose selected cells are copied with their headings; without a selection, all of them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual keys."""
        model = self.model()
        if event.matches(QKeySequence.StandardKey.Copy) and isinstance(model, TableModel):
            QGuiApplication.clipboard().setText(self._selected(model.table))
        else:
            super().keyPressEvent(event)

    def _selected(self, table: Table) -> str:
        cells = [(index.row(), index.column()) for index in self.selectedIndexes()]
        if not cells:
            return table.tsv()
        columns, kept = sorted({column for _, column in cells}), sorted({row for row, _ in cells})
        rows = tuple(tuple(table.rows[row][column] for column in columns) for row in kept)
        return Table("", tuple(table.headings[column] for column in columns), rows).tsv()


class TextWindow(QDialog):
    """Sentences above, a table below.

    Parameters
    ----------
    title : str
        What is shown.
    read : callable
        Returns the sentences and the tables of this moment.
    """

    def __init__(self, parent: QWidget, title: str, read: Callable[[], tuple[str, Sequence[Table]]]) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title} as text")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._read = read
        self._tables: tuple[Table, ...] = ()
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(f"{title} in words")
        self.choice = QComboBox(self)
        self.choice.setAccessibleName("Table")
        self.choice.setToolTip("Which numbers are listed below")
        self.choice.currentIndexChanged.connect(lambda _: self._show_table())
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.model = TableModel(self)
        self.view = CellsView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(f"Numbers of {title.lower()}")
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setWordWrap(False)
        self.view.horizontalHeader().setResizeContentsPrecision(50)
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        self.copy_table = QPushButton("Copy &table", self)
        self.copy_table.setToolTip("Copy the whole table with all digits; it can be pasted into a spreadsheet")
        self.copy_table.clicked.connect(lambda: self._copy(self.shown.tsv()))
        self.copy_text = QPushButton("Copy t&ext", self)
        self.copy_text.setToolTip("Copy the sentences above")
        self.copy_text.clicked.connect(lambda: self._copy(self.text.toPlainText()))
        self.newer = QPushButton("&Refresh", self)
        self.newer.setToolTip("Read the pane anew; until then this window stays at its moment")
        self.newer.clicked.connect(self.refresh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for button in (self.copy_table, self.copy_text, self.newer):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.below = QWidget(self)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.text)
        splitter.addWidget(self.below)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        outer = QVBoxLayout(self)
        outer.addWidget(splitter, 1)
        outer.addWidget(buttons)
        line = self.fontMetrics().height()
        self.resize(46 * line, 34 * line)

    @property
    def shown(self) -> Table:
        """The table that is chosen."""
        return self.model.table

    def refresh(self) -> None:
        """Read what is shown anew; the choice of the table stays."""
        text, tables = self._read()
        title = self.shown.title
        self._tables = tuple(tables)
        self.text.setPlainText(text)
        titles = [table.title for table in self._tables]
        fill(self.choice, titles, titles, title)
        self.choice.setEnabled(len(titles) > 1)
        self.below.setVisible(bool(titles))
        self.copy_table.setVisible(bool(titles))
        self._show_table()

    def _show_table(self) -> None:
        if not self._tables:
            return
        table = self._tables[max(0, self.choice.currentIndex())]
        self.model.show_table(table)
        self.note.setText(f"{counted(len(table.rows), 'row')}. {table.note}".strip())
        self.view.resizeColumnsToContents()

    @staticmethod
    def _copy(text: str) -> None:
        QGuiApplication.clipboard().setText(text)
