"""The list of lessons, grouped by the parts of the lecture.

A lesson is opened by a click, or with the keyboard by Enter.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStyle, QTreeWidget, QTreeWidgetItem, QWidget

PROBLEM = Qt.ItemDataRole.UserRole + 1


class LessonTree(QTreeWidget):
    """Lessons by part.

    Signals
    -------
    lesson_chosen : str
        Id of the lesson.
    problem_chosen : str
        What is wrong with the own lesson that was clicked.
    """

    lesson_chosen = Signal(str)
    problem_chosen = Signal(str)

    def __init__(self, lessons: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setAccessibleName("Lessons")
        self.setToolTip("Click a lesson to open it")
        self._items: dict[str, QTreeWidgetItem] = {}
        self._own: QTreeWidgetItem | None = None
        self._own_ids: set[str] = set()
        self._current = ""
        parts: dict[str, QTreeWidgetItem] = {}
        for lesson_id, title, part in lessons:
            if part not in parts:
                parts[part] = self._heading(part)
            item = QTreeWidgetItem(parts[part], [title])
            item.setData(0, Qt.ItemDataRole.UserRole, lesson_id)
            self._items[lesson_id] = item
        self.expandAll()
        self.itemClicked.connect(self._on_item_chosen)
        self.itemActivated.connect(self._on_item_chosen)

    def _heading(self, part: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [part])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        return item

    @property
    def titles(self) -> dict[str, str]:
        """Ids and titles of all lessons that can be opened."""
        return {lesson_id: item.text(0) for lesson_id, item in self._items.items()}

    def show_own(self, heading: str, lessons: Sequence[tuple[str, str, str]]) -> None:
        """Show a person's own lessons below the others.

        Parameters
        ----------
        heading : str
            Stands above them.
        lessons : sequence of (str, str, str)
            Id, title, and what is wrong with it; a broken one cannot be opened, but says why.
        """
        for lesson_id in self._own_ids:
            del self._items[lesson_id]
        self._own_ids = set()
        if self._own is not None:
            self.takeTopLevelItem(self.indexOfTopLevelItem(self._own))
            self._own = None
        if lessons:
            self._own = own = self._heading(heading)
        for lesson_id, title, problem in lessons:
            item = QTreeWidgetItem(own, [f"{title}: cannot be read" if problem else title])
            if problem:
                item.setIcon(0, self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning))
                item.setToolTip(0, problem)
                item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, problem)
                item.setData(0, PROBLEM, problem)
            else:
                item.setData(0, Qt.ItemDataRole.UserRole, lesson_id)
                self._items[lesson_id] = item
                self._own_ids.add(lesson_id)
        self.expandAll()
        self.show_current(self._current)

    def show_current(self, lesson_id: str) -> None:
        """Mark the lesson that is open; one from a file of its own is in no part."""
        self._current = lesson_id
        item = self._items.get(lesson_id)
        self.setCurrentItem(item) if item is not None else self.clearSelection()

    def _on_item_chosen(self, item: QTreeWidgetItem) -> None:
        lesson_id = item.data(0, Qt.ItemDataRole.UserRole)
        problem = item.data(0, PROBLEM)
        if lesson_id is not None:
            self.lesson_chosen.emit(lesson_id)
        elif problem is not None:
            self.problem_chosen.emit(problem)
