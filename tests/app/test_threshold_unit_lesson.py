"""The numbers in the text of threshold-unit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from app.lesson import find_lesson
from app.widgets.truth_table import weights_of
from nlcore.records import FinishReason
from nlcore.theory.separability import separability
from nlcore.theory.threshold_intervals import Interval, bias_interval, cases, m_of_n, m_of_n_interval
from nlcore.trainer import Trainer

LESSON = find_lesson("threshold-unit")
AND, OR, NAND = (0, 0, 0, 1), (0, 1, 1, 1), (1, 1, 1, 0)


def error_rate(gate: str, coding: str, weights: tuple[float, ...], **options: object) -> float:
    start = {"weights[0]": [list(weights[1:])], "biases[0]": [weights[0]]}
    changes = {
        "dataset.gate": gate,
        "dataset.coding": coding,
        "network.layers": [len(weights) - 1, 1],
        "training.initializer": {"name": "values", "values": start},
    } | {f"dataset.{name}": value for name, value in options.items()}
    trainer = Trainer(LESSON.experiment.replace(changes))
    measured = trainer.evaluate(trainer.initial_state())["training"]
    assert measured is not None
    assert measured.error_rate is not None
    return measured.error_rate


def test_at_the_start_one_answer_is_right() -> None:
    trainer = Trainer(LESSON.experiment)
    assert weights_of(trainer.initial_state().params) == (0.3, 0.5, 0.5)
    assert error_rate("and", "zero_one", (0.3, 0.5, 0.5)) == 0.75


def test_the_table_of_both_codings() -> None:
    rows = [line.strip("|").split("|") for line in LESSON.text.split("\n") if line.startswith(("| AND", "| OR"))]
    found = [[cell.strip() for cell in row] for row in rows]
    wanted = []
    for name, truth in (("AND", AND), ("OR", OR)):
        row = [name]
        for coding in ("zero_one", "minus_plus"):
            interval = bias_interval((0.5, 0.5), truth, coding)
            assert interval is not None
            row.append(f"{interval.low:g} < w0 ≤ {interval.high:g}".replace("-", "−"))
        wanted.append(row)
    assert found == wanted


@pytest.mark.parametrize(
    ("gate", "coding", "weights"),
    [
        ("and", "zero_one", (-0.8, 0.5, 0.5)),
        ("or", "zero_one", (-0.3, 0.5, 0.5)),
        ("and", "minus_plus", (-0.8, 0.5, 0.5)),
        ("and", "minus_plus", (-0.3, 0.5, 0.5)),
        ("or", "minus_plus", (0.3, 0.5, 0.5)),
        ("nand", "zero_one", (0.8, -0.5, -0.5)),
        ("not", "zero_one", (0.25, -0.5)),
    ],
)
def test_weights_in_the_text_are_right_and_fail_when_disturbed(
    gate: str, coding: str, weights: tuple[float, ...]
) -> None:
    assert error_rate(gate, coding, weights) == 0.0
    for disturbed in ((-weights[0], *weights[1:]), (weights[0] + 2.0, *weights[1:]), (weights[0] - 2.0, *weights[1:])):
        assert error_rate(gate, coding, disturbed) > 0.0


def test_the_trap_with_minus_three_tenths() -> None:
    assert error_rate("or", "minus_plus", (-0.3, 0.5, 0.5)) == 0.5
    assert error_rate("and", "zero_one", (-0.3, 0.5, 0.5)) == 0.5


def test_at_least_m_of_n() -> None:
    for n, m in product(range(2, 6), range(1, 6)):
        if m <= n:
            assert m_of_n_interval(m, n) == Interval(-m / 2, -(m - 1) / 2)
            assert error_rate("m_of_n", "zero_one", (-(m - 1) / 2, *[0.5] * n), m=m, n=n) == 0.0
            assert error_rate("m_of_n", "zero_one", (-m / 2, *[0.5] * n), m=m, n=n) > 0.0
    assert bias_interval((0.5,) * 5, m_of_n(3, 5)) == Interval(-1.5, -1.0)
    assert bias_interval((0.5,) * 5, m_of_n(3, 5), "minus_plus") == Interval(-0.5, 0.5)


def test_the_rule_finds_and_but_not_xor() -> None:
    trainer = Trainer(LESSON.experiment)
    ended = trainer.measured_advance(trainer.initial_state(), 10_000, stops=True)
    assert ended.reason is FinishReason.STOP_RULE
    assert ended.state.counters.epochs < 20
    xor = Trainer(LESSON.experiment.replace({"dataset.gate": "xor"}))
    ended = xor.measured_advance(xor.initial_state(), 10_000, stops=True)
    assert ended.state.counters.epochs == 100
    assert ended.state.counters.updates > 300


def test_fourteen_of_sixteen_functions() -> None:
    inputs = cases(2)
    possible = [
        truth
        for truth in product((-1, 1), repeat=4)
        if len(set(truth)) == 1 or separability(inputs, np.array(truth)).is_separable
    ]
    assert len(possible) == 14
    assert {tuple((t + 1) // 2 for t in truth) for truth in product((-1, 1), repeat=4)} - {
        tuple((t + 1) // 2 for t in truth) for truth in possible
    } == {(0, 1, 1, 0), (1, 0, 0, 1)}


def test_no_weights_get_more_than_three_answers_of_xor() -> None:
    grid = np.arange(-8, 9) / 4
    best = max(
        4 - round(4 * error)
        for error in (
            float(np.mean((w0 + cases(2) @ [w1, w2] > 0) != [False, True, True, False]))
            for w0, w1, w2 in product(grid, repeat=3)
        )
    )
    assert best == 3
