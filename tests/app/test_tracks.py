"""Several tracks on one clock: they stay together, end by themselves, and are compared, removed and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.lesson import Lesson, Variant
from app.playback import SPEEDS
from app.session import Session
from app.track import Track
from nlcore import kernels
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.errors import LabError
from nlcore.interventions import SettingsChange
from nlcore.records import FinishReason
from tests.app.lessons import xor_lesson

RATES = {"slow": 0.05, "fast": 2.0}


def lesson(**changes: Any) -> Lesson:
    """Return XOR with three learning rates."""
    found = xor_lesson(**changes)
    variants = tuple(Variant(name, {"training.learning_rate": rate}) for name, rate in RATES.items())
    fields = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return Lesson(**{**fields, "variants": variants})


class Desk:
    """A session with what it said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session = Session()
        self.frames: list[Any] = []
        self.statuses: list[Any] = []
        self.session.frame_changed.connect(self.frames.append)
        self.session.status_changed.connect(self.statuses.append)

    def open(self, lesson: Lesson) -> Session:
        self.session.open(lesson)
        self.wait()
        return self.session

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity == "paused", timeout=30_000)

    @property
    def places(self) -> list[int]:
        return [track.done for track in self.session.tracks]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(qtbot)
    yield found
    found.session.close()


def assert_exact(track: Track) -> None:
    """The state that is shown is the one of a plain forward run."""
    trainer = track.history.trainer
    assert not track.history.run.interventions
    assert track.cursor.same_bits(trainer.advance(trainer.initial_state(), track.done))


def test_a_lesson_with_variants_opens_as_tracks(desk: Desk) -> None:
    session = desk.open(lesson())
    assert [track.name for track in session.tracks] == ["lesson", "slow", "fast"]
    assert [track.number for track in session.tracks] == [1, 2, 3]
    rates = [track.trainer.experiment.training.learning_rate for track in session.tracks]
    assert rates[1:] == [0.05, 2.0]
    assert len({id(track.trainer.model.data) for track in session.tracks}) == 1  # loaded once
    assert [track.name for track in desk.frames[-1].tracks] == ["lesson", "slow", "fast"]


@pytest.mark.parametrize("speed", [SPEEDS[-1], SPEEDS[-2]], ids=["full speed", "slices"])
def test_all_tracks_show_the_same_presentation(desk: Desk, speed: Any) -> None:
    kernels.prepare()
    session = desk.open(lesson())
    session.set_speed(speed)
    session.play(epochs=60)
    desk.wait()
    assert desk.places == [240, 240, 240]
    session.play()
    desk.qtbot.waitUntil(lambda: session.now > 400, timeout=20_000)
    session.pause()
    assert len(set(desk.places)) == 1
    for track in session.tracks:
        assert_exact(track)
    session.step_back("epoch")
    session.step("presentation")
    session.step("update")
    session.seek(77)
    assert desk.places == [77, 77, 77]
    for track in session.tracks:
        assert_exact(track)


def test_a_track_that_ends_stays_there_while_the_others_go_on(desk: Desk) -> None:
    session = desk.open(lesson(training__stop={"epochs": 5}))
    session.comparison.add({"training.stop": {"epochs": 30}}, "longer")
    desk.wait()
    session.set_speed(SPEEDS[-1])
    session.play()
    desk.wait()
    assert desk.places == [20, 20, 20, 120]
    assert {track.reason for track in session.tracks} == {FinishReason.STOP_RULE}
    assert "longer: 30 epochs are done" in desk.statuses[-1].message
    assert (desk.statuses[-1].now, desk.statuses[-1].end) == (120, 120)
    session.step_back("presentation")  # on the clock of the one that is farthest
    assert desk.places == [20, 20, 20, 119]
    session.seek(10)
    assert desk.places == [10, 10, 10, 10]
    session.play()  # through what is known, then on: all have ended, so the rules that hold are passed over
    desk.qtbot.waitUntil(lambda: session.now == 120, timeout=20_000)
    desk.wait()
    session.play(presentations=8)
    desk.wait()
    assert desk.places[-1] == 128


def test_a_new_track_is_trained_up_to_the_others(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 300)
    desk.wait()
    session.comparison.add({"training.momentum": 0.0})
    desk.wait()
    assert [track.name for track in session.tracks] == ["lesson", "momentum 0"]
    assert desk.places == [1200, 1200]
    assert_exact(session.tracks[1])
    assert session.tracks[1].history.curves.n_measurements == 301
    session.step("presentation")
    assert desk.places == [1201, 1201]


def test_changes_in_the_middle_happen_in_the_new_track_too(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 20)
    desk.wait()
    session.changes.intervene(DataEdit.of(MoveExample(0, (0.5, 0.0))))
    session.changes.intervene(SettingsChange.of({"training.learning_rate": 0.1}))
    session.step("epoch", 20)
    desk.wait()
    session.comparison.add({"training.momentum": 0.0}, "without")
    desk.wait()
    other = session.tracks[1].history
    assert [change.at for change in other.run.interventions] == [80, 80]
    assert other.trainer.experiment.training.learning_rate == 0.1
    assert other.trainer.model.data.training.inputs[0, 0] == 0.5  # type: ignore[union-attr]
    session.comparison.add({"training.learning_rate": 0.7})
    desk.wait()
    third = session.tracks[2].history
    assert third.trainer.experiment.training.learning_rate == 0.7  # what is compared is not changed later on
    assert len(third.run.interventions) == 1


