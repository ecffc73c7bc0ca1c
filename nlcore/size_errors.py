"""How far a network with one input is from the curve it shall follow, over the number of its hidden units.

Built from bumps the error is known in closed form; learnt it depends on the start weights. "Represent is not learn"
(lecture, "Expressive Capabilities of ANNs").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nlcore import datasets, network
from nlcore.constructions.bumps import curve_of
from nlcore.datasets import Data
from nlcore.errors import CancelledError
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.theory import bumps
from nlcore.trainer import Trainer

Curve = Callable[[FloatArray], FloatArray]
BUILT = tuple(range(2, 65, 2))
SIZES = (2, 4, 8, 16, 32, 64)
"""Numbers of hidden units that are built, and that are trained."""
STARTS = 3
POINTS = 401
RANDOM_START = {"name": "uniform", "low": -3.0, "high": 3.0}
"""For networks whose start was built or is the same everywhere: sigmoids at many places of a range about 0."""
CALL = 20_000


@dataclass(frozen=True, slots=True)
class SizeError:
    """The distance of a network from the curve.

    Attributes
    ----------
    hidden : int
        Hidden units.
    seed : int or None
        Of the start weights; None if it was built.
    largest, typical : float
        Largest distance, and root of the mean square, over the whole range.
    """

    hidden: int
    seed: int | None
    largest: float
    typical: float


def measured_range(data: Data) -> tuple[float, float]:
    """Return the smallest and largest training input, as it was measured."""
    x = data.training.inputs[:, :1]
    x = x if data.scaling is None else data.scaling.undo(x)
    return float(x.min()), float(x.max())


def target_curve(experiment: Experiment, data: Data) -> tuple[Curve, bool]:
    """Return the curve of the first output over the measured input, and whether it is the true one.

    It is the curve without noise where the data set knows it, else the line through the training examples.
    """
    low, high = measured_range(data)
    known = datasets.expected_targets(experiment.dataset, np.linspace(low, high, POINTS)[:, None])
    if known is not None and np.all(np.isfinite(known)):

        def true_curve(x: FloatArray) -> FloatArray:
            found = datasets.expected_targets(experiment.dataset, x[:, None])
            assert found is not None
            return found[:, 0]

        return true_curve, True
    inputs = data.training.inputs if data.scaling is None else data.scaling.undo(data.training.inputs)
    places, means = curve_of(inputs, data.training.targets)
    return lambda x: np.interp(x, places, means), False


def distance(outputs: FloatArray, targets: FloatArray, hidden: int, seed: int | None) -> SizeError:
    """Measure how far outputs are from a curve."""
    with np.errstate(over="ignore", invalid="ignore"):
        apart = np.abs(outputs - targets)
        return SizeError(hidden, seed, float(apart.max()), float(np.sqrt(np.mean(apart * apart))))


def built_errors(curve: Curve, low: float, high: float, sizes: Sequence[int] = BUILT) -> tuple[SizeError, ...]:
    """Return the errors of networks of bumps, two hidden units a bump.

    Parameters
    ----------
    curve : callable
        What they follow.
    low, high : float
        The range.
    sizes : sequence of int
        Even numbers of hidden units.
    """
    x = np.linspace(low, high, POINTS)
    targets = curve(x)
    return tuple(distance(bumps.build(curve, low, high, n // 2)(x), targets, n, None) for n in sizes)


def error_of(model: FeedforwardModel, params: FloatArray, seed: int | None = None) -> SizeError:
    """Return how far a network is from its curve."""
    data = model.examples
    curve, _ = target_curve(model.experiment, data)
    x = np.linspace(*measured_range(data), POINTS)
    inputs = x[:, None] if data.scaling is None else data.scaling.apply(x[:, None])
    outputs = network.forward(model.layout, params, inputs).outputs[-1][:, 0]
    return distance(outputs, curve(x), model.layout.layers[-2], seed)


def learner(experiment: Experiment, hidden: int, seed: int) -> Experiment:
    """Return an experiment like another one, but with so many hidden units, which learns from random start weights.

    Parameters
    ----------
    experiment : Experiment
        Its data, learning rate, momentum and mode are kept.
    hidden, seed : int
        Hidden units, in one layer, and the seed of the start weights.
    """
    names = () if experiment.network is None else experiment.network.activations
    usual = names[0] if len(names) > 1 else "sigmoid"
    is_random = experiment.training.initializer.name in ("uniform", "normal", "xavier", "he")
    return experiment.replace(
        {
            "seed": seed,
            "network": {
                "layers": [1, hidden, 1],
                "activations": [usual if usual in ("sigmoid", "tanh", "relu") else "sigmoid", "linear"],
            },
            "training.rule": "backpropagation",
            "training.loss": "squared_error",
            **({} if is_random else {"training.initializer": RANDOM_START}),
        }
    )


def learnt_error(
    experiment: Experiment, data: Data, hidden: int, seed: int, epochs: int, cancelled: Callable[[], bool]
) -> SizeError:
    """Train a network of some size and measure it.

    Parameters
    ----------
    experiment : Experiment
        As for `learner`.
    data : Data
        Its examples.
    hidden, seed, epochs : int
        Which network, and for how long.
    cancelled : callable
        Asked now and then.

    Raises
    ------
    CancelledError
        If it was cancelled.
    ExperimentError
        If such a network cannot be trained with these settings.
    """
    trainer = Trainer(learner(experiment, hidden, seed), data).prepared()
    assert isinstance(trainer.model, FeedforwardModel)
    state, left = trainer.initial_state(), epochs * trainer.model.epoch_length
    while left > 0 and np.all(np.isfinite(state.params)):
        if cancelled():
            raise CancelledError("training the sizes was given up")
        state = trainer.advance(state, min(left, CALL))
        left -= CALL
    return error_of(trainer.model, state.params, seed)
