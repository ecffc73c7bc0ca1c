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
from app.job import Job
from app.loading import Made
from app.pane import Pane
from app.repeating import Repeating
from app.repetition import Course, Plan, RepeatedTrack, Repetition, seed_experiment
from app.status import Status
from app.tool import MenuName, Tool
from app.track import Track
from nlcore import datasets
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
            "repeat_seeds",
            "Repeat with other &seeds …",
            "Ctrl+Shift+R",
            "Show how much of what you see is chance",
            "new_weights",
        ),
        Action(
            "cancel_repeats", "Ca&ncel the repetition", "Ctrl+Shift+X", "End its processes; runs that are done stay"
        ),
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
        self.window.session.lesson_changed.connect(lambda _lesson: self._note_lesson())
        self._enable()

    def meet(self, pane: Pane) -> None:
        """Connect to the pane of repeats and show in it what is kept for this lesson."""
        if is_repeats(pane):
            self._note_lesson()
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
            pane.show_edited(is_edited=any(is_edited(track) for track in self.window.session.tracks))

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
        """Begin a run with a seed of the repetition in every track; undo goes back to the runs before."""
        repetition, session = self._kept.get(self._lesson), self.window.session
        if repetition is None or not repetition.tracks or not session.tracks:
            return
        repeated = {track.course.number: track for track in repetition.tracks}
        wanted = [(track.name, repeated.get(track.number), track.trainer) for track in session.tracks]
        message = f"A new run with seed {seed}, ready to be trained. Ctrl+Z goes back to the run before."

        def work(job: Job[Made]) -> Made:
            return [(name, _history(of, trainer, seed, lambda: job.is_cancelled)) for name, of, trainer in wanted]

        session.load(work, lambda made: session.begin_all([history for _, history in made], message), "Loading …")

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
        """Return the visible tracks with the settings at the cursor, all from the seed of the first on."""
        shown = [track for track in self.window.session.tracks if not track.is_hidden]
        seed = shown[0].trainer.experiment.seed if shown else 0
        return tuple(
            Course(track.name, track.number, _with_seed(track.trainer, seed), is_edited(track)) for track in shown
        )

    def _note_lesson(self) -> None:
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


def is_edited(track: Track) -> bool:
    """Tell whether the examples at the cursor were changed by hand."""
    changes = track.history.run.interventions
    return any(one.at <= track.done and isinstance(one.change, DataEdit) for one in changes)


def _with_seed(trainer: Trainer, seed: int) -> Trainer:
    model = trainer.model
    if model.experiment.seed == seed:
        return trainer
    return Trainer(model.experiment.replace({"seed": seed}), model.data, model.kernel)


def _history(of: RepeatedTrack | None, trainer: Trainer, seed: int, cancelled: Callable[[], bool]) -> History:
    """Return the start of the run with a seed: on the examples that were used, or of a track that was not repeated."""
    if of is None:
        return History(_with_seed(trainer, seed))
    experiment, model = seed_experiment(of, seed), of.repeats.trainer.model
    is_same = experiment.dataset == model.experiment.dataset
    return History(Trainer(experiment, model.data if is_same else datasets.load(experiment.dataset, None, cancelled)))


TOOL = RepeatsTool
