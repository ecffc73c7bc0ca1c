"""Examples written out in the lesson itself: one, or a few, for sums that are done by hand.

The place for the smallest experiments: one unit, one example, start weights given.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.experiment import Record
from nlcore.records import FloatArray

MOST = 1000
Row = Annotated[tuple[float, ...], Meta(min_length=1, max_length=1000)]
Rows = Annotated[tuple[Row, ...], Meta(min_length=1, max_length=MOST)]


class ByHandOptions(Record, frozen=True):
    """Inputs and targets, one row an example."""

    inputs: Annotated[Rows, Meta(description="One row of inputs for each example.")] = ((1.0,),)
    targets: Annotated[Rows, Meta(description="One row of targets for each example.")] = ((1.0,),)
    kind: Annotated[
        Literal["classes", "numbers"],
        Meta(description="Whether the targets, 0 and 1 or -1 and +1, stand for classes, or are numbers to be met."),
    ] = "classes"

    def __post_init__(self) -> None:
        """Refuse rows that do not fit together."""
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"{len(self.inputs)} rows of inputs, but {len(self.targets)} rows of targets")
        for what, rows in (("inputs", self.inputs), ("targets", self.targets)):
            if len({len(row) for row in rows}) != 1:
                raise ValueError(f"the rows of {what} are not equally long")
        if self.kind == "classes" and _codes(self.targets) is None:
            raise ValueError('targets of classes are 0 and 1, or -1 and +1; for other numbers set kind = "numbers"')


def _codes(targets: Rows) -> tuple[float, float] | None:
    """Return the numbers for low and high that all targets are among; None if there are none."""
    found = {value for row in targets for value in row}
    return next((codes for codes in ((0.0, 1.0), (-1.0, 1.0)) if found <= set(codes)), None)


def load(options: ByHandOptions) -> Data:
    """Return the rows as the training set."""
    inputs, targets = np.array(options.inputs), np.array(options.targets)
    n_inputs, n_outputs = inputs.shape[1], targets.shape[1]
    codes = _codes(options.targets) if options.kind == "classes" else None
    names = ("o",) if n_outputs == 1 else tuple(f"o{k + 1}" for k in range(n_outputs))
    classes = ("low", "high") if n_outputs == 1 else names
    return Data(
        name="by_hand",
        source="lesson",
        training=ExampleSet.of(inputs, targets),
        validation=no_examples(n_inputs, n_outputs),
        test=no_examples(n_inputs, n_outputs),
        input_names=tuple(f"x{i + 1}" for i in range(n_inputs)),
        output_names=names,
        class_names=None if codes is None else classes,
        midpoint=_middle(targets) if codes is None else sum(codes) / 2,
    )


def _middle(targets: FloatArray) -> float:
    return float(0.5 * targets.min() + 0.5 * targets.max())


DATASET = Dataset("by_hand", "Examples by hand", "A few examples, written out in the lesson.", ByHandOptions, load)
