"""The gap between two classes: the shortest way from the convex hull of the one to that of the other.

Moving one class along it brings the two together in the straightest way; when the hulls touch, no line separates them
any more, and the margin gamma of Novikoff's theorem is 0.

Source: lecture, "Perceptron Convergence Theorem (Novikoff, 1962)".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlcore.errors import DataError
from nlcore.records import FloatArray
from nlcore.theory.homogeneous import checked_labels, homogeneous
from nlcore.theory.minimum_norm_point import minimum_norm_point

MOST_PAIRS = 40_000
"""Pairs of a positive and a negative example; the gap of larger sets is not asked for."""


def gap(inputs: Any, labels: Any) -> FloatArray | None:
    """Return the shortest way from the hull of the negative examples to that of the positive ones, shape (n_inputs,).

    None if the classes are not separable, one of them has no example, or there are more than `MOST_PAIRS` pairs.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.

    Raises
    ------
    DataError
        If there is no example, a value is not a finite number or a label is neither -1 nor +1.
    """
    points = homogeneous(inputs)
    y = checked_labels(labels, len(points))
    positive, negative = points[y > 0.0, 1:], points[y < 0.0, 1:]
    if not 0 < len(positive) * len(negative) <= MOST_PAIRS:
        return None
    ways = (positive[:, None, :] - negative[None, :, :]).reshape(-1, points.shape[1] - 1)
    found = minimum_norm_point(ways)
    return found.point if found.attained > 0.0 else None


def moved_together(inputs: Any, labels: Any, way: FloatArray, share: float) -> FloatArray:
    """Return the inputs with the positive examples moved towards the negative ones.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.
    way : ndarray, shape (n_inputs,)
        The gap, see `gap`.
    share : float
        How much of it is closed: 0 leaves everything, at 1 the classes touch.

    Raises
    ------
    DataError
        See `gap`.
    ValueError
        If the share is not from 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"the share must be from 0 to 1, not {share}")
    x = np.array(inputs, dtype=np.float64)
    y = checked_labels(labels, len(x))
    if way.shape != x.shape[1:]:
        raise DataError(f"the gap has {len(way)} numbers, but the examples have {x.shape[1]}")
    x[y > 0.0] -= share * way
    return x
