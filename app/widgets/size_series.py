"""The sizes of weights over a run as series: where they come from, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.frame import TrackFrame
from app.widgets.slice_view import TrailSource
from app.widgets.unit_names import UnitNames
from nlcore.curves import Best
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.weight_sizes import LARGEST, SQUARES, SizesKnown

Quantity = Literal["layers", "largest", "squares"]
QUANTITIES: dict[Quantity, str] = {
    "layers": "Length of the weights of each layer",
    "largest": "Largest weight (absolute value)",
    "squares": "Sum of all squared weights",
}
SHORTER = ("Each layer", "Largest weight", "Sum of squares")
UPWARDS: dict[Quantity, str] = {"layers": "length", "largest": "largest weight", "squares": "sum of squares"}
"""What stands beside the vertical axis."""
MEANINGS = (
    "The square root of the sum of a layer's squared weights, biases included",
    "The weight that is furthest from zero, whichever that is at each moment",
    "What the penalty multiplies by its strength; biases included",
)
EVERYTHING = 1 << 62
MOST_NUMBERS = 1_000_000
"""Weights that are looked at in one go, so that the window does not wait."""


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """The sizes of one run.

    Attributes
    ----------
    updates : ndarray, shape (n,)
        When each was taken; at least one moment, the present one.
    rows : ndarray, shape (n, n_layers + 2)
        See `nlcore.weight_sizes`.
    present : int
        Index of the newest moment that the cursor has passed.
    is_whole : bool
        Whether all of them were worked out; those that were not are nan.
    """

    updates: FloatArray
    rows: FloatArray
    present: int
    is_whole: bool

    def columns(self, quantity: Quantity) -> FloatArray:
        """Return the columns of a quantity, shape (n, 1) or one a layer."""
        if quantity == "layers":
            return self.rows[:, :LARGEST]
        column = LARGEST if quantity == "largest" else SQUARES
        return self.rows[:, [column]]

    def at(self, updates: float) -> FloatArray:
        """Return a row between two moments, in proportion to the updates."""
        return np.array([np.interp(updates, self.updates, column) for column in self.rows.T])


class SizeSeries:
    """Works the sizes of every track out, each vector of weights once."""

    def __init__(self) -> None:
        self.trails: TrailSource | None = None
        self._known: dict[int, SizesKnown] = {}

    def of(self, track: TrackFrame) -> Sizes:
        """Return the sizes of a track whose model is a network."""
        model, state = track.model, track.state
        assert isinstance(model, FeedforwardModel)
        trail = self.trails.of(track.number, EVERYTHING) if self.trails is not None else None
        points = [] if trail is None else [(p.counters.updates, p.params) for p in trail.points]
        now = state.counters.updates
        if not points or points[0][1].size != state.params.size:
            points = []
        before = sum(updates <= now for updates, _ in points)
        if not before or points[before - 1][1] is not state.params:
            points.insert(before, (now, state.params))
            before += 1
        known = self._known.get(track.number)
        if known is None or known.layout.layers != model.layout.layers:
            known = self._known[track.number] = SizesKnown(model.layout)
        rows, is_whole = known.rows([params for _, params in points], MOST_NUMBERS)
        return Sizes(np.array([float(updates) for updates, _ in points]), rows, before - 1, is_whole)


def names_of(track: TrackFrame, quantity: Quantity) -> list[str]:
    """Return what each column of a quantity is called in a legend."""
    if quantity != "layers":
        return ["largest weight" if quantity == "largest" else "sum of squares"]
    model = track.model
    assert isinstance(model, FeedforwardModel)
    names = UnitNames.of(model)
    layers = range(1, names.last + 1)
    return [
        "outputs" if k == names.last else "hidden layer" if names.last == 2 else f"hidden layer {k}" for k in layers
    ]


def best_of(track: TrackFrame) -> Best | None:
    """Return the moment with the lowest validation loss, if there is one."""
    column = track.curves.column("validation", "loss")
    best = None if column is None else track.curves.best(column)
    return best if best is not None and np.isfinite(best.value) else None
