"""The data set ``checkerboard``: the cells, the seeds, and that a network learns it and a line does not."""

from __future__ import annotations

import numpy as np

from tests.nlcore.datasets.loading import accuracy, after, loaded, same, sizes


def test_the_same_seed_gives_the_same_points() -> None:
    assert same(loaded("checkerboard", seed=5, noise=0.1), loaded("checkerboard", seed=5, noise=0.1))
    assert not same(loaded("checkerboard", seed=5), loaded("checkerboard", seed=6))
    data = loaded("checkerboard", n=50, validation_fraction=0.2, test_fraction=0.3)
    assert sizes(data) == (25, 10, 15)
    assert data.source == "synthetic"


def test_a_network_learns_it_and_a_line_does_not() -> None:
    assert accuracy(after({"name": "checkerboard"}, [2, 8, 1], ["tanh", "sigmoid"], 150)) >= 0.95
    assert accuracy(after({"name": "checkerboard"}, [2, 1], ["sigmoid"], 50)) < 0.92


def test_each_point_lies_in_a_cell_of_its_class() -> None:
    for cells in (2, 3, 5):
        data = loaded("checkerboard", cells=cells, n=300)
        cell = np.floor((data.training.inputs + 1.0) / 2.0 * cells).astype(int)
        assert cell.min() >= 0
        assert cell.max() < cells
        np.testing.assert_array_equal(cell.sum(axis=1) % 2, data.training.targets[:, 0])
