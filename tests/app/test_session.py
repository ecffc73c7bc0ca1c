"""The session: every intent leads to the state the trainer says, at any speed, with or without the fast kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app import texts
from app.frame import Frame, Selection
from app.playback import SPEEDS
from app.session import Session, Status
from nlcore import kernels
from nlcore.records import FinishReason
from tests.app.lessons import and_lesson, xor_lesson

FULL, SLOW = SPEEDS[-1], SPEEDS[2]


class Watched:
    """A session with everything it said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session = Session()
        self.frames: list[Frame] = []
        self.statuses: list[Status] = []
        self.problems: list[str] = []
        self.session.frame_changed.connect(self.frames.append)
        self.session.status_changed.connect(self.statuses.append)
        self.session.problem_occurred.connect(self.problems.append)

    def open(self, lesson: Any) -> Session:
        self.session.open(lesson)
        self.wait_until("paused", "empty")
        return self.session

    def wait_until(self, *activities: str) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity in activities, timeout=20_000)

    @property
    def head(self) -> Any:
        assert self.session.history is not None
        return self.session.history.head

    def replayed(self) -> Any:
        assert self.session.history is not None
        trainer = self.session.history.trainer
        return trainer.advance(trainer.initial_state(), self.head.counters.presentations)


@pytest.fixture
def watched(qtbot: QtBot) -> Iterator[Watched]:
    found = Watched(qtbot)
    yield found
    found.session.close()


def test_opening_gives_the_first_frame(watched: Watched) -> None:
    watched.open(xor_lesson())
    assert watched.frames[-1].changed >= {"lesson", "state", "curves"}
    assert watched.head.counters.presentations == 0
    assert [status.activity for status in watched.statuses][:2] == ["loading", "paused"]


@pytest.mark.parametrize("unit", ["presentation", "update", "epoch"])
def test_steps_are_the_trainers(watched: Watched, unit: Any) -> None:
    session = watched.open(and_lesson())
    session.step(unit)
    expected = {"presentation": (1, 0), "update": (1, 0), "epoch": (4, 1)}[unit]
    assert (watched.head.counters.presentations, watched.head.counters.epochs) == expected
    assert watched.head.same_bits(watched.replayed())
    assert watched.frames[-1].lead.state is watched.head


def test_no_next_update_is_told(watched: Watched) -> None:
    session = watched.open(and_lesson())
    for _ in range(30):
        session.step("update")
    assert "no next update" in watched.statuses[-1].message
    done = watched.head.counters
    session.step("update")
    assert watched.head.counters == done


