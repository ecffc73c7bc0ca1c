"""The runner trains in its thread, loses no measurement, and stops when it is told to."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from nlcore.curves import Curves
from nlcore.records import FinishReason, RunnerState
from nlcore.runner import Report, Runner
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def wait_for_end(runner: Runner, seconds: float = 60) -> list[Report]:
    reports, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        news = runner.take()
        if news is not None:
            (report,) = news
            reports.append(report)
            if report.status.state is not RunnerState.RUNNING:
                return reports
        time.sleep(0.002)
    raise AssertionError("the runner did not end")


def test_limit_is_met_exactly_and_all_measurements_arrive() -> None:
    trainer = Trainer(xor())
    runner = Runner(trainer)
    runner.start(trainer.initial_state(), limit=4003)
    reports = wait_for_end(runner)
    runner.pause()
    assert reports[-1].status.reason is FinishReason.LIMIT
    assert reports[-1].state.same_bits(trainer.advance(trainer.initial_state(), 4003))
    clocks = np.concatenate([report.clock for report in reports])
    assert clocks[:, 2].tolist() == list(range(1, 1001))
    whole = trainer.measured_advance(trainer.initial_state(), 4003, stops=False)
    np.testing.assert_array_equal(np.concatenate([report.values for report in reports]), whole.values)


def test_stop_rule_ends_the_thread() -> None:
    trainer = Trainer(gate("and"))
    runner = Runner(trainer)
    runner.start(trainer.initial_state())
    assert wait_for_end(runner)[-1].status.reason is FinishReason.STOP_RULE
    runner.pause()
    assert not runner.is_running


def test_pause_and_go_on_is_the_same_run() -> None:
    trainer = Trainer(xor(training__order="shuffled"))
    runner, curves = Runner(trainer), Curves(trainer.model.columns)
    runner.start(trainer.initial_state(), stops=False)
    time.sleep(0.05)
    began = time.perf_counter()
    runner.pause()
    assert time.perf_counter() - began < 2.0
    assert not runner.is_running
    news = runner.take()
    assert news is not None
    (report,) = news
    curves.append(report.clock, report.values)
    done = report.state.counters.presentations
    assert done > 0
    runner.start(report.state, stops=False, limit=done + 100)
    last = wait_for_end(runner)[-1].state
    runner.pause()
    assert last.same_bits(trainer.advance(trainer.initial_state(), done + 100))


def test_nothing_to_train_and_a_finished_start_end_at_once() -> None:
    trainer = Trainer(xor(training__stop={"epochs": 0}))
    runner = Runner(trainer)
    runner.start(trainer.initial_state())
    reports = wait_for_end(runner)
    runner.pause()
    assert reports[-1].status.reason is FinishReason.STOP_RULE
    assert reports[-1].state.counters.presentations == 0


def test_a_fault_is_reported_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(xor())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(trainer, "measured_advance", fail)
    runner = Runner(trainer)
    runner.start(trainer.initial_state())
    status = wait_for_end(runner)[-1].status
    runner.pause()
    assert status.reason is FinishReason.ERRORED
    assert status.message == "RuntimeError: broken on purpose"


def test_a_new_start_drops_what_the_old_one_left() -> None:
    trainer = Trainer(xor())
    runner = Runner(trainer)
    runner.start(trainer.initial_state(), stops=False)
    time.sleep(0.02)
    runner.start(trainer.initial_state(), stops=False, limit=4)
    reports = wait_for_end(runner)
    runner.pause()
    assert reports[-1].state.counters.presentations == 4
    assert sum(len(report.values) for report in reports) == 1
    assert threading.active_count() < 20


def test_several_runs_keep_to_one_clock() -> None:
    trainers = [Trainer(xor(training__learning_rate=rate)) for rate in (0.1, 0.5, 2.0)]
    starts = [trainer.initial_state() for trainer in trainers]
    starts[2] = trainers[2].advance(starts[2], 1000)  # the others have to catch up with it
    runner = Runner(*trainers)
    runner.start(*starts, stops=False)
    news = runner.take()
    while news is None or min(report.state.counters.presentations for report in news) <= 1000:
        time.sleep(0.01)
        news = runner.take() or news
    runner.pause()
    news = runner.take() or news
    done = [report.state.counters.presentations for report in news]
    assert min(done) > 1000
    assert len(set(done)) == 1
    for trainer, report in zip(trainers, news, strict=True):
        assert report.state.same_bits(trainer.advance(trainer.initial_state(), done[0]))
        assert report.status.state is RunnerState.IDLE
    runner.start(*(report.state for report in news), stops=False, limit=done[0] + 37)
    while runner.is_running:
        time.sleep(0.002)
    news = runner.take()
    assert news is not None
    assert {report.state.counters.presentations for report in news} == {done[0] + 37}
    assert {report.status.reason for report in news} == {FinishReason.LIMIT}


def test_a_run_that_ends_does_not_hold_up_the_others() -> None:
    trainers = [Trainer(xor(training__stop={"epochs": epochs})) for epochs in (3, 50)]
    runner = Runner(*trainers)
    runner.start(*(trainer.initial_state() for trainer in trainers))
    while runner.is_running:
        time.sleep(0.002)
    news = runner.take()
    assert news is not None
    assert [report.state.counters.epochs for report in news] == [3, 50]
    assert {report.status.reason for report in news} == {FinishReason.STOP_RULE}
    runner.pause()
