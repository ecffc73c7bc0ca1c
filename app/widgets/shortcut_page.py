"""The page of all keys: a table made from the menus, with a copy as text that fits a printed page.

Nothing here is written by hand: a new action with a key is on the page as soon as it is in a menu.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMainWindow,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from app.widgets.menu_actions import menu_actions

PAGE_WIDTH = 80
"""Of the copied text, in letters: what a printed page in a typewriter font holds."""
HEADERS = ("Command", "Keys", "What it does")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page."""

    group: str
    title: str
    keys: str
    tip: str


def rows(window: QMainWindow, extra: Sequence[tuple[str, str, str, str]] = (), *, with_all: bool = False) -> list[Row]:
    """Return the lines of the page, grouped by menu.

    Parameters
    ----------
    window : QMainWindow
        Whose menus are read.
    extra : sequence of (str, str, str, str)
        Keys that stand in no menu: group, title, keys and a sentence.
    with_all : bool
        Whether actions without a key are among them.
    """
    found = [
        Row(" › ".join(entry.menus[:1]), " › ".join((*entry.menus[1:], entry.title)), entry.shortcut, entry.tip)
        for entry in menu_actions(window)
        if with_all or entry.shortcut
    ]
    return found + [Row(*line) for line in extra]


def as_text(lines: Sequence[Row], width: int = PAGE_WIDTH) -> str:
    """Return the page as text, no line longer than a width.

    Parameters
    ----------
    lines : sequence of Row
        In groups.
    width : int
        In letters.
    """
    wide_title = min(max((len(line.title) for line in lines), default=0), width * 2 // 5)
    wide_keys = min(max((len(line.keys) for line in lines), default=0), width // 4)
    widths = (wide_title, wide_keys, max(10, width - wide_title - wide_keys - 6))
    written: list[str] = []
    for group, inside in groupby(lines, lambda line: line.group):
        written += ["", group, "-" * len(group)]
        for line in inside:
            cells = [textwrap.wrap(text, w) or [""] for text, w in zip((line.title, line.keys, line.tip), widths)]  # noqa: B905
            for i in range(max(map(len, cells))):
                parts = [(cell[i] if i < len(cell) else "").ljust(w) for cell, w in zip(cells, widths, strict=True)]
                written.append(("  " + "  ".join(parts)).rstrip())
    return "\n".join(written[1:]) + "\n"


class ShortcutPage(QDialog):
    """All keys in a table.

    Parameters
    ----------
    window : QMainWindow
        Whose menus are read, each time the page is shown.
    extra : sequence of (str, str, str, str)
        Keys that stand in no menu: group, title, keys and a sentence.
    """

    def __init__(self, window: QMainWindow, extra: Sequence[tuple[str, str, str, str]] = ()) -> None:
        super().__init__(window)
        self._window = window
        self._extra = extra
        self.setWindowTitle("Keyboard shortcuts")
        self.table = QTableWidget(0, len(HEADERS), self)
        self.table.setAccessibleName("Keyboard shortcuts")
        self.table.setHorizontalHeaderLabels(HEADERS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.all_box = QCheckBox("Show commands &without keys too", self)
        self.all_box.toggled.connect(self.refresh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = QPushButton("&Copy as text", self)
        self.copy_button.setToolTip("Copy the whole table, in lines short enough to be printed")
        self.copy_button.clicked.connect(self.copy)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.all_box)
        column.addWidget(buttons)

    def open(self) -> None:
        """Read the menus and show the page beside the window, which stays usable."""
        self.refresh()
        line = self.fontMetrics().height()
        room = self._window.size()
        self.resize(min(48 * line, room.width() - 2 * line), min(40 * line, room.height() - 2 * line))
        self.show()
        self.activateWindow()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read the menus anew."""
        lines = rows(self._window, self._extra, with_all=self.all_box.isChecked())
        self.table.clearSpans()
        self.table.setRowCount(0)
        for group, inside in groupby(lines, lambda line: line.group):
            self._add([group], is_heading=True)
            for line in inside:
                self._add([line.title, line.keys, line.tip])
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def text(self) -> str:
        """Return the page as text."""
        return as_text(rows(self._window, self._extra, with_all=self.all_box.isChecked()))

    def copy(self) -> None:
        """Put the page on the clipboard as text."""
        QGuiApplication.clipboard().setText(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _add(self, texts: list[str], *, is_heading: bool = False) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if is_heading:
                font = self.font()
                font.setBold(True)
                item.setFont(font)
            self.table.setItem(row, column, item)
        if is_heading:
            self.table.setSpan(row, 0, 1, len(HEADERS))
