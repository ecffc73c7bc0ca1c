"""The data set ``outline``: points on the line, halfway between them, noise, and polygons of one's own."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from nlcore.theory.outlines import TURN, features, outline
from tests.nlcore.datasets.loading import loaded, same, sizes


def test_inputs_are_waves_and_targets_lie_on_the_outline() -> None:
    data = loaded("outline", harmonics=2, n=10)
    t = TURN * np.arange(10) / 10
    assert sizes(data) == (10, 10, 0)
    assert data.training.inputs == pytest.approx(features(t, 2))
    assert data.training.targets == pytest.approx(outline("elephant", (), t))
    assert data.validation.targets == pytest.approx(outline("elephant", (), t + TURN / 20))
    assert data.input_names == ("cos t", "sin t", "cos 2t", "sin 2t")
    assert data.output_names == ("across", "up")
    assert data.class_names is None


def test_noise_follows_from_the_seed_and_not_from_the_harmonics() -> None:
    few, many = (loaded("outline", harmonics=k, noise=0.1, seed=3) for k in (1, 7))
    assert np.array_equal(few.training.targets, many.training.targets)
    assert np.array_equal(few.validation.targets, many.validation.targets)
    assert not same(few, loaded("outline", harmonics=1, noise=0.1, seed=4))
    large = loaded("outline", n=1000, noise=0.1)
    apart = large.training.targets - outline("elephant", (), TURN * np.arange(1000) / 1000)
    assert apart.std() == pytest.approx(0.1, rel=0.05)


def test_without_points_between_there_is_no_validation_set() -> None:
    assert sizes(loaded("outline", between=False, n=5)) == (5, 0, 0)


def test_a_polygon_of_ones_own() -> None:
    data = loaded("outline", shape="points", points=[[0, 0], [1, 0], [1, 1], [0, 1]], n=8)
    assert data.training.targets[:3].tolist() == [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    "options",
    [
        {"shape": "giraffe"}, {"harmonics": 0}, {"harmonics": 21}, {"n": 2}, {"noise": -1},
        {"points": [[0, 0], [1, 1]]},
        {"points": [[1, 1], [1, 1], [1, 1]]}, {"points": [[0, 0], [1, 1], [0]]},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ExperimentError, match=r"^dataset"):
        loaded("outline", **options)
