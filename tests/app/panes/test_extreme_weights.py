"""Weights at the ends of the range of numbers: finite, but their pictures, sums and squares may not be."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.pane import pane_class
from nlcore.records import TrainState, read_only
from tests.app.test_panes import frame_of
from tests.nlcore.examples import xor


def extreme(scale: float, *activations: str) -> Frame:
    layers = [2, *[3] * (len(activations) - 1), 1]
    lead = frame_of(xor(network={"layers": layers, "activations": list(activations)}), 4).lead
    signs = np.random.default_rng(0).uniform(-1.0, 1.0, lead.model.n_params)
    state = TrainState(read_only(scale * signs), lead.state.velocity, lead.state.counters)
    return Frame((TrackFrame("lesson", lead.model, state, lead.curves),))


@pytest.mark.parametrize("pane_id", ["gradient_check", "hidden_space", "weight_space", "saturation"])
@pytest.mark.parametrize("scale", [1e308, 1e200, 1e20, 1e-100, 1e-310, 0.0])
@pytest.mark.parametrize("activations", [("linear",), ("relu", "linear"), ("tanh", "sigmoid")])
def test_they_are_drawn_and_said(qtbot: QtBot, pane_id: str, scale: float, activations: tuple[str, ...]) -> None:
    pane, frame = pane_class(pane_id)(), extreme(scale, *activations)
    qtbot.addWidget(pane)
    pane.resize(480, 360)
    pane.show()
    pane.show_frame(frame)
    if pane.why_empty(frame) is None:
        assert pane.in_words(frame)
        assert pane.tables(frame)
    assert not pane.grab().isNull()
    assert "does not agree" not in pane.in_words(frame)
