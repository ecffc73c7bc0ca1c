"""The outputs of two units of a hidden layer as a plane: where examples lie in it, and what the units above make of it.

The layers above such a plane are a network of their own, with hidden units as inputs. Where the layer has more units
than the two that are shown, the others are held at their mean over the training examples: the picture is a slice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.widgets.plane import Plane, Range, fitting, span
from app.widgets.surface_texts import Unit, is_output
from nlcore import network
from nlcore.errors import LabError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import ForwardPass, Layout
from nlcore.records import FloatArray
from nlcore.theory.separability import separability

MOST_SEPARATED = 200
"""Examples, at most, for which the separating line is looked for."""
NEAR = 0.04
"""Examples nearer than this part of the picture's side share a name."""
MOST_NAMED = 16
EDGE = 0.12
LARGEST, NARROWEST = 1e100, 1e-100


@dataclass(frozen=True, slots=True, eq=False)
class UnitSpace:
    """Two units of a layer, for some examples.

    Attributes
    ----------
    layer : int
        The hidden layer, from 1.
    across, up : int
        The two units.
    outputs : ndarray, shape (n, units)
        Of all units of the layer, for the examples.
    means : ndarray, shape (units,)
        Their means.
    """

    model: FeedforwardModel
    params: FloatArray
    layer: int
    across: int
    up: int
    outputs: FloatArray
    means: FloatArray

    @classmethod
    def of(
        cls, model: FeedforwardModel, params: FloatArray, layer: int, units: tuple[int, int], inputs: FloatArray
    ) -> UnitSpace:
        """Feed examples forward as far as the layer."""
        lower = Layout(model.layout.layers[: layer + 1], model.layout.activations[:layer])
        outputs = network.forward(lower, params, inputs).outputs[-1]
        with np.errstate(over="ignore", invalid="ignore"):
            return cls(model, params, layer, *units, outputs, outputs.mean(axis=0))

    @property
    def is_drawable(self) -> bool:
        """Whether the outputs of the layer are neither infinite nor so large that no picture can hold them."""
        return bool(np.max(np.abs(self.outputs), initial=0.0) < LARGEST)

    @property
    def points(self) -> FloatArray:
        """Where the examples lie, shape (n, 2)."""
        return self.outputs[:, [self.across, self.up]]

    @property
    def others(self) -> list[int]:
        """The units that are held at their mean."""
        return [k for k in range(self.outputs.shape[1]) if k not in (self.across, self.up)]

    def plane(self, shown: Plane | None, *, is_close: bool) -> Plane:
        """Return the part of the plane to show: the units' range where it has ends, else what the examples need."""
        activation = self.model.layout.activations[self.layer - 1]
        if not is_close and math.isfinite(activation.low) and math.isfinite(activation.high):
            margin = EDGE * (activation.high - activation.low)
            side: Range = (activation.low - margin, activation.high + margin)
            return shown if shown is not None and (shown.x_range, shown.y_range) == (side, side) else Plane(side, side)
        x, y = (_wide(span(self.points[:, k])) for k in (0, 1))
        return fitting(x, y, shown)

    def above(self, plane: Plane, n: int) -> ForwardPass:
        """Feed a grid over the plane through the layers above."""
        layout = self.model.layout
        rest = Layout(layout.layers[self.layer :], layout.activations[self.layer :])
        x = plane.x_range[0] + (np.arange(n) + 0.5) * (plane.x_range[1] - plane.x_range[0]) / n
        y = plane.y_range[0] + (np.arange(n) + 0.5) * (plane.y_range[1] - plane.y_range[0]) / n
        grid = np.tile(self.means, (n * n, 1))
        grid[:, self.across] = np.tile(x, n)
        grid[:, self.up] = np.repeat(y, n)
        return network.forward(rest, self.params[layout.offsets[self.layer] :], grid)

    def line(self, unit: Unit, level: float) -> tuple[float, float, float] | None:
        """Return a, b, c of the line a x + b y + c = 0 on which a unit of the next layer has an output.

        None if there is no such line: the output never has that value, or depends on the other units of its layer.
        """
        activation = self.model.layout.activations[self.layer]
        net = net_at(activation.name, level)
        if net is None:
            return None
        weights = self.model.layout.weights(self.params)[self.layer][unit[1]]
        bias = float(self.model.layout.biases(self.params)[self.layer][unit[1]])
        rest = sum(float(weights[k] * self.means[k]) for k in self.others)
        return float(weights[self.across]), float(weights[self.up]), bias + rest - net


def _wide(ends: Range) -> Range:
    """Return a range that can be drawn: one as wide as 2 instead of one without any width."""
    middle = (ends[0] + ends[1]) / 2
    return ends if ends[1] - ends[0] > NARROWEST else (middle - 1.0, middle + 1.0)


def net_at(activation: str, output: float) -> float | None:
    """Return the net input at which a unit has an output; None if there is none, or not just one."""
    if activation == "sigmoid":
        return math.log(output / (1.0 - output)) if 0.0 < output < 1.0 else None
    if activation == "tanh":
        return math.atanh(output) if -1.0 < output < 1.0 else None
    if activation == "threshold":
        return 0.0
    if activation == "linear" or (activation == "relu" and output >= 0.0):
        return output
    return None


def wide_layers(model: FeedforwardModel) -> list[int]:
    """Return the hidden layers with two units or more."""
    layers = model.layout.layers
    return [layer for layer in range(1, len(layers) - 1) if layers[layer] >= 2]


def lines_of(model: FeedforwardModel, layer: int) -> list[Unit | None]:
    """Return what can be shown over the plane of a layer: the winning class (None) or a unit of the next layer."""
    units: list[Unit | None] = [(layer + 1, k) for k in range(model.layout.layers[layer + 1])]
    is_last = layer + 1 == len(model.layout.layers) - 1
    return [None, *units] if is_last and len(units) > 1 and model.examples.class_names is not None else units


def clusters(points: FloatArray, plane: Plane) -> list[list[int]]:
    """Return groups of points that lie so near to each other that they look like one."""
    size = np.array([plane.x_range[1] - plane.x_range[0], plane.y_range[1] - plane.y_range[0]])
    groups: list[list[int]] = []
    for k, point in enumerate(points):
        near = next((g for g in groups if np.max(np.abs((points[g[0]] - point) / size)) <= NEAR), None)
        if near is None:
            groups.append([k])
        else:
            near.append(k)
    return groups


def is_separable(points: FloatArray, classes: NDArray[np.int64]) -> bool | None:
    """Tell whether a straight line separates two classes; None where that is not asked or cannot be told."""
    is_asked = 1 < len(points) <= MOST_SEPARATED and len(np.unique(classes)) == 2
    if not is_asked or not np.max(np.abs(points)) < LARGEST:
        return None
    try:
        with np.errstate(all="ignore"):
            return separability(points, np.where(classes == classes.max(), 1.0, -1.0)).is_separable
    except LabError:
        return None


def is_line_of_output(model: FeedforwardModel, unit: Unit | None) -> bool:
    """Tell whether what is shown over the plane is an output of the network."""
    return unit is None or is_output(model, unit)
