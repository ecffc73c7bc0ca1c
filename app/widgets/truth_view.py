"""The table of all cases of a threshold unit: inputs, net input, output, target, and whether the answer is right.

Right and wrong are words and signs, not only colours. A click on a row points at the example in all panes.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from app.theme import LIGHT, Theme
from app.widgets.numbers import number
from app.widgets.threshold_texts import RIGHT, WRONG, sum_words
from app.widgets.truth_table import TruthTable, Weights

BRIEF_BELOW = 310
"""Width in pixels."""


class TruthView(QTableWidget):
    """One case a row.

    Signals
    -------
    case_chosen : int
        A row was clicked or reached with the arrow keys.
    """

    case_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._shown: tuple[TruthTable, Weights, tuple[float, ...]] | None = None
        self._is_brief = False
        self.setAccessibleName("All cases, with the answers of the unit")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.cellClicked.connect(lambda row, _: self.case_chosen.emit(row))

    def show_table(self, table: TruthTable, weights: Weights, outputs: tuple[float, ...]) -> None:
        """Show what the unit says to each case.

        Parameters
        ----------
        table : TruthTable
            The cases.
        weights : tuple of float
            The bias first.
        outputs : tuple of float
            What the unit puts out, one a case.
        """
        self._shown = (table, weights, outputs)
        self._is_brief = is_brief = self.width() < BRIEF_BELOW
        headings = [*table.input_names, "net" if is_brief else "net input", "output", "target", "answer"]
        self.blockSignals(True)
        if (self.rowCount(), self.columnCount()) != (len(table), len(headings)):
            self.setRowCount(len(table))
            self.setColumnCount(len(headings))
            for row in range(len(table)):
                for column in range(len(headings)):
                    item = QTableWidgetItem()
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    self.setItem(row, column, item)
        self.setHorizontalHeaderLabels(headings)
        nets, right = table.net_inputs(weights), table.right(weights)
        for row in range(len(table)):
            case = table.inputs[row].tolist()
            truth = "" if is_brief else " (true)" if table.truth[row] else " (false)"
            texts = [*map(number, case), number(float(nets[row]), 4), _signed(outputs[row])]
            texts += [f"{_signed(float(table.targets[row]))}{truth}", RIGHT if right[row] else WRONG]
            tip = f"{sum_words(weights, case)} = {number(float(nets[row]), 4)}"
            for column, text in enumerate(texts):
                cell = self.item(row, column)
                if cell is not None and (cell.text(), cell.toolTip()) != (text, tip):
                    cell.setText(text)
                    cell.setToolTip(tip)
            last = self.item(row, len(texts) - 1)
            if last is not None:
                last.setForeground(QBrush(QColor(self.theme.good if right[row] else self.theme.bad)))
        self._fit()
        self.blockSignals(False)
        n_wrong = int(np.sum(~right))
        self.setAccessibleDescription(f"{len(table)} cases, {n_wrong} wrong")

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a narrow table, and make room for a bar below it where there must be one."""
        super().resizeEvent(event)
        if self._shown is not None and self._is_brief != (self.width() < BRIEF_BELOW):
            self.show_table(*self._shown)
        self._fit()

    def _fit(self) -> None:
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


def _signed(value: float) -> str:
    """Write an output or a target: −1 and +1 with their signs, 0 and 1 without."""
    return f"+{number(value)}" if value == 1.0 else number(value)
