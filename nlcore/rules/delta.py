"""The delta rule: gradient descent for one layer of linear units.

Delta w_i = eta (t - o) x_i for each example, or summed over a batch (lecture, "Gradient Descent" and "Incremental
(Stochastic) Gradient Descent"; Mitchell 1997, pp. 92-94). It is backpropagation with nothing to propagate through, and
so gives the same numbers; the name says which rule is meant and the check holds an experiment to it.
"""

from __future__ import annotations

from typing import Any

from nlcore.errors import ExperimentError
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.rules.backpropagation import Backpropagation


class Delta(Backpropagation):
    """Gradient descent for linear units without hidden layers."""

    name = "delta"
    title = "Delta rule"
    help = "Gradient descent for linear units: each weight changes in proportion to the error and its input."

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Refuse hidden layers and units that are not linear."""
        super().check(layout, training, targets)
        if len(layout.layers) != 2 or layout.activations[0].name != "linear":
            raise ExperimentError(
                "network: the delta rule trains one layer of linear units; make it "
                f'layers = [{layout.layers[0]}, {layout.layers[-1]}], activations = ["linear"], or use the rule '
                '"backpropagation"'
            )


RULE = Delta()
