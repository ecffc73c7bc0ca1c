"""One setting in a form: its name, what is needed to change it, what a change will do, and what is wrong with one.

A number or a list is taken over with Enter or when the keyboard goes elsewhere, a choice or a switch at once. What
cannot be taken over stays where it was typed, with a sentence, so that it can be corrected.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from app.formula_text import readable
from app.glossary import setting_tip
from app.theme import LIGHT
from app.widgets.number_field import EDGE, OF_THE_WINDOW
from app.widgets.options import UNCHECKED, Choice
from nlcore.fields import Field

NOT_SET = "not set"
EFFECTS = {
    True: ("now", "Acts from this moment on; the course without it stays as a dimmed curve."),
    False: ("new run", "Begins a new run from new start weights; undo goes back to the run before."),
}
"""Whether a setting may change during a run: what a change does, briefly and in a sentence."""


def written(value: object) -> str:
    """Write a value as it is shown in a line: ``0.3``, ``2, 3, 1``, nothing for what is not set."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        return ", ".join(str(item) for item in value)
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def read(field: Field, text: str) -> object:
    """Read what was typed for a setting.

    Raises
    ------
    ValueError
        With a sentence, if it is nothing of the kind.
    """
    text = text.strip()
    if not text:
        if field.optional:
            return None
        if field.kind == "list":
            return []
        raise ValueError(f"{field.label} must be said; it was {written(field.value)}")
    if field.kind == "integer":
        return _number(text, int, "a whole number, for example 3", field)
    if field.kind == "number":
        return _number(text, float, "a number, for example 0.5", field)
    if field.kind == "list":
        return _list(text, field)
    return text


def _number(text: str, kind: Callable[[str], int | float], what: str, field: Field) -> int | float:
    try:
        return kind(text.replace("\u2212", "-").replace(" ", ""))
    except ValueError:
        raise ValueError(f"{field.label} must be {what}, not {text!r}") from None


def _list(text: str, field: Field) -> list[object]:
    try:
        found = json.loads(text if text.startswith("[") else f"[{text}]")
    except ValueError:
        found = [part.strip() for part in text.strip("[]").split(",")]
    except RecursionError:
        raise ValueError(f"{field.label} is nested too deeply") from None
    return list(found)


