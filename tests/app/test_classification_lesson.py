"""The numbers in the text of classification."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore import calibration, kernels
from nlcore.calibration import Judged, at_threshold, judge, reliability, scores, true_probabilities
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName
from nlcore.trainer import Trainer

LESSON = find_lesson("classification")
CROSS_ENTROPY, SQUARED, LARGE, SEPARABLE, PENALTY = range(5)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


@cache
def params_after(track: int, epochs: int) -> tuple[FeedforwardModel, FloatArray]:
    trainer = Trainer(LESSON.tracks()[track][1])
    assert isinstance(trainer.model, FeedforwardModel)
    state = trainer.advance(trainer.initial_state(), epochs * trainer.model.epoch_length)
    return trainer.model, state.params


def judged(track: int, epochs: int, name: SetName) -> Judged:
    model, params = params_after(track, epochs)
    examples = model.examples.sets[name]
    return judge(model, params, examples, 0, true_probabilities(model, examples))


def test_the_sets() -> None:
    model, _ = params_after(CROSS_ENTROPY, 0)
    assert [len(examples) for examples in model.examples.sets.values()] == [100, 100, 800]


def test_cross_entropy_is_there_first() -> None:
    assert judged(CROSS_ENTROPY, 20, "training").scores.log_likelihood == pytest.approx(-35.65, abs=0.005)
    assert judged(SQUARED, 20, "training").scores.log_likelihood == pytest.approx(-36.11, abs=0.005)
    assert judged(SQUARED, 100, "training").scores.log_likelihood == pytest.approx(-35.70, abs=0.005)


def test_the_threshold() -> None:
    test = judged(CROSS_ENTROPY, 20, "test")
    counts = [at_threshold(test.outputs, test.is_class, at) for at in (0.5, 0.3)]
    assert [(c.misses, c.false_alarms) for c in counts] == [(58, 69), (26, 125)]
    assert counts[0].hits + counts[0].misses == 397
    assert counts[0].wrong == 127
    assert test.expected is not None
    assert at_threshold(test.expected, test.is_class, 0.5).wrong == 125


def test_the_table_of_likelihoods() -> None:
    rows = [
        tuple(judged(track, 1000, name) for name in ("training", "test")) for track in (CROSS_ENTROPY, SQUARED, LARGE)
    ]
    said = [[one.scores.log_likelihood for one in row] for row in rows]
    said.append([one.expected_scores.log_likelihood for one in rows[0] if one.expected_scores is not None])
    lines = [line.strip("|").split("|") for line in LESSON.text.split("\n") if line.startswith("| ")][1:5]
    written = [[float(cell.strip().replace("−", "-")) for cell in line[1:]] for line in lines]
    assert np.array(said) == pytest.approx(np.array(written), abs=0.06, rel=0.001)


def test_the_large_network_is_too_sure() -> None:
    test = judged(LARGE, 1000, "test")
    (last,) = (one for one in reliability(test.outputs, test.is_class, 20) if one.high == 1.0)
    assert last.predicted > 0.99
    assert (last.hits, last.count) == (185, 238)


def test_the_weights_of_the_truth() -> None:
    model, params = params_after(CROSS_ENTROPY, 20)
    assert np.hypot(*params[:2]) == pytest.approx(1.79, abs=0.005)
    assert params[2] == pytest.approx(0.16, abs=0.005)
    truth = true_probabilities(model, model.examples.test)
    assert truth is not None
    nets = np.log(truth[:, 0] / (1.0 - truth[:, 0]))
    inputs = np.column_stack((model.examples.test.inputs, np.ones(800)))
    weights = np.linalg.lstsq(inputs, nets, rcond=None)[0]
    assert np.hypot(*weights[:2]) == pytest.approx(2.0)
    assert weights[2] == pytest.approx(0.0, abs=1e-9)


def test_the_table_of_lengths() -> None:
    lines = [line.strip("|").split("|") for line in LESSON.text.split("\n") if line.startswith("| ")][6:9]
    for line in lines:
        epochs, free, held = (float(cell) for cell in line)
        for track, length in ((SEPARABLE, free), (PENALTY, held)):
            _, params = params_after(track, int(epochs))
            assert round(float(np.hypot(*params[:2])), 1) == length


def test_the_four_numbers() -> None:
    found = scores(np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]]))
    assert math.exp(found.log_likelihood) == pytest.approx(0.48)
    assert found.cross_entropy == pytest.approx(0.734, abs=5e-4)
    assert found.squared_error == pytest.approx(0.1)
    assert -math.log(0.001) == pytest.approx(6.9, abs=0.01)


def test_doubled_weights_change_no_answer_but_are_too_sure() -> None:
    model, params = params_after(CROSS_ENTROPY, 20)
    examples = model.examples.test
    truth = true_probabilities(model, examples)
    once, twice = (judge(model, k * params, examples, 0, truth) for k in (1.0, 2.0))
    assert np.array_equal(once.outputs >= 0.5, twice.outputs >= 0.5)
    assert (once.distance, twice.distance) == pytest.approx((0.035, 0.074), abs=5e-4)
    assert [round(one.scores.log_likelihood) for one in (once, twice)] == [-292, -331]


def test_three_classes() -> None:
    changes = {
        "dataset.classes": 3,
        "network.layers": [2, 3],
        "network.activations": ["softmax"],
        "training.loss": "categorical_cross_entropy",
    }
    trainer = Trainer(LESSON.experiment.replace(changes))
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    assert calibration.why_no_probabilities(model) == ""
    state = trainer.advance(trainer.initial_state(), 100 * model.epoch_length)
    measured = trainer.evaluate(state)["training"]
    assert measured is not None
    truth = true_probabilities(model, model.examples.training)
    found = judge(model, state.params, model.examples.training, 2, truth)
    assert found.scores.cross_entropy == pytest.approx(measured.loss)
    assert found.expected_scores is not None
    assert found.scores.log_likelihood > found.expected_scores.log_likelihood
