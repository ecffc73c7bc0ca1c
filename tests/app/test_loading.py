"""Loading data beside the window: how far it is, that it can be cancelled, and that bad data are one clear line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from app import cli, headless, loading
from app.application import make_application
from app.main_window import MainWindow
from app.session import Session, Status
from app.settings import Settings
from nlcore.datasets import Data, Dataset, logic_gates, none
from nlcore.errors import CancelledError
from tests.app.lessons import and_lesson, xor_lesson


class SlowData:
    """Stands in for a data set: it loads as far as the test lets it."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.started = threading.Event()
        self.said: list[str] = []
        self.knows_total = True

    def load(self, options: Any, progress: Any = None, cancelled: Any = None) -> Data:
        self.started.set()
        progress(250, 1000 if self.knows_total else None)
        while not self.go_on.wait(0.005):
            if cancelled():
                self.said.append("cancelled")
                raise CancelledError("cancelled")
        self.said.append("loaded")
        return logic_gates.load(logic_gates.LogicGateOptions(gate="xor"))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowData]:
    """Let the data set ``none`` take as long as it is told to."""
    made = SlowData()
    monkeypatch.setattr(none, "DATASET", Dataset("none", "Slow", "", none.NoOptions, made.load, reports=True))
    yield made
    made.go_on.set()


def slow_lesson() -> Any:
    return xor_lesson(dataset="none")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    make_application()
    made = MainWindow(Session(), Settings(theme="light"))
    qtbot.addWidget(made)
    made.show()
    made.create_panes()
    yield made
    made.close()


def bar(window: MainWindow) -> QProgressBar:
    return window.status_line.findChild(QProgressBar)  # type: ignore[return-value]


def cancel_button(window: MainWindow) -> QPushButton:
    return window.status_line.findChild(QPushButton)  # type: ignore[return-value]


def wait_for(qtbot: QtBot, session: Session, activity: str) -> None:
    qtbot.waitUntil(lambda: session.activity == activity, timeout=20_000)


def test_a_slow_load_shows_how_far_it_is(qtbot: QtBot, window: MainWindow, slow: SlowData) -> None:
    window.session.open(slow_lesson())
    assert not bar(window).isVisible()  # most loads are over before it would be read
    qtbot.waitUntil(lambda: bar(window).isVisible(), timeout=10_000)
    assert (bar(window).value(), bar(window).maximum()) == (250, 1000)
    assert bar(window).toolTip() == "250 of 1,000"
    assert "25 %" in [label.text() for label in window.status_line.findChildren(QLabel)]
    assert "Loading the data" in window.status_line.text("message")
    assert not any(window.actions_by_id[name].isEnabled() for name in ("run", "step_epoch", "restart"))
    slow.go_on.set()
    wait_for(qtbot, window.session, "paused")
    assert not bar(window).isVisible()
    assert not cancel_button(window).isVisible()
    assert window.status_line.text("message") == ""
    assert window.session.history is not None


def test_an_unknown_total_is_a_bar_that_only_moves(qtbot: QtBot, window: MainWindow, slow: SlowData) -> None:
    slow.knows_total = False
    window.session.open(slow_lesson())
    qtbot.waitUntil(lambda: bar(window).isVisible(), timeout=10_000)
    assert bar(window).maximum() == 0
    assert cancel_button(window).isVisible()


def test_cancel_leaves_a_window_that_works(qtbot: QtBot, window: MainWindow, slow: SlowData) -> None:
    window.session.open(slow_lesson())
    qtbot.waitUntil(lambda: cancel_button(window).isVisible(), timeout=10_000)
    cancel_button(window).click()
    assert window.session.activity == "empty"
    assert "Loading was cancelled" in window.status_line.text("message")
    assert not bar(window).isVisible()
    qtbot.waitUntil(lambda: slow.said == ["cancelled"], timeout=10_000)
    for act in (window.session.play, window.session.pause, window.session.restart, window.session.cancel_loading):
        act()
    window.session.step("epoch")
    window.session.open(and_lesson())
    wait_for(qtbot, window.session, "paused")
    window.session.step("epoch")
    assert window.session.history is not None
    assert window.session.history.head.counters.epochs == 1
    slow.go_on.set()
    window.session.open(slow_lesson())
    wait_for(qtbot, window.session, "paused")
    assert slow.said == ["cancelled", "loaded"]


def test_another_lesson_cancels_the_load(qtbot: QtBot, slow: SlowData) -> None:
    session = Session()
    statuses: list[Status] = []
    session.status_changed.connect(statuses.append)
    session.open(slow_lesson())
    assert slow.started.wait(10)
    session.open(and_lesson())
    wait_for(qtbot, session, "paused")
    qtbot.waitUntil(lambda: slow.said == ["cancelled"], timeout=10_000)
    assert session.history is not None
    assert session.history.trainer.experiment.training.rule == "perceptron"
    session.close()


def test_closing_cancels_the_load(slow: SlowData) -> None:
    session = Session()
    session.open(slow_lesson())
    assert slow.started.wait(10)
    session.close()
    assert slow.said == ["cancelled"]


