"""A student in a real window: opens the faces, runs, pauses, steps an epoch, restarts, and has the same weights again.

Keys and clicks come from outside, through the X server. The program under test is the real one; a thread beside it only
writes down what it shows.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Screen

pytestmark = [pytest.mark.window, pytest.mark.slow]

WATCHED = """
import hashlib, json, sys, time
from PySide6.QtCore import QTimer
from app import application, session

seen = []
last = [time.perf_counter()]
emit = session.Session._emit_status

def watch(self, *arguments):
    emit(self, *arguments)
    if self.history is not None:
        head = self.history.head
        seen.append((self.activity, head.counters.presentations, head.counters.epochs,
                     hashlib.sha256(head.params.tobytes()).hexdigest(),
                     self.history.trainer.model.data.source))
        with open({log!r}, "w") as file:
            json.dump(seen[-400:], file)

session.Session._emit_status = watch
sys.exit(application.run(None))
"""


class Student:
    """What a person can see and do."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.log = screen.folder / "log.json"
        self.log.unlink(missing_ok=True)
        self.process = screen.start(WATCHED.format(log=str(self.log)))
        self.window = screen.wait_for_window("Neural Learning Lab")
        screen.do("windowactivate", "--sync", self.window)

    def now(self) -> list[Any]:
        for _ in range(400):
            try:
                found: list[Any] = json.loads(self.log.read_text())[-1]
            except (OSError, ValueError, IndexError):
                time.sleep(0.05)
            else:
                return found
        raise AssertionError("the program has said nothing")

    def press(self, key: str) -> None:
        self.screen.do("windowactivate", "--sync", self.window)
        self.screen.do("key", key)

    def wait(self, condition: Any, seconds: float = 40) -> list[Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.now()
            if condition(found):
                return found
            time.sleep(0.05)
        raise AssertionError(f"did not come about; last seen {self.now()}")

    def open_lesson(self, words: str) -> None:
        """Open a lesson by a part of its title, in the list of all commands."""
        self.press("ctrl+k")
        time.sleep(0.5)
        self.screen.do("type", "--delay", "30", words)
        time.sleep(0.5)
        self.screen.do("key", "Return")

    def close(self) -> tuple[int, str]:
        self.press("ctrl+q")
        try:
            _, errors = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, errors


def test_faces_run_pause_step_restart(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    student = Student(screen)
    student.wait(lambda found: found[0] == "paused")
    student.open_lesson("Which way does the head")
    start = student.wait(lambda found: found[4] in ("cmu", "synthetic") and found[0] == "paused")
    assert start[1] == 0
    student.press("F5")
    student.wait(lambda found: found[0] == "running" and found[1] > 300)
    student.press("F6")
    paused = student.wait(lambda found: found[0] == "paused")
    assert paused[3] != start[3]
    time.sleep(0.3)
    assert student.now() == paused
    student.press("F9")
    stepped = student.wait(lambda found: found[1] > paused[1])
    assert stepped[1] % 277 == 0
    assert stepped[2] == paused[2] + 1
    student.press("ctrl+r")
    again = student.wait(lambda found: found[1] == 0)
    assert again[3] == start[3]
    status, errors = student.close()
    assert status == 0, errors
    assert "Traceback" not in errors


def test_a_second_start_opens_the_last_lesson(screen: Screen, tmp_path: Path) -> None:
    for expected in (4, 277):
        student = Student(screen)
        student.wait(lambda found: found[0] == "paused")
        time.sleep(1.0)  # the window has just come up: until it has the focus for good, a key may be lost
        student.press("F9")
        found = student.wait(lambda found: found[2] == 1)
        assert found[1] == expected
        student.open_lesson("Which way does the head")
        student.wait(lambda found: found[4] in ("cmu", "synthetic") and found[1] == 0)
        status, errors = student.close()
        assert status == 0, errors
