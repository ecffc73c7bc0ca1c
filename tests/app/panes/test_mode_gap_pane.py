"""Batch against incremental on screen: the gap of the moment that is shown, at once or beside the window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes import mode_gap
from app.panes.mode_gap import HALVINGS, WAITING, ModeGapPane
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate


def line(**training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "by_hand", "inputs": [[1.0], [2.0]], "targets": [[1.0], [3.0]], "kind": "numbers"},
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta", "mode": "batch", "initializer": "zero", "learning_rate": 0.1, **training},
        }
    )


def frame_of(experiment: Experiment, n: int = 0, *, is_running: bool = False) -> Frame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, n)
    return Frame((TrackFrame("run", trainer.model, state, history.curves),), is_running=is_running)


@pytest.fixture
def pane(qtbot: QtBot) -> ModeGapPane:
    made = ModeGapPane()
    qtbot.addWidget(made)
    made.resize(420, 340)
    made.show()
    return made


def test_it_says_the_gap_by_hand_and_its_power(pane: ModeGapPane) -> None:
    """As in tests/nlcore/test_mode_gap.py: the gap is (0.03, 0.06), of length 0.0671."""
    frame = frame_of(line())
    pane.show_frame(frame)
    said = pane.readout.full_text
    assert "With the rate 0.1 the modes are 0.0671 apart after an epoch" in said
    assert "power 2 of the rate" in said
    assert "Incremental makes 2 updates" in said
    (table,) = pane.tables(frame)
    assert [row[0] for row in table.rows] == [0.1 * 0.5**k for k in range(HALVINGS)]
    x, y = pane.picture._gaps.getData()
    assert np.polyfit(x, y, 1)[0] == pytest.approx(2.0, abs=0.05)


def test_another_moment_is_compared_anew(pane: ModeGapPane) -> None:
    pane.show_frame(frame_of(line()))
    before = pane.readout.full_text
    pane.show_frame(frame_of(line(), 20))
    assert pane.readout.full_text != before


def test_while_training_runs_nothing_is_computed(pane: ModeGapPane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mode_gap, "mode_gaps", lambda *_: pytest.fail("compared while training ran"))
    pane.show_frame(frame_of(line(), 20, is_running=True))
    assert pane.readout.full_text == "Pause to compare the modes."


def test_large_sets_are_compared_beside_the_window(
    pane: ModeGapPane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mode_gap, "AT_ONCE", 1)
    pane.show_frame(frame_of(line()))
    assert pane.readout.full_text == WAITING
    qtbot.waitUntil(lambda: "0.0671 apart" in pane.readout.full_text, timeout=10_000)


def test_without_learning_there_is_no_gap(pane: ModeGapPane) -> None:
    pane.show_frame(frame_of(line(learning_rate=0.0)))
    assert "There is no gap" in pane.picture.plot.message


def test_the_perceptron_rule_has_no_batch_mode(pane: ModeGapPane) -> None:
    assert "no batch mode" in (pane.why_empty(frame_of(gate("and"))) or "")


def test_what_would_take_long_is_refused(pane: ModeGapPane) -> None:
    digits = Experiment.from_dict(
        {"dataset": {"name": "digits"}, "network": {"layers": [64, 30, 10], "activations": ["sigmoid", "sigmoid"]}}
    )
    assert "too many" in (pane.why_empty(frame_of(digits)) or "")


def test_what_nobody_looks_at_is_given_up(pane: ModeGapPane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mode_gap, "AT_ONCE", 1)
    asked: list[bool] = []

    def slow(*args: Any) -> tuple[()]:
        while not args[3]():
            pass
        asked.append(True)
        raise mode_gap.CancelledError("cancelled")

    monkeypatch.setattr(mode_gap, "mode_gaps", slow)
    pane.show_frame(frame_of(line()))
    pane.hide()
    qtbot.waitUntil(lambda: asked == [True], timeout=5000)
    assert pane.readout.full_text == WAITING
