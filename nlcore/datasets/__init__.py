"""Data sets, one a file, and what they all deliver.

A module of this package defines ``DATASET``. It says what options it has and how to load them into a `Data`:
up to three sets of examples, and what the numbers mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore import discovery
from nlcore.datasets._watch import Cancelled, Progress
from nlcore.errors import DataError
from nlcore.experiment import Choice, Record, convert
from nlcore.records import FloatArray, SetName, read_only

STANDARDISED = " (standardised)"
"""Stands behind the name of an input that is no longer as it was measured."""


@dataclass(frozen=True, slots=True, eq=False)
class ExampleSet:
    """Some examples.

    Attributes
    ----------
    inputs : ndarray, shape (n, n_inputs)
        Read-only.
    targets : ndarray, shape (n, n_outputs)
        Read-only.
    names : tuple of str
        What each example is called.
    """

    inputs: FloatArray
    targets: FloatArray
    names: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Any, targets: Any, names: tuple[str, ...] = ()) -> ExampleSet:
        """Check, convert and lock the arrays.

        Raises
        ------
        DataError
            If shapes do not fit or a value is not a finite number.
        """
        x = np.array(inputs, dtype=np.float64, order="C", ndmin=2)
        t = np.array(targets, dtype=np.float64, order="C", ndmin=2)
        if len(x) != len(t):
            raise DataError(f"{len(x)} rows of inputs but {len(t)} rows of targets")
        for kind, array in (("input", x), ("target", t)):
            bad = np.argwhere(~np.isfinite(array))
            if len(bad):
                raise DataError(f"{kind} {bad[0][1] + 1} of example {bad[0][0] + 1} is not a finite number")
        return cls(read_only(x), read_only(t), names or tuple(str(i + 1) for i in range(len(x))))

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """How inputs were standardised: minus a mean, divided by a standard deviation; a constant input became 0.

    Attributes
    ----------
    means, sds : ndarray, shape (n_inputs,)
        Read-only; the standard deviation of a constant input is 0.
    """

    means: FloatArray
    sds: FloatArray

    def apply(self, inputs: FloatArray) -> FloatArray:
        """Return the standardised form of inputs as they were measured, the last axis one an input."""
        still = self.sds == 0.0
        with np.errstate(over="ignore"):
            return np.where(still, 0.0, (inputs - self.means) / np.where(still, 1.0, self.sds))

    def undo(self, inputs: FloatArray) -> FloatArray:
        """Return standardised inputs as they were measured; a constant one is its mean."""
        with np.errstate(over="ignore"):
            return inputs * self.sds + self.means


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Data:
    """A loaded data set.

    Attributes
    ----------
    name : str
        The data set's name.
    source : str
        Where the examples come from, for example ``"cmu"``, ``"synthetic"`` or ``"built in"``.
    training, validation, test : ExampleSet
        The last two may be empty.
    input_names, output_names : tuple of str
        One a column.
    class_names : tuple of str or None
        With one output two names, low and high; with several one an output. None for regression.
    midpoint : float
        Between the low and the high target: 0.5 for 0/1, 0 for -1/+1.
    image_shape : tuple of int or None
        (rows, columns) if the inputs are the pixels of a picture, row by row.
    attribution : str
        To be shown with the data.
    notes : tuple of str
        What a person should know about this load, one sentence each.
    scaling : Scaling or None
        How the inputs were standardised, if they were.
    """

    name: str
    source: str
    training: ExampleSet
    validation: ExampleSet
    test: ExampleSet
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    class_names: tuple[str, ...] | None = None
    midpoint: float = 0.5
    image_shape: tuple[int, int] | None = None
    attribution: str = ""
    notes: tuple[str, ...] = ()
    scaling: Scaling | None = None

    @property
    def sets(self) -> dict[SetName, ExampleSet]:
        """The three sets by name, in the order training, validation, test."""
        return {"training": self.training, "validation": self.validation, "test": self.test}

    @property
    def n_inputs(self) -> int:
        """Columns of the inputs."""
        return int(self.training.inputs.shape[1])

    @property
    def n_outputs(self) -> int:
        """Columns of the targets."""
        return int(self.training.targets.shape[1])


def n_examples(data: Data) -> int:
    """Return the number of examples in all sets together."""
    return sum(map(len, data.sets.values()))


def no_examples(n_inputs: int, n_outputs: int) -> ExampleSet:
    """Return an empty set with the given numbers of columns."""
    return ExampleSet(read_only(np.empty((0, n_inputs))), read_only(np.empty((0, n_outputs))), ())


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a module of this package offers.

    Attributes
    ----------
    name, title, help : str
        Identifier (the file's name), name on screen, one sentence.
    options : type
        A `Record` with the options and their defaults.
    load : callable
        Options to `Data`, or None for a model without examples.
    reports : bool
        Whether `load` also takes `progress` and `cancelled`, because it may take long.
    expected : callable or None
        From options and inputs as they were measured to the means of the targets there, (n, n_outputs), or None where
        the options allow no such formula. Only data that are made can know them.
    larger : callable or None
        An example's name and the options to its picture before it was reduced, grey values 0 to 255, or to None.
    values : callable or None
        From options to names by target, where a single output codes several classes; empty where it does not.
    """

    name: str
    title: str
    help: str
    options: type[Record]
    load: Callable[..., Data | None]
    reports: bool = False
    expected: Callable[[Any, FloatArray], FloatArray | None] | None = None
    larger: Callable[[str, Any], NDArray[np.uint8] | None] | None = None
    values: Callable[[Any], Mapping[float, str]] | None = None


