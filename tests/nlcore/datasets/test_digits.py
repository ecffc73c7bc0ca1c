"""The data set ``digits``: the shipped table, its classes, its sets, and that a network learns it."""

from __future__ import annotations

import numpy as np
import pytest

import assets
from nlcore.datasets import digits
from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import accuracy, after, checksum, loaded, same, sizes


def test_the_shipped_table() -> None:
    assert checksum("digits.csv.gz") == "89ac5f5c05218c81a84e6e48436727f5ddd432153ea92110ac0fd6a885b4baa4"
    assert assets.path("data/digits.csv.gz").stat().st_size < 100_000
    assert "CC BY 4.0" in assets.path("data/DIGITS-LICENSE.txt").read_text("utf-8")
    pixels, labels = digits.images()
    assert pixels.shape == (1797, 64)
    assert (pixels.min(), pixels.max(), pixels.sum()) == (0.0, 16.0, 561718.0)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_inputs_and_sets() -> None:
    data = loaded("digits")
    assert sizes(data) == (1078, 270, 449)
    assert data.image_shape == (8, 8)
    assert data.class_names == tuple("0123456789")
    assert data.training.inputs.max() == 1.0
    assert data.notes == ("Grey values from 0 to 16 were divided by 16.",)
    assert "Alpaydin" in data.attribution
    for examples in data.sets.values():
        for name, target in zip(examples.names, examples.targets, strict=True):
            assert target[int(name[0])] == 1.0
    assert same(loaded("digits", split_seed=7), loaded("digits", split_seed=7))
    assert not same(data, loaded("digits", split_seed=7))


def test_a_choice_of_digits() -> None:
    data = loaded("digits", digits=[8, 3], coding="minus_plus", n=100, test_fraction=0.5, validation_fraction=0.0)
    assert sizes(data) == (50, 0, 50)
    assert data.class_names == ("8", "3")
    assert data.n_outputs == 1
    for name, target in zip(data.training.names, data.training.targets, strict=True):
        assert target[0] == (1.0 if name[0] == "3" else -1.0)
    with pytest.raises(ExperimentError, match="names a digit twice"):
        loaded("digits", digits=[1, 1])
    with pytest.raises(ExperimentError, match=r"dataset\.digits"):
        loaded("digits", digits=[1, 10])


def test_constant_pixels_are_0_when_standardised_and_it_is_said() -> None:
    data = loaded("digits", standardise=True)
    assert not data.training.inputs[:, 0].any()
    assert any(note.startswith("Constant in the training set, therefore 0 everywhere") for note in data.notes)
    np.testing.assert_allclose(data.training.inputs[:, 20].std(), 1.0)


def test_a_network_learns_to_read() -> None:
    dataset: dict[str, object] = {"name": "digits", "coding": "tenth_nine_tenths"}
    measured = after(dataset, [64, 32, 10], ["sigmoid", "sigmoid"], 25)
    assert accuracy(measured, "test") > 0.9
