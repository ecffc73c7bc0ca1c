"""Two half circles that reach into each other: nearly separable by a line, exactly by a bent one."""

from __future__ import annotations

import numpy as np

from nlcore.datasets import Data, Dataset, _plane
from nlcore.datasets._plane import Noise, PlaneOptions


class MoonOptions(PlaneOptions, frozen=True):
    """How blurred the half circles are."""

    noise: Noise = 0.1


def load(options: MoonOptions) -> Data:
    """Draw points at random angles: an upper half circle around (-0.5, -0.25), a lower one around (0.5, 0.25)."""
    rng = np.random.default_rng(options.seed)
    classes = _plane.classes_of(options.n, 2)
    angles = rng.uniform(0.0, np.pi, options.n)
    sign = np.where(classes == 0, 1.0, -1.0)
    points = np.column_stack([sign * np.cos(angles) - 0.5 * sign, sign * np.sin(angles) - 0.25 * sign])
    return _plane.data("moons", options, _plane.noisy(points, options.noise, rng), classes, ("upper", "lower"))


DATASET = Dataset("moons", "Moons", "Two half circles that reach into each other.", MoonOptions, load)
