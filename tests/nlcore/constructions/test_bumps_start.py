"""The start `bumps`: the network is the bumps, and what does not fit is refused with a sentence that says what does."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nlcore import network
from nlcore.constructions.bumps import curve_of
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.theory import bumps
from nlcore.trainer import Trainer


def built(layers: list[int], activations: tuple[str, ...] = ("sigmoid", "linear"), **dataset: Any) -> FeedforwardModel:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "function_samples", "noise": 0.0, "n": 41, **dataset},
            "network": {"layers": layers, "activations": list(activations)},
            "training": {"rule": "none", "initializer": {"name": "bumps", "sharpness": 12.0}},
        }
    )
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


def test_the_network_is_the_bumps() -> None:
    model = built([1, 20, 1])
    params, x = model.initial_params(), np.linspace(-1.0, 1.0, 101)
    training = model.examples.training
    made = bumps.build(lambda at: np.interp(at, training.inputs[:, 0], training.targets[:, 0]), -1.0, 1.0, 10, 12.0)
    outputs = network.forward(model.layout, params, x[:, None]).outputs[-1][:, 0]
    assert outputs == pytest.approx(made(x), abs=1e-9)
    assert model.layout.block(params, "weights[1]")[0, 1::2] == pytest.approx(-made.heights)


def test_more_units_come_closer_to_the_training_curve() -> None:
    errors = []
    for hidden in (10, 20, 40, 80):
        model = built([1, hidden, 1])
        measured = model.evaluate(model.initial_params())["training"]
        assert measured is not None
        errors.append(measured.mse)
    assert all(b < 0.35 * a for a, b in pairwise(errors))


def test_examples_at_the_same_place_count_with_their_mean() -> None:
    x, y = curve_of(np.array([[1.0], [0.0], [1.0]]), np.array([[2.0], [5.0], [4.0]]))
    assert (x.tolist(), y.tolist()) == ([0.0, 1.0], [5.0, 3.0])


@pytest.mark.parametrize(
    ("layers", "activations", "said"),
    [
        ([1, 7, 1], ("sigmoid", "linear"), "7 is odd, make it 6 or 8"),
        ([1, 1, 1], ("sigmoid", "linear"), "1 is odd, make it 2"),
        ([1, 4, 4, 1], ("sigmoid", "sigmoid", "linear"), r"for example \[1, 20, 1\]"),
        ([1, 1], ("linear",), r"for example \[1, 20, 1\]"),
        ([1, 4, 1], ("tanh", "linear"), "sigmoid hidden units and a linear output"),
        ([1, 4, 1], ("sigmoid", "sigmoid"), "sigmoid hidden units and a linear output"),
    ],
)
def test_what_does_not_fit(layers: list[int], activations: tuple[str, ...], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        built(layers, activations).initial_params()


def test_one_place_is_no_curve() -> None:
    with pytest.raises(ExperimentError, match="two different places"):
        built([1, 4, 1], n=1).initial_params()
