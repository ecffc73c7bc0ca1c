"""Dimmed curves below the others: how it would have gone. They do not grow, so they are placed once and kept.

Each is thin and dashed, with its number at the end and a hollow diamond where it leaves the course that is shown, so
colour is not the only difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.theme import LIGHT, Theme, blend
from app.widgets.envelope import envelope
from app.widgets.legend import line_pen
from nlcore.records import FloatArray

DASHES = (6.0, 2.5, 1.2, 2.5)
SHARE = 0.6
"""How much of a ghost's colour is its own; the rest is the background's."""
WIDTH = 1.4
WIDE = 2.6
"""Of the one that is pointed at, in pixels."""
POINTS = 250
"""Stretches of a whole ghost that are told apart."""
NEAR = 9.0
"""Pixels from which one can point at a ghost."""


@dataclass(frozen=True, slots=True, eq=False)
class GhostLine:
    """One dimmed curve.

    Attributes
    ----------
    number : int
        Of the course it belongs to.
    x, y : ndarray, shape (n,)
        Counts and values, from where it leaves the course that is shown.
    colour : str
        As ``#rrggbb``, before it is dimmed.
    is_marked : bool
        Whether this curve shows the number of its course.
    """

    number: int
    x: FloatArray
    y: FloatArray
    colour: str
    is_marked: bool = True


def dimmed(colour: str, theme: Theme) -> str:
    """Return the colour of a ghost."""
    return blend(colour, theme.base, SHARE)


class GhostLayer:
    """The dimmed curves of a plot.

    Parameters
    ----------
    box : ViewBox
        Where they are drawn.

    Attributes
    ----------
    lit : int or None
        Number of the course that stands out.
    ends_x, ends_y : list of float
        What a view must hold to show all of them.
    """

    def __init__(self, box: Any) -> None:
        self._box = box
        self.theme: Theme = LIGHT
        self.lines: tuple[GhostLine, ...] = ()
        self.lit: int | None = None
        self.ends_x: list[float] = []
        self.ends_y: list[float] = []
        self._given: tuple[GhostLine, ...] = ()
        self._key: tuple[object, ...] = ()
        self._places: list[tuple[FloatArray, FloatArray]] = []
        self._thin: list[tuple[FloatArray, FloatArray]] = []
        self._seen: tuple[float, float] | None = None
        self._items: list[Any] = []
        self._labels: list[Any] = []
        self._forks = pg.ScatterPlotItem(pxMode=True, symbol="d", size=12)
        self._forks.setZValue(4.5)
        box.addItem(self._forks, ignoreBounds=True)

    def show(
        self,
        lines: tuple[GhostLine, ...],
        places: tuple[object, ...],
        to_x: Callable[[FloatArray], FloatArray],
        to_y: Callable[[FloatArray], FloatArray],
    ) -> None:
        """Show other curves; the same ones in the same places cost nothing.

        Parameters
        ----------
        lines : tuple of GhostLine
            The same tuple as before if nothing changed.
        places : tuple
            What decides where counts and values are drawn.
        to_x, to_y : callable
            Return these places.
        """
        if lines is self._given and places == self._key:
            return
        self._given, self._key = lines, places
        lines = tuple(line for line in lines if len(line.x) and np.isfinite(to_y(line.y)).any())
        if not lines and not self.lines:
            return
        self.lines = lines
        self._places = [(to_x(line.x), to_y(line.y)) for line in lines]
        self._thin = [envelope(x, y, float(x[0]), float(x[-1]), POINTS) for x, y in self._places]
        self.ends_x = [float(v) for x, _ in self._places for v in (x[0], x[-1])]
        self.ends_y = [float(v) for _, y in self._places for v in (np.nanmin(y), np.nanmax(y))]
        self._seen = None
        self._make_items()
        self._set_data()
        self._style()

    def draw(self, seen: tuple[float, float] | None) -> None:
        """Draw for the stretch that is seen, if the person zoomed; None for the whole."""
        if seen == self._seen:
            return
        self._seen = seen
        low_high = [(float(x[0]), float(x[-1])) if seen is None else seen for x, _ in self._places]
        self._thin = [envelope(x, y, *ends, POINTS) for (x, y), ends in zip(self._places, low_high, strict=True)]
        self._set_data()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self._style()

    def light(self, number: int | None) -> None:
        """Make one course stand out, or none."""
        if number != self.lit:
            self.lit = number
            self._style()

    def nearest(self, x: float, y: float, pixel: tuple[float, float]) -> int | None:
        """Return the number of the course within reach of a place, or None."""
        best, found = NEAR, None
        for line, (xs, ys) in zip(self.lines, self._thin, strict=True):
            away = _distance((xs - x) / pixel[0], (ys - y) / pixel[1])
            if away < best:
                best, found = away, line.number
        return found

    def _make_items(self) -> None:
        for item in (*self._items, *self._labels):
            self._box.removeItem(item)
        self._items = [pg.PlotCurveItem(connect="finite", antialias=False) for _ in self.lines]
        self._labels = [pg.TextItem(str(line.number), anchor=(1.1, 0.85)) for line in self.lines if line.is_marked]
        for k, item in enumerate((*self._items, *self._labels)):
            item.setZValue(2.5 + 0.001 * k)
            self._box.addItem(item, ignoreBounds=True)

    def _set_data(self) -> None:
        forks, ends = [], []
        for item, line, thin, (x, y) in zip(self._items, self.lines, self._thin, self._places, strict=True):
            item.setData(*thin)
            finite = np.nonzero(np.isfinite(y))[0]
            ends += [(x[finite[-1]], y[finite[-1]])] if line.is_marked else []
            if finite[0] == 0 and line.is_marked:
                forks.append({"pos": (x[0], y[0])})
        self._forks.setData(forks)
        for label, end in zip(self._labels, ends, strict=True):
            label.setPos(*end)

    def _style(self) -> None:
        theme = self.theme
        for item, line in zip(self._items, self.lines, strict=True):
            is_lit = line.number == self.lit
            colour = line.colour if is_lit else dimmed(line.colour, theme)
            item.setPen(line_pen(colour, WIDE if is_lit else WIDTH, DASHES))
        for label in self._labels:
            label.setColor(QColor(theme.text))
            label.fill = pg.mkBrush(theme.raised)
            label.border = pg.mkPen(theme.muted)
            label.update()
        self._forks.setBrush(pg.mkBrush(theme.base))
        self._forks.setPen(pg.mkPen(theme.text, width=1.5))


def _distance(x: FloatArray, y: FloatArray) -> float:
    """Return how far the origin is from a line through points; gaps at nan."""
    if len(x) < 2:
        return float(np.hypot(x[0], y[0])) if len(x) else np.inf
    ax, ay, bx, by = x[:-1], y[:-1], np.diff(x), np.diff(y)
    length = bx * bx + by * by
    share = np.clip(-(ax * bx + ay * by) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    away = np.hypot(ax + share * bx, ay + share * by)
    finite = away[np.isfinite(away)]
    return float(finite.min()) if len(finite) else np.inf
