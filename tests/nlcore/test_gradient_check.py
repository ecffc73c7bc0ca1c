"""The gradient check: right gradients agree for every unit and loss, wrong ones are found, and steps are judged."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from nlcore import datasets, kernels
from nlcore.activations import ACTIVATIONS
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.gradient_check import (
    LADDER,
    GradientQuestion,
    Verdict,
    obstacle,
    relative_difference,
    step_sizes,
)
from nlcore.kernels import vectorized
from nlcore.losses import LOSSES
from nlcore.records import TrainState
from nlcore.rules import backpropagation
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

SMOOTH = [name for name, activation in ACTIVATIONS.items() if activation.has_slope]
CASES = [
    (hidden, output, loss)
    for hidden, output, loss in itertools.product(SMOOTH, SMOOTH, LOSSES)
    if loss == "squared_error" or output in ("sigmoid", "softmax")
]


def experiment(hidden: str = "tanh", output: str = "sigmoid", loss: str = "squared_error", **more: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": 1,
            "dataset": {"name": "iris", "coding": "zero_one", "standardise": True},
            "network": {"layers": [4, 5, 4, 3], "activations": [hidden, hidden, output]},
            "training": {
                "loss": loss,
                "learning_rate": 0.02,
                "momentum": 0.5,
                "initializer": {"name": "uniform", "low": -0.9, "high": 0.9},
                **more,
            },
        }
    )


IRIS = datasets.load(experiment().dataset)


def asked(
    made: Experiment, rows: list[int] | None = None, *, kernel: str | None = None, after: int = 5
) -> tuple[GradientQuestion, range]:
    trainer = Trainer(made, IRIS if made.dataset.name == "iris" else datasets.load(made.dataset), kernel=kernel)
    state: TrainState = trainer.advance(trainer.initial_state(), after)
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    assert obstacle(model, state.params) == ""
    chosen = list(range(model.problem.n)) if rows is None else rows
    return GradientQuestion.at(model, state, chosen), range(model.n_params)


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize(("hidden", "output", "loss"), CASES)
def test_every_unit_and_loss_agrees(hidden: str, output: str, loss: str, kernel: str) -> None:
    question, places = asked(experiment(hidden, output, loss), [7], kernel=kernel)
    found = question.check(places, 1e-5)
    assert {weight.verdict for weight in found.weights} <= {Verdict.AGREES, Verdict.TOO_SMALL}
    assert found.counts[Verdict.AGREES] > 0.9 * len(places)
    assert max(abs(weight.analytic) for weight in found.weights) > 1e-4


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("mode", ["incremental", "mini_batch", "batch"])
@pytest.mark.parametrize(
    "penalty", [{}, {"penalty": {"strength": 3.0}}, {"penalty": {"strength": 3.0, "biases": False}}]
)
def test_all_examples_agree_with_the_measured_loss(loss: str, mode: str, penalty: dict[str, Any]) -> None:
    question, places = asked(experiment("tanh", "softmax", loss, mode=mode, **penalty))
    found = question.check(places, 1e-4)
    assert found.verdict is Verdict.AGREES
    state_loss = question.model.evaluate(question.params)["training"]
    assert state_loss is not None
    assert question.loss == pytest.approx(state_loss.loss, rel=1e-12)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_moved_weight_gives_the_loss_that_is_measured(loss: str) -> None:
    question, places = asked(experiment("tanh", "softmax", loss, penalty={"strength": 0.7, "biases": False}))
    moves = np.linspace(-0.9, 0.8, len(places))
    found = question.losses(np.array(places), moves)
    for place in places:
        moved = question.params.copy()
        moved[place] += moves[place]
        measured = question.model.evaluate(moved)["training"]
        assert measured is not None
        assert found[place] == pytest.approx(measured.loss, rel=1e-12)


def test_a_single_example_has_its_share_of_the_penalty() -> None:
    made = experiment(penalty={"strength": 2.0})
    question, places = asked(made, [3])
    plain, _ = asked(experiment(), [3])
    same = GradientQuestion(plain.model, question.params, [3])
    extra = question.gradient - same.gradient
    np.testing.assert_allclose(extra, 2 * 2.0 / question.model.problem.n * question.params, atol=1e-12)
    assert question.check(places, 1e-4).verdict is Verdict.AGREES


@pytest.mark.parametrize("mode", ["incremental", "mini_batch"])
def test_dropout_uses_the_masks_of_the_next_presentation(mode: str) -> None:
    made = experiment(dropout={"hidden": 0.5, "inputs": 0.2}, mode=mode, batch_size=4)
    question, places = asked(made, [8], after=8)
    assert question.has_masks
    found = question.check(places, 1e-4)
    assert found.verdict is Verdict.AGREES
    without = GradientQuestion(question.model, question.params, [8])
    assert not without.has_masks
    assert np.abs(without.gradient - question.gradient).max() > 1e-3, "nothing was dropped"
    assert without.check(places, 1e-4).verdict is Verdict.AGREES
    every, _ = asked(made, after=8)
    assert not every.has_masks


def test_where_plain_python_would_take_long_matrix_products_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = experiment("tanh", "softmax", "cross_entropy", penalty={"strength": 2.0})
    monkeypatch.setattr(kernels, "is_compiled", lambda _: False)
    slowly, _ = asked(made, [4, 9, 30], kernel="strict")
    monkeypatch.setattr(kernels, "MUCH", 1)
    monkeypatch.setattr(kernels, "run", None)
    quickly = GradientQuestion(slowly.model, slowly.params, [4, 9, 30])
    np.testing.assert_allclose(quickly.gradient, _before(monkeypatch, slowly), rtol=1e-9, atol=1e-14)


def _before(monkeypatch: pytest.MonkeyPatch, question: GradientQuestion) -> Any:
    monkeypatch.undo()
    return question.gradient


def test_frozen_and_tied_weights_have_gradients_of_their_own() -> None:
    made = experiment(frozen=["weights[0][0,:]"], tied=[["weights[1]"]], clip_norm=0.01, weight_decay=0.1)
    question, places = asked(made, [2])
    found = question.check(places, 1e-4)
    assert found.verdict is Verdict.AGREES
    assert [weight.place for weight in found.weights if weight.is_frozen] == [0, 1, 2, 3]
    assert sum(weight.is_tied for weight in found.weights) == 20
    assert abs(found.weights[0].analytic) > 1e-6


# --- wrong gradients --------------------------------------------------------------------------------------------------

RIGHT = backpropagation.error_terms


def without_slope(units: Any, outputs: Any, targets: Any, settings: Any) -> Any:
    """Forget o (1 - o) in the output units."""
    return [*RIGHT(units, outputs, targets, settings)[:-1], [t - o for o, t in zip(outputs[-1], targets, strict=True)]]


def doubled(units: Any, outputs: Any, targets: Any, settings: Any) -> Any:
    return [[2.0 * d for d in layer] for layer in RIGHT(units, outputs, targets, settings)]


def with_wrong_sign(units: Any, outputs: Any, targets: Any, settings: Any) -> Any:
    first, *rest = RIGHT(units, outputs, targets, settings)
    return [[-d for d in first], *rest]


def slightly_off(units: Any, outputs: Any, targets: Any, settings: Any) -> Any:
    return [[1.001 * d for d in layer] for layer in RIGHT(units, outputs, targets, settings)]


@pytest.mark.parametrize(
    ("wrong", "wrong_places"),
    [
        (without_slope, set(range(6, 9))),
        (doubled, set(range(9))),
        (with_wrong_sign, set(range(6))),
        (slightly_off, set(range(9))),
    ],
)
@pytest.mark.parametrize("rows", [[1], [0, 1, 2, 3]])
def test_a_wrong_gradient_is_flagged(
    monkeypatch: pytest.MonkeyPatch, wrong: Any, wrong_places: set[int], rows: list[int]
) -> None:
    """Exactly the weights whose gradient is wrong, at any sensible step."""
    monkeypatch.setattr(kernels, "is_compiled", lambda _: False)
    question, places = asked(xor(), rows, kernel="strict", after=400)
    assert question.check(places, 1e-4).verdict is Verdict.AGREES
    with_gradient = {place for place in places if question.gradient[place] != 0.0}
    monkeypatch.setattr(backpropagation, "error_terms", wrong)
    faulty = GradientQuestion(question.model, question.params, rows)
    for step in (1e-3, 1e-4, 1e-6):
        found = faulty.check(places, step)
        assert found.verdict is Verdict.DIFFERS
        flagged = {weight.place for weight in found.weights if weight.verdict is Verdict.DIFFERS}
        assert flagged == wrong_places & with_gradient


def test_a_wrong_sign_in_the_matrix_products_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    question, places = asked(experiment(mode="batch"))
    assert question.check(places, 1e-4).verdict is Verdict.AGREES
    right = vectorized.steps_of
    monkeypatch.setattr(vectorized, "steps_of", lambda *given: -right(*given))
    faulty = GradientQuestion(question.model, question.params, question.rows.tolist())
    assert faulty.check(places, 1e-4).counts[Verdict.DIFFERS] == len(places)


# --- step sizes -------------------------------------------------------------------------------------------------------


def test_steps_are_judged_by_what_is_wrong_with_them() -> None:
    question, _ = asked(xor(), [1], after=40)
    place = int(np.argmax(np.abs(question.gradient)))
    assert question.check([place], 1e-4).verdict is Verdict.AGREES
    assert question.check([place], 1.0).verdict is Verdict.TOO_LARGE
    assert question.check([place], 1e-12).verdict is Verdict.TOO_SMALL


def test_truncation_falls_with_the_square_and_rounding_grows() -> None:
    question, _ = asked(xor(), [1], after=40)
    place = int(np.argmax(np.abs(question.gradient)))
    large = question.differences(place, (1e-1, 1e-2, 1e-3))
    assert large[0] / large[1] == pytest.approx(100.0, rel=0.1)
    assert large[1] / large[2] == pytest.approx(100.0, rel=0.1)
    steps = step_sizes()
    assert (steps[0], steps[-1]) == pytest.approx((1e-12, 1.0))
    found = question.differences(place, steps.tolist())
    best = int(np.argmin(found))
    assert 1e-8 < steps[best] < 1e-2
    assert found[:8].mean() > 1e3 * found[best]
    assert found[-1] > 1e3 * found[best]


def test_the_kink_of_relu() -> None:
    question, places = asked(experiment("relu", "linear"), [7], after=0)
    found = question.check(places, 0.8)
    assert found.counts[Verdict.KINK]
    assert found.counts[Verdict.DIFFERS] == 0
    zero = np.zeros(question.model.n_params)
    at_kink = zero.copy()
    at_kink[question.layout.blocks["weights[2]"][0] :] = 0.5
    at_kink[question.layout.blocks["weights[1]"][0] :][:20] = 0.5
    sitting = GradientQuestion(question.model, at_kink, [7]).check(range(4), 1e-4)
    assert {weight.verdict for weight in sitting.weights} == {Verdict.KINK}


@pytest.mark.parametrize("scale", [1e200, 1e20, 1e5, 1e-5, 1e-100, 1e-310, 0.0])
@pytest.mark.parametrize("activations", [["sigmoid", "sigmoid"], ["tanh", "linear"], ["relu", "linear"]])
def test_weights_of_any_size_are_never_called_wrong(activations: list[str], scale: float) -> None:
    trainer = Trainer(xor(network={"layers": [2, 3, 1], "activations": activations}))
    assert isinstance(trainer.model, FeedforwardModel)
    signs = np.random.default_rng(0).uniform(-1.0, 1.0, trainer.model.n_params)
    for rows in ([0], [1], [0, 1, 2, 3]):
        question = GradientQuestion(trainer.model, scale * signs, rows)
        for step in (1e-12, 1e-6, 1e-4, 1.0):
            assert question.check(range(trainer.model.n_params), step).counts[Verdict.DIFFERS] == 0


# --- what cannot be checked -------------------------------------------------------------------------------------------


def test_why_there_is_nothing_to_check() -> None:
    model = Trainer(gate("and")).model
    assert obstacle(model, model.initial_params()).startswith("Threshold units have no gradient")
    fixed = Trainer(xor(training__rule="none")).model
    assert "Nothing is trained" in obstacle(fixed, fixed.initial_params())
    layered = Trainer(xor()).model
    assert "finite" in obstacle(layered, np.full(9, np.nan))
    function = Trainer(Experiment.from_dict({"family": "function"})).model
    assert "no network" in obstacle(function, function.initial_params())


def test_relative_differences() -> None:
    assert relative_difference(0.0, 0.0) == 0.0
    assert relative_difference(1.0, -1.0) == 2.0
    assert relative_difference(2.0, 1.0) == 0.5
    assert math.isnan(relative_difference(1.0, math.inf))
    assert max(LADDER) < 1e-2
