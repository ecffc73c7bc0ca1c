"""The drawing board for regions in the window: corners by mouse and keys, the network that follows, runs made of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.main_window import MainWindow
from app.panes.region_network import RegionNetworkPane
from app.widgets.region_drawing import Drawing
from app.widgets.region_runs import LEARNERS
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.theory.regions import NAMED
from nlcore.trainer import Trainer
from tests.app.desk import problems as desk_problems
from tests.app.desk import window as desk_window
from tests.nlcore.examples import xor

window, problems = desk_window, desk_problems
LEFT, PLAIN, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ARROW = ((-0.8, -0.5), (0.0, -0.1), (0.8, -0.5), (0.0, 0.9))


@pytest.fixture
def pane(qtbot: QtBot) -> RegionNetworkPane:
    made = RegionNetworkPane()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    history = History(Trainer(xor()))
    made.show_frame(Frame((TrackFrame("run", history.trainer.model, history.head, history.curves),)))
    made.controls_above.clear.trigger()
    return made


def regions_frame(name: str = "convex") -> Frame:
    dataset = {"name": "regions", "region": name, "n": 20}
    history = History(Trainer(xor(dataset=dataset)))
    return Frame((TrackFrame("run", history.trainer.model, history.head, history.curves),))


def pixel(pane: RegionNetworkPane, at: tuple[float, float]) -> QPoint:
    return pane.canvas.pixel_of(at).toPoint()


def click(pane: RegionNetworkPane, *places: tuple[float, float]) -> None:
    for place in places:
        QTest.mouseClick(pane.canvas, LEFT, PLAIN, pixel(pane, place))


def drag(pane: RegionNetworkPane, start: tuple[float, float], end: tuple[float, float]) -> None:
    first, last = pixel(pane, start), pixel(pane, end)
    QTest.mousePress(pane.canvas, LEFT, PLAIN, first)
    for k in (1, 2, 3):
        QTest.mouseMove(pane.canvas, first + (last - first) * k / 3)
    QTest.mouseRelease(pane.canvas, LEFT, PLAIN, last)


def keys(pane: RegionNetworkPane, *pressed: Qt.Key, times: int = 1, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    for _ in range(times):
        for key in pressed:
            QTest.keyClick(pane.canvas, key, modifier)


def near(found: tuple[float, float], wanted: tuple[float, float]) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 0.011


def layers(pane: RegionNetworkPane) -> tuple[int, ...]:
    assert pane.plan is not None
    return pane.plan.layers


@pytest.mark.parametrize("closing", ["first corner", "double click", "Enter", "menu"])
def test_a_polygon_is_drawn_and_closed(pane: RegionNetworkPane, closing: str) -> None:
    assert not pane.controls_above.build.isEnabled()
    click(pane, *ARROW[:3])
    assert "No network yet" in pane.words.text()
    click(pane, ARROW[3])
    if closing == "first corner":
        click(pane, ARROW[0])
    elif closing == "double click":
        QTest.mouseDClick(pane.canvas, LEFT, PLAIN, pixel(pane, ARROW[3]))
    elif closing == "Enter":
        keys(pane, Qt.Key.Key_Return)
    else:
        pane.controls_above.close_open.trigger()
    (polygon,) = pane.canvas.drawing.polygons
    assert all(near(found, wanted) for found, wanted in zip(polygon, ARROW, strict=True))
    assert layers(pane) == (2, 5, 2, 1)
    assert pane.controls_above.build.isEnabled()
    assert "2-5-2-1, two hidden layers" in pane.words.text()
    assert "at 100 % of 10,000 places" in pane.words.text()


def test_a_dent_needs_a_second_hidden_layer_and_undo_takes_it_back(pane: RegionNetworkPane) -> None:
    click(pane, (-0.6, -0.6), (0.6, -0.6), (0.6, 0.6), (-0.6, 0.6), (-0.6, -0.6))
    assert layers(pane) == (2, 4, 1)
    drag(pane, (0.0, 0.6), (0.0, 0.9))  # bend the upper side outwards
    assert layers(pane) == (2, 5, 1)
    drag(pane, (0.0, 0.9), (0.0, 0.0))  # and inwards
    assert len(layers(pane)) == 4
    keys(pane, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert layers(pane) == (2, 5, 1)
    pane.controls_above.undo.trigger()
    assert layers(pane) == (2, 4, 1)


def test_a_hole_and_a_second_polygon(pane: RegionNetworkPane) -> None:
    click(pane, (-0.9, -0.6), (0.2, -0.6), (0.2, 0.6), (-0.9, 0.6), (-0.9, -0.6))
    pane.controls_above.kind.setCurrentIndex(1)
    pane.controls_above.kind.activated.emit(1)
    click(pane, (-0.6, -0.3), (-0.1, -0.3), (-0.3, 0.3), (-0.6, -0.3))
    assert layers(pane) == (2, 7, 1)
    assert "one around the hole says no" in pane.words.text()
    click(pane, (0.5, -0.6), (0.9, -0.6), (0.7, 0.5), (0.5, -0.6))
    assert layers(pane) == (2, 9, 3, 1)  # the two lower sides are one line
    assert "2 of the region, 1 to be cut out" in pane.words.text()
    click(pane, (-0.3, 0.3))  # choose a corner of the hole
    pane.controls_above.turn.trigger()
    assert pane.canvas.drawing.holes == ()
    pane.controls_above.delete_polygon.trigger()
    assert len(pane.canvas.drawing.polygons) == 2


def test_a_corner_that_is_there_already_is_taken_so_that_polygons_can_touch(pane: RegionNetworkPane) -> None:
    click(pane, (-0.8, -0.6), (0.0, 0.0), (-0.8, 0.6), (-0.8, -0.6))
    click(pane, (0.8, 0.6))
    QTest.mouseClick(pane.canvas, LEFT, PLAIN, pixel(pane, (0.0, 0.0)) + QPoint(4, 3))
    click(pane, (0.8, -0.6), (0.8, 0.6))
    first, second = pane.canvas.drawing.polygons
    assert first[1] == second[1]
    assert layers(pane) == (2, 4, 2, 1)


def test_an_empty_board_is_no_fault_so_that_it_stays_in_place_at_the_first_click(
    pane: RegionNetworkPane, qtbot: QtBot
) -> None:
    pane.controls_above.clear.trigger()
    assert pane.problem.isHidden()
    qtbot.wait(50)
    before = pixel(pane, (0.5, 0.5))
    click(pane, (0.5, 0.5))
    qtbot.wait(50)
    assert pixel(pane, (0.5, 0.5)) == before


def test_what_is_no_polygon_is_told_and_can_be_mended(pane: RegionNetworkPane) -> None:
    click(pane, (-0.5, -0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5))
    assert "crosses or touches itself" in pane.problem.text()
    assert not pane.controls_above.build.isEnabled()
    assert pane.in_words(pane.frame) if pane.frame is not None else False
    drag(pane, (0.5, -0.5), (0.8, 0.8))
    drag(pane, (0.5, 0.5), (0.6, -0.5))
    assert pane.problem.isHidden()
    assert layers(pane) == (2, 4, 1)


def test_all_of_it_with_keys(pane: RegionNetworkPane) -> None:
    pane.canvas.setFocus()
    keys(pane, Qt.Key.Key_Return)  # a cross in the middle
    assert pane.canvas.cross == (0.0, 0.0)
    keys(pane, Qt.Key.Key_Return)
    keys(pane, Qt.Key.Key_Right, times=10)
    keys(pane, Qt.Key.Key_Return)
    keys(pane, Qt.Key.Key_Up, times=10)
    keys(pane, Qt.Key.Key_Return, times=2)  # twice: set and close
    assert pane.canvas.drawing.polygons == (((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),)
    keys(pane, Qt.Key.Key_Return)  # pick the corner up
    keys(pane, Qt.Key.Key_Up, times=3, modifier=SHIFT)
    keys(pane, Qt.Key.Key_Return)
    assert pane.canvas.drawing.polygons[0][2] == (0.5, 0.53)
    keys(pane, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Escape)  # carried, and put back
    assert pane.canvas.drawing.polygons[0][2] == (0.5, 0.53)
    keys(pane, Qt.Key.Key_Left, times=5)
    keys(pane, Qt.Key.Key_Return)
    assert len(pane.canvas.drawing.open.points) == 1
    keys(pane, Qt.Key.Key_Escape)
    assert not pane.canvas.drawing.open.points
    keys(pane, Qt.Key.Key_Right, times=5)
    keys(pane, Qt.Key.Key_Delete, modifier=SHIFT)
    assert pane.canvas.drawing.polygons == ()


def test_named_regions_and_the_ways_to_build_them(pane: RegionNetworkPane) -> None:
    controls = pane.controls_above
    for name, found in NAMED.items():
        k = controls.shape.findData(name)
        controls.shape.setCurrentIndex(k)
        controls.shape.activated.emit(k)
        assert [controls.plan.itemText(i).split(",")[0] for i in range(controls.plan.count())] == [
            "-".join(map(str, plan.layers)) for plan in found.plans
        ]
        assert "at 100 % of 10,000 places" in pane.words.text(), name
    star = controls.shape.findData("star")
    controls.shape.setCurrentIndex(star)
    controls.shape.activated.emit(star)
    controls.plan.setCurrentIndex(1)
    controls.plan.activated.emit(1)
    assert layers(pane) == (2, 7, 5, 1)
    drag(pane, (0.0, 0.95), (0.2, 0.9))
    assert controls.shape.currentText() == "your drawing"
    assert len(layers(pane)) == 4


def test_a_drawing_is_noted_and_taken_over(pane: RegionNetworkPane, qtbot: QtBot) -> None:
    click(pane, *ARROW, ARROW[0], (0.9, 0.9))
    other = RegionNetworkPane()
    qtbot.addWidget(other)
    other.take_notes(pane.notes())
    assert other.canvas.drawing == pane.canvas.drawing
    other.show()
    assert pane.frame is not None
    other.show_frame(regions_frame())  # of another region, in which the drawing was made
    assert other.canvas.drawing == pane.canvas.drawing
    other.show_frame(regions_frame("star"))
    assert other.canvas.drawing == Drawing.of(NAMED["star"])
    third = RegionNetworkPane()
    qtbot.addWidget(third)
    third.take_over(pane)
    assert third.canvas.drawing == pane.canvas.drawing
    third.take_notes({"name": "own", "loops": "?"})
    assert third.canvas.drawing == pane.canvas.drawing


# --- in the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def board(window: MainWindow, qtbot: QtBot) -> RegionNetworkPane:
    window.open_lesson("decision-regions")
    settle(window, qtbot)
    found = window.docks.panes["region_network"]
    assert isinstance(found, RegionNetworkPane)
    return found


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    qtbot.wait(20)


def accuracy(window: MainWindow) -> float | None:
    lead = window.session.tracks[0]
    measured = lead.trainer.evaluate(lead.cursor)["training"]
    return measured.accuracy if measured is not None else None


def test_building_and_learning_make_the_experiment_and_can_be_undone(
    window: MainWindow, board: RegionNetworkPane, qtbot: QtBot
) -> None:
    assert board.canvas.drawing == Drawing.of(NAMED["half_plane"])  # of the lesson
    board.controls_above.clear.trigger()
    click(board, *ARROW, ARROW[0])
    board.controls_above.build.click()
    settle(window, qtbot)
    experiment = window.session.tracks[0].trainer.experiment
    assert experiment.network is not None
    assert experiment.network.layers == (2, 5, 2, 1)
    assert experiment.training.initializer.name == "half_planes"
    assert accuracy(window) == 1.0
    assert "yours: 100 %" in board.words.text()
    k = next(k for k, learner in enumerate(LEARNERS) if learner.hidden == (12,))
    board.controls_above.choose_learner(k)
    board.controls_above.learn.click()
    settle(window, qtbot)
    learning = window.session.tracks[0].trainer.experiment
    assert learning.network is not None
    assert learning.network.layers == (2, 12, 1)
    assert learning.training.rule == "backpropagation"
    board.controls_above.view.setCurrentIndex(1)
    board.controls_above.view.activated.emit(1)
    assert [entry.text for entry in board.legend.entries][:3] == ["says inside", "says outside", "wrong"]
    drawing = board.canvas.drawing
    for _ in range(2):
        window.actions_by_id["undo"].trigger()
        settle(window, qtbot)
    assert board.canvas.drawing == Drawing.of(NAMED["half_plane"])  # the region of the run that is shown
    board.canvas.undo()
    assert board.canvas.drawing == drawing  # nothing is lost


def test_tracks_of_one_region_are_compared_and_a_region_without_room_is_refused(
    window: MainWindow, board: RegionNetworkPane, qtbot: QtBot, problems: list[str]
) -> None:
    board.canvas.take(Drawing.of(NAMED["bow_tie"]))
    lines = board.words.text().splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("bow tie")] == [
        "bow tie, 0 hidden", "bow tie, 1 hidden", "bow tie, 2 hidden",
    ]  # fmt: skip
    window.session.comparison.promote(2)  # the star leads
    settle(window, qtbot)
    assert board.canvas.drawing == Drawing.of(NAMED["star"])
    before = window.session.tracks[0].trainer.experiment
    board.controls_above.clear.trigger()
    click(board, (-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0))
    window.session.problem_occurred.connect(problems.append)
    board.controls_above.build.click()
    settle(window, qtbot)
    assert any("outside of the region" in sentence for sentence in problems)
    assert window.session.tracks[0].trainer.experiment == before


def test_large_networks_are_asked_at_fewer_places(pane: RegionNetworkPane) -> None:
    """Ten thousand places of eight networks with six hidden layers would keep the window waiting for seconds."""
    small, layers = regions_frame().lead.experiment, [2, 64, 64, 64, 64, 64, 64, 1]
    large = small.replace({"network": {"layers": layers, "activations": ["sigmoid"] * 7}})

    def places(experiment: Experiment) -> list[int]:
        history = History(Trainer(experiment))
        model, state = history.trainer.model, history.start
        tracks = tuple(TrackFrame(f"run {k}", model, state, history.curves, number=k) for k in range(1, 9))
        pane.show_frame(Frame(tracks))
        rows = pane.tables(Frame(tracks))[-1].rows
        assert len(rows) == 8
        return [row[3] for row in rows if isinstance(row[3], int)]

    assert places(small) == [10_000] * 8
    assert places(large) == [400] * 8
