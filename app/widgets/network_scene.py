"""What the network diagram shows: the units' values for one example, the links that are drawn, and words for each.

It is a plain record without any drawing, made anew for every frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.widgets.network_layout import BIAS, GROUP
from app.widgets.numbers import count, number
from app.widgets.unit_names import UnitNames, sentence, signed
from nlcore import network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

TERMS = 4
"""Terms of a net input that are written out."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the diagram: into unit (`layer`, `unit`) from unit `source` of the layer before, `BIAS` or `GROUP`."""

    layer: int
    unit: int
    source: int


@dataclass(frozen=True, slots=True, eq=False)
class NetworkScene:
    """A network and what it does with one example.

    Attributes
    ----------
    names : UnitNames
        What units are called.
    activations : tuple of str
        Of the layers after the inputs.
    weights, biases : list of ndarray
        As in `nlcore.network`.
    net_inputs, outputs : list of ndarray
        Of every layer for the example; the outputs begin with the inputs.
    example : str
        Which example it is, in words.
    targets : ndarray
        Its targets.
    image_shape : tuple of int or None
        If the inputs are the pixels of a picture.
    grey : tuple of float
        The input values that are shown as black and as white.
    """

    names: UnitNames
    activations: tuple[str, ...]
    weights: list[FloatArray]
    biases: list[FloatArray]
    net_inputs: list[FloatArray]
    outputs: list[FloatArray]
    example: str
    targets: FloatArray
    image_shape: tuple[int, int] | None = None
    grey: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def of(
        cls,
        model: FeedforwardModel,
        params: FloatArray,
        inputs: FloatArray,
        targets: FloatArray,
        example: str,
        grey: tuple[float, float] = (0.0, 1.0),
    ) -> NetworkScene:
        """Feed an example through a network and keep all that can be asked."""
        passed = network.forward(model.layout, params, inputs[None, :])
        return cls(
            UnitNames.of(model),
            tuple(activation.name for activation in model.layout.activations),
            model.layout.weights(params),
            model.layout.biases(params),
            [net[0] for net in passed.net_inputs],
            [out[0] for out in passed.outputs],
            example,
            targets,
            model.examples.image_shape,
            grey,
        )

    def value(self, link: Link) -> float:
        """Return a weight, a bias, or the RMS of a unit's weights from the block of inputs."""
        if link.source == BIAS:
            return float(self.biases[link.layer - 1][link.unit])
        if link.source == GROUP:
            with np.errstate(over="ignore", invalid="ignore"):
                return float(np.sqrt(np.mean(self.weights[link.layer - 1][link.unit] ** 2)))
        return float(self.weights[link.layer - 1][link.unit, link.source])

    def link_words(self, link: Link) -> str:
        """Say what a line stands for."""
        target, value = self.names.full(link.layer, link.unit), self.value(link)
        if link.source == BIAS:
            return f"w0 (bias) from x0 = 1 to {target} = {signed(value)}"
        if link.source == GROUP:
            n = self.names.layers[0]
            weights = self.weights[0][link.unit]
            return (
                f"{count(n)} weights from the inputs to {target}: RMS (root mean square) {number(value)}, "
                f"from {signed(float(np.min(weights)))} to {signed(float(np.max(weights)))}. "
                "The line is as wide as the RMS; its colour does not show a sign."
            )
        return f"w from {self.names.source(link.layer - 1, link.source)} to {target} = {signed(value)}"

    def unit_words(self, layer: int, unit: int) -> str:
        """Say what a unit does for the example: its net input as a sum, and its output."""
        if unit == BIAS:
            return f"x0 = 1: the constant input whose weights are the biases w0 of {self.names.group(layer + 1)}."
        if unit == GROUP:
            inputs = self.outputs[0]
            return (
                f"{count(len(inputs))} inputs, here from {number(float(inputs.min()))} to "
                f"{number(float(inputs.max()))}. Each is linked to each unit of the next layer."
            )
        name, output = sentence(self.names.full(layer, unit)), number(float(self.outputs[layer][unit]))
        if layer == 0:
            return f"{name} = {output}"
        bias, weights = float(self.biases[layer - 1][unit]), self.weights[layer - 1][unit]
        said = f"{name}: net input {number(float(self.net_inputs[layer - 1][unit]))} = {number(bias)} (w0)"
        with np.errstate(over="ignore", invalid="ignore"):
            parts = weights * self.outputs[layer - 1]
        order = np.argsort(-np.nan_to_num(np.abs(parts), nan=np.inf), kind="stable")
        largest = order if len(order) <= TERMS + 1 else order[:TERMS]
        for i in sorted(largest.tolist()) if len(order) <= TERMS + 1 else largest.tolist():
            value = number(float(self.outputs[layer - 1][i]))
            said += f" {_plus(float(weights[i]))} × {value} ({self.names.source(layer - 1, i)})"
        if len(largest) < len(order):
            rest = float(np.sum(np.delete(parts, largest)))
            said += f" {_plus(rest)} (the other {count(len(order) - len(largest))})"
        said += f". Output = {self.activations[layer - 1]}(net) = {output}."
        if layer == self.names.last:
            said += f" Target {number(float(self.targets[unit]))}."
        return said

    def summary(self) -> str:
        """Say what the picture shows."""
        sizes = ", ".join(
            f"{self.names.layer(layer).lower()}: {count(n)}" + (f" ({self.activations[layer - 1]})" if layer else "")
            for layer, n in enumerate(self.names.layers)
        )
        said = [f"A network with {sizes}.", f"Shown for {self.example}."]
        said += [self.unit_words(self.names.last, unit) for unit in range(min(8, self.names.layers[-1]))]
        if not all(bool(np.all(np.isfinite(block))) for block in (*self.weights, *self.biases)):
            said.append("Some weights are no longer finite numbers: the training diverged.")
        elif sum(block.size for block in (*self.weights, *self.biases)) <= 24:
            links = [
                Link(layer, unit, source)
                for layer in range(1, len(self.names.layers))
                for unit in range(self.names.layers[layer])
                for source in (BIAS, *range(self.names.layers[layer - 1]))
            ]
            said.append("; ".join(self.link_words(link) for link in links) + ".")
        return " ".join(said)


def _plus(value: float) -> str:
    """Write a term of a sum with its sign before it."""
    return f"− {number(-value)}" if value < 0 else f"+ {number(value)}"
