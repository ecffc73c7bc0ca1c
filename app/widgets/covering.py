"""What covering a part of a picture does, in numbers: which outputs are looked at, what is put there, what changes.

A cover is a mask over the pixels. What the network gets of a covered pixel is a grey value of the person's choice, as
it would be after standardising.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.widgets.numbers import number
from app.widgets.own_example import apply, grey_ends
from app.widgets.unit_names import brief
from nlcore import metrics, occlusion, probes
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

Grey = Literal["mean", "dark", "light"]
Scope = Literal["one", "class", "all"]
RIGHT: Final = -1
"""Stands for the output that should be the largest: the correct one."""
MOST_NUMBERS = 4_000_000
"""Numbers of pictures of a set that are asked about when a part of all is covered."""
MOST_PICTURES = 500
"""Pictures that a mean map is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a map is about.

    Attributes
    ----------
    model, params
        The network.
    example : tuple of (set name, row)
        The picture that is shown.
    side : int
        Of the block.
    fill : ndarray, shape (n_inputs,)
        What the network gets of each covered pixel.
    unit : int
        The output that is looked at; `RIGHT` for the one that is right.
    scope : str
        The picture alone, or the mean over the pictures of its set with the same target, or over all of them.
    """

    model: FeedforwardModel
    params: FloatArray
    example: tuple[SetName, int]
    side: int
    fill: FloatArray
    unit: int
    scope: Scope

    def is_same(self, other: Question | None) -> bool:
        """Tell whether another question has the same answer."""
        return (
            other is not None
            and (self.model, self.side, self.unit, self.scope) == (other.model, other.side, other.unit, other.scope)
            and self.params is other.params
            and np.array_equal(self.fill, other.fill)
            and (self.example[0] == other.example[0] if self.scope == "all" else self.example == other.example)
        )

    @property
    def is_quick(self) -> bool:
        """Whether it is answered in some milliseconds."""
        return self.scope == "one" and self.model.n_params <= 200_000

    def rows(self) -> list[int]:
        """Return the pictures that the map is made of, evenly spread where there are very many."""
        name, row = self.example
        if self.scope == "one":
            return [row]
        targets = self.model.examples.sets[name].targets
        chosen = np.arange(len(targets))
        if self.scope == "class":
            chosen = np.flatnonzero(np.all(targets == targets[row], axis=1))
        return [int(k) for k in chosen[:: -(-len(chosen) // MOST_PICTURES)]]

    def change(self, fallen: float) -> tuple[str, float, float]:
        """Return name, value and value after a fall of the output that is looked at, for the picture shown."""
        data, (name, row) = self.model.examples, self.example
        unit, sign = right_output(data, data.sets[name].targets[row])
        if self.unit != RIGHT:
            unit, sign = self.unit, 1.0
        before = float(probes.outputs(self.model, self.params, data.sets[name].inputs[row : row + 1])[0, unit])
        return data.output_names[unit], before, before - sign * fallen

    def answer(self, cancelled: Callable[[], bool] = lambda: False) -> FloatArray:
        """Return by how much the output falls with the block over each pixel, shape (rows, columns)."""
        data, rows = self.model.examples, self.rows()
        examples = data.sets[self.example[0]]
        chosen = [right_output(data, examples.targets[row]) for row in rows]
        units = [unit if self.unit == RIGHT else self.unit for unit, _ in chosen]
        signs = [sign if self.unit == RIGHT else 1.0 for _, sign in chosen]
        inputs = examples.inputs[rows]
        return occlusion.mean_fall(self.model, self.params, inputs, units, self.fill, self.side, signs, cancelled)


def right_output(data: Data, target: FloatArray) -> tuple[int, float]:
    """Return the output that an example's target wants high; with a single one that it wants low, its rise counts."""
    if data.class_names is None:
        return int(np.argmax(target)), 1.0
    found = int(metrics.classes(target[None, :], data.midpoint)[0])
    if len(target) == 1:
        return 0, 1.0 if found else -1.0
    return found, 1.0


def fill_of(data: Data, grey: Grey) -> FloatArray:
    """Return what the network gets of each pixel when it is covered."""
    low, high = grey_ends(data)
    inputs = data.training.inputs
    shown = inputs if data.scaling is None else data.scaling.undo(inputs)
    value = {"dark": low, "light": high, "mean": float(shown.mean())}[grey]
    return apply(data.scaling, np.full(data.n_inputs, value))


def grey_words(data: Data, fill: FloatArray) -> str:
    """Say the grey value of a cover."""
    shown = fill if data.scaling is None else data.scaling.undo(fill)
    return number(float(shown[0]))


def effect_on_set(
    model: FeedforwardModel, params: FloatArray, name: SetName, mask: NDArray[np.bool_], fill: FloatArray
) -> str:
    """Say how many answers are correct when the same part is covered in all pictures of a set; empty for none."""
    data = model.examples
    examples = data.sets[name]
    most = max(1, MOST_NUMBERS // data.n_inputs)
    if data.class_names is None or not mask.any() or len(examples) > most:
        return ""
    covered = np.where(mask.ravel(), fill, examples.inputs)
    true = metrics.classes(examples.targets, data.midpoint)
    before, after = (
        int(np.sum(probes.predicted(model, params, inputs) == true)) for inputs in (examples.inputs, covered)
    )
    n = len(examples)
    return (
        f"With the same part covered in all {n} pictures of the {name} set, {after} answers are correct "
        f"({100 * after / n:.0f} %); uncovered {before} ({100 * before / n:.0f} %)."
    )


def fall_words(name: str, before: float, after: float) -> str:
    """Say what becomes of an output."""
    return f"{name} {brief(before)} → {brief(after)}"
