"""The elephant on the screen: outlines of tracks, errors over parameters, sliders, and a trunk that wiggles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.elephant import ElephantPane
from app.theme import DARK
from app.widgets.outline_texts import NO_OUTLINE, T
from app.widgets.outline_view import OutlineView
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import TrainState
from nlcore.theory.elephant import PARAMETERS
from nlcore.theory.outlines import best_weights, fitted, outline, parameter_of
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def series(harmonics: int, **dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "outline", "harmonics": harmonics, "n": 24, **dataset},
            "network": {"layers": [2 * harmonics, 2], "activations": ["linear"]},
            "training": {"rule": "delta", "mode": "batch", "learning_rate": 0.01},
        }
    )


def track_of(experiment: Experiment, epochs: int = 0, number: int = 1, name: str = "lesson") -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(name, trainer.model, state, history.curves, number=number)


@pytest.fixture
def pane(qtbot: QtBot) -> ElephantPane:
    made = ElephantPane()
    qtbot.addWidget(made)
    made.resize(500, 520)
    made.show()
    return made


def choose(pane: ElephantPane, page: int) -> None:
    pane.page.setCurrentIndex(page)
    pane.page.activated.emit(page)


def test_each_track_draws_its_own_outline(pane: ElephantPane) -> None:
    tracks = tuple(track_of(series(k), 150, k, f"track {k}") for k in (1, 2, 5))
    pane.show_frame(Frame(tracks))
    assert [d.n_parameters for d in pane.drawings] == [6, 10, 22]
    assert sum(cell.isVisible() for cell in pane.cells) == 3
    for track, d, cell in zip(tracks, pane.drawings, pane.cells, strict=True):
        assert isinstance(track.model, FeedforwardModel)
        training = track.model.examples.training
        weights = best_weights(parameter_of(training.inputs), training.targets, d.harmonics)
        assert d.curve == pytest.approx(fitted(weights, T), abs=1e-6)
        assert cell.view.outline.curve is d.curve
        assert d.target == pytest.approx(outline("elephant", (), T))
        assert d.best is not None
        assert d.training == pytest.approx(d.best.training, abs=1e-6)
    assert pane.cells[0].caption.text() == "track 1. 6 parameters: error 0.203 (best 0.203), validation 0.203"
    pane.show_frame(Frame(tracks[:1]))
    assert sum(cell.isVisible() for cell in pane.cells) == 1
    assert pane.in_words(Frame(tracks[:1])).startswith("6 parameters: error")


def test_both_axes_have_one_scale(qtbot: QtBot) -> None:
    view = OutlineView("view")
    qtbot.addWidget(view)
    view.resize(400, 200)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    view.show_outline(view.outline, corners)
    placed = view.place(corners)
    assert placed[1, 0] - placed[0, 0] == pytest.approx(placed[0, 1] - placed[3, 1])
    assert 150 < placed[1, 0] - placed[0, 0] < 200


def test_points_can_be_left_out_and_a_chosen_one_is_ringed(pane: ElephantPane) -> None:
    track = track_of(series(2), 3)
    pane.show_frame(Frame((track,), Selection(("validation", 4))))
    shown = pane.cells[0].view.outline
    assert (len(shown.training), len(shown.validation)) == (24, 24)
    assert isinstance(track.model, FeedforwardModel)
    assert np.array_equal(shown.chosen, track.model.examples.validation.targets[[4]])
    pane.shows_points.setChecked(False)
    shown = pane.cells[0].view.outline
    assert (len(shown.training), len(shown.validation), len(shown.chosen)) == (0, 0, 0)


def test_errors_over_parameters(pane: ElephantPane) -> None:
    noisy = {"n": 17, "noise": 0.08, "seed": 2}
    tracks = (track_of(series(8, **noisy), 300), track_of(series(3, **noisy), 0, 2, "three"), track_of(series(2), 0, 3))
    choose(pane, 1)
    frame = Frame(tracks)
    pane.show_frame(frame)
    assert [fit.n_parameters for fit in pane.picture.fits] == [6, 10, 14, 18, 22, 26, 30, 34]
    assert min(pane.picture.fits, key=lambda fit: fit.validation).n_parameters == 22
    assert [mark.name for mark in pane.picture.marks] == ["lesson", "three"]  # the third has other points
    assert pane.picture.marks[0].error < 1e-5
    assert "smallest with 22 parameters: 0.149." in pane.in_words(frame)
    pane.picture.plot.pointed.emit(15.0, 0.1)
    assert pane.readout.full_text.startswith("14 parameters (3 harmonics): best possible error 0.13")
    drawings, fits, numbers = pane.tables(frame)
    assert [row[0] for row in drawings.rows] == ["lesson", "three", "lesson"]
    assert len(fits.rows) == 8
    assert len(numbers.rows) == 10


def test_the_elephant_needs_no_outline(pane: ElephantPane) -> None:
    frame = Frame((track_of(xor(), 1),))
    pane.show_frame(frame)
    assert pane.pages.currentWidget() is pane.message
    assert pane.in_words(frame) == NO_OUTLINE
    choose(pane, 2)
    assert pane.pages.currentWidget() is pane.board
    assert pane.in_words(frame).startswith("x = 50 sin t + 18 sin 2t + 12 cos 3t − 14 cos 5t; y = −30 sin t + 8 sin 2t")


def test_sliders_change_it_and_a_button_brings_it_back(pane: ElephantPane) -> None:
    pane.show_frame(Frame((track_of(series(1)),)))
    choose(pane, 2)
    before = pane.board.view.outline.curve
    slider = pane.board.sliders.sliders[0]
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert pane.board.parameters[0] == 51 - 30j
    assert not np.array_equal(pane.board.view.outline.curve, before)
    assert "x = 51 sin t" in pane.board.formula.text()
    QTest.mouseClick(pane.board.reset, Qt.MouseButton.LeftButton)
    assert pane.board.parameters == PARAMETERS
    for slider in pane.board.sliders.sliders:
        slider.setValue(0)
    assert "x = 0; y = 0 " in pane.board.formula.text()
    assert not pane.grab().isNull()


def test_the_trunk_wiggles_only_while_somebody_looks(pane: ElephantPane, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track_of(series(1)),)))
    choose(pane, 2)
    still = pane.board.view.outline.curve
    QTest.mouseClick(pane.board.wiggle, Qt.MouseButton.LeftButton)
    assert pane.board.is_moving
    qtbot.waitUntil(lambda: pane.board.phase > 0.0)
    assert not np.array_equal(pane.board.view.outline.curve, still)
    choose(pane, 0)
    assert not pane.board.is_moving
    choose(pane, 2)
    assert pane.board.is_moving
    pane.hide()
    assert not pane.board.is_moving
    pane.show()
    assert pane.board.is_moving
    QTest.mouseClick(pane.board.wiggle, Qt.MouseButton.LeftButton)
    assert not pane.board.is_moving
    assert np.array_equal(pane.board.view.outline.curve, still)


def test_a_figure_and_a_session_show_the_same_elephant(pane: ElephantPane, qtbot: QtBot) -> None:
    pane.board.sliders.sliders[3].setValue(-77)
    pane.board.phase = 1.0
    other = ElephantPane()
    qtbot.addWidget(other)
    other.take_over(pane)
    assert (other.board.parameters, other.board.phase) == (pane.board.parameters, 1.0)
    third = ElephantPane()
    qtbot.addWidget(third)
    third.take_notes(pane.notes())
    assert third.board.parameters == pane.board.parameters
    for nonsense in (
        {},
        {"parameters": 3},
        {"parameters": [1.0] * 9},
        {"parameters": [1e9] * 10},
        {"parameters": [10**400] * 10},
    ):
        third.take_notes(nonsense)
        assert third.board.parameters == pane.board.parameters


def test_other_networks_and_lost_weights(pane: ElephantPane) -> None:
    hidden = series(2).replace(
        {"network.layers": [4, 3, 2], "network.activations": ["tanh", "linear"], "training.rule": "backpropagation"}
    )
    track = track_of(hidden, 5)
    pane.show_frame(Frame((track,)))
    assert pane.drawings[0].best is None
    assert "best" not in pane.cells[0].caption.text()
    lost = TrainState(np.full(track.model.n_params, np.nan), track.state.velocity)
    pane.show_frame(Frame((TrackFrame("lost", track.model, lost, track.curves),)))
    assert pane.drawings == ()
    pane.set_theme(DARK)
