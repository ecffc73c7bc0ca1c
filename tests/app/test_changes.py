"""Changes in the middle of a run, seen from the session: the same bits after undo, one change for several tries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame
from app.lesson import find_lesson
from app.playback import SPEEDS
from app.session import Session
from app.status import Status
from nlcore import kernels
from nlcore.errors import ExperimentError, LabError
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address
from tests.app.lessons import and_lesson, xor_lesson

RATE, MOMENTUM = "training.learning_rate", "training.momentum"


def rate(value: float) -> SettingsChange:
    return SettingsChange.of({RATE: value})


class Lab:
    """A session with what it said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session = Session()
        self.frames: list[Frame] = []
        self.statuses: list[Status] = []
        self.session.frame_changed.connect(self.frames.append)
        self.session.status_changed.connect(self.statuses.append)

    def open(self, lesson: Any) -> Session:
        self.session.open(lesson)
        self.wait("paused")
        return self.session

    def wait(self, activity: str) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity == activity, timeout=30_000)

    def train(self, epochs: int) -> None:
        self.session.set_speed(SPEEDS[-1])
        self.session.play(epochs=epochs)
        self.wait("paused")

    @property
    def head(self) -> Any:
        assert self.session.history is not None
        return self.session.history.head

    @property
    def place(self) -> int:
        assert self.session.cursor is not None
        return self.session.cursor.counters.presentations

    @property
    def in_force(self) -> float:
        return self.frames[-1].lead.experiment.training.learning_rate


@pytest.fixture
def lab(qtbot: QtBot) -> Iterator[Lab]:
    made = Lab(qtbot)
    yield made
    made.session.close()


def forward(session: Session, *parts: tuple[dict[str, object], int]) -> Any:
    """Train in one go with settings that change on the way, without history and tree."""
    assert session.history is not None
    trainer = session.history.trainer_at(0)
    experiment, data, kernel = session.history.run.experiment, trainer.model.data, trainer.model.kernel
    state = session.history.start
    for settings, n in parts:
        experiment = experiment.replace(settings)
        state = type(trainer)(experiment, data, kernel).advance(state, n)
    return state


