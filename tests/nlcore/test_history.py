"""Every state of a run comes back to the last bit, in bounded memory, and a run can be forked anywhere."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore import checkpoints
from nlcore.checkpoints import MAX_CHECKPOINTS
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, MoveExample
from nlcore.errors import DataError, ExperimentError
from nlcore.history import History
from nlcore.interventions import Change, SettingsChange, WeightEdit
from nlcore.records import Address, StepUnit, TrainState
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

SLOWER = SettingsChange.of({"training.learning_rate": 0.01})
NUDGE = WeightEdit.of(Address("weights[0]", (1, 0)), 0.25)
SHORTER = DataEdit.of(DeleteExample(0))


def train(history: History, n: int, chunk: int = 7) -> History:
    """Go on from the head, chunk by chunk, with measurements."""
    while n > 0:
        after = history.trainer.measured_advance(history.head, min(n, chunk), stops=False)
        history.curves.append(after.clock, after.values)
        history.record(after.state)
        n -= chunk
    return history


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
    assert len(history.checkpoints) <= MAX_CHECKPOINTS
    assert history.checkpoints.n_bytes <= checkpoints.MAX_CHECKPOINT_BYTES
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


# --- interventions ---------------------------------------------------------------------------------------------------


def test_a_fork_leaves_its_parent_alone_and_goes_its_own_way() -> None:
    parent = train(History(Trainer(xor(training__order="shuffled"))), 100)
    before = [parent.state_at(p) for p in range(101)]
    points = [series.tobytes() for series in parent.curves.series(0, "presentations")]
    children = [parent.fork(30, change) for change in (SLOWER, NUDGE, SLOWER)]
    for child in children:
        train(child, 70)
        assert all(child.state_at(p).same_bits(before[p]) for p in range(30))
        assert child.head.params.tobytes() != parent.head.params.tobytes()
        assert child.start is parent.start
    assert children[0].head.same_bits(children[2].head)
    assert parent.run.interventions == ()
    assert [i.change for i in children[1].run.interventions] == [NUDGE]
    assert all(parent.state_at(p).same_bits(before[p]) for p in range(101))
    assert [series.tobytes() for series in parent.curves.series(0, "presentations")] == points


@pytest.mark.parametrize("at", [0, 1, 30, 99, 100])
def test_changes_at_one_moment_add_up(at: int) -> None:
    parent = train(History(Trainer(xor())), 100)
    first = parent.fork(at, NUDGE)
    other = WeightEdit.of(Address("biases[1]", (0,)), -1.0)
    second = train(first.fork(at, SLOWER).fork(at, other), 20)
    state = second.state_at(at)
    wanted = parent.state_at(at).params.copy()
    layout = second.trainer.model.layout  # type: ignore[attr-defined]
    wanted[layout.index(Address("weights[0]", (1, 0)))] = 0.25
    wanted[layout.index(Address("biases[1]", (0,)))] = -1.0
    assert state.params.tobytes() == wanted.tobytes()
    assert state.velocity.tobytes() == parent.state_at(at).velocity.tobytes()
    assert second.trainer_at(at).experiment.training.learning_rate == 0.01
    assert second.trainer is second.trainer_at(at + 5)
    assert second.state_at(at + 20).same_bits(second.trainer.advance(state, 20))
    assert [i.at for i in second.run.interventions] == [at] * 3


def test_a_fork_inherits_what_came_before_and_not_what_came_after() -> None:
    history = train(History(Trainer(xor())), 20).fork(20, NUDGE)
    history = train(history, 20).fork(40, SLOWER)
    history = train(history, 20).fork(60, SHORTER)
    train(history, 20)
    child = history.fork(40, NUDGE)
    assert [(i.at, i.change) for i in child.run.interventions] == [(20, NUDGE), (40, SLOWER), (40, NUDGE)]
    assert child.trainer.model.epoch_length == 4
    assert history.trainer_at(59).model.epoch_length == 4
    assert history.trainer_at(60).model.epoch_length == 3


def test_an_edited_state_is_measured_and_a_setting_is_not() -> None:
    parent = train(History(Trainer(xor())), 40)
    n = int(np.sum(parent.curves.series(0, "presentations")[0] <= 22))
    assert parent.fork(22, SLOWER).curves.n_measurements == n
    child = parent.fork(22, NUDGE)
    x, y = child.curves.series(0, "presentations")
    assert child.curves.n_measurements == n + 1
    assert (x[-1], y[-1]) == (22, child.trainer.measure(child.head)[0])
    shorter = parent.fork(22, SHORTER)
    assert shorter.curves.last(1) == shorter.trainer.measure(parent.state_at(22))[1]
    assert shorter.curves.series(0, "epochs")[0][-1] == 6.0


def test_a_refused_change_leaves_no_trace() -> None:
    history = train(History(Trainer(xor())), 40)
    run, head = history.run, history.head
    with pytest.raises(DataError):
        history.fork(10, DataEdit.of(DeleteExample(9)))
    with pytest.raises(ExperimentError):
        history.fork(10, SettingsChange.of({"training.learning_rate": -1.0}))
    assert history.run is run
    assert history.head is head


CHANGES: tuple[Change, ...] = (SLOWER, NUDGE, DataEdit.of(MoveExample(1, (0.5, 0.5))))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(CHANGES)), max_size=4),
    st.integers(0, 200),
    st.sampled_from([2, 4, 10, 1000]),
)
def test_a_childs_curves_hold_every_measurement_up_to_the_fork(
    steps: list[tuple[int, Change]], at: int, capacity: int
) -> None:
    """Against the same run measured without any bound, also where the parent has merged what was there."""
    histories = []
    for size in (capacity, 100_000):
        history = History(Trainer(xor(training__evaluate_every__unit="presentation")))
        history.curves = type(history.curves)(history.curves.columns, size)
        history.curves.append(np.zeros((1, 3)), history.trainer.measure(history.start)[None, :])
        for n, change in steps:
            history = train(history, n)
            history = history.fork(history.head.counters.presentations, change)
        histories.append(train(history, 60))
    bounded, exact = histories
    at = min(at, bounded.head.counters.presentations)
    child = bounded.fork(at, SLOWER)
    x, y = exact.curves.series(0, "presentations")
    inside = x <= at
    assert child.curves.n_measurements == int(inside.sum())
    assert child.curves.last(0) == y[inside][-1]
    found_x, found_y = child.curves.series(0, "presentations")
    assert (found_x[0], found_x[-1]) == (0, at)
    assert (found_y.min(), found_y.max()) == (y[inside].min(), y[inside].max())
    best = child.curves.best(0)
    assert best is not None
    assert best.presentations == x[inside][int(y[inside].argmin())]
    assert bounded.curves.n_measurements == exact.curves.n_measurements


@pytest.mark.parametrize("is_perceptron", [False, True])
@pytest.mark.parametrize("unit", ["presentation", "update", "epoch"])
def test_steps_forward_and_back_meet_the_changes_on_the_way(unit: StepUnit, is_perceptron: bool) -> None:
    """Steps through a run whose epochs change their length, against the counters of its states."""
    history = train(History(Trainer(gate("or") if is_perceptron else xor())), 30)
    for n, change in ((0, SHORTER), (17, DataEdit.of(AddExample((2.0, -1.0), (1.0,)))), (3, SHORTER), (13, SLOWER)):
        train(history, n)
        history = history.fork(history.head.counters.presentations, change)
    train(history, 30)
    states = [history.state_at(p) for p in range(history.head.counters.presentations + 1)]

    def is_boundary(p: int) -> bool:
        if p in (0, len(states) - 1) or unit == "presentation":
            return True
        now, last = states[p].counters, states[p - 1].counters
        return now.updates > last.updates if unit == "update" else now.position_in_epoch == 0

    moments = [p for p in range(len(states)) if is_boundary(p)]
    for p, state in enumerate(states[:-1]):
        back = [m for m in moments if m < p and m != len(states) - 1]
        assert history.before(state, unit) == (back[-1] if back else 0)
        forward = p + history.presentations_to(state, unit)
        if unit == "update" and states[-1].counters.updates == state.counters.updates:
            assert forward > len(states) - 1
        elif unit == "epoch" and forward >= len(states):
            assert all(m <= p or m == len(states) - 1 for m in moments)
        else:
            assert forward == next(m for m in moments if m > p)


# --- memory ----------------------------------------------------------------------------------------------------------


def test_interventions_that_lost_their_checkpoints_happen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MAX_CHECKPOINTS", 4)
    history = History(Trainer(xor()))
    forward = []
    for i in range(40):
        train(history, 3)
        state = history.head
        forward.append(state)
        history = history.fork(3 * i + 3, WeightEdit.of(Address("biases[0]", (0,)), 0.1 * i))
    assert len(history.checkpoints) <= 4
    for i, state in enumerate(forward[:-1]):
        edited = history.state_at(3 * i + 3).params
        assert edited[4] == 0.1 * i
        np.testing.assert_array_equal(np.delete(edited, 4), np.delete(state.params, 4))


def test_a_visited_place_is_reached_again_from_nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step back in the middle of a wide gap replays the gap once, then only the last part of it."""
    trainer = Trainer(xor())
    history = History(trainer)
    history.record(trainer.advance(history.start, 20_000))
    shown = []
    advance = trainer.advance

    def counted(state: TrainState, n: int) -> TrainState:
        shown.append(n)
        return advance(state, n)

    monkeypatch.setattr(trainer, "advance", counted)
    cursor = history.state_at(11_000)
    assert sum(shown) == 11_000
    for unit in ("presentation", "update", "presentation", "update", "epoch"):
        shown.clear()
        cursor = history.state_at(history.before(cursor, unit))  # type: ignore[arg-type]
        assert sum(shown) <= 4 * 20_000 / 64
    shown.clear()
    history.state_at(history.before(history.head, "update"))
    assert sum(shown) <= 20_000
