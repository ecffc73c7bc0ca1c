"""Points on a line or a plane, with noise: y = w0 + w1 x1 + w2 x2 + noise.

The data for the linear unit and the delta rule, where the weights that should come out are known.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta

from nlcore.datasets import Data, Dataset, _regression
from nlcore.datasets._split import Seed, SplitOptions
from nlcore.records import FloatArray

Weight = Annotated[float, Meta(ge=-1e6, le=1e6)]


class LinearOptions(SplitOptions, frozen=True):
    """The true weights, the range of the inputs, the noise."""

    w0: Annotated[Weight, Meta(description="Where the line crosses x = 0.")] = 0.5
    w1: Annotated[Weight, Meta(description="Slope along the first input.")] = 1.0
    w2: Annotated[
        Weight | None, Meta(description="Slope along a second input; without it there is only one input.")
    ] = None
    n: Annotated[int, Meta(ge=1, le=100_000, description="Points altogether.")] = 30
    low: Annotated[float, Meta(ge=-1e6, le=1e6, description="Smallest input.")] = -1.0
    high: Annotated[float, Meta(ge=-1e6, le=1e6, description="Largest input.")] = 1.0
    noise: Annotated[float, Meta(ge=0.0, le=1e6, description="Standard deviation of what is added to y.")] = 0.1
    standardise: Annotated[
        bool, Meta(description="Inputs with mean 0 and standard deviation 1, measured on the training set.")
    ] = False
    seed: Seed = 1

    def __post_init__(self) -> None:
        """Refuse a range without width."""
        super().__post_init__()
        if not self.low < self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")


def load(options: LinearOptions) -> Data:
    """Draw the inputs uniformly, then the noise."""
    rng = np.random.default_rng(options.seed)
    slopes = np.array([options.w1] if options.w2 is None else [options.w1, options.w2])
    x = rng.uniform(options.low, options.high, (options.n, len(slopes)))
    y = options.w0 + x @ slopes + options.noise * rng.standard_normal(options.n)
    said = f"The targets follow y = {options.w0:g} + {options.w1:g} " + (
        "x" if options.w2 is None else f"x1 + {options.w2:g} x2"
    )
    if options.noise:
        said += f", plus normal noise with standard deviation {options.noise:g}"
    return _regression.data("linear_noise", options, x, y, (said + ".",), standardise=options.standardise)


def expected(options: LinearOptions, inputs: FloatArray) -> FloatArray:
    """Return the line or plane without noise at some inputs, shape (n, 1)."""
    slopes = np.array([options.w1] if options.w2 is None else [options.w1, options.w2])
    return np.asarray(options.w0 + inputs @ slopes)[:, None]


DATASET = Dataset(
    "linear_noise",
    "Line with noise",
    "Points on a line or a plane, with noise.",
    LinearOptions,
    load,
    expected=expected,
)
