"""How far from linear: hand-worked fits, ends of the straight part, and networks of all kinds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlcore.activations import ACTIVATIONS
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import (
    LinearFit,
    bent_share,
    departure_of,
    fit_at_examples,
    fit_in_box,
    net_inputs_of,
    straight_part,
)
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def model_of(experiment: Experiment) -> FeedforwardModel:
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


def test_xor_has_no_linear_part_and_and_has_one() -> None:
    """By hand: of XOR no linear function explains anything; of AND (x + y) / 2 - 1/4 leaves 1/4 off everywhere."""
    fit = LinearFit.at(CORNERS)
    found = fit.departure(np.array([[0.0], [1.0], [1.0], [0.0]]))
    assert found.distance == pytest.approx(0.5)
    assert found.share == pytest.approx(1.0)
    found = fit.departure(np.array([[0.0], [0.0], [0.0], [1.0]]))
    assert found.distance == pytest.approx(0.25)
    assert found.share == pytest.approx((1 / 16) / (3 / 16))


def test_linear_and_constant_outputs_are_at_no_distance() -> None:
    fit = LinearFit.at(CORNERS)
    found = fit.departure(3.0 + CORNERS @ np.array([[1e3], [-2.0]]))
    assert found.distance == pytest.approx(0.0, abs=1e-11)
    assert found.share == pytest.approx(0.0, abs=1e-20)
    assert fit.departure(np.full((4, 1), 0.7)).distance == 0.0
    assert fit.departure(np.full((4, 1), 0.7)).share == 0.0
    assert fit.departure(np.array([[0.0], [1e200], [1e200], [0.0]])).distance == pytest.approx(5e199)
    assert fit.departure(np.zeros((4, 1))).distance == 0.0
    assert math.isnan(fit.departure(np.array([[1e300], [0.0], [0.0], [math.inf]])).distance)


def test_a_fit_agrees_with_least_squares_however_the_inputs_are_scaled() -> None:
    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(50, 3)) * (1.0, 1e4, 1e-4) + (0.0, 1e5, 0.0)
    inputs = np.column_stack((inputs, inputs[:, 0] * 2.0, np.full(50, 7.0)))  # a double and a constant
    outputs = rng.normal(size=(50, 2))
    fit = LinearFit.at(inputs)
    assert fit.basis.shape == (50, 4)
    scaled = np.column_stack((np.ones(50), (inputs[:, :3] - inputs[:, :3].mean(axis=0)) / inputs[:, :3].std(axis=0)))
    rest = outputs - scaled @ np.linalg.lstsq(scaled, outputs, rcond=None)[0]
    found = fit.departure(outputs)
    assert found.distance == pytest.approx(math.sqrt(np.mean(rest**2)), rel=1e-9)
    assert found.share == pytest.approx(np.mean(rest**2) / np.mean((outputs - outputs.mean(axis=0)) ** 2), rel=1e-9)


def test_a_linear_function_that_goes_through_everything_tells_nothing() -> None:
    assert LinearFit.at(CORNERS).is_telling
    assert not LinearFit.at(CORNERS[:3]).is_telling
    assert not LinearFit.at(np.vstack((CORNERS[:3], CORNERS[:3]))).is_telling


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_straight_part_ends_where_the_slope_is_nine_tenths(name: str) -> None:
    part, activation = straight_part(name), ACTIVATIONS[name]
    assert part is not None
    slopes = activation.slopes(activation.values(np.array([part[0], 0.0, part[1]])))
    np.testing.assert_allclose(slopes / slopes[1], [0.9, 1.0, 0.9], rtol=1e-12)


def test_units_without_a_straight_part_bend_at_zero() -> None:
    nets = np.array([[-1.0, 1.0, -3.0, 0.5], [2.0, 2.0, -1.0, -0.5], [3.0, 3.0, -2.0, -0.1]])
    assert straight_part("relu") is None
    np.testing.assert_allclose(bent_share("relu", nets), [1 / 3, 0.0, 0.0, 1 / 3])
    np.testing.assert_allclose(bent_share("sigmoid", nets), [1.0, 1.0, 1.0, 0.0])
    np.testing.assert_allclose(bent_share("linear", nets), 0.0)


def test_a_network_becomes_linear_as_its_weights_shrink() -> None:
    model = model_of(xor())
    params = model.initial_params()
    for fit in (fit_at_examples(model), fit_in_box(model)):
        shares = [departure_of(model, params * scale, fit).share for scale in (10.0, 1.0, 0.1, 0.01)]
        assert shares == sorted(shares, reverse=True)
        assert shares[0] > 0.05
        assert shares[-1] < 1e-6
    assert len(fit_at_examples(model).inputs) == 4
    assert len(fit_in_box(model).inputs) == 441


@pytest.mark.parametrize("activations", [["tanh", "relu", "softmax"], ["linear", "linear", "linear"]])
def test_networks_with_several_layers_and_many_inputs(activations: list[str]) -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "iris"},
            "network": {"layers": [4, 5, 4, 3], "activations": activations},
            "training": {"loss": "cross_entropy" if activations[-1] == "softmax" else "squared_error"},
        }
    )
    model = model_of(experiment)
    params = model.initial_params()
    for fit in (fit_at_examples(model), fit_in_box(model)):
        found = departure_of(model, params, fit)
        assert fit.is_telling
        assert (found.share < 1e-12) == (activations[0] == "linear")
    assert net_inputs_of(model, params, model.examples.training.inputs)[1].shape[1] == 4
