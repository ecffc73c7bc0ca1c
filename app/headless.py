"""Training a lesson without a window: the work behind `nllab run`, `nllab shot` and a start without a screen.

No Qt here. Progress goes to standard error, results are plain dictionaries that can be written as JSON.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from app.lesson import Lesson
from nlcore import datasets, exports
from nlcore.cross_validation import CrossValidation
from nlcore.curves import Curves
from nlcore.datasets import Data
from nlcore.early_stopping import Watch
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import SET_NAMES, Counters, FinishReason, FloatArray, Metrics, TrainState
from nlcore.runner import Chunk
from nlcore.trainer import NOT_LOADED, Trainer

CALL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Until:
    """How long to train: exactly so many of one unit, or as the stop rules say if all are None."""

    epochs: int | None = None
    updates: int | None = None
    presentations: int | None = None

    @property
    def is_exact(self) -> bool:
        """Whether a length was given."""
        return any(limit is not None for limit in (self.epochs, self.updates, self.presentations))


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A trained track.

    Its name, its run, its measurements, why it ended, how long it took, the folds that chose its length, and the state
    that is told of where it is not the head.
    """

    name: str
    history: History
    curves: Curves
    reason: FinishReason
    seconds: float
    cross_validation: CrossValidation | None = None
    cursor: TrainState | None = None

    @property
    def shown(self) -> TrainState:
        """The state that is told of."""
        return self.history.head if self.cursor is None else self.cursor


class Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = stream if stream is not None else sys.stderr
        self._shown = 0.0
        self._is_terminal = self._stream.isatty()

    def show(self, share: float | None, text: str) -> None:
        """Draw the bar again, at most ten times a second; `share` None if the end is not known."""
        now = time.perf_counter()
        if not self._is_terminal or now - self._shown < 0.1:
            return
        self._shown = now
        bar = "" if share is None else "[" + ("#" * round(20 * share)).ljust(20, ".") + "] "
        self._stream.write(f"\r\x1b[K{self._title} {bar}{text}")
        self._stream.flush()

    def close(self) -> None:
        """Take the bar away."""
        if self._is_terminal and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def load_data(experiment: Experiment) -> Data | None:
    """Load an experiment's data, with a bar on a terminal.

    Raises
    ------
    LabError
        If they cannot be loaded.
    """
    progress = Progress("loading the data")

    def show(done: int, total: int | None) -> None:
        progress.show(min(1.0, done / total) if total else None, f"{done:,} of {total:,}" if total else f"{done:,}")

    try:
        return datasets.load(experiment.dataset, show)
    finally:
        progress.close()


def train(name: str, experiment: Experiment, until: Until, data: Data | object | None = NOT_LOADED) -> Track:
    """Train one track from its start.

    Raises
    ------
    LabError
        If the experiment does not fit together, or would never end.
    """
    trainer = Trainer(experiment, load_data(experiment) if data is NOT_LOADED else data).prepared()
    if not until.is_exact and not experiment.training.stop.has_end and trainer.model.trains:
        raise ExperimentError("training.stop: this lesson has no stop rule; say how long with --epochs N")
    began = time.perf_counter()
    history, curves = History(trainer), Curves(trainer.model.columns, capacity=1 << 20)
    curves.append(np.zeros((1, 3)), trainer.measure(history.start)[None, :])
    progress = Progress(name)
    reason = _train(trainer, history, curves, until, progress)
    progress.close()
    return Track(name, history, curves, reason, time.perf_counter() - began)


