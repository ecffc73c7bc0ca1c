"""The basic linear classifier: the line halfway between the means of two classes, at a right angle to their connection.

It needs no training, and is a common start for the perceptron; only because that start is not zero does the learning
rate make a difference.

Source: lecture, "Perceptron training - varying learning rate"; Flach 2012, p. 21 and figure 7.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nlcore.errors import DataError
from nlcore.records import FloatArray, read_only
from nlcore.theory.homogeneous import checked_labels, homogeneous, join


@dataclass(frozen=True, slots=True, eq=False)
class BasicLinearClassifier:
    """Says +1 where weights . x + bias > 0.

    Attributes
    ----------
    weights : ndarray, shape (n_inputs,)
        From the mean of the negative examples to that of the positive ones.
    bias : float
        -t, where t = (|mean+|^2 - |mean-|^2) / 2 is the product of the weights with the point halfway.
    """

    weights: FloatArray
    bias: float

    @property
    def vector(self) -> FloatArray:
        """The same in homogeneous coordinates: (-t, weights), shape (n_inputs + 1,)."""
        return join(self.bias, self.weights)


def basic_linear_classifier(inputs: Any, labels: Any) -> BasicLinearClassifier:
    """Return the basic linear classifier of two classes.

    Parameters
    ----------
    inputs : array_like, shape (n, n_inputs)
        One example a row.
    labels : array_like, shape (n,) or (n, 1)
        Each -1 or +1.

    Raises
    ------
    DataError
        If a class has no example, a value is not a finite number or a label is neither -1 nor +1.
    """
    points = homogeneous(inputs)
    y = checked_labels(labels, len(points))
    if not (np.any(y > 0.0) and np.any(y < 0.0)):
        raise DataError("the basic linear classifier needs examples of both classes")
    positive, negative = points[y > 0.0, 1:].mean(axis=0), points[y < 0.0, 1:].mean(axis=0)
    threshold = (float(positive @ positive) - float(negative @ negative)) / 2.0
    return BasicLinearClassifier(read_only(positive - negative), -threshold)
