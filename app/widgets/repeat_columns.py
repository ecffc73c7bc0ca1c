"""The table of a repetition, column by column: a number or a word for each seed, and what sums them up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.repetition import RepeatedTrack, Repetition
from app.widgets.numbers import count, number
from app.widgets.repeat_texts import finish_word
from nlcore.records import SET_NAMES, SetName
from nlcore.repeated_run import RepeatedRun
from nlcore.spread import Summary

Value = str | float | None
SUMMARIES = ("mean", "standard deviation", "median", "smallest to largest")
NEVER = "never"
SEED_TIP = "Decides start weights, order and dropout"


@dataclass(frozen=True, slots=True, eq=False)
class TableColumn:
    """One column.

    Attributes
    ----------
    title, tip : str
        Short and in full.
    values : tuple of str, float or None
        One for each row; None where a run has no such number.
    missing : str
        Written for None.
    is_share : bool
        Whether it is written in percent.
    is_summed : bool
        Whether mean and spread mean anything.
    """

    title: str
    tip: str
    values: tuple[Value, ...]
    missing: str = "–"
    is_share: bool = False
    is_summed: bool = True

    def text(self, row: int) -> str:
        """Write the value of a row."""
        return self.written(self.values[row])

    def written(self, value: Value) -> str:
        """Write a value."""
        if isinstance(value, str):
            return value
        if value is None:
            return self.missing
        if not math.isfinite(value):
            return "not finite"
        if self.is_share:
            return f"{number(100 * value)} %"
        return count(int(value)) if isinstance(value, int) else number(value, 4)

    def key(self, row: int) -> tuple[int, float, str]:
        """Return what a row is sorted by; what has no number comes last."""
        value = self.values[row]
        if isinstance(value, str):
            return (0, 0.0, value)
        if value is None or not math.isfinite(value):
            return (1, 0.0, "")
        return (0, float(value), "")

    def sums(self) -> tuple[str, ...]:
        """Write mean, standard deviation, median and range over the runs that have a number."""
        numbers = [value for value in self.values if not isinstance(value, str)]
        if not self.is_summed or not numbers:
            return ("",) * len(SUMMARIES)
        summary = Summary.of(numbers)
        if not summary.n:
            return (self.missing, "", "", "")
        sd = "" if math.isnan(summary.sd) else self.written(float(summary.sd))
        ends = f"{self.written(float(summary.low))} to {self.written(float(summary.high))}"
        some = f" ({count(summary.n)} of {count(len(self.values))})" if summary.n < len(self.values) else ""
        return (self.written(float(summary.mean)) + some, sd, self.written(float(summary.median)), ends)


def columns(repetition: Repetition) -> tuple[TableColumn, ...]:
    """Return the columns of a repetition; with several tracks one to three for each of them."""
    if len(repetition.courses) > 1:
        return _compared(repetition)
    return _of_track(repetition.tracks[0]) if repetition.tracks else ()


def _of_track(track: RepeatedTrack) -> tuple[TableColumn, ...]:
    runs = track.repeats.runs

    epochs, updates = (tuple(getattr(run.counters, name) for run in runs) for name in ("epochs", "updates"))
    found = [
        TableColumn("seed", SEED_TIP, tuple(run.seed for run in runs), is_summed=False),
        TableColumn("ended by", "Why the run ended", tuple(finish_word(run) for run in runs), is_summed=False),
        TableColumn("epochs", "Passes over the training set until the end", epochs),
        TableColumn("updates", "Times the weights were written until the end", updates),
    ]
    if track.repeats.has_classes:
        found.append(_first(runs, "first epoch with\nzero errors"))
    for name in SET_NAMES:
        if all(run.metrics.get(name) is None for run in runs):
            continue
        losses = tuple(_at_end(run, name, "loss") for run in runs)
        found.append(TableColumn(f"{name}\nloss", f"Loss on the {name} set at the end", losses))
        if track.repeats.has_classes:
            tip = f"Share of misclassified examples of the {name} set at the end"
            rates = tuple(_at_end(run, name, "error_rate") for run in runs)
            found.append(TableColumn(f"{name}\nerror rate", tip, rates, is_share=True))
    return tuple(found)


def _compared(repetition: Repetition) -> tuple[TableColumn, ...]:
    """Return the columns for several tracks: a row for each seed."""
    seeds = sorted({run.seed for track in repetition.tracks for run in track.repeats.runs})
    found = [TableColumn("seed", SEED_TIP, tuple(seeds), is_summed=False)]
    for track in repetition.tracks:
        by_seed = {run.seed: run for run in track.repeats.runs}
        runs = [by_seed.get(seed) for seed in seeds]
        if track.repeats.has_classes:
            found.append(_first(runs, f"{track.course.name}\nfirst epoch with zero errors"))
        values = tuple(None if run is None else _at_end(run, "training", "loss") for run in runs)
        found.append(TableColumn(f"{track.course.name}\ntraining loss", "Loss on the training set at the end", values))
        if track.repeats.has_classes and any(run is not None and run.metrics.get("test") is not None for run in runs):
            tip = "Share of misclassified examples of the test set at the end"
            rates = tuple(None if run is None else _at_end(run, "test", "error_rate") for run in runs)
            found.append(TableColumn(f"{track.course.name}\ntest error rate", tip, rates, is_share=True))
    return tuple(found)


def _first(runs: Sequence[RepeatedRun | None], title: str) -> TableColumn:
    tip = "The first epoch after which a measurement found no training example misclassified; 0 is the start"
    values: tuple[Value, ...] = tuple("" if run is None else run.first_all_correct for run in runs)
    return TableColumn(title, tip, values, missing=NEVER)


def _at_end(run: RepeatedRun, name: SetName, metric: str) -> float | None:
    found = run.metrics.get(name)
    value = None if found is None else getattr(found, metric)
    return None if value is None else float(value)
