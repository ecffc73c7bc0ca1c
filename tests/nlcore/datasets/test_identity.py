"""The data set ``identity``: every pattern is its own target, and the coding only changes the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.errors import ExperimentError
from tests.nlcore.datasets.loading import loaded, sizes


def test_targets_are_the_inputs() -> None:
    data = loaded("identity")
    assert sizes(data) == (8, 0, 0)
    assert np.array_equal(data.training.inputs, np.eye(8))
    assert np.array_equal(data.training.targets, data.training.inputs)
    assert data.training.names[1] == "01000000"
    assert data.midpoint == 0.5


def test_other_targets_and_sizes() -> None:
    data = loaded("identity", n=3, coding="tenth_nine_tenths")
    assert data.training.names == ("100", "010", "001")
    assert np.array_equal(data.training.inputs, np.eye(3))
    assert data.training.targets == pytest.approx(0.1 + 0.8 * np.eye(3))


@pytest.mark.parametrize("options", [{"n": 1}, {"n": 65}, {"coding": "minus_plus"}])
def test_what_does_not_fit_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ExperimentError, match=r"^dataset\."):
        loaded("identity", **options)
