"""The map of several classes: a region in its colour for each, stronger where its output is larger, with its name."""

from __future__ import annotations

import numpy as np

from app.widgets.plane import Scale, margins
from app.widgets.surface import SurfacePlot
from app.widgets.surface_colours import SHADES, tints
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray


def paint_classes(plot: SurfacePlot, model: FeedforwardModel, outputs: FloatArray, *, is_flat: bool = False) -> None:
    """Paint the region of each class, and the borders between them.

    Parameters
    ----------
    plot : SurfacePlot
        Where, in the colours of its theme.
    model : FeedforwardModel
        Whose outputs they are; at least two.
    outputs : ndarray, shape (n * n, n_outputs)
        At the cells of the plot's plane, row by row from below.
    is_flat : bool
        Whether each region has one shade only.
    """
    n = round(float(np.sqrt(len(outputs))))
    winners, ahead = margins(outputs)
    best = outputs[np.arange(len(outputs)), winners]
    shades = Scale.of(model.layout.activations[-1], model.examples.midpoint, best, 0.5).colours(best, SHADES)
    if is_flat:
        shades = np.full_like(shades, 3 * SHADES // 4)
    plot.show_map((winners * SHADES + shades).reshape(n, n), tints(outputs.shape[1], plot.theme.base))
    present = np.unique(winners)
    plot.show_contours([(ahead[:, k].reshape(n, n), 0.0) for k in present] if len(present) > 1 else [], "")
    plot.set_regions(winners.reshape(n, n), model.examples.class_names or model.examples.output_names)
