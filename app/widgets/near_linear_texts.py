"""What the pane on near-linearity says: how far units leave the straight part, how far the network is from linear."""

from __future__ import annotations

import math

import numpy as np

from app.widgets.departures import BOX, EXAMPLES
from app.widgets.numbers import count, counted, number
from app.widgets.unit_names import UnitNames
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import Departure, LinearFit, bent_share, straight_part
from nlcore.records import FloatArray

WAITING = "The distance from the best linear fit is being worked out …"
PLACES = {EXAMPLES: "the training inputs", BOX: "the box of the inputs"}


def layer_words(model: FeedforwardModel, layer: int, net_inputs: FloatArray) -> str:
    """Say where the net inputs of a layer lie and how many of them are where a unit is straight."""
    activation = model.layout.activations[layer - 1].name
    where = f"{UnitNames.of(model).layer(layer)}: net inputs from {number(float(net_inputs.min()))}"
    where += f" to {number(float(net_inputs.max()))}"
    part, bent = straight_part(activation), bent_share(activation, net_inputs)
    if activation == "linear":
        return f"{where}. A linear unit is straight everywhere."
    if part is not None:
        share = f"{float(1.0 - bent.mean()):.0%}".replace("%", " %")
        return f"{where}, {share} of them on the straight part (up to ±{number(part[1], 2)})."
    if activation == "softmax":
        return f"{where}. A softmax unit has no curve of its own."
    n, what = int(np.sum(bent > 0.0)), "corner" if activation == "relu" else "jump"
    units = counted(net_inputs.shape[1], "unit")
    return f"{where}. For {count(n)} of {units} the examples lie on both sides of the {what} at 0."


def departure_words(found: Departure | None, fit: LinearFit | None, kind: str, *, is_asked_otherwise: bool) -> str:
    """Say how far the network is from the linear function nearest to it."""
    if found is None or fit is None:
        return WAITING
    if not math.isfinite(found.distance):
        return "The outputs are too large to be compared with a linear function."
    said = (
        f"Over {PLACES[kind]} the output is {number(found.distance)} away from the best linear fit (root mean square)"
    )
    if found.distance == 0.0:
        said = f"Over {PLACES[kind]} the output is linear"
    else:
        share = f"{found.share:.3g}" if found.share < 0.001 else f"{found.share:.3f}"
        said += f"; of its variance a share of {number(float(share))} is left over"
    note = " A linear function can go through all training inputs, so the box is taken." if is_asked_otherwise else ""
    return f"{said}.{note}"
