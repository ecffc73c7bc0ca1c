"""The numbers in the text of momentum-and-minima."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import kernels
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import bent_share, departure_of, fit_at_examples, net_inputs_of
from nlcore.records import TrainState
from nlcore.trainer import Trainer

LESSON = find_lesson("momentum-and-minima")
WITH, WITHOUT = (experiment for _, experiment in LESSON.tracks())
LARGE = {"training.initializer": {"name": "uniform", "low": -10.0, "high": 10.0}}


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def after(experiment: Experiment, epochs: int) -> tuple[FeedforwardModel, TrainState, float]:
    trainer = Trainer(experiment)
    state = trainer.advance(trainer.initial_state(), 21 * epochs)
    measured = trainer.evaluate(state)["training"]
    assert measured is not None
    assert isinstance(trainer.model, FeedforwardModel)
    return trainer.model, state, measured.loss


def test_the_heights_of_the_plateaus() -> None:
    model, _, _ = after(WITH, 0)
    examples = model.examples.training
    spread = examples.targets - examples.targets.mean()
    assert 0.5 * np.sum(spread**2) == pytest.approx(5.0, abs=1e-9)
    found = fit_at_examples(model).departure(examples.targets)
    assert 0.5 * 21 * found.distance**2 == pytest.approx(2.41, abs=0.005)


def test_the_table() -> None:
    rows = re.findall(r"^\| (\d+) +\| ([\d.]+) +\| +(\d+) % +\| +([\d.]+) +\|$", LESSON.text, re.MULTILINE)
    assert len(rows) == 5
    for epoch, loss, share, distance in rows:
        model, state, reached = after(WITH, int(epoch))
        nets = net_inputs_of(model, state.params, model.examples.training.inputs)[0]
        assert round(reached, 2) == float(loss)
        assert round(100.0 * (1.0 - bent_share("sigmoid", nets).mean())) == int(share)
        found = departure_of(model, state.params, fit_at_examples(model))
        assert round(found.distance, 3) == float(distance)


def test_how_much_sooner_with_momentum() -> None:
    for experiment, epoch in ((WITH, 192), (WITHOUT, 1745)):
        assert after(experiment, epoch)[2] <= 0.25 < after(experiment, epoch - 1)[2]


def test_ten_times_the_rate_is_no_momentum_and_too_much_of_it_is_bad() -> None:
    assert 1e10 < after(WITHOUT.replace({"training.learning_rate": 0.2}), 10)[2] < 1e11
    assert round(after(WITH.replace({"training.momentum": 0.99}), 2000)[2], 2) == 0.47


def test_new_starts() -> None:
    """Large start weights begin with wild jumps, where the last bits of a machine may matter: hence the slack."""
    small = [after(WITH.replace({"seed": seed}), 2000)[2] for seed in range(4, 8)]
    assert max(small) < 0.05
    large = [after(WITH.replace({"seed": seed, **LARGE}), 2000)[2] for seed in range(1, 11)]
    assert 1 <= sum(loss < 0.05 for loss in large) <= 5
    assert sum(loss > 0.4 for loss in large) >= 5
    assert max(large) > 2.0
