"""What the network of a track says over the plane on which regions are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.frame import TrackFrame
from app.widgets.region_runs import grid
from nlcore import probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

MOST_WORK: Final = 20_000_000
"""Multiplications for all networks together that the window waits for."""
LEAST: Final = 20
"""Places a side that even the largest networks are asked about."""


def can_answer(track: TrackFrame) -> bool:
    """Tell whether a network has two inputs and one output, and finite weights."""
    model = track.model
    return (
        isinstance(model, FeedforwardModel)
        and (model.layout.layers[0], model.layout.layers[-1]) == (2, 1)
        and bool(np.all(np.isfinite(track.state.params)))
    )


def first_lines(track: TrackFrame) -> FloatArray:
    """Return the lines at which the units after the inputs have net input 0, shape (n, 3)."""
    assert isinstance(track.model, FeedforwardModel)
    weights, biases = (track.model.layout.block(track.state.params, f"{what}[0]") for what in ("weights", "biases"))
    lengths = np.hypot(weights[:, 0], weights[:, 1])
    has_line = lengths > 0.0
    found: FloatArray = np.column_stack((weights, biases))[has_line] / lengths[has_line, None]
    return found


def answers(track: TrackFrame, n: int) -> NDArray[np.bool_]:
    """Return where a network says inside, shape (n * n,)."""
    assert isinstance(track.model, FeedforwardModel)
    found: NDArray[np.bool_] = probes.predicted(track.model, track.state.params, grid(n)) == 1
    return found


def places(tracks: Sequence[TrackFrame], most: int) -> int:
    """Return about how many places a side networks are asked: fewer where they are so large that it would take long."""
    n_params = sum(track.state.params.size for track in tracks)
    return max(LEAST, min(most, math.isqrt(MOST_WORK // max(1, n_params))))
