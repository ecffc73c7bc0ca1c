"""A slider with marks at places that matter; the pointer resting on one is told what it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QToolTip, QWidget

NEAR = 7
"""Pixels from which one can point at a mark."""


class MarkedSlider(QSlider):
    """A horizontal slider with marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._marks: tuple[tuple[float, str], ...] = ()

    def show_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Show marks: where they are, as a share of the whole from 0 to 1, and what they are."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.update()

    def mark_x(self, share: float) -> int:
        """Return how far from the left a share of the whole is, in pixels: the middle of the handle there."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_Slider
        groove: QRect = self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderGroove, self)
        handle: QRect = self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
        return round(groove.x() + handle.width() / 2 + share * (groove.width() - handle.width()))

    def text_at(self, x: float) -> str:
        """Return what the marks near a place are, one a line; empty where there is none."""
        return "\n".join(text for share, text in self._marks if abs(self.mark_x(share) - x) <= NEAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider, and a small triangle for each mark above it."""
        super().paintEvent(event)
        if not self._marks:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
        for share, _ in self._marks:
            x = self.mark_x(share) + 0.5
            painter.drawPolygon(QPolygonF([QPointF(x - 4.5, 0.0), QPointF(x + 4.5, 0.0), QPointF(x, 7.0)]))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell what a mark is where the pointer rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.text_at(event.pos().x())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)
