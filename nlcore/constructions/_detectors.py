"""Hidden units that each fire for some cases of a truth table, and an output unit that adds up what fires.

What a construction has to say is written for inputs and units that are 0 or 1. Here it becomes weights for the coding
of the inputs and for units that say -1 and +1 instead, and for soft units, which need large weights to be nearly all or
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlcore.constructions import Examples
from nlcore.errors import ExperimentError
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.theory.boolean_functions import BooleanTable, table_of

UNITS = ("threshold", "sigmoid", "tanh")
"""Activations that are near one number for false and near another for true."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Weighted sums of numbers that are 0 or 1, each to be above 0 for true.

    Attributes
    ----------
    weights : ndarray, shape (units, inputs)
        One sum a row.
    biases : ndarray, shape (units,)
        What is added to each.
    """

    weights: FloatArray
    biases: FloatArray

    def coded(self, false: float, true: float) -> Sums:
        """Return the sums for inputs that are written in another way; the weights stay as they are.

        Each sum becomes (true - false) times as large. For -1 and +1: OR of three, h1 + h2 + h3 - 1/2, becomes
        h1 + h2 + h3 + 2, which is +1 or more where one of them is +1, and -1 where none is.

        >>> Sums(np.array([[1.0, 1.0, 1.0]]), np.array([-0.5])).coded(-1.0, 1.0).biases
        array([2.])
        """
        return Sums(self.weights, (true - false) * self.biases - false * self.weights.sum(axis=1))


def read_table(where: str, layout: Layout, examples: Examples | None) -> BooleanTable:
    """Check that examples are a truth table and that the network can be built; return the table.

    Raises
    ------
    ExperimentError
        If not, saying what to do.
    """
    if examples is None:
        raise ExperimentError(f"{where} needs examples; choose a data set such as truth_table")
    if len(layout.layers) != 3 or layout.layers[2] != 1:
        raise ExperimentError(
            f"{where} builds one hidden layer and one output unit; network.layers must be three numbers, the last of "
            "them 1"
        )
    for place, activation in enumerate(layout.activations):
        if activation.name not in UNITS:
            raise ExperimentError(
                f"{where}: network.activations[{place}] is {activation.name!r}; units that say true and false are "
                f"{', '.join(UNITS)}"
            )
    table = table_of(*examples)
    if table is None:
        raise ExperimentError(
            f"{where} needs a truth table: one target, and every case of the inputs exactly once; choose the data set "
            "truth_table"
        )
    if layout.activations[1].name == "sigmoid" and float(examples[1].min()) < 0.0:
        raise ExperimentError(
            f"{where}: a sigmoid output is never below 0, so it cannot say false, which is {examples[1].min():g} here; "
            'set dataset.target_coding to "zero_one", or take a threshold output'
        )
    return table


def built(
    where: str, layout: Layout, table: BooleanTable, detectors: Sums, output: Sums, steepness: float, each: str
) -> FloatArray:
    """Return the parameters of the network; hidden units that are not needed stay 0.

    Parameters
    ----------
    where : str
        The setting, for error messages.
    layout : Layout
        The network.
    table : BooleanTable
        How inputs are coded.
    detectors : Sums
        One for each hidden unit that is needed, over the inputs.
    output : Sums
        One, over the hidden units that are needed.
    steepness : float
        What the weights of soft units are multiplied by.
    each : str
        What each hidden unit is for: "true case".

    Raises
    ------
    ExperimentError
        If there are too few hidden units.
    """
    n, n_hidden, _ = layout.layers
    needed = len(detectors.biases)
    if needed > n_hidden:
        raise ExperimentError(
            f"{where} needs {needed} hidden units for this table, one for each {each}, but network.layers has "
            f"{n_hidden}; set network.layers to [{n}, {needed}, 1]"
        )
    hidden = layout.activations[0]
    params = np.zeros(layout.n_params)
    parts = (detectors.coded(table.false, table.true), output.coded(hidden.low, hidden.high))
    for layer, (sums, activation) in enumerate(zip(parts, layout.activations, strict=True)):
        factor = 1.0 if activation.name == "threshold" else steepness
        units, inputs = sums.weights.shape
        layout.block(params, f"weights[{layer}]")[:units, :inputs] = factor * sums.weights
        layout.block(params, f"biases[{layer}]")[:units] = factor * sums.biases
    return params
