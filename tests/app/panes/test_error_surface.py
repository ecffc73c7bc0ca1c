"""The error surface: what it draws, says and asks for."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from app.frame import Frame
from app.panes.error_surface import ErrorSurfacePane
from app.theme import DARK, LIGHT
from app.track import Track
from app.trails import Trails
from app.widgets import slope_asking
from app.widgets.loss_levels import N_COLOURS, Levels, colours
from app.widgets.slice_texts import place_text
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.interventions import WeightEdit
from nlcore.records import Address
from nlcore.run_tree import RunTree
from nlcore.slice_losses import LayeredLosses
from nlcore.slice_planes import loss_at
from nlcore.trainer import Trainer
from tests.app.test_panes import frame_of
from tests.nlcore.examples import gate, xor

LINEAR = Experiment.from_dict(
    {
        "seed": 3,
        "dataset": {"name": "linear_noise", "n": 20},
        "network": {"layers": [1, 1], "activations": ["linear"]},
        "training": {
            "rule": "delta",
            "mode": "batch",
            "learning_rate": 0.02,
            "initializer": {"name": "uniform", "low": -2.0, "high": 2.0},
        },
    }
)
WIDE = Experiment.from_dict(
    {
        "dataset": {"name": "blobs", "n": 400, "classes": 3},
        "network": {"layers": [2, 40, 3], "activations": ["relu", "sigmoid"]},
        "training": {"learning_rate": 0.05, "initializer": {"name": "uniform"}},
    }
)


def track_of(experiment: Experiment, *steps: int, number: int = 1, name: str = "run") -> Track:
    history = History(Trainer(experiment))
    for n in steps:
        advance = history.trainer.measured_advance(history.head, n, stops=False)
        history.curves.append(advance.clock, advance.values)
        history.record(advance.state)
    return Track(number, name, RunTree(history))


def frame_from(*tracks: Track, is_running: bool = False) -> Frame:
    return Frame(tuple(track.frame() for track in tracks), is_running=is_running)


class Desk:
    """A pane with ways of tracks."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.tracks: list[Track] = []
        self.trails = Trails(lambda: self.tracks)
        self.pane = ErrorSurfacePane()
        qtbot.addWidget(self.pane)
        self.pane.resize(640, 520)
        self.pane.use_trails(self.trails)
        self.pane.show()

    def show(self, *tracks: Track, is_running: bool = False) -> ErrorSurfacePane:
        self.tracks = list(tracks)
        self.pane.show_frame(frame_from(*tracks, is_running=is_running))
        if not is_running:
            self.pane.finish()
        return self.pane

    def choose(self, combo: QComboBox, text: str) -> None:
        place = combo.findText(text)
        assert place >= 0, [combo.itemText(i) for i in range(combo.count())]
        combo.setCurrentIndex(place)
        combo.activated.emit(place)

    def click(self, u: float, v: float) -> None:
        shown = self.pane.map
        scene = shown.box.mapViewToScene(QPointF(u, v))
        at = shown.canvas.mapFromScene(scene)
        QTest.mouseClick(shown.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at.x(), at.y()))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_linear_unit_shows_its_bowl_and_every_update(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    sight = pane._sight
    assert not isinstance(sight, str | None)
    assert sight.names == ("w0", "w1")
    way = sight.ways[-1]
    assert way.is_complete
    assert [point.counters.updates for point in way.points] == list(range(9))
    losses = [loss_at(desk.tracks[0].trainer.model, point.params) for point in way.points]
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))
    assert pane.map.full_title == "Loss of the training set: squared error, half the sum"
    data = desk.tracks[0].trainer.model.data
    assert data is not None
    line = np.polyfit(data.training.inputs[:, 0], data.training.targets[:, 0], 1)
    lowest = np.unravel_index(np.argmin(pane._slice.values), (200, 200))  # type: ignore[union-attr]
    ends = zip(lowest, pane.range.shown[::-1], strict=True)
    found = [low + (place + 0.5) * (high - low) / 200 for place, (low, high) in ends]
    assert found == pytest.approx(line, abs=0.02)
    assert f"lowest near {place_text(sight.names, (found[1], found[0]))}" in pane.accessibleDescription()
    assert any("8 updates" in entry.text for entry in pane.legend.entries)
    assert pane.picture.bar.label == "loss of the training set"


