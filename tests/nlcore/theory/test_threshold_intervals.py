"""Intervals of the bias, by hand, and tried at and beside their ends."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore.datasets.logic_gates import TRUTH
from nlcore.theory.threshold_intervals import Coding, Interval, bias_interval, cases, m_of_n, m_of_n_interval

CODINGS: tuple[Coding, ...] = ("zero_one", "minus_plus")


@pytest.mark.parametrize(
    ("gate", "coding", "low", "high"),
    [
        ("and", "zero_one", -1.0, -0.5),
        ("or", "zero_one", -0.5, 0.0),
        ("and", "minus_plus", -1.0, 0.0),
        ("or", "minus_plus", 0.0, 1.0),
    ],
)
def test_and_and_or_with_weights_one_half(gate: str, coding: Coding, low: float, high: float) -> None:
    assert bias_interval([0.5, 0.5], TRUTH[gate], coding) == Interval(low, high)


def test_the_trap_of_the_two_codings() -> None:
    """Mitchell's -0.8 is AND in both codings; -0.3 is OR for 0/1, but AND again for -1/+1, where OR needs +0.3."""
    w = [0.5, 0.5]
    both = {gate: [bias_interval(w, TRUTH[gate], coding) for coding in CODINGS] for gate in ("and", "or")}
    holds = {gate: [[b in i for b in (-0.8, -0.3, 0.3)] for i in found if i] for gate, found in both.items()}
    assert holds["and"] == [[True, False, False], [True, True, False]]
    assert holds["or"] == [[False, True, False], [False, False, True]]


@pytest.mark.parametrize("coding", CODINGS)
def test_nand_and_nor_by_negated_weights_xor_by_none(coding: Coding) -> None:
    for gate, bias in (("nand", 0.8), ("nor", 0.3 if coding == "zero_one" else -0.3)):
        interval = bias_interval([-0.5, -0.5], TRUTH[gate], coding)
        assert interval is not None
        assert bias in interval
    grid = np.linspace(-2, 2, 9)
    assert all(bias_interval([a, b], TRUTH["xor"], coding) is None for a in grid for b in grid)


@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=4), st.integers(-6, 6), st.sampled_from(CODINGS), st.booleans()
)
def test_an_interval_holds_exactly_the_biases_that_are_right(
    weights: list[int], bias: int, coding: Coding, flip: bool
) -> None:
    """Whole numbers and halves: every bias is tried by the unit itself."""
    sums = cases(len(weights), coding) @ np.array(weights)
    truth = ((sums + bias > 0) ^ flip).tolist()
    interval = bias_interval(weights, truth, coding)
    right = [b for b in np.arange(-40, 41) / 2 if ((sums + b > 0) == truth).all()]
    if interval is None:
        assert not right
        return
    assert right == [b for b in np.arange(-40, 41) / 2 if b in interval]
    assert interval.midpoint in interval


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(("m", "n"), [(m, n) for n in range(1, 7) for m in range(1, n + 1)])
def test_m_of_n(m: int, n: int, coding: Coding) -> None:
    interval = m_of_n_interval(m, n, 0.5, coding)
    assert interval == bias_interval([0.5] * n, m_of_n(m, n), coding)
    assert interval.midpoint == (-(m - 0.5) / 2 if coding == "zero_one" else 0.5 * (n - 2 * m + 1))
    if coding == "zero_one":
        assert interval == Interval(-m / 2, -(m - 1) / 2)


def test_or_is_1_of_n_and_and_is_n_of_n() -> None:
    assert m_of_n(1, 2) == tuple(map(bool, TRUTH["or"]))
    assert m_of_n(2, 2) == tuple(map(bool, TRUTH["and"]))
    assert m_of_n_interval(3, 1000, 0.25).high == -0.5


def test_always_true_and_always_false() -> None:
    always, never = bias_interval([1.0], [1, 1]), bias_interval([1.0], [0, 0])
    assert (always, never) == (Interval(0.0, math.inf), Interval(-math.inf, -1.0))
    assert [i.midpoint for i in (always, never) if i] == [1.0, -2.0]
    assert Interval(-math.inf, math.inf).midpoint == 0.0


def test_cases_count_up() -> None:
    assert cases(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert cases(1, "minus_plus").tolist() == [[-1], [1]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bias_interval([1.0, 1.0], [0, 1]), "4 cases, but 2"),
        (lambda: bias_interval([1.0], [0, 2]), "true and false"),
        (lambda: cases(0), "at least one input"),
        (lambda: cases(2, "gray"), "one of zero_one, minus_plus"),  # type: ignore[arg-type]
        (lambda: m_of_n(0, 2), "from 1 to n = 2, not 0"),
        (lambda: m_of_n_interval(1, 2, 0.0), "weight must be positive"),
    ],
)
def test_wrong_arguments_are_told(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
