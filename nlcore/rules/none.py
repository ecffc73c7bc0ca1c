"""No rule: the weights are set by hand or by construction, and there is nothing to train.

A run with it only evaluates. It shows what a network can represent, which is not the same as what it can learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlcore.network import Layout
from nlcore.records import FloatArray, Phase
from nlcore.rules import Settings, Units, forward


class NoRule:
    """Leaves every weight as it is."""

    name = "none"
    title = "No rule"
    help = "The weights stay as they were set."
    trains = False

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Accept everything."""

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Change nothing."""
        del units, inputs, targets, settings
        return False

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Show the forward pass alone."""
        del settings
        net_inputs, outputs, _ = forward(units, inputs)
        phases = [Phase("inputs", "inputs", {"inputs": np.array(inputs), "targets": np.array(targets)})]
        for layer, activation in enumerate(units.activations):
            arrays = {
                f"net_inputs[{layer}]": np.array(net_inputs[layer]),
                f"outputs[{layer + 1}]": np.array(outputs[layer + 1]),
            }
            phases.append(Phase("forward", f"forward.{activation.name}", arrays))
        return tuple(phases)


RULE = NoRule()
