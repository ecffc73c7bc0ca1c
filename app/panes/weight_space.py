"""The weights of a unit with two inputs as an arrow among the examples, and what the next presentation does to them.

The arrow stands at right angles to the line at which the unit's answer changes sides. Dashed are the arrow and the line
as the next presentation will make them; the difference of both arrows is the example itself, times a number.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.traced import trace_of
from app.widgets.drawn_examples import drawn_examples
from app.widgets.legend import Entry, Legend
from app.widgets.number_tables import Rows, below, layered
from app.widgets.numbers import counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.plane import Plane, Range, spans
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.space_plot import Arrow, PlaneLine, SpacePlot
from app.widgets.surface_legend import legend_entries
from app.widgets.surface_texts import example_text, line_name, misclassified, target_classes
from app.widgets.unit_names import UnitNames, sentence
from app.widgets.weight_vectors import MARGINS, NextStep, line_of, next_step, nice_scale, vector, weights_of
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

LOW = 330
DASHES = (4.0, 3.0)


class WeightSpacePane(Pane):
    """Draws one unit's weights and their next change."""

    id = "weight_space"
    key = "Alt+4"
    title = "Weight vector"
    help = "The weights of a unit with two inputs as an arrow, its dividing line, and how the next example moves both."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._seen_unit: tuple[int, int] | None = None
        self._drawn: NDArray[np.intp] = drawn_examples(0)
        self._points_of: object = None
        self._is_low = False
        self.scale: float | None = None
        self.step: NextStep | None = None
        self.options = OptionRow(self.body)
        self.unit = self.options.add_choice(
            "Unit", "Output unit whose weights are drawn", explained("Whose weights are drawn", "weight vector")
        )
        self.shows_next = self.options.add_switch("Next change", "Draw what the next presentation makes of the weights")
        self.shows_next.setChecked(True)
        self.options.done()
        self.plot = SpacePlot("Weight vector among the examples", self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("What the next presentation does", self.body)
        self.readout.set_max_lines(MAX_LINES + 1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self.unit.activated.connect(lambda _: self._redraw())
        self.shows_next.toggled.connect(lambda _: self._redraw())
        self.plot.resized.connect(self._fit)
        self.plot.pointed.connect(self._point_at)
        self.plot.left.connect(self._say)
        self.plot.point_clicked.connect(self._example_clicked)
        self.plot.stepped.connect(self._step_example)
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why no weight vector can be drawn."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There is no network here: this lesson minimises a function directly."
        if len(model.layout.layers) > 2:
            return (
                "This network has hidden units, so no single weight vector stands at right angles to a dividing line. "
                "The hidden space shows the lines of the units above."
            )
        if model.examples.n_inputs != 2:
            inputs = counted(model.examples.n_inputs, "input")
            return f"This data set has {inputs}; a weight vector can only be drawn in the plane of two."
        if not np.all(np.isfinite(frame.lead.state.params)):
            updates = counted(frame.lead.state.counters.updates, "update")
            return (
                f"The weights have left the range of finite numbers after {updates}. Step back to see them before, or "
                "restart with a smaller learning rate."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.legend):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw examples, line, weight vector and the next change."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        self._follow_selection(frame)
        self._draw_examples(frame, model)
        unit = max(0, self.unit.currentIndex())
        weights = weights_of(model, frame.lead.state.params, unit)
        has_next = self.shows_next.isChecked() and not frame.is_running
        self.step = next_step(model, frame.lead.state, unit, trace_of(model, frame.lead.state)) if has_next else None
        plane = equal_plane(*spans(model.examples), self.plot.box.width(), self.plot.box.height())
        if (plane.x_range, plane.y_range) != (self.plot.plane.x_range, self.plot.plane.y_range):
            self.plot.set_plane(plane)
        self._draw_vectors(model, weights, unit)
        shown = self.step
        self.plot.show_ring(
            None if shown is None else tuple(map(float, model.examples.training.inputs[shown.example]))  # type: ignore[arg-type]
        )
        name = UnitNames.of(model).full(1, unit)
        title = f"Weights of {name}" if shown is None else f"Weights of {name}: {shown.title}"
        self.plot.set_texts(title, *model.examples.input_names[:2])
        self._say()

    def _take_model(self, model: FeedforwardModel) -> None:
        chosen, self._model = self.unit.currentText(), model
        names = UnitNames.of(model)
        texts = [sentence(names.full(1, k)) for k in range(model.layout.layers[1])]
        fill(self.unit, texts, list(range(len(texts))))
        self.unit.setCurrentIndex(max(0, self.unit.findText(chosen)))
        self.scale = None

    def _follow_selection(self, frame: Frame) -> None:
        unit = frame.selection.unit
        if unit != self._seen_unit:
            self._seen_unit = unit
            if unit is not None and unit[0] == 1 and unit[1] < self.unit.count():
                self.unit.setCurrentIndex(unit[1])

    def _draw_examples(self, frame: Frame, model: FeedforwardModel) -> None:
        examples, selection = model.examples.training, frame.selection.example
        chosen = selection[1] if selection is not None and selection[0] == "training" else -1
        chosen = chosen if chosen < len(examples) else -1
        drawn = drawn_examples(len(examples), chosen)
        if examples is not self._points_of or not np.array_equal(drawn, self._drawn):
            self._points_of, self._drawn = examples, drawn
            self.plot.set_points(examples.inputs[drawn], target_classes(model, "training", drawn))
        wrong = misclassified(model, frame.lead.state.params, "training", drawn)
        self.plot.set_wrong(wrong)
        self.plot.set_selected(int(np.searchsorted(drawn, chosen)) if chosen >= 0 else -1)
        name = examples.names[chosen] if chosen >= 0 else ""
        n_wrong = None if self.is_one_of_several else int(wrong.sum())
        self._entries = legend_entries(model, "training", len(drawn), n_wrong, name, self.theme, is_brief=self._is_low)

    def _draw_vectors(self, model: FeedforwardModel, weights: FloatArray, unit: int) -> None:
        """Draw the arrow and the line as they are, and dashed as they will be."""
        theme, plane, step = self.theme, self.plot.plane, self.step
        now, later, change = theme.curves["training"], theme.curves["test"], theme.curves["validation"]
        vectors = [weights[1:]] if step is None else [weights[1:], step.changed[1:]]
        sides = [end - start for start, end in (plane.x_range, plane.y_range)]
        longest = max(float(np.hypot(*v)) for v in vectors)
        self.scale = scale = nice_scale(longest, MARGINS * min(sides), self.scale)
        line = line_of(model, weights, unit)
        foot = foot_of(line, plane)
        tip = foot + scale * weights[1:]
        lines = [PlaneLine(*line, theme.text, line_name(model, (1, unit)))]
        arrows = [Arrow(_pair(foot), _pair(tip), now, "w")]
        entries = [Entry("w", "line", now, full="w: the weights w1 and w2, at right angles to the line")]
        if step is not None and step.is_update:
            goal = foot + scale * step.changed[1:]
            lines.append(PlaneLine(*line_of(model, step.changed, unit), later, "new line", DASHES))
            arrows.append(Arrow(_pair(tip), _pair(goal), change, "Δw", label_at=0.5))
            arrows.append(Arrow(_pair(foot), _pair(goal), later, "w′", DASHES))
            entries.append(Entry("change Δw", "line", change, full="Δw: what the next presentation adds to w"))
            entries.append(Entry("new w′ and line", "line", later, dashes=DASHES))
        if self._is_low:
            entries = []  # the arrows have labels
        if step is not None:
            entries.append(
                Entry("next" if self._is_low else "next example", "marker", "", theme.accent, "o", width=2.5)
            )
        if scale != 1.0:
            full = f"arrows: weight 1 drawn as {number(scale)}"
            entries.append(Entry(f"arrows × {number(scale)}" if self._is_low else full, "note", full=full))
        self.plot.show_marks(lines, arrows)
        self.legend.set_entries([*self._entries, *entries])

    # --- what a person does ------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)

    def _fit(self) -> None:
        """Keep the same scale on both axes in another size."""
        if self.frame is not None and self._model is self.frame.lead.model:
            self._redraw()

    def _ranges(self) -> tuple[Range, Range]:
        return self.plot.plane.x_range, self.plot.plane.y_range

    def _example_clicked(self, row: int) -> None:
        if self.frame is not None:
            example = ("training", int(self._drawn[row])) if row >= 0 else None
            self.select(replace(self.frame.selection, example=example))  # type: ignore[arg-type]

    def _step_example(self, right: int, up: int) -> None:
        """Go to the next example with the arrow keys."""
        if len(self._drawn):
            row = self.plot.selected
            self._example_clicked(min(max(row + right + up, 0), len(self._drawn) - 1) if row >= 0 else 0)

    def _point_at(self, x: float, y: float) -> None:
        row = self.plot.point_at(x, y)
        if row < 0 or self._model is None or row >= len(self._drawn) or self.frame is None:
            self._say()
            return
        index, unit = int(self._drawn[row]), max(0, self.unit.currentIndex())
        inputs = self._model.examples.training.inputs[index]
        net = float(weights_of(self._model, self.frame.lead.state.params, unit) @ np.concatenate(([1.0], inputs)))
        said = sentence(example_text(self._model, "training", index))
        self.readout.show_text(f"{said}: x = {vector(inputs)}, w·x with x0 = 1: {number(net)}.")

    def _say(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            whose = f"{self.frame.lead.name}: " if self.is_one_of_several else ""
            self.readout.show_text(whose + self._words(self.frame))

    def _words(self, frame: Frame) -> str:
        """Say what the next presentation does, in numbers."""
        model, step = frame.lead.model, self.step
        assert isinstance(model, FeedforwardModel)
        if not model.trains:
            return "Nothing is trained here: the weights stay as they were set."
        if frame.is_running:
            return "Training runs: pause to see what the next example does."
        if step is None:
            weights = weights_of(model, frame.lead.state.params, max(0, self.unit.currentIndex()))
            return f"w = (w0; w1; w2) = {vector(weights)}."
        name = model.examples.training.names[step.example]
        unit, extra = max(0, self.unit.currentIndex()), ""
        if not np.any(step.weights[1:]):
            extra = " While w1 and w2 are 0 there is no line."
        elif (
            PlaneLine(*line_of(model, step.weights, unit), "").ends(self.plot.plane.x_range, self.plot.plane.y_range)
            is None
        ):
            extra = " The line is outside the picture."
        if step.is_update and step.change[0] != 0.0:
            extra += " w0 is not in the arrow: it shifts the line."
        return f"Next: {name}. {step.words}{extra}"

    # --- in words and numbers ----------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say weights, line, and the next change."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        unit = max(0, self.unit.currentIndex()) if model is self._model else 0
        weights = weights_of(model, frame.lead.state.params, unit)
        a, b, c = line_of(model, weights, unit)
        said = [f"Weights of {UnitNames.of(model).full(1, unit)}: (w0; w1; w2) = {vector(weights)}."]
        if a == 0.0 and b == 0.0:
            said.append("w1 and w2 are 0, so there is no dividing line.")
        else:
            x1, x2 = model.examples.input_names[:2]
            said.append(f"The line is {number(c)} + {_bracket(a)} {x1} + {_bracket(b)} {x2} = 0.")
        if self.frame is not None and self.frame.lead.state is frame.lead.state:
            said.append(self._words(frame))
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the weights of every unit, now and after the next presentation."""
        tracks = layered(frame)
        found: list[Rows] = []
        for track, model in tracks:
            rows: Rows = []
            for unit in range(model.layout.layers[1]):
                step = next_step(model, track.state, unit, trace_of(model, track.state))
                now = weights_of(model, track.state.params, unit)
                after = now if step is None else step.changed
                name = UnitNames.of(model).full(1, unit)
                rows += [
                    (name, f"w{k}", float(w), float(new - w), float(new))
                    for k, (w, new) in enumerate(zip(now, after, strict=True))
                ]
            found.append(rows)
        headings, every = below(tracks, ("unit", "weight", "now", "change", "after the next presentation"), found)
        return (Table("Weights and their next change", headings, tuple(every)),)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        is_low = self.height() < LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self.readout.set_max_lines(2 if is_low else MAX_LINES + 1)
            self._redraw()


def equal_plane(x_range: Range, y_range: Range, width: float, height: float) -> Plane:
    """Return the plane around two ranges in which both axes have the same scale, so that right angles look right."""
    scale = max((x_range[1] - x_range[0]) / max(width, 1.0), (y_range[1] - y_range[0]) / max(height, 1.0))
    ranges: list[Range] = []
    for (low, high), pixels in ((x_range, width), (y_range, height)):
        middle, half = (low + high) / 2, scale * max(pixels, 1.0) / 2
        ranges.append((middle - half, middle + half))
    return Plane(*ranges)


def foot_of(line: tuple[float, float, float], plane: Plane) -> FloatArray:
    """Return where the arrow begins: on the line, as near to the middle of the plane as can be; else in the middle."""
    middle = np.array([sum(plane.x_range) / 2, sum(plane.y_range) / 2])
    a, b, c = line
    square = a * a + b * b
    if not 0.0 < square < np.inf or PlaneLine(a, b, c, "#000000").ends(plane.x_range, plane.y_range) is None:
        return middle
    away = (a * middle[0] + b * middle[1] + c) / square
    return np.asarray(middle - away * np.array([a, b]))


def _pair(point: FloatArray) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _bracket(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


PANE = WeightSpacePane
