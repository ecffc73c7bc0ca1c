"""Answers of a single output, worked by hand: borders halfway, the nearest target, the share that is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.answers_on_a_line import line_answers, nearest, value_words, why_no_line
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

ITSELF = np.array([1.0, 0.0])
"""Weight and bias of a unit that answers its input."""


def model_of(experiment: Experiment) -> FeedforwardModel:
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


def by_hand(inputs: list[float], targets: list[float]) -> FeedforwardModel:
    dataset: dict[str, Any] = {"name": "by_hand", "kind": "numbers"}
    dataset |= {"inputs": [[x] for x in inputs], "targets": [[t] for t in targets]}
    network = {"layers": [1, 1], "activations": ["linear"]}
    return model_of(Experiment.from_dict({"dataset": dataset, "network": network, "training": {"rule": "delta"}}))


def test_the_nearest_target_is_the_answer() -> None:
    """The unit answers its input; borders of 0.2, 0.4, 0.8 are 0.3 and 0.6."""
    model = by_hand([0.25, 0.35, 0.55, 0.65, -3.0, 0.1], [0.2, 0.2, 0.4, 0.8, 0.2, 0.8])
    found = line_answers(model, ITSELF, "training")
    assert found.values.tolist() == [0.2, 0.4, 0.8]
    assert found.borders == pytest.approx([0.3, 0.6])
    assert found.true.tolist() == [0, 0, 1, 2, 0, 2]
    assert found.said.tolist() == [0, 1, 1, 2, 0, 0]
    assert found.n_right == 4
    assert [found.of_value(k) for k in range(3)] == [(2, 3), (1, 1), (1, 2)]


def test_some_examples_alone() -> None:
    model = by_hand([0.0, 1.0, 0.9], [0.0, 1.0, 0.0])
    found = line_answers(model, ITSELF, "training", np.array([1, 2]))
    assert found.examples.tolist() == [1, 2]
    assert found.is_right.tolist() == [True, False]


def test_on_a_border_it_is_the_higher_answer_and_at_zero_the_lower() -> None:
    assert nearest(np.array([0.3, 0.5, 0.49]), np.array([0.5])).tolist() == [0, 1, 0]
    assert nearest(np.array([0.0, 1e-9]), np.array([0.0])).tolist() == [0, 1]


def test_two_classes_have_their_midpoint_and_names() -> None:
    model = model_of(gate("and"))
    found = line_answers(model, np.zeros(model.n_params), "training")
    assert found.borders.tolist() == [model.examples.midpoint]
    measured = model.evaluate(np.zeros(model.n_params))["training"]
    assert measured is not None
    assert found.n_right / 4 == measured.accuracy
    assert value_words(model) == model.examples.class_names


def test_it_says_where_there_is_no_line() -> None:
    assert why_no_line(model_of(xor())) is None
    several = Experiment.from_dict(
        {"dataset": {"name": "iris"}, "network": {"layers": [4, 3], "activations": ["sigmoid"]}}
    )
    assert "3 outputs" in str(why_no_line(model_of(several)))
    numbers = [float(n) for n in range(21)]
    assert "21 different numbers" in str(why_no_line(by_hand(numbers, numbers)))
    assert "the same number" in str(why_no_line(by_hand([0.0, 1.0], [0.5, 0.5])))


def test_poses_on_a_line_have_their_names() -> None:
    dataset = {"name": "faces", "source": "synthetic", "outputs": "one"}
    network = {"layers": [960, 1], "activations": ["sigmoid"]}
    model = model_of(Experiment.from_dict({"dataset": dataset, "network": network}))
    assert value_words(model) == ("left", "straight", "right", "up")
    assert line_answers(model, np.zeros(model.n_params), "test").borders == pytest.approx([0.3, 0.5, 0.7])
