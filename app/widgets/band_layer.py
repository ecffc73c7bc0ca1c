"""Bands and single runs below the curves of a plot: areas between two curves, and many thin lines as one.

All colours are opaque. They change only when other runs come, so they are placed once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from app.widgets.legend import line_pen
from nlcore.records import FloatArray

DEEP = 60.0
"""On a logarithmic axis a band that reaches 0 goes on so many powers of ten below everything else."""
Place = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """An area between two curves.

    Attributes
    ----------
    x, low, high : ndarray, shape (n,)
        Counts, and the values between which it lies; gaps where they are not finite.
    colour : str
        Of the area, as ``#rrggbb``.
    edge : str
        Of its upper and lower edge; empty for none.
    dashes : tuple of float
        Pattern of the edges.
    """

    x: FloatArray
    low: FloatArray
    high: FloatArray
    colour: str
    edge: str = ""
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Threads:
    """Many thin lines of one colour.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Counts.
    values : ndarray, shape (n_lines, n)
        Gaps where they are not finite.
    colour : str
        As ``#rrggbb``.
    """

    x: FloatArray
    values: FloatArray
    colour: str


class BandLayer:
    """The bands and single runs of a plot.

    Parameters
    ----------
    box : ViewBox
        Where they are drawn.

    Attributes
    ----------
    ends_x, ends_y : list of float
        What a view must hold to show all of them.
    """

    def __init__(self, box: Any) -> None:
        self._box = box
        self.bands: tuple[Band, ...] = ()
        self.threads: tuple[Threads, ...] = ()
        self.ends_x: list[float] = []
        self.ends_y: list[float] = []
        self._key: tuple[object, ...] = ()
        self._items: list[Any] = []

    def show(
        self,
        bands: tuple[Band, ...],
        threads: tuple[Threads, ...],
        places: tuple[object, ...],
        to_x: Place,
        to_y: Place,
    ) -> None:
        """Show other bands and lines; the same tuples in the same places cost nothing.

        Parameters
        ----------
        bands, threads : tuple
            Later ones lie above; all lines above all bands.
        places : tuple
            What decides where counts and values are drawn.
        to_x, to_y : callable
            Return these places.
        """
        if bands is self.bands and threads is self.threads and places == self._key:
            return
        self.bands, self.threads, self._key = bands, threads, places
        for item in self._items:
            self._box.removeItem(item)
        self._items = []
        placed = [(band, to_x(band.x), to_y(band.low), to_y(band.high)) for band in bands]
        lines = [(one, to_x(one.x), to_y(one.values)) for one in threads]
        clocks = [x for _, x, _, _ in placed] + [x for _, x, _ in lines]
        many = [values for _, _, low, high in placed for values in (low, high)] + [values for *_, values in lines]
        self.ends_x = [float(v) for x in clocks for v in (x[0], x[-1])]
        seen = [values[np.isfinite(values)] for values in many]
        self.ends_y = [float(v) for values in seen if len(values) for v in (values.min(), values.max())]
        floor = min(self.ends_y, default=0.0) - DEEP
        for band, x, low, high in placed:
            self._add(_area(band, x, np.where(np.isfinite(high) & ~np.isfinite(low), floor, low), high))
        for band, x, low, high in placed:
            for edge in (low, high) if band.edge else ():
                item = pg.PlotCurveItem(x, edge, connect="finite", antialias=False)
                item.setPen(line_pen(band.edge, 1.0, band.dashes))
                self._add(item)
        for one, x, values in lines:
            gaps = np.full((len(values), 1), np.nan)
            item = pg.PlotCurveItem(
                np.tile(np.append(x, x[-1]), len(values)), np.hstack((values, gaps)).ravel(), connect="finite"
            )
            item.setPen(line_pen(one.colour, 1.0))
            self._add(item)

    def _add(self, item: Any) -> None:
        item.setZValue(1.0 + 0.001 * len(self._items))
        self._box.addItem(item, ignoreBounds=True)
        self._items.append(item)


def _area(band: Band, x: FloatArray, low: FloatArray, high: FloatArray) -> QGraphicsPathItem:
    """Return the area between two curves, in parts where there are gaps."""
    path = QPainterPath()
    there = np.nonzero(np.isfinite(low) & np.isfinite(high))[0]
    for part in np.split(there, np.nonzero(np.diff(there) > 1)[0] + 1):
        if len(part):
            upper = [QPointF(float(x[i]), float(high[i])) for i in part]
            lower = [QPointF(float(x[i]), float(low[i])) for i in part[::-1]]
            path.addPolygon(QPolygonF(upper + lower))
            path.closeSubpath()
    item = QGraphicsPathItem(path)
    item.setPen(Qt.PenStyle.NoPen)
    item.setBrush(pg.mkBrush(band.colour))
    return item
