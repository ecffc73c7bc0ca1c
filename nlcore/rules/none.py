"""No rule: the weights are set by hand or by construction, and there is nothing to train.

A run with it only evaluates. It shows what a network can represent, which is not the same as what it can learn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nlcore.network import Layout
from nlcore.records import FloatArray, Phase
from nlcore.rules import Settings, Units
from nlcore.rules._phases import error_phase, forward_phases, show


class NoRule:
    """Leaves every weight as it is."""

    name = "none"
    title = "No rule"
    help = "The weights stay as they were set."
    trains = False
    always_updates = False

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Accept everything."""

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Change nothing."""
        del units, inputs, targets, settings
        return False

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Show the forward pass and the error; without training nothing is dropped."""
        settings = replace(settings, masks=None)
        seen = show(units, inputs, targets, settings)
        return (*forward_phases(units, seen, settings), error_phase(units, seen, settings))


RULE = NoRule()
