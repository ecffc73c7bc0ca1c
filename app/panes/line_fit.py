"""What a network with one input makes of it: its output as a curve through the examples.

The straight line of a linear unit, the step or the bend of others. Several tracks are drawn over each other, in the
units in which the input was measured, so that standardised ones fit in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.drawn_examples import drawn_examples
from app.widgets.fit_plot import Curve, FitPlot, Points
from app.widgets.numbers import counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.plane import span
from app.widgets.readout import Readout
from app.widgets.unit_names import UnitNames, sentence
from nlcore import probes
from nlcore.datasets import STANDARDISED, Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

POINTS = 301
HINT = "Point at the picture to read values."


class LineFitPane(Pane):
    """Draws output and examples over the one input."""

    id = "line_fit"
    key = "Ctrl+Alt+3"
    title = "Fit"
    help = "The output of a network with one input, drawn through its examples."
    multiples = "own"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        row = OptionRow(self.body)
        self.output = row.add_choice("Output", "Output that is drawn", "Which output unit is drawn")
        self.output.activated.connect(lambda _: self._redraw())
        self.differences = row.add_switch(
            "Differences", "A line from each training example to the output: what the squared error adds up"
        )
        self.differences.toggled.connect(lambda _: self._redraw())
        row.done()
        self.picture = FitPlot(self.body)
        self.picture.plot.pointed.connect(lambda x, _: self._point_at(x))
        self.picture.plot.left.connect(lambda: self._point_at(None))
        self.picture.plot.stepped.connect(self._step)
        self.readout = Readout("Values at the pointer", self.body)
        self.readout.show_text(HINT)
        for widget, stretch in ((row, 0), (self.picture.plot, 1), (self.picture.legend, 0), (self.readout, 0)):
            layout.addWidget(widget, stretch)
        self._outputs: tuple[str, ...] = ()
        self._at: float | None = None

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no curve."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: there are no examples to draw a curve through."
        if model.examples.n_inputs != 1:
            return (
                f"This data set has {counted(model.examples.n_inputs, 'input')}; a curve can only be drawn over one. "
                "Over two inputs there is the decision surface."
            )
        if not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights have left the range of finite numbers. Step back to see the curve before."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.picture.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the curves of all tracks and the examples of the first."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        if data.output_names != self._outputs:
            self._outputs, names = data.output_names, UnitNames.of(model)
            fill(
                self.output, [sentence(names.full(names.last, k)) for k in range(data.n_outputs)], range(data.n_outputs)
            )
        k = self._chosen(data)
        points = [_points(data, name, k) for name, examples in data.sets.items() if len(examples)]
        ends = span(np.concatenate([p.x for p in points]))
        curves = [_curve(track, ends, k) for track in _alike(frame)]
        lines = self._difference_lines(frame.lead, model, k)
        self.picture.plot.set_texts("", data.input_names[0].removesuffix(STANDARDISED), data.output_names[k])
        self.picture.show_fit(curves, points, lines, _selected(frame, data, k))
        self._say()

    def in_words(self, frame: Frame) -> str:
        """Say the line of a linear unit, or where the output lies, and how far the examples are from it."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        parts = []
        for track in _alike(frame):
            model = track.model
            assert isinstance(model, FeedforwardModel)
            k = self._chosen(model.examples)
            curve = _curve(track, span(_measured(model.examples, model.examples.training.inputs)), k)
            whose = f"{track.name}: " if len(frame.tracks) > 1 else ""
            examples = model.examples.training
            apart = np.abs(examples.targets[:, k] - probes.outputs(model, track.state.params, examples.inputs)[:, k])
            ends = f"from {number(float(curve.y[0]))} to {number(float(curve.y[-1]))}"
            farthest = number(float(apart.max()))
            parts.append(f"{whose}the output goes {ends}; the training examples are up to {farthest} away from it.")
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return every training example that is drawn with target and outputs of all tracks."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data, k = model.examples, self._chosen(model.examples)
        rows = drawn_examples(len(data.training))
        x = _measured(data, data.training.inputs[rows])
        columns = [x, data.training.targets[rows, k]]
        columns += [_outputs_at(track, x, k) for track in _alike(frame)]
        names = [track.name for track in _alike(frame)] if len(frame.tracks) > 1 else ["output"]
        headings = (data.input_names[0].removesuffix(STANDARDISED), "target", *names)
        cells = tuple(tuple(float(column[i]) for column in columns) for i in range(len(rows)))
        return (Table("Training examples", headings, cells),)

    def _chosen(self, data: Data) -> int:
        found = self.output.currentData()
        return found if isinstance(found, int) and found < data.n_outputs else 0

    def _difference_lines(self, track: TrackFrame, model: FeedforwardModel, k: int) -> FloatArray:
        if not self.differences.isChecked():
            return np.empty((0, 2))
        training = model.examples.training
        rows = drawn_examples(len(training))
        x = _measured(model.examples, training.inputs[rows])
        ends = np.empty((2 * len(rows), 2))
        ends[0::2] = np.column_stack((x, training.targets[rows, k]))
        ends[1::2] = np.column_stack((x, _outputs_at(track, x, k)))
        return ends

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _point_at(self, x: float | None) -> None:
        self._at = x
        self._say()

    def _step(self, right: int, _: int) -> None:
        """Move the read-out with the arrow keys."""
        low, high = self.picture.plot.box.viewRange()[0]
        at = (low + high) / 2.0 if self._at is None else self._at + right * (high - low) / 50.0
        self._point_at(min(max(at, low), high))

    def _say(self) -> None:
        """Write the outputs at the pointer."""
        if self._at is None or self.frame is None or self.why_empty(self.frame) is not None:
            self.readout.show_text(HINT)
            return
        model = self.frame.lead.model
        assert isinstance(model, FeedforwardModel)
        k, x = self._chosen(model.examples), np.array([self._at])
        name = model.examples.input_names[0].removesuffix(STANDARDISED)
        said = [f"{t.name} {number(float(_outputs_at(t, x, k)[0]), 4)}" for t in _alike(self.frame)]
        if len(self.frame.tracks) == 1:
            said = [f"output {number(float(_outputs_at(self.frame.lead, x, k)[0]), 4)}"]
        self.readout.show_text(f"At {name} = {number(self._at, 4)}: {', '.join(said)}")


