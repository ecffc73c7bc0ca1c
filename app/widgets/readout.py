"""A line of text above or under a picture that says numbers in words.

It grows to up to three lines where a text is long, and never shrinks while the width stays, so the picture above it
does not jump.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

MAX_LINES = 3


class FittedText(QLabel):
    """A text of a few lines at most; all of it is also its tool tip.

    Parameters
    ----------
    name : str
        For screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._full = ""
        self._lines = self._least = 1
        self.max_lines = MAX_LINES
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setContentsMargins(8, 0, 8, 4)
        self.setAccessibleName(name)
        self._fit()

    @property
    def full_text(self) -> str:
        """All of the text, also where it is shortened on screen."""
        return self._full

    def show_text(self, text: str) -> None:
        """Show a text, shortened where it does not fit."""
        if text == self._full:
            return
        self._full = text
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self._fit()

    def set_max_lines(self, n: int) -> None:
        """Allow so many lines."""
        if n != self.max_lines:
            self.max_lines, self._lines = n, 1
            self._fit()

    def reserve(self, n: int) -> None:
        """Be at least so many lines high, so that the picture above stays where it is when a text gets longer."""
        if n != self._least:
            self._least, self._lines = n, 1
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the number of lines again."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lines = 1
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lines = 1
            self._fit()

    def _lines_of(self, metrics: QFontMetrics, text: str) -> int:
        width = max(40, self.width() - 16)
        height = metrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, text).height()
        return max(1, round(height / metrics.lineSpacing()))  # the height may be a little more than that of its lines

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        line = metrics.lineSpacing()
        needed = self._lines_of(metrics, self._full)
        self._lines = max(self._lines, self._least, min(self.max_lines, needed))
        shown = self._full
        while needed > self.max_lines and len(shown) > 1:
            shown = shown[: max(1, int(len(shown) * 0.94) - 1)].rstrip()
            needed = self._lines_of(metrics, shown + "…")
        self.setFixedHeight(self._lines * line + 6)
        self.setText(shown if shown == self._full else shown + "…")


class Readout(FittedText):
    """Answers the pointer or says what is selected; left out of figures."""
