"""The trainer's promises: pure functions, exact replay, stop rules, sentences for what does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.records import FinishReason
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

MODES = ("incremental", "mini_batch", "batch")


@settings(max_examples=60)
@given(
    st.sampled_from(MODES),
    st.sampled_from(["fixed", "shuffled", "random"]),
    st.sampled_from([0.0, 0.9]),
    st.integers(0, 2**40),
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
)
def test_replay_is_exact_whatever_the_chunking(
    mode: str, order: str, momentum: float, seed: int, parts: list[int]
) -> None:
    trainer = Trainer(
        xor(training__mode=mode, training__batch_size=3, training__order=order, training__momentum=momentum, seed=seed)
    )
    start = trainer.initial_state()
    whole = trainer.advance(start, sum(parts))
    at = start
    for number, part in enumerate(parts):
        at = trainer.measured_advance(at, part, stops=False).state if number % 2 else trainer.advance(at, part)
    assert whole.same_bits(at)
    assert start.same_bits(trainer.initial_state())


def test_the_seed_governs_start_weights_and_order_only() -> None:
    one, other = Trainer(xor(seed=1)), Trainer(xor(seed=2))
    assert not np.array_equal(one.initial_state().params, other.initial_state().params)
    assert one.model.data is not None
    assert other.model.data is not None
    assert np.array_equal(one.model.data.training.inputs, other.model.data.training.inputs)


def test_three_clocks() -> None:
    trainer = Trainer(xor(training__mode="mini_batch", training__batch_size=3))
    counters = trainer.advance(trainer.initial_state(), 10).counters
    assert (counters.presentations, counters.updates, counters.epochs, counters.position_in_epoch) == (10, 4, 2, 2)


def test_a_state_inside_a_batch_holds_the_parameters_at_its_start() -> None:
    trainer = Trainer(xor(training__mode="batch"))
    start = trainer.initial_state()
    inside = trainer.advance(start, 3)
    assert inside.params.tobytes() == start.params.tobytes()
    assert trainer.advance(inside, 1).same_bits(trainer.advance(start, 4))


@pytest.mark.parametrize(
    ("stop", "check"),
    [
        ({"epochs": 7}, lambda c: (c.epochs, c.position_in_epoch) == (7, 0)),
        ({"updates": 9}, lambda c: c.updates == 9),
        ({"loss_below": 0.3}, lambda c: c.epochs > 0),
        ({"all_correct": True}, lambda c: c.epochs > 0),
    ],
)
@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_stop_rules(stop: dict[str, Any], check: Any, kernel: str) -> None:
    trainer = Trainer(xor(training__stop=stop), kernel=kernel)
    after = trainer.measured_advance(trainer.initial_state(), 100_000, stops=True)
    assert after.reason is FinishReason.STOP_RULE
    assert check(after.state.counters)
    assert trainer.finish_reason(after.state, stops=True) is FinishReason.STOP_RULE
    assert trainer.finish_reason(after.state, stops=False) is None
    metrics = trainer.evaluate(after.state)["training"]
    assert metrics is not None
    if "all_correct" in stop:
        assert metrics.error_rate == 0.0
    if "loss_below" in stop:
        assert metrics.loss < 0.3


def test_no_update_needs_a_whole_epoch_without_one() -> None:
    trainer = Trainer(gate("and"))
    after = trainer.measured_advance(trainer.initial_state(), 10_000, stops=True)
    assert after.state.counters.position_in_epoch == 0
    before = trainer.advance(trainer.initial_state(), after.state.counters.presentations - 4)
    assert before.counters.updates == after.state.counters.updates


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
def test_divergence_is_an_observation(kernel: str) -> None:
    linear = {"layers": [2, 3, 1], "activations": ["linear", "linear"]}
    trainer = Trainer(xor(network=linear, training__learning_rate=1e300), kernel=kernel)
    after = trainer.measured_advance(trainer.initial_state(), 1000, stops=False)
    assert after.reason is FinishReason.DIVERGED
    assert after.state.counters.epochs == 1
    assert trainer.finish_reason(after.state, stops=False) is FinishReason.DIVERGED
    assert trainer.evaluate(after.state)["training"] is not None


def test_learning_rate_zero_learns_nothing() -> None:
    trainer = Trainer(xor(training__learning_rate=0.0))
    start = trainer.initial_state()
    after = trainer.advance(start, 400)
    assert after.params.tobytes() == start.params.tobytes()
    assert after.counters.updates == 400


def test_rule_none_has_nothing_to_train() -> None:
    values = {
        "weights[0]": [[1.0, 1.0], [-1.0, -1.0]],
        "biases[0]": [-0.5, 1.5],
        "weights[1]": [[1.0, 1.0]],
        "biases[1]": [-1.5],
    }
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "logic_gates", "gate": "xor", "target_coding": "minus_plus"},
            "network": {"layers": [2, 2, 1], "activations": ["threshold", "threshold"]},
            "training": {"rule": "none", "initializer": {"name": "values", "values": values}},
        }
    )
    trainer = Trainer(experiment)
    assert trainer.finish_reason(trainer.initial_state(), stops=False) is FinishReason.NOTHING_TO_TRAIN
    metrics = trainer.evaluate(trainer.initial_state())["training"]
    assert metrics is not None
    assert metrics.error_rate == 0.0  # h1 = OR, h2 = NAND, their AND is XOR


def test_steps_of_each_unit() -> None:
    trainer = Trainer(gate("and"))
    state = trainer.initial_state()
    assert trainer.presentations_to(state, "presentation") == 1
    assert trainer.presentations_to(trainer.advance(state, 1), "epoch") == 3
    after_first = trainer.advance(state, 1)
    shown = trainer.presentations_to(after_first, "update")
    assert trainer.advance(after_first, shown).counters.updates == 2
    assert trainer.advance(after_first, shown - 1).counters.updates == 1
    batch = Trainer(xor(training__mode="batch"))
    assert batch.presentations_to(batch.initial_state(), "update") == 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "none"}, "needs examples; choose a data set"),
        ({"dataset": "logic_gate"}, "unknown data set 'logic_gate'; did you mean 'logic_gates'"),
        ({"dataset.gate": "nix"}, "dataset.gate: unknown value 'nix'"),
        ({"dataset.gat": "and"}, "dataset: unknown field 'gat'; did you mean 'gate'"),
        ({"training.rule": "perceptrn"}, "training.rule: unknown rule 'perceptrn'; did you mean 'perceptron'"),
        ({"training.loss": "mse"}, "training.loss: unknown loss 'mse'"),
        ({"training.order": "x"}, "training.order: unknown order 'x'"),
        ({"training.initializer": "x"}, "training.initializer: unknown initializer 'x'"),
        ({"training.initializer": {"name": "uniform", "low": 1.0, "high": 0.0}}, "low \\(1.0\\) is above high"),
        ({"training.initializer": {"name": "normal", "sd": -1.0}}, "training.initializer.sd: expected a number >= 0"),
        ({"training.initializer": {"name": "values", "values": {"w": []}}}, "unknown block 'w'"),
        ({"training.initializer": {"name": "values", "values": {"biases[0]": [1.0]}}}, "the network needs \\(2,\\)"),
        ({"network.layers": [3, 2, 1]}, "layers\\[0\\] has 3 units, but the data set has 2 inputs"),
        ({"network.layers": [2, 2, 2]}, "the last layer has 2 units, but the data set has 1 outputs"),
        ({"network.activations": ["sigmod", "sigmoid"]}, "unknown activation 'sigmod'; did you mean 'sigmoid'"),
        ({"network.activations": ["threshold", "sigmoid"]}, "threshold units have no slope"),
        ({"family": "feedforwards"}, "unknown family 'feedforwards'"),
    ],
)
def test_what_does_not_fit_is_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Trainer(xor().replace(changes))


def test_the_trace_of_a_batch_shows_contributions_and_at_its_end_the_update() -> None:
    trainer = Trainer(xor(training__mode="batch", training__learning_rate=0.5))
    state = trainer.initial_state()
    total = np.zeros_like(state.params)
    layout = trainer.model.layout  # type: ignore[attr-defined]
    for position in range(4):
        trace = trainer.trace(state)
        phases = {phase.name: phase.arrays for phase in trace.phases}
        for block in layout.blocks:
            layout.block(total, block)[...] += phases["gradient"][block]
        assert trace.updated == (position == 3) == ("new weights" in phases)
        state = trainer.advance(state, 1)
    for block in layout.blocks:
        name = block.replace("weights", "weight_changes").replace("biases", "bias_changes")
        change = 0.5 * layout.block(total, block)
        np.testing.assert_allclose(phases["weight changes"][name], change, rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(phases["new weights"][block], layout.block(state.params, block))


def test_where_a_run_stops_does_not_depend_on_where_it_was_paused() -> None:
    """Rules about measurements hold only where one is due, also when training goes on from a pause."""
    stop = {"loss_below": 0.05}
    trainer = Trainer(xor(training__stop=stop, training__evaluate_every={"every": 500, "unit": "epoch"}))
    whole = trainer.measured_advance(trainer.initial_state(), 40_000, stops=True)
    assert whole.reason is FinishReason.STOP_RULE
    state, reason = trainer.initial_state(), None
    while reason is None:
        reason = trainer.finish_reason(state, stops=True)
        if reason is None:
            after = trainer.measured_advance(state, 400, stops=True)
            state, reason = after.state, after.reason
    assert state.counters == whole.state.counters


def test_a_mean_over_a_smaller_last_batch_divides_by_its_own_size() -> None:
    trainer = Trainer(
        xor(training__mode="mini_batch", training__batch_size=3, training__gradient="mean", training__momentum=0.0)
    )
    before = trainer.advance(trainer.initial_state(), 3)
    alone = Trainer(xor(training__mode="mini_batch", training__batch_size=3, training__momentum=0.0))
    by_mean = trainer.advance(before, 1).params - before.params
    by_sum = alone.advance(before, 1).params - before.params
    np.testing.assert_array_equal(by_mean, by_sum)  # one example: its mean is its sum


@pytest.mark.parametrize(
    ("kernel", "message"), [("strict", "trains example by example"), ("compild", "unknown kernel 'compild'")]
)
def test_a_kernel_that_does_not_fit_is_refused(kernel: str, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Trainer(xor(training__mode="batch"), kernel=kernel)


def test_sizes_beyond_every_number_are_refused_not_wrapped() -> None:
    huge = {"layers": [2, 2**31, 2**31, 2**31, 1], "activations": ["sigmoid"] * 4}
    with pytest.raises(ExperimentError, match="more than this program can hold"):
        Trainer(xor(network=huge))
