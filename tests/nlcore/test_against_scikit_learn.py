"""The same numbers from another library: scikit-learn's perceptron, its gradients, and where its linear models end.

Only compared with here; the program itself does not need it. Its perceptron, too, updates at y w.x <= 0. Its networks
minimise means over the examples, with alpha / (2 n) times the sum of the squared weights without biases; ours sum, with
gamma times the sum of the squared weights: so our gamma is half its alpha, and our gradient n times its gradient.
"""

from __future__ import annotations

import inspect
from typing import Any, cast

import numpy as np
import pytest

from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.trainer import Trainer

linear_model = pytest.importorskip("sklearn.linear_model")
neural_network = pytest.importorskip("sklearn.neural_network")
KERNELS = ("strict", "vectorized")


def data_of(inputs: FloatArray, targets: FloatArray, *, is_regression: bool = False, midpoint: float = 0.5) -> Data:
    """Return a data set with these training examples and nothing else."""
    n_in, n_out = inputs.shape[1], targets.shape[1]
    classes = tuple(f"class {k}" for k in range(max(2, n_out)))
    return Data(
        name="given",
        source="test",
        training=ExampleSet.of(inputs, targets),
        validation=no_examples(n_in, n_out),
        test=no_examples(n_in, n_out),
        input_names=tuple(f"x{i + 1}" for i in range(n_in)),
        output_names=tuple(f"o{k + 1}" for k in range(n_out)),
        class_names=None if is_regression else classes,
        midpoint=midpoint,
    )


def trainer_of(data: Data, layers: list[int], activations: list[str], kernel: str | None, **training: Any) -> Trainer:
    network = {"layers": layers, "activations": activations}
    return Trainer(Experiment.from_dict({"network": network, "training": training}), data, kernel)


