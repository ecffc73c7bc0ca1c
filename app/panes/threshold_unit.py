"""One threshold unit to be set by hand: its weights as sliders, its line to drag, and all its answers.

It says which answers are wrong, for which values of the bias all would be right, and, where no weights can be right,
why: with the person's own numbers. Letting go of a slider or of the line is one change of the run, which can be undone.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, Selection
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.gate_choice import GateChoice
from app.widgets.legend import Legend
from app.widgets.line_editor import HINT, LineEditor
from app.widgets.numbers import number
from app.widgets.plane import Plane
from app.widgets.problem_line import ProblemLine
from app.widgets.readout import Readout
from app.widgets.surface import SurfacePlot
from app.widgets.surface_colours import opaque
from app.widgets.surface_legend import legend_entries
from app.widgets.threshold_texts import NO_LINE, bias_words, contradiction_lines, interval_words, unbroken, verdict
from app.widgets.truth_table import MOST_CASES, MOST_INPUTS, TruthTable, Weights, weights_of
from app.widgets.truth_view import TruthView
from app.widgets.weight_sliders import WeightSliders
from nlcore.families.feedforward import FeedforwardModel
from nlcore.interventions import WeightEdit
from nlcore.records import Address, FloatArray

CELLS = 100
AROUND = 0.5
"""The plane shows so much of the examples' range on each side, so that the line can stand beside them."""
SIDE_BY_SIDE_FROM = 560
SIDE_AT_MOST = 600
"""Sliders and table are not wider than this."""
PLANE_FROM = 300
"""Below this height a narrow pane has no room for the plane."""
NAMES_FROM = 170
"""Below this height the two sides of the line are not named in the plane."""
WORDS_FROM = 380
"""Below this width they are named briefly."""
OUTSIDE = "The line does not cross this part of the plane: every case gets the same answer. Move w0 to bring it back."


