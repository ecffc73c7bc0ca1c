"""Without a screen, or without Qt's libraries, there is a sentence."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from app import display


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X and Wayland are Linux matters")
def test_a_screen_is_named_by_the_environment() -> None:
    assert not display.has_screen({})
    assert display.has_screen({"DISPLAY": ":0"})
    assert display.has_screen({"WAYLAND_DISPLAY": "wayland-0"})
    assert display.has_screen({"QT_QPA_PLATFORM": "offscreen"})


def test_offscreen_is_always_possible_here() -> None:
    assert display.qt_problem({"QT_QPA_PLATFORM": "offscreen"}) == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X is a Linux matter")
def test_a_screen_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4242")
    sentence = display.qt_problem({"DISPLAY": ":4242"})
    assert "No screen answers at DISPLAY=:4242" in sentence or "is missing" in sentence


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X and Wayland are Linux matters")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"QT_QPA_PLATFORM": "bogus"}, "bogus is no platform of Qt"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"WAYLAND_DISPLAY": "wayland-99", "XDG_RUNTIME_DIR": "/nowhere"}, "No screen answers at WAYLAND_DISPLAY"),
    ],
)
def test_a_platform_that_cannot_work_is_told(environment: dict[str, str], said: str) -> None:
    assert said in display.qt_problem(environment)


def test_a_missing_library_is_named_with_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(importlib, "import_module", fail)
    sentence = display.qt_problem({"QT_QPA_PLATFORM": "offscreen"})
    assert "libEGL.so.1 is missing" in sentence
    assert "apt install" in sentence
    assert "libegl1" in sentence
    assert "dnf install" in sentence


@pytest.mark.parametrize(
    "module", ["app.cli", "app.headless", "app.lesson", "app.settings", "app.__main__", "nlcore.trainer"]
)
def test_headless_modules_import_no_qt_and_no_compiler(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('PySide6', 'pyqtgraph', 'numba', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
