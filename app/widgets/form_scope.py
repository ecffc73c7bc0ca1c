"""Which settings a person has before them: those that the lesson chose, or all.

One such choice belongs to a window; the form and the strip of settings follow it together.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.lesson_form import EVERYTHING, Form

LOCKED = "This lesson keeps it as it is. “Show all settings” unlocks it."
"""Why a setting cannot be changed."""


class FormScope(QObject):
    """The lesson's choice of settings, and whether the person looks beyond it.

    Signals
    -------
    changed
        Other settings are in sight now, or may be changed now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.form: Form = EVERYTHING
        self.is_all = False

    def begin(self, form: Form) -> None:
        """Take over the form of another lesson."""
        self.form, self.is_all = form, False
        self.changed.emit()

    def set_all(self, is_all: bool) -> None:
        """Show and unlock everything, or only what the lesson shows."""
        if is_all != self.is_all:
            self.is_all = is_all
            self.changed.emit()

    def shows(self, name: str, *, is_usual: bool) -> bool:
        """Tell whether a setting is in sight."""
        return self.is_all or self.form.shows(name, is_usual=is_usual)

    def locks(self, name: str) -> bool:
        """Tell whether a setting can be seen but not changed."""
        return not self.is_all and self.form.locks(name)
