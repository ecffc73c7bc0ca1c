"""Drawings of polygons: steps that add, move and delete corners, and notes that anybody may have written."""

from __future__ import annotations

from typing import Any

import pytest

from app.widgets.region_drawing import Drawing, Loop, tidy
from nlcore.errors import ExperimentError
from nlcore.theory.polygons import MOST_CORNERS
from nlcore.theory.regions import MOST_POLYGONS, NAMED

SQUARE = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))


def drawn(*points: tuple[float, float], start: Drawing | None = None) -> Drawing:
    drawing = start or Drawing()
    for point in points:
        drawing = drawing.with_corner(point)
    return drawing


def test_corners_are_set_and_the_polygon_closed() -> None:
    drawing = drawn(*SQUARE[:2])
    assert drawing.closed() is drawing  # two corners are no polygon
    with pytest.raises(ExperimentError, match="no polygon is finished"):
        drawing.region()
    done = drawn(*SQUARE[2:], start=drawing).closed()
    assert (done.polygons, done.holes, done.open) == ((SQUARE,), (), Loop())
    assert done.region().plan.layers == (2, 4, 1)
    assert drawn((0.123456, 7.0)).open.points == (tidy((0.123456, 7.0)),) == ((0.12, 1.0),)
    assert drawn((0.1, 0.1), (0.1, 0.1)).open.points == ((0.1, 0.1),)


def test_holes_moving_bending_and_turning() -> None:
    done = drawn(*SQUARE).closed().drawing_holes(on=True)
    done = drawn((-0.2, -0.2), (0.2, -0.2), (0.0, 0.2), start=done).closed()
    assert (len(done.polygons), len(done.holes)) == (1, 1)
    assert done.moved((1, 2), (0.1, 0.3)).holes[0][2] == (0.1, 0.3)
    assert done.bent((0, 0), (0.0, -0.8)).polygons[0][1] == (0.0, -0.8)
    assert done.turned(1).holes == ()
    assert len(done.without_corner((0, 0)).polygons[0]) == 3
    assert done.without_corner((1, 0)).holes == ()  # a triangle with a corner less is nothing
    assert done.without_loop(0).polygons == ()


def test_a_named_region_stays_named_until_something_is_changed() -> None:
    star = Drawing.of(NAMED["star"])
    assert star.region() is NAMED["star"]
    moved = star.moved((0, 0), (0.1, 0.9))
    assert moved.name == "own"
    assert len(moved.region().plan.layers) == 4  # counting lines is not enough any more
    assert Drawing.of(NAMED["ring"]).holes


def test_there_is_an_end_to_corners_and_polygons() -> None:
    full = drawn(*[(k / 100, (k % 2) / 100) for k in range(MOST_CORNERS)])
    assert full.with_corner((0.9, 0.9)) is full
    many = Drawing((Loop(SQUARE),) * MOST_POLYGONS)
    assert many.with_corner((0.9, 0.9)) is many


def test_notes_come_back() -> None:
    for drawing in (Drawing.of(NAMED["star"]), drawn((0.9, 0.9), start=Drawing((Loop(SQUARE), Loop(SQUARE, True))))):
        assert Drawing.read(drawing.notes()) == drawing


@pytest.mark.parametrize(
    "notes",
    [
        {},
        {"name": 3},
        {"name": "own", "loops": [{"points": [[0, 9]], "hole": False}], "open": [], "hole": False},
        {"name": "own", "loops": [{"points": [[0, float("nan")]], "hole": False}], "open": [], "hole": False},
        {"name": "own", "loops": [{"points": "corners", "hole": False}], "open": [], "hole": False},
        {"name": "own", "loops": 3, "open": [], "hole": False},
        {"name": ["own"], "loops": [], "open": [], "hole": False, "more": {}},
        {"name": "own", "loops": [{"points": [], "hole": False}] * 99, "open": [], "hole": False},
    ],
)
def test_odd_notes_do_no_harm(notes: dict[str, Any]) -> None:
    assert Drawing.read(notes) in (None, Drawing())
