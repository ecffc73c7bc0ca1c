"""A student trains XOR, changes the learning rate in the field with keys, sees the old course dimmed, and undoes it.

Keys come from outside, through the X server; what is on the screen is looked at in a picture of the window.
"""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Screen
from tests.end_to_end.student import Student

pytestmark = [pytest.mark.window, pytest.mark.slow]

PROGRAM = """
import json, sys
from PySide6.QtCore import QTimer
from app import application, main_window
from app.lesson import find_lesson

made = []
build = main_window.MainWindow.__init__

def note(self, *arguments):
    build(self, *arguments)
    made.append(self)

main_window.MainWindow.__init__ = note

def look():
    window = made[0]
    session, pane = window.session, window.docks.panes.get("error_curves")
    if session.cursor is None or pane is None:
        return
    plot = pane.plot
    # where the middle of each dimmed curve is, as a pixel of the window, and which colour is there
    spots = []
    for line, item in zip(plot.ghosts.lines, plot.ghosts._items):
        seen = window.grab().toImage()
        colour = item.opts["pen"].color().name()
        rect = plot.canvas.rect()
        corner = plot.canvas.mapTo(window, rect.topLeft())
        found = sum(
            seen.pixelColor(x, y).name() == colour
            for x in range(corner.x(), corner.x() + rect.width())
            for y in range(corner.y(), corner.y() + rect.height())
        )
        spots.append([line.number, colour, found])
    with open({log!r}, "w") as file:
        json.dump(dict(
            activity=session.activity,
            place=session.cursor.counters.presentations,
            head=session.history.head.counters.presentations,
            rate=session.history.trainer_at(session.cursor.counters.presentations).experiment.training.learning_rate,
            text=window.strip.fields["training.learning_rate"].text(),
            said=window.strip.sentence.text(),
            ghosts=spots,
        ), file)

timer = QTimer()
timer.setInterval(150)
timer.timeout.connect(look)
QTimer.singleShot(0, timer.start)
sys.exit(application.run(find_lesson("xor")))
"""


def test_change_the_learning_rate_see_the_old_course_and_undo(screen: Screen) -> None:
    student = Student(screen, PROGRAM)
    student.wait(lambda seen: seen["activity"] == "paused" and seen["text"] == "0.5")
    for _ in range(5):
        student.press("F9")
    student.wait(lambda seen: seen["place"] == 20)
    student.press("ctrl+Home")
    student.press("F9", "F9")
    student.wait(lambda seen: (seen["place"], seen["head"]) == (8, 20))
    student.press("alt+r")  # the field's own key
    student.screen.do("type", "0.05")
    student.wait(lambda seen: seen["text"] == "0.05" and "Enter" in seen["said"])
    student.press("Return")
    changed = student.wait(lambda seen: seen["rate"] == 0.05)
    assert changed["said"].startswith("Learning rate 0.5 → 0.05 from presentation 8 on.")
    assert (changed["place"], changed["head"]) == (8, 8)
    for _ in range(4):
        student.press("F9")
    dimmed = student.wait(lambda seen: seen["head"] == 24 and len(seen["ghosts"]) == 1)
    assert dimmed["ghosts"][0][0] == 1
    seen = student.wait(lambda seen: seen["ghosts"] and seen["ghosts"][0][2] > 10)
    assert seen["rate"] == 0.05
    student.press("ctrl+z")  # the field has the focus still
    undone = student.wait(lambda seen: seen["rate"] == 0.5)
    assert (undone["place"], undone["head"], undone["text"]) == (8, 20, "0.5")
    assert [number for number, _, _ in undone["ghosts"]] == [2]
    student.press("ctrl+shift+z")
    student.wait(lambda seen: seen["rate"] == 0.05 and seen["head"] == 24)
    student.press("ctrl+q")
    _, errors = student.process.communicate(timeout=30)
    assert student.process.returncode == 0, errors
    assert "Traceback" not in errors
