"""Sets of generated examples with number targets, each with a number of examples of its own.

For small training sets beside large validation sets: a share would tie the one to the other. The examples come from
one stream of random numbers, those of the training set first, so another number for validation leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, ExampleSet, _regression, no_examples
from nlcore.datasets._split import Seed
from nlcore.experiment import Record
from nlcore.records import FloatArray

Draw = Callable[[np.random.Generator, int], tuple[FloatArray, FloatArray]]
"""Draws so many examples: inputs, and targets with one column."""


class NumberOptions(Record, frozen=True):
    """How many examples each set has."""

    n: Annotated[int, Meta(ge=1, le=100_000, description="Examples in the training set.")] = 40
    n_validation: Annotated[int, Meta(ge=0, le=100_000, description="Examples in the validation set.")] = 500
    n_test: Annotated[int, Meta(ge=0, le=100_000, description="Examples in the test set.")] = 0
    seed: Seed = 1


def data(
    name: str,
    options: NumberOptions,
    draw: Draw,
    input_names: tuple[str, ...],
    output_name: str,
    notes: tuple[str, ...],
) -> Data:
    """Draw the three sets.

    Parameters
    ----------
    name : str
        The data set's name.
    options : NumberOptions
        How many examples, and the seed.
    draw : callable
        Draws examples.
    input_names : tuple of str
        One a column.
    output_name : str
        What the target is.
    notes : tuple of str
        What should be known.
    """
    rng = np.random.default_rng(options.seed)
    sets, first = [], 1
    for n in (options.n, options.n_validation, options.n_test):
        numbers = tuple(map(str, range(first, first + n)))
        sets.append(ExampleSet.of(*draw(rng, n), numbers) if n else no_examples(len(input_names), 1))
        first += n
    training, validation, test = sets
    return Data(
        name=name,
        source="synthetic",
        training=training,
        validation=validation,
        test=test,
        input_names=input_names,
        output_names=(output_name,),
        class_names=None,
        midpoint=_regression.middle(training.targets),
        notes=notes,
    )
