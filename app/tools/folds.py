"""Choosing the number of epochs by folds: the menu entry, and what the pane "Folds" asks for.

What was found is kept for each lesson as long as the window is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeGuard

from app.actions import Action
from app.fold_run import FoldRun
from app.fold_search import FoldSearch
from app.pane import Pane
from app.status import Status
from app.tool import MenuName, Tool
from nlcore.cross_validation import final_experiment, pooled
from nlcore.history import History
from nlcore.trainer import Trainer

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.panes.folds import FoldsPane

NO_LIMIT = "Say first how many epochs a fold may take at most: Settings, stop after epochs"


class FoldsTool(Tool):
    """Begins, shows and ends searches, and begins the last run."""

    menu: ClassVar[MenuName] = "compare"
    order: ClassVar[int] = 45
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "choose_epochs",
            "Choose the number of &epochs by folds …",
            "Ctrl+Shift+K",
            "Find by cross-validation how long to train when examples are few",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.run = FoldRun(self)
        self.run.changed.connect(self._on_run_changed)
        self.run.failed.connect(self._on_run_failed)
        self._kept: dict[str, FoldSearch] = {}
        self._lesson = ""
        self._has_run = False

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its action does."""
        return {"choose_epochs": self.bring_up}

    def attach(self) -> None:
        """End a search when another lesson is opened."""
        self.window.session.lesson_changed.connect(lambda _lesson: self._note_lesson())
        self.window.actions_by_id["choose_epochs"].setEnabled(False)

    def meet(self, pane: Pane) -> None:
        """Connect to the pane of folds and show in it what is kept for this lesson."""
        if is_folds(pane):
            self._note_lesson()
            pane.search_requested.connect(self.search)
            pane.cancel_requested.connect(self.run.cancel)
            pane.train_requested.connect(self.train)
            pane.show_search(self._kept.get(self._lesson))

    def show_status(self, status: Status) -> None:
        """Offer a search where there is a run."""
        has_run = status.activity in ("paused", "running") and self.window.session.history is not None
        if has_run != self._has_run:
            self._has_run = has_run
            self.window.actions_by_id["choose_epochs"].setEnabled(has_run)

    def close(self) -> None:
        """End the thread."""
        self.run.close()

    @property
    def pane(self) -> FoldsPane | None:
        """The pane, once it is made."""
        found = self.window.docks.panes.get("folds")
        return found if found is not None and is_folds(found) else None

    def bring_up(self) -> None:
        """Show the pane, with the button that begins in reach."""
        self.window.docks.bring_up("folds")
        if self.pane is not None:
            self.pane.form.start.setFocus()

    def search(self, k: int) -> None:
        """Train the lead's experiment, with the settings and examples at the cursor, once for each of `k` parts."""
        lead = self.window.session.lead
        if lead is None:
            return
        if lead.trainer.experiment.training.stop.epochs is None:
            self._on_run_failed(NO_LIMIT)
        else:
            self.run.start(lead.trainer, k)

    def train(self) -> None:
        """Begin the last run in the lead: on all available examples, for the mean of the best epochs."""
        search, session = self._kept.get(self._lesson), self.window.session
        if search is None or search.found is None or search.trainer.model.data is None:
            return
        experiment, data = final_experiment(search.experiment, search.found), search.trainer.model.data
        epochs = search.found.epochs
        message = f"A new run on all {search.n_examples} examples that ends after {epochs} epochs. Ctrl+Z goes back."
        name = session.tracks[0].name if session.tracks else "run"
        session.load(
            lambda _job: [(name, History(Trainer(experiment, pooled(data))))],
            lambda made: session.adopt(made[0][1], message),
            "Putting the examples together …",
        )

    def _note_lesson(self) -> None:
        lesson = self.window.session.lesson
        name = lesson.id if lesson is not None else ""
        if name != self._lesson:
            self.run.give_up()
            self._lesson = name

    def _on_run_changed(self, search: FoldSearch) -> None:
        self._kept[self._lesson] = search
        if self.pane is not None:
            self.pane.show_search(search)

    def _on_run_failed(self, sentence: str) -> None:
        if self.pane is not None:
            self.pane.show_problem(sentence)


def is_folds(pane: Pane) -> TypeGuard[FoldsPane]:
    """Tell the pane of folds from others; importing its class here would make the start of the window slow."""
    return pane.id == "folds"


TOOL = FoldsTool
