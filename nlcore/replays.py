"""Which examples changed the weights: a stretch of an incremental run gone through again, one presentation at a time.

A state says how many updates there were, not which examples made them. Going the way again with the rule's own step
tells, and ends at the same weights to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels.reference import after_presentation, settings_at
from nlcore.records import FloatArray, TrainState
from nlcore.rules import Units


@dataclass(frozen=True, slots=True)
class Shown:
    """One presentation that has been: the epoch it belongs to (from 0), its example, and whether weights changed."""

    epoch: int
    example: int
    updated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One time that the weights were written.

    Attributes
    ----------
    presentations : int
        On the clock, right after it.
    epoch, example : int
        When it was, and which example made it.
    params : ndarray, shape (n_params,)
        The weights after it, read-only.
    """

    presentations: int
    epoch: int
    example: int
    params: FloatArray


class Replay:
    """A stretch of a run from a state on, for as long as nobody changed anything.

    Parameters
    ----------
    model : FeedforwardModel
        In force all the way; it trains example by example.
    since : TrainState
        Where the stretch begins.
    """

    def __init__(self, model: FeedforwardModel, since: TrainState) -> None:
        self.model, self.since = model, since
        self.shown: list[Shown] = []
        self.updates: list[Update] = []
        self._units = Units.of(model.layout, since.params, since.velocity)
        self._counters = since.counters
        self._order: list[int] = model.problem.order_at(since.counters).tolist()

    @property
    def end(self) -> int:
        """Presentations on the clock up to which it has gone."""
        return self._counters.presentations

    @property
    def params(self) -> FloatArray:
        """The weights there."""
        return self._units.flat()[0]

    def go_on(self, presentations: int) -> None:
        """Go on to a moment; one that is past is no harm."""
        problem = self.model.problem
        inputs, targets = problem.inputs[0], problem.targets[0]
        while self._counters.presentations < presentations:
            counters = self._counters
            if counters.position_in_epoch == 0:
                self._order = problem.order_at(counters).tolist()
            example = self._order[counters.position_in_epoch]
            settings = settings_at(problem, counters)
            x, y = inputs[example].tolist(), targets[example].tolist()
            updated = problem.rule.present(self._units, x, y, settings)
            self._counters = after_presentation(counters, problem.n, updates=int(updated))
            self.shown.append(Shown(counters.epochs, example, updated))
            if updated:
                self.updates.append(Update(self._counters.presentations, counters.epochs, example, self.params))

    def until(self, presentations: int) -> tuple[Shown, ...]:
        """Return what was shown up to a moment, oldest first."""
        return tuple(self.shown[: max(0, presentations - self.since.counters.presentations)])

    def updates_until(self, presentations: int) -> tuple[Update, ...]:
        """Return the updates up to a moment, oldest first."""
        return tuple(update for update in self.updates if update.presentations <= presentations)

    def counts(self, presentations: int) -> NDArray[np.int64]:
        """Return how many updates each training example has made up to a moment, shape (n,)."""
        made = [update.example for update in self.updates_until(presentations)]
        return np.bincount(made, minlength=self.model.problem.n).astype(np.int64)


def count_updates(
    model: FeedforwardModel, since: TrainState, inputs: FloatArray | None = None, most: int = 20_000
) -> tuple[int, bool]:
    """Return how many updates follow a state until an epoch passes without one.

    Parameters
    ----------
    model : FeedforwardModel
        It trains example by example.
    since : TrainState
        Where to begin.
    inputs : ndarray, shape (n, n_inputs), or None
        Other inputs for the same training examples; None for the model's own.
    most : int
        Presentations after which to give up.

    Returns
    -------
    updates : int
        How many there were.
    is_over : bool
        Whether there was an epoch without one; False where it was given up.
    """
    problem = model.problem
    rows = (problem.inputs[0] if inputs is None else inputs).tolist()
    targets = problem.targets[0].tolist()
    units, counters = Units.of(model.layout, since.params, since.velocity), since.counters
    quiet = 0  # presentations since the last update
    order: list[int] = problem.order_at(counters).tolist()
    for _ in range(most):
        if counters.position_in_epoch == 0:
            if quiet >= problem.n:
                break
            order = problem.order_at(counters).tolist()
        example = order[counters.position_in_epoch]
        updated = problem.rule.present(units, rows[example], targets[example], settings_at(problem, counters))
        quiet = 0 if updated else quiet + 1
        counters = after_presentation(counters, problem.n, updates=int(updated))
    is_over = counters.position_in_epoch == 0 and quiet >= problem.n
    return counters.updates - since.counters.updates, is_over
