"""A colour bar: which colour stands for which value, with its quantity named.

It is a plain painted widget, so it costs next to nothing and follows the theme.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme

BAR = 14
EDGE = 8
LABEL_FROM = 190
"""Below this height in pixels the label is left to the tool tip: the picture beside needs the room more."""


class ColourBar(QWidget):
    """A standing bar with a label and a few ticks at given places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.label = ""
        self.ticks: tuple[tuple[float, str], ...] = ()
        self._table = LIGHT.diverging()
        self._has_label = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Colour bar")

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def show_scale(self, label: str, ticks: Sequence[tuple[float, str]], table: NDArray[np.uint8]) -> None:
        """Show a scale.

        Parameters
        ----------
        label : str
            What is measured.
        ticks : sequence of (float, str)
            Place from 0 (bottom) to 1 (top), and text.
        table : ndarray, shape (n, 3)
            Colours from the bottom to the top.
        """
        if (label, tuple(ticks)) == (self.label, self.ticks) and np.array_equal(table, self._table):
            return
        self.label, self.ticks, self._table = label, tuple(ticks), np.ascontiguousarray(table)
        said = f"{label}: " + ", ".join(text for _, text in ticks)
        self.setAccessibleDescription(said)
        self.setToolTip(f"The colours stand for {label}, from {ticks[0][1]} to {ticks[-1][1]}.")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of bar, ticks and label."""
        metrics = self.fontMetrics()
        texts = max((metrics.horizontalAdvance(text) for _, text in self.ticks), default=20)
        label = metrics.height() + 4 if self._has_label else 0
        return QSize(BAR + 8 + texts + label + 4, 80)

    def minimumSizeHint(self) -> QSize:
        """Keep the width at any height."""
        return QSize(self.sizeHint().width(), 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the label out where there is little room."""
        super().resizeEvent(event)
        has_label = event.size().height() >= LABEL_FROM
        if has_label != self._has_label:
            self._has_label = has_label
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar, its ticks, and the label along it."""
        del event
        painter = QPainter(self)
        metrics = self.fontMetrics()
        bar = QRectF(2, EDGE, BAR, max(10, self.height() - 2 * EDGE))
        colours = np.ascontiguousarray(self._table[::-1])
        picture = QImage(colours.data, 1, len(colours), 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, picture)
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        painter.drawRect(bar)
        painter.setPen(QPen(QColor(self.theme.text), 1))
        for place, text in self.ticks:
            y = bar.bottom() - place * bar.height()
            painter.drawLine(int(bar.right()), int(y), int(bar.right()) + 4, int(y))
            top = min(max(y - metrics.height() / 2, 0.0), float(self.height() - metrics.height()))
            painter.drawText(
                QRectF(bar.right() + 6, top, self.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, text
            )
        if not self._has_label:
            painter.end()
            return
        painter.translate(self.width() - 2, self.height() / 2)
        painter.rotate(-90)
        half = self.height() / 2
        label = metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, self.height())
        painter.drawText(
            QRectF(-half, -metrics.height(), 2 * half, metrics.height()), Qt.AlignmentFlag.AlignCenter, label
        )
        painter.end()
