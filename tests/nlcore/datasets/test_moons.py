"""The data set ``moons``: where the points lie, that seeds decide, that a network learns it and a line does not."""

from __future__ import annotations

import numpy as np

from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes


def test_the_same_seed_gives_the_same_points() -> None:
    assert same(loaded("moons", seed=5, noise=0.1), loaded("moons", seed=5, noise=0.1))
    assert not same(loaded("moons", seed=5), loaded("moons", seed=6))
    data = loaded("moons", n=50, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (25, 10, 15)
    assert data.source == "synthetic"


def test_a_network_learns_it_and_a_line_does_not() -> None:
    assert accuracy(after({"name": "moons"}, [2, 8, 1], ["tanh", "sigmoid"], 150)) >= 0.95
    assert accuracy(after({"name": "moons"}, [2, 1], ["sigmoid"], 50)) < 0.93


def test_without_noise_the_points_lie_on_half_circles() -> None:
    data = loaded("moons", noise=0.0)
    upper = data.training.inputs[data.training.targets[:, 0] == 0.0]
    lower = data.training.inputs[data.training.targets[:, 0] == 1.0]
    np.testing.assert_allclose(np.hypot(upper[:, 0] + 0.5, upper[:, 1] + 0.25), 1.0)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 0.5, lower[:, 1] - 0.25), 1.0)
    assert upper[:, 1].min() >= -0.25
    assert lower[:, 1].max() <= 0.25
