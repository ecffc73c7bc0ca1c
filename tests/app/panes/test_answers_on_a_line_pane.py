"""Answers on a line on screen: rows, borders, what is right, what is said at the pointer, and several tracks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes import answers_on_a_line
from app.panes.answers_on_a_line import AnswersOnALinePane
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import TrainState, read_only
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def frame_of(experiment: Experiment, params: list[float] | None = None, **frame: Any) -> Frame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = history.start
    if params is not None:
        state = TrainState(read_only(np.array(params)), state.velocity, state.counters)
    return Frame((TrackFrame("run", trainer.model, state, history.curves),), **frame)


def by_hand(inputs: list[float], targets: list[float]) -> Experiment:
    """Return a linear unit on numbers; with weight 1 and bias 0 it answers its input."""
    return Experiment.from_dict(
        {
            "dataset": {
                "name": "by_hand",
                "inputs": [[x] for x in inputs],
                "targets": [[t] for t in targets],
                "kind": "numbers",
            },
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta", "initializer": "zero", "learning_rate": 0.1},
        }
    )


NUMBERS = by_hand([0.25, 0.35, 0.55, 0.65, 0.1], [0.2, 0.2, 0.4, 0.8, 0.8])
ITSELF = [1.0, 0.0]
POSES = Experiment.from_dict(
    {
        "dataset": {"name": "faces", "source": "synthetic", "outputs": "one"},
        "network": {"layers": [960, 1], "activations": ["sigmoid"]},
    }
)


@pytest.fixture
def pane(qtbot: QtBot) -> AnswersOnALinePane:
    made = AnswersOnALinePane()
    qtbot.addWidget(made)
    made.resize(460, 380)
    made.show()
    return made


def test_rows_borders_and_what_is_right(pane: AnswersOnALinePane) -> None:
    frame = frame_of(NUMBERS, ITSELF)
    pane.show_frame(frame)
    assert pane.plot.names == ("0.2", "0.4", "0.8")
    borders, _ = pane.plot.borders.getData()
    assert borders == pytest.approx([0.3, 0.3, 0.6, 0.6])
    assert sorted(pane.plot.right.getData()[0]) == [0.25, 0.55, 0.65]
    assert sorted(pane.plot.wrong.getData()[0]) == [0.1, 0.35]
    assert "3 of 5 right (60.0%)" in pane.readout.full_text
    assert "Borders: 0.3, 0.6." in pane.in_words(frame)
    rows, every = pane.tables(frame)
    assert rows.rows == (("0.2", 1, 2), ("0.4", 1, 1), ("0.8", 1, 2))
    assert every.rows[1] == ("2", 0.35, "0.4", "0.2", "no")


def test_an_example_is_named_and_can_be_clicked(pane: AnswersOnALinePane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(NUMBERS, ITSELF))
    x, y = pane.plot.places[3]
    pane.plot.pointed.emit(x, y)
    assert pane.readout.full_text == "4: output 0.65, so the answer is 0.8; the target is 0.8."
    with qtbot.waitSignal(pane.selection_requested) as asked:
        pane.plot.clicked.emit(x, y)
    assert asked.args == [Selection(example=("training", 3))]
    pane.plot.left.emit()
    assert "right" in pane.readout.full_text


def test_a_selected_example_has_a_ring(pane: AnswersOnALinePane) -> None:
    pane.show_frame(frame_of(NUMBERS, ITSELF, selection=Selection(example=("training", 1))))
    assert pane.plot._ring.getData()[0].tolist() == [0.35]


def test_poses_have_their_names_and_three_sets(pane: AnswersOnALinePane) -> None:
    pane.show_frame(frame_of(POSES))
    assert pane.plot.names == ("left 0.2", "straight 0.4", "right 0.6", "up 0.8")
    assert pane.set_name == "test"
    assert "of 208 right" in pane.readout.full_text
    pane.shown_set.setCurrentIndex(0)
    pane.shown_set.activated.emit(0)
    assert "of 277 right" in pane.readout.full_text


def test_outputs_outside_0_to_1_are_in_the_picture(pane: AnswersOnALinePane) -> None:
    pane.show_frame(frame_of(by_hand([-3.0, 5.0], [0.0, 1.0]), ITSELF))
    (low, high), _ = pane.plot.box.viewRange()
    assert low < -3.0
    assert high > 5.0


def test_large_sets_are_sampled_and_it_is_said(pane: AnswersOnALinePane, monkeypatch: pytest.MonkeyPatch) -> None:
    """60 examples times 2 weights are 8 times the work of 15, so every eighth is drawn."""
    monkeypatch.setattr(answers_on_a_line, "MOST_WORK", 15)
    inputs = np.linspace(0.0, 1.0, 60).tolist()
    pane.show_frame(frame_of(by_hand(inputs, [float(x > 0.5) for x in inputs]), ITSELF))
    assert "8 of 60 examples are drawn and counted" in pane.readout.full_text


def test_it_says_why_there_is_nothing(pane: AnswersOnALinePane) -> None:
    assert "4 outputs" in str(
        pane.why_empty(frame_of(POSES.replace({"dataset.outputs": "one_of_n", "network.layers": [960, 4]})))
    )
    assert pane.why_empty(frame_of(xor())) is None
    lost = frame_of(NUMBERS, [np.nan, 0.0])
    assert "finite" in str(pane.why_empty(lost))


def test_tables_of_several_tracks_name_them(pane: AnswersOnALinePane) -> None:
    first, second = frame_of(NUMBERS, ITSELF), frame_of(NUMBERS, [0.0, 0.4])
    other = TrackFrame("other", second.lead.model, second.lead.state, second.lead.curves, number=2)
    rows, _ = pane.tables(Frame((first.lead, other)))
    assert rows.headings == ("track", "target", "right", "examples")
    assert [row[2] for row in rows.rows] == [1, 1, 1, 0, 1, 0]
