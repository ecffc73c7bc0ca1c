"""A real X server with a window manager, for tests that drive the program as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = ("Xvfb", "xdotool", "openbox")
ROOT = Path(__file__).parent.parent.parent


class Screen:
    """A virtual screen, and the program on it.

    Attributes
    ----------
    display : str
        Name of the X display.
    """

    def __init__(self, display: str, folder: Path) -> None:
        self.display = display
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")},
            "DISPLAY": display,
        }

    def start(self, script: str) -> subprocess.Popen[str]:
        """Run a Python script on the screen."""
        return subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, *arguments: str) -> str:
        """Use xdotool."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout.strip()

    def wait_for_window(self, title: str, seconds: float = 30) -> str:
        """Wait until a window with this title is visible; return its id."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.do("search", "--onlyvisible", "--name", title)
            if found:
                return found.split()[-1]
            time.sleep(0.1)
        raise AssertionError(f"no window called {title}")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """Start a screen of our own; skip where the tools for it are missing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"], pass_fds=(write,),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    found = Screen(f":{number}", tmp_path)
    manager = subprocess.Popen(["openbox"], env=found.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield found
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(timeout=10)