def test_the_arrow_points_down_and_says_how_steep_it_is(desk: Desk) -> None:
    track = track_of(LINEAR)
    pane = desk.show(track)
    params, model = track.cursor.params, track.trainer.model
    said = pane.readout.full_text
    assert "negated gradient" in said
    direction = pane._direction
    step = 1e-5 * direction / np.linalg.norm(direction)
    moved = params.copy()
    moved[[1, 0]] += step
    assert (loss_at(model, moved) - loss_at(model, params)) / 1e-5 == pytest.approx(
        -np.linalg.norm(direction), rel=1e-3
    )
    pane.choice.arrow.setChecked(False)
    assert not any("gradient" in entry.text for entry in pane.legend.entries)


def test_a_slope_of_nothing_but_rounding_has_no_arrow(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(slope_asking, "downhill", lambda *_: np.array([3e-17, -1e-16]))
    pane = desk.show(track_of(LINEAR))
    assert not any("gradient" in entry.text for entry in pane.legend.entries)
    assert "No arrow" in pane.readout.full_text


def test_pointing_reads_the_path_and_the_surface(desk: Desk) -> None:
    track = track_of(LINEAR, *[20] * 8)
    pane = desk.show(track)
    way = pane._sight.ways[-1]  # type: ignore[union-attr]
    pane.map.pointed.emit(*way.at[2].tolist())
    assert pane.readout.full_text.startswith("Update 2, presentation 40: w0 = ")
    loss = loss_at(track.trainer.model, way.points[2].params)
    assert f"loss {loss:.1f}" in pane.readout.full_text or f"loss {loss:.2f}" in pane.readout.full_text
    pane.map.pointed.emit(-2.4, 1.9)
    assert pane.readout.full_text.startswith("w0 = −2.4, w1 = 1.9: loss ")
    pane.map.left.emit()
    assert pane.readout.full_text.startswith("Arrow")


def test_a_point_beside_the_slice_says_so(desk: Desk) -> None:
    pane = desk.show(track_of(xor(), 4000))
    way = pane._sight.ways[-1]  # type: ignore[union-attr]
    pane.map.pointed.emit(*way.at[len(way.at) // 2].tolist())
    assert "because other weights were different then" in pane.readout.full_text


def test_it_can_be_read_with_the_arrow_keys(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR))
    QTest.keyClick(pane.map.canvas, Qt.Key.Key_Right)
    first = pane.readout.full_text
    assert pane.map.cross is not None
    QTest.keyClick(pane.map.canvas, Qt.Key.Key_Up)
    assert pane.readout.full_text != first


def test_going_back_shortens_the_path(desk: Desk) -> None:
    track = track_of(LINEAR, *[20] * 8)
    pane = desk.show(track)
    track.seek(60)
    desk.show(track)
    way = pane._sight.ways[-1]  # type: ignore[union-attr]
    assert [point.counters.updates for point in way.points] == [0, 1, 2, 3]
    assert way.at[-1] == pytest.approx(track.cursor.params[[1, 0]])


def test_a_weight_that_was_edited_is_a_jump(desk: Desk) -> None:
    track = track_of(LINEAR, *[20] * 4)
    track.tree.fork(80, WeightEdit.of(Address("weights[0]", (0, 0)), -1.5))
    track.cursor = track.history.head
    pane = desk.show(track)
    way = pane._sight.ways[-1]  # type: ignore[union-attr]
    assert way.joined.tolist() == [True] * 4 + [False]
    pane.map.pointed.emit(*way.at[-1].tolist())
    assert "changed by hand" in pane.readout.full_text


def test_without_ways_it_shows_what_it_has_seen(qtbot: QtBot) -> None:
    pane = ErrorSurfacePane()
    qtbot.addWidget(pane)
    pane.show()
    track = track_of(LINEAR, 20, 20, 20)
    for moment in (0, 20, 40):
        track.seek(moment)
        pane.show_frame(frame_from(track))
    assert len(pane._sight.ways[-1].points) == 3  # type: ignore[union-attr]
    track.seek(20)
    pane.show_frame(frame_from(track))
    assert len(pane._sight.ways[-1].points) == 2  # type: ignore[union-attr]


def test_several_tracks_lie_on_one_surface(desk: Desk) -> None:
    lead = track_of(LINEAR, *[20] * 5, name="batch")
    other = track_of(LINEAR.replace({"training.mode": "incremental"}), *[1] * 100, number=2, name="incremental")
    pane = desk.show(lead, other)
    ways = pane._sight.ways  # type: ignore[union-attr]
    assert [(way.name, len(way.points)) for way in ways] == [("incremental", 101), ("batch", 6)]
    assert {entry.text for entry in pane.legend.entries} >= {"incremental: 100 updates", "batch: 5 updates"}
    assert pane.message.text() == ""
    rows = pane.tables(pane.frame)[0].rows if pane.frame is not None else ()
    assert {row[0] for row in rows} == {"batch", "incremental"}


def test_tracks_that_do_not_fit_are_named(desk: Desk) -> None:
    lead = track_of(xor(), 40, name="lead")
    large = xor(network={"layers": [2, 5, 1], "activations": ["sigmoid", "sigmoid"]})
    pane = desk.show(
        lead,
        track_of(large, 40, number=2, name="large"),
        track_of(xor(training__loss="cross_entropy"), 40, number=3, name="entropy"),
    )
    assert "large has other weights" in pane.legend.accessibleDescription()
    assert "entropy minimises another loss" in pane.legend.accessibleDescription()
    assert {entry.text for entry in pane.legend.entries} >= {"large: other weights", "entropy: another loss"}
    assert [way.name for way in pane._sight.ways] == ["entropy", "lead"]  # type: ignore[union-attr]


def test_other_weights_can_be_chosen_unit_by_unit(desk: Desk) -> None:
    pane = desk.show(frame_track := track_of(xor(), 40))
    (unit, weight), (other_unit, other_weight) = pane.choice._combos
    desk.choose(unit, "Hidden unit 2")
    desk.choose(weight, "w1, from x1")
    desk.choose(other_unit, "Hidden unit 2")
    desk.choose(other_weight, "w0, the bias")
    layout = frame_track.trainer.model.layout  # type: ignore[attr-defined]
    places = (layout.index(Address("weights[0]", (1, 0))), layout.index(Address("biases[0]", (1,))))
    assert pane.choice.places == places
    sight = pane._sight
    assert sight.names == ("w1 of hidden unit 2", "w0 of hidden unit 2")  # type: ignore[union-attr]
    assert sight.at == tuple(frame_track.cursor.params[list(places)])  # type: ignore[union-attr]


def test_one_weight_twice_is_refused_in_words(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR))
    _, (_, weight) = pane.choice._combos
    desk.choose(weight, "w0, the bias")
    assert "same weight" in pane.map.message
    desk.choose(weight, "w1, from x")
    assert pane.map.message == ""


def test_faces_have_usable_lists(desk: Desk) -> None:
    pane = desk.pane
    pane.show_frame(
        frame_of(
            Experiment.from_dict(
                {
                    "dataset": {"name": "faces", "source": "synthetic"},
                    "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
                    "training": {"initializer": "zero_inputs", "learning_rate": 0.3},
                }
            )
        )
    )
    (unit, weight), _ = pane.choice._combos
    assert unit.count() == 7
    desk.choose(unit, "Hidden unit 1")
    assert weight.count() == 961
    pane.finish()
    assert pane._slice is not None
    assert pane._slice.is_final


@pytest.mark.parametrize("kind", ["Two random directions", "Main directions of the path"])
def test_directions_hold_the_cursor(desk: Desk, kind: str) -> None:
    track = track_of(xor(), *[40] * 20)
    pane = desk.show(track)
    desk.choose(pane.choice.kind, kind)
    pane.finish()
    found, sight = pane._slice, pane._sight
    assert found is not None
    loss = loss_at(track.trainer.model, track.cursor.params)
    assert found.at(*sight.at) == pytest.approx(loss, abs=2e-2 * float(np.ptp(found.values)))  # type: ignore[union-attr]
    assert sight.ways[-1].at[0] == pytest.approx((0.0, 0.0))  # type: ignore[union-attr]
    assert not pane.choice.start.isEnabled()


def test_a_path_along_a_line_has_no_two_directions(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR))
    desk.choose(pane.choice.kind, "Main directions of the path")
    assert "straight line" in pane.map.message
    assert "straight line" in pane.accessibleDescription()