def _train(trainer: Trainer, history: History, curves: Curves, until: Until, progress: Progress) -> FinishReason:
    chunk = Chunk(CALL_SECONDS)
    if until.updates is not None and trainer.model.trains:
        experiment = trainer.experiment.replace({"training.stop": {"updates": until.updates}})
        trainer = Trainer(experiment, trainer.model.data, trainer.model.kernel)
    limit = until.presentations if until.epochs is None else until.epochs * trainer.model.epoch_length
    stops = until.updates is not None or not until.is_exact
    reason = trainer.finish_reason(history.head, stops=stops)
    last_update, idle = 0, 2 * trainer.model.epoch_length
    while reason is None:
        state: TrainState = history.head
        n = chunk.n if limit is None else min(chunk.n, limit - state.counters.presentations)
        if n <= 0:
            return trainer.finish_reason(state, stops=False) or FinishReason.LIMIT
        began = time.perf_counter()
        after = trainer.measured_advance(state, n, stops=stops)
        chunk.note(n, time.perf_counter() - began)
        for kept in (curves, history.curves):
            kept.append(after.clock, after.values)
        history.record(after.state)
        reason = after.reason
        if after.state.counters.updates != state.counters.updates:
            last_update = after.state.counters.presentations
        if until.updates is not None and after.state.counters.presentations - last_update >= idle:
            return FinishReason.LIMIT  # two whole epochs went by without an update: there will be no more
        shown = after.state.counters
        progress.show(None if limit is None else shown.presentations / limit, f"epoch {shown.epochs}")
    if until.updates is not None and reason is FinishReason.STOP_RULE:
        return FinishReason.LIMIT
    return reason


def report(lesson: Lesson, tracks: list[Track]) -> dict[str, Any]:
    """Return what `nllab run --json` prints."""
    return report_of(lesson.id, tracks)


def report_of(lesson_id: str | None, tracks: list[Track]) -> dict[str, Any]:
    """Return what is told of trained tracks."""
    lead = tracks[0].history.trainer
    data = lead.model.data
    sizes = {name: len(data.sets[name]) if data else 0 for name in SET_NAMES}
    return {
        "lesson": lesson_id,
        "seed": lead.experiment.seed,
        "kernel": lead.model.kernel,
        "dataset": {
            "name": lead.experiment.dataset.name,
            "source": data.source if data else "none",
            "sizes": sizes,
        },
        "tracks": [_track_report(track) for track in tracks],
    }


def _track_report(track: Track) -> dict[str, Any]:
    shown = track.shown
    found: dict[str, Any] = {
        "name": track.name,
        "counters": counters_report(shown.counters),
        "finish_reason": track.reason.value,
        "metrics": _set_reports(track.history.trainer_at(shown.counters.presentations), shown.params),
        "params_sha256": hashlib.sha256(shown.params.astype("<f8").tobytes()).hexdigest(),
        "seconds": round(track.seconds, 3),
    }
    best = _best_validation(track.history)
    if best is not None:
        found["best_validation"] = best
    if track.cross_validation is not None:
        found["cross_validation"] = _folds_report(track.cross_validation)
    return found


def counters_report(counters: Counters) -> dict[str, int]:
    """Return the three clocks by name."""
    return {"presentations": counters.presentations, "updates": counters.updates, "epochs": counters.epochs}


def _best_validation(history: History) -> dict[str, Any] | None:
    """Return when the validation loss was lowest and how good the network was then; None without a validation set."""
    best = history.best_validation()
    if best is None:
        return None
    watch = Watch.of(history.head)  # early stopping keeps the weights; otherwise the moment is computed again
    is_kept = history.trainer.experiment.training.stop.patience is not None and watch.at == best.presentations
    params = watch.params if is_kept else history.state_at(best.presentations).params
    return {
        "presentations": best.presentations,
        "updates": best.updates,
        "epochs": best.epochs,
        "loss": best.value,
        "metrics": _set_reports(history.trainer, params),
    }


def _folds_report(found: CrossValidation) -> dict[str, Any]:
    return {
        "folds": [{"best_epoch": fold.best_epoch, "value": _finite(fold.value)} for fold in found.folds],
        "mean_epochs": found.mean_epochs,
        "metric": found.metric,
    }


def _set_reports(trainer: Trainer, params: FloatArray) -> dict[str, Any]:
    return {name: _metrics_report(found) for name, found in trainer.model.evaluate(params).items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _metrics_report(metrics: Metrics | None) -> dict[str, Any] | None:
    if metrics is None:
        return None
    return {name: _finite(value) for name, value in asdict(metrics).items()}


def as_json(found: Mapping[str, Any]) -> str:
    """Write a report as JSON; numbers that are not finite have become null."""
    return json.dumps(found, indent=2, allow_nan=False)


def write_curves(path: Path, tracks: list[Track]) -> None:
    """Write all measurements of all tracks as CSV.

    Raises
    ------
    LabError
        If the file cannot be written.
    """
    exports.write_curves(path, {track.name: track.curves for track in tracks})
