"""Covering a part: the answer is that to the covered picture, the map tells the truth, and nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.occlusion import PANE, OcclusionPane
from app.widgets.covering import fill_of
from nlcore import probes
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.occlusion import covers, fall
from nlcore.trainer import Trainer


def digits_frame(selection: Selection | None = None, **dataset: object) -> Frame:
    """Return a trained network that tells three digits apart, or 0 from 1 with a single output."""
    digits = dataset.pop("digits", [0, 1, 2])
    outputs = 1 if len(digits) == 2 else len(digits)  # type: ignore[arg-type]
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "digits", "digits": digits, "n": 120, **dataset},
            "network": {"layers": [64, 3, outputs], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.3},
        }
    )
    history = History(Trainer(experiment))
    history.record(history.trainer.advance(history.start, 1500))
    track = TrackFrame("run", history.trainer.model, history.head, history.curves)
    return Frame((track,), selection or Selection())


def model_of(frame: Frame) -> FeedforwardModel:
    assert isinstance(frame.lead.model, FeedforwardModel)
    return frame.lead.model


@pytest.fixture
def pane(qtbot: QtBot) -> OcclusionPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(520, 520)
    made.show()
    return made


@pytest.mark.parametrize("standardise", [False, True])
def test_the_answer_is_that_to_the_covered_picture(pane: OcclusionPane, standardise: bool) -> None:
    frame = digits_frame(Selection(("test", 4)), standardise=standardise)
    model = model_of(frame)
    before = model.examples.test.inputs.copy()
    pane.show_frame(frame)
    assert not pane.clear.isEnabled()
    pane.view.cover((3, 4))
    fill = fill_of(model.examples, "mean")
    wanted = np.where(covers((8, 8), (3, 4), 5).ravel(), fill, before[4])
    assert [row[1] for row in pane.bars.rows] == probes.outputs(model, frame.lead.state.params, wanted[None])[
        0
    ].tolist()
    assert "With the same part covered in all" in pane.words.text()
    assert "25 of 64 pixels are covered with grey" in pane.in_words(frame)
    assert model.examples.test.inputs.tolist() == before.tolist()
    pane.clear.click()
    assert [row[1] for row in pane.bars.rows] == probes.outputs(model, frame.lead.state.params, before[4:5])[0].tolist()
    assert "Nothing is covered." in pane.in_words(frame)


def test_the_sentence_about_the_set_is_true(pane: OcclusionPane) -> None:
    frame = digits_frame()
    model = model_of(frame)
    pane.show_frame(frame)
    pane.grey.setCurrentIndex(pane.grey.findData("light"))
    pane.view.cover((4, 4))
    data, mask = model.examples, covers((8, 8), (4, 4), 5).ravel()
    covered = np.where(mask, 1.0, data.test.inputs)
    true = np.argmax(data.test.targets, axis=1)
    after = int(np.sum(probes.predicted(model, frame.lead.state.params, covered) == true))
    n = len(true)
    assert f"in all {n} pictures of the test set, {after} answers are correct" in pane.words.text()


def test_the_map_says_what_the_block_does(pane: OcclusionPane) -> None:
    frame = digits_frame(Selection(("training", 2)))
    model, params = model_of(frame), frame.lead.state.params
    pane.show_frame(frame)
    data = model.examples
    unit = int(np.argmax(data.training.targets[2]))
    pane._say((2, 5))
    inputs = data.training.inputs[2]
    covered = np.where(covers((8, 8), (2, 5), 5).ravel(), fill_of(data, "mean"), inputs)
    falls = probes.outputs(model, params, inputs[None])[0, unit] - probes.outputs(model, params, covered[None])[0, unit]
    (table,) = pane.tables(frame)
    assert {row[:2]: row[2] for row in table.rows}[3, 6] == pytest.approx(falls, abs=1e-12)
    assert pane.readout.full_text.startswith("Block over rows 1–5, columns 4–8: ")
    assert "→" in pane.readout.full_text
    means = []
    for scope in ("class", "all"):
        pane.scope.setCurrentIndex(pane.scope.findData(scope))
        pane.scope.activated.emit(1)
        pane.finish()
        means.append(np.array([row[2] for row in pane.tables(frame)[0].rows]).reshape(8, 8))
    true = np.argmax(data.training.targets, axis=1)
    of_class = [fall(model, params, x, unit, fill_of(data, "mean"), 5) for x in data.training.inputs[true == unit]]
    assert np.allclose(means[0], np.mean(of_class, axis=0))
    assert not np.allclose(means[0], means[1])
    pane._say((2, 5))
    assert "on average a fall of the correct output" in pane.readout.full_text


def test_a_single_output_that_should_be_low_counts_when_it_rises(pane: OcclusionPane) -> None:
    frame = digits_frame(digits=[0, 1])
    model = model_of(frame)
    low = next(row for row, target in enumerate(model.examples.test.targets) if target[0] < 0.5)
    pane.show_frame(Frame(frame.tracks, Selection(("test", low))))
    right = np.array([row[2] for row in pane.tables(frame)[0].rows])
    pane.unit.setCurrentIndex(1)
    pane.unit.activated.emit(1)
    assert np.allclose([row[2] for row in pane.tables(frame)[0].rows], -right)


def test_it_is_drawn_on_with_the_mouse_and_the_keys(pane: OcclusionPane, qtbot: QtBot) -> None:
    frame = digits_frame()
    pane.show_frame(frame)
    canvas = pane.view.canvas
    pane.side.setCurrentIndex(pane.side.findData(1))
    pane.side.activated.emit(0)
    at = canvas.centre_of((2, 3)).toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert np.argwhere(pane.view.cover_mask).tolist() == [[2, 3]]
    qtbot.mousePress(canvas, Qt.MouseButton.RightButton, pos=at)
    qtbot.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=at)
    assert not pane.view.cover_mask.any()
    pane.view.map.cursor_at = (7, 7)
    qtbot.keyClick(pane.view.map, Qt.Key.Key_Return)
    assert np.argwhere(pane.view.cover_mask).tolist() == [[7, 7]]


def test_another_example_is_chosen_for_all_panes(pane: OcclusionPane) -> None:
    pane.show_frame(digits_frame())
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    pane.example.number.setValue(3)
    assert chosen == [Selection(("test", 2))]
    pane.example.set_choice.setCurrentIndex(0)
    pane.example.set_choice.activated.emit(0)
    assert chosen[-1] == Selection(("training", 0))


def test_it_says_why_it_is_empty(pane: OcclusionPane) -> None:
    frame = digits_frame()
    nan = frame.lead.state.params * np.nan
    state = type(frame.lead.state)(nan, nan, frame.lead.state.counters)
    diverged = Frame((TrackFrame("run", frame.lead.model, state, frame.lead.curves),))
    assert "finite" in str(pane.why_empty(diverged))
    pane.show_frame(diverged)
    pane.show_frame(frame)
    assert pane.view.isVisible()
