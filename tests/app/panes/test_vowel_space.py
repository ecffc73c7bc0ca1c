"""The vowel space: choosing a place, what the network hears there, and its sound as a file."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.vowel_space import NO_FORMANTS, NO_NUMBERS, NO_VOWELS, VowelSpacePane
from app.theme import DARK
from app.widgets import sound_file
from app.widgets.vowel_place import NEUTRAL, X_RANGE, Y_RANGE, plane_points, said_by
from nlcore import network
from nlcore.datasets.vowels import WORDS, tokens
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import Counters, TrainState, read_only
from nlcore.trainer import Trainer
from nlcore.vowel_sounds import samples, voice_for
from tests.nlcore.examples import gate


def vowels(layers: tuple[int, ...] = (2, 6, 10), **dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "vowels", **dataset},
            "network": {"layers": list(layers), "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.3, "initializer": {"name": "uniform"}},
        }
    )


def track_of(experiment: Experiment, epochs: int = 2, number: int = 1, name: str = "run") -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(name, trainer.model, state, history.curves, number=number)


def network_of(track: TrackFrame) -> FeedforwardModel:
    assert isinstance(track.model, FeedforwardModel)
    return track.model


@pytest.fixture(scope="module")
def track() -> TrackFrame:
    return track_of(vowels())


@pytest.fixture
def pane(qtbot: QtBot) -> VowelSpacePane:
    made = VowelSpacePane()
    qtbot.addWidget(made)
    made.resize(640, 460)
    made.show()
    return made


def click(pane: VowelSpacePane, f1: float, f2: float) -> None:
    place = pane.plot.canvas.mapFromScene(pane.plot.box.mapViewToScene(QPointF(f1, f2)))
    QTest.mouseClick(pane.plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))


def asked(track: TrackFrame, f1: float, f2: float) -> np.ndarray:
    model = network_of(track)
    assert model.examples.scaling is not None
    inputs = model.examples.scaling.apply(np.array([[f1, f2]]))
    return network.forward(model.layout, track.state.params, inputs).outputs[-1][0]


def test_it_begins_with_a_mouth_at_rest(pane: VowelSpacePane, track: TrackFrame) -> None:
    pane.show_frame(Frame((track,)))
    assert pane.place.point == NEUTRAL
    expected = asked(track, *NEUTRAL)
    assert [row[0] for row in pane.bars.rows] == list(WORDS.values())
    assert np.allclose([row[1] for row in pane.bars.rows], expected)
    word = list(WORDS.values())[int(expected.argmax())]
    assert pane.heading.text() == f"Network: {word}"
    assert f"The network hears “{word}”" in pane.readout.full_text
    assert "F1 500 Hz, F2 1\u00a0500 Hz" in pane.readout.full_text


def test_a_click_and_the_arrow_keys_choose_a_place(pane: VowelSpacePane, track: TrackFrame) -> None:
    pane.show_frame(Frame((track,)))
    pane.points.setCurrentIndex(pane.points.findData(""))
    pane.points.activated.emit(0)
    click(pane, 900.0, 1200.0)
    f1, f2 = pane.place.point
    width, height = pane.plot.pixel()
    assert (abs(f1 - 900.0) <= width, abs(f2 - 1200.0) <= height) == (True, True)
    assert np.allclose([row[1] for row in pane.bars.rows], asked(track, f1, f2))
    assert pane.plot.cross == (f1, f2)
    pane.plot.canvas.setFocus()
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Right)
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Down)
    assert pane.place.point == pytest.approx((f1 + 20.0, f2 - 3360 / 63))
    for _ in range(70):
        QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Left)
    assert pane.place.point[0] == X_RANGE[0]


def test_the_regions_are_what_the_network_says(pane: VowelSpacePane, track: TrackFrame) -> None:
    pane.show_frame(Frame((track,)))
    shown = pane.plot._regions
    assert len(shown) >= 2
    for tag in shown:
        at = asked(track, tag.pos().x(), tag.pos().y())
        assert tag.toPlainText() == list(WORDS.values())[int(at.argmax())]


def test_a_word_that_was_said_is_spoken_as_its_speaker_did(pane: VowelSpacePane, track: TrackFrame) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    pane.show_frame(Frame((track,)))
    data = network_of(track).examples
    away = np.abs(plane_points(data, data.test.inputs) - np.array([1100.0, 1300.0])).sum(axis=1)
    at = plane_points(data, data.test.inputs)[int(away.argmin())]
    click(pane, *at.tolist())
    assert [c.example is not None and c.example[0] for c in chosen] == ["test"]
    assert chosen[0].example is not None
    token = tokens()[data.test.names[chosen[0].example[1]]]
    pane.show_frame(Frame((track,), chosen[0]))
    assert pane.place.token is token
    assert (pane.place.voice.pitch, *pane.place.voice.formants) == token.formants
    said = pane.readout.full_text
    assert f"as {token.who} {token.speaker} said “{token.word}”" in said
    assert ", correctly." in said or f" instead of “{token.word}”." in said
    assert pane.plot.selected == chosen[0].example[1]


def test_it_follows_what_is_selected_elsewhere_once(pane: VowelSpacePane, track: TrackFrame) -> None:
    frame = Frame((track,), Selection(example=("training", 3)))
    pane.show_frame(frame)
    data = network_of(track).examples
    assert pane.place.token is tokens()[data.training.names[3]]
    pane.choose(700.0, 1100.0)
    pane.show_frame(frame)
    assert (pane.place.point, pane.place.token) == ((700.0, 1100.0), None)


def test_another_voice_keeps_the_place(pane: VowelSpacePane, track: TrackFrame) -> None:
    pane.show_frame(Frame((track,)))
    pitches = {}
    for who in ("man", "woman", "child"):
        pane.voice.setCurrentIndex(pane.voice.findData(who))
        pane.voice.activated.emit(0)
        pitches[who] = round(pane.place.voice.pitch)
        assert pane.place.point == NEUTRAL
    assert pitches == {"man": 131, "woman": 223, "child": 264}


def test_near_words_are_the_nearest_for_the_network(pane: VowelSpacePane, track: TrackFrame) -> None:
    data = network_of(track).examples
    assert data.scaling is not None
    frame = Frame((track,))
    pane.show_frame(frame)
    away = np.linalg.norm(data.training.inputs - data.scaling.apply(np.array(NEUTRAL)), axis=1)
    nearest = [data.training.names[i] for i in np.argsort(away, kind="stable")[:4]]
    outputs, near = pane.tables(frame)
    assert [row[0] for row in near.rows] == nearest
    assert said_by(nearest[0]) in pane.readout.full_text
    assert [row[2] for row in outputs.rows] == pytest.approx(asked(track, *NEUTRAL).tolist())


def test_more_formants_are_those_of_the_voice(pane: VowelSpacePane) -> None:
    four = track_of(vowels((4, 6, 10), formants=["f0", "f1", "f2", "f3"]))
    pane.show_frame(Frame((four,)))
    model, voice = network_of(four), voice_for(*NEUTRAL)
    assert model.examples.scaling is not None
    inputs = model.examples.scaling.apply(np.array([[voice.pitch, *voice.formants]]))
    expected = network.forward(model.layout, four.state.params, inputs).outputs[-1][0]
    assert np.allclose([row[1] for row in pane.bars.rows], expected)


def test_several_tracks_answer(pane: VowelSpacePane, track: TrackFrame) -> None:
    men = track_of(vowels(who="men"), 2, 2, "men")
    pane.show_frame(Frame((track, men)))
    assert "Track run hears “" in pane.readout.full_text
    assert "Track men hears “" in pane.readout.full_text
    assert pane.plot.full_title == "run: What the network hears"
    pane.set_theme(DARK)
    assert pane.plot.theme is DARK


def test_other_data_forget_which_example_it_was(pane: VowelSpacePane, track: TrackFrame) -> None:
    pane.show_frame(Frame((track,), Selection(example=("test", 519))))
    assert pane.place.example == ("test", 519)
    pane.show_frame(Frame((track_of(vowels(who="children"), 0),), Selection(example=("test", 519))))
    assert pane.place.example is None
    assert pane.plot.selected == -1


@pytest.mark.parametrize(
    ("experiment", "reason"),
    [(gate("and"), NO_VOWELS), (vowels((2, 3, 10), formants=["f0", "f1"]), NO_FORMANTS)],
)
def test_it_says_what_is_missing(pane: VowelSpacePane, experiment: Experiment, reason: str) -> None:
    assert pane.why_empty(Frame((track_of(experiment, 0),))) == reason


def test_weights_that_are_no_numbers(pane: VowelSpacePane, track: TrackFrame) -> None:
    nan = read_only(np.full(track.model.n_params, np.nan))
    state = TrainState(nan, nan, Counters(1, 1, 0, 1))
    assert pane.why_empty(Frame((TrackFrame("run", track.model, state, track.curves),))) == NO_NUMBERS


def test_it_saves_what_is_heard(
    pane: VowelSpacePane, track: TrackFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def answer(_: object, __: str, name: str, ___: str) -> tuple[str, str]:
        begun.append(Path(name).name)
        return str(tmp_path / "my vowel"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    pane.show_frame(Frame((track,)))
    pane.save_button.click()
    assert begun[0].endswith("-F0-205-F1-500-F2-1500.wav")
    path = tmp_path / "my vowel.wav"
    with wave.open(str(path)) as read:
        numbers = np.frombuffer(read.readframes(read.getnframes()), dtype="<i2")
    assert np.abs(numbers / 32767.0 - samples(voice_for(*NEUTRAL))).max() < 1e-4
    assert pane.readout.full_text.startswith(f"Saved as {path}.")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_told(
    pane: VowelSpacePane, track: TrackFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "none" / "a.wav"), ""))
    pane.show_frame(Frame((track,)))
    pane.save_button.click()
    assert "cannot be written" in pane.problem.text()
    assert not pane.problem.isHidden()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    pane.save_button.click()
    assert list(tmp_path.iterdir()) == []


def test_play_gives_a_file_to_the_players_of_the_system(
    pane: VowelSpacePane, track: TrackFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    can_open = [True]

    def open_url(url: Any) -> bool:
        opened.append(Path(url.toLocalFile()))
        return can_open[0]

    monkeypatch.setattr(sound_file.platformdirs, "user_cache_dir", lambda _: str(tmp_path))
    monkeypatch.setattr(sound_file, "KEPT", 3)
    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    pane.show_frame(Frame((track,)))
    for f1 in (300.0, 400.0, 500.0, 600.0, 700.0):
        pane.choose(f1, 1500.0)
        pane.play_button.click()
        assert opened[-1].read_bytes()[:4] == b"RIFF"
    assert pane.readout.full_text.startswith("Given to your system's player. F1 700 Hz")
    assert len(list((tmp_path / "sounds").iterdir())) == 3
    assert opened[-1].exists()
    can_open[0] = False
    pane.play_button.click()
    assert "Your system has no player for sounds" in pane.problem.text()
    assert str(opened[-1]) in pane.problem.text()
    pane.choose(500.0, 1500.0)
    assert pane.problem.isHidden()


def test_the_place_comes_back_from_a_file_and_into_a_figure(pane: VowelSpacePane, qtbot: QtBot) -> None:
    pane.choose(640.0, 1190.0)
    notes = pane.notes()
    other = VowelSpacePane()
    qtbot.addWidget(other)
    other.take_notes(notes)
    assert other.place.point == (640.0, 1190.0)
    for odd in ({}, {"f1": "x", "f2": None}, {"f1": float("nan"), "f2": 3.0}, {"f1": True}, {"f1": 10**400}):
        other.take_notes(odd)
        assert other.place.point == NEUTRAL
    other.take_notes({"f1": 1e9, "f2": -4})
    assert other.place.point == (X_RANGE[1], Y_RANGE[0])
    other.take_over(pane)
    assert other.place is pane.place


def test_a_small_pane_leaves_the_bars_out(pane: VowelSpacePane, track: TrackFrame, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track,)))
    assert pane.side.isVisible()
    pane.resize(300, 240)
    qtbot.waitUntil(lambda: not pane.side.isVisible())
    assert "The network hears" in pane.in_words(Frame((track,)))


def test_in_a_tall_pane_the_bars_stand_below(pane: VowelSpacePane, track: TrackFrame, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track,)))
    assert pane.side.x() > pane.plot.x()
    pane.resize(400, 640)
    qtbot.waitUntil(lambda: pane.side.y() > pane.plot.y() + pane.plot.height() - 1)
    assert pane.bars.width() > 300
