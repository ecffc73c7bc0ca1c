"""Slices of the error surface: every value is the loss that the model itself measures there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nlcore.error_slices import COARSE, FINE, SMALL, Slice, SliceWork, error_slice
from nlcore.errors import CancelledError
from nlcore.experiment import Experiment
from nlcore.records import FloatArray
from nlcore.slice_losses import losses_over
from nlcore.slice_planes import Axes, loss_at, random_axes, weight_axes
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

BLOBS = {"name": "blobs", "n": 60, "classes": 3, "coding": "zero_one"}


def blobs(layers: list[int], activations: list[str], **training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": BLOBS,
            "network": {"layers": layers, "activations": activations},
            "training": {"initializer": {"name": "uniform", "low": -0.8, "high": 0.8}, **training},
        }
    )


NETWORKS: dict[str, Experiment] = {
    "xor": xor(),
    "sigmoid": blobs([2, 6, 3], ["sigmoid", "sigmoid"]),
    "two hidden layers": blobs([2, 5, 4, 3], ["tanh", "sigmoid", "linear"]),
    "softmax": blobs([2, 6, 3], ["tanh", "softmax"], loss="categorical_cross_entropy"),
    "softmax alone": blobs([2, 3], ["softmax"], loss="categorical_cross_entropy"),
    "softmax in the middle": blobs([2, 4, 3], ["softmax", "sigmoid"]),
    "cross-entropy": blobs([2, 6, 3], ["sigmoid", "sigmoid"], loss="cross_entropy"),
    "categorical, sigmoid": blobs([2, 6, 3], ["sigmoid", "sigmoid"], loss="categorical_cross_entropy"),
    "penalty": blobs([2, 6, 3], ["sigmoid", "sigmoid"], penalty={"strength": 0.3, "biases": False}),
    "relu": blobs([2, 6, 3], ["relu", "linear"]),
    "tied": xor(training__tied=[["weights[0][0,0]", "weights[0][1,0]"]]),
    "perceptron": gate("and"),
}


def axes_of(trainer: Trainer, kind: str) -> Axes:
    model = trainer.model
    n = model.n_params
    if kind == "random":
        return random_axes(trainer.initial_state().params, 2)
    places = {"first": (0, 1), "across layers": (1, n - 1), "last": (n - 2, n - 1), "one unit": (0, n // 2)}
    return weight_axes(model, *places[kind])


@pytest.mark.parametrize("kind", ["first", "across layers", "last", "one unit", "random"])
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("is_exact", [True, False])
def test_the_loss_at_single_points_is_that_of_the_model(name: str, kind: str, is_exact: bool) -> None:
    trainer = Trainer(NETWORKS[name])
    params = trainer.initial_state().params + 0.1
    plane = axes_of(trainer, kind).through(params)
    points = np.random.default_rng(1).uniform(-3.0, 3.0, (40, 2))
    found = losses_over(trainer.model, plane).at(points, is_exact=is_exact)
    expected = [loss_at(trainer.model, plane.params_at(u, v)) for u, v in points.tolist()]
    np.testing.assert_allclose(found, expected, rtol=1e-11 if is_exact else 2e-5, atol=1e-13 if is_exact else 1e-5)


def values_at(found: Slice, model: Any, n: int = 60) -> tuple[FloatArray, FloatArray]:
    """Return some values of a slice, and the losses that the model measures there."""
    rng = np.random.default_rng(7)
    shown, true = [], []
    (u0, u1), (v0, v1) = found.u_range, found.v_range
    for row, column in rng.integers(0, len(found.values), (n, 2)).tolist():
        u = u0 + (column + 0.5) * (u1 - u0) / len(found.values)
        v = v0 + (row + 0.5) * (v1 - v0) / len(found.values)
        shown.append(found.values[row, column])
        true.append(loss_at(model, found.plane.params_at(u, v)))
    return np.array(shown), np.array(true)


@pytest.mark.parametrize("name", ["sigmoid", "two hidden layers", "softmax", "cross-entropy", "penalty", "relu"])
@pytest.mark.parametrize("half", [0.5, 3.0, 12.0])
def test_a_slice_is_as_close_as_it_says_and_closer_than_can_be_seen(name: str, half: float) -> None:
    trainer = Trainer(NETWORKS[name])
    for kind in ("one unit", "random"):
        params = trainer.advance(trainer.initial_state(), 600).params
        axes = axes_of(trainer, kind)
        u, v = axes.coordinates(params).tolist()
        found = error_slice(trainer.model, axes.through(params), (u - half, u + half), (v - half, v + half))
        assert found.values.shape == (FINE, FINE)
        shown, true = values_at(found, trainer.model)
        height = float(np.ptp(found.values))
        assert np.abs(shown - true).max() <= max(found.error, 1e-5 * height, 1e-5 * np.abs(true).max())
        assert np.abs(shown - true).max() <= 0.01 * height


def test_a_small_slice_is_exact_at_once() -> None:
    trainer = Trainer(xor())
    params = trainer.initial_state().params
    work = SliceWork(trainer.model, weight_axes(trainer.model, 0, 1).through(params), (-4.0, 4.0), (-4.0, 4.0))
    assert work.next_work <= SMALL
    found = work.step()
    assert found.is_final
    assert found.error == 0.0
    shown, true = values_at(found, trainer.model)
    np.testing.assert_allclose(shown, true, rtol=1e-12)


def test_a_linear_unit_has_a_paraboloid() -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "linear_noise", "n": 40},
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta", "learning_rate": 0.01},
        }
    )
    trainer = Trainer(experiment)
    model = trainer.model
    assert model.data is not None
    x, t = model.data.training.inputs[:, 0], model.data.training.targets[:, 0]
    plane = weight_axes(model, 1, 0).through(trainer.initial_state().params)
    found = error_slice(model, plane, (-2.0, 2.0), (-1.0, 3.0))
    w0 = -2.0 + 4.0 * (np.arange(FINE) + 0.5) / FINE
    w1 = -1.0 + 4.0 * (np.arange(FINE) + 0.5) / FINE
    for row, column in ((0, 0), (17, 133), (100, 100), (199, 3)):
        expected = 0.5 * np.sum((t - w0[column] - w1[row] * x) ** 2)
        np.testing.assert_allclose(found.values[row, column], expected, rtol=1e-5)
    curvature = np.diff(found.values, 2, axis=1)
    np.testing.assert_allclose(curvature, len(x) * (4.0 / FINE) ** 2, rtol=0.05)


def test_a_perceptron_has_steps() -> None:
    trainer = Trainer(gate("and"))
    params = np.array([1.0, 1.0, -1.5])
    found = error_slice(trainer.model, weight_axes(trainer.model, 0, 1).through(params), (-2.0, 3.0), (-2.0, 3.0))
    assert set(np.unique(found.values)) <= {0.0, 2.0, 4.0, 6.0, 8.0}  # half of 2 squared for each wrong example
    assert len(np.unique(found.values)) > 2


def test_steps_get_better_and_the_first_comes_soon() -> None:
    trainer = Trainer(blobs([2, 10, 3], ["sigmoid", "sigmoid"]))
    params = trainer.advance(trainer.initial_state(), 3000).params
    plane = weight_axes(trainer.model, 0, 1).through(params)
    work = SliceWork(trainer.model, plane, (-12.0, 12.0), (-12.0, 12.0))
    answers = [work.step()]
    first_work = answers and work.next_work
    while not answers[-1].is_final:
        answers.append(work.step())
    assert len(answers) > 1
    assert first_work > 0
    errors = [float(np.abs(np.subtract(*values_at(answer, trainer.model))).max()) for answer in answers]
    assert errors[-1] < 0.1 * errors[0]


def test_bends_are_computed_value_by_value() -> None:
    trainer = Trainer(blobs([2, 40, 3], ["relu", "linear"]))
    plane = random_axes(trainer.initial_state().params, 1).through(trainer.initial_state().params)
    work = SliceWork(trainer.model, plane, (-1.0, 1.0), (-1.0, 1.0))
    first = work.step()
    assert first.values.shape == (COARSE, COARSE)
    assert not first.is_final
    final = work.step()
    assert final.is_final
    assert final.error == 0.0


def test_a_surface_that_is_flat_has_one_value() -> None:
    experiment = xor(training__loss="squared_error", network={"layers": [2, 60, 1], "activations": ["tanh", "linear"]})
    trainer = Trainer(experiment)
    params = trainer.initial_state().params.copy()
    params[trainer.model.layout.places("weights[1]", "test")] = 0.0  # type: ignore[attr-defined]
    found = error_slice(trainer.model, weight_axes(trainer.model, 0, 1).through(params), (-9.0, 9.0), (-9.0, 9.0))
    np.testing.assert_allclose(found.values, loss_at(trainer.model, params), rtol=1e-12)


@pytest.mark.parametrize("activations", [["linear", "linear"], ["relu", "linear"]])
def test_losses_beyond_all_numbers_are_shown_as_such(activations: list[str]) -> None:
    trainer = Trainer(blobs([2, 20, 3], activations))
    params = trainer.initial_state().params
    plane = weight_axes(trainer.model, 0, trainer.model.n_params - 1).through(params)
    found = error_slice(trainer.model, plane, (-1e160, 1e160), (-1e160, 1e160))
    assert np.isinf(found.values).any()


def test_losses_beyond_single_precision_are_right() -> None:
    trainer = Trainer(blobs([2, 20, 3], ["linear", "linear"]))
    plane = weight_axes(trainer.model, 0, trainer.model.n_params - 1).through(trainer.initial_state().params)
    found = error_slice(trainer.model, plane, (-1e25, 1e25), (-1e25, 1e25))
    assert np.isfinite(found.values).all()
    shown, true = values_at(found, trainer.model)
    np.testing.assert_allclose(shown, true, rtol=1e-6)


def test_the_function_family_has_a_surface() -> None:
    trainer = Trainer(Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}}))
    params = trainer.initial_state().params
    found = error_slice(trainer.model, weight_axes(trainer.model, 0, 1).through(params), (-1.0, 1.0), (-1.0, 1.0))
    shown, true = values_at(found, trainer.model)
    np.testing.assert_allclose(shown, true, atol=1e-12)


def test_work_can_be_given_up() -> None:
    trainer = Trainer(blobs([2, 20, 3], ["sigmoid", "sigmoid"]))
    plane = weight_axes(trainer.model, 0, 1).through(trainer.initial_state().params)
    work = SliceWork(trainer.model, plane, (-1.0, 1.0), (-1.0, 1.0))
    with pytest.raises(CancelledError):
        work.step(lambda: True)
    assert np.isfinite(work.step().values).all()


def test_reading_between_the_values() -> None:
    trainer = Trainer(xor())
    plane = weight_axes(trainer.model, 0, 1).through(trainer.initial_state().params)
    ramp = np.add.outer(10.0 * np.arange(4.0), np.arange(4.0))
    found = Slice(plane, (0.0, 4.0), (0.0, 4.0), ramp, 0.0, is_final=True)
    assert found.at(1.5, 2.5) == 21.0
    assert found.at(2.0, 2.5) == 21.5
    assert found.at(0.0, 0.0) == 0.0
    assert math.isnan(found.at(-0.1, 1.0))
    assert found.smaller(2).shape == (2, 2)
