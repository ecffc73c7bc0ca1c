"""The table of a repetition: a row for each seed, sorted by a click on a column, with mean and spread as last rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from app.theme import LIGHT, Theme
from app.widgets.flow_row import FlowRow
from app.widgets.repeat_columns import SUMMARIES, TableColumn

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
SEED = 0
"""The column that holds the seed."""


class RepeatModel(QAbstractTableModel):
    """Rows of seeds, then rows that sum them up; sorting leaves those where they are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.columns: tuple[TableColumn, ...] = ()
        self.order: list[int] = []
        self._sums: list[tuple[str, ...]] = []
        self._sorted_by = (SEED, Qt.SortOrder.AscendingOrder)

    def show_columns(self, columns: tuple[TableColumn, ...]) -> None:
        """Show other columns, sorted as before."""
        self.beginResetModel()
        self.columns = columns
        self._sums = [column.sums() for column in columns]
        self._sort()
        self.endResetModel()

    @property
    def n_seeds(self) -> int:
        """The number of rows that stand for a run."""
        return len(self.order)

    def seed_at(self, row: int) -> int | None:
        """Return the seed of a row; None for one that sums up."""
        if not 0 <= row < self.n_seeds:
            return None
        seed = self.columns[SEED].values[self.order[row]]
        return seed if isinstance(seed, int) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() or not self.columns else self.n_seeds + len(SUMMARIES)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        if row < self.n_seeds:
            return self.columns[column].text(self.order[row])
        place = row - self.n_seeds
        return SUMMARIES[place] if column == SEED else self._sums[column][place]

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, alignment and looks of a cell."""
        if not index.isValid():
            return None
        is_sum = index.row() >= self.n_seeds
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self.text(index.row(), index.column())
        if role == Role.TextAlignmentRole:
            is_word = index.column() == SEED and is_sum
            side = Qt.AlignmentFlag.AlignLeft if is_word else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.FontRole and is_sum:
            font = QFont(QGuiApplication.font())
            font.setBold(True)
            return font
        if role == Role.BackgroundRole and is_sum:
            return QColor(self.theme.raised)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Role.DisplayRole:
            return self.columns[section].title
        return self.columns[section].tip if role == Role.ToolTipRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows of seeds by a column."""
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = (column, order)
        self._sort()
        self.layoutChanged.emit()

    def _sort(self) -> None:
        column, order = self._sorted_by
        n = len(self.columns[SEED].values) if self.columns else 0
        self.order = list(range(n))
        if 0 <= column < len(self.columns):
            shown, is_falling = self.columns[column], order == Qt.SortOrder.DescendingOrder
            there = [row for row in self.order if shown.key(row)[0] == 0]
            there.sort(key=shown.key, reverse=is_falling)
            self.order = there + [row for row in self.order if shown.key(row)[0] == 1]  # without a number: last

    def as_text(self) -> str:
        """Return all of the table, cells parted by tabs, for a spreadsheet."""
        lines = [[column.title.replace("\n", " ") for column in self.columns]]
        lines += [[self.text(row, column) for column in range(len(self.columns))] for row in range(self.rowCount())]
        return "\n".join("\t".join(line) for line in lines) + "\n"


class RepeatTable(QWidget):
    """The table with what can be done with it.

    Signals
    -------
    seed_chosen : int
        The person wants to see the run with this seed.
    save_requested
        The person wants the table in a file.
    """

    seed_chosen = Signal(int)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RepeatModel(self)
        self.view = QTableView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName("All runs of the repetition")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTabKeyNavigation(False)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(SEED, Qt.SortOrder.AscendingOrder)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.view.setToolTip("Double-click a row, or press Enter in it, to open its seed as the run")
        self.open_seed = self._button("Open this seed", "Begin a run with the chosen seed; Ctrl+Z goes back")
        self.copy = self._button("Copy", "Copy the whole table, for a spreadsheet")
        self.save = self._button("Save as CSV …", "Write a line for each run into a file, with all digits")
        row = FlowRow(self)
        for button in (self.open_seed, self.copy, self.save):
            row.add(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(row)
        column.addWidget(self.view, 1)
        self.view.activated.connect(lambda index: self._choose(index.row()))
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._say())
        self.model.modelReset.connect(self._say)
        self.open_seed.clicked.connect(lambda: self._choose(self.view.currentIndex().row()))
        self.copy.clicked.connect(self.copy_all)
        self.save.clicked.connect(self.save_requested)
        shortcut = QShortcut(QKeySequence.StandardKey.Copy, self.view)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy_all)
        self._say()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setMaximumWidth(button.fontMetrics().horizontalAdvance(text) + 26)
        return button

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.model.theme = theme
        self.view.viewport().update()

    def show_columns(self, columns: tuple[TableColumn, ...]) -> None:
        """Show other runs; the chosen seed and the place stay."""
        seed, bar = self.model.seed_at(self.view.currentIndex().row()), self.view.verticalScrollBar()
        place = bar.value()
        self.model.show_columns(columns)
        self.view.resizeColumnsToContents()
        rows = [row for row in range(self.model.n_seeds) if self.model.seed_at(row) == seed]
        if rows and seed is not None:
            self.view.selectRow(rows[0])
        bar.setValue(place)

    def copy_all(self) -> None:
        """Put the whole table into the clipboard."""
        QGuiApplication.clipboard().setText(self.model.as_text())

    def _choose(self, row: int) -> None:
        seed = self.model.seed_at(row)
        if seed is not None:
            self.seed_chosen.emit(seed)

    def _say(self) -> None:
        """Name the chosen seed on the button."""
        seed = self.model.seed_at(self.view.currentIndex().row())
        self.open_seed.setEnabled(seed is not None)
        self.open_seed.setText("Open this seed" if seed is None else f"Open seed {seed}")
        for button in (self.copy, self.save):
            button.setEnabled(self.model.n_seeds > 0)
