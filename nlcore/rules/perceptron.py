"""The perceptron training rule: leave right answers alone, push wrong ones by the example itself.

An example triggers an update when y w.x <= 0; then w becomes w + eta y x, with x0 = 1 for the bias. The output is +1
only for w.x > 0. Both are as written in the lecture ("Perceptron training algorithm"; Flach 2012, Algorithm 7.1), so
from zero weights also a negative example triggers an update although its output -1 is already right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import ExperimentError
from nlcore.network import Layout
from nlcore.records import FloatArray, Phase
from nlcore.rules import Settings, Units, net_inputs_of
from nlcore.rules._phases import error_after_phase, forward_phases, show


class Perceptron:
    """Rosenblatt's rule for one layer of threshold units."""

    name = "perceptron"
    title = "Perceptron rule"
    help = "Changes the weights only on a misclassified example."
    trains = True
    always_updates = False

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Refuse hidden layers, other units, other modes and targets that are not -1 and +1."""
        if len(layout.layers) != 2 or layout.activations[0].name != "threshold":
            raise ExperimentError(
                "network: the perceptron rule trains one layer of threshold units; "
                f'make it layers = [{layout.layers[0]}, {layout.layers[-1]}], activations = ["threshold"]'
            )
        if training.mode != "incremental":
            raise ExperimentError('training.mode: the perceptron rule updates after each example; use "incremental"')
        if training.momentum != 0.0:
            raise ExperimentError("training.momentum: the perceptron rule has no momentum; make it 0")
        for name, used in (
            ("penalty", training.penalty.strength > 0.0),
            ("weight_decay", training.weight_decay > 0.0),
            ("dropout", training.dropout.hidden > 0.0 or training.dropout.inputs > 0.0),
            ("clip_norm", training.clip_norm is not None),
            ("tied", bool(training.tied)),
        ):
            if used:
                raise ExperimentError(
                    f"training.{name}: belongs to gradient descent, the perceptron rule has none; leave it out"
                )
        if training.loss != "squared_error":
            raise ExperimentError('training.loss: threshold units have no cross-entropy; use "squared_error"')
        if not np.all(np.abs(targets) == 1.0):
            raise ExperimentError(
                'dataset: the perceptron rule needs targets -1 and +1; set coding = "minus_plus" '
                '(or, for logic gates, target_coding = "minus_plus")'
            )

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Push each unit that got the example wrong; where all its weights are frozen, nothing is written."""
        updated = False
        net_inputs = net_inputs_of(units.weights[0], units.biases[0], inputs)
        for j, (net, y) in enumerate(zip(net_inputs, targets, strict=True)):
            if not y * net <= 0.0:
                continue
            step = settings.learning_rate * y
            row = units.weights[0][j]
            for i, x in enumerate(inputs):
                if (0, j, i) not in settings.frozen:
                    row[i] += step * x
                    updated = True
            if (0, j, -1) not in settings.frozen:
                units.biases[0][j] += step
                updated = True
        return updated

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Lay out net input, decision, change, new weights, and what the unit says with them."""
        seen = show(units, inputs, targets, settings)
        net, y, x = np.array(seen.net_inputs[0]), np.array(targets), np.array(inputs)
        fires = y * net <= 0.0
        step = np.where(fires, settings.learning_rate * y, 0.0)
        after = units.copy()
        self.present(after, inputs, targets, settings)
        weights, biases = np.array(after.weights[0]), np.array(after.biases[0])
        changed = {
            "weight_changes[0]": np.where(_frozen(settings, weights.shape), 0.0, step[:, None] * x[None, :]),
            "bias_changes[0]": np.array([0.0 if (0, j, -1) in settings.frozen else s for j, s in enumerate(step)]),
        }
        error_after = error_after_phase(after, inputs, targets, settings)
        products = {"products": y * error_after.arrays["net_inputs"]}
        return (
            *forward_phases(units, seen, settings),
            Phase("decision", "perceptron.condition", {"products": y * net, "fires": fires}),
            Phase("weight changes", "perceptron.change", changed),
            Phase("new weights", "weights.add", {"weights[0]": weights, "biases[0]": biases}),
            Phase(error_after.name, "perceptron.condition", {**error_after.arrays, **products}),
        )


def _frozen(settings: Settings, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    found = np.zeros(shape, dtype=np.bool_)
    for _, j, i in settings.frozen:
        if i >= 0:
            found[j, i] = True
    return found


RULE = Perceptron()
