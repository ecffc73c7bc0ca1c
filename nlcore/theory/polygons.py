"""Polygons in the plane: which are proper, what lies inside, and how one is cut into convex pieces.

Corners are rounded to a millionth, and all decisions are made in whole numbers, so they are exact. Nothing here knows
of networks; `nlcore.theory.regions` makes half-planes of the pieces.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import ExperimentError
from nlcore.records import FloatArray

UNIT = 1_000_000
"""Steps of the grid on which corners lie, for each 1 of the plane."""
LIMIT = 1.0
"""Corners lie in the square from -LIMIT to LIMIT."""
MOST_CORNERS = 40
SMALLEST = 1e-3
"""A polygon of less area has none that could be seen."""
Corner = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon: its corners on the grid, against the clock, none in the middle of a straight side."""

    corners: tuple[Corner, ...]

    @classmethod
    def of(cls, points: Sequence[Sequence[float]], name: str = "the polygon") -> Polygon:
        """Check corners and put them in order.

        Parameters
        ----------
        points : sequence of (x, y)
            The corners, one way round or the other.
        name : str
            What to call it in a message.

        Raises
        ------
        ExperimentError
            If there are too few or too many corners, one is outside of the square, sides cross or touch, or there is
            hardly any area.
        """
        if any(len(point) != 2 for point in points):
            raise ExperimentError(f"{name}: each corner needs two numbers, as in [[0, 0], [1, 0], [0, 1]]")
        if len(points) < 3:
            raise ExperimentError(f"{name} has {_counted(len(points))}, but a polygon needs at least three")
        if len(points) > MOST_CORNERS:
            raise ExperimentError(f"{name} has {len(points)} corners; with more than {MOST_CORNERS} it is not drawn")
        for k, (x, y) in enumerate(points, start=1):
            if not (abs(x) <= LIMIT and abs(y) <= LIMIT):
                raise ExperimentError(
                    f"{name}: corner {k} at ({x:g}, {y:g}) lies outside of the square from -{LIMIT:g} to {LIMIT:g}"
                )
        corners = _without_idle([(round(x * UNIT), round(y * UNIT)) for x, y in points])
        crossing = _crossing(corners) if len(corners) > 2 else None
        if crossing is not None:
            a, b = (f"({x / UNIT:g}, {y / UNIT:g})" for x, y in crossing)
            raise ExperimentError(f"{name} crosses or touches itself, where the sides from {a} and from {b} meet")
        if abs(_doubled_area(corners)) < 2 * SMALLEST * UNIT**2:
            raise ExperimentError(f"{name} has hardly any area; pull its corners apart")
        return cls(tuple(corners if _doubled_area(corners) > 0 else reversed(corners)))

    @property
    def points(self) -> FloatArray:
        """The corners in the plane, shape (n, 2)."""
        return np.array(self.corners, dtype=np.float64) / UNIT

    @property
    def area(self) -> float:
        """How large it is."""
        return _doubled_area(self.corners) / 2 / UNIT**2

    @property
    def is_convex(self) -> bool:
        """Whether it has no corner that points inwards."""
        return _is_convex(self.corners)

    def contains(self, points: FloatArray) -> NDArray[np.bool_]:
        """Tell which points lie inside, by counting the sides to the right of each; shape (n,)."""
        x, y = points[:, 0], points[:, 1]
        inside = np.zeros(len(points), dtype=np.bool_)
        corners = self.points
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y0 != y1:
                crosses = (y0 > y) != (y1 > y)
                inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        return inside

    def distances(self, points: FloatArray) -> FloatArray:
        """Return how far each point is from the nearest side, shape (n,)."""
        corners = self.points
        nearest = np.full(len(points), np.inf)
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            along = end - start
            share = np.clip((points - start) @ along / (along @ along), 0.0, 1.0)
            apart = points - start - share[:, None] * along
            nearest = np.minimum(nearest, np.hypot(apart[:, 0], apart[:, 1]))
        return nearest

    def convex_pieces(self) -> tuple[tuple[Corner, ...], ...]:
        """Cut it into convex pieces, corners against the clock: triangles, put together again where that stays convex.

        Ears are cut off one after the other; then a cut is taken back wherever both its ends stay convex (Hertel and
        Mehlhorn 1983: at most four times as many pieces as there must be).
        """
        pieces = _triangles(list(self.corners))
        while (joined := _joined(pieces)) is not None:
            pieces = joined
        return tuple(pieces)


