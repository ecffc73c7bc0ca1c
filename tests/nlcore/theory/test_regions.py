"""Regions and the networks for them: what the units say is what point in polygon says, everywhere but on the sides."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.activations import activation
from nlcore.constructions.half_planes import params_of
from nlcore.errors import ExperimentError
from nlcore.network import Layout, forward
from nlcore.records import FloatArray
from nlcore.theory.regions import MOST_POLYGONS, NAMED, Region, RegionName, region

POINTS = np.random.default_rng(1).uniform(-1.0, 1.0, (3000, 2))
SQUARE = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
HOLE = ((-0.2, -0.2), (0.2, -0.2), (0.0, 0.3))


def answers(found: Region, k: int, name: str = "threshold") -> FloatArray:
    plan = found.plans[k]
    layout = Layout(plan.layers, (activation(name),) * (len(plan.layers) - 1))
    return forward(layout, params_of(plan, layout, 100.0), POINTS).outputs[-1][:, 0]


def check_exact(found: Region) -> None:
    clear = found.distances(POINTS) > 1e-4
    for k in range(len(found.plans)):
        assert np.array_equal((answers(found, k) > 0.0)[clear], found.contains(POINTS)[clear])


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("half_plane", [(2, 1)]),
        ("convex", [(2, 5, 1), (2, 5, 1, 1)]),
        ("star", [(2, 5, 1), (2, 7, 5, 1)]),
        ("outside_strip", [(2, 2, 1)]),
        ("two_polygons", [(2, 7, 2, 1)]),
        ("bow_tie", [(2, 4, 2, 1)]),
        ("ring", [(2, 12, 1), (2, 12, 2, 1)]),
    ],
)
def test_named_regions_and_their_layers(name: RegionName, layers: list[tuple[int, ...]]) -> None:
    assert [plan.layers for plan in NAMED[name].plans] == layers
    assert region(name) is NAMED[name]
    check_exact(NAMED[name])


def test_no_region_fills_the_square_or_is_empty() -> None:
    for found in NAMED.values():
        assert 0.1 < found.contains(POINTS).mean() < 0.9


def test_threshold_units_have_whole_weights_and_keep_away_from_zero() -> None:
    plan = NAMED["ring"].plans[1]
    layout = Layout(plan.layers, (activation("threshold"),) * 3)
    params = params_of(plan, layout, 1.0)
    for block in ("weights[1]", "biases[1]", "weights[2]", "biases[2]"):
        values = layout.block(params, block)
        assert np.array_equal(values, np.round(values))
    passed = forward(layout, params, POINTS)
    assert min(float(np.abs(net).min()) for net in passed.net_inputs[1:]) >= 1.0


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_soft_units_agree_away_from_the_sides(name: str) -> None:
    low = 0.5 if name == "sigmoid" else 0.0
    for found in NAMED.values():
        clear = found.distances(POINTS) > 0.05
        for k in range(len(found.plans)):
            agree = (answers(found, k, name) > low)[clear] == found.contains(POINTS)[clear]
            assert agree.mean() > 0.99


def test_a_hole_outweighs_all_polygons_and_overlapping_ones_are_one_region() -> None:
    other = ((-0.1, -0.1), (0.9, -0.1), (0.9, 0.9), (-0.1, 0.9))
    found = region("own", (SQUARE, other), (HOLE,))
    both = found.contains(np.array([[0.3, 0.3], [0.0, 0.0], [0.8, 0.8], [-0.4, -0.4], [0.8, -0.8]]))
    assert both.tolist() == [True, False, True, True, False]
    check_exact(found)


def test_shared_lines_need_one_unit() -> None:
    upper, lower = ((-0.5, 0.0), (0.5, 0.0), (0.0, 0.6)), ((-0.5, 0.0), (0.0, -0.6), (0.5, 0.0))
    plan = region("own", (upper, lower)).plan
    assert plan.layers == (2, 5, 2, 1)
    uses = [dict(piece) for piece in plan.pieces]
    (shared,) = set(uses[0]) & set(uses[1])
    assert uses[0][shared] is not uses[1][shared]


TRIANGLE = ((-0.7, -0.6), (0.7, -0.6), (0.0, 0.8))


@pytest.mark.parametrize(
    "hole", [HOLE, ((-0.2, -0.6), (0.2, -0.6), (0.0, -0.3)), ((-0.2, -0.6), (0.0, -0.9), (0.2, -0.6)), SQUARE]
)
def test_a_convex_hole_in_a_convex_polygon_needs_one_hidden_layer(hole: tuple[tuple[float, float], ...]) -> None:
    found = region("own", (TRIANGLE,), (hole,))  # the hole inside, at a side from within and from without, across
    assert [len(plan.layers) for plan in found.plans] == [3, 4]
    check_exact(found)


@pytest.mark.parametrize(
    ("polygons", "holes", "message"),
    [
        ((), (), 'dataset.polygons: the region "own" needs a polygon, as in'),
        ((SQUARE, ((0, 0), (1, 1))), (), "dataset.polygons: polygon 2 has 2 corners"),
        ((SQUARE,), (((0, 0), (3, 0), (0, 1)),), "dataset.holes: hole 1: corner 2"),
        ((SQUARE,) * 7, (HOLE,) * 6, f"13 are too many; at most {MOST_POLYGONS} fit"),
    ],
)
def test_bad_regions_are_refused_by_name(polygons: tuple, holes: tuple, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ExperimentError, match=message):
        region("own", polygons, holes, "dataset")


corner_lists = st.lists(st.floats(0.25, 1.0), min_size=5, max_size=11)


@settings(max_examples=30)
@given(st.lists(corner_lists, min_size=1, max_size=3), st.lists(corner_lists, max_size=2))
def test_any_region_is_what_its_network_says(outer: list[list[float]], inner: list[list[float]]) -> None:
    def around(radii: list[float], place: int, size: float) -> tuple[tuple[float, float], ...]:
        x0, y0 = ((-0.4, -0.4), (0.4, 0.3), (-0.3, 0.4))[place % 3]
        angles = [2 * math.pi * k / len(radii) for k in range(len(radii))]
        found = [(x0 + size * r * math.cos(a), y0 + size * r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
        return tuple((max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))) for x, y in found)

    polygons = tuple(around(radii, k, 0.55) for k, radii in enumerate(outer))
    holes = tuple(around(radii, k, 0.3) for k, radii in enumerate(inner))
    check_exact(region("own", polygons, holes))
