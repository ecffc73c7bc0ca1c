"""The dock at the left: the list of lessons, where the data come from, and the lesson's text.

It only holds the three parts together; the window connects them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QSplitter, QVBoxLayout, QWidget

from app.lesson import list_lessons
from app.widgets.data_bar import DataBar
from app.widgets.lesson_tree import LessonTree
from app.widgets.lesson_view import LessonView


class LessonDock(QDockWidget):
    """The list of lessons above the text of the one that is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Lesson", parent)
        self.setObjectName("lesson")
        self.toggleViewAction().setShortcut("Ctrl+Shift+T")
        self.tree = LessonTree([(lesson.id, lesson.title, lesson.part) for lesson in list_lessons()], self)
        self.text = LessonView(self)
        self.data_bar = DataBar(self)
        lower = QWidget(self)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.data_bar)
        column.addWidget(self.text, 1)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.tree)
        splitter.addWidget(lower)
        splitter.setSizes([128, 670])
        splitter.setStretchFactor(1, 1)
        self.setWidget(splitter)
