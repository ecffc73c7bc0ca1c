"""The picture that a unit of a trained network likes most, found by gradient ascent on the inputs.

The weights stay as they are; the inputs are changed so that the unit's net input grows, and are kept between their
ends. The net input is climbed and not the output, because a sigmoid unit that is nearly 0 or 1 has no slope left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import forward
from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """The way up.

    Attributes
    ----------
    inputs : ndarray, shape (n, n_inputs)
        The inputs after 0, 1, 2 ... steps.
    net_inputs : ndarray, shape (n,)
        The unit's net input there.
    is_at_top : bool
        Whether the last step could not go higher any more.
    """

    inputs: FloatArray
    net_inputs: FloatArray
    is_at_top: bool


def net_input(model: FeedforwardModel, params: FloatArray, unit: tuple[int, int], inputs: FloatArray) -> float:
    """Return the net input of a unit, given by layer and number; layer 1 is the first after the inputs."""
    layer, k = unit
    return float(forward(model.layout, params, inputs[None, :]).net_inputs[layer - 1][0, k])


def gradient(model: FeedforwardModel, params: FloatArray, unit: tuple[int, int], inputs: FloatArray) -> FloatArray:
    """Return how a unit's net input changes with each input, shape (n_inputs,)."""
    layer, k = unit
    passed = forward(model.layout, params, inputs[None, :])
    weights = model.layout.weights(params)
    with np.errstate(over="ignore", invalid="ignore"):
        back = weights[layer - 1][k][None, :]
        for below in range(layer - 2, -1, -1):
            errors = model.layout.activations[below].backward_arrays(passed.outputs[below + 1], back)
            back = errors @ weights[below]
    return np.asarray(back[0], dtype=np.float64)


def climb(
    model: FeedforwardModel,
    params: FloatArray,
    unit: tuple[int, int],
    start: FloatArray,
    ends: tuple[FloatArray, FloatArray],
    step: float,
    n_steps: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Climb:
    """Go up from an example, step by step.

    Parameters
    ----------
    model : FeedforwardModel
        The network.
    params : ndarray, shape (n_params,)
        Its parameters.
    unit : tuple of (layer, number)
        Whose net input is to grow.
    start : ndarray, shape (n_inputs,)
        Where to begin, for example the mean picture.
    ends : tuple of two ndarrays, each of shape (n_inputs,)
        The smallest and the largest value of each input.
    step : float
        How far the input with the steepest slope goes in a step, as a share of the way between its ends.
    n_steps : int
        At most so many steps; fewer if nothing goes higher.
    cancelled : callable
        Asked before each step whether to give up.

    Raises
    ------
    CancelledError
        If it was given up.
    """
    low, high = ends
    way = high - low
    inputs = np.clip(start, low, high)
    shown, nets = [inputs], [net_input(model, params, unit, inputs)]
    is_at_top = False
    for _ in range(n_steps):
        if cancelled():
            raise CancelledError("the climb was given up")
        slope = gradient(model, params, unit, inputs)
        steepest = float(np.max(np.abs(slope))) if slope.size else 0.0
        if not np.isfinite(steepest) or steepest == 0.0:
            is_at_top = True
            break
        after = np.clip(inputs + step * way * (slope / steepest), low, high)
        net = net_input(model, params, unit, after)
        if np.array_equal(after, inputs) or not net > nets[-1]:
            is_at_top = True
            break
        inputs = after
        shown.append(inputs)
        nets.append(net)
    return Climb(np.array(shown), np.array(nets), is_at_top)
