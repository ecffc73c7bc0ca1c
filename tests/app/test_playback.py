"""Stepping and playing: the way is gone once, and only the stop rules that hold already are passed over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.lane import NO_UPDATE, Finish, advance, beyond, step
from app.playback import Goal, Playback, Speed
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

FAST = Speed("fast", 1e9)


def history_of(experiment: Experiment, presentations: int = 0) -> History:
    made = History(Trainer(experiment))
    if presentations:
        advance(made, presentations, stops=False)
    return made


def played(history: History, goal: Goal) -> Finish:
    playback = Playback([(history, history.head)], FAST, goal)
    for _ in range(100_000):
        finish = playback.tick()
        if finish is not None:
            return finish
    raise AssertionError("it does not end")


def test_a_step_to_the_next_update_goes_the_way_once(monkeypatch: pytest.MonkeyPatch) -> None:
    history = history_of(xor())
    model, shown = history.trainer.model, []
    real = model.advance

    def noted(state: Any, n: int, **rest: Any) -> Any:
        shown.append(n)
        return real(state, n, **rest)

    monkeypatch.setattr(model, "advance", noted)
    step(history, history.head, "update")
    assert shown == [1]


@pytest.mark.parametrize("settings", [{"training.mode": "batch"}, {"training.mode": "mini_batch"}, {}])
def test_a_step_to_the_next_update_ends_right_after_it(settings: dict[str, object]) -> None:
    mini = {"training.batch_size": 3} if settings else {}
    experiment = xor().replace({**settings, **mini, "training.evaluate_every": {"every": 1, "unit": "presentation"}})
    history, plain = history_of(experiment), Trainer(experiment)
    state = history.start
    for _ in range(6):
        state, finish = step(history, state, "update")
        assert finish is None
        expected = plain.presentations_to(history.state_at(history.before(state, "update")), "update")
        assert state.counters.presentations == history.before(state, "update") + expected
    assert state.same_bits(plain.advance(plain.initial_state(), state.counters.presentations))
    assert history.curves.n_measurements == state.counters.presentations + 1


def test_rare_updates_are_found_exactly() -> None:
    experiment = gate("and")
    trainer = Trainer(experiment)
    history, state = History(trainer), trainer.initial_state()
    found = []
    while True:
        state, finish = step(history, state, "update")
        if finish is not None:
            break
        found.append(state.counters.presentations)
    assert finish == Finish(FinishReason.LIMIT, NO_UPDATE)
    every = [trainer.advance(trainer.initial_state(), n).counters.updates for n in range(found[-1] + 9)]
    assert found == [n for n in range(1, len(every)) if every[n] > every[n - 1]]
    assert history.head.counters.presentations == found[-1]  # the search left nothing behind


def test_many_updates_are_played_exactly() -> None:
    history = history_of(xor(), 3)
    assert played(history, Goal(stops=False, updates=5003)).reason is FinishReason.LIMIT
    assert history.head.counters.updates == 5003
    history = history_of(xor().replace({"training.mode": "batch"}), 1)
    played(history, Goal(stops=False, updates=25))
    assert (history.head.counters.updates, history.head.counters.presentations) == (25, 100)


def test_updates_that_never_come_end_the_playing() -> None:
    history = history_of(gate("and"))
    finish = played(history, Goal(stops=False, updates=10_000))
    assert finish == Finish(FinishReason.LIMIT, NO_UPDATE)
    assert history.head.counters.updates < 100


def test_only_the_rules_that_hold_are_passed_over() -> None:
    history = history_of(xor(training__stop={"epochs": 5, "updates": 48, "all_correct": True}), 20)
    assert history.trainer.finish_reason(history.head, stops=True) is FinishReason.STOP_RULE
    rules = beyond(history.trainer, history.head).experiment.training.stop
    assert (rules.epochs, rules.updates, rules.all_correct) == (None, 48, True)
    assert played(history, Goal()).reason is FinishReason.STOP_RULE
    assert history.head.counters.updates == 48


def test_all_correct_is_passed_over_but_the_epochs_ahead_are_not() -> None:
    experiment = xor(training__stop={"all_correct": True, "epochs": 3000}).replace({"training.momentum": 0.9})
    history = history_of(experiment)
    assert played(history, Goal()).reason is FinishReason.STOP_RULE
    first = history.head.counters.epochs
    assert first < 2900
    assert played(history, Goal()).reason is FinishReason.STOP_RULE
    assert history.head.counters.epochs == 3000
    assert played(history, Goal(presentations=history.head.counters.presentations + 4)).reason is FinishReason.LIMIT


def test_while_nothing_holds_the_trainer_is_the_same() -> None:
    history = history_of(xor(training__stop={"epochs": 5, "loss_below": 0.001}), 4)
    assert beyond(history.trainer, history.head) is history.trainer


def test_passing_over_early_stopping_keeps_what_it_remembers() -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "faces", "source": "synthetic"},
            "network": {"layers": [960, 2, 4], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 3.0, "momentum": 0.5, "stop": {"patience": 1, "epochs": 30}},
        }
    )
    history = history_of(experiment)
    assert played(history, Goal()).reason is FinishReason.STOP_RULE
    stopped = history.head.counters.epochs
    assert stopped < 30
    assert played(history, Goal()).reason is FinishReason.STOP_RULE
    assert history.head.counters.epochs == 30
    plain = Trainer(experiment)
    assert history.head.same_bits(plain.advance(plain.initial_state(), history.head.counters.presentations))
    assert np.isfinite(history.head.params).all()
