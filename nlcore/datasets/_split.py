"""Dividing examples into training, validation and test set by shares and a seed.

Who goes where follows from `split_seed` through a permutation of our own, so it is the same on every machine. Within
a set the examples keep the order in which they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore import random
from nlcore.datasets import ExampleSet, no_examples
from nlcore.errors import DataError
from nlcore.experiment import Record
from nlcore.records import FloatArray

Indices = NDArray[np.int64]
Seed = Annotated[int, Meta(ge=0, le=2**53, description="The generated examples follow from it.")]
SplitSeed = Annotated[int, Meta(ge=0, le=2**53, description="Which example goes into which set follows from it.")]
ValidationFraction = Annotated[float, Meta(ge=0.0, le=1.0, description="Share of the examples for validation.")]
TestFraction = Annotated[
    float, Meta(ge=0.0, le=1.0, description="Share of the examples for testing; the rest is for training.")
]


class SplitOptions(Record, frozen=True):
    """How the examples are divided into sets."""

    validation_fraction: ValidationFraction = 0.0
    test_fraction: TestFraction = 0.0
    split_seed: SplitSeed = 1

    def __post_init__(self) -> None:
        """Refuse shares that leave nothing to train on."""
        if self.validation_fraction + self.test_fraction > 1.0 - 1e-9:
            raise ValueError("validation_fraction and test_fraction leave nothing to train on; together keep below 1")


class Parts(NamedTuple):
    """Indices of the examples of each set, ascending."""

    training: Indices
    validation: Indices
    test: Indices


def by_fraction(n: int, options: SplitOptions, what: str = "examples") -> Parts:
    """Divide `n` examples.

    Parameters
    ----------
    n : int
        How many there are.
    options : SplitOptions
        Shares and seed.
    what : str
        What they are, for the error message.

    Raises
    ------
    DataError
        If the training set would be empty.
    """
    test = round(options.test_fraction * n)
    validation = round(options.validation_fraction * n)
    if test + validation >= n:
        raise DataError(
            f"the training set is empty: {validation} for validation and {test} for testing leave none of {n} {what}; "
            "make validation_fraction and test_fraction smaller"
        )
    if not test + validation:
        return Parts(np.arange(n, dtype=np.int64), *(np.empty(0, dtype=np.int64) for _ in range(2)))
    order = random.permutation(random.key(random.SPLIT, options.split_seed), n)
    first, second = n - test - validation, n - test
    return Parts(np.sort(order[:first]), np.sort(order[first:second]), np.sort(order[second:]))


def some(n: int, wanted: int | None, seed: int) -> Indices:
    """Choose `wanted` of `n` examples by the split's seed, ascending; all of them for None or too many."""
    if wanted is None or wanted >= n:
        return np.arange(n, dtype=np.int64)
    return np.sort(random.permutation(random.key(random.SPLIT, seed, 1), n)[:wanted])


def example_sets(
    parts: Parts, inputs: FloatArray, targets: FloatArray, names: Sequence[str] | None = None
) -> tuple[ExampleSet, ExampleSet, ExampleSet]:
    """Cut inputs and targets into the three sets; examples without names are called by their number, from 1."""
    training, validation, test = (
        ExampleSet.of(inputs[part], targets[part], tuple(names[i] if names else str(i + 1) for i in part.tolist()))
        if len(part)
        else no_examples(inputs.shape[1], targets.shape[1])
        for part in parts
    )
    return training, validation, test


def notes(parts: Parts, options: SplitOptions, what: str = "examples") -> tuple[str, ...]:
    """Say of each set that was asked for but is empty that it is, one sentence each."""
    n = sum(map(len, parts))
    asked = (("validation", options.validation_fraction, parts.validation), ("test", options.test_fraction, parts.test))
    return tuple(
        f"The {name} set is empty: {fraction:g} of {n} {what} is less than one."
        for name, fraction, part in asked
        if fraction > 0.0 and not len(part)
    )
