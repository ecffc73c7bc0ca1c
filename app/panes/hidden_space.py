"""The space of hidden units: where the examples lie when each is described by the outputs of two hidden units.

The units above see nothing else, so a straight line in this plane is all that an output unit can draw. A second page
shows what every unit answers over the two inputs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.colour_bar import ColourBar
from app.widgets.drawn_examples import drawn_examples
from app.widgets.legend import Entry, Legend
from app.widgets.numbers import count, counted
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.space_map import hidden_table, paint_space
from app.widgets.space_plot import PlaneLine, SpacePlot
from app.widgets.space_texts import (
    captions,
    line_words,
    point_words,
    separable_words,
    slice_note,
    target_of,
    title,
    together,
)
from app.widgets.surface_legend import legend_entries
from app.widgets.surface_texts import Unit, level_of, line_name, misclassified, target_classes
from app.widgets.unit_names import UnitNames, sentence
from app.widgets.unit_space import MOST_SEPARATED, UnitSpace, lines_of, wide_layers
from app.widgets.unit_thumbnails import UnitThumbnails
from nlcore.families.feedforward import FeedforwardModel

COARSE, FINE = 40, 120
SMALL, LARGE = 24, 48
"""Values each way on a unit's own map, while training runs and at rest."""
LOW = 330
SPACE, SURFACES = "space", "surfaces"