def test_an_edit_of_examples_is_for_all_who_learn_from_them(desk: Desk) -> None:
    session = desk.open(lesson())
    session.step("epoch", 10)
    desk.wait()
    session.changes.intervene(DataEdit.of(MoveExample(0, (0.5, 0.0))))
    data = [track.trainer.model.data for track in session.tracks]
    assert {float(one.training.inputs[0, 0]) for one in data} == {0.5}  # type: ignore[union-attr]
    session.changes.undo()
    data = [track.trainer.model.data for track in session.tracks]
    assert {float(one.training.inputs[0, 0]) for one in data} == {0.0}  # type: ignore[union-attr]
    session.changes.redo()
    data = [track.trainer.model.data for track in session.tracks]
    assert {float(one.training.inputs[0, 0]) for one in data} == {0.5}  # type: ignore[union-attr]
    session.changes.intervene(SettingsChange.of({"training.momentum": 0.1}))  # for the lead alone
    momenta = [track.trainer.experiment.training.momentum for track in session.tracks]
    assert momenta[0] == 0.1
    assert 0.1 not in momenta[1:]


def test_new_weights_and_restart_are_for_all_and_undo_takes_them_back(desk: Desk) -> None:
    session = desk.open(lesson())
    before = [track.history for track in session.tracks]
    session.step("epoch", 3)
    desk.wait()
    session.new_weights()
    starts = [track.history.start.params.tobytes() for track in session.tracks]
    assert len(set(starts)) == 1
    assert starts[0] != before[0].start.params.tobytes()
    assert desk.places == [0, 0, 0]
    session.changes.undo()
    assert [track.history for track in session.tracks] == before
    assert desk.places == [12, 12, 12]
    session.changes.redo()
    assert [track.history.start.params.tobytes() for track in session.tracks] == starts


def test_removed_tracks_come_back_and_another_can_lead(desk: Desk) -> None:
    session = desk.open(lesson())
    session.step("epoch", 5)
    desk.wait()
    session.comparison.promote(3)
    assert [track.name for track in session.tracks] == ["fast", "lesson", "slow"]
    assert [track.number for track in session.tracks] == [3, 1, 2]  # colours stay
    assert session.cursor is session.tracks[0].cursor
    session.comparison.remove(1)
    session.step("epoch", 5)
    desk.wait()
    assert [track.name for track in session.tracks] == ["fast", "slow"]
    session.comparison.bring_back()
    assert [track.number for track in session.tracks] == [3, 2, 1]
    session.comparison.hide(2, is_hidden=True)
    assert [track.number for track in desk.frames[-1].tracks] == [3, 1]
    session.comparison.hide(3, is_hidden=True)  # the lead is always drawn
    assert [track.number for track in desk.frames[-1].tracks] == [3, 1]
    session.comparison.rename(2, "crawling")
    session.comparison.hide(2, is_hidden=False)
    assert [track.name for track in desk.frames[-1].tracks] == ["fast", "crawling", "lesson"]
    for _ in range(3):
        session.comparison.remove(session.tracks[0].number)
    assert len(session.tracks) == 1  # the last one stays


def test_from_here_on_with_a_change(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 50)
    desk.wait()
    session.comparison.add_from_here(SettingsChange.of({"training.learning_rate": 0.01}))
    assert desk.places == [200, 200]
    assert session.tracks[1].cursor.same_bits(session.tracks[0].cursor)
    session.step("epoch", 2)
    desk.wait()
    assert desk.places == [208, 208]
    assert not session.tracks[1].cursor.same_bits(session.tracks[0].cursor)


def test_what_does_not_fit_is_one_sentence_and_changes_nothing(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    with pytest.raises(LabError):
        session.comparison.add({"training.learning_rate": -1.0})
    with pytest.raises(LabError, match="learning_rat"):
        session.comparison.add({"training.learning_rat": 1.0})
    for k in range(7):
        session.comparison.add({"training.learning_rate": 0.1 + k})
        desk.wait()
    with pytest.raises(LabError, match="8 tracks already"):
        session.comparison.add({"training.learning_rate": 0.3})
    assert [track.number for track in session.tracks] == list(range(1, 9))


def test_a_new_track_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 2000)
    desk.wait()
    monkeypatch.setattr(kernels, "is_ready", lambda **_: False)
    session.comparison.add({"network.layers": [2, 30, 30, 1], "network.activations": ["sigmoid"] * 3})
    session.cancel_loading()
    assert session.activity == "paused"
    assert len(session.tracks) == 1
    session.step("presentation")
    assert desk.places == [8001]
