"""What single weights are called on axes and in lists: w0 is the bias, w1 the weight of the first input.

Where a network has several units, the unit is named too.
"""

from __future__ import annotations

from app.widgets.unit_names import UnitNames, sentence
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.interventions import WITHOUT_LAYERS
from nlcore.records import Address

Unit = tuple[int, int]
"""Layer of the weights, from 0, and number of the unit they lead to."""


def units(model: Model) -> list[Unit]:
    """Return all units that have weights, the first layer first; a model without layers has one that owns them all."""
    if not isinstance(model, FeedforwardModel):
        return [(0, 0)]
    return [(layer, k) for layer, n in enumerate(model.layout.layers[1:]) for k in range(n)]


def unit_text(model: Model, unit: Unit) -> str:
    """Return what a unit is called in a list."""
    if not isinstance(model, FeedforwardModel):
        return "Point"
    return sentence(UnitNames.of(model).full(unit[0] + 1, unit[1]))


def weights_of(model: Model, unit: Unit) -> list[int]:
    """Return the places of a unit's weights in the vector of parameters, the bias first."""
    if not isinstance(model, FeedforwardModel):
        return list(range(model.n_params))
    layout, (layer, k) = model.layout, unit
    n = layout.layers[layer]
    first = layout.offsets[layer]
    return [first + layout.layers[layer + 1] * n + k, *range(first + k * n, first + (k + 1) * n)]


def unit_of(model: Model, place: int) -> Unit:
    """Return the unit that a weight leads to."""
    if not isinstance(model, FeedforwardModel):
        return 0, 0
    layer, unit, _ = model.layout.locate(place)
    return layer, unit


def source_text(model: Model, place: int) -> str:
    """Return what a weight is called in a list of one unit's weights."""
    if not isinstance(model, FeedforwardModel):
        return _point_names(model)[place]
    layer, _, source = model.layout.locate(place)
    if source < 0:
        return "w0, the bias"
    return f"w{source + 1}, from {UnitNames.of(model).source(layer, source)}"


def weight_text(model: Model, place: int) -> str:
    """Return what a weight is called on an axis."""
    if not isinstance(model, FeedforwardModel):
        return _point_names(model)[place]
    layer, unit, source = model.layout.locate(place)
    name = f"w{source + 1}"
    if len(units(model)) == 1:
        return name
    return f"{name} of {UnitNames.of(model).full(layer + 1, unit)}"


def _point_names(model: Model) -> tuple[str, ...]:
    """Return what the coordinates of a point are called."""
    names = getattr(model, "param_names", None)
    return tuple(names) if names else tuple(f"x{k + 1}" for k in range(model.n_params))


def address(model: Model, place: int) -> Address:
    """Return the address of a weight, for an intervention."""
    if not isinstance(model, FeedforwardModel):
        return Address(WITHOUT_LAYERS, (place,))
    layer, unit, source = model.layout.locate(place)
    if source < 0:
        return Address(f"biases[{layer}]", (unit,))
    return Address(f"weights[{layer}]", (unit, source))
