"""The counter-based random numbers: right bits, no shared streams, plausible distributions."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore import random
from nlcore.ordering import FIXED, RANDOM, SHUFFLED, epoch_order, example_at


def test_first_values_are_those_of_splitmix64() -> None:
    """The published generator with seed 1234567 begins with these numbers."""
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [random.bits_at(1234567, i) for i in range(3)] == known
    assert random.bits_array(1234567, 3).tolist() == known


def test_purposes_and_parts_have_streams_of_their_own() -> None:
    keys = [random.key(purpose, seed, part) for purpose in range(1, 6) for seed in range(50) for part in range(20)]
    assert len(set(keys)) == len(keys)


def test_uniform_and_normal_have_their_moments() -> None:
    unit = random.uniform(random.key(random.START_WEIGHTS, 3), 100_000, -1.0, 3.0)
    assert unit.min() >= -1.0
    assert unit.max() < 3.0
    assert abs(unit.mean() - 1.0) < 0.02
    assert abs(unit.var() - 16 / 12) < 0.02
    bell = random.normal(random.key(random.START_WEIGHTS, 3), 100_000, 2.0, 0.5)
    assert abs(bell.mean() - 2.0) < 0.01
    assert abs(bell.std() - 0.5) < 0.01
    assert np.all(np.isfinite(bell))


def test_permutation_is_one_and_every_place_is_equally_likely() -> None:
    counts = np.zeros((5, 5))
    for epoch in range(5000):
        order = epoch_order(SHUFFLED, 1, epoch, 5, 5 * epoch)
        assert sorted(order) == [0, 1, 2, 3, 4]
        counts[np.arange(5), order] += 1
    assert np.all(np.abs(counts / 5000 - 0.2) < 0.03)


def test_random_order_draws_with_replacement() -> None:
    drawn = np.concatenate([epoch_order(RANDOM, 1, epoch, 7, 7 * epoch) for epoch in range(2000)])
    assert np.all(np.abs(np.bincount(drawn, minlength=7) / len(drawn) - 1 / 7) < 0.02)
    assert any(len(set(epoch_order(RANDOM, 1, epoch, 7, 7 * epoch).tolist())) < 7 for epoch in range(5))


@pytest.mark.parametrize("code", [FIXED, SHUFFLED, RANDOM])
@pytest.mark.parametrize("n", [1, 2, 3, 10, 61])
def test_one_place_of_an_order_is_found_without_the_others(code: int, n: int) -> None:
    for epoch in range(40):
        order = epoch_order(code, 5, epoch, n, n * epoch).tolist()
        assert [example_at(code, 5, epoch, n, n * epoch, place) for place in range(n)] == order
