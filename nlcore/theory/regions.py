"""Regions of the plane made of polygons, and the layers of threshold units that say yes inside and no outside.

A layer of half-planes, one for each line; then AND, a unit for each convex piece; then OR, without the holes. Where
counting votes of the half-planes is enough, one hidden layer does: all of them is a convex polygon, four of five a
star, and all around a polygon with at least one against a convex hole is a ring.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, get_args

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.errors import ExperimentError
from nlcore.records import FloatArray
from nlcore.theory.polygons import UNIT, Corner, Point, Polygon

RegionName = Literal["half_plane", "convex", "star", "outside_strip", "two_polygons", "bow_tie", "ring", "own"]
OWN: RegionName = "own"
NAMES: tuple[RegionName, ...] = get_args(RegionName)
MOST_POLYGONS = 12
SAME = 2e-5
"""A side whose ends lie this near to a line is on it: corners are rounded, so lines are hardly ever quite equal."""
Corners = tuple[tuple[float, float], ...]
Polygons = Annotated[
    tuple[Corners, ...], Meta(description='Corners of each polygon, for the region "own": [[[0, 0], [1, 0], [0, 1]]].')
]
Holes = Annotated[tuple[Corners, ...], Meta(description='Corners of each polygon that is cut out of the region "own".')]
Kind = Annotated[RegionName, Meta(description='A region by its name, or "own", with polygons.')]
Use = tuple[int, bool]
"""A line of a plan, and whether a piece lies on the side where its unit says yes."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A network of threshold units for a region.

    Attributes
    ----------
    lines : ndarray, shape (n_lines, 3)
        a, b, c of the half-planes a x1 + b x2 + c > 0; a and b have length 1 together.
    votes : tuple of int
        What a yes of each half-plane counts, without pieces; else empty.
    needed : int
        How much the votes must come to, at least.
    pieces, holes : tuple of tuple of (int, bool)
        The half-planes whose AND is a convex piece: their numbers, and False where the other side is meant.
    shapes, cut : tuple of tuple of (int, int)
        Corners of the convex pieces of the region and of its holes, on the grid.
    """

    lines: FloatArray
    votes: tuple[int, ...] = ()
    needed: int = 0
    pieces: tuple[tuple[Use, ...], ...] = ()
    holes: tuple[tuple[Use, ...], ...] = ()
    shapes: tuple[tuple[Corner, ...], ...] = ()
    cut: tuple[tuple[Corner, ...], ...] = ()

    @property
    def layers(self) -> tuple[int, ...]:
        """Units in each layer, inputs first."""
        n = len(self.lines)
        if not self.votes:
            return (2, n, len(self.pieces) + len(self.holes), 1)
        return (2, 1) if n == 1 else (2, n, 1)

    def logic(self) -> list[tuple[FloatArray, FloatArray]]:
        """Return weights and biases of each layer after the inputs, for units that say 1 for yes and 0 for no.

        Net inputs are distances in the first layer, and at least 0.5 away from 0 in all others.
        """
        first = (self.lines[:, :2].copy(), self.lines[:, 2].copy())
        if self.votes:
            if len(self.lines) == 1:
                return [first]
            return [first, (np.array([self.votes], dtype=np.float64), np.array([0.5 - self.needed]))]
        parts = (*self.pieces, *self.holes)
        both = np.zeros((len(parts), len(self.lines)))
        biases = np.zeros(len(parts))
        for k, uses in enumerate(parts):
            for line, is_yes in uses:
                both[k, line] = 1.0 if is_yes else -1.0
            biases[k] = 0.5 - sum(is_yes for _, is_yes in uses)
        n = len(self.pieces)  # one hole outweighs all pieces
        last = np.array([[1.0] * n + [-float(n)] * len(self.holes)])
        return [first, (both, biases), (last, np.array([-0.5]))]


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the plane: polygons, less those that are cut out.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    polygons, holes : tuple of Polygon
        What belongs to it, and what does not.
    lines : tuple of (point, point)
        Where counting half-planes is enough: their lines, the yes on the left; else empty.
    at_least : int
        How many of them must say yes.
    is_cut : bool
        Whether it goes on for ever, and its polygons are only what lies in the square.
    """

    name: RegionName
    polygons: tuple[Polygon, ...]
    holes: tuple[Polygon, ...] = ()
    lines: tuple[tuple[Point, Point], ...] = ()
    at_least: int = 0
    is_cut: bool = False

    def contains(self, points: FloatArray) -> NDArray[np.bool_]:
        """Tell which points of the square lie in it, shape (n,)."""
        inside = np.zeros(len(points), dtype=np.bool_)
        for polygon in self.polygons:
            inside |= polygon.contains(points)
        for hole in self.holes:
            inside &= ~hole.contains(points)
        return inside

    def distances(self, points: FloatArray) -> FloatArray:
        """Return how far each point is from the nearest side of any polygon, shape (n,)."""
        found = [polygon.distances(points) for polygon in (*self.polygons, *self.holes)]
        nearest: FloatArray = np.min(found, axis=0)
        return nearest

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The networks for it: the one with the fewest layers first, then the one by convex pieces if it is another."""
        found = []
        if self.lines:
            lines = _Lines()
            for start, end in self.lines:
                lines.use(_on_grid(start), _on_grid(end))
            found.append(Plan(lines.array(), (1,) * len(self.lines), self.at_least))
        elif (
            len(self.polygons) == 1 and len(self.holes) <= 1 and all(p.is_convex for p in (*self.polygons, *self.holes))
        ):
            found.append(self._by_votes())
        if not self.is_cut:
            found.append(self._by_pieces())
        return tuple(found)

    @property
    def plan(self) -> Plan:
        """The network with the fewest layers."""
        return self.plans[0]

    def _by_votes(self) -> Plan:
        """Return the network for a convex polygon, with a convex hole or without.

        With a hole of m sides a yes around the polygon counts m, and one around the hole -1: so all of the first must
        say yes, and one of the others no.
        """
        lines, corners = _Lines(), self.polygons[0].corners
        outer = lines.around(corners)
        inner = lines.around(self.holes[0].corners) if self.holes else ()
        votes, weight = [0] * len(lines.array()), max(1, len(inner))
        needed = len(outer) * weight + (1 - len(inner) if inner else 0)
        for uses, counts in ((outer, weight), (inner, -1)):
            for line, is_yes in uses:
                votes[line] += counts if is_yes else -counts
                needed -= 0 if is_yes else counts
        return Plan(lines.array(), tuple(votes), needed, shapes=(corners,), cut=tuple(h.corners for h in self.holes))

    def _by_pieces(self) -> Plan:
        lines = _Lines()
        outer, inner = (
            tuple(piece for polygon in group for piece in polygon.convex_pieces())
            for group in (self.polygons, self.holes)
        )
        pieces, holes = (tuple(map(lines.around, group)) for group in (outer, inner))
        return Plan(lines.array(), pieces=pieces, holes=holes, shapes=outer, cut=inner)


class _Lines:
    """The different lines among the sides of pieces; the first piece at a line decides which side is yes."""

    def __init__(self) -> None:
        self._found: list[tuple[float, float, float]] = []

    def use(self, start: Corner, end: Corner) -> Use:
        """Return the line through two corners, and whether yes is on its left as seen from the first."""
        a, b = (start[1] - end[1]) / UNIT, (end[0] - start[0]) / UNIT
        ends = [(x / UNIT, y / UNIT) for x, y in (start, end)]
        for k, (a0, b0, c0) in enumerate(self._found):
            if all(abs(a0 * x + b0 * y + c0) <= SAME for x, y in ends):
                return k, a0 * a + b0 * b > 0.0
        length = math.hypot(a, b)
        c = -(a * (ends[0][0] + ends[1][0]) + b * (ends[0][1] + ends[1][1])) / 2
        self._found.append((a / length, b / length, c / length))
        return len(self._found) - 1, True

    def around(self, corners: Sequence[Corner]) -> tuple[Use, ...]:
        """Return the lines around a convex piece, each once."""
        following = (*corners[1:], corners[0])
        return tuple(dict.fromkeys(self.use(*side) for side in zip(corners, following, strict=True)))

    def array(self) -> FloatArray:
        """Return a, b, c of all lines, shape (n, 3)."""
        return np.array(self._found, dtype=np.float64).reshape(-1, 3) + 0.0


def _on_grid(point: Point) -> Corner:
    return round(point[0] * UNIT), round(point[1] * UNIT)


# --- the regions that have names -------------------------------------------------------------------------------------


def _on_circle(n: int, radius: float, first: float = 0.25) -> list[Point]:
    """Return n points on a circle, against the clock; the first at a share of the turn from the right."""
    angles = [2 * math.pi * (first + k / n) for k in range(n)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def _star() -> Region:
    tips = _on_circle(5, 0.95)
    notches = _on_circle(5, 0.95 * math.cos(0.4 * math.pi) / math.cos(0.2 * math.pi), 0.35)
    corners = [point for pair in zip(tips, notches, strict=True) for point in pair]
    lines = tuple((tips[k], tips[(k + 2) % 5]) for k in range(5))
    return Region("star", (Polygon.of(corners),), lines=lines, at_least=4)


def _half_plane() -> Region:
    left, right = (-1.0, -0.2), (1.0, 0.6)
    polygon = Polygon.of([(-1.0, -1.0), (1.0, -1.0), right, left])
    return Region("half_plane", (polygon,), lines=((right, left),), at_least=1, is_cut=True)


def _outside_strip() -> Region:
    left = Polygon.of([(-1.0, -1.0), (-0.7, -1.0), (-0.1, 1.0), (-1.0, 1.0)])
    right = Polygon.of([(1.0, 1.0), (0.7, 1.0), (0.1, -1.0), (1.0, -1.0)])
    lines = (((-0.7, -1.0), (-0.1, 1.0)), ((0.7, 1.0), (0.1, -1.0)))
    return Region("outside_strip", (left, right), lines=lines, at_least=1, is_cut=True)


def _of(name: RegionName, polygons: Iterable[Sequence[Point]], holes: Iterable[Sequence[Point]] = ()) -> Region:
    return Region(name, tuple(map(Polygon.of, polygons)), tuple(map(Polygon.of, holes)))


NAMED: Mapping[RegionName, Region] = {
    "half_plane": _half_plane(),
    "convex": _of("convex", [[(-0.8, -0.4), (0.1, -0.8), (0.8, -0.3), (0.6, 0.6), (-0.4, 0.7)]]),
    "star": _star(),
    "outside_strip": _outside_strip(),
    "two_polygons": _of(
        "two_polygons",
        [[(-0.8, -0.8), (0.1, -0.6), (-0.6, 0.2)], [(0.2, 0.0), (0.8, -0.2), (0.7, 0.8), (-0.1, 0.7)]],
    ),
    "bow_tie": _of("bow_tie", [[(-0.8, -0.6), (0.0, 0.0), (-0.8, 0.6)], [(0.8, 0.6), (0.0, 0.0), (0.8, -0.6)]]),
    "ring": _of("ring", [_on_circle(6, 0.95, 0.0)], [_on_circle(6, 0.45, 0.0)]),
}
"""All but the own ones."""


def region(
    name: RegionName, polygons: Sequence[Corners] = (), holes: Sequence[Corners] = (), where: str = ""
) -> Region:
    """Return a region by its name, or one's own.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    polygons, holes : sequence of sequences of (x, y)
        For ``"own"``; else they are left aside.
    where : str
        Put before messages, for example ``dataset``.

    Raises
    ------
    ExperimentError
        If there is no polygon, there are too many, or one is not proper.
    """
    if name != OWN:
        return NAMED[name]
    at = f"{where}." if where else ""
    if not polygons:
        raise ExperimentError(f'{at}polygons: the region "own" needs a polygon, as in [[[0, 0], [1, 0], [0, 1]]]')
    if len(polygons) + len(holes) > MOST_POLYGONS:
        raise ExperimentError(f"{at}polygons: {len(polygons) + len(holes)} are too many; at most {MOST_POLYGONS} fit")
    first, second = (f"{where}.polygons: ", f"{where}.holes: ") if where else ("", "")
    outer = tuple(Polygon.of(corners, f"{first}polygon {k}") for k, corners in enumerate(polygons, start=1))
    inner = tuple(Polygon.of(corners, f"{second}hole {k}") for k, corners in enumerate(holes, start=1))
    return Region(OWN, outer, inner)
