"""Homogeneous coordinates: a constant 1 is put before every input, and the bias becomes the weight w0.

A straight line with any offset in the inputs x is then a plane through the origin of (1, x), and a classifier is one
vector w = (w0, w1, ..., wn). Multiplying (1, x) by its label y = -1 or +1 folds both classes onto one side: w
classifies everything right, with something to spare, where w . y (1, x) > 0 for all examples.

Source: lecture, "Perceptron training algorithm" (data "in homogeneous coordinates"); Flach 2012, section 7.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlcore.errors import DataError
from nlcore.records import FloatArray


def homogeneous(inputs: Any) -> FloatArray:
    """Return (1, x) for every example.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.

    Returns
    -------
    ndarray, shape (n, n_inputs + 1)
        A new array.

    Raises
    ------
    DataError
        If there is no example, the shape is another, or a value is not a finite number.
    """
    x = np.asarray(inputs, dtype=np.float64)
    if x.ndim != 2:
        raise DataError(f"expected a table of inputs, one example a row, not an array of {x.ndim} dimensions")
    if len(x) == 0:
        raise DataError("there are no examples")
    if not np.all(np.isfinite(x)):
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise DataError(f"input {column + 1} of example {row + 1} is not a finite number")
    return np.hstack([np.ones((len(x), 1)), x])


def checked_labels(labels: Any, n: int) -> FloatArray:
    """Return the labels as numbers, shape (n,).

    Parameters
    ----------
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.
    n : int
        How many there must be.

    Raises
    ------
    DataError
        If there are more or fewer, or one is neither -1 nor +1.
    """
    y = np.asarray(labels, dtype=np.float64)
    if y.shape not in {(n,), (n, 1)}:
        raise DataError(f"expected {n} labels, one for each example, not an array of shape {y.shape}")
    y = y.reshape(n)
    wrong = np.flatnonzero(np.abs(y) != 1.0)
    if len(wrong):
        raise DataError(f"the label of example {wrong[0] + 1} is {y[wrong[0]]:g}, but must be -1 or +1")
    return y


def signed_examples(inputs: Any, labels: Any) -> FloatArray:
    """Return y (1, x) for every example: w is right, with something to spare, where its product with this is above 0.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.

    Returns
    -------
    ndarray, shape (n, n_inputs + 1)
        A new array.

    Raises
    ------
    DataError
        See `homogeneous` and `checked_labels`.
    """
    points = homogeneous(inputs)
    points *= checked_labels(labels, len(points))[:, None]
    return points


def join(bias: float, weights: Any) -> FloatArray:
    """Return (w0, w1, ..., wn), shape (n + 1,), from a bias and weights of shape (n,)."""
    return np.concatenate([[bias], np.asarray(weights, dtype=np.float64)])


def split(vector: Any) -> tuple[float, FloatArray]:
    """Return the bias and the weights, shape (n,), of (w0, w1, ..., wn), shape (n + 1,)."""
    w = np.asarray(vector, dtype=np.float64)
    return float(w[0]), w[1:].copy()
