"""How large the weights of a network are: the length of each layer's weights, the largest one, the sum of squares.

Small weights make nearly straight surfaces, large ones can make sharp bends, so weights that grow are how a network
becomes able to overfit (Mitchell 1997, p. 111). Biases count as weights, as in the lecture's penalty.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nlcore.network import Layout
from nlcore.records import FloatArray

LARGEST, SQUARES = -2, -1
"""Columns after those of the layers."""


def weight_sizes(layout: Layout, params: FloatArray) -> FloatArray:
    """Return the length of each layer's weights, the largest absolute weight, and the sum of all squares.

    Parameters
    ----------
    layout : Layout
        Where the weights of a layer lie.
    params : ndarray, shape (..., n_params)
        One vector of weights or several.

    Returns
    -------
    ndarray, shape (..., n_layers + 2)
        One column for each layer after the inputs, then those at `LARGEST` and `SQUARES`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [params[..., start:end] for start, end in pairwise(layout.offsets)]
        squares = np.stack([np.einsum("...i,...i->...", part, part) for part in parts], axis=-1)
        largest = np.maximum(params.max(axis=-1), -params.min(axis=-1))
        return np.concatenate([np.sqrt(squares), largest[..., None], squares.sum(axis=-1)[..., None]], axis=-1)


class SizesKnown:
    """Remembers the sizes of vectors it was asked about, so that of a growing way only what is new is worked out.

    Parameters
    ----------
    layout : Layout
        Of the network.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._known: dict[int, tuple[FloatArray, FloatArray]] = {}

    def rows(self, vectors: Sequence[FloatArray], most_numbers: int) -> tuple[FloatArray, bool]:
        """Return a row for each vector, and whether all could be worked out.

        Parameters
        ----------
        vectors : sequence of ndarray
            Weights; never written to.
        most_numbers : int
            So many weights are looked at, at most; vectors beyond are nan until they are asked for again.
        """
        known, self._known = self._known, {}
        nothing = np.full(len(self.layout.offsets) + 1, np.nan)
        found, left = [], most_numbers
        for vector in vectors:
            entry = known.get(id(vector))
            if entry is None and left > 0:
                entry = (vector, weight_sizes(self.layout, vector))
                left -= vector.size
            if entry is not None:
                self._known[id(vector)] = entry
            found.append(nothing if entry is None else entry[1])
        return np.array(found).reshape(len(found), len(nothing)), left > 0 or len(self._known) >= len(vectors)
