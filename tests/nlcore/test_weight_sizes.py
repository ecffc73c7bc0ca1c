"""Sizes of weights: by hand, for many vectors at once, and each vector worked out once."""

from __future__ import annotations

import numpy as np

from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.trainer import Trainer
from nlcore.weight_sizes import LARGEST, SQUARES, SizesKnown, weight_sizes
from tests.nlcore.examples import xor


def layout() -> Layout:
    model = Trainer(xor(network={"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"]})).model
    assert isinstance(model, FeedforwardModel)
    return model.layout


def test_by_hand() -> None:
    params = np.array([1.0, 2.0, 0.0, 0.0, 2.0, 0.0, 0.0, -4.0, 3.0])  # six of the hidden units, three of the output
    assert weight_sizes(layout(), params).tolist() == [3.0, 5.0, 4.0, 34.0]


def test_the_squares_are_those_of_the_layers() -> None:
    params = np.random.default_rng(1).normal(size=(20, 9))
    rows = weight_sizes(layout(), params)
    assert rows.shape == (20, 4)
    np.testing.assert_allclose(rows[:, SQUARES], (rows[:, :LARGEST] ** 2).sum(axis=1))
    np.testing.assert_allclose(rows[:, SQUARES], (params**2).sum(axis=1))
    np.testing.assert_array_equal(rows[:, LARGEST], np.abs(params).max(axis=1))
    np.testing.assert_array_equal(rows[7], weight_sizes(layout(), params[7]))


def test_numbers_out_of_range_are_no_fault() -> None:
    assert weight_sizes(layout(), np.full(9, 1e200)).tolist()[LARGEST:] == [1e200, np.inf]
    assert np.isnan(weight_sizes(layout(), np.full(9, np.nan))).all()


def test_what_is_known_is_not_worked_out_again_and_what_is_too_much_waits() -> None:
    vectors = [np.full(9, float(k)) for k in range(4)]
    known = SizesKnown(layout())
    rows, is_whole = known.rows(vectors, 18)
    assert not is_whole
    assert rows[:2, LARGEST].tolist() == [0.0, 1.0]
    assert np.isnan(rows[2:]).all()
    rows, is_whole = known.rows(vectors, 18)
    assert is_whole
    assert rows[:, LARGEST].tolist() == [0.0, 1.0, 2.0, 3.0]
    again, is_whole = known.rows(vectors[:3], 0)
    assert is_whole
    np.testing.assert_array_equal(again, rows[:3])
