"""The lines of the first hidden layer on a map of the inputs: each unit divides the plane into two halves.

On the line the unit's net input is 0; the small arrow points to the half in which it is positive, where the unit is on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.theme import LIGHT, Theme
from app.widgets.legend import Entry, line_pen
from app.widgets.line_plot import ends_of
from app.widgets.options import OptionRow
from app.widgets.surface import SurfacePlot
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

MOST_UNITS = 24
"""Of a wider layer the lines would hide each other."""
ARROW, BARB, WIDTH = 16.0, 6.0, 1.5
DASHES = (5.0, 3.0)
PLACES = np.array([0.5, 0.3, 0.7, 0.4, 0.6, 0.2, 0.8])
"""Where on its line a unit's arrow may stand."""
KEPT = 1.5
"""How much roomier another place must be for an arrow to go there, so that arrows do not jump about."""


class HiddenLines:
    """Lines with arrows and numbers, and the switch that shows them.

    Parameters
    ----------
    plot : SurfacePlot
        What they are drawn on.
    options : OptionRow
        Gets the switch.
    """

    def __init__(self, plot: SurfacePlot, options: OptionRow) -> None:
        self.theme: Theme = LIGHT
        self._plot = plot
        self._weights: FloatArray = np.empty((0, 3))
        self.switch = options.add_switch(
            "Hidden lines", "Draw where each hidden unit of the first layer has net input 0, and on which side it is on"
        )
        self._lines = [pg.PlotCurveItem(connect="pairs", antialias=True) for _ in range(2)]
        self._arrows = [pg.PlotCurveItem(connect="pairs", antialias=True) for _ in range(2)]
        self._numbers: list[Any] = []
        self._places: dict[int, int] = {}
        """By the unit, which place its arrow had last."""
        for z, item in enumerate((*self._lines, *self._arrows)):
            item.setZValue(0.5 + 0.05 * z)
            plot.box.addItem(item, ignoreBounds=True)
        plot.resized.connect(self._draw)

    @property
    def is_shown(self) -> bool:
        """Whether there is a line."""
        return bool(len(self._weights))

    def show(self, model: FeedforwardModel, params: FloatArray, theme: Theme) -> None:
        """Draw the lines of a network, if that is wanted and there are some."""
        self.theme = theme
        layers = model.layout.layers
        has_lines = len(layers) > 2 and layers[0] == 2 and layers[1] <= MOST_UNITS
        self.switch.setEnabled(has_lines)
        weights = np.empty((0, 3))
        if has_lines and self.switch.isChecked():
            weights = np.column_stack((model.layout.biases(params)[0], model.layout.weights(params)[0]))
        self._weights = weights
        self._draw()

    def entries(self) -> list[Entry]:
        """Return what stands in the legend."""
        if not self.is_shown:
            return []
        full = "where a hidden unit has net input 0; the arrow points to where it is on"
        return [Entry("hidden units, arrow: on", "line", self.theme.text, dashes=DASHES, width=WIDTH, full=full)]

    def shown_ends(self) -> list[tuple[int, FloatArray]]:
        """Return the units whose lines cross the picture, each with the ends of its line, shape (2, 2)."""
        plane = self._plot.plane
        found = [(k, ends_of(w, plane.x_range, plane.y_range)) for k, w in enumerate(self._weights)]
        return [(k, ends) for k, ends in found if ends is not None]

    def _draw(self) -> None:
        shown = self.shown_ends()
        ratio = self._plot.devicePixelRatioF()
        pixel = np.array(self._plot.pixel())
        lines, arrows = [np.empty((0, 2))], [np.empty((0, 2))]
        places: list[tuple[int, FloatArray]] = []
        for k, ends in shown:
            lines.append(ends)
            foot = self._roomy(k, ends, [end for j, end in shown if j != k], [at for _, at in places])
            along = (ends[1] - ends[0]) / pixel
            along = along / max(1e-9, float(np.linalg.norm(along)))
            up = np.array([-along[1], along[0]])
            up = up if float(self._weights[k, 1:] @ (up * pixel)) > 0.0 else -up
            tip = foot + pixel * ARROW * up
            barbs = [tip + pixel * BARB * (turn * along - up) for turn in (-1.0, 1.0)]
            arrows.append(np.array([foot, tip, tip, barbs[0], tip, barbs[1]]))
            places.append((k, foot - pixel * 11.0 * up))
        for items, ends_list, dashes in ((self._lines, lines, DASHES), (self._arrows, arrows, ())):
            at = np.concatenate(ends_list)
            looks = ((self.theme.base, WIDTH + 2.5, ()), (self.theme.text, WIDTH, dashes))
            for item, (colour, width, pattern) in zip(items, looks, strict=True):
                item.setPen(line_pen(colour, width * ratio, pattern))
                item.setData(at[:, 0], at[:, 1])
        self._write(places)

    def _roomy(self, k: int, ends: FloatArray, others: list[FloatArray], taken: list[FloatArray]) -> FloatArray:
        """Return the place on a line that is farthest from other lines, from examples and from other arrows."""
        pixel = np.array(self._plot.pixel())
        feet = (ends[0] + PLACES[:, None] * (ends[1] - ends[0])) / pixel
        room = np.full(len(PLACES), 1e9)
        points = [self._plot.points / pixel, np.array(taken).reshape(-1, 2) / pixel]
        for point in np.concatenate(points):
            room = np.minimum(room, np.linalg.norm(feet - point, axis=1))
        for other in others:
            start, along = other[0] / pixel, (other[1] - other[0]) / pixel
            apart = (feet - start)[:, 0] * along[1] - (feet - start)[:, 1] * along[0]
            room = np.minimum(room, np.abs(apart) / max(1e-9, float(np.linalg.norm(along))))
        if k in self._places:
            room[self._places[k]] *= KEPT
        self._places[k] = int(np.argmax(room))
        return np.asarray(feet[self._places[k]] * pixel)

    def _write(self, places: list[tuple[int, FloatArray]]) -> None:
        """Write the number of each unit beside its line, on the side where it is off."""
        while len(self._numbers) > len(places):
            self._plot.box.removeItem(self._numbers.pop())
        while len(self._numbers) < len(places):
            tag = pg.TextItem("", anchor=(0.5, 0.5))
            tag.setZValue(8.5)
            self._plot.box.addItem(tag, ignoreBounds=True)
            self._numbers.append(tag)
        for tag, (k, at) in zip(self._numbers, places, strict=True):
            tag.setFont(self._plot.font())
            tag.setText(str(k + 1))
            tag.setColor(QColor(self.theme.text))
            tag.fill = pg.mkBrush(self.theme.base)
            tag.setPos(float(at[0]), float(at[1]))
