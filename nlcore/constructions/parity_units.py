"""Parity of n inputs with n hidden units instead of 2^(n-1): units that count, and an output that tells odd from even.

Hidden unit k fires when at least k inputs are true. The output adds them up with the weights +1, -1, +1 ...: what is
left is 1 for an odd number of true inputs and 0 for an even one. The same works for every function that depends only on
how many inputs are true (majority, exactly one, at least m of n ...), with one unit for each number at which the answer
changes. So it is the construction with minterms that needs exponentially many units for parity, not parity itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.constructions import Examples, Initializer
from nlcore.constructions._detectors import Sums, built, read_table
from nlcore.errors import ExperimentError
from nlcore.experiment import Record
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.theory.boolean_functions import by_count, changes


class ParityUnitsOptions(Record, frozen=True):
    """From the truth table of parity, or of another function of how many inputs are true: units that count these."""

    steepness: Annotated[
        float,
        Meta(gt=0.0, le=1e6, description="Multiplies the weights of sigmoid and tanh units: larger is sharper."),
    ] = 20.0


def at_least(numbers: Sequence[int], n: int) -> Sums:
    """Return sums that are above 0 where at least k of n inputs are true, one for each k.

    >>> found = at_least([1, 2], 3)
    >>> found.weights.tolist(), found.biases.tolist()
    ([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], [-0.5, -1.5])
    """
    return Sums(np.ones((len(numbers), n)), 0.5 - np.array(numbers, dtype=np.float64))


def fill(options: ParityUnitsOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Build the network of a function that depends only on how many inputs are true.

    Parity of three inputs 0 and 1 has the answers 0, 1, 0, 1 for 0, 1, 2, 3 true inputs: it changes at 1, 2 and 3. With
    threshold units, s = x1 + x2 + x3 and

        h1 = threshold(s - 1/2),   h2 = threshold(s - 3/2),   h3 = threshold(s - 5/2),

    the output is threshold(h1 - h2 + h3). With two true inputs h is (+1, +1, -1), and 1 - 1 - 1 = -1: false.
    """
    del seed
    where = "training.initializer: parity_units"
    table = read_table(where, layout, examples)
    values = by_count(table.truth)
    if values is None:
        raise ExperimentError(
            f"{where} builds functions that depend only on how many inputs are true, such as parity; this table "
            "depends on which; use minterms"
        )
    found = changes(values)
    detectors = at_least([k for k, _ in found], table.n)
    output = Sums(np.array([[sign for _, sign in found]], dtype=np.float64), np.array([values[0] - 0.5]))
    each = "number of true inputs at which the answer changes"
    return built(where, layout, table, detectors, output, options.steepness, each)


INITIALIZER = Initializer(ParityUnitsOptions, fill, needs_examples=True)
