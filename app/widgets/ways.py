"""The ways of tracks over a plane of weights, ready to be drawn: places, jumps, and when each place was reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray
from nlcore.slice_planes import Axes
from nlcore.trails import Point

FAR = 2.0
"""Other ways are followed up to so many times the extent of the lead's."""
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


def hull(ways: tuple[Way, ...], marks: FloatArray, least: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Return the lowest and the highest coordinates of the lead's way, and of the others as far as they are near it.

    Parameters
    ----------
    ways : tuple of Way
        The lead's comes last.
    marks : ndarray, shape (n, 2)
        Other places to hold.
    least : ndarray, shape (2,)
        Half of the smallest extent.

    Returns
    -------
    tuple of ndarray, each of shape (2,), or None
        None if the lead is nowhere.
    """
    if not ways or not len(ways[-1].at):
        return None
    mine = np.concatenate((ways[-1].at, marks))
    low, high = mine.min(axis=0), mine.max(axis=0)
    reach = FAR * np.maximum((high - low) / 2, least)  # a run that flies away is not followed
    middle = (low + high) / 2
    for way in ways[:-1]:
        if len(way.at):
            near = np.clip(way.at, middle - reach, middle + reach)
            low, high = np.minimum(low, near.min(axis=0)), np.maximum(high, near.max(axis=0))
    return low, high
