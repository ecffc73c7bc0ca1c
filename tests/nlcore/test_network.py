"""Layout of the flat vector, addresses, start weights, probes."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore import probes
from nlcore.activations import activation
from nlcore.datasets import ExampleSet
from nlcore.errors import DataError, ExperimentError
from nlcore.experiment import Choice
from nlcore.initializers import start_params
from nlcore.network import Layout, forward
from nlcore.records import Address
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

LAYOUT = Layout((960, 3, 4), (activation("sigmoid"), activation("sigmoid")))


def test_the_face_network_has_2899_parameters() -> None:
    """Mitchell 1997: 961 x 3 + 4 x 4."""
    assert LAYOUT.n_params == 2899
    assert {name: shape for name, (_, shape) in LAYOUT.blocks.items()} == {
        "weights[0]": (3, 960), "biases[0]": (3,), "weights[1]": (4, 3), "biases[1]": (4,),
    }  # fmt: skip


def test_addresses_point_into_the_flat_vector() -> None:
    params = np.arange(2899.0)
    place = LAYOUT.index(Address("weights[1]", (2, 1)))
    assert params[place] == LAYOUT.weights(params)[1][2, 1]
    for address, message in (
        (Address("weight", (0,)), "no parameters are called 'weight'"),
        (Address("biases[0]", (3,)), "outside it"),
        (Address("biases[0]", (-1,)), "outside it"),
        (Address("weights[0]", (1,)), "outside it"),
    ):
        with pytest.raises(ExperimentError, match=message):
            LAYOUT.index(address)


def test_forward_by_hand() -> None:
    layout = Layout((2, 1), (activation("linear"),))
    passed = forward(layout, np.array([2.0, -1.0, 0.5]), np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert passed.outputs[-1].tolist() == [[2.5], [0.5]]


def test_start_weights() -> None:
    zero_inputs = start_params(Choice("zero_inputs"), LAYOUT, 3)
    assert not LAYOUT.weights(zero_inputs)[0].any()
    assert not LAYOUT.biases(zero_inputs)[0].any()
    later = zero_inputs[LAYOUT.offsets[1] :]
    assert len(set(later)) == 16
    assert np.all(np.abs(later) <= 1.0)
    assert not start_params(Choice("zero"), LAYOUT, 3).any()
    xavier = start_params(Choice("xavier"), LAYOUT, 3)
    assert 0.9 * np.sqrt(6 / 963) < np.abs(LAYOUT.weights(xavier)[0]).max() <= np.sqrt(6 / 963)
    he = start_params(Choice("he"), LAYOUT, 3)
    assert abs(LAYOUT.weights(he)[0].std() / np.sqrt(2 / 960) - 1) < 0.05
    assert not any(biases.any() for start in (xavier, he) for biases in LAYOUT.biases(start))
    bounded = start_params(Choice.parse({"name": "uniform", "low": 0.1, "high": 0.2}), LAYOUT, 3)
    assert np.all((bounded >= 0.1) & (bounded < 0.2))
    assert abs(start_params(Choice.parse({"name": "normal", "sd": 2.0}), LAYOUT, 3).std() - 2.0) < 0.1


def test_decision_surface_is_the_network_over_the_grid() -> None:
    model = Trainer(xor()).model
    params = model.initial_params()
    surface = probes.decision_surface(model, params, (0.0, 1.0), (-1.0, 1.0), 10)  # type: ignore[arg-type]
    assert surface.shape == (1, 10, 10)
    at = probes.outputs(model, params, np.array([[0.25, -0.9]]))  # type: ignore[arg-type]
    assert surface[0, 0, 2] == pytest.approx(at[0, 0])


def test_bad_example_sets_are_refused() -> None:
    with pytest.raises(DataError, match="2 rows of inputs but 1 rows of targets"):
        ExampleSet.of([[1.0], [2.0]], [[1.0]])
    with pytest.raises(DataError, match="input 2 of example 1 is not a finite number"):
        ExampleSet.of([[1.0, np.nan]], [[1.0]])
