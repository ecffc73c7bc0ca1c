"""The answers of one or more networks to the same example: words, bars, and what the hidden units say."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme import LIGHT, Theme
from app.widgets.example_detail import OutputBars
from app.widgets.own_answer import OwnAnswer
from app.widgets.track_look import PIXELS, swatch

COLUMN = 190
"""Tracks stand side by side where each has so much room."""


class AnswerBox(QWidget):
    """One network's answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.words, self.hidden, self.symbol = QLabel(self), QLabel(self), QLabel(self), QLabel(self)
        self.bars = OutputBars(self)
        self.bars.setAccessibleName("Outputs for your own example")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.symbol)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        for widget in (self.words, self.bars, self.hidden):
            layout.addWidget(widget)
        for label, name in ((self.title, "Track"), (self.words, "Answer"), (self.hidden, "Hidden units")):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(60)
            label.setAccessibleName(name)
        font = self.words.font()
        font.setBold(True)
        self.words.setFont(font)

    def show_answer(self, number: int, name: str, answer: OwnAnswer | None, theme: Theme) -> None:
        """Show an answer with its track's number and name (empty if there is only one); None if it cannot be asked."""
        self.title.setText(name)
        for widget in (self.title, self.symbol):
            widget.setVisible(bool(name))
        self.symbol.setPixmap(swatch(theme, number).pixmap(PIXELS, PIXELS))
        self.words.setText("This track has other inputs." if answer is None else answer.words)
        rows = () if answer is None else tuple((unit, output, math.nan) for unit, output in answer.rows)
        self.bars.show_rows(rows, -1 if answer is None else answer.answered, theme)
        self.hidden.setText("" if answer is None else "\n".join(answer.hidden))
        self.hidden.setVisible(answer is not None and bool(answer.hidden))


class AnswerView(QWidget):
    """Answers side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[AnswerBox] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(10)
        self._columns = 0

    def show_answers(self, answers: list[tuple[int, str, OwnAnswer | None]], theme: Theme = LIGHT) -> None:
        """Show the answer of each track, given with its number and name."""
        while len(self.boxes) > len(answers):
            box = self.boxes.pop()
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
            self._columns = 0
        while len(self.boxes) < len(answers):
            self.boxes.append(AnswerBox(self))
            self._columns = 0
        for box, (number, name, answer) in zip(self.boxes, answers, strict=True):
            box.show_answer(number, name if len(answers) > 1 else "", answer, theme)
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Arrange for a width."""
        columns = max(1, min(len(self.boxes), width // COLUMN))
        if columns == self._columns:
            return
        self._columns = columns
        for place, box in enumerate(self.boxes):
            self._grid.addWidget(box, place // columns, place % columns, Qt.AlignmentFlag.AlignTop)
        for column in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
