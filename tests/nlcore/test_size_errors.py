"""Errors over the number of hidden units: built ones are those of the built networks, learnt ones really learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore import kernels, network
from nlcore.errors import CancelledError
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.size_errors import BUILT, built_errors, distance, error_of, learner, learnt_error, target_curve
from nlcore.trainer import Trainer
from nlcore.unit_parts import contributions, left_to_right, running_sums


def experiment(**changes: Any) -> Experiment:
    base = Experiment.from_dict(
        {
            "dataset": {"name": "function_samples", "noise": 0.0, "n": 401},
            "network": {"layers": [1, 6, 1], "activations": ["sigmoid", "linear"]},
            "training": {"learning_rate": 0.01, "momentum": 0.9, "initializer": "bumps"},
        }
    )
    return base.replace({name.replace("__", "."): value for name, value in changes.items()})


def model_of(given: Experiment) -> FeedforwardModel:
    model = Trainer(given).model
    assert isinstance(model, FeedforwardModel)
    return model


def test_distances_by_hand() -> None:
    found = distance(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 2.0]), 5, None)
    assert (found.hidden, found.largest, found.typical) == (5, 2.0, 1.0)


@pytest.mark.parametrize("hidden", [2, 20, 64])
def test_a_built_network_has_the_error_of_the_closed_form(hidden: int) -> None:
    model = model_of(experiment(network__layers=[1, hidden, 1]))
    curve, is_true = target_curve(model.experiment, model.examples)
    assert is_true
    (expected,) = (one for one in built_errors(curve, -1.0, 1.0) if one.hidden == hidden)
    found = error_of(model, model.initial_params())
    assert (found.largest, found.typical) == pytest.approx((expected.largest, expected.typical), abs=1e-4)
    assert BUILT[0] == 2
    assert BUILT[-1] == 64


def test_without_a_true_curve_the_line_through_the_examples_counts() -> None:
    hand = {"name": "by_hand", "kind": "numbers", "inputs": [[0.0], [2.0], [1.0]], "targets": [[0.0], [4.0], [3.0]]}
    model = model_of(experiment(dataset=hand))
    curve, is_true = target_curve(model.experiment, model.examples)
    assert not is_true
    assert curve(np.array([0.5, 1.5])).tolist() == [1.5, 3.5]


def test_learners_start_at_random_and_keep_the_settings() -> None:
    found = learner(experiment(training__rule="none"), 8, 5)
    assert found.network is not None
    assert found.network.layers == (1, 8, 1)
    assert (found.training.rule, found.seed, found.training.learning_rate) == ("backpropagation", 5, 0.01)
    assert found.training.initializer.name == "uniform"
    kept = learner(experiment(training__initializer={"name": "normal", "sd": 2.0}), 8, 5)
    assert kept.training.initializer.options_dict() == {"sd": 2.0}


def test_learning_brings_it_closer_and_can_be_given_up() -> None:
    kernels.prepare()
    given = experiment(dataset__n=41)
    data = model_of(given).examples
    errors = [learnt_error(given, data, 8, 1, epochs, lambda: False).typical for epochs in (0, 300)]
    assert errors[1] < 0.1 < errors[0]
    with pytest.raises(CancelledError):
        learnt_error(given, data, 8, 1, 10, lambda: True)


def test_parts_add_up_to_the_output() -> None:
    model = model_of(experiment())
    params = np.linspace(-2.0, 3.0, model.n_params)
    x = np.linspace(-1.0, 1.0, 11)[:, None]
    outputs = network.forward(model.layout, params, x).outputs[-1][:, 0]
    found = contributions(model, params, x)
    assert found.total == pytest.approx(outputs)
    order = left_to_right(model, params)
    sums = running_sums(found, order)
    assert sums[:, order[-1]] == pytest.approx(outputs)
    assert sums[:, order[0]] == pytest.approx(found.values[:, order[0]] + found.bias)


def test_bumps_stand_from_left_to_right() -> None:
    model = model_of(experiment())
    assert left_to_right(model, model.initial_params()).tolist() == [0, 1, 2, 3, 4, 5]
