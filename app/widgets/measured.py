"""Inputs as they were measured, where a network gets them standardised: names, ranges, values, and the axes of a plot.

People think in hertz, not in standard deviations. A constant input keeps its standardised form: it has no scale.
"""

from __future__ import annotations

import numpy as np

from app.widgets.plane import Range
from app.widgets.plot import Plot
from nlcore.datasets import STANDARDISED, Data
from nlcore.records import FloatArray


def units(data: Data, k: int) -> tuple[float, float]:
    """Return offset and factor that turn input `k` of a data set into what was measured."""
    if data.scaling is None or not data.scaling.sds[k] > 0.0:
        return 0.0, 1.0
    return float(data.scaling.means[k]), float(data.scaling.sds[k])


def name_of(data: Data, k: int) -> str:
    """Return the name of input `k`, as it was measured."""
    name = data.input_names[k]
    return name if units(data, k) == (0.0, 1.0) else name.removesuffix(STANDARDISED)


def value_of(data: Data, k: int, value: float) -> float:
    """Return what was measured for a value of input `k`."""
    offset, factor = units(data, k)
    return offset + factor * value


def range_of(data: Data, k: int, ends: Range) -> Range:
    """Return the ends of a range of input `k` as they would be measured."""
    return value_of(data, k, ends[0]), value_of(data, k, ends[1])


def inputs_of(data: Data, measured: FloatArray) -> FloatArray:
    """Return what a network gets for measured inputs, the last axis one an input."""
    return measured if data.scaling is None else data.scaling.apply(measured)


def measured_inputs(data: Data, inputs: FloatArray) -> FloatArray:
    """Return what was measured for the inputs that a network gets, the last axis one an input."""
    return np.array(inputs) if data.scaling is None else data.scaling.undo(inputs)


def label_axes(plot: Plot, data: Data, title: str) -> None:
    """Write measured values on the axes of a plot over the first two inputs, and their names."""
    plot.x_axis.set_units(*units(data, 0))
    plot.y_axis.set_units(*units(data, 1))
    plot.set_texts(title, name_of(data, 0), name_of(data, 1))
