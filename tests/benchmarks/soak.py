"""A very long run, recorded as the window records it: the memory it takes must not grow with its length.

Not part of the usual benchmarks; `python -m tests.benchmarks soak`.
"""

from __future__ import annotations

import time
from pathlib import Path

from nlcore import kernels
from nlcore.history import History
from nlcore.runner import Runner
from nlcore.trainer import Trainer
from tests.benchmarks.history import FRAME_SECONDS
from tests.benchmarks.measuring import experiment_of, say

RUNS = {"every 100,000 epochs": (10**8, 100_000), "every epoch": (10**7, 1)}
"""Presentations, and epochs between two measurements."""
MARKS = (0.1, 0.5, 1.0)


def resident_mb() -> float:
    """Return the memory this process holds now, in MB (its most so far where the system does not say)."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    import resource  # not on Windows, where nothing can be said without another package

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def soak(presentations: int, every: int) -> list[str]:
    """Train and note the memory at the marks."""
    experiment = experiment_of("xor").replace({"training.evaluate_every.every": every})
    history = History(Trainer(experiment))
    runner, marks, found = Runner(history.trainer), list(MARKS), []
    began = time.perf_counter()
    runner.start(history.head, stops=False, limit=presentations)
    while marks:
        time.sleep(FRAME_SECONDS)
        for report in runner.take() or ():
            history.curves.append(report.clock, report.values)
            history.record(report.state)
        while marks and history.head.counters.presentations >= marks[0] * presentations:
            found.append(f"{100 * marks.pop(0):.0f} % {resident_mb():.1f} MB")
    runner.pause()
    n_points = len(history.curves.series(0, "epochs")[0])
    took = time.perf_counter() - began
    return [*found, f"{len(history.checkpoints)} checkpoints, {n_points} points of a curve, {took:.0f} s"]


def main() -> None:
    """Print the memory of both runs."""
    kernels.prepare()
    for name, (presentations, every) in RUNS.items():
        say(f"{presentations:,} XOR presentations, measured {name}: {', '.join(soak(presentations, every))}")
