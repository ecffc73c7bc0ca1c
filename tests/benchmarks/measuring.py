"""What all benchmarks share: printing a line, timing a call, a median, and an experiment to train."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping

from app.lesson import find_lesson
from nlcore.experiment import Experiment

Run = Callable[[int], object]
"""Trains for so many presentations."""
LESSONS = ("xor", "faces")
FACES = {"dataset.source": "synthetic"}
"""The drawn heads: the same on every machine, and as many and as large as the photographs."""


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def seconds_each(run: Run, n: int) -> float:
    """Return how long one of `n` presentations takes."""
    began = time.perf_counter()
    run(n)
    return (time.perf_counter() - began) / n


def in_rounds(runs: Mapping[str, Run], counts: Mapping[str, int], rounds: int) -> dict[str, list[float]]:
    """Return seconds a presentation for each run, one number a round; in a round every run has its turn."""
    times: dict[str, list[float]] = {key: [] for key in runs}
    for _ in range(rounds):
        for key, run in runs.items():
            times[key].append(seconds_each(run, counts[key]))
    return times


def ratio(times: list[float], base: list[float]) -> float:
    """Return the median of the ratios within a round."""
    return statistics.median(t / b for t, b in zip(times, base, strict=True))


def experiment_of(lesson: str) -> Experiment:
    """Return the experiment of a lesson, on data that are the same on every machine."""
    experiment = find_lesson(lesson).experiment
    return experiment.replace(FACES) if lesson == "faces" else experiment
