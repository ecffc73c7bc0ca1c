"""A line for one number: Enter takes it over, Escape and leaving bring back the value that is in force.

While nothing is being typed, undo, redo and the keys of the timeline belong to the window, not to the text of the line.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

OF_THE_WINDOW = (
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.MoveToStartOfDocument,
    QKeySequence.StandardKey.MoveToEndOfDocument,
)
"""Keys that mean more in the window than in a line of one number."""
EDGE = """
QLineEdit { border: 1px solid palette(placeholder-text); border-radius: 2px; padding: 2px 4px; }
QLineEdit:focus { border: 1px solid palette(highlight); }
"""
"""The style's own edge cannot be seen on a dark window."""


def written(value: float) -> str:
    """Write a number so that reading it gives the very same one."""
    text = repr(float(value))
    return text.removesuffix(".0")


class NumberField(QLineEdit):
    """A line that holds a number.

    Signals
    -------
    entered : str
        Enter was pressed after something was typed.
    typing_changed : bool
        Something that is not taken over yet stands in the line, or no longer.
    """

    entered = Signal(str)
    typing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value: float | None = None
        self.setStyleSheet(EDGE)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0.000000001") + 18)
        self.textEdited.connect(lambda _text: self.typing_changed.emit(True))
        self.returnPressed.connect(self._enter)

    def show_value(self, value: float) -> None:
        """Show the value in force; what is being typed stays."""
        if value == self.value and self.isModified():
            return
        if value != self.value or self.text() != written(value):
            self.value = value
            self._put_back()

    def show_nothing(self) -> None:
        """Stand empty: there is no number."""
        self.value = None
        self._put_back()

    def forget(self) -> None:
        """Show the value in force in place of what was typed."""
        if self.isModified():
            self._put_back()
            self.typing_changed.emit(False)

    def _put_back(self) -> None:
        self.setText("" if self.value is None else written(self.value))
        self.setCursorPosition(0)  # so that the first digits are in sight
        self.setModified(False)

    def _enter(self) -> None:
        if self.isModified():
            self.entered.emit(self.text())

    def event(self, event: QEvent) -> bool:
        """Leave some keys to the window unless something is being typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_of_window = any(event.matches(key) for key in OF_THE_WINDOW)
            if is_of_window and not self.isModified():
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings the value in force back."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.forget()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving without Enter changes nothing."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.forget()
