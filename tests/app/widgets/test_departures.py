"""Work on how far networks are from linear ends with the window that asked for it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.widgets import departures
from app.widgets.departures import EXAMPLES, Departures, Run
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import Departure
from nlcore.records import Counters
from nlcore.trails import Point
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def test_a_closed_pane_does_not_wait_for_all_moments(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred moments of eight large networks take half a minute."""
    trainer = Trainer(xor())
    model, params = trainer.model, trainer.initial_state().params
    assert isinstance(model, FeedforwardModel)
    began, n_found = threading.Event(), [0]

    def departure_of(*_: object) -> Departure:
        n_found[0] += 1
        began.set()
        asked._work.given_up.wait(10.0)
        return Departure(0.0, 0.0)

    monkeypatch.setattr(departures, "AT_ONCE", 0)
    monkeypatch.setattr(departures, "departure_of", departure_of)
    closing = QObject()
    asked = Departures(closing)
    asked.find([Run(1, model, tuple(Point(params, Counters(k, k, 0)) for k in range(50)))], EXAMPLES)
    assert began.wait(10.0)
    delete(closing)
    assert n_found[0] == 1
