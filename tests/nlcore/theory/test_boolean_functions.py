"""Truth tables: reading, naming, counting; and the fewest terms against a search through all sets of terms."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from nlcore.theory import boolean_functions
from nlcore.theory.boolean_functions import (
    BY_COUNT,
    Truth,
    by_count,
    changes,
    fewest_terms,
    is_true,
    n_literals,
    name_of,
    named,
    table_of,
    true_cases,
    truth_of,
    written,
)
from nlcore.theory.threshold_intervals import cases, m_of_n


def value_of(terms: tuple[tuple[int | None, ...], ...], n: int) -> Truth:
    return tuple(int(any(is_true(term, case) for term in terms)) for case in product((0, 1), repeat=n))


@pytest.mark.parametrize("n", range(1, 6))
def test_functions_with_names(n: int) -> None:
    counts = [sum(case) for case in product((0, 1), repeat=n)]
    assert named("parity", n) == tuple(k % 2 for k in counts)
    assert named("or", n) == tuple(map(int, m_of_n(1, n)))
    assert named("and", n) == tuple(map(int, m_of_n(n, n)))
    assert named("majority", n) == tuple(map(int, m_of_n(n // 2 + 1, n)))
    assert [a + b for a, b in zip(named("nand", n), named("and", n), strict=True)] == [1] * 2**n
    assert [a + b for a, b in zip(named("nor", n), named("or", n), strict=True)] == [1] * 2**n
    for name in BY_COUNT:
        assert truth_of(name, n) == named(name, n)
        assert named(name_of(named(name, n)), n) == named(name, n)


def test_a_table_is_read_in_the_order_of_the_cases() -> None:
    assert truth_of("0110", 2) == named("parity", 2)
    assert truth_of(" 0110 1001 ", 3) == named("parity", 3)
    assert written(named("and", 2)) == "0001"
    assert name_of((0, 1, 0, 0)) == ""
    assert name_of((0, 0, 0, 1)) == "and"  # not majority, which it is too
    assert true_cases((0, 1, 0, 1)) == ((0, 1), (1, 1))


@pytest.mark.parametrize(
    ("text", "n", "said"),
    [
        ("0110", 3, "has 4 values, but 3 inputs .* 8 cases"),
        ("01", 2, "has 2 values"),
        ("0120", 2, "zeros and ones"),
        ("", 2, "zeros and ones"),
        ("perity", 2, "parity, and, or"),
    ],
)
def test_what_is_no_table_is_refused(text: str, n: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        truth_of(text, n)


def test_which_functions_depend_on_the_number_of_true_inputs_only() -> None:
    symmetric = [truth for truth in product((0, 1), repeat=8) if by_count(truth) is not None]
    assert len(symmetric) == 2**4  # one value for each of 0, 1, 2, 3 true inputs
    for truth in symmetric:
        values = by_count(truth)
        assert values is not None
        assert tuple(values[sum(case)] for case in product((0, 1), repeat=3)) == truth
    assert by_count(named("exactly_one", 4)) == (0, 1, 0, 0, 0)
    assert changes((0, 1, 0, 0, 0)) == ((1, 1), (2, -1))
    assert changes((0, 1, 0, 1)) == ((1, 1), (2, -1), (3, 1))
    assert changes((1, 1, 1)) == ()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_fewest_terms_of_all_functions(n: int) -> None:
    """Compare with all sets of terms, smallest first."""
    terms = list(product((0, 1, None), repeat=n))
    best: dict[Truth, tuple[int, int]] = {}
    for size in range(2 ** (n - 1) + 1):
        for chosen in combinations(terms, size):
            cost = (size, sum(map(n_literals, chosen)))
            truth = value_of(chosen, n)
            best[truth] = min(cost, best.get(truth, cost))
    assert len(best) == 2 ** (2**n)
    for truth, cost in best.items():
        found = fewest_terms(truth)
        assert value_of(found, n) == truth
        assert (len(found), sum(map(n_literals, found))) == cost


@pytest.mark.parametrize("n", [4, 5])
def test_the_fewest_terms_are_right_and_never_more_than_half_the_cases(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(150):
        truth = tuple(map(int, rng.integers(0, 2, 2**n)))
        found = fewest_terms(truth)
        assert value_of(found, n) == truth
        assert len(found) <= 2 ** (n - 1)
    assert len(fewest_terms(named("parity", n))) == 2 ** (n - 1)


def test_the_fewest_terms_of_one_to_three_of_five_are_found_without_a_long_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten terms that all have three literals, in very many ways: what can be no better must not be tried."""
    asked = []

    def n_literals(term: boolean_functions.Term) -> int:
        asked.append(term)
        return sum(value is not None for value in term)

    monkeypatch.setattr(boolean_functions, "n_literals", n_literals)
    truth = tuple(int(1 <= sum(case) <= 3) for case in product((0, 1), repeat=5))
    boolean_functions.fewest_terms.cache_clear()
    found = fewest_terms(truth)
    assert value_of(found, 5) == truth
    assert len(found) == 10
    assert len(asked) < 1000


def test_a_hand_worked_simplification() -> None:
    """x1 alone of three inputs: four true cases become one term; majority has three terms of two literals."""
    assert fewest_terms((0, 0, 0, 0, 1, 1, 1, 1)) == ((1, None, None),)
    assert set(fewest_terms(named("majority", 3))) == {(1, 1, None), (1, None, 1), (None, 1, 1)}
    assert fewest_terms(named("always", 3)) == ((None, None, None),)
    assert fewest_terms(named("never", 3)) == ()
    with pytest.raises(ValueError, match="up to 5 inputs, not 6"):
        fewest_terms(named("parity", 6))


@pytest.mark.parametrize("coding", ["zero_one", "minus_plus"])
def test_examples_are_read_as_a_table_in_any_order(coding: str) -> None:
    inputs = cases(3, coding)  # type: ignore[arg-type]
    targets = np.array([0.0, 1, 1, 0, 1, 0, 0, 1])[:, None]
    order = np.random.default_rng(1).permutation(8)
    found = table_of(inputs[order], targets[order])
    assert found is not None
    assert found.truth == named("parity", 3)
    assert np.array_equal(inputs[order][found.rows], inputs)
    assert (found.false, found.true, found.n) == (inputs.min(), 1.0, 3)


@pytest.mark.parametrize(("value", "truth"), [(1.0, 1), (0.0, 0), (-1.0, 0)])
def test_constant_functions_are_read(value: float, truth: int) -> None:
    found = table_of(cases(2), np.full((4, 1), value))
    assert found is not None
    assert found.truth == (truth,) * 4


@pytest.mark.parametrize(
    "inputs",
    [
        cases(2)[:3],  # a case is missing
        cases(2)[[0, 1, 2, 2]],  # one twice
        np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]),
        np.zeros((1, 0)),
        np.zeros((4, 2)),
    ],
)
def test_other_examples_are_no_table(inputs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    assert table_of(inputs, np.zeros((len(inputs), 1))) is None
    assert table_of(cases(2), np.zeros((4, 2))) is None
