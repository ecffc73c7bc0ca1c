"""What the picture of a curve and its parts needs of a frame, and how it is said in words."""

from __future__ import annotations

import numpy as np

from app.frame import Frame, TrackFrame
from app.table import Cell
from app.widgets.numbers import counted, number
from nlcore import network, unit_parts
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.size_errors import SizeError, measured_range


def why_no_curve(frame: Frame) -> str | None:
    """Say why there is no curve; None if there is one."""
    model = frame.lead.model
    if not isinstance(model, FeedforwardModel):
        return "This lesson minimises a function: there are no examples to draw a curve through."
    if model.examples.n_inputs != 1 or model.examples.n_outputs != 1:
        have = f"{counted(model.examples.n_inputs, 'input')} and {counted(model.examples.n_outputs, 'output')}"
        return f"This data set has {have}; a curve has one of each. Choose for example “points on a curve”."
    if not np.all(np.isfinite(frame.lead.state.params)):
        return "The weights have left the range of finite numbers. Step back to see the curve before."
    low, high = measured_range(model.examples)
    return None if low < high else "All training examples lie at one place; a curve needs a range."


def error_words(one: SizeError, who: str) -> str:
    """Say how far a network is from its curve."""
    return f"{who} is typically {number(one.typical)} from the curve, at most {number(one.largest)}."


def unit_words(model: FeedforwardModel, params: FloatArray, unit: int) -> str:
    """Say where a unit bends, how steeply, and what it adds."""
    weight = float(model.layout.weights(params)[-1][0, unit])
    if len(model.layout.layers) != 3:
        return f"Unit {unit + 1} is added with the weight {number(weight)}."
    steep = float(model.layout.block(params, "weights[0]")[unit, 0])
    place = float(unit_parts.crossings(model, params)[unit])
    weights = f"weight {number(steep)}; it is added with the weight {number(weight)}"
    return f"Unit {unit + 1} bends at {number(place)}, {weights}."


def size_row(one: SizeError) -> tuple[Cell, ...]:
    """Return size and errors as cells of a table."""
    return (one.hidden, one.typical, one.largest)


def can_part(model: FeedforwardModel) -> bool:
    """Tell whether the output is the sum of what hidden units add."""
    return len(model.layout.layers) > 2 and model.layout.activations[-1].name == "linear"


def chosen_unit(frame: Frame) -> int:
    """Return the chosen unit of the last hidden layer, or -1."""
    model, unit = frame.lead.model, frame.selection.unit
    assert isinstance(model, FeedforwardModel)
    last = len(model.layout.layers) - 2
    return unit[1] if unit is not None and unit[0] == last > 0 and 0 <= unit[1] < model.layout.layers[last] else -1


def same_training(one: Data | None, other: Data) -> bool:
    """Tell whether two data sets have the very same training examples."""
    if one is None or one is other:
        return one is other
    mine, theirs = one.training, other.training
    return np.array_equal(mine.inputs, theirs.inputs) and np.array_equal(mine.targets, theirs.targets)


def learning_alike(frame: Frame) -> list[TrackFrame]:
    """Return the tracks that learn from the lead's examples, with finite weights, the lead first."""
    lead = frame.lead.model
    assert isinstance(lead, FeedforwardModel)
    return [
        track
        for track in frame.tracks
        if isinstance(track.model, FeedforwardModel)
        and track.model.examples.n_outputs == 1
        and same_training(lead.examples, track.model.examples)
        and np.all(np.isfinite(track.state.params))
    ]


def measured(data: Data, inputs: FloatArray) -> FloatArray:
    """Return the one input in the units in which it was measured, shape (n,)."""
    return inputs[:, 0] if data.scaling is None else data.scaling.undo(inputs)[:, 0]


def inputs_at(data: Data, x: FloatArray) -> FloatArray:
    """Return measured places as the network sees them, shape (n, 1)."""
    return x[:, None] if data.scaling is None else data.scaling.apply(x[:, None])


def outputs_at(track: TrackFrame, x: FloatArray) -> FloatArray:
    """Return a track's output at measured places."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    return network.forward(model.layout, track.state.params, inputs_at(model.examples, x)).outputs[-1][:, 0]


def ring_of(frame: Frame, data: Data) -> FloatArray:
    """Return the place of the selected example, shape (1, 2), or none."""
    chosen = frame.selection.example
    if chosen is None or not 0 <= chosen[1] < len(data.sets[chosen[0]]):
        return np.empty((0, 2))
    examples, at = data.sets[chosen[0]], [chosen[1]]
    return np.column_stack((measured(data, examples.inputs[at]), examples.targets[at, 0]))
