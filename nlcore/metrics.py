"""Measures of how well outputs fit targets, and which class an output stands for.

`sse` is the sum of (t - o)^2 without 1/2, `mse` that sum divided by examples x outputs. The class is decided by the
largest output, or with one output by its side of the midpoint: at 0.5 and above it is class 1 (lecture, "Neural
networks for classification"); where targets are -1 and +1 it is +1 only above 0, as in the lecture's perceptron.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray, Metrics


def is_high(outputs: FloatArray, midpoint: float) -> NDArray[np.bool_]:
    """Tell of each output whether it stands on the high side of the midpoint."""
    return np.greater(outputs, midpoint) if midpoint == 0.0 else np.greater_equal(outputs, midpoint)


def classes(outputs: FloatArray, midpoint: float) -> NDArray[np.int64]:
    """Return the class index that each row of outputs stands for, shape (n,).

    Parameters
    ----------
    outputs : ndarray, shape (n, n_outputs)
        Outputs or targets. Among equal largest outputs the first wins.
    midpoint : float
        Decides where there is a single output.
    """
    if outputs.shape[1] == 1:
        return is_high(outputs[:, 0], midpoint).astype(np.int64)
    largest: NDArray[np.int64] = np.argmax(outputs, axis=1).astype(np.int64)
    return largest


def confusion(true: NDArray[np.int64], predicted: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Count examples by true class (rows) and predicted class (columns), shape (n_classes, n_classes)."""
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (true, predicted), 1)
    return counts


def measure(
    loss: float, outputs: FloatArray, targets: FloatArray, midpoint: float, n_classes: int | None
) -> Metrics | None:
    """Measure one set of examples.

    Parameters
    ----------
    loss : float
        The loss on this set, already summed.
    outputs, targets : ndarray, shape (n, n_outputs)
        What the network said and should have said.
    midpoint : float
        Between the low and the high target.
    n_classes : int or None
        None for regression: then nothing is counted.

    Returns
    -------
    Metrics or None
        None for an empty set.
    """
    n = len(outputs)
    if n == 0:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        sse = float(np.sum((targets - outputs) ** 2))
    if n_classes is None:
        return Metrics(loss, sse, sse / targets.size)
    true, predicted = classes(targets, midpoint), classes(outputs, midpoint)
    right = int(np.sum(true == predicted))
    all_units = is_high(outputs, midpoint) == is_high(targets, midpoint)
    return Metrics(
        loss=loss,
        sse=sse,
        mse=sse / targets.size,
        error_rate=(n - right) / n,
        accuracy=right / n,
        accuracy_all_units=int(np.sum(np.all(all_units, axis=1))) / n,
        confusion=tuple(tuple(int(c) for c in row) for row in confusion(true, predicted, n_classes)),
    )
