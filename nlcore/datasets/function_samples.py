"""Points on a curve y = f(x), with noise: a sine, a step, a bump, or a formula of one's own.

For seeing how a network with few or many hidden units bends to fit one input (lecture, "Expressive capabilities"), and
how it starts to fit the noise.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from nlcore import formulas
from nlcore.datasets import Data, Dataset, _regression
from nlcore.datasets._split import Seed, SplitOptions
from nlcore.errors import DataError
from nlcore.records import FloatArray

FORMULAS = {"sine": "sin(pi*x)", "step": "0.5 + 0.5*x/abs(x)", "bump": "exp(-(x/0.3)^2)"}
"""What the named functions are; the step is 1 at x = 0."""


class FunctionOptions(SplitOptions, frozen=True):
    """Which function, where, how many points, how much noise."""

    function: Annotated[
        Literal["sine", "step", "bump", "formula"],
        Meta(description="sin(pi x), a step from 0 to 1 at 0, exp(-(x/0.3)^2), or the formula given."),
    ] = "sine"
    formula: Annotated[
        str,
        Meta(description="Your own formula: x, numbers, pi, e, + - * / ^ ( ), sin cos tan exp log sqrt abs tanh."),
    ] = "x^2"
    n: Annotated[int, Meta(ge=1, le=100_000, description="Points altogether.")] = 40
    low: Annotated[float, Meta(ge=-1e6, le=1e6, description="Smallest x.")] = -1.0
    high: Annotated[float, Meta(ge=-1e6, le=1e6, description="Largest x.")] = 1.0
    spacing: Annotated[
        Literal["even", "random"], Meta(description="Whether the x are equally far apart or drawn uniformly.")
    ] = "even"
    noise: Annotated[float, Meta(ge=0.0, le=1e6, description="Standard deviation of what is added to y.")] = 0.1
    seed: Seed = 1

    def __post_init__(self) -> None:
        """Refuse a range without width and a formula that cannot be read."""
        super().__post_init__()
        if not self.low < self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        if self.function == "formula":
            formulas.parse(self.formula)


def _text(options: FunctionOptions) -> str:
    return options.formula if options.function == "formula" else FORMULAS[options.function]


def _values(options: FunctionOptions, x: FloatArray) -> FloatArray:
    if options.function == "step":
        return np.where(x < 0.0, 0.0, 1.0)
    return formulas.parse(_text(options))(x)


def expected(options: FunctionOptions, inputs: FloatArray) -> FloatArray:
    """Return the curve without noise at some inputs, shape (n, 1); not finite where the formula has no value."""
    return _values(options, inputs[:, 0])[:, None]


def load(options: FunctionOptions) -> Data:
    """Sample the function.

    Raises
    ------
    DataError
        If the formula has no finite value somewhere in the range.
    """
    rng = np.random.default_rng(options.seed)
    drawn = rng.uniform(options.low, options.high, options.n)
    x = drawn if options.spacing == "random" else np.linspace(options.low, options.high, options.n)
    text = _text(options)
    y = _values(options, x)
    bad = np.flatnonzero(~np.isfinite(y))
    if len(bad):
        raise DataError(f"dataset.formula: {text} has no finite value at x = {x[bad[0]]:g}")
    note = "The targets follow y = " + (text if options.function != "step" else "0 below x = 0, else 1")
    if options.noise:
        note += f", plus normal noise with standard deviation {options.noise:g}"
    with np.errstate(over="ignore"):
        noisy = y + options.noise * rng.standard_normal(options.n)
    return _regression.data("function_samples", options, x[:, None], noisy, (note + ".",))


DATASET = Dataset(
    "function_samples",
    "Points on a curve",
    "A sine, a step, a bump or your own formula, with noise.",
    FunctionOptions,
    load,
    expected=expected,
)
