"""How long it takes to go back: one step, and to a random moment, in a run recorded as the window records it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import get_args

from nlcore import kernels
from nlcore.history import History
from nlcore.records import StepUnit
from nlcore.runner import Runner
from nlcore.trainer import Trainer
from tests.benchmarks.measuring import experiment_of, say

RUNS = {"xor": 1_000_000, "faces": 100_000}
FRAME_SECONDS = 0.033
PLACES = 50
STEP_MS, SEEK_MS = 50, 150
"""The goals."""


def recorded(lesson: str, presentations: int) -> History:
    """Return the history of a run at full speed, looked at once a frame."""
    history = History(Trainer(experiment_of(lesson)))
    runner = Runner(history.trainer)
    runner.start(history.head, stops=False, limit=presentations)
    while history.head.counters.presentations < presentations:
        time.sleep(FRAME_SECONDS)
        for report in runner.take() or ():
            history.curves.append(report.clock, report.values)
            history.record(report.state)
    runner.pause()
    return history


def milliseconds(calls: list[Callable[[], object]]) -> str:
    """Return median and worst time of some calls."""
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return f"{statistics.median(times):6.2f} / {max(times):6.2f} ms"


def main() -> None:
    """Print the times of both runs."""
    kernels.prepare()
    say(f"\nGoing back, median / worst of {PLACES} random places (goals: a step {STEP_MS} ms, a seek {SEEK_MS} ms)")
    for lesson, presentations in RUNS.items():
        places = random.Random(1).sample(range(1, presentations), 4 * PLACES)
        history = recorded(lesson, presentations)
        found = [f"{lesson:<6} {presentations:>9,} presentations, {len(history.checkpoints)} checkpoints"]
        seeks = [lambda p=p, h=history: h.state_at(p) for p in places[:PLACES]]
        found.append(f"seek {milliseconds(seeks)}")
        for number, unit in enumerate(get_args(StepUnit), start=1):
            fresh = recorded(lesson, presentations)  # what the places before have left there must not help
            states = [history.state_at(p) for p in places[number * PLACES : (number + 1) * PLACES]]
            steps = [lambda s=s, h=fresh, u=unit: h.state_at(h.before(s, u)) for s in states]
            found.append(f"{unit} {milliseconds(steps)}")
        say("  ".join(found))
