"""The argument of the hundred steps in words: durations, large numbers, and what follows from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timing import Timing
from app.widgets.steps_texts import Brain, duration, large, network_line, step_lines, timing_lines


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1e-10, "0.1 ns"),
        (2.5e-9, "2.5 ns"),
        (1e-6, "1 µs"),
        (0.0009999, "1 ms"),
        (0.001, "1 ms"),
        (0.1, "100 ms"),
        (1.0, "1 s"),
        (100.0, "100 s"),
        (600.0, "10 minutes"),
        (7200.0, "2 hours"),
        (10 * 86400.0, "10 days"),
        (1e9, "32 years"),
        (1e20, "3.2 × 10¹² years"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == said


def test_large_numbers() -> None:
    assert [large(value) for value in (100.0, 1e4, 1e6, 1e10, 7e11)] == [
        "100",
        "10\u00a0000",
        "10⁶",
        "10¹⁰",
        "7 × 10¹¹",
    ]
    assert large(52_345.0, 2) == "52\u00a0000"


def test_the_lectures_numbers() -> None:
    said = " ".join(step_lines(Brain())).replace("\u00a0", " ")
    assert "100 ms / 1 ms = 100: only 100 steps in a row" in said
    assert "960 pixels" in said
    assert "10¹² switchings" in said
    assert "32 years" in said
    assert "10¹⁴ connections" in said


def test_too_slow_neurons_are_said_and_nothing_is_divided() -> None:
    (said,) = step_lines(Brain(switching_seconds=0.07, recognition_seconds=0.01))
    assert "cannot switch even once" in said


def test_many_steps_could_read_a_picture() -> None:
    said = " ".join(step_lines(Brain(switching_seconds=1e-5)))
    assert "could look at each of 960 pixels" in said
    assert "must be done in parallel" not in said
    assert "only" not in said
    assert "= 1.42857: only 1 step in a row fits" in step_lines(Brain(switching_seconds=0.07))[0]


@given(st.integers(1, 9), st.integers(-5, -1), st.integers(1, 9), st.integers(-2, 0))
def test_as_many_steps_as_fit(a: int, p: int, b: int, q: int) -> None:
    brain = Brain(switching_seconds=float(f"{a}e{p}"), recognition_seconds=float(f"{b}e{q}"))
    exact = (b * 10 ** (q + 5)) // (a * 10 ** (p + 5))
    assert brain.steps == exact


def test_layers_are_steps() -> None:
    said = network_line((64, 20, 10), 1510, Brain()).replace("\u00a0", " ")
    assert "64 – 20 – 10 units, 1 510 weights" in said
    assert "2 steps in a row, with neurons 2 ms" in said


def test_what_was_measured() -> None:
    timing = Timing((2, 1), 10, 40, 0.5, 100, 0.001, 0.975, "test")
    assert timing.one_seconds == 1e-5
    assert timing.answers_meanwhile == pytest.approx(50_000)
    said = " ".join(timing_lines(timing)).replace("\u00a0", " ")
    assert "Training for 10 epochs (40 presentations) took 500 ms; one answer takes 10 µs." in said
    assert "50 000 examples could have been answered" in said
    assert "97.5% of the test set" in said
