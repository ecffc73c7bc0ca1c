"""Points of a square, labelled by whether they lie in a region: a named one, or polygons of one's own.

Half of the points lie inside and half outside, evenly spread over each. The same regions can be built as a network by
the initializer ``half_planes``.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _plane
from nlcore.datasets._plane import PlaneOptions
from nlcore.errors import DataError
from nlcore.records import FloatArray
from nlcore.theory.polygons import LIMIT
from nlcore.theory.regions import Holes, Kind, Polygons, Region, region

CLASSES = ("outside", "inside")
ROUNDS = 400
"""Draws of `CHUNK` points before a part of the plane is held to have no room."""
CHUNK = 1000


class RegionOptions(PlaneOptions, frozen=True):
    """Which region, and how far the points keep from its border."""

    region: Kind = "convex"
    polygons: Polygons = ()
    holes: Holes = ()
    margin: Annotated[
        float, Meta(ge=0.0, le=0.2, description="Points nearer than this to a side of a polygon are drawn again.")
    ] = 0.0


def load(options: RegionOptions) -> Data:
    """Draw points until there are enough of both classes."""
    found = region(options.region, options.polygons, options.holes, "dataset")
    rng = np.random.default_rng(options.seed)
    classes = _plane.classes_of(options.n, 2)
    points = np.empty((options.n, 2))
    for k, where in enumerate(CLASSES):
        members = np.flatnonzero(classes == k)
        points[members] = _drawn(found, len(members), options.margin, where, rng)
    return _plane.data("regions", options, points, classes, CLASSES)


def _drawn(found: Region, n: int, margin: float, where: str, rng: np.random.Generator) -> FloatArray:
    """Draw points of the square that lie inside, or outside, and not too near to the border."""
    kept: list[FloatArray] = []
    for _ in range(ROUNDS):
        points = rng.uniform(-LIMIT, LIMIT, (CHUNK, 2))
        points = points[found.contains(points) == (where == "inside")]
        kept.append(points[found.distances(points) >= margin] if margin else points)
        if sum(map(len, kept)) >= n:
            return np.concatenate(kept)[:n]
    raise DataError(
        f"dataset: hardly any point of the square lies {where} of the region, {margin:g} or more from its sides; "
        "choose fewer points or another margin, or draw the region otherwise"
    )


DATASET = Dataset(
    "regions",
    "Regions",
    "Points inside and outside of a region of the plane: a named one, or polygons of your own.",
    RegionOptions,
    load,
)
