"""The data sets ``sonars`` and ``cue_and_product``: what is in them, and what their seeds and numbers do."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import loaded, same, sizes

NAMES = pytest.mark.parametrize("name", ["sonars", "cue_and_product"])


@NAMES
def test_sets_have_the_numbers_asked_for_and_seeds_decide(name: str) -> None:
    assert sizes(loaded(name, n=7, n_validation=5, n_test=3)) == (7, 5, 3)
    assert sizes(loaded(name, n=1, n_validation=0)) == (1, 0, 0)
    assert same(loaded(name, seed=9), loaded(name, seed=9))
    assert not same(loaded(name, seed=9), loaded(name, seed=8))
    with pytest.raises(ExperimentError, match=r"dataset\.n"):
        loaded(name, n=0)


@NAMES
def test_other_sets_leave_the_training_set_as_it_is(name: str) -> None:
    first, second = loaded(name, n=12), loaded(name, n=12, n_validation=0, n_test=400)
    np.testing.assert_array_equal(first.training.inputs, second.training.inputs)
    np.testing.assert_array_equal(first.training.targets, second.training.targets)
    drawn = loaded(name, n=12, n_validation=12)
    assert not np.array_equal(drawn.training.inputs, drawn.validation.inputs)


def test_without_noise_the_readings_tell_the_bearing() -> None:
    data = loaded("sonars", n=500, noise=0.0)
    bearings = (data.training.targets[:, 0] - 0.1) / 0.8 * 2 - 1
    assert -1 <= bearings.min() < -0.9 < 0.9 < bearings.max() <= 1
    beams = np.linspace(-1.2, 1.2, 8)
    slant = 1 / np.maximum(np.cos(beams - bearings[:, None]), 0.2)
    nearest = slant.argmin(axis=1)[:, None]  # the sonar that looks at the wall most straightly is never cut off
    distances = 2 * np.take_along_axis(data.training.inputs / slant, nearest, axis=1)
    assert 0.3 <= distances.min() < 0.35 < 0.95 < distances.max() <= 1.0
    np.testing.assert_allclose(data.training.inputs, np.clip(distances * slant, 0, 2) / 2)
    assert len(data.notes) == 2


def test_noise_is_added_to_readings_and_targets() -> None:
    plain, noisy = loaded("sonars", n=4000, noise=0.0), loaded("sonars", n=4000, noise=0.3)
    for part in ("inputs", "targets"):
        added = getattr(noisy.training, part) - getattr(plain.training, part)
        assert added.std() == pytest.approx(0.3, rel=0.05)
        assert abs(added.mean()) < 0.02
    assert loaded("sonars", sonars=3).input_names == ("sonar 1", "sonar 2", "sonar 3")


def test_half_of_the_target_is_the_cue_and_half_the_product() -> None:
    data = loaded("cue_and_product", n=300, noise=0.0, distractors=4)
    u, a, b, *nothing = data.training.inputs.T
    assert set(a) == set(b) == {-1.0, 1.0}
    assert np.abs(u).max() <= 1.0
    np.testing.assert_allclose(data.training.targets[:, 0], 0.5 + 0.2 * u + 0.2 * a * b)
    assert len(nothing) == 4
    assert np.std(nothing) == pytest.approx(0.5, rel=0.1)
    assert data.input_names == ("u", "a", "b", "d1", "d2", "d3", "d4")
    noisy = loaded("cue_and_product", n=300, noise=0.05, distractors=4)
    assert np.std(noisy.training.targets - data.training.targets) == pytest.approx(0.05, rel=0.15)
    assert loaded("cue_and_product", distractors=0).n_inputs == 3
