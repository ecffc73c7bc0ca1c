"""A hidden layer of bumps that follows the training curve: two sigmoid units a bump, and a linear output.

It shows that such a network can represent the curve (lecture, "Expressive Capabilities of ANNs"); whether training
finds weights as good is another question.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.constructions import Examples, Initializer
from nlcore.errors import ExperimentError
from nlcore.experiment import Record
from nlcore.network import Layout
from nlcore.records import FloatArray
from nlcore.theory import bumps

WHERE = "training.initializer: bumps"


class BumpsOptions(Record, frozen=True):
    """From the training set: two steep hidden units for each bump, as high as the curve there."""

    sharpness: Annotated[
        float, Meta(gt=0.0, le=1000.0, description="Net input of a hidden unit over the width of a bump.")
    ] = bumps.STEEPNESS


def fill(options: BumpsOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Build the bumps, two hidden units each: one goes up where the bump begins, one where it ends."""
    del seed
    _check(layout)
    if examples is None:
        raise ExperimentError(f"{WHERE} needs examples; choose a data set")
    x, y = curve_of(*examples)
    if len(x) < 2:
        raise ExperimentError(f"{WHERE} needs examples at two different places at least")
    made = bumps.build(lambda at: np.interp(at, x, y), x[0], x[-1], layout.layers[1] // 2, options.sharpness)
    params = np.zeros(layout.n_params)
    layout.block(params, "weights[0]")[:, 0] = made.slope
    edges = np.column_stack((made.starts, made.ends)).ravel()
    layout.block(params, "biases[0]")[:] = -made.slope * edges
    layout.block(params, "weights[1]")[0] = np.column_stack((made.heights, -made.heights)).ravel()
    return params


def curve_of(inputs: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the places of examples with one input, each once and ascending, and the mean target at each."""
    x, which = np.unique(inputs[:, 0], return_inverse=True)
    sums = np.bincount(which.ravel(), weights=targets[:, 0], minlength=len(x))
    return x, sums / np.bincount(which.ravel(), minlength=len(x))


def _check(layout: Layout) -> None:
    """Refuse a network that is not one input, an even number of sigmoid units, and one linear output."""
    names = tuple(activation.name for activation in layout.activations)
    if len(layout.layers) != 3 or layout.layers[0] != 1 or layout.layers[2] != 1:
        raise ExperimentError(
            f"{WHERE} fits one input, one hidden layer and one output; make network.layers for example [1, 20, 1]"
        )
    if names != ("sigmoid", "linear"):
        raise ExperimentError(
            f'{WHERE} needs sigmoid hidden units and a linear output; make network.activations ["sigmoid", "linear"]'
        )
    hidden = layout.layers[1]
    if hidden % 2:
        near = f"{hidden - 1} or {hidden + 1}" if hidden > 1 else "2"
        raise ExperimentError(f"{WHERE} takes two hidden units for each bump; {hidden} is odd, make it {near}")


INITIALIZER = Initializer(BumpsOptions, fill, needs_examples=True)
