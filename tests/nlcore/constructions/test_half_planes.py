"""The initializer ``half_planes``: exact with threshold units, a good start with soft ones, and clear about layers."""

from __future__ import annotations

from typing import Any

import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.theory.regions import NAMED
from nlcore.trainer import Trainer


def built(name: str, layers: tuple[int, ...], kind: str = "threshold", **changes: Any) -> Experiment:
    coding = "zero_one" if kind == "sigmoid" else "minus_plus"
    return Experiment.from_dict(
        {
            "dataset": {"name": "regions", "region": name, "coding": coding, "n": 300},
            "network": {"layers": layers, "activations": [kind] * (len(layers) - 1)},
            "training": {"rule": "none", "initializer": {"name": "half_planes", "region": name}},
        }
    ).replace(changes)


def accuracy(experiment: Experiment, epochs: int = 0) -> float:
    trainer = Trainer(experiment)
    state = trainer.advance(trainer.initial_state(), epochs * trainer.model.epoch_length)
    measured = trainer.evaluate(state)["training"]
    assert measured is not None
    assert measured.accuracy is not None
    return measured.accuracy


@pytest.mark.parametrize("name", NAMED)
def test_threshold_units_are_right_about_every_point(name: str) -> None:
    for plan in NAMED[name].plans:  # type: ignore[index]
        experiment = built(name, plan.layers)
        assert accuracy(experiment) == 1.0
        assert accuracy(experiment.replace({"training.initializer": "zero"})) == 0.5


def test_steeper_units_are_sharper_and_training_goes_on_from_there() -> None:
    soft = built("star", (2, 7, 5, 1), "sigmoid")
    found = [accuracy(soft.replace({"training.initializer.steepness": k})) for k in (5.0, 30.0, 300.0)]
    assert found == sorted(found)
    assert found[0] < 0.9
    assert found[-1] >= 0.99
    learning = {"training.rule": "backpropagation", "training.learning_rate": 0.1, "dataset.margin": 0.03}
    assert accuracy(soft.replace({"training.initializer.steepness": 10.0, **learning}), 20) >= 0.97


@pytest.mark.parametrize(
    ("layers", "kind", "message"),
    [
        ((2, 3, 1), "threshold", r"half_planes needs network.layers = \[2, 5, 1\] or \[2, 7, 5, 1\] for this region"),
        ((2, 5, 1), "linear", "half_planes fits threshold, sigmoid and tanh units, not linear"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(layers: tuple[int, ...], kind: str, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Trainer(built("star", layers, kind)).initial_state()
