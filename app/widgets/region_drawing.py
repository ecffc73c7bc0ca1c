"""A drawing of polygons and holes: corners that are added, moved and deleted, one finished step after the other.

Drawings never change; each step gives another one. Whether the polygons are proper is decided in
`nlcore.theory.regions`, so that a wrong one can be looked at and mended.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlcore.errors import ExperimentError
from nlcore.theory.polygons import LIMIT, MOST_CORNERS, Point
from nlcore.theory.regions import MOST_POLYGONS, NAMED, OWN, Region, RegionName, region

DECIMALS = 2
"""Corners that are drawn lie on hundredths."""
Place = tuple[int, int]
"""A corner: which loop, and which of its corners; the open loop comes after the others."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Corners in their order, and whether what they enclose is cut out."""

    points: tuple[Point, ...] = ()
    is_hole: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn.

    Attributes
    ----------
    loops : tuple of Loop
        The finished ones.
    open : Loop
        The one being drawn, without corners if there is none; the next one will be of its kind.
    name : str
        The named region it is, as long as nothing was changed; "own" then.
    """

    loops: tuple[Loop, ...] = ()
    open: Loop = Loop()
    name: RegionName = OWN

    @classmethod
    def of(cls, shown: Region) -> Drawing:
        """Return the drawing of a region."""
        groups = ((shown.polygons, False), (shown.holes, True))
        loops = tuple(
            Loop(tuple((float(x), float(y)) for x, y in polygon.points), is_hole)
            for polygons, is_hole in groups
            for polygon in polygons
        )
        return cls(loops, name=shown.name)

    @classmethod
    def read(cls, notes: Mapping[str, Any]) -> Drawing | None:
        """Read what `notes` wrote; None for anything else."""
        try:
            if notes["name"] in NAMED:
                return cls.of(NAMED[notes["name"]])
            loops = tuple(Loop(_points(part["points"]), bool(part["hole"])) for part in notes["loops"])
            opened = Loop(_points(notes["open"]), bool(notes["hole"]))
        except (KeyError, TypeError, ValueError):
            return None
        is_small = len(loops) <= MOST_POLYGONS and all(len(loop.points) <= MOST_CORNERS for loop in (*loops, opened))
        return cls(loops, opened) if is_small else None

    def notes(self) -> dict[str, Any]:
        """Return it in plain values."""
        loops = [{"points": [list(p) for p in loop.points], "hole": loop.is_hole} for loop in self.loops]
        opened = [list(p) for p in self.open.points]
        return {"name": self.name, "loops": loops, "open": opened, "hole": self.open.is_hole}

    @property
    def polygons(self) -> tuple[tuple[Point, ...], ...]:
        """Corners of the finished loops that belong to the region."""
        return tuple(loop.points for loop in self.loops if not loop.is_hole)

    @property
    def holes(self) -> tuple[tuple[Point, ...], ...]:
        """Corners of the finished loops that are cut out."""
        return tuple(loop.points for loop in self.loops if loop.is_hole)

    def region(self) -> Region:
        """Return the region of the finished loops.

        Raises
        ------
        ExperimentError
            If there is none, or a polygon is not proper.
        """
        if self.name != OWN:
            return NAMED[self.name]
        if not self.polygons:
            raise ExperimentError(
                "no polygon is finished: click its corners one after the other, and the first one again"
            )
        return region(OWN, self.polygons, self.holes)

    def corners(self) -> list[tuple[Place, Point]]:
        """Return all corners with their places, those of the open loop last."""
        return [((i, k), p) for i, loop in enumerate(self.all_loops()) for k, p in enumerate(loop.points)]

    def all_loops(self) -> tuple[Loop, ...]:
        """Return the finished loops and then the open one."""
        return (*self.loops, self.open)

    # --- steps -------------------------------------------------------------------------------------------------------

    def with_corner(self, at: Point) -> Drawing:
        """Add a corner to the open loop; the same drawing if there is no room for one."""
        is_full = len(self.open.points) >= MOST_CORNERS or len(self.loops) >= MOST_POLYGONS
        if is_full or (self.open.points and self.open.points[-1] == tidy(at)):
            return self
        return replace(self, open=replace(self.open, points=(*self.open.points, tidy(at))), name=OWN)

    def closed(self) -> Drawing:
        """Finish the open loop, if it has three corners."""
        if len(self.open.points) < 3:
            return self
        return replace(self, loops=(*self.loops, self.open), open=Loop(), name=OWN)

    def without_open(self) -> Drawing:
        """Give the open loop up."""
        return replace(self, open=Loop(is_hole=self.open.is_hole))

    def moved(self, place: Place, to: Point) -> Drawing:
        """Move a corner."""
        points = list(self.all_loops()[place[0]].points)
        points[place[1]] = tidy(to)
        return self._with_points(place[0], points)

    def bent(self, place: Place, at: Point) -> Drawing:
        """Put a new corner into the side that begins at a corner."""
        points = list(self.all_loops()[place[0]].points)
        if len(points) >= MOST_CORNERS:
            return self
        points.insert(place[1] + 1, tidy(at))
        return self._with_points(place[0], points)

    def without_corner(self, place: Place) -> Drawing:
        """Delete a corner; a finished loop that has only three goes with it."""
        points = list(self.all_loops()[place[0]].points)
        if place[0] < len(self.loops) and len(points) <= 3:
            return self.without_loop(place[0])
        del points[place[1]]
        return self._with_points(place[0], points)

    def without_loop(self, number: int) -> Drawing:
        """Delete a whole loop."""
        if number == len(self.loops):
            return self.without_open()
        return replace(self, loops=(*self.loops[:number], *self.loops[number + 1 :]), name=OWN)

    def turned(self, number: int) -> Drawing:
        """Make a hole of a polygon, or a polygon of a hole."""
        loop = self.all_loops()[number]
        return self._with_loop(number, replace(loop, is_hole=not loop.is_hole))

    def drawing_holes(self, *, on: bool) -> Drawing:
        """Let the open loop, or the next one, be a hole or not."""
        return replace(self, open=replace(self.open, is_hole=on))

    def _with_points(self, number: int, points: Sequence[Point]) -> Drawing:
        return self._with_loop(number, replace(self.all_loops()[number], points=tuple(points)))

    def _with_loop(self, number: int, loop: Loop) -> Drawing:
        if number == len(self.loops):
            return replace(self, open=loop)
        return replace(self, loops=(*self.loops[:number], loop, *self.loops[number + 1 :]), name=OWN)


def tidy(at: Point) -> Point:
    """Return the nearest place of the square that lies on hundredths."""
    x, y = (round(min(max(value, -LIMIT), LIMIT), DECIMALS) + 0.0 for value in at)
    return x, y


def _points(given: Any) -> tuple[Point, ...]:
    points = tuple((float(x), float(y)) for x, y in given)
    if not all(math.isfinite(value) and abs(value) <= LIMIT for point in points for value in point):
        raise ValueError("outside of the square")
    return points
