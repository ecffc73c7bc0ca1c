"""Examples written out in a lesson, and the smallest experiment with them: a unit that is stuck."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nlcore.datasets import load
from nlcore.errors import ExperimentError
from nlcore.experiment import Choice, Experiment
from nlcore.records import FinishReason
from nlcore.trainer import Trainer


def data(**options: Any) -> Any:
    return load(Choice.parse({"name": "by_hand", **options}))


def test_rows_become_examples() -> None:
    found = data(inputs=[[0, 1], [2, 3], [4, 5]], targets=[[0], [1], [1]])
    assert found.training.inputs.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    assert found.training.targets.ravel().tolist() == [0.0, 1.0, 1.0]
    assert (found.input_names, found.class_names, found.midpoint) == (("x1", "x2"), ("low", "high"), 0.5)
    assert data(inputs=[[1]], targets=[[-1]]).midpoint == 0.0
    numbers = data(inputs=[[1], [2]], targets=[[3, 4], [5, 6]], kind="numbers")
    assert (numbers.class_names, numbers.output_names, numbers.midpoint) == (None, ("o1", "o2"), 4.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": [[1]], "targets": [[1], [0]]}, "dataset: 1 rows of inputs, but 2 rows of targets"),
        ({"inputs": [[1], [1, 2]], "targets": [[1], [0]]}, "the rows of inputs are not equally long"),
        ({"inputs": [[1]], "targets": [[0.5]]}, "targets of classes are 0 and 1, or -1 and \\+1"),
        ({"inputs": [], "targets": []}, "dataset.inputs"),
        ({"inputs": [[]], "targets": [[1]]}, "dataset.inputs"),
        ({"inputs": [["a"]], "targets": [[1]]}, "dataset.inputs"),
    ],
)
def test_what_does_not_fit_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        data(**options)


@pytest.mark.parametrize(
    ("net", "loss", "steps"),
    [
        (-4.0, "squared_error", 71),
        (-6.0, "squared_error", 426),
        (-8.0, "squared_error", 3011),
        (-4.0, "cross_entropy", 5),
        (-6.0, "cross_entropy", 7),
        (-8.0, "cross_entropy", 9),
    ],
)
def test_a_saturated_unit_is_stuck_with_the_squared_error(net: float, loss: str, steps: int) -> None:
    """One weight, x = 1, t = 1, learning rate 1: w grows by (1 - o) o (1 - o), or by 1 - o, until o is at least 0.5."""
    wanted = {
        "dataset": {"name": "by_hand"},
        "network": {"layers": [1, 1], "activations": ["sigmoid"]},
        "training": {
            "loss": loss,
            "learning_rate": 1.0,
            "initializer": {"name": "values", "values": {"weights[0]": [[net]]}},
            "frozen": ["biases[0]"],
            "stop": {"all_correct": True},
        },
    }
    trainer = Trainer(Experiment.from_dict(wanted))
    after = trainer.measured_advance(trainer.initial_state(), 10_000, stops=True)
    assert (after.reason, after.state.counters.updates) == (FinishReason.STOP_RULE, steps)
    weight, counted = net, 0
    while (o := 1.0 / (1.0 + math.exp(-weight))) < 0.5:
        weight += (1.0 - o) * (o * (1.0 - o) if loss == "squared_error" else 1.0)
        counted += 1
    assert counted == steps
