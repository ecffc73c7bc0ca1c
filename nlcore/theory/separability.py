"""Whether a straight line (a plane, a hyperplane) can separate two classes, with a proof either way.

If it can, the proof is a line. If it cannot, the convex hulls of the two classes meet, and the proof is the point where
they do: a mixture of positive examples that is also a mixture of negative ones. Written as inequalities for the
weights, the same mixture adds up to a contradiction, as the four cases of XOR do.

Source: lecture, "Decision Surface of a Perceptron" and "Perceptron Convergence"; Mitchell 1997, pp. 86-87.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlcore.records import FloatArray, read_only
from nlcore.theory.homogeneous import checked_labels, homogeneous, signed_examples
from nlcore.theory.minimum_norm_point import MinimumNormPoint, minimum_norm_point, rounding


@dataclass(frozen=True, slots=True, eq=False)
class Separability:
    """The answer and its proof.

    Attributes
    ----------
    is_separable : bool
        True is proved, rounding included (after rescaling, but for the rounding of the rescaled inputs). False is
        proved up to rounding: a gap of the order of the last digits of the inputs cannot be told from none.
    separator : ndarray, shape (n_inputs + 1,), or None
        A unit vector (w0, w1, ...) that classifies everything right. None also where the inputs are so far from the
        origin that rounding could spoil any separator.
    margin : float
        The separator's smallest product with the examples y (1, x); 0 if there is none. It is the largest possible one
        unless the inputs are so far from the origin that only rescaled inputs could be separated.
    multipliers : ndarray, shape (n,), or None
        If not separable: not negative, sum 1/2 over each class; twice the mixture of each class is `meeting_point`. At
        most n_inputs + 2 are not 0.
    meeting_point : ndarray, shape (n_inputs,), or None
        A point that lies in both convex hulls.
    """

    is_separable: bool
    separator: FloatArray | None
    margin: float
    multipliers: FloatArray | None
    meeting_point: FloatArray | None


@dataclass(frozen=True, slots=True)
class Inequality:
    """What one example demands of the weights: w0 + w1 x1 + ... > 0 if its label is +1, <= 0 if it is -1.

    Attributes
    ----------
    example : int
        Index of the example.
    label : int
        -1 or +1.
    coefficients : tuple of float
        (1, x): what w0, w1, ... are multiplied by.
    multiplier : float
        How often to take it so that all together contradict each other.
    """

    example: int
    label: int
    coefficients: tuple[float, ...]
    multiplier: float

    def __str__(self) -> str:
        """Write it as in ``w0 + w2 > 0``."""
        return f"{left_side(self.coefficients)} {'>' if self.label > 0 else '<='} 0"

    def is_met(self, net_input: float) -> bool:
        """Tell whether weights with this net input for the example fulfil it."""
        return (net_input > 0.0) is (self.label > 0)


def left_side(coefficients: Sequence[float]) -> str:
    """Write a sum of weights, as in ``2 w0 + w1 - w2``; "0" if nothing is left of it."""
    text = ""
    for i, c in enumerate(coefficients):
        if c != 0.0:
            size = "" if abs(c) == 1.0 else f"{abs(c):g} "
            sign = ("-" if c < 0.0 else "") if not text else (" - " if c < 0.0 else " + ")
            text += f"{sign}{size}w{i}"
    return text or "0"


def separability(inputs: Any, labels: Any) -> Separability:
    """Tell whether two classes are linearly separable, and prove it.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1. One class alone is separable.

    Raises
    ------
    DataError
        If there is no example, a value is not a finite number or a label is neither -1 nor +1.
    """
    points = signed_examples(inputs, labels)
    found = minimum_norm_point(points)
    if found.attained > 0.0:
        return Separability(True, found.direction, found.attained, None, None)
    y = checked_labels(labels, len(points))
    found, separator = _rescaled(points, y)
    if found.attained > 0.0:
        margin = 0.0 if separator is None else float(np.min(points @ separator))
        return Separability(True, separator, margin, None, None)
    multipliers = found.multipliers.copy()
    mixtures = []
    for label in (1.0, -1.0):
        share = multipliers[y == label]
        share = share / (2.0 * share.sum())
        multipliers[y == label] = share
        mixtures.append(2.0 * label * (share @ points[y == label, 1:]))
    meeting_point = mixtures[0] / 2.0 + mixtures[1] / 2.0
    return Separability(False, None, 0.0, read_only(multipliers), read_only(meeting_point))


def contradiction(inputs: Any, labels: Any) -> tuple[Inequality, ...] | None:
    """Return inequalities that no weights fulfil together, or None if the classes are separable.

    Each taken as often as its multiplier says, those of the positive examples add up to the same left side as those of
    the negative ones; the first sum must be above 0 and the second not. For XOR these are all four cases, once each:
    w0 + w1 > 0 and w0 + w2 > 0 against w0 <= 0 and w0 + w1 + w2 <= 0.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.

    Returns
    -------
    tuple of Inequality, or None
        In the order of the examples, at most n_inputs + 2; the smallest multiplier is 1.

    Raises
    ------
    DataError
        See `separability`.
    """
    multipliers = separability(inputs, labels).multipliers
    if multipliers is None:
        return None
    points = homogeneous(inputs)
    y = checked_labels(labels, len(points))
    used = np.flatnonzero(multipliers > rounding(points.shape[1]))
    smallest = float(np.min(multipliers[used]))
    return tuple(
        Inequality(int(i), int(y[i]), tuple(points[i].tolist()), float(multipliers[i]) / smallest) for i in used
    )


def _rescaled(points: FloatArray, y: FloatArray) -> tuple[MinimumNormPoint, FloatArray | None]:
    """Try once more with standardised inputs, which are separable if and only if the given ones are.

    Parameters
    ----------
    points : ndarray, shape (n, n_inputs + 1)
        The examples y (1, x).
    y : ndarray, shape (n,)
        Their labels.

    Returns
    -------
    found : MinimumNormPoint
        For the standardised inputs; its multipliers hold for the given ones too.
    separator : ndarray, shape (n_inputs + 1,), or None
        For the given inputs; None if there is none, or rounding may have spoilt it.
    """
    inputs = points[:, 1:] * y[:, None]
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    middle, width = low / 2.0 + high / 2.0, high / 2.0 - low / 2.0
    width[width == 0.0] = 1.0
    found = minimum_norm_point(signed_examples((inputs - middle) / width, y))
    if not found.attained > 0.0:
        return found, None
    weights = found.direction[1:] / width
    vector = np.concatenate([[found.direction[0] - float(weights @ middle)], weights])
    vector /= np.linalg.norm(vector)
    doubt = rounding(len(vector)) * (np.abs(points) @ np.abs(vector))
    return found, read_only(vector) if np.all(points @ vector > doubt) else None
