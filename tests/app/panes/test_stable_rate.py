"""Stable learning rates: the picture says what training then does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes import stable_rate
from app.panes.stable_rate import StableRatePane
from app.widgets.rate_plot import MOST_AXES
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.theory.learning_rates import learning_rates
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def line(**training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "linear_noise", "n": 20, "low": 0.0, "high": 4.0, "noise": 0.3},
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta", "mode": "batch", "initializer": "zero", "learning_rate": 0.01, **training},
        }
    )


def frame_of(experiment: Experiment, epochs: int = 0) -> Frame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return Frame((TrackFrame("run", trainer.model, state, history.curves),))


@pytest.fixture
def pane(qtbot: QtBot) -> StableRatePane:
    made = StableRatePane()
    qtbot.addWidget(made)
    made.resize(420, 340)
    made.show()
    return made


def test_what_it_says_of_a_rate_is_what_training_does(pane: StableRatePane) -> None:
    frame = frame_of(line())
    pane.show_frame(frame)
    data = frame.lead.data
    assert data is not None
    limit = learning_rates(data.training.inputs).largest_stable
    assert f"Largest stable rate {limit:.3g} = 2/λmax" in pane.readout.full_text
    for rate, diverges in ((0.98 * limit, False), (1.02 * limit, True)):
        made = frame_of(line(learning_rate=rate))
        pane.show_frame(made)
        assert ("so the weights diverge" in pane.readout.full_text) is diverges
        trainer = Trainer(line(learning_rate=rate))
        after = trainer.measured_advance(trainer.initial_state(), 20 * 40_000, stops=False)
        assert (after.reason is FinishReason.DIVERGED) is diverges


def test_zigzag_is_said_beyond_half_the_limit(pane: StableRatePane) -> None:
    pane.show_frame(frame_of(line(learning_rate=0.005)))
    assert "zigzags" not in pane.readout.full_text
    pane.show_frame(frame_of(line(learning_rate=0.0150)))
    assert "zigzags" in pane.readout.full_text


def test_the_lines_cross_one_at_the_limit(pane: StableRatePane) -> None:
    pane.show_frame(frame_of(line(momentum=0.5)))
    assert "2(1 + α)/λmax with momentum 0.5" in pane.readout.full_text
    visible = [item for item in pane.picture._lines if item.isVisible()]
    rates, left = visible[-1].getData()
    limit = float(pane.picture._beyond.getRegion()[0])
    assert np.interp(limit, rates, left) == pytest.approx(1.0, abs=0.02)


def test_the_rate_of_a_schedule_is_the_one_in_force(pane: StableRatePane) -> None:
    schedule = {"name": "inverse", "half_after": 10}
    pane.show_frame(frame_of(line(schedule=schedule), epochs=10))
    assert "Now 0.005:" in pane.readout.full_text


def test_of_many_axes_the_extreme_ones_are_drawn_and_all_are_in_the_table(pane: StableRatePane) -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "digits"},
            "network": {"layers": [64, 10], "activations": ["linear"]},
            "training": {"rule": "delta", "mode": "batch", "learning_rate": 1e-5},
        }
    )
    frame = frame_of(experiment)
    pane.show_frame(frame)
    assert sum(item.isVisible() for item in pane.picture._lines) == MOST_AXES
    (table,) = pane.tables(frame)
    assert len(table.rows) > MOST_AXES
    assert [row[1] for row in table.rows] == sorted(row[1] for row in table.rows)


def test_very_many_examples_are_worked_out_beside_the_window(
    pane: StableRatePane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stable_rate, "MOST_NUMBERS", 5)
    pane.show_frame(frame_of(line()))
    assert "being worked out" in pane.readout.full_text
    assert "being worked out" in pane.accessibleDescription()  # nor for those who do not see it
    qtbot.waitUntil(lambda: "Largest stable rate" in pane.readout.full_text, timeout=5000)


def test_for_other_networks_it_says_why_there_is_none(pane: StableRatePane) -> None:
    assert "linear units" in (pane.why_empty(frame_of(xor())) or "")
