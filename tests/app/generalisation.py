"""Curves of lessons about generalisation: trained once with the seeds asked for, measured as the lesson measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.lesson import find_lesson
from nlcore.early_stopping import Watch
from nlcore.families import Column
from nlcore.records import FloatArray, SetName, TrainState
from nlcore.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Course:
    """One run: updates, and mean squared errors of the sets."""

    trainer: Trainer
    end: TrainState
    updates: FloatArray
    errors: dict[SetName, FloatArray]

    def at(self, updates: int, name: SetName = "validation") -> float:
        """Return an error at an update at which it was measured."""
        (index,) = np.flatnonzero(self.updates == updates)
        return float(self.errors[name][index])

    @property
    def best(self) -> int:
        """Update of the lowest validation error."""
        return int(self.updates[np.argmin(self.errors["validation"])])


def course(lesson_id: str, track: int = 0, *, stops: bool = False, **changes: object) -> Course:
    """Train a track of a lesson to its end; names of settings are written with __ for dots."""
    experiment = find_lesson(lesson_id).tracks()[track][1]
    trainer = Trainer(experiment.replace({name.replace("__", "."): value for name, value in changes.items()}))
    start, model = trainer.initial_state(), trainer.model
    epochs = trainer.experiment.training.stop.epochs
    assert epochs is not None
    after = trainer.measured_advance(start, epochs * model.epoch_length, stops=stops)
    values = np.vstack([trainer.measure(start), after.values])
    names: list[SetName] = [name for name in ("training", "validation", "test") if Column(name, "mse") in model.columns]
    errors = {name: values[:, model.columns.index(Column(name, "mse"))] for name in names}
    return Course(trainer, after.state, np.append(0.0, after.clock[:, 1]), errors)


def kept(found: Course) -> tuple[int, int, float]:
    """Return when early stopping ended a run, when it was best, and the mean squared error then."""
    watch = Watch.of(found.end)
    model = found.trainer.model
    assert model.data is not None
    n = len(model.data.validation)
    return found.end.counters.updates, watch.at // model.epoch_length, 2 * watch.loss / n
