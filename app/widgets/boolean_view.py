"""The table of all cases of a Boolean function, with a network's answers; a target is turned round by a click.

Enter turns the target of the chosen row round, 0 and 1 set it and go on to the next row, so a whole table is typed in
one go.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.widgets.boolean_answers import BooleanAnswers
from app.widgets.case_table import CaseTable, signed
from app.widgets.threshold_texts import RIGHT, WRONG
from nlcore.theory.boolean_functions import Truth

BRIEF_BELOW = 300
"""Width in pixels."""
DIGITS = {Qt.Key.Key_0: 0, Qt.Key.Key_1: 1}
TIP = "Click the target to turn it round, or press Enter on the row; the keys 0 and 1 set it and go to the next row"


class BooleanView(CaseTable):
    """One case a row.

    Signals
    -------
    truth_wanted : tuple of int
        The person wants another table.
    """

    truth_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Truth table with the answers of the network; Enter turns a target round", parent)
        self._answers: BooleanAnswers | None = None
        self._truth: Truth = ()
        self._is_brief = False
        self.setMouseTracking(True)
        self.cellClicked.connect(self._on_cell_clicked)

    @property
    def truth(self) -> Truth:
        """The table as it is shown, with what is asked for already."""
        return self._truth

    @property
    def target_column(self) -> int:
        """Where the targets stand."""
        return self.columnCount() - 3

    def show_answers(self, answers: BooleanAnswers, truth: Truth) -> None:
        """Show what the network says to each case.

        Parameters
        ----------
        answers : BooleanAnswers
            The cases.
        truth : Truth
            The targets; other ones than the network's while a change is being made.
        """
        self._answers, self._truth = answers, truth
        self._is_brief = is_brief = self.width() < BRIEF_BELOW
        self.blockSignals(True)
        self.set_size(len(truth), [*answers.names, "target", "output", "answer"])
        right = [bool(said) == bool(value) for said, value in zip(answers.said.tolist(), truth, strict=True)]
        for row, case in enumerate(answers.cases):
            answer = RIGHT if right[row] else WRONG
            texts = [*map(str, case), f"{truth[row]}", signed(float(answers.outputs[row]))]
            self.set_texts(row, [*texts, answer[:1] if is_brief else answer], TIP)
            for column, colour in ((-3, self.theme.accent), (-1, self.theme.good if right[row] else self.theme.bad)):
                cell = self.item(row, self.columnCount() + column)
                if cell is not None:
                    cell.setForeground(QBrush(QColor(colour)))
            target = self.item(row, self.target_column)
            if target is not None:
                font = self.font()
                font.setBold(True)
                font.setUnderline(True)
                target.setFont(font)
        self.fit()
        self.blockSignals(False)
        self.setAccessibleDescription(f"{len(truth)} cases, {right.count(False)} wrong")

    def turn(self, row: int) -> None:
        """Ask for the table with one target turned round."""
        self._set(row, 1 - self._truth[row])

    def _set(self, row: int, value: int) -> None:
        if self._answers is None or self._truth[row] == value:
            return
        self.truth_wanted.emit((*self._truth[:row], value, *self._truth[row + 1 :]))

    def _on_cell_clicked(self, row: int, column: int) -> None:
        if column == self.target_column:
            self.turn(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn a target round, set it, or go to another row."""
        row, key = self.currentRow(), Qt.Key(event.key())
        if row < 0 or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.turn(row)
        elif key in DIGITS:
            self._set(row, DIGITS[key])
            if row + 1 < self.rowCount():
                self.setCurrentCell(row + 1, self.target_column)
                self.case_chosen.emit(row + 1)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be clicked."""
        super().mouseMoveEvent(event)
        is_target = self.columnAt(event.position().toPoint().x()) == self.target_column
        shape = Qt.CursorShape.PointingHandCursor if is_target else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a narrow table, and make room for a bar below it where there must be one."""
        super().resizeEvent(event)
        if self._answers is not None and self._is_brief != (self.width() < BRIEF_BELOW):
            self.show_answers(self._answers, self._truth)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Write anew in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._answers is not None:
            self.show_answers(self._answers, self._truth)
