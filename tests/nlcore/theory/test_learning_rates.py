"""Limits of the learning rate by hand, by the Hessian, and by training just below and above them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.records import FloatArray
from nlcore.theory.homogeneous import homogeneous
from nlcore.theory.learning_rates import (
    eigenvalues,
    error_factors,
    hessian,
    largest_stable_rate,
    learning_rates,
    per_example_rates,
    shrink_rates,
)
from nlcore.trainer import Trainer

RNG = np.random.default_rng(11)
INPUTS = RNG.normal([0.5, -1.0], [1.0, 0.6], (30, 2))
TARGETS = (INPUTS @ [2.0, -1.0] + 0.5 + 0.3 * RNG.normal(size=30))[:, None]


def test_by_hand() -> None:
    """Inputs -1 and 3: H = [[2, 2], [2, 10]], eigenvalues 6 -+ sqrt 20."""
    inputs = [[-1.0], [3.0]]
    assert hessian(inputs).tolist() == [[2, 2], [2, 10]]
    assert hessian(inputs, "mean").tolist() == [[1, 1], [1, 5]]
    low, high = 6 - math.sqrt(20), 6 + math.sqrt(20)
    found = learning_rates(inputs)
    assert (found.lambda_min, found.lambda_max, found.rank) == (pytest.approx(low), pytest.approx(high), 2)
    assert found.largest_stable == pytest.approx(2 / high)
    assert found.fastest == pytest.approx(1 / 6)
    assert found.factor == pytest.approx((high / low - 1) / (high / low + 1))
    assert learning_rates(inputs, momentum=0.5).largest_stable == pytest.approx(3 / high)
    assert learning_rates(inputs, "mean").largest_stable == pytest.approx(4 / high)
    np.testing.assert_allclose(per_example_rates(inputs), [1.0, 0.2])


@pytest.mark.parametrize("shape", [(30, 2), (4, 9), (1, 1)])
def test_eigenvalues_are_those_of_the_hessian(shape: tuple[int, int]) -> None:
    inputs = np.random.default_rng(3).normal(size=shape)
    found = eigenvalues(inputs)
    np.testing.assert_allclose(found, np.linalg.eigvalsh(hessian(inputs)), atol=1e-13 * found[-1])
    assert learning_rates(inputs).rank == min(shape[0], shape[1] + 1)


def test_a_constant_feature_leaves_one_axis_flat() -> None:
    inputs = np.column_stack([INPUTS, np.full(30, 2.0)])
    found, without = learning_rates(inputs), learning_rates(INPUTS)
    assert (eigenvalues(inputs)[0], found.rank) == (0.0, 3)
    assert found.lambda_min > 0.0
    assert without.rank == 3


def test_the_fastest_rate_treats_both_extreme_axes_alike() -> None:
    found, curved = learning_rates(INPUTS), eigenvalues(INPUTS)
    factors = error_factors(curved, found.fastest)
    assert factors[0] == pytest.approx(found.factor)
    assert factors[-1] == pytest.approx(-found.factor)
    for other in (0.9 * found.fastest, 1.1 * found.fastest):
        assert np.max(np.abs(error_factors(curved, other))) > found.factor
    assert np.max(np.abs(error_factors(curved, found.largest_stable))) == pytest.approx(1.0)


def trained(rate: float, epochs: int, **training: Any) -> FloatArray:
    """Return (w0, w1, w2) of a linear unit after some epochs of gradient descent, by the trainer."""
    data = Data(
        name="line",
        source="by hand",
        training=ExampleSet.of(INPUTS, TARGETS),
        validation=no_examples(2, 1),
        test=no_examples(2, 1),
        input_names=("x1", "x2"),
        output_names=("o",),
    )
    settings = {"rule": "backpropagation", "mode": "batch", "learning_rate": rate, **training}
    experiment = Experiment.from_dict(
        {"network": {"layers": [2, 1], "activations": ["linear"]}, "training": settings, "seed": 3}
    )
    trainer = Trainer(experiment, data)
    params = trainer.advance(trainer.initial_state(), epochs * len(INPUTS)).params
    return np.array([params[2], params[0], params[1]])


def distance(vector: FloatArray) -> float:
    """Return how far weights are from those with the least squared error."""
    best = np.linalg.lstsq(homogeneous(INPUTS), TARGETS[:, 0], rcond=None)[0]
    return float(np.linalg.norm(vector - best))


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("gradient", ["sum", "mean"])
def test_training_converges_below_the_largest_stable_rate_and_diverges_above(gradient: Any, momentum: float) -> None:
    limit = learning_rates(INPUTS, gradient, momentum=momentum).largest_stable
    below = [distance(trained(0.99 * limit, n, momentum=momentum, gradient=gradient)) for n in (0, 1600)]
    above = [distance(trained(1.01 * limit, n, momentum=momentum, gradient=gradient)) for n in (0, 600)]
    assert below[1] < 1e-10 * below[0]
    assert above[1] > 1e3 * above[0]


def test_training_at_the_fastest_rate_shrinks_the_distance_by_the_factor() -> None:
    found = learning_rates(INPUTS)
    before, after = (distance(trained(found.fastest, n)) for n in (0, 20))
    assert after <= before * found.factor**20 * (1 + 1e-9)
    later = distance(trained(found.fastest, 21))
    assert later / after == pytest.approx(found.factor, rel=1e-3)  # only the extreme axes are left


def test_one_example_above_its_limit_misses_its_target_by_more() -> None:
    x, target, w = np.array([1.0, 2.0, -1.0]), 1.0, np.array([0.3, -0.2, 0.4])
    limit = per_example_rates([x[1:]])[0]
    assert limit == pytest.approx(2 / 6)
    for share in (0.5, 0.99, 1.01):
        after = w + share * limit * (target - w @ x) * x
        assert target - after @ x == pytest.approx((1 - 2 * share) * (target - w @ x))
        assert bool(abs(target - after @ x) < abs(target - w @ x)) is (share < 1)


def test_wrong_arguments_are_told() -> None:
    with pytest.raises(ValueError, match='"sum" or "mean"'):
        hessian(INPUTS, "median")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="momentum"):
        learning_rates(INPUTS, momentum=1.0)
    with pytest.raises(ValueError, match="eigenvalue"):
        largest_stable_rate(0.0)


def test_without_momentum_a_step_leaves_the_size_of_the_factor() -> None:
    found = eigenvalues(INPUTS)
    for rate in (0.001, 0.02, 0.5):
        assert shrink_rates(found, rate) == pytest.approx(np.abs(error_factors(found, rate)))


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
def test_the_distance_shrinks_as_fast_as_it_says(momentum: float) -> None:
    """Follow e(n+1) = (1 + alpha - eta lambda) e(n) - alpha e(n-1) for a thousand steps along two axes."""
    curvature, rate = np.array([0.4, 3.0]), 0.5
    before, now, logs = np.ones(2), np.ones(2) * 0.7, np.zeros(2)
    for _ in range(1000):
        before, now = now, (1.0 + momentum - rate * curvature) * now - momentum * before
        length = np.hypot(before, now)
        before, now, logs = before / length, now / length, logs + np.log(length)
    assert np.exp(logs / 1000) == pytest.approx(shrink_rates(curvature, rate, momentum), rel=5e-3)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_limit_is_where_the_steepest_axis_no_longer_shrinks(momentum: float) -> None:
    found = eigenvalues(INPUTS)
    limit = largest_stable_rate(float(found[-1]), momentum)
    assert shrink_rates(found, 0.999 * limit, momentum).max() < 1.0 < shrink_rates(found, 1.001 * limit, momentum).max()
    with pytest.raises(ValueError, match="momentum"):
        shrink_rates(found, 0.1, 1.0)
