"""Backpropagation: gradient descent through all layers of a network.

The error terms of the output units are found first, then those of each hidden layer from the layer above it, with the
weights as they were before the update (lecture, "Backpropagation Algorithm" and "More on Backpropagation" for momentum;
Mitchell 1997, pp. 98 and 100). A network without hidden layers learns by the delta rule in this way.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nlcore.errors import ExperimentError
from nlcore.network import Layout
from nlcore.records import FloatArray, Phase
from nlcore.rules import Place, Settings, Units, forward
from nlcore.rules._phases import error_after_phase, error_phase, forward_phases, show, update_arrays


def error_terms(
    units: Units, outputs: list[list[float]], targets: list[float], settings: Settings
) -> list[list[float]]:
    """Return the deltas of every layer after the inputs.

    Output unit k: delta_k = o_k (1 - o_k) (t_k - o_k) for sigmoid units and squared error.
    Hidden unit h: delta_h = o_h (1 - o_h) sum over k of w_kh delta_k. A unit that was dropped has no error.
    """
    deltas = [settings.loss.deltas_of(outputs[-1], targets, units.activations[-1])]
    for layer in range(len(units.weights) - 1, 0, -1):
        above, weights, activation = deltas[0], units.weights[layer], units.activations[layer - 1]
        errors = []
        for h in range(len(outputs[layer])):
            total = 0.0
            for k, delta in enumerate(above):
                total += weights[k][h] * delta
            errors.append(total if settings.masks is None else total * settings.masks[layer][h])
        deltas.insert(0, activation.backward(outputs[layer], errors))
    return deltas


def clip_factor(units: Units, shown: list[list[float]], deltas: list[list[float]], settings: Settings) -> float:
    """Return what shortens the gradient of the loss and the penalty to `clip_norm`; 1 if it is short enough."""
    if settings.clip_norm == math.inf:
        return 1.0
    length = gradient_length(units, shown, deltas, settings)
    return settings.clip_norm / length if length > settings.clip_norm else 1.0


def gradient_length(units: Units, shown: list[list[float]], deltas: list[list[float]], settings: Settings) -> float:
    """Return the length of the gradient of the loss and the penalty, without frozen weights."""
    pull, bias_pull = 2.0 * settings.penalty, 2.0 * settings.penalty if settings.penalty_biases else 0.0
    total = 0.0
    for layer, weights in enumerate(units.weights):
        for j, row in enumerate(weights):
            for i, weight in enumerate(row):
                if (layer, j, i) not in settings.frozen:
                    part = deltas[layer][j] * shown[layer][i] - pull * weight
                    total += part * part
        for j, bias in enumerate(units.biases[layer]):
            if (layer, j, -1) not in settings.frozen:
                part = deltas[layer][j] - bias_pull * bias
                total += part * part
    return math.sqrt(total)


def changes(
    units: Units, layer: int, deltas: list[float], inputs: list[float], settings: Settings, rate: float
) -> tuple[list[list[float]], list[float]]:
    """Return the weight changes of one layer: eta delta_j x_ji + alpha times the last change.

    A penalty adds -2 eta gamma w_ji; a frozen weight changes by nothing.
    """
    pull = 2.0 * settings.penalty * rate
    last, last_bias, frozen = units.weight_changes[layer], units.bias_changes[layer], settings.frozen
    weight_changes, bias_changes = [], []
    for j, delta in enumerate(deltas):
        step = rate * delta
        row = [step * x + settings.momentum * before for x, before in zip(inputs, last[j], strict=True)]
        bias_change = step + settings.momentum * last_bias[j]
        if settings.penalty:
            row = [change - pull * weight for change, weight in zip(row, units.weights[layer][j], strict=True)]
            if settings.penalty_biases:
                bias_change -= pull * units.biases[layer][j]
        if frozen:
            row = [0.0 if (layer, j, i) in frozen else change for i, change in enumerate(row)]
            bias_change = 0.0 if (layer, j, -1) in frozen else bias_change
        weight_changes.append(row)
        bias_changes.append(bias_change)
    return weight_changes, bias_changes


def add_changes(units: Units, layer: int, settings: Settings) -> None:
    """Add the layer's changes to its weights, of which decay leaves only a part; frozen weights stay."""
    keep, frozen = settings.keep, settings.frozen
    for j, (row, row_changes) in enumerate(zip(units.weights[layer], units.weight_changes[layer], strict=True)):
        new = [weight * keep + change for weight, change in zip(row, row_changes, strict=True)]
        row[:] = [row[i] if (layer, j, i) in frozen else weight for i, weight in enumerate(new)] if frozen else new
    biases = units.biases[layer]
    for j, change in enumerate(units.bias_changes[layer]):
        if (layer, j, -1) not in frozen:
            biases[j] = biases[j] * keep + change


