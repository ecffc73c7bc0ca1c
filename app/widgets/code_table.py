"""The table of hidden codes: what each hidden unit says to each example, rounded, and whether no other has the same.

A click on a row chooses the example, a click on the head of a column the hidden unit, in all panes.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.code_texts import distinct_text, right_text
from app.widgets.unit_names import brief
from nlcore.hidden_codes import Codes, ends
from nlcore.network import Layout

FULL = 0.5
"""How much of the colour the highest output gets."""
BRIEF_BELOW = 400
"""Width in pixels."""


class CodeTable(QTableWidget):
    """One example a row.

    Signals
    -------
    example_chosen, unit_chosen : int
        A row was clicked or reached with the arrow keys; the head of a hidden unit's column was clicked.
    """

    example_chosen = Signal(int)
    unit_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._shown: tuple[tuple[str, ...], Codes, Layout] | None = None
        self.setAccessibleName("Hidden codes of all examples")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMinimumSize(120, 90)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(24)
        header.setToolTip("Click a hidden unit to see its weights over the run")
        header.sectionClicked.connect(self._head_clicked)
        self.cellClicked.connect(lambda row, _: self.example_chosen.emit(row))

    def show_codes(self, names: tuple[str, ...], codes: Codes, layout: Layout) -> None:
        """Show the codes.

        Parameters
        ----------
        names : tuple of str
            Of the examples.
        codes : Codes
            Their codes.
        layout : Layout
            Of the network.
        """
        self._shown = (names, codes, layout)
        units = codes.values.shape[1]
        is_brief = self.width() < BRIEF_BELOW
        headings = ["example", *(str(k + 1) for k in range(units)), "code"]
        headings += ["own?", "ok?"] if is_brief else ["own code?", "answer"]
        self.blockSignals(True)
        self._make_cells(len(names), headings)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 5)
        low, high = ends(layout.activations[0])
        for row, name in enumerate(names):
            values = codes.values[row].tolist()
            same = codes.same_as[row]
            said = distinct_text(names, same, is_brief=is_brief)
            texts = [name, *map(brief, values), codes.text(row), said, right_text(codes, row, is_brief=is_brief)]
            for column, text in enumerate(texts):
                cell = self.item(row, column)
                if cell is not None and cell.text() != text:
                    cell.setText(text)
            for k, value in enumerate(values):
                self._colour(row, k, (value - low) / (high - low), is_middle=bool(codes.in_between[row, k]))
            for column, is_good in ((units + 2, same < 0), (units + 3, bool(codes.is_right[row]))):
                cell = self.item(row, column)
                if cell is not None:
                    cell.setForeground(QBrush(QColor(self.theme.good if is_good else self.theme.bad)))
        self.blockSignals(False)

    def height_needed(self) -> int:
        """Return the height at which all rows are seen, up to ten of them."""
        row = self.verticalHeader().defaultSectionSize()
        bar = self.horizontalScrollBar().sizeHint().height() if self.is_cut_off else 0
        return self.horizontalHeader().sizeHint().height() + min(10, max(1, self.rowCount())) * row + bar + 4

    @property
    def is_cut_off(self) -> bool:
        """Whether columns are out of sight."""
        return self.horizontalHeader().length() > self.viewport().width() + 1

    def _make_cells(self, rows: int, headings: list[str]) -> None:
        if (self.rowCount(), self.columnCount()) != (rows, len(headings)):
            self.setRowCount(rows)
            self.setColumnCount(len(headings))
            for row in range(rows):
                for column in range(len(headings)):
                    item = QTableWidgetItem()
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                    self.setItem(row, column, item)
        self.setHorizontalHeaderLabels(headings)

    def _colour(self, row: int, unit: int, share: float, *, is_middle: bool) -> None:
        """Shade a cell by the unit's output; in the middle of the range the number is slanted."""
        cell = self.item(row, unit + 1)
        if cell is None:
            return
        shade = FULL * float(np.clip(share if np.isfinite(share) else 0.0, 0.0, 1.0))
        cell.setBackground(QBrush(QColor(blend(self.theme.curves["training"], self.theme.base, shade))))
        font = cell.font()
        if font.italic() != is_middle or font.underline() != is_middle:
            font.setItalic(is_middle)
            font.setUnderline(is_middle)
            cell.setFont(font)
        cell.setToolTip("Neither low nor high" if is_middle else "")

    def show_selected(self, row: int) -> None:
        """Select a row, or none for -1, without telling anybody."""
        self.blockSignals(True)
        if row != self.currentRow():
            self.setCurrentCell(row, 0 if row >= 0 else -1)
        if row < 0:
            self.clearSelection()
        self.blockSignals(False)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        if self._shown is not None:
            self.show_codes(*self._shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a narrow table."""
        super().resizeEvent(event)
        if self._shown is not None and (event.oldSize().width() < BRIEF_BELOW) != (self.width() < BRIEF_BELOW):
            self.show_codes(*self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the row that a key leads to."""
        before = self.currentRow()
        super().keyPressEvent(event)
        if self.currentRow() != before and self.currentRow() >= 0:
            self.example_chosen.emit(self.currentRow())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Leave the selection as it is: Qt would go to the first row."""
        row = self.currentRow()
        super().focusInEvent(event)
        self.show_selected(row)

    def _head_clicked(self, column: int) -> None:
        if self._shown is not None and 1 <= column <= self._shown[1].values.shape[1]:
            self.unit_chosen.emit(column - 1)
