"""The numbers in the text of neurons-and-networks."""

from __future__ import annotations

import pytest

from app.lesson import find_lesson
from app.widgets.steps_texts import PIXELS, Brain, duration
from nlcore import kernels
from nlcore.datasets import n_examples
from nlcore.trainer import Trainer

LESSON = find_lesson("neurons-and-networks")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def accuracy(trainer: Trainer, epochs: int) -> float:
    state = trainer.advance(trainer.initial_state(), epochs * trainer.model.epoch_length)
    measured = trainer.evaluate(state)["test"]
    assert measured is not None
    assert measured.accuracy is not None
    return measured.accuracy


def test_the_network_and_its_data() -> None:
    trainer = Trainer(LESSON.experiment)
    data = trainer.model.data
    assert data is not None
    assert (len(data.training), len(data.test), n_examples(data)) == (1078, 449, 1797)
    assert trainer.model.n_params == 1510
    assert 100 * len(data.training) == 107_800
    assert 100 * len(data.training) / n_examples(data) == pytest.approx(60, abs=0.5)


def test_accuracies() -> None:
    trainer = Trainer(LESSON.experiment)
    assert [round(100 * accuracy(trainer, epochs)) for epochs in (0, 1, 20)] == [8, 57, 98]


def test_the_brain_of_the_lecture() -> None:
    brain = Brain()
    assert brain.steps == 100 < PIXELS
    assert brain.switchings == 1e12
    assert duration(brain.in_a_row_seconds) == "32\u00a0years"
    assert Brain(switching_seconds=1e-5).steps == 10_000
