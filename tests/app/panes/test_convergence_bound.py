"""Novikoff's bound on the screen: its numbers, what a dragged point does to them, and the closing gap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.frame import Selection
from app.panes.convergence_bound import PANE, ConvergenceBoundPane
from app.theme import DARK
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.mistake_bounds import SHARES
from tests.app.panes.perceptrons import frame_at, history_of, lesson_experiment
from tests.nlcore.examples import gate, xor


@pytest.fixture
def pane(qtbot: QtBot) -> ConvergenceBoundPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(760, 520)
    made.show()
    return made


@pytest.fixture
def of_and() -> History:
    return history_of(gate("and"), 36)


def bar_texts(pane: ConvergenceBoundPane) -> list[str]:
    return [bar.text for bar in pane.bars.bars]


def test_the_numbers_of_and(pane: ConvergenceBoundPane, of_and: History) -> None:
    pane.show_frame(frame_at(of_and, 4))
    assert pane.facts.text().split("\n") == [
        "R = 1.732, length of the longest (1, x): 1 AND 1",
        "γ = 0.2425, largest margin, decided by 0 AND 1, 1 AND 0, 1 AND 1",
        "w* = (−0.7276, 0.4851, 0.4851), the separator with it, |w*| = 1",
        "(R/γ)² = 51: at most so many updates from zero weights",
    ]
    assert bar_texts(pane) == ["bound: 51", "a whole run: 18", "updates so far: 2"]
    assert np.flatnonzero(pane.plot.wrong).tolist() == [1, 2, 3]
    pane.show_frame(frame_at(of_and, 36))
    assert bar_texts(pane)[-1] == "updates so far: 18"


def test_lines_of_the_margin_go_through_the_examples_that_decide_it(
    pane: ConvergenceBoundPane, of_and: History
) -> None:
    pane.show_frame(frame_at(of_and))
    lower, upper, middle, now = (np.array(line.weights) for line in pane.plot.lines)
    assert lower @ (1, 1, 1) == pytest.approx(0.0, abs=1e-12)
    assert upper @ (1, 0, 1) == pytest.approx(0.0, abs=1e-12)
    assert middle * np.sqrt(17) == pytest.approx([-3, 2, 2])
    assert now.tolist() == [-4, 3, 2]


@pytest.mark.parametrize(("rate", "said"), [(1.0, "40.34"), (0.5, "29.68"), (0.2, "0.7904")])
def test_the_bound_of_a_start_that_is_not_zero(pane: ConvergenceBoundPane, rate: float, said: str) -> None:
    experiment = gate("and", training__initializer="basic_linear_classifier", training__learning_rate=rate)
    pane.show_frame(frame_at(history_of(experiment, 0)))
    assert pane.facts.text().split("\n")[-1].startswith(f"{said}: at most so many from these start weights")
    assert bar_texts(pane) == [f"bound: {said}", "a whole run: 0", "updates so far: 0"]


def mouse(pane: ConvergenceBoundPane, kind: QEvent.Type, at: tuple[float, float]) -> None:
    """Send a mouse event at a place of the plane."""
    viewport = pane.plot.canvas.viewport()
    scene = pane.plot.box.mapViewToScene(QPointF(*at))
    place = QPointF(pane.plot.canvas.mapFromScene(scene))
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def test_all_numbers_follow_a_point_that_is_dragged(pane: ConvergenceBoundPane, of_and: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(of_and, 0))
    qtbot.waitUntil(lambda: pane.plot.box.width() > 50)
    pane.edit.click()
    wanted: list[DataEdit] = []
    pane.intervention_requested.connect(wanted.append)
    mouse(pane, QEvent.Type.MouseButtonPress, (1.0, 1.0))
    mouse(pane, QEvent.Type.MouseMove, (0.9, 0.9))
    mouse(pane, QEvent.Type.MouseMove, (0.7, 0.7))
    assert wanted == []
    x, y = pane.plot.shown_at()[3]
    assert (x, y) == pytest.approx((0.7, 0.7), abs=0.01)
    while_held = bar_texts(pane)
    assert 160 < float(while_held[0].removeprefix("bound: ").replace("\u00a0", "")) < 185
    mouse(pane, QEvent.Type.MouseButtonRelease, (0.7, 0.7))
    assert wanted == [DataEdit.of(MoveExample(index=3, inputs=(float(x), float(y))))]
    child = of_and.fork(0, wanted[0])
    pane.show_frame(frame_at(child))
    assert bar_texts(pane)[:2] == while_held[:2]


def test_a_move_that_was_refused_leaves_the_numbers_as_they_were(pane: ConvergenceBoundPane, of_and: History) -> None:
    pane.show_frame(frame_at(of_and, 0))
    pane.plot.hold(3, (0.7, 0.7))
    assert bar_texts(pane)[0] == "bound: 172"
    pane.plot.hold(-1, (0.0, 0.0))
    assert bar_texts(pane)[0] == "bound: 51"
    pane.refuse("", "That cannot be")
    assert pane.edit_bar.message.text() == "That cannot be."


def test_no_line_separates(pane: ConvergenceBoundPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(history_of(gate("xor"), 40)))
    text = pane.facts.text()
    assert "No line separates the classes" in text
    assert "w0 + w1 > 0" in text
    assert "−" not in text.split("The proof: ")[1]
    assert bar_texts(pane) == ["a whole run: more than 6\u00a0000", "updates so far: 40"]
    assert not pane.slider.isEnabled()
    qtbot.waitUntil(lambda: "no gap" in pane.sweep_plot.message, timeout=20_000)


def test_a_point_between_two_others_is_proved_impossible(pane: ConvergenceBoundPane, of_and: History) -> None:
    pane.show_frame(frame_at(of_and, 0))
    pane.plot.hold(3, (0.5, 0.5))
    assert "w0 + w2 ≤ 0; w0 + w1 ≤ 0; 2 × (w0 + 0.5 w1 + 0.5 w2) > 0" in pane.facts.text()
    pane.plot.hold(-1, (0.0, 0.0))


def test_keys_move_the_slider_where_its_handle_goes(pane: ConvergenceBoundPane, of_and: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(of_and, 0))
    qtbot.keyClick(pane.slider, Qt.Key.Key_Left)
    assert pane.slider.value() == 1
    qtbot.keyClick(pane.slider, Qt.Key.Key_Right)
    assert pane.slider.value() == 0


def test_the_slider_moves_the_classes_together_for_show(
    pane: ConvergenceBoundPane, of_and: History, qtbot: QtBot
) -> None:
    pane.show_frame(frame_at(of_and, 0))
    asked: list[object] = []
    pane.intervention_requested.connect(asked.append)
    pane.slider.setValue(SHARES.index(0.9))
    assert pane.slider_text.text() == "Gap closed by 90 % (shown only)"
    assert bar_texts(pane)[:2] == ["bound: 2\u00a0482", "a whole run: 56"]
    np.testing.assert_allclose(pane.plot.points[3], (0.55, 0.55))
    pane.edit.click()
    assert "Put the slider back" in pane.editor.hint
    pane.slider.setValue(0)
    assert bar_texts(pane)[0] == "bound: 51"
    assert asked == []
    qtbot.waitUntil(lambda: len(pane.sweep_plot.points) == len(SHARES), timeout=20_000)


def test_the_closing_gap_is_a_table_too(pane: ConvergenceBoundPane, of_and: History, qtbot: QtBot) -> None:
    frame = frame_at(of_and)
    pane.show_frame(frame)
    qtbot.waitUntil(lambda: bool(pane.sweep_plot.points), timeout=20_000)
    examples, closing = pane.tables(frame)
    assert [row[-1] for row in examples.rows] == pytest.approx([3 / 17**0.5, 17**-0.5, 17**-0.5, 17**-0.5])
    assert closing.rows[0][:4] == (0.0, pytest.approx(17**-0.5), pytest.approx(51.0), 18)


def test_after_a_change_the_run_is_counted_from_there(pane: ConvergenceBoundPane, of_and: History) -> None:
    child = of_and.fork(8, DataEdit.of(MoveExample(index=3, inputs=(0.8, 0.8))))
    child.record(child.advance_from(child.head, 8))
    pane.show_frame(frame_at(child))
    made = child.head.counters.updates - child.since(16).counters.updates
    assert bar_texts(pane)[-1] == f"updates since the change: {made}"
    assert "from these start weights" in pane.facts.text()


def many(n: int) -> Data:
    rng = np.random.default_rng(3)
    labels = np.repeat([1.0, -1.0], n // 2)
    points = rng.normal(size=(n, 2)) * 0.3 + 2.0 * labels[:, None]
    return Data(
        name="many",
        source="by chance",
        training=ExampleSet.of(points, labels[:, None]),
        validation=no_examples(2, 1),
        test=no_examples(2, 1),
        input_names=("x1", "x2"),
        output_names=("o",),
        class_names=("low", "high"),
        midpoint=0.0,
    )


def test_many_examples_are_worked_out_beside_the_window(
    pane: ConvergenceBoundPane, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("app.panes.convergence_bound.AT_ONCE", 100)
    experiment: Experiment = gate("and")
    frame = frame_at(history_of(experiment, 0, many(150)))
    pane.show_frame(frame)
    assert "being worked out" in pane.facts.text()
    assert "being worked out" in pane.in_words(frame)
    qtbot.waitUntil(lambda: "γ = " in pane.facts.text(), timeout=20_000)
    assert bar_texts(pane)[0].startswith("bound: ")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: xor(), "another one"),
        (lambda: gate("and").replace({"training.frozen": ["biases[0]"]}), "frozen"),
        (lambda: gate("and", training__learning_rate=0.0), "above 0"),
    ],
)
def test_why_it_is_empty(pane: ConvergenceBoundPane, make: Callable[[], Experiment], word: str) -> None:
    assert word in (pane.why_empty(frame_at(history_of(make(), 4))) or "")


def test_selection_words_and_theme(pane: ConvergenceBoundPane, of_and: History, qtbot: QtBot) -> None:
    frame = frame_at(of_and, 4, selection=Selection(("training", 2)))
    pane.show_frame(frame)
    assert pane.plot.selected == 2
    assert "2 updates so far; a whole run makes 18 updates." in pane.in_words(frame)
    pane.set_theme(DARK)
    assert pane.plot.lines[-1].colour == DARK.text
    with qtbot.waitSignal(pane.selection_requested) as told:
        pane.plot.point_clicked.emit(1)
    assert told.args == [Selection(("training", 1))]
    for size in ((200, 160), (400, 700), (1200, 900)):
        pane.resize(*size)
        assert not pane.grab().isNull()


def test_the_twenty_points(pane: ConvergenceBoundPane) -> None:
    experiment = lesson_experiment("perceptron-learning-rate", 3)
    pane.show_frame(frame_at(history_of(experiment, 100)))
    assert "R = 4.858" in pane.facts.text()
    assert bar_texts(pane) == ["bound: 11\u00a0455", "a whole run: 12", "updates so far: 12"]
