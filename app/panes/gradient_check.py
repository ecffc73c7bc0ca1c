"""The gradient check: what the learning code computes for each weight, against differences of the loss.

A badge says whether both agree; a slider changes the step size, and a curve shows why neither a large nor a tiny step
will do. Small checks are worked out at once, large ones beside the window, and none while training runs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QTabBar, QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import explained
from app.latest import Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.badge import Badge
from app.widgets.drawn_examples import drawn_examples
from app.widgets.gradient_table import GradientTable
from app.widgets.gradient_texts import badge_of, row_of, subject, weight_name
from app.widgets.gradient_work import Checked, milliseconds, worked_out
from app.widgets.number_tables import Rows, below, layered
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from app.widgets.step_curve import StepCurve
from app.widgets.step_slider import StepSlider
from app.widgets.unit_names import UnitNames
from nlcore.families.feedforward import FeedforwardModel
from nlcore.gradient_check import (
    BEST_STEP,
    GradientQuestion,
    obstacle,
    step_sizes,
)
from nlcore.records import TrainState

FEW_WEIGHTS = 300
"""Networks with at most so many weights are checked whole; of larger ones the weights into one unit."""
MOST_WEIGHTS = 200
MOST_WORK = 4_000_000
"""Weights times examples, at most; of larger sets a sample is taken."""
AT_ONCE_MS = 12.0
WIDE, HIGH, LOW = 640, 460, 330
RUNNING = "Training runs: pause to check the gradient of that moment."
ALL = "all"


class GradientCheckPane(Pane):
    """Compares gradients."""

    id = "gradient_check"
    key = "Alt+2"
    title = "Gradient check"
    help = "The gradient as the learning code computes it, against differences of the loss."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question: tuple[GradientQuestion, TrainState, str] | None = None
        self._model: FeedforwardModel | None = None
        self._seen_unit: tuple[int, int] | None = None
        self.place: int | None = None
        """The weight whose curve is wanted, in the vector of parameters."""
        self._choices: list[object] = []
        self.checked: Checked | None = None
        self._asking = Latest("nllab-gradient", self)
        self._asking.answered.connect(self._on_answered)
        self.options = OptionRow(self.body)
        self.examples = self.options.add_choice(
            "Examples",
            "Examples whose loss is differentiated",
            explained("The loss of one example (the selected one, else the next) or of the training set", "loss"),
        )
        fill(self.examples, ["This example", "All training examples"], ["one", ALL])
        self.weights = self.options.add_choice(
            "Weights", "Weights that are checked", explained("Which weights are checked", "gradient check")
        )
        self.options.done()
        self.slider = StepSlider(
            BEST_STEP, "How far each weight is moved up and down to see how the loss changes", self.body
        )
        self.badge = Badge("Verdict of the gradient check", self.body)
        self.tabs = QTabBar(self.body)
        self.tabs.addTab("Weights")
        self.tabs.addTab("Step size")
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("Weights, or the influence of the step size")
        self.table = GradientTable(self.body)
        self.curve = StepCurve(self.body)
        self.readout = Readout("What is compared", self.body)
        self._lay_out()
        self.examples.activated.connect(lambda _: self._ask_again())
        self.weights.activated.connect(lambda _: self._ask_again())
        self.slider.step_changed.connect(lambda _: self._ask_again())
        self.curve.step_chosen.connect(self.slider.set_step)
        self.table.weight_chosen.connect(self._weight_chosen)
        self.tabs.currentChanged.connect(lambda _: self._arrange())
        self.retheme(self.theme)

    def _lay_out(self) -> None:
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(4)
        self._both.addWidget(self.table, 5)
        self._both.addWidget(self.curve, 4)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QVBoxLayout()
        row.setContentsMargins(6, 0, 6, 0)
        row.addWidget(self.badge)
        column.addWidget(self.options)
        column.addWidget(self.slider)
        column.addLayout(row)
        column.addWidget(self.tabs)
        column.addLayout(self._both, 1)
        column.addWidget(self.readout)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no gradient to check."""
        return obstacle(frame.lead.model, frame.lead.state.params) or None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.badge, self.table, self.curve):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Check the gradient at the cursor; not while training runs."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        self._follow_selection(frame.selection)
        for part in (self.table, self.curve, self.slider):
            part.setEnabled(not frame.is_running)
        if frame.is_running:
            self.badge.say("none", RUNNING)
            return
        self._ask(frame)

    def _take_model(self, model: FeedforwardModel) -> None:
        self._model, self._question, self.checked = model, None, None
        names, chosen = UnitNames.of(model), self._chosen_weights()
        last = len(model.layout.layers) - 1
        layers = range(1, last + 1)
        units = [(layer, unit) for layer in layers for unit in range(model.layout.layers[layer])]
        texts = [f"Into {names.full(*unit)}" for unit in units]
        values: list[object] = list(units)
        if model.n_params <= FEW_WEIGHTS:
            texts.insert(0, f"All {counted(model.n_params, 'weight')}")
            values.insert(0, ALL)
        usual: object = ALL if ALL in values else (last, 0)
        self._choices = values
        fill(self.weights, texts, values, chosen if chosen in values else usual)

    def _follow_selection(self, selection: Selection) -> None:
        """Check the weights into the selected unit, and show the curve of the selected weight."""
        unit = selection.unit if selection.unit is not None and selection.unit[0] >= 1 else None
        if unit != self._seen_unit:
            self._seen_unit = unit
            if unit in self._choices and self._chosen_weights() != ALL:
                self.weights.setCurrentIndex(self._choices.index(unit))
        if selection.weight is not None and self._model is not None:
            layer, to, source = selection.weight
            layers = self._model.layout.layers
            if 0 <= layer < len(layers) - 1 and 0 <= to < layers[layer + 1] and -1 <= source < layers[layer]:
                start = self._model.layout.offsets[layer]
                n_in, n_out = layers[layer], layers[layer + 1]
                self.place = start + (n_in * n_out + to if source < 0 else to * n_in + source)

    def _chosen_weights(self) -> object:
        """Return the unit whose weights are checked, or ALL."""
        place = self.weights.currentIndex()
        return self._choices[place] if 0 <= place < len(self._choices) else None

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask_again(self) -> None:
        if self.frame is not None and not self.frame.is_running and self.why_empty(self.frame) is None:
            self._ask(self.frame)

    def _ask(self, frame: Frame) -> None:
        """Work the check out, at once or beside the window."""
        question, state, example = self._question_of(frame.lead, frame.selection)
        places, note = self._places(question.model)
        step, place, known = self.slider.step, self.place, self.checked
        if known is not None and known.question is not question:
            known = None

        def work() -> Checked:
            return worked_out(question, state, example, places, note, step, place, known)

        if milliseconds(question, len(places), is_new=known is None) <= AT_ONCE_MS:
            self._show(work())
        else:
            self.badge.say("none", f"Checking {counted(len(places), 'weight')} …")
            self._asking.ask((question, step, places, place), work)

    def _question_of(self, track: TrackFrame, selection: Selection) -> tuple[GradientQuestion, TrainState, str]:
        model, state = track.model, track.state
        assert isinstance(model, FeedforwardModel)
        examples = model.examples.training
        if self.examples.currentData() == ALL:
            n_most = max(20, MOST_WORK // model.n_params)
            drawn = drawn_examples(len(examples))
            rows, name = drawn[:: -(-len(drawn) // n_most)].tolist(), ""
        else:
            set_name, index = selection.example or ("training", -1)
            if set_name == "training" and 0 <= index < len(examples):
                name = f"the selected training example, {examples.names[index]}"
            else:
                counters = state.counters
                index = int(model.problem.order_at(counters)[counters.position_in_epoch])
                name = f"the next training example, {examples.names[index]}"
            rows = [index]
        known = self._question
        if known is None or known[0].model is not model or known[1] is not state or known[0].rows.tolist() != rows:
            known = (GradientQuestion.at(model, state, rows), state, name)
        self._question = (known[0], state, name)
        return self._question

    def _places(self, model: FeedforwardModel) -> tuple[tuple[int, ...], str]:
        """Return the weights that are checked; of very many into one unit a part, with a note."""
        chosen = self._chosen_weights()
        if not isinstance(chosen, tuple):
            return tuple(range(model.n_params)), ""
        layer, unit = chosen
        layout = model.layout
        n_in, n_out, start = layout.layers[layer - 1], layout.layers[layer], layout.offsets[layer - 1]
        bias, first = start + n_in * n_out + unit, start + unit * n_in
        every = -(-n_in // (MOST_WEIGHTS - 1))
        note = f"The bias and every {every}th of {count(n_in)} weights are checked." if every > 1 else ""
        found = [bias, *range(first, first + n_in, every)]
        if self.place is not None and layout.locate(self.place)[:2] == (layer - 1, unit):
            found = sorted({*found, self.place}, key=lambda place: (place != bias, place))
        return tuple(found), note

    def _on_answered(self, about: object, answer: object) -> None:
        is_wanted = isinstance(about, tuple) and self._question is not None and about[0] is self._question[0]
        if isinstance(answer, Checked) and is_wanted and self.frame is not None and not self.frame.is_running:
            self._show(answer)
            self.setAccessibleDescription(self.in_words(self.frame))

    # --- showing -----------------------------------------------------------------------------------------------------

    def _show(self, checked: Checked) -> None:
        self.checked = checked
        question, names = checked.question, UnitNames.of(checked.question.model)
        self.badge.say(*badge_of(checked.result, is_brief=self.height() < LOW))
        rows = tuple(row_of(question.model, names, weight) for weight in checked.result.weights)
        self.table.show_rows(rows, checked.chosen)
        name = weight_name(names, question.layout.locate(checked.chosen))
        self.curve.show_curve(step_sizes(), checked.curve, name)
        found = next((w for w in checked.result.weights if w.place == checked.chosen), None)
        flat = bool(np.all(checked.curve == 0.0))
        self.curve.say("Both gradients of this weight are exactly 0 at every step." if flat else "")
        self.curve.show_step(checked.result.step, found.difference if found is not None else float("nan"))
        self.readout.show_text(" ".join(p for p in (subject(question, checked.example), checked.note) if p))
        self._arrange()

    def _weight_chosen(self, place: int) -> None:
        self.place = place
        self._ask_again()
        if self.frame is not None and self._model is not None:
            weight = self._model.layout.locate(place)
            if self.frame.selection.weight != weight:
                self.select(replace(self.frame.selection, weight=weight))

    def _arrange(self) -> None:
        """Show table and curve beside each other, above each other, or one of them."""
        is_wide, is_high = self.width() >= WIDE, self.height() >= HIGH
        both = is_wide or is_high
        horizontal = QBoxLayout.Direction.LeftToRight
        self._both.setDirection(horizontal if is_wide else QBoxLayout.Direction.TopToBottom)
        self.tabs.setVisible(not both)
        self.table.setVisible(both or self.tabs.currentIndex() == 0)
        self.curve.setVisible(both or self.tabs.currentIndex() == 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts anew."""
        super().resizeEvent(event)
        self._arrange()
        self.readout.set_max_lines(1 if self.height() < LOW else 3)
        if self.checked is not None and self.frame is not None and not self.frame.is_running:
            self.badge.say(*badge_of(self.checked.result, is_brief=self.height() < LOW))

    def take_over(self, other: Pane) -> None:
        """Show the check of another pane at its step."""
        if isinstance(other, GradientCheckPane):
            self.place = other.place
            self.tabs.setCurrentIndex(other.tabs.currentIndex())
            self.slider.set_step(other.slider.step)
            if other.checked is not None and other.checked.question.model is self._model:
                checked = other.checked
                self._question = (checked.question, checked.state, checked.example)
                self._show(other.checked)

    def in_words(self, frame: Frame) -> str:
        """Say the verdict, what was compared, and the weight that is farthest off."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        checked = self.checked
        if checked is None or checked.state is not frame.lead.state:
            return f"{self.help} {self.badge.words}".strip()
        said = [badge_of(checked.result)[1], self.readout.full_text]
        worst = max(checked.result.weights, key=lambda weight: weight.difference)
        name = weight_name(UnitNames.of(checked.question.model), checked.question.layout.locate(worst.place))
        said.append(
            f"Farthest apart: {name}, analytic {number(worst.analytic, 4)}, numeric {number(worst.numeric, 4)}."
        )
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the check of each weight, and the curve over the step sizes."""
        found: list[Rows] = []
        curves: list[Rows] = []
        tracks, shown = layered(frame), (self._model, self._question, self.checked, self.weights.currentIndex())
        for track, model in tracks:
            if self._model is not model:
                self._take_model(model)
            question, state, example = self._question_of(track, frame.selection)
            places, note = self._places(model)
            known = self.checked if self.checked is not None and self.checked.question is question else None
            done = worked_out(question, state, example, places, note, self.slider.step, self.place, known)
            names = UnitNames.of(model)
            found.append(
                [
                    (
                        weight_name(names, model.layout.locate(w.place)),
                        w.analytic,
                        w.numeric,
                        w.difference,
                        w.verdict.value,
                    )
                    for w in done.result.weights
                ]
            )
            name = weight_name(names, model.layout.locate(done.chosen))
            curves.append([(name, float(h), float(d)) for h, d in zip(step_sizes(), done.curve, strict=True)])
        if shown[0] is not None and shown[0] is not self._model:  # other tracks were gone through
            self._take_model(shown[0])
            self._question, self.checked = shown[1:3]
            self.weights.setCurrentIndex(shown[3])
        headings = ("weight", "analytic gradient", "numeric gradient", "relative difference", "verdict")
        note = f"Step size h = {self.slider.step!r}."
        heads, rows = below(tracks, headings, found)
        curve_heads, curve_rows = below(tracks, ("weight", "step size", "relative difference"), curves)
        return Table("Gradients", heads, tuple(rows), note), Table("Step sizes", curve_heads, tuple(curve_rows))


PANE = GradientCheckPane
