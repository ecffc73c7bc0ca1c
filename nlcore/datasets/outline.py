"""Points on a closed outline, for a linear network whose inputs are sines and cosines: a Fourier series to train.

The inputs are cos t, sin t, cos 2t ... and the two targets the place of the point, so a unit's weights are the
coefficients of the series, and the number of weights says how complex the model is.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, ExampleSet, no_examples
from nlcore.datasets._split import Seed
from nlcore.experiment import Record
from nlcore.records import FloatArray
from nlcore.theory.outlines import TURN, feature_names, features, outline

Coordinate = Annotated[float, Meta(ge=-1e6, le=1e6)]
Corner = tuple[Coordinate, Coordinate]
HOUSE: tuple[Corner, ...] = ((0.6, -0.6), (0.6, 0.2), (0.0, 0.8), (-0.6, 0.2), (-0.6, -0.6))


class OutlineOptions(Record, frozen=True):
    """Which outline, how it is described, how many points, how much noise."""

    shape: Annotated[
        Literal["elephant", "circle", "heart", "square", "points"],
        Meta(description="The outline: the elephant of four complex parameters, others, or a polygon of your own."),
    ] = "elephant"
    points: Annotated[
        tuple[Corner, ...],
        Meta(min_length=3, max_length=500, description="Corners of your own polygon, for the shape points."),
    ] = HOUSE
    harmonics: Annotated[
        int, Meta(ge=1, le=20, description="The inputs are cos kt and sin kt for k = 1 up to this number.")
    ] = 3
    n: Annotated[int, Meta(ge=3, le=1000, description="Points on the outline to train on.")] = 40
    between: Annotated[bool, Meta(description="As many points halfway between them, for validation.")] = True
    noise: Annotated[
        float, Meta(ge=0.0, le=1e6, description="Standard deviation of what is added to both coordinates.")
    ] = 0.0
    seed: Seed = 1

    def __post_init__(self) -> None:
        """Refuse a polygon that is a single point."""
        if len({*self.points}) < 2:
            raise ValueError("points: all corners are the same point, so there is no outline")


def load(options: OutlineOptions) -> Data:
    """Take points at even steps of t; the noise of the validation points is drawn after that of the others."""
    rng = np.random.default_rng(options.seed)
    t = TURN * np.arange(options.n) / options.n
    training = _examples(options, t, rng, "")
    halfway = t + TURN / (2 * options.n)
    n_inputs = 2 * options.harmonics
    noise = f", plus normal noise with standard deviation {options.noise:g}" if options.noise else ""
    return Data(
        name="outline",
        source="synthetic",
        training=training,
        validation=_examples(options, halfway, rng, "½") if options.between else no_examples(n_inputs, 2),
        test=no_examples(n_inputs, 2),
        input_names=feature_names(options.harmonics),
        output_names=("across", "up"),
        class_names=None,
        midpoint=float(0.5 * training.targets.min() + 0.5 * training.targets.max()),
        notes=(f"The targets are points on the outline of the shape {options.shape}{noise}.",),
    )


def _examples(options: OutlineOptions, t: FloatArray, rng: np.random.Generator, half: str) -> ExampleSet:
    points = outline(options.shape, options.points, t)
    noisy = points + options.noise * rng.standard_normal(points.shape)
    return ExampleSet.of(features(t, options.harmonics), noisy, tuple(f"point {i + 1}{half}" for i in range(len(t))))


DATASET = Dataset(
    "outline",
    "Points on an outline",
    "An elephant, a heart or your own polygon, with sines and cosines as inputs.",
    OutlineOptions,
    load,
)
