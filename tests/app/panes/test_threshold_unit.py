"""The threshold unit in the window: what a person sets by slider, field, line and keys, and what it does to the run."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.main_window import MainWindow
from app.panes.threshold_unit import ThresholdUnitPane
from app.theme import DARK
from app.widgets.line_editor import SNAP, handles, moved, snapped, turned
from app.widgets.truth_table import weights_of
from app.widgets.weight_sliders import REST_MS, IntervalSlider
from nlcore.data_edits import DataEdit, RelabelExample
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.theory.threshold_intervals import Interval
from nlcore.trainer import Trainer
from tests.app.desk import window as desk_window

window = desk_window


@pytest.fixture
def pane(window: MainWindow, qtbot: QtBot) -> ThresholdUnitPane:
    window.open_lesson("threshold-unit")
    settle(window, qtbot)
    found = window.docks.panes["threshold_unit"]
    assert isinstance(found, ThresholdUnitPane)
    return found


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    qtbot.wait(20)


def weights(window: MainWindow) -> tuple[float, ...]:
    assert window.session.cursor is not None
    return weights_of(window.session.cursor.params)


def n_courses(window: MainWindow) -> int:
    assert window.session.tree is not None
    return len(window.session.tree.nodes)


def handle_of(slider: IntervalSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider).center()


def pixel(pane: ThresholdUnitPane, x: float, y: float) -> QPoint:
    return pane.plot.canvas.mapFromScene(pane.plot.box.mapViewToScene(QPointF(x, y)))


def drag(widget: object, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for k in (1, 2, 3, 4):
        QTest.mouseMove(widget, start + (end - start) * k / 4)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def choose(pane: ThresholdUnitPane, window: MainWindow, qtbot: QtBot, text: str) -> None:
    combo = pane.choice.coding if text.startswith("inputs") else pane.choice.gate
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)
    settle(window, qtbot)


def commit(pane: ThresholdUnitPane, values: tuple[float, ...]) -> None:
    pane.sliders.committed.emit(values)


def test_it_opens_with_three_wrong_answers(window: MainWindow, pane: ThresholdUnitPane) -> None:
    assert weights(window) == (0.3, 0.5, 0.5)
    assert pane.verdict.text().startswith("✗ 1 of 4 answers is right.")
    assert [pane.view.item(row, 5).text() for row in range(4)] == ["✗ wrong"] * 3 + ["✓ right"]  # type: ignore[union-attr]
    assert pane.sliders.sliders[0].interval == Interval(-1.0, -0.5)
    assert "lies inside" not in pane.bias.text()


def test_dragging_a_slider_is_one_change_that_can_be_undone(
    window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot
) -> None:
    slider, before = pane.sliders.sliders[0], n_courses(window)
    start = handle_of(slider)
    target = QPoint(slider.mark_x(slider.share(-0.75)), start.y())
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(slider, (start + target) / 2)
    QTest.mouseMove(slider, target)
    assert weights(window) == (0.3, 0.5, 0.5)  # only shown so far
    assert pane.verdict.text() == "✓ All 4 answers are right."
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, target)
    assert -1.0 < weights(window)[0] <= -0.5
    assert weights(window)[1:] == (0.5, 0.5)
    assert n_courses(window) == before + 1
    assert "lies inside" in pane.bias.text()
    window.actions_by_id["undo"].trigger()
    settle(window, qtbot)
    assert weights(window) == (0.3, 0.5, 0.5)
    assert pane.verdict.text().startswith("✗ 1 of 4")
    assert pane.sliders.fields[0].text() == "0.3"


def test_keys_on_a_slider_are_one_change_when_they_rest(
    window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot
) -> None:
    before = n_courses(window)
    for _ in range(3):
        QTest.keyClick(pane.sliders.sliders[1], Qt.Key.Key_Left)
    assert weights(window)[1] == 0.5
    qtbot.waitUntil(lambda: weights(window)[1] == 0.35, timeout=10 * REST_MS)
    assert n_courses(window) == before + 1


def test_a_number_is_typed(window: MainWindow, pane: ThresholdUnitPane) -> None:
    field = pane.sliders.fields[0]
    field.selectAll()
    QTest.keyClicks(field, "-0.5000001")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert weights(window)[0] == -0.5000001
    assert pane.problem.isHidden()
    for typed, said in (("0,5", "Write decimals with a point"), ("much", "must be a number"), ("1e9", "1 000 000")):
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert said in pane.problem.text()
        assert typed in pane.problem.text()
        assert field.text() == typed
        assert weights(window)[0] == -0.5000001


def test_a_large_number_widens_the_sliders(window: MainWindow, pane: ThresholdUnitPane) -> None:
    commit(pane, (-17.0, 0.5, 0.5))
    assert weights(window)[0] == -17.0
    assert pane.sliders.sliders[0].number == -17.0
    commit(pane, (123456.0, 0.5, 0.5))
    assert pane.sliders.sliders[0].maximum() * pane.sliders.sliders[0].step == 1e6


def test_the_line_is_dragged(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    commit(pane, (-0.5, 0.5, 0.5))  # from (1.5, -0.5) to (-0.5, 1.5)
    before = n_courses(window)
    canvas = pane.plot.canvas.viewport()
    drag(canvas, pixel(pane, 0.5, 0.5), pixel(pane, 0.75, 0.75))
    w0, w1, w2 = weights(window)
    assert (w1, w2) == (0.5, 0.5)
    assert w0 == pytest.approx(-0.75, abs=0.02)
    assert n_courses(window) == before + 1
    assert pane.verdict.text().startswith("✓")


def test_the_line_is_turned_by_an_end(window: MainWindow, pane: ThresholdUnitPane) -> None:
    commit(pane, (-0.5, 0.5, 0.5))
    assert pane.line.ends is not None
    end = pane.line.ends[np.argmax(pane.line.ends[:, 0])]
    drag(pane.plot.canvas.viewport(), pixel(pane, *end), pixel(pane, 0.5, -0.3))  # now upright through the middle
    w0, w1, w2 = weights(window)
    assert w2 == 0.0  # nearly upright becomes upright
    assert abs(w1) == pytest.approx(0.5**0.5, abs=0.01)
    assert w0 + 0.5 * w1 + 0.5 * w2 == pytest.approx(0.0, abs=0.02)


def test_escape_lets_go_of_the_line(window: MainWindow, pane: ThresholdUnitPane) -> None:
    commit(pane, (-0.5, 0.5, 0.5))
    canvas, start = pane.plot.canvas.viewport(), pixel(pane, 0.5, 0.5)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(canvas, start + QPoint(20, -20))
    assert pane.sliders.weights[0] != -0.5
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Escape)
    assert pane.sliders.weights == (-0.5, 0.5, 0.5)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(20, -20))
    assert weights(window) == (-0.5, 0.5, 0.5)


def test_arrow_keys_move_and_turn_the_line(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    commit(pane, (-0.5, 0.5, 0.5))
    before = n_courses(window)
    for _ in range(4):
        QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: weights(window)[0] == -0.6, timeout=10 * REST_MS)  # 4 steps of 0.05, times 0.5
    assert n_courses(window) == before + 1
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: weights(window)[1] > 0.5 > weights(window)[2], timeout=10 * REST_MS)


def test_without_a_line_there_is_nothing_to_take_hold_of(window: MainWindow, pane: ThresholdUnitPane) -> None:
    commit(pane, (0.5, 0.0, 0.0))
    assert pane.readout.full_text.startswith("w1 and w2 are both 0")
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Up)
    assert not pane.line.is_moving
    commit(pane, (2.0, 0.5, 0.5))
    assert pane.readout.full_text.startswith("The line does not cross")


def test_another_function_keeps_the_weights(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    commit(pane, (-0.3, 0.5, 0.5))
    choose(pane, window, qtbot, "OR")
    assert weights(window) == (-0.3, 0.5, 0.5)
    assert pane.verdict.text() == "✓ All 4 answers are right."
    choose(pane, window, qtbot, "inputs −1 and +1")
    assert weights(window) == (-0.3, 0.5, 0.5)
    assert pane.verdict.text() == "✗ 2 of 4 answers are right. Wrong: (−1, 1), (1, −1)."
    choose(pane, window, qtbot, "AND")
    assert pane.verdict.text() == "✓ All 4 answers are right."
    assert pane.problem.isHidden()
    window.actions_by_id["undo"].trigger()
    settle(window, qtbot)
    assert pane.choice.gate.currentText() == "OR"


def test_functions_of_other_numbers_of_inputs(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    choose(pane, window, qtbot, "at least 2 of 3")
    assert weights(window) == (0.3, 0.5, 0.5, 0.5)
    assert len(pane.sliders.sliders) == 4
    assert pane.plane_box.isHidden()
    assert pane.view.rowCount() == 8
    commit(pane, (-0.75, 0.5, 0.5, 0.5))
    assert pane.verdict.text() == "✓ All 8 answers are right."
    choose(pane, window, qtbot, "NOT")
    assert weights(window) == (-0.75, 0.5)
    commit(pane, (0.25, -0.5))
    assert pane.verdict.text() == "✓ All 2 answers are right."
    choose(pane, window, qtbot, "XOR")
    assert weights(window) == (0.25, -0.5, 0.5)
    assert not pane.plane_box.isHidden()
    assert window.docks.panes["threshold_unit"].frame.lead.experiment.network.layers == (2, 1)  # type: ignore[union-attr]


def test_xor_is_proved_impossible_with_the_weights_that_are_moved(
    window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot
) -> None:
    assert pane.proof.isHidden()
    choose(pane, window, qtbot, "XOR")
    assert not pane.proof.isHidden()
    assert "yours: 0.3 + 0.5 · 1 + 0.5 · 1 = 1.3 > 0  ✗ violated" in pane.proof.text().replace("\u00a0", " ")
    pane.sliders.previewed.emit((-0.25, 0.5, 0.5))
    said = pane.proof.text().replace("\u00a0", " ")
    assert "yours: −0.25 + 0.5 · 1 + 0.5 · 1 = 0.75 > 0  ✗ violated" in said
    assert pane.sliders.sliders[0].interval is None


def test_training_moves_the_sliders(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    window.session.play()
    settle(window, qtbot)
    assert pane.sliders.weights == weights(window) != (0.3, 0.5, 0.5)
    assert pane.verdict.text().startswith("✓")


def test_a_row_points_at_its_example(window: MainWindow, pane: ThresholdUnitPane) -> None:
    pane.view.setFocus()
    assert window.session.selection.example is None  # coming with the Tab key points at nothing
    item = pane.view.item(2, 1)
    assert item is not None
    middle = pane.view.visualItemRect(item).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert window.session.selection.example == ("training", 2)
    assert pane.plot.selected == 2
    QTest.keyClick(pane.view, Qt.Key.Key_Up)
    assert window.session.selection.example == ("training", 1)
    assert pane.plot.selected == 1


def test_relabelled_examples_are_another_table(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    window.session.changes.intervene(DataEdit.of(RelabelExample(index=0, targets=(1.0,))))
    settle(window, qtbot)
    assert pane.view.item(0, 4).text().startswith("+1")  # type: ignore[union-attr]
    assert "(0, 0) must be true" in pane.bias.text().replace("\u00a0", " ")


def test_a_narrow_table_is_briefer(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    def headings() -> list[str]:
        cells = [pane.view.horizontalHeaderItem(column) for column in range(pane.view.columnCount())]
        return [cell.text() for cell in cells if cell is not None]

    for width, net, target in ((500, "net input", "−1 (false)"), (280, "net", "−1"), (500, "net input", "−1 (false)")):
        pane.view.setFixedWidth(width)
        qtbot.wait(20)
        assert headings() == ["x1", "x2", net, "output", "target", "answer"]
        assert pane.view.item(0, 4).text() == target  # type: ignore[union-attr]


def test_what_it_cannot_show_is_said() -> None:
    made = ThresholdUnitPane()
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "coding": "minus_plus"},
            "network": {"layers": [2, 1], "activations": ["threshold"]},
            "training": {"rule": "perceptron"},
        }
    )
    history = History(Trainer(experiment))
    frame = Frame((TrackFrame("blobs", history.trainer.model, history.head, history.curves),))
    assert "up to 5 inputs and 32 examples" in (made.why_empty(frame) or "")


def test_of_several_tracks_the_lead_is_set(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    assert pane.frame is not None
    lead = pane.frame.lead
    other = TrackFrame("another rate", lead.model, lead.state, lead.curves, number=2)
    pane.show_frame(Frame((lead, other), changed=frozenset({"tracks", "state"})))
    assert pane.verdict.text().startswith("lesson leads and is set here. ✗ 1 of 4")


def test_words_and_tables(window: MainWindow, pane: ThresholdUnitPane, qtbot: QtBot) -> None:
    assert pane.frame is not None
    said = pane.in_words(pane.frame).replace("\u00a0", " ")
    assert "w0 = 0.3, w1 = 0.5, w2 = 0.5" in said
    assert "−1 < w0 ≤ −0.5" in said
    cases, numbers = pane.tables(pane.frame)
    assert cases.rows[3] == (1.0, 1.0, 1.3, 1.0, 1.0, "right")
    assert [row[1] for row in numbers.rows] == [0.3, 0.5, 0.5]
    window.docks.set_theme(DARK)
    choose(pane, window, qtbot, "XNOR")
    assert "No weights at all" in pane.in_words(pane.frame)
    assert pane.tables(pane.frame)[1].note == "no w0 is right"


class TestGeometry:
    def test_moving_changes_the_bias_only(self) -> None:
        assert moved((-0.5, 0.5, 0.25), (0.2, -0.4)) == (-0.5, 0.5, 0.25)
        assert moved((-0.5, 0.5, 0.25), (1.0, 0.0)) == (-1.0, 0.5, 0.25)

    def test_turning_keeps_the_point_and_the_length(self) -> None:
        assert turned((-0.5, 0.5, 0.5), (0.5, 0.5), np.pi) == (0.5, -0.5, -0.5)
        w0, w1, w2 = turned((-0.003, 0.004, 0.002), (0.5, 0.5), 0.7)
        assert np.hypot(w1, w2) == pytest.approx(np.hypot(0.004, 0.002), rel=1e-3)
        assert w0 + 0.5 * (w1 + w2) == pytest.approx(0.0, abs=1e-5)

    def test_nearly_level_upright_or_diagonal_lines_become_so(self) -> None:
        for weights in ((0.0, 0.5, 0.5), (0.0, 0.3, -0.1), (0.0, -0.2, 0.0)):
            for angle in np.linspace(-np.pi, np.pi, 97):
                found = snapped(weights, float(angle))
                assert abs(found - angle) <= SNAP
                direction = np.arctan2(weights[2], weights[1]) + found
                off = abs(direction / (np.pi / 4) - round(direction / (np.pi / 4))) * np.pi / 4
                assert off < 1e-9 or off > SNAP

    def test_handles_lie_on_the_line_inside(self) -> None:
        found = handles((-0.8, 0.5, 0.5), (-0.5, 1.5), (-0.5, 1.5))
        assert found is not None
        np.testing.assert_allclose(found @ [0.5, 0.5], 0.8)
        assert np.all((found > -0.5) & (found < 1.5))
        assert handles((5.0, 0.5, 0.5), (-0.5, 1.5), (-0.5, 1.5)) is None
        assert handles((5.0, 0.0, 0.5), (-0.5, 1.5), (-0.5, 1.5)) is None
        assert handles((1.0, 0.0, 0.0), (-0.5, 1.5), (-0.5, 1.5)) is None


class TestSlider:
    def test_steps_are_round_numbers(self, qtbot: QtBot) -> None:
        slider = IntervalSlider()
        qtbot.addWidget(slider)
        for limit, step in ((2.0, 0.05), (5.0, 0.1), (10.0, 0.2), (20.0, 0.5), (100.0, 2.0)):
            slider.take_range(limit)
            assert slider.step == pytest.approx(step)
            assert slider.maximum() * slider.step == pytest.approx(limit)
        slider.take_range(2.0)
        slider.show_number(-0.8)
        assert slider.number == -0.8
