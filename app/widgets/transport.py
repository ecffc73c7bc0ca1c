"""The transport bar: restart, step, run and pause, like a player's, and the speed.

It only arranges actions that exist and a choice of speeds; what they do is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QToolBar, QWidget

from app.glossary import explained

WIDE = 66
"""Width in heights of a line from which the buttons have words."""


class Transport(QToolBar):
    """A toolbar with the training actions and a speed box.

    Signals
    -------
    speed_chosen : int
        Index of the chosen speed.
    """

    speed_chosen = Signal(int)

    def __init__(
        self, groups: Sequence[Sequence[QAction]], speeds: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__("Training", parent)
        self.setObjectName("transport")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for number, group in enumerate(groups):
            if number:
                self.addSeparator()
            for action in group:
                self.addAction(action)
        self.addSeparator()
        label = QLabel("  &Speed: ", self)
        self._speed = QComboBox(self)
        self._speed.addItems(list(speeds))
        self._speed.setAccessibleName("Speed")
        self._speed.setToolTip(explained("How many examples are shown in a second while training runs", "presentation"))
        label.setBuddy(self._speed)
        self._speed.currentIndexChanged.connect(self.speed_chosen)
        self.addWidget(label)
        self.addWidget(self._speed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words away where there is no room for them, so that nothing goes out of sight."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Do the same for larger texts."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        is_wide = self.width() >= WIDE * self.fontMetrics().height()
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        if style != self.toolButtonStyle():
            self.setToolButtonStyle(style)

    def set_speed(self, index: int) -> None:
        """Show a speed as chosen."""
        self._speed.setCurrentIndex(index)
