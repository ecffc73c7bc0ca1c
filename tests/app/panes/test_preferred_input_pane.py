"""What a unit likes most: the pictures shown are those of the engine, and the slider goes along the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection
from app.panes.preferred_input import PANE, PreferredInputPane, words_of
from nlcore import probes
from nlcore.network import forward
from nlcore.preferred_input import net_input
from tests.app.panes.test_occlusion_pane import digits_frame, model_of


@pytest.fixture
def pane(qtbot: QtBot) -> PreferredInputPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(520, 620)
    made.show()
    return made


def choose(pane: PreferredInputPane, unit: tuple[int, int]) -> None:
    pane.unit.setCurrentIndex([pane.unit.itemData(k) for k in range(pane.unit.count())].index(unit))
    pane.unit.activated.emit(0)
    pane.finish()


def test_it_shows_the_way_beside_the_window(pane: PreferredInputPane, qtbot: QtBot) -> None:
    frame = digits_frame()
    pane.show_frame(frame)
    qtbot.waitUntil(lambda: bool(pane.made.shown), timeout=20_000)
    model, params = model_of(frame), frame.lead.state.params
    assert [pane.unit.itemText(k) for k in range(pane.unit.count())][2:4] == ["Hidden unit 3", "Output 0"]
    way, pixels = pane.tables(frame)
    assert way.rows[0][1] == net_input(model, params, (1, 0), model.examples.training.inputs.mean(axis=0))
    end = np.array([row[1] for row in pixels.rows])
    assert way.rows[-1][1] == pytest.approx(net_input(model, params, (1, 0), end))
    assert end.min() >= 0.0
    assert end.max() <= 1.0
    assert "white where its weights are positive" in pane.in_words(frame)


def test_the_answer_is_that_to_the_framed_picture(pane: PreferredInputPane) -> None:
    frame = digits_frame()
    model, params = model_of(frame), frame.lead.state.params
    pane.show_frame(frame)
    choose(pane, (2, 1))
    assert pane.slider.value() == pane.slider.maximum() > 3
    pixels = np.array([row[1] for row in pane.tables(frame)[1].rows])
    assert [row[1] for row in pane.bars.rows] == probes.outputs(model, params, pixels[None])[0].tolist()
    assert int(np.argmax([row[1] for row in pane.bars.rows])) == 1
    last = [one.title for one in pane.made.shown]
    pane.slider.setValue(2)
    assert [one.title for one in pane.made.shown] == ["start", "step 2"] != last
    assert "after 2 steps" in pane.in_words(frame)


def test_the_examples_it_likes_most_and_least(pane: PreferredInputPane) -> None:
    frame = digits_frame()
    model, params = model_of(frame), frame.lead.state.params
    pane.show_frame(frame)
    choose(pane, (2, 2))
    nets = forward(model.layout, params, model.examples.training.inputs).net_inputs[1][:, 2]
    titles = [one.title for one in pane.liked.shown]
    assert titles[0] == f"most 1: training {int(np.argmax(nets)) + 1}"
    assert titles[3] == f"least 1: training {int(np.argmin(nets)) + 1}"
    assert model.examples.training.targets[int(np.argmax(nets))].argmax() == 2


@pytest.mark.parametrize("standardise", [False, True])
def test_the_start_can_be_chosen(pane: PreferredInputPane, standardise: bool) -> None:
    frame = digits_frame(Selection(("training", 5)), standardise=standardise)
    model, params = model_of(frame), frame.lead.state.params
    pane.show_frame(frame)
    pane.start.setCurrentIndex(1)
    pane.start.activated.emit(1)
    pane.finish()
    wanted = net_input(model, params, (1, 0), model.examples.training.inputs[5])
    assert pane.tables(frame)[0].rows[0][1] == pytest.approx(wanted)


def test_a_network_without_slopes_says_so(pane: PreferredInputPane) -> None:
    frame = digits_frame()
    state = type(frame.lead.state)(0.0 * frame.lead.state.params, frame.lead.state.velocity, frame.lead.state.counters)
    track = type(frame.lead)("run", frame.lead.model, state, frame.lead.curves)
    pane.show_frame(Frame((track,)))
    pane.finish()
    assert "has no slope" in pane.words.text()


def test_where_a_unit_is_content_already_it_is_not_said_to_have_no_slope(pane: PreferredInputPane) -> None:
    frame = digits_frame()
    pane.show_frame(frame)
    pane.finish()
    found = pane._found
    assert found is not None
    stays = replace(found.way, inputs=found.way.inputs[:1], net_inputs=found.way.net_inputs[:1], is_at_top=True)
    said = words_of(replace(found, way=stays), 0)
    assert "leads no higher" in said
    assert "no slope" not in said
