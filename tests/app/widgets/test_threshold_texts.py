"""What is said of one threshold unit: every number and every strictness, for all tables of two inputs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.threshold_texts import bias_words, contradiction_lines, interval_words, sum_words, verdict
from app.widgets.truth_table import TruthTable, weights_of
from nlcore.theory.separability import contradiction
from nlcore.theory.threshold_intervals import Interval, cases, m_of_n
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate

QUARTERS = st.integers(-12, 12).map(lambda k: k / 4)


def table(truth: tuple[int, ...], coding: str = "zero_one") -> TruthTable:
    n = len(truth).bit_length() - 1
    inputs = cases(n, coding)  # type: ignore[arg-type]
    true = np.array(truth, dtype=np.bool_)
    labels = np.where(true, 1.0, -1.0)
    return TruthTable(inputs, true, labels, tuple(f"x{i + 1}" for i in range(n)), contradiction(inputs, labels))


AND, OR, XOR = (0, 0, 0, 1), (0, 1, 1, 1), (0, 1, 1, 0)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_verdict_names_the_wrong_cases() -> None:
    assert verdict(table(AND), (-0.8, 0.5, 0.5)) == "✓ All 4 answers are right."
    assert verdict(table(AND), (0.3, 0.5, 0.5)) == "✗ 1 of 4 answers is right. Wrong: (0, 0), (0, 1), (1, 0)."
    many = table(tuple(map(int, m_of_n(5, 5))))
    assert verdict(many, (1.0, 0, 0, 0, 0, 0)).endswith("(0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (0, 0, 0, 1, 0) and more.")


@pytest.mark.parametrize(
    ("truth", "coding", "words"),
    [
        (AND, "zero_one", "−1 < w0 ≤ −0.5"),
        (OR, "zero_one", "−0.5 < w0 ≤ 0"),
        (AND, "minus_plus", "−1 < w0 ≤ 0"),
        (OR, "minus_plus", "0 < w0 ≤ 1"),
    ],
)
def test_intervals_in_both_codings(truth: tuple[int, ...], coding: str, words: str) -> None:
    said = plain(bias_words(table(truth, coding), (5.0, 0.5, 0.5)))
    assert said == f"With w1 = 0.5 and w2 = 0.5 all answers are right for {words}. Your w0 = 5 is too large."


def test_the_ends_of_an_interval_are_strict_and_not() -> None:
    for w0, is_right in ((-1.0, False), (-0.99, True), (-0.5, True), (-0.49, False)):
        weights = (w0, 0.5, 0.5)
        assert table(AND).right(weights).all() == is_right
        assert ("lies inside" in bias_words(table(AND), weights)) == is_right
    assert "too small" in bias_words(table(AND), (-1.0, 0.5, 0.5))
    assert plain(interval_words(Interval(-np.inf, 2.0))) == "w0 ≤ 2"
    assert plain(interval_words(Interval(-2.0, np.inf))) == "w0 > −2"
    assert plain(interval_words(Interval(-np.inf, np.inf))) == "any w0"


def test_without_an_interval_the_two_cases_to_blame_are_named() -> None:
    said = plain(bias_words(table(AND), (0.0, -0.5, 0.5)))
    assert "(1, 1) must be true, which needs w0 > 0, and (0, 1) must be false, which needs w0 ≤ −0.5" in said
    assert said.endswith("Change w1 or w2.")
    assert "Other weights do not help either" in bias_words(table(XOR), (0.3, 0.5, 0.5))


def test_xor_is_contradicted_with_the_persons_own_weights() -> None:
    lines = contradiction_lines(table(XOR), (0.3, 0.5, -0.25))
    assert lines[0] == "No weights at all can do this. Suppose some could: then all four of these would have to hold."
    assert lines[1:9] == [
        "(0, 1) must be true:  w0 + w2 > 0",
        "    yours: 0.3 + 0.5 · 0 − 0.25 · 1 = 0.05 > 0  ✓ holds",
        "(1, 0) must be true:  w0 + w1 > 0",
        "    yours: 0.3 + 0.5 · 1 − 0.25 · 0 = 0.8 > 0  ✓ holds",
        "(0, 0) must be false:  w0 ≤ 0",
        "    yours: 0.3 + 0.5 · 0 − 0.25 · 0 = 0.3 > 0  ✗ violated",
        "(1, 1) must be false:  w0 + w1 + w2 ≤ 0",
        "    yours: 0.3 + 0.5 · 1 − 0.25 · 1 = 0.55 > 0  ✗ violated",
    ]
    assert lines[9] == "Add (0, 1) and (1, 0), which must be true:  2 w0 + w1 + w2 > 0"
    assert lines[10] == "Add (0, 0) and (1, 1), which must be false:  2 w0 + w1 + w2 ≤ 0"
    assert "With your weights it is 0.85, which is above 0" in lines[11]
    assert contradiction_lines(table(AND), (0.3, 0.5, 0.5)) == []


@given(st.tuples(QUARTERS, QUARTERS, QUARTERS), st.sampled_from([XOR, (1, 0, 0, 1)]), st.booleans())
def test_the_side_that_is_said_to_fail_does_fail(
    weights: tuple[float, float, float], truth: tuple[int, ...], m: bool
) -> None:
    of = table(truth, "minus_plus" if m else "zero_one")
    lines = contradiction_lines(of, weights)
    word = "must be false" if "which is above 0" in lines[-1] else "must be true"
    pairs = list(zip(lines[1:9:2], lines[2:9:2], strict=True))
    assert any("✗ violated" in yours for demand, yours in pairs if word in demand)
    assert sum("✗" in yours for _, yours in pairs) == int((~of.right(weights)).sum())


def test_tables_with_more_inputs_are_contradicted_too() -> None:
    parity = tuple(sum(case) % 2 for case in product((0, 1), repeat=3))
    of = table(parity)
    assert of.against is not None
    assert not of.is_possible
    lines = contradiction_lines(of, (0.1, 0.2, 0.3, 0.4))
    assert len(lines) == 1 + 2 * len(of.against) + 3
    (left, above), (right, below) = (line.split(":  ")[1].rsplit(" ", 2)[0::2] for line in lines[-3:-1])
    assert left == right
    assert (above, below) == ("0", "0")


@given(st.lists(QUARTERS, min_size=4, max_size=4), st.lists(st.integers(0, 1), min_size=8, max_size=8), st.booleans())
def test_inside_the_interval_is_right_and_outside_wrong(w: list[float], truth: list[int], m: bool) -> None:
    of, weights = table(tuple(truth), "minus_plus" if m else "zero_one"), tuple(w)
    interval = of.interval(weights)
    assert (interval is not None and weights[0] in interval) == bool(of.right(weights).all())


@given(st.tuples(*[st.floats(-2, 2)] * 3))
def test_the_same_answers_as_the_engine(weights: tuple[float, float, float]) -> None:
    w0, w1, w2 = weights
    start = {"name": "values", "values": {"weights[0]": [[w1, w2]], "biases[0]": [w0]}}
    trainer = Trainer(gate("xnor", training__initializer=start))
    params = trainer.initial_state().params
    measured = trainer.model.evaluate(params)["training"]
    assert weights_of(params) == weights
    assert measured is not None
    of = TruthTable.of(trainer.model)  # type: ignore[arg-type]
    assert measured.error_rate == np.mean(~of.right(weights))


def test_sums_show_signs() -> None:
    assert sum_words((-0.3, 0.5, -2.0), (-1.0, 1.0)) == "−0.3 + 0.5 · (−1) − 2 · 1"