def test_closing_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch, slow: SlowData) -> None:
    monkeypatch.setattr(loading, "CLOSE_SECONDS", 0.05)

    def deaf(_: Any, **__: Any) -> None:
        slow.started.set()
        slow.go_on.wait(30)

    monkeypatch.setattr(none, "DATASET", Dataset("none", "Deaf", "", none.NoOptions, deaf, reports=True))
    session = Session()
    session.open(slow_lesson())
    assert slow.started.wait(10)
    session.close()
    assert not slow.go_on.is_set()


def test_the_old_data_are_not_named_while_others_load(qtbot: QtBot, window: MainWindow, slow: SlowData) -> None:
    window.session.open(and_lesson())
    wait_for(qtbot, window.session, "paused")
    assert "logic gates" in window.data_bar._text.text()
    window.session.open(slow_lesson())
    assert window.data_bar._text.text() == ""


def test_notes_and_errors_of_data_reach_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "open", lambda box: told.append(box.text()))
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n1,5,yes\n1,5,no\n", "utf-8")
    window.session.open(xor_lesson(dataset={"name": "table", "path": str(path)}))
    wait_for(qtbot, window.session, "paused")
    assert "The same inputs but different classes: row 2 and row 3" in window.data_bar._text.text()
    path.write_text("a,b,y\n1,5,yes\n1,nan,no\n", "utf-8")
    window.session.open(xor_lesson(dataset={"name": "table", "path": str(path)}))
    wait_for(qtbot, window.session, "empty")
    assert told == [window.status_line.text("message")]
    assert "1 value is missing, in row 3, column 'b'" in told[0]


def test_a_diverged_run_can_still_be_scrubbed(qtbot: QtBot) -> None:
    session = Session()
    linear = {"layers": [2, 3, 1], "activations": ["linear", "linear"]}
    session.open(xor_lesson(network=linear, training__learning_rate=3.0))
    wait_for(qtbot, session, "paused")
    for _ in range(3):
        session.step("epoch")
    said: list[str] = []
    session.status_changed.connect(lambda status: said.append(status.message))
    session.play(epochs=3000)
    wait_for(qtbot, session, "paused")
    assert said[-1].startswith("Diverged: the weights left the range of numbers by update")
    assert said[-1].endswith("Restart with a smaller learning rate.")
    history = session.history
    assert history is not None
    trainer, head = history.trainer, history.head.counters.presentations
    for place in (0, 1, 7, head // 2, head - 1, head):
        session.seek(place)
        assert session.cursor is not None
        assert session.cursor.counters.presentations == place
        assert session.cursor.same_bits(trainer.advance(trainer.initial_state(), place))
    session.step_back("epoch")
    session.seek(0)
    session.step("presentation")
    assert session.cursor.counters.presentations == 1
    session.close()


# --- without a window ------------------------------------------------------------------------------------------------


class Terminal:
    """Remembers what is written, and says it is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def test_loading_without_a_window_draws_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, slow: SlowData) -> None:
    slow.go_on.set()
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert headless.load_data(slow_lesson().experiment) is not None
    assert "loading the data [#####...............] 250 of 1,000" in terminal.text
    assert terminal.text.endswith("\r\x1b[K")


def test_elsewhere_nothing_is_drawn(capsys: pytest.CaptureFixture[str], slow: SlowData) -> None:
    slow.go_on.set()
    assert headless.load_data(slow_lesson().experiment) is not None
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_while_loading_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], slow: SlowData
) -> None:
    def interrupted(_: Any, progress: Any, cancelled: Any) -> None:
        progress(250, 1000)
        raise KeyboardInterrupt

    monkeypatch.setattr(none, "DATASET", Dataset("none", "", "", none.NoOptions, interrupted, reports=True))
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert cli.main(["run", "xor", "--epochs", "1", "--set", "dataset=none"]) == 130
    assert terminal.text.endswith("\r\x1b[Knllab: cancelled\n")
    assert capsys.readouterr().out == ""


def test_memory_that_ends_later_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def too_much(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(headless, "History", too_much)
    assert cli.main(["run", "xor", "--epochs", "1"]) == 1
    assert capsys.readouterr().err == (
        "nllab: not enough memory is free for this run; choose fewer examples or a smaller network\n"
    )


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("a,b,y\n1,5,yes\n1,5,no\n", 0, "The same inputs but different classes: row 2 and row 3;"),
        ("a,b,y\n1,5,yes\n2,5,no\n", 0, "so nothing can be learnt from it: b (always 5)."),
        ("a,b,y\n1,5,yes\n2,5,yes\n", 1, "nllab: t.csv: the target 'y' has one class only ('yes')"),
        ("a,b,y\n1,5,yes\n2,nan,no\n", 1, "nllab: t.csv: 1 value is missing, in row 3, column 'b'"),
        ("y\n1\n", 1, "nllab: t.csv: the table has only one column"),
    ],
)
def test_bad_data_without_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, status: int, said: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    source = f'dataset={{name = "table", path = "{path.as_posix()}"}}'
    assert cli.main(["run", "xor", "--epochs", "2", "--json", "-", "--set", source]) == status
    out, err = capsys.readouterr()
    assert said in err
    assert bool(out) == (status == 0)
    assert "Traceback" not in err
