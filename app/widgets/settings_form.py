"""All settings of an experiment in a form made from their declarations.

What takes effect at this moment stands above, what begins a new run below, and each line says it too, so a person knows
before changing anything. At first only the settings of the lesson are in sight; one button shows all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.lesson_form import BASIC, EVERYTHING
from app.theme import LIGHT, Theme
from app.widgets.field_editor import FieldEditor
from app.widgets.form_scope import LOCKED, FormScope
from app.widgets.number_field import EDGE
from nlcore.fields import Field

HEADINGS = {
    True: ("Takes effect at this moment", "The course up to here stays; undo goes back to it."),
    False: ("Begins a new run", "Training starts again from new start weights."),
}


NARROW = 36
"""Width, in letters, below which a name stands above its line."""
SHOW_ALL, SHOW_FEW, SHOW_USUAL = "Show all settings", "Show the lesson's settings", "Show the usual settings"


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
        self._rows: dict[str, int] = {}
        self._is_narrow = False
        self._theme: Theme = LIGHT
        self._scope = FormScope(self)
        self._scope.changed.connect(self._on_scope_changed)
        self.show_all = QPushButton(SHOW_ALL, self)
        self.show_all.setAutoDefault(False)
        self.show_all.clicked.connect(lambda: self._scope.set_all(not self._scope.is_all))
        self.search = QLineEdit(self)
        self.search.setStyleSheet(EDGE)
        self.search.setPlaceholderText("Find a setting")
        self.search.setAccessibleName("Find a setting")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 4, 4)
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.show_all)
        column.addLayout(above)
        column.addWidget(self._area, 1)
        self.setTabOrder(self.search, self.show_all)
        self._headings: dict[bool, tuple[QLabel, QLabel]] = {}
        self._nothing = QLabel("No setting is called so.", self)
        column.addWidget(self._nothing)
        self._on_scope_changed()

    def follow(self, scope: FormScope) -> None:
        """Show what another choice says, which others may share."""
        self._scope.changed.disconnect(self._on_scope_changed)
        self._scope = scope
        scope.changed.connect(self._on_scope_changed)
        self._on_scope_changed()

    def _on_scope_changed(self) -> None:
        fewer = SHOW_USUAL if self._scope.form == EVERYTHING else SHOW_FEW
        self.show_all.setText(fewer if self._scope.is_all else SHOW_ALL)
        self.show_all.setToolTip(
            "Hide again what this lesson is not about"
            if self._scope.is_all
            else "Show also the settings that this lesson leaves as they are, and unlock those that it keeps"
        )
        self.show_all.setAccessibleDescription(self.show_all.toolTip())
        self._filter()

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
        self._theme = theme
        for editor in self._editors.values():
            editor.set_colours(theme.bad, theme.muted)
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
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        self._editors, self._headings, self._rows, row = {}, {}, {}, 0
        for is_live, (heading, remark) in HEADINGS.items():
            title, sentence = QLabel(f"<b>{heading}</b>", page), QLabel(remark, page)
            sentence.setWordWrap(True)
            sentence.setStyleSheet(f"color: {self._theme.muted}")
            self._headings[is_live] = (title, sentence)
            grid.addWidget(title, row, 0, 1, 3)
            grid.addWidget(sentence, row + 1, 0, 1, 3)
            row += 2
            for field in (field for field in self._fields if field.is_live == is_live):
                editor = FieldEditor(field, page)
                editor.changed.connect(lambda value, name=field.name: self.change_requested.emit(name, value))
                editor.set_colours(self._theme.bad, self._theme.muted)
                editor.widget.installEventFilter(self)
                self._editors[field.name] = editor
                self._rows[field.name] = row
                grid.addWidget(editor.problem, row + 2, 0, 1, 3)
                row += 3
        self._lay_out(grid)
        grid.setRowStretch(row, 1)
        before: QWidget = self.show_all
        for editor in self._editors.values():
            self.setTabOrder(before, editor.widget)
            before = editor.widget
        old = self._area.takeWidget()
        self._area.setWidget(page)
        if old is not None:
            old.deleteLater()

    def _lay_out(self, grid: QGridLayout) -> None:
        """Put each setting on one line, or, in a narrow form, its name above what is needed to change it."""
        for name, editor in self._editors.items():
            row = self._rows[name]
            for widget in (editor.label, editor.widget, editor.effect):
                grid.removeWidget(widget)
            if self._is_narrow:
                grid.addWidget(editor.label, row, 0, 1, 2)
                grid.addWidget(editor.widget, row + 1, 0, 1, 3)
            else:
                grid.addWidget(editor.label, row, 0)
                grid.addWidget(editor.widget, row, 1)
            grid.addWidget(editor.effect, row, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the wide and the narrow form."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW * self.fontMetrics().averageCharWidth()
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            for grid in self._area.findChildren(QGridLayout):
                self._lay_out(grid)

    def _filter(self) -> None:
        """Show what is asked for: by the search, else everything, else what matters."""
        wanted = self.search.text().strip().lower()
        visible: set[bool] = set()
        for field in self._fields:
            said = f"{field.label} {field.name} {field.help}".lower()
            is_shown = wanted in said if wanted else self._is_in_scope(field)
            editor = self._editors[field.name]
            editor.lock(LOCKED if self._scope.locks(field.name) else "")
            editor.set_visible(is_shown)
            visible |= {field.is_live} if is_shown else set()
        for is_live, labels in self._headings.items():
            for label in labels:
                label.setVisible(is_live in visible)
        self._nothing.setVisible(bool(wanted) and not visible)

    def _is_in_scope(self, field: Field) -> bool:
        parent = field.name.rpartition(".")[0]
        is_usual = field.name in BASIC or field.value != field.default or parent in ("dataset", "training.initializer")
        return self._scope.is_all or (field.is_used and self._scope.shows(field.name, is_usual=is_usual))

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
