"""Polygons: bad ones are refused, and the convex pieces of good ones are the polygon, by exact areas and by points."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlcore.errors import ExperimentError
from nlcore.records import FloatArray
from nlcore.theory.polygons import MOST_CORNERS, UNIT, Corner, Polygon, turn

ARROW = [(-0.8, -0.5), (0.0, -0.1), (0.8, -0.5), (0.0, 0.9)]
COMB = [
    (-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (0.6, 0.9), (0.6, -0.5), (0.3, -0.5), (0.3, 0.9), (0.0, 0.9), (0.0, -0.5),
    (-0.3, -0.5), (-0.3, 0.9), (-0.6, 0.9), (-0.6, -0.5), (-0.9, -0.5),
]  # fmt: skip
SQUARE = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
coarse = st.integers(-8, 8).map(lambda k: k / 10)


def area_of(corners: tuple[Corner, ...]) -> Fraction:
    following = (*corners[1:], corners[0])
    return Fraction(sum(a * d - b * c for (a, b), (c, d) in zip(corners, following, strict=True)), 2 * UNIT**2)


def inside_convex(piece: tuple[Corner, ...], points: FloatArray) -> FloatArray:
    """Return how far inside each point is: the least signed distance from the sides."""
    least = np.full(len(points), np.inf)
    corners = np.array(piece) / UNIT
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        cross = (x1 - x0) * (points[:, 1] - y0) - (y1 - y0) * (points[:, 0] - x0)
        least = np.minimum(least, cross / math.hypot(x1 - x0, y1 - y0))
    return least


def check_pieces(polygon: Polygon) -> None:
    pieces = polygon.convex_pieces()
    for piece in pieces:
        n = len(piece)
        assert all(turn(piece[k - 1], piece[k], piece[(k + 1) % n]) >= 0 for k in range(n))
        assert set(piece) <= set(polygon.corners)
    assert sum(map(area_of, pieces)) == area_of(polygon.corners)
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (500, 2))
    depths = np.max([inside_convex(piece, points) for piece in pieces], axis=0)
    clear = polygon.distances(points) > 1e-9
    on_cut = np.abs(depths) < 1e-9
    assert np.array_equal((depths > 0.0)[clear & ~on_cut], polygon.contains(points)[clear & ~on_cut])


def test_corners_are_put_in_order_and_idle_ones_left_out() -> None:
    clockwise = Polygon.of([(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 0.25), (0.5, 0.0), (0.5, 0.0)])
    assert len(clockwise.corners) == 4
    assert clockwise.area == 0.25
    assert clockwise.is_convex
    assert not Polygon.of(ARROW).is_convex


def test_inside_and_how_far_from_a_side() -> None:
    square = Polygon.of(SQUARE)
    points = np.array([[0.0, 0.0], [0.4, 0.0], [0.6, 0.0], [0.8, 0.9]])
    assert square.contains(points).tolist() == [True, True, False, False]
    assert square.distances(points) == pytest.approx([0.5, 0.1, 0.1, 0.5])
    arrow = Polygon.of(ARROW)
    assert arrow.contains(np.array([[0.0, -0.2], [0.0, 0.0], [-0.6, -0.35], [0.0, 0.89]])).tolist() == [
        False, True, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "the hole has no corners, but a polygon needs at least three"),
        ([(0, 0)], "the hole has one corner, but"),
        ([(0, 0), (1, 0)], "the hole has 2 corners, but"),
        ([(0, 0), (1, 0), (0.5,)], "the hole: each corner needs two numbers"),
        ([(0, 0), (2, 0), (0, 1)], r"corner 2 at \(2, 0\) lies outside of the square from -1 to 1"),
        ([(0, 0), (math.nan, 0), (0, 1)], "corner 2 at"),
        ([(0, 0), (0.5, 0.5), (1, 1)], "the hole has hardly any area; pull its corners apart"),
        ([(0, 0), (0.5, 0.0), (0.5, 0.001)], "hardly any area"),
        ([(-0.5, -0.5), (0.5, 0.5), (0.5, -0.4), (-0.5, 0.5)], "the hole crosses or touches itself, where the sides"),
        ([(0, 0), (0.8, 0), (0.8, 0.8), (0.4, 0), (0, 0.8)], "crosses or touches itself"),  # a corner on a side
        ([(0, 0), (0.8, 0), (0.8, 0.4), (0.8, -0.4)], "crosses or touches itself"),  # a spike
        ([(0.01 * k, (k % 2) * 0.5) for k in range(MOST_CORNERS + 1)], "with more than 40 it is not drawn"),
    ],
)
def test_what_is_no_polygon_is_refused_in_a_sentence(points: list[tuple[float, ...]], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Polygon.of(points, "the hole")


@pytest.mark.parametrize(("points", "n"), [(SQUARE, 1), (ARROW, 2), (COMB, 4)])
def test_pieces_of_known_polygons(points: list[tuple[float, float]], n: int) -> None:
    polygon = Polygon.of(points)
    assert len(polygon.convex_pieces()) == n
    check_pieces(polygon)


@given(st.lists(st.floats(0.2, 1.0), min_size=3, max_size=16), st.floats(0.0, 1.0))
def test_pieces_of_any_star_shaped_polygon(radii: list[float], first: float) -> None:
    n = len(radii)
    angles = [2 * math.pi * (first + k) / n for k in range(n)]
    corners = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    try:
        polygon = Polygon.of(corners)
    except ExperimentError as error:  # with three corners the middle may be outside
        assume(n > 4)
        raise AssertionError(corners) from error
    check_pieces(polygon)


def do_meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Solve for the common point of two sides, in fractions."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d
    det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if det:
        s = Fraction((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx), det)
        t = Fraction((cx - ax) * (by - ay) - (cy - ay) * (bx - ax), det)
        return 0 <= s <= 1 and 0 <= t <= 1
    if (cx - ax) * (by - ay) != (cy - ay) * (bx - ax):
        return False
    (low, high), (first, last) = sorted([a, b]), sorted([c, d])
    return low <= last and first <= high


@given(st.lists(st.tuples(coarse, coarse), min_size=3, max_size=8))
def test_any_corners_are_refused_or_cut_into_pieces(points: list[tuple[float, float]]) -> None:
    try:
        polygon = Polygon.of(points)
    except ExperimentError as error:
        if "crosses" in str(error):
            corners = [(round(10 * x), round(10 * y)) for x, y in points]
            n = len(corners)
            sides = [(corners[k], corners[(k + 1) % n]) for k in range(n) if corners[k] != corners[(k + 1) % n]]
            pairs = itertools.combinations(range(len(sides)), 2)
            apart = [(i, j) for i, j in pairs if (j - i) not in (1, len(sides) - 1)]
            spikes = [
                k for k in range(len(sides))
                if turn(*sides[k - 1], sides[k][1]) == 0
                and sum((q - p) * (r - q) for p, q, r in zip(*sides[k - 1], sides[k][1], strict=True)) < 0
            ]  # fmt: skip
            assert spikes or any(do_meet(*sides[i], *sides[j]) for i, j in apart)
        return
    n = len(polygon.corners)
    sides = [(polygon.corners[k], polygon.corners[(k + 1) % n]) for k in range(n)]
    for i, j in itertools.combinations(range(n), 2):
        if j - i not in (1, n - 1):
            assert not do_meet(*sides[i], *sides[j])
    check_pieces(polygon)
