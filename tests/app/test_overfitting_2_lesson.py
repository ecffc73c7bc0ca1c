"""The numbers in the text of overfitting-2."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore import kernels
from nlcore.families.feedforward import FeedforwardModel
from tests.app.generalisation import Course, course, kept

pytestmark = pytest.mark.skipif(not kernels.has_compiler(), reason="the numbers are those of the compiled loop")


@pytest.fixture(scope="module")
def courses() -> list[Course]:
    """Give the lesson's own run, with the seeds 1 to 6."""
    kernels.prepare()
    return [course("overfitting-2", seed=seed) for seed in range(1, 7)]


def hill(found: Course) -> tuple[int, float, int, float, float]:
    """Return the first minimum and the peak after it, each with its update, and the end."""
    errors = found.errors["validation"]
    first = int(np.argmin(errors[found.updates <= 200]))
    peak = first + int(np.argmax(errors[first : first + 50]))
    return int(found.updates[first]), errors[first], int(found.updates[peak]), errors[peak], errors[-1]


def test_the_error_rises_and_falls_again(courses: list[Course]) -> None:
    shown = 0
    for found in courses:
        first_at, first, peak_at, peak, end = hill(found)
        shown += peak >= 1.05 * first and end <= 0.5 * first
        assert first_at in (90, 100)
        assert first_at < peak_at
        assert round(first, 3) == 0.048
        assert 0.059 <= round(peak, 3) <= 0.061
        assert 0.008 <= end <= 0.010
    assert shown >= 5


def test_the_course_of_the_lesson(courses: list[Course]) -> None:
    first = courses[0]
    assert [round(first.at(n), 3) for n in (0, 90, 250, 500, 1500)] == [0.057, 0.048, 0.059, 0.014, 0.009]
    assert [round(first.at(n, "training"), 4) for n in (90, 1500)] == [0.0375, 0.0012]
    assert hill(first)[0] == 90
    assert hill(first)[2] == 250
    assert first.best == 1500


def test_what_is_learnt_when(courses: list[Course]) -> None:
    trainer = courses[0].trainer
    assert isinstance(trainer.model, FeedforwardModel)
    state, rows = trainer.initial_state(), []
    for n in (0, 90, 160, 250, 1000):
        state = trainer.advance(state, n * trainer.model.epoch_length)
        weights = trainer.model.layout.weights(state.params)[0]
        rows.append([float(np.sqrt(np.mean(part**2))) for part in (weights[:, 0], weights[:, 1:3], weights[:, 3:])])
    told = [(0.05, 0.05, 0.06), (0.44, 0.07, 0.10), (0.59, 0.15, 0.18), (0.68, 0.98, 0.17), (0.62, 1.04, 0.24)]
    np.testing.assert_allclose(rows, told, atol=0.006)


@pytest.mark.parametrize(("patience", "end", "best"), [(10, 190, 90), (20, 290, 90), (40, 1500, 1500)])
def test_patience(patience: int, end: int, best: int) -> None:
    found = kept(course("overfitting-2", stops=True, training__stop__patience=patience))
    assert found[:2] == (end, best)


def test_one_hidden_unit_cannot() -> None:
    found = course("overfitting-2", 2, stops=True)
    assert round(found.at(1500), 3) == 0.070
    assert round(found.at(1500, "training"), 3) == 0.025
    assert found.errors["validation"].min() > 0.048


def test_other_examples() -> None:
    ratios = []
    for data_seed, seed in ((2, 1), (2, 3), (3, 2), (3, 6)):
        _, first, _, peak, end = hill(course("overfitting-2", dataset__seed=data_seed, seed=seed))
        ratios.append((peak / first, end / first))
    assert all(1.13 <= round(peak, 2) <= 1.27 and 0.10 <= round(end, 2) <= 0.21 for peak, end in ratios)


def test_without_distractors_and_with_more_examples() -> None:
    plain = course("overfitting-2", dataset__distractors=0, network__layers=[3, 8, 1])
    assert np.all(np.diff(plain.errors["validation"][5:]) < 1e-4)
    assert [round(plain.at(n), 3) for n in (200, 350, 1500)] == [0.043, 0.043, 0.003]
    more = course("overfitting-2", dataset__n=1000)
    assert [round(more.at(n), 3) for n in (200, 600, 1500)] == [0.045, 0.045, 0.003]
    assert kept(course("overfitting-2", dataset__n=1000, stops=True))[0] == 730
