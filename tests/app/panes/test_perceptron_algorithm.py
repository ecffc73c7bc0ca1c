"""The algorithm line by line: which line is lit, what its variables hold, and the examples of the epoch."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection
from app.panes.perceptron_algorithm import PANE, PerceptronAlgorithmPane
from app.widgets.algorithm_view import LINES
from app.widgets.perceptron_texts import larger, threshold_form, vector
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.history import History
from tests.app.panes.perceptrons import frame_at, history_of, lesson_experiment
from tests.nlcore.examples import gate, xor

PHASES = ("inputs", "forward", "decision", "weight changes", "new weights")


@pytest.fixture
def history() -> History:
    return history_of(lesson_experiment("perceptron-training"), 24)


@pytest.fixture
def pane(qtbot: QtBot) -> PerceptronAlgorithmPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 700)
    made.show()
    return made


def phase(name: str) -> int:
    return PHASES.index(name) + 1


def test_the_lines_are_those_of_the_lecture() -> None:
    assert [text for _, text in LINES] == [
        "w ← start weights",
        "converged ← false",
        "while converged = false do",
        "converged ← true",
        "for i = 1 to |D| do",
        "if yᵢ w·xᵢ ≤ 0 then",
        "w ← w + η yᵢ xᵢ",
        "converged ← false",
    ]


@pytest.mark.parametrize(
    ("presentations", "phase_name", "lit", "line", "text"),
    [
        (0, "", {1, 2}, 1, "w = (0, 0, 0)"),
        (0, "inputs", {4, 5}, 5, "i = 1: 1, x = (1, 3, 4), y = +1"),
        (0, "decision", {6}, 6, "y w·x = 1 × 0 = 0 ≤ 0: yes"),
        (0, "weight changes", {7}, 7, "w = (0, 0, 0) + 1 × 1 × (1, 3, 4)"),
        (0, "new weights", {7, 8}, 7, "w = (0, 0, 0) + 1 × 1 × (1, 3, 4) = (1, 3, 4)"),
        (0, "new weights", {7, 8}, 8, "converged = false"),
        (1, "", {5}, 5, "the next example"),
        (1, "forward", {6}, 6, "w·x = 10"),
        (1, "new weights", {7, 8}, 7, "w = (1, 3, 4) + 1 × (−1) × (1, 3, 0) = (0, 0, 4)"),
        (2, "new weights", {6}, 6, "y w·x = 1 × 8 = 8 > 0: no, w stays"),
        (6, "", {3}, 3, "converged is false: epoch 2 begins"),
        (24, "", {3}, 3, "converged is true: the algorithm has ended"),
    ],
)
def test_which_line_is_lit(
    pane: PerceptronAlgorithmPane,
    history: History,
    presentations: int,
    phase_name: str,
    lit: set[int],
    line: int,
    text: str,
) -> None:
    pane.show_frame(frame_at(history, presentations, phase=phase(phase_name) if phase_name else 0))
    assert pane.algorithm.lit == lit
    assert pane.algorithm.values[line] == text


def test_buttons_ask_for_the_phase_before_and_after(
    pane: PerceptronAlgorithmPane, history: History, qtbot: QtBot
) -> None:
    pane.show_frame(frame_at(history, 1, phase=2))
    asked: list[int] = []
    pane.phase_requested.connect(asked.append)
    for button in (pane.next, pane.back):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [3, 1]


def test_why_an_update_helps(pane: PerceptronAlgorithmPane, history: History) -> None:
    pane.show_frame(frame_at(history, 1, phase=phase("new weights")))
    assert "w′·x = w·x + η y |x|² = 10 + 1 × (−1) × 10 = 0 < 10 = w·x" in pane.inequality.text()
    pane.show_frame(frame_at(history, 2, phase=phase("new weights")))
    assert "right with something to spare" in pane.inequality.text()
    pane.show_frame(frame_at(history, 2))
    assert "F7" in pane.inequality.text()
    pane.show_frame(frame_at(history, 24))
    assert "y w·x > 0 for all examples" in pane.inequality.text()


def test_variables_and_threshold(pane: PerceptronAlgorithmPane, history: History) -> None:
    pane.show_frame(frame_at(history, 24))
    assert pane.now.text() == "Now w = (−2, −6, 6), η = 1, converged = true; 0 updates in the last epoch, 8 in all."
    assert pane.threshold.text() == "With a threshold: +1 where −6 x₁ + 6 x₂ > t, with t = −w₀ = 2."
    pane.show_frame(frame_at(history, 6))
    assert "converged = false; 4 updates in the last epoch, 4 in all" in pane.now.text()


def test_the_examples_of_the_epoch(pane: PerceptronAlgorithmPane, history: History) -> None:
    pane.show_frame(frame_at(history, 8))
    rows = [row.cells for row in pane.table.rows.rows]
    assert [row[2] for row in rows] == ["(1, 3, 4)", "(1, 3, 0)", "(1, 1, 2)", "(1, 0, 0)", "(1, 0, 4)", "(1, 4, 2)"]
    assert [row[6] for row in rows] == ["● update", "right", "▶ next", "", "", ""]
    assert [row[5] for row in rows] == ["2", "1", "0", "1", "0", "1"]
    assert [row.is_wrong for row in pane.table.rows.rows] == [False, False, False, False, False, True]
    pane.show_frame(frame_at(history, 6))  # the epoch that has just ended
    assert [row.updated for row in pane.table.rows.rows] == [True, True, False, True, False, True]
    for presentations, phase in ((6, 1), (0, 0)):  # a new one begins
        pane.show_frame(frame_at(history, presentations, phase=phase))
        assert [row.cells[6] for row in pane.table.rows.rows] == ["▶ next", "", "", "", "", ""]


def test_a_row_can_be_chosen(pane: PerceptronAlgorithmPane, history: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(history, 8))
    with qtbot.waitSignal(pane.selection_requested) as told:
        place = pane.table.visualRect(pane.table.rows.index(3, 1)).center()
        QTest.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [Selection(("training", 3))]
    pane.show_frame(frame_at(history, 8, selection=Selection(("training", 5))))
    assert {index.row() for index in pane.table.selectedIndexes()} == {5}


def test_after_a_moved_point_updates_are_counted_from_there(pane: PerceptronAlgorithmPane, history: History) -> None:
    child = history.fork(8, DataEdit.of(MoveExample(index=2, inputs=(4.0, 1.0))))
    child.record(child.advance_from(child.head, 4))
    pane.show_frame(frame_at(child))
    rows = [row.cells for row in pane.table.rows.rows]
    made = child.head.counters.updates - child.state_at(8).counters.updates
    assert sum(int(row[5]) for row in rows) == made > 0


def test_in_words_and_tables(pane: PerceptronAlgorithmPane, history: History) -> None:
    frame = frame_at(history, 1, phase=phase("decision"))
    assert "Line 6, if yᵢ w·xᵢ ≤ 0 then: y w·x = (−1) × 10 = −10 ≤ 0: yes." in pane.in_words(frame)
    epoch, lines = pane.tables(frame)
    assert len(epoch.rows) == 6
    assert [row[0] for row in lines.rows if row[2] == "lit"] == [6]


def test_why_it_is_empty(pane: PerceptronAlgorithmPane) -> None:
    assert "trained with another one" in (pane.why_empty(frame_at(history_of(xor(), 4))) or "")
    assert pane.why_empty(frame_at(history_of(gate("and"), 4))) is None


def test_long_runs_are_not_gone_through_again(pane: PerceptronAlgorithmPane) -> None:
    pane.show_frame(frame_at(history_of(gate("xor"), 24_000)))
    assert {row.cells[5] for row in pane.table.rows.rows} == {""}
    assert "24" in pane.now.text()


def test_a_long_replay_is_made_beside_the_window(pane: PerceptronAlgorithmPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(history_of(gate("xor"), 12_000)))
    qtbot.waitUntil(lambda: pane.table.rows.rows[0].cells[5] != "", timeout=10_000)
    assert [row.cells[5].replace("\u00a0", "") for row in pane.table.rows.rows] == ["3000"] * 4


def test_no_line_is_lit_while_it_runs(pane: PerceptronAlgorithmPane, history: History) -> None:
    frame: Frame = frame_at(history, 8, is_running=True)
    pane.show_frame(frame)
    assert pane.algorithm.lit == set()


def test_narrow_and_wide(pane: PerceptronAlgorithmPane, history: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_at(history, 0, phase=5))
    pane.resize(300, 600)
    qtbot.waitUntil(lambda: pane.table.y() > pane.area.y())
    pane.resize(1000, 500)
    qtbot.waitUntil(lambda: pane.table.x() > pane.area.x())


def test_texts() -> None:
    assert vector([1.0, -0.0, 2.5]) == "(1, 0, 2.5)"
    assert vector(range(9)) == "(0, 1, 2, 3, …, 8)"
    assert larger(-1.0, 0.5, 1.0, 4.0) == (
        "w′·x = w·x + η y |x|² = −1 + 0.5 × 1 × 4",
        "= 1 > −1 = w·x",
    )
    assert threshold_form(np.array([-4.0, 3.0, -2.0])) == "3 x₁ − 2 x₂ > t, with t = −w₀ = 4"
