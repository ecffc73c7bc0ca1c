"""Ways of runs: every point is the state that the run had, through changes by hand, and there are never too many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.data_edits import DataEdit, DeleteExample
from nlcore.errors import CancelledError
from nlcore.history import History
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address
from nlcore.trails import (
    MOST_CHANGES,
    MOST_POINTS,
    Trail,
    course_of,
    kept_trail,
    merged,
    most_points,
    points_at,
    retraced,
)
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def run(history: History, *steps: int) -> History:
    for n in steps:
        history.record(history.trainer.advance(history.head, n))
    return history


def trail_of(history: History) -> Trail:
    course = course_of(history)
    assert course is not None
    return retraced(course, lambda: False)


def edit(value: float) -> WeightEdit:
    return WeightEdit.of(Address("weights[0]", (0, 0)), value)


MODES: dict[str, dict[str, Any]] = {
    "incremental": {},
    "batch": {"training__mode": "batch"},
    "mini_batch": {"training__mode": "mini_batch", "training__batch_size": 3},
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("steps", [(1, 5, 30), (3, 97, 900), (5003,)])
def test_every_point_is_a_state_of_the_run(mode: str, steps: tuple[int, ...]) -> None:
    history = run(History(Trainer(xor(**MODES[mode]))), *steps)
    trail = trail_of(history)
    moments = [point.counters.presentations for point in trail.points]
    assert moments[0] == 0
    assert moments[-1] == history.head.counters.presentations
    assert moments == sorted(set(moments))
    for point in trail.points:
        state = history.state_at(point.counters.presentations)
        assert state.params.tobytes() == point.params.tobytes()
        assert state.counters == point.counters


@pytest.mark.parametrize("mode", MODES)
def test_a_short_run_has_every_update(mode: str) -> None:
    history = run(History(Trainer(xor(**MODES[mode]))), 7, 100, 53)
    trail = trail_of(history)
    assert trail.is_complete
    updates = [point.counters.updates for point in trail.points]
    assert sorted(set(updates)) == list(range(history.head.counters.updates + 1))


def test_a_perceptron_that_is_correct_adds_no_points() -> None:
    history = run(History(Trainer(gate("and"))), 60)
    trail = trail_of(history)
    n_updates = history.head.counters.updates
    assert 0 < n_updates < 60
    assert len(trail.points) <= n_updates + 2  # the start, and the end of the run


@pytest.mark.parametrize("n", [2_000, 30_000])
def test_a_long_run_has_few_points_spread_over_it(n: int) -> None:
    history = run(History(Trainer(xor())), *[n // 40] * 40)
    trail = trail_of(history)
    moments = np.array([point.counters.presentations for point in trail.points])
    assert not trail.is_complete
    assert len(moments) <= MOST_POINTS + 10
    assert moments[:100].tolist() == list(range(100))
    assert np.diff(moments).max() <= n / 50


def test_large_networks_have_fewer_points() -> None:
    assert most_points(10) == MOST_POINTS
    assert most_points(3_000) < MOST_POINTS
    assert most_points(10**7) >= 2


def test_changes_by_hand_are_jumps() -> None:
    history = run(History(Trainer(xor())), 40).fork(22, edit(3.0))
    run(history, 30)
    history = history.fork(35, SettingsChange.of({"training.learning_rate": 0.05}))
    run(history, 25)
    history = history.fork(41, DataEdit((DeleteExample(0),)))
    run(history, 20)
    trail = trail_of(history)
    by_hand = [point for point in trail.points if point.is_by_hand]
    assert [point.counters.presentations for point in by_hand] == [22]  # a learning rate moves no weight
    assert by_hand[0].params[0] == 3.0
    for point in trail.points:
        if point.counters.presentations != 22 or point.is_by_hand:
            assert history.state_at(point.counters.presentations).params.tobytes() == point.params.tobytes()
    before = next(point for point in trail.points if point.counters.presentations == 22 and not point.is_by_hand)
    assert before.params[0] != 3.0


def test_other_start_weights_are_where_the_way_begins() -> None:
    history = run(run(History(Trainer(xor())), 12).fork(0, edit(-2.0)), 8)
    trail = trail_of(history)
    assert trail.points[0].params[0] == -2.0
    assert trail.points[0].counters.presentations == 0
    assert trail.points[1].counters.presentations == 1
    assert not any(point.is_by_hand for point in trail.points)


def test_a_history_is_the_same_afterwards() -> None:
    history = run(History(Trainer(xor())), 300, 200).fork(80, edit(1.0))
    run(history, 400)
    kept = [state.counters.presentations for state in history.kept_states]
    trail_of(history)
    assert [state.counters.presentations for state in history.kept_states] == kept


def test_very_many_changes_are_not_gone_again() -> None:
    history = run(History(Trainer(xor())), 4)
    for k in range(MOST_CHANGES + 1):
        history = history.fork(4, edit(float(k)))
    assert course_of(history) is None
    assert len(kept_trail(history, 4).points) >= 1


def test_what_is_kept_is_known_at_once() -> None:
    history = run(History(Trainer(xor())), 10, 10, 10)
    moments = [point.counters.presentations for point in kept_trail(history, 20).points]
    assert moments == [0, 10, 20]


def test_a_trail_can_be_cut_and_go_on() -> None:
    history = run(History(Trainer(xor())), 6)
    trail = trail_of(history)
    assert [p.counters.presentations for p in trail.until(3).points] == [0, 1, 2, 3]
    assert trail.until(99) is trail
    run(history, 1, 1)
    longer = merged(trail, history.kept_states)
    assert [p.counters.presentations for p in longer.points] == [0, 1, 2, 3, 4, 5, 6, 7, 8]


def test_a_diverging_run_has_an_end() -> None:
    experiment = xor(training__learning_rate=1e200, network={"layers": [2, 2, 1], "activations": ["linear", "linear"]})
    history = run(History(Trainer(experiment)), 400)
    trail = trail_of(history)
    assert trail.points[-1].counters.presentations <= 400


def test_it_can_be_given_up() -> None:
    course = course_of(run(History(Trainer(xor())), 500))
    assert course is not None
    with pytest.raises(CancelledError):
        retraced(course, lambda: True)


@pytest.mark.parametrize("mode", MODES)
def test_chosen_moments_are_reached_exactly_through_changes_by_hand(mode: str) -> None:
    history = run(History(Trainer(xor(**MODES[mode]))), 3, 97, 300)
    history.intervene(137, edit(0.25))
    run(history, 63, 600)
    history.intervene(500, SettingsChange.of({"training.learning_rate": 0.05}))
    run(history, 401)
    course = course_of(history)
    assert course is not None
    moments = (901, 0, 1, 136, 137, 138, 499, 500, 501, 777, 777, 902)
    points = points_at(course, moments, lambda: False)
    assert [point.counters.presentations for point in points] == [0, 1, 136, 137, 138, 499, 500, 501, 777, 901]
    for point in points:
        state = history.state_at(point.counters.presentations)
        assert state.params.tobytes() == point.params.tobytes()
        assert state.counters == point.counters
    with pytest.raises(CancelledError):
        points_at(course_of(run(History(Trainer(xor())), 5000)) or course, (2501,), lambda: True)
