"""All settings of an experiment in a form made from their declarations.

What takes effect at this moment stands above, what begins a new run below, so a person knows before changing anything.
At first only the settings that matter for the lesson are in sight; one switch shows all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.widgets.field_editor import FieldEditor
from app.widgets.options import UNCHECKED
from nlcore.fields import Field

BASIC = (
    "dataset", "network.layers", "network.activations", "training.rule", "training.loss", "training.mode",
    "training.order", "training.initializer", "training.learning_rate", "training.momentum", "seed",
)  # fmt: skip
"""In sight from the start, with everything that differs from its default."""
HEADINGS = {
    True: ("Takes effect at this moment", "The course up to here stays; undo goes back to it."),
    False: ("Begins a new run", "Training starts again from new start weights."),
}


class SettingsForm(QWidget):
    """A form of all settings.

    Signals
    -------
    change_requested : str, object
        A setting's dotted name and the value it shall have.
    """

    change_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[Field, ...] = ()
        self._editors: dict[str, FieldEditor] = {}
        self._bad = "#b00020"
        self.show_all = QCheckBox("Show all", self)
        self.show_all.setStyleSheet(UNCHECKED)
        self.show_all.setToolTip("Show also the settings that this lesson leaves as they are")
        self.show_all.toggled.connect(lambda _on: self._filter())
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find a setting")
        self.search.setAccessibleName("Find a setting")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.show_all)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 4, 4)
        column.addLayout(above)
        column.addWidget(self._area, 1)
        self._headings: dict[bool, tuple[QLabel, QLabel]] = {}
        self._nothing = QLabel("No setting is called so.", self)
        column.addWidget(self._nothing)

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Show the settings as they now are; editors stay where only values changed."""
        before = [field.name for field in self._fields]
        kinds = [(field.kind, field.choices) for field in self._fields]
        self._fields = tuple(fields)
        if [field.name for field in fields] != before or [(f.kind, f.choices) for f in fields] != kinds:
            self._build()
        for field in fields:
            self._editors[field.name].show_field(field)
        self._filter()

    def show_problem(self, name: str, sentence: str) -> None:
        """Say under a setting why its change was refused; the value as it is comes back on the next `show_fields`."""
        if name in self._editors:
            self._editors[name].show_problem(sentence)

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self._bad = theme.bad
        for editor in self._editors.values():
            editor.problem.setStyleSheet(f"color: {theme.bad}")
        for _, remark in self._headings.values():
            remark.setStyleSheet(f"color: {theme.muted}")

    def shown(self) -> list[str]:
        """Return the names of the settings in sight, from top to bottom."""
        return [name for name, editor in self._editors.items() if not editor.widget.isHidden()]

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of a setting."""
        return self._editors[name]

    def _build(self) -> None:
        page = QWidget(self._area)
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 4, 8, 8)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        grid.setVerticalSpacing(3)
        self._editors, self._headings, row = {}, {}, 0
        for is_live, (heading, remark) in HEADINGS.items():
            title, sentence = QLabel(f"<b>{heading}</b>", page), QLabel(remark, page)
            sentence.setWordWrap(True)
            self._headings[is_live] = (title, sentence)
            grid.addWidget(title, row, 0, 1, 2)
            grid.addWidget(sentence, row + 1, 0, 1, 2)
            row += 2
            for field in (field for field in self._fields if field.is_live == is_live):
                editor = FieldEditor(field, page)
                editor.changed.connect(lambda value, name=field.name: self.change_requested.emit(name, value))
                editor.problem.setStyleSheet(f"color: {self._bad}")
                editor.widget.installEventFilter(self)
                self._editors[field.name] = editor
                grid.addWidget(editor.label, row, 0)
                grid.addWidget(editor.widget, row, 1)
                grid.addWidget(editor.problem, row + 1, 0, 1, 2)
                row += 2
        grid.setRowStretch(row, 1)
        old = self._area.takeWidget()
        self._area.setWidget(page)
        if old is not None:
            old.deleteLater()

    def _filter(self) -> None:
        """Show what is asked for: by the search, else everything, else what matters."""
        wanted = self.search.text().strip().lower()
        visible: set[bool] = set()
        for field in self._fields:
            said = f"{field.label} {field.name} {field.help}".lower()
            is_shown = wanted in said if wanted else self.show_all.isChecked() or self._matters(field)
            editor = self._editors[field.name]
            for widget in (editor.label, editor.widget):
                widget.setVisible(is_shown)
            editor.problem.setVisible(is_shown and bool(editor.problem.text()))
            visible |= {field.is_live} if is_shown else set()
        for is_live, labels in self._headings.items():
            for label in labels:
                label.setVisible(is_live in visible)
        self._nothing.setVisible(bool(wanted) and not visible)

    def _matters(self, field: Field, basic: Collection[str] = BASIC) -> bool:
        if not field.is_used:
            return False
        parent = field.name.rpartition(".")[0]
        return field.name in basic or field.value != field.default or parent in ("dataset", "training.initializer")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the form instead of changing the choice under the pointer; Escape takes back."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox) and not watched.hasFocus():
            event.ignore()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            for editor in self._editors.values():
                if editor.widget is watched and isinstance(watched, QLineEdit):
                    watched.setModified(False)
                    editor.show_field(editor.field)
                    return True
        return super().eventFilter(watched, event)
