"""A checkerboard of two classes: with two cells a side it is XOR with many points, with more it needs many units."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _plane
from nlcore.datasets._plane import Noise, PlaneOptions


class CheckerboardOptions(PlaneOptions, frozen=True):
    """How many cells, and how blurred their borders are."""

    cells: Annotated[int, Meta(ge=2, le=10, description="Cells along each side of the square from -1 to 1.")] = 2
    noise: Noise = 0.0


def load(options: CheckerboardOptions) -> Data:
    """Draw points uniformly within random cells of their class, then move them by the noise."""
    rng = np.random.default_rng(options.seed)
    classes = _plane.classes_of(options.n, 2)
    rows, columns = np.divmod(np.arange(options.cells**2), options.cells)
    places = np.empty((options.n, 2))
    for k in range(2):
        cells = np.flatnonzero((rows + columns) % 2 == k)
        members = np.flatnonzero(classes == k)
        chosen = rng.choice(cells, len(members))
        places[members] = np.column_stack([columns[chosen], rows[chosen]])
    points = 2.0 * (places + rng.uniform(0.0, 1.0, places.shape)) / options.cells - 1.0
    return _plane.data("checkerboard", options, _plane.noisy(points, options.noise, rng), classes, ("dark", "light"))


DATASET = Dataset("checkerboard", "Checkerboard", "Dark and light cells of a board.", CheckerboardOptions, load)