class Line(QLineEdit):
    """A line that leaves undo and redo to the window, unless something is being typed."""

    def event(self, event: QEvent) -> bool:
        """Pass the window's keys on."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride or self.isModified():
            return super().event(event)
        if any(event.matches(key) for key in OF_THE_WINDOW):
            event.ignore()
            return True
        return super().event(event)


class FieldEditor(QObject):
    """The widgets of one setting.

    Signals
    -------
    changed : object
        The new value, in plain types.

    Parameters
    ----------
    field : Field
        The setting.
    parent : QWidget
        Where the widgets live; a form puts them into its layout.
    """

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        symbol = f" <i>{readable(field.symbol)}</i>" if field.symbol else ""
        self.label = QLabel(f"{field.label}{symbol}", parent)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setWordWrap(True)
        self.problem = QLabel(parent)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.effect = QLabel(EFFECTS[field.is_live][0], parent)
        self.effect.setToolTip(EFFECTS[field.is_live][1])
        self._is_locked = False
        self._bad, self._muted, self._below = LIGHT.bad, LIGHT.muted, ""
        self._line: QLineEdit | None = None
        self._combo: QComboBox | None = None
        self._box: QCheckBox | None = None
        self.widget: QWidget = self._make(parent)
        self.label.setBuddy(self.widget)
        self.widget.setAccessibleName(field.label)
        more = setting_tip(field.name)
        said = (field.help, more, EFFECTS[field.is_live][1], f"{field.name}{self._range()}")
        self._tip = "\n".join(part for part in said if part)
        self._say_tip("")
        self.show_field(field)

    def set_visible(self, is_visible: bool) -> None:
        """Show or hide everything of the setting."""
        for widget in (self.label, self.widget, self.effect):
            widget.setVisible(is_visible)
        self.problem.setVisible(is_visible and bool(self.problem.text()))

    def lock(self, reason: str) -> None:
        """Keep the setting as it is, for a reason; an empty one lets it be changed."""
        self._is_locked = bool(reason)
        self.effect.setText("locked" if reason else EFFECTS[self.field.is_live][0])
        self.effect.setToolTip(reason or EFFECTS[self.field.is_live][1])
        self._say_tip(reason)
        self._enable()

    def _say_tip(self, first: str) -> None:
        tip = f"{first}\n{self._tip}" if first else self._tip
        for shown in (self.label, self.widget):
            shown.setToolTip(tip)
        self.widget.setAccessibleDescription(tip)

    def _enable(self) -> None:
        self.label.setEnabled(self.field.is_used)
        self.widget.setEnabled(self.field.is_used and not self._is_locked)
        self.effect.setEnabled(self.field.is_used)

    def show_field(self, field: Field) -> None:
        """Show the value of the setting as it now is; what is being typed stays."""
        is_same = field == self.field
        self.field = field
        self._enable()
        if self._line is not None:
            if not (is_same and self._line.isModified()):
                self._line.setText(written(field.value))
                self._line.setModified(False)
                self.show_problem("")
        elif self._combo is not None:
            chosen = NOT_SET if field.value is None else str(field.value)
            self._combo.blockSignals(True)
            self._combo.setCurrentIndex(max(0, self._combo.findText(chosen.replace("_", " "))))
            self._combo.blockSignals(False)
        elif self._box is not None:
            self._box.blockSignals(True)
            self._box.setChecked(bool(field.value))
            self._box.blockSignals(False)

    def show_problem(self, sentence: str) -> None:
        """Say under the setting what is wrong with it; nothing if all is well."""
        self._say_below(sentence, self._bad)

    def set_colours(self, bad: str, muted: str) -> None:
        """Take over the colours of what is wrong and of quiet texts."""
        is_problem = self._below == self._bad
        self._bad, self._muted = bad, muted
        self._say_below(self.problem.text(), bad if is_problem else muted)
        self.effect.setStyleSheet(f"color: {muted}")

    def _say_below(self, sentence: str, colour: str) -> None:
        self._below = colour
        self.problem.setStyleSheet(f"color: {colour}")
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence) and not self.widget.isHidden())

    def _on_line_edited(self) -> None:
        """Say before it happens what taking the text over will do."""
        will = "it acts from this moment on" if self.field.is_live else "it begins a new run"
        back = written(self.field.value) or NOT_SET
        self._say_below(f"Enter: {will}. Escape: it stays {back}.", self._muted)

    def _make(self, parent: QWidget) -> QWidget:
        field = self.field
        if field.kind == "switch":
            self._box = QCheckBox(parent)
            self._box.setStyleSheet(UNCHECKED)
            self._box.toggled.connect(lambda on: self.changed.emit(on))
            return self._box
        if field.kind == "choice":
            self._combo = Choice(parent)
            self._combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self._combo.setMinimumContentsLength(8)
            self._combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            for choice in ((NOT_SET,) if field.optional else ()) + field.choices:
                self._combo.addItem(choice.replace("_", " "), None if choice == NOT_SET else choice)
            self._combo.activated.connect(lambda _index: self._on_combo_activated())
            return self._combo
        self._line = Line(parent)
        self._line.setStyleSheet(EDGE)
        self._line.setPlaceholderText(NOT_SET if field.optional else "")
        self._line.setReadOnly(field.kind == "other")
        self._line.textEdited.connect(lambda _text: self._on_line_edited())
        self._line.editingFinished.connect(self._on_line_finished)
        return self._line

    def _on_combo_activated(self) -> None:
        if self._combo is not None and self._combo.currentData() != self.field.value:
            self.changed.emit(self._combo.currentData())

    def _on_line_finished(self) -> None:
        if self._line is None or not self._line.isModified():
            return
        self._line.setModified(False)
        if self._line.text() == written(self.field.value):
            self.show_problem("")
            return
        try:
            value = read(self.field, self._line.text())
        except ValueError as error:
            self.show_problem(f"{error}.")
            return
        self.show_problem("")
        self.changed.emit(value)

    def _range(self) -> str:
        low, high = self.field.low, self.field.high
        if low is None and high is None:
            return ""
        if high is None or high >= 2**53:
            return f" \u2265 {low:g}"
        return f" from {low:g} to {high:g}" if low is not None else f" \u2264 {high:g}"
