"""The saturation pane: histograms by layer, shaded ranges, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import figures
from app.frame import Frame, TrackFrame
from app.panes.saturation import PANE, SaturationPane
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.saturation import activity
from tests.app.test_panes import diverged, frame_of
from tests.nlcore.examples import gate, xor


@pytest.fixture
def pane(qtbot: QtBot) -> SaturationPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def deep(activation: str, scale: float = 1.0) -> Experiment:
    return xor(
        network={"layers": [2, 6, 6, 6, 1], "activations": [activation] * 3 + ["sigmoid"]},
        training__initializer={"name": "uniform", "low": -scale, "high": scale},
    )


def choose(pane: SaturationPane, place: int) -> None:
    pane.shown.setCurrentIndex(place)
    pane.shown.activated.emit(place)


def test_every_net_input_and_delta_is_counted(pane: SaturationPane) -> None:
    frame = frame_of(xor(), 400)
    pane.show_frame(frame)
    assert [[shown.counts.sum() + shown.below for shown in row] for row in pane.grid.rows] == [[8, 8], [4, 4]]
    model, params = frame.lead.model, frame.lead.state.params
    assert isinstance(model, FeedforwardModel)
    layers = activity(model, params)
    for row, layer in zip(pane.grid.rows, layers, strict=True):
        nets = row[0]
        expected = np.histogram(layer.net_inputs, bins=nets.edges)[0]
        assert nets.counts.tolist() == expected.tolist()
    assert pane.grid.rows[0][1].edges.tolist() == pane.grid.rows[1][1].edges.tolist(), "one axis for all deltas"


def test_saturated_ranges_are_shaded_and_the_share_is_said(pane: SaturationPane) -> None:
    frame = frame_of(xor(), 20_000)
    pane.show_frame(frame)
    hidden = pane.grid.rows[0][0]
    assert [edge for pair in hidden.shaded for edge in pair if abs(edge) == 4.0] == [-4.0, 4.0]
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    share = float(np.mean(np.abs(activity(model, frame.lead.state.params)[0].net_inputs) > 4.0))
    assert 0.1 < share < 1.0
    assert hidden.note == f"{share:.0%} saturated"
    assert f"Hidden layer 1: {share:.0%} saturated" in pane.readout.full_text
    assert "o (1 − o) < 0.018" in pane.readout.full_text


def test_deltas_shrink_through_sigmoid_layers_and_less_through_tanh(pane: SaturationPane) -> None:
    pane.show_frame(frame_of(deep("sigmoid")))
    assert "times as large as those of hidden layer 1" in pane.readout.full_text
    assert len(pane.grid.rows) == 4
    sigmoid = _median_ratio(frame_of(deep("sigmoid")))
    assert sigmoid > 5.0 * _median_ratio(frame_of(deep("tanh")))


def _median_ratio(frame: Frame) -> float:
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    layers = activity(model, frame.lead.state.params)
    first, last = layers[0].typical_delta, layers[-1].typical_delta
    assert first
    assert last
    return last / first


def test_relu_units_are_off(pane: SaturationPane) -> None:
    frame = frame_of(deep("relu", 0.5))
    pane.show_frame(frame)
    assert "% off" in pane.readout.full_text
    assert "net at or below 0" in pane.readout.full_text


def test_perceptrons_have_no_deltas(pane: SaturationPane) -> None:
    frame = frame_of(gate("and"), 9)
    pane.show_frame(frame)
    assert [len(row) for row in pane.grid.rows] == [1]
    assert not pane.shown.isEnabled()
    assert "no error terms" in pane.readout.full_text
    assert "no slope" in pane.readout.full_text
    pane.show_frame(frame_of(xor(), 4))
    assert pane.shown.isEnabled()


def test_one_kind_alone(pane: SaturationPane) -> None:
    pane.show_frame(frame_of(xor(), 40))
    choose(pane, 1)
    assert [[shown.is_log for shown in row] for row in pane.grid.rows] == [[False], [False]]
    choose(pane, 2)
    assert [[shown.is_log for shown in row] for row in pane.grid.rows] == [[True], [True]]


def test_bins_are_read_with_pointer_and_keys(pane: SaturationPane) -> None:
    pane.show_frame(frame_of(xor(), 40))
    said: list[str] = []
    pane.grid.pointed.connect(said.append)
    centre = pane.grid.bars_rect(0, 0).center()
    QTest.mouseMove(pane.grid, QPoint(int(centre.x()) + 3, int(centre.y())))
    assert "of 8 from 0 to" in said[-1]
    assert pane.readout.full_text == said[-1]
    QTest.keyClick(pane.grid, Qt.Key.Key_Down)
    QTest.keyClick(pane.grid, Qt.Key.Key_Right)
    assert said[-1].startswith("Hidden layer 1: |delta|")


def test_large_sets_are_sampled_and_it_is_said(pane: SaturationPane) -> None:
    made = Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "n": 9000},
            "network": {"layers": [2, 4, 1], "activations": ["tanh", "sigmoid"]},
            "training": {"learning_rate": 0.1, "initializer": "uniform"},
        }
    )
    pane.show_frame(frame_of(made))
    assert "training examples are counted" in pane.readout.full_text


def test_what_cannot_be_counted(pane: SaturationPane) -> None:
    assert "finite" in (pane.why_empty(diverged()) or "")


def test_many_layers_are_scrolled(pane: SaturationPane) -> None:
    layers = [2, *[4] * 12, 1]
    made = xor(network={"layers": layers, "activations": ["tanh"] * 12 + ["sigmoid"]})
    pane.resize(400, 300)
    pane.show_frame(frame_of(made))
    assert pane.grid.height() > pane.area.height()
    assert all(pane.grid.bars_rect(row, 0).height() >= 20 for row in range(13))


def test_tables_and_figures(pane: SaturationPane, tmp_path: Any) -> None:
    frame = frame_of(xor(), 40)
    other = TrackFrame("other", frame.lead.model, frame.lead.state, frame.lead.curves, number=2)
    (table,) = pane.tables(Frame((frame.lead, other)))
    assert sum(int(row[4]) for row in table.rows) == 2 * (8 + 8 + 4 + 4)
    pane.show_frame(frame)
    assert "% saturated" in figures.save(tmp_path / "a.svg", "saturation", frame, like=pane).read_text("utf-8")
