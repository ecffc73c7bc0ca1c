"""Separable or not, and the proof checked in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.datasets.logic_gates import TRUTH
from nlcore.theory.novikoff import largest_margin
from nlcore.theory.separability import Inequality, contradiction, separability
from nlcore.theory.threshold_intervals import cases
from tests.nlcore.theory.exact_margin import exact_gamma

CASES = cases(2)


def labels_of(gate: str) -> list[int]:
    return [2 * truth - 1 for truth in TRUTH[gate]]


@pytest.mark.parametrize("gate", sorted(TRUTH))
@pytest.mark.parametrize("coding", [(0, 1), (-1, 1)])
def test_logic_gates(gate: str, coding: tuple[int, int]) -> None:
    inputs = [[coding[int(a)], coding[int(b)]] for a, b in CASES]
    found = separability(inputs, labels_of(gate))
    assert found.is_separable is (gate not in {"xor", "xnor"})
    assert (contradiction(inputs, labels_of(gate)) is None) is found.is_separable
    assert found.margin == largest_margin(inputs, labels_of(gate)).gamma


def test_xor_is_contradicted_by_its_four_inequalities() -> None:
    found = contradiction(CASES, labels_of("xor"))
    assert found is not None
    assert [str(inequality) for inequality in found] == [
        "w0 <= 0",
        "w0 + w2 > 0",
        "w0 + w1 > 0",
        "w0 + w1 + w2 <= 0",
    ]
    np.testing.assert_allclose([inequality.multiplier for inequality in found], 1.0, rtol=1e-12)
    left = sum(np.multiply(i.coefficients, i.multiplier * i.label) for i in found)
    np.testing.assert_allclose(left, 0.0, atol=1e-12)  # the same sum on both sides, > 0 and <= 0
    meeting = separability(CASES, labels_of("xor"))
    assert meeting.meeting_point is not None
    np.testing.assert_allclose(meeting.meeting_point, [0.5, 0.5], rtol=1e-12)


def test_inequalities_as_text() -> None:
    assert str(Inequality(0, 1, (1.0, -2.5, 0.0, 1.0), 1.0)) == "w0 - 2.5 w1 + w3 > 0"
    assert str(Inequality(0, -1, (0.0, -1.0), 1.0)) == "-w1 <= 0"


def small(d: int) -> st.SearchStrategy[list[tuple[int, ...]]]:
    return st.lists(st.tuples(*[st.integers(-3, 3)] * d), min_size=1, max_size=8)


@given(st.integers(1, 3).flatmap(small), st.data())
@settings(max_examples=150)
def test_every_proof_holds(inputs: list[tuple[int, ...]], data: st.DataObject) -> None:
    labels = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(inputs), max_size=len(inputs)))
    found = separability(inputs, labels)
    assert found.is_separable is (exact_gamma(inputs, labels) > 0.0)
    if found.separator is not None:
        assert right_in_fractions(found.separator, inputs, labels)
        return
    assert found.multipliers is not None
    assert found.meeting_point is not None
    y = np.array(labels)
    for label in (1, -1):
        share = 2 * found.multipliers[y == label]
        assert share.min() >= 0.0
        assert share.sum() == pytest.approx(1.0)
        np.testing.assert_allclose(share @ np.array(inputs)[y == label], found.meeting_point, atol=1e-13)
    inequalities = contradiction(inputs, labels)
    assert inequalities is not None
    assert 2 <= len(inequalities) <= len(inputs[0]) + 2


def right_in_fractions(separator: Any, inputs: Any, labels: Any) -> bool:
    w = [Fraction(float(number)) for number in separator]
    nets = [w[0] + sum(a * Fraction(float(b)) for a, b in zip(w[1:], x, strict=True)) for x in inputs]
    return all(net * int(y) > 0 for net, y in zip(nets, labels, strict=True))


@pytest.mark.parametrize("shift", [1e6, 1e9, 1e11])
def test_far_from_the_origin_rescaled_inputs_decide(shift: float) -> None:
    inputs = [[shift + a, 1e-3 * b - shift] for a, b in [(0, 0), (1, 0), (0, 1), (1, 1)]]
    found = separability(inputs, [-1, -1, -1, 1])
    assert found.is_separable
    assert found.separator is not None
    assert right_in_fractions(found.separator, inputs, [-1, -1, -1, 1])
    crossed = separability(inputs, [-1, 1, 1, -1])
    assert not crossed.is_separable
    assert crossed.meeting_point is not None
    np.testing.assert_allclose(crossed.meeting_point, [shift + 0.5, 5e-4 - shift], rtol=1e-15)


def test_where_rounding_spoils_every_separator_the_answer_stands() -> None:
    found = separability([[2.0**52], [2.0**52 + 1.0]], [-1, 1])
    assert (found.is_separable, found.separator, found.margin) == (True, None, 0.0)


def test_one_class_and_contradictory_twins() -> None:
    assert separability([[1.0], [5.0]], [-1, -1]).is_separable
    twins = contradiction([[1.0, 2.0], [7.0, 7.0], [1.0, 2.0]], [1, 1, -1])
    assert twins is not None
    assert [(i.example, i.label) for i in twins] == [(0, 1), (2, -1)]


def test_overlapping_clouds_of_many_points() -> None:
    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(10_000, 12))
    found = separability(inputs, np.where(rng.random(10_000) < 0.5, 1.0, -1.0))
    assert not found.is_separable
    assert found.multipliers is not None
    assert np.count_nonzero(found.multipliers) <= 14
