"""A student in front of a real window: keys and the mouse come from outside, eyes read what the program writes down."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.end_to_end.conftest import Screen


class Student:
    """Hands and eyes in front of the window.

    Parameters
    ----------
    screen : Screen
        Where the program runs.
    program : str
        A script that starts it and writes what can be seen to a file: `{log!r}` stands for the file's name,
        `{arguments!r}` for the arguments.
    """

    def __init__(self, screen: Screen, program: str, *arguments: str, title: str = "Backpropagation on XOR") -> None:
        self.screen = screen
        self.log: Path = screen.folder / "seen.json"
        self.log.unlink(missing_ok=True)
        filled = program.replace("{log!r}", repr(str(self.log))).replace("{arguments!r}", repr(list(arguments)))
        self.process = screen.start(filled)
        self.window = screen.wait_for_window(title)
        screen.do("windowactivate", "--sync", self.window)

    def wait(self, condition: Any, seconds: float = 40) -> dict[str, Any]:
        """Wait until what is seen fulfils a condition."""
        end, found = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                found = json.loads(self.log.read_text())
            except (OSError, ValueError):
                found = None
            if found is not None and condition(found):
                return dict(found)
            if self.process.poll() is not None:
                raise AssertionError(f"the program has ended: {self.process.communicate()[1][-2000:]}")
            time.sleep(0.05)
        raise AssertionError(f"did not come about; last seen {found}")

    def press(self, *keys: str) -> None:
        self.screen.do("windowactivate", "--sync", self.window)
        for key in keys:
            self.screen.do("key", key)
            time.sleep(0.15)

    def move(self, place: list[int]) -> None:
        self.screen.do("mousemove", str(place[0]), str(place[1]))
        time.sleep(0.1)

    def click(self, place: list[int]) -> None:
        self.move(place)
        self.screen.do("click", "1")

    def drag(self, start: list[int], end: list[int]) -> None:
        self.move(start)
        self.screen.do("mousedown", "1")
        for share in (0.2, 0.5, 0.8, 1.0):
            self.move([round(a + share * (b - a)) for a, b in zip(start, end, strict=True)])
        self.screen.do("mouseup", "1")

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=10)
