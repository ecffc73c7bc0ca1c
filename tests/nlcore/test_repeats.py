"""Repetition with other seeds: the same runs as single ones, honest statistics, processes that end when told to."""

from __future__ import annotations

import csv
import io
import math
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib.externals.loky import ProcessPoolExecutor

from nlcore import datasets, repeats, worker_pool
from nlcore.datasets import ExampleSet
from nlcore.errors import CancelledError, DataError, ExperimentError, LabError
from nlcore.experiment import Experiment
from nlcore.records import FinishReason
from nlcore.repeated_run import MOST_KEPT, RepeatedRun, Task, data_seeds, params_sha256, train
from nlcore.repeats import as_csv, repeat, table
from nlcore.spread import Summary, spread
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

ROOT = Path(__file__).parents[2]
SUBMIT = ProcessPoolExecutor.submit


def stopping(**changes: Any) -> Experiment:
    return xor(training__order="shuffled", training__stop={"epochs": 300, "all_correct": True}, **changes)


def moons(**changes: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": 3,
            "dataset": {"name": "moons", "n": 60, "validation_fraction": 0.25, "seed": 11},
            "network": {"layers": [2, 4, 1], "activations": ["tanh", "sigmoid"]},
            "training": {"learning_rate": 0.2, "order": "shuffled", "dropout": {"hidden": 0.2}},
        }
    ).replace(changes)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use processes also for runs that are too short to be worth it."""
    monkeypatch.setattr(repeats, "START_SECONDS", 0.0)


def single(experiment: Experiment, epochs: int | None) -> tuple[str, Any]:
    """Train one run the plain way, epoch by epoch, and return the hash of its weights and its counters."""
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    while trainer.finish_reason(state, stops=epochs is None) is None and state.counters.epochs != epochs:
        state = trainer.measured_advance(state, trainer.model.epoch_length, stops=epochs is None).state
    return params_sha256(state.params), state.counters


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("epochs", [None, 7])
def test_runs_are_those_of_a_trainer_however_many_share_the_work(
    workers: int, epochs: int | None, processes: None
) -> None:
    found = repeat(stopping(), 5, epochs=epochs, workers=workers)
    alone = [single(stopping(seed=5 + number), epochs) for number in range(5)]
    assert [run.seed for run in found.runs] == [5, 6, 7, 8, 9]
    assert [(run.params_sha256, run.counters) for run in found.runs] == alone
    assert len({run.params_sha256 for run in found.runs}) == 5


@pytest.mark.slow
def test_new_data_vary_the_seeds_of_the_data_too(processes: None) -> None:
    same, new = (repeat(moons(), 3, epochs=4, workers=2, new_data=flag) for flag in (False, True))
    assert data_seeds(moons()) == {"dataset.seed": 11, "dataset.split_seed": 1}
    assert same.varied == ("seed",)
    assert new.varied == ("seed", "dataset.seed", "dataset.split_seed")
    assert same.runs[0].params_sha256 == new.runs[0].params_sha256
    for number in (1, 2):
        changes = {"seed": 3 + number, "dataset.seed": 11 + number, "dataset.split_seed": 1 + number}
        assert new.runs[number].params_sha256 == single(moons(**changes), 4)[0]
        assert same.runs[number].params_sha256 == single(moons(seed=3 + number), 4)[0]


def test_a_data_set_without_seeds_stays_as_it_is() -> None:
    found = repeat(stopping(), 2, epochs=3, new_data=True, workers=1)
    assert data_seeds(stopping()) == {}
    assert found.varied == ("seed",)
    assert found.runs[1].params_sha256 == single(stopping(seed=6), 3)[0]


def test_given_data_are_used() -> None:
    data = datasets.load(xor().dataset)
    assert data is not None
    turned = replace(data, training=ExampleSet.of(data.training.inputs, 1.0 - data.training.targets))
    found = repeat(xor(), 2, turned, epochs=5, workers=1)
    trainer = Trainer(xor(seed=6), turned)
    assert found.runs[1].params_sha256 == params_sha256(trainer.advance(trainer.initial_state(), 20).params)


def test_what_a_run_keeps_agrees_with_all_its_measurements() -> None:
    trainer = Trainer(moons(**{"training.evaluate_every": {"every": 7, "unit": "presentation"}}))
    run = train(trainer, 30)
    state = trainer.initial_state()
    after = trainer.measured_advance(state, 30 * trainer.model.epoch_length, stops=False)
    names = [(column.set_name, column.metric) for column in trainer.model.columns]
    validation = names.index(("validation", "loss"))
    errors = names.index(("training", "error_rate"))
    all_values = np.vstack((trainer.measure(state), after.values))
    all_clocks = np.vstack((np.zeros(3), after.clock))
    assert run.best_validation is not None
    assert run.best_validation.value == all_values[:, validation].min()
    assert run.best_validation.presentations == all_clocks[np.argmin(all_values[:, validation]), 0]
    without = np.flatnonzero(all_values[:, errors] == 0.0)
    assert run.first_all_correct == (math.ceil(all_clocks[without[0], 2]) if len(without) else None)
    np.testing.assert_array_equal(run.values, all_values[:: run.stride][: len(run.values)])


def test_long_runs_are_thinned_evenly_and_keep_their_end() -> None:
    epochs = 2 * MOST_KEPT + 501
    run = train(Trainer(xor()), epochs)
    assert run.stride == 4
    assert len(run.clock) <= MOST_KEPT + 1
    np.testing.assert_array_equal(run.clock[:-1, 2], np.arange(0, epochs, 4))
    assert run.clock[-1, 2] == epochs
    trainer = Trainer(xor())
    last = trainer.measured_advance(trainer.initial_state(), 4 * epochs, stops=False).values[-1]
    assert run.values[-1].tolist() == last.tolist()


def test_first_epoch_with_zero_errors_is_when_a_search_finds_it() -> None:
    found = repeat(stopping(), 4, workers=1)
    for run in found.runs:
        if run.first_all_correct is None:
            assert run.counters.epochs == 300
            continue
        trainer = Trainer(stopping(seed=run.seed))
        before, at = (
            trainer.evaluate(trainer.advance(trainer.initial_state(), 4 * epoch))["training"]
            for epoch in (run.first_all_correct - 1, run.first_all_correct)
        )
        assert before is not None
        assert at is not None
        assert (before.error_rate or 0.0) > 0.0
        assert at.error_rate == 0.0
        assert run.reason is FinishReason.STOP_RULE
    assert found.n_all_correct == sum(run.first_all_correct is not None for run in found.runs)


def test_curves_over_runs_of_different_lengths() -> None:
    found = repeat(stopping(), 4, workers=1)
    lengths = [run.counters.epochs for run in found.runs]
    assert len(set(lengths)) > 1
    curve = found.spread("training", "loss")
    assert curve.x[0] == 0
    assert curve.x[-1] == max(lengths)
    for run, row in zip(found.runs, curve.runs, strict=True):
        trainer, start = Trainer(stopping(seed=run.seed)), Trainer(stopping(seed=run.seed)).initial_state()
        for x, value in zip(curve.x, row, strict=True):
            state = trainer.advance(start, 4 * min(int(x), run.counters.epochs))
            measured = trainer.evaluate(state)["training"]
            assert measured is not None
            assert value == pytest.approx(measured.loss, rel=1e-12)
    column = len(curve.x) // 2
    values = curve.runs[:, column].tolist()
    assert curve.mean[column] == pytest.approx(statistics.mean(values))
    assert curve.sd[column] == pytest.approx(statistics.stdev(values))
    assert curve.median[column] == pytest.approx(statistics.median(values))
    assert (curve.low[column], curve.high[column]) == (min(values), max(values))


def test_the_grid_is_bounded_also_where_updates_differ() -> None:
    found = repeat(gate("and", training__initializer="uniform", training__order="shuffled"), 6, workers=1)
    counts = {run.counters.updates for run in found.runs}
    assert len(counts) > 1
    curve = found.spread("training", "error_rate", "updates", most=9)
    assert len(curve.x) <= 9
    assert curve.x[-1] == max(counts)
    assert np.all(curve.runs[:, -1] == 0.0)
    assert len(found.spread("training", "error_rate", most=4).x) <= 4
    with pytest.raises(ExperimentError, match="unknown axis 'weeks'"):
        found.spread("training", "loss", "weeks")
    with pytest.raises(ExperimentError, match="unknown curve 'test loss'"):
        found.spread("test", "loss")


def test_a_diverged_run_stays_in_the_table_and_out_of_the_mean() -> None:
    experiment = xor(
        network={"layers": [2, 2, 1], "activations": ["linear", "linear"]},
        training__learning_rate=0.6,
        training__momentum=0.0,
        training__initializer={"name": "uniform", "low": -1.0, "high": 1.0},
    )
    found = repeat(experiment, 12, epochs=40, workers=1)
    lost = [run for run in found.runs if run.reason is FinishReason.DIVERGED]
    assert 0 < len(lost) < 12, "the example needs both kinds"
    assert found.diverged == tuple(run.seed for run in lost)
    curve = found.spread("training", "mse")
    assert curve.n[0] == 12
    assert curve.n[-1] == 12 - len(lost)
    kept = [run.metrics["training"].mse for run in found.runs if run not in lost]  # type: ignore[union-attr]
    assert found.summary("training", "mse").mean == pytest.approx(statistics.mean(kept))  # type: ignore[type-var]
    names, rows = table(found.runs)
    row = dict(zip(names, next(row for row in rows if row[0] == lost[0].seed), strict=True))
    assert row["finish_reason"] == "diverged"
    assert row["training_loss"] is None


def test_summaries() -> None:
    found = Summary.of([3.0, None, 1.0, math.inf, 2.0, 6.0, math.nan])
    assert found == Summary(4, 3.0, statistics.stdev([3.0, 1.0, 2.0, 6.0]), 2.5, 1.0, 6.0)
    one = Summary.of([7.0])
    assert (one.n, one.mean, one.median) == (1, 7.0, 7.0)
    assert math.isnan(one.sd)
    none = Summary.of([None])
    assert none.n == 0
    assert math.isnan(none.mean)
    assert math.isnan(none.low)


def test_the_table_as_csv() -> None:
    found = repeat(moons(), 3, epochs=2, workers=1)
    rows = list(csv.DictReader(io.StringIO(as_csv(found.runs, {"track": ['a "b", c'] * 3}))))
    assert [row["seed"] for row in rows] == ["3", "4", "5"]
    assert {row["track"] for row in rows} == {'a "b", c'}
    for row, run in zip(rows, found.runs, strict=True):
        assert run.metrics["validation"] is not None
        assert float(row["validation_loss"]) == run.metrics["validation"].loss
        assert row["first_all_correct_epoch"] == ("" if run.first_all_correct is None else str(run.first_all_correct))
        assert row["params_sha256"] == run.params_sha256
    assert "test_loss" not in rows[0]


@pytest.mark.parametrize(
    ("n", "epochs", "changes", "message"),
    [
        (0, 1, {}, "seeds: 0 runs are not possible"),
        (10_001, 1, {}, "seeds: 10001 runs"),
        (2, -1, {}, "epochs: -1 is negative"),
        (2, None, {}, "training.stop: there is no stop rule"),
        (2, 1, {"seed": 2**53}, "seed"),
        (2, 1, {"training__rule": "magic"}, "unknown rule 'magic'"),
    ],
)
def test_what_cannot_be_repeated(n: int, epochs: int | None, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        repeat(xor(**changes), n, epochs=epochs, workers=1)


def test_progress_and_results_as_they_come() -> None:
    told: list[tuple[int, int]] = []
    came: list[RepeatedRun] = []
    found = repeat(xor(), 3, epochs=1, workers=1, progress=lambda *p: told.append(p), on_run=came.append)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert tuple(came) == found.runs


def test_without_processes_the_runs_follow_one_another(processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise worker_pool.NoProcessesError("no semaphores here")

    monkeypatch.setattr(worker_pool, "_pool", refuse)
    found = repeat(stopping(), 3, epochs=3, workers=4)
    assert [run.params_sha256 for run in found.runs] == [single(stopping(seed=5 + i), 3)[0] for i in range(3)]


def test_a_cancelled_repetition_in_this_process() -> None:
    with pytest.raises(CancelledError, match="cancelled"):
        repeat(xor(), 2, epochs=10**9, workers=1, cancelled=lambda: True)


def children() -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    lines = [line.split() for line in found.stdout.splitlines()]
    return {int(pid) for pid, state in lines if not state.startswith("Z")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes with ps")
def test_cancelling_ends_the_workers_in_the_middle_of_their_work(processes: None) -> None:
    before = children()
    during: set[int] = set()
    began = time.perf_counter()

    def cancelled() -> bool:
        during.update(children() - before)
        return time.perf_counter() - began > 4.0

    with pytest.raises(CancelledError, match="cancelled"):
        repeat(xor(training__stop={"epochs": 10**9}), 4, workers=2, cancelled=cancelled)
    assert len(during) >= 2
    tracker = multiprocessing.active_children()
    assert tracker == []
    left = {pid for pid in during & children() if "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text()}
    assert left == set()


@pytest.mark.slow
def test_cancelling_right_after_work_was_handed_out_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(xor(), Trainer(xor()).model.data, "reference", epochs=10**9)
    for _ in range(3):
        handed_out: list[object] = []

        def cancelled(handed_out: list[object] = handed_out) -> bool:
            return bool(handed_out)  # not while the processes start, but at once when they have work

        def noting(pool: Any, call: Any, *arguments: Any, handed_out: list[object] = handed_out) -> Any:
            handed_out += arguments
            return SUBMIT(pool, call, *arguments)

        monkeypatch.setattr(ProcessPoolExecutor, "submit", noting)
        with pytest.raises(CancelledError):
            list(worker_pool.run(task, range(4), 2, cancelled))
        assert len(handed_out) == 4


def failing(number: int, error: Exception) -> Any:
    """Return a task in which one run fails; it stands in for a fault that only shows on the way."""

    class Failing(Task):
        def run(self, this: int, cancelled: Any = None) -> RepeatedRun:
            if this == number:
                raise error
            return super().run(this, cancelled)

    return Failing(xor(), datasets.load(xor().dataset), "strict", 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (DataError("dataset: no points"), DataError, "seed 6: dataset: no points"),
        (MemoryError(), LabError, "seed 6: not enough memory"),
        (ZeroDivisionError("by zero"), LabError, "seed 6: the run failed .* ZeroDivisionError: by zero"),
    ],
)
def test_an_error_in_a_worker_is_one_sentence(error: Exception, kind: type[LabError], sentence: str) -> None:
    with pytest.raises(kind, match=sentence) as raised:
        list(worker_pool.run(failing(1, error), range(3), 2))
    assert "\n" not in str(raised.value)


class Dying(Task):
    def run(self, number: int, cancelled: Any = None) -> RepeatedRun:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_worker_that_dies_is_told_in_a_sentence() -> None:
    with pytest.raises(LabError, match="ended by itself, perhaps for lack of memory"):
        list(worker_pool.run(Dying(xor(), None, "strict", 2), range(2), 2))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes with ps")
def test_workers_end_when_their_parent_is_killed() -> None:
    script = """
        from nlcore import repeats
        from tests.nlcore.examples import xor
        repeats.START_SECONDS = 0.0
        repeats.repeat(xor(training__stop={"epochs": 10**9}), 4, workers=2)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, start_new_session=True)
    group = str(parent.pid)

    def alive() -> list[str]:
        found = subprocess.run(["ps", "-o", "pid=,args=", "--sid", group], capture_output=True, text=True)
        return [line for line in found.stdout.splitlines() if "loky" in line and "resource_tracker" not in line]

    limit = time.monotonic() + 60
    while len(alive()) < 2 and time.monotonic() < limit:
        time.sleep(0.1)
    assert len(alive()) >= 2
    time.sleep(2)
    parent.kill()
    parent.wait()
    limit = time.monotonic() + 20
    while alive() and time.monotonic() < limit:
        time.sleep(0.1)
    assert alive() == []


def test_quartiles_are_those_of_numpy_and_leave_out_what_is_not_finite() -> None:
    random = np.random.default_rng(4)
    runs = random.normal(size=(9, 12))
    runs[random.random(runs.shape) < 0.3] = math.nan
    runs[:, 3] = math.inf
    found = spread(np.arange(12.0), runs)
    for k in range(12):
        there = runs[np.isfinite(runs[:, k]), k]
        if not len(there):
            assert math.isnan(found.lower[k])
            assert math.isnan(found.upper[k])
            continue
        expected = np.percentile(there, [25, 50, 75])
        np.testing.assert_allclose([found.lower[k], found.median[k], found.upper[k]], expected, rtol=1e-12)
