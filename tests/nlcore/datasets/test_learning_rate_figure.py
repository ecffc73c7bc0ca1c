"""The data set ``learning_rate_figure``: with the learning rates 0.2, 0.5 and 1 it takes 10, 2 and 14 updates."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.experiment import Experiment
from nlcore.records import FinishReason
from nlcore.trainer import Trainer
from tests.nlcore.datasets.loading import checksum, loaded


def test_the_shipped_table() -> None:
    assert checksum("learning_rate_points.csv") == "f9df6a01a2c8afe76684497fc7e24265cc4bfa84a485cd1ef547da3fbe215e6b"
    data = loaded("learning_rate_figure")
    assert data.training.targets.ravel().tolist() == [1.0] * 10 + [-1.0] * 10
    assert data.training.inputs[0].tolist() == [1.3766883233605816, 3.4043959158172843]
    assert data.midpoint == 0.0
    assert "163 of 3000" in data.notes[0]


@pytest.mark.parametrize(("learning_rate", "updates", "epochs"), [(0.2, 10, 6), (0.5, 2, 2), (1.0, 14, 7)])
def test_half_needs_the_fewest_updates(learning_rate: float, updates: int, epochs: int) -> None:
    points = loaded("learning_rate_figure").training.inputs
    plus, minus = points[:10].mean(axis=0), points[10:].mean(axis=0)
    start = {
        "weights[0]": [(plus - minus).tolist()],
        "biases[0]": [-0.5 * float(np.dot(plus, plus) - np.dot(minus, minus))],
    }
    trainer = Trainer(
        Experiment.from_dict(
            {
                "dataset": "learning_rate_figure",
                "network": {"layers": [2, 1], "activations": ["threshold"]},
                "training": {
                    "rule": "perceptron",
                    "learning_rate": learning_rate,
                    "initializer": {"name": "values", "values": start},
                    "stop": {"no_update": True},
                },
            }
        )
    )
    end = trainer.measured_advance(trainer.initial_state(), 1000, stops=True)
    assert end.reason is FinishReason.STOP_RULE
    assert (end.state.counters.updates, end.state.counters.epochs) == (updates, epochs)
