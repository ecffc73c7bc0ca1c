"""The title bar of a dock that follows the size of texts; Qt's own keeps the font that it was made with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QSizePolicy, QStyle, QToolButton, QWidget

ICON_SHARE = 0.62
"""Size of the buttons' pictures, in heights of a line."""
LOWEST = 16
"""Pixels that Qt's own title bar has at least."""


class DockTitle(QWidget):
    """A title with the buttons that a dock offers; the mouse drags the dock by it as usual.

    Parameters
    ----------
    dock : QDockWidget
        Whose title bar it becomes.
    """

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self._float = self._button("Float", QStyle.StandardPixmap.SP_TitleBarNormalButton)
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button("Close", QStyle.StandardPixmap.SP_TitleBarCloseButton)
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        dock.windowTitleChanged.connect(lambda _title: self.update())
        self._fit()

    def _button(self, name: str, pixmap: QStyle.StandardPixmap) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setIcon(self.style().standardIcon(pixmap, None, self._dock))
        button.setToolTip(name)
        button.setAccessibleName(f"{name} {self._dock.windowTitle()}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _fit(self) -> None:
        side = round(ICON_SHARE * self.fontMetrics().height())
        features = self._dock.features()
        for button, feature in (
            (self._float, QDockWidget.DockWidgetFeature.DockWidgetFloatable),
            (self._close, QDockWidget.DockWidgetFeature.DockWidgetClosable),
        ):
            button.setIconSize(QSize(side, side))
            button.setFixedSize(side + 3, side + 3)
            button.setVisible(bool(features & feature))

    def sizeHint(self) -> QSize:
        """Return the height of Qt's own title bar in this font, so that nothing moves where it takes its place."""
        margin = self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetTitleMargin, None, self._dock)
        return QSize(60, max(LOWEST, self.fontMetrics().height() + 2 * margin))

    def minimumSizeHint(self) -> QSize:
        """Return the same: the text is shortened where there is no room."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write as much of the title as there is room for."""
        del event
        painter = QPainter(self)
        room = self.rect().adjusted(4, 0, -2 * self._close.width() - 12, 0)
        text = self.fontMetrics().elidedText(self._dock.windowTitle(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the buttons to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
            self.updateGeometry()
