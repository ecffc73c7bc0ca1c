"""What the tests of the window share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow
from shiboken6 import isValid

from app import moves
from app.application import discard
from app.main_window import MainWindow

_n_windows = [0]
WINDOWS_KEPT = 6


def _forget_the_dead() -> None:
    """Empty what is left in Python of windows that Qt has deleted, now and then.

    The functions connected to signals hold them, and nothing lets these go: 10 MB a window, 3 GB in all tests.
    """
    if _n_windows[0] < WINDOWS_KEPT:
        return
    _n_windows[0] = 0
    of_qt: dict[type, bool] = {}
    for found in gc.get_objects():
        kind = type(found)
        if kind not in of_qt:
            of_qt[kind] = issubclass(kind, QObject)
        if of_qt[kind] and not isValid(found):
            vars(found).clear()


def _count_windows(make: Callable[..., None]) -> Callable[..., None]:
    def make_and_count(*arguments: object, **named: object) -> None:
        _n_windows[0] += 1
        make(*arguments, **named)

    return make_and_count


MainWindow.__init__ = _count_windows(MainWindow.__init__)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the window wait for moves in time however busy the machine is; `test_moves.py` is about slow ones."""
    monkeypatch.setattr(moves, "PATIENCE", 30.0)


@pytest.fixture(autouse=True)
def no_window_outlives_a_test() -> Iterator[None]:
    """Delete windows after each test, in their own thread: left as garbage, another thread might take them apart."""
    _forget_the_dead()  # those of tests before: what was patched in the last one's windows is put back by now
    yield
    if not isinstance(QApplication.instance(), QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QMainWindow):
            if isinstance(widget, MainWindow):
                widget.session.close()
            discard(widget)