def test_other_random_directions(desk: Desk) -> None:
    pane = desk.show(track_of(xor(), 400))
    desk.choose(pane.choice.kind, "Two random directions")
    before = pane._slice
    pane.choice.seed.setValue(2)
    assert pane._slice is not before
    assert not np.array_equal(pane._slice.values, before.values)  # type: ignore[union-attr]


def test_a_step_within_the_plane_computes_nothing_anew(desk: Desk) -> None:
    track = track_of(LINEAR, *[20] * 8)
    pane = desk.show(track)
    found = pane._slice
    track.seek(140)
    desk.show(track)
    assert pane._slice is found


def test_large_surfaces_are_worked_out_beside_the_window(desk: Desk) -> None:
    track = track_of(WIDE, 50)
    pane = desk.pane
    desk.tracks = [track]
    pane.show_frame(frame_from(track))
    desk.choose(pane.choice.kind, "Two random directions")
    assert pane._slice is None or not pane._slice.is_final
    desk.qtbot.waitUntil(lambda: pane._slice is not None and pane._slice.is_final, timeout=60_000)
    assert pane.map.message == ""


def test_an_unfinished_surface_leaves_no_thread_behind(qtbot: QtBot) -> None:
    pane = ErrorSurfacePane()
    pane.show()
    pane.show_frame(frame_from(track_of(WIDE, 50)))
    pane.choice.kind.setCurrentIndex(1)
    pane.choice.kind.activated.emit(1)
    with qtbot.waitSignal(pane.destroyed):
        pane.deleteLater()


