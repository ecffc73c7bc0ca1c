"""Hidden codes on the screen: the table, the course of the run, and choosing an example and a unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.hidden_codes import HiddenCodesPane
from app.theme import DARK
from app.track import Track
from app.trails import Trails
from app.widgets.code_plots import ENCODING, ERRORS, WEIGHTS
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.hidden_codes import codes_of
from nlcore.history import History
from nlcore.run_tree import RunTree
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def encoder(layers: tuple[int, ...] = (8, 3, 8), **dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "identity", "n": layers[0], **dataset},
            "network": {"layers": list(layers), "activations": ["sigmoid"] * (len(layers) - 1)},
            "training": {"learning_rate": 0.3, "initializer": {"name": "uniform", "low": -0.1, "high": 0.1}},
        }
    )


class Desk:
    """A pane, a run and its way."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        self.track = Track(1, "lesson", RunTree(History(Trainer(experiment))))
        self.trails = Trails(lambda: [self.track])
        self.pane = HiddenCodesPane()
        qtbot.addWidget(self.pane)
        self.pane.use_trails(self.trails)
        self.pane.resize(500, 700)
        self.pane.show()

    def go(self, epochs: int) -> None:
        history = self.track.history
        history.record(history.trainer.advance(history.head, epochs * history.trainer.model.epoch_length))
        self.track.cursor = history.head

    def show(self, selection: Selection | None = None, *, is_running: bool = False) -> Frame:
        history = self.track.history
        track = TrackFrame("lesson", history.trainer.model, self.track.cursor, history.curves)
        frame = Frame((track,), selection or Selection(), is_running=is_running)
        self.pane.show_frame(frame)
        return frame

    @property
    def model(self) -> FeedforwardModel:
        model = self.track.history.trainer.model
        assert isinstance(model, FeedforwardModel)
        return model


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot, encoder())
    yield made
    made.trails.close()


def cells(desk: Desk, row: int) -> list[str]:
    table = desk.pane.table
    return [item.text() for k in range(table.columnCount()) if (item := table.item(row, k)) is not None]


def test_the_table_is_that_of_the_cursor(desk: Desk) -> None:
    desk.go(30)
    frame = desk.show()
    codes = codes_of(desk.model, frame.lead.state.params)
    assert desk.pane.table.rowCount() == 8
    shown = cells(desk, 2)
    assert shown[0] == "00100000"
    assert [float(text) for text in shown[1:4]] == pytest.approx(codes.values[2].tolist(), abs=0.005)
    assert shown[4] == codes.text(2)
    assert shown[5] == "no: like 10000000"
    assert shown[6] == "wrong"
    assert "0 of 8 answers" in desk.pane.in_words(frame)


def test_the_plots_follow_the_whole_run(desk: Desk) -> None:
    desk.go(20)
    desk.go(20)
    desk.show()
    desk.pane.finish()
    desk.show()
    x = desk.pane.plots.x
    assert (x[0], x[-1]) == (0.0, 40.0)
    assert len(x) > 200  # the first 200 updates, one by one
    shown = desk.pane.plots.shown
    assert shown[ERRORS].values[-1] == pytest.approx(np.full(8, 0.875), abs=0.02)
    assert shown[ENCODING].values.shape == (len(x), 3)
    assert shown[WEIGHTS].names == ("w0", *(f"x{k}" for k in range(1, 9)))
    assert np.abs(shown[WEIGHTS].values[0]).max() <= 0.1


def test_going_back_keeps_the_course_and_marks_the_moment(desk: Desk) -> None:
    desk.go(10)
    desk.go(10)
    desk.track.cursor = desk.track.history.state_at(80)
    desk.show()
    assert desk.pane.plots.x[-1] == 20.0
    assert all(plot._now_line.isVisible() for plot in desk.pane.plots.plots.values())
    assert desk.pane.in_words(desk.show()).startswith("Epoch 10. ")


