"""What a pane is: a widget that draws frames, says why when it has nothing to draw, and can describe itself in words.

A module in `app.panes` defines ``PANE``, a subclass. It never changes what it is given and never calls another pane;
what a person does in it goes out as a signal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.frame import EVERYTHING, Frame, Selection
from app.table import Table
from app.theme import LIGHT, Theme
from app.widgets.form_scope import FormScope
from nlcore import discovery


class Pane(QWidget):
    """Base of all panes. Subclasses fill `self.body` in their constructor and override the four methods below.

    Signals
    -------
    selection_requested : Selection
        The person pointed at something.
    change_requested : str, object
        The person wants a setting, by its dotted name, to have another value.
    settings_requested : dict of str to object
        The person wants several settings to have other values at once.
    intervention_requested : Change
        The person wants weights or examples to be others at the cursor.
    course_requested : int
        The person wants to see another course of the run, by its number.
    phase_requested : int
        The person wants so many phases of the next presentation lit; one more than there are is the presentation.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]
    """One sentence for a student: what this pane shows."""

    key: ClassVar[str]
    """Shows and hides it; the same for ever, whatever other panes there are."""

    is_beside_text: ClassVar[bool] = False
    """Whether it opens as a tab of the lesson's text instead of among the other panes."""

    multiples: ClassVar[Literal["own", "grid", "tabs"]] = "own"
    """How several tracks are shown: by the pane itself, by a pane for each side by side, or by one behind tabs."""

    selection_requested = Signal(object)
    change_requested = Signal(str, object)
    settings_requested = Signal(object)
    intervention_requested = Signal(object)
    course_requested = Signal(int)
    phase_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.frame: Frame | None = None
        self.body = QWidget(self)
        self._reason = QLabel(self)
        self._reason.setWordWrap(True)
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason.setMargin(24)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._reason)
        self._stack.addWidget(self.body)
        self._is_stale = False
        self.is_one_of_several = False
        """Whether it stands beside others of its kind, with one legend for all."""
        self.controls: object = None
        """What `app.choices` has found in it."""
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(self.help)

    def why_empty(self, frame: Frame) -> str | None:
        """Return a sentence that says why there is nothing to draw, or None if there is."""
        del frame
        return None

    def draw(self, frame: Frame) -> None:
        """Draw a frame; called only while the pane is visible and `why_empty` gave None."""
        raise NotImplementedError

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; overrides call this first. A draw follows."""
        self.theme = theme

    def in_words(self, frame: Frame) -> str:
        """Say in a few sentences what the picture shows, for screen readers and for copying as text."""
        del frame
        return self.help

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the numbers of the picture, in one table or several; called only when `why_empty` gave None."""
        del frame
        return ()

    def refuse(self, name: str, sentence: str) -> None:
        """Say why a change could not be made: of the setting `name`, or of weights or examples if it is empty."""

    def follow(self, scope: FormScope) -> None:
        """Take over which settings the lesson shows; only panes that offer settings need to."""

    def take_over(self, other: Pane) -> None:
        """Show what a person made in another pane of the same kind; lists and switches are copied without this."""

    def finish(self) -> None:
        """Wait for what is being worked out beside the window, and show it, as for a picture."""

    def notes(self) -> Mapping[str, Any]:
        """Return what a person made in it in plain values, for a session file."""
        return {}

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Show what a session file says of `notes`; it may come from anybody, and may say anything."""

    def show_frame(self, frame: Frame) -> None:
        """Take a frame; draw it now if visible, else when shown next."""
        self.frame = frame
        if self.isVisible():
            self._draw_now(frame)
        else:
            self._is_stale = True

    def set_theme(self, theme: Theme) -> None:
        """Change the colours and draw again."""
        self.retheme(theme)
        if self.frame is not None:
            self.show_frame(_as_new(self.frame))

    def select(self, selection: Selection) -> None:
        """Ask for something to be selected."""
        self.selection_requested.emit(selection)

    def _draw_now(self, frame: Frame) -> None:
        if self._is_stale:  # frames were missed, so everything may differ
            frame = _as_new(frame)
        self._is_stale = False
        reason = self.why_empty(frame)
        if reason is not None:
            self._reason.setText(reason)
            self._stack.setCurrentWidget(self._reason)
            self.setAccessibleDescription(reason)
            return
        self._stack.setCurrentWidget(self.body)
        self.draw(frame)
        if not frame.is_running:
            self.setAccessibleDescription(self.in_words(frame))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was missed while hidden."""
        super().showEvent(event)
        if self._is_stale and self.frame is not None:
            self._draw_now(self.frame)


def _as_new(frame: Frame) -> Frame:
    """Return the same instant for somebody who has seen nothing yet."""
    return replace(frame, changed=EVERYTHING)


def pane_ids() -> tuple[str, ...]:
    """Return the ids of all panes, without importing them."""
    return discovery.names("app.panes")


def pane_class(pane_id: str) -> type[Pane]:
    """Return the class of a pane.

    Raises
    ------
    ExperimentError
        If there is no such pane.
    """
    found: type[Pane] = discovery.find("app.panes", "PANE", pane_id, "pane", "panes")
    return found
