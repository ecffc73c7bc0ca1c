"""The controls of a repetition: how many seeds, how long each run takes, whether data are new; progress and cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.repetition import FEWEST, MOST, Plan
from app.widgets.flow_row import FlowRow
from app.widgets.options import UNCHECKED

MOST_EPOCHS = 10_000_000
BY_RULES, BY_EPOCHS = "rules", "epochs"


class RepeatForm(QWidget):
    """Asks for a plan.

    Signals
    -------
    repeat_requested : Plan
        The button was pressed.
    cancel_requested
        The person wants no more runs.
    """

    repeat_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = QPushButton("Repeat with", self)
        self.seeds = QSpinBox(self)
        self.more = QToolButton(self)
        self.until = QComboBox(self)
        self.epochs = QSpinBox(self)
        self.new_data = QCheckBox("New data too", self)
        self.progress = QProgressBar(self)
        self.done = QLabel(self)
        self.cancel = QPushButton("Cancel", self)
        self._is_compact = False
        self._what = QLabel("seeds", self)
        self._name()
        self._lay_out()
        self.start.clicked.connect(lambda: self.repeat_requested.emit(self.plan))
        self.cancel.clicked.connect(self.cancel_requested)
        self.until.activated.connect(lambda _: self._arrange())
        self.more.toggled.connect(lambda _: self._arrange())
        self.show_progress(None)
        self._arrange()

    def _name(self) -> None:
        self.start.setToolTip("Train the experiment at the cursor again from its start, once with each seed")
        self.start.setAccessibleName("Repeat with other seeds")
        self.seeds.setRange(FEWEST, MOST)
        self.seeds.setValue(Plan().n)
        self.seeds.setAccessibleName("Number of seeds")
        self.seeds.setToolTip(f"How many seeds, {FEWEST} to {MOST}; the first is that of the run on the screen")
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setToolTip("How long each run takes, and whether there are new data")
        self.more.setAccessibleName("More about the repetition")
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.until.addItem("until it stops", BY_RULES)
        self.until.addItem("for exactly", BY_EPOCHS)
        self.until.setAccessibleName("Length of each run")
        self.until.setToolTip("Until a stop rule of the experiment holds, or for a number of epochs")
        self.epochs.setRange(1, MOST_EPOCHS)
        self.epochs.setValue(100)
        self.epochs.setSuffix(" epochs")
        self.epochs.setAccessibleName("Epochs of each run")
        self.epochs.setToolTip("Every run takes exactly so many epochs, unless it diverges")
        self.new_data.setStyleSheet(UNCHECKED)
        self.cancel.setToolTip("End the processes; runs that are done stay")
        self.progress.setAccessibleName("Progress of the repetition")
        for button in (self.start, self.cancel):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        self._choices = FlowRow(self)
        self._choices.together(self.start, self.seeds, self._what)
        self._choices.add(self.more)
        self._choices.add(self.until)
        self._choices.add(self.epochs)
        self._choices.add(self.new_data)
        self._going = FlowRow(self)
        self.progress.setFixedWidth(110)
        self.progress.setTextVisible(False)
        self._going.together(self.progress, self.done, self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._choices)
        column.addWidget(self._going)

    @property
    def plan(self) -> Plan:
        """What the controls say."""
        epochs = self.epochs.value() if self.until.currentData() == BY_EPOCHS else None
        return Plan(self.seeds.value(), epochs, self.new_data.isChecked() and self.new_data.isEnabled())

    def show_plan(self, plan: Plan) -> None:
        """Let the controls say something else."""
        self.seeds.setValue(plan.n)
        self.until.setCurrentIndex(self.until.findData(BY_RULES if plan.epochs is None else BY_EPOCHS))
        if plan.epochs is not None:
            self.epochs.setValue(plan.epochs)
        self.new_data.setChecked(plan.new_data)
        self._arrange()

    def offer(self, *, has_end: bool, why_no_new_data: str) -> None:
        """Offer what fits the experiment.

        Parameters
        ----------
        has_end : bool
            Whether it has a stop rule.
        why_no_new_data : str
            A sentence if the data cannot be drawn anew; empty if they can.
        """
        self.new_data.setEnabled(not why_no_new_data)
        tip = "Draw new examples for each run, too, and divide them anew; else only weights, order and dropout differ"
        self.new_data.setToolTip(why_no_new_data or tip)
        if not has_end and self.until.currentData() == BY_RULES:
            self.until.setCurrentIndex(self.until.findData(BY_EPOCHS))
            self._arrange()

    def show_progress(self, done: tuple[int, int] | None, noun: str = "seeds") -> None:
        """Say how many runs are done, and of how many; None if none is going on."""
        is_running = done is not None
        self._choices.setVisible(not is_running)
        self._going.setVisible(is_running)
        if done is not None:
            self.progress.setMaximum(done[1])
            self.progress.setValue(done[0])
            self.done.setText(f"{done[0]} of {done[1]} {noun}")

    def set_compact(self, *, is_compact: bool) -> None:
        """Keep what is seldom needed behind a button, where there is little room."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self._arrange()

    def _arrange(self) -> None:
        has_all = not self._is_compact or self.more.isChecked()
        self.more.setVisible(self._is_compact)
        self.until.setVisible(has_all)
        self.new_data.setVisible(has_all)
        self.epochs.setVisible(has_all and self.until.currentData() == BY_EPOCHS)
