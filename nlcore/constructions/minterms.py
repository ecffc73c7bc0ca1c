"""One hidden unit for each true case of a truth table, and an output unit that is their OR.

It shows that every Boolean function can be represented with one hidden layer, and why that may take exponentially many
units: a table of n inputs has up to 2^n true cases (lecture, "Expressive Capabilities of ANNs"; Mitchell 1997, p. 105).
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
from nlcore.theory.boolean_functions import MOST_INPUTS, Term, fewest_terms, true_cases


class MintermsOptions(Record, frozen=True):
    """From a truth table: for each true case a hidden unit that fires for it alone; the output is their OR."""

    simplify: Annotated[
        bool, Meta(description="Join true cases to as few terms as possible; then a unit fires for several cases.")
    ] = False
    steepness: Annotated[
        float,
        Meta(gt=0.0, le=1e6, description="Multiplies the weights of sigmoid and tanh units: larger is sharper."),
    ] = 20.0


def detectors(terms: Sequence[Term], n: int) -> Sums:
    """Return sums that are 1/2 where a term is true and -1/2 or less elsewhere.

    With p inputs that must be true, the weights are +1 for these and -1 for those that must be false; the sum of the
    weighted inputs is p where the term is true and at least 1 less elsewhere, so the bias is -(p - 1/2). For the
    term "x1 and not x2 and x3" of four inputs:

    >>> found = detectors([(1, 0, 1, None)], 4)
    >>> found.weights.tolist(), found.biases.tolist()
    ([[1.0, -1.0, 1.0, 0.0]], [-1.5])

    Case 1010 gives 1 + 1 - 1.5 = 0.5, case 1110 gives 1 - 1 + 1 - 1.5 = -0.5.

    Parameters
    ----------
    terms : sequence of Term
        There may be none.
    n : int
        How many inputs there are.
    """
    signs = [[0.0 if value is None else 2.0 * value - 1.0 for value in term] for term in terms]
    weights = np.array(signs, dtype=np.float64).reshape(len(terms), n)
    return Sums(weights, 0.5 - (weights > 0.0).sum(axis=1))


def fill(options: MintermsOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Build the network of a truth table.

    XOR of inputs 0 and 1 with threshold units has the true cases 01 and 10, so there are two hidden units,

        h1 = threshold(-x1 + x2 - 1/2)    and    h2 = threshold(x1 - x2 - 1/2),

    which say -1 or +1. The output is threshold(h1 + h2 + 1): with one of them at +1 the sum is 1, else -1.
    """
    del seed
    where = "training.initializer: minterms"
    table = read_table(where, layout, examples)
    if options.simplify and table.n > MOST_INPUTS:
        raise ExperimentError(
            f"{where}: simplify looks for the fewest terms of up to {MOST_INPUTS} inputs, and there are {table.n}; "
            "set simplify to false"
        )
    terms = fewest_terms(table.truth) if options.simplify else true_cases(table.truth)
    each = "term" if options.simplify else "true case"
    output = Sums(np.ones((1, len(terms))), np.array([-0.5]))
    return built(where, layout, table, detectors(terms, table.n), output, options.steepness, each)


INITIALIZER = Initializer(MintermsOptions, fill, needs_examples=True)
