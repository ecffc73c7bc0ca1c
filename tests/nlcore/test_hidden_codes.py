"""Hidden codes: rounding, doubles and the middle of the range, and the course against single passes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.activations import ACTIVATIONS
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.hidden_codes import codes_of, course, ends, work
from nlcore.network import forward
from nlcore.records import FloatArray
from nlcore.trainer import Trainer


def model_of(*, n: int = 4, hidden: int = 2, **network: Any) -> FeedforwardModel:
    network = {"layers": [n, hidden, n], "activations": ["sigmoid", "sigmoid"], **network}
    experiment = Experiment.from_dict({"dataset": {"name": "identity", "n": n}, "network": network})
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


def params_for(model: FeedforwardModel, hidden: FloatArray) -> FloatArray:
    """Return weights that give each pattern these hidden values, and outputs of the side of their targets."""
    params = np.zeros(model.n_params)
    model.layout.weights(params)[0][:] = np.log(hidden / (1.0 - hidden)).T
    centred = hidden - hidden.mean(axis=0)
    model.layout.weights(params)[1][:] = 1000.0 * centred
    model.layout.biases(params)[1][:] = -1000.0 * (np.sum(centred * hidden, axis=1) - 0.01)
    return params


def test_codes_doubles_and_the_middle() -> None:
    model = model_of()
    hidden = np.array([[0.9, 0.1], [0.2, 0.95], [0.1, 0.45], [0.05, 0.02]])
    codes = codes_of(model, params_for(model, hidden))
    assert codes.values == pytest.approx(hidden)
    assert [codes.text(k) for k in range(4)] == ["10", "01", "00", "00"]
    assert codes.same_as == (-1, -1, 3, 2)
    assert codes.n_distinct == 3
    assert np.argwhere(codes.in_between).tolist() == [[2, 1]]


def test_right_means_every_output() -> None:
    model = model_of()
    corners = np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.1, 0.1]])
    params = params_for(model, corners)
    assert codes_of(model, params).is_right.all()
    model.layout.biases(params)[1][2] = -1e6
    assert codes_of(model, params).is_right.tolist() == [True, True, False, True]


def test_where_a_unit_has_no_ends_its_sign_counts() -> None:
    assert ends(ACTIVATIONS["sigmoid"]) == (0.0, 1.0)
    assert ends(ACTIVATIONS["tanh"]) == (-1.0, 1.0)
    assert ends(ACTIVATIONS["linear"]) == (-1.0, 1.0)
    model = model_of(activations=["linear", "sigmoid"])
    params = np.zeros(model.n_params)
    model.layout.weights(params)[0][0] = [7.0, -7.0, 0.1, -0.1]
    assert codes_of(model, params).bits[:, 0].tolist() == [True, False, True, False]


@pytest.mark.parametrize("activations", [["sigmoid", "sigmoid"], ["tanh", "linear"], ["relu", "softmax"]])
def test_the_course_is_that_of_single_passes(activations: list[str]) -> None:
    network = {"layers": [5, 3, 5], "activations": activations}
    model = model_of(n=5, **network)
    params = np.random.default_rng(1).normal(size=(7, model.n_params))
    found = course(model, params)
    assert (found.errors.shape, found.values.shape, found.weights.shape) == ((7, 5), (7, 5, 3), (7, 3, 6))
    for k in range(7):
        passed = forward(model.layout, params[k], model.examples.training.inputs)
        apart = model.examples.training.targets - passed.outputs[-1]
        assert found.errors[k] == pytest.approx(np.sum(apart**2, axis=0))
        assert found.values[k] == pytest.approx(passed.outputs[1])
        assert np.array_equal(found.weights[k][:, 1:], model.layout.weights(params[k])[0])
        assert np.array_equal(found.weights[k][:, 0], model.layout.biases(params[k])[0])
    assert work(model, 7) == 7 * 5 * model.n_params
