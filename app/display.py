"""Whether there is a screen, and whether Qt can start on this machine; found out without starting Qt.

Qt ends the whole process when a system library is missing or no screen answers. Looking first turns that into a
sentence that says what to install.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

DEBIAN = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
)
FEDORA = (
    "mesa-libEGL mesa-libGL dbus-libs fontconfig libxkbcommon-x11 xcb-util-cursor xcb-util-image xcb-util-keysyms "
    "xcb-util-renderutil xcb-util-wm"
)


def has_screen(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a window can be expected to appear somewhere."""
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def qt_problem(environment: Mapping[str, str] = os.environ) -> str:
    """Return why Qt cannot start here, in one sentence with what to do; empty if it can.

    Looks at the libraries that Qt itself needs and, where a window is to be opened by way of X, at those of its
    platform plugin and at whether the screen answers.
    """
    try:
        importlib.import_module("PySide6.QtWidgets")
        importlib.import_module("PySide6.QtSvg")
    except ImportError as error:
        return _missing(str(error))
    problem = _platform_problem(environment) if sys.platform.startswith("linux") else ""
    if problem:
        return problem
    wants_x = environment.get("QT_QPA_PLATFORM", "xcb").split(":")[0] == "xcb" and environment.get("DISPLAY")
    if not sys.platform.startswith("linux") or not wants_x or environment.get("WAYLAND_DISPLAY"):
        return ""
    plugin = _xcb_plugin()
    if plugin is not None:
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return _missing(str(error))
    if not _screen_answers():
        return f"No screen answers at DISPLAY={environment['DISPLAY']}; correct the variable, or unset it."
    return ""


def _platform_problem(environment: Mapping[str, str]) -> str:
    """Return why the named platform cannot work: no such plugin, or nothing that would answer it."""
    wanted = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    folder = _plugins()
    if wanted and folder is not None and not (folder / f"libq{wanted}.so").exists():
        known = ", ".join(sorted(file.stem.removeprefix("libq") for file in folder.glob("libq*.so")))
        return f"QT_QPA_PLATFORM={wanted} is no platform of Qt; known: {known}. Correct the variable, or unset it."
    if wanted == "xcb" and not environment.get("DISPLAY"):
        return "QT_QPA_PLATFORM=xcb needs a screen, but DISPLAY is not set; set it, or unset QT_QPA_PLATFORM."
    wayland = environment.get("WAYLAND_DISPLAY")
    if wayland and not wanted and not environment.get("DISPLAY"):
        socket = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent")) / wayland
        if not socket.exists():
            return f"No screen answers at WAYLAND_DISPLAY={wayland}; correct the variable, or unset it."
    return ""


def _missing(error: str) -> str:
    library = error.split(":")[0]
    if ".so" not in library:
        return f"Qt cannot be loaded ({error}); install the package again with pip."
    return (
        f"Qt cannot start because the system library {library} is missing. Debian and Ubuntu: "
        f"sudo apt install {DEBIAN}. Fedora: sudo dnf install {FEDORA}."
    )


def _plugins() -> Path | None:
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms"
    return folder if folder.is_dir() else None


def _xcb_plugin() -> Path | None:
    folder = _plugins()
    path = folder / "libqxcb.so" if folder is not None else None
    return path if path is not None and path.exists() else None


def _screen_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # then the plugin's own check has the last word
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)
