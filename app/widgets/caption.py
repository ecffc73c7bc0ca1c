"""A sentence above a picture that may wrap, and takes exactly the height that it needs.

Unlike a label that wraps by itself it asks nobody for room in proportion to its width, so that pictures side by side
can be squeezed into the room there is.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

EDGE = 8


class Caption(QLabel):
    """The sentence.

    Parameters
    ----------
    name : str
        For screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setContentsMargins(EDGE, 2, EDGE, 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self._fit()

    def show_text(self, text: str) -> None:
        """Show another sentence."""
        if text != self.text():
            self.setText(text)
            self.setToolTip(text)
            self._fit()

    def hasHeightForWidth(self) -> bool:
        """Say that the height does not follow from the width: it is set here."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the height again."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        room = QRect(0, 0, max(40, self.width() - 2 * EDGE), 10_000)
        height = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.text()).height()
        self.setFixedHeight(height + 6)
