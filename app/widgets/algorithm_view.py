"""The perceptron training algorithm as numbered lines, with the lines that are being executed lit and values beside.

A lit line has another background, bold text and a pointer before it: colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from app.theme import LIGHT, Theme

LINES = (
    (0, "w ← start weights"),
    (0, "converged ← false"),
    (0, "while converged = false do"),
    (1, "converged ← true"),
    (1, "for i = 1 to |D| do"),
    (2, "if yᵢ w·xᵢ ≤ 0 then"),
    (3, "w ← w + η yᵢ xᵢ"),
    (3, "converged ← false"),
)
"""How deep each line stands, and its text; the lines that only say `end` are left out."""
STEP = 14
"""Pixels that a line stands further in than the one it belongs to."""
NARROW = 430
"""Below this width a value stands under its line."""


class AlgorithmView(QWidget):
    """The lines, from 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.lit: frozenset[int] = frozenset()
        self.values: dict[int, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(6, 2, 6, 2)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._is_narrow: bool | None = None
        for _, text in LINES:
            labels = (QLabel(self), QLabel(text, self), QLabel(self))
            for label in labels:
                label.setTextFormat(Qt.TextFormat.PlainText)
            labels[0].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            labels[1].setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            labels[2].setWordWrap(True)
            labels[2].setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            labels[2].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._rows.append(labels)
        self.setAccessibleName("The perceptron training algorithm")
        self._arrange()

    def show_lines(self, lit: Collection[int], values: Mapping[int, str]) -> None:
        """Light lines, counted from 1, and write values beside lines."""
        self.lit, self.values = frozenset(lit), dict(values)
        for k, (number, _, value) in enumerate(self._rows, 1):
            number.setText(f"▶ {k}" if k in self.lit else f"{k}")
            value.setText(self.values.get(k, ""))
            value.setVisible(not self._is_narrow or bool(value.text()))
        self._colour()
        self.setAccessibleDescription(self.words())

    def words(self) -> str:
        """Return the lines that are lit, and their values, in words."""
        said = [f"line {k}, {LINES[k - 1][1]}" for k in sorted(self.lit)]
        return f"Now: {'; '.join(said)}." if said else "No line is being executed."

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self._colour()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the values below their lines where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.width() < NARROW
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for k, (number, text, value) in enumerate(self._rows):
            for label in (number, text, value):
                self._grid.removeWidget(label)
            self._grid.addWidget(number, 2 * k, 0)
            self._grid.addWidget(text, 2 * k, 1)
            self._grid.addWidget(value, 2 * k + is_narrow, 1 if is_narrow else 2)
            value.setVisible(not is_narrow or bool(value.text()))
        self._grid.setColumnStretch(1, 1 if is_narrow else 0)
        self._grid.setColumnStretch(2, 0 if is_narrow else 1)
        self._colour()

    def _colour(self) -> None:
        theme = self.theme
        for k, (number, text, value) in enumerate(self._rows, 1):
            depth, is_lit = LINES[k - 1][0], k in self.lit
            back, front = (theme.accent, theme.on_accent) if is_lit else (theme.base, theme.text)
            weak = front if is_lit else theme.muted
            indent = 8 + STEP * depth
            number.setStyleSheet(f"background: {back}; color: {weak}; padding: 1px 4px;")
            text.setStyleSheet(f"background: {back}; color: {front}; padding: 1px 8px 1px {indent}px;")
            value.setStyleSheet(
                f"background: {back}; color: {front}; padding: 1px 6px 1px {indent if self._is_narrow else 6}px;"
            )
            bold = QFont(self.font())
            bold.setBold(is_lit)
            text.setFont(bold)
