"""Pictures with a title above and a note below, side by side, in as many rows as the width needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme

GAP = 10
LEAST, MOST = 72, 240
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture.

    Attributes
    ----------
    title, note : str
        Above and below it.
    image : QImage
        Its pixels.
    is_framed : bool
        Whether it is the one that matters.
    """

    title: str
    note: str
    image: QImage
    is_framed: bool = False


class PictureRow(QWidget):
    """Several pictures; it is as high as they need."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.shown: Sequence[Shown] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_pictures(self, shown: Sequence[Shown], theme: Theme) -> None:
        """Show other pictures."""
        self.shown, self.theme = shown, theme
        said = "; ".join(f"{one.title}, {one.note}".strip(", ") for one in shown)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the number of rows again."""
        super().resizeEvent(event)
        self._fit()

    def _cell(self) -> tuple[QSize, int]:
        """Return the size of a picture, and how many stand in a row."""
        n = max(1, len(self.shown))
        columns = max(1, min(n, self.width() // (LEAST + GAP)))
        columns = -(-n // -(-n // columns))  # rows of about the same length
        side = max(40, min(MOST, self.width() // columns - GAP))
        largest = max((max(one.image.width(), one.image.height()) for one in self.shown), default=1)
        side = side // largest * largest if side >= 2 * largest else side
        return QSize(side, side), columns

    def _rects(self) -> list[QRect]:
        size, columns = self._cell()
        line = self.fontMetrics().height()
        high = max((self._high(one, size) for one in self.shown), default=0)
        wide = max(1, self.width() // columns)
        found = []
        for place, one in enumerate(self.shown):
            row, column = divmod(place, columns)
            left = column * wide + (wide - size.width()) // 2
            top = line + 4 + row * (high + 2 * line + GAP)
            found.append(QRect(left, top, size.width(), self._high(one, size)))
        return found

    @staticmethod
    def _high(one: Shown, size: QSize) -> int:
        return max(1, round(size.width() * one.image.height() / max(1, one.image.width())))

    def _fit(self) -> None:
        rects = self._rects()
        line = self.fontMetrics().height()
        self.setFixedHeight(max((rect.bottom() for rect in rects), default=0) + line + GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures with their texts."""
        del event
        painter, metrics = QPainter(self), self.fontMetrics()
        line = metrics.height()
        for one, rect in zip(self.shown, self._rects(), strict=True):
            painter.drawImage(rect, one.image)
            edge = QPen(QColor(self.theme.accent), 2) if one.is_framed else QPen(QColor(self.theme.line), 1)
            painter.setPen(edge)
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
            room = rect.adjusted(-GAP // 2, 0, GAP // 2, 0)
            for text, top, colour in (
                (one.title, rect.top() - line - 2, self.theme.accent if one.is_framed else self.theme.text),
                (one.note, rect.bottom() + 3, self.theme.muted),
            ):
                painter.setPen(QColor(colour))
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(QRect(room.left(), top, room.width(), line), CENTRE, shown)
        painter.end()
