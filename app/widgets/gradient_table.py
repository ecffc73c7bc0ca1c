"""The table of a gradient check: a row for each weight, with both gradients, their difference and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.theme import LIGHT, Theme
from app.widgets.badge import SYMBOLS, Mood

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
HEADINGS = ("", "weight", "relative difference", "analytic dE/dw", "numeric dE/dw", "verdict")
TIPS = (
    "✓ agrees, ≈ not at this step, ✗ does not agree",
    "From where to where the weight leads",
    "The distance of the two gradients, divided by the larger one",
    "As the learning code computes it: minus the weight change with learning rate 1",
    "The central difference of the loss: (E(w + h) − E(w − h)) / 2h",
    "What the difference means",
)


@dataclass(frozen=True, slots=True)
class GradientRow:
    """One weight: its place in the parameters, and what stands in the cells."""

    place: int
    mood: Mood
    cells: tuple[str, str, str, str, str]


class GradientModel(QAbstractTableModel):
    """The rows of a check."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.rows: tuple[GradientRow, ...] = ()

    def show_rows(self, rows: tuple[GradientRow, ...]) -> None:
        """Show other rows; the same weights keep their place and their selection."""
        if [row.place for row in rows] == [row.place for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADINGS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of weights."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, alignment and colour of a cell."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        text = SYMBOLS[row.mood] if column == 0 else row.cells[column - 1]
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return text
        if role == Role.AccessibleTextRole:
            return row.cells[-1] if column == 0 else text
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in (2, 3, 4) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole and column in (0, 5):
            moods = {"good": self.theme.good, "near": self.theme.accent, "bad": self.theme.bad}
            return QColor(moods.get(row.mood, self.theme.text))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(HEADINGS):
            return None
        if role == Role.DisplayRole:
            return HEADINGS[section]
        return TIPS[section] if role == Role.ToolTipRole else None


class GradientTable(QTableView):
    """The table.

    Signals
    -------
    weight_chosen : int
        The person chose the weight at this place in the parameters.
    """

    weight_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = GradientModel(self)
        self.setModel(self.rows)
        self.setAccessibleName("Gradient of each weight")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(22)
        self.horizontalHeader().setStretchLastSection(True)
        self._is_told = False
        self.selectionModel().currentRowChanged.connect(self._row_changed)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.rows.theme = theme
        self.viewport().update()

    def show_rows(self, rows: tuple[GradientRow, ...], chosen: int | None) -> None:
        """Show other rows and mark the one of a weight."""
        self._is_told = True
        before, places = [row.place for row in self.rows.rows], [row.place for row in rows]
        self.rows.show_rows(rows)
        if places != before:
            self._fit_columns()
        if chosen in places:
            at = self.rows.index(places.index(chosen), max(0, self.currentIndex().column()))
            if at.row() != self.currentIndex().row():
                self.setCurrentIndex(at)
        self._is_told = False

    def _fit_columns(self) -> None:
        """Make room for names and for any number, so that nothing moves when numbers change."""
        self.resizeColumnsToContents()
        widest = self.fontMetrics().horizontalAdvance("−1.2345 × 10⁻¹⁰") + 12
        for column in (2, 3, 4):
            self.setColumnWidth(column, max(self.columnWidth(column), widest))

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
            self._fit_columns()

    def _row_changed(self, now: QModelIndex, _: QModelIndex) -> None:
        if not self._is_told and 0 <= now.row() < len(self.rows.rows):
            self.weight_chosen.emit(self.rows.rows[now.row()].place)
