"""A strip below the transport bar: the settings a person changes most in the middle of a run, and what a change did.

It shows the values in force at the cursor. It knows settings only as described fields, so a form can stand in its
place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolBar, QWidget

from app.glossary import setting_tip
from app.theme import LIGHT, Theme
from app.widgets.form_scope import LOCKED, FormScope
from app.widgets.number_field import NumberField, written
from app.widgets.status_line import ShortLabel
from nlcore.fields import Field

NAMES = ("training.learning_rate", "training.momentum")
LETTERS = {"\\eta": "η", "\\alpha": "α", "\\lambda": "λ", "\\gamma": "γ"}
HINT = "Type a value and press Enter: it acts from this moment on, and the course without it stays as a dimmed curve."


class SettingsStrip(QToolBar):
    """Number fields for settings that may change during a run, and a sentence.

    Signals
    -------
    change_requested : str, object
        A setting's dotted name and the value it shall have.
    """

    change_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Settings", parent)
        self.setObjectName("settings_strip")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._theme: Theme = LIGHT
        self._notice, self._is_problem = "", False
        self._labels: dict[str, QLabel] = {}
        self.fields: dict[str, NumberField] = {}
        self._shown: list[QWidget] = []
        for name in NAMES:
            label, line = QLabel(self), NumberField(self)
            label.setBuddy(line)
            line.entered.connect(lambda text, name=name: self._ask(name, text))
            line.typing_changed.connect(lambda is_typing, name=name: self._say_typing(name, is_typing=is_typing))
            self._labels[name], self.fields[name] = label, line
        self._parts = {name: [self.addWidget(self._labels[name]), self.addWidget(self.fields[name])] for name in NAMES}
        self.sentence = ShortLabel(self)
        self.sentence.setContentsMargins(10, 0, 6, 0)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAccessibleName("What a change does")
        self.addWidget(self.sentence)
        self._fields: tuple[Field, ...] = ()
        self._scope = FormScope(self)
        self.show_fields(())
        self._say("")

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Show the settings that are in force; those that do not exist here are hidden, without any it is idle.

        Parameters
        ----------
        fields : sequence of Field
            All settings of the experiment at the cursor; empty while there is no run.
        """
        self._fields = tuple(fields)
        found = {field.name: field for field in fields if field.name in NAMES}
        for name in NAMES:
            field, line = found.get(name), self.fields[name]
            is_here = field.is_used if field is not None else not fields
            for action in self._parts[name]:
                action.setVisible(is_here and self._scope.shows(name, is_usual=True))
            line.setEnabled(field is not None and not self._scope.locks(name))
            if field is not None:
                self._describe(name, field)
                assert isinstance(field.value, float | int)
                line.show_value(float(field.value))
        if self.sentence.toolTip() in ("", HINT):
            self._say("")

    def follow(self, scope: FormScope) -> None:
        """Show and lock fields as the lesson's form says."""
        self._scope = scope
        scope.changed.connect(lambda: self.show_fields(self._fields))

    def show_notice(self, sentence: str) -> None:
        """Say what a change did; an empty text brings the hint back."""
        if sentence != self._notice or self._is_problem:
            self._notice = sentence
            self._say(sentence)

    def refuse(self, name: str, sentence: str) -> None:
        """Say why a setting could not be changed; what was typed stays, to be corrected."""
        if name in self.fields:
            sentence = _said_plainly(name, sentence) if sentence.startswith(name) else sentence
            self.fields[name].setModified(True)
            self.fields[name].selectAll()
        self._say(sentence, is_problem=True)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self._theme = theme
        said = self.sentence.toolTip()
        self._say("" if said == HINT else said, is_problem=self._is_problem)

    def _describe(self, name: str, field: Field) -> None:
        letter = LETTERS.get(field.symbol, "")
        title = "Learning &rate" if name == NAMES[0] else "&Momentum"
        self._labels[name].setText(f"  {title} {letter} ".rstrip() + " ")
        effect = LOCKED if self._scope.locks(name) else HINT
        tip = "\n".join(part for part in (field.help, setting_tip(name), effect) if part)
        line = self.fields[name]
        line.setAccessibleName(field.label)
        line.setAccessibleDescription(tip)
        for shown in (self._labels[name], line):
            shown.setToolTip(tip)

    def _ask(self, name: str, text: str) -> None:
        """Read a number; what is none is told, everything else is for the one who makes the change."""
        example = "0.5" if name == NAMES[0] else "0.9"
        plain = text.strip().replace("\u2212", "-").replace(" ", "")
        try:
            value = float(plain)
        except ValueError:
            comma = " Write the decimals after a point." if "," in plain else ""
            self.refuse(name, f"{_title(name)} must be a number such as {example}, not “{text.strip()}”.{comma}")
            return
        self.fields[name].setModified(False)  # taken over, unless it is refused
        self.change_requested.emit(name, value)

    def _say_typing(self, name: str, *, is_typing: bool) -> None:
        line = self.fields[name]
        if not is_typing:
            self._say(self._notice)
        elif line.value is not None:
            self._say(f"Enter: this value acts from this moment on. Escape: it stays {written(line.value)}.")

    def _say(self, sentence: str, *, is_problem: bool = False) -> None:
        self._is_problem = is_problem
        has_fields = any(action.isVisible() for parts in self._parts.values() for action in parts)
        said = sentence or (HINT if has_fields else "")
        colour = self._theme.bad if is_problem else self._theme.text if sentence else self._theme.muted
        palette = self.sentence.palette()
        palette.setColor(self.sentence.foregroundRole(), colour)
        self.sentence.setPalette(palette)
        self.sentence.setText(said)
        self.sentence.setToolTip(said)
        self.sentence.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        """Ask for the height of a line of fields."""
        return QSize(200, super().sizeHint().height())


def _title(name: str) -> str:
    return "The " + name.rpartition(".")[2].replace("_", " ")


def _said_plainly(name: str, sentence: str) -> str:
    """Say a refused number without dotted names and signs: "The momentum must be below 1, not 1"."""
    said = sentence.replace(f"{name}: expected", f"{_title(name)} must be")
    said = said.replace("a number >= ", "at least ").replace("a number < ", "below ")
    return re.sub(r"(\d)\.0\b", r"\1", said).rstrip(".") + ". The run is as it was."
