"""Lines of hidden units on the decision surface: where the net input is 0, and which side is on."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from app.frame import Frame
from app.panes.decision_surface import DecisionSurfacePane
from app.widgets.hidden_lines import ARROW
from nlcore import network
from nlcore.families.feedforward import FeedforwardModel
from tests.app.panes.test_decision_surface import xor
from tests.app.test_panes import frame_of
from tests.nlcore.examples import gate


def test_lines_are_where_the_net_input_is_zero_and_arrows_point_to_where_it_is_positive(qtbot: QtBot) -> None:
    pane = DecisionSurfacePane()
    qtbot.addWidget(pane)
    pane.resize(500, 480)
    pane.show()
    track = xor(600)
    pane.show_frame(Frame((track,)))
    assert not pane.hidden.is_shown
    pane.hidden.switch.setChecked(True)
    model = track.model
    assert isinstance(model, FeedforwardModel)
    found = pane.hidden.shown_ends()
    assert [k for k, _ in found] == [0, 1]
    for k, ends in found:
        nets = network.forward(model.layout, track.state.params, ends).net_inputs[0][:, k]
        np.testing.assert_allclose(nets, 0.0, atol=1e-9)
    arrows = np.column_stack(pane.hidden._arrows[0].getData()).reshape(-1, 6, 2)
    for (k, _), arrow in zip(found, arrows, strict=True):
        nets = network.forward(model.layout, track.state.params, arrow[:2]).net_inputs[0][:, k]
        assert abs(nets[0]) < 1e-9 < nets[1]
        assert np.isclose(np.linalg.norm((arrow[1] - arrow[0]) / pane.plot.pixel()), ARROW)
    assert [tag.toPlainText() for tag in pane.hidden._numbers] == ["1", "2"]
    assert "hidden units, arrow: on" in [entry.text for entry in pane.legend.entries]
    pane.hidden.switch.setChecked(False)
    assert pane.hidden.shown_ends() == []


def test_without_hidden_units_there_is_nothing_to_switch_on(qtbot: QtBot) -> None:
    pane = DecisionSurfacePane()
    qtbot.addWidget(pane)
    pane.show()
    pane.show_frame(Frame((xor(10),)))
    pane.hidden.switch.setChecked(True)
    pane.show_frame(frame_of(gate("and"), 4))
    assert not pane.hidden.switch.isEnabled()
    assert not pane.hidden.is_shown
