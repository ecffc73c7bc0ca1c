"""The general optimisation algorithm: directions, step lengths, criteria, on functions whose answers are known."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore.directions import DIRECTIONS
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.families.function import FunctionModel
from nlcore.fields import fields
from nlcore.history import History
from nlcore.interventions import WeightEdit
from nlcore.objectives import OBJECTIVES
from nlcore.records import Address, FinishReason
from nlcore.step_lengths import STEP_LENGTHS
from nlcore.trainer import Trainer


def trainer(training: dict[str, Any] | None = None, **options: Any) -> Trainer:
    family = {"name": "function", **options}
    return Trainer(Experiment.from_dict({"family": family, "training": training or {"learning_rate": 0.1}}))


def point_after(n: int, training: dict[str, Any] | None = None, **options: Any) -> list[float]:
    made = trainer(training, **options)
    found: list[float] = made.advance(made.initial_state(), n).params.tolist()
    return found


def test_newton_needs_one_step_on_a_parabola() -> None:
    assert point_after(1, {"learning_rate": 1.0}, function="valley", direction="newton") == pytest.approx([0.0, 0.0])


def test_newton_goes_to_the_saddle() -> None:
    """Near the origin the Hessian of x^2 - y^2 + y^4/4 has both signs, so the place without slope is no minimum."""
    found = point_after(20, {"learning_rate": 1.0}, function="saddle", direction="newton", start=[0.5, 0.3])
    assert found == pytest.approx([0.0, 0.0], abs=1e-12)


def test_steepest_descent_leaves_the_saddle() -> None:
    found = point_after(500, function="saddle", start=[0.5, 0.001])
    assert found == pytest.approx([0.0, math.sqrt(2.0)], abs=1e-6)


def test_ascent_climbs_what_descent_goes_down() -> None:
    """f = -(x^2 + y^2)/2 upwards is the bowl downwards, to the last bit."""
    up = point_after(7, function="formula", formula="-(x^2 + y^2)/2", direction="steepest_ascent")
    assert up == point_after(7, function="bowl")


def test_one_coordinate_at_a_time() -> None:
    """On the bowl a step of 0.5 halves the coordinate whose turn it is."""
    training = {"learning_rate": 0.5}
    assert point_after(1, training, direction="coordinate", start=[2.0, 1.0]) == [1.0, 1.0]
    assert point_after(2, training, direction="coordinate", start=[2.0, 1.0]) == [1.0, 0.5]
    assert point_after(3, training, direction="coordinate", start=[2.0, 1.0]) == [0.5, 0.5]


def test_conjugate_gradients_with_exact_steps_need_as_many_steps_as_dimensions() -> None:
    way = {"function": "valley", "direction": "conjugate_gradient", "step_length": "exact", "start": [2.0, 1.0]}
    assert point_after(2, **way) == pytest.approx([0.0, 0.0], abs=1e-12)
    assert np.linalg.norm(point_after(2, **{**way, "direction": "steepest_descent"})) > 0.1


def test_an_exact_step_ends_where_the_gradient_is_at_right_angles() -> None:
    made = trainer(function="rosenbrock", step_length="exact", start=[-1.2, 1.0])
    state = made.initial_state()
    for _ in range(5):
        before, state = state, made.advance(state, 1)
        model = made.model
        assert isinstance(model, FunctionModel)
        old, new = model.function.gradient(before.params), model.function.gradient(state.params)
        assert abs(old @ new) < 1e-9 * float(np.linalg.norm(old)) * max(1.0, float(np.linalg.norm(new)))


def test_an_exact_step_on_a_parabola_by_hand() -> None:
    """f = (x^2 + 25 y^2)/2 from (25, 1): the gradient is (25, 25) and eta = g.g / g.H g = 1/13."""
    found = point_after(1, function="valley", step_length="exact", start=[25.0, 1.0])
    assert found == pytest.approx([25.0 - 25.0 / 13.0, 1.0 - 25.0 / 13.0], rel=1e-12)


def test_backtracking_halves_until_it_pays() -> None:
    """In the valley's steep direction steps above 2/25 do not pay; from 1 halving leads to 1/16 = 0.0625."""
    found = point_after(1, {"learning_rate": 1.0}, function="valley", step_length="backtracking", start=[0.0, 1.0])
    assert found == pytest.approx([0.0, 1.0 - 25.0 / 16.0])


