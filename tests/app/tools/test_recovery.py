"""Nothing is lost: after kill -9, after closing without saving, after opening something else."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import kept_work
from app.application import make_application
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.tools import recovery as recovery_module
from app.tools.documents import Documents
from app.tools.recovery import Recovery
from nlcore import storage
from nlcore.errors import SessionFileError

PROGRAM = """
import hashlib, os, sys
from PySide6.QtCore import QTimer
from app.application import make_application
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.tools import recovery

recovery.KEEP_MS = 100
application = make_application()
session = Session()
window = MainWindow(session, Settings(theme="light"))
window.show()
window.create_panes()
for tool in window.tools.values():
    tool.begin()
window.open_lesson("xor")
file = window.tools["recovery"].file

def work():
    if session.activity == "paused" and session.now == 0:
        for _ in range(5):
            session.step("epoch")
        session.changes.set("training.learning_rate", 0.1)
        session.step("epoch")
        session.seek(21)
    elif session.now == 21 and file.path.is_file():
        print(hashlib.sha256(session.cursor.params.tobytes()).hexdigest(), flush=True)
        timer.stop()

timer = QTimer()
timer.timeout.connect(work)
timer.start(50)
application.exec()
"""


class Desk:
    """A window that keeps work."""

    def __init__(self, qtbot: QtBot) -> None:
        make_application()
        self.qtbot = qtbot
        self.session = Session()
        self.window = MainWindow(self.session, Settings(theme="light"))
        qtbot.addWidget(self.window)
        self.window.resize(780, 760)
        self.window.show()
        self.window.create_panes()
        documents, recovery = self.window.tools["documents"], self.window.tools["recovery"]
        assert isinstance(documents, Documents)
        assert isinstance(recovery, Recovery)
        self.documents, self.recovery = documents, recovery

    def begin(self) -> None:
        for tool in self.window.tools.values():
            tool.begin()
        self.qtbot.waitUntil(lambda: self.recovery._looking is None, timeout=10_000)

    def open(self, lesson: str) -> None:
        self.window.open_lesson(lesson)
        self.qtbot.waitUntil(lambda: self.session.activity == "paused", timeout=30_000)

    def step(self, n: int = 1) -> None:
        for _ in range(n):
            self.window.actions_by_id["step_epoch"].trigger()

    def is_kept(self) -> bool:
        return self.recovery.file.path.is_file() and self.recovery._writing is None

    def sentence(self) -> str:
        return self.window.status_line.text("message")

    def close(self) -> None:
        self.window.close()
        self.session.close()


@pytest.fixture
def desks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Desk]]:
    monkeypatch.setattr(recovery_module, "KEEP_MS", 50)
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(qtbot))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def kept_files() -> list[Path]:
    return sorted(kept_work.folder().glob("*.nllab"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_and_brought_back(qtbot: QtBot, desks: Callable[[], Desk]) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    assert program.stdout is not None
    digest = program.stdout.readline().strip()
    assert len(digest) == 64
    other = desks()
    other.begin()
    assert not other.recovery.bar.text  # its owner is still alive
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()

    desk = desks()
    desk.begin()
    desk.open("perceptron-and")
    said = desk.recovery.bar.text
    assert said.startswith("The program ended unexpectedly. Your work of ")
    assert "Backpropagation on XOR (1 change, 6 epochs)" in said
    assert desk.recovery.bar.isVisible()
    desk.recovery.bar.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: desk.session.now == 21, timeout=10_000)
    assert desk.session.cursor is not None
    assert hashlib.sha256(desk.session.cursor.params.tobytes()).hexdigest() == digest
    assert desk.session.changes.undo_text.startswith("learning rate")
    assert desk.documents.is_unsaved
    assert not desk.recovery.bar.isVisible()
    qtbot.waitUntil(lambda: kept_files() == [desk.recovery.file.path], timeout=10_000)  # it is ours now


def test_unchanged_work_is_not_written_again(qtbot: QtBot, desks: Callable[[], Desk]) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")
    qtbot.wait(300)
    assert kept_files() == []  # nothing was done yet
    desk.step()
    qtbot.waitUntil(desk.is_kept, timeout=10_000)
    written = desk.recovery.file.path.stat().st_mtime_ns
    desk.window.actions_by_id["larger"].trigger()
    qtbot.wait(300)
    assert desk.recovery.file.path.stat().st_mtime_ns == written
    assert not desk.recovery._timer.isActive()  # nothing happens, so nothing runs
    assert not desk.recovery._look_timer.isActive()
    desk.step()
    qtbot.waitUntil(lambda: desk.is_kept() and desk.recovery.file.path.stat().st_mtime_ns > written, timeout=10_000)


def test_saved_work_is_not_kept(qtbot: QtBot, desks: Callable[[], Desk], tmp_path: Path) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")
    desk.step()
    qtbot.waitUntil(desk.is_kept, timeout=10_000)
    with qtbot.waitSignal(desk.documents.saved, timeout=10_000):
        desk.documents.save_to(tmp_path / "x.nllab")
    assert kept_files() == []
    desk.close()
    assert list(kept_work.folder().iterdir()) == []  # no lock either


def test_closing_without_saving_loses_nothing(qtbot: QtBot, desks: Callable[[], Desk], tmp_path: Path) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")
    desk.step(3)
    cursor = desk.session.cursor
    desk.close()
    (path,) = kept_files()
    assert storage.open_file(path).session.tracks[0].cursor.same_bits(cursor)  # type: ignore[arg-type]

    later = desks()
    later.begin()
    assert not later.recovery.bar.text  # closing is no accident
    later.open("perceptron-and")
    qtbot.waitUntil(lambda: "File > Unsaved work" in later.sentence(), timeout=5_000)
    assert "Backpropagation on XOR (3 epochs)" in later.sentence()
    menu = later.recovery.kept
    menu.refresh()
    qtbot.waitUntil(lambda: "XOR" in menu.actions()[0].text(), timeout=5_000)
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: later.session.now == 12, timeout=10_000)
    assert later.session.cursor.same_bits(cursor)  # type: ignore[union-attr, arg-type]


def test_opening_something_else_keeps_what_was_there(qtbot: QtBot, desks: Callable[[], Desk]) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")
    desk.step(2)
    qtbot.waitUntil(desk.is_kept, timeout=10_000)
    desk.open("perceptron-and")
    qtbot.waitUntil(lambda: "Your work in “Backpropagation on XOR” is kept" in desk.sentence(), timeout=5_000)
    qtbot.waitUntil(lambda: desk.recovery._writing is None, timeout=5_000)
    (path,) = kept_files()
    assert path != desk.recovery.file.path
    (kept,) = kept_work.find()
    assert (kept.lesson, kept.words, kept.is_closed) == ("Backpropagation on XOR", "2 epochs", True)
    desk.open("xor")  # nothing was done in the other lesson
    qtbot.wait(100)
    assert kept_files() == [path]


def test_a_document_is_remembered(qtbot: QtBot, desks: Callable[[], Desk], tmp_path: Path) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")
    with qtbot.waitSignal(desk.documents.saved, timeout=10_000):
        desk.documents.save_to(tmp_path / "mine.nllab")
    desk.step()
    desk.close()
    later = desks()
    later.begin()
    (kept,) = kept_work.find()
    later.recovery.bring_back(kept)
    qtbot.waitUntil(lambda: later.session.now == 4, timeout=10_000)
    assert later.documents.path == tmp_path / "mine.nllab"
    assert later.documents.is_unsaved


def test_only_the_newest_five_stay(qtbot: QtBot, desks: Callable[[], Desk]) -> None:
    desk = desks()
    desk.begin()
    for n in range(1, 8):
        desk.open("xor")
        desk.step(n)
        qtbot.wait(1)
        desk.open("perceptron-and")
        qtbot.waitUntil(lambda: desk.recovery._writing is None, timeout=10_000)
    assert len(kept_files()) == 7
    words = {kept.words for kept in kept_work.find()}
    assert len(kept_files()) == len(words) == 5


def test_discard_and_two_windows(qtbot: QtBot, desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    first = desks()
    first.begin()
    first.open("xor")
    first.step()
    first.close()
    (kept,) = kept_work.find()
    one, two = desks(), desks()
    told: list[str] = []
    monkeypatch.setattr(two.window, "show_problem", told.append)
    one.begin()
    two.begin()
    lock = kept.take()
    assert lock is not None
    two.recovery.bring_back(kept)  # while another window has it
    assert "another window has taken it" in told[0]
    two.recovery.discard([kept])
    assert kept.path.is_file()
    lock.unlock()
    one.recovery.discard([kept])
    assert not kept.path.exists()
    two.recovery.bring_back(kept)
    assert len(told) == 2


def test_kept_work_that_cannot_be_opened_stays(
    qtbot: QtBot, desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desks()
    first.begin()
    first.open("xor")
    first.step()
    first.close()
    (kept,) = kept_work.find()
    desk = desks()
    desk.begin()
    told: list[str] = []
    monkeypatch.setattr(desk.window, "show_problem", told.append)

    def broken(path: Path, is_cancelled: object) -> object:
        raise SessionFileError("the data are missing")

    monkeypatch.setattr("app.session_files.read", broken)
    desk.recovery.bring_back(kept)
    qtbot.waitUntil(lambda: told == ["the data are missing"], timeout=5_000)
    assert kept.path.is_file()
    monkeypatch.undo()
    assert kept.take() is not None


def test_a_full_disk_is_said_once(qtbot: QtBot, desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desks()
    desk.begin()
    desk.open("xor")

    def full(path: Path, members: object) -> None:
        raise SessionFileError("the disk is full")

    monkeypatch.setattr(storage, "write", full)
    desk.step()
    qtbot.waitUntil(lambda: "could not be kept: the disk is full" in desk.sentence(), timeout=5_000)
    desk.step()
    qtbot.wait(300)
    assert "kept" not in desk.sentence()
    monkeypatch.undo()
    desk.step()
    qtbot.waitUntil(desk.is_kept, timeout=10_000)


def test_garbage_in_the_folder_is_no_work(desks: Callable[[], Desk]) -> None:
    kept_work.folder().mkdir(parents=True)
    (kept_work.folder() / "x.nllab").write_bytes(b"no session")
    assert kept_work.find() == []
    assert (kept_work.folder() / "x.nllab").is_file()  # it may be of a newer version
