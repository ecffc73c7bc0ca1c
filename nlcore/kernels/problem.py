"""What every kernel gets and gives back: an experiment resolved to arrays and codes, and the way it went on.

Kernels know nothing of names, files or screens. The order of things within a presentation is part of the contract:
show the example, update, count, and then, where due, measure all sets, look at divergence and at the stop rules.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.losses import Loss
from nlcore.network import Layout
from nlcore.ordering import epoch_order, example_at
from nlcore.records import Counters, FinishReason, FloatArray
from nlcore.regularizers import Options
from nlcore.rules import Rule

CLOCK = 3
"""Columns at the start of a row of measurements: presentations, updates, epochs."""
MEASURES = 4
"""Columns for each set after them: loss, sse, wrong by class, wrong by any unit."""


@dataclass(frozen=True, slots=True, eq=False)
class StopRules:
    """When a run is over; -1 and nan stand for conditions that are not set."""

    epochs: int = -1
    updates: int = -1
    all_correct: bool = False
    loss_below: float = math.nan
    no_update: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """An experiment as kernels see it.

    Attributes
    ----------
    layout : Layout
        The network.
    rule : Rule
        The learning rule; kernels that do not know it use its reference step.
    loss : Loss
        What is minimised.
    inputs, targets : tuple of ndarray
        For each non-empty set, the training set first; shapes (n, n_inputs) and (n, n_outputs).
    midpoint : float
        Between low and high target.
    learning_rate, momentum : float
        Settings of the rule.
    batch : int
        Examples per update; 1 in incremental mode, all in batch mode.
    mean : bool
        Whether a batch uses the mean instead of the sum of its gradients.
    order : int
        Code of the order, see `nlcore.ordering`.
    seed : int
        Of the experiment.
    every : int
        Presentations between two measurements; 0 if `every_epochs` counts.
    stop : StopRules
        When the run is over.
    options : Options or None
        Penalty, decay, dropout and so on; None where an experiment uses none of them.
    every_epochs : int
        Epochs between two measurements; 0 if `every` counts.
    """

    layout: Layout
    rule: Rule
    loss: Loss
    inputs: tuple[FloatArray, ...]
    targets: tuple[FloatArray, ...]
    midpoint: float
    learning_rate: float
    momentum: float
    batch: int
    mean: bool
    order: int
    seed: int
    every: int
    stop: StopRules
    options: Options | None = None
    every_epochs: int = 0

    def order_at(self, counters: Counters) -> NDArray[np.int64]:
        """Return which example stands at each position of the epoch in which a moment lies, shape (n,)."""
        began = counters.presentations - counters.position_in_epoch
        return epoch_order(self.order, self.seed, counters.epochs, self.n, began)

    def example_at(self, counters: Counters) -> int:
        """Return which example is shown next at a moment."""
        began = counters.presentations - counters.position_in_epoch
        return example_at(self.order, self.seed, counters.epochs, self.n, began, counters.position_in_epoch)

    def batch_at(self, counters: Counters) -> tuple[int, int]:
        """Return at which positions of the epoch the batch in which a moment lies begins, and before which it ends."""
        first = counters.position_in_epoch - counters.position_in_epoch % self.batch
        return first, min(first + self.batch, self.n)

    def is_due(self, counters: Counters) -> bool:
        """Tell whether a measurement is due after a presentation."""
        if self.every_epochs:
            return counters.position_in_epoch == 0 and counters.epochs % self.every_epochs == 0
        return counters.presentations % self.every == 0

    def until_due(self, counters: Counters) -> int:
        """Return the presentations up to and including the next one after which a measurement is due."""
        if self.every_epochs:
            epochs = self.every_epochs - counters.epochs % self.every_epochs
            return epochs * self.n - counters.position_in_epoch
        return self.every - counters.presentations % self.every

    def until_last_due(self, counters: Counters, most: int) -> int:
        """Return as many presentations as possible, at most so many, after the last of which a measurement is due.

        If none is due by then, it is all of them.
        """
        first = self.until_due(counters)
        between = self.every_epochs * self.n or self.every
        return most if first > most else first + (most - first) // between * between

    def most_rows(self, n: int) -> int:
        """Return a bound on the measurements in `n` presentations."""
        return n // (self.every_epochs * self.n or self.every) + 1

    @property
    def n(self) -> int:
        """Number of training examples."""
        return len(self.inputs[0])

    @property
    def n_columns(self) -> int:
        """Columns of a row of measurements."""
        return CLOCK + MEASURES * len(self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where a stretch begins or ends.

    Attributes
    ----------
    params, velocity : ndarray, shape (n_params,)
        Weights and their last changes.
    counters : Counters
        The clocks.
    updates_in_epoch : int
        Updates since the epoch began; right after an epoch, those of that epoch.
    """

    params: FloatArray
    velocity: FloatArray
    counters: Counters
    updates_in_epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """What a kernel gives back.

    Attributes
    ----------
    end : Progress
        Where it got to.
    rows : ndarray, shape (n_measurements, n_columns)
        What was measured on the way.
    reason : FinishReason or None
        None if it simply did the presentations it was asked for.
    """

    end: Progress
    rows: NDArray[np.float64]
    reason: FinishReason | None


def is_stopped(stop: StopRules, counters: Counters, updates_in_epoch: int, row: FloatArray | None) -> bool:
    """Tell whether the stop rules end a run here.

    Parameters
    ----------
    stop : StopRules
        The conditions.
    counters : Counters
        After the presentation in question.
    updates_in_epoch : int
        See `Progress`.
    row : ndarray or None
        The measurement taken here, if one was due.
    """
    if stop.epochs >= 0 and counters.epochs >= stop.epochs:
        return True
    if stop.updates >= 0 and counters.updates >= stop.updates:
        return True
    if stop.no_update and counters.position_in_epoch == 0 and counters.epochs > 0 and updates_in_epoch == 0:
        return True
    if row is None:
        return False
    return bool((stop.all_correct and row[CLOCK + 2] == 0) or row[CLOCK] < stop.loss_below)
