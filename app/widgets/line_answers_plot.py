"""A row of dots for each target of a single output, along the outputs, with borders halfway between the targets.

Right answers are filled dots, wrong ones crosses. Heights within a row mean nothing: they only keep dots apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.legend import Entry
from app.widgets.numbers import number
from app.widgets.plot import Plot
from nlcore.answers_on_a_line import LineAnswers
from nlcore.records import FloatArray

GOLDEN = 0.6180339887498949
SPREAD = 0.66
"""How much of a row's height the dots take."""
SIZE, NEAR = 8, 9.0
"""Of a dot, and how near the pointer must come to it, in pixels."""
BORDER = (5.0, 3.0)
WIDEST = 130


class LineAnswersPlot(Plot):
    """The rows.

    Signals
    -------
    example_pointed : int
        The index in the set of the example at the pointer; -1 if there is none.
    example_clicked : int
        The index in the set of the example that was clicked.
    """

    example_pointed = Signal(int)
    example_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Outputs of the examples, a row for each target", can_zoom=False, parent=parent)
        self.shown: LineAnswers | None = None
        self.names: tuple[str, ...] = ()
        self.places: FloatArray = np.empty((0, 2))
        self.borders, self.targets = pg.PlotCurveItem(connect="pairs"), pg.PlotCurveItem(connect="pairs")
        self.right, self.wrong = pg.ScatterPlotItem(size=SIZE), pg.ScatterPlotItem(size=SIZE)
        self._ring = pg.ScatterPlotItem(size=SIZE + 7)
        for item in (self.borders, self.targets, self.right, self.wrong, self._ring):
            self.canvas.addItem(item)
        self.y_axis.setStyle(tickLength=0)
        self.pointed.connect(lambda x, y: self.example_pointed.emit(self._example_at(x, y)))
        self.left.connect(lambda: self.example_pointed.emit(-1))
        self.clicked.connect(self._click)

    def show_answers(self, shown: LineAnswers, names: Sequence[str], selected: int) -> tuple[Entry, ...]:
        """Draw the answers, and return what explains the symbols.

        Parameters
        ----------
        shown : LineAnswers
            The answers.
        names : sequence of str
            Of the rows, from the lowest target on.
        selected : int
            The index in the set of an example to point out; -1 for none.
        """
        theme, self.shown, self.names = self.theme, shown, tuple(names)
        rows = shown.true + (((shown.examples + 1) * GOLDEN) % 1.0 - 0.5) * SPREAD
        self.places = np.column_stack([shown.outputs, rows])
        right = shown.is_right
        good, bad, edge = pg.mkColor(theme.good), pg.mkColor(theme.bad), pg.mkPen(theme.base, width=0.5)
        self.right.setData(*self.places[right].T, symbol="o", brush=pg.mkBrush(good), pen=edge)
        self.wrong.setData(*self.places[~right].T, symbol="x", brush=pg.mkBrush(bad), pen=edge)
        self._ring.setData(
            *self.places[shown.examples == selected].T, symbol="o", brush=None, pen=pg.mkPen(theme.text, width=2)
        )
        n = len(shown.values)
        ends = np.tile([-0.5, n - 0.5], len(shown.borders))
        self.borders.setData(np.repeat(shown.borders, 2), ends, pen=pg.mkPen(theme.muted, width=1.5, dash=list(BORDER)))
        heights = (np.arange(n)[:, None] + np.array([-0.42, 0.42])).ravel()
        self.targets.setData(np.repeat(shown.values, 2), heights, pen=pg.mkPen(theme.accent, width=2))
        low = min(0.0, float(shown.values[0]), float(shown.outputs.min(initial=0.0)))
        high = max(1.0, float(shown.values[-1]), float(shown.outputs.max(initial=1.0)))
        room = 0.03 * (high - low)
        self.set_range((low - room, high + room), (-0.5, n - 0.5))
        self._fit_y_axis()
        return (
            Entry("right", "marker", theme.good, theme.base, "o"),
            Entry("wrong", "marker", theme.bad, theme.base, "x"),
            Entry("target", "line", theme.accent, width=2.0),
            Entry("border", "line", theme.muted, dashes=BORDER, width=1.5, full="border between two answers"),
        )

    def _example_at(self, x: float, y: float) -> int:
        """Return the example whose dot is nearest, if it is near enough."""
        if self.shown is None or not len(self.places):
            return -1
        apart = np.hypot(*((self.places - (x, y)) / self.pixel()).T)
        nearest = int(np.argmin(apart))
        return int(self.shown.examples[nearest]) if apart[nearest] <= NEAR else -1

    def _click(self, x: float, y: float) -> None:
        found = self._example_at(x, y)
        if found >= 0:
            self.example_clicked.emit(found)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; showing answers again uses them."""
        super().retheme(theme)
        self.y_axis.setTextPen(pg.mkPen(theme.text))

    def _fit_y_axis(self) -> None:
        """Write the names of the rows, as many as there is room for."""
        if not hasattr(self, "names"):
            return  # the base asks before there are rows
        metrics = self.fontMetrics()
        room = max(1.0, self.box.height()) / max(1, len(self.names))
        every = max(1, int(np.ceil(metrics.height() / room)))
        ticks = [(float(k), name) for k, name in enumerate(self.names) if k % every == 0]
        self.y_axis.setTicks([ticks])
        self.y_axis.setWidth(min(WIDEST, max((metrics.horizontalAdvance(name) for _, name in ticks), default=0) + 14))


def row_names(values: FloatArray, words: Sequence[str]) -> tuple[str, ...]:
    """Return what the rows are called: the number, after the word where there is one."""
    return tuple(
        f"{word} {number(float(v))}" if word else number(float(v)) for v, word in zip(values, words, strict=True)
    )
