"""Settings: everything that decides how training goes, as it is at the cursor, to be read and changed.

A change of the learning rate and its like acts from this moment on, any other begins a new run; the form says which.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.table import Table, thinned
from app.theme import Theme
from app.widgets.field_editor import EFFECTS, NOT_SET, written
from app.widgets.form_scope import FormScope
from app.widgets.settings_form import SettingsForm
from nlcore.experiment import Experiment
from nlcore.fields import fields


class SettingsPane(Pane):
    """The settings at the cursor in a form."""

    id: ClassVar[str] = "settings"
    key = "Ctrl+6"
    title: ClassVar[str] = "Settings"
    is_beside_text: ClassVar[bool] = True
    help: ClassVar[str] = "Every setting of the experiment, what it means, and the means to change it."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = SettingsForm(self.body)
        self.form.change_requested.connect(self.change_requested)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self._shown: Experiment | None = None

    def draw(self, frame: Frame) -> None:
        """Show the settings that are in force at the cursor."""
        experiment = frame.lead.model.experiment
        if experiment is not self._shown:
            self._shown = experiment
            self.form.show_fields(fields(experiment))

    def follow(self, scope: FormScope) -> None:
        """Show and lock settings as the lesson says."""
        self.form.follow(scope)

    def refuse(self, name: str, sentence: str) -> None:
        """Say at a setting why its change could not be made."""
        self.form.show_problem(name, sentence)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.form.set_theme(theme)

    def in_words(self, frame: Frame) -> str:
        """Say every setting that is in use."""
        used = [field for field in fields(frame.lead.model.experiment) if field.is_used and field.value is not None]
        return "Settings: " + "; ".join(f"{field.label} {written(field.value)}" for field in used) + "."

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return every setting with its value and what a change of it does."""
        several = len(frame.tracks) > 1
        rows = [
            (
                *([track.name] if several else []),
                field.name,
                written(field.value) or NOT_SET,
                EFFECTS[field.is_live][0] if field.is_used else "no effect here",
            )
            for track in frame.tracks
            for field in fields(track.experiment)
        ]
        headings = (*(["track"] if several else []), "setting", "value", "a change acts")
        return (thinned("Settings", headings, rows),)


PANE = SettingsPane
