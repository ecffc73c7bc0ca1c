"""The same networks in scikit-learn and in PyTorch, one example at a time, where these are installed.

Both do the arithmetic of backpropagation with momentum on networks of the same size with sigmoid units. scikit-learn
has no squared error for sigmoid outputs and uses the cross-entropy, which costs the same. PyTorch is measured as it is
normally written: autograd and the optimizer SGD, no compilation.
"""

from __future__ import annotations

import importlib.util

import numpy as np

from nlcore.kernels.problem import Problem, Progress
from tests.benchmarks.measuring import Run

EXAMPLES = 400
"""One call of scikit-learn shows so many examples at least, so that its checks before training weigh little."""


def scikit_learn(problem: Problem) -> Run | None:
    """Return a run of whole epochs with scikit-learn; None where it is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    from sklearn.neural_network import MLPClassifier

    copies = -(-EXAMPLES // problem.n)
    inputs = np.tile(problem.inputs[0], (copies, 1))
    targets = (np.tile(problem.targets[0], (copies, 1)) > problem.midpoint).astype(np.int64)
    classes = np.arange(max(2, targets.shape[1]))
    network = MLPClassifier(
        hidden_layer_sizes=problem.layout.layers[1:-1], activation="logistic", solver="sgd", batch_size=1, alpha=0.0,
        learning_rate_init=problem.learning_rate, momentum=problem.momentum, nesterovs_momentum=False, shuffle=False,
    )  # fmt: skip
    labels = targets[:, 0] if targets.shape[1] == 1 else targets

    def run(n: int) -> object:
        for first in range(0, n, len(inputs)):  # one pass each
            last = min(first + len(inputs), n) - first
            network.partial_fit(inputs[:last], labels[:last], classes=classes)
        return network

    network.partial_fit(inputs, labels, classes=classes)
    return run


def torch(problem: Problem, start: Progress) -> Run | None:
    """Return a run with eager PyTorch; None where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    torch.set_num_threads(1)
    parts: list[torch.nn.Module] = []
    weights, biases = problem.layout.weights(start.params), problem.layout.biases(start.params)
    for weight, bias in zip(weights, biases, strict=True):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weight.copy()))
            layer.bias.copy_(torch.tensor(bias.copy()))
        parts += [layer, torch.nn.Sigmoid()]
    network = torch.nn.Sequential(*parts)
    optimizer = torch.optim.SGD(network.parameters(), lr=problem.learning_rate, momentum=problem.momentum)
    inputs, targets = torch.tensor(problem.inputs[0].copy()), torch.tensor(problem.targets[0].copy())

    def run(n: int) -> object:
        for shown in range(n):
            example = shown % problem.n
            optimizer.zero_grad()
            loss = 0.5 * ((targets[example] - network(inputs[example])) ** 2).sum()
            loss.backward()
            optimizer.step()
        return network

    return run
