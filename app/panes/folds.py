"""Folds: how long to train when examples are few, found by k-fold cross-validation.

It asks for a search and shows what comes of it, a curve for each part held out; the training is done elsewhere.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.fold_search import FoldSearch
from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme, blend
from app.widgets import fold_texts
from app.widgets.caption import Caption
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.fold_form import FoldForm
from app.widgets.legend import Entry, Legend
from app.widgets.numbers import number
from app.widgets.problem_line import ProblemLine

OTHERS = "The settings on the screen are others now."


class FoldsPane(Pane):
    """Shows a search by folds.

    Signals
    -------
    search_requested : int
        The person wants a search with so many parts.
    cancel_requested : no arguments
        The person wants it to end.
    train_requested : no arguments
        The person wants the last network trained.
    """

    id = "folds"
    key = "Ctrl+F5"
    title = "Folds"
    help = "How many epochs to train when examples are few: the mean of the best epochs of k-fold cross-validation."

    search_requested = Signal(int)
    cancel_requested = Signal()
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search: FoldSearch | None = None
        self.form = FoldForm(self.body)
        self.problem = ProblemLine(self.body)
        self.text = Caption("What the folds have found", self.body)
        self.plot = CurvePlot("Error on the part held out, one curve a fold", self.body)
        self.legend = Legend(self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part in (self.form, self.problem, self.text):
            column.addWidget(part)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        self.form.search_requested.connect(self.search_requested)
        self.form.cancel_requested.connect(self.cancel_requested)
        self.form.train_requested.connect(self.train_requested)
        self.retheme(self.theme)
        self.show_search(None)

    # --- what it is given --------------------------------------------------------------------------------------------

    def show_search(self, search: FoldSearch | None) -> None:
        """Show what is done of a search; None for none."""
        self.search = search
        is_going = search is not None and not search.is_over
        share = (search.done, search.total) if search is not None and is_going else None
        if search is not None and is_going:
            self.form.parts.setValue(search.k)
        self.form.show_progress(share, 1 if search is None else min(len(search.folds) + 1, search.k))
        self.form.offer(fold_texts.offer(search) if search is not None and search.found and search.is_over else "")
        if is_going:
            self.problem.say("")
        self._show_found()

    def show_problem(self, sentence: str) -> None:
        """Say why a search could not begin or ended early."""
        self.problem.refuse(sentence)

    def take_over(self, other: Pane) -> None:
        """Show what another pane of this kind shows."""
        if isinstance(other, FoldsPane):
            self.show_search(other.search)
            self.form.hide()

    # --- contract ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why nothing can be looked for."""
        return fold_texts.why_empty(frame.lead)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.legend, self.problem):
            part.retheme(theme)
        self._show_found()

    def draw(self, frame: Frame) -> None:
        """Compare the settings with those that were searched with."""
        if frame.changed & {"lesson", "state", "tracks"} and not frame.is_running:
            self._show_found()

    def in_words(self, frame: Frame) -> str:
        """Say what was found, and how to begin."""
        reason = self.why_empty(frame)
        return reason if reason is not None else self._words()

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return a row for each fold."""
        del frame
        if self.search is None or not self.search.folds:
            return ()
        rows = tuple(
            (k, fold.best_epoch, float(losses[fold.best_epoch]), float(losses[-1]))
            for k, (fold, losses) in enumerate(zip(self.search.folds, self.search.courses, strict=False), start=1)
        )
        headings = ("fold", "best epoch", "loss per example then", "loss per example at the end")
        return (Table("Folds", headings, rows, fold_texts.what(self.search)),)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _words(self) -> str:
        search = self.search
        if search is None:
            return fold_texts.INVITATION
        frame = self.frame
        is_other = frame is not None and search.found and not search.is_like(frame.lead.experiment)
        said = (fold_texts.result(search), fold_texts.what(search), OTHERS if is_other else "")
        return " ".join(part for part in said if part)

    def _show_found(self) -> None:
        self.text.show_text(self._words())
        search, theme = self.search, self.theme
        folds = () if search is None else tuple(zip(search.folds, search.courses, strict=False))
        self.plot.setVisible(bool(folds))
        if not folds:
            self.legend.set_entries(())
            return
        quiet, star = blend(theme.curves["validation"], theme.base, 0.55), theme.curves["validation"]
        lines = []
        for fold, losses in folds:
            epochs = np.arange(len(losses), dtype=np.float64)
            lines.append(Line(epochs, losses, quiet, width=1.2))
            at = (float(fold.best_epoch), float(losses[fold.best_epoch]))
            lines.append(Line(np.array([at[0]]), np.array([np.nan]), star, best=at))
        mean = np.mean([losses for _, losses in folds], axis=0) if len({len(c) for _, c in folds}) == 1 else None
        if mean is not None:
            lines.append(Line(np.arange(len(mean), dtype=np.float64), mean, star, (5, 2.5), width=2.0))
        self.plot.set_texts("Loss per example held out", "epochs", "loss")
        self.plot.show_lines(lines, log_x=False, log_y=False)
        found = search.found if search is not None else None
        self.plot.show_now(None if found is None else found.mean_epochs)
        entries = [
            Entry("one fold", "line", quiet, width=1.2),
            Entry("mean of the folds", "line", star, dashes=(5, 2.5), width=2.0),
            Entry("best of a fold", "marker", "", star, "star"),
        ]
        if found is not None:
            entries.append(
                Entry(f"mean of the best: {number(found.mean_epochs, 4)}", "line", theme.accent, dashes=(2, 3))
            )
        self.legend.set_entries(entries)


PANE = FoldsPane
