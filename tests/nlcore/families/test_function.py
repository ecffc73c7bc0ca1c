"""A model without examples goes through the same trainer, history and runner."""

from __future__ import annotations

from typing import Any

import pytest

from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.trainer import Trainer


def bowl(**training: Any) -> Experiment:
    return Experiment.from_dict(
        {"family": {"name": "function", "function": "bowl", "start": [2.0, 1.0]}, "training": training}
    )


def test_steepest_descent_on_the_bowl_by_hand() -> None:
    """f = x.x / 2, so a step of rate 0.1 multiplies the point by 0.9."""
    trainer = Trainer(bowl(learning_rate=0.1))
    state = trainer.advance(trainer.initial_state(), 3)
    assert state.params == pytest.approx([2.0 * 0.9**3, 0.9**3], rel=1e-14)
    counters = state.counters
    assert counters.presentations == counters.updates == counters.epochs == 3
    metrics = trainer.evaluate(state)
    assert metrics["training"] is not None
    assert metrics["training"].loss == pytest.approx(0.5 * 5.0 * 0.9**6)
    assert metrics["training"].accuracy is None
    assert metrics["test"] is None


def test_momentum_repeats_a_share_of_the_last_change() -> None:
    trainer = Trainer(bowl(learning_rate=0.1, momentum=0.5))
    first, second = trainer.advance(trainer.initial_state(), 1), trainer.advance(trainer.initial_state(), 2)
    by_hand = first.params - 0.1 * first.params + 0.5 * (first.params - trainer.initial_state().params)
    assert second.params == pytest.approx(by_hand, rel=1e-14)


def test_stop_rule_curves_replay_and_trace() -> None:
    trainer = Trainer(bowl(learning_rate=0.5, stop={"loss_below": 1e-6}))
    history = History(trainer)
    after = trainer.measured_advance(history.start, 1000, stops=True)
    history.curves.append(after.clock, after.values)
    history.record(after.state)
    assert after.reason is FinishReason.STOP_RULE
    assert history.curves.last(0) < 1e-6
    assert history.state_at(2).same_bits(trainer.advance(history.start, 2))
    trace = trainer.trace(history.start)
    assert trace.phases[-1].arrays["point"].tolist() == trainer.advance(history.start, 1).params.tolist()


def test_rule_none_has_nothing_to_train() -> None:
    trainer = Trainer(bowl(rule="none"))
    assert trainer.finish_reason(trainer.initial_state(), stops=False) is FinishReason.NOTHING_TO_TRAIN


def test_too_large_a_step_diverges() -> None:
    trainer = Trainer(bowl(learning_rate=1e200))
    assert trainer.measured_advance(trainer.initial_state(), 10, stops=False).reason is FinishReason.DIVERGED


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"family": {"name": "function", "function": "bwl"}}, "unknown function 'bwl'; did you mean 'bowl'"),
        ({"family": "function", "dataset": "logic_gates"}, "a function has no examples"),
        ({"family": "function", "training": {"stop": {"all_correct": True}}}, "knows only epochs, updates"),
        ({"family": {"name": "function", "start": []}}, "family.start"),
    ],
)
def test_what_does_not_fit_is_told(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Trainer(Experiment.from_dict(mapping))


def test_a_schedule_shortens_the_steps() -> None:
    """Half after one update: rates 0.2, 0.1, so the point is multiplied by 0.8 and then by 0.9."""
    trainer = Trainer(bowl(learning_rate=0.2, schedule={"name": "inverse", "half_after": 1}))
    state = trainer.advance(trainer.initial_state(), 2)
    assert state.params == pytest.approx([2.0 * 0.8 * 0.9, 0.8 * 0.9], rel=1e-14)


@pytest.mark.parametrize(
    "setting",
    [{"penalty": {"strength": 0.1}}, {"dropout": {"hidden": 0.5}}, {"clip_norm": 1.0}, {"frozen": ["weights[0]"]}],
)
def test_settings_of_networks_are_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(ExperimentError, match=f"training.{next(iter(setting))}: a function has no examples"):
        Trainer(bowl(**setting))
