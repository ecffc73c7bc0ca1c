"""Repeating the experiment at the cursor with other seeds: the menu entries, and what the pane "Repeats" asks for.

What was repeated is kept for each lesson as long as the window is open, so it is there again when one comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeGuard

from PySide6.QtWidgets import QFileDialog

from app.actions import Action
from app.files import write_text
from app.pane import Pane
from app.repeating import Repeating
from app.repetition import Course, Plan, RepeatedTrack, Repetition, seed_experiment
from app.status import Status
from app.tool import MenuName, Tool
from nlcore.data_edits import DataEdit
from nlcore.errors import LabError
from nlcore.history import History
from nlcore.trainer import Trainer

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.panes.repeats import RepeatsPane


class RepeatsTool(Tool):
    """Begins, shows and ends repetitions."""

    menu: ClassVar[MenuName] = "compare"
    order: ClassVar[int] = 40
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "repeat_seeds", "Repeat with other &seeds …", "", "Show how much of what you see is chance", "new_weights"
        ),
        Action("cancel_repeats", "&Cancel the repetition", "", "End its processes; runs that are done stay"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.repeating = Repeating(self)
        self.repeating.changed.connect(self._on_repeating_changed)
        self.repeating.failed.connect(self._on_repeating_failed)
        self._kept: dict[str, Repetition] = {}
        self._lesson = ""
        self._has_run = False

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"repeat_seeds": self.bring_up, "cancel_repeats": self.repeating.cancel}

    def attach(self) -> None:
        """End a repetition when another lesson is opened."""
        self.window.session.lesson_changed.connect(lambda _lesson: self._on_lesson_changed())
        self._enable()

    def meet(self, pane: Pane) -> None:
        """Connect to the pane of repeats and show in it what is kept for this lesson."""
        if is_repeats(pane):
            pane.repeat_requested.connect(self.repeat)
            pane.cancel_requested.connect(self.repeating.cancel)
            pane.seed_requested.connect(self.open_seed)
            pane.save_requested.connect(self.choose_file)
            pane.show_repeats(self._kept.get(self._lesson))

    def show_status(self, status: Status) -> None:
        """Offer a repetition where there is a run."""
        has_run = status.activity in ("paused", "running") and self.window.session.history is not None
        if has_run != self._has_run:
            self._has_run = has_run
            self._enable()
        pane = self.pane
        if pane is not None and status.activity == "paused":
            pane.show_edited(is_edited=self._is_edited())

    def close(self) -> None:
        """End the processes."""
        self.repeating.close()

    @property
    def pane(self) -> RepeatsPane | None:
        """The pane, once it is made."""
        found = self.window.docks.panes.get("repeats")
        return found if found is not None and is_repeats(found) else None

    def bring_up(self) -> None:
        """Show the pane, with the button that begins in reach."""
        self.window.docks.bring_up("repeats")
        if self.pane is not None:
            self.pane.form.start.setFocus()

    def repeat(self, plan: Plan) -> None:
        """Repeat the experiment at the cursor, from its start."""
        courses = self._courses()
        if courses:
            self.repeating.start(courses, plan)

    def open_seed(self, seed: int) -> None:
        """Begin a run with a seed of the repetition; undo goes back to the run before."""
        repetition = self._kept.get(self._lesson)
        if repetition is None or not repetition.tracks:
            return
        track = repetition.tracks[0]
        message = f"A new run with seed {seed}, ready to be trained. Ctrl+Z goes back to the run before."
        session = self.window.session
        session.pause()
        try:
            experiment = seed_experiment(track, seed)
            if experiment.dataset == track.repeats.experiment.dataset:
                session.adopt(_history(track, seed), message)
            else:
                session.begin(experiment, message)
        except LabError as error:
            self.window.show_problem(str(error))

    def choose_file(self) -> None:
        """Let the person name a file for the table."""
        name = f"{self._lesson or 'experiment'}-seeds.csv"
        path, _ = QFileDialog.getSaveFileName(self.window, "Save the table of all runs", name, "Tables (*.csv)")
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the table, or say why that is not possible."""
        repetition = self._kept.get(self._lesson)
        if repetition is None:
            return
        try:
            write_text(path if path.suffix else path.with_suffix(".csv"), repetition.as_csv())
        except LabError as error:
            self.window.show_problem(str(error))

    def _courses(self) -> tuple[Course, ...]:
        session = self.window.session
        if session.history is None or session.cursor is None:
            return ()
        trainer = session.history.trainer_at(session.cursor.counters.presentations)
        name = session.lesson.tracks()[0][0] if session.lesson is not None else "run"
        return (Course(name, 1, trainer, self._is_edited()),)

    def _is_edited(self) -> bool:
        """Tell whether the examples at the cursor were changed by hand."""
        session = self.window.session
        if session.history is None or session.cursor is None:
            return False
        at = session.cursor.counters.presentations
        return any(one.at <= at and isinstance(one.change, DataEdit) for one in session.history.run.interventions)

    def _on_lesson_changed(self) -> None:
        lesson = self.window.session.lesson
        name = lesson.id if lesson is not None else ""
        if name != self._lesson:
            self.repeating.give_up()  # what is done of it is kept
            self._lesson = name
            self._enable()

    def _on_repeating_changed(self, repetition: Repetition) -> None:
        self._kept[self._lesson] = repetition
        if self.pane is not None:
            self.pane.show_repeats(repetition)
        self._enable()

    def _on_repeating_failed(self, sentence: str) -> None:
        if self.pane is not None:
            self.pane.show_problem(sentence)

    def _enable(self) -> None:
        made = self.window.actions_by_id
        made["repeat_seeds"].setEnabled(self._has_run)
        made["cancel_repeats"].setEnabled(self.repeating.is_running)


def is_repeats(pane: Pane) -> TypeGuard[RepeatsPane]:
    """Tell the pane of repeats from others; importing its class here would make the start of the window slow."""
    return pane.id == "repeats"


def _history(track: RepeatedTrack, seed: int) -> History:
    """Return the start of the run with a seed, on the very examples that were used."""
    model = track.repeats.trainer.model
    return History(Trainer(seed_experiment(track, seed), model.data, model.kernel))


TOOL = RepeatsTool
