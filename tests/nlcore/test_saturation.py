"""Saturation: net inputs and error terms are those of training, shares are counted right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import TrainState
from nlcore.saturation import SATURATED, LayerActivity, activity
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def at(experiment: Experiment, presentations: int) -> tuple[FeedforwardModel, TrainState]:
    trainer = Trainer(experiment)
    assert isinstance(trainer.model, FeedforwardModel)
    return trainer.model, trainer.advance(trainer.initial_state(), presentations)


@pytest.mark.parametrize("presentations", [0, 4, 6, 2003])
def test_they_are_those_of_the_next_presentation(presentations: int) -> None:
    model, state = at(xor(network={"layers": [2, 3, 2, 1], "activations": ["tanh", "relu", "sigmoid"]}), presentations)
    trace = model.trace(state)
    arrays: dict[str, Any] = {}
    for phase in trace.phases:
        arrays.update(phase.arrays)
    for layer, found in enumerate(activity(model, state.params)):
        assert found.deltas is not None
        np.testing.assert_allclose(found.net_inputs[trace.example], _first(trace, f"net_inputs[{layer}]"), rtol=1e-12)
        np.testing.assert_allclose(found.deltas[trace.example], arrays[f"deltas[{layer}]"], rtol=1e-11, atol=1e-300)


def _first(trace: Any, name: str) -> Any:
    """Return an array of the forward pass: later phases may hold it again with the new weights."""
    return next(phase.arrays[name] for phase in trace.phases if name in phase.arrays)


def test_shares_and_stuck_units() -> None:
    nets = np.array([[5.0, 0.0], [-4.5, 3.0], [4.1, 4.0], [-9.0, -4.0]])
    sigmoid = LayerActivity(1, "sigmoid", nets, None)
    assert sigmoid.saturated == 0.5
    assert sigmoid.stuck == 1
    assert LayerActivity(1, "tanh", nets, None).saturated == 7 / 8
    relu = LayerActivity(1, "relu", np.array([[0.0, 1.0], [-1.0, -1.0]]), None)
    assert relu.saturated == 0.75
    assert relu.stuck == 1
    linear = LayerActivity(1, "linear", nets, None)
    assert (linear.limits, linear.saturated, linear.stuck) == (None, 0.0, 0)


def test_limits_are_where_slopes_are_7_percent_of_the_largest() -> None:
    o = 1.0 / (1.0 + np.exp(-SATURATED["sigmoid"][1]))
    assert o * (1.0 - o) < 0.018
    assert o * (1.0 - o) / 0.25 == pytest.approx(1.0 - np.tanh(SATURATED["tanh"][1]) ** 2)


def test_some_examples_and_rules_without_error_terms() -> None:
    model, state = at(xor(), 8)
    assert activity(model, state.params, [2, 3])[0].net_inputs.shape == (2, 2)
    model, state = at(gate("and"), 8)
    (found,) = activity(model, state.params)
    assert found.deltas is None
    assert found.typical_delta is None
    np.testing.assert_allclose(
        found.net_inputs[:, 0], model.examples.training.inputs @ state.params[:2] + state.params[2]
    )
