"""Curves stay bounded and keep their peaks; every state comes back to the last bit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.families import Column
from nlcore.history import MAX_CHECKPOINTS, Curves, History
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

COLUMNS = (Column("training", "loss"), Column("validation", "loss"))


def clock(first: int, n: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + n, dtype=float)[:, None], 3, axis=1)


@settings(max_examples=100)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(4, 16), st.integers(0, 2**32))
def test_merged_curves_keep_first_last_smallest_and_largest(parts: list[int], capacity: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(sum(parts), 2))
    curves, at = Curves(COLUMNS, capacity), 0
    for part in parts:
        curves.append(clock(at, part), values[at : at + part])
        at += part
    x, y = curves.series(1, "updates")
    assert curves.n_measurements == len(values)
    assert len(x) == len(y) <= 2 * (capacity + 1) + 1
    assert (x[-1], y[-1]) == (len(values) - 1, values[-1, 1])
    assert np.all(np.diff(x) >= 0)
    assert x[0] == 0
    assert y.min() == values[:, 1].min()
    assert y.max() == values[:, 1].max()
    assert curves.last(1) == values[-1, 1]
    best = curves.best(1)
    assert best is not None
    assert (best.value, best.updates) == (values[:, 1].min(), int(values[:, 1].argmin()))


def test_short_curves_are_exact() -> None:
    curves = Curves(COLUMNS, 100)
    values = np.random.default_rng(0).normal(size=(50, 2))
    curves.append(clock(0, 50), values)
    x, y = curves.series(0, "epochs")
    np.testing.assert_array_equal(x, np.arange(50))
    np.testing.assert_array_equal(y, values[:, 0])


def test_curves_bear_what_is_not_a_number() -> None:
    curves = Curves(COLUMNS, 4)
    curves.append(clock(0, 3), np.array([[1.0, np.nan], [np.inf, np.nan], [np.nan, 2.0]]))
    best = curves.best(1)
    assert best is not None
    assert best.value == 2.0
    curves.append(clock(3, 9), np.full((9, 2), np.nan))
    assert np.nanmax(curves.series(0, "updates")[1]) == np.inf


def test_columns_are_found_by_name() -> None:
    curves = Curves(COLUMNS)
    assert curves.column("validation", "loss") == 1
    assert curves.column("test", "loss") is None


@pytest.mark.parametrize("mode", ["incremental", "mini_batch", "batch"])
@pytest.mark.parametrize("order", ["fixed", "shuffled", "random"])
def test_every_state_comes_back_to_the_last_bit(mode: str, order: str) -> None:
    trainer = Trainer(xor(training__mode=mode, training__order=order, training__batch_size=3))
    history = History(trainer)
    forward = [history.start]
    for _ in range(150):
        forward.append(trainer.advance(forward[-1], 1))
    for state in forward[7::7]:
        history.record(state)
    for p in range(history.head.counters.presentations + 1):
        assert history.state_at(p).same_bits(forward[p])
    assert history.state_at(-5).same_bits(forward[0])
    assert history.state_at(10**9).same_bits(history.head)


def test_checkpoints_are_bounded() -> None:
    trainer = Trainer(gate("xor"))
    history, state = History(trainer), trainer.initial_state()
    for _ in range(3 * MAX_CHECKPOINTS):
        state = trainer.advance(state, 5)
        history.record(state)
    assert history.n_checkpoints <= MAX_CHECKPOINTS
    assert history.state_at(1234).same_bits(trainer.advance(trainer.initial_state(), 1234))


@settings(max_examples=40)
@given(st.integers(1, 60), st.lists(st.integers(1, 25), min_size=1, max_size=8), st.booleans())
def test_a_step_back_undoes_a_step(at: int, parts: list[int], is_perceptron: bool) -> None:
    trainer = Trainer(gate("xor") if is_perceptron else xor(training__mode="mini_batch", training__batch_size=3))
    history, state = History(trainer), trainer.initial_state()
    for part in parts:
        state = trainer.advance(state, part)
        history.record(state)
    cursor = history.state_at(at)
    assert history.before(cursor, "presentation") == max(0, cursor.counters.presentations - 1)
    start_of_epoch = history.state_at(history.before(cursor, "epoch"))
    assert start_of_epoch.counters.position_in_epoch == 0
    forward = [trainer.initial_state()]
    while forward[-1].counters.presentations < cursor.counters.presentations:
        forward.append(trainer.advance(forward[-1], 1))
    moments = [0] + [
        b.counters.presentations for a, b in itertools.pairwise(forward) if b.counters.updates > a.counters.updates
    ]
    wanted = max((m for m in moments if m < cursor.counters.presentations), default=0)
    assert history.before(cursor, "update") == wanted
