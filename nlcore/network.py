"""A layered network as one flat vector of parameters, and its forward pass.

Layer after layer the vector holds the weights, one row a unit, and then the biases. The views `weights(params)[l]`
have shape (units in layer l+1, units in layer l): a row is a unit's incoming weights.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlcore.activations import Activation
from nlcore.errors import ExperimentError
from nlcore.records import Address, FloatArray


@dataclass(frozen=True)
class Layout:
    """Where each weight lies in the flat vector.

    Attributes
    ----------
    layers : tuple of int
        Units in each layer, the inputs first.
    activations : tuple of Activation
        One for each layer after the inputs.
    """

    layers: tuple[int, ...]
    activations: tuple[Activation, ...]

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Start of each layer's weights, and at the end the number of parameters."""
        sizes = [(n_in + 1) * n_out for n_in, n_out in zip(self.layers, self.layers[1:], strict=False)]
        return tuple(itertools.accumulate(sizes, initial=0))  # exact, however large the sizes are

    @property
    def n_params(self) -> int:
        """Number of weights and biases together."""
        return self.offsets[-1]

    @cached_property
    def blocks(self) -> dict[str, tuple[int, tuple[int, ...]]]:
        """Name of each block to its start and shape: weights[0], biases[0], weights[1] ..."""
        found: dict[str, tuple[int, tuple[int, ...]]] = {}
        for layer, (n_in, n_out) in enumerate(zip(self.layers, self.layers[1:], strict=False)):
            start = self.offsets[layer]
            found[f"weights[{layer}]"] = (start, (n_out, n_in))
            found[f"biases[{layer}]"] = (start + n_out * n_in, (n_out,))
        return found

    def block(self, params: FloatArray, name: str) -> FloatArray:
        """Return a view of one block, for example ``"weights[0]"``."""
        start, shape = self.blocks[name]
        return params[start : start + int(np.prod(shape))].reshape(shape)

    def weights(self, params: FloatArray) -> list[FloatArray]:
        """Return views of the weights of all layers."""
        return [self.block(params, f"weights[{layer}]") for layer in range(len(self.activations))]

    def biases(self, params: FloatArray) -> list[FloatArray]:
        """Return views of the biases of all layers."""
        return [self.block(params, f"biases[{layer}]") for layer in range(len(self.activations))]

    def index(self, address: Address) -> int:
        """Return the place of a parameter in the flat vector.

        Raises
        ------
        ExperimentError
            If there is no such parameter.
        """
        if address.block not in self.blocks:
            known = ", ".join(self.blocks)
            raise ExperimentError(f"no parameters are called {address.block!r}; there are {known}")
        start, shape = self.blocks[address.block]
        if len(address.index) != len(shape) or any(
            not 0 <= i < size for i, size in zip(address.index, shape, strict=False)
        ):
            raise ExperimentError(f"{address.block} has shape {shape}; {address.index} is outside it")
        return start + int(np.ravel_multi_index(address.index, shape))

    def places(self, pattern: str, where: str) -> NDArray[np.int64]:
        """Return the places of the parameters that a pattern names, in its order.

        Parameters
        ----------
        pattern : str
            A block such as ``weights[0]``, or a part of one: ``weights[0][2,:]``, ``biases[1][0]``.
        where : str
            The field, for the error message.

        Raises
        ------
        ExperimentError
            If it is no pattern, or names nothing.
        """
        found = re.fullmatch(r"((?:weights|biases)\[\d+\])(?:\[([\d:,\s]+)\])?", pattern.strip())
        if found is None:
            raise ExperimentError(
                f"{where}: {pattern!r} names no weights; write for example weights[0], weights[0][2,:] or biases[1][0]"
            )
        name, index = found[1], found[2]
        if name not in self.blocks:
            raise ExperimentError(f"{where}: no parameters are called {name!r}; there are {', '.join(self.blocks)}")
        start, shape = self.blocks[name]
        places = np.arange(start, start + int(np.prod(shape)), dtype=np.int64).reshape(shape)
        parts = [part.strip() for part in index.split(",")] if index else []
        if len(parts) > len(shape) or any(not (part.isdigit() or part == ":") for part in parts):
            raise ExperimentError(f"{where}: {pattern!r} does not fit {name}, which has shape {shape}")
        for part, size in zip(parts, shape, strict=False):
            if part != ":" and int(part) >= size:
                raise ExperimentError(f"{where}: {pattern!r} is outside {name}, which has shape {shape}")
        return places[tuple(slice(None) if part == ":" else int(part) for part in parts)].ravel()

    def locate(self, place: int) -> tuple[int, int, int]:
        """Return layer, unit and input of a place in the flat vector; the input is -1 for a bias."""
        layer = bisect_right(self.offsets, place) - 1
        n_in, n_out = self.layers[layer], self.layers[layer + 1]
        inside = place - self.offsets[layer]
        return (layer, inside // n_in, inside % n_in) if inside < n_in * n_out else (layer, inside - n_in * n_out, -1)


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """What the units of each layer did for some examples.

    Attributes
    ----------
    net_inputs : tuple of ndarray, each of shape (n, units)
        For each layer after the inputs.
    outputs : tuple of ndarray, each of shape (n, units)
        For each layer, the inputs themselves first.
    """

    net_inputs: tuple[FloatArray, ...]
    outputs: tuple[FloatArray, ...]


def forward(
    layout: Layout, params: FloatArray, inputs: FloatArray, masks: Sequence[FloatArray] | None = None
) -> ForwardPass:
    """Feed examples through the network.

    Parameters
    ----------
    layout : Layout
        The network.
    params : ndarray, shape (n_params,)
        Its parameters.
    inputs : ndarray, shape (n, units in layer 0)
        The examples.
    masks : sequence of ndarray, each of shape (n, units), optional
        With dropout, for inputs and hidden layers: what the layer above sees is the output times this factor.
    """
    net_inputs: list[FloatArray] = []
    outputs: list[FloatArray] = [inputs]
    with np.errstate(over="ignore", invalid="ignore"):  # diverged weights show as nan, not as a warning
        for layer, activation in enumerate(layout.activations):
            weights = layout.block(params, f"weights[{layer}]")
            shown = outputs[-1] if masks is None else outputs[-1] * masks[layer]
            net_inputs.append(shown @ weights.T + layout.block(params, f"biases[{layer}]"))
            outputs.append(activation.values(net_inputs[-1]))
    return ForwardPass(tuple(net_inputs), tuple(outputs))
