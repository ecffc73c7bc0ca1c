"""The ways of tracks over a plane of weights, ready to be drawn: places, jumps, and when each place was reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray
from nlcore.slice_planes import Axes
from nlcore.trails import Point

MOST_DOTS = 250
"""Of a way with more points only the line is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The way of one track.

    Attributes
    ----------
    number, name : int, str
        Of the track.
    points : tuple of Point
        The moments, oldest first; the last is the cursor.
    at : ndarray, shape (n, 2)
        Their places on the plane.
    is_complete : bool
        Whether every update is among them.
    """

    number: int
    name: str
    points: tuple[Point, ...]
    at: FloatArray
    is_complete: bool

    @classmethod
    def of(cls, number: int, name: str, points: tuple[Point, ...], axes: Axes, *, is_complete: bool) -> Way:
        """Project points onto the axes of a plane; those that are not finite are left out."""
        at = axes.coordinates(np.stack([point.params for point in points]))
        finite = np.all(np.isfinite(at), axis=1)
        kept = tuple(point for point, is_there in zip(points, finite, strict=True) if is_there)
        return cls(number, name, kept, at[finite], is_complete)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether training led from each point to the next, and no change by hand."""
        return np.array([not point.is_by_hand for point in self.points[1:]], dtype=np.bool_)

    def last(self) -> Way:
        """Return where it is now, without the way there."""
        return Way(self.number, self.name, self.points[-1:], self.at[-1:], self.is_complete)


def hull(ways: list[Way]) -> tuple[FloatArray, FloatArray] | None:
    """Return the lowest and the highest coordinates of all ways; None if there are none."""
    all_at = [way.at for way in ways if len(way.at)]
    if not all_at:
        return None
    together = np.concatenate(all_at)
    return together.min(axis=0), together.max(axis=0)
