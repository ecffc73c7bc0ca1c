"""A table of rows with fixed columns, for views: what all such models share.

Rows are records; a subclass says what stands in their cells.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.theme import LIGHT, Theme

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
Row = TypeVar("Row")


class RowModel(QAbstractTableModel, Generic[Row]):
    """Rows and headings."""

    headings: ClassVar[tuple[str, ...]] = ()
    tips: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show other rows; the same ones with other values keep their place and their selection."""
        if self.are_same(rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.headings) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def are_same(self, rows: tuple[Row, ...]) -> bool:
        """Tell whether rows stand for the same things as those that are shown."""
        return len(rows) == len(self.rows)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return the title of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.headings):
            return None
        if role == Role.DisplayRole:
            return self.headings[section]
        return self.tips[section] if role == Role.ToolTipRole else None
