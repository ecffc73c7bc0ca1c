"""Moves in time that take long: the window lives and says how far they are, a click stops them, they end exactly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from app import moves
from app.application import make_application
from app.frame import Frame
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.interventions import SettingsChange
from nlcore.records import TrainState
from tests.app.lessons import xor_lesson

LONG = 2000


class SlowModel:
    """Lets every presentation take a millisecond, once it is turned on, and stops where a test wants to look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_on = False
        self.left: int | None = None
        self._go_on = threading.Event()
        quick: Callable[..., Any] = FeedforwardModel.advance

        def advance(model: FeedforwardModel, state: TrainState, n: int, **how: bool) -> Any:
            if self.is_on:
                time.sleep(0.001 * n)
                self._wait(n)
            return quick(model, state, n, **how)

        monkeypatch.setattr(FeedforwardModel, "advance", advance)

    def _wait(self, n: int) -> None:
        if self.left is not None:
            self.left -= n
            if self.left < 0:
                self._go_on.wait(60)

    def stop_after(self, n: int) -> None:
        """Stop after about so many presentations until `go_on`."""
        self._go_on.clear()
        self.left = n

    def go_on(self) -> None:
        self.left = None
        self._go_on.set()


class Desk:
    """A window with a run of which only the start and the end are kept."""

    def __init__(self, qtbot: QtBot, slow: SlowModel) -> None:
        self.qtbot, self.slow = qtbot, slow
        self.window = MainWindow(Session(), Settings(theme="light"))
        self.session = self.window.session
        self.window.resize(780, 700)
        self.window.show()
        self.window.create_panes()
        self.frames: list[Frame] = []
        self.session.frame_changed.connect(self.frames.append)
        self.bar: QProgressBar = self.window.status_line.findChild(QProgressBar)  # type: ignore[assignment]
        self.cancel: QPushButton = self.window.status_line.findChild(QPushButton)  # type: ignore[assignment]
        self.slider: QSlider = self.window.timeline.findChild(QSlider)  # type: ignore[assignment]

    def open(self, **changes: Any) -> None:
        self.session.open(xor_lesson(**changes))
        self.qtbot.waitUntil(lambda: self.session.activity == "paused", timeout=30_000)
        self.session.adopt(self.long_run())
        self.frames.clear()
        self.slow.is_on = True

    def long_run(self, rate: float | None = None) -> History:
        assert self.session.history is not None
        history = History(self.session.history.trainer)
        if rate is not None:
            history = history.fork(0, SettingsChange.of({"training.learning_rate": rate}))
        was_on, self.slow.is_on = self.slow.is_on, False
        history.extend(history.trainer.measured_advance(history.head, LONG, stops=False))
        self.slow.is_on = was_on
        return history

    def expected(self, presentations: int, track: int = 0) -> TrainState:
        """Return the state after so many presentations, computed forwards from the start."""
        self.slow.is_on = False
        trainer = self.session.tracks[track].history.trainer
        found = trainer.advance(self.session.tracks[track].history.start, presentations)
        self.slow.is_on = True
        return found

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.session.moves.is_active, timeout=60_000)

    @property
    def cursor(self) -> TrainState:
        assert self.session.cursor is not None
        return self.session.cursor

    def said(self) -> str:
        return self.window.status_line.text("message")


@pytest.fixture
def desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(moves, "PATIENCE", 0.01)
    make_application()
    found = Desk(qtbot, SlowModel(monkeypatch))
    yield found
    found.slow.go_on()
    found.window.close()


def test_a_long_seek_shows_how_far_it_is_and_arrives_exactly(desk: Desk) -> None:
    desk.open()
    ticks, timer = [0], QTimer(interval=20)
    timer.timeout.connect(lambda: ticks.__setitem__(0, ticks[0] + 1))
    timer.start()
    before = desk.cursor
    desk.slow.stop_after(500)
    desk.session.seek(1000)
    assert desk.session.moves.is_active
    assert desk.bar.isVisible()
    assert desk.cancel.isVisible()
    assert "presentation 1 000" in desk.said().replace("\u202f", " ").replace(",", " ")
    desk.qtbot.waitUntil(lambda: 0 < desk.bar.value() < desk.bar.maximum(), timeout=30_000)
    assert desk.cursor is before
    assert desk.frames == []
    desk.qtbot.waitUntil(lambda: ticks[0] > 5, timeout=30_000)  # the window is alive
    assert desk.session.moves.is_active
    timer.stop()
    desk.slow.go_on()
    desk.wait()
    assert desk.cursor.same_bits(desk.expected(1000))
    assert len(desk.frames) == 1
    assert desk.frames[0].lead.state is desk.cursor
    assert not desk.bar.isVisible()
    assert desk.said() == ""


def test_cancel_leaves_everything_and_the_next_way_is_shorter(desk: Desk) -> None:
    desk.open()
    before, place = desk.cursor, desk.slider.value()
    desk.slow.stop_after(1500)
    desk.session.seek(1900)
    desk.qtbot.waitUntil(lambda: desk.bar.value() > 600, timeout=30_000)
    desk.cancel.click()
    desk.slow.go_on()
    assert desk.cursor is before
    assert desk.slider.value() == place
    assert not desk.bar.isVisible()
    assert "stays where it was" in desk.said()
    assert not desk.session.moves.is_active
    assert desk.session.history is not None
    assert desk.session.history.nearest(1900).counters.presentations > 0  # a state of the way is kept
    desk.session.seek(1900)
    desk.wait()
    assert desk.cursor.same_bits(desk.expected(1900))


