"""Finite differences: the weight changes are minus the gradient of the loss, for every activation and loss."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from nlcore import datasets
from nlcore.activations import ACTIVATIONS
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.losses import LOSSES
from nlcore.network import forward
from nlcore.records import FloatArray, TrainState
from nlcore.trainer import Trainer

SMOOTH = [name for name, activation in ACTIVATIONS.items() if activation.has_slope]
CASES = [
    (hidden, output, loss)
    for hidden, output, loss in itertools.product(SMOOTH, SMOOTH, LOSSES)
    if loss == "squared_error" or output in ("sigmoid", "softmax")
]


def experiment(hidden: str, output: str, loss: str, **training: object) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": 1,
            "dataset": {"name": "iris", "coding": "zero_one", "standardise": True},
            "network": {"layers": [4, 5, 4, 3], "activations": [hidden, hidden, output]},
            "training": {
                "loss": loss,
                "learning_rate": 1.0,
                "initializer": {"name": "uniform", "low": -0.9, "high": 0.9},
                **training,
            },
        }
    )


IRIS = datasets.load(experiment("tanh", "sigmoid", "squared_error").dataset)


def total_loss(trainer: Trainer, params: FloatArray, examples: slice) -> float:
    model, training = trainer.model, trainer.model.data.training  # type: ignore[union-attr]
    passed = forward(model.layout, params, training.inputs[examples])  # type: ignore[attr-defined]
    loss = LOSSES[trainer.experiment.training.loss]
    last = model.layout.activations[-1]  # type: ignore[attr-defined]
    shares = loss.of_units(passed.net_inputs[-1], passed.outputs[-1], training.targets[examples], last)
    penalty = trainer.experiment.training.penalty
    squares = float(np.sum(params**2))
    if not penalty.biases:
        squares = sum(float(np.sum(w**2)) for w in model.layout.weights(params))  # type: ignore[attr-defined]
    share = len(training.targets[examples]) / len(training.targets)
    return float(np.sum(shares)) + share * penalty.strength * squares


def numeric_gradient(trainer: Trainer, params: FloatArray, examples: slice, step: float = 1e-5) -> FloatArray:
    found = np.empty_like(params)
    for i in range(len(params)):
        up, down = params.copy(), params.copy()
        up[i], down[i] = up[i] + step, down[i] - step
        found[i] = (total_loss(trainer, up, examples) - total_loss(trainer, down, examples)) / (2 * step)
    return found


PENALTIES = {
    "none": {},
    "all": {"penalty": {"strength": 3.0}},
    "weights": {"penalty": {"strength": 3.0, "biases": False}},
}


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize(("hidden", "output", "loss"), CASES)
def test_one_update_is_minus_the_gradient(hidden: str, output: str, loss: str, penalty: str, kernel: str) -> None:
    trainer = Trainer(experiment(hidden, output, loss, **PENALTIES[penalty]), IRIS, kernel=kernel)
    state = trainer.initial_state()
    change = trainer.advance(state, 1).params - state.params
    assert np.abs(change).max() > 1e-4  # a change of nothing would prove nothing
    np.testing.assert_allclose(change, -numeric_gradient(trainer, state.params, slice(0, 1)), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("gradient", ["sum", "mean"])
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_batch_is_minus_the_gradient_of_all_examples(loss: str, penalty: str, gradient: str) -> None:
    settings = {"mode": "batch", "gradient": gradient, **PENALTIES[penalty]}
    trainer = Trainer(experiment("tanh", "softmax", loss, **settings), IRIS)
    state, n = trainer.initial_state(), len(IRIS.training)
    change = trainer.advance(state, n).params - state.params
    scale = 1.0 / n if gradient == "mean" else 1.0
    numeric = numeric_gradient(trainer, state.params, slice(0, n))
    np.testing.assert_allclose(change, -scale * numeric, rtol=1e-6, atol=1e-6 * scale)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_loss_on_screen_is_what_is_minimised(penalty: str) -> None:
    trainer = Trainer(experiment("tanh", "softmax", "categorical_cross_entropy", **PENALTIES[penalty]), IRIS)
    state = trainer.initial_state()
    shown = trainer.evaluate(state)["training"]
    assert shown is not None
    assert shown.loss == pytest.approx(total_loss(trainer, state.params, slice(0, len(IRIS.training))), rel=1e-12)
    assert trainer.measure(state)[0] == pytest.approx(shown.loss, rel=1e-12)


def test_cross_entropy_is_the_lectures_sum_and_does_not_overflow() -> None:
    loss, sigmoid = LOSSES["cross_entropy"], ACTIVATIONS["sigmoid"]
    for net, t in itertools.product((-3.0, -0.2, 0.0, 1.7), (0.0, 0.1, 0.9, 1.0)):
        o = sigmoid.value(net)
        by_hand = -(t * np.log(o) + (1 - t) * np.log(1 - o))
        assert loss.of_example([net], [o], [t], sigmoid) == pytest.approx([by_hand], rel=1e-12)
    assert loss.of_example([1000.0], [1.0], [0.0], sigmoid) == [1000.0]
    assert loss.of_example([-1000.0], [0.0], [1.0], sigmoid) == [1000.0]


def test_categorical_cross_entropy_is_minus_the_log_of_the_true_class() -> None:
    loss, softmax, sigmoid = LOSSES["categorical_cross_entropy"], ACTIVATIONS["softmax"], ACTIVATIONS["sigmoid"]
    nets = [0.3, -1.2, 2.0]
    outputs = softmax.outputs_of(nets)
    assert sum(outputs) == pytest.approx(1.0, rel=1e-15)
    assert outputs[0] == pytest.approx(np.exp(0.3) / (np.exp(0.3) + np.exp(-1.2) + np.exp(2.0)), rel=1e-14)
    assert loss.of_example(nets, outputs, [0.0, 1.0, 0.0], softmax) == pytest.approx([0, -np.log(outputs[1]), 0])
    far = [0.0, 1000.0]  # the first output is rounded to 0, its logarithm is not
    assert loss.of_example(far, softmax.outputs_of(far), [1.0, 0.0], softmax) == [1000.0, 0.0]
    o = sigmoid.value(-1.2)
    assert loss.of_example([-1.2], [o], [1.0], sigmoid) == pytest.approx([-np.log(o)], rel=1e-14)


def test_closed_deltas_equal_the_generic_ones() -> None:
    """Where delta is simply t - o or t (1 - o), it equals -dE/do taken back through the units."""
    sigmoid, softmax = ACTIVATIONS["sigmoid"], ACTIVATIONS["softmax"]
    binary, categorical = LOSSES["cross_entropy"], LOSSES["categorical_cross_entropy"]
    for net, t in itertools.product((-2.0, 0.3, 4.0), (0.0, 0.3, 1.0)):
        o = sigmoid.value(net)
        generic = sigmoid.backward([o], [t / o - (1 - t) / (1 - o)])
        assert binary.deltas_of([o], [t], sigmoid) == pytest.approx(generic, rel=1e-12)
        assert categorical.deltas_of([o], [t], sigmoid) == pytest.approx(sigmoid.backward([o], [t / o]), rel=1e-12)
    outputs, targets = softmax.outputs_of([0.5, -1.0, 2.0]), [0.2, 0.7, 0.1]
    generic = softmax.backward(outputs, [t / o for o, t in zip(outputs, targets, strict=True)])
    assert categorical.deltas_of(outputs, targets, softmax) == pytest.approx(generic, rel=1e-12)


@pytest.mark.parametrize("name", [name for name in SMOOTH if ACTIVATIONS[name].is_elementwise])
def test_slopes_by_finite_differences(name: str) -> None:
    activation = ACTIVATIONS[name]
    for net in (-2.0, -0.1, 0.0, 0.5, 3.0):
        if name == "relu" and net == 0.0:
            assert activation.slope(0.0) == 0.0  # a kink: the lecture's definition takes 0
            continue
        numeric = (activation.value(net + 1e-6) - activation.value(net - 1e-6)) / 2e-6
        assert activation.slope(activation.value(net)) == pytest.approx(numeric, abs=1e-8)


def test_softmax_by_finite_differences() -> None:
    softmax, nets, errors = ACTIVATIONS["softmax"], np.array([0.4, -0.7, 1.1]), [0.3, -2.0, 0.9]
    outputs = softmax.outputs_of(nets.tolist())
    found = softmax.backward(outputs, errors)
    for j in range(3):
        up, down = nets.copy(), nets.copy()
        up[j], down[j] = up[j] + 1e-6, down[j] - 1e-6
        numeric = (np.dot(softmax.values(up), errors) - np.dot(softmax.values(down), errors)) / 2e-6
        assert found[j] == pytest.approx(numeric, abs=1e-9)
    np.testing.assert_allclose(softmax.values(nets), outputs, rtol=1e-15)
    rows = softmax.backward_arrays(np.array([outputs, outputs]), np.array([errors, errors]))
    np.testing.assert_allclose(rows, [found, found], rtol=1e-14)
    assert softmax.outputs_of([1000.0, 0.0]) == [1.0, 0.0]


@pytest.mark.parametrize("name", [name for name, one in ACTIVATIONS.items() if one.is_elementwise])
def test_arrays_and_numbers_agree(name: str) -> None:
    activation = ACTIVATIONS[name]
    nets = np.array([-800.0, -2.0, -0.0, 0.0, 1e-9, 5.0, 800.0])
    values = activation.values(nets)
    np.testing.assert_allclose(values, [activation.value(net) for net in nets.tolist()], rtol=1e-15)
    np.testing.assert_allclose(activation.slopes(values), [activation.slope(o) for o in values.tolist()], rtol=1e-14)


def test_cross_entropy_is_refused_where_outputs_can_leave_its_range() -> None:
    with pytest.raises(ExperimentError, match="cross_entropy needs outputs between 0 and 1, but tanh units"):
        Trainer(experiment("tanh", "tanh", "cross_entropy"))


def test_states_hold_read_only_arrays() -> None:
    trainer = Trainer(experiment("tanh", "sigmoid", "squared_error"))
    state: TrainState = trainer.advance(trainer.initial_state(), 3)
    for array in (state.params, state.velocity):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
