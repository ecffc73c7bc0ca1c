"""What holds weights back: penalty, weight decay, dropout, clipping, frozen and tied weights, resolved to numbers.

An experiment names them; here they become one `Options` record that all kernels read in the same way. One update is:
the gradient of the loss and the penalty, shortened if it is longer than `clip_norm`; the change from it and the last
change; weights times `keep` plus the change; tied groups set to their mean. Source: lecture, "More on Backpropagation"
(penalty, decay, tied weights) and "Deep Learning: Regularization" (dropout); Mitchell 1997, pp. 111, 117.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore import random
from nlcore.errors import ExperimentError
from nlcore.experiment import Training
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.schedules import CONSTANT, Schedule, schedule


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Everything about an update that goes beyond learning rate and momentum.

    Attributes
    ----------
    schedule : Schedule
        Of the learning rate.
    penalty : float
        Strength gamma of gamma times the sum of squared weights, over the whole training set.
    penalty_biases : bool
        Whether biases count.
    keep : float
        What is left of a weight after the decay of one update, 1 - lambda.
    clip_norm : float
        Greatest length of a gradient; infinite without clipping.
    drop_hidden, drop_inputs : float
        Probability of leaving a unit out.
    frozen : ndarray of bool, shape (n_params,)
        Weights that never change.
    tied : ndarray of int64
        Places of tied weights, group after group.
    tied_bounds : ndarray of int64, shape (n_groups + 1,)
        Where each group begins in `tied`.
    """

    schedule: Schedule
    penalty: float
    penalty_biases: bool
    keep: float
    clip_norm: float
    drop_hidden: float
    drop_inputs: float
    frozen: NDArray[np.bool_]
    tied: NDArray[np.int64]
    tied_bounds: NDArray[np.int64]

    @property
    def drops(self) -> bool:
        """Whether any unit is ever left out."""
        return self.drop_hidden > 0.0 or self.drop_inputs > 0.0

    def groups(self) -> list[list[int]]:
        """Return the tied groups as lists of places."""
        bounds = self.tied_bounds.tolist()
        return [self.tied[a:b].tolist() for a, b in itertools.pairwise(bounds)]


def options(training: Training, layout: Layout) -> Options | None:
    """Resolve the settings of an experiment; None if it uses none of them.

    Raises
    ------
    ExperimentError
        If a frozen or tied weight does not exist, or one is both.
    """
    resolved = schedule(training.schedule)
    frozen = np.zeros(layout.n_params, dtype=np.bool_)
    for pattern in training.frozen:
        frozen[layout.places(pattern, "training.frozen")] = True
    groups = [group for patterns in training.tied for group in _groups(patterns, layout)]
    places = np.array([place for group in groups for place in group], dtype=np.int64)
    if len(np.unique(places)) < len(places):
        raise ExperimentError("training.tied: a weight can belong to one group only; put what shares a value together")
    if frozen[places].any():
        raise ExperimentError("training.tied: a tied weight is also in training.frozen; take it out of one of them")
    found = Options(
        schedule=resolved,
        penalty=training.penalty.strength,
        penalty_biases=training.penalty.biases,
        keep=1.0 - training.weight_decay,
        clip_norm=math.inf if training.clip_norm is None else training.clip_norm,
        drop_hidden=training.dropout.hidden,
        drop_inputs=training.dropout.inputs,
        frozen=frozen,
        tied=places,
        tied_bounds=np.cumsum([0, *(len(group) for group in groups)], dtype=np.int64),
    )
    is_plain = (
        resolved.code == CONSTANT
        and found.penalty == 0.0
        and found.keep == 1.0
        and found.clip_norm == math.inf
        and not found.drops
        and not frozen.any()
        and not groups
    )
    return None if is_plain else found


def _groups(patterns: tuple[str, ...], layout: Layout) -> list[list[int]]:
    """One pattern ties all its weights together; several tie their first weights, their second ones, and so on."""
    found = [layout.places(pattern, "training.tied").tolist() for pattern in patterns]
    if len(found) == 1:
        return found
    if len({len(places) for places in found}) > 1:
        sizes = ", ".join(f"{pattern} has {len(places)}" for pattern, places in zip(patterns, found, strict=True))
        raise ExperimentError(f"training.tied: the parts of a group must have equally many weights, but {sizes}")
    return [list(group) for group in zip(*found, strict=True)]


def tie(params: FloatArray, given: Options | None) -> None:
    """Set each tied group to its mean, in place; summed from left to right."""
    for group in given.groups() if given is not None else ():
        total = 0.0
        for place in group:
            total += float(params[place])
        params[group] = total / len(group)


def penalty_of(params: FloatArray, given: Options | None, layout: Layout) -> float:
    """Return what the penalty adds to the loss of the training set."""
    if given is None or given.penalty == 0.0:
        return 0.0
    with np.errstate(over="ignore"):
        blocks = layout.weights(params) + (layout.biases(params) if given.penalty_biases else [])
        return given.penalty * sum(float(np.sum(block * block)) for block in blocks)


def masks(given: Options, layout: Layout, seed: int, presentation: int) -> list[list[float]]:
    """Return the factor of each unit's output in one presentation: 0 if it is left out, else 1 / (1 - p).

    Parameters
    ----------
    given : Options
        The probabilities.
    layout : Layout
        The network; output units are never left out.
    seed, presentation : int
        Which numbers are drawn: the experiment's seed, and presentations before this one.
    """
    stream = random.key(random.DROPOUT, seed, presentation)
    found, counter = [], 0
    for layer, n in enumerate(layout.layers[:-1]):
        p = given.drop_hidden if layer else given.drop_inputs
        kept = 1.0 / (1.0 - p)
        factors = []
        for unit in range(counter, counter + n):
            chance = (random.bits_at(stream, unit) >> 11) * 2.0**-53
            factors.append(0.0 if chance < p else kept)
        found.append(factors)
        counter += n
    return found
