"""Frames of perceptron runs, for tests of the panes about the perceptron rule."""

from __future__ import annotations

from app.frame import Frame, Selection, TrackFrame
from app.lesson import find_lesson
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.trainer import Trainer


def history_of(experiment: Experiment, presentations: int, data: Data | None = None) -> History:
    history = History(Trainer(experiment) if data is None else Trainer(experiment, data))
    if presentations:
        advance = history.trainer.measured_advance(history.start, presentations, stops=False)
        history.curves.append(advance.clock, advance.values)
        history.record(advance.state)
    return history


def frame_at(
    history: History,
    presentations: int | None = None,
    *,
    phase: int = 0,
    selection: Selection = Selection(),  # noqa: B008
    reason: FinishReason | None = None,
    is_running: bool = False,
) -> Frame:
    """Return a frame of a run at a moment, by default its newest."""
    state = history.head if presentations is None else history.state_at(presentations)
    done = state.counters.presentations
    model = history.trainer_at(done).model
    track = TrackFrame("run", model, state, history.curves, reason, since=history.since(done))
    return Frame((track,), selection, phase=phase, is_running=is_running)


def lesson_experiment(lesson_id: str, track: int = 0) -> Experiment:
    return find_lesson(lesson_id).tracks()[track][1]
