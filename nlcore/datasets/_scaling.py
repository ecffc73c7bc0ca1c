"""Standardising inputs: subtract the mean of the training set and divide by its standard deviation.

The numbers come from the training set alone, since a test set must not have a say in how the network sees the world.
Every name and every number that was changed is said; a constant input becomes 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nlcore.datasets import STANDARDISED, ExampleSet, Scaling, _checks
from nlcore.records import FloatArray, read_only

Sets = tuple[ExampleSet, ExampleSet, ExampleSet]
FEW = 6
"""Up to so many inputs are named with their mean and standard deviation."""


class Scaled(NamedTuple):
    """Standardised sets, the new names of the inputs, the sentences that tell it, and what was done."""

    sets: Sets
    input_names: tuple[str, ...]
    notes: tuple[str, ...]
    scaling: Scaling | None = None


def prepare(sets: Sets, input_names: tuple[str, ...], *, standardised: bool, are_pixels: bool = False) -> Scaled:
    """Standardise the inputs if that is wanted; else leave them and say which of them are constant or huge.

    Parameters
    ----------
    sets : tuple of ExampleSet
        Training, validation and test set.
    input_names : tuple of str
        One a column.
    standardised : bool
        Whether it is wanted.
    are_pixels : bool
        Pictures have constant pixels in their corners, and nobody minds.
    """
    if standardised:
        return standardise(sets, input_names)
    training = sets[0].inputs
    constant = () if are_pixels else _checks.constant_inputs(training, input_names)
    return Scaled(sets, input_names, constant + _checks.huge_inputs(training, input_names))


def standardise(sets: Sets, input_names: tuple[str, ...]) -> Scaled:
    """Standardise the inputs of all sets by the training set.

    Parameters
    ----------
    sets : tuple of ExampleSet
        Training, validation and test set.
    input_names : tuple of str
        One a column.
    """
    training = sets[0].inputs
    unit = np.maximum(np.abs(training).max(axis=0), np.finfo(np.float64).tiny)  # against overflow of the squares
    means, sds = (training / unit).mean(axis=0), (training / unit).std(axis=0)
    constant = (np.ptp(training / unit, axis=0) == 0.0) | (sds < 1e-15)
    sds = np.where(constant, 1.0, sds)
    largest = np.finfo(np.float64).max

    def change(inputs: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):
            z = (inputs / unit - means) / sds
        return np.where(constant, 0.0, np.clip(z, -largest, largest))

    changed = tuple(ExampleSet.of(change(s.inputs), s.targets, s.names) if len(s) else s for s in sets)
    said = "Inputs are standardised: minus the mean of the training set, divided by its standard deviation"
    numbers = [
        f"{name} {mean:.6g} and {sd:.6g}"
        for name, mean, sd, still in zip(input_names, means * unit, sds * unit, constant, strict=True)
        if not still
    ]
    if 0 < len(numbers) <= FEW:
        said += f" ({'; '.join(numbers)})"
    still = [name for name, yes in zip(input_names, constant, strict=True) if yes]
    notes = [said + "."]
    if still:
        shown = ", ".join(still[:3]) + (f" and {len(still) - 3} more" if len(still) > 3 else "")
        notes.append(f"Constant in the training set, therefore 0 everywhere after standardising: {shown}.")
    return Scaled(
        (changed[0], changed[1], changed[2]),
        tuple(f"{name}{STANDARDISED}" for name in input_names),
        tuple(notes),
        Scaling(read_only(means * unit), read_only(np.where(constant, 0.0, sds * unit))),
    )
