"""The lecture's letters for the quantities of a layered network, in LaTeX.

Inputs are x_1, x_2 ..., hidden units h_1, h_2 ... (with the number of their layer where there are several), output
units o_1, o_2 ...; a weight is named "to j from i", and 0 is the constant input x_0 = 1. A single unit needs no name:
there it is w_1, net, o and t, as the lecture has it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symbols:
    """Names the quantities of one network.

    Attributes
    ----------
    layers : tuple of int
        Units in each layer, the inputs first.
    is_dropping : bool
        Whether units are left out, so that what the layer above sees needs a letter of its own.
    target_letter : str
        What targets are called: t, with the perceptron rule y.
    """

    layers: tuple[int, ...]
    is_dropping: bool = False
    target_letter: str = "t"

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return len(self.layers) - 1

    @property
    def is_single(self) -> bool:
        """Whether there is one unit only, which needs no name."""
        return self.layers[1:] == (1,)

    def name(self, layer: int, unit: int) -> str:
        """Return a unit's name: x_1, h_2, o_3."""
        if layer == 0:
            return f"x_{{{unit + 1}}}"
        if layer == self.last:
            return f"o_{{{unit + 1}}}"
        return f"h_{{{unit + 1}}}" + (f"^{{({layer})}}" if self.last > 2 else "")

    def _of_unit(self, letter: str, layer: int, unit: int) -> str:
        return letter if self.is_single else f"{letter}_{{{self.name(layer, unit)}}}"

    def net(self, layer: int, unit: int) -> str:
        """Return a unit's net input; layers count from the inputs, 0."""
        return self._of_unit("net", layer, unit)

    def output(self, layer: int, unit: int) -> str:
        """Return a unit's output, for an input its value."""
        if layer == 0 or layer == self.last:
            return "o" if self.is_single and layer else self.name(layer, unit)
        return f"o_{{{self.name(layer, unit)}}}"

    def seen(self, layer: int, unit: int) -> str:
        """Return what the layer above sees of a unit's output."""
        if not self.is_dropping or layer == self.last:
            return self.output(layer, unit)
        letter = "x" if layer == 0 else "o"
        return rf"\tilde{{{letter}}}" + self.output(layer, unit)[1:]

    def mask(self, layer: int, unit: int) -> str:
        """Return the factor by which dropout multiplies a unit's output."""
        return f"m_{{{self.name(layer, unit)}}}"

    def target(self, unit: int) -> str:
        """Return an output unit's target."""
        return self.target_letter if self.is_single else f"{self.target_letter}_{{{unit + 1}}}"

    def delta(self, layer: int, unit: int) -> str:
        """Return a unit's error term."""
        return self._of_unit(r"\delta", layer, unit)

    def error(self, layer: int, unit: int) -> str:
        """Return the error at a unit's output, before its slope."""
        return self._of_unit(r"\varepsilon", layer, unit)

    def _index(self, layer: int, unit: int, source: int) -> str:
        if self.is_single:
            return f"_{{{source + 1}}}"
        return f"_{{{self.name(layer + 1, unit)},{self.name(layer, source) if source >= 0 else '0'}}}"

    def weight(self, layer: int, unit: int, source: int) -> str:
        """Return the weight ``weights[layer][unit][source]``; source -1 is the bias."""
        return "w" + self._index(layer, unit, source)

    def new(self, layer: int, unit: int, source: int) -> str:
        """Return the same weight after the update."""
        return "w'" + self._index(layer, unit, source)

    def change(self, layer: int, unit: int, source: int) -> str:
        """Return its change."""
        return r"\Delta w" + self._index(layer, unit, source)

    def last_change(self, layer: int, unit: int, source: int) -> str:
        """Return its change at the update before."""
        return self.change(layer, unit, source) + "(n{-}1)"
