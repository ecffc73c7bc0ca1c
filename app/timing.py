"""How long training takes and how long answering takes, measured on this computer with the network of a run.

Both are done by the same loop of the engine, so that they can be compared. Nothing of it reaches the run that is shown:
training begins with the start weights and its result is thrown away.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from app.job import Job
from nlcore.datasets import n_examples
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trainer import Trainer

LEAST_CALL = 2000
"""Presentations, at least, between two looks whether to stop."""
ROUNDS = 7
LEAST_SECONDS = 0.005
"""One round of answering lasts so long at least, so that the clock can tell."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured.

    Attributes
    ----------
    layers : tuple of int
        Units in each layer of the network.
    epochs, presentations : int
        What was trained.
    training_seconds : float
        How long that took.
    n_examples : int
        In all sets together.
    answering_seconds : float
        How long answering all of them once took; the median of some rounds.
    accuracy : float or None
        Share of the test set (else of the training set) that is classified correctly afterwards.
    of_set : str
        Which set that was.
    """

    layers: tuple[int, ...]
    epochs: int
    presentations: int
    training_seconds: float
    n_examples: int
    answering_seconds: float
    accuracy: float | None
    of_set: str

    @property
    def one_seconds(self) -> float:
        """How long one answer takes."""
        return self.answering_seconds / self.n_examples

    @property
    def answers_meanwhile(self) -> float:
        """How many examples could have been answered while it was trained."""
        return self.training_seconds / self.one_seconds


def measure(trainer: Trainer, epochs: int, job: Job[Timing | None]) -> Timing | None:
    """Train from the start weights, and then answer all examples, with a clock beside it.

    Parameters
    ----------
    trainer : Trainer
        Of a network with examples.
    epochs : int
        How long to train.
    job : Job
        Told how much is done; None is returned if it was cancelled.
    """
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    state = trainer.initial_state()
    model.prepare()
    trainer.advance(state, 1)  # what is done only the first time is not counted
    total = epochs * model.epoch_length
    left, seconds = total, 0.0
    while left and not job.is_cancelled:
        part = min(left, max(model.epoch_length, LEAST_CALL))
        began = time.perf_counter()
        state = trainer.advance(state, part)
        seconds += time.perf_counter() - began
        left -= part
        job.report(total - left, total)
    rounds: list[float] = []
    times = 1
    while len(rounds) < ROUNDS and not job.is_cancelled:
        began = time.perf_counter()
        for _ in range(times):
            model.measure(state)
        spent = time.perf_counter() - began
        if spent < LEAST_SECONDS:
            times *= 2
        else:
            rounds.append(spent / times)
    if job.is_cancelled:
        return None
    found = trainer.evaluate(state)
    of_set = "test" if found.get("test") is not None else "training"
    measured = found["test" if of_set == "test" else "training"]
    return Timing(
        layers=model.layout.layers,
        epochs=epochs,
        presentations=total,
        training_seconds=seconds,
        n_examples=n_examples(model.examples),
        answering_seconds=statistics.median(rounds),
        accuracy=measured.accuracy if measured is not None else None,
        of_set=of_set,
    )
