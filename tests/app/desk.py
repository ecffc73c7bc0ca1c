"""A real main window with a session and what it tells, for tests of what is put on top of it."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.application import make_application
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings

__all__ = ["problems", "window"]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """Give a window at the lesson on XOR, with its panes."""
    make_application()
    session = Session()
    made = MainWindow(session, Settings(theme="light"))
    qtbot.addWidget(made)
    made.resize(780, 760)  # the screen of the tests has 800 x 800
    made.show()
    made.create_panes()
    made.open_lesson("xor")
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=30_000)
    yield made
    made.close()
    session.close()


@pytest.fixture
def problems(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the sentences that the window tells in a box, in place of the box."""
    told: list[str] = []
    monkeypatch.setattr(window, "show_problem", told.append)
    return told
