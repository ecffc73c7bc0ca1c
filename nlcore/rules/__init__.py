"""Learning rules, one a file, and what they all offer.

A module of this package defines ``RULE``. Its step is written for reading: nested lists, one number at a time, the
names of the textbook. Kernels may do the same work faster; they must give the same bits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nlcore.activations import Activation
from nlcore.losses import Loss
from nlcore.network import Layout
from nlcore.records import FloatArray, Phase, read_only

Layer = list[list[float]]
"""Weights of a layer: one list a unit."""


@dataclass(slots=True)
class Units:
    """A network written out as nested lists, with the last change of each weight.

    Attributes
    ----------
    weights, weight_changes : list of list of list of float
        ``weights[l][j][i]`` leads from unit i of layer l to unit j of layer l+1.
    biases, bias_changes : list of list of float
        ``biases[l][j]`` is the weight from x0 = 1 to unit j of layer l+1.
    activations : tuple of Activation
        One for each layer after the inputs.
    """

    weights: list[Layer]
    biases: list[list[float]]
    weight_changes: list[Layer]
    bias_changes: list[list[float]]
    activations: tuple[Activation, ...]

    @classmethod
    def of(cls, layout: Layout, params: FloatArray, velocity: FloatArray) -> Units:
        """Write flat vectors out as nested lists."""
        return cls(
            [block.tolist() for block in layout.weights(params)],
            [block.tolist() for block in layout.biases(params)],
            [block.tolist() for block in layout.weights(velocity)],
            [block.tolist() for block in layout.biases(velocity)],
            layout.activations,
        )

    def copy(self) -> Units:
        """Return the same again, to be changed without harm."""
        return Units(
            [[list(row) for row in layer] for layer in self.weights],
            [list(biases) for biases in self.biases],
            [[list(row) for row in layer] for layer in self.weight_changes],
            [list(biases) for biases in self.bias_changes],
            self.activations,
        )

    def flat(self) -> tuple[FloatArray, FloatArray]:
        """Return parameters and last changes as flat read-only vectors."""
        return _flat(self.weights, self.biases), _flat(self.weight_changes, self.bias_changes)


def _flat(weights: list[Layer], biases: list[list[float]]) -> FloatArray:
    numbers = [number for layer, bias in zip(weights, biases, strict=True) for row in (*layer, bias) for number in row]
    return read_only(np.array(numbers, dtype=np.float64))


Place = tuple[int, int, int]
"""One parameter: layer, unit, input; the input is -1 for the unit's bias."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers a step needs, for one presentation.

    Attributes
    ----------
    learning_rate : float
        At this update; a schedule has been applied.
    momentum : float
        Share of the last change that is repeated.
    loss : Loss
        What is minimised.
    penalty : float
        Strength of the penalty times the share of the training set that one update sees.
    penalty_biases : bool
        Whether the penalty counts biases.
    keep : float
        What weight decay leaves of a weight.
    clip_norm : float
        Greatest length of a gradient.
    masks : list of list of float or None
        With dropout: the factor of each input's and hidden unit's output.
    frozen : frozenset of Place
        Weights that do not change.
    tied : tuple of tuple of Place
        Groups of weights that share a value.
    """

    learning_rate: float
    momentum: float
    loss: Loss
    penalty: float = 0.0
    penalty_biases: bool = True
    keep: float = 1.0
    clip_norm: float = math.inf
    masks: list[list[float]] | None = None
    frozen: frozenset[Place] = frozenset()
    tied: tuple[tuple[Place, ...], ...] = ()


class Rule(Protocol):
    """What a module of this package offers as ``RULE``."""

    name: str
    title: str
    help: str
    trains: bool
    """False if the rule never changes a weight."""
    always_updates: bool
    """True if every presentation writes weights."""

    def check(self, layout: Layout, training: Any, targets: FloatArray) -> None:
        """Raise an `ExperimentError` if the rule cannot train this network, with these settings, on these targets."""

    def present(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> bool:
        """Show one example and change the units; tell whether weights were written."""

    def explain(self, units: Units, inputs: list[float], targets: list[float], settings: Settings) -> tuple[Phase, ...]:
        """Explain what `present` would do, without doing it."""


def net_inputs_of(weights: Layer, biases: list[float], inputs: list[float]) -> list[float]:
    """Return the net input of each unit of a layer: w0 + w1 x1 + ... + wn xn, summed from left to right."""
    found = []
    for row, bias in zip(weights, biases, strict=True):
        net = bias
        for weight, x in zip(row, inputs, strict=True):
            net += weight * x
        found.append(net)
    return found


def forward(
    units: Units, inputs: list[float], masks: list[list[float]] | None = None
) -> tuple[list[list[float]], list[list[float]], list[list[float]]]:
    """Feed one example forward.

    Returns
    -------
    net_inputs : list of list of float
        For each layer after the inputs.
    outputs : list of list of float
        For each layer, the inputs themselves first.
    shown : list of list of float
        What the layer above saw of the outputs: with dropout they are multiplied by the masks, otherwise the same.
    """
    net_inputs: list[list[float]] = []
    outputs, shown = [inputs], [inputs if masks is None else _masked(inputs, masks[0])]
    for layer, activation in enumerate(units.activations):
        net_inputs.append(net_inputs_of(units.weights[layer], units.biases[layer], shown[-1]))
        outputs.append(activation.outputs_of(net_inputs[-1]))
        is_hidden = layer + 1 < len(units.activations)
        shown.append(outputs[-1] if masks is None or not is_hidden else _masked(outputs[-1], masks[layer + 1]))
    return net_inputs, outputs, shown


def _masked(outputs: list[float], mask: list[float]) -> list[float]:
    return [o * factor for o, factor in zip(outputs, mask, strict=True)]
