"""What units and weights are called on screen, the same in every picture of a network.

Numbering starts at 1 as in the lecture, and weight w0 belongs to the constant input x0 = 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.widgets.numbers import number
from nlcore.families.feedforward import FeedforwardModel


@dataclass(frozen=True, slots=True)
class UnitNames:
    """Names of the units of a layered network.

    Attributes
    ----------
    layers : tuple of int
        Units in each layer, the inputs first.
    inputs, outputs : tuple of str
        Names of the input and the output units.
    """

    layers: tuple[int, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @classmethod
    def of(cls, model: FeedforwardModel) -> UnitNames:
        """Return the names for a model."""
        data = model.examples
        return cls(model.layout.layers, data.input_names, data.output_names)

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return len(self.layers) - 1

    def layer(self, layer: int) -> str:
        """Return a layer's title."""
        if layer in (0, self.last):
            return "Inputs" if layer == 0 else "Outputs"
        return f"Hidden layer {layer}"

    def short(self, layer: int, unit: int) -> str:
        """Return a unit's name where its layer is already named beside it."""
        if layer in (0, self.last):
            return (self.inputs if layer == 0 else self.outputs)[unit]
        return str(unit + 1)

    def full(self, layer: int, unit: int) -> str:
        """Return a unit's name in a sentence."""
        if layer == 0:
            return f"input {self.inputs[unit]}"
        if layer == self.last:
            return f"output {self.outputs[unit]}"
        return f"hidden unit {unit + 1}" + (f" of layer {layer}" if self.last > 2 else "")

    def source(self, layer: int, unit: int) -> str:
        """Return where a weight comes from; an input by its bare name."""
        return self.inputs[unit] if layer == 0 else self.full(layer, unit)

    def group(self, layer: int) -> str:
        """Return the name of all units of a layer together."""
        if layer == 0:
            return "the inputs"
        return "the output units" if layer == self.last else f"the units of hidden layer {layer}"


def signed(value: float, digits: int = 3) -> str:
    """Write a number with its sign, also when it is positive."""
    return ("+" if value > 0.0 and not math.isnan(value) else "") + number(value, digits)


def brief(value: float) -> str:
    """Write a number with two decimals at most, for narrow places where its exact value can be asked for."""
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 10.0:
        return number(value, 2)
    text = f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return "0" if text == "−0" else text


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
