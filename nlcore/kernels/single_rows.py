"""How the single-example kernel writes a network down: each unit is one row w0 w1 ... wn, the bias w0 in front.

With x0 = 1 in front of every example a net input is one sum of products, as in the textbook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nlcore.network import Layout
from nlcore.records import FloatArray

PERCEPTRON = "perceptron"
SQUARED_ERROR, CROSS_ENTROPY = "squared_error", "cross_entropy"
Show = Callable[[Sequence[int]], int]
"""Presents examples one after another and returns how many of them changed weights."""


def rows_of(layout: Layout, params: FloatArray) -> list[FloatArray]:
    """Return for each layer a new array of shape (units, 1 + inputs)."""
    weights, biases = layout.weights(params), layout.biases(params)
    return [np.concatenate((b[:, None], w), axis=1) for w, b in zip(weights, biases, strict=True)]


def flat(rows: Sequence[FloatArray]) -> FloatArray:
    """Return a new vector in the order of the layout; the reverse of `rows_of`."""
    return np.concatenate([part for layer in rows for part in (layer[:, 1:].ravel(), layer[:, 0])])
