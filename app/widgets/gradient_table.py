"""The table of a gradient check: a row for each weight, with both gradients, their difference and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.theme import Theme
from app.widgets.badge import SYMBOLS, Mood
from app.widgets.row_model import Index, RowModel

Role = Qt.ItemDataRole
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


class GradientModel(RowModel[GradientRow]):
    """The rows of a check."""

    headings = HEADINGS
    tips = TIPS

    def are_same(self, rows: tuple[GradientRow, ...]) -> bool:
        """Tell whether these are the same weights."""
        return [row.place for row in rows] == [row.place for row in self.rows]

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
