"""An axis whose ticks a first-year student can read: plain numbers, no prefixes, and a logarithmic form.

On a logarithmic axis positions are powers of ten. A zero has no place there; where counting starts at 0, it gets a
place of its own to the left, with the label 0.
"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics

from app.widgets.numbers import count, number, power_of_ten

Ticks = list[tuple[float, list[float]]]
FARTHEST = 300.0
LINE = 16
"""Height of a tick's text, in pixels, before the axis has a font."""


class PlainAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph is not typed
    """An axis with plain numbers.

    Parameters
    ----------
    orientation : str
        "left" or "bottom".
    is_whole : bool
        Whether only whole numbers are marked, as for counts.
    """

    def __init__(self, orientation: str, *, is_whole: bool = False) -> None:
        super().__init__(orientation)
        self.is_whole = is_whole
        self.is_log = False
        self.zero_at: float | None = None
        self.units = (0.0, 1.0)
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTickLevel=1, maxTextLevel=0, tickLength=4, hideOverlappingLabels=True)

    def set_log(self, *, is_log: bool, zero_at: float | None = None) -> None:
        """Change between the plain and the logarithmic form.

        Parameters
        ----------
        is_log : bool
            Whether positions are powers of ten.
        zero_at : float or None
            The position of 0 on a logarithmic axis, if it is shown.
        """
        if (is_log, zero_at) != (self.is_log, self.zero_at):
            self.is_log, self.zero_at = is_log, zero_at
            self.picture = None
            self.update()

    def set_units(self, offset: float, factor: float) -> None:
        """Write other numbers than the positions: the offset plus the positive factor times the position."""
        if (offset, factor) != self.units:
            self.units = (offset, factor)
            self.picture = None
            self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:  # noqa: N803
        """Return the ticks of each level, labelled ones first."""
        if self.is_log:
            return self._log_ticks(min(minVal, maxVal), max(minVal, maxVal), size)
        offset, factor = self.units
        written = self._plain_ticks(offset + factor * minVal, offset + factor * maxVal, size)
        return [(gap / factor, [(value - offset) / factor for value in at]) for gap, at in written]

    def _plain_ticks(self, minVal: float, maxVal: float, size: float) -> Ticks:  # noqa: N803
        levels: Ticks = super().tickValues(minVal, maxVal, size)
        if self.orientation == "left" and levels:
            low, high = min(minVal, maxVal), max(minVal, maxVal)
            levels = [self._spaced(*levels[0], (low, high), size), *levels[1:]]
        if self.is_whole:
            whole = [(max(1.0, gap), [v for v in at if abs(v - round(v)) < 1e-6 * max(1.0, gap)]) for gap, at in levels]
            merged = sorted({round(v) for gap, at in whole if gap <= 1.0 for v in at})
            levels = [(1.0, [float(v) for v in merged])] if levels and levels[0][0] < 1.0 else whole
        return levels

    def _spaced(self, gap: float, at: list[float], ends: tuple[float, float], size: float) -> tuple[float, list[float]]:
        """Leave out so many labelled ticks that their texts do not touch."""
        font = self.style["tickFont"]
        line = QFontMetrics(font).height() if font is not None else LINE
        every = math.ceil(len(at) * line / max(size, 1.0))
        if every <= 1 or len(at) < 2:
            return gap, at
        edge = 0.5 * line * (ends[1] - ends[0]) / max(size, 1.0)
        whole = [v for v in at if ends[0] + edge <= v <= ends[1] - edge]  # their texts are not cut off
        return gap, [v for v in whole if round(v / gap) % every == 0] or whole[-1:]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the text of each tick."""
        if self.is_log:
            return [self._log_text(value) for value in values]
        offset, factor = self.units
        return [plain((offset + factor * value) * scale, factor * spacing * scale) for value in values]

    def _log_text(self, value: float) -> str:
        if self.zero_at is not None and abs(value - self.zero_at) < 1e-9:
            return "0"
        exponent = round(value)
        if abs(value - exponent) < 1e-9 and not -4 <= exponent < 5:
            return power_of_ten(exponent)
        return number(10.0**value)

    def _log_ticks(self, low: float, high: float, size: float) -> Ticks:
        low, high = max(low, -FARTHEST), min(high, FARTHEST)
        first = low if self.zero_at is None else max(low, self.zero_at + 0.25)
        major, minor = _powers(first, high, size)
        if len(major) < 2 and first < high:
            linear: Ticks = super().tickValues(10.0**first, 10.0**high, size)
            major = [math.log10(v) for _, at in linear[:1] for v in at if v > 0]
        if self.zero_at is not None and low <= self.zero_at <= high:
            major = [self.zero_at, *major]
        return [(1.0, major), (0.1, minor)]


def _powers(low: float, high: float, size: float) -> tuple[list[float], list[float]]:
    """Return positions with and without a label: powers of ten, or over few decades also 2 and 5 of each."""
    exponents = range(math.floor(low), math.ceil(high) + 1)
    every = max(1, math.ceil(len(exponents) * 45 / max(size, 1)))
    factors = (1, 2, 5) if high - low < 2 and size > 150 else (1,)
    major = [e + math.log10(f) for e in exponents if e % every == 0 for f in factors]
    fine = np.log10(np.arange(1, 10)) if every == 1 else np.zeros(1)
    minor = [float(e + step) for e in exponents for step in fine]
    inside = [v for v in major if low <= v <= high]
    return inside, [v for v in minor if low <= v <= high and v not in inside]


def plain(value: float, spacing: float) -> str:
    """Write a tick's value with as many places as its neighbours need.

    Parameters
    ----------
    value, spacing : float
        The value, and the distance to the next tick.
    """
    if not math.isfinite(value):
        return ""
    if spacing <= 0 or not math.isfinite(spacing) or abs(value) >= 1e9 or spacing < 1e-6:
        return number(value, 6)
    places = max(0, math.ceil(-math.log10(spacing) - 1e-9))
    if abs(value) < spacing * 1e-6:
        value = 0.0
    if places == 0:
        return count(round(value))
    return f"{value:.{places}f}".replace("-", "−")
