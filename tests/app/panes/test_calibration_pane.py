"""The calibration pane: diagram, bars and table are what the engine counts, and the threshold can be moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes.calibration import CalibrationPane
from nlcore.calibration import at_threshold
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate

PLAIN = {"layers": [2, 1], "activations": ["sigmoid"]}


def blobs(network: dict[str, Any] = PLAIN, loss: str = "cross_entropy", **options: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "n": 120, "spread": 1.0, "test_fraction": 0.5, **options},
            "network": network,
            "training": {"loss": loss, "initializer": {"name": "uniform", "low": -1.0, "high": 1.0}},
        }
    )


def track_of(experiment: Experiment, epochs: int = 3, number: int = 1) -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(f"track {number}", trainer.model, state, history.curves, number=number)


@pytest.fixture
def pane(qtbot: QtBot) -> CalibrationPane:
    made = CalibrationPane()
    qtbot.addWidget(made)
    made.resize(460, 640)
    made.show()
    return made


def choose(pane: CalibrationPane, text: str) -> None:
    for combo in (pane.shown_set, pane.shown_class, pane.bins):
        if combo.findText(text) >= 0:
            combo.setCurrentIndex(combo.findText(text))
            combo.activated.emit(combo.currentIndex())


def row(pane: CalibrationPane, k: int) -> tuple[str, ...]:
    return pane.scores.rows.rows[k].cells()


def test_points_and_bars_count_every_example(pane: CalibrationPane) -> None:
    frame = Frame((track_of(blobs()),))
    pane.show_frame(frame)
    (drawn,) = pane.reliability.tracks
    assert sum(one.count for one in drawn.bins) == 60
    x, y = pane.reliability.shares[0][2].getData()
    assert x.tolist() == [one.predicted for one in drawn.bins]
    assert y.tolist() == [one.share for one in drawn.bins]
    assert np.sum(pane.bars.bars) == 60
    choose(pane, "Test set")
    choose(pane, "5 bins")
    assert len(pane.reliability.tracks[0].bins) <= 5
    assert len(pane.bars.bars) == 10


def test_the_threshold_is_dragged_typed_and_moved_with_keys(pane: CalibrationPane) -> None:
    frame = Frame((track_of(blobs()),))
    pane.show_frame(frame)
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    outputs = model.layout.activations[-1].values(
        model.examples.training.inputs @ frame.lead.state.params[:2] + frame.lead.state.params[2]
    )
    is_class = model.examples.training.targets[:, 0] == 1.0

    def counted() -> tuple[str, ...]:
        n = at_threshold(outputs, is_class, pane.threshold)
        return tuple(str(k) for k in (n.hits, n.misses, n.false_alarms, n.rejections, n.wrong))

    before = row(pane, 0)
    assert before[4:] == counted()
    line = pane.reliability.line
    assert line is not None
    line.setValue(0.3)
    line.sigDragged.emit(line)
    assert pane.threshold == 0.3
    assert pane.number.value() == 0.3
    assert pane.bars.line is not None
    assert pane.bars.line.value() == 0.3
    assert row(pane, 0)[4:] == counted()
    assert row(pane, 0)[:4] == before[:4]
    pane.number.setValue(0.8)
    assert row(pane, 0)[4:] == counted()
    QTest.keyClick(pane.bars.canvas, Qt.Key.Key_Left)
    assert pane.threshold == pytest.approx(0.79)
    assert "from an output of 0.79 on" in pane.readout.full_text


def test_the_truth_has_a_row_and_can_be_hidden(pane: CalibrationPane) -> None:
    pane.show_frame(Frame((track_of(blobs()),)))
    assert row(pane, 1)[0] == "true probabilities"
    assert len(pane.reliability.shares[0][3].getData()[0])
    pane.truth.trigger()
    assert len(pane.scores.rows.rows) == 1
    assert not len(pane.reliability.shares[0][3].getData()[0])
    pane.truth.trigger()
    pane.show_frame(Frame((track_of(blobs(margin=0.2)),)))
    assert not pane.truth.isEnabled()
    assert len(pane.scores.rows.rows) == 1


def test_tracks_with_other_examples_are_left_out_and_said(pane: CalibrationPane) -> None:
    tracks = (track_of(blobs()), track_of(blobs(loss="squared_error"), 3, 2), track_of(blobs(seed=9), 3, 3))
    frame = Frame(tracks)
    pane.show_frame(frame)
    assert [one.name for one in pane.reliability.tracks] == ["track 1", "track 2"]
    assert "Not drawn, as examples or outputs are others: track 3." in pane.readout.full_text
    scores, bins = pane.tables(frame)
    assert [cells[0] for cells in scores.rows] == ["track 1", "track 2", "true probabilities"]
    assert {cells[0] for cells in bins.rows} == {"track 1", "track 2"}
    assert "track 2: log-likelihood" in pane.in_words(frame)
    pane.show_frame(Frame(tracks[::-1]))
    assert [one.name for one in pane.reliability.tracks] == ["track 3"]


def test_each_of_three_classes(pane: CalibrationPane) -> None:
    network = {"layers": [2, 3], "activations": ["softmax"]}
    pane.show_frame(Frame((track_of(blobs(network, "categorical_cross_entropy", classes=3)),)))
    assert [pane.shown_class.itemText(k) for k in range(3)] == ["class 1", "class 2", "class 3"]
    before = row(pane, 0)
    choose(pane, "class 3")
    after = row(pane, 0)
    assert before[:4] == after[:4]
    assert sum(map(int, after[4:8])) == 60
    assert "“class 3”" in pane.readout.full_text


def test_values_of_a_bin_are_read_with_the_pointer(pane: CalibrationPane) -> None:
    pane.show_frame(Frame((track_of(blobs()),)))
    one = pane.reliability.tracks[0].bins[0]
    pane.reliability.pointed.emit(one.low + 1e-9, 0.5)
    assert f"{one.hits} of {one.count} example" in pane.readout.full_text
    pane.reliability.left.emit()
    assert "log-likelihood" in pane.readout.full_text


def test_reasons(pane: CalibrationPane) -> None:
    assert "threshold units" in (pane.why_empty(Frame((track_of(gate("and")),))) or "")
    assert pane.why_empty(Frame((track_of(blobs()),))) is None


def test_low_panes_keep_the_diagram(pane: CalibrationPane, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track_of(blobs()),)))
    assert not pane.bars.isHidden()
    pane.resize(300, 220)
    assert pane.bars.isHidden()
    assert pane.scores.isHidden()
    qtbot.waitUntil(lambda: pane.reliability.height() > 90)


def test_the_threshold_is_kept_in_session_files_and_figures(pane: CalibrationPane, qtbot: QtBot) -> None:
    pane.show_frame(Frame((track_of(blobs()),)))
    pane.set_threshold(0.25)
    other = CalibrationPane()
    qtbot.addWidget(other)
    other.take_notes(pane.notes())
    assert other.threshold == 0.25
    for wrong in ({"threshold": 7}, {"threshold": "x"}, {"threshold": None}, {}, {"threshold": float("nan")}):
        other.take_notes(wrong)
        assert other.threshold == 0.25
    other.set_threshold(0.9)
    other.take_over(pane)
    assert other.threshold == 0.25
