"""The cycle of weights: found to the last bit, drawn as a ring, and what stands there of other runs."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.panes.weight_cycle import PANE, WeightCyclePane
from app.theme import DARK
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.history import History
from tests.app.panes.perceptrons import frame_at, history_of, lesson_experiment
from tests.nlcore.examples import gate, xor

NODES = ("(0, 0, −1)", "(−1, 0, −1)", "(0, 0, 0)", "(1, 1, 0)")


@pytest.fixture
def pane(qtbot: QtBot) -> WeightCyclePane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(420, 360)
    made.show()
    return made


@pytest.fixture
def history() -> History:
    return history_of(lesson_experiment("perceptron-xor"), 400)


@pytest.mark.parametrize(
    ("presentations", "now", "said"),
    [
        (0, -1, "The run gets into it in 3 epochs."),
        (9, -1, "The run gets into it in 1 epoch."),
        (12, 0, "The run is in its first round."),
        (13, 1, "The run is in its first round."),
        (15, 3, "The run is in its first round."),
        (16, 0, "The run has gone round 1 time."),
        (400, 0, "The run has gone round 97 times."),
    ],
)
def test_the_ring_of_xor(pane: WeightCyclePane, history: History, presentations: int, now: int, said: str) -> None:
    pane.show_frame(frame_at(history, presentations))
    assert pane.ring.ring.nodes == NODES
    assert pane.ring.ring.arrows == ("0 XOR 0", "0 XOR 1", "1 XOR 0", "1 XOR 1")
    assert pane.ring.ring.now == now
    assert (
        pane.text.text() == f"The weights after epoch 3 come back every epoch: 4 updates in a circle, for ever. {said}"
    )


def test_a_smaller_rate_takes_longer_to_get_there(pane: WeightCyclePane) -> None:
    experiment = lesson_experiment("perceptron-xor").replace({"training.learning_rate": 0.25})
    pane.show_frame(frame_at(history_of(experiment, 44)))
    assert pane.text.text().startswith("The weights after epoch 11 come back every epoch")
    assert pane.ring.ring.nodes[0] == "(0, 0, −0.5)"
    assert pane.ring.ring.now == 0


def test_the_linear_unit(pane: WeightCyclePane) -> None:
    frame = frame_at(history_of(lesson_experiment("perceptron-xor", 1), 0))
    pane.show_frame(frame)
    assert "the smallest squared error, (0, 0, 0)" in pane.text.text()
    assert "E = 9, and the smallest possible is 2." in pane.text.text()
    assert not pane.ring.isVisible()
    pane.show_frame(frame_at(history_of(lesson_experiment("perceptron-xor", 1), 160)))
    assert "E = 2, and the smallest possible is 2." in pane.text.text()
    assert pane.tables(frame) == ()


def test_a_run_that_converges(pane: WeightCyclePane) -> None:
    pane.show_frame(frame_at(history_of(gate("and"), 8)))
    assert pane.text.text() == "The weights stay for ever as they are after epoch 8: the algorithm has converged."
    assert not pane.ring.isVisible()


def test_after_a_change_it_is_looked_for_anew(pane: WeightCyclePane, history: History) -> None:
    pane.show_frame(frame_at(history, 14))
    child = history.fork(14, DataEdit.of(MoveExample(index=3, inputs=(1.0, 0.5))))
    child.record(child.advance_from(child.head, 400))
    pane.show_frame(frame_at(child))
    assert "come back" in pane.text.text()
    assert pane.text.text() != ""
    nodes = pane.ring.ring.nodes
    assert nodes != NODES


def test_a_long_search_goes_on_beside_the_window(
    pane: WeightCyclePane, history: History, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("app.panes.weight_cycle.AT_ONCE", 2)
    pane.show_frame(frame_at(history, 12))
    assert pane.text.text() == "Looking for weights that come back …"
    qtbot.waitUntil(lambda: pane.ring.ring.now == 0, timeout=20_000)


def test_weights_that_do_not_come_back_in_time(
    pane: WeightCyclePane, history: History, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    for name in ("AT_ONCE", "MOST"):
        monkeypatch.setattr(f"app.panes.weight_cycle.{name}", 2)
    pane.show_frame(frame_at(history, 12))
    qtbot.waitUntil(lambda: pane.text.text() == "In 2 epochs no weights came back.", timeout=20_000)


def test_words_and_tables(pane: WeightCyclePane, history: History) -> None:
    frame = frame_at(history)
    assert "The round: (0, 0, −1), then 0 XOR 0, (−1, 0, −1)" in pane.in_words(frame)
    (table,) = pane.tables(frame)
    assert [row[1:] for row in table.rows] == [
        ("0 XOR 0", -1.0, 0.0, -1.0),
        ("0 XOR 1", 0.0, 0.0, 0.0),
        ("1 XOR 0", 1.0, 1.0, 0.0),
        ("1 XOR 1", 0.0, 0.0, -1.0),
    ]
    assert table.note == "It repeats every 1 epoch."


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"training.order": "shuffled"}, "order of the examples"), ({"training.schedule": {"name": "inverse"}}, "falls")],
)
def test_why_there_is_no_circle(pane: WeightCyclePane, changes: dict[str, object], word: str) -> None:
    frame = frame_at(history_of(gate("xor").replace(changes), 8))
    assert word in (pane.why_empty(frame) or "")
    assert "another one" in (pane.why_empty(frame_at(history_of(xor(), 4))) or "")


def test_themes_and_sizes(pane: WeightCyclePane, history: History) -> None:
    pane.show_frame(frame_at(history))
    pane.set_theme(DARK)
    assert pane.ring.theme is DARK
    for size in ((200, 160), (900, 700)):
        pane.resize(*size)
        assert not pane.grab().isNull()
