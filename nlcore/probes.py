"""Read-outs of a trained network: what it says over a plane, and what its units look like.

They are pure functions of a layered model and a vector of parameters, so any moment of a run can be looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlcore import metrics, network
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray


def outputs(model: FeedforwardModel, params: FloatArray, inputs: FloatArray) -> FloatArray:
    """Return the outputs for some inputs, shape (n, n_outputs)."""
    return network.forward(model.layout, params, inputs).outputs[-1]


def unit_outputs(model: FeedforwardModel, params: FloatArray, example: FloatArray) -> list[FloatArray]:
    """Return the outputs of every unit for one example, layer by layer, the inputs first."""
    return [layer[0] for layer in network.forward(model.layout, params, example[None, :]).outputs]


def predicted(model: FeedforwardModel, params: FloatArray, inputs: FloatArray) -> NDArray[np.int64]:
    """Return the class index the network gives each input, shape (n,)."""
    return metrics.classes(outputs(model, params, inputs), model.examples.midpoint)


def decision_surface(
    model: FeedforwardModel, params: FloatArray, x_range: tuple[float, float], y_range: tuple[float, float], n: int
) -> FloatArray:
    """Return the outputs over a grid of the two inputs.

    Parameters
    ----------
    model : FeedforwardModel
        A network with two inputs.
    params : ndarray, shape (n_params,)
        Its parameters.
    x_range, y_range : tuple of float
        Ends of the grid in input 1 and input 2.
    n : int
        Grid points a side; the values belong to the centres of n x n equal cells.

    Returns
    -------
    ndarray, shape (n_outputs, n, n)
        Index 1 runs along input 2 (upwards), index 2 along input 1.
    """
    x1 = x_range[0] + (np.arange(n) + 0.5) * (x_range[1] - x_range[0]) / n
    x2 = y_range[0] + (np.arange(n) + 0.5) * (y_range[1] - y_range[0]) / n
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    return np.ascontiguousarray(outputs(model, params, grid).T).reshape(-1, n, n)


def weight_images(model: FeedforwardModel, params: FloatArray) -> FloatArray:
    """Return each first-layer unit's weights at the place of their pixels, shape (units, rows, columns)."""
    rows, columns = model.examples.image_shape or (1, model.examples.n_inputs)
    return model.layout.weights(params)[0].reshape(-1, rows, columns)
