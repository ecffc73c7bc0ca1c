"""An example of one's own: the values as a person sees them, and what the network gets of them.

Both are kept, so that a copied example reaches the network to the last bit, while only what is changed is converted.
Where the data set standardises its inputs, a person works with the values before that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.widgets.numbers import counted, number
from nlcore import metrics
from nlcore.datasets import STANDARDISED, Data, Scaling
from nlcore.records import FloatArray, SetName

ROUNDING = 1e-9
MOST_NOTED = 20_000
"""Inputs of an example that is written into a session file."""
MOST_WORDS = 400
LARGEST = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class OwnExample:
    """Inputs made by a person.

    Attributes
    ----------
    shown : ndarray, shape (n_inputs,)
        As measured: grey values, hertz, centimetres.
    inputs : ndarray, shape (n_inputs,)
        As the network gets them.
    origin : str
        What it was made from: "test example 1 (an2i_left)".
    n_changed : int
        How many inputs differ from the origin.
    start : ndarray or None
        The origin's values as measured.
    note : str
        How the origin was converted, in a sentence.
    is_copy : bool
        Whether the origin is an example of the data set.
    """

    shown: FloatArray
    inputs: FloatArray
    origin: str = ""
    n_changed: int = 0
    start: FloatArray | None = None
    note: str = ""
    is_copy: bool = False

    @classmethod
    def copied(cls, data: Data, name: SetName, row: int) -> OwnExample:
        """Return an example of the data set."""
        inputs = data.sets[name].inputs[row]
        shown = inputs if data.scaling is None else data.scaling.undo(inputs)
        return cls(shown, inputs, _called(data, name, row), 0, shown, is_copy=True)

    @classmethod
    def made(cls, shown: FloatArray, data: Data, origin: str, note: str) -> OwnExample:
        """Return an example from values as measured."""
        return cls(shown, apply(data.scaling, shown), origin, 0, shown, note)

    @classmethod
    def noted(cls, notes: Mapping[str, Any], data: Data) -> OwnExample | None:
        """Return the example that `notes` describes; None if it describes none that fits the data."""
        rows = [_numbers(notes.get(name), data.n_inputs) for name in ("shown", "inputs", "start")]
        shown, inputs, start = rows
        said = [notes.get(name) for name in ("origin", "note")]
        if shown is None or inputs is None or not all(isinstance(text, str) for text in said):
            return None
        origin, note = (" ".join(str(text).split())[:MOST_WORDS] for text in said)
        n_changed = 0 if start is None else int(np.count_nonzero(shown != start))
        return cls(shown, inputs, origin, n_changed, start, note, notes.get("is_copy") is True)

    def notes(self) -> dict[str, Any]:
        """Return it in plain values, to the last bit; empty if it is very large."""
        if len(self.shown) > MOST_NOTED:
            return {}
        start = {} if self.start is None else {"start": self.start.tolist()}
        values = {"shown": self.shown.tolist(), "inputs": self.inputs.tolist(), **start}
        return {**values, "origin": self.origin, "note": self.note, "is_copy": self.is_copy}

    def changed(self, shown: FloatArray, data: Data) -> OwnExample:
        """Return the example with other values; inputs that are the same as before keep their bits."""
        same = shown == self.shown
        inputs = np.where(same, self.inputs, apply(data.scaling, shown))
        start = self.shown if self.start is None else self.start
        n_changed = int(np.count_nonzero(shown != start))
        return OwnExample(shown, inputs, self.origin, n_changed, start, self.note, self.is_copy)

    @property
    def is_as_copied(self) -> bool:
        """Whether it is an example of the data set without any change."""
        return self.is_copy and not self.n_changed

    def inputs_for(self, own: Data, other: Data) -> FloatArray:
        """Return what the network of another track gets, whose data may be standardised otherwise."""
        mine, theirs = own.scaling, other.scaling
        if mine is theirs or (
            mine is not None
            and theirs is not None
            and np.array_equal(mine.means, theirs.means)
            and np.array_equal(mine.sds, theirs.sds)
        ):
            return self.inputs
        return apply(theirs, self.shown)

    def source(self, data: Data) -> str:
        """Say what it was made from and how much of it was changed."""
        unit = "pixel" if data.image_shape is not None else "input"
        if not self.n_changed:
            return self.origin
        return f"{self.origin}, {counted(self.n_changed, unit)} changed"

    def in_words(self, data: Data) -> str:
        """Say the inputs in a sentence."""
        if data.image_shape is not None:
            rows, columns = data.image_shape
            grey = number(float(self.shown.mean()))
            return f"Picture of {rows} rows and {columns} columns, mean grey value {grey}: {self.source(data)}."
        values = ", ".join(
            f"{name} = {number(float(value), 4)}" for name, value in zip(names(data), self.shown, strict=True)
        )
        return f"Inputs: {values} ({self.source(data)})."


def _numbers(values: object, n: int) -> FloatArray | None:
    """Return so many numbers that stand in a file as an array; None if they are anything else, or very large."""
    if not isinstance(values, list) or len(values) != n or not all(type(value) in (int, float) for value in values):
        return None
    try:
        found = np.array(values, dtype=np.float64)
    except OverflowError:
        return None
    return found if bool(np.all(np.abs(found) <= LARGEST)) else None


def _called(data: Data, name: SetName, row: int) -> str:
    """Name an example of the data set, with its target."""
    examples = data.sets[name]
    own_name = "" if examples.names[row] == str(row + 1) else f", “{examples.names[row]}”"
    target = examples.targets[row : row + 1]
    if data.class_names is None:
        said = ", ".join(number(float(value)) for value in target[0])
    else:
        said = data.class_names[int(metrics.classes(target, data.midpoint)[0])]
    return f"{name} example {row + 1}{own_name}, target {said}"


def apply(scaling: Scaling | None, shown: FloatArray) -> FloatArray:
    """Return what the network gets of values as measured."""
    return shown.copy() if scaling is None else scaling.apply(shown)


def names(data: Data) -> tuple[str, ...]:
    """Return the names of the inputs as measured."""
    if data.scaling is None:
        return data.input_names
    return tuple(name.removesuffix(STANDARDISED) for name in data.input_names)


def measured(data: Data) -> FloatArray:
    """Return the inputs of all sets as measured, shape (n, n_inputs)."""
    inputs = np.vstack([examples.inputs for examples in data.sets.values() if len(examples)])
    return inputs if data.scaling is None else data.scaling.undo(inputs)


def grey_ends(data: Data) -> tuple[float, float]:
    """Return the values that stand for black and white: 0 and 1, or the data's own ends if they go beyond."""
    inputs = measured(data)
    low, high = float(inputs.min()), float(inputs.max())
    if low >= -ROUNDING and high <= 1.0 + ROUNDING:
        return 0.0, 1.0
    low = min(low, 0.0)
    return low, high if high > low else low + 1.0


def kind(data: Data) -> tuple[object, ...]:
    """Return what must stay the same for an example to fit still."""
    return data.image_shape, names(data), data.name
