"""The space of hidden units: where examples lie, which line the unit above draws, and what is said about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import figures
from app.frame import Frame, Selection, TrackFrame
from app.panes.hidden_space import PANE, HiddenSpacePane
from app.theme import DARK
from app.widgets.plane import Plane
from app.widgets.space_plot import PlaneLine
from app.widgets.unit_space import UnitSpace, clusters, is_separable, net_at
from nlcore import network
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from tests.app.test_panes import diverged, frame_of
from tests.nlcore.examples import gate, xor

SOLVED = 4000


@pytest.fixture
def pane(qtbot: QtBot) -> HiddenSpacePane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def wide_xor(units: int = 3, **changes: Any) -> Experiment:
    return xor(network={"layers": [2, units, 1], "activations": ["sigmoid", "sigmoid"]}, **changes)


def choose(pane: HiddenSpacePane, box: str, place: int) -> None:
    combo = getattr(pane, box)
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def model_of(frame: Frame) -> FeedforwardModel:
    assert isinstance(frame.lead.model, FeedforwardModel)
    return frame.lead.model


def test_examples_lie_at_the_outputs_of_the_two_units(pane: HiddenSpacePane) -> None:
    frame = frame_of(xor(), SOLVED)
    pane.show_frame(frame)
    model = model_of(frame)
    passed = network.forward(model.layout, frame.lead.state.params, model.examples.training.inputs)
    np.testing.assert_allclose(pane.plot.points, passed.outputs[1], rtol=1e-12)
    assert pane.plot.classes.tolist() == [0, 1, 1, 0]
    assert not pane.plot.wrong.any()


def test_the_line_is_where_the_output_is_at_its_midpoint(pane: HiddenSpacePane) -> None:
    frame = frame_of(xor(), SOLVED)
    pane.show_frame(frame)
    (line,) = pane.plot.lines
    assert line.label == "o = 0.5"
    ends = line.ends((-2.0, 3.0), (-2.0, 3.0))
    assert ends is not None
    model, params = model_of(frame), frame.lead.state.params
    upper = network.Layout(model.layout.layers[1:], model.layout.activations[1:])
    outputs = network.forward(upper, params[model.layout.offsets[1] :], np.array(ends)).outputs[-1]
    np.testing.assert_allclose(outputs, 0.5, atol=1e-9)
    sides = pane.plot.points @ np.array([line.a, line.b]) + line.c
    assert (sides > 0).tolist() == [False, True, True, False], "the line divides what no line divides among the inputs"


def test_it_says_why_xor_becomes_separable(pane: HiddenSpacePane) -> None:
    frame = frame_of(xor(), SOLVED)
    pane.show_frame(frame)
    said = pane.in_words(frame)
    assert "Among the inputs no straight line divides the two classes; here a straight line does." in said
    assert "0 XOR 1 and 1 XOR 0 fall on about the same point." in said
    assert "4 of 4 examples are classified correctly" in said
    assert "0 XOR 1, 1 XOR 0" in [caption.text for caption in pane.plot.captions]
    start = frame_of(xor())
    pane.show_frame(start)
    assert "2 of 4" in pane.in_words(start) or "misclassified" in pane.legend.accessibleDescription()


def test_other_units_are_held_at_their_mean(pane: HiddenSpacePane) -> None:
    frame = frame_of(wide_xor(), SOLVED)
    pane.show_frame(frame)
    assert "hidden unit 3 held at its mean" in pane.legend.accessibleDescription()
    choose(pane, "across", 2)
    assert pane.up.currentText() == "Hidden unit 2"
    assert "hidden unit 1 held at its mean" in pane.legend.accessibleDescription()
    model, params = model_of(frame), frame.lead.state.params
    space = UnitSpace.of(model, params, 1, (2, 1), model.examples.training.inputs)
    np.testing.assert_array_equal(pane.plot.points, space.points)
    found = space.line((2, 0), 0.5)
    assert found is not None
    ends = PlaneLine(*found, "#000000").ends((-9.0, 9.0), (-9.0, 9.0))
    assert ends is not None
    full = np.tile(space.means, (2, 1))
    full[:, [2, 1]] = np.array(ends)
    weights, bias = model.layout.weights(params)[1][0], model.layout.biases(params)[1][0]
    np.testing.assert_allclose(full @ weights + bias, 0.0, atol=1e-9)


def test_several_classes_have_regions_or_a_line_each(pane: HiddenSpacePane) -> None:
    frame = frame_of(
        Experiment.from_dict(
            {
                "dataset": {"name": "iris", "standardise": True},
                "network": {"layers": [4, 3, 3], "activations": ["tanh", "sigmoid"]},
                "training": {"initializer": "uniform", "learning_rate": 0.05},
            }
        ),
        150 * 20,
    )
    pane.show_frame(frame)
    assert pane.above.currentText() == "Winning class"
    assert pane.plot.lines == ()
    assert pane.plot.n_contour_pieces > 0
    choose(pane, "above", 1)
    assert len(pane.plot.lines) == 1
    assert pane.bar.isVisible()


def test_softmax_has_no_line_and_says_so(pane: HiddenSpacePane) -> None:
    frame = frame_of(
        Experiment.from_dict(
            {
                "dataset": {"name": "iris", "coding": "zero_one", "standardise": True},
                "network": {"layers": [4, 2, 3], "activations": ["tanh", "softmax"]},
                "training": {"loss": "categorical_cross_entropy", "initializer": "uniform", "learning_rate": 0.05},
            }
        ),
        300,
    )
    pane.show_frame(frame)
    choose(pane, "above", 2)
    assert pane.plot.lines == ()
    assert "softmax outputs depend on each other" in pane.readout.full_text


def test_two_hidden_layers(pane: HiddenSpacePane) -> None:
    frame = frame_of(xor(network={"layers": [2, 3, 2, 1], "activations": ["tanh", "sigmoid", "sigmoid"]}), 400)
    pane.show_frame(frame)
    assert [pane.across.itemText(k) for k in range(pane.across.count())][3] == "Hidden unit 1 of layer 2"
    assert pane.above.currentText() == "Hidden unit 1 of layer 2"
    choose(pane, "across", 3)
    assert pane.up.count() == 2
    assert pane.above.currentText() == "Output o"
    assert pane.plot.plane.x_range == pytest.approx((-0.12, 1.12))


def test_a_click_selects_an_example_and_pointing_reads_it(pane: HiddenSpacePane, qtbot: QtBot) -> None:
    frame = frame_of(xor(), SOLVED)
    pane.show_frame(frame)
    x, y = pane.plot.points[0]
    with qtbot.waitSignal(pane.selection_requested) as asked:
        pane.plot.clicked.emit(x, y)
    assert asked.args == [Selection(("training", 0))]
    pane.plot.pointed.emit(x, y)
    assert "example 0 XOR 0, target false" in pane.readout.full_text
    pane.plot.left.emit()
    assert "Line where o = 0.5" in pane.readout.full_text
    pane.show_frame(Frame(frame.tracks, Selection(("training", 3), (1, 0)), frozenset({"selection"})))
    assert pane.plot.selected == 3
    with qtbot.waitSignal(pane.selection_requested) as asked:
        QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Left)
    assert asked.args == [Selection(("training", 2), (1, 0))]


def test_maps_of_the_units_choose_a_unit(pane: HiddenSpacePane, qtbot: QtBot) -> None:
    frame = frame_of(wide_xor(), SOLVED)
    pane.show_frame(frame)
    choose(pane, "page", 1)
    assert [shown.name for shown in pane.maps.shown] == [
        "hidden unit 1", "hidden unit 2", "hidden unit 3", "output o",
    ]  # fmt: skip
    with qtbot.waitSignal(pane.selection_requested) as asked:
        QTest.mouseClick(pane.maps, Qt.MouseButton.LeftButton, pos=pane.maps.rect_of(1).center())
    assert asked.args == [Selection(None, (1, 1))]
    pane.show_frame(Frame(frame.tracks, Selection(None, (1, 1)), frozenset({"selection"})))
    with qtbot.waitSignal(pane.selection_requested) as asked:
        QTest.keyClick(pane.maps, Qt.Key.Key_Right)
    assert asked.args == [Selection(None, (1, 2))]
    with qtbot.waitSignal(pane.selection_requested) as asked:
        QTest.mouseClick(pane.maps, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert asked.args == [Selection()]
    assert all(len(shown.line) for shown in pane.maps.shown), "every unit has learnt a line"


def test_maps_need_two_inputs(pane: HiddenSpacePane) -> None:
    frame = frame_of(
        Experiment.from_dict(
            {
                "dataset": {"name": "iris"},
                "network": {"layers": [4, 3, 3], "activations": ["tanh", "sigmoid"]},
                "training": {"initializer": "uniform", "learning_rate": 0.05},
            }
        )
    )
    pane.show_frame(frame)
    choose(pane, "page", 1)
    assert "two inputs, and this data set has 4 inputs" in pane.readout.full_text


def test_why_there_is_no_space(pane: HiddenSpacePane) -> None:
    for frame, word in ((frame_of(gate("and")), "no hidden units"), (diverged(), "finite")):
        assert word in (pane.why_empty(frame) or "")
    pane.show_frame(frame_of(xor(network={"layers": [2, 1, 1], "activations": ["sigmoid", "sigmoid"]}), 4))
    assert "a single unit" in pane.plot.message
    pane.show_frame(frame_of(xor(), 4))
    assert pane.plot.message == ""


def test_zoom_shows_only_where_examples_lie(pane: HiddenSpacePane) -> None:
    pane.show_frame(frame_of(xor()))
    wide = pane.plot.plane.x_range
    pane.zoom.setChecked(True)
    close = pane.plot.plane.x_range
    assert close[1] - close[0] < 0.5 * (wide[1] - wide[0])
    assert close[0] <= pane.plot.points[:, 0].min()
    assert pane.plot.points[:, 0].max() <= close[1]


def test_the_table_holds_every_unit(pane: HiddenSpacePane) -> None:
    frame = frame_of(wide_xor(), 40)
    other = TrackFrame("other", frame.lead.model, frame.lead.state, frame.lead.curves, number=2)
    (table,) = pane.tables(Frame((frame.lead, other)))
    assert table.headings == ("track", "example", "target", "hidden unit 1", "hidden unit 2", "hidden unit 3")
    assert len(table.rows) == 8


def test_a_figure_keeps_page_and_units(pane: HiddenSpacePane, tmp_path: Any) -> None:
    frame = frame_of(wide_xor(), SOLVED)
    pane.set_theme(DARK)
    pane.show_frame(frame)
    first = figures.save(tmp_path / "a.svg", "hidden_space", frame, like=pane).read_text("utf-8")
    assert "0 XOR 0" in first
    choose(pane, "page", 1)
    second = figures.save(tmp_path / "b.svg", "hidden_space", frame, like=pane).read_text("utf-8")
    assert "Hidden unit 3" in second


def test_lines_end_where_the_plane_ends() -> None:
    line = PlaneLine(1.0, 1.0, -1.0, "#000000")
    assert line.ends((0.0, 2.0), (0.0, 2.0)) == ((0.0, 1.0), (1.0, 0.0))
    assert PlaneLine(0.0, 2.0, -1.0, "#000000").ends((0.0, 1.0), (0.0, 1.0)) == ((0.0, 0.5), (1.0, 0.5))
    assert PlaneLine(1.0, 0.0, 5.0, "#000000").ends((0.0, 1.0), (0.0, 1.0)) is None
    assert PlaneLine(0.0, 0.0, 1.0, "#000000").ends((0.0, 1.0), (0.0, 1.0)) is None


def test_nets_at_outputs_and_groups_of_points() -> None:
    assert net_at("sigmoid", 0.5) == 0.0
    assert net_at("tanh", 0.5) == pytest.approx(np.arctanh(0.5))
    assert net_at("sigmoid", 1.5) is None
    assert net_at("softmax", 0.5) is None
    assert net_at("linear", 0.7) == 0.7
    assert net_at("relu", -1.0) is None
    points = np.array([[0.0, 0.0], [0.01, 0.0], [0.5, 0.5]])
    assert clusters(points, Plane((0.0, 1.0), (0.0, 1.0))) == [[0, 1], [2]]
    assert is_separable(points, np.array([0, 0, 1])) is True
    assert is_separable(np.array([[0.0, 0.0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])) is False
    assert is_separable(points, np.array([0, 0, 0])) is None
