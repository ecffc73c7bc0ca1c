"""What a new lesson is called: title, id, part. What cannot be is said while one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget


class LessonDialog(QDialog):
    """Asks for the names of a new lesson.

    Parameters
    ----------
    parent : QWidget
        Over which it opens.
    title, part : str
        At first.
    folder : str
        Where it will be.
    id_from : callable
        Makes an id of a title.
    wrong_id : callable
        Says why an id cannot be; empty if it can.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        part: str,
        folder: str,
        id_from: Callable[[str], str],
        wrong_id: Callable[[str], str],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save as lesson")
        self._id_from, self._wrong_id = id_from, wrong_id
        self._is_id_typed = False
        self.title_line, self.id_line, self.part_line = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        form = QFormLayout()
        for label, line in (("&Title", self.title_line), ("&Id", self.id_line), ("&Part", self.part_line)):
            form.addRow(label, line)
            line.setAccessibleName(label.replace("&", ""))
            line.setMaxLength(200)
            line.setMinimumWidth(30 * self.fontMetrics().averageCharWidth())
        self.id_line.setToolTip("The name of the file, and of the lesson in links and on the command line")
        self.part_line.setToolTip("The part of the lecture that it belongs to")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        self._folder = folder
        self.part_line.setText(part)
        self.title_line.textChanged.connect(self._on_title_changed)
        self.id_line.textEdited.connect(self._on_id_edited)
        self.id_line.textChanged.connect(self._tell)
        self.part_line.textChanged.connect(self._tell)
        self.title_line.setText(title)
        self.title_line.selectAll()
        self._tell()

    def _on_title_changed(self, title: str) -> None:
        if not self._is_id_typed:
            self.id_line.setText(self._id_from(title))
        self._tell()

    def _on_id_edited(self) -> None:
        self._is_id_typed = bool(self.id_line.text())

    def _tell(self) -> None:
        problem = ""
        if not self.title_line.text().strip():
            problem = "A lesson has a title."
        elif not self.part_line.text().strip():
            problem = "Say which part of the lecture it belongs to."
        else:
            problem = self._wrong_id(self.id_line.text())
        self.save.setEnabled(not problem)
        self.note.setText(problem or f"Will be written: {self.id_line.text()}.md in {self._folder}")
