"""The delta rule worked by hand, and that it is backpropagation for one layer of linear units."""

from __future__ import annotations

from typing import Any

import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.trainer import Trainer

MODES = ("incremental", "mini_batch", "batch")


def line(**changes: Any) -> Experiment:
    """A linear unit on NOR: targets 1, 0, 0, 0 for (0, 0), (0, 1), (1, 0), (1, 1)."""
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "logic_gates", "gate": "nor"},
            "network": {"layers": [2, 1], "activations": ["linear"]},
            "training": {
                "rule": "delta",
                "learning_rate": 0.5,
                "initializer": {"name": "values", "values": {"weights[0]": [[0.5, -0.25]], "biases[0]": [0.125]}},
            },
        }
    )
    return experiment.replace({name.replace("__", "."): value for name, value in changes.items()})


# Weights (w1, w2, w0), changed by eta (t - o) (x1, x2, 1), eta = 1/2; all numbers are exact.
INCREMENTAL = [
    # (0, 0): o = 0.125, t - o = 0.875, half of it 0.4375 for w0 alone
    (0.5, -0.25, 0.5625),
    # (0, 1): o = 0.5625 - 0.25 = 0.3125, half of -0.3125 is -0.15625
    (0.5, -0.40625, 0.40625),
    # (1, 0): o = 0.40625 + 0.5 = 0.90625, half of -0.90625 is -0.453125
    (0.046875, -0.40625, -0.046875),
    # (1, 1): o = -0.046875 + 0.046875 - 0.40625 = -0.40625, half of 0.40625 is 0.203125
    (0.25, -0.203125, 0.15625),
]
# All from the same weights: errors 0.875, 0 - (0.125 - 0.25) = 0.125, 0 - 0.625 = -0.625, 0 - 0.375 = -0.375.
# w1: -0.625 - 0.375 = -1, w2: 0.125 - 0.375 = -0.25, w0: the sum of all, 0; half of each is added.
BATCH = (0.0, -0.375, 0.125)
# Incremental with momentum 1/2, the first two: the second change is -0.15625 (0, 1, 1) + (0, 0, 0.4375) / 2.
MOMENTUM = (0.5, -0.40625, 0.5625 - 0.15625 + 0.21875)


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize("rule", ["delta", "backpropagation"])
def test_four_incremental_updates_by_hand(rule: str, kernel: str) -> None:
    trainer = Trainer(line(training__rule=rule), kernel=kernel)
    state = trainer.initial_state()
    for weights in INCREMENTAL:
        state = trainer.advance(state, 1)
        assert state.params.tolist() == list(weights)


def test_a_batch_by_hand() -> None:
    trainer = Trainer(line(training__mode="batch"))
    state = trainer.advance(trainer.initial_state(), 4)
    assert state.params.tolist() == list(BATCH)
    assert state.counters.updates == 1
    mean = Trainer(line(training__mode="batch", training__gradient="mean"))
    changed = mean.advance(mean.initial_state(), 4).params - mean.initial_state().params
    assert changed.tolist() == [-0.125, -0.03125, 0.0]  # a quarter


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_momentum_by_hand(kernel: str) -> None:
    trainer = Trainer(line(training__momentum=0.5), kernel=kernel)
    assert trainer.advance(trainer.initial_state(), 2).params.tolist() == list(MOMENTUM)


SETTINGS: list[dict[str, Any]] = [
    {},
    {"training__momentum": 0.9, "training__learning_rate": 0.07, "training__order": "shuffled"},
    {"training__penalty": {"strength": 0.1}, "training__schedule": "inverse", "training__clip_norm": 0.3},
    {"training__weight_decay": 0.01, "training__dropout": {"inputs": 0.4}, "training__frozen": ["biases[0]"]},
]


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("settings", SETTINGS, ids=["plain", "momentum", "penalty", "decay"])
def test_it_is_backpropagation_bit_for_bit(settings: dict[str, Any], mode: str, kernel: str) -> None:
    common = {**settings, "training__mode": mode, "training__batch_size": 3}
    kernel = kernel if mode == "incremental" else "vectorized"
    delta = Trainer(line(**common), kernel=kernel)
    other = Trainer(line(**common, training__rule="backpropagation"), kernel=kernel)
    one, two = delta.advance(delta.initial_state(), 57), other.advance(other.initial_state(), 57)
    assert one.same_bits(two)
    assert one.params.tobytes() != delta.initial_state().params.tobytes()


def test_a_trace_ends_where_the_update_ends() -> None:
    trainer = Trainer(line(), kernel="strict")
    trace = trainer.trace(trainer.initial_state())
    new = next(phase.arrays for phase in trace.phases if phase.name == "new weights")
    assert [*new["weights[0]"][0].tolist(), *new["biases[0]"].tolist()] == list(INCREMENTAL[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": {"layers": [2, 1], "activations": ["sigmoid"]}}, 'layers = [2, 1], activations = ["linear"]'),
        ({"network": {"layers": [2, 3, 1], "activations": ["linear", "linear"]}}, "trains one layer of linear units"),
        ({"network": {"layers": [2, 1], "activations": ["threshold"]}}, "threshold units have no slope"),
        ({"training__loss": "cross_entropy"}, "training.loss: cross_entropy needs outputs between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused_with_advice(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Trainer(line(**changes))
    assert message in str(caught.value)