def test_an_example_and_a_unit_are_chosen_in_the_table(desk: Desk, qtbot: QtBot) -> None:
    desk.go(5)
    desk.show()
    asked: list[Selection] = []
    desk.pane.selection_requested.connect(asked.append)
    desk.pane.table.cellClicked.emit(4, 0)
    assert asked[-1].example == ("training", 4)
    assert desk.pane.example.currentIndex() == 4
    assert desk.pane.plots.shown[ENCODING].title == "Hidden values for 00001000"
    assert desk.pane.plots.shown[ERRORS].thick == {4}
    assert desk.pane.plots.shown[WEIGHTS].thick == {5}
    desk.pane.table.horizontalHeader().sectionClicked.emit(2)
    assert asked[-1].unit == (1, 1)
    assert desk.pane.plots.shown[WEIGHTS].title == "Weights into hidden unit 2"
    desk.pane.table.setFocus()
    QTest.keyClick(desk.pane.table, Qt.Key.Key_Down)
    assert asked[-1].example == ("training", 5)


def test_what_is_chosen_elsewhere_is_followed(desk: Desk) -> None:
    desk.show(Selection(("training", 6), (1, 2)))
    assert desk.pane.table.currentRow() == 6
    assert desk.pane.plots.shown[WEIGHTS].title == "Weights into hidden unit 3"
    desk.show(Selection(weight=(0, 1, 3)))
    assert desk.pane.plots.shown[WEIGHTS].title == "Weights into hidden unit 2"
    desk.show(Selection(("training", 99), (1, 99)))
    assert desk.pane.unit.currentIndex() == 2


def test_pointing_reads_the_values(desk: Desk) -> None:
    desk.go(20)
    desk.show()
    desk.pane.plots.plots[ERRORS].hovered.emit(19.7)
    assert desk.pane.readout.full_text.startswith("Epoch 20. Sum of squares of each output: o1 0.8")
    desk.pane.plots.plots[ERRORS].unhovered.emit()
    assert desk.pane.readout.full_text.startswith("Epoch 20. 10000000 → ")
    desk.pane.plots.plots[WEIGHTS].stepped.emit(-1, 0)
    assert "Weights into hidden unit 1: w0 " in desk.pane.readout.full_text


def test_one_part_alone(desk: Desk) -> None:
    desk.show()
    page = desk.pane.page
    for index, part in enumerate((desk.pane.table, *desk.pane.plots.parts.values()), start=1):
        page.setCurrentIndex(index)
        page.activated.emit(index)
        assert part.isVisible()
        assert sum(p.isVisible() for p in (desk.pane.table, *desk.pane.plots.parts.values())) == 1
    desk.pane.set_theme(DARK)


def test_while_training_runs_long_courses_are_thinned(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.panes.hidden_codes.AT_ONCE", 10_000)
    for _ in range(60):
        desk.go(1)
    desk.show(is_running=True)
    assert 10 <= len(desk.pane.plots.x) <= 25
    assert desk.pane.plots.x[-1] == 60.0


def test_a_long_course_is_followed_beside_the_window(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.panes.hidden_codes.AT_ONCE", 10_000)
    for _ in range(60):
        desk.go(1)
    desk.show()
    qtbot.waitUntil(lambda: len(desk.pane.plots.x) >= 61, timeout=10_000)


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        (gate("and"), "no hidden units"),
        (xor(network={"layers": [2, 2, 2, 1], "activations": ["sigmoid"] * 3}), "2 hidden layers"),
        (encoder((20, 3, 20)), "layers of 20, 3 and 20 units"),
    ],
)
def test_networks_without_codes(qtbot: QtBot, experiment: Experiment, said: str) -> None:
    desk = Desk(qtbot, experiment)
    reason = desk.pane.why_empty(desk.show())
    assert reason is not None
    assert said in reason


def test_the_numbers_as_tables(desk: Desk) -> None:
    desk.go(3)
    frame = desk.show()
    codes, course = desk.pane.tables(frame)
    assert codes.headings == (
        "example", "hidden unit 1", "hidden unit 2", "hidden unit 3", "code", "own code", "answer"
    )  # fmt: skip
    assert len(codes.rows) == 8
    assert len(course.headings) == 1 + 8 + 3 + 9
    assert course.rows[-1][0] == 3.0
