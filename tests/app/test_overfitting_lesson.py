"""The numbers in the text of overfitting."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore import kernels
from nlcore.families.feedforward import FeedforwardModel
from nlcore.weight_sizes import weight_sizes
from tests.app.generalisation import Course, course, kept

pytestmark = pytest.mark.skipif(not kernels.has_compiler(), reason="the numbers are those of the compiled loop")


@pytest.fixture(scope="module")
def courses() -> list[Course]:
    """Give the lesson's own run, with the seeds 1 to 6."""
    kernels.prepare()
    return [course("overfitting", seed=seed) for seed in range(1, 7)]


def test_the_validation_error_turns_early_and_ends_high(courses: list[Course]) -> None:
    shown = 0
    for found in courses:
        errors = found.errors["validation"]
        shown += found.best <= found.updates[-1] / 5 and errors[-1] >= 1.15 * errors.min()
        assert round(errors.min(), 3) == 0.045
        assert found.best in (65, 70)
        assert 0.070 <= errors[-1] <= 0.083
    assert shown >= 5


def test_the_course_of_the_lesson(courses: list[Course]) -> None:
    first = courses[0]
    assert first.updates[-1] == 2000
    assert np.all(np.diff(first.errors["training"]) < 0)
    assert first.best == 65
    assert [round(first.at(n), 3) for n in (0, 20, 65, 2000)] == [0.092, 0.089, 0.045, 0.072]
    assert round(first.at(65), 4) == 0.0448
    assert [round(first.at(n, "training"), 3) for n in (0, 20, 65, 2000)] == [0.093, 0.091, 0.044, 0.023]
    assert first.trainer.model.n_params == 201


def test_how_large_the_weights_become(courses: list[Course]) -> None:
    trainer = courses[0].trainer
    assert isinstance(trainer.model, FeedforwardModel)
    start = trainer.initial_state()
    states = [start, trainer.advance(start, 65 * 40), courses[0].end]
    rows = np.array([weight_sizes(trainer.model.layout, state.params) for state in states])
    told = [(0.75, 0.247, 0.627), (2.60, 2.53, 13.2), (10.0, 6.68, 145)]
    np.testing.assert_allclose(rows[:, [0, 1, 3]], told, rtol=6e-3)


def test_early_stopping() -> None:
    assert kept(course("overfitting", 1, stops=True)) == (165, 65, pytest.approx(0.0448, abs=5e-5))
    found = [kept(course("overfitting", 1, stops=True, training__stop__patience=1, seed=seed)) for seed in range(1, 7)]
    assert sum(end in (5, 10) for end, _, _ in found) == 4
    assert found[0][1] == 65
    found = [kept(course("overfitting", 1, stops=True, training__stop__patience=2, seed=seed)) for seed in range(1, 7)]
    assert {best for _, best, _ in found} == {65, 70}


def test_one_hidden_unit() -> None:
    found = course("overfitting", 2)
    assert found.trainer.model.n_params == 11
    errors = found.errors["validation"]
    assert (round(errors.min(), 3), round(errors[-1], 3)) == (0.046, 0.079)
    assert round(found.at(2000, "training"), 3) == 0.027


def test_other_examples() -> None:
    ratios = []
    for data_seed, seed in ((1, 5), (2, 3), (3, 3), (4, 1), (5, 2)):
        errors = course("overfitting", dataset__seed=data_seed, seed=seed).errors["validation"]
        ratios.append(round(errors[-1] / errors.min(), 2))
    assert (min(ratios), max(ratios)) == (1.25, 1.87)


def test_more_examples_no_noise_and_a_test_set() -> None:
    more = course("overfitting", dataset__n=200)
    assert round(more.errors["validation"].min(), 3) == round(more.at(2000), 3) == 0.051
    assert round(course("overfitting", dataset__noise=0.0).at(2000), 4) == 0.0009
    tested = course("overfitting", dataset__n_test=500)
    assert (round(tested.at(65, "test"), 4), round(tested.at(2000, "test"), 3)) == (0.0455, 0.068)
