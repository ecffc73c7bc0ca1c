"""The cycle of a run, looked for and put into words; and where a linear unit goes: to the least-squares weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.frame import TrackFrame
from app.widgets.numbers import count, counted, number
from app.widgets.perceptron_texts import DIGITS, vector, vector_of
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import Counters, FloatArray, TrainState
from nlcore.replays import Replay, Update
from nlcore.theory.cycles import Cycle, first_cycle
from nlcore.theory.homogeneous import homogeneous

AT_ONCE, MOST = 40, 2000
"""Epochs that are searched at once, and at most beside the window."""
MOST_UPDATES = 400
"""Updates of a cycle that are listed."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What came of the search.

    Attributes
    ----------
    searched : int
        Epochs.
    start : TrainState
        From where on epochs are counted: the first end of an epoch that is not before the last change.
    cycle : Cycle or None
        The first repetition.
    updates : tuple of Update
        Those of one round.
    epoch_length : int
        Presentations in an epoch.
    """

    searched: int
    start: TrainState
    cycle: Cycle | None
    updates: tuple[Update, ...] = ()
    epoch_length: int = 1

    @property
    def has_converged(self) -> bool:
        """Whether the weights stay because nothing is changed any more."""
        return self.cycle is not None and not self.updates

    @property
    def begins(self) -> int:
        """Presentations on the clock at which the cycle begins."""
        assert self.cycle is not None
        return self.start.counters.presentations + self.cycle.begins * self.epoch_length


def search(model: FeedforwardModel, since: TrainState, most: int) -> Found:
    """Look for the first repetition of weights at ends of epochs.

    Parameters
    ----------
    model : FeedforwardModel
        Trains with a fixed order, so that an epoch depends on the weights alone.
    since : TrainState
        The last change, or the start.
    most : int
        Epochs to try.
    """
    n = model.epoch_length
    start = since
    if since.counters.position_in_epoch:
        missing = n - since.counters.position_in_epoch
        start = model.advance(since, missing, measured=False, stops=False).state

    def after_epoch(params: FloatArray) -> FloatArray:
        here = TrainState(params, start.velocity, Counters(), start.extra)
        return model.advance(here, n, measured=False, stops=False).state.params

    cycle = first_cycle(start.params, after_epoch, most)
    if cycle is None:
        return Found(most, start, None, (), n)
    counters = start.counters
    epochs, shown = counters.epochs + cycle.begins, counters.presentations + cycle.begins * n
    replay = Replay(model, TrainState(cycle.weights[0], start.velocity, Counters(shown, 0, epochs, 0), start.extra))
    replay.go_on(shown + cycle.length * n)
    return Found(cycle.begins + cycle.length, start, cycle, tuple(replay.updates), n)


def why_not(model: FeedforwardModel) -> str | None:
    """Return why no cycle is looked for."""
    if model.experiment.training.order != "fixed":
        return "The order of the examples changes from epoch to epoch, so equal weights need not lead to equal weights."
    if model.experiment.training.schedule.name != "constant":
        return "The learning rate falls, so equal weights need not lead to equal weights."
    return None


def heading(track: TrackFrame, found: Found | None) -> str:
    """Say whether there is a cycle, and where the run is in it."""
    if found is None:
        return "Looking for weights that come back …"
    if found.cycle is None:
        return f"In {counted(found.searched, 'epoch')} no weights came back."
    first = found.start.counters.epochs + found.cycle.begins
    when = "at the start" if first == 0 else f"after epoch {count(first)}"
    if found.has_converged:
        return f"The weights stay for ever as they are {when}: the algorithm has converged."
    length = found.cycle.length
    every = "every epoch" if length == 1 else f"every {count(length)} epochs"
    text = f"The weights {when} come back {every}: {counted(len(found.updates), 'update')} in a circle, for ever."
    done = track.state.counters.presentations
    if done < found.begins:
        epochs = -(-(found.begins - done) // track.model.epoch_length)
        return f"{text} The run gets into it in {counted(epochs, 'epoch')}."
    rounds = (done - found.begins) // (found.cycle.length * track.model.epoch_length)
    if rounds == 0:
        return f"{text} The run is in its first round."
    return f"{text} The run has gone round {counted(rounds, 'time')}."


def ring_of(track: TrackFrame, found: Found) -> tuple[list[str], list[str], int]:
    """Return nodes and arrows of a cycle, and the node at which the run is now."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    assert found.cycle is not None
    names = model.examples.training.names
    updates = found.updates
    states = [found.cycle.weights[0], *(update.params for update in updates[:-1])]
    nodes = [vector(vector_of(model, params)) for params in states]
    arrows = [names[update.example] for update in updates]
    done = track.state.counters.presentations
    now = -1
    if done >= found.begins and updates:
        span = found.cycle.length * model.epoch_length
        place = found.begins + (done - found.begins) % span
        made = sum(update.presentations <= place for update in updates)
        now = made % len(updates)
    return nodes, arrows, now


def least_squares(model: FeedforwardModel) -> FloatArray:
    """Return the weights (w0, w1, ...) of a linear unit with the smallest squared error."""
    points = homogeneous(model.examples.training.inputs)
    targets = model.examples.training.targets[:, 0]
    return np.asarray(np.linalg.lstsq(points, targets, rcond=None)[0], dtype=np.float64)


def linear_text(track: TrackFrame) -> str:
    """Say how far a linear unit is from its least-squares weights."""
    model = track.model
    assert isinstance(model, FeedforwardModel)
    best, now = least_squares(model), vector_of(model, track.state.params)
    points, targets = homogeneous(model.examples.training.inputs), model.examples.training.targets[:, 0]
    least, here = (0.5 * float(np.sum((targets - points @ w) ** 2)) for w in (best, now))
    away = float(np.linalg.norm(now - best))
    rounded = [0.0 if abs(w) < 1e-12 else float(w) for w in best]
    return (
        f"A linear unit with the delta rule goes to the weights with the smallest squared error, {vector(rounded)}.\n"
        f"Now w = {vector(now)}, {number(away, DIGITS)} away from them.\n"
        f"E = {number(here, DIGITS)}, and the smallest possible is {number(least, DIGITS)}."
    )
