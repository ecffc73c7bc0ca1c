"""Networks built from truth tables: the whole network's answers, for all functions of up to four inputs."""

from __future__ import annotations

import doctest
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from nlcore.activations import activation
from nlcore.constructions import _detectors, minterms, parity_units
from nlcore.constructions.minterms import MintermsOptions
from nlcore.constructions.parity_units import ParityUnitsOptions
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.metrics import is_high
from nlcore.network import Layout, forward
from nlcore.records import FloatArray
from nlcore.theory.boolean_functions import BY_COUNT, by_count, fewest_terms, named
from nlcore.theory.threshold_intervals import FALSE_AND_TRUE, cases
from nlcore.trainer import Trainer

UNITS = ("threshold", "sigmoid", "tanh")


def layout(n: int, hidden: int, unit: str, last: str) -> Layout:
    return Layout((n, hidden, 1), (activation(unit), activation(last)))


def answers(shape: Layout, params: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs of many networks at once, shape (networks, cases)."""
    n, hidden, _ = shape.layers
    parts = np.split(params, [n * hidden, n * hidden + hidden, n * hidden + 2 * hidden], axis=1)
    first = parts[0].reshape(-1, hidden, n)
    inside = shape.activations[0].values(np.einsum("fhi,ci->fch", first, inputs) + parts[1][:, None, :])
    found: FloatArray = shape.activations[1].values(np.einsum("fch,fh->fc", inside, parts[2]) + parts[3])
    return found


@pytest.mark.parametrize(
    ("unit", "last", "coding", "target_coding", "every"),
    [
        ("threshold", "threshold", "zero_one", "minus_plus", 1),
        *((u, v, c, t, 97) for u, v, c, t in product(UNITS, UNITS, FALSE_AND_TRUE, FALSE_AND_TRUE)
          if (v, t) != ("sigmoid", "minus_plus")),
    ],
)  # fmt: skip
def test_all_functions_of_four_inputs(unit: str, last: str, coding: Any, target_coding: str, every: int) -> None:
    inputs, shape = cases(4, coding), layout(4, 16, unit, last)
    low, high = FALSE_AND_TRUE[target_coding]
    truth = (np.arange(0, 2**16, every)[:, None] >> np.arange(15, -1, -1)) & 1
    options = MintermsOptions()
    targets = np.where(truth == 1, high, low)[:, :, None]
    params = np.array([minterms.fill(options, shape, 1, (inputs, one)) for one in targets])
    said = is_high(answers(shape, params, inputs), (low + high) / 2)
    assert np.array_equal(said, truth == 1)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("coding", FALSE_AND_TRUE)
@pytest.mark.parametrize("simplify", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_other_numbers_of_inputs(n: int, simplify: bool, coding: Any, unit: str) -> None:
    rng, inputs = np.random.default_rng(n), cases(n, coding)
    all_functions = product((0, 1), repeat=2**n) if n < 3 else rng.integers(0, 2, (40, 2**n)).tolist()
    for truth in (*map(tuple, all_functions), named("always", n), named("never", n)):
        needed = max(1, len(fewest_terms(truth)) if simplify else sum(truth))
        shape = layout(n, needed, unit, "threshold")
        params = minterms.fill(MintermsOptions(simplify=simplify), shape, 1, (inputs, np.array([truth]).T * 2.0 - 1.0))
        assert (forward(shape, params, inputs).outputs[-1][:, 0] > 0).astype(int).tolist() == list(truth)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("coding", FALSE_AND_TRUE)
@pytest.mark.parametrize("n", range(1, 6))
def test_counting_units(n: int, coding: Any, unit: str) -> None:
    """All symmetric functions, parity with n units among them."""
    inputs = cases(n, coding)
    counts = cases(n).sum(axis=1).astype(int)
    for values in product((0, 1), repeat=n + 1):
        truth = [values[k] for k in counts]
        needed = max(1, sum(a != b for a, b in pairwise(values)))
        assert needed <= n
        shape = layout(n, needed, unit, unit)
        targets = np.array([truth], dtype=float).T
        params = parity_units.fill(ParityUnitsOptions(), shape, 1, (inputs, targets))
        midpoint = 0.5 if unit == "sigmoid" else 0.0
        assert is_high(forward(shape, params, inputs).outputs[-1][:, 0], midpoint).astype(int).tolist() == truth
    shape = layout(n, n, "threshold", "threshold")
    params = parity_units.fill(ParityUnitsOptions(), shape, 1, (inputs, np.array([named("parity", n)]).T))
    assert shape.block(params, "weights[1]").ravel().tolist() == [(-1.0) ** k for k in range(n)]


def test_the_examples_in_the_docstrings() -> None:
    for module in (_detectors, minterms, parity_units):
        assert doctest.testmod(module).failed == 0
    shape = layout(2, 2, "threshold", "threshold")
    params = minterms.fill(MintermsOptions(), shape, 1, (cases(2), np.array([[-1.0], [1], [1], [-1]])))
    assert params.tolist() == [-1, 1, 1, -1, -0.5, -0.5, 1, 1, 1]
    shape = layout(3, 3, "threshold", "threshold")
    params = parity_units.fill(ParityUnitsOptions(), shape, 1, (cases(3), np.array([named("parity", 3)]).T * 2.0 - 1))
    assert params.tolist() == [1] * 9 + [-0.5, -1.5, -2.5, 1, -1, 1, 0]


def test_each_hidden_unit_fires_for_its_case_alone() -> None:
    shape = layout(4, 8, "threshold", "threshold")
    for coding in FALSE_AND_TRUE:
        inputs = cases(4, coding)  # type: ignore[arg-type]
        params = minterms.fill(MintermsOptions(), shape, 1, (inputs, np.array([named("parity", 4)]).T))
        fires = forward(shape, params, inputs).outputs[1] > 0
        assert fires.sum(axis=0).tolist() == [1] * 8
        assert fires.sum(axis=1).tolist() == list(named("parity", 4))


def test_units_that_are_not_needed_stay_zero() -> None:
    shape = layout(2, 5, "sigmoid", "sigmoid")
    params = minterms.fill(MintermsOptions(), shape, 1, (cases(2), np.array([[0.0], [0], [0], [1]])))
    assert np.all(shape.block(params, "weights[0]")[1:] == 0)
    assert np.all(shape.block(params, "biases[0]")[1:] == 0)
    assert shape.block(params, "weights[1]").tolist() == [[20, 0, 0, 0, 0]]
    assert forward(shape, params, cases(2)).outputs[-1].round(3).ravel().tolist() == [0, 0, 0, 1]


def experiment(initializer: object, **changes: object) -> Experiment:
    made = Experiment.from_dict(
        {
            "dataset": {"name": "truth_table", "n": 4, "truth": "parity", "target_coding": "minus_plus"},
            "network": {"layers": [4, 8, 1], "activations": ["threshold", "threshold"]},
            "training": {"rule": "none", "initializer": initializer},
        }
    )
    return made.replace({name.replace("__", "."): value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("initializer", "changes", "said"),
    [
        ("minterms", {"network__layers": [4, 7, 1]}, r"needs 8 hidden .* each true case, .* has 7; set .* \[4, 8, 1\]"),
        ("parity_units", {"network__layers": [4, 3, 1]}, r"needs 4 hidden units .* has 3; set .* \[4, 4, 1\]"),
        ("parity_units", {"dataset__truth": "0" * 14 + "10"}, "only on how many inputs are true.*use minterms"),
        ("minterms", {"network": {"layers": [4, 1], "activations": ["threshold"]}}, "one hidden layer"),
        ("minterms", {"network__activations": ["threshold", "linear"]}, r"activations\[1\] is 'linear'"),
        ("minterms", {"network__activations": ["relu", "threshold"]}, r"activations\[0\] is 'relu'"),
        ("minterms", {"network__activations": ["threshold", "sigmoid"]}, "never below 0.*target_coding"),
        ("minterms", {"dataset": "blobs", "network__layers": [2, 8, 1]}, "choose the data set truth_table"),
    ],
)
def test_what_cannot_be_built_is_told(initializer: str, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        Trainer(experiment(initializer, **changes)).initial_state()


def test_a_built_network_in_a_run() -> None:
    for initializer in ("minterms", "parity_units", {"name": "minterms", "simplify": True}):
        trainer = Trainer(experiment(initializer))
        measured = trainer.evaluate(trainer.initial_state())["training"]
        assert measured is not None
        assert (measured.error_rate, measured.loss) == (0.0, 0.0)


def test_gates_can_be_built_too() -> None:
    gates = {"name": "logic_gates", "gate": "m_of_n", "m": 2, "n": 3, "coding": "zero_one"}
    trainer = Trainer(experiment("parity_units", dataset=gates, network__layers=[3, 1, 1]))
    measured = trainer.evaluate(trainer.initial_state())["training"]
    assert measured is not None
    assert measured.error_rate == 0.0
    assert set(BY_COUNT) >= {"parity", "majority"}
    assert by_count(named("majority", 3)) == (0, 0, 1, 1)
