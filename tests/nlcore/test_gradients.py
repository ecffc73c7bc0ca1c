"""Finite differences: the weight changes are minus the gradient of the loss, for every activation and loss."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

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
    if loss == "squared_error" or output == "sigmoid"
]


def experiment(hidden: str, output: str, loss: str, **training: object) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": 1 if "relu" in (hidden, output) else 3,  # with 3 the ReLU units are silent: no gradient at all
            "dataset": {"name": "logic_gates", "gate": "xor"},
            "network": {"layers": [2, 3, 2, 1], "activations": [hidden, hidden, output]},
            "training": {
                "loss": loss,
                "learning_rate": 1.0,
                "initializer": {"name": "uniform", "low": -0.9, "high": 0.9},
                **training,
            },
        }
    )


def total_loss(trainer: Trainer, params: FloatArray, examples: slice) -> float:
    model, training = trainer.model, trainer.model.data.training  # type: ignore[union-attr]
    passed = forward(model.layout, params, training.inputs[examples])  # type: ignore[attr-defined]
    loss = LOSSES[trainer.experiment.training.loss]
    return float(np.sum(loss.of_units(passed.net_inputs[-1], passed.outputs[-1], training.targets[examples])))


def numeric_gradient(trainer: Trainer, params: FloatArray, examples: slice, step: float = 1e-5) -> FloatArray:
    found = np.empty_like(params)
    for i in range(len(params)):
        up, down = params.copy(), params.copy()
        up[i], down[i] = up[i] + step, down[i] - step
        found[i] = (total_loss(trainer, up, examples) - total_loss(trainer, down, examples)) / (2 * step)
    return found


@pytest.mark.parametrize("kernel", ["strict", "vectorized"])
@pytest.mark.parametrize(("hidden", "output", "loss"), CASES)
def test_one_update_is_minus_the_gradient(hidden: str, output: str, loss: str, kernel: str) -> None:
    trainer = Trainer(experiment(hidden, output, loss), kernel=kernel)
    state = trainer.initial_state()
    change = trainer.advance(state, 1).params - state.params
    assert np.abs(change).max() > 1e-4  # a change of nothing would prove nothing
    np.testing.assert_allclose(change, -numeric_gradient(trainer, state.params, slice(0, 1)), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("gradient", ["sum", "mean"])
@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_batch_is_minus_the_gradient_of_all_examples(loss: str, gradient: str) -> None:
    trainer = Trainer(experiment("tanh", "sigmoid", loss, mode="batch", gradient=gradient))
    state = trainer.initial_state()
    change = trainer.advance(state, 4).params - state.params
    scale = 0.25 if gradient == "mean" else 1.0
    np.testing.assert_allclose(
        change, -scale * numeric_gradient(trainer, state.params, slice(0, 4)), rtol=1e-6, atol=1e-9
    )


def test_cross_entropy_is_the_lectures_sum_and_does_not_overflow() -> None:
    loss, sigmoid = LOSSES["cross_entropy"], ACTIVATIONS["sigmoid"]
    for net, t in itertools.product((-3.0, -0.2, 0.0, 1.7), (0.0, 0.1, 0.9, 1.0)):
        o = sigmoid.value(net)
        assert loss.of_unit(net, o, t) == pytest.approx(-(t * np.log(o) + (1 - t) * np.log(1 - o)), rel=1e-12)
    assert loss.of_unit(1000.0, 1.0, 0.0) == 1000.0
    assert loss.of_unit(-1000.0, 0.0, 1.0) == 1000.0


def test_closed_delta_equals_the_generic_one() -> None:
    """For sigmoid with cross-entropy: dE/do times the slope is o - t."""
    sigmoid, loss = ACTIVATIONS["sigmoid"], LOSSES["cross_entropy"]
    for net, t in itertools.product((-2.0, 0.3, 4.0), (0.0, 0.3, 1.0)):
        o = sigmoid.value(net)
        generic = (t / o - (1 - t) / (1 - o)) * sigmoid.slope(o)
        assert loss.delta(o, t, sigmoid) == pytest.approx(generic, rel=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_by_finite_differences(name: str) -> None:
    activation = ACTIVATIONS[name]
    for net in (-2.0, -0.1, 0.0, 0.5, 3.0):
        if name == "relu" and net == 0.0:
            assert activation.slope(0.0) == 0.0  # a kink: the lecture's definition takes 0
            continue
        numeric = (activation.value(net + 1e-6) - activation.value(net - 1e-6)) / 2e-6
        assert activation.slope(activation.value(net)) == pytest.approx(numeric, abs=1e-8)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
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