def test_a_change_in_the_past_makes_another_course(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(100)
    old, measured = lab.head, session.history.curves.n_measurements  # type: ignore[union-attr]
    session.seek(201)
    moment = session.cursor
    session.changes.intervene(rate(0.05))
    assert lab.place == 201
    assert session.cursor.params.tobytes() == moment.params.tobytes()  # type: ignore[union-attr]
    assert lab.in_force == 0.05
    assert lab.statuses[-1].message.startswith("Learning rate 0.5 → 0.05 from presentation 201 on.")
    (ghost,) = lab.frames[-1].lead.ghosts
    assert (ghost.name, ghost.at, ghost.number) == ("without learning rate 0.5 → 0.05", 201, 1)
    assert ghost.curves.n_measurements == measured
    lab.train(100)
    assert lab.head.same_bits(forward(session, ({}, 201), ({RATE: 0.05}, lab.place - 201)))
    session.changes.undo()
    assert lab.place == 201
    assert lab.in_force == 0.5
    assert lab.head is old
    assert "before “learning rate 0.5 → 0.05”" in lab.statuses[-1].message
    assert [ghost.name for ghost in lab.frames[-1].lead.ghosts] == ["with learning rate 0.5 → 0.05"]


def test_undo_and_the_same_again_have_the_same_bits(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(30)
    session.changes.intervene(rate(0.9))
    lab.train(30)
    first = lab.head
    session.changes.undo()
    assert lab.place == 120
    session.changes.redo()
    assert lab.head is first
    session.changes.undo()
    session.changes.intervene(rate(0.9))
    assert lab.head is not first
    lab.train(30)
    assert lab.head.same_bits(first)


def test_scrubbing_over_a_change_shows_what_is_in_force(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(10)
    session.changes.intervene(rate(0.1))
    lab.train(10)
    for place, expected in ((0, 0.5), (39, 0.5), (40, 0.1), (80, 0.1), (20, 0.5)):
        session.seek(place)
        assert lab.in_force == expected
        assert session.cursor.same_bits(forward(session, ({}, min(place, 40)), ({RATE: 0.1}, max(0, place - 40))))  # type: ignore[union-attr]
    assert [(mark.at, mark.text) for mark in session.changes.marks] == [(40, "learning rate 0.5 → 0.1")]


def test_several_tries_at_one_moment_are_one_change(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(10)
    for value in (0.1, 0.2, 0.3):
        session.changes.intervene(rate(value))
    assert [ghost.name for ghost in lab.frames[-1].lead.ghosts] == ["without learning rate 0.5 → 0.3"]
    session.changes.intervene(SettingsChange.of({MOMENTUM: 0.0}))  # another setting is another change
    assert [number for number, _, _ in session.changes.all_courses] == [1, 2, 3]
    assert session.changes.undo_text == "momentum 0.9 → 0"
    session.changes.undo()
    session.changes.undo()
    assert lab.in_force == 0.5
    assert session.changes.undo_text == ""


def test_after_training_the_same_setting_is_a_new_change(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(2)
    session.changes.intervene(rate(0.1))
    session.step("presentation")
    session.changes.intervene(rate(0.2))
    assert [mark.text for mark in session.changes.marks] == ["learning rate 0.5 → 0.1", "learning rate 0.1 → 0.2"]
    session.seek(8)
    session.changes.intervene(rate(0.3))  # in the past of both
    assert len(session.changes.all_courses) == 4


def test_back_to_the_old_value_is_no_change(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(2)
    session.changes.intervene(rate(0.5))
    assert session.changes.all_courses == ()
    assert "Nothing has changed" in lab.statuses[-1].message
    session.changes.intervene(rate(0.1))
    session.changes.intervene(rate(0.5))
    assert session.changes.undo_text == ""
    assert "as if nothing had been changed" in lab.statuses[-1].message


@pytest.mark.parametrize("is_fast", [True, False], ids=["thread", "slices"])
def test_a_change_while_running(lab: Lab, is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_fast and not kernels.prepare():
        pytest.skip("numba is not installed")
    if not is_fast:
        monkeypatch.setattr(kernels, "is_ready", lambda **_: False)
    session = lab.open(xor_lesson())
    session.set_speed(SPEEDS[-1])
    session.play()
    lab.qtbot.waitUntil(lambda: lab.place > 500, timeout=20_000)
    session.changes.intervene(rate(0.1))
    assert session.activity == "running"
    (mark,) = session.changes.marks
    assert mark.at > 500
    lab.qtbot.waitUntil(lambda: lab.place > mark.at + 500, timeout=20_000)
    session.pause()
    assert lab.head.same_bits(forward(session, ({}, mark.at), ({RATE: 0.1}, lab.place - mark.at)))


def test_a_change_while_running_keeps_the_goal(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    session.set_speed(SPEEDS[5])
    session.play(epochs=100)
    lab.qtbot.waitUntil(lambda: lab.place > 8, timeout=20_000)
    session.changes.intervene(rate(0.1))
    session.set_speed(SPEEDS[-1])
    lab.wait("paused")
    assert lab.place == 400


def test_a_refused_change_leaves_the_run_alone(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    session.play()
    with pytest.raises(ExperimentError, match="momentum"):
        session.changes.intervene(SettingsChange.of({MOMENTUM: 1.0}))
    assert session.activity == "running"
    session.pause()
    assert session.changes.all_courses == ()
    with pytest.raises(ExperimentError, match="weights"):
        session.changes.intervene(WeightEdit.of(Address("weights[9]", (0, 0)), 1.0))
    assert session.changes.undo_text == ""


def test_without_a_run_there_is_nothing_to_change(lab: Lab) -> None:
    with pytest.raises(LabError, match="open a lesson"):
        lab.session.changes.intervene(rate(0.1))
    lab.session.changes.undo()
    lab.session.changes.redo()
    lab.session.changes.select(1)
    assert lab.session.activity == "empty"


def test_zero_is_allowed_and_said_to_teach_nothing(lab: Lab) -> None:
    session = lab.open(xor_lesson(training__momentum=0.0))
    session.step("epoch")
    session.changes.intervene(rate(0.0))
    assert "nothing will be learnt" in lab.statuses[-1].message
    before = lab.head.params.tobytes()
    session.step("epoch")
    assert lab.head.params.tobytes() == before


def test_a_new_run_forgets_the_courses(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    begins = (session.restart, session.new_weights, lambda: lab.open(and_lesson()))
    for begin, value in zip(begins, (0.1, 0.2, 0.123), strict=True):
        session.step("epoch")
        session.changes.intervene(rate(value))
        assert session.changes.undo_text
        begin()
        assert session.changes.all_courses == ()
        assert lab.frames[-1].lead.ghosts == ()
        assert lab.place == 0
    assert lab.in_force != 0.123  # a lesson brings its own settings; the others keep those of the moment


def test_restart_keeps_the_settings_of_the_moment(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    start = lab.head
    session.step("epoch")
    session.changes.intervene(rate(0.1))
    session.restart()
    assert lab.in_force == 0.1
    assert lab.head.same_bits(start)


def test_choosing_another_course_keeps_the_moment(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(10)
    session.seek(12)
    session.changes.intervene(rate(0.1))
    lab.train(5)
    session.changes.select(1)
    assert (lab.place, lab.head.counters.presentations, lab.in_force) == (32, 40, 0.5)
    session.seek(40)
    session.changes.select(2)
    assert lab.place == 32  # it is shorter
    assert session.changes.all_courses == (
        (1, "without learning rate 0.5 → 0.1", False),
        (2, "with learning rate 0.5 → 0.1", True),
    )


def test_there_are_at_most_seven_ghosts(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    for k in range(12):
        session.step("presentation")
        session.changes.intervene(rate(0.01 * (k + 1)))
        assert len(lab.frames[-1].lead.ghosts) == min(k + 1, 7)
    while session.changes.undo_text:
        session.changes.undo()
    assert lab.in_force == pytest.approx(0.05)  # the oldest were dropped


def test_ghosts_part_where_the_later_of_two_changes_was(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    lab.train(10)
    session.seek(20)
    session.changes.intervene(rate(0.1))  # 2
    session.changes.undo()
    session.seek(30)
    session.changes.intervene(rate(0.2))  # 3
    assert [(ghost.number, ghost.at) for ghost in lab.frames[-1].lead.ghosts] == [(1, 30), (2, 20)]
    session.changes.select(2)
    assert [(ghost.number, ghost.at) for ghost in lab.frames[-1].lead.ghosts] == [(1, 20), (3, 20)]


def test_ghosts_are_made_once(lab: Lab) -> None:
    session = lab.open(xor_lesson())
    session.step("epoch")
    session.changes.intervene(rate(0.1))
    session.set_speed(SPEEDS[5])
    session.play()
    lab.qtbot.waitUntil(lambda: lab.place > 40, timeout=20_000)
    session.pause()
    assert len({id(frame.lead.ghosts) for frame in lab.frames if frame.lead.ghosts}) == 1


@pytest.mark.parametrize("source", ["synthetic", "cmu"])
def test_faces(lab: Lab, source: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if source == "cmu":
        monkeypatch.setenv("NLLAB_DATA", str(request.getfixturevalue("real_data")))
    lesson = find_lesson("faces")
    session = lab.open(lesson)
    assert lab.frames[-1].lead.data.source == source  # type: ignore[union-attr]
    lab.train(2)
    session.seek(300)
    session.changes.intervene(rate(0.05))
    lab.train(1)
    assert lab.head.same_bits(forward(session, ({}, 300), ({RATE: 0.05}, lab.place - 300)))
    session.changes.undo()
    assert lab.place == 300
    assert lab.head.counters.epochs == 2
