"""Presentation mode: large texts on the full screen, only the panes that matter; leaving it restores everything.

It knows no pane and no session, only a main window with docks. What was there before is kept as one record, so going
in and out leaves no trace, also when the window is closed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from app.text_size import TextSize
from app.widgets.menu_actions import menu_actions

FACTOR = 1.6
"""How much larger texts are."""
TEXT_DOCKS = ("lesson",)
"""Object names of docks that are not shown to an audience; docks that share their tabs are hidden with them."""
SETTLE_MS = 120
"""After so many milliseconds without another size, a window that left presentation mode has settled."""


MOST_TRIES = 20
"""So often docks are fitted; what is in them may need some time until it is as small as before."""


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """How the window was: docks and toolbars, place, size and state, text size, what was hidden, and the focus."""

    docks: QByteArray
    places: tuple[tuple[QDockWidget, QRect], ...]
    rect: QRect
    size: QSize
    state: Qt.WindowState
    percent: int
    hidden: tuple[tuple[QWidget, bool], ...]
    focus: QWidget | None


class Presentation(QObject):
    """Presentation mode of a window.

    Parameters
    ----------
    window : QMainWindow
        What is presented.
    text_size : TextSize
        Makes the texts larger.
    details : sequence of QWidget
        Further widgets that are hidden meanwhile, beside the menu bar.
    factor : float
        How much larger texts are.

    Signals
    -------
    changed : bool
        It began, or it is over.
    """

    changed = Signal(bool)

    def __init__(
        self, window: QMainWindow, text_size: TextSize, details: Sequence[QWidget] = (), factor: float = FACTOR
    ) -> None:
        super().__init__(window)
        self._window = window
        self._text_size = text_size
        self._details = tuple(details)
        self.factor = factor
        self._before: _Before | None = None
        self._pending: _Before | None = None
        self._tries = 0
        self._only: tuple[str, ...] = ()
        self._added: list[QAction] = []
        self._settle_timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle_timer.timeout.connect(self._settle)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.leave)
        window.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether the window is being presented."""
        return self._before is not None

    def toggle(self) -> None:
        """Begin with the panes that are in sight, or end."""
        if self.is_on:
            self.leave()
        else:
            self.enter()

    def toggle_pane(self) -> None:
        """Begin with nothing but the pane that has the focus (without one, the first in sight), or end."""
        if self.is_on:
            self.leave()
            return
        focus = self._window.focusWidget()
        shown = [dock for dock in self._docks() if _in_sight(dock) and dock.objectName() not in TEXT_DOCKS]
        chosen = [dock for dock in shown if focus is not None and dock.isAncestorOf(focus)] or shown[:1]
        self.enter([dock.objectName() for dock in chosen])

    def enter(self, only: Sequence[str] = ()) -> None:
        """Begin.

        Parameters
        ----------
        only : sequence of str
            Object names of the docks that stay; by default all but the lesson's.
        """
        if self._before is not None:
            return
        window = self._window
        focus = window.focusWidget()
        widgets = (window.menuBar(), *self._details)
        self._pending = None
        self._only = tuple(only)
        self._before = _Before(
            window.saveState(),
            self._places(),
            window.geometry(),
            window.size(),
            window.windowState(),
            self._text_size.percent,
            tuple((widget, widget.isHidden()) for widget in widgets),
            focus,
        )
        known = {id(action) for action in window.actions()}
        self._added = [entry.action for entry in menu_actions(window) if id(entry.action) not in known]
        window.addActions(self._added)  # keys of a hidden menu bar would be dead
        for widget in widgets:
            widget.hide()
        self._hide_docks()
        self._text_size.set_factor(self.factor)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._escape.setEnabled(True)
        self.changed.emit(True)

    def leave(self) -> None:
        """End, and restore everything."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self._window
        self._escape.setEnabled(False)
        self._text_size.set_factor(1.0)
        self._text_size.set_percent(before.percent)
        for widget, was_hidden in before.hidden:
            widget.setHidden(was_hidden)
        for action in self._added:
            window.removeAction(action)
        self._added = []
        window.setWindowState(before.state)
        if not before.state & (Qt.WindowState.WindowFullScreen | Qt.WindowState.WindowMaximized):
            window.setGeometry(before.rect)
        window.restoreState(before.docks)
        self._pending = before  # sizes of widgets, and on a screen that of the window, come back only a moment later
        self._tries = 0
        self._settle_timer.start()
        if before.focus is not None and before.focus.isVisible():
            before.focus.setFocus()
        self.changed.emit(False)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Give the docks back for as long as the block lasts: to open another lesson in the middle of a presentation.

        Inside the block docks are as they were before; what is arranged there is what `leave` restores later.
        """
        if self._before is None:
            yield
            return
        window, before = self._window, self._before
        window.setUpdatesEnabled(False)
        try:
            window.restoreState(before.docks)
            yield
            self._before = _Before(
                window.saveState(), self._places(), before.rect, before.size, before.state, before.percent,
                before.hidden, before.focus,
            )  # fmt: skip
            self._only = ()
            self._hide_docks()
        finally:
            window.setUpdatesEnabled(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End before the window is closed, so that what it remembers is its usual layout."""
        if watched is not self._window:
            return False
        if event.type() == QEvent.Type.Close:
            self.leave()
        elif event.type() == QEvent.Type.Resize and self._pending is not None:
            self._settle_timer.start()
        return False

    def _settle(self) -> None:
        """Fit the docks until they are as before; a person who resizes the window or drags something goes first."""
        before, self._pending = self._pending, None
        if before is None or self._window.size() != before.size or QApplication.mouseButtons():
            return
        if self._tries == 0 or any(dock.geometry() != place for dock, place in before.places):
            self._window.restoreState(before.docks)
            self._tries += 1
            if self._tries < MOST_TRIES:
                self._pending = before
                self._settle_timer.start()

    def _places(self) -> tuple[tuple[QDockWidget, QRect], ...]:
        """Return where the docks are that can be seen."""
        return tuple((dock, dock.geometry()) for dock in self._docks() if _in_sight(dock) and not dock.isFloating())

    def _docks(self) -> list[QDockWidget]:
        return self._window.findChildren(QDockWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _hide_docks(self) -> None:
        docks = self._docks()
        if self._only:
            for dock in docks:
                dock.setVisible(dock.objectName() in self._only)
            return
        texts = [dock for dock in docks if dock.objectName() in TEXT_DOCKS and not dock.isFloating()]
        mates = [mate for dock in texts for mate in self._window.tabifiedDockWidgets(dock)]
        if all(dock.isHidden() or dock in texts or dock in mates for dock in docks):
            return  # nothing but the text is open: then the text is what is presented
        for dock in (*texts, *mates):
            dock.hide()


def _in_sight(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()