def layer_blocks(trainer: Trainer, params: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return weights and biases as scikit-learn has them: a column is a unit."""
    layout = cast(FeedforwardModel, trainer.model).layout
    return [weights.T.copy() for weights in layout.weights(params)], [b.copy() for b in layout.biases(params)]


# --- the perceptron rule ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("rate", "is_separable"), [(1.0, True), (0.25, True), (1.0, False)])
def test_perceptron_rule(kernel: str, rate: float, is_separable: bool) -> None:
    """Inputs are small fractions and the rate a power of two, so that no sum is rounded: the weights are equal."""
    rng = np.random.default_rng(3)
    inputs = rng.integers(-8, 9, (40, 3)) / 8.0
    y = np.where(inputs @ [1.0, -2.0, 0.5] + 0.2 > 0, 1.0, -1.0)
    if not is_separable:
        y[::5] *= -1.0
    data = data_of(inputs, y[:, None], midpoint=0.0)
    trainer = trainer_of(data, [3, 1], ["threshold"], kernel, rule="perceptron", learning_rate=rate, initializer="zero")
    for epochs in (1, 2, 7):
        other = linear_model.Perceptron(eta0=rate, shuffle=False, penalty=None, tol=None, max_iter=epochs).fit(
            inputs, y
        )
        state = trainer.advance(trainer.initial_state(), 40 * epochs)
        assert state.params.tolist() == [*other.coef_[0].tolist(), other.intercept_[0]]
        assert np.any(state.params != 0.0)
        metrics = trainer.evaluate(state)["training"]
        assert metrics is not None
        assert metrics.accuracy == other.score(inputs, y)


# --- gradients -------------------------------------------------------------------------------------------------------


def sklearn_gradient(
    name: str, hidden: str, inputs: FloatArray, targets: FloatArray, weights: list[Any], biases: list[Any], alpha: float
) -> tuple[float, FloatArray]:
    """Return the loss of scikit-learn's network and its gradient, in the order of our parameters."""
    sizes = tuple(w.shape[1] for w in weights[:-1])
    kind = neural_network.MLPRegressor if name == "regression" else neural_network.MLPClassifier
    model = kind(hidden_layer_sizes=sizes, activation=hidden, alpha=alpha)
    model.n_layers_ = len(weights) + 1
    model.n_outputs_ = targets.shape[1]
    model.out_activation_ = {"regression": "identity", "binary": "logistic", "categorical": "softmax"}[name]
    model.coefs_, model.intercepts_ = weights, biases
    n, units = len(inputs), [inputs.shape[1], *(w.shape[1] for w in weights)]
    activations = [inputs, *(np.empty((n, size)) for size in units[1:])]
    deltas = [np.empty((n, size)) for size in units[1:]]
    slopes_w, slopes_b = [np.empty_like(w) for w in weights], [np.empty_like(b) for b in biases]
    activations = model._forward_pass(activations)
    has_weights = "sample_weight" in inspect.signature(model._backprop).parameters  # since version 1.7
    examples = (inputs, targets, None) if has_weights else (inputs, targets)
    value, slopes_w, slopes_b = model._backprop(*examples, activations, deltas, slopes_w, slopes_b)
    return float(value), np.concatenate(
        [np.concatenate([w.T.ravel(), b]) for w, b in zip(slopes_w, slopes_b, strict=True)]
    )


CASES = {
    "regression": ("linear", "squared_error"),
    "binary": ("sigmoid", "cross_entropy"),
    "categorical": ("softmax", "categorical_cross_entropy"),
}
HIDDEN = {"tanh": "tanh", "sigmoid": "logistic", "relu": "relu", "linear": "identity"}


@pytest.mark.parametrize("alpha", [0.0, 0.6])
@pytest.mark.parametrize("hidden", list(HIDDEN))
@pytest.mark.parametrize("name", list(CASES))
def test_one_batch_update_is_the_gradient_of_scikit_learn(name: str, hidden: str, alpha: float) -> None:
    """With learning rate 1 the change of a batch is the negative gradient; theirs is a mean over the 12 examples."""
    rng = np.random.default_rng(11)
    n, n_out = 12, 1 if name == "binary" else 3
    inputs = rng.normal(size=(n, 4))
    targets = rng.normal(size=(n, n_out)) if name == "regression" else np.eye(3)[np.arange(n) % 3][:, :n_out]
    output, loss = CASES[name]
    trainer = trainer_of(
        data_of(inputs, targets, is_regression=name == "regression"),
        [4, 5, 3, n_out],
        [hidden, hidden, output],
        None,
        mode="batch",
        learning_rate=1.0,
        loss=loss,
        initializer={"name": "normal", "sd": 0.7},
        penalty={"strength": alpha / 2.0, "biases": False},
    )
    start = trainer.initial_state()
    gradient = start.params - trainer.advance(start, n).params
    value, wanted = sklearn_gradient(name, HIDDEN[hidden], inputs, targets, *layer_blocks(trainer, start.params), alpha)
    np.testing.assert_allclose(gradient, n * wanted, rtol=1e-10, atol=1e-10)
    assert np.abs(wanted).max() > 0.01
    metrics = trainer.evaluate(start)["training"]
    assert metrics is not None
    share = alpha / (2 * n) * sum(float(np.sum(w * w)) for w in layer_blocks(trainer, start.params)[0])
    averaged = n * n_out if name == "regression" else n  # over outputs too, though its gradient is not
    assert metrics.loss == pytest.approx(averaged * (value - share) + n * share, rel=1e-10)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("name", list(CASES))
def test_incremental_updates_follow_the_gradient_of_each_example(name: str, kernel: str) -> None:
    """An epoch of gradient descent on single examples, each step with scikit-learn's gradient; momentum 0.9."""
    rng = np.random.default_rng(12)
    n, n_out = 9, 1 if name == "binary" else 3
    inputs = rng.normal(size=(n, 4))
    targets = rng.normal(size=(n, n_out)) if name == "regression" else np.eye(3)[np.arange(n) % 3][:, :n_out]
    output, loss = CASES[name]
    trainer = trainer_of(
        data_of(inputs, targets, is_regression=name == "regression"),
        [4, 5, n_out],
        ["tanh", output],
        kernel,
        learning_rate=0.1,
        momentum=0.9,
        loss=loss,
    )
    state = trainer.initial_state()
    params, velocity = state.params.copy(), np.zeros_like(state.params)
    for x, t in zip(inputs, targets, strict=True):
        blocks = layer_blocks(trainer, params)
        _, gradient = sklearn_gradient(name, "tanh", x[None, :], t[None, :], *blocks, 0.0)
        velocity = -0.1 * gradient + 0.9 * velocity
        params = params + velocity
    np.testing.assert_allclose(trainer.advance(state, n).params, params, rtol=1e-10, atol=1e-12)


# --- limits ----------------------------------------------------------------------------------------------------------


def test_the_delta_rule_ends_at_the_least_squares_line() -> None:
    """Batch mode, learning rate below 2 / largest eigenvalue of the sum of x x^T: the limit is the minimum."""
    rng = np.random.default_rng(13)
    inputs = rng.normal(size=(30, 3))
    targets = inputs @ rng.normal(size=(3, 2)) + 0.7 + 0.3 * rng.normal(size=(30, 2))
    extended = np.column_stack([inputs, np.ones(30)])
    rate = 1.0 / float(np.linalg.eigvalsh(extended.T @ extended).max())
    data = data_of(inputs, targets, is_regression=True)
    trainer = trainer_of(data, [3, 2], ["linear"], None, rule="delta", mode="batch", learning_rate=rate)
    other = linear_model.LinearRegression().fit(inputs, targets)
    wanted = np.concatenate([other.coef_.ravel(), other.intercept_])
    start = trainer.initial_state()
    assert np.abs(start.params - wanted).max() > 0.1
    np.testing.assert_allclose(trainer.advance(start, 30 * 500).params, wanted, rtol=1e-10, atol=1e-12)


def test_with_a_penalty_it_ends_at_ridge_regression() -> None:
    """Half the sum of squares + gamma |w|^2 has its minimum where the sum of squares + 2 gamma |w|^2 has it."""
    rng = np.random.default_rng(14)
    inputs = rng.normal(size=(25, 3))
    targets = inputs @ rng.normal(size=(3, 1)) + 0.7 + 0.3 * rng.normal(size=(25, 1))
    extended = np.column_stack([inputs, np.ones(25)])
    rate = 1.0 / (8.0 + float(np.linalg.eigvalsh(extended.T @ extended).max()))
    trainer = trainer_of(
        data_of(inputs, targets, is_regression=True), [3, 1], ["linear"], None, rule="delta", mode="batch",
        learning_rate=rate, penalty={"strength": 4.0, "biases": False},
    )  # fmt: skip
    other = linear_model.Ridge(alpha=8.0).fit(inputs, targets[:, 0])
    found = trainer.advance(trainer.initial_state(), 25 * 500).params
    np.testing.assert_allclose(found, [*other.coef_.ravel(), float(np.ravel(other.intercept_)[0])], rtol=1e-9)
    without = np.linalg.lstsq(extended, targets[:, 0], rcond=None)[0]
    assert np.abs(found - without).max() > 0.1


def logistic_examples() -> tuple[FloatArray, FloatArray]:
    """Two classes that overlap, so that the weights without a penalty have a limit."""
    rng = np.random.default_rng(15)
    inputs = rng.normal(size=(60, 2))
    chances = 1.0 / (1.0 + np.exp(-(inputs @ [1.5, -1.0] + 0.4)))
    return inputs, (rng.uniform(size=60) < chances).astype(np.float64)


@pytest.mark.parametrize(("strength", "c"), [(0.0, np.inf), (0.5, 1.0), (2.0, 0.25)])
def test_a_sigmoid_unit_with_cross_entropy_ends_at_logistic_regression(strength: float, c: float) -> None:
    """Theirs is C times the cross-entropy + |w|^2 / 2, without the bias; ours the same for gamma = 1 / (2 C)."""
    inputs, targets = logistic_examples()
    other = linear_model.LogisticRegression(C=c, tol=1e-12, solver="newton-cholesky").fit(inputs, targets)
    trainer = trainer_of(
        data_of(inputs, targets[:, None]), [2, 1], ["sigmoid"], None, mode="batch", learning_rate=0.05,
        loss="cross_entropy", penalty={"strength": strength, "biases": False},
    )  # fmt: skip
    found = trainer.advance(trainer.initial_state(), 60 * 3000).params
    np.testing.assert_allclose(found, [*other.coef_[0], other.intercept_[0]], rtol=1e-8)
    metrics = trainer.model.evaluate(found)["training"]
    assert metrics is not None
    assert metrics.accuracy == other.score(inputs, targets)
