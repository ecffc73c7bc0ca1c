"""What draws the way of one track on a map; made once and given other points while training runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.theme import Theme
from app.widgets.track_look import track_colour, track_symbol
from app.widgets.ways import MOST_DOTS, Way

LINES, MARKS = 2, 5
"""Above these heights lie the lines, and the marks of begin and cursor."""


def segments() -> Any:
    """Return an item that draws separate pieces of line, which is faster than one long path."""
    item = pg.PlotCurveItem(connect="pairs", antialias=True)
    item.setSegmentedLineMode("on")
    return item


class WayItems:
    """Lines, dots and marks of a way.

    Parameters
    ----------
    box : ViewBox
        Where they are drawn.
    """

    def __init__(self, box: Any) -> None:
        self._box = box
        self._lines = [segments() for _ in range(3)]
        self._dots = pg.ScatterPlotItem(pxMode=True, symbol="o", size=5, pen=None)
        self._marks = [pg.ScatterPlotItem(pxMode=True, size=size) for size in (11, 15)]
        for item in self._all:
            box.addItem(item, ignoreBounds=True)

    @property
    def _all(self) -> tuple[Any, ...]:
        return *self._lines, self._dots, *self._marks

    def remove(self) -> None:
        """Take them away."""
        for item in self._all:
            self._box.removeItem(item)

    def show(self, way: Way, theme: Theme, ratio: float, height: float, *, has_lines: bool) -> None:
        """Draw a way.

        Parameters
        ----------
        way : Way
            The way.
        theme : Theme
            For the colours.
        ratio : float
            Pixels of the device for each of the screen.
        height : float
            How far it lies above other ways, below 1.
        has_lines : bool
            Whether the way itself is drawn, or only its begin and its end.
        """
        colour, symbol = track_colour(theme, way.number), track_symbol(way.number)
        for k, item in enumerate(self._all):
            item.setZValue((MARKS if item in self._marks else LINES) + height + k / 1000)
        joined = way.joined if has_lines else np.zeros(max(0, len(way.at) - 1), dtype=np.bool_)
        jumps = ~joined & has_lines
        looks = ((theme.base, 4.5, joined, Qt.PenStyle.SolidLine), (colour, 2.0, joined, Qt.PenStyle.SolidLine))
        for line, (said, width, mask, style) in zip(
            self._lines, (*looks, (colour, 1.6, jumps, Qt.PenStyle.DotLine)), strict=True
        ):
            ends = np.stack((way.at[:-1][mask], way.at[1:][mask]), axis=1).reshape(-1, 2)
            line.setPen(pg.mkPen(said, width=width * ratio, style=style))
            line.setData(ends[:, 0], ends[:, 1], skipFiniteCheck=True)
        inner = way.at[1:-1] if has_lines and len(way.at) <= MOST_DOTS else way.at[:0]
        self._dots.setData(inner[:, 0], inner[:, 1], brush=pg.mkBrush(colour))
        edges = (pg.mkPen(colour, width=2.2 * ratio), pg.mkPen(theme.base, width=1.5 * ratio))
        places = (way.at[:1] if has_lines else way.at[:0], way.at[-1:])
        for mark, at, edge, brush in zip(self._marks, places, edges, (theme.base, colour), strict=True):
            mark.setData(at[:, 0], at[:, 1], symbol=symbol, pen=edge, brush=pg.mkBrush(brush))