class HiddenSpacePane(Pane):
    """Draws the examples as the output units see them."""

    id = "hidden_space"
    key = "Alt+3"
    title = "Hidden space"
    help = "Where the examples lie when each is described by the outputs of two hidden units."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._units: list[Unit] = []
        self._lines: list[Unit | None] = []
        self._drawn: NDArray[np.intp] = drawn_examples(0)
        self.space: UnitSpace | None = None
        self._is_low = False
        self._add_options()
        self.plot = SpacePlot("Examples in the plane of two hidden units", self.body)
        self.bar = ColourBar(self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("What the space shows", self.body)
        self.maps = UnitThumbnails()
        self.maps.unit_chosen.connect(self._choose_unit)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.maps)
        self.area.installEventFilter(self)
        self._lay_out()
        self.plot.pointed.connect(self._point_at)
        self.plot.left.connect(self._say)
        self.plot.stepped.connect(self._step_example)
        self.plot.point_clicked.connect(self._example_clicked)
        self.retheme(self.theme)

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.page = self.options.add_choice(
            "Sho&w", "What is shown", "The plane of two hidden units, or what each unit answers over the two inputs"
        )
        fill(
            self.page, ["Space of two units", "Surfaces of the units"], [SPACE, SURFACES], SPACE, ["Space", "Surfaces"]
        )
        self.across = self.options.add_choice(
            "Across", "Unit along the horizontal axis", explained("Unit along the horizontal axis", "hidden space")
        )
        self.up = self.options.add_choice(
            "Up", "Unit along the vertical axis", explained("Unit along the vertical axis", "hidden unit")
        )
        self.above = self.options.add_choice(
            "Line", "Unit whose line and output are drawn", "Unit of the next layer whose line and output are drawn"
        )
        self.zoom = self.options.add_switch("Zoom", "Show only the part of the plane in which examples lie")
        self.options.done()
        self.page.activated.connect(lambda _: self._redraw())
        self.across.activated.connect(lambda _: self._across_chosen())
        self.up.activated.connect(lambda _: self._redraw())
        self.above.activated.connect(lambda _: self._redraw())
        self.zoom.toggled.connect(lambda _: self._redraw())

    def _lay_out(self) -> None:
        picture = QWidget(self.body)
        row = QHBoxLayout(picture)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.plot, 1)
        row.addWidget(self.bar)
        self.pages = QStackedWidget(self.body)
        self.pages.addWidget(picture)
        self.pages.addWidget(self.area)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.pages, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no such space."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There is no network here: this lesson minimises a function directly."
        if len(model.layout.layers) == 2:
            return (
                "This network has no hidden units: its outputs are computed from the inputs directly, and a straight "
                "line among the inputs is all they can draw. Add a hidden layer, or open a lesson with one."
            )
        if not np.all(np.isfinite(frame.lead.state.params)):
            updates = counted(frame.lead.state.counters.updates, "update")
            return (
                f"The weights have left the range of finite numbers after {updates}, so there are no outputs to draw. "
                "Step back to see them before, or restart with a smaller learning rate."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.bar, self.legend):
            part.retheme(theme)
        self.maps.theme = theme

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Draw the plane with its examples, or the maps of the units."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        is_space = self.page.currentData() == SPACE
        self.pages.setCurrentIndex(0 if is_space else 1)
        for control in (self.across, self.up, self.above):
            control.setEnabled(is_space and bool(self._units))
        self.zoom.setEnabled(is_space)
        if not is_space:
            self._draw_maps(frame, model)
        elif not self._units:
            self.space = None
            self.legend.set_entries([])
            self.plot.say("Each hidden layer has a single unit, so there is no second one to span a plane with.")
        else:
            self._draw_space(frame, model)
        self._say()

    def _take_model(self, model: FeedforwardModel) -> None:
        before, self._model = self._model, model
        is_same = before is not None and before.layout.layers == model.layout.layers
        chosen = (self.across.currentText(), self.up.currentText()) if is_same else ("", "")
        names = UnitNames.of(model)
        self._units = [(layer, k) for layer in wide_layers(model) for k in range(model.layout.layers[layer])]
        texts = [sentence(names.full(*unit)) for unit in self._units]
        fill(self.across, texts, self._units, shorter=[f"unit {k + 1}" for _, k in self._units])
        self.across.setCurrentIndex(max(0, self.across.findText(chosen[0])))
        self._fill_others(chosen[1])

    def _fill_others(self, up: str = "") -> None:
        """Offer the units of the same layer for the other axis, and those above for the line."""
        model = self._model
        if model is None or not self._units:
            return
        layer, names = self._across()[0], UnitNames.of(model)
        mates = [unit for unit in self._units if unit[0] == layer]
        texts = [sentence(names.full(*unit)) for unit in mates]
        fill(self.up, texts, mates, shorter=[f"unit {k + 1}" for _, k in mates])
        usual = 1 if self._across()[1] == 0 else 0
        self.up.setCurrentIndex(self.up.findText(up) if self.up.findText(up) >= 0 else usual)
        self._lines = lines_of(model, layer)
        line = self.above.currentText()
        fill(
            self.above,
            ["Winning class" if unit is None else sentence(names.full(*unit)) for unit in self._lines],
            self._lines,
        )
        self.above.setCurrentIndex(max(0, self.above.findText(line)))

    def _across(self) -> Unit:
        return self._units[max(0, self.across.currentIndex())]

    def _line_unit(self) -> Unit | None:
        return self._lines[max(0, self.above.currentIndex())]

    def _draw_space(self, frame: Frame, model: FeedforwardModel) -> None:
        selection = frame.selection.example
        examples = model.examples.training
        chosen = selection[1] if selection is not None and selection[0] == "training" else -1
        chosen = chosen if chosen < len(examples) else -1
        self._drawn = drawn_examples(len(examples), chosen)
        space = self._space_of(frame.lead)
        self.space = space if space.is_drawable else None
        self.plot.say("" if space.is_drawable else "The outputs of these units have become too large to be drawn.")
        if not space.is_drawable:
            self.legend.set_entries([])
            return
        plane = space.plane(self.plot.plane, is_close=self.zoom.isChecked())
        if plane is not self.plot.plane:
            self.plot.set_plane(plane)
        unit = self._line_unit()
        classes = target_classes(model, "training", self._drawn)
        if np.array_equal(classes, self.plot.classes):
            self.plot.move_points(space.points)
        else:
            self.plot.set_points(space.points, classes, len(model.examples.class_names or ()))
        paint_space(self.plot, self.bar, space, unit, COARSE if frame.is_running else FINE)
        wrong = misclassified(model, frame.lead.state.params, "training", self._drawn)
        self.plot.set_wrong(wrong)
        self.plot.set_selected(int(np.searchsorted(self._drawn, chosen)) if chosen >= 0 else -1)
        names = [examples.names[k] for k in self._drawn] if len(examples) == len(self._drawn) else []
        found = None if unit is None else space.line(unit, level_of(model, unit)[0])
        lines = [] if found is None or unit is None else [PlaneLine(*found, self.theme.text, line_name(model, unit))]
        self.plot.show_marks(lines, (), captions(space, plane, names) if names else ())
        texts = [sentence(f"output of {UnitNames.of(model).full(space.layer, k)}") for k in (space.across, space.up)]
        self.plot.set_texts(title(model, unit), *texts)
        name = examples.names[chosen] if chosen >= 0 else ""
        n_wrong = None if self.is_one_of_several else int(wrong.sum())
        entries = legend_entries(model, "training", len(self._drawn), n_wrong, name, self.theme, is_brief=self._is_low)
        note = slice_note(space, has_mean=not self.is_one_of_several)
        self.legend.set_entries([*entries, Entry(note, "note")] if note else entries)

    def _space_of(self, track: TrackFrame) -> UnitSpace:
        model = track.model
        assert isinstance(model, FeedforwardModel)
        (layer, across), up = self._across(), max(0, self.up.currentIndex())
        return UnitSpace.of(model, track.state.params, layer, (across, up), model.examples.training.inputs[self._drawn])

    def _draw_maps(self, frame: Frame, model: FeedforwardModel) -> None:
        self.legend.set_entries([])
        if model.examples.n_inputs != 2:
            self.maps.shown = []
            self.maps.update()
            return
        n = SMALL if frame.is_running else LARGE
        self.maps.show_units(model, frame.lead.state.params, n, frame.selection.unit, self.theme)

    # --- what a person does ------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _across_chosen(self) -> None:
        self._fill_others(self.up.currentText() if self.up.currentText() != self.across.currentText() else "")
        self._redraw()

    def _choose_unit(self, unit: object) -> None:
        if self.frame is not None:
            self.select(replace(self.frame.selection, unit=unit if isinstance(unit, tuple) else None))

    def _example_clicked(self, row: int) -> None:
        if self.frame is not None:
            example = ("training", int(self._drawn[row])) if row >= 0 else None
            self.select(replace(self.frame.selection, example=example))  # type: ignore[arg-type]

    def _step_example(self, right: int, up: int) -> None:
        """Go to the next example with the arrow keys."""
        if self.space is None or not len(self._drawn):
            return
        row = self.plot.selected
        self._example_clicked(min(max(row + right + up, 0), len(self._drawn) - 1) if row >= 0 else 0)

    def _point_at(self, x: float, y: float) -> None:
        row = self.plot.point_at(x, y)
        if row < 0 or self.space is None or self._model is None or row >= len(self._drawn):
            self._say()
            return
        index = int(self._drawn[row])
        name = self._model.examples.training.names[index]
        self.readout.show_text(point_words(self.space, row, name, target_of(self._model, index)))

    def _say(self) -> None:
        """Say what is to be seen."""
        if self.frame is not None and self.why_empty(self.frame) is None:
            whose = f"{self.frame.lead.name}: " if self.is_one_of_several else ""
            self.readout.show_text(whose + self._words(self.frame))

    def _words(self, frame: Frame) -> str:
        model, space = self._model, self.space
        if model is None:
            return self.help
        if self.page.currentData() == SURFACES:
            if model.examples.n_inputs != 2:
                inputs = counted(model.examples.n_inputs, "input")
                return f"A surface can only be drawn over two inputs, and this data set has {inputs}."
            return "What each unit answers over the two inputs; click one to see it large in the decision surface."
        if space is None:
            return self.plot.message
        unit = self._line_unit()
        line = line_words(space, unit, level_of(model, unit)[0] if unit is not None else 0.0)
        if frame.is_running:
            return line
        names = model.examples.training.names
        classes = target_classes(model, "training", self._drawn)
        parts = []
        if len(names) <= MOST_SEPARATED and model.examples.class_names is not None:
            parts.append(separable_words(space, model.examples.training.inputs, classes))
        if len(names) == len(self._drawn):
            parts.append(together(space, self.plot.plane, names, classes))
        return " ".join(part for part in (*parts, line) if part)

    # --- in words and numbers ----------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say where the examples lie, which fall together, and whether a line divides the classes."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        if self.frame is None or self.frame.lead.state is not frame.lead.state or self._model is None:
            return self.help
        said = [self._words(frame)]
        if self.space is not None and self.page.currentData() == SPACE:
            wrong = int(self.plot.wrong.sum())
            note = slice_note(self.space)
            said.append(
                f"{count(len(self._drawn) - wrong)} of {count(len(self._drawn))} examples are classified correctly."
            )
            said += [f"{sentence(note)}."] if note else []
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the outputs of all hidden units for the training examples."""
        return (hidden_table(frame),)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        is_low = self.height() < LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self.readout.set_max_lines(1 if is_low else MAX_LINES)
            self._redraw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the maps anew when the space changes."""
        if watched is self.area and event.type() is QEvent.Type.Resize:
            bar = self.area.verticalScrollBar().sizeHint().width()
            self.maps.fit(self.area.size())
            if self.maps.height() > self.area.height():
                self.maps.fit(QSize(self.area.width() - bar, self.area.height()))
        return super().eventFilter(watched, event)


PANE = HiddenSpacePane