@pytest.mark.parametrize("direction", [name for name in DIRECTIONS if name not in ("steepest_ascent", "newton")])
@pytest.mark.parametrize("step_length", ["backtracking", "exact"])
@pytest.mark.parametrize("function", OBJECTIVES)
def test_careful_steps_never_go_up(direction: str, step_length: str, function: str) -> None:
    made = trainer(function=function, direction=direction, step_length=step_length, start=[-1.2, 1.0])
    history = History(made)
    after = made.measured_advance(history.start, 60, stops=False)
    values = [made.measure(history.start)[0], *after.values[:, 0]]
    assert all(new <= old for old, new in itertools.pairwise(values))
    assert values[-1] < values[0]


@given(
    direction=st.sampled_from(sorted(DIRECTIONS)),
    step_length=st.sampled_from(sorted(STEP_LENGTHS)),
    function=st.sampled_from(sorted(OBJECTIVES)),
    momentum=st.sampled_from([0.0, 0.5]),
    cuts=st.lists(st.integers(1, 9), max_size=5),
    seed=st.integers(0, 5),
)
def test_any_chunking_gives_the_same_bits(
    direction: str, step_length: str, function: str, momentum: float, cuts: list[int], seed: int
) -> None:
    made = Trainer(
        Experiment.from_dict(
            {
                "seed": seed,
                "family": {
                    "name": "function",
                    "function": function,
                    "direction": direction,
                    "step_length": step_length,
                },
                "training": {"learning_rate": 0.01, "momentum": momentum},
            }
        )
    )
    state = made.initial_state()
    for n in cuts:
        if np.all(np.isfinite(state.params)):  # training ends where it diverges
            state = made.advance(state, n)
    assert state.same_bits(made.advance(made.initial_state(), sum(cuts)))


def test_history_with_an_edit_goes_back_exactly() -> None:
    made = trainer(function="rosenbrock", direction="conjugate_gradient", step_length="exact", start=[-1.2, 1.0])
    history = History(made)
    history.record(made.advance(history.start, 30))
    child = history.fork(10, WeightEdit.of(Address("params", (0,)), 0.5))
    child.record(child.trainer.advance(child.head, 20))
    assert child.state_at(10).params[0] == 0.5
    assert history.state_at(10).same_bits(made.advance(made.initial_state(), 10))
    assert child.state_at(23).same_bits(child.trainer.advance(child.state_at(10), 13))


def test_it_ends_where_the_gradient_is_short() -> None:
    made = trainer({"learning_rate": 0.1, "stop": {"gradient_below": 1e-3}}, function="bowl")
    after = made.measured_advance(made.initial_state(), 10_000, stops=True)
    assert after.reason is FinishReason.STOP_RULE
    length, before = np.linalg.norm(after.state.params), np.linalg.norm(after.state.params) / 0.9
    assert length < 1e-3 <= before
    assert made.finish_reason(after.state, stops=True) is FinishReason.STOP_RULE


def test_nothing_moves_with_a_learning_rate_of_zero() -> None:
    for step_length in STEP_LENGTHS:
        assert point_after(5, {"learning_rate": 0.0}, function="valley", step_length=step_length) == [2.0, 1.0]


def test_a_way_down_without_end_is_an_observation() -> None:
    made = trainer(function="formula", formula="-exp(x) + y", step_length="exact")
    after = made.measured_advance(made.initial_state(), 50, stops=False)
    assert after.reason in (None, FinishReason.DIVERGED)
    assert after.state.counters.updates > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": "formula"}, "family.formula: missing; write your function in x and y"),
        ({"function": "formula", "formula": "x +"}, "family.formula, column 4"),
        ({"direction": "down"}, "unknown direction 'down'"),
        ({"step_length": "exct"}, "did you mean 'exact'"),
        ({"start": [1.0]}, "family.start"),
        ({"start": [1.0, 2.0, 3.0]}, "family.start"),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        trainer(**options)


def test_a_network_does_not_know_the_gradient_criterion() -> None:
    network = {"layers": [2, 1], "activations": ["sigmoid"]}
    wanted = {
        "dataset": {"name": "logic_gates", "gate": "and"},
        "network": network,
        "training": {"stop": {"gradient_below": 0.1}},
    }
    with pytest.raises(ExperimentError, match=r"training\.stop\.gradient_below: is looked at for functions"):
        Trainer(Experiment.from_dict(wanted))


def test_the_form_offers_what_a_function_has() -> None:
    found = {field.name: field for field in fields(trainer(function="valley").experiment)}
    assert found["family.function"].choices == (*OBJECTIVES, "formula")
    assert found["family.function"].value == "valley"
    assert found["family.direction"].choices == tuple(DIRECTIONS)
    assert found["family.step_length"].choices == tuple(STEP_LENGTHS)
    assert not found["family.formula"].is_used
    assert found["training.stop.gradient_below"].is_used
