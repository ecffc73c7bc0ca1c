"""The data set ``linear_noise``: the delta rule finds the weights that made it."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.theory.learning_rates import eigenvalues
from nlcore.trainer import Trainer
from tests.nlcore.datasets.loading import loaded, same, sizes


def test_without_noise_the_points_lie_on_the_line() -> None:
    data = loaded("linear_noise", w0=1.0, w1=-2.0, noise=0.0)
    np.testing.assert_allclose(data.training.targets, 1.0 - 2.0 * data.training.inputs)
    assert data.input_names == ("x",)
    plane = loaded("linear_noise", w0=1.0, w1=-2.0, w2=3.0, noise=0.0)
    np.testing.assert_allclose(plane.training.targets[:, 0], 1.0 + plane.training.inputs @ [-2.0, 3.0])
    assert plane.input_names == ("x1", "x2")
    assert plane.notes == ("The targets follow y = 1 + -2 x1 + 3 x2.",)


def test_seeds_and_sets() -> None:
    assert same(loaded("linear_noise", seed=9), loaded("linear_noise", seed=9))
    assert not same(loaded("linear_noise", seed=9), loaded("linear_noise", seed=8))
    assert sizes(loaded("linear_noise", n=10, validation_fraction=0.3, test_fraction=0.3)) == (4, 3, 3)
    with pytest.raises(ExperimentError, match="must be below high"):
        loaded("linear_noise", low=1.0, high=1.0)


def test_a_linear_unit_finds_the_weights() -> None:
    trainer = Trainer(
        Experiment.from_dict(
            {
                "dataset": {"name": "linear_noise", "w0": 0.5, "w1": -1.0, "w2": 2.0, "n": 200},
                "network": {"layers": [2, 1], "activations": ["linear"]},
                "training": {"mode": "batch", "gradient": "mean", "learning_rate": 0.3},
            }
        )
    )
    params = trainer.advance(trainer.initial_state(), 200 * 200).params
    np.testing.assert_allclose(sorted(params), [-1.0, 0.5, 2.0], atol=0.05)


def test_standardised_inputs_make_the_error_surface_round() -> None:
    """With mean 0 and sd 1 the Hessian is n times the unit matrix, so a rate of 1/n is at the minimum in one step."""
    data = loaded("linear_noise", n=20, low=0.0, high=4.0, standardise=True)
    assert data.training.inputs.mean() == pytest.approx(0.0, abs=1e-12)
    assert data.training.inputs.std() == pytest.approx(1.0)
    assert data.input_names == ("x (standardised)",)
    assert data.scaling is not None
    assert any(note.startswith("Inputs are standardised") for note in data.notes)
    assert eigenvalues(data.training.inputs) == pytest.approx([20.0, 20.0])
