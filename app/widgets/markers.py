"""Markers for classes of points: black or white shapes, which stay visible on any colour.

Points at the same place are moved apart by a few pixels where their classes differ, and counted where they do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray

BLACK, WHITE = "#000000", "#ffffff"
SHAPES = ("o", "s", "t1", "d", "star", "p", "t", "h", "+", "x")


@dataclass(frozen=True, slots=True)
class Marker:
    """The look of a class: shape, inside and outline."""

    symbol: str
    inside: str
    edge: str


def marker(k: int) -> Marker:
    """Return the marker of class `k`: first white circle, black square, white triangle and so on, 20 different ones."""
    shape = SHAPES[k % len(SHAPES)]
    is_white = (k + k // len(SHAPES)) % 2 == 0
    return Marker(shape, WHITE if is_white else BLACK, BLACK if is_white else WHITE)


def marker_size(n: int) -> int:
    """Return the size in pixels at which `n` points can be told apart."""
    return 12 if n <= 100 else 9 if n <= 600 else 7 if n <= 3000 else 5


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How points at the same place are shown.

    Attributes
    ----------
    shifts : ndarray, shape (n, 2)
        How far each point is moved, in marker sizes.
    repeated : tuple of (int, int)
        A point that stands for several of its class, and how many.
    """

    shifts: FloatArray
    repeated: tuple[tuple[int, int], ...]


def spread(points: FloatArray, classes: NDArray[np.int64]) -> Spread:
    """Find points at the same place.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Where they are.
    classes : ndarray, shape (n,)
        Points of one class at one place stay together, other classes go beside them.
    """
    shifts = np.zeros((len(points), 2))
    if not len(points):
        return Spread(shifts, ())
    rows = np.column_stack((points, classes))
    kinds, first, kind_of, sizes = np.unique(rows, axis=0, return_index=True, return_inverse=True, return_counts=True)
    kind_of = kind_of.reshape(-1)
    new_place = np.r_[True, np.any(kinds[1:, :2] != kinds[:-1, :2], axis=1)]
    place_of = np.cumsum(new_place) - 1
    at_place = np.bincount(place_of)
    rank = np.arange(len(kinds)) - np.nonzero(new_place)[0][place_of]
    beside = at_place[place_of]
    angle = 2 * np.pi * rank / beside + np.pi
    radius = np.where(beside > 1, 0.6 / np.sin(np.pi / np.maximum(beside, 2)), 0.0)
    kind_shift = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    several = np.nonzero(sizes > 1)[0]
    return Spread(kind_shift[kind_of], tuple((int(first[k]), int(sizes[k])) for k in several))
