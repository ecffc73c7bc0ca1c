"""The numbers in the text of function-approximation."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from app.lesson import find_lesson
from app.lesson_text import parse_link
from nlcore import kernels, probes
from nlcore.families.feedforward import FeedforwardModel
from nlcore.size_errors import SizeError, built_errors, error_of, learnt_error, target_curve
from nlcore.trainer import Trainer

LESSON = find_lesson("function-approximation")
LEARNT, OTHER, BUILT, BUILT_TRAINED = range(4)
FAST = {"dataset.function": "formula", "dataset.formula": "sin(3*pi*x)"}


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def model_of(track: int, **changes: Any) -> FeedforwardModel:
    experiment = LESSON.tracks()[track][1].replace(changes)
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


@cache
def error_after(track: int, epochs: int) -> SizeError:
    model = model_of(track)
    trainer = Trainer(model.experiment, model.examples)
    return error_of(model, trainer.advance(trainer.initial_state(), epochs * 41).params)


def test_the_four_networks() -> None:
    assert error_after(LEARNT, 1000).typical == pytest.approx(0.008, abs=0.0005)
    assert error_after(OTHER, 1000).typical == pytest.approx(0.012, abs=0.0005)
    built = error_after(BUILT, 0)
    assert (built.typical, built.largest) == pytest.approx((0.101, 0.309), abs=0.0005)
    assert [error_after(BUILT_TRAINED, n).typical for n in (0, 1000)] == pytest.approx([0.101, 0.100], abs=0.0005)


def test_the_larger_rate_throws_it_about() -> None:
    model = model_of(BUILT_TRAINED, **{"training.learning_rate": 0.01})
    trainer = Trainer(model.experiment, model.examples)
    found = error_of(model, trainer.advance(trainer.initial_state(), 41_000).params)
    assert found.typical == pytest.approx(0.36, abs=0.005)


def test_the_table() -> None:
    model = model_of(BUILT)
    curve, _ = target_curve(model.experiment, model.examples)
    lines = [line.strip("|").split("|") for line in LESSON.text.split("\n") if line.startswith("| ")][1:]
    assert len(lines) == 4
    for line in lines:
        hidden, bumps, typical, largest = (float(cell) for cell in line)
        assert hidden == 2 * bumps
        (found,) = built_errors(curve, -1.0, 1.0, [int(hidden)])
        assert (found.typical, found.largest) == pytest.approx((typical, largest), abs=0.0005)


def test_the_fast_sine() -> None:
    built = model_of(BUILT, **FAST)
    assert error_of(built, built.initial_params()).typical == pytest.approx(0.317, abs=0.0005)
    for epochs, said in ((1000, (0.227, 0.316, 0.303)), (3000, (0.224, 0.618, 0.104))):
        found = [
            learnt_error(model_of(LEARNT, **FAST).experiment, built.examples, 20, seed, epochs, lambda: False).typical
            for seed in (1, 2, 3)
        ]
        assert found == pytest.approx(said, abs=0.0006)


def test_what_training_other_sizes_shows() -> None:
    """For the slow sine 4 units are enough; for the fast one few starts come below the built line."""
    slow, fast = model_of(LEARNT), model_of(LEARNT, **FAST)

    def learnt(model: FeedforwardModel, hidden: int) -> list[float]:
        return [
            learnt_error(model.experiment, model.examples, hidden, seed, 1000, lambda: False).typical
            for seed in (1, 2, 3)
        ]

    assert max(learnt(slow, 4)) < 0.03
    assert min(learnt(slow, 64)) > 0.01
    curve, _ = target_curve(fast.experiment, fast.examples)
    below = []
    for hidden in (16, 32, 64):
        (built,) = built_errors(curve, -1.0, 1.0, [hidden])
        below += [error < built.typical for error in learnt(fast, hidden)]
    assert sum(below) <= 1


def test_the_tower() -> None:
    (href,) = (part.split(")")[0] for part in LESSON.text.split("](") if part.startswith("action:set?dataset={"))
    action = parse_link(href)
    assert action is not None
    model = model_of(LEARNT, **dict(action.arguments))
    places = np.array([[0, 0], [0.3, -0.3], [1, 0], [0, 1], [1, 1], [-1, 0.2]], dtype=np.float64)
    outputs = probes.outputs(model, model.initial_params(), places)[:, 0]
    assert outputs == pytest.approx([1, 1, 0, 0, 0, 0], abs=0.01)


def test_the_step_keeps_an_error_of_a_half() -> None:
    model = model_of(BUILT, **{"dataset.function": "step"})
    curve, _ = target_curve(model.experiment, model.examples)
    errors = built_errors(curve, -1.0, 1.0, [20, 64])
    assert [one.largest for one in errors] == pytest.approx([0.5, 0.5], abs=0.03)
