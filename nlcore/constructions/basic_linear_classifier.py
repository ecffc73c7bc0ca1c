"""The line halfway between the means of two classes, for one layer of units (Flach 2012, p. 21).

The start of the lecture's comparison of learning rates ("Perceptron training – varying learning rate").
"""

from __future__ import annotations

import numpy as np

from nlcore.constructions import Examples, Initializer
from nlcore.errors import DataError, ExperimentError
from nlcore.experiment import Record
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.theory.basic_linear_classifier import basic_linear_classifier


class BasicLinearClassifierOptions(Record, frozen=True):
    """From the training set: the line halfway between the class means, for one layer of units (Flach, p. 21)."""


def fill(options: BasicLinearClassifierOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Give each output unit the line halfway between the means of its positive and its other examples."""
    del options, seed
    where = "training.initializer: basic_linear_classifier"
    if len(layout.layers) != 2:
        raise ExperimentError(f"{where} fits one layer of units; with hidden layers use another initializer")
    if examples is None:
        raise ExperimentError(f"{where} needs examples; choose a data set")
    inputs, targets = examples
    middle = (targets.min() + targets.max()) / 2
    params = np.zeros(layout.n_params)
    for unit in range(layout.layers[1]):
        try:
            found = basic_linear_classifier(inputs, np.where(targets[:, unit] > middle, 1.0, -1.0))
        except DataError as error:
            raise ExperimentError(f"{where}: {error}") from None
        layout.block(params, "weights[0]")[unit] = found.weights
        layout.block(params, "biases[0]")[unit] = found.bias
    return params


INITIALIZER = Initializer(BasicLinearClassifierOptions, fill, needs_examples=True)
