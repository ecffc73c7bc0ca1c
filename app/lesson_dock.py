"""The dock at the left: the list of lessons, where the data come from, and the lesson's text.

It only holds the three parts together; the window connects them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QSplitter, QVBoxLayout, QWidget

from app import own_data
from app.lesson import Lesson, list_lessons
from app.widgets.data_bar import DataBar
from app.widgets.lesson_tree import LessonTree
from app.widgets.lesson_view import LessonView
from nlcore.experiment import Experiment


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
        self._shown = ""

    def show_text(self, text: str) -> None:
        """Show a text in Markdown, unless it is there already."""
        if text != self._shown:
            self._shown = text
            self.text.set_text(text)

    def show_text_beside(self, lesson: Lesson | None, experiment: Experiment) -> None:
        """Show the lesson's text if the run learns from the lesson's data, else one about the person's own."""
        if lesson is not None:
            self.show_text(own_data.text_of(lesson, experiment))
