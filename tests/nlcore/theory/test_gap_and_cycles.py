"""The gap between two classes against what can be seen, and weights that come back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.errors import DataError
from nlcore.records import FloatArray
from nlcore.theory.cycles import first_cycle
from nlcore.theory.gap import MOST_PAIRS, gap, moved_together
from nlcore.theory.novikoff import largest_margin
from nlcore.theory.separability import separability

AND = ([[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1])


def test_the_gap_of_and_by_hand() -> None:
    """From (1/2, 1/2), the middle of the nearest edge, to (1, 1)."""
    way = gap(*AND)
    assert way is not None
    np.testing.assert_allclose(way, [0.5, 0.5], rtol=1e-12)


def test_closing_the_gap_brings_the_classes_together_and_no_further() -> None:
    way = gap(*AND)
    assert way is not None
    gammas = [largest_margin(moved_together(*AND, way, share), AND[1]).gamma for share in (0.0, 0.5, 0.9, 0.99)]
    assert gammas == sorted(gammas, reverse=True)
    assert gammas[-1] > 0.0
    touching = moved_together(*AND, way, 1.0)
    np.testing.assert_allclose(touching[3], [0.5, 0.5])
    assert not separability(touching, AND[1]).is_separable
    np.testing.assert_array_equal(touching[:3], AND[0][:3])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_no_two_points_are_nearer_than_the_gap_is_wide(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.repeat([1.0, -1.0], 6)
    x = rng.normal(size=(12, 2)) + y[:, None] * rng.uniform(0.5, 2.0)
    way = gap(x, y)
    if way is None:
        assert not separability(x, y).is_separable
        return
    apart = np.linalg.norm(x[y > 0][:, None] - x[y < 0][None], axis=2).min()
    assert np.linalg.norm(way) <= apart * (1 + 1e-9)
    along = x @ way / np.linalg.norm(way)
    assert along[y > 0].min() - along[y < 0].max() == pytest.approx(np.linalg.norm(way), rel=1e-6)
    for share in (0.5, 0.99):
        assert separability(moved_together(x, y, way, share), y).is_separable


def test_no_gap() -> None:
    assert gap([[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1]) is None  # XOR
    assert gap([[0.0], [1.0]], [1, 1]) is None
    many = np.arange(2 * 201.0)[:, None]
    assert MOST_PAIRS < 201 * 201
    assert gap(many, np.repeat([-1.0, 1.0], 201)) is None


def test_wrong_questions_are_told() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        moved_together(*AND, np.array([0.5, 0.5]), 1.5)
    with pytest.raises(DataError, match="the gap has 3 numbers"):
        moved_together(*AND, np.zeros(3), 0.5)


def test_a_cycle_with_a_way_into_it() -> None:
    steps = {0.0: 1.0, 1.0: 2.0, 2.0: 3.0, 3.0: 1.0}

    def after(w: FloatArray) -> FloatArray:
        return np.array([steps[float(w[0])]])

    found = first_cycle(np.array([0.0]), after, 100)
    assert found is not None
    assert (found.begins, found.length) == (1, 3)
    assert [float(w[0]) for w in found.weights] == [1.0, 2.0, 3.0, 1.0]
    assert first_cycle(np.array([0.0]), after, 3) is None


def test_zero_and_minus_zero_are_the_same_weights() -> None:
    found = first_cycle(np.array([0.0]), lambda w: -w, 5)
    assert found is not None
    assert (found.begins, found.length) == (0, 1)
    assert first_cycle(np.array([0.0]), lambda w: w + 1e-300, 5) is None
