"""Weight images: the right number at every place, honest scales, and units that can be chosen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.weight_images import PANE, WeightImagesPane
from app.theme import DARK, LIGHT
from app.widgets.pixels import SignedMap, limit_of
from app.widgets.weight_layout import Measures, TableShape, arrange
from app.widgets.weight_scene import Spot
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import FloatArray, TrainState, read_only
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

POSES = ("left", "straight", "right", "up")


def pictures(shape: tuple[int, int] = (30, 32), n: int = 8) -> Data:
    rng = np.random.default_rng(1)
    inputs = rng.random((n, shape[0] * shape[1]))
    targets = np.full((n, 4), 0.1)
    targets[np.arange(n), np.arange(n) % 4] = 0.9
    return Data(
        name="faces",
        source="synthetic",
        training=ExampleSet.of(inputs, targets),
        validation=no_examples(inputs.shape[1], 4),
        test=no_examples(inputs.shape[1], 4),
        input_names=tuple(f"row {r + 1} column {c + 1}" for r in range(shape[0]) for c in range(shape[1])),
        output_names=POSES,
        class_names=POSES,
        image_shape=shape,
    )


def frame_of(
    hidden: tuple[int, ...] = (3,),
    change: Callable[[FeedforwardModel, FloatArray], None] | None = None,
    shape: tuple[int, int] = (30, 32),
    selection: Selection = Selection(),  # noqa: B008
) -> Frame:
    data = pictures(shape)
    layers = [data.n_inputs, *hidden, 4]
    experiment = Experiment.from_dict(
        {
            "dataset": "faces",
            "network": {"layers": layers, "activations": ["sigmoid"] * (len(layers) - 1)},
            "training": {"initializer": "zero_inputs"},
        }
    )
    history = History(Trainer(experiment, data))
    model, state = history.trainer.model, history.start
    assert isinstance(model, FeedforwardModel)
    if change is not None:
        params = state.params.copy()
        change(model, params)
        state = TrainState(read_only(params), state.velocity, state.counters, state.extra)
    return Frame((TrackFrame("run", model, state, history.curves),), selection)


def random_weights(model: FeedforwardModel, params: FloatArray) -> None:
    params[:] = np.random.default_rng(3).normal(size=len(params))


def one_weight(model: FeedforwardModel, params: FloatArray) -> None:
    model.layout.block(params, "weights[0]")[1, 32 * 4 + 6] = -0.5
    model.layout.block(params, "biases[1]")[0] = -1.23
    model.layout.block(params, "weights[1]")[3, 2] = 0.731


def hover(widget: QWidget, place: QPointF) -> None:
    """Move the pointer; the offscreen platform sends no such events by itself."""
    none = Qt.MouseButton.NoButton
    at = widget.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, at, none, none, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(widget, event)


@pytest.fixture
def pane(qtbot: QtBot) -> WeightImagesPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def places(pane: WeightImagesPane) -> list[QPoint]:
    """Return a grid of points over all of the canvas."""
    return [QPoint(x, y) for x in range(0, pane.canvas.width(), 3) for y in range(0, pane.canvas.height(), 3)]


def place_of(pane: WeightImagesPane, spot: Spot) -> QPoint:
    return next(place for place in places(pane) if pane.canvas.spot_at(place) == spot)


def test_every_pixel_reads_out_its_own_weight(pane: WeightImagesPane) -> None:
    frame = frame_of(change=one_weight)
    pane.show_frame(frame)
    scene = pane.canvas.scene
    assert scene is not None
    assert scene.words(Spot(1, 1, 32 * 4 + 6)) == "Hidden unit 2, row 5, column 7: w = −0.5"
    assert scene.words(Spot(1, 0, None)) == "w0 (bias) of hidden unit 1 = 0"
    assert scene.words(Spot(2, 0, None)) == "w0 (bias) of output left = −1.23"
    assert scene.words(Spot(2, 3, 2)) == "w from hidden unit 3 to output up = +0.731"
    rect = pane.canvas.picture_rect(1)
    middle = rect.topLeft() + QPoint(int(6.5 * rect.width() / 32), int(4.5 * rect.height() / 30))
    assert pane.canvas.spot_at(middle) == Spot(1, 1, 32 * 4 + 6)
    hover(pane.canvas, QPointF(middle))
    assert pane.readout.full_text.startswith("Hidden unit 2, row 5, column 7")


def test_the_pixel_is_drawn_where_it_is_read_out(pane: WeightImagesPane) -> None:
    pane.show_frame(frame_of(change=one_weight))
    rect = pane.canvas.picture_rect(1)
    assert rect.width() % 32 == 0
    assert rect.height() * 32 == rect.width() * 30
    shown = pane.canvas.grab().toImage()
    at = rect.topLeft() + QPoint(int(6.5 * rect.width() / 32), int(4.5 * rect.height() / 30))
    assert shown.pixelColor(at).name() == LIGHT.low
    assert shown.pixelColor(at + QPoint(rect.width() // 32, 0)).name() == LIGHT.middle


def test_all_zero_is_the_middle_colour_and_the_scale_says_so(pane: WeightImagesPane) -> None:
    frame = frame_of()
    pane.show_frame(frame)
    rect = pane.canvas.picture_rect(0)
    assert pane.canvas.grab().toImage().pixelColor(rect.center()).name() == LIGHT.middle
    assert "Pixel weights: all 0" in pane.legend.accessibleDescription()
    assert "All of these weights are 0." in pane.in_words(frame)
    pane.grey.setChecked(True)
    assert pane.canvas.grab().toImage().pixelColor(rect.center()).name() == "#7f7f7f"


def test_scales_are_named_with_their_numbers(pane: WeightImagesPane) -> None:
    pane.show_frame(frame_of(change=one_weight))
    assert "Pixel weights: from −0.5 over 0 to +0.5" in pane.legend.accessibleDescription()
    assert "Output units: from −1.23 over 0 to +1.23" in pane.legend.accessibleDescription()
    pane.scale.setCurrentIndex(1)
    scene = pane.canvas.scene
    assert scene is not None
    assert scene.limits().tolist() == [0.0, 0.5, 0.0]
    assert scene.table_limits(scene.tables[0])[0] == pytest.approx(1.23)
    assert "its own largest weight" in pane.legend.accessibleDescription()


def test_the_grey_scale_is_centred_at_zero() -> None:
    table = SignedMap.of(LIGHT, grey=True)
    values = np.array([-2.0, 0.0, 2.0, np.inf, -np.inf, 5.0])
    assert [f"#{c & 0xFFFFFF:06x}" for c in table.colours(values, 2.0).tolist()] == [
        "#000000",
        "#7f7f7f",
        "#fefefe",
        "#fefefe",
        "#000000",
        "#fefefe",
    ]
    assert table.colour(float("nan"), 1.0).name() == LIGHT.bad
    assert limit_of(np.array([np.nan, -3.0, np.inf])) == 3.0


def test_clicks_and_keys_choose_units(pane: WeightImagesPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = frame_of(change=random_weights, selection=Selection(example=("training", 2)))
    pane.show_frame(frame)
    for unit in ((1, 2), (2, 0)):
        click = place_of(pane, Spot(*unit, None))
        qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=click)
        assert chosen[-1] == Selection(("training", 2), unit)
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=QPoint(1, pane.canvas.height() - 1))
    assert chosen[-1].unit is None
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 2)), frozenset({"selection"})))
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Right)
    assert chosen[-1].unit == (2, 0)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Left)
    assert chosen[-1].unit == (1, 1)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Escape)
    assert chosen[-1].unit is None


def test_a_second_click_pins_the_weight_under_the_pointer(pane: WeightImagesPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = frame_of(change=random_weights, selection=Selection(("training", 2), (1, 1)))
    pane.show_frame(frame)
    for spot, place in (
        (Spot(1, 1, 500), (0, 1, 500)),
        (Spot(1, 1, 959), (0, 1, 959)),
        (Spot(1, 1, None), (0, 1, -1)),
    ):
        qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=place_of(pane, spot))
        assert chosen[-1] == Selection(("training", 2), (1, 1), place)
    pane.show_frame(Frame(frame.tracks, chosen[-1], frozenset({"selection"})))
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=place_of(pane, Spot(1, 1, None)))
    assert chosen[-1] == Selection(("training", 2), (1, 1))
    title = pane.canvas.picture_rect(1).center()
    title.setY(pane.canvas.picture_rect(1).top() - 6)
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=title)
    assert chosen[-1].unit is None
    pane.show_frame(Frame(frame.tracks, Selection(unit=(2, 3)), frozenset({"selection"})))
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=place_of(pane, Spot(2, 3, 1)))
    assert chosen[-1] == Selection(unit=(2, 3), weight=(1, 3, 1))
    n = len(chosen)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Down)  # the last one stays pinned
    assert len(chosen) == n


def test_the_pinned_weight_is_framed_at_its_pixel(pane: WeightImagesPane) -> None:
    frame = frame_of(change=random_weights)
    pane.show_frame(frame)
    before = pane.canvas.grab().toImage()
    for place, spot in (((0, 2, 37), Spot(1, 2, 37)), ((0, 0, -1), Spot(1, 0, None)), ((1, 3, 2), Spot(2, 3, 2))):
        pane.show_frame(Frame(frame.tracks, Selection(weight=place), frozenset({"selection"})))
        rect = pane.canvas.rect_of_weight(spot)
        assert rect.contains(place_of(pane, spot))
        after = pane.canvas.grab().toImage()
        assert after.pixelColor(rect.topLeft() - QPoint(3, 3)).name() == LIGHT.accent
        middle = rect.center()
        assert after.pixelColor(middle) == before.pixelColor(middle)
    for place in ((7, 0, 0), (0, 9, 0), (0, 0, 960)):
        pane.show_frame(Frame(frame.tracks, Selection(weight=place), frozenset({"selection"})))
        assert pane.canvas.grab().toImage() == before


def test_the_selected_unit_is_framed(pane: WeightImagesPane) -> None:
    frame = frame_of(change=random_weights)
    pane.show_frame(frame)
    corner = pane.canvas.picture_rect(1).topLeft() - QPoint(2, 2)
    assert pane.canvas.grab().toImage().pixelColor(corner).name() != LIGHT.accent
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 1))))
    assert pane.canvas.grab().toImage().pixelColor(corner).name() == LIGHT.accent


@pytest.mark.parametrize("hidden", [(), (1,), (30,), (40, 5), (64,)])
@pytest.mark.parametrize("shape", [(30, 32), (8, 8), (120, 128), (1, 3)])
@pytest.mark.parametrize("size", [(260, 220), (1500, 900)])
def test_nothing_overlaps_or_is_cut_off(
    pane: WeightImagesPane, hidden: tuple[int, ...], shape: tuple[int, int], size: tuple[int, int]
) -> None:
    pane.resize(*size)
    pane.show_frame(frame_of(hidden, random_weights, shape))
    everything = pane.canvas._places
    assert everything is not None
    page = pane.canvas.rect()
    rects = [card.whole for card in everything.cards]
    for table in everything.tables:
        rects += [table.title, table.caption, *table.labels, *(cell for row in table.cells for cell in row)]
    assert all(page.contains(rect) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    assert len(everything.cards) == (hidden[0] if hidden else 4)


def test_more_room_gives_larger_pictures() -> None:
    measures = Measures(3, (30, 32), 15, 60, [TableShape(4, 4, 50, 150, 0)], own_scale=False)
    small, large = arrange(measures, 300, 250), arrange(measures, 1200, 800)
    assert large.cards[0].picture.width() > small.cards[0].picture.width()
    assert large.size.height() <= 800


def test_diverged_weights_are_shown_and_said(pane: WeightImagesPane) -> None:
    def diverge(model: FeedforwardModel, params: FloatArray) -> None:
        params[::3], params[1::3], params[2::3] = np.nan, np.inf, -1.0

    frame = frame_of(change=diverge)
    pane.show_frame(frame)
    pane.scale.setCurrentIndex(1)
    assert not pane.grab().isNull()
    assert "diverged" in pane.in_words(frame)
    scene = pane.canvas.scene
    assert scene is not None
    assert "undefined" in scene.words(Spot(1, 0, 0))


def test_it_says_why_it_is_empty(pane: WeightImagesPane) -> None:
    gates = History(Trainer(xor()))
    no_pictures = Frame((TrackFrame("run", gates.trainer.model, gates.start, gates.curves),))
    assert "not the pixels of a picture" in str(pane.why_empty(no_pictures))
    function = History(Trainer(Experiment.from_dict({"family": "function"})))
    no_network = Frame((TrackFrame("run", function.trainer.model, function.start, function.curves),))
    assert "no pictures" in str(pane.why_empty(no_network))
    pane.show_frame(no_network)
    pane.show_frame(frame_of())
    assert pane.why_empty(frame_of()) is None


def test_it_follows_the_theme(pane: WeightImagesPane) -> None:
    pane.show_frame(frame_of(change=one_weight))
    pane.set_theme(DARK)
    place = pane.canvas.picture_rect(0).center()
    assert pane.canvas.grab().toImage().pixelColor(place).name() == DARK.middle
