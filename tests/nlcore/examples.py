"""Small experiments that many tests use."""

from __future__ import annotations

from typing import Any

from nlcore.experiment import Experiment
from nlcore.trainer import Trainer


def xor(**changes: Any) -> Experiment:
    """XOR with two hidden sigmoid units; settings may be changed as training__momentum=0.5."""
    experiment = Experiment.from_dict(
        {
            "seed": 5,
            "dataset": {"name": "logic_gates", "gate": "xor"},
            "network": {"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"]},
            "training": {
                "learning_rate": 0.5,
                "momentum": 0.9,
                "initializer": {"name": "uniform", "low": -0.5, "high": 0.5},
            },
        }
    )
    return experiment.replace({name.replace("__", "."): value for name, value in changes.items()})


def gate(name: str, **changes: Any) -> Experiment:
    """Return a perceptron on a logic gate, from zero weights."""
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "logic_gates", "gate": name, "target_coding": "minus_plus"},
            "network": {"layers": [2, 1], "activations": ["threshold"]},
            "training": {
                "rule": "perceptron",
                "learning_rate": 1.0,
                "initializer": "zero",
                "stop": {"no_update": True},
            },
        }
    )
    return experiment.replace({key.replace("__", "."): value for key, value in changes.items()})


def trained(experiment: Experiment, presentations: int) -> Any:
    """Return the parameters after some presentations."""
    trainer = Trainer(experiment)
    return trainer.advance(trainer.initial_state(), presentations).params
