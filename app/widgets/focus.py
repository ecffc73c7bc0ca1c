"""Whether a painted widget should show that it has the keyboard's attention.

A frame helps those who came with the Tab key, and would disturb those who use the mouse.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusWidget(QWidget):
    """A widget that knows whether to draw a frame around itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shows_focus = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note how the focus came."""
        super().focusInEvent(event)
        self.shows_focus = event.reason() in BY_KEYS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Note that it went."""
        super().focusOutEvent(event)
        self.shows_focus = False
        self.update()
