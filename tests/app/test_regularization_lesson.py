"""The numbers in the text of regularization."""

from __future__ import annotations

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import kernels
from nlcore.cross_validation import cross_validate
from nlcore.early_stopping import Watch
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.weight_sizes import SQUARES, weight_sizes
from tests.app.generalisation import Course, course, kept

pytestmark = pytest.mark.skipif(not kernels.has_compiler(), reason="the numbers are those of the compiled loop")

NAMES = ("none", "penalty", "weight decay", "dropout", "tied weights", "early stopping")


def squares(found: Course, params: FloatArray | None = None) -> float:
    model = found.trainer.model
    assert isinstance(model, FeedforwardModel)
    return float(weight_sizes(model.layout, found.end.params if params is None else params)[SQUARES])


@pytest.fixture(scope="module")
def courses() -> dict[str, Course]:
    """Give all tracks of the lesson."""
    kernels.prepare()
    assert [name for name, _ in find_lesson("regularization").tracks()] == list(NAMES)
    return {name: course("regularization", k, stops=True) for k, name in enumerate(NAMES)}


def test_the_table(courses: dict[str, Course]) -> None:
    told = {
        "none": (0.045, 0.061, 46),
        "penalty": (0.045, 0.054, 24),
        "weight decay": (0.045, 0.054, 24),
        "dropout": (0.045, 0.051, 111),
        "tied weights": (0.045, 0.047, 23),
    }
    for name, wanted in told.items():
        errors = courses[name].errors["validation"]
        low, end = pytest.approx(wanted[0], abs=5.5e-4), pytest.approx(wanted[1], abs=5.5e-4)
        assert (errors.min(), errors[-1], round(squares(courses[name]))) == (low, end, wanted[2])
    end, best, error = kept(courses["early stopping"])
    assert (end, best, round(error, 3)) == (310, 110, 0.045)
    assert round(courses["early stopping"].at(310), 3) == 0.050
    assert round(squares(courses["early stopping"], Watch.of(courses["early stopping"].end).params)) == 14
    assert (courses["none"].best, courses["dropout"].best) == (110, 320)
    assert courses["none"].at(1500, "training") == pytest.approx(0.0325, abs=5.5e-5)
    assert courses["penalty"].at(1500, "training") == pytest.approx(0.0355, abs=5.5e-5)


def test_penalty_and_decay_are_the_same(courses: dict[str, Course]) -> None:
    penalty, decay = courses["penalty"], courses["weight decay"]
    np.testing.assert_allclose(penalty.end.params, decay.end.params, atol=1e-12)
    training = decay.trainer.experiment.training
    assert training.weight_decay == pytest.approx(2 * training.learning_rate * 0.005 / 40)


def test_with_momentum_the_penalty_weighs_ten_times_as_much() -> None:
    changes = {"training__momentum": 0.9, "training__learning_rate": 1.0, "dataset__n_validation": 1}
    changes |= {"training__stop__epochs": 6000, "training__evaluate_every__every": 6000, "network__layers": [8, 3, 1]}
    held, same = squares(course("regularization", 1, **changes)), 2 * 1.0 * 0.005 / 40
    often = course("regularization", 2, training__weight_decay=10 * same, **changes)
    once = course("regularization", 2, training__weight_decay=same, **changes)
    assert squares(often) == pytest.approx(held, rel=1e-2)
    assert squares(once) > 5 * held


@pytest.mark.parametrize(("track", "low", "high"), [(0, 0.0605, 0.0625), (1, 0.0535, 0.0545), (4, 0.0465, 0.0485)])
def test_other_seeds(track: int, low: float, high: float) -> None:
    assert all(low <= course("regularization", track, seed=seed).at(1500) <= high for seed in (2, 3))


def test_other_examples() -> None:
    free, held, tied = (course("regularization", track, dataset__seed=3).at(1500) for track in (0, 1, 4))
    assert max(held, tied) < free


@pytest.mark.parametrize(("strength", "low", "high"), [(0.2, 0.091, 0.093), (0.0005, 0.0595, 0.061)])
def test_too_strong_and_too_weak(strength: float, low: float, high: float) -> None:
    found = course("regularization", 1, training__penalty__strength=strength)
    assert low <= found.at(1500) <= high
    if strength > 0.01:
        assert found.at(1500, "training") > 0.09


def test_leaving_out_inputs_instead() -> None:
    found = course("regularization", 3, training__dropout__hidden=0.0, training__dropout__inputs=0.2)
    assert round(found.at(1500), 3) == 0.047


def test_folds() -> None:
    changes = {"dataset.n_validation": 0, "dataset.n_test": 500, "training.stop.epochs": 300}
    found = cross_validate(find_lesson("regularization").experiment.replace(changes), 10)
    best = [fold.best_epoch for fold in found.cross_validation.folds]
    assert best == [0, 1, 92, 86, 300, 300, 300, 96, 125, 166]
    assert (found.cross_validation.mean_epochs, found.cross_validation.epochs) == (pytest.approx(146.6), 147)
    measured = found.metrics["test"]
    assert measured is not None
    assert round(measured.mse, 3) == 0.046
    long = course("regularization", dataset__n_validation=0, dataset__n_test=500)
    assert (round(long.at(300, "test"), 3), round(long.at(1500, "test"), 3)) == (0.050, 0.061)
