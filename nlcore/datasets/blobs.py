"""Two or more round clouds of points in the plane: overlapping, or separated by a margin that is guaranteed.

The centres stand on a circle around the origin, turned by an angle that follows from the seed. With a margin, each
point lies at least that far on its own side of every line that halves the way between its centre and another.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data, Dataset, _checks, _coding, _plane
from nlcore.datasets._plane import PlaneOptions
from nlcore.records import FloatArray


class BlobOptions(PlaneOptions, frozen=True):
    """How many clouds, how far apart, how wide."""

    classes: Annotated[int, Meta(ge=2, le=8, description="How many clouds there are.")] = 2
    distance: Annotated[float, Meta(gt=0.0, le=100.0, description="From one centre to the next.")] = 2.0
    spread: Annotated[
        float, Meta(ge=0.0, le=100.0, description="Standard deviation of a cloud in each direction; more overlaps.")
    ] = 0.6
    margin: Annotated[
        Annotated[float, Meta(ge=0.0, le=50.0)] | None,
        Meta(description="Points nearer to a dividing line than this are drawn again; without it clouds may overlap."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a margin that not even the centres keep."""
        super().__post_init__()
        if self.n < self.classes:
            raise ValueError(f"n ({self.n}) is smaller than the number of classes ({self.classes})")
        if self.margin is not None and self.margin > 0.49 * self.distance:
            raise ValueError(f"margin ({self.margin:g}) is above 0.49 of the distance ({self.distance:g})")


def load(options: BlobOptions) -> Data:
    """Draw the clouds."""
    rng = np.random.default_rng(options.seed)
    centres = _centres(options, rng)
    classes = _plane.classes_of(options.n, options.classes)
    points = _plane.noisy(centres[classes], options.spread, rng)
    notes: tuple[str, ...] = ()
    if options.margin is not None:
        again = np.flatnonzero(margins(points, classes, centres) < options.margin)
        drawn_again = len(again)
        while len(again):
            points[again] = _plane.noisy(centres[classes[again]], options.spread, rng)
            again = again[margins(points[again], classes[again], centres) < options.margin]
        note = f"The classes are linearly separable: every point is at least {options.margin:g} from the dividing lines"
        notes = (f"{note} ({_checks.counted(drawn_again, 'point')} drawn again for that).",)
    return _plane.data(
        "blobs", options, points, classes, tuple(f"class {k + 1}" for k in range(options.classes)), notes
    )


def _centres(options: BlobOptions, rng: np.random.Generator) -> FloatArray:
    """Return where the clouds stand, shape (n_classes, 2); the generator is fresh."""
    turn = rng.uniform(0.0, 2.0 * np.pi)
    angles = turn + 2.0 * np.pi * np.arange(options.classes) / options.classes
    radius = 0.5 * options.distance / np.sin(np.pi / options.classes)
    return np.asarray(radius * np.column_stack([np.cos(angles), np.sin(angles)]))


def expected(options: BlobOptions, inputs: FloatArray) -> FloatArray | None:
    """Return the mean of the targets at some points; with targets 0 and 1 the probabilities of the classes.

    The clouds are round and equally wide, so the probability of class k at x is proportional to the share of its points
    times exp(-|x - centre k|^2 / (2 spread^2)). With a margin points were drawn again, and there is no such formula.

    Parameters
    ----------
    options : BlobOptions
        The clouds.
    inputs : ndarray, shape (n, 2)
        The points.
    """
    if options.margin is not None or not options.spread:
        return None
    centres = _centres(options, np.random.default_rng(options.seed))
    apart = inputs[:, None, :] - centres[None, :, :]
    sizes = np.bincount(_plane.classes_of(options.n, options.classes), minlength=options.classes)
    logs = np.log(sizes / options.n) - 0.5 * np.sum((apart / options.spread) ** 2, axis=2)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    low, high = _coding.CODES[options.coding]
    return np.asarray(low + (high - low) * (shares[:, 1:] if options.classes == 2 else shares))


def margins(points: FloatArray, classes: NDArray[np.int64], centres: FloatArray) -> FloatArray:
    """Return how far each point is on its own side of the nearest dividing line, shape (n,).

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        The points.
    classes : ndarray, shape (n,)
        The number of each point's own centre.
    centres : ndarray, shape (n_classes, 2)
        A dividing line is the perpendicular bisector of two centres.
    """
    nearest = np.full(len(points), np.inf)
    own = centres[classes]
    for k in range(len(centres)):
        apart = own - centres[k]
        length = np.hypot(apart[:, 0], apart[:, 1])
        other = classes != k
        side = np.sum((points - 0.5 * (own + centres[k])) * apart, axis=1)
        nearest[other] = np.minimum(nearest[other], side[other] / length[other])
    return nearest


DATASET = Dataset(
    "blobs",
    "Blobs",
    "Round clouds of points in the plane, overlapping or separable with a margin.",
    BlobOptions,
    load,
    expected=expected,
)
