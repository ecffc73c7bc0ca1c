"""How far the units of a network are driven: net inputs and error terms of all training examples, layer by layer.

A unit is called saturated where its slope is below about 7 % of its largest one: a sigmoid unit beyond net inputs of
-4 and 4, where o (1 - o) < 0.018, a tanh unit beyond -2 and 2, a ReLU unit that is off. There it passes hardly any
error back (lecture, "Deep Learning: Activation Functions").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels import vectorized
from nlcore.network import forward
from nlcore.records import FloatArray
from nlcore.rules.backpropagation import Backpropagation

SATURATED = {"sigmoid": (-4.0, 4.0), "tanh": (-2.0, 2.0), "relu": (0.0, math.inf)}
"""Net inputs between which a unit is not saturated; units without an entry cannot be."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerActivity:
    """One layer after the inputs.

    Attributes
    ----------
    layer : int
        From 1.
    activation : str
        Of its units.
    net_inputs : ndarray, shape (n, units)
        For the examples.
    deltas : ndarray, shape (n, units), or None
        Error terms; None where no gradient is computed.
    """

    layer: int
    activation: str
    net_inputs: FloatArray
    deltas: FloatArray | None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Net inputs between which a unit is not saturated; None if it cannot be."""
        return SATURATED.get(self.activation)

    @property
    def saturated(self) -> float:
        """The share of net inputs at which a unit is saturated."""
        return float(np.mean(self._beyond())) if self.limits is not None and self.net_inputs.size else 0.0

    @property
    def stuck(self) -> int:
        """How many units are saturated for every example."""
        return int(np.sum(np.all(self._beyond(), axis=0))) if self.limits is not None and len(self.net_inputs) else 0

    @property
    def typical_delta(self) -> float | None:
        """The median of |delta|."""
        if self.deltas is None or not self.deltas.size:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.median(np.abs(self.deltas)))

    def _beyond(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        low, high = self.limits or (-math.inf, math.inf)
        is_low = self.net_inputs <= low if self.activation == "relu" else self.net_inputs < low
        return is_low | (self.net_inputs > high)


def activity(model: FeedforwardModel, params: FloatArray, rows: Sequence[int] | None = None) -> list[LayerActivity]:
    """Return what every layer does for the training examples, or for some of them; no unit is dropped.

    Parameters
    ----------
    model : FeedforwardModel
        The network.
    params : ndarray, shape (n_params,)
        Its parameters.
    rows : sequence of int, optional
        Training examples.
    """
    problem, chosen = model.problem, slice(None) if rows is None else np.asarray(rows, dtype=np.intp)
    passed = forward(model.layout, params, problem.inputs[0][chosen])
    deltas: Sequence[FloatArray | None] = [None] * len(passed.net_inputs)
    if isinstance(model.rule, Backpropagation):
        with np.errstate(over="ignore", invalid="ignore"):
            deltas = vectorized.deltas_of(problem, params, passed, problem.targets[0][chosen])
    return [
        LayerActivity(layer, unit.name, nets, delta)
        for layer, (unit, nets, delta) in enumerate(
            zip(model.layout.activations, passed.net_inputs, deltas, strict=True), start=1
        )
    ]
