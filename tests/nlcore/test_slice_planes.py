"""Planes of weights: coordinates, and the gradient against finite differences and against an update of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.records import FloatArray
from nlcore.slice_planes import bottom, downhill, gradient, loss_at, principal_axes, random_axes, weight_axes
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, trained, xor

LINEAR = Experiment.from_dict(
    {
        "dataset": {"name": "linear_noise", "n": 12},
        "network": {"layers": [1, 1], "activations": ["linear"]},
        "training": {"rule": "delta", "mode": "batch", "learning_rate": 0.01},
    }
)
FUNCTION = Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}})
EXPERIMENTS: dict[str, Experiment] = {
    "xor": xor(),
    "penalty": xor(training__penalty={"strength": 0.02}),
    "penalty without biases": xor(training__penalty={"strength": 0.02, "biases": False}),
    "cross-entropy": xor(training__loss="cross_entropy"),
    "tanh and linear": xor(network={"layers": [2, 4, 3, 1], "activations": ["tanh", "sigmoid", "linear"]}),
    "linear unit": LINEAR,
    "function": FUNCTION,
    "rosenbrock": Experiment.from_dict({"family": {"name": "function", "function": "rosenbrock"}}),
}


def differences(model: Any, params: FloatArray) -> FloatArray:
    """Return the gradient by central differences, written here again."""
    found = np.empty_like(params)
    for k in range(len(params)):
        step = np.zeros_like(params)
        step[k] = 1e-5
        found[k] = (loss_at(model, params + step) - loss_at(model, params - step)) / 2e-5
    return found


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_gradient_equals_finite_differences(name: str) -> None:
    trainer = Trainer(EXPERIMENTS[name])
    params = trainer.initial_state().params + 0.3
    np.testing.assert_allclose(
        gradient(trainer.model, params), differences(trainer.model, params), rtol=1e-6, atol=1e-8
    )


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name not in ("function", "rosenbrock")])
def test_a_batch_update_goes_along_the_negated_gradient(name: str) -> None:
    experiment = EXPERIMENTS[name].replace(
        {"training.mode": "batch", "training.momentum": 0.0, "training.learning_rate": 0.25}
    )
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    after = trainer.advance(state, trainer.model.epoch_length)
    assert after.counters.updates == 1
    np.testing.assert_allclose(
        after.params - state.params, -0.25 * gradient(trainer.model, state.params), rtol=1e-9, atol=1e-12
    )


def test_the_arrow_is_the_negated_gradient_along_both_weights() -> None:
    trainer = Trainer(xor())
    params = trainer.initial_state().params
    plane = weight_axes(trainer.model, 2, 7).through(params)
    slopes = differences(trainer.model, params)
    np.testing.assert_allclose(downhill(trainer.model, plane, params), (-slopes[2], -slopes[7]), atol=1e-8)


def test_a_model_that_knows_no_gradient_gets_one_by_differences() -> None:
    class Valley:
        n_params = 2

        def evaluate(self, params: FloatArray) -> Any:
            return {"training": type("Measured", (), {"loss": float(params[0] ** 2 + 3.0 * params[1])})}

    found = gradient(Valley(), np.array([2.0, 5.0]))  # type: ignore[arg-type]
    np.testing.assert_allclose(found, (4.0, 3.0), rtol=1e-6)


def test_threshold_units_have_no_gradient() -> None:
    trainer = Trainer(gate("and"))
    assert not gradient(trainer.model, np.array([1.0, -0.5, 0.25])).any()


def test_coordinates_of_two_weights_are_their_values() -> None:
    trainer = Trainer(xor())
    params = trained(xor(), 40)
    axes = weight_axes(trainer.model, 3, 1)
    assert axes.coordinates(params).tolist() == [params[3], params[1]]
    plane = axes.through(params)
    assert plane.params_at(float(params[3]), float(params[1])).tobytes() == params.tobytes()
    moved = plane.params_at(5.0, -6.0)
    assert (moved[3], moved[1]) == (5.0, -6.0)
    others = [k for k in range(len(params)) if k not in (1, 3)]
    assert moved[others].tobytes() == params[others].tobytes()


def test_one_weight_does_not_span_a_plane() -> None:
    trainer = Trainer(xor())
    with pytest.raises(ExperimentError, match="same weight"):
        weight_axes(trainer.model, 4, 4)


def test_tied_weights_move_together() -> None:
    trainer = Trainer(xor(training__tied=[["weights[0][0,0]", "weights[0][1,0]"]]))
    places = [int(p) for name in ("weights[0][0,0]", "weights[0][1,0]", "biases[1]") for p in _places(trainer, name)]
    params = trainer.initial_state().params
    axes = weight_axes(trainer.model, places[0], places[2])
    moved = axes.through(params).params_at(2.5, 0.5)
    assert moved[places].tolist() == [2.5, 2.5, 0.5]
    assert axes.coordinates(moved).tolist() == [2.5, 0.5]
    with pytest.raises(ExperimentError, match="tied"):
        weight_axes(trainer.model, places[0], places[1])


def _places(trainer: Trainer, name: str) -> FloatArray:
    return trainer.model.layout.places(name, "test")  # type: ignore[attr-defined,no-any-return]


def test_random_directions_are_of_length_one_at_right_angles_and_repeat() -> None:
    base = np.arange(9.0)
    axes = random_axes(base, 3)
    products = np.array([[a @ b for a in (axes.first, axes.second)] for b in (axes.first, axes.second)])
    np.testing.assert_allclose(products, np.eye(2), atol=1e-14)
    assert axes.first.tobytes() == random_axes(base, 3).first.tobytes()
    assert axes.first.tobytes() != random_axes(base, 4).first.tobytes()
    params = np.linspace(-2.0, 1.0, 9)
    np.testing.assert_allclose(axes.coordinates(base), (0.0, 0.0))
    np.testing.assert_allclose(axes.through(params).params_at(*axes.coordinates(params)), params, atol=1e-14)


def test_main_directions_are_those_in_which_the_path_extends() -> None:
    along, across = np.eye(6)[2], np.eye(6)[4]
    t = np.linspace(0.0, 1.0, 30)[:, None]
    path = 10.0 * t * along + np.sin(6.0 * t) * across
    axes = principal_axes(path[0], path)
    assert axes is not None
    farthest = np.linalg.svd(path - path.mean(axis=0))[2][:2]
    np.testing.assert_allclose(np.abs(farthest @ np.stack((axes.first, axes.second)).T), np.eye(2), atol=1e-9)
    assert axes.coordinates(path[-1])[0] > 0.0  # onwards is to the right
    assert principal_axes(path[0], 10.0 * t * along) is None
    assert principal_axes(path[0], path[:2]) is None
    assert principal_axes(path[0], np.repeat(path[:1], 5, axis=0)) is None


def test_the_bottom_of_a_linear_unit_is_the_least_squares_line() -> None:
    trainer = Trainer(LINEAR)
    data = trainer.model.data
    assert data is not None
    x, y = data.training.inputs[:, 0], data.training.targets[:, 0]
    slope, offset = np.polyfit(x, y, 1)
    params = trainer.initial_state().params
    plane = weight_axes(trainer.model, 1, 0).through(params)
    np.testing.assert_allclose(bottom(trainer.model, plane, params), (offset, slope), rtol=1e-9)
    assert bottom(Trainer(xor()).model, plane, params) is None
