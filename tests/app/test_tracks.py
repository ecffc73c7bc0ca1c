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
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address, FinishReason
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
    desk.wait()
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
    session.comparison.add_from_here([SettingsChange.of({"training.learning_rate": 0.01})])
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


def inputs_of(session: Session) -> list[float]:
    """The first input of the first training example, in each track."""
    return [float(track.trainer.model.data.training.inputs[0, 0]) for track in session.tracks]  # type: ignore[union-attr]


def moved(x: float) -> DataEdit:
    return DataEdit.of(MoveExample(0, (x, 0.0)))


def test_a_new_run_of_the_lead_takes_the_others_to_its_moment(desk: Desk) -> None:
    session = desk.open(lesson())
    session.step("epoch", 300)
    desk.wait()
    session.changes.set("network.layers", [2, 3, 1])
    desk.wait()
    assert desk.places == [0, 0, 0]
    assert desk.statuses[-1].end == 0  # nothing of the lead is known beyond
    session.step("epoch")
    assert desk.places == [4, 4, 4]
    session.changes.undo()
    assert desk.places == [1200, 1200, 1200]


def test_a_change_in_the_past_keeps_the_clock_together(desk: Desk) -> None:
    session = desk.open(lesson())
    session.step("epoch", 100)
    desk.wait()
    session.seek(100)
    session.changes.set("training.learning_rate", 0.3)
    session.seek(400)  # the lead is known up to the change only
    assert desk.places == [100, 100, 100]
    session.step("epoch")
    assert desk.places == [104, 104, 104]
    session.changes.select(1)
    session.seek(400)
    session.changes.select(2)  # the shorter course
    assert desk.places == [104, 104, 104]


def test_a_track_that_was_away_catches_up(desk: Desk) -> None:
    session = desk.open(lesson())
    session.comparison.remove(3)
    session.step("epoch", 50)
    desk.wait()
    session.comparison.bring_back()
    desk.wait()
    assert desk.places == [200, 200, 200]
    assert_exact(session.tracks[2])


def test_an_edit_for_tracks_that_ended_elsewhere_is_taken_back_in_all(desk: Desk) -> None:
    session = desk.open(xor_lesson(training__stop={"epochs": 30}))
    session.comparison.add({"training.stop": {"epochs": 5}})
    desk.wait()
    session.set_speed(SPEEDS[-1])
    session.play()
    desk.wait()
    assert desk.places == [120, 20]
    session.changes.intervene(moved(0.5))
    assert inputs_of(session) == [0.5, 0.5]
    session.changes.undo()
    assert inputs_of(session) == [0.0, 0.0]
    session.changes.redo()
    assert inputs_of(session) == [0.5, 0.5]
    session.comparison.promote(2)  # the shorter one edits
    session.changes.intervene(moved(0.7))
    assert inputs_of(session) == [0.7, 0.7]
    session.changes.undo()
    session.seek(120)  # where the first edit acts in the longer one
    assert inputs_of(session) == [0.5, 0.5]


def test_an_edit_that_stays_in_another_track_is_said(desk: Desk) -> None:
    session = desk.open(lesson())
    session.step("epoch", 5)
    desk.wait()
    session.changes.intervene(moved(0.5))
    session.comparison.promote(2)
    session.changes.set("training.learning_rate", 0.3)
    session.comparison.promote(1)
    session.changes.undo()
    assert inputs_of(session) == [0.0, 0.5, 0.0]
    assert "Not in slow, where something else was changed since" in desk.statuses[-1].message


def test_a_diverged_lead_does_not_hold_the_others_up(desk: Desk) -> None:
    linear = {"layers": [2, 3, 1], "activations": ["linear", "linear"]}
    session = desk.open(xor_lesson(network=linear, training__learning_rate=1e300))
    session.comparison.add({"training.learning_rate": 0.01})
    desk.wait()
    for _ in range(4):
        session.step("epoch")
    assert session.tracks[0].done < session.tracks[1].done == 16
    session.play(updates=3)
    desk.wait()
    assert session.tracks[1].done == 19


def test_redo_goes_to_what_was_undone_last(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 5)
    desk.wait()
    session.changes.set("training.learning_rate", 0.3)
    session.changes.undo()
    session.new_weights()
    seed = session.tracks[0].trainer.experiment.seed
    session.changes.undo()
    session.changes.redo()
    assert session.tracks[0].trainer.experiment.seed == seed


def test_a_new_track_has_the_later_changes_too(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 50)
    desk.wait()
    session.changes.set("training.learning_rate", 0.1)
    session.step("epoch", 50)
    desk.wait()
    session.seek(100)
    session.comparison.add({"seed": 8})
    desk.wait()
    assert desk.places == [100, 100]
    assert [change.at for change in session.tracks[1].history.run.interventions] == [200]
    session.seek(400)
    assert desk.places == [400, 400]


def test_weights_set_by_hand_are_in_the_new_track(desk: Desk) -> None:
    session = desk.open(xor_lesson(training__rule="none"))
    session.changes.intervene(WeightEdit.of(Address("weights[0]", (0, 0)), 3.0))
    session.comparison.add({"seed": 9})
    desk.wait()
    assert (
        session.tracks[1].cursor.params[session.tracks[1].trainer.model.layout.index(Address("weights[0]", (0, 0)))]
        == 3.0
    )  # type: ignore[attr-defined]


def test_a_name_that_is_not_true_any_more_says_so(desk: Desk) -> None:
    session = desk.open(xor_lesson())
    session.comparison.add({"seed": 9})
    desk.wait()
    assert session.tracks[1].shown_name == "seed 9"
    session.new_weights()
    assert desk.frames[-1].tracks[1].name == "seed 9 (changed)"
    session.changes.undo()
    assert session.tracks[1].shown_name == "seed 9"
    session.comparison.remove(2)
    session.comparison.add({"seed": 9})
    desk.wait()
    session.comparison.bring_back()
    desk.wait()
    assert [track.name for track in session.tracks] == ["lesson", "seed 9", "seed 9 (2)"]


def test_what_is_asked_for_while_a_track_is_made_gives_it_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.open(xor_lesson())
    session.step("epoch", 3000)
    desk.wait()
    monkeypatch.setattr(kernels, "is_ready", lambda **_: False)
    session.comparison.add({"network.layers": [2, 40, 40, 1], "network.activations": ["sigmoid"] * 3})
    session.new_weights()
    assert len(session.tracks) == 1
    assert session.activity == "paused"
    session.step("epoch")
    assert desk.places == [4]
