"""Questions that are answered beside the window: one at a time, and the newest one in the end."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.latest import Latest


def test_of_the_questions_that_wait_the_last_one_is_answered(qtbot: QtBot) -> None:
    latest, answers, asked, go = Latest("nllab-test"), [], [], threading.Event()

    def work(number: int) -> int:
        asked.append(number)
        go.wait(10)
        return 10 * number

    latest.answered.connect(lambda about, answer: answers.append((about, answer)))
    for number in range(5):
        latest.ask(number, lambda number=number: work(number))
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=10_000)
    assert answers == [(0, 0), (4, 40)]
    assert asked == [0, 4]


def test_what_is_asked_again_is_answered_once(qtbot: QtBot) -> None:
    latest, answers, go = Latest("nllab-test"), [], threading.Event()
    latest.answered.connect(lambda about, answer: answers.append((about, answer)))
    one, other = object(), object()
    for about in (one, other, one):
        latest.ask(about, lambda: go.wait(10))
    go.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    qtbot.wait(100)
    assert answers == [(one, True)]


def test_its_thread_ends_with_it(qtbot: QtBot) -> None:
    latest, done, go = Latest("nllab-test"), [], threading.Event()
    latest.ask(1, lambda: (go.wait(10), done.append(1)))
    threading.Timer(0.05, go.set).start()
    latest.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert done == [1]


def test_after_closing_nothing_is_answered(qtbot: QtBot) -> None:
    latest, answers = Latest("nllab-test"), []
    latest.answered.connect(lambda about, answer: answers.append((about, answer)))
    latest.ask(1, lambda: 2)
    latest.close()
    qtbot.wait(100)
    assert answers == []


def test_work_learns_that_nobody_waits_for_it_any_more(qtbot: QtBot) -> None:
    """A pane inside of a window that closes gets no close event; its thread must end all the same."""
    latest, told = Latest("nllab-test"), []
    given_up = latest.given_up
    latest.ask(1, lambda: told.append(given_up.wait(10)))
    latest.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert told == [True]


def test_work_asked_for_after_closing_is_not_given_up(qtbot: QtBot) -> None:
    latest, answers = Latest("nllab-test"), []
    latest.answered.connect(lambda about, answer: answers.append((about, answer)))
    latest.close()
    latest.ask(1, latest.given_up.is_set)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert answers == [(1, False)]
