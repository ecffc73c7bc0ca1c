"""The work of a gradient check, without any drawing: it may be done in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.gradient_check import GradientCheck, GradientQuestion, step_sizes
from nlcore.records import FloatArray, TrainState


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What was asked, and the answer."""

    question: GradientQuestion
    state: TrainState
    example: str
    places: tuple[int, ...]
    result: GradientCheck
    chosen: int
    curve: FloatArray
    note: str = ""


def worked_out(
    question: GradientQuestion,
    state: TrainState,
    example: str,
    places: tuple[int, ...],
    note: str,
    step: float,
    place: int | None,
    known: Checked | None,
) -> Checked:
    """Check the weights, and go through all steps for one: the chosen one, else that with the largest gradient."""
    with np.errstate(all="ignore"):
        result = question.check(places, step)
        chosen = place if place in places and place is not None else _steepest(question, places)
        same = known is not None and known.chosen == chosen
        curve = known.curve if known is not None and same else question.differences(chosen, step_sizes().tolist())
    return Checked(question, state, example, places, result, chosen, curve, note)


def _steepest(question: GradientQuestion, places: Sequence[int]) -> int:
    sizes = np.abs(question.gradient[list(places)])
    return places[int(np.argmax(np.where(np.isfinite(sizes), sizes, -1.0)))]


def milliseconds(question: GradientQuestion, n_places: int, *, is_new: bool) -> float:
    """Guess how long a check takes: two losses for each weight and each step, and the gradient if it is not known."""
    layout, n = question.layout, len(question.rows)
    analytic = n * question.model.n_params * 3e-4 if is_new else 0.0
    return 1.0 + (2 * n_places + 98) * (0.01 + n * sum(layout.layers[1:]) * 4e-5) + analytic
