"""Cross-validation of the number of epochs: a clean cut, the epochs that a plain loop finds, and the last run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore import datasets
from nlcore.cross_validation import (
    CrossValidation,
    Fold,
    available,
    cross_validate,
    fold_data,
    parts,
    pooled,
    run_folds,
    split_seed,
)
from nlcore.datasets import Data
from nlcore.errors import CancelledError, ExperimentError
from nlcore.experiment import Experiment
from nlcore.trainer import Trainer

BLOBS = {
    "name": "blobs", "n": 50, "classes": 2, "spread": 1.5, "validation_fraction": 0.3, "test_fraction": 0.2,
}  # fmt: skip


def blobs(**changes: Any) -> Experiment:
    """A network that is too large for 40 overlapping points, so that it can be trained too long."""
    experiment = Experiment.from_dict(
        {
            "dataset": BLOBS,
            "network": {"layers": [2, 8, 1], "activations": ["tanh", "sigmoid"]},
            "training": {"learning_rate": 0.5, "stop": {"epochs": 30}},
        }
    )
    return experiment.replace({name.replace("__", "."): value for name, value in changes.items()})


def loaded(experiment: Experiment) -> Data:
    data = datasets.load(experiment.dataset)
    assert data is not None
    return data


@pytest.mark.parametrize(("n", "k"), [(40, 4), (41, 10), (7, 7), (2, 2)])
def test_parts_are_disjoint_complete_and_equally_large(n: int, k: int) -> None:
    found = parts(n, k, seed=3)
    assert len(found) == k
    assert sorted(np.concatenate(found).tolist()) == list(range(n))
    assert {len(part) for part in found} <= {n // k, n // k + 1}
    assert all(np.all(np.diff(part) > 0) for part in found)


def test_parts_are_random_and_follow_from_the_seed() -> None:
    one, same, other = (np.concatenate(parts(40, 4, seed)) for seed in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()
    assert one.tolist() != list(range(40))


@pytest.mark.parametrize(
    ("n", "k", "message"), [(40, 1, "at least 2 parts, not 1"), (5, 6, "5 available examples .* use at most 5")]
)
def test_parts_that_cannot_be(n: int, k: int, message: str) -> None:
    with pytest.raises(ExperimentError, match=f"folds: .*{message}"):
        parts(n, k, seed=1)


def test_every_example_keeps_its_target_and_its_name() -> None:
    """Each available example is in exactly one part held out, and in the training set of all other folds."""
    data = loaded(blobs())
    by_name = {
        name: (x.tobytes(), t.tobytes())
        for examples in (data.training, data.validation)
        for name, x, t in zip(examples.names, examples.inputs, examples.targets, strict=True)
    }
    assert len(by_name) == 40
    folds = fold_data(data, 4, seed=1)
    held_out = [name for fold in folds for name in fold.validation.names]
    assert sorted(held_out) == sorted(by_name)
    for fold in folds:
        assert not set(fold.training.names) & set(fold.validation.names)
        assert len(fold.training) == 30
        assert len(fold.test) == 0  # the test set cannot be looked at
        for examples in (fold.training, fold.validation):
            for name, x, t in zip(examples.names, examples.inputs, examples.targets, strict=True):
                assert by_name[name] == (x.tobytes(), t.tobytes())


def test_the_last_run_has_all_available_examples_and_the_same_test_set() -> None:
    data = loaded(blobs())
    together = pooled(data)
    assert together.training.names == (*data.training.names, *data.validation.names)
    assert together.training.inputs.tobytes() == data.training.inputs.tobytes() + data.validation.inputs.tobytes()
    assert len(together.validation) == 0
    assert together.test is data.test
    assert len(available(data)) == 40


def by_plain_loop(experiment: Experiment, fold: Data, metric: str) -> tuple[int, float]:
    """Train epoch by epoch and look after each, as one would on paper; the first of equally good epochs."""
    trainer = Trainer(experiment, fold)
    state = trainer.initial_state()
    found: list[float] = []
    for _ in range(31):
        measured = trainer.evaluate(state)["validation"]
        assert measured is not None
        found.append(getattr(measured, metric))
        state = trainer.advance(state, trainer.model.epoch_length)
    return found.index(min(found)), min(found)


@pytest.mark.parametrize("metric", ["loss", "error_rate"])
@pytest.mark.parametrize("mode", ["incremental", "batch"])
def test_the_folds_find_what_a_plain_loop_finds(metric: Any, mode: str) -> None:
    experiment = blobs(training__mode=mode, training__order="shuffled")
    data = loaded(experiment)
    found = run_folds(experiment, data, 4, metric)
    wanted = [by_plain_loop(experiment, fold, metric) for fold in fold_data(data, 4, split_seed(experiment))]
    assert [fold.best_epoch for fold in found.folds] == [epoch for epoch, _ in wanted]
    assert [fold.value for fold in found.folds] == pytest.approx([value for _, value in wanted], rel=1e-12)
    assert len({fold.best_epoch for fold in found.folds}) > 1
    assert any(0 < fold.best_epoch < 30 for fold in found.folds)


def test_other_stop_rules_and_seldom_measurements_do_not_cut_a_fold_short() -> None:
    plain = run_folds(blobs(), loaded(blobs()), 4)
    stops = {"epochs": 30, "patience": 1, "loss_below": 100.0, "all_correct": True, "updates": 5}
    other = blobs(training__stop=stops, training__evaluate_every={"every": 7, "unit": "presentation"})
    assert run_folds(other, loaded(other), 4) == plain


def test_mean_and_deviation_by_hand() -> None:
    """Best epochs 2, 3, 7: mean 4, squared distances 4 + 1 + 9 = 14, deviation sqrt(14 / 2)."""
    found = CrossValidation("loss", tuple(Fold(epoch, 0.5) for epoch in (2, 3, 7)))
    assert found.mean_epochs == 4.0
    assert found.sd_epochs == pytest.approx(7**0.5, rel=1e-15)
    assert found.epochs == 4


@pytest.mark.parametrize(("epochs", "wanted"), [((2, 3), 3), ((3, 4), 4), ((1, 1, 2), 1), ((1, 2, 2), 2), ((0, 0), 0)])
def test_the_mean_is_rounded_to_the_nearest_whole(epochs: tuple[int, ...], wanted: int) -> None:
    assert CrossValidation("loss", tuple(Fold(epoch, 0.5) for epoch in epochs)).epochs == wanted


def test_the_last_run_trains_for_the_mean_on_all_examples() -> None:
    experiment = blobs()
    data = loaded(experiment)
    found = cross_validate(experiment, 4)
    epochs = found.cross_validation.epochs
    assert 0 < epochs < 30
    assert found.cross_validation == run_folds(experiment, data, 4)
    by_hand = Trainer(blobs(training__stop={}), pooled(data))
    state = by_hand.advance(by_hand.initial_state(), 40 * epochs)
    assert found.state.counters == state.counters
    assert found.state.params.tobytes() == state.params.tobytes()
    assert found.metrics["validation"] is None
    assert found.metrics["test"] == by_hand.evaluate(state)["test"]
    assert found.metrics["test"] is not None


def test_the_cut_follows_from_the_split_seed_not_from_the_seed_of_the_weights() -> None:
    """Another seed of the weights keeps the parts; another split, or a seed that is given, changes them."""
    experiment = blobs(seed=5, training__learning_rate=0.0)  # nothing is learnt: the values tell the parts
    data = loaded(experiment)
    zero = experiment.replace({"training.initializer": "zero"})
    values = [fold.value for fold in run_folds(zero, data, 4).folds]
    assert [fold.best_epoch for fold in run_folds(zero, data, 4).folds] == [0] * 4
    assert len({len(fold.validation) for fold in fold_data(data, 4, 1)}) == 1
    rates = [[fold.value for fold in run_folds(experiment, data, 4, seed=seed).folds] for seed in (1, 2)]
    assert rates[0] != rates[1]
    assert rates[0] == [fold.value for fold in run_folds(experiment, data, 4).folds]
    assert values == pytest.approx([10 * 0.125] * 4)  # 10 examples, each (1/2)^2 / 2
    assert split_seed(experiment.replace({"dataset.split_seed": 9})) == 9


def test_divergence_ends_a_fold_with_the_best_before_it() -> None:
    linear = {"layers": [2, 1], "activations": ["linear"]}
    experiment = blobs(network=linear, training__learning_rate=1e200)
    found = run_folds(experiment, loaded(experiment), 4)
    assert [fold.best_epoch for fold in found.folds] == [0] * 4
    assert all(np.isfinite(fold.value) for fold in found.folds)


@pytest.mark.parametrize(
    ("changes", "metric", "message"),
    [
        ({"training__stop": {}}, "loss", "training.stop.epochs: missing"),
        ({"training__rule": "none"}, "loss", "training.rule: 'none' trains nothing"),
        ({}, "accuracy", "metric: unknown measure 'accuracy'"),
        (
            {"dataset": "linear_noise", "network": {"layers": [1, 1], "activations": ["linear"]}},
            "error_rate",
            "numbers as targets",
        ),
    ],
)
def test_what_cannot_be_validated_is_refused(changes: dict[str, Any], metric: Any, message: str) -> None:
    experiment = blobs(**changes)
    with pytest.raises(ExperimentError, match=message):
        run_folds(experiment, loaded(experiment), 4, metric)


def test_without_examples_it_is_refused() -> None:
    with pytest.raises(ExperimentError, match="dataset: cross-validation needs examples"):
        cross_validate(Experiment.from_dict({"family": "function", "training": {"stop": {"epochs": 3}}}), 4)


def test_progress_reaches_the_end_and_folds_are_told_in_order() -> None:
    experiment, seen, told = blobs(), list[tuple[int, int]](), list[tuple[int, Fold]]()
    found = run_folds(
        experiment,
        loaded(experiment),
        4,
        progress=lambda done, total: seen.append((done, total)),
        on_fold=lambda number, fold: told.append((number, fold)),
    )
    assert seen[-1] == (120, 120)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert told == list(enumerate(found.folds))


def test_it_can_be_cancelled() -> None:
    experiment, asked = blobs(), list[int]()

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(CancelledError, match=r"in fold [1-4] of 4"):
        run_folds(experiment, loaded(experiment), 4, cancelled=cancelled)
    assert len(asked) == 6
