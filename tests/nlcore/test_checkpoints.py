"""Kept states stay within their number and bytes, spread over the whole run and dense where they are needed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from nlcore import checkpoints
from nlcore.checkpoints import MAX_CHECKPOINTS, Checkpoints
from nlcore.records import Counters, TrainState


def states(n: int, size: int, every: int = 1, extra: int = 0) -> list[TrainState]:
    """Return states of a run that updates at every presentation."""
    array = np.zeros(size)
    more = MappingProxyType({"best_params": np.zeros(extra)})
    return [TrainState(array, array, Counters(p, p, 0, 0), more) for p in range(0, n * every, every)]


@pytest.mark.parametrize("extra", [0, 30_000])
def test_checkpoints_stay_below_their_bytes_with_all_arrays_counted(extra: int) -> None:
    made = states(600, 10_000, extra=extra)
    kept = Checkpoints(replace(made[0], extra=MappingProxyType({})))
    for state in made[1:]:
        kept.record(state)
        kept.visit(state)
        assert kept.n_bytes <= checkpoints.MAX_CHECKPOINT_BYTES
    assert kept.n_bytes > checkpoints.MAX_CHECKPOINT_BYTES / 4
    kept.limit_bytes(2**20)
    assert kept.n_bytes <= 2**20
    assert kept.nearest(0).counters.presentations == 0


def test_checkpoints_stay_spread_over_a_long_run() -> None:
    n, every = 20_000, 50
    made = states(n, 1, every)
    kept = Checkpoints(made[0])
    for state in made[1:]:
        kept.record(state)
        assert len(kept) <= MAX_CHECKPOINTS
    head = n * every
    distances = [p - kept.nearest(p).counters.presentations for p in range(0, head, 997)]
    assert max(distances) <= 4 * head / MAX_CHECKPOINTS
    assert head - every - kept.nearest(head).counters.presentations == 0
    assert head - 2 * every - kept.nearest(head - every - 1).counters.presentations == 0  # dense near the head


def test_the_beginning_of_a_run_is_shared_with_a_child() -> None:
    made = states(300, 4)
    kept = Checkpoints(made[0])
    for state in made[1:]:
        kept.record(state)
    kept.visit(made[100])
    child = kept.until(100)
    for p in range(0, 300, 7):
        nearest = child.nearest(p)
        assert nearest is kept.nearest(min(p, 99))
        assert nearest.counters.presentations < 100
    assert len(kept) == 300


def test_the_search_for_an_update_begins_where_the_least_is_left() -> None:
    array = np.zeros(1)
    made = [TrainState(array, array, Counters(p, p // 10, 0, 0)) for p in range(0, 200, 5)]
    kept = Checkpoints(made[0])
    for state in made[1:]:
        kept.record(state)
    kept.visit(TrainState(array, array, Counters(57, 5, 0, 0)))
    kept.visit(TrainState(array, array, Counters(63, 6, 0, 0)))
    state, until = kept.around_update(6, 199)
    assert (state.counters.presentations, until) == (57, 60)
    state, until = kept.around_update(19, 193)
    assert (state.counters.presentations, until) == (185, 190)
