"""The controls of a search by folds: how many parts, the button that begins, progress and cancel, and what follows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.fold_search import FEWEST, MOST, USUAL
from app.widgets.flow_row import FlowRow


class FoldForm(QWidget):
    """Asks for a search.

    Signals
    -------
    search_requested : int
        The person wants a search with so many parts.
    cancel_requested : no arguments
        The person wants it to end.
    train_requested : no arguments
        The person wants the last network trained.
    """

    search_requested = Signal(int)
    cancel_requested = Signal()
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start, self.cancel = QPushButton("Find the epochs", self), QPushButton("Cancel", self)
        self.train = QPushButton("Train on all", self)
        self.parts = QSpinBox(self)
        self.progress = QProgressBar(self)
        self.done = QLabel(self)
        self.parts.setRange(FEWEST, MOST)
        self.parts.setValue(USUAL)
        self.parts.setAccessibleName("Number of parts")
        self.parts.setToolTip("Into how many parts all available examples are cut; 10 is usual")
        self.start.setToolTip("Train once for each part, which is held out meanwhile, and see when its error is lowest")
        self.cancel.setToolTip("End the search; folds that are done stay")
        self.train.setToolTip("Begin a run that ends after the mean of the best epochs; Ctrl+Z goes back")
        self.progress.setAccessibleName("Progress of the search")
        self.progress.setFixedWidth(110)
        self.progress.setTextVisible(False)
        for button in (self.start, self.cancel, self.train):
            button.setAutoDefault(False)
        self._choices, self._going = FlowRow(self), FlowRow(self)
        self._choices.together(self.start, QLabel("with", self), self.parts, QLabel("parts", self))
        self._choices.add(self.train)
        self._going.together(self.progress, self.done, self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._choices)
        column.addWidget(self._going)
        self.start.clicked.connect(lambda: self.search_requested.emit(self.parts.value()))
        self.cancel.clicked.connect(self.cancel_requested)
        self.train.clicked.connect(self.train_requested)
        self.show_progress(None, 0)

    def show_progress(self, share: tuple[int, int] | None, fold: int) -> None:
        """Say how far a search is; None if none is going on."""
        is_running = share is not None
        had_focus = any(part.hasFocus() for part in (self.start, self.cancel))
        self._choices.setVisible(not is_running)
        self._going.setVisible(is_running)
        if share is not None:
            self.progress.setRange(0, max(share[1], 1))
            self.progress.setValue(share[0])
            self.done.setText(f"fold {fold} of {self.parts.value()}")
        if had_focus:
            (self.cancel if is_running else self.start).setFocus()

    def offer(self, text: str) -> None:
        """Offer the last run, by what it would be; an empty text for none."""
        self.train.setVisible(bool(text))
        if text:
            self.train.setText(text)
