"""Bumps: their shape, that they add up to one, and that the bound on the error holds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.records import FloatArray
from nlcore.theory.bumps import build, error_bound, middles


def sine(x: FloatArray) -> FloatArray:
    return np.asarray(np.sin(np.pi * x))


def test_one_bump_by_hand() -> None:
    """A single bump over 0 to 1, height 3: it begins one width early, ends one late, and its slope is 20."""
    made = build(lambda x: 6.0 * x, 0.0, 1.0, 1)
    assert (made.starts.tolist(), made.ends.tolist(), made.heights.tolist(), made.slope) == ([-1.0], [2.0], [3.0], 20.0)
    s = 1.0 / (1.0 + np.exp(-20.0))
    assert made(np.array([0.0]))[0] == pytest.approx(3.0 * (s - 1.0 / (1.0 + np.exp(40.0))))
    assert made(np.array([-1.0]))[0] == pytest.approx(1.5)


def test_where_two_bumps_meet_the_output_is_halfway() -> None:
    made = build(lambda x: x, 0.0, 2.0, 2)
    assert middles(0.0, 2.0, 2).tolist() == [0.5, 1.5]
    assert made(np.array([1.0]))[0] == pytest.approx(1.0)


def test_all_bumps_together_are_one() -> None:
    made = build(np.ones_like, -1.0, 1.0, 7)
    x = np.linspace(-1.0, 1.0, 201)
    assert made(x) == pytest.approx(np.ones(201), abs=5e-9)
    assert np.all(made.parts(x) >= 0.0)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.floats(0.5, 60.0),
    st.floats(-5.0, 5.0),
    st.floats(0.1, 4.0),
    st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=9),
)
def test_the_error_is_below_the_bound(n: int, steepness: float, low: float, width: float, values: list[float]) -> None:
    """For lines through any points: the curve changes over a way by at most the steepest slope times the way."""
    places = np.linspace(low, low + width, len(values))

    def curve(x: FloatArray) -> FloatArray:
        return np.interp(x, places, values)

    slope = float(np.abs(np.diff(values) / np.diff(places)).max())
    x = np.linspace(low, low + width, 400)
    apart = np.abs(build(curve, low, low + width, n, steepness)(x) - curve(x))
    assert apart.max() <= error_bound(slope * 1.5 * width / n, max(map(abs, values)), steepness) + 1e-9


def test_the_error_goes_to_zero_for_a_continuous_curve_but_not_for_a_step() -> None:
    x = np.linspace(-1.0, 1.0, 20_001)
    errors = [float(np.abs(build(sine, -1.0, 1.0, n)(x) - sine(x)).max()) for n in (5, 10, 20, 40, 80, 160)]
    assert all(b < 0.6 * a for a, b in pairwise(errors))
    assert errors[-1] < 0.02

    def step(x: FloatArray) -> FloatArray:
        return np.where(x < 0.0, 0.0, 1.0)

    steps = [build(step, -1.0, 1.0, n)(x) - step(x) for n in (10, 40, 160)]
    assert all(float(np.abs(e).max()) == pytest.approx(0.5, abs=0.02) for e in steps)
    squares = [float(np.mean(e**2)) for e in steps]
    assert squares == pytest.approx([squares[0], squares[0] / 4, squares[0] / 16], rel=0.05)
