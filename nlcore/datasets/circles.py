"""A small circle within a large one: no straight line separates them, a few hidden units enclose the inner one."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _plane
from nlcore.datasets._plane import Noise, PlaneOptions


class CircleOptions(PlaneOptions, frozen=True):
    """How large the inner circle is, and how blurred both are."""

    inner_radius: Annotated[
        float, Meta(ge=0.0, lt=1.0, description="Radius of the inner circle; the outer one has 1.")
    ] = 0.5
    noise: Noise = 0.1


def load(options: CircleOptions) -> Data:
    """Draw points at random angles on both circles, then move them by the noise."""
    rng = np.random.default_rng(options.seed)
    classes = _plane.classes_of(options.n, 2)
    angles = rng.uniform(0.0, 2.0 * np.pi, options.n)
    radii = np.where(classes == 1, options.inner_radius, 1.0)
    points = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    return _plane.data("circles", options, _plane.noisy(points, options.noise, rng), classes, ("outer", "inner"))


DATASET = Dataset("circles", "Circles", "A circle of points within another.", CircleOptions, load)