def test_the_newest_of_several_seeks_counts(desk: Desk) -> None:
    desk.open()
    desk.slow.stop_after(0)
    for place in (400, 800, 1600, 1200):
        desk.slider.setValue(place)
        desk.qtbot.wait(50)
        assert desk.slider.value() == place  # it stays where the hand has put it
    desk.slow.go_on()
    desk.wait()
    assert desk.cursor.same_bits(desk.expected(1200))
    assert [frame.lead.state.counters.presentations for frame in desk.frames] == [1200]


@pytest.mark.parametrize(("unit", "place"), [("presentation", 999), ("update", 999), ("epoch", 996)])
def test_steps_back_take_their_time(desk: Desk, unit: Any, place: int) -> None:
    desk.open()
    desk.session.seek(1000)
    desk.wait()
    history = desk.long_run()  # nothing near is kept
    desk.session.tracks[0].tree.current.history = history
    desk.session.tracks[0].cursor = desk.expected(1000)
    desk.session.step_back(unit)
    assert desk.session.moves.is_active
    desk.wait()
    assert desk.cursor.same_bits(desk.expected(place))


def test_a_long_epoch_is_trained_beside_the_window(desk: Desk) -> None:
    desk.open(dataset={"name": "blobs", "n": 300}, network__layers=[2, 2, 1])
    history = desk.session.history
    assert history is not None
    head, n_measured = history.head, history.curves.n_measurements
    length = history.trainer.model.epoch_length
    for _ in range(2):
        desk.slow.stop_after(50)
        desk.session.step("epoch")
        desk.qtbot.waitUntil(lambda: desk.bar.value() > 0, timeout=30_000)
        desk.window.actions_by_id["pause"].trigger()
        desk.slow.go_on()
        assert (history.head, desk.cursor, history.curves.n_measurements) == (head, head, n_measured)
        assert "stays where it was" in desk.said()
    desk.session.step("epoch")
    desk.wait()
    done = LONG + (-LONG % length or length)
    assert desk.cursor is history.head
    assert history.head.counters.presentations == done
    assert history.head.same_bits(desk.expected(done))
    assert history.curves.n_measurements == n_measured + 1


def test_all_tracks_go_together(desk: Desk) -> None:
    desk.open()
    desk.session.comparison.add({"training.learning_rate": 0.1})
    desk.qtbot.waitUntil(lambda: len(desk.session.tracks) == 2 and desk.session.activity == "paused", timeout=60_000)
    desk.session.tracks[1].tree.current.history = desk.long_run(0.1)
    desk.session.seek(LONG)
    desk.wait()
    desk.session.seek(700)
    while desk.session.moves.is_active:
        assert [track.done for track in desk.session.tracks] == [LONG, LONG]
        desk.qtbot.wait(20)
    assert [track.done for track in desk.session.tracks] == [700, 700]
    assert all(desk.session.tracks[k].cursor.same_bits(desk.expected(700, k)) for k in range(2))


def test_whatever_is_done_meanwhile_gives_the_move_up(desk: Desk) -> None:
    desk.open()
    desk.session.seek(1000)
    desk.session.changes.set("training.learning_rate", 0.01)
    assert not desk.session.moves.is_active
    assert desk.session.history is not None
    assert [i.at for i in desk.session.history.run.interventions] == [LONG]
    desk.session.seek(1000)
    desk.session.play(presentations=2)
    desk.qtbot.waitUntil(lambda: desk.session.activity == "paused", timeout=30_000)
    assert desk.cursor.counters.presentations == LONG + 2


def test_another_course_that_is_given_up_is_at_its_start(desk: Desk) -> None:
    desk.open()
    desk.session.changes.set("training.learning_rate", 0.01)
    tree = desk.session.tree
    assert tree is not None
    tree.root.history = desk.long_run()
    desk.session.tracks[0].cursor = desk.expected(1500)
    desk.session.changes.select(1)
    assert desk.session.moves.is_active
    desk.cancel.click()
    assert desk.cursor is tree.root.history.start
    assert "its start" in desk.said()
    assert desk.frames[-1].lead.state is desk.cursor


def test_a_fault_on_the_way_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    before, problems = desk.cursor, []
    desk.window.session.problem_occurred.disconnect(desk.window.show_problem)
    desk.session.problem_occurred.connect(problems.append)

    def broken(*_: Any, **__: Any) -> Any:
        raise MemoryError("no room")

    monkeypatch.setattr(FeedforwardModel, "advance", broken)
    desk.session.seek(1000)
    desk.wait()
    assert ["no room" in sentence for sentence in problems] == [True]
    assert desk.cursor is before


def test_a_large_network_with_matrix_products(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stand-in: a network whose updates take long, stepped and sought in a real window."""
    monkeypatch.setattr(moves, "PATIENCE", 0.01)
    make_application()
    window = MainWindow(Session(), Settings(theme="light"))
    session = window.session
    session.open(
        xor_lesson(
            dataset={"name": "blobs", "n": 160},
            network__layers=[2, 800, 800, 1],
            network__activations=["tanh", "tanh", "sigmoid"],
            training__mode="mini_batch",
            training__batch_size=32,
            training__momentum=0.0,
        )
    )
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=60_000)
    assert session.history is not None
    trainer = session.history.trainer
    assert trainer.model.kernel == "vectorized"
    session.step("epoch")
    assert session.moves.is_active
    qtbot.waitUntil(lambda: not session.moves.is_active, timeout=120_000)
    head = session.history.head
    assert head.counters.epochs == 1
    assert np.array_equal(head.params, trainer.advance(trainer.initial_state(), trainer.model.epoch_length).params)
    session.seek(100)
    qtbot.waitUntil(lambda: not session.moves.is_active, timeout=120_000)
    assert session.cursor is not None
    assert session.cursor.same_bits(trainer.advance(trainer.initial_state(), 100))
    window.close()
