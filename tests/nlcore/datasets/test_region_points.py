"""The data set ``regions``: points on the right side, away from the border where asked, and refusals in sentences."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import DataError, ExperimentError
from nlcore.theory.regions import NAMED, RegionName, region
from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes

TRIANGLE = [[-0.5, -0.5], [0.5, -0.5], [0.0, 0.5]]


def test_the_same_seed_gives_the_same_points() -> None:
    assert same(loaded("regions", region="star", seed=5), loaded("regions", region="star", seed=5))
    assert not same(loaded("regions", region="star", seed=5), loaded("regions", region="star", seed=6))
    data = loaded("regions", n=50, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (25, 10, 15)
    assert data.source == "synthetic"
    assert data.class_names == ("outside", "inside")


@pytest.mark.parametrize("name", NAMED)
def test_each_point_lies_where_its_class_says(name: RegionName) -> None:
    data = loaded("regions", region=name, n=201, margin=0.03, coding="minus_plus")
    points, is_inside = data.training.inputs, data.training.targets[:, 0] > 0.0
    assert np.array_equal(NAMED[name].contains(points), is_inside)
    assert NAMED[name].distances(points).min() >= 0.03
    assert is_inside.sum() == 100
    assert data.midpoint == 0.0


def test_own_polygons_with_a_hole() -> None:
    hole = [[-0.1, -0.3], [0.1, -0.3], [0.0, 0.0]]
    data = loaded("regions", region="own", polygons=[TRIANGLE], holes=[hole], n=400)
    found = region("own", (tuple(map(tuple, TRIANGLE)),), (tuple(map(tuple, hole)),))  # type: ignore[arg-type]
    assert np.array_equal(found.contains(data.training.inputs), data.training.targets[:, 0] == 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"region": "own"}, 'dataset.polygons: the region "own" needs a polygon'),
        ({"region": "own", "polygons": [[[0, 0], [1, 0]]]}, "dataset.polygons: polygon 1 has 2 corners"),
        ({"region": "own", "polygons": [[[0, 0], [1]]]}, "dataset.polygons"),
        ({"region": "own", "polygons": 3}, "dataset.polygons: expected a list"),
        ({"region": "rind"}, "unknown value 'rind'; did you mean 'ring'?"),
        ({"margin": 0.5}, "dataset.margin"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ExperimentError, match=message.replace("?", r"\?")):
        loaded("regions", **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"polygons": [TRIANGLE], "holes": [[[-1, -1], [1, -1], [1, 1], [-1, 1]]]}, "lies inside of the region, 0 or"),
        ({"polygons": [[[-1, -1], [1, -1], [1, 1], [-1, 1]]]}, "lies outside of the region"),
        ({"polygons": [[[0, 0], [0.2, 0], [0.2, 0.1], [0, 0.1]]], "margin": 0.1}, "or more from its sides; choose"),
    ],
)
def test_a_class_without_room_is_told(options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        loaded("regions", region="own", **options)


def test_a_network_learns_a_star_and_a_line_does_not() -> None:
    star = {"name": "regions", "region": "star", "margin": 0.03}
    assert accuracy(after(star, [2, 8, 1], ["sigmoid", "sigmoid"], 300, momentum=0.9)) >= 0.95
    assert accuracy(after(star, [2, 1], ["sigmoid"], 100)) < 0.75
