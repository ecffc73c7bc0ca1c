"""A row that starts a measurement, shows how far it is, and stops it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSpinBox, QWidget

from app.widgets.flow_row import FlowRow

MOST_EPOCHS = 100_000
DEFAULT_EPOCHS = 100


class MeasureRow(FlowRow):
    """How many epochs, and the buttons.

    Signals
    -------
    wanted
        The person wants to measure.
    stopped
        The person gives it up.

    Parameters
    ----------
    action, stop, tip : str
        Texts of the two buttons, and what the first does.
    default : int
        Epochs at first.
    """

    wanted = Signal()
    stopped = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        action: str = "Measure",
        stop: str = "Stop measuring",
        tip: str = "Train this network once more, from its start, and time it; your run stays as it is",
        default: int = DEFAULT_EPOCHS,
    ) -> None:
        super().__init__(parent)
        self.epochs = QSpinBox(self)
        self.epochs.setRange(1, MOST_EPOCHS)
        self.epochs.setValue(default)
        self.epochs.setAccessibleName("Epochs to train")
        self.epochs.setToolTip("So many passes over the training set")
        self.button, self.stop = QPushButton(action, self), QPushButton(stop, self)
        self.button.setToolTip(tip)
        self.stop.setToolTip("Give it up")
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(110, 12)
        self.progress.setAccessibleName("Share that is done")
        self.together(QLabel("Train", self), self.epochs, QLabel("epochs", self))
        for control in (self.button, self.stop, self.progress):
            self.add(control)
        for button in (self.button, self.stop):
            button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.wanted.emit())
        self.stop.clicked.connect(lambda: self.stopped.emit())
        self.show_running(is_running=False)

    def show_share(self, share: float) -> None:
        """Show which share is done, from 0 to 1."""
        self.progress.setValue(round(1000 * share))

    def show_running(self, *, is_running: bool) -> None:
        """Offer what can be done now; the focus goes along."""
        had_focus = self.button.hasFocus() or self.stop.hasFocus()
        self.button.setVisible(not is_running)
        self.epochs.setEnabled(not is_running)
        for part in (self.stop, self.progress):
            part.setVisible(is_running)
        if had_focus:
            (self.stop if is_running else self.button).setFocus()
