"""Early stopping: how long it waits, what it remembers, and that both are functions of the state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore import kernels
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.early_stopping import Watch
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.families import Column, feedforward
from nlcore.history import History
from nlcore.interventions import SettingsChange
from nlcore.records import FinishReason, FloatArray, TrainState
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

KERNELS = ("strict", "vectorized")


def swing(patience: int | None, kernel: str | None = None, **changes: Any) -> Trainer:
    """A bias alone that swings around its target 1, because momentum carries it on; validation wants 1.05.

    The input is 0, so the output is the bias: change = 0.1 (1 - w) + 0.9 x last change, from w = 0. An epoch is one
    example. On its way the bias passes 1.05 again and again, and each time the validation loss has a minimum.
    """

    def examples(target: float) -> ExampleSet:
        return ExampleSet.of([[0.0]], [[target]])

    data = Data(
        name="swing", source="test", training=examples(1.0), validation=examples(1.05), test=no_examples(1, 1),
        input_names=("x",), output_names=("y",),
    )  # fmt: skip
    experiment = Experiment.from_dict(
        {
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"learning_rate": 0.1, "momentum": 0.9, "initializer": "zero"},
        }
    )
    stop = {} if patience is None else {"patience": patience}
    settings = {"training.stop": stop, **{name.replace("__", "."): value for name, value in changes.items()}}
    return Trainer(experiment.replace(settings), data, kernel)


def swing_by_hand(n: int) -> tuple[list[float], list[float]]:
    """Return bias and validation loss before the first and after each of `n` updates."""
    w, change, weights = 0.0, 0.0, [0.0]
    for _ in range(n):
        change = 0.1 * (1.0 - w) + 0.9 * change
        w += change
        weights.append(w)
    return weights, [0.5 * (1.05 - w) ** 2 for w in weights]


def stopped(trainer: Trainer, n: int = 10_000) -> TrainState:
    after = trainer.measured_advance(trainer.initial_state(), n, stops=True)
    assert after.reason is FinishReason.STOP_RULE
    assert trainer.finish_reason(after.state, stops=True) is FinishReason.STOP_RULE
    return after.state


# Minima of the validation loss that are lower than all before: after 5 updates and after 25.
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("patience", "stops_at", "best_at"),
    [
        (1, 6, 5),  # the first rise ends it
        (2, 7, 5),
        (19, 24, 5),  # one too few: the next measurement would have been a new best
        (20, 45, 25),  # through the rise and the smaller minimum at 14, to the lower one at 25
    ],
)
def test_patience(patience: int, stops_at: int, best_at: int, kernel: str) -> None:
    weights, losses = swing_by_hand(60)
    lower = [i for i in range(1, 60) if losses[i] < min(losses[:i])]
    assert lower[-2:] == [5, 25]
    assert losses[14] < losses[13]
    assert losses[14] < losses[15]
    state = stopped(swing(patience, kernel))
    assert state.counters.epochs == stops_at
    watch = Watch.of(state)
    assert (watch.at, watch.since) == (best_at, patience)
    assert watch.loss == pytest.approx(losses[best_at], rel=1e-9)
    assert watch.params.tolist() == pytest.approx([0.0, weights[best_at]], rel=1e-12)
    assert state.params.tolist() != watch.params.tolist()


def test_without_patience_it_goes_on() -> None:
    trainer = swing(None)
    after = trainer.measured_advance(trainer.initial_state(), 200, stops=True)
    assert after.reason is None
    assert after.state.counters.epochs == 200
    assert "best_params" not in after.state.extra


def test_it_can_be_told_not_to_stop() -> None:
    """The rule is kept up but does not hold: the run goes on, and the best weights are still remembered."""
    trainer = swing(3)
    after = trainer.measured_advance(trainer.initial_state(), 30, stops=False)
    assert after.reason is None
    assert after.state.counters.epochs == 30
    assert Watch.of(after.state).at == 25


def test_patience_counts_measurements_not_epochs() -> None:
    """Measured every second epoch: best at 6, and not as low at 8, 10 and 12."""
    _, losses = swing_by_hand(12)
    assert min(losses[:7:2]) == losses[6] < min(losses[8::2])
    state = stopped(swing(3, training__evaluate_every__every=2))
    assert Watch.of(state).at == 6
    assert state.counters.epochs == 12


def blobs(patience: int | None = 8, **changes: Any) -> Experiment:
    """A network that learns 30 overlapping points by heart while the validation loss goes up and down."""
    dataset = {"name": "blobs", "n": 50, "spread": 1.5, "validation_fraction": 0.3, "test_fraction": 0.1}
    stop = {} if patience is None else {"patience": patience}
    network = {"layers": [2, 6, 1], "activations": ["tanh", "sigmoid"]}
    return xor(dataset=dataset, network=network, training__stop=stop, **changes)


WAYS = [("incremental", "strict"), ("incremental", "vectorized"), ("mini_batch", "vectorized"), ("batch", "vectorized")]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"training__order": "shuffled", "training__dropout__hidden": 0.3, "training__weight_decay": 1e-4},
    {"training__evaluate_every": {"every": 7, "unit": "presentation"}},
]


def validation_losses(trainer: Trainer, n: int) -> tuple[list[int], FloatArray]:
    """Return when it measures, the start included, and the validation loss there, without any stop rule."""
    start = trainer.initial_state()
    found = trainer.measured_advance(start, n, stops=False)
    column = trainer.model.columns.index(Column("validation", "loss"))
    first = trainer.measure(start)[column]
    return [0, *found.clock[:, 0].astype(int).tolist()], np.array([first, *found.values[:, column]])


@pytest.mark.parametrize("settings", SETTINGS, ids=["plain", "regularised", "presentations"])
@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_it_keeps_the_weights_of_the_lowest_measurement_to_the_last_bit(
    mode: str, kernel: str, settings: dict[str, Any]
) -> None:
    common = {**settings, "training__mode": mode, "training__batch_size": 4}
    trainer, plain = (Trainer(blobs(patience, **common), kernel=kernel) for patience in (8, None))
    state = stopped(trainer)
    when, losses = validation_losses(plain, state.counters.presentations)
    assert when[-1] == state.counters.presentations
    best = int(np.argmin(losses))
    assert len(losses) - 1 - best == 8
    watch = Watch.of(state)
    assert (watch.at, watch.loss, watch.since) == (when[best], losses[best], 8)
    replayed = plain.advance(plain.initial_state(), when[best])
    assert watch.params.tobytes() == replayed.params.tobytes()
    history = History(trainer)
    history.record(state)
    assert history.state_at(when[best]).params.tobytes() == watch.params.tobytes()


@pytest.mark.parametrize("settings", SETTINGS, ids=["plain", "regularised", "presentations"])
@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_what_is_remembered_does_not_depend_on_how_the_work_is_cut(
    mode: str, kernel: str, settings: dict[str, Any]
) -> None:
    trainer = Trainer(blobs(**settings, training__mode=mode, training__batch_size=4), kernel=kernel)
    start = trainer.initial_state()
    whole = stopped(trainer)
    at, reason, number = start, None, 0
    while reason is None:
        number += 1
        after = trainer.measured_advance(at, 1 + number % 37, stops=True)
        at, reason = after.state, after.reason
    assert at.same_bits(whole)
    n = whole.counters.presentations
    assert trainer.advance(trainer.advance(start, n // 3), n - n // 3).same_bits(
        whole
    )  # also where nothing is measured
    assert set(whole.extra) >= {"best_loss", "since_best", "best_at", "best_params"}


def test_strict_and_vectorized_agree_on_when() -> None:
    one, other = (stopped(Trainer(blobs(), kernel=kernel)) for kernel in KERNELS)
    assert one.counters == other.counters
    assert Watch.of(one).at == Watch.of(other).at
    np.testing.assert_allclose(Watch.of(one).params, Watch.of(other).params, rtol=1e-9)


def test_going_back_goes_back_in_what_is_remembered() -> None:
    trainer = swing(20)
    history = History(trainer)
    history.record(stopped(trainer))
    assert Watch.of(history.head).at == 25
    assert Watch.of(history.state_at(24)).at == 5
    assert Watch.of(history.state_at(24)).since == 19
    assert trainer.finish_reason(history.state_at(24), stops=True) is None


@pytest.mark.parametrize("value", [float("nan"), 2.0, 2.5, float("inf")])
def test_nan_and_what_is_not_lower_is_no_improvement(value: float) -> None:
    before = Watch(2.0, 3, 40, np.array([1.0]))
    after, n = before.after(np.array([value]), np.array([50.0]), None)
    assert (after.loss, after.since, after.at, n) == (2.0, 4, 40, 1)
    lower, n = after.after(np.array([1.5]), np.array([60.0]), None)
    assert (lower.loss, lower.since, lower.at, n) == (1.5, 0, 60, 1)


LOSSES = st.sampled_from([0.5, 1.0, 1.5, 2.0, math.inf, math.nan])


@given(st.lists(LOSSES, max_size=12), st.integers(0, 3), st.none() | st.integers(1, 4))
def test_many_measurements_at_once_are_one_after_another(losses: list[float], since: int, patience: int | None) -> None:
    """Against the definition, one number at a time."""
    best, at, n = 1.25, 7, 0
    start = Watch(best, since, at, np.array([1.0]))
    for place, loss in enumerate(losses):
        best, since, at = (loss, 0, 10 + place) if loss < best else (best, since + 1, at)
        n += 1
        if patience is not None and since >= patience:
            break
    found, n_found = start.after(np.array(losses), 10.0 + np.arange(len(losses)), patience)
    assert (found.loss, found.since if losses else since, found.at, n_found) == (best, since, at, n)


@pytest.mark.parametrize("kernel", KERNELS)
def test_where_nothing_is_learnt_the_start_stays_the_best(kernel: str) -> None:
    """The start is measured as everything after it, so that rounding makes no new best."""
    dataset = {"name": "blobs", "n": 60, "spread": 1.5, "validation_fraction": 0.5, "test_fraction": 0.1}
    network = {"layers": [2, 7, 5, 1], "activations": ["tanh", "tanh", "sigmoid"]}
    for seed in (1, 2, 3):
        experiment = xor(
            seed=seed, dataset=dataset, network=network, training__learning_rate=0.0, training__stop={"patience": 3},
            training__loss="cross_entropy",
        )  # fmt: skip
        trainer = Trainer(experiment, kernel=kernel)
        watch = Watch.of(stopped(trainer))
        assert (watch.at, watch.since) == (0, 3)
        assert watch.loss == validation_losses(trainer, 100)[1][-1]


@pytest.mark.parametrize("kernel", KERNELS)
def test_patience_that_is_turned_on_begins_with_that_moment(kernel: str) -> None:
    """The bias stands best after 5 updates; from 8 on the lowest loss is at 14, and lower than that at 8."""
    _, losses = swing_by_hand(30)
    history = History(swing(None, kernel))
    history.record(history.trainer.advance(history.head, 8))
    child = history.fork(8, SettingsChange.of({"training.stop": {"patience": 4}}))
    began = child.trainer.advance(child.head, 1)
    assert losses[9] > losses[8]
    assert (Watch.of(began).at, Watch.of(began).since) == (8, 1)
    assert Watch.of(began).loss == pytest.approx(losses[8], rel=1e-9)
    assert Watch.of(began).params.tobytes() == child.head.params.tobytes()
    parts = child.trainer.advance(child.trainer.advance(began, 3), 6)
    assert parts.same_bits(child.trainer.advance(child.head, 10))


def test_early_stopping_leaves_the_kernel_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at many measurements at once; and only the way to a new best is gone twice."""
    trainer, calls = Trainer(blobs(10_000), kernel="vectorized"), []
    run = kernels.run

    def counted(kernel: str, problem: Any, start: Any, n: int, *, measured: bool, stops: bool) -> Any:
        calls.append((n, measured))
        return run(kernel, problem, start, n, measured=measured, stops=stops)

    monkeypatch.setattr(kernels, "run", counted)
    n = 100 * trainer.model.epoch_length + 7
    trainer.measured_advance(trainer.initial_state(), n, stops=True)
    assert sum(part for part, measured in calls if measured) == n
    assert len(calls) <= 3
    calls.clear()
    trainer.measured_advance(trainer.initial_state(), 3 * feedforward.BLOCK, stops=True)
    assert sum(part for part, measured in calls if not measured) <= feedforward.BLOCK


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_run_that_diverges_keeps_the_best_of_before(kernel: str) -> None:
    """A rate of 100 swings out further and further: the start was best, and stays it through infinities and nan."""
    trainer = swing(5000, kernel, training__learning_rate=100.0)
    after = trainer.measured_advance(trainer.initial_state(), 5000, stops=True)
    assert after.reason is FinishReason.DIVERGED
    watch = Watch.of(after.state)
    assert watch.at == 0
    assert watch.params.tolist() == [0.0, 0.0]
    assert watch.since == after.state.counters.epochs > 5


def test_without_a_validation_set_it_is_refused() -> None:
    with pytest.raises(ExperimentError, match="patience: early stopping watches the validation set, and there is none"):
        Trainer(xor(training__stop={"patience": 3}))


def test_an_edit_gives_an_early_stopped_run_new_patience() -> None:
    experiment = Experiment.from_dict(
        {
            "seed": 2,
            "dataset": {"name": "blobs", "classes": 2, "validation_fraction": 0.3, "spread": 1.5},
            "network": {"layers": [2, 3, 1], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.0, "stop": {"patience": 2, "epochs": 50}},
        }
    )
    history = History(Trainer(experiment))
    stopped = history.trainer.measured_advance(history.head, 10_000, stops=True)
    assert stopped.reason is FinishReason.STOP_RULE
    history.record(stopped.state)
    at = stopped.state.counters.presentations
    assert history.trainer.finish_reason(stopped.state, stops=True) is FinishReason.STOP_RULE
    child = history.fork(at, SettingsChange.of({"training.learning_rate": 0.1}))
    assert child.trainer.finish_reason(child.head, stops=True) is None
