"""Mitchell's three plots of the 8 x 3 x 8 network: errors of the outputs, one encoding, weights into one hidden unit.

All have the epochs of the run below them. Lines that belong to inputs and outputs with the same number look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import LIGHT, Theme
from app.widgets.caption import Caption
from app.widgets.code_texts import values_words
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.legend import Entry
from app.widgets.numbers import number
from app.widgets.track_look import track_colour, track_symbol
from nlcore.records import FloatArray

ERRORS, ENCODING, WEIGHTS = "errors", "encoding", "weights"
THIN, THICK = 1.3, 3.2
BIAS = (2.0, 2.5)
UNIT_DASHES: tuple[tuple[float, ...], ...] = ((), (7.0, 3.0), (2.0, 2.5), (8.0, 3.0, 2.0, 3.0))
Y_LABELS = {ERRORS: "sum of squares", ENCODING: "output", WEIGHTS: "weight"}


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What one of the plots shows.

    Attributes
    ----------
    title : str
        What it is.
    names : tuple of str
        Of the lines.
    values : ndarray, shape (moments, lines)
        Their heights.
    thick : frozenset of int
        Lines that are pointed out.
    """

    title: str
    names: tuple[str, ...]
    values: FloatArray
    thick: frozenset[int] = frozenset()


class CodePlots(QObject):
    """The three plots, which can stand anywhere.

    Signals
    -------
    said : str
        What is under the pointer; empty if it has gone.
    """

    said = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.x: FloatArray = np.empty(0)
        self.shown: dict[str, Curves] = {}
        self._at: tuple[str, float] | None = None
        self.plots = {
            ERRORS: CurvePlot("Sum of squares of each output, over the run", parent),
            ENCODING: CurvePlot("Hidden encoding of one example, over the run", parent),
            WEIGHTS: CurvePlot("Weights into one hidden unit, over the run", parent),
        }
        self.captions = {key: Caption("What the plot shows", parent) for key in self.plots}
        self.parts = {key: self._part(key, parent) for key in self.plots}
        """Each plot with a caption above."""
        for key, plot in self.plots.items():
            plot.box.setMouseEnabled(x=False, y=False)
            plot.hovered.connect(lambda at, key=key: self._point(key, at))
            plot.unhovered.connect(lambda: self._point("", None))
            plot.stepped.connect(lambda right, _, key=key: self._step(key, right))

    def _part(self, key: str, parent: QWidget) -> QWidget:
        part = QWidget(parent)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.captions[key])
        column.addWidget(self.plots[key], 1)
        return part

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; showing curves again uses them."""
        self.theme = theme
        for plot in self.plots.values():
            plot.retheme(theme)

    def show_curves(self, x: FloatArray, shown: dict[str, Curves], now: float | None, *, is_fine: bool) -> None:
        """Draw everything.

        Parameters
        ----------
        x : ndarray, shape (moments,)
            Epochs.
        shown : dict of str to Curves
            What each plot shows.
        now : float or None
            The cursor, if the run goes on after it.
        is_fine : bool
            Whether there is time for smooth lines.
        """
        self.x, self.shown = x, shown
        present = len(x) - 1 if now is None else max(0, int(np.searchsorted(x, now, side="right")) - 1)
        for key, plot in self.plots.items():
            self.captions[key].show_text(shown[key].title)
            plot.set_texts("", "epochs", Y_LABELS[key])
            lines = [self._line(key, k, present) for k in range(len(shown[key].names))]
            plot.show_lines(lines, log_x=False, log_y=False, is_fine=is_fine)
            plot.show_now(now)
        self._say()

    def entries(self, inputs: Sequence[str], outputs: Sequence[str], n_units: int) -> list[Entry]:
        """Return what the lines mean: of outputs and weights by their number, then the hidden units."""
        entries = []
        for k in range(max(len(inputs), len(outputs))):
            both = ", ".join(names[k] for names in (inputs, outputs) if k < len(names))
            full = " and ".join(
                f"{what} {names[k]}" for what, names in (("output", outputs), ("weight from", inputs)) if k < len(names)
            )
            entries.append(Entry(both, "marker", track_colour(self.theme, k + 1), "", track_symbol(k + 1), full=full))
        entries.append(Entry("w0", "line", self.theme.muted, dashes=BIAS, full="weight w0, the bias"))
        for k in range(n_units):
            colour, dashes = self._unit_look(k)
            entries.append(Entry(f"hidden {k + 1}", "line", colour, dashes=dashes, width=2.0))
        return entries

    def _unit_look(self, unit: int) -> tuple[str, tuple[float, ...]]:
        theme = self.theme
        colours = (theme.text, theme.accent, theme.curves["validation"], theme.curves["test"])
        return colours[unit % len(colours)], UNIT_DASHES[unit % len(UNIT_DASHES)]

    def _look(self, key: str, k: int) -> tuple[str, tuple[float, ...], str]:
        """Return colour, dashes and symbol of a line; the first of the weights is the bias."""
        if key == ENCODING:
            return *self._unit_look(k), "o"
        number_of = k if key == WEIGHTS else k + 1
        if number_of == 0:
            return self.theme.muted, BIAS, "o"
        return track_colour(self.theme, number_of), (), track_symbol(number_of)

    def _line(self, key: str, k: int, present: int) -> Line:
        shown = self.shown[key]
        colour, dashes, symbol = self._look(key, k)
        width = 2.0 if key == ENCODING else THICK if k in shown.thick else THIN
        return Line(self.x, shown.values[:, k], colour, dashes, symbol, present, width=width)

    # --- pointing ----------------------------------------------------------------------------------------------------

    def _point(self, key: str, at: float | None) -> None:
        self._at = None if at is None else (key, at)
        self._say()

    def _step(self, key: str, right: int) -> None:
        """Go to the next moment with the arrow keys."""
        if len(self.x):
            here = len(self.x) - 1 if self._at is None else self._nearest(self._at[1]) + right
            self._point(key, float(self.x[min(max(here, 0), len(self.x) - 1)]))

    def _nearest(self, at: float) -> int:
        return int(np.argmin(np.abs(self.x - at)))

    def _say(self) -> None:
        """Mark the moment that is pointed at in all plots, and say the values of the one under the pointer."""
        if self._at is None or not len(self.x) or not self.shown:
            for plot in self.plots.values():
                plot.show_hover(None)
            self.said.emit("")
            return
        key, k = self._at[0], self._nearest(self._at[1])
        for name, plot in self.plots.items():
            values = self.shown[name].values[k]
            looks = [self._look(name, j)[0] for j in range(len(values))]
            here = float(self.x[k])
            plot.show_hover(here, [(here, float(v), colour) for v, colour in zip(values, looks, strict=True)])
        shown = self.shown[key]
        said = values_words(shown.names, shown.values[k].tolist())
        self.said.emit(f"Epoch {number(float(self.x[k]), 5)}. {shown.title}: {said}")
