"""Truth tables as data: every function, both codings, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from nlcore.datasets import Data, load
from nlcore.errors import ExperimentError
from nlcore.experiment import Choice
from nlcore.theory.boolean_functions import named


def data(**options: Any) -> Data:
    found = load(Choice.parse({"name": "truth_table", **options}))
    assert isinstance(found, Data)
    return found


def test_all_cases_in_order() -> None:
    found = data(n=2, truth="0100")
    assert found.training.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert found.training.targets.ravel().tolist() == [0, 1, 0, 0]
    assert found.training.names == ("00", "01", "10", "11")
    assert (found.input_names, found.class_names, found.midpoint) == (("x1", "x2"), ("false", "true"), 0.5)
    assert len(found.test) == len(found.validation) == 0


@pytest.mark.parametrize("n", range(1, 6))
def test_codings(n: int) -> None:
    found = data(n=n, coding="minus_plus")
    assert set(found.training.inputs.ravel().tolist()) == {-1.0, 1.0}
    assert found.training.targets.ravel().tolist() == [2 * value - 1 for value in named("parity", n)]
    assert found.midpoint == 0.0
    mixed = data(n=n, coding="minus_plus", target_coding="zero_one")
    assert mixed.training.targets.ravel().tolist() == list(named("parity", n))
    assert mixed.midpoint == 0.5


@pytest.mark.parametrize(("truth", "value"), [("never", 0.0), ("always", 1.0), ("0000", 0.0), ("1111", 1.0)])
def test_constant_functions(truth: str, value: float) -> None:
    assert data(n=2, truth=truth).training.targets.ravel().tolist() == [value] * 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 2, "truth": "01101001"}, "truth has 8 values, but 2 inputs .* make 4 cases"),
        ({"n": 2, "truth": "0a10"}, "truth must be zeros and ones"),
        ({"n": 6}, "dataset.n"),
        ({"n": 0}, "dataset.n"),
        ({"truth": 3}, "dataset.truth"),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        data(**options)
