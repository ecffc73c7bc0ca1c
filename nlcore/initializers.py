"""How the start weights are drawn.

All numbers come from the experiment's seed through `nlcore.random`, in the order of the flat parameter vector. A
module-level table maps each name to its options and its function, so an experiment can only name what exists; weights
that are built from the examples are in `nlcore.constructions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from nlcore import discovery, random
from nlcore.constructions import Examples, Initializer
from nlcore.errors import ExperimentError, unknown
from nlcore.experiment import Choice, Record, convert
from nlcore.network import Layout
from nlcore.records import FloatArray, read_only


class ZeroOptions(Record, frozen=True):
    """All parameters 0, as the lecture's perceptron starts."""


class UniformOptions(Record, frozen=True):
    """All parameters uniform between two bounds."""

    low: Annotated[float, Meta(description="The smallest start weight.")] = -0.5
    high: Annotated[float, Meta(description="The largest start weight.")] = 0.5

    def __post_init__(self) -> None:
        """Refuse bounds in the wrong order."""
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high})")


class NormalOptions(Record, frozen=True):
    """All parameters from a normal distribution."""

    mean: Annotated[float, Meta(description="Mean of the start weights.")] = 0.0
    sd: Annotated[float, Meta(ge=0.0, description="Standard deviation of the start weights.")] = 0.1


class ZeroInputsOptions(UniformOptions, frozen=True):
    """Input weights and their biases 0, later ones uniform: readable weight images (Mitchell, p. 116)."""

    low: Annotated[float, Meta(description="The smallest start weight of the later layers.")] = -1.0
    high: Annotated[float, Meta(description="The largest start weight of the later layers.")] = 1.0


class FanOptions(Record, frozen=True):
    """Weights scaled by the number of units they connect; biases 0."""


class ValuesOptions(Record, frozen=True):
    """Parameters given by hand: block name to nested lists; what is left out is 0."""

    values: Annotated[dict[str, Any], Meta(description="Block name to nested lists of numbers.")] = msgspec.field(
        default_factory=dict
    )


def _zero(options: ZeroOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    del options, seed, examples
    return np.zeros(layout.n_params)


def _uniform(options: UniformOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    del examples
    return random.uniform(random.key(random.START_WEIGHTS, seed), layout.n_params, options.low, options.high)


def _normal(options: NormalOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    del examples
    return random.normal(random.key(random.START_WEIGHTS, seed), layout.n_params, options.mean, options.sd)


def _zero_inputs(options: ZeroInputsOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    params = _uniform(options, layout, seed, examples)
    params[: layout.offsets[1]] = 0.0
    return params


def _xavier(options: FanOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Draw uniformly within sqrt(6 / (n_in + n_out)): signals and gradients keep their size (Glorot, Bengio 2010)."""
    del options, examples
    unit = random.uniform(random.key(random.START_WEIGHTS, seed), layout.n_params, -1.0, 1.0)
    return _scaled(unit, layout, lambda n_in, n_out: math.sqrt(6.0 / (n_in + n_out)))


def _he(options: FanOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    """Draw normally with standard deviation sqrt(2 / n_in): for ReLU units, of which half are silent (He 2015)."""
    del options, examples
    unit = random.normal(random.key(random.START_WEIGHTS, seed), layout.n_params)
    return _scaled(unit, layout, lambda n_in, _: math.sqrt(2.0 / n_in))


def _scaled(params: FloatArray, layout: Layout, scale: Callable[[int, int], float]) -> FloatArray:
    for layer, weights in enumerate(layout.weights(params)):
        weights *= scale(layout.layers[layer], layout.layers[layer + 1])
    for biases in layout.biases(params):
        biases[:] = 0.0
    return params


def _values(options: ValuesOptions, layout: Layout, seed: int, examples: Examples | None) -> FloatArray:
    del seed, examples
    params = np.zeros(layout.n_params)
    where = "training.initializer.values"
    for name, values in options.values.items():
        if name not in layout.blocks:
            raise ExperimentError(unknown("block", name, layout.blocks, where))
        view = layout.block(params, name)
        try:
            given = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise ExperimentError(f"{where}.{name}: expected lists of numbers") from None
        if given.shape != view.shape:
            raise ExperimentError(f"{where}.{name}: has shape {given.shape}, but the network needs {view.shape}")
        view[...] = given
    return params


INITIALIZERS: dict[str, Initializer] = {
    "zero": Initializer(ZeroOptions, _zero),
    "uniform": Initializer(UniformOptions, _uniform),
    "normal": Initializer(NormalOptions, _normal),
    "zero_inputs": Initializer(ZeroInputsOptions, _zero_inputs),
    "xavier": Initializer(FanOptions, _xavier),
    "he": Initializer(FanOptions, _he),
    "values": Initializer(ValuesOptions, _values),
    **discovery.find_all("nlcore.constructions", "INITIALIZER"),
}
"""The random ones, those given by hand, and every construction."""


def needs_examples(choice: Choice) -> bool:
    """Tell whether an initializer looks at the training set."""
    return choice.name in INITIALIZERS and INITIALIZERS[choice.name].needs_examples


def start_params(choice: Choice, layout: Layout, seed: int, examples: Examples | None = None) -> FloatArray:
    """Return the start weights of an experiment, flat and read-only, shape (n_params,).

    Parameters
    ----------
    choice : Choice
        The initializer and its options.
    layout : Layout
        The network.
    seed : int
        The experiment's.
    examples : tuple of ndarray, optional
        Inputs (n, n_inputs) and targets (n, n_outputs) of the training set, for initializers that look at them.

    Raises
    ------
    ExperimentError
        If the initializer is unknown or its options are wrong.
    """
    where = "training.initializer"
    if choice.name not in INITIALIZERS:
        raise ExperimentError(unknown("initializer", choice.name, INITIALIZERS, where))
    initializer = INITIALIZERS[choice.name]
    options = convert(choice.options_dict(), initializer.options, place=where)
    return read_only(initializer.fill(options, layout, seed, examples))
