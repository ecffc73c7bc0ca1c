"""Edits of a training set in the middle of a run: move, relabel, add, delete an example.

They are frozen records, and a changed data set is a new one: nobody who holds the old one notices.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import numpy as np
from msgspec import Meta
from msgspec.structs import force_setattr

from nlcore.datasets import Data, ExampleSet
from nlcore.errors import DataError
from nlcore.experiment import Record
from nlcore.records import FloatArray, read_only


class MoveExample(Record, frozen=True, tag_field="kind", tag="move"):
    """Give a training example other inputs."""

    index: int
    inputs: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers."""
        _keep_numbers(self, "inputs")


class RelabelExample(Record, frozen=True, tag_field="kind", tag="relabel"):
    """Give a training example other targets."""

    index: int
    targets: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers."""
        _keep_numbers(self, "targets")


class AddExample(Record, frozen=True, tag_field="kind", tag="add"):
    """Put another example at the end of the training set."""

    inputs: tuple[float, ...]
    targets: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers."""
        _keep_numbers(self, "inputs")
        _keep_numbers(self, "targets")


class DeleteExample(Record, frozen=True, tag_field="kind", tag="delete"):
    """Take an example out of the training set."""

    index: int


ExampleEdit = MoveExample | RelabelExample | AddExample | DeleteExample
VERBS = {AddExample: "added", MoveExample: "moved", RelabelExample: "relabelled", DeleteExample: "deleted"}


class DataEdit(Record, frozen=True, tag_field="kind", tag="data"):
    """Another training set.

    Adding or deleting an example ends the epoch. Moving or relabelling leaves the place in the epoch as it is.

    Attributes
    ----------
    edits : tuple of ExampleEdit
        One after another.
    """

    edits: Annotated[tuple[ExampleEdit, ...], Meta(min_length=1)]

    @classmethod
    def of(cls, *edits: ExampleEdit) -> DataEdit:
        """Build an edit from its parts."""
        return cls(edits)


def adds_or_deletes(edit: DataEdit) -> bool:
    """Tell whether an edit changes the number of examples, which ends the epoch."""
    return any(isinstance(part, AddExample | DeleteExample) for part in edit.edits)


def changed_data(data: Data | None, edit: DataEdit) -> Data:
    """Return a data set with an edited training set.

    Raises
    ------
    DataError
        If an example does not exist or does not fit.
    """
    if data is None:
        raise DataError("this model has no examples that could be edited")
    examples = data.training  # what no edit touches is shared
    inputs, targets, names = examples.inputs, examples.targets, examples.names
    kinds = {type(part) for part in edit.edits}
    if MoveExample in kinds:
        inputs = inputs.copy()
    if RelabelExample in kinds:
        targets = targets.copy()
    for part in edit.edits:
        if isinstance(part, AddExample):
            inputs = np.vstack((inputs, _row(part.inputs, data.n_inputs, "inputs")))
            targets = np.vstack((targets, _row(part.targets, data.n_outputs, "targets")))
            names = (*names, _new_name(names))
            continue
        if not 0 <= part.index < len(names):
            raise DataError(f"there is no training example {part.index}: they are numbered from 0 to {len(names) - 1}")
        if isinstance(part, MoveExample):
            inputs[part.index] = _row(part.inputs, data.n_inputs, "inputs")
        elif isinstance(part, RelabelExample):
            targets[part.index] = _row(part.targets, data.n_outputs, "targets")
        elif len(names) == 1:
            raise DataError("the last training example cannot be deleted; add another one first")
        else:
            inputs, targets = np.delete(inputs, part.index, axis=0), np.delete(targets, part.index, axis=0)
            names = (*names[: part.index], *names[part.index + 1 :])
    return replace(data, training=ExampleSet(read_only(inputs), read_only(targets), names))


def is_same_training(one: Data, other: Data | None) -> bool:
    """Tell whether two data sets of the same name have equal training sets."""
    if other is None or one.name != other.name:
        return False
    mine, theirs = one.training, other.training
    if mine is theirs:
        return True
    return bool(np.array_equal(mine.inputs, theirs.inputs) and np.array_equal(mine.targets, theirs.targets))


def is_kin(one: Data, other: Data) -> bool:
    """Tell whether two data sets are the same but for edited examples."""
    return one is other or (one.name, one.source, one.input_names, one.output_names, one.class_names) == (
        other.name,
        other.source,
        other.input_names,
        other.output_names,
        other.class_names,
    )


def label_of(edit: DataEdit) -> str:
    """Say an edit in a few words; examples are counted from 1."""
    first, *others = edit.edits
    verb = VERBS[type(first)]
    if others and all(type(other) is type(first) for other in others):
        return f"{len(edit.edits)} examples {verb}"
    said = f"example {verb}" if isinstance(first, AddExample) else f"example {first.index + 1} {verb}"
    return said + (f" and {len(others)} more" if others else "")


def _row(values: tuple[float, ...], n: int, what: str) -> FloatArray:
    if len(values) != n:
        raise DataError(f"{len(values)} {what} were given for an example; this data set has {n}")
    return np.array(values)


def _new_name(names: Iterable[str]) -> str:
    taken, number = set(names), 1
    while f"new {number}" in taken:
        number += 1
    return f"new {number}"


def _keep_numbers(edit: Record, field: str) -> None:
    """Hold the numbers of a field as floats; refuse what is not finite."""
    values = tuple(float(value) for value in getattr(edit, field))
    for place, value in enumerate(values):
        if not math.isfinite(value):
            raise DataError(f"{field}[{place}] of an example: {value} is not a finite number; give another value")
    force_setattr(edit, field, values)
