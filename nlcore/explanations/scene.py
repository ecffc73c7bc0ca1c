"""Everything the steps of one explanation are told from: the network, the moment, the trace and what is chosen.

It hands out numbers with their symbols, and decides which units and weights are written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlcore.activations import Activation
from nlcore.explanations.records import Focus
from nlcore.explanations.symbols import Symbols
from nlcore.expressions import Expression, More, Named, Sum, text
from nlcore.families.feedforward import FeedforwardModel
from nlcore.kernels.reference import settings_at
from nlcore.records import FloatArray, Phase, Trace, TrainState
from nlcore.rules import Settings


def said(value: float, digits: int = 4) -> str:
    """Write a number for a sentence."""
    return text(Named("", value), digits).replace("-", "\u2212")


@dataclass(frozen=True)
class WrittenOut:
    """Which units and weights of a network are written out, and what the others add up to.

    Attributes
    ----------
    focus : Focus
        What was chosen.
    layers : tuple of int
        Units in each layer, the inputs first.
    """

    focus: Focus
    layers: tuple[int, ...]

    def size(self, layer: int) -> int:
        """Return the number of units of a layer."""
        return self.layers[layer]

    def chosen(self, layer: int) -> tuple[int, ...]:
        """Return the units of a layer that were chosen, by themselves or through a weight."""
        found = []
        if self.focus.unit is not None and self.focus.unit[0] == layer:
            found.append(self.focus.unit[1])
        if self.focus.weight is not None:
            at, unit, source = self.focus.weight
            found += [unit] if at + 1 == layer else [source] if at == layer and source >= 0 else []
        return tuple(dict.fromkeys(unit for unit in found if 0 <= unit < self.size(layer)))

    def units(self, layer: int) -> tuple[int, ...]:
        """Return the units of a layer that are written out: all, or the chosen ones and the first ones."""
        n, most = self.size(layer), max(1, self.focus.most)
        if n <= most:
            return tuple(range(n))
        chosen = self.chosen(layer)[:most]
        others = [unit for unit in range(most) if unit not in chosen][: most - len(chosen)]
        return tuple(sorted((*chosen, *others)))

    def hidden_away(self, layer: int) -> int:
        """Return how many units of a layer are not written out."""
        return self.size(layer) - len(self.units(layer))

    def sources(self, layer: int) -> tuple[int, ...]:
        """Return the inputs of weights in ``weights[layer]`` that are written out, the bias (-1) first."""
        return (-1, *self.units(layer))

    def sum_over(self, layer: int, terms: list[Expression], all_terms: NDArray[np.float64]) -> Expression:
        """Return a sum over the units of a layer: those that are written out, and the rest in one number.

        Parameters
        ----------
        layer : int
            Over whose units.
        terms : list of Expression
            Those written out; the last ones belong to `units`.
        all_terms : ndarray
            The terms of all units.
        """
        n_more = self.hidden_away(layer)
        rest = np.delete(all_terms, list(self.units(layer))) if n_more else np.empty(0)
        return self.and_more(terms, n_more, float(np.sum(rest)))

    @staticmethod
    def and_more(terms: list[Expression], n_more: int, rest: float) -> Expression:
        """Return the sum of terms, and of so many more that are not written out."""
        found = [*terms, More(n_more, rest)] if n_more else terms
        return found[0] if len(found) == 1 else Sum(tuple(found))


@dataclass(frozen=True)
class Scene(WrittenOut):
    """One presentation of a layered network."""

    model: FeedforwardModel
    state: TrainState
    trace: Trace

    @classmethod
    def of(cls, model: FeedforwardModel, state: TrainState, trace: Trace, focus: Focus) -> Scene:
        """Return the scene of a trace."""
        return cls(focus, model.layout.layers, model, state, trace)

    @cached_property
    def settings(self) -> Settings:
        """The numbers of this presentation."""
        return settings_at(self.model.problem, self.state.counters)

    @cached_property
    def symbols(self) -> Symbols:
        """Names of everything."""
        letter = "y" if self.model.rule.name == "perceptron" else "t"
        drops = any(name.startswith("masks[") for name in self.arrays)
        return Symbols(self.model.layout.layers, drops, letter)

    @cached_property
    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """What the trace found on the way to the weight changes, by name."""
        found: dict[str, NDArray[np.float64]] = {}
        for phase in self.trace.phases:
            for name, array in phase.arrays.items():
                found.setdefault(name, array)
        return found

    def phase(self, name: str) -> Phase | None:
        """Return the first phase of that name."""
        return next((phase for phase in self.trace.phases if phase.name == name), None)

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return self.symbols.last

    @cached_property
    def weights(self) -> list[FloatArray]:
        """The weights before the update."""
        return self.model.layout.weights(self.state.params)

    @cached_property
    def biases(self) -> list[FloatArray]:
        """The biases before the update."""
        return self.model.layout.biases(self.state.params)

    @cached_property
    def last_changes(self) -> list[FloatArray]:
        """The last changes of the weights."""
        return self.model.layout.weights(self.state.velocity)

    @cached_property
    def last_bias_changes(self) -> list[FloatArray]:
        """The last changes of the biases."""
        return self.model.layout.biases(self.state.velocity)

    def activation(self, layer: int) -> Activation:
        """Return the activation of a layer after the inputs."""
        return self.model.layout.activations[layer - 1]

    @cached_property
    def tied(self) -> dict[tuple[int, int, int], tuple[int, int]]:
        """The number of each tied weight's group, and where in the group it stands."""
        groups = enumerate(self.settings.tied)
        return {place: (number, at) for number, group in groups for at, place in enumerate(group)}

    @cached_property
    def untied(self) -> dict[tuple[str, int], FloatArray]:
        """What the weights of a group would have become by themselves, once it was asked for."""
        return {}

    def weight(self, layer: int, unit: int, source: int) -> Named:
        """Return a weight before the update."""
        value = self.weights[layer][unit, source] if source >= 0 else self.biases[layer][unit]
        return Named(self.symbols.weight(layer, unit, source), float(value))

    def last_change(self, layer: int, unit: int, source: int) -> Named:
        """Return the change of a weight at the update before."""
        value = self.last_changes[layer][unit, source] if source >= 0 else self.last_bias_changes[layer][unit]
        return Named(self.symbols.last_change(layer, unit, source), float(value))

    def net(self, layer: int, unit: int) -> Named:
        """Return a unit's net input; layers count from the inputs, 0."""
        return Named(self.symbols.net(layer, unit), float(self.arrays[f"net_inputs[{layer - 1}]"][unit]))

    def seen_array(self, layer: int) -> NDArray[np.float64]:
        """Return what the layer above sees of a layer."""
        return self.arrays[f"outputs[{layer}]" if layer else "inputs"]

    def output_array(self, layer: int) -> NDArray[np.float64]:
        """Return the outputs of a layer before dropout, for layer 0 the inputs."""
        name = f"outputs[{layer}]" if layer else "inputs"
        before = f"before_dropout[{layer}]"
        return self.arrays[before] if before in self.arrays else self.arrays[name]

    def output(self, layer: int, unit: int) -> Named:
        """Return a unit's output before dropout."""
        return Named(self.symbols.output(layer, unit), float(self.output_array(layer)[unit]))

    def seen(self, layer: int, unit: int) -> Named:
        """Return what the layer above sees of a unit."""
        return Named(self.symbols.seen(layer, unit), float(self.seen_array(layer)[unit]))

    def target(self, unit: int) -> Named:
        """Return an output unit's target."""
        return Named(self.symbols.target(unit), float(self.arrays["targets"][unit]))

    def delta(self, layer: int, unit: int) -> Named:
        """Return a unit's error term."""
        return Named(self.symbols.delta(layer, unit), float(self.arrays[f"deltas[{layer - 1}]"][unit]))