class ThresholdUnitPane(Pane):
    """Sets the weights of the lead's unit."""

    id = "threshold_unit"
    key = "Alt+6"
    title = "Threshold unit"
    help = "Set the weights of one threshold unit by sliders or by dragging its line, and see which answers are right."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._table: TruthTable | None = None
        self._pending: Weights | None = None
        """What is moved and not let go yet."""
        self._is_settling = False
        self._is_fitting = False
        self.choice = GateChoice(self.body)
        self.verdict = QLabel(self.body)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.verdict.setContentsMargins(8, 2, 8, 2)
        self.verdict.setAccessibleName("Verdict")
        self.problem = ProblemLine(self.body)
        self.columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.columns.setSpacing(4)
        self.plane_box = QWidget(self.body)
        self.plot = SurfacePlot("Plane of the two inputs with the line of the unit", self.plane_box)
        self.line = LineEditor(self.plot)
        self.legend = Legend(self.plane_box)
        self.readout = Readout("How to move the line", self.plane_box)
        plane_column = QVBoxLayout(self.plane_box)
        plane_column.setContentsMargins(0, 0, 0, 0)
        plane_column.setSpacing(2)
        plane_column.addWidget(self.plot, 1)
        plane_column.addWidget(self.legend)
        plane_column.addWidget(self.readout)
        self.side = QScrollArea(self.body)
        self.sliders, self.bias, self.view, self.proof = self._fill_side()
        self.columns.addWidget(self.plane_box, 1)
        self.columns.addWidget(self.side, 1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self.choice, self.verdict, self.problem):
            column.addWidget(part)
        column.addLayout(self.columns, 1)
        self.choice.settings_wanted.connect(self._settle)
        for source in (self.sliders, self.line):
            source.previewed.connect(self._preview)
            source.committed.connect(self._commit)
        self.sliders.refused.connect(self.problem.say)
        self.plot.resized.connect(self._fit_plane)
        self.view.case_chosen.connect(self._choose)
        self.plot.point_clicked.connect(lambda index: self._choose(index) if index >= 0 else None)
        self._arrange()
        self.retheme(self.theme)

    def _fill_side(self) -> tuple[WeightSliders, QLabel, TruthView, QLabel]:
        """Put everything but the plane below each other, in a part that scrolls."""
        page = QWidget()
        self.page_layout = layout = QVBoxLayout(page)
        layout.setSpacing(6)
        sliders, bias, view, proof = WeightSliders(page), QLabel(page), TruthView(page), QLabel(page)
        for label, name in ((bias, "Which w0 would be right"), (proof, "Why no weights are right")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setContentsMargins(8, 0, 8, 2)
            label.setMinimumWidth(80)
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (sliders, bias, view, proof):
            layout.addWidget(part)
        layout.addStretch(1)
        self.side.setWidget(page)
        self.side.setWidgetResizable(True)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setAccessibleName("Weights and answers")
        return sliders, bias, view, proof

    # --- what is shown -----------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say what this pane needs."""
        return _why_not(frame)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.line, self.legend, self.sliders, self.view, self.problem):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Show the weights at the cursor, or those that are being moved."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model, frame)
        elif "state" in frame.changed and self._pending is not None and not self._is_held:
            self._forget()
        self._show(frame)

    @property
    def _is_held(self) -> bool:
        return self.sliders.is_moving or self.line.is_moving

    def _forget(self) -> None:
        self._pending = None
        self.sliders.drop()
        self.line.drop()

    def _take_model(self, model: FeedforwardModel, frame: Frame) -> None:
        self._model, self._table = model, TruthTable.of(model)
        self._forget()
        self.problem.say("")
        weights = weights_of(frame.lead.state.params)
        if len(self.sliders.sliders) != len(weights):
            self.sliders.take(model.examples.input_names, weights)
        self.choice.take(model.experiment.dataset)
        if model.examples.n_inputs == 2:
            self.plot.set_plane(Plane(*(_around(column) for column in model.examples.training.inputs.T)))
            self.plot.set_points(model.examples.training.inputs, self._table.truth.astype(np.int64))
            self.plot.set_texts("", *model.examples.input_names)
        self._arrange()

    def _show(self, frame: Frame) -> None:
        """Show everything for the weights that hold now."""
        table, model = self._table, self._model
        if table is None or model is None or _why_not(frame) is not None:
            return
        weights = self._pending or weights_of(frame.lead.state.params)
        right = table.right(weights)
        self._say_verdict(frame, verdict(table, weights), is_right=bool(right.all()))
        self.sliders.show_weights(weights, table.interval(weights))
        self.bias.setText(unbroken(bias_words(table, weights)))
        said = "\n".join(contradiction_lines(table, weights))
        self.proof.setText(unbroken(said))
        self.proof.setVisible(bool(said))
        outputs = tuple(map(float, model.layout.activations[0].values(table.net_inputs(weights))))
        self.view.show_table(table, weights, outputs)
        example = frame.selection.example
        chosen = example[1] if example is not None and example[0] == "training" and example[1] < len(table) else -1
        self.view.show_selected(chosen)
        if model.examples.n_inputs == 2:
            self._show_plane(weights, ~right, chosen)

    def _show_plane(self, weights: Weights, wrong: np.ndarray[tuple[int], np.dtype[np.bool_]], chosen: int) -> None:
        (x0, x1), (y0, y1) = self.plot.plane.x_range, self.plot.plane.y_range
        middles = (np.arange(CELLS) + 0.5) / CELLS
        x, y = x0 + middles * (x1 - x0), y0 + middles * (y1 - y0)
        net = weights[0] + weights[1] * x[None, :] + weights[2] * y[:, None]
        self.plot.show_map(np.where(net > 0.0, 1, 0), opaque(self.theme.diverging(256)[[70, 185]]))
        self.plot.show_contours([(net, 0.0)] if weights[1:] != (0.0, 0.0) else [], "")
        word = "output " if self.plot.width() >= WORDS_FROM else ""
        names = (f"{word}−1 (false)", f"{word}+1 (true)")
        self.plot.set_regions(np.where(net > 0.0, 1, 0) if self.plot.height() >= NAMES_FROM else None, names)
        self.plot.set_wrong(wrong)
        self.plot.set_selected(chosen)
        self.line.show_weights(weights)
        hint = HINT if self.line.ends is not None else NO_LINE if weights[1:] == (0.0, 0.0) else OUTSIDE
        self.readout.show_text(hint)
        assert self._model is not None
        n, n_wrong = len(wrong), int(wrong.sum())
        is_brief = self.height() < 2 * PLANE_FROM
        self.legend.set_entries(legend_entries(self._model, "training", n, n_wrong, "", self.theme, is_brief=is_brief))

    def _say_verdict(self, frame: Frame, said: str, *, is_right: bool) -> None:
        several = f"{frame.lead.name} leads and is set here. " if len(frame.tracks) > 1 else ""
        self.verdict.setText(several + said)
        colour = self.theme.good if is_right else self.theme.bad
        self.verdict.setStyleSheet(f"font-weight: bold; color: {colour};")

    # --- what a person does ------------------------------------------------------------------------------------------

    def _preview(self, weights: Weights) -> None:
        self._pending = weights
        if self.frame is not None and self.why_empty(self.frame) is None:
            self._show(self.frame)

    def _commit(self, weights: Weights) -> None:
        """Ask for one change of all weights that differ from those at the cursor."""
        self._forget()
        self.problem.say("")
        if self.frame is None or self._model is None:
            return
        before = weights_of(self.frame.lead.state.params)
        places = [Address("biases[0]", (0,)), *(Address("weights[0]", (0, k)) for k in range(len(weights) - 1))]
        edits = tuple((a, new) for a, new, old in zip(places, weights, before, strict=True) if new != old)
        if edits:
            self.intervention_requested.emit(WeightEdit(edits))
        self._show(self.frame)

    def _settle(self, settings: dict[str, object]) -> None:
        """Ask for another function; the weights stay as they are, the start of a new run."""
        if self.frame is None or self._model is None:
            return
        n = self.choice.n_inputs
        kept = weights_of(self.frame.lead.state.params)
        weights = [*kept[1 : n + 1], *[0.5] * (n - len(kept) + 1)]
        values = {"weights[0]": [weights], "biases[0]": [kept[0]]}
        wanted = {**settings, "training.initializer": {"name": "values", "values": values}}
        self.problem.say("")
        self._is_settling = True  # what does not fit alone waits for the rest
        for k, (name, value) in enumerate(wanted.items(), start=1):
            self._is_settling = k < len(wanted)
            self.change_requested.emit(name, value)

    def refuse(self, name: str, sentence: str) -> None:
        """Say why a change could not be made, and show what is."""
        super().refuse(name, sentence)
        if self._is_settling:
            return
        self._forget()
        self.problem.refuse(sentence)
        if self._model is not None and self.frame is not None:
            self.choice.take(self._model.experiment.dataset)
            self._show(self.frame)

    def _choose(self, index: int) -> None:
        unit = self.frame.selection.unit if self.frame is not None else None
        self.select(Selection(("training", index), unit))

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say the weights, the verdict and the interval, and the contradiction if there is one."""
        model = frame.lead.model
        reason = _why_not(frame)
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        table, weights = TruthTable.of(model), weights_of(frame.lead.state.params)
        said = ", ".join(f"w{k} = {number(w, 4)}" for k, w in enumerate(weights))
        parts = [f"One threshold unit with {said}.", verdict(table, weights), bias_words(table, weights)]
        return " ".join([*parts, *(line.strip() for line in contradiction_lines(table, weights))])

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return all cases, and the weights with the interval of the bias."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        table, weights = TruthTable.of(model), weights_of(frame.lead.state.params)
        nets, right = table.net_inputs(weights), table.right(weights)
        outputs = model.layout.activations[0].values(nets)
        rows = tuple(
            (*case, float(nets[i]), float(outputs[i]), float(table.targets[i]), "right" if right[i] else "wrong")
            for i, case in enumerate(table.inputs.tolist())
        )
        interval = table.interval(weights)
        note = "no w0 is right" if interval is None else f"right for {interval_words(interval)}"
        return (
            Table("Cases", (*table.input_names, "net input", "output", "target", "answer"), rows),
            Table("Weights", ("weight", "value"), tuple((f"w{k}", w) for k, w in enumerate(weights)), note),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plane beside or above the rest."""
        super().resizeEvent(event)
        self._arrange()

    def _fit_plane(self) -> None:
        """Make room for the numbers at the axes, and name the sides if there is room."""
        if self._is_fitting:
            return
        self._is_fitting = True  # room for longer numbers makes the plot another size
        self.plot.set_plane(self.plot.plane)
        self._is_fitting = False
        if self.frame is not None and self._model is not None and self._model is self.frame.lead.model:
            self._show(self.frame)

    def _arrange(self) -> None:
        is_wide = self.width() >= SIDE_BY_SIDE_FROM
        self.columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        has_plane = self._model is not None and self._model.examples.n_inputs == 2
        self.plane_box.setVisible(has_plane and (is_wide or self.height() >= PLANE_FROM))
        unused = 0 if has_plane else max(0, self.width() - SIDE_AT_MOST)
        self.page_layout.setContentsMargins(0, 0, unused, 0)
        self.readout.set_max_lines(3 if self.height() >= 450 else 2 if self.height() >= PLANE_FROM + 60 else 1)


def _why_not(frame: Frame) -> str | None:
    """Say what the pane needs and does not find; None if all is there."""
    model = frame.lead.model
    if not isinstance(model, FeedforwardModel):
        return "There is no threshold unit here: this lesson minimises a function directly."
    is_single = len(model.layout.layers) == 2 and model.layout.layers[1] == 1
    if not is_single or model.layout.activations[0].name != "threshold" or model.examples.class_names is None:
        return "This pane is for a single threshold unit; the network of this lesson is another one."
    if model.examples.n_inputs > MOST_INPUTS or len(model.examples.training) > MOST_CASES:
        return (
            f"This pane shows every case of a unit with up to {MOST_INPUTS} inputs and {MOST_CASES} examples; "
            "there are more here."
        )
    if not np.all(np.isfinite(frame.lead.state.params)):
        return "The weights have left the range of finite numbers. Step back, or restart."
    return None


def _around(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = AROUND * ((high - low) or 1.0)
    return low - margin, high + margin


PANE = ThresholdUnitPane