@pytest.mark.parametrize("is_fast", [True, False], ids=["thread", "slices"])
def test_full_speed_until_the_stop_rule(watched: Watched, is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_fast and not kernels.prepare():
        pytest.skip("numba is not installed")
    if not is_fast:
        monkeypatch.setattr(kernels, "is_ready", lambda **_: False)
    session = watched.open(xor_lesson(training__stop={"epochs": 700}))
    session.set_speed(FULL)
    session.play()
    watched.wait_until("paused")
    assert watched.head.counters.epochs == 700
    assert watched.head.same_bits(watched.replayed())
    assert watched.frames[-1].lead.reason is FinishReason.STOP_RULE
    assert "700 epochs are done" in watched.statuses[-1].message
    assert watched.session.history is not None
    assert watched.session.history.curves.n_measurements == 701
    session.play()  # again: on beyond the stop rule
    watched.qtbot.waitUntil(lambda: watched.head.counters.epochs > 700, timeout=20_000)
    session.pause()
    assert watched.head.same_bits(watched.replayed())


def test_a_limit_is_met_exactly_at_any_speed(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    for speed in (FULL, SPEEDS[-2]):
        before = watched.head.counters.epochs
        session.set_speed(speed)
        session.step("presentation")
        session.play(epochs=100)
        watched.wait_until("paused")
        assert watched.head.counters.epochs == before + 101
        assert watched.head.counters.position_in_epoch == 0


def test_slow_playback_shows_single_examples(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.set_speed(SLOW)
    session.play()
    watched.qtbot.waitUntil(lambda: watched.head.counters.presentations >= 5, timeout=5_000)
    session.pause()
    assert watched.head.counters.presentations < 60
    seen = [frame.lead.state.counters.presentations for frame in watched.frames]
    assert len(set(seen)) >= 5


def test_speed_may_change_while_running(watched: Watched) -> None:
    kernels.prepare()
    session = watched.open(xor_lesson())
    session.set_speed(SLOW)
    session.play()
    session.set_speed(FULL)
    watched.qtbot.waitUntil(lambda: watched.head.counters.presentations > 1_000, timeout=20_000)
    session.set_speed(SLOW)
    assert session.activity == "running"
    session.pause()
    assert watched.head.same_bits(watched.replayed())


def test_restart_keeps_the_weights_and_new_weights_do_not(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    start = watched.head
    session.step("epoch")
    session.restart()
    assert watched.head.same_bits(start)
    assert watched.frames[-1].lead.curves.n_measurements == 1
    session.new_weights()
    assert watched.head.params.tobytes() != start.params.tobytes()
    assert watched.frames[-1].lead.experiment.seed == 6


def test_divergence_is_said_and_nothing_breaks(watched: Watched) -> None:
    linear = {"layers": [2, 3, 1], "activations": ["linear", "linear"]}
    session = watched.open(xor_lesson(network=linear, training__learning_rate=1e300))
    session.set_speed(FULL)
    session.play()
    watched.wait_until("paused")
    assert "Diverged" in watched.statuses[-1].message
    assert "smaller learning rate" in watched.statuses[-1].message
    session.step("epoch")
    session.play()
    assert session.activity == "paused"
    session.restart()
    assert watched.head.counters.presentations == 0


def test_an_experiment_that_does_not_fit_is_a_sentence(watched: Watched) -> None:
    session = watched.open(xor_lesson(network={"layers": [3, 2, 1], "activations": ["sigmoid", "sigmoid"]}))
    assert session.activity == "empty"
    assert watched.problems == ["network: layers[0] has 3 units, but the data set has 2 inputs"]
    session.play()
    session.step("epoch")
    session.restart()
    session.new_weights()
    assert session.activity == "empty"
    watched.open(xor_lesson())
    assert session.activity == "paused"


def test_selection_reaches_the_frame(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.select(Selection(unit=(1, 0)))
    assert watched.frames[-1].selection.unit == (1, 0)
    assert watched.frames[-1].changed == {"selection"}


def test_opening_another_lesson_while_running(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.set_speed(FULL)
    session.play()
    session.open(xor_lesson(seed=9))
    session.open(and_lesson())
    watched.wait_until("paused")
    assert watched.frames[-1].lead.experiment.training.rule == "perceptron"


def test_back_and_forth_is_the_same_run(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    for _ in range(3):
        session.step("epoch")
    session.step("presentation")
    head, measured = session.history.head, session.history.curves.n_measurements  # type: ignore[union-attr]
    for unit, place in (("presentation", 12), ("epoch", 8), ("update", 7), ("epoch", 4), ("epoch", 0), ("epoch", 0)):
        session.step_back(unit)  # type: ignore[arg-type]
        assert session.cursor is not None
        assert session.cursor.counters.presentations == place
        assert session.cursor.same_bits(session.history.trainer.advance(session.history.start, place))  # type: ignore[union-attr]
        assert watched.frames[-1].lead.state is session.cursor
    assert session.history.head is head  # type: ignore[union-attr]
    for _ in range(3):
        session.step("epoch")
    assert session.cursor.counters.presentations == 12
    assert session.history.curves.n_measurements == measured  # type: ignore[union-attr]
    session.step("epoch")
    assert session.history.head.counters.presentations == 16  # type: ignore[union-attr]


@pytest.mark.parametrize("speed", [SPEEDS[-1], SPEEDS[-2]])
def test_playing_from_the_past_reaches_the_future(watched: Watched, speed: Any) -> None:
    kernels.prepare()
    session = watched.open(xor_lesson(training__stop={"epochs": 300}))
    session.set_speed(FULL)
    session.play()
    watched.wait_until("paused")
    head = watched.head
    session.seek(200)
    assert watched.frames[-1].lead.reason is None
    session.set_speed(speed)
    session.play()
    watched.wait_until("paused")
    assert watched.head is head
    assert session.cursor is head
    assert "300 epochs are done" in watched.statuses[-1].message
    session.seek(200)
    session.play(epochs=300)
    watched.wait_until("paused")
    assert watched.head.counters.epochs == 350
    assert watched.head.same_bits(watched.replayed())


def test_the_best_validation_can_be_shown(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.seek_best()  # no validation set: nothing happens
    assert session.cursor is watched.head


def test_an_end_just_before_a_change_of_speed_is_not_lost(watched: Watched) -> None:
    if not kernels.prepare():
        pytest.skip("numba is not installed")
    session = watched.open(xor_lesson(training__stop={"epochs": 5}))
    session.set_speed(FULL)
    session.play()
    playback = session._playback
    assert playback is not None
    playback.tick()  # starts the thread, which ends within the same frame
    watched.qtbot.waitUntil(lambda: playback._runner is not None and not playback._runner.is_running)
    session.set_speed(SLOW)
    watched.wait_until("paused")
    assert watched.head.counters.epochs == 5
    assert "5 epochs are done" in watched.statuses[-1].message


def test_several_epochs_at_once_are_as_many_single_ones(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.set_speed(FULL)
    session.step("presentation")
    session.step("epoch", 2)
    watched.wait_until("paused")
    assert watched.head.counters.presentations == 8


def test_a_step_into_divergence_says_so(watched: Watched) -> None:
    linear = {"layers": [2, 3, 1], "activations": ["linear", "linear"]}
    session = watched.open(xor_lesson(network=linear, training__learning_rate=1e300))
    session.step("epoch")
    assert "Diverged" in watched.statuses[-1].message


def test_a_fault_while_playing_ends_the_run_not_the_window(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    session = watched.open(xor_lesson())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(session.history.trainer, "measured_advance", fail)  # type: ignore[union-attr]
    session.play()
    watched.wait_until("paused")
    assert "broken on purpose" in watched.problems[0]
    session.restart()
    assert session.activity == "paused"


def test_idle_means_no_timer(watched: Watched) -> None:
    session = watched.open(xor_lesson())
    session.step("epoch")
    n_frames = len(watched.frames)
    watched.qtbot.wait(200)
    assert len(watched.frames) == n_frames


def test_very_many_examples_are_measured_beside_the_window(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """At rest the numbers come when they are known; they are those of the cursor."""
    monkeypatch.setattr("app.measuring.MOST_AT_ONCE", 3)  # XOR has four
    session = watched.open(xor_lesson())
    session.step("epoch")
    first = watched.statuses[-1]
    assert first.row is None
    said = texts.numbers(first, session.history)
    assert said.counters != ""
    assert said.measures == ("measuring …",)
    watched.qtbot.waitUntil(lambda: watched.statuses[-1].row is not None, timeout=10_000)
    assert session.history is not None
    expected = session.history.trainer.measure_quickly(watched.head)
    assert watched.statuses[-1].row.tolist() == expected.tolist()
    assert not any("measuring" in measure for measure in texts.numbers(watched.statuses[-1], session.history).measures)
    session.set_speed(FULL)
    session.play(epochs=3000)
    watched.wait_until("paused")
    watched.qtbot.waitUntil(lambda: watched.statuses[-1].row is not None, timeout=10_000)
    expected = session.history.trainer.measure_quickly(watched.head)
    assert watched.statuses[-1].row.tolist() == expected.tolist()
