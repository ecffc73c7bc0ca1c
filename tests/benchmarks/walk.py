"""How long it takes to explain a presentation: the trace, its words and formulas, and the page with all phases.

The first page of a kind also typesets its rules, little by little; that is left out here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.application import make_application
from app.frame import Frame, Selection, TrackFrame
from app.lesson import find_lesson
from app.panes.trace import TracePane
from nlcore.explanations import Focus, walk
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.benchmarks.measuring import FACES, say

LESSONS: Mapping[str, Mapping[str, object]] = {"xor": {}, "faces": FACES}


def measure(lesson: str, changes: Mapping[str, object], rounds: int) -> str:
    """Explain presentations of a lesson and return a line of figures."""
    trainer = Trainer(find_lesson(lesson).experiment.replace(dict(changes)))
    history, state = History(trainer), trainer.initial_state()
    pane = TracePane()
    pane.resize(480, 700)
    pane.show()
    parts: dict[str, list[float]] = {"trace": [], "walk": [], "all phases": [], "one phase": [], "paint": []}
    for k in range(rounds):
        state = trainer.advance(state, 1)
        weight = (0, 0, k % trainer.experiment.network.layers[0])
        clock = [time.process_time()]
        found = trainer.model.trace(state)
        clock.append(time.process_time())
        walk(trainer.model, state, found, Focus(weight=weight))
        clock.append(time.process_time())
        track = TrackFrame("lesson", trainer.model, state, history.curves)
        frame = Frame((track,), Selection(weight=weight), phase=len(found.phases))
        pane.show_frame(replace(frame, phase=0))
        pane.finish()
        clock.append(time.process_time())
        pane.show_frame(frame)
        clock.append(time.process_time())
        pane.grab()
        clock.append(time.process_time())
        pane.show_frame(replace(frame, phase=frame.phase - 1, changed=frozenset({"phase"})))
        again = time.process_time()
        pane.show_frame(replace(frame, changed=frozenset({"phase"})))
        parts["one phase"].append(1000 * (time.process_time() - again))
        for name, first, last in (("trace", 0, 1), ("walk", 1, 2), ("all phases", 3, 4), ("paint", 4, 5)):
            parts[name].append(1000 * (clock[last] - clock[first]))
    pane.close()
    middle = {name: median(times) for name, times in parts.items()}
    total = middle["trace"] + middle["walk"] + middle["all phases"] + middle["paint"]
    figures = ", ".join(f"{name} {value:.1f}" for name, value in middle.items())
    return f"{lesson:<8} {figures}; trace + walk + all phases + paint {total:.1f} ms"


def main(rounds: int = 15) -> None:
    """Print a line for each lesson."""
    make_application()
    say("Explaining one presentation, medians in ms of processor time")
    for lesson, changes in LESSONS.items():
        say(measure(lesson, changes, rounds))


if __name__ == "__main__":
    main()
