"""One update of backpropagation, worked by hand from the lecture's formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlcore.experiment import Experiment
from nlcore.trainer import Trainer

HAND = Experiment.from_dict(
    {
        "dataset": {"name": "logic_gates", "gate": "nor"},
        "network": {"layers": [2, 1, 1], "activations": ["sigmoid", "sigmoid"]},
        "training": {
            "learning_rate": 0.3,
            "momentum": 0.9,
            "initializer": {
                "name": "values",
                "values": {
                    "weights[0]": [[0.1, 0.2]],
                    "biases[0]": [0.1],
                    "weights[1]": [[0.1]],
                    "biases[1]": [0.1],
                },
            },
        },
    }
)


def sigma(net: float) -> float:
    return 1 / (1 + math.exp(-net))


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_two_updates_by_hand(kernel: str) -> None:
    """First example (0, 0) with target 1, then (0, 1) with target 0: momentum shows in the second."""
    w1, w2, w0, v1, v0 = 0.1, 0.2, 0.1, 0.1, 0.1
    moved = [0.0] * 5
    for x1, x2, t in ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)):
        h = sigma(w0 + w1 * x1 + w2 * x2)
        o = sigma(v0 + v1 * h)
        delta_o = o * (1 - o) * (t - o)
        delta_h = h * (1 - h) * v1 * delta_o
        moved = [
            0.3 * delta_h * x1 + 0.9 * moved[0],
            0.3 * delta_h * x2 + 0.9 * moved[1],
            0.3 * delta_h + 0.9 * moved[2],
            0.3 * delta_o * h + 0.9 * moved[3],
            0.3 * delta_o + 0.9 * moved[4],
        ]
        w1, w2, w0, v1, v0 = (w + m for w, m in zip((w1, w2, w0, v1, v0), moved, strict=True))
    trainer = Trainer(HAND, kernel=kernel)
    state = trainer.advance(trainer.initial_state(), 2)
    np.testing.assert_allclose(state.params, [w1, w2, w0, v1, v0], rtol=1e-14)
    np.testing.assert_allclose(state.velocity, moved, rtol=1e-14)
    assert state.counters.updates == 2


def test_numbers_of_the_first_update() -> None:
    """h = sigma(0.1) = 0.52498, o = sigma(0.152498) = 0.53805, delta_o = 0.11481, delta_h = 0.0028632."""
    trace = Trainer(HAND).trace(Trainer(HAND).initial_state())
    found = {name: array for phase in trace.phases for name, array in phase.arrays.items()}
    assert found["outputs[1]"] == pytest.approx([0.524979], abs=1e-6)
    assert found["outputs[2]"] == pytest.approx([0.538051], abs=1e-6)
    assert found["deltas[1]"] == pytest.approx([0.114818], abs=1e-6)
    assert found["deltas[0]"] == pytest.approx([0.00286329], abs=1e-8)


def test_trace_ends_where_the_update_ends() -> None:
    trainer = Trainer(HAND, kernel="strict")
    state = trainer.initial_state()
    for _ in range(7):
        trace, state = trainer.trace(state), trainer.advance(state, 1)
        last = next(phase.arrays for phase in trace.phases if phase.name == "new weights")
        flat = np.concatenate([np.ravel(last[name]) for name in ("weights[0]", "biases[0]", "weights[1]", "biases[1]")])
        assert flat.tobytes() == state.params.tobytes()
        assert trace.updated


def test_hidden_deltas_use_the_weights_before_the_update() -> None:
    phases = [phase.name for phase in Trainer(HAND).trace(Trainer(HAND).initial_state()).phases]
    assert phases.index("hidden deltas") < phases.index("weight changes") < phases.index("new weights")
