"""The data set ``spirals``: where the points lie, that seeds decide, that a network learns it and a line does not."""

from __future__ import annotations

import numpy as np

from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes


def test_the_same_seed_gives_the_same_points() -> None:
    assert same(loaded("spirals", seed=5, noise=0.1), loaded("spirals", seed=5, noise=0.1))
    assert not same(loaded("spirals", seed=5), loaded("spirals", seed=6))
    data = loaded("spirals", n=50, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (25, 10, 15)
    assert data.source == "synthetic"


def test_a_network_learns_it_and_a_line_does_not() -> None:
    assert accuracy(after({"name": "spirals"}, [2, 20, 10, 1], ["tanh", "tanh", "sigmoid"], 800)) >= 0.9
    assert accuracy(after({"name": "spirals"}, [2, 1], ["sigmoid"], 50)) < 0.92


def test_the_arms_are_turned_copies_of_each_other() -> None:
    data = loaded("spirals", arms=3, turns=2.0)
    points, arm = data.training.inputs, data.training.targets.argmax(axis=1)
    angle = np.arctan2(points[:, 1], points[:, 0]) / (2.0 * np.pi)
    off = angle - 2.0 * np.hypot(*points.T) - arm / 3
    np.testing.assert_allclose(off - np.round(off), 0.0, atol=1e-9)
    assert data.class_names == ("arm 1", "arm 2", "arm 3")
