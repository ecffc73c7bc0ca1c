"""The picture a unit likes most: its gradient is that of finite differences, and the way goes up between the ends."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import CancelledError
from nlcore.preferred_input import climb, gradient, net_input
from tests.nlcore.test_occlusion import digits, model_of

LOW, HIGH = np.zeros(64), np.ones(64)


@pytest.mark.parametrize(
    ("layers", "activations"),
    [
        ((64, 10), ("sigmoid",)),
        ((64, 5, 10), ("sigmoid", "sigmoid")),
        ((64, 6, 4, 10), ("tanh", "sigmoid", "softmax")),
        ((64, 6, 10), ("relu", "linear")),
    ],
)
def test_the_gradient_is_that_of_finite_differences(layers: tuple[int, ...], activations: tuple[str, ...]) -> None:
    trainer = digits(layers, activations)
    model, params = model_of(trainer), trainer.initial_state().params
    example = model.examples.training.inputs[0] + 0.01
    for unit in [(layer, k) for layer in range(1, len(layers)) for k in (0, layers[layer] - 1)]:
        found = gradient(model, params, unit, example)
        for place in (0, 9, 27, 63):
            step = np.zeros(64)
            step[place] = 1e-6
            rise = net_input(model, params, unit, example + step) - net_input(model, params, unit, example - step)
            assert found[place] == pytest.approx(rise / 2e-6, rel=1e-5, abs=1e-7)


def test_a_unit_of_the_first_layer_likes_the_signs_of_its_weights() -> None:
    trainer = digits()
    model, params = model_of(trainer), trainer.initial_state().params
    way = climb(model, params, (1, 2), np.full(64, 0.5), (LOW, HIGH), 0.5, 200)
    weights = model.layout.weights(params)[0][2]
    assert way.is_at_top
    assert way.inputs[-1].tolist() == (weights > 0.0).astype(float).tolist()
    assert way.net_inputs[-1] == pytest.approx(weights[weights > 0].sum() + model.layout.biases(params)[0][2])


def test_every_step_goes_up_and_stays_between_the_ends() -> None:
    trainer = digits((64, 6, 4, 10), ("tanh", "sigmoid", "sigmoid"))
    model, params = model_of(trainer), trainer.initial_state().params
    start = model.examples.training.inputs.mean(axis=0)
    way = climb(model, params, (3, 4), start, (LOW, HIGH), 0.05, 40)
    assert len(way.inputs) == len(way.net_inputs) > 5
    assert np.all(np.diff(way.net_inputs) > 0.0)
    assert way.inputs.min() >= 0.0
    assert way.inputs.max() <= 1.0
    assert way.inputs[0].tolist() == start.tolist()
    assert np.abs(way.inputs[1] - way.inputs[0]).max() == pytest.approx(0.05)
    assert way.net_inputs[-1] == net_input(model, params, (3, 4), way.inputs[-1])


def test_a_unit_without_a_slope_stays_where_it_is() -> None:
    trainer = digits()
    model = model_of(trainer)
    way = climb(model, np.zeros(model.n_params), (2, 0), np.full(64, 0.5), (LOW, HIGH), 0.1, 20)
    assert way.is_at_top
    assert len(way.inputs) == 1
    diverged = climb(model, np.full(model.n_params, np.nan), (2, 0), np.full(64, 0.5), (LOW, HIGH), 0.1, 20)
    assert len(diverged.inputs) == 1


def test_it_can_be_given_up() -> None:
    trainer = digits()
    params = trainer.initial_state().params
    with pytest.raises(CancelledError):
        climb(model_of(trainer), params, (2, 0), np.zeros(64), (LOW, HIGH), 0.1, 9, lambda: True)
