"""What the generated data sets in the plane share: options, and the way from points to sets of examples.

Example i belongs to class i modulo the number of classes, so that classes are equally large and alternate also when the
examples are shown in fixed order.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data, _classified
from nlcore.datasets._classified import Classified
from nlcore.datasets._coding import Coding
from nlcore.datasets._split import Seed, SplitOptions
from nlcore.records import FloatArray

Noise = Annotated[
    float, Meta(ge=0.0, le=10.0, description="Standard deviation of what is added to both coordinates of a point.")
]


class PlaneOptions(SplitOptions, frozen=True):
    """How many points, and how they become examples."""

    n: Annotated[int, Meta(ge=2, le=100_000, description="Points altogether; the classes share them equally.")] = 200
    coding: Coding = "zero_one"
    seed: Seed = 1


def classes_of(n: int, n_classes: int) -> NDArray[np.int64]:
    """Return the class numbers 0, 1, ..., 0, 1, ... of `n` examples."""
    return np.arange(n, dtype=np.int64) % n_classes


def noisy(points: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    """Return the points with normal noise added to each coordinate; it is drawn also where it is 0."""
    moved: FloatArray = points + noise * rng.standard_normal(points.shape)
    return moved


def data(
    name: str,
    options: PlaneOptions,
    points: FloatArray,
    classes: NDArray[np.int64],
    class_names: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Data:
    """Divide points into sets and code their classes.

    Parameters
    ----------
    name : str
        The data set's name.
    options : PlaneOptions
        Coding and shares.
    points : ndarray, shape (n, 2)
        The inputs.
    classes : ndarray, shape (n,)
        Class numbers from 0.
    class_names : tuple of str
        One a class.
    notes : tuple of str
        What else should be known.
    """
    examples = Classified(
        inputs=points, classes=classes, input_names=("x1", "x2"), class_names=class_names, what="points"
    )
    return _classified.data(name, "synthetic", examples, options, options.coding, notes=notes)
