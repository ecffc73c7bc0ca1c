"""Which part of a plane of weights is shown: around the ways of the tracks, or what a person chose.

A part that is shown stays as long as the ways are inside and do not look too small, so that the picture does not jump.
"""

from __future__ import annotations

from copy import copy

import numpy as np

from app.widgets.plane import Range
from app.widgets.slice_view import MARGIN, Sight
from app.widgets.ways import hull
from nlcore.records import FloatArray

KEEP_MARGIN = 0.04
TOO_LARGE = 4.0
"""A part that is shown may be so many times as large as is needed."""
WIDEST = 6.0
"""Up to this ratio of both extents the axes have one scale."""
SMALLEST = 1e-12
FARTHEST = 1e150


class SliceRange:
    """The part of the plane."""

    def __init__(self) -> None:
        self.shown: tuple[Range, Range] = ((-1.0, 1.0), (-1.0, 1.0))
        self.is_automatic = True
        self._of: tuple[object, ...] = ()
        self._is_new = True

    def copied(self) -> SliceRange:
        """Return another one with the same part."""
        return copy(self)

    def reset(self) -> None:
        """Show the part that holds all ways."""
        self.is_automatic, self._is_new = True, True

    def fits(self, *chosen: object) -> bool:
        """Tell whether the part was chosen for these axes, and remember them."""
        is_same, self._of = chosen == self._of, chosen
        return is_same

    def choose(self, u_range: Range, v_range: Range) -> None:
        """Show what a person chose."""
        if all(_is_possible(ends) for ends in (u_range, v_range)):
            self.shown, self.is_automatic = (u_range, v_range), False

    def zoom(self, factor: float) -> None:
        """Show so many times as much, around the middle."""
        sides = []
        for low, high in self.shown:
            middle, half = (low + high) / 2, factor * (high - low) / 2
            sides.append((middle - half, middle + half))
        self.choose(sides[0], sides[1])

    def of(self, sight: Sight, *, is_kept: bool) -> tuple[Range, Range]:
        """Return the part to show.

        Parameters
        ----------
        sight : Sight
            What is looked at.
        is_kept : bool
            Whether the part only grows.
        """
        found = hull(sight.ways, np.array(sight.marks).reshape(-1, 2), sight.least)
        if not self.is_automatic or found is None:
            return self.shown
        low, high = found
        if not self._is_new and self._holds(low, high, is_kept=is_kept):
            return self.shown
        self._is_new = False
        size = high - low
        half = np.maximum(0.5 * size * (1 + 2 * MARGIN), sight.least)
        half = np.minimum(half, FARTHEST)
        if half.max() <= WIDEST * half.min():
            half[:] = half.max()
        middle = (low + high) / 2
        ends = [(float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True)]
        if all(_is_possible(side) for side in ends):
            self.shown = (ends[0], ends[1])
        return self.shown

    def _holds(self, low: FloatArray, high: FloatArray, *, is_kept: bool) -> bool:
        for (start, end), lowest, highest in zip(self.shown, low.tolist(), high.tolist(), strict=True):
            margin = KEEP_MARGIN * (end - start)
            if not (start + margin <= lowest and highest <= end - margin):
                return False
        sides = np.array([end - start for start, end in self.shown])
        is_small = bool(np.all((high - low) * (1 + 2 * MARGIN) * TOO_LARGE < sides))
        return is_kept or not is_small or bool(np.all(sides <= 2.01 * 2.0))


def _is_possible(ends: Range) -> bool:
    low, high = ends
    size = high - low
    return (
        bool(np.isfinite(size))
        and abs(low) + abs(high) < 4 * FARTHEST
        and size > SMALLEST * max(abs(low), abs(high), SMALLEST)
    )
