"""The command list (Ctrl+K): type a few letters of anything the window can do, press Enter.

It lies over the window instead of being a window of its own, so it opens without flicker. What can be done is read from
the menus each time it opens; lessons and the like are added by whoever makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.menu_actions import menu_actions
from app.word_search import best_first

Extra = tuple[str, str, Callable[[], object]]
"""Title, kind ("Lesson") and what to do."""
Index = QModelIndex | QPersistentModelIndex
PAGE = 10
WIDEST, LINES = 46, 12
"""Width and height at most, in heights of a line."""
MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: PAGE, Qt.Key.Key_PageUp: -PAGE}
TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """One line of the list: name, where it belongs, keys, a sentence, whether it can be done now, and what to do."""

    title: str
    kind: str
    shortcut: str
    tip: str
    is_enabled: bool
    is_checked: bool
    run: Callable[[], object]

    def spoken(self) -> str:
        """Return the line as a screen reader says it."""
        parts = [self.title, self.kind, self.shortcut, "switched on" if self.is_checked else ""]
        return ", ".join(part for part in (*parts, "" if self.is_enabled else "not available now") if part)


class _Model(QAbstractListModel):
    """The commands that fit what was typed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def show_commands(self, commands: list[Command]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return command.tip
        return command.spoken() if role == Qt.ItemDataRole.AccessibleTextRole else None


class _Line(QStyledItemDelegate):
    """Draws a command: title and kind on the left, keys on the right, dimmed if it cannot be done now."""

    def __init__(self, model: _Model) -> None:
        super().__init__(model)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del index
        height: int = option.fontMetrics.height()
        return QSize(10 * height, height + max(6, height // 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command = self._model.commands[index.row()]
        room: QRect = option.rect
        palette: QPalette = option.palette
        metrics = option.fontMetrics
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        group = QPalette.ColorGroup.Active if command.is_enabled else QPalette.ColorGroup.Disabled
        text = palette.color(group, QPalette.ColorRole.Text)
        quiet = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        if is_current:
            painter.fillRect(room, palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight))
            quiet = text = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText)
        inside = room.adjusted(metrics.height() // 2, 0, -metrics.height() // 2, 0)
        painter.save()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._write(painter, inside, right, quiet, command.shortcut)
        inside.setRight(inside.right() - metrics.horizontalAdvance(command.shortcut + "  "))
        title = f"✓ {command.title}" if command.is_checked else command.title
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, inside.width())
        self._write(painter, inside, left, text, shown)
        inside.setLeft(inside.left() + metrics.horizontalAdvance(shown + "   "))
        kind = command.kind if command.is_enabled else f"{command.kind} · not available now"
        self._write(painter, inside, left, quiet, metrics.elidedText(kind, Qt.TextElideMode.ElideRight, inside.width()))
        painter.restore()

    def _write(self, painter: QPainter, room: QRect, flags: int, colour: QColor, text: str) -> None:
        painter.setPen(colour)
        painter.drawText(room, flags, text)


class CommandList(QFrame):
    """The command list of a window.

    Parameters
    ----------
    window : QMainWindow
        Whose menus are searched and over which it opens.
    extra : callable, optional
        Returns further entries: title, kind and what to do; called at each opening.
    """

    def __init__(self, window: QMainWindow, extra: Callable[[], Iterable[Extra]] = tuple) -> None:
        super().__init__(window)
        self._window = window
        self._extra = extra
        self._commands: list[Command] = []
        self._focus: QWidget | None = None
        self.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
        self.setAutoFillBackground(True)
        self.setAccessibleName("Commands")
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Type a command, a lesson or a pane")
        self.line.setAccessibleName("Search commands")
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self._model = _Model(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Line(self._model))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Commands that fit")
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._describe())
        self.hint = QLabel(self)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        self.hide()

    def open(self) -> None:
        """Collect everything anew and show the list; if it is open already, close it."""
        if self.isVisible():
            self.close()
            return
        focus = self._window.focusWidget()
        self._focus = focus
        self._commands = self._collect()
        self.line.clear()
        self._search("")
        self._place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def close(self) -> bool:
        """Close the list and give the focus back to where it was."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.hide()
        focus, self._focus = self._focus, None
        if focus is not None and _is_alive(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.PopupFocusReason)
        return True

    @property
    def shown(self) -> list[Command]:
        """The commands in the list, as they stand in it."""
        return self._model.commands

    def _collect(self) -> list[Command]:
        found = [
            Command(
                entry.title,
                entry.path,
                entry.shortcut,
                entry.tip,
                entry.action.isEnabled(),
                entry.action.isCheckable() and entry.action.isChecked(),
                _trigger(entry.action),
            )
            for entry in menu_actions(self._window)
        ]
        return found + [Command(title, kind, "", "", True, False, run) for title, kind, run in self._extra()]

    def _search(self, query: str) -> None:
        texts = ((command, (command.title, command.kind, command.tip)) for command in self._commands)
        self._model.show_commands(best_first(query, texts))
        self._go_to(0)

    def _go_to(self, row: int) -> None:
        if self.shown:
            self.list.setCurrentIndex(self._model.index(row))
        self._describe()

    def _move(self, by: int) -> None:
        count, row = len(self.shown), self.list.currentIndex().row()
        if count:
            self._go_to((row + by) % count if abs(by) == 1 else min(max(row + by, 0), count - 1))

    def _describe(self) -> None:
        """Say below the list, and to screen readers, what the current command does."""
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self.shown):
            text = spoken = "Nothing fits. Try fewer letters."
        else:
            command = self.shown[row]
            text = command.tip or command.title
            text = text if command.is_enabled else f"Not available now. {text}"
            spoken = f"{command.spoken()}. {row + 1} of {len(self.shown)}. {command.tip}"
        self.hint.setText(text)
        self.line.setAccessibleDescription(spoken)

    def _run(self, row: int) -> None:
        if 0 <= row < len(self.shown) and self.shown[row].is_enabled:
            command = self.shown[row]
            self.close()
            command.run()

    def _place(self) -> None:
        """Lie in the upper middle of the window, as wide and high as there is room for."""
        line, whole = self.fontMetrics().height(), self._window.rect()
        width = min(WIDEST * line, whole.width() - 2 * line)
        height = min(LINES * (line + max(6, line // 2)) + 6 * line, whole.height() - 4 * line)
        self.setGeometry((whole.width() - width) // 2, 2 * line + 8, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the list, and close where the person clicks or goes elsewhere."""
        if watched is self.line and isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        elsewhere = (QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn)
        if event.type() in elsewhere and isinstance(watched, QWidget) and self.isVisible():
            is_ours = watched is self or self.isAncestorOf(watched)
            if not is_ours and watched.window() is self._window:
                if event.type() == QEvent.Type.FocusIn:
                    self._focus = None  # it stays where it has gone
                self.close()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        is_plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        ours = key == Qt.Key.Key_Escape or key in ENTER or key in MOVES or key in TABS
        if not (ours and is_plain):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # so that no shortcut of the window takes the key
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in ENTER:
            self._run(self.list.currentIndex().row())
        else:
            self._move(MOVES.get(key) or TABS[key])
        return True


def _trigger(action: QAction) -> Callable[[], object]:
    return action.trigger


def _is_alive(widget: QWidget) -> bool:
    try:
        widget.objectName()
    except RuntimeError:  # Qt has destroyed it
        return False
    return True
