"""The data set ``circles``: where the points lie, that seeds decide, that a network learns it and a line does not."""

from __future__ import annotations

import numpy as np

from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes


def test_the_same_seed_gives_the_same_points() -> None:
    assert same(loaded("circles", seed=5, noise=0.1), loaded("circles", seed=5, noise=0.1))
    assert not same(loaded("circles", seed=5), loaded("circles", seed=6))
    data = loaded("circles", n=50, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (25, 10, 15)
    assert data.source == "synthetic"


def test_a_network_learns_it_and_a_line_does_not() -> None:
    assert accuracy(after({"name": "circles"}, [2, 6, 1], ["tanh", "sigmoid"], 60)) >= 0.95
    assert accuracy(after({"name": "circles"}, [2, 1], ["sigmoid"], 50)) < 0.92


def test_without_noise_the_points_lie_on_circles() -> None:
    data = loaded("circles", noise=0.0, inner_radius=0.3, coding="minus_plus")
    radii = np.hypot(*data.training.inputs.T)
    np.testing.assert_allclose(radii, np.where(data.training.targets[:, 0] > 0, 0.3, 1.0))
