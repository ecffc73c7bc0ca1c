"""Homogeneous coordinates of a few points, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.errors import DataError
from nlcore.theory.homogeneous import checked_labels, homogeneous, join, signed_examples, split


def test_a_one_is_put_in_front_and_the_label_folds_the_classes() -> None:
    inputs = np.array([[2.0, 3.0], [4.0, 5.0]])
    assert homogeneous(inputs).tolist() == [[1, 2, 3], [1, 4, 5]]
    assert signed_examples(inputs, [1, -1]).tolist() == [[1, 2, 3], [-1, -4, -5]]
    assert signed_examples(inputs, np.array([[-1.0], [1.0]])).tolist() == [[-1, -2, -3], [1, 4, 5]]
    assert inputs.tolist() == [[2, 3], [4, 5]]


def test_join_and_split() -> None:
    assert join(-1.5, [1.0, 2.0]).tolist() == [-1.5, 1.0, 2.0]
    bias, weights = split([-1.5, 1.0, 2.0])
    assert (bias, weights.tolist()) == (-1.5, [1.0, 2.0])


@pytest.mark.parametrize(
    ("inputs", "message"),
    [([1.0, 2.0], "1 dimensions"), (np.empty((0, 3)), "no examples"), ([[0.0, np.inf]], "input 2 of example 1")],
)
def test_wrong_inputs_are_told(inputs: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        homogeneous(inputs)


@pytest.mark.parametrize(
    ("labels", "message"), [([1, 1, 1], "expected 2 labels"), ([1, 0], "example 2 is 0"), ([np.nan, 1], "1 is nan")]
)
def test_wrong_labels_are_told(labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        checked_labels(labels, 2)
