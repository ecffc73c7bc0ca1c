"""What a network says when a part of a picture is covered: the outputs for a block at every place of it.

Where the output of the right unit falls, the covered part was what it went by. The net inputs of the first layer are
sums over pixels, so those of all places follow from one table of running sums, and no covered picture is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import forward
from nlcore.records import FloatArray


def covered_outputs(
    model: FeedforwardModel, params: FloatArray, example: FloatArray, fill: FloatArray, side: int
) -> FloatArray:
    """Return the outputs with a square block over each pixel in turn.

    Parameters
    ----------
    model : FeedforwardModel
        A network that looks at pictures.
    params : ndarray, shape (n_params,)
        Its parameters.
    example : ndarray, shape (n_inputs,)
        The picture.
    fill : ndarray, shape (n_inputs,)
        What the network gets instead of each pixel that is covered.
    side : int
        Height and width of the block in pixels, odd. At the border less of the picture is covered.

    Returns
    -------
    ndarray, shape (rows, columns, n_outputs)
        At each place the outputs with the block's middle there.
    """
    rows, columns = _shape(model)
    layout = model.layout
    weights, biases = layout.weights(params), layout.biases(params)
    with np.errstate(over="ignore", invalid="ignore"):
        whole = weights[0] @ example + biases[0]
        change = (weights[0] * (fill - example)).reshape(-1, rows, columns)
        nets = whole[:, None, None] + _block_sums(change, side)
        outputs = layout.activations[0].values(np.ascontiguousarray(nets.reshape(len(whole), -1).T))
        for layer in range(1, len(layout.activations)):
            outputs = layout.activations[layer].values(outputs @ weights[layer].T + biases[layer])
    return outputs.reshape(rows, columns, -1)


def mean_fall(
    model: FeedforwardModel,
    params: FloatArray,
    inputs: FloatArray,
    units: Sequence[int],
    fill: FloatArray,
    side: int,
    signs: Sequence[float] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> FloatArray:
    """Return by how much an output falls on average with a block over each pixel, shape (rows, columns).

    Parameters
    ----------
    model, params, fill, side
        As in `covered_outputs`.
    inputs : ndarray, shape (n, n_inputs)
        The pictures, at least one.
    units : sequence of int
        The output that is looked at for each of them.
    signs : sequence of float, optional
        -1 for a picture whose output should be low: then its rise counts.
    cancelled : callable
        Asked after each picture whether to give up.

    Raises
    ------
    CancelledError
        If it was given up.
    """
    total = np.zeros(_shape(model))
    for example, unit, sign in zip(inputs, units, signs or [1.0] * len(units), strict=True):
        if cancelled():
            raise CancelledError("the map was given up")
        total += sign * fall(model, params, example, unit, fill, side)
    return total / len(inputs)


def fall(
    model: FeedforwardModel, params: FloatArray, example: FloatArray, unit: int, fill: FloatArray, side: int
) -> FloatArray:
    """Return by how much one output falls with a block over each pixel, shape (rows, columns)."""
    covered = covered_outputs(model, params, example, fill, side)[:, :, unit]
    nothing = forward(model.layout, params, example[None, :]).outputs[-1][0, unit]
    with np.errstate(invalid="ignore"):
        found: FloatArray = nothing - covered
    return found


def covers(shape: tuple[int, int], place: tuple[int, int], side: int) -> NDArray[np.bool_]:
    """Return which pixels a block with its middle at a place covers."""
    half = side // 2
    mask = np.zeros(shape, dtype=bool)
    row, column = place
    mask[max(0, row - half) : max(0, row + half + 1), max(0, column - half) : max(0, column + half + 1)] = True
    return mask


def _shape(model: FeedforwardModel) -> tuple[int, int]:
    return model.examples.image_shape or (1, model.examples.n_inputs)


def _block_sums(values: FloatArray, side: int) -> FloatArray:
    """Return the sum over the block around each pixel, for each of several pictures."""
    rows, columns = values.shape[1:]
    half = side // 2
    running = np.zeros((len(values), rows + 1, columns + 1))
    running[:, 1:, 1:] = values.cumsum(axis=1).cumsum(axis=2)
    top, left = np.maximum(np.arange(rows) - half, 0), np.maximum(np.arange(columns) - half, 0)
    bottom = np.minimum(np.arange(rows) + half + 1, rows)
    right = np.minimum(np.arange(columns) + half + 1, columns)
    low, high = running[:, top], running[:, bottom]
    return high[:, :, right] - low[:, :, right] - high[:, :, left] + low[:, :, left]
