"""Calibration: bins, intervals, likelihoods and thresholds against hand-worked numbers, and true probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore import datasets
from nlcore.calibration import (
    at_threshold,
    calibration_error,
    judge,
    observed,
    reliability,
    scores,
    share_interval,
    true_probabilities,
    why_no_probabilities,
)
from nlcore.experiment import Choice, Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

OUTPUTS = np.array([0.05, 0.15, 0.15, 0.5, 0.95, 1.0])
IS_CLASS = np.array([False, False, True, True, True, True])


def blobs(network: dict[str, Any] | None = None, loss: str = "cross_entropy", **options: Any) -> FeedforwardModel:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "spread": 1.0, **options},
            "network": network or {"layers": [2, 1], "activations": ["sigmoid"]},
            "training": {"loss": loss, "initializer": {"name": "uniform", "low": -1.0, "high": 1.0}},
        }
    )
    model = Trainer(experiment).model
    assert isinstance(model, FeedforwardModel)
    return model


def test_bins_by_hand() -> None:
    bins = reliability(OUTPUTS, IS_CLASS, 10)
    assert [(b.low, b.high, b.count, b.hits) for b in bins] == [
        (0.0, 0.1, 1, 0), (0.1, 0.2, 2, 1), (0.5, 0.6, 1, 1), (0.9, 1.0, 2, 2)
    ]  # fmt: skip
    assert [b.predicted for b in bins] == pytest.approx([0.05, 0.15, 0.5, 0.975])
    assert [b.share for b in bins] == [0.0, 0.5, 1.0, 1.0]
    # (1 * 0.05 + 2 * 0.35 + 1 * 0.5 + 2 * 0.025) / 6
    assert calibration_error(bins) == pytest.approx(1.3 / 6)
    assert reliability(OUTPUTS, IS_CLASS, 10, np.full(6, 0.4))[1].expected == pytest.approx(0.4)
    assert calibration_error(()) == 0.0


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 40))
def test_every_example_is_in_one_bin(n: int, seed: int, n_bins: int) -> None:
    rng = np.random.default_rng(seed)
    outputs, is_class = rng.random(n), rng.random(n) < 0.5
    bins = reliability(outputs, is_class, n_bins)
    assert sum(b.count for b in bins) == n
    assert sum(b.hits for b in bins) == is_class.sum()
    assert all(b.low - 1e-12 <= b.predicted <= b.high + 1e-12 for b in bins)
    assert all(b.share_low <= b.share <= b.share_high for b in bins)


def test_intervals_by_hand() -> None:
    # Wilson: 8 of 10 gives 0.4902 to 0.9433; 0 of 10 gives z2 / (10 + z2) at the upper end
    assert share_interval(8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-5)
    z2 = 1.959963984540054**2
    assert share_interval(0, 10) == pytest.approx((0.0, z2 / (10 + z2)))
    assert share_interval(10, 10)[1] == 1.0
    assert share_interval(0, 0) == (0.0, 1.0)


def test_intervals_hold_the_share_as_often_as_they_say() -> None:
    """By adding up binomial probabilities: on average over shares about 95 %, for 20 examples."""
    n, held = 20, []
    for share in np.linspace(0.05, 0.95, 19):
        ways = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
        ends = [share_interval(k, n) for k in range(n + 1)]
        held.append(sum(w for w, (low, high) in zip(ways, ends, strict=True) if low <= share <= high))
    assert 0.94 < np.mean(held) < 0.97
    assert min(held) > 0.89


def test_likelihood_by_hand() -> None:
    found = scores(np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]]))
    assert found.log_likelihood == pytest.approx(math.log(0.48))
    assert found.cross_entropy == -found.log_likelihood
    assert found.squared_error == pytest.approx(0.5 * (0.04 + 0.16))
    assert found.per_example == pytest.approx(math.sqrt(0.48))
    choice = scores(np.array([[0.7, 0.2, 0.1]]), np.array([[0.0, 1.0, 0.0]]), are_exclusive=True)
    assert choice.log_likelihood == pytest.approx(math.log(0.2))
    assert scores(np.array([[0.0]]), np.array([[1.0]])).log_likelihood == -math.inf


def test_thresholds_by_hand() -> None:
    half = at_threshold(OUTPUTS, IS_CLASS, 0.5)
    assert (half.hits, half.misses, half.false_alarms, half.rejections) == (3, 1, 0, 2)
    low = at_threshold(OUTPUTS, IS_CLASS, 0.15)
    assert (low.hits, low.misses, low.false_alarms, low.rejections) == (4, 0, 1, 1)
    assert (half.wrong, low.wrong, low.total) == (1, 1, 6)
    assert at_threshold(OUTPUTS, IS_CLASS, 0.0).false_alarms == 2


@pytest.mark.parametrize(
    ("network", "loss", "options"),
    [
        ({"layers": [2, 1], "activations": ["sigmoid"]}, "cross_entropy", {}),
        ({"layers": [2, 3], "activations": ["sigmoid"]}, "cross_entropy", {"classes": 3, "n": 30}),
        ({"layers": [2, 3], "activations": ["softmax"]}, "categorical_cross_entropy", {"classes": 3, "n": 30}),
    ],
)
def test_the_loss_is_the_negative_log_likelihood(network: dict[str, Any], loss: str, options: dict[str, Any]) -> None:
    model = blobs(network, loss, **options)
    params = model.initial_params()
    measured = model.evaluate(params)["training"]
    assert measured is not None
    found = judge(model, params, model.examples.training, 0)
    assert found.scores.cross_entropy == pytest.approx(measured.loss)
    assert found.scores.squared_error == pytest.approx(0.5 * measured.sse)


def test_huge_weights_give_a_finite_likelihood() -> None:
    model = blobs(n=10)
    found = judge(model, np.array([1e4, -3e4, 0.0]), model.examples.training, 0)
    assert math.isfinite(found.scores.log_likelihood)
    assert found.scores.log_likelihood < -1000


@pytest.mark.parametrize(("classes", "coding"), [(2, "zero_one"), (2, "tenth_nine_tenths"), (3, "zero_one")])
def test_true_probabilities_are_the_shares_that_are_observed(classes: int, coding: str) -> None:
    network = {"layers": [2, 1 if classes == 2 else classes], "activations": ["sigmoid"]}
    model = blobs(network, "squared_error", classes=classes, coding=coding, n=60_000, seed=3)
    examples = model.examples.training
    truth = true_probabilities(model, examples)
    assert truth is not None
    targets = observed(examples.targets, 0.5)
    for k in range(truth.shape[1]):
        bins = reliability(truth[:, k], targets[:, k] == 1.0, 10)
        assert len(bins) == 10
        assert all(abs(b.share - b.predicted) < 4.5 * math.sqrt(0.25 / b.count) for b in bins)


def test_a_single_unit_can_say_the_truth() -> None:
    model = blobs(seed=5, distance=3.0)
    truth = true_probabilities(model, model.examples.training)
    assert truth is not None
    nets = np.log(truth[:, 0] / (1.0 - truth[:, 0]))
    inputs = np.column_stack((model.examples.training.inputs, np.ones(200)))
    weights, residuals, *_ = np.linalg.lstsq(inputs, nets, rcond=None)
    assert residuals == pytest.approx([0.0], abs=1e-12)
    assert np.hypot(*weights[:2]) == pytest.approx(3.0)


def test_classes_of_unequal_size_are_unequally_probable() -> None:
    found = datasets.expected_targets(Choice.parse({"name": "blobs", "n": 3, "spread": 1.0}), np.zeros((1, 2)))
    assert found is not None
    assert found[0, 0] == pytest.approx(1 / 3)


def test_where_nobody_knows_the_truth() -> None:
    for options in ({"margin": 0.2}, {"spread": 0.0}):
        model = blobs(**options)
        assert true_probabilities(model, model.examples.training) is None
    assert datasets.expected_targets(Choice("moons"), np.zeros((1, 2))) is None
    assert datasets.expected_targets(Choice("unheard_of"), np.zeros((1, 2))) is None


def test_the_curve_without_noise() -> None:
    x = np.array([[-0.5], [0.0], [0.5]])
    for options, wanted in (
        ({"noise": 0.3}, [-1.0, 0.0, 1.0]),
        ({"function": "step"}, [0.0, 1.0, 1.0]),
        ({"function": "formula", "formula": "3*x + 1"}, [-0.5, 1.0, 2.5]),
    ):
        found = datasets.expected_targets(Choice.parse({"name": "function_samples", **options}), x)
        assert found is not None
        assert found[:, 0] == pytest.approx(wanted, abs=1e-12)
    line = datasets.expected_targets(Choice.parse({"name": "linear_noise", "w0": 1.0, "w1": 2.0}), x)
    assert line is not None
    assert line[:, 0] == pytest.approx([0.0, 1.0, 2.0])


def test_reasons() -> None:
    def reason(experiment: Experiment) -> str:
        model = Trainer(experiment).model
        assert isinstance(model, FeedforwardModel)
        return why_no_probabilities(model)

    assert reason(xor()) == ""
    assert "threshold units" in reason(gate("and"))
    assert "−1 and +1" in reason(xor(dataset={"name": "logic_gates", "gate": "xor", "coding": "minus_plus"}))
    numbers = xor(dataset={"name": "function_samples"}, network={"layers": [1, 1], "activations": ["sigmoid"]})
    assert "numbers" in reason(numbers)
