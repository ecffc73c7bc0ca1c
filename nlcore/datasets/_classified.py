"""From examples with classes to `Data`: dividing, coding, scaling and saying what is odd, the same for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.datasets import Data, _checks, _coding, _scaling, _split
from nlcore.datasets._split import Parts, SplitOptions
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Classified:
    """Examples with classes, before they are divided into sets.

    Attributes
    ----------
    inputs : ndarray, shape (n, n_inputs)
        The inputs.
    classes : ndarray, shape (n,)
        Class numbers from 0.
    names : sequence of str or None
        What each example is called; None to number them.
    input_names, class_names : tuple of str
        One an input, one a class.
    what : str
        What the examples are, for sentences: "flowers".
    image_shape : tuple of int or None
        (rows, columns) if the inputs are pixels.
    """

    inputs: FloatArray
    classes: NDArray[np.int64]
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    what: str
    names: Sequence[str] | None = None
    image_shape: tuple[int, int] | None = None

    def called(self, i: int) -> str:
        """Return what example `i` is called."""
        return str(i + 1) if self.names is None else self.names[i]


def pixel_names(shape: tuple[int, int]) -> tuple[str, ...]:
    """Name the pixels of a picture of (rows, columns), row by row."""
    return tuple(f"row {r + 1} column {c + 1}" for r in range(shape[0]) for c in range(shape[1]))


def data(
    name: str,
    source: str,
    examples: Classified,
    options: SplitOptions,
    coding: _coding.Name,
    *,
    parts: Parts | None = None,
    standardise: bool = False,
    notes: tuple[str, ...] = (),
    attribution: str = "",
) -> Data:
    """Divide examples into sets, code their classes, standardise if wanted, and say what is odd about them.

    Parameters
    ----------
    name, source, attribution : str
        See `Data`.
    examples : Classified
        All of them.
    options : SplitOptions
        Shares and seed.
    coding : str
        Which numbers stand for low and high.
    parts : Parts, optional
        Who goes where, if that is already decided (and told).
    standardise : bool
        Whether the inputs are standardised by the training set.
    notes : tuple of str
        What comes first in the notes.

    Raises
    ------
    DataError
        If nothing is left to train on.
    """
    if parts is None:
        parts = _split.by_fraction(len(examples.inputs), options, examples.what)
        notes += _split.notes(parts, options, examples.what)
    targets = _coding.targets(examples.classes, len(examples.class_names), coding)
    sets = _split.example_sets(parts, examples.inputs, targets, examples.names)
    are_pixels = examples.image_shape is not None
    scaled = _scaling.prepare(sets, examples.input_names, standardised=standardise, are_pixels=are_pixels)
    what = "pixels" if are_pixels else "inputs"
    notes += scaled.notes + _checks.contradictions(examples.inputs, examples.classes, examples.called, what)
    return Data(
        name=name,
        source=source,
        training=scaled.sets[0],
        validation=scaled.sets[1],
        test=scaled.sets[2],
        input_names=scaled.input_names,
        output_names=_coding.output_names(examples.class_names),
        class_names=examples.class_names,
        midpoint=_coding.midpoint(coding),
        image_shape=examples.image_shape,
        attribution=attribution,
        notes=notes + _coding.notes(parts, examples.classes, examples.class_names),
        scaling=scaled.scaling,
    )
