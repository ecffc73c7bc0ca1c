"""The numbers behind the pictures as tables: measurements, weights, units, examples and outputs over the plane.

Plain functions of what panes are given. Where several tracks are shown, the first column names the track.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.frame import Frame, TrackFrame
from app.table import Cell, Table, thinned
from app.widgets.curve_texts import metric_word
from app.widgets.example_results import Results
from app.widgets.plane import span
from app.widgets.unit_names import UnitNames
from app.widgets.weight_holds import Holds
from nlcore import network
from nlcore.curves import Curves
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

CLOCK = ("presentations", "updates", "epochs")
MOST_INPUTS = 64
"""Inputs that stand in a table of examples; the pixels of pictures do not."""
Rows = list[tuple[Cell, ...]]


def below(
    tracks: Sequence[tuple[TrackFrame, FeedforwardModel]], headings: Sequence[str], found: Sequence[Rows]
) -> tuple[tuple[str, ...], Rows]:
    """Put the rows of all tracks below each other, with the track's name first where there are several."""
    if len(tracks) == 1:
        return tuple(headings), list(found[0])
    together: Rows = []
    for (track, _), rows in zip(tracks, found, strict=True):
        together += [(track.name, *row) for row in rows]
    return ("track", *headings), together


def layered(frame: Frame) -> list[tuple[TrackFrame, FeedforwardModel]]:
    """Return the tracks whose model is a network, with it."""
    return [(track, track.model) for track in frame.tracks if isinstance(track.model, FeedforwardModel)]


def curve_table(frame: Frame) -> Table:
    """Return every measurement of every course: the clock and all quantities."""
    columns = list(dict.fromkeys(column for track in frame.tracks for column in track.curves.columns))
    several_tracks = len(frame.tracks) > 1
    several_courses = any(track.ghosts for track in frame.tracks)
    rows: Rows = []
    is_merged = False
    for track in frame.tracks:
        first: list[Cell] = [track.name] if several_tracks else []
        courses = [("this course", track.curves), *((f"{g.number}: {g.name}", g.curves) for g in track.ghosts)]
        for name, curves in courses:
            lead = [*first, *([name] if several_courses else [])]
            is_merged = is_merged or curves.span > 1
            found = [curves.column(column.set_name, column.metric) for column in columns]
            rows += [(*lead, *row) for row in _measurements(curves, found)]
    headings = [*(["track"] if several_tracks else []), *(["course"] if several_courses else []), *CLOCK]
    headings += [f"{column.set_name} {metric_word(column.metric)}" for column in columns]
    note = "Long runs are merged: two rows with the same count give the smallest and the largest value."
    return thinned("Measurements", headings, rows, note if is_merged else "")


def _measurements(curves: Curves, columns: Sequence[int | None]) -> Rows:
    present = [column for column in columns if column is not None]
    if not present or not curves.n_measurements:
        return []
    clock = [curves.series(present[0], axis)[0] for axis in CLOCK]
    values = [None if column is None else curves.series(column, CLOCK[0])[1] for column in columns]
    return [
        (*(int(axis[i]) for axis in clock), *("" if line is None else float(line[i]) for line in values))
        for i in range(len(clock[0]))
    ]


def weight_table(frame: Frame) -> Table:
    """Return every weight and bias of the networks, one in a row."""
    tracks = layered(frame)
    found = [_weights(model, track.state.params) for track, model in tracks]
    headings, rows = below(tracks, ("layer", "to", "from", "weight"), found)
    return thinned("Weights", headings, rows)


def link_table(frame: Frame, holds: Sequence[Holds]) -> Table:
    """Return every weight and bias with its last change, and whether it is frozen or tied.

    Parameters
    ----------
    frame : Frame
        What is shown.
    holds : sequence of Holds
        Of each track.
    """
    tracks = layered(frame)
    found: list[Rows] = []
    for (track, model), held in zip(tracks, holds, strict=True):
        layers, velocity = model.layout.layers, track.state.velocity
        places = [
            (layer, unit, source)
            for layer in range(len(layers) - 1)
            for unit in range(layers[layer + 1])
            for source in range(-1, layers[layer])
        ]
        indices = [held.index(place) for place in places]
        rows = _weights(model, track.state.params)
        found.append(
            [
                (*row, float(velocity[index]), "yes" if index in held.frozen else "", held.letters.get(index, ""))
                for row, index in zip(rows, indices, strict=True)
            ]
        )
    headings, rows = below(tracks, ("layer", "to", "from", "weight", "last change", "frozen", "tied"), found)
    return thinned("Weights", headings, rows)


def _weights(model: FeedforwardModel, params: FloatArray) -> Rows:
    names = UnitNames.of(model)
    rows: Rows = []
    for layer, (weights, biases) in enumerate(
        zip(model.layout.weights(params), model.layout.biases(params), strict=True), 1
    ):
        for unit in range(len(biases)):
            to = names.full(layer, unit)
            rows.append((layer, to, "x0 = 1 (bias w0)", float(biases[unit])))
            rows += [
                (layer, to, names.source(layer - 1, source), float(weight))
                for source, weight in enumerate(weights[unit])
            ]
    return rows