def _counted(n: int) -> str:
    return "no corners" if n == 0 else "one corner" if n == 1 else f"{n} corners"


def turn(a: Corner, b: Corner, c: Corner) -> int:
    """Return which way one turns at b from a to c: positive to the left, negative to the right, 0 straight on."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _doubled_area(corners: Sequence[Corner]) -> int:
    following = (*corners[1:], *corners[:1])
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, following, strict=True))


def _without_idle(corners: list[Corner]) -> list[Corner]:
    """Leave out corners that stand twice, and those in the middle of a straight side."""
    found = list(corners)
    k = 0
    while k < len(found) and len(found) > 2:
        a, b, c = found[k - 1], found[k], found[(k + 1) % len(found)]
        goes_on = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) >= 0
        if turn(a, b, c) == 0 and goes_on:
            del found[k]
            k = 0
        else:
            k += 1
    return found


def _is_convex(corners: Sequence[Corner]) -> bool:
    n = len(corners)
    return all(turn(corners[k - 1], corners[k], corners[(k + 1) % n]) >= 0 for k in range(n))


def _is_between(a: Corner, b: Corner, p: Corner) -> bool:
    """Tell whether p, which is in line with a and b, lies on the side from a to b."""
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])


def _do_meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Tell whether the sides ab and cd have a point in common."""
    at_a, at_b, at_c, at_d = turn(c, d, a), turn(c, d, b), turn(a, b, c), turn(a, b, d)
    if ((at_a > 0) != (at_b > 0)) and ((at_c > 0) != (at_d > 0)) and 0 not in (at_a, at_b, at_c, at_d):
        return True
    touches = ((at_a, c, d, a), (at_b, c, d, b), (at_c, a, b, c), (at_d, a, b, d))
    return any(side == 0 and _is_between(start, end, p) for side, start, end, p in touches)


def _crossing(corners: Sequence[Corner]) -> tuple[Corner, Corner] | None:
    """Return where two sides begin that meet but are no neighbours, or that lie upon each other."""
    n = len(corners)
    sides = [(corners[k], corners[(k + 1) % n]) for k in range(n)]
    for i, j in itertools.combinations(range(n), 2):
        if j == i + 1 or (i == 0 and j == n - 1):
            first, shared, last = (*sides[i], sides[j][1]) if j == i + 1 else (*sides[j], sides[i][1])
            if turn(first, shared, last) == 0 or first == last:  # a spike: there and back again
                return sides[i][0], sides[j][0]
        elif _do_meet(*sides[i], *sides[j]):
            return sides[i][0], sides[j][0]
    return None


def _triangles(corners: list[Corner]) -> list[tuple[Corner, ...]]:
    """Cut off one ear after the other; corners that come to lie in the middle of a side stay, for a cut ends there."""
    found: list[tuple[Corner, ...]] = []
    left = list(corners)
    while len(left) > 3:
        for k in range(len(left)):
            a, b, c = left[k - 1], left[k], left[(k + 1) % len(left)]
            others = (p for p in left if p not in (a, b, c))
            if turn(a, b, c) > 0 and not any(_is_in_triangle(a, b, c, p) for p in others):
                found.append((a, b, c))
                del left[k]
                break
        else:  # cannot be: every simple polygon has two ears
            raise ExperimentError("the polygon crosses or touches itself")
    if len(left) == 3:
        found.append((left[0], left[1], left[2]))
    return found


def _is_in_triangle(a: Corner, b: Corner, c: Corner, p: Corner) -> bool:
    return turn(a, b, p) >= 0 and turn(b, c, p) >= 0 and turn(c, a, p) >= 0


def _joined(pieces: list[tuple[Corner, ...]]) -> list[tuple[Corner, ...]] | None:
    """Put two neighbours together that are one convex piece; None if there are none."""
    sides = {(piece[k], piece[(k + 1) % len(piece)]): i for i, piece in enumerate(pieces) for k in range(len(piece))}
    for (a, b), i in sides.items():
        j = sides.get((b, a))
        if j is None or j <= i:
            continue
        one, other = _from(pieces[i], b), _from(pieces[j], a)
        both = (*one[:-1], *other[:-1])  # from b round to a, then from a round to b
        if _is_convex(both):
            return [*(piece for k, piece in enumerate(pieces) if k not in (i, j)), both]
    return None


def _from(piece: tuple[Corner, ...], first: Corner) -> tuple[Corner, ...]:
    """Return a piece beginning with a corner."""
    k = piece.index(first)
    return piece[k:] + piece[:k]
