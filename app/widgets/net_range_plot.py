"""How far units are driven along their curve: the curve, its straight part, and a bar for each unit's net inputs.

The bar goes from the smallest to the largest net input of the examples, with a dot for each of a few. It draws what it
is given and knows no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.legend import Entry
from app.widgets.numbers import number
from app.widgets.plot import Plot
from nlcore.activations import Activation
from nlcore.linearity import straight_part
from nlcore.records import FloatArray

POINTS = 401
WIDEST = 1e6
MOST_ROWS, MOST_DOTS = 12, 60
LEAST = {"sigmoid": 4.0, "tanh": 2.5}
"""How far to both sides of 0 is drawn at least, so that the bend is in sight."""
ROW, ROWS = 0.17, 1.0
"""Height of a row and of all rows together, as shares of the curve's height."""
NAMED = 12
"""Pixels of a row from which on it has a name and dots."""
LEFT = 0.3
"""Room for the names, as a share of what is drawn on one side of 0."""
DASHES = (5.0, 3.0)
OUTPUT_WIDTH, BAR_WIDTH = 2.0, 5.0


@dataclass(frozen=True, slots=True, eq=False)
class NetRanges:
    """What is drawn.

    Attributes
    ----------
    activation : Activation
        Of all units.
    names : tuple of str
        Of the units, for their rows.
    net_inputs : ndarray, shape (n, units)
        Of the examples.
    """

    activation: Activation
    names: tuple[str, ...]
    net_inputs: FloatArray

    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Return the smallest and the largest net input of each unit, each of shape (units,)."""
        return self.net_inputs.min(axis=0), self.net_inputs.max(axis=0)

    def half_width(self) -> float:
        """Return how far to both sides of 0 is drawn."""
        finite = np.abs(self.net_inputs[np.isfinite(self.net_inputs)])
        least = LEAST.get(self.activation.name, 1.0)
        return float(min(WIDEST, max(least, 1.08 * finite.max() if len(finite) else least)))


class NetRangePlot(Plot):
    """The picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Net inputs of the units along their curve", can_zoom=False, parent=parent)
        self.theme: Theme = LIGHT
        self._straight = pg.LinearRegionItem(movable=False)
        self._straight.setZValue(-2000)
        for line in self._straight.lines:
            line.hide()
        self._output, self._reached, self._line = pg.PlotDataItem(), pg.PlotDataItem(), pg.PlotDataItem()
        self._bars = pg.PlotCurveItem(connect="pairs")
        self._dots = pg.ScatterPlotItem(pxMode=True, symbol="o", size=6)
        self._names: list[Any] = []
        for item in (self._straight, self._line, self._reached, self._output, self._bars, self._dots):
            self.canvas.addItem(item)

    def show_ranges(self, ranges: NetRanges, title: str) -> None:
        """Draw the curve, and a bar for each unit, at most a dozen."""
        theme, activation, half = self.theme, ranges.activation, ranges.half_width()
        net = np.linspace(-(1.0 + LEFT) * half, half, POINTS)
        outputs = activation.values(net)
        low, high = float(outputs.min()), float(outputs.max())
        n = min(MOST_ROWS, len(ranges.names))
        size = max(high - low, 1e-9)
        step = size * min(ROW, ROWS / max(1, n))
        rows: FloatArray = low - 0.06 * size - step * (np.arange(n, dtype=np.float64) + 0.5)
        self.set_range((float(net[0]), half), (low - 0.08 * size - step * n, high + 0.06 * size))
        self.set_texts(title, "net input", "output")
        self._mark_heights(activation)
        self._output.setData(net, outputs, pen=pg.mkPen(theme.text, width=OUTPUT_WIDTH))
        self._show_straight(activation, half, (low, high))
        starts, ends = ranges.ends()
        reached = np.linspace(float(starts.min()), float(ends.max()), POINTS)
        pen = pg.mkPen(theme.high, width=BAR_WIDTH)
        self._reached.setData(reached, activation.values(reached), pen=pen)
        places = np.column_stack((starts[:n], ends[:n])).ravel()
        bars = pg.mkPen(theme.high, width=BAR_WIDTH * self.devicePixelRatioF())
        self._bars.setData(places, np.repeat(rows, 2), pen=bars)
        has_room = step >= NAMED * self.pixel()[1]
        shown = ranges.net_inputs[:, :n] if has_room and len(ranges.net_inputs) <= MOST_DOTS else np.empty((0, n))
        at = np.broadcast_to(rows, shown.shape)
        brush, edge = pg.mkBrush(theme.base), pg.mkPen(theme.text, width=1.0)
        self._dots.setData(shown.ravel(), at.ravel(), brush=brush, pen=edge)
        self._write(ranges.names[:n] if has_room else (), rows[: n if has_room else 0], float(net[0]) + 0.01 * half)

    def entries(self, ranges: NetRanges, *, is_brief: bool) -> list[Entry]:
        """Return what stands in the legend; less of it where there is little room."""
        theme = self.theme
        curve = Entry("curve", "line", theme.text, width=OUTPUT_WIDTH, full="output of a unit")
        found = [
            *(() if is_brief else (curve,)),
            Entry("net inputs", "line", theme.high, width=4.0, full="net inputs of the examples"),
        ]
        if straight_part(ranges.activation.name) not in (None, (-np.inf, np.inf)):
            shade, tip = blend(theme.good, theme.base, 0.22), "The slope is at least 90 % of its largest."
            tangent = Entry("tangent", "line", theme.muted, dashes=DASHES, full="straight line through the middle")
            found += [Entry("straight part", "patch", shade, theme.muted, tip=tip), *(() if is_brief else (tangent,))]
        return found

    def _mark_heights(self, activation: Activation) -> None:
        """Write numbers beside the curve only, and not beside the rows below it."""
        low, high = activation.low, activation.high
        is_bounded = bool(np.isfinite(low) and np.isfinite(high))
        marks = [(value, number(value)) for value in (low, (low + high) / 2.0, high)] if is_bounded else None
        self.y_axis.setTicks([marks] if marks is not None else None)

    def _show_straight(self, activation: Activation, half: float, heights: tuple[float, float]) -> None:
        """Shade where the curve is straight, and go on with the straight line as far as it fits."""
        part = straight_part(activation.name)
        is_bent = part is not None and bool(np.isfinite(part[1]))
        self._straight.setVisible(is_bent)
        if part is None or not is_bent:
            self._line.setData([], [])
            return
        self._straight.setBrush(pg.mkBrush(blend(self.theme.good, self.theme.base, 0.22)))
        self._straight.setRegion(part)
        middle = activation.values(np.zeros(1))
        slope = float(activation.slopes(middle)[0])
        reach = min(half, 1.1 * (heights[1] - heights[0]) / (2.0 * slope))
        x = np.array([-reach, reach])
        self._line.setData(x, middle + slope * x, pen=pg.mkPen(self.theme.muted, width=1.5, dash=list(DASHES)))

    def _write(self, names: Sequence[str], rows: FloatArray, x: float) -> None:
        """Write the name of each unit at the left of its row."""
        while len(self._names) > len(names):
            self.box.removeItem(self._names.pop())
        while len(self._names) < len(names):
            text = pg.TextItem(anchor=(0.0, 0.5))
            text.setZValue(9)
            self.box.addItem(text, ignoreBounds=True)
            self._names.append(text)
        for text, name, y in zip(self._names, names, rows, strict=True):
            text.setFont(self.font())
            text.setText(name, QColor(self.theme.text))
            text.setPos(x, float(y))
