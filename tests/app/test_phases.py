"""Phases: the finest steps of the clock, which show and change nothing until the presentation is over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.frame import Frame
from app.main_window import MainWindow
from app.session import Session
from app.traced import trace_of
from tests.app.desk import window

__all__ = ["window"]


@pytest.fixture
def session(window: MainWindow, qtbot: QtBot) -> Session:
    window.open_lesson("xor")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    return window.session


def n_phases(session: Session) -> int:
    assert session.history is not None
    assert session.cursor is not None
    trace = trace_of(session.history.trainer.model, session.cursor)
    assert trace is not None
    return len(trace.phases)


def test_phases_are_lit_one_by_one_and_then_the_example_is_shown(session: Session) -> None:
    frames: list[Frame] = []
    session.frame_changed.connect(frames.append)
    before, n = session.cursor, n_phases(session)
    assert n > 4
    for k in range(1, n + 1):
        session.step_phase()
        assert (session.phase, frames[-1].phase) == (k, k)
        assert session.cursor is before
    session.step_phase()
    assert (session.phase, session.now) == (0, 1)
    assert frames[-1].phase == 0
    assert len(frames) == n + 1


def test_phases_go_back_also_into_the_presentation_before(session: Session) -> None:
    session.step("presentation")
    session.step_phase()
    session.step_phase_back()
    assert (session.phase, session.now) == (0, 1)
    session.step_phase_back()
    assert (session.phase, session.now) == (n_phases(session), 0)
    for _ in range(n_phases(session) + 3):
        session.step_phase_back()
    assert (session.phase, session.now) == (0, 0)


def test_another_moment_puts_all_phases_out(session: Session) -> None:
    session.step_phase()
    session.step("epoch")
    assert session.phase == 0
    session.step_phase()
    session.select(session.selection)
    assert session.phase == 1
    session.changes.set("training.learning_rate", 0.25)
    assert session.phase == 0


def test_keys_and_words(window: MainWindow, session: Session) -> None:
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F7)
    assert session.phase == 2
    n = n_phases(session)
    assert window.status_line.text("message").startswith(f"Phase 2 of {n}: forward")
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert session.phase == 1


def test_weights_that_are_no_numbers_have_no_phases(session: Session) -> None:
    assert session.history is not None
    assert session.cursor is not None
    lost = replace(session.cursor, params=np.full_like(session.cursor.params, np.nan))
    assert trace_of(session.history.trainer.model, lost) is None
    session.tracks[0].cursor = lost
    session.step_phase()
    assert session.phase == 0
