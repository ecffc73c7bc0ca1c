"""One unit's curve: how its output depends on its net input, how steep that is, and where the examples lie.

Where the curve is flat its slope is nearly zero, and so is everything that gradient descent learns through it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.traced import trace_of
from app.widgets.drawn_examples import drawn_examples
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from app.widgets.surface_texts import target_classes
from app.widgets.unit_curve_plot import UnitCurve, UnitCurvePlot
from app.widgets.unit_names import UnitNames, sentence
from nlcore import network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

Unit = tuple[int, int]
"""Layer and index; layer 1 is the first after the inputs."""


class UnitCurvePane(Pane):
    """Draws the curve of one unit."""

    id = "unit_curve"
    key = "Alt+0"
    title = "Curve of a unit"
    help = "The output of one unit over its net input, the slope of it, and the examples on it."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        row = OptionRow(self.body)
        self.unit = row.add_choice("Unit", "Unit whose curve is drawn", "An output unit, or a hidden one")
        self.unit.activated.connect(self._unit_chosen)
        row.done()
        self.picture = UnitCurvePlot(self.body)
        self.readout = Readout("The next example on the curve", self.body)
        layout.addWidget(row)
        layout.addWidget(self.picture.plot, 1)
        layout.addWidget(self.picture.legend)
        layout.addWidget(self.readout)
        self._model: FeedforwardModel | None = None
        self._seen_unit: Unit | None = None

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no curve."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: there is no unit with a net input."
        if not _units(model):
            return (
                "A softmax unit's output depends on the net inputs of its whole layer, so it has no curve of its own."
            )
        if not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights have left the range of finite numbers. Step back to see the curve before."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.picture.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the curve of the chosen unit and the training examples on it."""
        track = frame.lead
        model = track.model
        assert isinstance(model, FeedforwardModel)
        self._offer(model, frame)
        unit = self._chosen(model)
        curve = _curve(frame, model, unit)
        name = UnitNames.of(model).full(*unit)
        self.picture.show_curve(curve, sentence(f"{name}: {curve.activation.name}"), "net input")
        self.readout.show_text(_words(frame, model, unit, curve))

    def in_words(self, frame: Frame) -> str:
        """Say where the examples lie on the curve."""
        reason = self.why_empty(frame)
        model = frame.lead.model
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        unit = self._chosen(model)
        return _words(frame, model, unit, _curve(frame, model, unit))

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return net input, output and slope of every training example that is drawn."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        unit, (shown, _) = self._chosen(model), _shown(frame)
        net = _net_inputs(model, frame.lead, unit, shown)
        outputs = model.layout.activations[unit[0] - 1].values(net)
        slopes = model.layout.activations[unit[0] - 1].slopes(outputs)
        names = [model.examples.training.names[i] for i in shown]
        rows = tuple(zip(names, net.tolist(), outputs.tolist(), slopes.tolist(), strict=True))
        title = sentence(UnitNames.of(model).full(*unit))
        return (Table(title, ("training example", "net input", "output", "slope"), rows),)

    def _offer(self, model: FeedforwardModel, frame: Frame) -> None:
        """Fill the choice of units for another network, and follow what is selected elsewhere."""
        units = _units(model)
        if model is not self._model:
            before = self._model
            keeps = before is not None and before.layout.layers == model.layout.layers
            chosen = self.unit.currentData() if keeps else None
            self._model, names = model, UnitNames.of(model)
            fill(self.unit, [sentence(names.full(*unit)) for unit in units], units, chosen or units[0])
        if frame.selection.unit != self._seen_unit:
            self._seen_unit = frame.selection.unit
            if self._seen_unit in units:
                self.unit.setCurrentIndex(units.index(self._seen_unit))

    def _chosen(self, model: FeedforwardModel) -> Unit:
        found, units = self.unit.currentData(), _units(model)
        unit = tuple(found) if found is not None else units[0]
        return unit if unit in units else units[0]

    def _unit_chosen(self, _: int) -> None:
        if self.frame is None:
            return
        selection = self.frame.selection
        self._seen_unit = tuple(self.unit.currentData())
        self.select(replace(selection, unit=self._seen_unit))


def _curve(frame: Frame, model: FeedforwardModel, unit: Unit) -> UnitCurve:
    """Return the unit's curve with the training examples that are drawn on it."""
    shown, next_example = _shown(frame)
    return UnitCurve(
        model.layout.activations[unit[0] - 1],
        _net_inputs(model, frame.lead, unit, shown),
        target_classes(model, "training", shown),
        int(np.searchsorted(shown, next_example)) if next_example >= 0 else -1,
    )


def _words(frame: Frame, model: FeedforwardModel, unit: Unit, curve: UnitCurve) -> str:
    """Say the numbers of the next example, and how many examples are where the curve is flat."""
    parts, names = [], model.examples.training.names
    if curve.next >= 0:
        net = curve.net_inputs[[curve.next]]
        output = curve.activation.values(net)
        slope = float(curve.activation.slopes(output)[0])
        parts.append(
            f"Next example, {names[_shown(frame)[1]]}: net input {number(float(net[0]), 4)}, "
            f"output {number(float(output[0]), 4)}, slope {number(slope, 4)}{_delta(frame, unit)}."
        )
    if curve.limits() is not None:
        n = curve.n_saturated()
        of = counted(len(curve.net_inputs), "training example")
        drawn = " that are drawn" if len(curve.net_inputs) < len(names) else ""
        parts.append(f"{count(n)} of {of}{drawn} {'lies' if n == 1 else 'lie'} where the unit is saturated.")
    return " ".join(parts)


def _units(model: FeedforwardModel) -> list[Unit]:
    """Return the units with a curve of their own, the output units first."""
    layers = model.layout.layers
    order = [len(layers) - 1, *range(1, len(layers) - 1)]
    return [(at, k) for at in order if model.layout.activations[at - 1].is_elementwise for k in range(layers[at])]


def _shown(frame: Frame) -> tuple[NDArray[np.intp], int]:
    """Return which training examples are drawn, and which of them comes next; -1 while training runs."""
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    trace = None if frame.is_running or not model.trains else trace_of(model, frame.lead.state)
    next_example = -1 if trace is None else trace.example
    return drawn_examples(len(model.examples.training), next_example), next_example


def _net_inputs(model: FeedforwardModel, track: TrackFrame, unit: Unit, shown: NDArray[np.intp]) -> FloatArray:
    passed = network.forward(model.layout, track.state.params, model.examples.training.inputs[shown])
    return np.ascontiguousarray(passed.net_inputs[unit[0] - 1][:, unit[1]])


def _delta(frame: Frame, unit: Unit) -> str:
    """Say the unit's error term on the next example."""
    trace = trace_of(frame.lead.model, frame.lead.state)
    name = f"deltas[{unit[0] - 1}]"
    found = [phase.arrays[name] for phase in trace.phases if name in phase.arrays] if trace is not None else []
    return f", error term δ {number(float(found[0][unit[1]]), 4)}" if found else ""


PANE = UnitCurvePane
