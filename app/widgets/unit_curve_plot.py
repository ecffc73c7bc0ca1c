"""The curve of one unit: its output over its net input, the slope of it, and where the examples lie on both.

It draws what it is given and knows no network. The shaded ends are where the slope is so small that hardly anything
is learnt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.legend import Entry, Legend
from app.widgets.markers import marker, marker_size
from app.widgets.plot import Plot
from nlcore.activations import Activation
from nlcore.records import FloatArray
from nlcore.saturation import SATURATED

POINTS = 401
WIDEST = 1e6
OUTPUT_WIDTH, SLOPE_WIDTH = 2.0, 1.5
SLOPE_DASHES = (5.0, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class UnitCurve:
    """What is drawn.

    Attributes
    ----------
    activation : Activation
        Of the unit.
    net_inputs : ndarray, shape (n,)
        Of the examples that are drawn.
    classes : ndarray, shape (n,)
        Which marker each has.
    next : int
        Which of them is shown next; -1 for none.
    """

    activation: Activation
    net_inputs: FloatArray
    classes: NDArray[np.int64]
    next: int

    def half_width(self) -> float:
        """Return how far to both sides of 0 is drawn: all examples, and the bend of the curve."""
        finite = np.abs(self.net_inputs[np.isfinite(self.net_inputs)])
        return float(min(WIDEST, max(6.0, 1.1 * finite.max() if len(finite) else 6.0)))

    def limits(self) -> tuple[float, float] | None:
        """Return between which net inputs the unit is not saturated; None if it never is."""
        return SATURATED.get(self.activation.name)

    def n_saturated(self) -> int:
        """Return how many of the examples lie outside these."""
        ends = self.limits()
        return 0 if ends is None else int(np.sum((self.net_inputs <= ends[0]) | (self.net_inputs >= ends[1])))


class UnitCurvePlot:
    """A plot, and a legend to stand beside it.

    Parameters
    ----------
    parent : QWidget
        Where both live.
    """

    def __init__(self, parent: QWidget) -> None:
        self.theme: Theme = LIGHT
        self.plot = Plot("Curve of a unit", can_zoom=False, parent=parent)
        self.legend = Legend(parent)
        self._ends = [pg.LinearRegionItem(movable=False) for _ in range(2)]
        self._output, self._slope, self._tangent = pg.PlotDataItem(), pg.PlotDataItem(), pg.PlotDataItem()
        self._points, self._next = pg.ScatterPlotItem(), pg.ScatterPlotItem()
        for item in (*self._ends, self._slope, self._tangent, self._output, self._points, self._next):
            self.plot.canvas.addItem(item)
        for end in self._ends:
            end.setZValue(-2000)
            for line in end.lines:
                line.hide()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def show_curve(self, curve: UnitCurve, title: str, x_label: str) -> None:
        """Draw a unit."""
        theme, activation, half = self.theme, curve.activation, curve.half_width()
        net = np.linspace(-half, half, POINTS)
        outputs = activation.values(net)
        slopes = activation.slopes(outputs)
        both = np.concatenate((outputs, slopes[np.isfinite(slopes)], [0.0]))
        low, high = float(both.min()), float(both.max())
        edge = 0.08 * (high - low)
        self.plot.set_range((-half, half), (low - edge, high + edge))
        self.plot.set_texts(title, x_label, "output and slope")
        self._output.setData(net, outputs, pen=pg.mkPen(theme.curves["training"], width=OUTPUT_WIDTH))
        dashes = pg.mkPen(theme.curves["validation"], width=SLOPE_WIDTH, dash=SLOPE_DASHES)
        self._slope.setData(net, slopes, pen=dashes)
        self._shade(curve.limits(), half)
        self._draw_points(curve)
        self._draw_tangent(curve, half)
        self._explain(curve)

    def _shade(self, limits: tuple[float, float] | None, half: float) -> None:
        colour = blend(self.theme.muted, self.theme.base, 0.18)
        low, high = (-np.inf, np.inf) if limits is None else limits
        for end, limit, far in zip(self._ends, (low, high), (-2.0 * WIDEST, 2.0 * WIDEST), strict=True):
            end.setVisible(abs(limit) < half)
            end.setBrush(pg.mkBrush(colour))
            if np.isfinite(limit):
                end.setRegion((limit, far))

    def _draw_points(self, curve: UnitCurve) -> None:
        net, size = np.clip(curve.net_inputs, -WIDEST, WIDEST), marker_size(len(curve.net_inputs))
        outputs = curve.activation.values(net)
        looks = [marker(int(k)) for k in curve.classes]
        self._points.setData(
            net,
            outputs,
            symbol=[look.symbol for look in looks],
            brush=[pg.mkBrush(look.inside) for look in looks],
            pen=[pg.mkPen(look.edge) for look in looks],
            size=size,
        )
        at = [curve.next] if curve.next >= 0 else []
        ring = pg.mkPen(self.theme.accent, width=2.0)
        self._next.setData(net[at], outputs[at], symbol="o", size=size + 9, pen=ring, brush=pg.mkBrush(None))

    def _draw_tangent(self, curve: UnitCurve, half: float) -> None:
        """Draw the slope at the next example as a straight line through it."""
        if curve.next < 0 or abs(curve.net_inputs[curve.next]) > half:
            self._tangent.setData([], [])
            return
        net = float(curve.net_inputs[curve.next])
        output = float(curve.activation.values(np.array([net]))[0])
        slope = float(curve.activation.slopes(np.array([output]))[0])
        reach = 0.25 * half
        pen = pg.mkPen(self.theme.accent, width=1.5)
        self._tangent.setData([net - reach, net + reach], [output - reach * slope, output + reach * slope], pen=pen)

    def _explain(self, curve: UnitCurve) -> None:
        theme = self.theme
        entries = [
            Entry("output", "line", theme.curves["training"], width=OUTPUT_WIDTH),
            Entry("slope", "line", theme.curves["validation"], dashes=SLOPE_DASHES, width=SLOPE_WIDTH),
        ]
        if curve.next >= 0:
            entries.append(Entry("next example", "marker", "", theme.accent, "o", width=2.0))
        if not any(end.isVisible() for end in self._ends):
            self.legend.set_entries(entries)
            return
        shade = blend(theme.muted, theme.base, 0.18)
        entries.append(
            Entry("saturated", "patch", shade, theme.muted, tip="The slope is below a fourteenth of its largest.")
        )
        self.legend.set_entries(entries)
