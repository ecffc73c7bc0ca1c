"""A slider for a number without fixed ends: dragging it shows values, letting go takes one over.

Keys move it too; then Enter takes the value over, and Escape and leaving bring back the one that is in force.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

STEPS = 200
"""On each side of zero."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def span_for(largest: float) -> float:
    """Return how far a slider goes to each side, for numbers up to this one: 1, 2, 5, 10, 20 ..."""
    wanted = max(1.0, 1.5 * largest) if math.isfinite(largest) else 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= wanted * (1.0 - 1e-9))


def tidy(value: float, step: float) -> float:
    """Leave out the decimals that a step of this size does not tell."""
    unit = 10.0 ** math.floor(math.log10(step)) if step > 0.0 else 1.0
    return float(f"{round(value / unit) * unit:.12g}")


class ValueSlider(QSlider):
    """A slider for a number.

    Signals
    -------
    previewed : float
        It stands on this number now, which is not taken over yet.
    entered : float
        This number shall be taken over.
    left : None
        What it showed shall be forgotten.
    """

    previewed = Signal(float)
    entered = Signal(float)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.span = 1.0
        self.is_pending = False
        self._is_showing = False
        self.setRange(-STEPS, STEPS)
        self.setSingleStep(2)
        self.setPageStep(20)
        self.valueChanged.connect(self._on_value_changed)

    def sizeHint(self) -> QSize:
        """Return a moderate width."""
        return QSize(110, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the least width at which it can be used."""
        return QSize(50, super().minimumSizeHint().height())

    def show_value(self, value: float, span: float) -> None:
        """Stand on the number in force; nothing is told."""
        self.span, self._is_showing, self.is_pending = span, True, False
        share = value / span if math.isfinite(value) else 0.0
        self.setValue(round(min(max(share, -1.0), 1.0) * STEPS))
        self._is_showing = False

    @property
    def number(self) -> float:
        """The number it stands on."""
        return tidy(self.value() * self.span / STEPS, self.span / STEPS)

    def _on_value_changed(self) -> None:
        if not self._is_showing:
            self.is_pending = True
            self.previewed.emit(self.number)

    def _take(self) -> None:
        if self.is_pending:
            self.is_pending = False
            self.entered.emit(self.number)

    def _forget(self) -> None:
        if self.is_pending:
            self.is_pending = False
            self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take over where it was let go."""
        super().mouseReleaseEvent(event)
        self._take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take over with Enter, forget with Escape."""
        if event.key() in ENTER and self.is_pending:
            self._take()
        elif event.key() == Qt.Key.Key_Escape and self.is_pending:
            self._forget()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving changes nothing."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._forget()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what is scrolled."""
        event.ignore()
