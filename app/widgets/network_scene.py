"""What the network diagram shows: the units' values for one example, the links that are drawn, and words for each.

It is a plain record without any drawing, made anew for every frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.widgets.network_layout import BIAS, GROUP
from app.widgets.network_lit import CHANGES, GRADIENT, NEW, Lit, Shown
from app.widgets.numbers import count, number
from app.widgets.unit_names import UnitNames, sentence, signed
from app.widgets.weight_holds import Holds
from nlcore import network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.rules import Place

TERMS = 4
"""Terms of a net input that are written out."""
MOST_UNITS_SAID = 24
WORDS: dict[Shown, str] = {
    "gradient": "this example's part of the gradient",
    "changes": "change",
    "new weights": "after it",
}
PHASES: dict[Shown, str] = {"gradient": GRADIENT, "changes": CHANGES, "new weights": NEW}


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the diagram: into unit (`layer`, `unit`) from unit `source` of the layer before, `BIAS` or `GROUP`."""

    layer: int
    unit: int
    source: int

    @property
    def place(self) -> Place | None:
        """The weight it stands for; None where it stands for many."""
        return None if self.source == GROUP else (self.layer - 1, self.unit, self.source)

    @classmethod
    def of(cls, place: Place) -> Link:
        """Return the line of a weight, as it would be if all units were drawn."""
        layer, unit, source = place
        return cls(layer + 1, unit, source)


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
    holds : Holds or None
        The frozen and the tied weights.
    lit : Lit or None
        The phases of the next presentation that are shown; what they do not tell yet is left empty.
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
    holds: Holds | None = None
    lit: Lit | None = None

    @classmethod
    def of(
        cls,
        model: FeedforwardModel,
        params: FloatArray,
        inputs: FloatArray,
        targets: FloatArray,
        example: str,
        grey: tuple[float, float] = (0.0, 1.0),
        holds: Holds | None = None,
        lit: Lit | None = None,
    ) -> NetworkScene:
        """Feed an example through a network and keep all that can be asked."""
        passed = network.forward(model.layout, params, inputs[None, :])
        net_inputs, outputs = [net[0] for net in passed.net_inputs], [out[0] for out in passed.outputs]
        if lit is not None:  # with dropout these are others
            outputs = [_or(lit.outputs(layer), found) for layer, found in enumerate(outputs)]
            net_inputs = [_or(lit.net_inputs(layer), found) for layer, found in enumerate(net_inputs, 1)]
        return cls(
            UnitNames.of(model),
            tuple(activation.name for activation in model.layout.activations),
            model.layout.weights(params),
            model.layout.biases(params),
            net_inputs,
            outputs,
            example,
            targets,
            model.examples.image_shape,
            grey,
            holds,
            lit,
        )

    def is_known(self, layer: int) -> bool:
        """Tell whether the outputs of a layer are computed yet."""
        return self.lit is None or self.lit.outputs(layer) is not None

    @property
    def shown(self) -> Shown:
        """What the lines stand for."""
        return "weights" if self.lit is None else self.lit.shown

    def value(self, link: Link) -> float:
        """Return a weight, a bias, or the RMS of a unit's weights from the block of inputs."""
        return _value(self.weights[link.layer - 1], self.biases[link.layer - 1], link)

    def drawn(self, link: Link) -> float:
        """Return the number that a line shows in this phase: a weight, a change, a part of the gradient."""
        found = self.of_phase(PHASES[self.shown], link) if self.lit is not None and self.shown != "weights" else None
        return self.value(link) if found is None else found

    def of_phase(self, phase: str, link: Link) -> float | None:
        """Return what a phase says of a weight; None if it is not lit."""
        found = self.lit.weights(phase, link.layer) if self.lit is not None else None
        return None if found is None else _value(found[0], found[1], link)

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

    def brief_words(self, part: tuple[int, int] | Link) -> str:
        """Say what a unit or a line is worth, in a few words."""
        if isinstance(part, Link):
            said, found = self.link_words(part), None
            if self.lit is not None and part.source != GROUP:
                found = self.of_phase(PHASES[self.shown], part) if self.shown != "weights" else None
            return said if found is None else f"{said}; {WORDS[self.shown]} {signed(found)}"
        layer, unit = part
        if unit < 0:
            return self.unit_words(layer, unit)
        name = sentence(self.names.full(layer, unit))
        if not self.is_known(layer):
            return f"{name}: not computed yet"
        said = f"{name}: {'output ' if layer else ''}{number(float(self.outputs[layer][unit]))}"
        if self.lit is None or layer == 0:
            return said
        dropped, deltas = self.lit.dropped(layer), self.lit.deltas(layer)
        if dropped is not None and bool(dropped[unit]):
            said += ", left out of this presentation"
        return said if deltas is None else f"{said}, error term δ = {signed(float(deltas[unit]))}"

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
        last, n_outputs = self.names.last, min(8, self.names.layers[-1])
        if self.lit is None:
            said += [self.unit_words(last, unit) for unit in range(n_outputs)]
        else:
            hidden = self.names.layers[1:-1] if sum(self.names.layers[1:-1]) <= MOST_UNITS_SAID else ()
            units = [(layer, unit) for layer, n in enumerate(hidden, 1) for unit in range(n)]
            units += [(last, unit) for unit in range(n_outputs)]
            said += [f"{self.brief_words(unit)}." for unit in units]
        if not all(bool(np.all(np.isfinite(block))) for block in (*self.weights, *self.biases)):
            said.append("Some weights are no longer finite numbers: the training diverged.")
        elif sum(block.size for block in (*self.weights, *self.biases)) <= 24:
            links = [
                Link(layer, unit, source)
                for layer in range(1, len(self.names.layers))
                for unit in range(self.names.layers[layer])
                for source in (BIAS, *range(self.names.layers[layer - 1]))
            ]
            said.append("; ".join(self.brief_words(link) for link in links) + ".")
        return " ".join(said)


def _value(weights: FloatArray, biases: FloatArray, link: Link) -> float:
    if link.source == BIAS:
        return float(biases[link.unit])
    if link.source == GROUP:
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.sqrt(np.mean(weights[link.unit] ** 2)))
    return float(weights[link.unit, link.source])


def _or(found: FloatArray | None, otherwise: FloatArray) -> FloatArray:
    return otherwise if found is None else found


def _plus(value: float) -> str:
    """Write a term of a sum with its sign before it."""
    return f"− {number(-value)}" if value < 0 else f"+ {number(value)}"