def unit_table(frame: Frame, shown: Sequence[tuple[FloatArray, FloatArray, str]]) -> Table:
    """Return net input and output of every unit for one example.

    Parameters
    ----------
    frame : Frame
        What is shown.
    shown : sequence of (inputs, targets, words)
        The example of each track.
    """
    tracks = layered(frame)
    found: list[Rows] = []
    for (track, model), (inputs, targets, _) in zip(tracks, shown, strict=True):
        passed = network.forward(model.layout, track.state.params, inputs[None, :])
        names = UnitNames.of(model)
        rows: Rows = []
        for layer, outputs in enumerate(passed.outputs):
            for unit, output in enumerate(outputs[0]):
                net: Cell = float(passed.net_inputs[layer - 1][0, unit]) if layer else ""
                target: Cell = float(targets[unit]) if layer == names.last else ""
                rows.append((layer, names.full(layer, unit), net, float(output), target))
        found.append(rows)
    headings, every = below(tracks, ("layer", "unit", "net input", "output", "target"), found)
    return thinned("Units", headings, every, f"For {shown[0][2]}.")


def pixel_table(frame: Frame) -> Table:
    """Return the weights of the first layer, a row for each pixel and a column for each unit."""
    tracks = layered(frame)
    found: list[Rows] = []
    n_units = max(model.layout.layers[1] for _, model in tracks)
    for track, model in tracks:
        weights, biases = model.layout.weights(track.state.params)[0], model.layout.biases(track.state.params)[0]
        shape = model.examples.image_shape or (1, model.examples.n_inputs)
        fill = [""] * (n_units - len(biases))
        rows: Rows = [("w0", "w0", *map(float, biases), *fill)]
        rows += [
            (pixel // shape[1] + 1, pixel % shape[1] + 1, *map(float, column), *fill)
            for pixel, column in enumerate(weights.T)
        ]
        found.append(rows)
    units = [f"unit {unit + 1}" for unit in range(n_units)]
    headings, every = below(tracks, ("pixel row", "pixel column", *units), found)
    return thinned("Weights of the pixels", headings, every, "The first row holds the biases w0.")


def example_table(frame: Frame) -> Table:
    """Return all examples with target, answer, outputs and, unless they are pixels, inputs."""
    models = layered(frame)
    data = models[0][1].examples
    is_class = data.class_names is not None
    has_inputs = data.image_shape is None and data.n_inputs <= MOST_INPUTS
    found = [
        _example_rows(model, track.state.params, is_class=is_class, has_inputs=has_inputs) for track, model in models
    ]
    answer = ("answer", "verdict") if is_class else ()
    targets = [f"target {name}" for name in data.output_names]
    outputs = [f"output {name}" for name in data.output_names]
    inputs = list(data.input_names) if has_inputs else []
    headings, rows = below(models, ("set", "example", *inputs, *targets, *outputs, *answer), found)
    note = "" if has_inputs else f"The {data.n_inputs} inputs of each example are left out."
    return thinned("Examples", headings, rows, note)


def _example_rows(model: FeedforwardModel, params: FloatArray, *, is_class: bool, has_inputs: bool) -> Rows:
    results, rows = Results.of(model, params), []
    for name, found in results.sets.items():
        examples = model.examples.sets[name]
        for row in range(len(examples)):
            cells: list[Cell] = [name, examples.names[row]]
            cells += map(float, examples.inputs[row]) if has_inputs else ()
            cells += [*map(float, examples.targets[row]), *map(float, found.outputs[row])]
            if is_class:
                cells += [results.answer_words(name, row), "correct" if found.is_correct[row] else "wrong"]
            rows.append(tuple(cells))
    return rows


def plane_table(frame: Frame, n: int) -> Table:
    """Return the outputs of the networks over a grid of so many places each way, as wide as the map is."""
    tracks = layered(frame)
    found: list[Rows] = []
    data = tracks[0][1].examples
    inputs = np.concatenate([examples.inputs for examples in data.sets.values()])
    lines = [low + (np.arange(n) + 0.5) * (high - low) / n for low, high in (span(inputs[:, 0]), span(inputs[:, 1]))]
    places = np.stack(np.meshgrid(*lines), axis=-1).reshape(-1, 2)
    for track, model in tracks:
        outputs = network.forward(model.layout, track.state.params, places).outputs[-1]
        found.append([(*map(float, place), *map(float, values)) for place, values in zip(places, outputs, strict=True)])
    names = (*data.input_names[:2], *(f"output {name}" for name in data.output_names))
    headings, rows = below(tracks, names, found)
    return thinned("Map, as a grid", headings, rows)
