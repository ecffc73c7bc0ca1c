"""Repeats: the experiment trained again with other seeds, as curves with their spread, as a table, and as dots.

It asks for a repetition and shows what comes of it; the training is done elsewhere. What was repeated stays shown when
the run on the screen becomes another one, and the pane says so.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.repetition import RepeatedTrack, Repetition
from app.table import Table
from app.theme import Theme
from app.widgets.first_epochs import FirstEpochs, Row
from app.widgets.readout import Readout
from app.widgets.repeat_columns import columns
from app.widgets.repeat_curves import RepeatCurves
from app.widgets.repeat_form import RepeatForm
from app.widgets.repeat_table import RepeatTable
from app.widgets.repeat_texts import (
    OTHER_SETTINGS,
    difference,
    invitation,
    result_sentence,
    what_sentence,
    why_no_new_data,
)
from app.widgets.track_look import track_colour, track_symbol

LOW = 360
"""Below this height in pixels only what is most needed has room."""


class RepeatsPane(Pane):
    """Shows a repetition.

    Signals
    -------
    repeat_requested : Plan
        The person wants the experiment at the cursor repeated.
    cancel_requested
        The person wants no more runs.
    seed_requested : int
        The person wants the run with this seed on the screen.
    save_requested
        The person wants the table in a file.
    """

    id = "repeats"
    key = "Ctrl+5"
    title = "Repeats"
    help = "The same experiment with other seeds: how much of what one run shows is chance."

    repeat_requested = Signal(object)
    cancel_requested = Signal()
    seed_requested = Signal(int)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repetition: Repetition | None = None
        self._is_edited = False
        self._is_low = False
        self._problem = ""
        self.form = RepeatForm(self.body)
        self.result = self._label("Result of the repetition")
        self.what = self._label("What was repeated")
        self.warning = self._label("Difference from the run on the screen")
        self.invitation = self._label("How to begin")
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.invitation.setMargin(16)
        self.tabs = QTabWidget(self.body)
        self.tabs.setAccessibleName("Table or first epochs without errors")
        self.tabs.setDocumentMode(True)
        self.curves = RepeatCurves(self.tabs)
        self.table = RepeatTable(self.tabs)
        self.first = QWidget(self.tabs)
        self.dots = FirstEpochs(self.first)
        self.dots_text = Readout("Run at the pointer", self.first)
        self._lay_out()
        self.form.repeat_requested.connect(self.repeat_requested)
        self.form.cancel_requested.connect(self.cancel_requested)
        self.table.seed_chosen.connect(self.seed_requested)
        self.table.save_requested.connect(self.save_requested)
        self.dots.dot_pointed.connect(lambda text: self.dots_text.show_text(text or self.dots.in_words()))
        self.tabs.currentChanged.connect(lambda _: self._show_screen())
        self.retheme(self.theme)
        self.show_repeats(None)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self.body)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setContentsMargins(8, 0, 8, 0)
        label.setAccessibleName(name)
        return label

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.first)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        inside.addWidget(self.dots, 1)
        inside.addWidget(self.dots_text)
        self.tabs.addTab(self.curves, "Curves")
        self.tabs.addTab(self.table, "Table")
        self.tabs.addTab(self.first, "First without errors")
        self.tabs.setTabToolTip(0, "Mean and spread of the curves of all runs")
        self.tabs.setTabToolTip(1, "A row for each seed")
        self.tabs.setTabToolTip(2, "The first epoch with zero training errors, one dot a seed")
        self.pages = QStackedWidget(self.body)
        self.pages.addWidget(self.invitation)
        self.pages.addWidget(self.tabs)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.form, self.result, self.what, self.warning):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)

    # --- what it is given --------------------------------------------------------------------------------------------

    def show_repeats(self, repetition: Repetition | None) -> None:
        """Show what is done of a repetition; None for none."""
        self.repetition = repetition
        is_going = repetition is not None and not repetition.is_over
        noun = "seeds" if repetition is None or len(repetition.courses) < 2 else "runs"
        progress = (repetition.done, repetition.total) if repetition is not None and is_going else None
        self.form.show_progress(progress, noun)
        has_runs = repetition is not None and bool(repetition.tracks)
        self.pages.setCurrentWidget(self.tabs if has_runs else self.invitation)
        self._problem = ""
        if repetition is not None and has_runs:
            self.table.show_columns(columns(repetition))
            self._show_dots(repetition)
        self.curves.show_repetition(repetition)
        self._compare()
        self._show_screen()
        if self.frame is not None:
            self.setAccessibleDescription(self.in_words(self.frame))

    def show_edited(self, *, is_edited: bool) -> None:
        """Note whether the examples at the cursor were changed by hand."""
        if is_edited != self._is_edited:
            self._is_edited = is_edited
            self._compare()

    def show_problem(self, sentence: str) -> None:
        """Say why a repetition could not begin or ended early."""
        self._problem = sentence
        self._compare()

    def take_over(self, other: Pane) -> None:
        """Show what another pane of this kind shows."""
        if isinstance(other, RepeatsPane):
            self.show_repeats(other.repetition)
            self.curves.choose(other.curves.column)
            self.tabs.setCurrentIndex(other.tabs.currentIndex())
            self.form.hide()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.curves, self.table, self.dots):
            part.retheme(theme)
        for label, colour, weight in (
            (self.result, theme.text, "bold"),
            (self.what, theme.muted, "normal"),
            (self.warning, theme.bad, "normal"),
        ):
            label.setStyleSheet(f"color: {colour}; font-weight: {weight};")
        if self.repetition is not None and self.repetition.tracks:
            self._show_dots(self.repetition)

    def draw(self, frame: Frame) -> None:
        """Draw the courses on the screen above the spread, and compare the settings."""
        if frame.changed & {"lesson", "state"} and not frame.is_running:
            self._compare()
        if frame.changed & {"lesson", "state", "curves"}:
            self._show_screen()

    def in_words(self, frame: Frame) -> str:
        """Say what came out, and how to begin if nothing was repeated yet."""
        if self.repetition is None or not self.repetition.tracks:
            return invitation(None, len(frame.tracks))
        said = (result_sentence(self.repetition), what_sentence(self.repetition), self.warning.toolTip())
        return " ".join(part for part in (*said, self.curves.in_words()) if part)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return a row for each seed."""
        del frame
        shown = columns(self.repetition) if self.repetition is not None else ()
        n = max((len(column.values) for column in shown), default=0)
        rows = tuple(tuple(column.text(row) for column in shown) for row in range(n))
        return (Table("Seeds", tuple(column.title for column in shown), rows),) if rows else ()

    def _compare(self) -> None:
        """Say if what was repeated is no longer what is on the screen, and offer what fits."""
        if self.frame is None:
            return
        lead = self.frame.lead
        self.form.offer(
            has_end=lead.experiment.training.stop.has_end,
            why_no_new_data=why_no_new_data(lead.model, is_edited=self._is_edited),
        )
        self.invitation.setText(invitation(lead.experiment, len(self.frame.tracks)))
        tracks = self.repetition.tracks if self.repetition is not None else ()
        warning = self._problem or (
            difference(self.repetition, self.frame.tracks) if self.repetition and tracks else ""
        )
        is_short = self._is_low and warning.startswith(OTHER_SETTINGS)
        self._write(self.warning, f"{OTHER_SETTINGS}." if is_short else warning)
        self.warning.setToolTip(warning)
        said = result_sentence(self.repetition, is_brief=self._is_low) if self.repetition is not None and tracks else ""
        self._write(self.result, said)
        what = what_sentence(self.repetition) if self.repetition is not None else ""
        self._write(self.what, "" if self._is_low and tracks else what)
        full = result_sentence(self.repetition) if self.repetition is not None and tracks else ""
        self.result.setToolTip(f"{full} {what}")

    def _show_screen(self) -> None:
        """Draw the courses on the screen into the picture of the curves, if it is in sight."""
        if self.frame is not None and self.curves.isVisible():
            self.curves.show_screen(self.frame.tracks, is_running=self.frame.is_running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is seldom needed where there is little room."""
        super().resizeEvent(event)
        is_low = self.height() < LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self.form.set_compact(is_compact=is_low)
            self.dots_text.setVisible(not is_low)
            self._compare()

    def _show_dots(self, repetition: Repetition) -> None:
        shown = [track for track in repetition.tracks if track.repeats.has_classes]
        self.tabs.setTabVisible(self.tabs.indexOf(self.first), bool(shown))
        self.dots.show_rows([self._row(track) for track in shown])
        self.dots_text.show_text(self.dots.in_words())

    def _row(self, track: RepeatedTrack) -> Row:
        runs = track.repeats.runs
        is_compared = self.repetition is not None and len(self.repetition.courses) > 1
        return Row(
            track.course.name,
            tuple(run.seed for run in runs),
            tuple(run.first_all_correct for run in runs),
            track_colour(self.theme, track.course.number) if is_compared else self.theme.curves["training"],
            track_symbol(track.course.number),
        )

    @staticmethod
    def _write(label: QLabel, text: str) -> None:
        """Show a sentence; an empty one takes no room."""
        label.setText(text)
        label.setVisible(bool(text))


PANE = RepeatsPane
