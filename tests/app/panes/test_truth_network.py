"""Truth tables in the window: what a person does to a table by mouse and keys, and what the buttons make of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.lesson import find_lesson
from app.main_window import MainWindow
from app.panes.truth_network import BUILT, HINT, LEARNS, TruthNetworkPane
from app.widgets.boolean_answers import Needed
from nlcore.data_edits import DataEdit, RelabelExample
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import TrainState
from nlcore.theory.boolean_functions import Truth, named, truth_of, written
from nlcore.trainer import Trainer
from tests.app.desk import window as desk_window
from tests.nlcore.examples import gate

window = desk_window


class Bench:
    """A pane alone, with a run that becomes what the pane asks for."""

    def __init__(self, pane: TruthNetworkPane, experiment: Experiment) -> None:
        self.pane = pane
        self.begin(experiment)
        pane.settings_requested.connect(lambda settings: self.begin(self.experiment.replace(settings)))

    def begin(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.trainer = Trainer(experiment)
        self.show(self.trainer.initial_state())

    def show(self, state: TrainState) -> None:
        self.state = state
        history = History(self.trainer)
        self.pane.show_frame(Frame((TrackFrame("lesson", self.trainer.model, state, history.curves),)))

    @property
    def layers(self) -> list[int]:
        assert self.experiment.network is not None
        return list(self.experiment.network.layers)

    @property
    def truth(self) -> Truth:
        options = self.experiment.dataset.options_dict()
        return truth_of(str(options["truth"]), int(str(options["n"])))

    @property
    def bars(self) -> dict[str, float]:
        return {bar.name: bar.value for bar in self.pane.bars.bars}

    @property
    def answers(self) -> str:
        view = self.pane.view
        cells = [view.item(row, view.columnCount() - 1) for row in range(view.rowCount())]
        return "".join(cell.text()[0] for cell in cells if cell is not None)

    def turn(self, row: int) -> None:
        """Click the target of a row."""
        click(self.pane, row, self.pane.view.target_column)

    def build(self, method: str = "") -> None:
        if method:
            combo = self.pane.build.method
            combo.setCurrentIndex(combo.findData(method))
        QTest.mouseClick(self.pane.build.build, Qt.MouseButton.LeftButton)

    def learn(self, hidden: int) -> None:
        self.pane.build.hidden.setValue(hidden)
        QTest.mouseClick(self.pane.build.learn, Qt.MouseButton.LeftButton)


def click(pane: TruthNetworkPane, row: int, column: int) -> None:
    cell = pane.view.item(row, column)
    assert cell is not None
    place = pane.view.visualItemRect(cell).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def choose(combo: QComboBox, value: object) -> None:
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    pane = TruthNetworkPane()
    qtbot.addWidget(pane)
    pane.resize(480, 800)
    pane.show()
    return Bench(pane, find_lesson("boolean-functions").experiment)


def test_it_opens_with_a_built_network(bench: Bench) -> None:
    assert bench.pane.verdict.text() == "✓ All 16 answers are right."
    assert bench.bars == {"true cases": 8, "fewest terms": 8, "counting": 4, "this network": 8}
    assert bench.answers == "✓" * 16
    assert bench.pane.build.hidden.value() == 8


def test_a_click_on_a_target_leaves_the_network_and_building_puts_it_right(bench: Bench) -> None:
    before = bench.state.params.tolist()
    bench.turn(0)
    bench.turn(5)
    assert bench.truth == truth_of("1110110110010110", 4)
    assert bench.state.params.tolist() == before
    assert bench.pane.verdict.text() == "✗ 14 of 16 answers are right. Wrong: 0000, 0101."
    assert bench.answers.count("✗") == 2
    assert bench.bars == {"true cases": 10, "fewest terms": 7, "this network": 8}
    assert bench.pane.build.method.findData("counting") < 0  # it depends on which inputs are true now
    bench.build()
    assert bench.layers == [4, 10, 1]
    assert bench.answers == "✓" * 16
    bench.build("fewest")
    assert bench.layers == [4, 7, 1]
    assert bench.answers == "✓" * 16
    bench.build()
    assert bench.pane.hint.text() == BUILT


def test_a_table_is_typed(bench: Bench) -> None:
    choose(bench.pane.choice.inputs, 2)
    view = bench.pane.view
    chosen: list[Selection] = []
    bench.pane.selection_requested.connect(chosen.append)
    view.setFocus()
    view.setCurrentCell(0, 0)
    for key in (Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_1):
        row = view.currentRow()
        QTest.keyClick(view, key)
        view.show_selected(min(row + 1, 3))  # as the window does when the selection comes back
    assert bench.truth == (1, 0, 1, 1)
    assert chosen[-1].example == ("training", 3)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert bench.truth == (1, 0, 1, 0)
    assert bench.pane.choice.function.currentText() == "your own table"
    click(bench.pane, 1, 0)  # an input only chooses the row
    assert bench.truth == (1, 0, 1, 0)
    assert chosen[-1].example == ("training", 1)


def test_other_numbers_of_inputs_build_again(bench: Bench) -> None:
    for n in (2, 3, 5):
        choose(bench.pane.choice.inputs, n)
        assert bench.truth == named("parity", n)
        assert bench.layers == [n, 2 ** (n - 1), 1]
        assert bench.answers == "✓" * 2**n
    bench.build("counting")
    assert bench.layers == [5, 5, 1]
    choose(bench.pane.choice.function, "majority")
    assert bench.bars == {"true cases": 16, "fewest terms": 10, "counting": 1, "this network": 5}
    choose(bench.pane.choice.function, "never")
    bench.build()
    assert bench.layers == [5, 1, 1]
    assert bench.answers == "✓" * 32


def test_an_own_table_keeps_what_fits(bench: Bench) -> None:
    choose(bench.pane.choice.inputs, 2)
    bench.turn(3)
    bench.turn(2)
    assert bench.truth == (0, 1, 0, 1)
    assert bench.pane.choice.function.currentText() == "your own table"
    choose(bench.pane.choice.inputs, 3)
    assert bench.truth == (0, 1, 0, 1, 0, 1, 0, 1)
    choose(bench.pane.choice.function, "")
    assert bench.pane.hint.text() == HINT
    choose(bench.pane.choice.inputs, 1)
    assert bench.truth == (0, 1)


def test_learning_begins_with_random_weights(bench: Bench) -> None:
    choose(bench.pane.choice.function, "and")
    bench.learn(2)
    assert bench.layers == [4, 2, 1]
    training = bench.experiment.training
    assert (training.rule, training.initializer.name) == ("backpropagation", "uniform")
    assert bench.experiment.dataset.options_dict()["target_coding"] == "zero_one"
    assert bench.pane.verdict.text().endswith("Not trained yet: press Run (F5).")
    bench.learn(2)
    assert bench.pane.hint.text() == LEARNS
    bench.show(bench.trainer.advance(bench.state, 200 * 16))
    assert bench.pane.verdict.text() == "✓ All 16 answers are right."
    bench.turn(0)  # what learns begins anew
    assert bench.experiment.training.rule == "backpropagation"
    assert bench.state.counters.presentations == 0
    choose(bench.pane.choice.inputs, 3)
    assert bench.layers == [3, 2, 1]
    bench.build()
    assert bench.experiment.training.rule == "none"
    assert bench.answers == "✓" * 8


@pytest.mark.parametrize("coding", ["zero_one", "minus_plus"])
def test_gates_become_a_table(qtbot: QtBot, coding: str) -> None:
    """With another data set the pane works as well, in the coding that is there."""
    pane = TruthNetworkPane()
    qtbot.addWidget(pane)
    pane.show()
    bench = Bench(pane, gate("and", dataset__coding=coding))
    bench.build()
    assert bench.experiment.dataset.to_builtins() == {
        "name": "truth_table", "n": 2, "truth": "and", "coding": coding, "target_coding": "minus_plus",
    }  # fmt: skip
    assert bench.layers == [2, 1, 1]
    assert bench.answers == "✓" * 4


def test_it_shows_what_is_asked_for_until_it_is_there_or_refused(bench: Bench) -> None:
    bench.pane.settings_requested.disconnect()
    asked: list[dict[str, object]] = []
    bench.pane.settings_requested.connect(asked.append)
    bench.turn(0)
    bench.turn(1)  # before the first is there
    assert asked[-1]["dataset.truth"] == "1" + "0" + written(named("parity", 4))[2:]
    assert bench.pane.view.truth == truth_of(str(asked[-1]["dataset.truth"]), 4)
    bench.pane.refuse("", "network: no")
    assert bench.pane.problem.text() == "Network: no."
    assert bench.pane.view.truth == named("parity", 4)


def test_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    def settle() -> None:
        qtbot.wait(20)
        qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
        qtbot.wait(20)

    def layers() -> tuple[int, ...]:
        assert window.session.lead is not None
        network = window.session.lead.trainer.experiment.network
        assert network is not None
        return network.layers

    window.open_lesson("boolean-functions")
    settle()
    pane = window.docks.panes["truth_network"]
    assert isinstance(pane, TruthNetworkPane)
    assert pane.verdict.text() == "my network leads. ✓ All 16 answers are right."
    assert pane.others.text().startswith("Other tracks: 4 units, built: all right; 8 units, learning: ")
    pane.settings_requested.emit({"network.layers": [4, 3, 1], "training.momentum": 0.5})
    settle()
    assert "needs 8 hidden units for this table" in pane.problem.text()
    pane.settings_requested.emit({"network.layers": [4, 9, 1]})  # nothing of what was refused waits
    settle()
    assert layers() == (4, 9, 1)
    pane.view.setFocus()
    pane.view.setCurrentCell(0, 0)
    for key in (Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_0, Qt.Key.Key_1):  # faster than the data are loaded
        QTest.keyClick(pane.view, key)
    settle()
    assert pane.view.truth == truth_of("1001100110010110", 4)
    assert window.session.selection.example == ("training", 4)
    window.session.changes.intervene(DataEdit((RelabelExample(0, (-1.0,)),)))  # in the pane of examples, say
    assert pane.view.truth == truth_of("0001100110010110", 4)
    QTest.mouseClick(pane.build.build, Qt.MouseButton.LeftButton)
    settle()
    assert layers() == (4, 7, 1)
    assert pane.verdict.text() == "my network leads. ✓ All 16 answers are right."
    window.actions_by_id["undo"].trigger()
    settle()
    assert layers() == (4, 9, 1)


def frame_of(made: Experiment) -> Frame:
    history = History(Trainer(made))
    return Frame((TrackFrame("lesson", history.trainer.model, history.head, history.curves),))


def test_words_and_tables(qtbot: QtBot) -> None:
    pane = TruthNetworkPane()
    qtbot.addWidget(pane)
    made = Experiment.from_dict(
        {
            "dataset": {"name": "truth_table", "n": 3, "truth": "01101000"},
            "network": {"layers": [3, 3, 1], "activations": ["threshold", "threshold"]},
            "training": {"rule": "none", "initializer": "minterms"},
        }
    )
    frame = frame_of(made)
    cases, units = pane.tables(frame)
    assert cases.headings == ("x1", "x2", "x3", "target", "output", "answer")
    assert cases.rows[4] == (1, 0, 0, 1, 1.0, "right")
    assert units.rows == (("true cases", 3), ("fewest terms", 3), ("counting", 2), ("this network", 3))
    said = pane.in_words(frame)
    assert "✓ All 8 answers are right." in said
    assert "3 inputs: 8 cases, 256 different tables" in said
    assert "counting them is enough" in said
    for width, is_beside in ((400, False), (900, True)):
        pane.resize(width, 600)
        pane.show()
        pane.show_frame(frame)
        page = pane.area.widget().layout()
        assert page is not None
        page.activate()
        assert (pane.side.x() > pane.view.x() + 100) is is_beside
        assert (pane.side.y() < pane.view.y()) is not is_beside


def test_other_examples_are_refused_in_a_sentence(qtbot: QtBot) -> None:
    pane = TruthNetworkPane()
    qtbot.addWidget(pane)
    assert pane.why_empty(frame_of(gate("and"))) is None
    blobs = Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "n": 20},
            "network": {"layers": [2, 3, 1], "activations": ["sigmoid", "sigmoid"]},
        }
    )
    assert "This pane is for Boolean functions" in str(pane.why_empty(frame_of(blobs)))
    assert "minimises a function" in str(pane.why_empty(frame_of(Experiment.from_dict({"family": "function"}))))


def test_how_many_units_are_needed() -> None:
    assert Needed.of(truth_of("1110100110010110", 4)) == Needed(9, 8, 3)
    assert Needed.of(named("parity", 5)) == Needed(16, 16, 5)
    assert Needed.of((0, 0, 0, 1, 0, 0, 0, 1)) == Needed(2, 1, None)
    assert Needed.of(named("always", 2)) == Needed(4, 1, 0)
