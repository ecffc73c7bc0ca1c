"""The network diagram: every number in words, signs without colour, and nothing left out silently."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.network_diagram import PANE, NetworkDiagramPane
from app.theme import DARK, LIGHT
from app.widgets.network_layout import BIAS, GROUP, Diagram, arrange
from app.widgets.network_links import Links
from app.widgets.network_scene import Link, NetworkScene
from app.widgets.unit_names import brief
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import FloatArray, TrainState, read_only
from nlcore.trainer import Trainer
from tests.app.panes.test_weight_images import hover, pictures
from tests.nlcore.examples import xor

Change = Callable[[FeedforwardModel, FloatArray], None]


def frame_of(
    experiment: Experiment,
    change: Change | None = None,
    *,
    data: Data | None = None,
    selection: Selection = Selection(),  # noqa: B008
    presentations: int = 0,
    is_running: bool = False,
) -> Frame:
    trainer = Trainer(experiment) if data is None else Trainer(experiment, data)
    history = History(trainer)
    model, state = history.trainer.model, trainer.advance(history.start, presentations)
    assert isinstance(model, FeedforwardModel)
    if change is not None:
        params = state.params.copy()
        change(model, params)
        state = TrainState(read_only(params), state.velocity, state.counters, state.extra)
    return Frame((TrackFrame("run", model, state, history.curves),), selection, is_running=is_running)


def faces(hidden: int = 3) -> Frame:
    experiment = Experiment.from_dict(
        {
            "dataset": "faces",
            "network": {"layers": [960, hidden, 4], "activations": ["tanh", "sigmoid"]},
        }
    )
    return frame_of(experiment, data=pictures())


def known(model: FeedforwardModel, params: FloatArray) -> None:
    """Set weights whose sums are easy."""
    block = model.layout.block
    block(params, "weights[0]")[:] = [[1.0, -2.0], [0.731, 3.0]]
    block(params, "biases[0]")[:] = [0.5, -0.25]
    block(params, "weights[1]")[:] = [[2.0, -4.0]]
    block(params, "biases[1]")[:] = [-1.0]


@pytest.fixture
def pane(qtbot: QtBot) -> NetworkDiagramPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def diagram_of(pane: NetworkDiagramPane) -> Diagram:
    assert pane.view.diagram is not None
    return pane.view.diagram


def scene_of(pane: NetworkDiagramPane) -> NetworkScene:
    assert pane.view.scene is not None
    return pane.view.scene


def links_of(pane: NetworkDiagramPane) -> Links:
    assert pane.view._links is not None
    return pane.view._links


def test_links_are_named_with_their_weights(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known))
    scene = scene_of(pane)
    assert scene.link_words(Link(1, 1, 0)) == "w from x1 to hidden unit 2 = +0.731"
    assert scene.link_words(Link(1, 1, BIAS)) == "w0 (bias) from x0 = 1 to hidden unit 2 = −0.25"
    assert scene.link_words(Link(2, 0, 1)) == "w from hidden unit 2 to output o = −4"
    assert scene.link_words(Link(2, 0, BIAS)) == "w0 (bias) from x0 = 1 to output o = −1"


def test_a_unit_says_its_net_input_as_a_sum(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known, selection=Selection(example=("training", 3))))
    scene = scene_of(pane)
    assert scene.unit_words(1, 0) == (
        "Hidden unit 1: net input −0.5 = 0.5 (w0) + 1 × 1 (x1) − 2 × 1 (x2). Output = sigmoid(net) = 0.378."
    )
    said = scene.unit_words(2, 0)
    assert said.startswith("Output o: net input ")
    assert said.endswith("Target 0.")
    assert "x0 = 1" in scene.unit_words(0, BIAS)
    assert scene.unit_words(0, 1) == "Input x2 = 1"
    assert "0 XOR 1" not in pane.readout.full_text
    assert "1 XOR 1" in pane.readout.full_text


def test_long_sums_show_the_largest_terms_and_the_rest(pane: NetworkDiagramPane) -> None:
    frame = faces()
    pane.show_frame(frame)
    said = scene_of(pane).unit_words(1, 0)
    assert "(the other 956)" in said
    numbers = said.split(" = ")[0]
    assert numbers.startswith("Hidden unit 1: net input")


def test_biases_are_ordinary_links_also_of_outputs(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known))
    links = links_of(pane).links
    assert len(links) == 9
    assert [link for link in links if link.source == BIAS] == [Link(1, 0, -1), Link(1, 1, -1), Link(2, 0, -1)]


def test_what_is_under_the_pointer_is_said(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known))
    links, diagram = links_of(pane), diagram_of(pane)
    for link, line in zip(links.links, links.lines, strict=True):
        near = line.pointAt(0.82)
        if pane.view.unit_at(near) is None:
            assert pane.view.words_at(near) == scene_of(pane).link_words(link)
    assert pane.view.words_at(diagram.columns[1].units[1]).startswith("Hidden unit 2")
    assert pane.view.words_at(diagram.centre(0, BIAS)).startswith("x0 = 1")
    assert pane.view.words_at(QPointF(2, pane.view.height() - 40)) == ""


def test_a_box_beside_the_pointer_shows_it(pane: NetworkDiagramPane) -> None:
    for size in ((260, 220), (560, 420)):
        pane.resize(*size)
        pane.show_frame(frame_of(xor(), known))
        for place in (diagram_of(pane).columns[2].units[0], links_of(pane).lines[0].pointAt(0.8)):
            before = pane.view.grab().toImage()
            hover(pane.view, place)
            assert pane.view._words
            assert pane.view.grab().toImage() != before
            hover(pane.view, QPointF(2, pane.view.height() - 30))
            assert not pane.view._words


def test_values_stand_on_links_without_overlap(pane: NetworkDiagramPane) -> None:
    for size in ((260, 220), (560, 420), (1600, 1000)):
        pane.resize(*size)
        pane.show_frame(frame_of(xor(), known))
        links, metrics = links_of(pane), pane.view.fontMetrics()
        rects = [rect for rect, _, _ in links.labels(metrics)]
        centres = [c for column in diagram_of(pane).columns for c in column.units]
        assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
        assert not any(rect.contains(centre) for rect in rects for centre in centres)
        if size[0] > 500:
            assert len(rects) == 9
            assert {text for _, text, _ in links.labels(metrics)} >= {"+0.731", "−4"}


def test_negative_links_are_dashed_and_wider_means_larger(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known))
    links = links_of(pane)
    assert links.pen(LIGHT, 0.5, 0).style() is Qt.PenStyle.CustomDashLine
    assert links.pen(LIGHT, 0.5, 1).style() is Qt.PenStyle.SolidLine
    assert links.pen(LIGHT, 1.0, 1).widthF() > links.pen(LIGHT, 0.1, 1).widthF()
    assert all(links.pen(LIGHT, 0.3, kind).color().alpha() == 255 for kind in range(4))


def test_clicks_and_keys_choose_units(pane: NetworkDiagramPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    example = ("training", 1)
    frame = frame_of(xor(), known, selection=Selection(example=example))  # type: ignore[arg-type]
    pane.show_frame(frame)
    unit = diagram_of(pane).columns[1].units[1].toPoint()
    qtbot.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=unit)
    assert chosen[-1] == Selection(("training", 1), (1, 1))
    qtbot.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=QPoint(2, pane.view.height() - 40))
    assert chosen[-1] == Selection(("training", 1), None)
    qtbot.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=unit)
    pane.show_frame(Frame(frame.tracks, chosen[-1]))
    qtbot.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=unit)
    assert chosen[-1] == Selection(("training", 1), None)  # a second click lets it go
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 1))))
    qtbot.keyClick(pane.view, Qt.Key.Key_Escape)
    assert chosen[-1].unit is None
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 1))))
    assert "Hidden unit 2: net input" in pane.readout.full_text


def test_arrow_keys_go_through_units_and_their_weights_and_enter_pins(pane: NetworkDiagramPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = frame_of(xor(), known, selection=Selection(("training", 1), (1, 1)))
    pane.show_frame(frame)
    pane.activateWindow()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    said = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(pane.view, key)
        said.append(pane.readout.full_text)
        assert pane.view.accessibleDescription() == pane.readout.full_text
    expected = [
        "w from x2 to hidden unit 2",  # from the pinned unit to the weight that is as high as it
        "w from x1 to hidden unit 2",
        "w0 (bias) from x0 = 1 to hidden unit 2",
        "x0 = 1",
        "Hidden unit 1",  # back on the right is the unit that is as high
        "Output o",
    ]
    assert [text.startswith(start) for text, start in zip(said, expected, strict=True)] == [True] * 6, said
    assert chosen == []
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert chosen[-1] == Selection(("training", 1), (2, 0))
    qtbot.keyClick(pane.view, Qt.Key.Key_Left)
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert chosen[-1].weight is not None
    assert chosen[-1].weight[:2] == (1, 0)
    qtbot.keyClick(pane.view, Qt.Key.Key_Escape)
    assert chosen[-1] == Selection(("training", 1))


def test_where_the_keyboard_is_can_be_seen(pane: NetworkDiagramPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(xor(), known))
    pane.activateWindow()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    shots = [pane.view.grab().toImage()]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(pane.view, key)
        shots.append(pane.view.grab().toImage())
    assert all(a != b for i, a in enumerate(shots) for b in shots[:i])


def test_a_group_of_inputs_can_be_reached_with_keys(pane: NetworkDiagramPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    pane.show_frame(faces())
    pane.activateWindow()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    pane.view.cursor_part = (1, 1)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(pane.view, key)
    assert pane.readout.full_text.startswith("960 inputs")
    qtbot.keyClick(pane.view, Qt.Key.Key_Right)
    assert isinstance(pane.view.cursor_part, tuple)
    assert pane.view.cursor_part[0] == 1
    pane.view.cursor_part = Link(1, 2, GROUP)
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert chosen[-1] == Selection(unit=(1, 2))  # one of its weights is then chosen in the list


def test_thousands_of_inputs_are_one_block(pane: NetworkDiagramPane) -> None:
    pane.show_frame(faces())
    links = links_of(pane)
    assert [link for link in links.links if link.source == GROUP] == [Link(1, unit, GROUP) for unit in range(3)]
    scene = scene_of(pane)
    weights = scene.weights[0][1]
    assert scene.value(Link(1, 1, GROUP)) == pytest.approx(float(np.sqrt(np.mean(weights**2))))
    said = scene.link_words(Link(1, 1, GROUP))
    assert said.startswith("960 weights from the inputs to hidden unit 2: RMS")
    group = diagram_of(pane).columns[0].group
    assert group is not None
    assert pane.view.words_at(group.center()).startswith("960 inputs")


def test_units_that_are_not_drawn_are_counted(pane: NetworkDiagramPane) -> None:
    pane.resize(1200, 900)
    pane.show_frame(faces(30))
    column = diagram_of(pane).columns[1]
    assert len(column.units) == 24
    assert column.hidden == 6
    assert "6 more units" in pane.view.words_at(column.more)


@pytest.mark.parametrize("layers", [(2, 1), (2, 2, 1), (960, 3, 4), (960, 30, 20), (24, 24, 24, 24), (3, 50, 1)])
@pytest.mark.parametrize("size", [(260, 180), (320, 220), (560, 400), (1900, 1000)])
def test_units_stay_apart_and_inside(layers: tuple[int, ...], size: tuple[int, int]) -> None:
    area = QRectF(8, 36, size[0] - 16, size[1] - 60)
    diagram = arrange(layers, area, 20.0, 60.0, 15.0)
    for layer, column in enumerate(diagram.columns):
        centres = [*column.units, *([column.bias] if column.bias is not None else [])]
        assert all(area.contains(centre) for centre in centres)
        ys = sorted(centre.y() for centre in centres)
        assert all(b - a >= 2 * diagram.radius for a, b in pairwise(ys))
        if column.group is None:
            assert len(column.units) + column.hidden == layers[layer]
        else:
            assert area.adjusted(0, 0, 0, 16).contains(column.group)


def test_the_next_example_is_shown_unless_one_is_selected(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), presentations=2))
    assert pane.readout.full_text == "Shown for the next training example, 1 XOR 0."
    pane.show_frame(frame_of(xor(), presentations=2, is_running=True))
    assert pane.readout.full_text == "Shown for the first training example, 0 XOR 0."
    pane.show_frame(frame_of(xor(), presentations=2, selection=Selection(example=("training", 3))))
    assert pane.readout.full_text == "Shown for the selected training example, 1 XOR 1."


def test_values_in_units_are_short() -> None:
    values = (0.0, 1.0, -1.0, 0.9666, -0.004, 12.34, float("nan"), float("inf"), -float("inf"))
    assert [brief(value) for value in values] == ["0", "1", "−1", "0.97", "0", "12", "?", "∞", "−∞"]


def test_diverged_weights_are_shown_and_said(pane: NetworkDiagramPane) -> None:
    def diverge(model: FeedforwardModel, params: FloatArray) -> None:
        params[::3], params[1::3], params[2::3] = np.nan, np.inf, -1.0

    frame = frame_of(xor(), diverge, selection=Selection(unit=(2, 0)))
    pane.show_frame(frame)
    assert not pane.grab().isNull()
    assert "diverged" in pane.in_words(frame)
    pane.show_frame(frame_of(Experiment.from_dict(xor().to_dict()), lambda _, params: params.fill(1e200)))
    assert not pane.grab().isNull()


def test_words_and_theme(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), known)
    pane.show_frame(frame)
    said = pane.in_words(frame)
    assert "hidden layer 1: 2 (sigmoid)" in said
    assert "w from x1 to hidden unit 2 = +0.731" in said
    pane.set_theme(DARK)
    assert pane.view.grab().toImage().pixelColor(3, pane.view.height() - 30).name() == DARK.base


def test_a_function_has_no_network(pane: NetworkDiagramPane) -> None:
    history = History(Trainer(Experiment.from_dict({"family": "function"})))
    frame = Frame((TrackFrame("run", history.trainer.model, history.start, history.curves),))
    assert "no network" in str(pane.why_empty(frame))
    assert pane.in_words(frame) == pane.why_empty(frame)


def test_a_frame_shows_the_focus_of_the_keyboard_only(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known))
    pane.activateWindow()
    edge = QPoint(0, 40)
    pane.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert pane.view.grab().toImage().pixelColor(edge).name() == LIGHT.base
    pane.view.clearFocus()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert pane.view.grab().toImage().pixelColor(edge).name() == LIGHT.accent
