"""The numbers in the text of xor that go beyond one run: stuck runs, other networks, momentum, what hidden units do."""

from __future__ import annotations

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import kernels, network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory.separability import separability
from nlcore.trainer import Trainer

LESSON = find_lesson("xor")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def run(epochs: int, **changes: object) -> tuple[float, float, tuple[FloatArray, ...], FloatArray]:
    """Return loss, error rate, outputs of all layers for the four examples, and the weights."""
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    trainer = Trainer(LESSON.experiment.replace(changed))
    state = trainer.advance(trainer.initial_state(), 4 * epochs)
    measured, model = trainer.evaluate(state)["training"], trainer.model
    assert measured is not None
    assert measured.error_rate is not None
    assert isinstance(model, FeedforwardModel)
    outputs = network.forward(model.layout, state.params, model.examples.training.inputs).outputs
    return measured.loss, measured.error_rate, outputs, state.params


@pytest.mark.parametrize(("hidden", "arrive", "stuck"), [(3, 19, [9]), (2, 15, [1, 2, 3, 4, 11]), (8, 20, [])])
def test_how_many_of_twenty_arrive(hidden: int, arrive: int, stuck: list[int]) -> None:
    failed = [seed for seed in range(1, 21) if run(1000, seed=seed, network__layers=[2, hidden, 1])[1] > 0]
    assert failed == stuck
    assert len(failed) == 20 - arrive


@pytest.mark.parametrize(("momentum", "rate", "epochs"), [(0.9, 0.5, 348), (0.0, 0.5, 3022), (0.0, 5.0, 385)])
def test_how_long_it_takes(momentum: float, rate: float, epochs: int) -> None:
    changes = {"training__momentum": momentum, "training__learning_rate": rate}
    assert run(epochs, **changes)[0] < 0.01 <= run(epochs - 1, **changes)[0]


def test_what_seed_9_says_and_why_it_cannot_move() -> None:
    loss, rate, (_, hidden, answers), params = run(2000, seed=9)
    later, _, _, grown = run(10_000, seed=9)
    assert (round(loss, 4), round(later, 4), rate) == (0.2505, 0.2501, 0.25)
    np.testing.assert_allclose(answers.ravel(), [0.01, 0.99, 0.50, 0.50], atol=0.005)
    assert hidden[2:].max() < 0.001 < hidden[:2].max()
    assert np.abs(grown).max() > np.abs(params).max() + 1.0


def test_the_heights_of_plateaus() -> None:
    loss, _, outputs, _ = run(2000, seed=2, network__layers=[2, 2, 1])
    assert loss == pytest.approx(1 / 3, abs=0.001)
    np.testing.assert_allclose(np.sort(outputs[-1].ravel()), [0.0, 2 / 3, 2 / 3, 2 / 3], atol=0.015)


def test_hidden_lines_cross_the_picture_only_when_the_plateau_is_left() -> None:
    corners = np.array([(x, y) for x in (-0.2, 1.2) for y in (-0.2, 1.2)])
    crossing = []
    for epochs in (100, 348):
        params = run(epochs)[3]
        model = Trainer(LESSON.experiment).model
        assert isinstance(model, FeedforwardModel)
        nets = network.forward(model.layout, params, corners).net_inputs[0]
        crossing.append(((nets.min(axis=0) < 0) & (nets.max(axis=0) > 0)).tolist())
    assert crossing == [[False] * 3, [True] * 3]


def test_a_line_divides_the_examples_in_the_space_of_units_2_and_3_in_the_end() -> None:
    assert run(1401)[0] < 0.0005 <= run(1400)[0]
    for epochs, divides in ((348, False), (1401, True)):
        space = run(epochs)[2][1][:, 1:]
        assert separability(space, np.array([-1, 1, 1, -1])).is_separable == divides
