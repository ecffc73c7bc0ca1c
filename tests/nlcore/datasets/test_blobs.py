"""The data set ``blobs``: the margin is really kept, seeds decide, overlapping clouds overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes


@settings(max_examples=60)
@given(
    st.integers(0, 2**53),
    st.integers(2, 8),
    st.floats(0.01, 100.0),
    st.floats(0.0, 1.0),
    st.floats(0.0, 20.0),
)
def test_the_margin_is_guaranteed(seed: int, k: int, distance: float, share: float, spread: float) -> None:
    margin = 0.49 * distance * share
    data = loaded("blobs", seed=seed, classes=k, distance=distance, spread=spread, margin=min(margin, 0.49 * distance))
    points, targets = data.training.inputs, data.training.targets
    classes = (targets[:, 0] > 0.5).astype(int) if k == 2 else targets.argmax(axis=1)
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0.0, 2.0 * np.pi) + 2.0 * np.pi * np.arange(k) / k
    centres = 0.5 * distance / np.sin(np.pi / k) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for i in range(k):
        for j in range(k):
            if i != j:
                normal = (centres[i] - centres[j]) / np.linalg.norm(centres[i] - centres[j])
                side = (points[classes == i] - (centres[i] + centres[j]) / 2) @ normal
                assert side.min() >= margin * (1 - 1e-9) - 1e-12


def test_the_perceptron_ends_on_separable_blobs() -> None:
    dataset: dict[str, object] = {"name": "blobs", "margin": 0.2, "coding": "minus_plus", "spread": 1.0}
    measured = after(
        dataset, [2, 1], ["threshold"], 100, rule="perceptron", initializer="zero", mode="incremental", order="fixed"
    )
    assert accuracy(measured) == 1.0
    overlapping = after(
        {"name": "blobs", "spread": 2.0, "coding": "minus_plus"},
        [2, 1],
        ["threshold"],
        20,
        rule="perceptron",
        mode="incremental",
    )
    assert 0.5 < accuracy(overlapping) < 0.95


def test_shapes_coding_and_notes() -> None:
    data = loaded("blobs", n=10, classes=3, coding="tenth_nine_tenths")
    assert data.training.targets[:3].tolist() == [[0.9, 0.1, 0.1], [0.1, 0.9, 0.1], [0.1, 0.1, 0.9]]
    assert data.notes == ()
    two = loaded("blobs", n=4, coding="minus_plus", margin=0.5)
    assert two.training.targets.ravel().tolist() == [-1.0, 1.0, -1.0, 1.0]
    assert two.midpoint == 0.0
    assert "linearly separable" in two.notes[0]


def test_seeds() -> None:
    assert same(loaded("blobs", seed=3), loaded("blobs", seed=3))
    assert not same(loaded("blobs", seed=3), loaded("blobs", seed=4))
    parts = loaded("blobs", validation_fraction=0.2, test_fraction=0.3)
    assert sizes(parts) == (100, 40, 60)
    assert not same(parts, loaded("blobs", validation_fraction=0.2, test_fraction=0.3, split_seed=2))
    together = np.concatenate([s.inputs for s in parts.sets.values()])
    assert {tuple(x) for x in together} == {tuple(x) for x in loaded("blobs").training.inputs}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"margin": 1.0}, "margin .1. is above 0.49 of the distance"),
        ({"n": 1}, "dataset.n"),
        ({"n": 3, "classes": 4}, "smaller than the number of classes"),
        ({"test_fraction": 0.6, "validation_fraction": 0.4}, "leave nothing to train on"),
        ({"coding": "one"}, "dataset.coding: unknown value 'one'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        loaded("blobs", **options)
