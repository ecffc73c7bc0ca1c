"""How a network with one input makes its curve out of what its hidden units add, and how many of them it needs.

The upper picture shows the target curve, the network's output and the line of each hidden unit; the lower one the error
over the number of hidden units, for networks that are built from bumps and, on demand, for trained ones.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, Selection
from app.job import Job
from app.pane import Pane
from app.table import Cell, Table
from app.theme import Theme
from app.widgets.drawn_examples import drawn_examples
from app.widgets.fit_plot import Curve, Points
from app.widgets.function_plot import FunctionPlot, Parts
from app.widgets.function_texts import (
    can_part,
    chosen_unit,
    error_words,
    inputs_at,
    learning_alike,
    measured,
    outputs_at,
    ring_of,
    same_training,
    size_row,
    unit_words,
    why_no_curve,
)
from app.widgets.job_run import JobRun
from app.widgets.measure_row import MeasureRow
from app.widgets.numbers import counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.problem_line import ProblemLine
from app.widgets.readout import Readout
from app.widgets.size_plot import SizePlot, medians
from nlcore import unit_parts
from nlcore.datasets import STANDARDISED, Data
from nlcore.errors import CancelledError
from nlcore.experiment import Choice
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.size_errors import (
    SIZES,
    STARTS,
    SizeError,
    built_errors,
    error_of,
    learnt_error,
    measured_range,
    target_curve,
)

POINTS = 401
EACH, SUMS, NOTHING = "each", "sums", "nothing"
BOTH, CURVE, SIZES_ONLY = "both", "curve", "sizes"
PAGES: Final = {"Both": BOTH, "Curve": CURVE, "Sizes": SIZES_ONLY}
LINES: Final = {"Each unit": EACH, "Sum so far": SUMS, "No units": NOTHING}
LEAST, LEAST_FIT, LEAST_SIZES = (140, 110), 150, 120
EPOCHS = 1000


class FunctionFitPane(Pane):
    """The curve, its parts, and the sizes."""

    id = "function_fit"
    key = "Ctrl+Alt+7"
    title = "Curve and its parts"
    help = "What each hidden unit adds to the output over one input, and the error over the number of hidden units."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Data | None = None
        self._choice: Choice | None = None
        self._built: tuple[SizeError, ...] = ()
        self.learnt: list[SizeError] = []
        self._at: float | None = None
        row = OptionRow(self.body)
        self.page = row.add_choice(
            "Picture", "Pictures", "The curve, the errors over the number of hidden units, or both"
        )
        fill(self.page, list(PAGES), list(PAGES.values()), BOTH)
        self.lines = row.add_choice("Lines", "Lines of hidden units", "Each unit alone, or the sum from left to right")
        fill(self.lines, list(LINES), list(LINES.values()), EACH)
        self.previous = row.add_button("‹ Unit", "Choose the unit to the left", "‹")
        self.following = row.add_button("Unit ›", "Choose the unit to the right", "›")
        row.done()
        self.options = row
        self.picture, self.sizes = FunctionPlot(self.body), SizePlot(self.body)
        self.readout = Readout("Values and parts", self.body)
        self.row = MeasureRow(
            self.body,
            action="Train these sizes",
            stop="Stop training",
            tip=f"Train {', '.join(map(str, SIZES))} hidden units from {STARTS} starts each, beside your run",
            default=EPOCHS,
        )
        self.problem = ProblemLine(self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.body.setMinimumSize(*LEAST)
        column.addWidget(row)
        column.addWidget(self.picture.plot, 3)
        column.addWidget(self.picture.legend)
        column.addWidget(self.readout)
        column.addWidget(self.sizes.plot, 2)
        column.addWidget(self.sizes.legend)
        column.addWidget(self.row)
        column.addWidget(self.problem)
        self.run = JobRun(self)
        self._connect()

    def _connect(self) -> None:
        self.lines.activated.connect(lambda _: self._redraw())
        self.page.activated.connect(lambda _: self._arrange())
        self.previous.clicked.connect(lambda: self._step(0, -1))
        self.following.clicked.connect(lambda: self._step(0, 1))
        plot = self.picture.plot
        plot.pointed.connect(lambda x, _: self._point_at(x))
        plot.left.connect(lambda: self._point_at(None))
        plot.clicked.connect(self._click)
        plot.stepped.connect(self._step)
        self.row.wanted.connect(self.train_sizes)
        self.row.stopped.connect(self.run.cancel)
        self.run.progressed.connect(self._show_progress)
        self.run.finished.connect(self._end)
        self.run.failed.connect(self._fail)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no curve."""
        return why_no_curve(frame)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.picture, self.sizes, self.problem):
            part.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out in a low pane what there is no room for."""
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            self._arrange()

    def _arrange(self) -> None:
        """Show the pictures that are wanted; of both, in a low pane, only the curve, and its legend where it fits."""
        page = self.page.currentData()
        self.readout.set_max_lines(1 if self.height() < 300 else 2)
        room = self.height() - self.options.sizeHint().height() - self.readout.height() - 14 - LEAST_FIT
        of_sizes = LEAST_SIZES + self.sizes.legend.height() + self.row.sizeHint().height()
        has_both = page == BOTH and room >= of_sizes
        room -= of_sizes if has_both else 0
        self.picture.plot.setVisible(page != SIZES_ONLY)
        self.picture.legend.setVisible(page != SIZES_ONLY and room >= self.picture.legend.height())
        for part in (self.sizes.plot, self.sizes.legend, self.row):
            part.setVisible(page == SIZES_ONLY or has_both)

    def draw(self, frame: Frame) -> None:
        """Draw the lead's parts, the curves of all tracks with its examples, and the errors."""
        track, model = frame.lead, frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        if not self._knows(model):
            self._take_data(model)
        curve, is_true = target_curve(model.experiment, data)
        low, high = measured_range(data)
        x = np.linspace(low, high, POINTS)
        curves = [Curve(t.number, t.name, x, outputs_at(t, x)) for t in learning_alike(frame)]
        points = [
            Points(name, measured(data, examples.inputs)[rows], examples.targets[rows, 0])
            for name, examples in data.sets.items()
            if len(examples)
            for rows in [drawn_examples(len(examples))]
        ]
        self.picture.plot.set_texts("", data.input_names[0].removesuffix(STANDARDISED), data.output_names[0])
        target = Curve(0, "target", x, curve(x)) if is_true else None
        self.picture.show_function(curves, points, ring_of(frame, data), target, self._parts(frame, x))
        self.sizes.show_errors(self._built, self.learnt, error_of(model, track.state.params))
        for button in (self.previous, self.following):
            button.setEnabled(can_part(model))
        self._say()
        self._arrange()

    def _take_data(self, model: FeedforwardModel) -> None:
        """Forget what was found for other examples."""
        self._data, self._choice = model.examples, model.experiment.dataset
        curve, _ = target_curve(model.experiment, model.examples)
        self._built = built_errors(curve, *measured_range(model.examples))
        self.learnt = []
        self.run.cancel()
        self.problem.say("")

    def _knows(self, model: FeedforwardModel) -> bool:
        """Tell whether what was found is about a network's examples."""
        return self._choice == model.experiment.dataset and same_training(self._data, model.examples)

    def _parts(self, frame: Frame, x: FloatArray) -> Parts | None:
        """Return the lines of the lead's hidden units."""
        model, kind = frame.lead.model, self.lines.currentData()
        assert isinstance(model, FeedforwardModel)
        if kind == NOTHING or not can_part(model):
            return None
        found = unit_parts.contributions(model, frame.lead.state.params, inputs_at(model.examples, x))
        chosen = chosen_unit(frame)
        if kind == EACH:
            return Parts(x, found.values, chosen, "weight × output of each unit", f"unit {chosen + 1}")
        order = unit_parts.left_to_right(model, frame.lead.state.params)
        sums = unit_parts.running_sums(found, order)
        place = int(np.flatnonzero(order == chosen)[0]) + 1 if chosen >= 0 else 0
        return Parts(x, sums, chosen, "sums from left to right", f"sum of {counted(place, 'unit')}")

    def in_words(self, frame: Frame) -> str:
        """Say how far the output is from the curve, and how far networks of other sizes are."""
        reason = why_no_curve(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        now = error_of(model, frame.lead.state.params)
        said = [error_words(now, "The output")]
        if self._knows(model):
            of_size = next((one for one in self._built if one.hidden == now.hidden), None)
            if of_size is not None:
                said.append(error_words(of_size, f"Built from {counted(now.hidden // 2, 'bump')} it"))
            for n, value in medians(self.learnt).items():
                said.append(f"Learnt with {counted(n, 'hidden unit')}: typically {number(value)} (median).")
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the errors over the size, and the curve with its parts."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        curve, _ = target_curve(model.experiment, model.examples)
        low, high = measured_range(model.examples)
        built = self._built if self._knows(model) else built_errors(curve, low, high)
        learnt = self.learnt if self._knows(model) else []
        rows: list[tuple[Cell, ...]] = [("the network shown", *size_row(error_of(model, frame.lead.state.params)))]
        rows += [("built from bumps", *size_row(one)) for one in built]
        rows += [(f"learnt from seed {one.seed}", *size_row(one)) for one in learnt]
        sizes = Table(
            "Errors over the size", ("network", "hidden units", "typical error", "largest error"), tuple(rows)
        )
        x = np.linspace(low, high, 101)
        columns = [x, curve(x), *(outputs_at(track, x) for track in learning_alike(frame))]
        headings = ["x", "target", *(track.name for track in learning_alike(frame))]
        if can_part(model):
            found = unit_parts.contributions(model, frame.lead.state.params, inputs_at(model.examples, x))
            columns += list(found.values.T)
            headings += [f"unit {k + 1}" for k in range(found.values.shape[1])]
        cells = tuple(tuple(float(v) for v in line) for line in np.column_stack(columns))
        return sizes, Table("Curve and parts", tuple(headings), cells)

    # --- pointing ----------------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _point_at(self, x: float | None) -> None:
        self._at = x
        self._say()

    def _click(self, x: float, y: float) -> None:
        found = self.picture.line_at(x, y)
        if found >= 0:
            self._choose(found)

    def _step(self, right: int, up: int) -> None:
        """Move the read-out with Left and Right, choose the next unit with Up and Down."""
        if self.frame is None or why_no_curve(self.frame) is not None:
            return
        if right:
            low, high = self.picture.plot.box.viewRange()[0]
            at = (low + high) / 2.0 if self._at is None else self._at + right * (high - low) / 50.0
            self._point_at(min(max(at, low), high))
            return
        model = self.frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if can_part(model):
            order = unit_parts.left_to_right(model, self.frame.lead.state.params).tolist()
            chosen = chosen_unit(self.frame)
            place = order.index(chosen) + up if chosen >= 0 else 0 if up > 0 else len(order) - 1
            self._choose(order[place % len(order)])

    def _choose(self, unit: int) -> None:
        assert self.frame is not None
        model = self.frame.lead.model
        assert isinstance(model, FeedforwardModel)
        self.select(Selection(example=self.frame.selection.example, unit=(len(model.layout.layers) - 2, unit)))

    def _say(self) -> None:
        """Write what is at the pointer, or what the picture shows."""
        frame = self.frame
        if frame is None or why_no_curve(frame) is not None:
            return
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if self._at is None:
            said = [error_words(error_of(model, frame.lead.state.params), "The output")]
            chosen = chosen_unit(frame)
            if chosen >= 0 and can_part(model):
                said.append(unit_words(model, frame.lead.state.params, chosen))
            elif not can_part(model):
                said.append("Parts are drawn for a linear output behind a hidden layer.")
            self.readout.show_text(" ".join(said))
            return
        curve, _ = target_curve(model.experiment, model.examples)
        x = np.array([self._at])
        output = float(outputs_at(frame.lead, x)[0])
        name = model.examples.input_names[0].removesuffix(STANDARDISED)
        self.readout.show_text(
            f"At {name} = {number(self._at, 4)}: output {number(output, 4)}, target {number(float(curve(x)[0]), 4)}."
        )

    # --- training other sizes ----------------------------------------------------------------------------------------

    def train_sizes(self) -> None:
        """Train networks of several sizes, beside the window."""
        if self.frame is None or self.run.is_active or why_no_curve(self.frame) is not None:
            return
        model = self.frame.lead.model
        assert isinstance(model, FeedforwardModel)
        experiment, data, epochs = model.experiment, model.examples, self.row.epochs.value()
        found: list[SizeError] = []
        self.learnt = found
        wanted = [(n, experiment.seed + k) for n in SIZES for k in range(STARTS)]

        def work(job: Job[object]) -> list[SizeError]:
            for k, (hidden, seed) in enumerate(wanted):
                job.report(k, len(wanted))
                try:
                    found.append(learnt_error(experiment, data, hidden, seed, epochs, lambda: job.is_cancelled))
                except CancelledError:
                    break
            return found

        self.problem.say("")
        self.row.show_share(0.0)
        self.row.show_running(is_running=True)
        self.run.begin(work, "nllab-sizes")

    def _show_progress(self, share: float) -> None:
        self.row.show_share(share)
        self._show_sizes()

    def _end(self, _: object) -> None:
        self.row.show_running(is_running=False)
        self._show_sizes()

    def _fail(self, sentence: str) -> None:
        self.row.show_running(is_running=False)
        self.problem.refuse(sentence)

    def _show_sizes(self) -> None:
        frame = self.frame
        if frame is None or why_no_curve(frame) is not None:
            return
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if self._knows(model):
            self.sizes.show_errors(self._built, tuple(self.learnt), error_of(model, frame.lead.state.params))
            self._arrange()
            if not self.run.is_active:
                self.setAccessibleDescription(self.in_words(frame))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the training up."""
        self.run.close()
        super().closeEvent(event)


PANE = FunctionFitPane
