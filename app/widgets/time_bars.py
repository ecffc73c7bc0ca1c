"""Times as bars on a scale on which each line stands for ten times as long, so that microseconds and minutes fit.

The time is also written beside each bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.steps_texts import duration

BAR = 14
LEAST_DECADES = 3


@dataclass(frozen=True, slots=True)
class TimeBar:
    """One time: what took so long."""

    name: str
    seconds: float


class TimeBars(QWidget):
    """Bars below each other, each with its name above."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.bars: tuple[TimeBar, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[TimeBar]) -> None:
        """Show other times; all positive."""
        self.bars = tuple(bars)
        self.setAccessibleDescription("; ".join(f"{bar.name}: {duration(bar.seconds)}" for bar in bars))
        self.setVisible(bool(bars))
        self.updateGeometry()
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    @property
    def decades(self) -> tuple[int, int]:
        """The powers of ten at the left and at the right of the scale."""
        low = math.floor(math.log10(min(bar.seconds for bar in self.bars)) - 0.3)
        high = math.ceil(math.log10(max(bar.seconds for bar in self.bars)))
        return low, max(high, low + LEAST_DECADES)

    def sizeHint(self) -> QSize:
        """Ask for room for all bars and the scale."""
        line = self.fontMetrics().height()
        return QSize(240, len(self.bars) * (line + BAR + 6) + line + 6)

    def minimumSizeHint(self) -> QSize:
        """Allow a narrow picture, but not a low one."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scale and the bars."""
        del event
        if not self.bars:
            return
        painter = QPainter(self)
        metrics = self.fontMetrics()
        line, left, width = metrics.height(), 8, max(10, self.width() - 16)
        low, high = self.decades
        bottom = len(self.bars) * (line + BAR + 6)
        last = -100.0
        for power in range(low, high + 1):
            x = left + width * (power - low) / (high - low)
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawLine(int(x), 0, int(x), bottom)
            text = duration(10.0**power)
            half = metrics.horizontalAdvance(text) / 2
            at = min(max(x - half, 0.0), self.width() - 2 * half)
            if at > last + 8:
                painter.setPen(QColor(self.theme.muted))
                painter.drawText(QRectF(at, bottom + 2, 2 * half + 2, line), Qt.AlignmentFlag.AlignLeft, text)
                last = at + 2 * half
        for k, bar in enumerate(self.bars):
            y = k * (line + BAR + 6)
            text = f"{bar.name}: {duration(bar.seconds)}"
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
            back = QRectF(left, y, metrics.horizontalAdvance(shown) + 2, line)
            painter.fillRect(back, self.palette().color(self.backgroundRole()))
            painter.setPen(QColor(self.theme.text))
            painter.drawText(back, Qt.AlignmentFlag.AlignLeft, shown)
            length = width * (math.log10(bar.seconds) - low) / (high - low)
            painter.fillRect(QRectF(left, y + line, max(2.0, length), BAR), QColor(self.theme.accent))
        painter.end()
