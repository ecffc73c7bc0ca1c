"""The question "compare with what?": one setting, one or several other values for it, from the start or from here.

It knows settings only as described fields, and says in words what will happen before it does.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.sentences import counted, thousands
from app.widgets.field_editor import read, written
from nlcore.fields import Field

FIRST = ("training.learning_rate", "training.momentum", "seed", "network.layers", "training.mode", "training.loss")
SEVERAL = "Several values are parted by semicolons, for example 0.05; 0.5; 2. Each becomes a track."


class CompareDialog(QDialog):
    """Asks for a setting and other values.

    Signals
    -------
    chosen : list of dict of str to object, bool
        The settings of each new track, and whether it begins here instead of at the start.

    Parameters
    ----------
    fields : sequence of Field
        The settings of the lead.
    lead : str
        Name of the lead.
    now : int
        Presentations at the cursor.
    room : int
        How many tracks there may be more.
    parent : QWidget, optional
        The window.
    """

    chosen = Signal(list, bool)

    def __init__(self, fields: Sequence[Field], lead: str, now: int, room: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare with …")
        self.setMinimumWidth(460)
        self._lead, self._now, self._room = lead, now, room
        order = {name: k for k, name in enumerate(FIRST)}
        usable = [field for field in fields if field.is_used and field.kind != "other"]
        self._fields = sorted(usable, key=lambda field: (order.get(field.name, len(order)), field.label))
        self.setting = self._searchable([field.label for field in self._fields])
        self.help = QLabel(self)
        self.help.setTextFormat(Qt.TextFormat.PlainText)
        self.help.setWordWrap(True)
        self.values = QLineEdit(self)
        self.values.setAccessibleName("Other values")
        self.choices = QListWidget(self)
        self.choices.setAccessibleName("Other choices")
        self.switch = QCheckBox(self)
        self.choices.setMaximumHeight(130)
        self._parts: tuple[QWidget, ...] = (self.values, self.choices, self.switch)
        place = QWidget(self)
        inside = QVBoxLayout(place)
        inside.setContentsMargins(0, 0, 0, 0)
        for part in self._parts:
            inside.addWidget(part)
        self.from_start = QRadioButton("From the &start, with the same start weights and order", self)
        self.from_here = QRadioButton(self)
        self.from_start.setChecked(True)
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.compare = self.buttons.addButton("&Compare", QDialogButtonBox.ButtonRole.AcceptRole)
        self._arrange(place)
        self.setting.currentIndexChanged.connect(lambda _: self._take_field())
        self.values.textChanged.connect(lambda _: self._look())
        self.choices.itemChanged.connect(lambda _: self._look())
        self.from_here.toggled.connect(lambda _: self._look())
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._take_field()
        self.values.setFocus()

    def _searchable(self, labels: Sequence[str]) -> QComboBox:
        """Return a list in which one can search by typing."""
        combo = QComboBox(self)
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(combo.model(), combo)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        combo.setCompleter(completer)
        combo.setAccessibleName("Setting that shall differ")
        combo.addItems(labels)
        return combo

    def _arrange(self, place: QWidget) -> None:
        form = QFormLayout()
        form.addRow("Se&tting:", self.setting)
        form.addRow("", self.help)
        value = QLabel("Other &value:", self)
        value.setBuddy(self.values)
        form.addRow(value, place)
        form.addRow("", self.from_start)
        form.addRow("", self.from_here)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addWidget(self.buttons)

    @property
    def field(self) -> Field:
        """The setting that is chosen."""
        return self._fields[max(0, self.setting.currentIndex())]

    def choose(self, name: str) -> None:
        """Choose a setting by its dotted name."""
        self.setting.setCurrentIndex(next(k for k, field in enumerate(self._fields) if field.name == name))

    def _take_field(self) -> None:
        field = self.field
        self.help.setText(f"{field.help} In “{self._lead}” it is {self._said_now(field)}.")
        self.from_here.setEnabled(field.is_live and self._now > 0)
        if not self.from_here.isEnabled():
            self.from_start.setChecked(True)
        here = f"From &here on (presentation {thousands(self._now)})"
        self.from_here.setText(here if field.is_live else f"{here}: only settings that may change during a run")
        if field.kind == "choice":
            self.choices.clear()
            for choice in field.choices:
                if choice != field.value:
                    item = QListWidgetItem(choice.replace("_", " "), self.choices)
                    item.setData(Qt.ItemDataRole.UserRole, choice)
                    item.setCheckState(Qt.CheckState.Unchecked)
            self._show_part(self.choices)
        elif field.kind == "switch":
            self.switch.setText(f"{field.label}: {'off' if field.value else 'on'}")
            self.switch.setChecked(True)
            self.switch.setEnabled(False)
            self._show_part(self.switch)
        else:
            self.values.clear()
            self.values.setPlaceholderText(f"other than {written(field.value) or 'not set'}")
            self.values.setToolTip(SEVERAL)
            self._show_part(self.values)
        self._look()

    def _show_part(self, shown: QWidget) -> None:
        for part in self._parts:
            part.setVisible(part is shown)

    @staticmethod
    def _said_now(field: Field) -> str:
        if field.kind == "switch":
            return "on" if field.value else "off"
        return written(field.value).replace("_", " ") or "not set"

    def _found(self) -> list[object]:
        """Return the other values.

        Raises
        ------
        ValueError
            With a sentence, if what was typed is no value.
        """
        field = self.field
        if field.kind == "switch":
            return [not field.value]
        if field.kind == "choice":
            rows = [self.choices.item(k) for k in range(self.choices.count())]
            return [r.data(Qt.ItemDataRole.UserRole) for r in rows if r.checkState() is Qt.CheckState.Checked]
        return [read(field, part) for part in self.values.text().split(";") if part.strip()]

    def _look(self) -> None:
        """Say what will happen, or what is wrong."""
        try:
            found, problem = self._found(), ""
        except ValueError as error:
            found, problem = [], str(error)
        if len(found) > self._room:
            problem = f"That would be {len(found)} more tracks; there is room for {self._room}."
        if problem:
            self.said.setText(problem)
        elif not found:
            self.said.setText(SEVERAL if not self.values.isHidden() else "Choose at least one.")
        else:
            self.said.setText(self._promise(len(found)))
        self.compare.setEnabled(bool(found) and not problem)

    def _promise(self, n: int) -> str:
        them = "it differs" if n == 1 else "they differ"
        if self.from_here.isChecked():
            return f"Adds {counted(n, 'track')}: the same up to here, then {them} in {self.field.label.lower()}."
        trained = " and trained as far as this run" if self._now else ""
        return f"Adds {counted(n, 'track')}, begun anew{trained}; {them} in nothing but {self.field.label.lower()}."

    def _accept(self) -> None:
        if self.compare.isEnabled():
            self.chosen.emit([{self.field.name: value} for value in self._found()], self.from_here.isChecked())
            self.accept()
