"""The window as a person uses it: open, step, run, pause, restart, switch, resize, go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from app.application import make_application
from app.lesson import list_lessons
from app.lesson_links import LessonLinks
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings, load_settings
from app.tools.face_images import FaceImages

TRANSPORT = ("restart", "new_weights", "step_presentation", "step_update", "step_epoch", "run")


class Desk:
    """A window with its session."""

    def __init__(self, qtbot: QtBot, settings: Settings | None = None) -> None:
        make_application()
        self.qtbot = qtbot
        self.session = Session()
        self.window = MainWindow(self.session, settings or Settings(theme="light"))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.create_panes()

    def open(self, lesson_id: str) -> None:
        self.window.open_lesson(lesson_id)
        self.wait("paused")

    def wait(self, activity: str) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity == activity, timeout=30_000)

    def trigger(self, name: str) -> None:
        self.window.actions_by_id[name].trigger()

    def enabled(self, name: str) -> bool:
        return self.window.actions_by_id[name].isEnabled()

    @property
    def head(self) -> Any:
        assert self.session.history is not None
        return self.session.history.head

    @property
    def visible(self) -> set[str]:
        return {pane_id for pane_id, dock in self.window.docks.docks.items() if dock.isVisible()}


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.window.close()
    made.session.close()


def test_before_a_lesson_nothing_can_be_trained(desk: Desk) -> None:
    assert not any(desk.enabled(name) for name in (*TRANSPORT, "pause"))


@pytest.mark.parametrize("lesson_id", [entry.id for entry in list_lessons()])
def test_every_lesson_opens_with_its_panes_and_steps(desk: Desk, lesson_id: str) -> None:
    desk.open(lesson_id)
    lesson = desk.session.lesson
    assert lesson is not None
    assert desk.visible == {*lesson.panes, "settings"}  # the settings wait as a tab behind the text
    assert lesson.title in desk.window.windowTitle()
    assert desk.window.text.plain_text().strip()
    desk.trigger("step_presentation")
    if desk.session.tracks[0].trainer.model.trains:
        assert desk.head.counters.presentations == 1
        epochs = desk.head.counters.epochs  # of one example, the first presentation is an epoch
        desk.trigger("step_epoch")
        assert desk.head.counters.epochs == epochs + 1
        assert f"{epochs + 1} epoch" in desk.window.status_line.text("counters")
    else:  # its network is built and there is nothing to train
        assert desk.head.counters.presentations == 0
        assert "nothing to train" in desk.window.status_line.text("message")
    assert "loss" in desk.window.status_line.text("measures")
    for pane_id in lesson.panes:
        pane = desk.window.docks.panes[pane_id]
        assert pane.accessibleDescription()
        assert pane.frame is not None
        assert pane.why_empty(pane.frame) is None


def test_run_pause_and_restart(desk: Desk) -> None:
    desk.open("faces")
    start = desk.head
    desk.trigger("run")
    assert not desk.enabled("run")
    assert desk.enabled("pause")
    desk.qtbot.waitUntil(lambda: desk.head.counters.presentations > 50, timeout=20_000)
    desk.trigger("pause")
    assert desk.enabled("run")
    assert not desk.enabled("pause")
    desk.trigger("restart")
    assert desk.head.same_bits(start)


def test_links_in_the_text_act(desk: Desk) -> None:
    desk.open("xor")
    desk.window.text.action_requested.emit("run", {"epochs": 3})
    desk.wait("paused")
    desk.qtbot.waitUntil(lambda: desk.head.counters.epochs == 3, timeout=5_000)
    desk.window.text.action_requested.emit("step", {"unit": "presentation", "n": 1})
    assert desk.head.counters.presentations == 13
    desk.window.docks.docks["error_curves"].hide()
    desk.window.text.action_requested.emit("pane", {"id": "error_curves"})
    assert "error_curves" in desk.visible
    desk.window.text.action_requested.emit("restart", {})
    assert desk.head.counters.presentations == 0
    desk.window.text.action_requested.emit("lesson", {"id": "perceptron-and"})
    desk.qtbot.waitUntil(lambda: "AND" in desk.window.windowTitle(), timeout=5_000)
    desk.wait("paused")


def test_links_set_settings_together(desk: Desk) -> None:
    desk.open("xor")
    links = desk.window.links
    links.follow("set", {"training.learning_rate": 0.25, "training.momentum": 0.0})
    desk.wait("paused")
    training = desk.session.tracks[0].trainer.experiment.training
    assert (training.learning_rate, training.momentum) == (0.25, 0.0)
    links.follow("set", {"network.layers": [2, 4, 1], "dataset.gate": "xnor"})
    desk.wait("paused")
    experiment = desk.session.tracks[0].trainer.experiment
    assert experiment.network is not None
    assert experiment.network.layers == (2, 4, 1)
    assert experiment.dataset.options_dict()["gate"] == "xnor"


def test_a_link_whose_settings_do_not_fit_says_so_and_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open("xor")
    said: list[str] = []
    links = LessonLinks(desk.session, {}, desk.window.docks.bring_up, desk.window.open_lesson, said.append)
    before = desk.session.tracks[0].trainer.experiment
    links.follow("set", {"network.layers": [5, 1]})
    assert len(said) == 1
    assert "layers" in said[0]
    assert desk.session.tracks[0].trainer.experiment == before
    links.follow("set", {"training.order": "shuffled"})
    desk.wait("paused")
    now = desk.session.tracks[0].trainer.experiment
    assert now.training.order == "shuffled"
    assert now.network == before.network
    links.follow("track", {"number": 7})
    assert "no track 7" in said[1]


def test_a_link_sets_something_in_all_tracks_and_undo_goes_back_in_all(desk: Desk) -> None:
    desk.open("optimization")
    functions = [track.trainer.experiment.family for track in desk.session.tracks]
    desk.window.links.follow("set_all", {"family.function": "saddle"})
    desk.wait("paused")
    for track in desk.session.tracks:
        assert track.trainer.experiment.family.options_dict()["function"] == "saddle"
    assert all(track.done == 0 for track in desk.session.tracks)
    desk.trigger("undo")
    assert [track.trainer.experiment.family for track in desk.session.tracks] == functions


def test_a_link_gives_all_tracks_other_data(desk: Desk) -> None:
    desk.open("batch-vs-incremental")
    desk.window.links.follow("set_all", {"dataset.n": 7})
    desk.wait("paused")
    assert [len(track.trainer.model.data.training) for track in desk.session.tracks] == [7] * 5
    desk.trigger("undo")
    assert [len(track.trainer.model.data.training) for track in desk.session.tracks] == [20] * 5


def test_a_link_lets_another_track_lead(desk: Desk) -> None:
    desk.open("perceptron-learning-rate")
    assert desk.session.tracks[0].number == 1
    desk.window.links.follow("track", {"number": 3})
    assert desk.session.tracks[0].number == 3


def test_keys(desk: Desk) -> None:
    desk.open("xor")
    desk.window.activateWindow()
    for key, count in ((Qt.Key.Key_F10, 1), (Qt.Key.Key_F8, 2), (Qt.Key.Key_F9, 4)):
        desk.qtbot.keyClick(desk.window, key)
        assert desk.head.counters.presentations == count
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_F5)
    assert desk.session.activity == "running"
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_F6)
    assert desk.session.activity == "paused"


def test_back_in_time(desk: Desk) -> None:
    desk.open("perceptron-and")
    start = desk.head
    for name in ("to_start", "back_epoch", "back_update", "back_presentation", "to_head", "to_best"):
        assert not desk.enabled(name)
    for _ in range(4):
        desk.trigger("step_epoch")
    desk.trigger("back_presentation")
    assert desk.session.cursor.counters.presentations == 15  # type: ignore[union-attr]
    assert "in the past" in desk.window.timeline.findChildren(QLabel)[-1].text()
    assert desk.enabled("to_head")
    desk.window.timeline._slider.setValue(4)
    assert desk.session.cursor.counters.presentations == 4  # type: ignore[union-attr]
    desk.trigger("to_start")
    assert desk.session.cursor is start
    desk.trigger("to_head")
    assert desk.session.cursor is desk.head
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert desk.session.cursor.counters.updates == desk.head.counters.updates - 1  # type: ignore[union-attr]
    assert not desk.enabled("to_best")
    desk.open("faces")
    desk.trigger("step_epoch")
    desk.trigger("step_epoch")
    desk.trigger("to_best")
    assert desk.session.cursor.counters.epochs in (0, 1, 2)  # type: ignore[union-attr]


def test_every_action_has_words_and_no_key_twice(desk: Desk) -> None:
    keys = [action.shortcut().toString() for action in desk.window.actions_by_id.values()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys))
    for action in desk.window.actions_by_id.values():
        assert action.text()
        assert action.toolTip()


def test_themes_reach_everything(desk: Desk) -> None:
    desk.open("xor")
    for choice in ("dark", "light", "system"):
        desk.window.choose_theme(choice)
        assert all(pane.theme is desk.window.theme for pane in desk.window.docks.panes.values())
        wanted = desk.window.theme.window
        desk.qtbot.waitUntil(lambda wanted=wanted: desk.window.palette().window().color().name() == wanted)
        assert not desk.window.grab().isNull()


def test_layout_is_remembered_and_can_be_reset(qtbot: QtBot) -> None:
    first = Desk(qtbot)
    first.open("xor")
    first.window.docks.docks["examples"].hide()
    first.open("perceptron-and")
    first.open("xor")
    assert "examples" not in first.visible
    first.window.close()
    again = Desk(qtbot, load_settings())
    again.open("xor")
    assert "examples" not in again.visible
    again.trigger("reset_layout")
    assert "examples" in again.visible
    again.window.close()


def test_a_wrong_layout_in_the_settings_does_no_harm(qtbot: QtBot) -> None:
    desk = Desk(qtbot, Settings(theme="light", layouts={"xor": "bm90IGEgbGF5b3V0"}, geometry="?", speed="warp"))
    desk.open("xor")
    assert "error_curves" in desk.visible
    desk.window.close()


def test_an_unknown_lesson_is_told_and_nothing_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "open", lambda box: told.append(box.text()))
    desk.open("xor")
    desk.trigger("step_epoch")
    desk.window.open_lesson("xorr")
    assert len(told) == 1
    assert "did you mean 'xor'" in told[0]
    assert desk.head.counters.epochs == 1


def face_images(desk: Desk) -> FaceImages:
    found = desk.window.tools["face_images"]
    assert isinstance(found, FaceImages)
    return found


def test_the_window_says_which_heads_it_shows(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(QMessageBox, "open", lambda _: None)
    desk.open("faces")
    texts = [label.text() for label in desk.window.data_bar.findChildren(type(desk.window.data_bar._text))]
    assert any("drawn heads" in text and "not photographs" in text for text in texts)
    faces = face_images(desk)
    with desk.qtbot.waitSignal(faces.downloads.failed, timeout=10_000) as failed:
        faces.downloads.use_folder(tmp_path)  # nothing in it: told, and nothing changes
    assert "No face images could be taken" in failed.args[0]
    assert "drawn heads" in desk.window.data_bar._text.text()


def test_real_images_from_a_chosen_folder(desk: Desk, real_data: Path) -> None:
    desk.open("faces")
    face_images(desk).downloads.use_folder(real_data)
    desk.qtbot.waitUntil(lambda: "CMU face images (photographs)" in desk.window.data_bar._text.text(), timeout=30_000)
    desk.wait("paused")
    assert "Mitchell" in desk.window.data_bar._text.text()


def test_small_windows_still_work(desk: Desk) -> None:
    desk.open("faces")
    desk.window.resize(800, 600)
    desk.trigger("step_epoch")
    assert desk.window.width() <= 1000
    assert not desk.window.grab().isNull()


def test_closing_while_running_leaves_no_thread(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.open("xor")
    desk.window.transport.set_speed(7)
    desk.trigger("run")
    qtbot.wait(50)
    desk.window.close()
    assert load_settings().speed == "full speed"
    assert load_settings().last_lesson == "xor"
