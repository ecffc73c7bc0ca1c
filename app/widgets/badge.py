"""A verdict in a frame: a symbol, words and a colour that say the same, so that none of them is needed alone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.theme import LIGHT, Theme

Mood = Literal["good", "near", "bad", "none"]
SYMBOLS: dict[Mood, str] = {"good": "✓", "near": "≈", "bad": "✗", "none": "–"}


class Badge(QLabel):
    """A short verdict.

    Parameters
    ----------
    name : str
        For screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.mood: Mood = "none"
        self.words = ""
        self.setAccessibleName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def say(self, mood: Mood, words: str) -> None:
        """Show a verdict."""
        if (mood, words) != (self.mood, self.words) or not self.text():
            self.mood, self.words = mood, words
            self.setText(f"{SYMBOLS[mood]}  {words}")
            self.setAccessibleDescription(words)
            self._paint_frame()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self._paint_frame()

    def _paint_frame(self) -> None:
        theme = self.theme
        colour = {"good": theme.good, "near": theme.accent, "bad": theme.bad, "none": theme.muted}[self.mood]
        self.setStyleSheet(
            f"background: {theme.base}; color: {colour}; border: 2px solid {colour}; border-radius: 5px; "
            "padding: 2px 8px; font-weight: bold;"
        )
