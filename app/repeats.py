"""Repetition with several seeds for `nllab run --seeds`: every run in a table, then mean and standard deviation.

No Qt here. The table goes to standard output, progress to standard error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from app import headless
from app.files import write_text
from app.headless import Progress
from app.lesson import Lesson
from app.sentences import counted
from nlcore.errors import ExperimentError
from nlcore.records import SET_NAMES, FinishReason, Metrics, SetName
from nlcore.repeated_run import RepeatedRun
from nlcore.repeats import Repeats, as_csv, repeat
from nlcore.spread import Summary

MEASURES = ("loss", "sse", "mse", "error_rate", "accuracy", "accuracy_all_units")
WORDS = {FinishReason.STOP_RULE: "stop rule", FinishReason.NOTHING_TO_TRAIN: "nothing to train"}


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedTrack:
    """A track of a lesson with all its runs."""

    name: str
    repeats: Repeats


def train(
    lesson: Lesson, changes: Mapping[str, Any], n: int, epochs: int | None, *, new_data: bool = False
) -> list[RepeatedTrack]:
    """Train all tracks of a lesson with `n` seeds each, with a bar on a terminal.

    Parameters
    ----------
    lesson : Lesson
        What to train.
    changes : mapping of str to object
        Changed settings, by dotted name; the seed there is the first.
    n : int
        How many seeds.
    epochs : int or None
        Exactly so many; None for the lesson's stop rules.
    new_data : bool
        Whether the seeds of the data vary too.

    Raises
    ------
    LabError
        If something does not fit together, or a run fails.
    """
    tracks: list[RepeatedTrack] = []
    dataset, data = None, None
    try:
        for name, experiment in lesson.tracks(changes):
            if experiment.dataset != dataset:
                dataset, data = experiment.dataset, headless.load_data(experiment)
            progress = Progress(f"{name}, {counted(n, 'seed')}")

            def show(done: int, total: int, bar: Progress = progress) -> None:
                bar.show(done / total, f"{done} of {total} runs done")

            try:
                found = repeat(experiment, n, data, epochs=epochs, new_data=new_data, progress=show)
            finally:
                progress.close()
            tracks.append(RepeatedTrack(name, found))
    except ExperimentError as error:
        raise ExperimentError(f"{lesson.path.name}: {error}") from None
    return tracks


def write_table(path: Path, tracks: Sequence[RepeatedTrack]) -> None:
    """Write a line for each run of each track as CSV.

    Raises
    ------
    LabError
        If the file cannot be written.
    """
    runs = [run for track in tracks for run in track.repeats.runs]
    write_text(path, as_csv(runs, {"track": [track.name for track in tracks for _ in track.repeats.runs]}))


def write_spread(path: Path, tracks: Sequence[RepeatedTrack]) -> None:
    """Write mean, standard deviation, median, smallest and largest of all curves as CSV, a line for each epoch.

    Raises
    ------
    LabError
        If the file cannot be written.
    """
    lines = ["track,set,metric,epochs,runs,mean,sd,median,low,high"]
    for track in tracks:
        name = '"' + track.name.replace('"', '""') + '"'
        for column in track.repeats.columns:
            found = track.repeats.spread(column.set_name, column.metric)
            table = zip(found.x, found.n, found.mean, found.sd, found.median, found.low, found.high, strict=True)
            lines += [
                f"{name},{column.set_name},{column.metric},{x:.15g},{n}," + ",".join(_number(float(v)) for v in values)
                for x, n, *values in table
            ]
    write_text(path, "\n".join(lines) + "\n")


def report(lesson: Lesson, tracks: Sequence[RepeatedTrack]) -> dict[str, Any]:
    """Return what `nllab run --seeds N --json` prints: as without `--seeds` for the first seed, and `repeats`."""
    lead = tracks[0].repeats.trainer
    data = lead.model.data
    return {
        "lesson": lesson.id,
        "seed": lead.experiment.seed,
        "kernel": lead.model.kernel,
        "dataset": {
            "name": lead.experiment.dataset.name,
            "source": data.source if data else "none",
            "sizes": {name: len(data.sets[name]) if data else 0 for name in SET_NAMES},
        },
        "tracks": [
            {"name": track.name, **_run_report(track.repeats.runs[0]), "repeats": _report(track.repeats)}
            for track in tracks
        ],
    }


def _report(found: Repeats) -> dict[str, Any]:
    sets = [name for name in SET_NAMES if found.runs[0].metrics.get(name) is not None]
    return {
        "n": len(found.runs),
        "varied": list(found.varied),
        "runs": [_run_report(run) for run in found.runs],
        "all_correct": {"runs": found.n_all_correct, "share": found.share_all_correct} if found.has_classes else None,
        "first_all_correct_epoch": _summary(Summary.of([run.first_all_correct for run in found.runs])),
        "epochs": _summary(Summary.of([run.counters.epochs for run in found.runs])),
        "metrics": {
            name: {
                measure: _summary(summary)
                for measure in MEASURES
                if (summary := found.summary(name, measure)).n or measure == "loss"
            }
            for name in sets
        },
        "diverged": list(found.diverged),
    }


def _run_report(run: RepeatedRun) -> dict[str, Any]:
    best = run.best_validation
    return {
        "seed": run.seed,
        "counters": {
            "presentations": run.counters.presentations,
            "updates": run.counters.updates,
            "epochs": run.counters.epochs,
        },
        "finish_reason": run.reason.value,
        "metrics": {name: _metrics(found) for name, found in run.metrics.items()},
        "first_all_correct_epoch": run.first_all_correct,
        "best_validation": best and {"epochs": best.epochs, "updates": best.updates, "loss": best.value},
        "params_sha256": run.params_sha256,
        "seconds": round(run.seconds, 3),
    }


def _metrics(found: Metrics | None) -> dict[str, Any] | None:
    return None if found is None else {name: _finite(value) for name, value in asdict(found).items()}


def _summary(found: Summary) -> dict[str, Any]:
    return {name: _finite(value) for name, value in asdict(found).items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""


# --- the table for people ------------------------------------------------------------------------------------------


def write_summary(track: RepeatedTrack, stream: TextIO) -> None:
    """Write a track's runs as a table, with mean and standard deviation in its last lines."""
    found = track.repeats
    first, last = found.runs[0].seed, found.runs[-1].seed
    new = ", each with new data" if len(found.varied) > 1 else ""
    stream.write(f"{track.name}: {counted(len(found.runs), 'run')}, seeds {first} to {last}{new}\n")
    sets = [name for name in SET_NAMES if found.runs[0].metrics.get(name) is not None]
    measure = "error_rate" if found.has_classes else "mse"
    if all(getattr(found.runs[0].metrics[name], measure) is None for name in sets):
        measure = "loss"
    titles = ["seed", "epochs", *(["all correct at"] if found.has_classes else [])]
    titles += [f"{name} {'errors' if measure == 'error_rate' else measure}" for name in sets]
    rows = [[*_cells(run, sets, measure, has_classes=found.has_classes), _finish(run)] for run in found.runs]
    counts: list[list[float | None]] = [[run.counters.epochs for run in found.runs]]
    counts += [[run.first_all_correct for run in found.runs]] if found.has_classes else []
    summaries = [(Summary.of(values), False) for values in counts]
    summaries += [(found.summary(name, measure), measure == "error_rate") for name in sets]
    ends = [
        [word, *(_value(getattr(summary, field), is_share=is_share) for summary, is_share in summaries), ""]
        for word, field in (("mean", "mean"), ("sd", "sd"))
    ]
    _write_rows(stream, [[*titles, "finish"], *rows], ends)
    if found.has_classes:
        share = f"{100 * found.share_all_correct:.0f} %"
        n, reached = len(found.runs), found.n_all_correct
        stream.write(f"  All training examples correct at some time in {reached} of {n} runs ({share}).\n")
    if found.diverged:
        seeds = ", ".join(str(seed) for seed in found.diverged)
        stream.write(f"  Diverged (a number that is not finite is left out of mean and sd): seed {seeds}.\n")


def _cells(run: RepeatedRun, sets: Sequence[SetName], measure: str, *, has_classes: bool) -> list[str]:
    first = [] if not has_classes else ["never" if run.first_all_correct is None else str(run.first_all_correct)]
    values = [getattr(run.metrics.get(name), measure, None) for name in sets]
    return [
        str(run.seed),
        str(run.counters.epochs),
        *first,
        *(_value(value, is_share=measure == "error_rate") for value in values),
    ]


def _value(value: float | None, *, is_share: bool) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    return f"{100 * value:.1f} %" if is_share else f"{value:.5g}"


def _finish(run: RepeatedRun) -> str:
    return WORDS.get(run.reason, run.reason.value)


def _write_rows(stream: TextIO, rows: list[list[str]], ends: list[list[str]]) -> None:
    widths = [max(len(row[place]) for row in (*rows, *ends)) for place in range(len(rows[0]))]
    for number, row in enumerate((*rows, *ends)):
        if number == len(rows):
            stream.write("  " + "-" * (sum(widths) + 2 * len(widths) - 2) + "\n")
        cells = [cell.rjust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        stream.write(("  " + "  ".join([*cells, row[-1]])).rstrip() + "\n")