def _alike(frame: Frame) -> list[TrackFrame]:
    """Return the tracks with one input and as many outputs as the lead, and finite weights."""
    lead = frame.lead.model
    assert isinstance(lead, FeedforwardModel)
    return [
        track
        for track in frame.tracks
        if isinstance(track.model, FeedforwardModel)
        and (track.model.examples.n_inputs, track.model.examples.n_outputs) == (1, lead.examples.n_outputs)
        and np.all(np.isfinite(track.state.params))
    ]


def _measured(data: Data, inputs: FloatArray) -> FloatArray:
    """Return the one input in the units in which it was measured, shape (n,)."""
    return inputs[:, 0] if data.scaling is None else data.scaling.undo(inputs)[:, 0]


def _outputs_at(track: TrackFrame, x: FloatArray, k: int) -> FloatArray:
    """Return a track's output at measured inputs."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    inputs, scaling = x[:, None], model.examples.scaling
    with np.errstate(over="ignore", invalid="ignore"):
        return probes.outputs(model, track.state.params, inputs if scaling is None else scaling.apply(inputs))[:, k]


def _curve(track: TrackFrame, ends: tuple[float, float], k: int) -> Curve:
    x = np.linspace(*ends, POINTS)
    return Curve(track.number, track.name, x, _outputs_at(track, x, k))


def _points(data: Data, name: SetName, k: int) -> Points:
    examples = data.sets[name]
    rows: NDArray[np.intp] = drawn_examples(len(examples))
    return Points(name, _measured(data, examples.inputs[rows]), examples.targets[rows, k])


def _selected(frame: Frame, data: Data, k: int) -> FloatArray:
    """Return the place of the selected example, shape (1, 2), or none."""
    chosen = frame.selection.example
    if chosen is None or not 0 <= chosen[1] < len(data.sets[chosen[0]]):
        return np.empty((0, 2))
    examples, at = data.sets[chosen[0]], [chosen[1]]
    return np.column_stack((_measured(data, examples.inputs[at]), examples.targets[at, k]))


PANE = LineFitPane
