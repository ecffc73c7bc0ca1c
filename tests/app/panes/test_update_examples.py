"""The lecture's figure: rings around the examples that changed the weights, and the line on its way."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Selection
from app.panes.update_examples import PANE, UpdateExamplesPane
from app.theme import DARK
from app.widgets.line_plot import arrow_of, ends_of
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.history import History
from tests.app.panes.perceptrons import frame_at, history_of, lesson_experiment
from tests.nlcore.examples import gate


@pytest.fixture
def pane(qtbot: QtBot) -> UpdateExamplesPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    return made


@pytest.mark.parametrize(
    ("track", "presentations", "ringed", "updates"),
    [
        (0, 120, [3, 14, 19], 10),
        (1, 40, [3, 12], 2),
        (2, 140, [1, 3, 12, 19], 14),
        (3, 100, [1, 3, 11, 12, 14], 12),
        (4, 100, [1, 3, 11, 12, 14], 12),
        (5, 100, [1, 3, 11, 12, 14], 12),
    ],
)
def test_the_figure(pane: UpdateExamplesPane, track: int, presentations: int, ringed: list[int], updates: int) -> None:
    """10, 2 and 14 updates from the basic linear classifier, 12 from zero; ringed examples are counted from 1."""
    history = history_of(lesson_experiment("perceptron-learning-rate", track), presentations)
    pane.show_frame(frame_at(history))
    assert (np.flatnonzero(pane.plot.wrong) + 1).tolist() == ringed
    assert pane.heading.text() == f"{updates} updates by {len(ringed)} of 20 examples."
    assert len(pane.plot.lines) == updates - 1 + 2  # on the way, at the start, now


def test_going_back_takes_rings_away(pane: UpdateExamplesPane) -> None:
    history = history_of(lesson_experiment("perceptron-learning-rate"), 120)
    pane.show_frame(frame_at(history))
    pane.show_frame(frame_at(history, 3))
    assert np.flatnonzero(pane.plot.wrong).tolist() == [2]
    pane.show_frame(frame_at(history, 0))
    assert not pane.plot.wrong.any()
    assert pane.heading.text() == "0 updates."


def test_lines_and_arrow(pane: UpdateExamplesPane) -> None:
    history = history_of(lesson_experiment("perceptron-training"), 24)
    pane.show_frame(frame_at(history))
    assert pane.plot.lines[-1].weights == (-2.0, -6.0, 6.0)
    assert pane.plot.arrow is not None
    foot, tip = np.array(pane.plot.arrow)
    assert -2.0 - 6.0 * foot[0] + 6.0 * foot[1] == pytest.approx(0.0, abs=1e-9)
    assert -2.0 - 6.0 * tip[0] + 6.0 * tip[1] > 0.0
    pane.all_lines.setChecked(False)
    assert len(pane.plot.lines) == 2
    pane.show_frame(frame_at(history, 0))
    assert pane.plot.arrow is None  # zero weights draw no line


def test_a_selected_example_says_when(pane: UpdateExamplesPane, qtbot: QtBot) -> None:
    history = history_of(lesson_experiment("perceptron-training"), 24)
    pane.show_frame(frame_at(history, selection=Selection(("training", 0))))
    assert pane.readout.full_text == "1: made 3 updates, in epoch 1, 2, 3; now y w·x = 4."
    pane.show_frame(frame_at(history, selection=Selection(("training", 2))))
    assert pane.readout.full_text == "3: has not changed the weights; now y w·x = 4."
    with qtbot.waitSignal(pane.selection_requested) as told:
        pane.plot.point_clicked.emit(4)
    assert told.args == [Selection(("training", 4))]


def test_counts_and_the_next_example(pane: UpdateExamplesPane) -> None:
    history: History = history_of(lesson_experiment("perceptron-training"), 24)
    pane.numbers.setChecked(True)
    pane.show_frame(frame_at(history, 8))
    texts = sorted(tag.toPlainText() for tag in pane.plot._numbers)
    assert texts == ["next", "×1", "×1", "×1", "×2"]


def test_after_a_change_the_count_begins_anew(pane: UpdateExamplesPane) -> None:
    history = history_of(lesson_experiment("perceptron-training"), 24)
    child = history.fork(24, DataEdit.of(MoveExample(index=2, inputs=(2.0, 1.0))))
    child.record(child.advance_from(child.head, 6))
    pane.show_frame(frame_at(child))
    made = child.head.counters.updates - 8
    assert made > 0
    assert pane.heading.text().startswith(f"{made} update")
    assert "since the last change" in pane.heading.text()


def test_tables_and_words(pane: UpdateExamplesPane) -> None:
    frame = frame_at(history_of(lesson_experiment("perceptron-training"), 24))
    examples, way = pane.tables(frame)
    assert [(row[0], row[-1]) for row in examples.rows] == [("1", 3), ("2", 1), ("4", 1), ("6", 3)]
    assert [row[3:] for row in way.rows][-1] == (-2.0, -6.0, 6.0)
    assert "Updates by example: 1 3, 2 1, 4 1, 6 3." in pane.in_words(frame)


def test_themes_and_long_runs(pane: UpdateExamplesPane) -> None:
    pane.show_frame(frame_at(history_of(gate("xor"), 24_000)))
    assert "too long ago" in pane.heading.text()
    pane.set_theme(DARK)
    assert pane.plot.lines[-1].colour == DARK.text


def test_ends_of_a_line() -> None:
    ends = ends_of((-1.0, 1.0, 1.0), (0.0, 2.0), (0.0, 2.0))
    assert ends is not None
    assert sorted(map(tuple, ends.tolist())) == [(0.0, 1.0), (1.0, 0.0)]
    assert ends_of((5.0, 1.0, 1.0), (0.0, 2.0), (0.0, 2.0)) is None
    assert ends_of((1.0, 0.0, 0.0), (0.0, 2.0), (0.0, 2.0)) is None
    assert arrow_of((-1.0, 1.0, 0.0), (0.0, 1.2), (0.0, 2.0)) == ((1.0, 1.0), (pytest.approx(1.2), 1.0))
