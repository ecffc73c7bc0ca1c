"""Steps on functions explained: every direction, every step length, with the engine's numbers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from nlcore.directions import DIRECTIONS
from nlcore.experiment import Experiment
from nlcore.explanations import Walk, walk
from nlcore.objectives import OBJECTIVES
from nlcore.step_lengths import STEP_LENGTHS
from nlcore.trainer import Trainer
from tests.nlcore.explanations.checking import check_numbers


def explained(presentations: int, training: dict[str, Any] | None = None, **family: Any) -> Walk:
    settings = {"learning_rate": 0.01, **(training or {})}
    trainer = Trainer(Experiment.from_dict({"family": {"name": "function", **family}, "training": settings}))
    state = trainer.advance(trainer.initial_state(), presentations)
    assert np.all(np.isfinite(state.params))
    trace = trainer.trace(state)
    found = walk(trainer.model, state, trace)
    check_numbers(found, found, trace)
    new = [formula.value for formula in found.steps[-1].formulas]
    assert new == trainer.advance(state, 1).params.tolist()
    return found


@pytest.mark.parametrize(("direction", "length"), list(itertools.product(DIRECTIONS, STEP_LENGTHS)))
def test_every_direction_and_step_length(direction: str, length: str) -> None:
    for objective, momentum, steps in itertools.product(OBJECTIVES, (0.0, 0.5), (0, 1, 4)):
        if direction == "steepest_ascent" and objective == "rosenbrock":
            continue  # leaves the range of numbers within a few steps
        training = {"momentum": momentum, "learning_rate": 0.001, "schedule": {"name": "inverse", "half_after": 3}}
        explained(steps, training, function=objective, direction=direction, step_length=length, start=[1.5, 0.5])


def test_a_step_by_hand() -> None:
    """Half the squared distance from the origin: from (2, 1) the direction is (-2, -1); with rate 0.1 the step -0.2."""
    direction, step, new = explained(0, {"learning_rate": 0.1}, start=[2.0, 1.0]).steps
    assert direction.formulas[0].text(3) == "p_x = -∂f / ∂x = -2"
    assert step.formulas[0].text(3) == "s_x = η * p_x = 0.1 * (-2) = -0.2"
    assert new.formulas[0].text(3) == "x' = x + s_x = 2 + (-0.2) = 1.8"


def test_newton_by_hand() -> None:
    """f = x^2 + 2 y^2 at (1, 1): gradient (2, 4), Hessian diagonal 2 and 4, so the direction leads to the origin."""
    found = explained(0, function="formula", formula="x^2 + 2*y^2", direction="newton", start=[1.0, 1.0])
    first = found.steps[0].formulas[0]
    assert first.text(3) == (
        "p_x = -(H_yy * ∂f / ∂x - H_xy * ∂f / ∂y) / (H_xx * H_yy - H_xy^2) = -(4 * 2 - 0 * 4) / (2 * 4 - 0^2) = -1"
    )


def test_backtracking_counts_its_halvings() -> None:
    """On x^2/2 with rate 4: lengths 4 and 2 do not pay, 1 leads to the bottom."""
    found = explained(0, {"learning_rate": 4.0}, step_length="backtracking", start=[2.0, 1.0])
    step = found.steps[1]
    assert step.formulas[0].note == "Halved 2 times."
    assert step.formulas[0].text(3) == "η = η_first * (1 / 2)^2 = 4 * (1 / 2)^2 = 1"
    assert "halved until" in step.sentence


def test_what_is_special_is_said() -> None:
    assert "does not lead down" in explained(0, direction="steepest_ascent", step_length="exact").steps[1].sentence
    assert "lowest place" in explained(0, step_length="exact").steps[1].sentence
    other = explained(0, direction="coordinate").steps[0].formulas[1]
    assert (other.value, other.note) == (0.0, "It is not this axis's turn.")
    begun = explained(0, direction="conjugate_gradient").steps[0]
    assert begun.sentence.endswith("Here that is the direction of steepest decrease.")
    turned = explained(1, function="valley", direction="conjugate_gradient", step_length="exact").steps[0]
    kinds = [formula.kind for formula in turned.formulas]
    assert kinds == ["share of the last direction", "direction", "direction"]
