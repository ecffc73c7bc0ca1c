"""The curve and its parts: what is drawn adds up, units can be chosen, other sizes are trained beside the window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.function_fit import SUMS, FunctionFitPane
from nlcore import kernels, probes
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.size_errors import SIZES, STARTS
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

START = {"name": "uniform", "low": -3.0, "high": 3.0}


def curve(**changes: Any) -> Experiment:
    base = Experiment.from_dict(
        {
            "dataset": {"name": "function_samples", "noise": 0.0, "n": 41},
            "network": {"layers": [1, 6, 1], "activations": ["sigmoid", "linear"]},
            "training": {
                "learning_rate": 0.01,
                "momentum": 0.9,
                "initializer": {"name": "uniform", "low": -3, "high": 3},
            },
        }
    )
    return base.replace({name.replace("__", "."): value for name, value in changes.items()})


BUILT = {"training__rule": "none", "training__initializer": "bumps"}


def track_of(experiment: Experiment, epochs: int = 0, number: int = 1) -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(f"track {number}", trainer.model, state, history.curves, number=number)


@pytest.fixture
def pane(qtbot: QtBot) -> FunctionFitPane:
    made = FunctionFitPane()
    qtbot.addWidget(made)
    made.resize(460, 640)
    made.show()
    return made


def choose_sums(pane: FunctionFitPane) -> None:
    pane.lines.setCurrentIndex(pane.lines.findData(SUMS))
    pane.lines.activated.emit(pane.lines.currentIndex())


def test_the_lines_add_up_to_the_output(pane: FunctionFitPane) -> None:
    frame = Frame((track_of(curve(), 5),))
    pane.show_frame(frame)
    parts = pane.picture.parts
    assert parts is not None
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    outputs = probes.outputs(model, frame.lead.state.params, parts.x[:, None])[:, 0]
    bias = frame.lead.state.params[-1]
    assert parts.values.sum(axis=1) + bias == pytest.approx(outputs)
    (drawn,) = pane.picture._curves
    assert drawn.getData()[1] == pytest.approx(outputs)
    x, y = pane.picture._target.getData()
    assert y == pytest.approx(np.sin(np.pi * x))


def test_units_are_chosen_with_buttons_keys_and_clicks(pane: FunctionFitPane) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = Frame((track_of(curve(**BUILT)),))
    pane.show_frame(frame)
    pane.following.click()
    assert chosen[-1].unit == (1, 0)
    pane.show_frame(Frame(frame.tracks, chosen[-1]))
    assert pane.picture._chosen.isVisible()
    assert "Unit 1 bends at" in pane.readout.full_text
    QTest.keyClick(pane.picture.plot.canvas, Qt.Key.Key_Up)
    assert chosen[-1].unit == (1, 1)
    QTest.keyClick(pane.picture.plot.canvas, Qt.Key.Key_Down)
    assert chosen[-1].unit == (1, 5)
    parts = pane.picture.parts
    assert parts is not None
    pane.picture.plot.clicked.emit(float(parts.x[-1]), float(parts.values[-1, 2]))
    assert chosen[-1].unit is not None
    assert parts.values[-1, chosen[-1].unit[1]] == pytest.approx(parts.values[-1, 2])


def test_the_sum_so_far_is_one_bump_after_two_units(pane: FunctionFitPane) -> None:
    frame = Frame((track_of(curve(**BUILT)),), Selection(unit=(1, 1)))
    pane.show_frame(frame)
    choose_sums(pane)
    parts = pane.picture.parts
    assert parts is not None
    assert parts.chosen_word == "sum of 2 units"
    sums = parts.values[:, 1]
    assert sums[parts.x < -0.6] == pytest.approx(np.sin(np.pi * -2 / 3), abs=0.03)
    assert sums[parts.x > 0.0] == pytest.approx(0.0, abs=1e-3)


def test_the_error_of_the_network_shown_is_marked(pane: FunctionFitPane) -> None:
    pane.show_frame(Frame((track_of(curve(**BUILT)),)))
    (x,), (y,) = pane.sizes.now.getData()
    places, heights = pane.sizes.built.getData()
    assert x == pytest.approx(np.log10(6))
    at = int(np.argmin(np.abs(places - x)))
    assert y == pytest.approx(heights[at], abs=1e-3)


def test_sizes_are_trained_beside_the_window(pane: FunctionFitPane, qtbot: QtBot) -> None:
    kernels.prepare()
    frame = Frame((track_of(curve()),))
    pane.show_frame(frame)
    pane.row.epochs.setValue(20)
    pane.row.button.click()
    assert pane.run.is_active
    qtbot.waitUntil(lambda: not pane.run.is_active, timeout=30_000)
    assert len(pane.learnt) == len(SIZES) * STARTS
    assert len(pane.sizes.learnt.getData()[0]) == len(pane.learnt)
    assert pane.row.button.isVisible()
    assert "Learnt with 8 hidden units" in pane.in_words(frame)
    again = Frame((track_of(curve(**BUILT)),))  # the same examples: what was learnt stays
    pane.show_frame(again)
    assert len(pane.learnt) == len(SIZES) * STARTS
    sizes, _ = pane.tables(again)
    assert sum(str(row[0]).startswith("learnt") for row in sizes.rows) == len(pane.learnt)
    pane.show_frame(Frame((track_of(curve(dataset__function="step")),)))
    assert pane.learnt == []


def test_training_sizes_can_be_given_up(pane: FunctionFitPane, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track_of(curve()),)))
    pane.row.epochs.setValue(100_000)
    pane.row.button.click()
    pane.row.stop.click()
    qtbot.waitUntil(lambda: not pane.run.is_active, timeout=30_000)
    assert len(pane.learnt) < len(SIZES) * STARTS
    assert pane.row.button.isVisible()


def test_a_setting_that_cannot_be_trained_is_said(pane: FunctionFitPane, qtbot: QtBot) -> None:
    frozen = curve(training__frozen=["weights[0][5,:]"])
    pane.show_frame(Frame((track_of(frozen),)))
    pane.row.button.click()
    qtbot.waitUntil(lambda: not pane.run.is_active, timeout=30_000)
    assert "weights[0]" in pane.problem.text()
    assert pane.row.button.isVisible()


def test_tracks_with_other_examples_are_not_drawn(pane: FunctionFitPane) -> None:
    tracks = (track_of(curve()), track_of(curve(**BUILT), 0, 2), track_of(curve(dataset__function="bump"), 0, 3))
    pane.show_frame(Frame(tracks))
    assert sum(item.isVisible() for item in pane.picture._curves) == 2
    _, table = pane.tables(Frame(tracks))
    assert table.headings[:4] == ("x", "target", "track 1", "track 2")


def test_values_are_read_with_pointer_and_keys(pane: FunctionFitPane) -> None:
    pane.show_frame(Frame((track_of(curve(**BUILT)),)))
    pane.picture.plot.pointed.emit(0.5, 0.0)
    assert "At x = 0.5: output" in pane.readout.full_text
    assert "target 1." in pane.readout.full_text
    QTest.keyClick(pane.picture.plot.canvas, Qt.Key.Key_Right)
    assert "At x = 0.5:" not in pane.readout.full_text
    pane.picture.plot.left.emit()
    assert pane.readout.full_text.startswith("The output is typically")


def test_outputs_that_are_no_sum_have_no_parts(pane: FunctionFitPane) -> None:
    pane.show_frame(Frame((track_of(curve(network__activations=["sigmoid", "tanh"])),)))
    assert pane.picture.parts is None
    assert not pane.following.isEnabled()
    pane.show_frame(Frame((track_of(curve(network={"layers": [1, 1], "activations": ["linear"]})),)))
    assert pane.picture.parts is None
    assert "2 inputs" in (pane.why_empty(Frame((track_of(xor()),))) or "")


def test_low_panes_show_one_picture_at_a_time(pane: FunctionFitPane) -> None:
    pane.show_frame(Frame((track_of(curve()),)))
    assert pane.picture.plot.isVisible()
    assert pane.sizes.plot.isVisible()
    pane.resize(300, 260)
    assert pane.picture.plot.isVisible()
    assert not pane.sizes.plot.isVisible()
    pane.page.setCurrentIndex(pane.page.findText("Sizes"))
    pane.page.activated.emit(pane.page.currentIndex())
    assert not pane.picture.plot.isVisible()
    assert pane.sizes.plot.isVisible()
    assert pane.row.button.isVisible()


def test_weights_near_the_end_of_the_numbers_are_drawn(pane: FunctionFitPane) -> None:
    """ReLU units with weights of 1e200: products are infinite, and nothing warns."""
    track = track_of(curve(network__activations=["relu", "linear"]))
    huge = replace(track, state=replace(track.state, params=np.full_like(track.state.params, 1e200)))
    pane.show_frame(Frame((huge,)))
    assert pane.why_empty(Frame((huge,))) is None
    choose_sums(pane)
    assert len(pane.tables(Frame((huge,)))) == 2
