"""How far batch and incremental gradient descent are apart after an epoch, and how that shrinks with the learning rate.

Within an epoch the incremental mode moves on while it looks; what that makes of each example's gradient is of the order
of the rate, and the step multiplies it with the rate once more. So half the rate leaves about a quarter of the gap
(lecture, "Incremental (Stochastic) Gradient Descent"; Mitchell 1997, pp. 93-94).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from nlcore.errors import CancelledError, ExperimentError
from nlcore.records import Counters, FloatArray, TrainState, read_only
from nlcore.trainer import Trainer

PLAIN: Final[dict[str, object]] = {
    "training.momentum": 0.0,
    "training.penalty.strength": 0.0,
    "training.weight_decay": 0.0,
    "training.dropout": {"hidden": 0.0, "inputs": 0.0},
    "training.clip_norm": None,
    "training.schedule": "constant",
    "training.order": "fixed",
    "training.gradient": "sum",
    "training.stop": {},
}
"""What would make the modes differ in more than their order of work."""


@dataclass(frozen=True, slots=True)
class ModeGap:
    """One epoch in both modes from the same weights.

    Attributes
    ----------
    learning_rate : float
        eta.
    distance : float
        Between the weights after the batch epoch and those after the incremental one.
    way : float
        Between the start and the weights after the batch epoch.
    loss_before, loss_batch, loss_incremental : float
        Of the training set: at the start, and after either epoch.
    """

    learning_rate: float
    distance: float
    way: float
    loss_before: float
    loss_batch: float
    loss_incremental: float


def mode_gaps(
    trainer: Trainer, params: FloatArray, rates: Sequence[float], cancelled: Callable[[], bool] | None = None
) -> tuple[ModeGap, ...]:
    """Go one epoch in batch and in incremental mode from the same weights, for several learning rates.

    Both modes add the examples' gradients up (not their mean), without momentum, penalty, decay, dropout, clipping and
    schedule, in the fixed order.

    Parameters
    ----------
    trainer : Trainer
        Network, loss and examples.
    params : ndarray, shape (n_params,)
        Where both begin.
    rates : sequence of float
        Learning rates.
    cancelled : callable, optional
        Asked between two epochs whether to stop.

    Raises
    ------
    ExperimentError
        If the rule has no gradient.
    CancelledError
        If it was cancelled.
    """
    training = trainer.experiment.training
    if training.rule == "perceptron" or not trainer.model.trains:
        raise ExperimentError(f"training.rule: {training.rule!r} follows no gradient, so it has no batch mode")
    loss_before = _loss(trainer, params)
    found = []
    for rate in rates:
        ends = []
        for mode in ("batch", "incremental"):
            if cancelled is not None and cancelled():
                raise CancelledError("cancelled")
            settings = {**PLAIN, "training.mode": mode, "training.learning_rate": rate}
            ends.append(_after_an_epoch(Trainer(trainer.experiment.replace(settings), trainer.model.data), params))
        batch, incremental = ends
        found.append(
            ModeGap(
                rate,
                float(np.linalg.norm(batch - incremental)),
                float(np.linalg.norm(batch - params)),
                loss_before,
                _loss(trainer, batch),
                _loss(trainer, incremental),
            )
        )
    return tuple(found)


def order_of(gaps: Sequence[ModeGap]) -> float | None:
    """Return the power of the rate with which the gap shrinks, from the two smallest rates; None if it is not known."""
    shrinking = sorted((gap.learning_rate, gap.distance) for gap in gaps if gap.distance > 0.0)
    if len(shrinking) < 2:
        return None
    (low_rate, low), (high_rate, high) = shrinking[:2]
    return float(np.log(high / low) / np.log(high_rate / low_rate))


def _after_an_epoch(trainer: Trainer, params: FloatArray) -> FloatArray:
    start = trainer.initial_state()
    begun = TrainState(params, read_only(np.zeros_like(params)), Counters(), start.extra)
    with np.errstate(all="ignore"):
        return trainer.advance(begun, trainer.model.epoch_length).params


def _loss(trainer: Trainer, params: FloatArray) -> float:
    measured = trainer.model.evaluate(params)["training"]
    return float("nan") if measured is None else measured.loss
