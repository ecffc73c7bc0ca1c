"""Hidden codes: what a hidden layer makes of each example, rounded to a code, and how it came about over the run.

The table and the three plots of the 8 x 3 x 8 network (Mitchell 1997, pp. 107-109), for any network with one hidden
layer, a few units and a few examples.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.latest import Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.trails import Trails
from app.widgets.code_plots import ENCODING, ERRORS, WEIGHTS, CodePlots, Curves
from app.widgets.code_table import CodeTable
from app.widgets.code_texts import code_table, codes_words, course_table, encoding_words, why_no_codes
from app.widgets.legend import Legend
from app.widgets.numbers import count
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from app.widgets.unit_names import UnitNames
from nlcore.families.feedforward import FeedforwardModel
from nlcore.hidden_codes import CodeCourse, codes_of, course, work
from nlcore.records import Counters
from nlcore.trails import Point

ALL, CODES = "all", "codes"
AT_ONCE = 3_000_000
"""Multiplications that are made at once, in about ten milliseconds."""
MIDDLING, WIDE, LEAST_HEIGHT = 400, 760, 150
"""Widths from which on plots stand side by side, and also table and plots; and the height a plot gets at least."""
ONE_COLUMN = ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1), (3, 0, 1, 1))
TABLE_ABOVE = ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1), (2, 0, 1, 2))
TWO_BY_TWO = ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1))
"""Row, column, and how many of both, of the table and the three plots."""
LOW = 300


class HiddenCodesPane(Pane):
    """The table of codes and the three plots."""

    id = "hidden_codes"
    key = "Ctrl+F2"
    title = "Hidden codes"
    help = "The code that a hidden layer gives to each example, and how it came about over the run."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trails: Trails | None = None
        self._model: FeedforwardModel | None = None
        self.chosen_example = self.chosen_unit = 0
        """Index of the example whose encoding, and of the hidden unit whose weights are drawn."""
        self._key: tuple[object, ...] = ()
        self._course: tuple[tuple[Point, ...], CodeCourse] | None = None
        self._work = Latest("nllab-codes", self)
        self._work.answered.connect(self._on_work_answered)
        self._add_options()
        inside = QWidget()
        self.table = CodeTable(inside)
        self.plots = CodePlots(inside)
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(4, 0, 4, 0)
        self._grid.setSpacing(6)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        self.legend = Legend(self.body)
        self.readout = Readout("What the codes are", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part, stretch in ((self.options, 0), (self.area, 1), (self.legend, 0), (self.readout, 0)):
            column.addWidget(part, stretch)
        self.table.example_chosen.connect(self._choose_example)
        self.table.unit_chosen.connect(self._choose_unit)
        self.plots.said.connect(self._say)
        self._place()
        self.retheme(self.theme)

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.page = self.options.add_choice("Show", "What is shown", "The table and all three plots, or one of them")
        fill(
            self.page,
            ["Everything", "Table of codes", "Error of each output", "One encoding", "Weights into one unit"],
            [ALL, CODES, ERRORS, ENCODING, WEIGHTS],
            ALL,
            ["All", "Codes", "Errors", "Encoding", "Weights"],
        )
        self.example = self.options.add_choice(
            "Example", "Example whose encoding is drawn", "Whose hidden values are drawn over the run"
        )
        self.unit = self.options.add_choice(
            "Unit", "Hidden unit whose weights are drawn", "Into which hidden unit the weights lead that are drawn"
        )
        self.options.done()
        self.page.activated.connect(lambda _: self._place())
        self.example.activated.connect(self._choose_example)
        self.unit.activated.connect(self._choose_unit)

    # --- contract ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there are no codes."""
        reason = why_no_codes(frame.lead.model)
        if reason is None and not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights have left the range of finite numbers, so there are no codes. Step back to see them."
        return reason

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.table, self.plots, self.legend):
            part.retheme(theme)

    def use_trails(self, trails: Trails) -> None:
        """Take the ways of the tracks from there; without it only the moment that is shown is known."""
        if self.trails is None:
            self.trails = trails
            trails.changed.connect(self._redraw)

    def draw(self, frame: Frame) -> None:
        """Show the codes at the cursor and the course of the run."""
        track = frame.lead
        model = self._take(frame)
        self._find(track, model, is_running=frame.is_running)
        self.table.show_codes(model.examples.training.names, codes_of(model, track.state.params), model.layout)
        self.table.show_selected(self.chosen_example)
        self._place_again()
        self._draw_plots(frame, model)
        if self.trails is not None and frame.is_running:
            self.trails.pause()
        elif self.trails is not None:
            self.trails.refine()

    def in_words(self, frame: Frame) -> str:
        """Say how many codes there are, and the chosen one."""
        model = frame.lead.model
        reason = self.why_empty(frame)
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        codes = codes_of(model, frame.lead.state.params)
        names = model.examples.training.names
        example = min(self.chosen_example, len(names) - 1)
        when = f"Epoch {count(frame.lead.state.counters.epochs)}"
        return f"{when}. {encoding_words(names[example], codes.values[example].tolist())}. {codes_words(codes)}"

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the codes, and what the plots show."""
        model = self._take(frame)
        codes = code_table(model, codes_of(model, frame.lead.state.params))
        self._find(frame.lead, model, is_running=True)
        if self._course is None:
            return (codes,)
        points, found = self._course
        return codes, course_table(model, _epochs(model, points), found, self.chosen_example, self.chosen_unit)

    def take_over(self, other: Pane) -> None:
        """Show the same run with the same example and unit."""
        if isinstance(other, HiddenCodesPane):
            self.trails = other.trails
            self.chosen_example, self.chosen_unit = other.chosen_example, other.chosen_unit

    def finish(self) -> None:
        """Wait for the way of the run, and follow the hidden layer along it."""
        if self.trails is None or self.frame is None or not self.isVisible() or self.why_empty(self.frame) is not None:
            return
        self.trails.finish()
        model = self._take(self.frame)
        points = self._points(self.frame.lead)
        self._course = points, course(model, np.stack([point.params for point in points]))
        self._draw_plots(self.frame, model)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _take(self, frame: Frame) -> FeedforwardModel:
        """Take over model and selection."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        names, units = model.examples.training.names, model.layout.layers[1]
        if model is not self._model:
            self._model = model
            fill(self.example, list(names), range(len(names)))
            fill(self.unit, [f"hidden unit {k + 1}" for k in range(units)], range(units))
        example, unit, weight = frame.selection.example, frame.selection.unit, frame.selection.weight
        if example is not None and example[0] == "training":
            self.chosen_example = example[1]
        if unit is not None and unit[0] == 1:
            self.chosen_unit = unit[1]
        elif weight is not None and weight[0] == 0:
            self.chosen_unit = weight[1]
        self.chosen_example, self.chosen_unit = (
            min(self.chosen_example, len(names) - 1),
            min(self.chosen_unit, units - 1),
        )
        self.example.setCurrentIndex(self.chosen_example)
        self.unit.setCurrentIndex(self.chosen_unit)
        return model

    def _find(self, track: TrackFrame, model: FeedforwardModel, *, is_running: bool) -> None:
        """Follow the hidden layer over the run: at once where that is quick, else beside the window."""
        points = self._points(track)
        most = max(2, AT_ONCE // max(1, work(model, 1)))
        is_quick = len(points) <= most
        if not is_quick and is_running:
            points = (*points[:: -(-len(points) // most)], points[-1])
        key = (model, len(points), points[0].counters, points[-1].params.tobytes())
        if key == self._key:
            return
        params = np.stack([point.params for point in points])
        if is_quick or is_running:
            self._key, self._course = key, (points, course(model, params))
        else:
            self._work.ask(key, lambda: (points, course(model, params)))

    def _points(self, track: TrackFrame) -> tuple[Point, ...]:
        """Return the moments of the whole run, as far as they are known; the cursor is one of them."""
        state = track.state
        here = Point(state.params, state.counters)
        trail = self.trails.of(track.number, 1 << 62) if self.trails is not None else None
        if trail is None or not trail.points or trail.points[0].params.size != state.params.size:
            return (here,)
        at = here.counters.presentations
        before = tuple(p for p in trail.points if p.counters.presentations < at)
        after = tuple(p for p in trail.points if p.counters.presentations > at)
        every = (*before, here, *after)
        return tuple(p for p in every if np.all(np.isfinite(p.params)))

    def _on_work_answered(self, key: object, answer: object) -> None:
        assert isinstance(key, tuple)
        assert isinstance(answer, tuple)
        if self._model is not None and key[0] is self._model:
            self._key, self._course = key, (answer[0], answer[1])
            if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
                self._draw_plots(self.frame, self._model)

    def _draw_plots(self, frame: Frame, model: FeedforwardModel) -> None:
        if self._course is None or self._course[1].values.shape[1:] != (
            len(model.examples.training),
            model.layout.layers[1],
        ):
            return
        points, found = self._course
        x, names = _epochs(model, points), UnitNames.of(model)
        now = _epoch(model, frame.lead.state.counters)
        training, midpoint = model.examples.training, model.examples.midpoint
        high = np.flatnonzero(training.targets[self.chosen_example] > midpoint)
        on = np.flatnonzero(training.inputs[self.chosen_example]) + 1
        example = training.names[self.chosen_example]
        shown = {
            ERRORS: Curves("Sum of squares of each output", names.outputs, found.errors, frozenset(high.tolist())),
            ENCODING: Curves(
                f"Hidden values for {example}",
                tuple(f"unit {k + 1}" for k in range(model.layout.layers[1])),
                found.values[:, self.chosen_example],
            ),
            WEIGHTS: Curves(
                f"Weights into hidden unit {self.chosen_unit + 1}",
                ("w0", *names.inputs),
                found.weights[:, self.chosen_unit],
                frozenset(on.tolist()),
            ),
        }
        is_last = points[-1].counters.presentations <= frame.lead.state.counters.presentations
        self.plots.show_curves(x, shown, None if is_last else now, is_fine=not frame.is_running)
        self.legend.set_entries(self.plots.entries(names.inputs, names.outputs, model.layout.layers[1]))
        self._say("")

    def _say(self, pointed: str = "") -> None:
        """Write what is under the pointer, or what is to be seen."""
        if self.frame is not None and self.why_empty(self.frame) is None:
            self.readout.show_text(pointed or self.in_words(self.frame))

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _place(self) -> None:
        """Arrange the parts that are shown: one below the other, in a wide pane side by side."""
        page = str(self.page.currentData())
        parts: dict[str, QWidget] = {CODES: self.table, **self.plots.parts}
        chosen = [name for name in parts if page in (ALL, name)]
        places: tuple[tuple[int, ...], ...] = ONE_COLUMN
        if len(chosen) > 1 and self.width() >= MIDDLING:
            places = TWO_BY_TWO if self.width() >= WIDE else TABLE_ABOVE
        for name, part in parts.items():
            self._grid.removeWidget(part)
            part.setVisible(name in chosen)
            needed = self.table.height_needed() if name == CODES else LEAST_HEIGHT
            part.setMinimumHeight(needed if len(chosen) > 1 else 0)
        for k, name in enumerate(chosen):
            self._grid.addWidget(parts[name], *places[k])
        rows = 1 + max(place[0] for place in places[: len(chosen)])
        columns = max(place[1] + place[3] for place in places[: len(chosen)])
        for k in range(4):
            is_table = page == ALL and k == 0 and places is not TWO_BY_TWO
            self._grid.setRowStretch(k, int(k < rows and not is_table))
            self._grid.setColumnStretch(k, int(k < columns))
        self.legend.setVisible(chosen != [CODES] and self.height() >= LOW)

    def _place_again(self) -> None:
        """Give the table the room of another number of examples."""
        if self.page.currentData() == ALL and self.table.minimumHeight() != self.table.height_needed():
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts anew."""
        super().resizeEvent(event)
        self.readout.set_max_lines(2 if self.height() < LOW else 3)
        self._place()

    # --- what a person does ------------------------------------------------------------------------------------------

    def _choose_example(self, index: int) -> None:
        self.chosen_example = index
        if self.frame is not None:
            self.select(replace(self.frame.selection, example=("training", index)))
            self._redraw()

    def _choose_unit(self, index: int) -> None:
        self.chosen_unit = index
        if self.frame is not None:
            self.select(replace(self.frame.selection, unit=(1, index)))
            self._redraw()


def _epoch(model: FeedforwardModel, counters: Counters) -> float:
    return counters.epochs + counters.position_in_epoch / model.epoch_length


def _epochs(model: FeedforwardModel, points: tuple[Point, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([_epoch(model, point.counters) for point in points])


PANE = HiddenCodesPane
