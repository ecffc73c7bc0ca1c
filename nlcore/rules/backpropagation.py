"""Backpropagation: gradient descent through all layers of a network.

The error terms of the output units are found first, then those of each hidden layer from the layer above it, with the
weights as they were before the update (lecture, "Backpropagation Algorithm" and "More on Backpropagation" for momentum;
Mitchell 1997, pp. 98 and 100). A network without hidden layers learns by the delta rule in this way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlcore.errors import ExperimentError
from nlcore.network import Layout
from nlcore.records import FloatArray, Phase
from nlcore.rules import Settings, Units, forward


def error_terms(
    units: Units, outputs: list[list[float]], targets: list[float], settings: Settings
) -> list[list[float]]:
    """Return the deltas of every layer after the inputs.

    Output unit k: delta_k = o_k (1 - o_k) (t_k - o_k) for sigmoid units and squared error.
    Hidden unit h: delta_h = o_h (1 - o_h) sum over k of w_kh delta_k.
    """
    last = units.activations[-1]
    deltas = [[settings.loss.delta(o, t, last) for o, t in zip(outputs[-1], targets, strict=True)]]
    for layer in range(len(units.weights) - 1, 0, -1):
        above, weights, activation = deltas[0], units.weights[layer], units.activations[layer - 1]
        hidden = []
        for h, output in enumerate(outputs[layer]):
            total = 0.0
            for k, delta in enumerate(above):
                total += weights[k][h] * delta
            hidden.append(activation.slope(output) * total)
        deltas.insert(0, hidden)
    return deltas


def changes(
    deltas: list[float], inputs: list[float], last: list[list[float]], last_bias: list[float], settings: Settings
) -> tuple[list[list[float]], list[float]]:
    """Return the weight changes of one layer: eta delta_j x_ji + alpha times the last change."""
    weight_changes, bias_changes = [], []
    for j, delta in enumerate(deltas):
        step = settings.learning_rate * delta
        row = [step * x + settings.momentum * before for x, before in zip(inputs, last[j], strict=True)]
        weight_changes.append(row)
        bias_changes.append(step + settings.momentum * last_bias[j])
    return weight_changes, bias_changes


class Backpropagation:
    """Gradient descent for layered networks, with momentum."""

    name = "backpropagation"
    title = "Backpropagation"
    help = "Gradient descent through all layers; without hidden layers this is the delta rule."
    trains = True

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Refuse units without a slope, and a loss that does not fit the output units."""
        del targets
        for activation in layout.activations:
            if not activation.has_slope:
                raise ExperimentError(
                    f"network.activations: {activation.name} units have no slope, so backpropagation cannot train "
                    'them; use "sigmoid", "tanh" or "linear", or the rule "perceptron" for a single layer'
                )
        _ = training

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Update every weight of the network for one example."""
        _, outputs = forward(units, inputs)
        deltas = error_terms(units, outputs, targets, settings)
        for layer, weights in enumerate(units.weights):
            weight_changes, bias_changes = changes(
                deltas[layer], outputs[layer], units.weight_changes[layer], units.bias_changes[layer], settings
            )
            for row, row_changes in zip(weights, weight_changes, strict=True):
                for i, change in enumerate(row_changes):
                    row[i] += change
            biases = units.biases[layer]
            for j, change in enumerate(bias_changes):
                biases[j] += change
            units.weight_changes[layer], units.bias_changes[layer] = weight_changes, bias_changes
        return True

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Lay the update out phase by phase: forward, deltas from the outputs back, weight changes, new weights."""
        net_inputs, outputs = forward(units, inputs)
        deltas = error_terms(units, outputs, targets, settings)
        phases = [Phase("inputs", "inputs", {"inputs": np.array(inputs), "targets": np.array(targets)})]
        for layer in range(len(units.weights)):
            arrays = {
                f"net_inputs[{layer}]": np.array(net_inputs[layer]),
                f"outputs[{layer + 1}]": np.array(outputs[layer + 1]),
            }
            phases.append(Phase("forward", f"forward.{units.activations[layer].name}", arrays))
        for layer in range(len(units.weights) - 1, -1, -1):
            is_output = layer == len(units.weights) - 1
            formula = f"delta.{settings.loss.name}" if is_output else "delta.hidden"
            arrays = {f"deltas[{layer}]": np.array(deltas[layer])}
            phases.append(Phase("output deltas" if is_output else "hidden deltas", formula, arrays))
        changed, after = {}, {}
        for layer, weights in enumerate(units.weights):
            weight_changes, bias_changes = changes(
                deltas[layer], outputs[layer], units.weight_changes[layer], units.bias_changes[layer], settings
            )
            changed[f"weight_changes[{layer}]"] = np.array(weight_changes)
            changed[f"bias_changes[{layer}]"] = np.array(bias_changes)
            after[f"weights[{layer}]"] = np.array(weights) + changed[f"weight_changes[{layer}]"]
            after[f"biases[{layer}]"] = np.array(units.biases[layer]) + changed[f"bias_changes[{layer}]"]
        phases.append(Phase("weight changes", "weight_change.momentum", changed))
        phases.append(Phase("new weights", "weights.add", after))
        return tuple(phases)


RULE = Backpropagation()
