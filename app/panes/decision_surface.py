"""The decision surface: what the network says for every pair of inputs, with the examples it learns from.

The map shows the output unit, the winning class, or a hidden unit that is selected here or in another pane. While
training runs the map is coarse; at rest it is fine.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.class_map import paint_classes
from app.widgets.colour_bar import ColourBar
from app.widgets.drawn_examples import drawn_examples
from app.widgets.edit_bar import SWITCHED_ON, EditBar
from app.widgets.hidden_lines import HiddenLines
from app.widgets.legend import Legend
from app.widgets.measured import label_axes
from app.widgets.number_tables import example_table, plane_table
from app.widgets.numbers import counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.plane import Plane, Scale, fitting, level_field, spans
from app.widgets.point_editor import BRIEF_HINT, HINT, PointEditor
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.surface import SurfacePlot
from app.widgets.surface_colours import FEW_CLASSES, opaque
from app.widgets.surface_legend import legend_entries
from app.widgets.surface_texts import (
    Unit,
    axis_name,
    choice_text,
    default_unit,
    example_text,
    level_of,
    line_name,
    map_words,
    misclassified,
    target_classes,
    title_of,
    units_of,
    values_text,
)
from nlcore import metrics
from nlcore.data_edits import DataEdit, is_kin
from nlcore.datasets import ExampleSet
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import ForwardPass
from nlcore.records import SetName

COARSE, FINE, MANY_FINE = 50, 200, 120
"""Places each way at which the network is asked: in a hurry, at rest, and where many regions have borders."""
LOW = 300
"""Below this height in pixels the texts are brief."""
ONLY_TRAINING = "Only training examples can be edited: choose the training set at Points."
SET_CHOICES: dict[SetName, str] = {"training": "Training set", "validation": "Validation set", "test": "Test set"}


class DecisionSurfacePane(Pane):
    """Draws the surface of the first track."""

    id = "decision_surface"
    key = "Ctrl+1"
    title = "Decision surface"
    help = "What the network says for every pair of inputs, with the examples drawn in."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._seen_unit: Unit | None = None
        self._cursor: tuple[float, float] | None = None
        self._points_of: SetName | None = None
        self._points_from: ExampleSet | None = None
        self._drawn = drawn_examples(0)
        self._is_low = False
        self.options = OptionRow(self.body)
        self.shown = self.options.add_choice(
            "Sho&w",
            "Unit that is shown",
            explained("Which unit's output the map shows; its colour bar says what the colours mean", "output"),
        )
        self.set_choice = self.options.add_choice(
            "&Points", "Examples that are shown", explained("Which examples are drawn as points", "example")
        )
        self.threshold = self.options.add_switch(
            "Thresho&lded", "Show only on which side of the level line each place lies, instead of all values between"
        )
        self.plot = SurfacePlot("Map of the output over the two inputs", self.body)
        self.hidden = HiddenLines(self.plot, self.options)
        self.edit = self.options.add_button(
            "Edit points", "Add, move, delete and relabel training examples with the mouse or with keys"
        )
        self.edit.setCheckable(True)
        self.edit.setStyleSheet(SWITCHED_ON)
        self.options.done()
        self.edit_bar = EditBar(self.body)
        self.edit_bar.hide()
        self.editor = PointEditor(self.plot, self.edit_bar)
        self.bar = ColourBar(self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("Values at the pointer", self.body)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.plot, 1)
        middle.addWidget(self.bar)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.edit_bar)
        column.addLayout(middle, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self.shown.activated.connect(self._unit_chosen)
        self.set_choice.activated.connect(lambda _: self._redraw())
        for switch in (self.threshold, self.hidden.switch):
            switch.toggled.connect(lambda _: self._redraw())
        self.plot.pointed.connect(self._point_at)
        self.plot.left.connect(lambda: self._point_at(None, None))
        self.plot.stepped.connect(self._step_cursor)
        self.plot.point_clicked.connect(self._example_clicked)
        self.edit.toggled.connect(self._edit_toggled)
        self.editor.point_chosen.connect(self._example_clicked)
        self.editor.cross_wanted.connect(self._place_cross)
        self.editor.edit_wanted.connect(self._intervene)
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why no surface can be drawn."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This experiment has no examples and no network, so there is no surface to draw."
        if model.examples.n_inputs != 2:
            inputs = counted(model.examples.n_inputs, "input")
            instead = " Look at the weight images instead." if "weight_images" in model.probes else ""
            return f"This data set has {inputs}; a surface can only be drawn over two.{instead}"
        if not np.all(np.isfinite(frame.lead.state.params)):
            updates = counted(frame.lead.state.counters.updates, "update")
            return (
                f"The weights have left the range of finite numbers after {updates}, so the network has no output to "
                "draw. Step back to see it before, or restart with a smaller learning rate."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.bar, self.legend, self.edit_bar):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the surface, the level line and the examples."""
        track = frame.lead
        model = track.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        self._follow_selection(frame.selection)
        unit = self._unit()
        fine = FINE if unit is not None or model.examples.n_outputs <= FEW_CLASSES else MANY_FINE
        n = COARSE if frame.is_running else fine
        passed = self.plot.plane.forward(model.layout, track.state.params, n)
        if unit is None:
            self._draw_classes(model, passed)
        else:
            self._draw_unit(model, passed, unit, n)
        self.hidden.show(model, track.state.params, self.theme)
        self._draw_examples(track, model, frame.selection)
        self.editor.take(model.examples, self._drawn, "" if self._points_of == "training" else ONLY_TRAINING)
        title = title_of(model, unit)
        several = f"{track.name}: {title}" if len(frame.tracks) > 1 else title
        label_axes(self.plot, model.examples, several)
        self._say()

    def in_words(self, frame: Frame) -> str:
        """Say in words what the surface looks like."""
        model = frame.lead.model
        reason = self.why_empty(frame)
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        return map_words(model, frame.lead.state, Plane(*spans(model.examples)), COARSE)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the examples with the outputs, and the map as a grid."""
        return example_table(frame), plane_table(frame, COARSE)

    def _take_model(self, model: FeedforwardModel) -> None:
        """Prepare for another experiment: choices, ranges, nothing pointed at. Edited examples change no choice."""
        before, self._model = self._model, model
        is_edited = before is not None and is_kin(before.examples, model.examples)
        is_same = is_edited and before is not None and before.layout.layers == model.layout.layers
        chosen = self.set_choice.currentData()
        units: list[Unit | None] = units_of(model)
        unit = self._unit() if is_same else default_unit(model)
        fill(self.shown, [choice_text(model, u) for u in units], units, unit)
        sets = [name for name, examples in model.examples.sets.items() if len(examples)]
        shorter = [*(name.capitalize() for name in sets), "None"]
        names = [*(SET_CHOICES[name] for name in sets), "No points"]
        fill(self.set_choice, names, [*sets, ""], chosen if is_edited else "training", shorter)
        self.edit_bar.take(model.examples)
        plane = fitting(*spans(model.examples), self.plot.plane if is_edited else None)
        if plane is not self.plot.plane:
            self.plot.set_plane(plane)
        if not is_edited:
            self._point_at(None, None)

    def _follow_selection(self, selection: Selection) -> None:
        """Show the unit that is selected, here or in another pane."""
        assert self._model is not None
        unit = selection.unit if selection.unit is not None and selection.unit[0] >= 1 else None
        if unit == self._seen_unit:
            return
        self._seen_unit = unit
        wanted = unit if unit is not None else default_unit(self._model)
        units = units_of(self._model)
        if wanted in units:
            self.shown.setCurrentIndex(units.index(wanted))

    def _unit(self) -> Unit | None:
        """Return the unit that is shown; None for the winning class."""
        return tuple(found) if (found := self.shown.currentData()) is not None else None

    def _draw_unit(self, model: FeedforwardModel, passed: ForwardPass, unit: Unit, n: int) -> None:
        """Paint one unit's output and its level line."""
        layer, index = unit
        activation = model.layout.activations[layer - 1]
        values = passed.outputs[layer][:, index]
        level, least = level_of(model, unit)
        scale = Scale.of(activation, level, values, least)
        if self.threshold.isChecked():
            places = np.where(metrics.is_high(values, level), 255, 0)
        else:
            places = scale.colours(values, 256)
        table = self.theme.diverging()
        self.plot.show_map(places.reshape(n, n), opaque(table))
        field, height = level_field(passed, activation, layer, index, level)
        self.plot.show_contours([(field.reshape(n, n), height)], line_name(model, unit))
        self.plot.set_regions(None, ())
        if self.threshold.isChecked():
            table = np.repeat(table[[0, -1]], 2, axis=0)
            ticks: tuple[tuple[float, str], ...] = (
                (0.25, f"{number(level)} or less" if level == 0.0 else f"below {number(level)}"),
                (0.75, f"above {number(level)}" if level == 0.0 else f"{number(level)} and more"),
            )
        else:
            middle = number(scale.middle)
            ticks = ((0.0, number(scale.low)), (0.5, middle), (1.0, number(scale.high)))
        self.bar.show_scale(axis_name(model, unit), ticks, table)
        self.bar.setVisible(True)

    def _draw_classes(self, model: FeedforwardModel, passed: ForwardPass) -> None:
        """Paint the region of each class, and the borders between them."""
        paint_classes(self.plot, model, passed.outputs[-1], is_flat=self.threshold.isChecked())
        self.bar.setVisible(False)

    def _draw_examples(self, track: TrackFrame, model: FeedforwardModel, selection: Selection) -> None:
        """Draw the points of the chosen set, ring the wrong ones and frame the selected one."""
        chosen: SetName | None = self.set_choice.currentData() or None
        examples = model.examples.sets[chosen] if chosen is not None else None
        which, selected = selection.example or (None, -1)
        if which != chosen or examples is None or selected >= len(examples):
            selected = -1
        drawn = drawn_examples(len(examples) if examples is not None else 0, selected)
        if chosen != self._points_of or examples is not self._points_from or not np.array_equal(drawn, self._drawn):
            self._points_of, self._points_from, self._drawn = chosen, examples, drawn
            if chosen is None or examples is None:
                self.plot.set_points(np.empty((0, 2)), np.empty(0, dtype=np.int64))
            else:
                classes = target_classes(model, chosen, drawn)
                self.plot.set_points(examples.inputs[drawn], classes, len(model.examples.class_names or ()))
        wrong = misclassified(model, track.state.params, chosen, drawn)
        self.plot.set_wrong(wrong)
        self.plot.set_selected(int(np.searchsorted(drawn, selected)) if selected >= 0 else -1)
        name = "" if examples is None or selected < 0 else examples.names[selected]
        n_wrong = None if self.is_one_of_several else int(wrong.sum())
        entries = legend_entries(model, chosen, len(drawn), n_wrong, name, self.theme, is_brief=self._is_low)
        self.legend.set_entries([*entries, *self.hidden.entries()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        is_low = self.height() < LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self.readout.set_max_lines(1 if is_low else MAX_LINES)
            self._redraw()

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _unit_chosen(self, _: int) -> None:
        unit = self._unit()
        self._redraw()
        selection = self.frame.selection if self.frame is not None else Selection()
        self.select(replace(selection, unit=unit))

    def _example_clicked(self, index: int) -> None:
        if self.frame is None:
            return
        selection = self.frame.selection
        if index >= 0 and self._points_of is not None:
            self.select(replace(selection, example=(self._points_of, int(self._drawn[index]))))
        elif selection.example is not None:
            self.select(replace(selection, example=None))

    def _edit_toggled(self, is_on: bool) -> None:
        self.edit_bar.setVisible(is_on)
        self.editor.set_on(is_on)
        if is_on:
            self.set_choice.setCurrentIndex(max(0, self.set_choice.findData("training")))
        self._redraw()

    def _intervene(self, edit: DataEdit) -> None:
        """Ask for an edit; afterwards a new point is selected, and after a deletion none is."""
        before = len(self._points_from) if self._points_from is not None else 0
        self.intervention_requested.emit(edit)
        after = len(self._points_from) if self._points_from is not None else 0
        if after != before and self.frame is not None:
            added: tuple[SetName, int] | None = ("training", after - 1) if after > before else None
            self.select(replace(self.frame.selection, example=added))

    def refuse(self, name: str, sentence: str) -> None:
        """Say why the examples could not be edited."""
        super().refuse(name, sentence)
        self.edit_bar.message.refuse(sentence)

    def _point_at(self, x: float | None, y: float | None) -> None:
        self._cursor = None if x is None or y is None else (x, y)
        self.plot.show_cross(None)
        self._say()

    def _step_cursor(self, right: int, up: int) -> None:
        """Move the read-out with the arrow keys."""
        (x0, x1), (y0, y1) = self.plot.plane.x_range, self.plot.plane.y_range
        x, y = self._cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
        to_x, to_y = x + right * (x1 - x0) / COARSE, y + up * (y1 - y0) / COARSE
        self._place_cross(min(max(to_x, x0), x1), min(max(to_y, y0), y1))

    def _place_cross(self, x: float, y: float) -> None:
        self._cursor = (x, y)
        self.plot.show_cross(self._cursor)
        self._say()

    def _say(self) -> None:
        """Write the values at the pointer, or what to do."""
        if self._model is None or self.frame is None or self.frame.lead.model is not self._model:
            return
        if self._cursor is None:
            more = "." if self._is_low else "; click on an example to select it."
            hint = BRIEF_HINT if self._is_low and self.editor.hint == HINT else self.editor.hint
            self.readout.show_text(hint if self.editor.is_on else "Point at the map to read values" + more)
            return
        text = values_text(self._model, self.frame.lead.state.params, self._cursor, self._unit(), is_brief=self._is_low)
        index = self.plot.point_at(*self._cursor)
        if index >= 0 and not self._is_low and self._points_of is not None:
            text += ". Near: " + example_text(self._model, self._points_of, int(self._drawn[index]))
        if self.editor.is_on and self.plot.cross is not None and not self._is_low:
            text = f"{self.editor.hint} {text}"
        self.readout.show_text(text)


PANE = DecisionSurfacePane
