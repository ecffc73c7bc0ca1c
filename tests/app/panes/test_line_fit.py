"""The fit: the curve is the network's output, the lines are its errors, and standardised tracks fit in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.line_fit import HINT, LineFitPane
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def line(*, standardise: bool = False, **training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "linear_noise", "n": 20, "low": 0.0, "high": 4.0, "standardise": standardise},
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta", "mode": "batch", "initializer": "zero", "learning_rate": 0.01, **training},
        }
    )


def track_of(experiment: Experiment, epochs: int, number: int = 1) -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(f"track {number}", trainer.model, state, history.curves, number=number)


@pytest.fixture
def pane(qtbot: QtBot) -> LineFitPane:
    made = LineFitPane()
    qtbot.addWidget(made)
    made.resize(420, 340)
    made.show()
    return made


def test_the_curve_is_the_line_of_the_weights(pane: LineFitPane) -> None:
    frame = Frame((track_of(line(), 10),))
    pane.show_frame(frame)
    w1, w0 = frame.lead.state.params
    (curve,) = pane.picture._curves
    x, y = curve.getData()
    assert y == pytest.approx(w0 + w1 * x)
    assert len(pane.picture._points["training"].getData()[0]) == 20


def test_the_differences_add_up_to_the_error(pane: LineFitPane) -> None:
    frame = Frame((track_of(line(), 3),))
    pane.show_frame(frame)
    assert pane.picture._differences.getData()[0] is None or len(pane.picture._differences.getData()[0]) == 0
    pane.differences.trigger()
    x, y = pane.picture._differences.getData()
    assert (x[0::2] == x[1::2]).all()
    measured = frame.lead.model.evaluate(frame.lead.state.params)["training"]
    assert measured is not None
    assert 0.5 * np.sum((y[0::2] - y[1::2]) ** 2) == pytest.approx(measured.loss)


def test_a_standardised_track_is_drawn_over_the_measured_input(pane: LineFitPane) -> None:
    """Both have come to the least-squares line, which does not depend on the units of the input."""
    plain = track_of(line(learning_rate=0.018), 2000)
    other = track_of(line(standardise=True, learning_rate=0.05), 5, number=2)
    pane.show_frame(Frame((plain, other)))
    first, second = (item.getData() for item in pane.picture._curves)
    assert first[0] == pytest.approx(second[0])
    assert first[1] == pytest.approx(second[1], abs=1e-6)
    (table,) = pane.tables(Frame((plain, other)))
    assert table.headings == ("x", "target", "track 1", "track 2")
    pane.show_frame(Frame((other,)))
    x, _ = pane.picture._points["training"].getData()
    data = plain.data
    assert data is not None
    assert x == pytest.approx(data.training.inputs[:, 0])


def test_values_are_read_with_pointer_and_keys(pane: LineFitPane) -> None:
    frame = Frame((track_of(line(), 10),))
    pane.show_frame(frame)
    assert pane.readout.full_text == HINT
    pane.picture.plot.pointed.emit(2.0, 0.0)
    w1, w0 = frame.lead.state.params
    assert pane.readout.full_text == f"At x = 2: output {w0 + 2.0 * w1:.4g}"
    QTest.keyClick(pane.picture.plot.canvas, Qt.Key.Key_Right)
    assert pane.readout.full_text != f"At x = 2: output {w0 + 2.0 * w1:.4g}"
    pane.picture.plot.left.emit()
    assert pane.readout.full_text == HINT


def test_the_selected_example_has_a_ring(pane: LineFitPane) -> None:
    track = track_of(line(), 1)
    pane.show_frame(Frame((track,), Selection(("training", 3))))
    (x,), (y,) = pane.picture._ring.getData()
    data = track.data
    assert data is not None
    assert (x, y) == (data.training.inputs[3, 0], data.training.targets[3, 0])


def test_tracks_that_have_diverged_are_left_out(pane: LineFitPane) -> None:
    lost = track_of(line(learning_rate=1e200), 5, number=2)
    pane.show_frame(Frame((track_of(line(), 1), lost)))
    assert sum(item.isVisible() for item in pane.picture._curves) == 1
    assert "left the range" in (pane.why_empty(Frame((lost,))) or "")


def test_two_inputs_are_for_the_decision_surface(pane: LineFitPane) -> None:
    assert "2 inputs" in (pane.why_empty(Frame((track_of(xor(), 1),))) or "")
