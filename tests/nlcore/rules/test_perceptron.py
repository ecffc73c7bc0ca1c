"""The perceptron rule as written in the lecture, worked by hand on AND, and its limits."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from nlcore.records import FinishReason
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, trained


def test_and_by_hand() -> None:
    """Inputs 0/1, eta 1, from zero weights: (w1, w2, w0) after each of the first four examples."""
    by_hand = [(0, 0, -1), (0, 0, -1), (0, 0, -1), (1, 1, 0)]
    for shown, weights in enumerate(by_hand, start=1):
        assert trained(gate("and"), shown).tolist() == list(weights)


def test_a_negative_example_at_zero_triggers_an_update_though_its_output_is_right() -> None:
    trainer = Trainer(gate("and"))
    start = trainer.initial_state()
    metrics = trainer.evaluate(start)["training"]
    assert metrics is not None
    assert metrics.error_rate == 0.25  # only the positive example is wrong: the output is +1 only above 0
    after = trainer.advance(start, 1)
    assert after.counters.updates == 1
    assert after.params.tolist() == [0.0, 0.0, -1.0]


@pytest.mark.parametrize("name", ["and", "or", "nand", "nor"])
@pytest.mark.parametrize("coding", ["zero_one", "minus_plus"])
@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_separable_gates_converge(name: str, coding: str, kernel: str) -> None:
    trainer = Trainer(gate(name, dataset__coding=coding), kernel=kernel)
    after = trainer.measured_advance(trainer.initial_state(), 10_000, stops=True)
    metrics = trainer.evaluate(after.state)["training"]
    assert after.reason is FinishReason.STOP_RULE
    assert metrics is not None
    assert metrics.error_rate == 0.0
    assert 0 < after.state.counters.updates < after.state.counters.presentations


@pytest.mark.parametrize("name", ["xor", "xnor"])
def test_xor_never_converges(name: str) -> None:
    trainer = Trainer(gate(name))
    after = trainer.measured_advance(trainer.initial_state(), 40_000, stops=True)
    assert after.reason is None
    seen = {tuple(trained(gate(name), 4 * epoch)) for epoch in range(50)}
    assert len(seen) < 10  # the weights repeat for ever


@pytest.mark.parametrize("rate", [0.125, 0.25, 0.5, 2.0])  # powers of two: rounding decides ties w.x = 0
def test_from_zero_the_learning_rate_only_scales_the_weights(rate: float) -> None:
    one, other = Trainer(gate("and")), Trainer(gate("and", training__learning_rate=rate))
    first = one.measured_advance(one.initial_state(), 10_000, stops=True).state
    second = other.measured_advance(other.initial_state(), 10_000, stops=True).state
    assert first.counters == second.counters
    np.testing.assert_allclose(second.params, rate * first.params, rtol=1e-12)


def test_trace_tells_whether_the_rule_fires() -> None:
    trainer = Trainer(gate("and"))
    state = trainer.initial_state()
    for _ in range(40):
        trace, after = trainer.trace(state), trainer.advance(state, 1)
        assert trace.updated == (after.counters.updates > state.counters.updates)
        last = next(phase.arrays for phase in trace.phases if phase.name == "new weights")
        assert np.concatenate([last["weights[0]"].ravel(), last["biases[0]"]]).tolist() == after.params.tolist()
        state = after


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset__target_coding": "zero_one"}, 'needs targets -1 and \\+1; set coding = "minus_plus"'),
        ({"training__momentum": 0.5}, "has no momentum; make it 0"),
        ({"training__mode": "batch"}, "updates after each example"),
        ({"network": {"layers": [2, 1], "activations": ["sigmoid"]}}, "one layer of threshold units"),
        ({"network": {"layers": [2, 2, 1], "activations": ["threshold"] * 2}}, "one layer of threshold units"),
    ],
)
def test_what_does_not_fit_is_refused_with_advice(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Trainer(gate("and", **changes))
