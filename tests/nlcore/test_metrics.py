"""Measures on numbers worked by hand."""

from __future__ import annotations

import numpy as np

from nlcore import metrics


def test_one_output_decides_at_the_midpoint() -> None:
    outputs = np.array([[0.5], [0.499], [0.9], [0.2]])
    targets = np.array([[1.0], [1.0], [0.0], [0.0]])
    found = metrics.measure(1.0, outputs, targets, 0.5, 2)
    assert found is not None
    assert found.accuracy == 0.5  # 0.5 counts as class 1
    assert found.confusion == ((1, 1), (1, 1))
    assert np.isclose(found.sse or 0, 0.25 + 0.501**2 + 0.81 + 0.04)
    assert np.isclose(found.mse or 0, (0.25 + 0.501**2 + 0.81 + 0.04) / 4)


def test_with_plus_and_minus_zero_is_negative() -> None:
    assert metrics.classes(np.array([[0.0], [1e-300], [-1.0]]), 0.0).tolist() == [0, 1, 0]


def test_several_outputs_the_largest_decides_the_first_among_equals() -> None:
    outputs = np.array([[0.4, 0.4, 0.1], [0.1, 0.2, 0.3]])
    targets = np.array([[0.9, 0.1, 0.1], [0.1, 0.1, 0.9]])
    found = metrics.measure(0.0, outputs, targets, 0.5, 3)
    assert found is not None
    assert found.accuracy == 1.0
    assert found.error_rate == 0.0
    assert found.accuracy_all_units == 0.0  # no output reached its target's side of 0.5
    assert found.confusion == ((1, 0, 0), (0, 0, 0), (0, 0, 1))


def test_an_empty_set_and_regression_have_no_counts() -> None:
    assert metrics.measure(0.0, np.empty((0, 2)), np.empty((0, 2)), 0.5, 2) is None
    found = metrics.measure(0.5, np.array([[1.0]]), np.array([[2.0]]), 0.5, None)
    assert found is not None
    assert (found.sse, found.mse, found.accuracy, found.confusion) == (1.0, 1.0, None, None)


def test_what_diverged_is_still_measured() -> None:
    found = metrics.measure(np.nan, np.array([[np.nan]]), np.array([[1.0]]), 0.5, 2)
    assert found is not None
    assert found.accuracy == 0.0
