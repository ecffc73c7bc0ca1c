"""The colours of a plane of hidden units, and the numbers behind it as a table."""

from __future__ import annotations

import numpy as np

from app.frame import Frame
from app.table import Table, thinned
from app.widgets.colour_bar import ColourBar
from app.widgets.number_tables import Rows, below, layered
from app.widgets.numbers import number
from app.widgets.plane import Scale, margins
from app.widgets.space_plot import SpacePlot
from app.widgets.space_texts import target_of
from app.widgets.surface_colours import SHADES, opaque, tints
from app.widgets.surface_texts import Unit, axis_name, level_of
from app.widgets.unit_names import UnitNames
from app.widgets.unit_space import UnitSpace


def paint_space(plot: SpacePlot, bar: ColourBar, space: UnitSpace, unit: Unit | None, n: int) -> None:
    """Paint what a unit of the next layer, or for None the winning class, makes of the plane, on n x n places."""
    model = space.model
    outputs = space.above(plot.plane, n).outputs[1]
    bar.setVisible(unit is not None)
    if unit is None:
        winners, ahead = margins(outputs)
        best = outputs[np.arange(n * n), winners]
        shades = Scale.of(model.layout.activations[-1], model.examples.midpoint, best, 0.5).colours(best, SHADES)
        plot.show_map((winners * SHADES + shades).reshape(n, n), tints(outputs.shape[1], plot.theme.base))
        present = np.unique(winners)
        fields = [(ahead[:, k].reshape(n, n), 0.0) for k in present] if len(present) > 1 else []
        plot.show_contours(fields, "")
        plot.set_regions(winners.reshape(n, n), model.examples.class_names or model.examples.output_names)
        return
    values = outputs[:, unit[1]]
    level, least = level_of(model, unit)
    scale = Scale.of(model.layout.activations[space.layer], level, values, least)
    table = plot.theme.diverging()
    plot.show_map(scale.colours(values, 256).reshape(n, n), opaque(table))
    plot.show_contours([], "")
    plot.set_regions(None, ())
    ticks = ((0.0, number(scale.low)), (0.5, number(scale.middle)), (1.0, number(scale.high)))
    bar.show_scale(axis_name(model, unit), ticks, table)


def hidden_table(frame: Frame) -> Table:
    """Return the outputs of all hidden units for the training examples."""
    tracks = layered(frame)
    found: list[Rows] = []
    layout, names = tracks[0][1].layout, UnitNames.of(tracks[0][1])
    units = [names.full(layer, k) for layer in range(1, len(layout.layers) - 1) for k in range(layout.layers[layer])]
    for track, model in tracks:
        inputs = model.examples.training.inputs
        layers = range(1, len(model.layout.layers) - 1)
        parts = [UnitSpace.of(model, track.state.params, layer, (0, 0), inputs).outputs for layer in layers]
        outputs = np.concatenate(parts, axis=1)[:, : len(units)]
        missing = [""] * (len(units) - outputs.shape[1])
        examples = zip(model.examples.training.names, outputs, strict=True)
        rows: Rows = [
            (name, target_of(model, k), *map(float, values), *missing) for k, (name, values) in enumerate(examples)
        ]
        found.append(rows)
    headings, every = below(tracks, ("example", "target", *units), found)
    return thinned("Outputs of the hidden units", headings, every)
