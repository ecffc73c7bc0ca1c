"""Why brains must work in parallel, with the lecture's numbers on sliders, and how slow training and how fast use is.

The measurement trains the network of the lesson once more, beside the window; the run that is shown stays as it is.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.timing import Timing
from app.widgets.log_slider import LogSliders
from app.widgets.measure_row import MeasureRow
from app.widgets.problem_line import ProblemLine
from app.widgets.step_chain import StepChain
from app.widgets.steps_texts import Brain, duration, large, network_line, step_lines, timing_lines
from app.widgets.time_bars import TimeBar, TimeBars
from app.widgets.timing_run import TimingRun
from nlcore.errors import LabError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trainer import Trainer

SWITCHING, RECOGNITION = "Switching time of a neuron", "Time to recognise a scene"
NEURONS, CONNECTIONS = "Number of neurons", "Connections of a neuron"
NO_NETWORK = "There is no network to measure here: this lesson minimises a function directly."
UNTRAINED = "Nothing is trained in this lesson, so there is nothing to measure."
NOT_YET = "Nothing measured yet."


class HundredStepsPane(Pane):
    """The hundred steps, and the times of the lead's network."""

    id = "hundred_steps"
    key = "Alt+7"
    title = "A hundred steps"
    help = "How many steps in a row a brain has time for, and how long this computer trains and answers."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timing: Timing | None = None
        self._model: FeedforwardModel | None = None
        page = QWidget()
        self.sliders = LogSliders(page)
        self.sliders.add(SWITCHING, (-5, -1), 1e-3, duration, "The lecture: about 0.001 s")
        self.sliders.add(RECOGNITION, (-2, 1), 0.1, duration, "The lecture: about 0.1 s")
        self.sliders.add(NEURONS, (2, 12), 1e10, large, "The lecture: about 10 to the power of 10")
        self.sliders.add(CONNECTIONS, (0, 6), 1e4, large, "The lecture: about 10 to the power of 4 to 5")
        self.chain = StepChain(page)
        self.steps = self._text("What follows from these numbers", page)
        self.network = self._text("The network of this lesson", page)
        self.row = MeasureRow(page)
        self.problem = ProblemLine(page)
        self.bars = TimeBars("Times, each line ten times as long as the one before", page)
        self.result = self._text("What was measured", page)
        self._place(page)
        self.run = TimingRun(self)
        self._connect()

    def _place(self, page: QWidget) -> None:
        """Put everything below each other, in an area that scrolls."""
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        upper = (self._head("Brains", page), self.sliders, self.chain, self.steps)
        lower = (self._head("This computer", page), self.network, self.row, self.problem, self.bars, self.result)
        for part in (*upper, *lower):
            layout.addWidget(part)
        layout.addStretch(1)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("A hundred steps")
        self.area.setWidget(page)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def _text(self, name: str, page: QWidget) -> QLabel:
        label = QLabel(page)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setContentsMargins(8, 0, 8, 2)
        label.setMinimumWidth(80)
        label.setAccessibleName(name)
        return label

    def _head(self, text: str, page: QWidget) -> QLabel:
        label = self._text(text, page)
        font = QFont(label.font())
        font.setBold(True)
        label.setFont(font)
        label.setText(text)
        return label

    def _connect(self) -> None:
        self.sliders.changed.connect(self._show_steps)
        self.row.wanted.connect(self.measure)
        self.row.stopped.connect(self.run.cancel)
        self.run.progressed.connect(self.row.show_share)
        self.run.finished.connect(self._take)
        self.run.failed.connect(self._fail)

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def brain(self) -> Brain:
        """What the sliders say."""
        found = {name: slider.number for name, slider in self.sliders.sliders.items()}
        return Brain(found[SWITCHING], found[RECOGNITION], found[NEURONS], found[CONNECTIONS])

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.chain, self.bars, self.problem):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Show the steps, and the network at hand."""
        model = frame.lead.model
        found = model if isinstance(model, FeedforwardModel) else None
        if found is not self._model:
            self._take_model(found)
        self._show_steps()

    def _take_model(self, model: FeedforwardModel | None) -> None:
        """Forget what was measured with another network or other data."""
        before, self._model = self._model, model
        is_same = (
            before is not None
            and model is not None
            and before.layout.layers == model.layout.layers
            and before.experiment.dataset == model.experiment.dataset
        )
        if not is_same:
            self.run.cancel()
            self.timing = None
            self.problem.say("")
            self._show_timing()

    def _show_steps(self) -> None:
        brain = self.brain
        self.chain.show_brain(brain)
        self.steps.setText("\n".join(step_lines(brain)))
        self.network.setText(self._network_words())
        can_measure = self._model is not None and self._model.trains
        self.row.setVisible(can_measure)
        self.result.setVisible(can_measure)

    def _network_words(self) -> str:
        model = self._model
        if model is None:
            return NO_NETWORK
        said = network_line(model.layout.layers, model.n_params, self.brain)
        return said if model.trains else f"{said} {UNTRAINED}"

    def _show_timing(self) -> None:
        timing = self.timing
        self.bars.show_bars(() if timing is None else bars_of(timing))
        self.result.setText(NOT_YET if timing is None else "\n".join(timing_lines(timing)))
        if self.frame is not None:
            self.setAccessibleDescription(self.in_words(self.frame))

    # --- measuring ---------------------------------------------------------------------------------------------------

    def measure(self) -> None:
        """Train the network once more, beside the window, and time it."""
        if self._model is None or self.run.is_active:
            return
        self.problem.say("")
        try:
            trainer = Trainer(self._model.experiment, self._model.examples, self._model.kernel)
        except LabError as error:
            self.problem.refuse(str(error))
            return
        self.row.show_share(0.0)
        self.row.show_running(is_running=True)
        self.run.start(trainer, self.row.epochs.value())

    def _take(self, timing: Timing | None) -> None:
        self.row.show_running(is_running=False)
        model = self._model
        if timing is None:
            self.problem.say("The measurement was given up.")
        elif model is not None and timing.layers == model.layout.layers:
            self.timing = timing
        self._show_timing()

    def _fail(self, sentence: str) -> None:
        self.row.show_running(is_running=False)
        self.problem.refuse(sentence)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give a measurement up."""
        self.run.close()
        super().closeEvent(event)

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say the steps, the network and what was measured."""
        model = frame.lead.model
        said = step_lines(self.brain)
        if isinstance(model, FeedforwardModel):
            said.append(network_line(model.layout.layers, model.n_params, self.brain))
        said += [NOT_YET] if self.timing is None else timing_lines(self.timing)
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the numbers of the argument, and the times that were measured."""
        del frame
        brain = self.brain
        rows = (
            (f"{SWITCHING}, seconds", brain.switching_seconds),
            (f"{RECOGNITION}, seconds", brain.recognition_seconds),
            ("Steps in a row", brain.steps),
            (NEURONS, brain.neurons),
            (CONNECTIONS, brain.connections),
            ("Switchings in one recognition", brain.switchings),
        )
        argument = Table("A hundred steps", ("quantity", "value"), rows, NOT_YET if self.timing is None else "")
        if self.timing is None:
            return (argument,)
        times = tuple((bar.name, bar.seconds) for bar in bars_of(self.timing))
        return argument, Table("Times", ("what", "seconds"), times)


def bars_of(timing: Timing) -> tuple[TimeBar, ...]:
    """Return the times that are drawn."""
    return (
        TimeBar("Training", timing.training_seconds),
        TimeBar(f"Answering all {timing.n_examples} examples", timing.answering_seconds),
        TimeBar("Answering one", timing.one_seconds),
    )


PANE = HundredStepsPane
