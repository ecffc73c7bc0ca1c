"""A robot's eight sonars: their noisy readings, and in which direction the wall is.

Made up in the manner of the robot perception tasks behind the lecture's figure "Overfitting in ANNs" (Mitchell 1997,
figure 4.9), whose own data were not published. Few examples, noisy readings and noisy targets: a network that goes on
learning long enough learns the noise.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _by_number
from nlcore.datasets._by_number import NumberOptions
from nlcore.records import FloatArray

WIDEST = 1.2
"""The outermost sonars look so many radians to the left and to the right."""


class SonarOptions(NumberOptions, frozen=True):
    """How many sonars, how many examples, how much noise."""

    sonars: Annotated[int, Meta(ge=2, le=100, description="Sonars, spread evenly.")] = 8
    noise: Annotated[
        float, Meta(ge=0.0, le=1e6, description="Standard deviation of what is added to readings and targets.")
    ] = 0.2


def load(options: SonarOptions) -> Data:
    """Draw walls, and what the sonars say of them."""
    beams = np.linspace(-WIDEST, WIDEST, options.sonars)

    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray]:
        bearings, distances = rng.uniform(-1.0, 1.0, (n, 1)), rng.uniform(0.3, 1.0, (n, 1))
        readings = np.clip(distances / np.maximum(np.cos(beams - bearings), 0.2), 0.0, 2.0) / 2.0
        targets = 0.1 + 0.8 * (bearings + 1.0) / 2.0
        return tuple(part + options.noise * rng.standard_normal(part.shape) for part in (readings, targets))  # type: ignore[return-value]

    notes = [
        "Each input is how far a sonar sees, at most 1 before noise.",
        "The target is the bearing of the wall, from 0.1 (far left) to 0.9 (far right) before noise.",
    ]
    if options.noise:
        notes.append(f"Normal noise with standard deviation {options.noise:g} is added to readings and targets.")
    names = tuple(f"sonar {k + 1}" for k in range(options.sonars))
    return _by_number.data("sonars", options, draw, names, "bearing", tuple(notes))


DATASET = Dataset("sonars", "Robot sonars", "The bearing of a wall from noisy sonars.", SonarOptions, load)
