"""Novikoff's theorem applied to a run: R, the margin, the bound from its start weights, and how the bound grows.

What the theorem takes for granted is checked against the experiment's settings, so that no bound is claimed where it
does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, TrainState
from nlcore.replays import count_updates
from nlcore.theory.gap import gap, moved_together
from nlcore.theory.homogeneous import join
from nlcore.theory.novikoff import Novikoff, mistake_bound, novikoff

SHARES = tuple(1.0 - 10.0 ** (-k / 8.0) for k in range(21))
"""How much of the gap is closed for each point of a sweep: evenly spread in the logarithm of what is left."""
MOST_AT_ONCE = 6_000
"""Presentations of a whole run that take some hundredths of a second."""
MOST_IN_SWEEP = 10_000
"""Presentations after which a run of a sweep is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """What the theorem says of one training set and one start.

    Attributes
    ----------
    theorem : Novikoff
        R, the largest margin, and the bound from the start weights.
    plain : float
        (R / gamma)^2, the bound from zero weights.
    mistakes : int
        Updates of a whole run from the start weights.
    is_over : bool
        Whether that run came to its end; False where it was given up.
    """

    theorem: Novikoff
    plain: float
    mistakes: int
    is_over: bool


@dataclass(frozen=True, slots=True, eq=False)
class SweepPoint:
    """One set of points with a smaller gap: how much of it is closed, its margin, its bound and its mistakes."""

    share: float
    gamma: float
    bound: float
    mistakes: int
    is_over: bool


def why_no_theorem(model: FeedforwardModel) -> str | None:
    """Return what in the settings takes the theorem its ground, None if nothing does."""
    options = model.problem.options
    if options is not None and bool(np.any(options.frozen)):
        return "The theorem needs weights that are all free to move, but some are frozen."
    if model.experiment.training.schedule.name != "constant":
        return "The theorem needs one learning rate for the whole run, but here it falls."
    if not model.problem.learning_rate > 0.0:
        return "The theorem needs a learning rate above 0."
    return None


def bound_of(
    model: FeedforwardModel, since: TrainState, inputs: FloatArray | None = None, most: int = MOST_AT_ONCE
) -> Bound:
    """Return what the theorem says from a state on, with other inputs if some are given.

    Parameters
    ----------
    model : FeedforwardModel
        A perceptron with one unit.
    since : TrainState
        Its weights are the start.
    inputs : ndarray, shape (n, n_inputs), or None
        Other inputs for the same training examples.
    most : int
        Presentations after which the whole run is given up.
    """
    x = model.examples.training.inputs if inputs is None else inputs
    y = model.examples.training.targets
    start = join(float(model.layout.biases(since.params)[0][0]), model.layout.weights(since.params)[0][0])
    found = novikoff(x, y, start, learning_rate=model.problem.learning_rate)
    mistakes, is_over = count_updates(model, since, x, most)
    return Bound(found, mistake_bound(found.radius, found.margin.gamma), mistakes, is_over)


def sweep(
    model: FeedforwardModel, since: TrainState, is_cancelled: Callable[[], bool] = lambda: False
) -> tuple[SweepPoint, ...]:
    """Return margin, bound and mistakes while the two classes are moved together; nothing if they are not separable.

    Parameters
    ----------
    model : FeedforwardModel
        A perceptron with one unit.
    since : TrainState
        Its weights are the start.
    is_cancelled : callable
        Asked between two points; what there is by then is returned.
    """
    x, y = model.examples.training.inputs, model.examples.training.targets
    way = gap(x, y)
    if way is None:
        return ()
    found = []
    for share in SHARES:
        if is_cancelled():
            break
        moved = moved_together(x, y, way, share)
        bound = novikoff(moved, y, None)
        if not math.isfinite(bound.bound):
            continue
        mistakes, is_over = count_updates(model, since, moved, MOST_IN_SWEEP)
        found.append(SweepPoint(share, bound.margin.gamma, bound.bound, mistakes, is_over))
    return tuple(found)
