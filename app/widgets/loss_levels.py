"""Which levels of the loss get a line, and which colour every loss has: as on a map of mountains.

Each pair of neighbouring levels shares equally much of the colours, so a long valley and a steep wall can both be read;
the colour bar names the levels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.theme import Theme, blend, rgb
from app.widgets.numbers import number
from nlcore.records import FloatArray

SHARES = (0.02, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
"""Of the area that lie below the levels, before these are rounded."""
FLAT = 1e-7
"""Relative difference below which all losses count as the same."""
MOST_STEPS = 16
"""A surface with no more different values than this consists of steps."""
MOST_DIGITS = 9
N_COLOURS = 256
PALEST, STRONGEST = 0.04, 0.78


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a map, and its lowest and highest value.

    Attributes
    ----------
    low, high : float
        Ends of what is finite.
    lines : tuple of float
        Between them, rising.
    steps : tuple of float
        The values of a surface that has only a few, as that of units that jump; its lines run between them.
    """

    low: float
    high: float
    lines: tuple[float, ...]
    steps: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: FloatArray, every: int = 1) -> Levels | None:
        """Choose round levels for some values; None if none of them is finite.

        Parameters
        ----------
        values : ndarray
            The losses.
        every : int
            2 or 3 for fewer levels, where there is little room.
        """
        finite = values[np.isfinite(values)]
        if not finite.size:
            return None
        low, high = float(finite.min()), float(finite.max())
        if high - low <= FLAT * max(abs(low), abs(high)):
            return cls(low, high, ())
        steps = np.unique(finite)
        if len(steps) <= MOST_STEPS:
            return cls(low, high, tuple(((steps[1:] + steps[:-1]) / 2).tolist()), tuple(steps.tolist()))
        found: list[float] = []
        for wanted in np.quantile(finite, SHARES[(every - 1) % 3 :: every]).tolist():
            level = _rounded(wanted, (wanted - found[-1] if found else wanted - low) / 2)
            if low < level < high and (not found or level > found[-1]):
                found.append(level)
        return cls(low, high, tuple(_apart(found, finite)))

    @property
    def stops(self) -> tuple[float, ...]:
        """The ends and the levels between them."""
        return (self.low, *self.lines, self.high)

    @property
    def texts(self) -> tuple[str, ...]:
        """All stops as texts: the levels with as many digits as it takes to tell them apart, the ends shortly."""
        for digits in range(3, MOST_DIGITS + 1):
            texts = [number(stop, digits) for stop in self.stops]
            if len(set(texts)) == len(texts):
                break
        for end, value in ((0, self.low), (-1, self.high)):
            if number(value, 2) not in texts:
                texts[end] = number(value, 2)
        return tuple(texts)

    def places(self, values: FloatArray) -> NDArray[np.intp]:
        """Return the place of each value in a table of `N_COLOURS` colours, and one more for what is not finite."""
        stops = np.array(self.stops)
        shares = np.interp(values, stops, np.linspace(0.0, 1.0, len(stops))) if self.high > self.low else 0.0 * values
        found = np.rint(np.nan_to_num(shares) * (N_COLOURS - 1)).astype(np.intp)
        found[~np.isfinite(values)] = N_COLOURS
        return found

    def ticks(self, most: int) -> tuple[tuple[float, str], ...]:
        """Return place on the colour bar, from 0 to 1, and text of both ends and of so many stops at most."""
        if self.high <= self.low or not self.lines:
            return ((0.0, number(self.low)), (1.0, number(self.high)))[: 1 + (self.high > self.low)]
        if self.steps:
            every = -(-len(self.steps) // max(2, most))
            shares = np.interp(self.steps, self.stops, np.linspace(0.0, 1.0, len(self.stops)))
            return tuple((float(shares[k]), number(self.steps[k])) for k in range(0, len(self.steps), every))
        n = len(self.stops) - 1
        texts = self.texts
        every = max(1, -(-n // max(1, most - 1)))
        kept = [k for k in range(0, n, every) if n - k >= every or k == 0]
        return tuple((k / n, texts[k]) for k in (*kept, n))


def _rounded(value: float, step: float) -> float:
    """Round to 1, 2 or 5 times a power of ten that is not larger than a step."""
    if not step > 0.0 or not math.isfinite(step):
        return value
    power = 10.0 ** math.floor(math.log10(step))
    unit = next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= step * (1 + 1e-9))
    return float(f"{round(value / unit) * unit:.12g}")


def _apart(levels: list[float], values: FloatArray) -> list[float]:
    """Leave out levels that no cell lies between."""
    kept: list[float] = []
    below = 0
    for level in levels:
        n = int(np.count_nonzero(values <= level))
        if n > below and n < values.size:
            kept.append(level)
            below = n
    return kept


@lru_cache(maxsize=4)
def colours(theme: Theme) -> NDArray[np.uint8]:
    """Return the colours from a low to a high loss and, as the last one, that of losses that are not finite."""
    shares = np.linspace(PALEST, STRONGEST, N_COLOURS)
    table = [rgb(blend(theme.high, theme.base, float(share))) for share in shares]
    return np.array([*table, rgb(theme.line)], dtype=np.uint8)
