"""All cases of the Boolean functions, in both codings."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from nlcore.datasets import Data, load
from nlcore.errors import ExperimentError
from nlcore.experiment import Choice, Experiment
from nlcore.fields import fields
from tests.nlcore.examples import gate

PYTHON = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "nand": lambda a, b: not (a and b),
    "nor": lambda a, b: not (a or b),
    "xor": lambda a, b: a != b,
    "xnor": lambda a, b: a == b,
}


def data(**options: Any) -> Data:
    found = load(Choice.parse({"name": "logic_gates", **options}))
    assert isinstance(found, Data)
    return found


@pytest.mark.parametrize("name", PYTHON)
def test_gates_of_two_inputs(name: str) -> None:
    found = data(gate=name)
    wanted = [[float(PYTHON[name](a, b))] for a, b in product((False, True), repeat=2)]
    assert found.training.targets.tolist() == wanted
    assert found.training.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert found.training.names[1] == f"0 {name.upper()} 1"


def test_not_has_one_input() -> None:
    found = data(gate="not", coding="minus_plus")
    assert found.training.inputs.tolist() == [[-1], [1]]
    assert found.training.targets.tolist() == [[1], [-1]]
    assert found.training.names == ("NOT 0", "NOT 1")
    assert (found.n_inputs, found.input_names) == (1, ("x1",))


@pytest.mark.parametrize(("m", "n"), [(m, n) for n in range(2, 6) for m in range(1, n + 1)])
@pytest.mark.parametrize("coding", ["zero_one", "minus_plus"])
def test_m_of_n_counts_true_inputs(m: int, n: int, coding: str) -> None:
    found = data(gate="m_of_n", m=m, n=n, coding=coding, target_coding="minus_plus")
    assert found.training.inputs.shape == (2**n, n)
    assert len({tuple(case) for case in found.training.inputs.tolist()}) == 2**n
    counted = np.sum(found.training.inputs == 1.0, axis=1)
    assert found.training.targets.ravel().tolist() == np.where(counted >= m, 1.0, -1.0).tolist()
    assert found.validation.inputs.shape == (0, n)


def test_or_is_one_of_two_and_and_is_two_of_two() -> None:
    for m, name in ((1, "or"), (2, "and")):
        assert data(gate="m_of_n", m=m, n=2).training.targets.tolist() == data(gate=name).training.targets.tolist()


def test_more_true_inputs_than_there_are() -> None:
    with pytest.raises(ExperimentError, match=r"dataset: m \(4\) is more than the number of inputs n \(3\)"):
        data(gate="m_of_n", m=4)
    assert data(gate="and", m=4).n_inputs == 2  # m is idle there


def test_the_form_shows_m_and_n_only_where_they_count() -> None:
    def used(experiment: Experiment) -> set[str]:
        return {field.name for field in fields(experiment) if field.is_used}

    assert {"dataset.m", "dataset.n"} <= used(gate("m_of_n", network__layers=[3, 1]))
    assert not {"dataset.m", "dataset.n"} & used(gate("and"))
