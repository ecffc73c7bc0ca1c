"""A line of text that says what could not be done; there is none while nothing is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.theme import Theme


class ProblemLine(QLabel):
    """A sentence about what could not be done.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(8, 0, 8, 2)
        self.setAccessibleName("What could not be done")
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; an empty one takes it away."""
        self.setText(sentence)
        self.setVisible(bool(sentence))

    def refuse(self, reason: str) -> None:
        """Show the message of an error as a sentence."""
        self.say(f"{reason[:1].upper()}{reason[1:]}.")

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.setStyleSheet(f"color: {theme.bad};")
