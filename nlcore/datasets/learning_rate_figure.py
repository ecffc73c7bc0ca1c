"""Twenty points on which a learning rate of 0.5 happens to need the fewest updates: fewer than 0.2 and than 1.

The figure of the lecture with the three learning rates (Flach 2012, Figure 7.5) has no published data. These points
were drawn for it from two normal distributions, and ship as a table so that they stay the same. Positives come first.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from nlcore.datasets import Data, Dataset, ExampleSet, _shipped, no_examples
from nlcore.experiment import Record

NOTE: Final = (
    "The points of the book's figure are not published; these were chosen so that the learning rate matters as it does "
    "there, which 163 of 3000 random draws did."
)


class LearningRateFigureOptions(Record, frozen=True):
    """There is nothing to choose."""


def load(options: LearningRateFigureOptions) -> Data:
    """Return the 20 points as the training set, targets -1 and +1."""
    del options
    table = _shipped.rows("learning_rate_points.csv")
    training = ExampleSet.of(
        np.array([[float(row["x1"]), float(row["x2"])] for row in table]),
        np.array([[float(row["y"])] for row in table]),
    )
    return Data(
        name="learning_rate_figure",
        source="built in",
        training=training,
        validation=no_examples(2, 1),
        test=no_examples(2, 1),
        input_names=("x1", "x2"),
        output_names=("positive",),
        class_names=("negative", "positive"),
        midpoint=0.0,
        notes=(NOTE,),
    )


DATASET = Dataset(
    "learning_rate_figure",
    "Three learning rates",
    "20 points on which the perceptron with learning rate 0.5 needs fewer updates than with 0.2 or 1.",
    LearningRateFigureOptions,
    load,
)