def test_while_it_runs_it_draws_coarsely(desk: Desk) -> None:
    track = track_of(xor(), 400)
    pane = desk.show(track, is_running=True)
    assert pane.map._buffer.shape[0] == 50
    desk.show(track)
    assert pane.map._buffer.shape[0] == 200


def test_zooming_keeps_until_fit(desk: Desk) -> None:
    track = track_of(LINEAR, *[20] * 4)
    pane = desk.show(track)
    before = pane.range.shown
    QTest.keyClick(pane.map.canvas, Qt.Key.Key_Plus)
    (u0, u1), _ = pane.range.shown
    assert u1 - u0 == pytest.approx((before[0][1] - before[0][0]) / 2)
    assert pane._slice.u_range == (u0, u1)  # type: ignore[union-attr]
    track.seek(20)
    desk.show(track)
    assert pane.range.shown[0] == (u0, u1)
    QTest.keyClick(pane.map.canvas, Qt.Key.Key_Minus)
    assert pane.range.shown[0] == pytest.approx(before[0])
    QTest.mouseClick(pane.choice.whole, Qt.MouseButton.LeftButton)
    assert pane.range.is_automatic


def test_three_dimensions_turn_by_mouse_and_keys(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    desk.choose(pane.choice.view, "3-D")
    relief = pane.relief
    assert relief.isVisible()
    assert not pane.map.isVisible()
    before, first = relief.camera, relief.grab().toImage()
    QTest.mousePress(relief, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(relief, QPoint(140, 120))
    QTest.mouseRelease(relief, Qt.MouseButton.LeftButton, pos=QPoint(140, 120))
    assert relief.camera != before
    QTest.keyClick(relief, Qt.Key.Key_Left)
    QTest.keyClick(relief, Qt.Key.Key_Up)
    assert relief.grab().toImage() != first
    QTest.mouseClick(pane.choice.whole, Qt.MouseButton.LeftButton)
    assert relief.camera == before


def test_three_dimensions_hold_what_the_map_holds(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    desk.choose(pane.choice.view, "3-D")
    image = pane.relief.grab().toImage()
    seen = {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}
    assert len(seen) > 50
    assert "#0072b2" in seen  # the path


def test_start_weights_are_asked_for_by_a_click(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    wanted: list[WeightEdit] = []
    pane.start_wanted.connect(wanted.append)
    desk.click(-1.0, 1.5)
    assert wanted == []  # a click alone changes nothing
    desk.choose(pane.choice.view, "3-D")
    pane.choice.start.setChecked(True)
    assert pane.map.isVisible()  # clicking is for the map
    assert "Ctrl+Z" in pane.readout.full_text
    desk.click(-1.0, 1.5)
    ((bias, w0), (weight, w1)) = wanted[0].edits
    assert (bias, weight) == (Address("biases[0]", (0,)), Address("weights[0]", (0, 0)))
    assert (w0, w1) == pytest.approx((-1.0, 1.5), abs=0.02)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(pane.map.canvas, key)
    assert len(wanted) == 2


def test_start_weights_of_a_function(desk: Desk) -> None:
    function = Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}})
    pane = desk.show(track_of(function, 20))
    assert pane.map.full_title.startswith("Value of the function. Bowl")
    wanted: list[WeightEdit] = []
    pane.start_wanted.connect(wanted.append)
    pane.choice.start.setChecked(True)
    desk.click(1.0, 1.0)
    assert [address for address, _ in wanted[0].edits] == [Address("params", (0,)), Address("params", (1,))]


def test_a_perceptron_is_told_about_steps(desk: Desk) -> None:
    pane = desk.show(track_of(gate("and"), 12))
    assert "steps" in pane.readout.full_text


def test_every_control_has_a_name(desk: Desk) -> None:
    pane = desk.show(track_of(xor(), 4))
    for control in (*pane.findChildren(QComboBox), *pane.findChildren(QAbstractButton)):
        assert control.accessibleName() or control.toolTip() or getattr(control, "text", str)()


@pytest.mark.parametrize("size", [(200, 160), (400, 300), (1100, 800)])
def test_labels_state_their_loss(desk: Desk, size: tuple[int, int]) -> None:
    desk.pane.resize(*size)
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    pane.grab()
    for theme in (DARK, LIGHT):
        pane.set_theme(theme)
        texts = [label.toPlainText() for label in pane.map._labels]
        assert len(texts) == len(set(texts))
        if size[0] > 300:
            assert len(texts) >= 3


def test_levels_are_round_and_between_the_ends() -> None:
    values = np.linspace(0.13, 109.0, 4000).reshape(40, 100)
    levels = Levels.of(values)
    assert levels is not None
    assert all(levels.low < line < levels.high for line in levels.lines)
    assert list(levels.lines) == sorted(levels.lines)
    assert all(len(f"{line:g}") <= 4 for line in levels.lines)
    few = Levels.of(values, 3)
    assert few is not None
    assert 2 <= len(few.lines) < len(levels.lines)
    assert levels.places(np.array([0.13, 109.0, np.inf, np.nan])).tolist() == [0, N_COLOURS - 1, N_COLOURS, N_COLOURS]
    assert len(colours(LIGHT)) == N_COLOURS + 1
    places = [place for place, _ in levels.ticks(6)]
    assert places[0] == 0.0
    assert places[-1] == 1.0
    assert len(places) <= 7


def test_levels_of_what_is_flat_or_not_finite() -> None:
    assert Levels.of(np.full((3, 3), np.nan)) is None
    flat = Levels.of(np.full((3, 3), 2.0))
    assert flat is not None
    assert flat.lines == ()
    assert flat.ticks(5) == ((0.0, "2"),)
    two = Levels.of(np.repeat([0.0, 4.0], 50).reshape(10, 10))
    assert two is not None
    assert len(two.lines) <= 1


def test_a_frame_of_another_run_forgets_the_first(desk: Desk) -> None:
    desk.show(track_of(xor(), 40))
    pane = desk.show(track_of(LINEAR, 20))
    assert pane._sight.names == ("w0", "w1")  # type: ignore[union-attr]
    assert pane._slice.plane.origin.size == 2  # type: ignore[union-attr]


def test_a_picture_of_it_shows_the_same(desk: Desk) -> None:
    pane = desk.show(track_of(LINEAR, *[20] * 8))
    QTest.keyClick(pane.map.canvas, Qt.Key.Key_Plus)
    other = ErrorSurfacePane()
    desk.qtbot.addWidget(other)
    other.show()
    assert pane.frame is not None
    other.show_frame(pane.frame)
    other.take_over(pane)
    other.finish()
    assert other.range.shown == pane.range.shown
    assert len(other._sight.ways[-1].points) == 9  # type: ignore[union-attr]


def test_one_number_is_not_enough(desk: Desk) -> None:
    track = track_of(LINEAR).frame()
    single = SimpleNamespace(n_params=1, data=None)
    frame = Frame((replace(track, model=single),))  # type: ignore[arg-type]
    assert "needs two" in (desk.pane.why_empty(frame) or "")


def test_a_function_is_shown_where_it_is_worth_looking_at(desk: Desk) -> None:
    family = {"name": "function", "function": "rosenbrock", "start": [-1.2, 1.0]}
    track = track_of(Experiment.from_dict({"family": family, "training": {"learning_rate": 0.001}}), *[1] * 30)
    pane = desk.show(track)
    sight = pane._sight
    assert sight.names == ("x", "y")  # type: ignore[union-attr]
    (x0, x1), (y0, y1) = pane.range.shown
    assert x0 <= -2.0
    assert x1 >= 2.0
    assert y0 <= -1.0
    assert y1 >= 3.0
    assert len(sight.ways[-1].points) == 31  # type: ignore[union-attr]
    found = pane._slice
    assert found is not None
    assert found.at(1.0, 1.0) < 0.5  # 100 values a side miss the bottom of the valley by a little
    assert found.at(-1.0, 3.0) == pytest.approx(4.0 + 100.0 * 4.0, rel=0.05)


def test_steps_have_their_values_on_the_colour_bar_and_lines_between_them() -> None:
    levels = Levels.of(np.repeat([0.0, 2.0, 6.0], 48).reshape(12, 12))
    assert levels is not None
    assert levels.steps == (0.0, 2.0, 6.0)
    assert levels.lines == (1.0, 4.0)
    assert [text for _, text in levels.ticks(9)] == ["0", "2", "6"]


def test_very_many_examples_hold_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("app.widgets.slope_asking", "app.widgets.slice_choice", "app.widgets.slice_texts"):
        monkeypatch.setattr(f"{module}.MOST_WORK", 10)
    monkeypatch.setattr("app.widgets.slice_asking.AT_ONCE", 5)
    monkeypatch.setattr(LayeredLosses, "__init__", counted_in_threads := in_thread(LayeredLosses.__init__))
    track, pane = track_of(xor(), 40), desk.pane
    desk.tracks = [track]
    pane.show_frame(frame_from(track))
    assert "worked out" in pane.map.message
    assert "worked out" in pane.readout.full_text
    desk.qtbot.waitUntil(lambda: pane._slice is not None and pane._slice.is_final, timeout=20_000)
    desk.qtbot.waitUntil(lambda: "negated gradient" in pane.readout.full_text, timeout=20_000)
    assert pane.map.message == ""
    assert counted_in_threads.names == {"nllab-slice"}  # type: ignore[attr-defined]


def in_thread(function: Callable[..., None]) -> Callable[..., None]:
    """Note the names of the threads in which something is done."""

    def noted(*given: object) -> None:
        noted.names.add(threading.current_thread().name)  # type: ignore[attr-defined]
        function(*given)

    noted.names = set()  # type: ignore[attr-defined]
    return noted


def test_ways_down_one_function_have_one_loss(desk: Desk) -> None:
    def run(function: str, direction: str, number: int) -> Track:
        family = {"name": "function", "function": function, "direction": direction}
        made = Experiment.from_dict({"family": family, "training": {"learning_rate": 0.05}})
        return track_of(made, 5, number=number, name=f"{function} by {direction}")

    pane = desk.show(run("valley", "steepest_descent", 1), run("valley", "newton", 2), run("saddle", "newton", 3))
    notes = [entry.text for entry in pane.legend.entries if entry.kind == "note"]
    assert notes == ["saddle by newton: another loss"]
