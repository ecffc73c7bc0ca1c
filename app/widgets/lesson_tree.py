"""The list of lessons, grouped by the parts of the lecture.

A lesson is opened by a click, or with the keyboard by Enter.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget


class LessonTree(QTreeWidget):
    """Lessons by part.

    Signals
    -------
    lesson_chosen : str
        Id of the lesson.
    """

    lesson_chosen = Signal(str)

    def __init__(self, lessons: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setAccessibleName("Lessons")
        self.setToolTip("Click a lesson to open it")
        self._items: dict[str, QTreeWidgetItem] = {}
        parts: dict[str, QTreeWidgetItem] = {}
        for lesson_id, title, part in lessons:
            if part not in parts:
                parts[part] = QTreeWidgetItem(self, [part])
                parts[part].setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = parts[part].font(0)
                font.setBold(True)
                parts[part].setFont(0, font)
            item = QTreeWidgetItem(parts[part], [title])
            item.setData(0, Qt.ItemDataRole.UserRole, lesson_id)
            self._items[lesson_id] = item
        self.expandAll()
        self.itemClicked.connect(self._on_item_chosen)
        self.itemActivated.connect(self._on_item_chosen)

    def show_current(self, lesson_id: str) -> None:
        """Mark the lesson that is open; one from a file of its own is in no part."""
        item = self._items.get(lesson_id)
        self.setCurrentItem(item) if item is not None else self.clearSelection()

    def _on_item_chosen(self, item: QTreeWidgetItem) -> None:
        lesson_id = item.data(0, Qt.ItemDataRole.UserRole)
        if lesson_id is not None:
            self.lesson_chosen.emit(lesson_id)