def update(units: Units, shown: list[list[float]], deltas: list[list[float]], settings: Settings) -> None:
    """Change all weights by what an example's error terms ask for; tied weights are left to `tie`."""
    rate = settings.learning_rate * clip_factor(units, shown, deltas, settings)
    for layer in range(len(units.weights)):
        found = changes(units, layer, deltas[layer], shown[layer], settings, rate)
        units.weight_changes[layer], units.bias_changes[layer] = found
        add_changes(units, layer, settings)


def tie(units: Units, groups: tuple[tuple[Place, ...], ...]) -> None:
    """Set the weights of each group, and their last changes, to their mean."""
    for weights, biases in ((units.weights, units.biases), (units.weight_changes, units.bias_changes)):
        for group in groups:
            total = 0.0
            for layer, j, i in group:
                total += weights[layer][j][i] if i >= 0 else biases[layer][j]
            mean = total / len(group)
            for layer, j, i in group:
                if i >= 0:
                    weights[layer][j][i] = mean
                else:
                    biases[layer][j] = mean


class Backpropagation:
    """Gradient descent for layered networks, with momentum."""

    name = "backpropagation"
    title = "Backpropagation"
    help = "Gradient descent through all layers; without hidden layers this is the delta rule."
    trains = True
    always_updates = True

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Refuse units without a slope, and a loss that does not fit the output units."""
        del targets
        if training.dropout.hidden > 0.0 and len(layout.layers) == 2:
            raise ExperimentError(
                "training.dropout.hidden: this network has no hidden layer to drop units from; "
                "leave it out, or drop inputs"
            )
        for activation in layout.activations:
            if not activation.has_slope:
                raise ExperimentError(
                    f"network.activations: {activation.name} units have no slope, so backpropagation cannot train "
                    'them; use "sigmoid", "tanh" or "linear", or the rule "perceptron" for a single layer'
                )

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Update every weight of the network for one example."""
        _, outputs, shown = forward(units, inputs, settings.masks)
        update(units, shown, error_terms(units, outputs, targets, settings), settings)
        tie(units, settings.tied)
        return True

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Lay the update out: forward, error, deltas from the outputs back, changes, new weights, error after."""
        seen = show(units, inputs, targets, settings)
        deltas = error_terms(units, seen.outputs, targets, settings)
        phases = [*forward_phases(units, seen, settings), error_phase(units, seen, settings)]
        for layer in range(len(units.weights) - 1, -1, -1):
            is_output = layer == len(units.weights) - 1
            formula = f"delta.{settings.loss.name}" if is_output else "delta.hidden"
            arrays = {f"deltas[{layer}]": np.array(deltas[layer])}
            phases.append(Phase("output deltas" if is_output else "hidden deltas", formula, arrays))
        after = units.copy()
        update(after, seen.shown, deltas, settings)
        before = update_arrays(after, "untied_") if settings.tied else ({}, {})
        tie(after, settings.tied)
        changed, new = update_arrays(after)
        if settings.clip_norm != math.inf:
            changed["gradient_length"] = np.array([gradient_length(units, seen.shown, deltas, settings)])
            changed["clip_factor"] = np.array([clip_factor(units, seen.shown, deltas, settings)])
        phases.append(Phase("weight changes", "weight_change.momentum", {**changed, **before[0]}))
        phases.append(Phase("new weights", "weights.add", {**new, **before[1]}))
        phases.append(error_after_phase(after, inputs, targets, settings))
        return tuple(phases)


RULE = Backpropagation()
