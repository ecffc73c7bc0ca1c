"""Measurements along a run, in bounded memory.

When a curve is full, neighbouring measurements are merged into a bucket that keeps the smallest and the largest of
both, so that peaks stay visible. A bucket also remembers when its smallest values were taken, so that a curve can be
cut at any moment and still knows its best value.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.families import Column
from nlcore.records import FloatArray, SetName

AXES = ("presentations", "updates", "epochs")
CURVE_CAPACITY = 4096
MOST_CAPACITY = 1 << 16
"""Buckets that stored curves may ask for."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best measurement of one column so far: when it was, and its value."""

    presentations: int
    updates: int
    epochs: int
    value: float


class Curves:
    """Measurements along a run, in bounded memory.

    Parameters
    ----------
    columns : sequence of Column
        What is measured.
    capacity : int
        Most buckets that are kept; when they are full, neighbours are merged.
    """

    def __init__(self, columns: Sequence[Column], capacity: int = CURVE_CAPACITY) -> None:
        self.columns = tuple(columns)
        self.capacity = capacity + capacity % 2  # halves must pair up
        self.span = 1
        """Measurements in a full bucket."""
        self.n_measurements = 0
        self._n = 0
        self._filled = 0
        self._clock = np.empty((self.capacity, 3))  # of a bucket's first measurement
        self._ends = np.empty(self.capacity)  # presentations at its last one
        self._last_clock = np.zeros(3)
        self._low = np.empty((self.capacity, len(self.columns)))
        self._high = np.empty((self.capacity, len(self.columns)))
        self._least: FloatArray | None = None  # see `_note_least`
        self._last = np.full(len(self.columns), np.nan)
        self._best: list[Best | None] = [None] * len(self.columns)

    def append(self, clock: FloatArray, values: FloatArray) -> None:
        """Add measurements, oldest first: clocks of shape (n, 3) and values of shape (n, n_columns)."""
        if not len(values):
            return
        self._last, self._last_clock = values[-1].copy(), clock[-1].copy()
        self.n_measurements += len(values)
        by_column = np.ascontiguousarray(values.T)  # minima along memory take a fraction of the time
        done = self._top_up(clock, by_column)
        while done < len(values):
            if self._n == self.capacity:
                self._merge()  # leaves a last bucket that is full: nothing to top up
            n_full = min((len(values) - done) // self.span, self.capacity - self._n)
            n_new = max(1, n_full)  # or one that is not full yet
            part = slice(done, min(done + n_new * self.span, len(values)))
            self._add(clock[part], by_column[:, part], n_new)
            done = part.stop

    def _top_up(self, clock: FloatArray, by_column: FloatArray) -> int:
        """Put the first measurements into the last bucket if it is not full; return how many."""
        n = min(self.span - self._filled, len(clock)) if self._n else 0
        if n:
            last = self._n - 1
            low, high, least = _digest(clock[None, :n], by_column[:, None, :n])
            self._low[last] = np.fmin(self._low[last], low[0])
            self._high[last] = np.fmax(self._high[last], high[0])
            self._ends[last] = clock[n - 1, 0]
            self._filled += n
            self._note_best(least[0])
            if self._least is not None:
                self._least[last] = _lesser(self._least[last], least[0])
        return n

    def _add(self, clock: FloatArray, by_column: FloatArray, n_new: int) -> None:
        """Add `n_new` buckets; all measurements together fill them, or there is one bucket and it is not full."""
        new = slice(self._n, self._n + n_new)
        clocks = clock.reshape(n_new, -1, 3)
        self._clock[new], self._ends[new] = clocks[:, 0], clocks[:, -1, 0]
        self._low[new], self._high[new], least = _digest(clocks, by_column.reshape(len(by_column), n_new, -1))
        self._note_best(_first_least(least))
        if self._least is not None:
            self._least[new] = least
        self._n += n_new
        self._filled = clocks.shape[1]

    def _note_best(self, least: FloatArray) -> None:
        for column, (value, *clock) in enumerate(least.tolist()):
            best = self._best[column]
            if np.isfinite(value) and (best is None or value < best.value):
                presentations, updates, epochs = (int(c) for c in clock)
                self._best[column] = Best(presentations, updates, epochs, value)

    def _merge(self) -> None:
        if self._least is None:  # until now every bucket was one measurement
            least = np.empty((self.capacity, len(self.columns), 4))
            least[: self._n] = self._least_until(self._n)
            self._least = least
        half = self._n // 2
        pairs = slice(0, 2 * half)
        self._clock[:half] = self._clock[pairs][::2]
        self._ends[:half] = self._ends[pairs][1::2]
        self._low[:half] = np.fmin(self._low[pairs][::2], self._low[pairs][1::2])
        self._high[:half] = np.fmax(self._high[pairs][::2], self._high[pairs][1::2])
        self._least[:half] = _lesser(self._least[pairs][::2], self._least[pairs][1::2])
        self._n = half
        self.span *= 2
        self._filled = self.span

    def _least_until(self, n: int) -> FloatArray:
        """Return of the first `n` buckets and each column the least finite value and its clock, (n, n_columns, 4)."""
        if self._least is not None:
            return self._least[:n]
        return _digest(self._clock[:n, None], self._low[:n].T[:, :, None])[2]

    def column(self, set_name: SetName, metric: str) -> int | None:
        """Return the number of a column, or None if it is not measured."""
        wanted = Column(set_name, metric)
        return self.columns.index(wanted) if wanted in self.columns else None

    def series(self, column: int, axis: str) -> tuple[FloatArray, FloatArray]:
        """Return x and y of a curve, at most twice `capacity` points and the newest.

        Where measurements were merged, the smallest and the largest of each bucket follow one another.

        Parameters
        ----------
        column : int
            Which quantity.
        axis : str
            One of `AXES`.
        """
        x = self._clock[: self._n, AXES.index(axis)]
        low, high = self._low[: self._n, column], self._high[: self._n, column]
        if self.span == 1:
            return x.copy(), low.copy()
        newest = self._last_clock[AXES.index(axis)]
        bands = np.column_stack((low, high)).ravel()
        return np.append(np.repeat(x, 2), newest), np.append(bands, self._last[column])

    def ends(self) -> tuple[float, float] | None:
        """Return the presentations of the oldest and the newest measurement; None before the first."""
        return (float(self._clock[0, 0]), float(self._ends[self._n - 1])) if self._n else None

    def last(self, column: int) -> float:
        """Return the newest measurement of a column (nan before the first)."""
        return float(self._last[column])

    def best(self, column: int) -> Best | None:
        """Return the smallest measurement of a column and when it was first reached."""
        return self._best[column]

    def until(self, presentations: int) -> tuple[Curves, int | None]:
        """Return a copy that ends at a moment, and where measurements up to that moment are missing from it.

        A merged bucket cannot be cut. The copy holds the buckets before the cut; what is missing has to be measured
        again and appended.

        Parameters
        ----------
        presentations : int
            Measurements taken later are left out; those taken at this moment belong to the copy.

        Returns
        -------
        curves : Curves
            An independent copy with an exact `best`.
        missing : int or None
            Presentations of the first measurement that is missing; measurements of one moment are missing together.
        """
        found = copy.deepcopy(self)
        return found, found.cut(presentations)

    def cut(self, presentations: int) -> int | None:
        """Forget what was measured later than a moment; return what `until` says of measurements that are missing."""
        n = int(np.searchsorted(self._ends[: self._n], presentations, side="right"))
        if n == self._n:
            return None
        is_straddling = bool(self._clock[n, 0] <= presentations)
        if self.span > 1 and n and not is_straddling:
            n -= 1  # the newest value of a merged bucket is not known
            is_straddling = True
        while is_straddling and n and self._ends[n - 1] == self._clock[n, 0]:
            n -= 1
        missing = int(self._clock[n, 0]) if is_straddling else None
        self._n, self._filled, self.n_measurements = n, self.span, n * self.span
        self._last, self._last_clock = np.full(len(self.columns), np.nan), np.zeros(3)
        if n and self.span == 1:
            self._last, self._last_clock = self._low[n - 1].copy(), self._clock[n - 1].copy()
        self._best = [None] * len(self.columns)
        if n:
            self._note_best(_first_least(self._least_until(n)))
        return missing

    # --- storing -----------------------------------------------------------------------------------------------------

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything that is held, as independent arrays; `from_arrays` gives equal curves back."""
        n, no_best = self._n, (np.nan,) * 4
        best = [no_best if b is None else (b.value, b.presentations, b.updates, b.epochs) for b in self._best]
        found: dict[str, NDArray[Any]] = {
            "counts": np.array([self.capacity, self.span, self.n_measurements, self._filled], dtype=np.int64),
            "clock": self._clock[:n].copy(),
            "ends": self._ends[:n].copy(),
            "low": self._low[:n].copy(),
            "last": self._last.copy(),
            "last_clock": self._last_clock.copy(),
            "best": np.array(best, dtype=np.float64).reshape(len(self.columns), 4),
        }
        if self._least is not None:  # until a bucket was merged, high is the same as low
            found |= {"high": self._high[:n].copy(), "least": self._least[:n].copy()}
        return found

    @classmethod
    def from_arrays(cls, columns: Sequence[Column], arrays: Mapping[str, NDArray[Any]]) -> Curves:
        """Return curves that were stored.

        Parameters
        ----------
        columns : sequence of Column
            What is measured.
        arrays : mapping of str to ndarray
            What `to_arrays` returned; "high" and "least" are there once measurements were merged.

        Raises
        ------
        ValueError
            If the arrays do not fit each other or the columns.
        """
        capacity, span, n_measurements, filled = (int(count) for count in arrays["counts"])
        n, k, merged = len(arrays["clock"]), len(columns), "least" in arrays
        shapes = {"clock": (n, 3), "ends": (n,), "low": (n, k), "last": (k,), "last_clock": (3,), "best": (k, 4)}
        shapes |= {"high": (n, k), "least": (n, k, 4)} if merged else {}
        if {name: array.shape for name, array in arrays.items() if name != "counts"} != shapes:
            raise ValueError("the curves have other shapes than their columns")
        if not (2 <= capacity <= MOST_CAPACITY and capacity % 2 == 0 and n <= capacity and 1 <= span <= 2**53):
            raise ValueError("the curves have a wrong size")
        if n_measurements != (n - 1) * span + filled if n else n_measurements:
            raise ValueError("the curves have another number of measurements than they say")
        if (n and not 1 <= filled <= span) or (span > 1) != merged:
            raise ValueError("the curves' counts are wrong")
        clock, ends = arrays["clock"], arrays["ends"]
        times = np.column_stack((clock[:, 0], ends)).ravel()
        if not (np.all(np.isfinite(clock)) and np.all(np.isfinite(times)) and np.all(np.diff(times) >= 0)):
            raise ValueError("the curves' measurements are not in the order of time")
        found = cls(columns, capacity)
        found.span, found.n_measurements, found._n, found._filled = span, n_measurements, n, filled
        found._clock[:n], found._ends[:n], found._low[:n] = clock, ends, arrays["low"]
        found._high[:n] = arrays["high"] if merged else arrays["low"]
        if merged:
            found._least = np.empty((found.capacity, k, 4))
            found._least[:n] = arrays["least"]
        found._last, found._last_clock = arrays["last"].copy(), arrays["last_clock"].copy()
        found._best = [_best_of(row) for row in arrays["best"].tolist()]
        return found


def _best_of(row: Sequence[float]) -> Best | None:
    """Return the best measurement of a column from its stored row: the value, then the three clocks."""
    value, *clock = row
    if np.isnan(value):
        return None
    if not np.all(np.isfinite(row)) or min(clock) < 0:
        raise ValueError("the curves' best values are wrong")
    presentations, updates, epochs = (int(count) for count in clock)
    return Best(presentations, updates, epochs, value)


def _digest(clocks: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what a bucket keeps of its measurements.

    Parameters
    ----------
    clocks : ndarray, shape (n_groups, n, 3)
        When the measurements were taken.
    values : ndarray, shape (n_columns, n_groups, n)
        What was measured.

    Returns
    -------
    low, high : ndarray, shape (n_groups, n_columns)
        Smallest and largest value; nan only where there is nothing else.
    least : ndarray, shape (n_groups, n_columns, 4)
        The least finite value (inf if none is), then presentations, updates, epochs of the first measurement with it.
    """
    all_finite = bool(np.isfinite(values).all())
    finite = values if all_finite else np.where(np.isfinite(values), values, np.inf)
    rows = finite.argmin(axis=2)
    at = np.take_along_axis(finite, rows[..., None], axis=2)
    least = np.concatenate((at, clocks[np.arange(len(clocks)), rows]), axis=2).transpose(1, 0, 2)
    low = at[..., 0] if all_finite else np.fmin.reduce(values, axis=2)
    high = values.max(axis=2) if all_finite else np.fmax.reduce(values, axis=2)
    return low.T, high.T, least


def _lesser(earlier: FloatArray, later: FloatArray) -> FloatArray:
    """Return from two arrays of shape (..., 4) the entries with the smaller value, the earlier where they are equal."""
    chosen: FloatArray = np.where(later[..., :1] < earlier[..., :1], later, earlier)
    return chosen


def _first_least(least: FloatArray) -> FloatArray:
    """Return of each column the entry with the least value: shape (n, n_columns, 4) to (n_columns, 4)."""
    rows = np.argmin(least[..., 0], axis=0)
    chosen: FloatArray = least[rows, np.arange(least.shape[1])]
    return chosen
