"""Weights changed in the network diagram: typed, dragged, frozen, tied; one thing done is one undo step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection
from app.main_window import MainWindow
from app.panes.decision_surface import DecisionSurfacePane
from app.panes.network_diagram import NetworkDiagramPane
from app.session import Session
from app.theme import LIGHT
from app.widgets.network_scene import Link
from app.widgets.weight_bar import ONLY_LEAD
from nlcore.experiment import Experiment
from nlcore.interventions import WeightEdit
from nlcore.records import Address, TrainState
from nlcore.rules import Place
from tests.app.desk import window
from tests.app.panes.test_network_diagram import faces, frame_of, known, links_of, pane, scene_of
from tests.app.panes.test_network_phases import count_of
from tests.nlcore.examples import xor

__all__ = ["pane", "window"]


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> NetworkDiagramPane:
    """Give the diagram of a window in which XOR has learnt for three examples; the window is kept by its fixture."""
    window.docks.bring_up("network_diagram")
    shown = window.docks.panes["network_diagram"]
    assert isinstance(shown, NetworkDiagramPane)
    for name, dock in window.docks.docks.items():
        dock.setVisible(name == "network_diagram")
    window.lesson_dock.hide()
    qtbot.waitUntil(lambda: shown.view.width() > 500)
    for _ in range(3):
        window.session.step("presentation")
    return shown


def cursor(session: Session) -> TrainState:
    assert session.cursor is not None
    return session.cursor


def n_courses(session: Session) -> int:
    assert session.tree is not None
    return len(session.tree.nodes)


def weight(session: Session, place: Place) -> float:
    layer, unit, source = place
    model = session.tracks[0].trainer.model
    layout = model.layout  # type: ignore[attr-defined]
    params = cursor(session).params
    return float(layout.biases(params)[layer][unit] if source < 0 else layout.weights(params)[layer][unit, source])


def spot(pane: NetworkDiagramPane, place: Place) -> QPoint:
    """Return a pixel at which the line of a weight and nothing else is."""
    links = links_of(pane)
    number = links.number_of(place)
    assert number is not None
    for share in (0.5, 0.4, 0.3, 0.6, 0.25, 0.7, 0.2, 0.8):
        point = links.lines[number].pointAt(share).toPoint()
        part = pane.view.part_at(point.toPointF())
        if isinstance(part, Link) and part.place == place:
            return point
    raise AssertionError(place)


def click(pane: NetworkDiagramPane, place: Place) -> None:
    QTest.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=spot(pane, place))


def drag(pane: NetworkDiagramPane, place: Place, *ways: int, is_let_go: bool = True) -> None:
    start = spot(pane, place)
    QTest.mousePress(pane.view, Qt.MouseButton.LeftButton, pos=start)
    for way in ways:
        QTest.mouseMove(pane.view, start - QPoint(0, way))
    if is_let_go:
        QTest.mouseRelease(pane.view, Qt.MouseButton.LeftButton, pos=start - QPoint(0, ways[-1]))


def type_in(pane: NetworkDiagramPane, text: str) -> None:
    pane.bar.field.selectAll()
    QTest.keyClicks(pane.bar.field, text)
    QTest.keyClick(pane.bar.field, Qt.Key.Key_Return)


# --- pinning ---------------------------------------------------------------------------------------------------------


def test_a_click_on_a_line_pins_its_weight_and_another_lets_go(desk: NetworkDiagramPane, window: MainWindow) -> None:
    window.session.select(Selection(("training", 2), (1, 1)))
    click(desk, (0, 0, 1))
    assert window.session.selection == Selection(("training", 2), (1, 1), (0, 0, 1))
    assert desk.bar.list.currentText() == "hidden unit 1 ← x2"
    assert float(desk.bar.field.text()) == weight(window.session, (0, 0, 1))
    click(desk, (0, 0, 1))
    assert window.session.selection == Selection(("training", 2), (1, 1))
    assert not desk.bar.field.isEnabled()
    assert desk.bar.field.text() == ""


def test_a_bias_is_pinned_like_any_weight(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (1, 0, -1))
    assert window.session.selection.weight == (1, 0, -1)
    assert desk.bar.list.currentText() == "output o ← 1 (bias)"


def test_the_pinned_line_is_outlined(pane: NetworkDiagramPane) -> None:
    frame = frame_of(xor(), known)
    pane.show_frame(frame)
    before = count_of(pane.view.grab().toImage(), LIGHT.accent)
    pane.show_frame(Frame(frame.tracks, Selection(weight=(0, 1, 0)), frozenset({"selection"})))
    assert count_of(pane.view.grab().toImage(), LIGHT.accent) > before + 50


def test_the_list_pins_too_and_holds_all_weights_of_a_small_network(
    desk: NetworkDiagramPane, window: MainWindow
) -> None:
    n_params = window.session.tracks[0].trainer.model.n_params
    assert desk.bar.list.count() == 1 + n_params
    desk.bar.list.setCurrentIndex(3)
    desk.bar.list.activated.emit(3)
    assert window.session.selection.weight == desk.bar.list.itemData(3)
    desk.bar.list.setCurrentIndex(0)
    desk.bar.list.activated.emit(0)
    assert window.session.selection.weight is None


def test_one_of_many_inputs_is_chosen_in_the_list_of_a_pinned_unit(pane: NetworkDiagramPane) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = faces()
    pane.show_frame(frame)
    assert not pane.bar.list.isEnabled()
    number = links_of(pane).number_of((0, 2, 500))
    assert number is not None
    at = links_of(pane).lines[number].pointAt(0.6).toPoint()
    QTest.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=at)
    assert chosen[-1] == Selection(unit=(1, 2))
    pane.show_frame(Frame(frame.tracks, chosen[-1]))
    assert pane.bar.list.count() == 1 + 961
    pane.bar.list.activated.emit(502)
    assert chosen[-1] == Selection(unit=(1, 2), weight=(0, 2, 500))
    pane.show_frame(Frame(frame.tracks, chosen[-1]))
    assert float(pane.bar.field.text()) == scene_of(pane).weights[0][2, 500]
    assert "row 16 column 21" in pane.readout.full_text


def test_other_panes_follow_a_pinned_unit(desk: NetworkDiagramPane, window: MainWindow) -> None:
    window.docks.docks["decision_surface"].show()
    surface = window.docks.panes["decision_surface"]
    assert isinstance(surface, DecisionSurfacePane)
    window.session.select(Selection(("training", 2), None, (0, 0, 1)))
    for unit in (0, 2):
        centre = desk.view.diagram.columns[1].units[unit]  # type: ignore[union-attr]
        QTest.mouseClick(desk.view, Qt.MouseButton.LeftButton, pos=centre.toPoint())
        assert window.session.selection == Selection(("training", 2), (1, unit), (0, 0, 1))
        assert surface.shown.currentData() == (1, unit)
    QTest.mouseClick(desk.view, Qt.MouseButton.LeftButton, pos=centre.toPoint())
    assert window.session.selection.unit is None
    assert surface.shown.currentData() == (2, 0)
    surface.select(Selection(("training", 2), (1, 1), (0, 0, 1)))
    QTest.mouseClick(desk.view, Qt.MouseButton.LeftButton, pos=QPoint(2, desk.view.height() - 40))
    assert window.session.selection == Selection(("training", 2))


def test_choosing_elsewhere_keeps_the_pinned_weight(desk: NetworkDiagramPane, window: MainWindow) -> None:
    surface = window.docks.panes["decision_surface"]
    assert isinstance(surface, DecisionSurfacePane)
    surface.show_frame(desk.frame)  # type: ignore[arg-type]
    click(desk, (0, 0, 1))
    window.docks.docks["decision_surface"].show()
    surface.plot.point_clicked.emit(1)
    assert window.session.selection == Selection(("training", 1), None, (0, 0, 1))
    units = [surface.shown.itemData(k) for k in range(surface.shown.count())]
    surface.shown.setCurrentIndex(units.index((1, 1)))
    surface.shown.activated.emit(surface.shown.currentIndex())
    assert window.session.selection == Selection(("training", 1), (1, 1), (0, 0, 1))


def test_a_narrow_bar_leaves_the_slider_out(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(xor(), known, selection=Selection(weight=(0, 0, 0))))
    assert pane.bar.slider.isVisible()
    pane.resize(260, 420)
    assert not pane.bar.slider.isVisible()
    assert pane.bar.field.isVisible()


# --- values ----------------------------------------------------------------------------------------------------------


def test_typing_changes_the_weight_from_here_on_and_undo_brings_back_every_bit(
    desk: NetworkDiagramPane, window: MainWindow, qtbot: QtBot
) -> None:
    session, before = window.session, cursor(window.session)
    click(desk, (0, 1, 0))
    desk.bar.field.selectAll()
    QTest.keyClicks(desk.bar.field, "1")
    assert "Enter: this weight is" in desk.readout.full_text
    assert n_courses(session) == 1
    type_in(desk, "-1,25")
    assert weight(session, (0, 1, 0)) == -1.25
    assert n_courses(session) == 2
    assert desk.bar.field.text() == "-1.25"
    assert session.selection.weight == (0, 1, 0)
    window.actions_by_id["undo"].trigger()
    assert cursor(session).same_bits(before)
    assert float(desk.bar.field.text()) == weight(session, (0, 1, 0))
    window.actions_by_id["redo"].trigger()
    assert weight(session, (0, 1, 0)) == -1.25


@pytest.mark.parametrize("text", ["abc", "1..2", "inf", "nan", ""])
def test_what_is_no_number_is_refused_in_a_sentence(desk: NetworkDiagramPane, window: MainWindow, text: str) -> None:
    click(desk, (0, 1, 0))
    before = cursor(window.session)
    if text:
        type_in(desk, text)
    else:
        desk.bar.field.clear()
        QTest.keyClick(desk.bar.field, Qt.Key.Key_Backspace)
        desk.bar.field.setModified(True)
        QTest.keyClick(desk.bar.field, Qt.Key.Key_Return)
    assert "A weight is a number such as 0.5" in desk.bar.problem.text()
    assert n_courses(window.session) == 1
    assert cursor(window.session) is before
    click(desk, (0, 0, 0))
    assert desk.bar.problem.text() == ""


def test_a_value_that_is_in_force_already_changes_nothing(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (0, 1, 0))
    type_in(desk, repr(weight(window.session, (0, 1, 0))))
    assert n_courses(window.session) == 1


def test_one_drag_of_a_line_is_one_change(desk: NetworkDiagramPane, window: MainWindow) -> None:
    session, place = window.session, (0, 0, 1)
    click(desk, place)
    before, old = cursor(session), weight(session, place)
    drag(desk, place, 10, 30, 60, is_let_go=False)
    assert n_courses(session) == 1
    assert cursor(session) is before
    shown = scene_of(desk).value(Link.of(place))
    assert shown == float(desk.bar.field.text()) > old
    assert f"Let go: this weight is {desk.bar.field.text()}" in desk.readout.full_text
    QTest.mouseRelease(desk.view, Qt.MouseButton.LeftButton, pos=spot(desk, place))
    assert n_courses(session) == 2
    assert weight(session, place) == shown
    session.changes.undo()
    assert cursor(session).same_bits(before)


def test_the_picture_follows_a_drag(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (1, 0, 0))
    output = float(scene_of(desk).outputs[2][0])
    drag(desk, (1, 0, 0), 40, is_let_go=False)
    assert float(scene_of(desk).outputs[2][0]) > output
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert float(scene_of(desk).outputs[2][0]) == output
    assert n_courses(window.session) == 1
    assert float(desk.bar.field.text()) == weight(window.session, (1, 0, 0))


def test_only_a_pinned_line_can_be_dragged(desk: NetworkDiagramPane, window: MainWindow) -> None:
    drag(desk, (0, 0, 1), 40)
    assert n_courses(window.session) == 1
    assert window.session.selection.weight == (0, 0, 1)  # pressing it has pinned it


def test_the_slider_changes_the_weight_once(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (0, 1, 1))
    for _ in range(3):
        QTest.keyClick(desk.bar.slider, Qt.Key.Key_Right)
    shown = scene_of(desk).value(Link.of((0, 1, 1)))
    assert shown == desk.bar.slider.number
    assert "Enter: this weight is" in desk.readout.full_text
    assert n_courses(window.session) == 1
    QTest.keyClick(desk.bar.slider, Qt.Key.Key_Return)
    assert n_courses(window.session) == 2
    assert weight(window.session, (0, 1, 1)) == shown


def test_a_changed_weight_glows(desk: NetworkDiagramPane, qtbot: QtBot) -> None:
    click(desk, (0, 1, 1))
    type_in(desk, "2")
    assert desk.view.is_flashing
    assert desk.view._glow.tolist() == [float(link == Link.of((0, 1, 1))) for link in links_of(desk).links]
    qtbot.waitUntil(lambda: not desk.view.is_flashing, timeout=5000)


def test_a_weight_that_diverged_can_be_given_a_number_again(pane: NetworkDiagramPane) -> None:
    wanted: list[WeightEdit] = []
    pane.intervention_requested.connect(wanted.append)
    frame = frame_of(xor(), lambda _, params: params.fill(float("nan")), selection=Selection(weight=(0, 0, 0)))
    pane.show_frame(frame)
    assert not pane.bar.slider.isEnabled()
    type_in(pane, "0.5")
    assert wanted == [WeightEdit.of(Address("weights[0]", (0, 0)), 0.5)]


# --- freezing and tying ----------------------------------------------------------------------------------------------


def test_a_frozen_weight_keeps_its_value_and_has_a_mark(desk: NetworkDiagramPane, window: MainWindow) -> None:
    session, place = window.session, (0, 0, 1)
    click(desk, place)
    old, before = weight(session, place), desk.view.grab().toImage()
    desk.bar.freeze.trigger()
    assert desk.bar.freeze.isChecked()
    assert desk.view.grab().toImage() != before
    assert "Frozen" in desk.readout.full_text
    for _ in range(5):
        session.step("presentation")
    assert weight(session, place) == old
    assert weight(session, (0, 0, 0)) != weight_at(session, 3, (0, 0, 0))
    session.changes.undo()
    assert not desk.bar.freeze.isChecked()


def weight_at(session: Session, presentations: int, place: Place) -> float:
    now = session.now
    session.seek(presentations)
    found = weight(session, place)
    session.seek(now)
    return found


def test_letting_a_weight_go_again_is_as_if_nothing_had_happened(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (0, 0, 1))
    desk.bar.freeze.trigger()
    desk.bar.freeze.trigger()
    assert not desk.bar.freeze.isChecked()
    assert window.session.tracks[0].trainer.experiment.training.frozen == ()


def test_two_weights_are_tied_by_clicking_both(desk: NetworkDiagramPane, window: MainWindow) -> None:
    session = window.session
    click(desk, (0, 0, 1))
    desk.bar.tie_next.trigger()
    assert desk.readout.full_text.startswith("Click the weight that shall share its value with hidden unit 1 ← x2")
    click(desk, (0, 1, 0))
    assert session.tracks[0].trainer.experiment.training.tied == (("weights[0][0,1]", "weights[0][1,0]"),)
    assert session.selection.weight == (0, 0, 1)
    assert desk.bar.tie.text() == "Tied A"
    session.step("presentation")
    assert weight(session, (0, 0, 1)) == weight(session, (0, 1, 0))
    QTest.mouseMove(desk.view, QPoint(2, desk.view.height() - 40))
    assert "Tied (A) with w from x1 to hidden unit 2" in desk.readout.full_text
    type_in(desk, "0.75")
    assert weight(session, (0, 1, 0)) == 0.75
    desk.bar.untie.trigger()
    assert session.tracks[0].trainer.experiment.training.tied == ()
    assert desk.bar.tie.text() == "Tie"


def test_escape_ends_the_choice_of_a_weight_to_tie_with(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (0, 0, 1))
    desk.bar.tie_next.trigger()
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert "Click the weight" not in desk.readout.full_text
    click(desk, (0, 1, 0))
    assert window.session.tracks[0].trainer.experiment.training.tied == ()
    assert window.session.selection.weight == (0, 1, 0)


def test_tied_letters_stand_on_the_lines(pane: NetworkDiagramPane) -> None:
    def shot(**settings: object) -> QImage:
        pane.show_frame(frame_of(xor(**settings)))
        return pane.view.grab().toImage()

    shots = [
        shot(),
        shot(training__tied=[["weights[0][0,0]", "weights[0][1,1]"]]),
        shot(training__tied=[["biases[0]"], ["weights[0][0,0]", "weights[0][1,1]"]]),
        shot(training__frozen=["weights[0][0,0]", "weights[0][1,1]"]),
    ]
    assert all(a != b for i, a in enumerate(shots) for b in shots[:i])


def test_frozen_and_tied_exclude_each_other_in_a_sentence(desk: NetworkDiagramPane, window: MainWindow) -> None:
    click(desk, (0, 0, 1))
    desk.bar.freeze.trigger()
    desk.bar.tie_next.trigger()
    click(desk, (0, 1, 0))
    assert "A frozen weight cannot be tied" in desk.bar.problem.text()
    desk.bar.freeze.trigger()
    desk.bar.tie_next.trigger()
    click(desk, (0, 1, 0))
    assert desk.bar.tie.text() == "Tied A"
    desk.bar.freeze.trigger()
    assert "A tied weight cannot be frozen" in desk.bar.problem.text()
    assert not desk.bar.freeze.isChecked()


def test_the_perceptron_rule_refuses_ties_with_its_own_sentence(window: MainWindow, qtbot: QtBot) -> None:
    window.open_lesson("perceptron-and")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.docks.bring_up("network_diagram")
    shown = window.docks.panes["network_diagram"]
    assert isinstance(shown, NetworkDiagramPane)
    window.session.select(Selection(weight=(0, 0, 0)))
    shown.bar.tie_next.trigger()
    shown.bar.list.activated.emit(3)
    assert shown.bar.problem.text().startswith("Training.tied: belongs to gradient descent")
    assert shown.bar.tie.text() == "Tie"
    assert n_courses(window.session) == 1


# --- who may edit ----------------------------------------------------------------------------------------------------


def test_another_track_is_only_looked_at(desk: NetworkDiagramPane, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.comparison.add({"training.learning_rate": 0.1}, "slow")
    qtbot.waitUntil(lambda: len(session.tracks) == 2, timeout=30_000)
    grid = window.docks.grids["network_diagram"]
    click(desk, (0, 0, 1))
    assert desk.bar.field.isEnabled()
    grid.tabs.setCurrentIndex(1)
    assert not desk.bar.field.isEnabled()
    assert not desk.bar.freeze.isEnabled()
    assert not desk.bar.slider.isEnabled()
    assert desk.bar.field.toolTip() == ONLY_LEAD
    drag(desk, (0, 0, 1), 40)
    assert n_courses(session) == 1
    assert not desk.view.is_flashing  # these are other weights, not changed ones
    session.select(Selection(weight=(0, 0, 1)))
    grid.tabs.setCurrentIndex(0)
    assert desk.bar.field.isEnabled()
    assert desk.bar.field.toolTip() != ONLY_LEAD


def test_a_weight_can_be_typed_while_training_runs(desk: NetworkDiagramPane, window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    click(desk, (0, 0, 1))
    session.play()
    qtbot.waitUntil(lambda: session.now > 50, timeout=30_000)
    assert not desk.bar.slider.isEnabled()
    type_in(desk, "3")
    assert n_courses(session) == 2
    assert session.activity == "running"
    session.pause()


# --- what is told ----------------------------------------------------------------------------------------------------


def test_the_table_of_weights_says_what_is_held_and_the_last_change(pane: NetworkDiagramPane) -> None:
    tied = [["weights[0][0,0]", "weights[0][1,1]"]]
    frame = frame_of(xor(training__frozen=["biases[1]"], training__tied=tied), presentations=5)
    pane.show_frame(frame)
    table = pane.tables(frame)[1]
    assert tuple(table.headings) == ("layer", "to", "from", "weight", "last change", "frozen", "tied")
    rows = {(row[1], row[2]): row[3:] for row in table.rows}
    assert rows["output o", "x0 = 1 (bias w0)"][2:] == ("yes", "")
    assert rows["hidden unit 1", "x1"][3] == rows["hidden unit 2", "x2"][3] == "A"
    layout = frame.lead.model.layout  # type: ignore[attr-defined]
    last = layout.weights(frame.lead.state.velocity)[0][1, 0]
    assert rows["hidden unit 2", "x1"][1:] == (float(last), "", "")


def test_a_weight_of_another_network_does_no_harm(pane: NetworkDiagramPane) -> None:
    for place in ((9, 0, 0), (0, 9, 0), (0, 0, 9)):
        pane.show_frame(frame_of(xor(), known, selection=Selection(weight=place)))
        assert pane.bar.list.currentIndex() == 0
        assert not pane.bar.field.isEnabled()


def test_the_bar_leaves_a_low_pane_alone_until_a_weight_is_pinned(pane: NetworkDiagramPane) -> None:
    pane.resize(300, 200)
    frame = frame_of(xor(), known)
    pane.show_frame(frame)
    assert pane.bar.isHidden()
    pane.show_frame(Frame(frame.tracks, Selection(weight=(0, 0, 0))))
    assert not pane.bar.isHidden()
    pane.show_frame(frame)
    assert pane.bar.isHidden()


def test_every_control_has_a_name(pane: NetworkDiagramPane) -> None:
    pane.show_frame(frame_of(Experiment.from_dict(xor().to_dict()), known, selection=Selection(weight=(0, 0, 0))))
    for part in (pane.bar.list, pane.bar.field, pane.bar.slider, pane.bar.tie):
        assert part.accessibleName()
        assert part.toolTip()
