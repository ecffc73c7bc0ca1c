"""A recognition as a strip of time, cut into the steps of one neuron: how few of them fit, one after the other.

Up to so many steps are drawn as boxes; more are drawn as a full strip, and the number is written above in any case.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.numbers import counted
from app.widgets.steps_texts import Brain, duration

STRIP = 22
NARROWEST = 3.0
"""Pixels a box needs."""


class StepChain(QWidget):
    """The strip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.brain = Brain()
        self.setAccessibleName("Steps in a row within one recognition")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_brain(self, brain: Brain) -> None:
        """Show other numbers."""
        self.brain = brain
        self.setAccessibleDescription(self.words)
        self.update()

    @property
    def words(self) -> str:
        """What is written above the strip."""
        steps, switching = counted(self.brain.steps, "step"), duration(self.brain.switching_seconds)
        return f"{duration(self.brain.recognition_seconds)} of time: {steps} of {switching}, one after the other"

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a line of text and the strip."""
        return QSize(240, self.fontMetrics().height() + STRIP + 10)

    def minimumSizeHint(self) -> QSize:
        """Allow a narrow strip."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip, every second box darker."""
        del event
        painter = QPainter(self)
        metrics, width = self.fontMetrics(), max(10.0, self.width() - 16.0)
        painter.setPen(QColor(self.theme.text))
        shown = metrics.elidedText(self.words, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(QRectF(8, 2, width, metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)
        top, n = metrics.height() + 5.0, self.brain.steps
        strong, pale = QColor(self.theme.accent), QColor(blend(self.theme.accent, self.theme.base, 0.45))
        exact = self.brain.recognition_seconds / self.brain.switching_seconds
        if n < 1:
            painter.fillRect(QRectF(8, top, width, STRIP), QColor(self.theme.raised))
        elif width / n < NARROWEST:
            painter.fillRect(QRectF(8, top, width, STRIP), strong)
        else:
            box = width / exact
            for k in range(n):
                painter.fillRect(QRectF(8 + k * box, top, box, STRIP), pale if k % 2 else strong)
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        painter.drawRect(QRectF(8, top, width, STRIP))
        painter.end()
