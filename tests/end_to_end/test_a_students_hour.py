"""A student's hour in front of a real window: compare three rates, edit a point, scrub back, save, and lose nothing.

Keys and the mouse come from outside, through the X server. Then the program is killed, started again, and everything is
there: in the saved file, and what was done after it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.end_to_end.conftest import ROOT, Screen
from tests.end_to_end.student import Student

pytestmark = [pytest.mark.window, pytest.mark.slow]

PROGRAM = """
import hashlib, json, os, sys
from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from app import __main__, main_window
from app.tools import recovery

recovery.KEEP_MS = 500
made = []
build = main_window.MainWindow.__init__

def note(self, *arguments):
    build(self, *arguments)
    made.append(self)

main_window.MainWindow.__init__ = note

def middle(widget):
    at = widget.mapToGlobal(widget.rect().center())
    return [at.x(), at.y()]

def look():
    window = made[0] if made else None
    session = window.session if window is not None else None
    pane = window.docks.panes.get("decision_surface") if window is not None else None
    if session is None or session.lead is None or pane is None or pane.frame is None:
        return
    plot = pane.plot
    def pixel(x, y):
        place = plot.canvas.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))
        at = plot.canvas.viewport().mapToGlobal(place)
        return [at.x(), at.y()]
    try:
        corners = {f"{x},{y}": pixel(x, y) for x in (0, 1) for y in (0, 1)}
        corners["middle"] = pixel(0.4, 0.2)
    except Exception:
        corners = {}
    asked = QApplication.activeModalWidget()
    buttons = {b.text().replace("&", ""): middle(b) for b in window.findChildren(QPushButton) if b.isVisible()}
    seen = dict(
        activity=session.activity,
        title=window.windowTitle(),
        message=window.status_line.text("message"),
        asked=asked.windowTitle() if asked is not None else "",
        corners=corners,
        buttons=buttons,
        is_editing=pane.edit.isChecked(),
        points=[[float(v) for v in point] for point in session.tracks[0].trainer.model.data.training.inputs],
        tracks=[
            dict(
                name=track.name,
                place=track.done,
                end=track.end,
                changes=len(track.history.run.interventions),
                measured=track.history.curves.n_measurements,
                state=hashlib.sha256(track.cursor.params.tobytes()).hexdigest(),
            )
            for track in session.tracks
        ],
    )
    with open({log!r} + ".new", "w") as file:
        json.dump(seen, file)
    os.replace({log!r} + ".new", {log!r})

timer = QTimer()
timer.setInterval(150)
timer.timeout.connect(look)
QTimer.singleShot(0, timer.start)
sys.exit(__main__.main({arguments!r}))
"""


def known(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what must be the same after opening it again."""
    return list(seen["tracks"])


def place_of(seen: dict[str, Any]) -> int:
    return int(seen["tracks"][0]["place"])


def test_a_students_hour(screen: Screen) -> None:
    for name in ("config", "data", "cache"):
        screen.environment[f"XDG_{name.upper()}_HOME"] = str(screen.folder / name)
    screen.environment["HOME"] = str(screen.folder)
    saved = screen.folder / "my hour.nllab"

    student = Student(screen, PROGRAM, "xor")
    student.wait(lambda seen: seen["activity"] == "paused" and seen["corners"])
    student.press("F9", "F9", "F9", "F9", "F9")
    student.wait(lambda seen: place_of(seen) == 20)

    # three rates
    student.press("ctrl+d")
    student.wait(lambda seen: "Compare" in seen["asked"])
    student.screen.do("type", "0.05; 2")
    student.screen.do("key", "Return")
    seen = student.wait(lambda seen: len(seen["tracks"]) == 3 and seen["activity"] == "paused")
    assert [track["place"] for track in seen["tracks"]] == [20, 20, 20]
    student.press("F9", "F9", "F9", "F9", "F9")
    seen = student.wait(lambda seen: place_of(seen) == 40)
    assert len({track["state"] for track in seen["tracks"]}) == 3

    # a point is moved, in all three
    student.click(seen["buttons"]["Edit points"])
    seen = student.wait(lambda seen: seen["is_editing"] and seen["corners"])
    time.sleep(0.5)  # the bar for editing has come between
    seen = student.wait(lambda seen: seen["corners"])
    student.drag(seen["corners"]["0,0"], seen["corners"]["middle"])
    seen = student.wait(lambda seen: [track["changes"] for track in seen["tracks"]] == [1, 1, 1])
    assert seen["points"][0] == pytest.approx([0.4, 0.2], abs=0.05)
    student.press("F9", "F9", "F9", "F9", "F9")
    seen = student.wait(lambda seen: place_of(seen) == 60)

    # back in time
    student.press("shift+F9", "shift+F10")
    seen = student.wait(lambda seen: place_of(seen) == 55)
    assert {track["end"] for track in seen["tracks"]} == {60}

    # save
    student.press("ctrl+shift+s")
    student.wait(lambda seen: "Save" in seen["asked"])
    student.screen.do("key", "ctrl+a")
    student.screen.do("type", str(saved))
    student.screen.do("key", "Return")
    at_save = student.wait(lambda seen: saved.name in seen["title"] and saved.exists())

    # go on, and lose the program
    student.press("F9", "F9", "F9", "F9")
    at_kill = student.wait(lambda seen: place_of(seen) == 68)
    unsaved = screen.folder / "data" / "nllab" / "unsaved"
    end = time.monotonic() + 30
    while not list(unsaved.glob("*.nllab")):
        assert time.monotonic() < end, "nothing was kept"
        time.sleep(0.1)
    time.sleep(1.5)
    student.kill()

    # what was not saved can be brought back
    student = Student(screen, PROGRAM, "perceptron-and", title="perceptron learns AND")
    seen = student.wait(lambda seen: "Bring back" in seen["buttons"])
    student.click(seen["buttons"]["Bring back"])
    seen = student.wait(lambda seen: len(seen["tracks"]) == 3 and seen["activity"] == "paused")
    assert known(seen) == known(at_kill)
    student.kill()

    # the saved file is the instant at which it was saved
    student = Student(screen, PROGRAM, str(saved), title="my hour")
    seen = student.wait(lambda seen: len(seen["tracks"]) == 3 and seen["activity"] == "paused")
    assert known(seen) == known(at_save)
    assert seen["points"] == at_save["points"]
    student.press("ctrl+z")  # the moved point goes back, in all tracks
    student.wait(lambda seen: [track["changes"] for track in seen["tracks"]] == [0, 0, 0])
    student.press("ctrl+q")
    _, errors = student.process.communicate(timeout=30)
    assert student.process.returncode == 0, errors
    assert "Traceback" not in errors

    # and without a window
    told = subprocess.run(
        [sys.executable, "-m", "app", "open", str(saved), "--json", "-"],
        cwd=ROOT, env=screen.environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    tracks = json.loads(told.stdout)["tracks"]
    assert [track["name"] for track in tracks] == [track["name"] for track in at_save["tracks"]]
    assert [track["params_sha256"] for track in tracks] == [track["state"] for track in at_save["tracks"]]
