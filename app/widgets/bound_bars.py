"""Bars that compare numbers of mistakes with the most that a theorem allows; the numbers stand beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.numbers import count, number

LABEL_SHARE = 0.46


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its name; a bound is drawn hollow, `is_more` says that the number is at least this."""

    name: str
    value: float
    is_bound: bool = False
    is_more: bool = False

    @property
    def text(self) -> str:
        """The name and the number."""
        value = count(int(self.value)) if float(self.value).is_integer() else number(self.value, 4)
        return f"{self.name}: {'more than ' if self.is_more else ''}{value}"


class BoundBars(QWidget):
    """The bars, one below the other, on one scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Mistakes and bound")

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show other numbers."""
        if tuple(bars) != self.bars:
            self.bars = tuple(bars)
            self.setAccessibleDescription("; ".join(bar.text for bar in bars))
            self.setToolTip("\n".join(bar.text for bar in bars))
            self.updateGeometry()
            self.update()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a line of text for each bar."""
        return QSize(160, len(self.bars) * (self.fontMetrics().height() + 6) + 4)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same height."""
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        painter, theme, metrics = QPainter(self), self.theme, self.fontMetrics()
        row = metrics.height() + 6
        finite = [bar.value for bar in self.bars if math.isfinite(bar.value)]
        most = max([*finite, 1.0])
        texts = [bar.text for bar in self.bars]
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        left = min(widest + 20, max(self.width() * LABEL_SHARE, self.width() - 120.0))
        for k, (bar, text) in enumerate(zip(self.bars, texts, strict=True)):
            painter.setPen(QColor(theme.text))
            place = QRectF(8, 2 + k * row, left - 12, row)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
            if not math.isfinite(bar.value):
                continue
            length = (self.width() - left - 10) * bar.value / most
            box = QRectF(left, 2 + k * row + 4, max(1.5, length), row - 8)
            painter.setPen(QColor(theme.text if bar.is_bound else theme.accent))
            painter.setBrush(QColor(theme.base if bar.is_bound else theme.accent))
            painter.drawRect(box)
        painter.end()
