"""The line halfway between two means, by hand and by its definition."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import DataError
from nlcore.theory.basic_linear_classifier import basic_linear_classifier
from tests.nlcore.theory.figure_7_5 import LABELS, POINTS


def test_by_hand() -> None:
    """Means (3, 1) and (1, 0): w = (2, 1), t = (10 - 1) / 2."""
    found = basic_linear_classifier([[2, 1], [4, 1], [1, -1], [1, 1]], [1, 1, -1, -1])
    assert (found.weights.tolist(), found.bias) == ([2.0, 1.0], -4.5)
    assert found.vector.tolist() == [-4.5, 2.0, 1.0]


@pytest.mark.parametrize("seed", sorted(POINTS))
def test_the_line_passes_halfway_between_the_means_at_a_right_angle(seed: int) -> None:
    inputs = POINTS[seed]
    found = basic_linear_classifier(inputs, LABELS)
    positive, negative = inputs[:10].mean(axis=0), inputs[10:].mean(axis=0)
    halfway = (positive + negative) / 2
    assert found.weights @ halfway + found.bias == pytest.approx(0.0, abs=1e-12)
    assert found.weights[0] * (positive - negative)[1] == pytest.approx(found.weights[1] * (positive - negative)[0])
    assert found.weights @ positive + found.bias > 0.0 > found.weights @ negative + found.bias


def test_equal_means_give_zero_weights() -> None:
    assert basic_linear_classifier([[0.0], [2.0], [1.0]], [1, 1, -1]).vector.tolist() == [0.0, 0.0]


def test_both_classes_are_needed() -> None:
    with pytest.raises(DataError, match="both classes"):
        basic_linear_classifier(np.ones((3, 2)), [1, 1, 1])
