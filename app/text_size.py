"""The size of all texts of the program, in steps, as a browser does it (Ctrl with plus, minus and 0).

Widgets follow the application's font; the pictures on the toolbars are scaled with it. A second factor, for
presentations, multiplies the chosen size.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Signal
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QToolBar, QWidget

from app.widgets.dock_title import DockTitle

STEPS = (70, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300)
"""In percent of the system's size."""
USUAL = 100
_BASE = "nllab_font_size"
_ICON = "nllab_icon_size"


class TextSize(QObject):
    """How large texts are.

    Parameters
    ----------
    window : QMainWindow
        Whose toolbars follow; fonts change in the whole application.
    percent : int
        Of the system's size.

    Signals
    -------
    changed : int
        The chosen size in percent; without the factor of a presentation.
    applied : no arguments
        Texts have another size: what measured them may measure again.
    """

    changed = Signal(int)
    applied = Signal()

    def __init__(self, window: QMainWindow, percent: int = USUAL) -> None:
        super().__init__(window)
        self._window = window
        self.percent = USUAL
        self.factor = 1.0
        self.set_percent(percent)

    def larger(self) -> None:
        """Take the next larger size, if there is one."""
        self.set_percent(next((step for step in STEPS if step > self.percent), self.percent))

    def smaller(self) -> None:
        """Take the next smaller size, if there is one."""
        self.set_percent(next((step for step in reversed(STEPS) if step < self.percent), self.percent))

    def reset(self) -> None:
        """Take the system's size."""
        self.set_percent(USUAL)

    def set_percent(self, percent: int) -> None:
        """Take a size in percent of the system's; outside the range of `STEPS` the nearest end of it."""
        percent = min(max(percent, STEPS[0]), STEPS[-1])
        is_other = percent != self.percent
        self.percent = percent
        self._apply()
        if is_other:
            self.changed.emit(percent)

    def set_factor(self, factor: float) -> None:
        """Multiply the chosen size; 1 takes that back."""
        self.factor = factor
        self._apply()

    def _apply(self) -> None:
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        scale = self.percent / 100 * self.factor
        font = QFont(application.font())
        base = application.property(_BASE)
        if base is None:
            base = font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()
            application.setProperty(_BASE, base)
        size = round(base * scale, 2)
        if abs(size - font.pointSizeF()) < 0.005:
            return
        font.setPointSizeF(size)
        application.setFont(font)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.ApplicationFontChange.value)  # reaches widgets now
        self._follow(scale)
        self.applied.emit()

    def _follow(self, scale: float) -> None:
        """Bring along what does not follow the application's font by itself."""
        for bar in self._window.findChildren(QToolBar):
            usual = bar.property(_ICON)
            if usual is None:
                usual = bar.iconSize().width()
                bar.setProperty(_ICON, usual)
            bar.setIconSize(QSize(round(usual * scale), round(usual * scale)))
        renew_sheets(self._window)
        for dock in self._window.findChildren(QDockWidget):
            if dock.titleBarWidget() is None:
                dock.setTitleBarWidget(DockTitle(dock))


def renew_sheets(window: QWidget) -> None:
    """Let widgets with a style sheet take over the font and the palette; they keep those they were made with."""
    for widget in window.findChildren(QWidget):
        sheet = widget.styleSheet()
        if sheet:
            widget.setStyleSheet("")
            widget.setStyleSheet(sheet)