def target_names(choice: Choice) -> Mapping[float, str]:
    """Return what the targets of a single output stand for, by number; empty where they are only numbers.

    Parameters
    ----------
    choice : Choice
        The data set and its options.
    """
    if choice.name not in discovery.names("nlcore.datasets"):
        return {}
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", choice.name, "data set", "dataset")
    if dataset.values is None:
        return {}
    return dataset.values(convert(choice.options_dict(), dataset.options, place="dataset"))


def expected_targets(choice: Choice, inputs: FloatArray) -> FloatArray | None:
    """Return what the targets are on average at some inputs, shape (n, n_outputs), where the data set knows.

    For classes coded 0 and 1 these are the true probabilities, for points on a curve the curve without noise. No
    network can do better than to answer them.

    Parameters
    ----------
    choice : Choice
        The data set and its options.
    inputs : ndarray, shape (n, n_inputs)
        As they were measured.

    Returns
    -------
    ndarray or None
        None where nobody knows them.
    """
    if choice.name not in discovery.names("nlcore.datasets"):
        return None
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", choice.name, "data set", "dataset")
    if dataset.expected is None:
        return None
    return dataset.expected(convert(choice.options_dict(), dataset.options, place="dataset"), inputs)


def larger_picture(choice: Choice, name: str) -> NDArray[np.uint8] | None:
    """Return an example's picture before it was reduced, grey values 0 to 255; None if there is no such picture.

    Parameters
    ----------
    choice : Choice
        The data set and its options.
    name : str
        The example's name.

    Raises
    ------
    DataError
        If it should be there and cannot be read.
    """
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", choice.name, "data set", "dataset")
    if dataset.larger is None:
        return None
    return dataset.larger(name, convert(choice.options_dict(), dataset.options, place="dataset"))


def load(choice: Choice, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Data | None:
    """Load the data set a choice names; None for the data set ``none``.

    Parameters
    ----------
    choice : Choice
        The data set and its options.
    progress : callable, optional
        Told how much is done, and of how much if that is known; by data sets that can take long.
    cancelled : callable, optional
        Asked now and then whether to stop; by the same ones.

    Raises
    ------
    ExperimentError
        If there is no such data set or an option is wrong.
    DataError
        If the data cannot be read, or do not fit into memory.
    CancelledError
        If it was cancelled.
    """
    dataset: Dataset = discovery.find("nlcore.datasets", "DATASET", choice.name, "data set", "dataset")
    options = convert(choice.options_dict(), dataset.options, place="dataset")
    try:
        if dataset.reports:
            return dataset.load(options, progress=progress, cancelled=cancelled)
        return dataset.load(options)
    except MemoryError:
        raise DataError(
            f"dataset: the data set {choice.name!r} does not fit into the memory that is free; choose fewer examples, "
            "or close other programs"
        ) from None
