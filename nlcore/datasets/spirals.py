"""Two or more spirals wound around each other: the classical hard case for networks with one hidden layer.

After K. Lang and M. Witbrock, "Learning to tell two spirals apart", Connectionist Models Summer School 1988, whose 194
points make three turns; here the number of points, turns and arms and the noise are free.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _plane
from nlcore.datasets._plane import Noise, PlaneOptions


class SpiralOptions(PlaneOptions, frozen=True):
    """How many arms, how often they go round, how blurred they are."""

    n: Annotated[int, Meta(ge=2, le=100_000, description="Points altogether; the arms share them equally.")] = 194
    arms: Annotated[int, Meta(ge=2, le=6, description="How many spirals, each a class.")] = 2
    turns: Annotated[float, Meta(gt=0.0, le=5.0, description="How often a spiral goes around the origin.")] = 1.5
    noise: Noise = 0.0

    def __post_init__(self) -> None:
        """Refuse arms without a point."""
        super().__post_init__()
        if self.n < self.arms:
            raise ValueError(f"n ({self.n}) is smaller than the number of arms ({self.arms})")


def load(options: SpiralOptions) -> Data:
    """Draw points at random places along the arms; the radius grows with the angle from 0.05 to 1."""
    rng = np.random.default_rng(options.seed)
    classes = _plane.classes_of(options.n, options.arms)
    along = rng.uniform(0.05, 1.0, options.n)
    angles = 2.0 * np.pi * (options.turns * along + classes / options.arms)
    points = along[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    names = tuple(f"arm {k + 1}" for k in range(options.arms))
    return _plane.data("spirals", options, _plane.noisy(points, options.noise, rng), classes, names)


DATASET = Dataset("spirals", "Spirals", "Spirals wound around each other.", SpiralOptions, load)
