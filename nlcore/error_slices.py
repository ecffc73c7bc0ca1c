"""A slice of the error surface: the loss of the training set over a rectangle of a plane, as a grid.

Where the loss is smooth it is computed at few points, 9 x 9 and then always twice as many a side, until the polynomial
through them agrees with it better than an eye can see; the grid is read off the polynomial. So 200 x 200 values take
milliseconds. Where that does not succeed, and for units that jump or bend, every value of the grid is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlcore.families import Model
from nlcore.records import FloatArray, read_only
from nlcore.slice_losses import Losses, losses_over, never
from nlcore.slice_planes import Plane

Range = tuple[float, float]
DEGREES = (8, 16, 32, 64, 128)
"""Points a side, less one; each set of points holds the one before."""
FINE = 200
CLOSE = 1e-2
"""An error that cannot be seen, as a share of the height of the lowest twentieth of the slice above its bottom."""
SINGLE = 4e-6
"""What single precision is good for, as a share of the largest loss."""
SMALL = 1_000_000
"""Outputs of units that are computed at once, in double precision: more thought would take longer."""
COARSE = 25
"""Points a side of the first answer where all values of a grid are computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The loss over a rectangle of a plane.

    Attributes
    ----------
    plane : Plane
        Which plane.
    u_range, v_range : tuple of float
        Ends of the rectangle.
    values : ndarray, shape (n, n)
        At the centres of n x n equal cells; index 0 runs along the second direction (upwards), index 1 along the first.
    error : float
        About how far the values are from the exact ones at most; 0 where every one of them was computed.
    is_final : bool
        Whether they are as exact as they can be; otherwise this is a first answer.
    """

    plane: Plane
    u_range: Range
    v_range: Range
    values: FloatArray
    error: float
    is_final: bool

    def at(self, u: float, v: float) -> float:
        """Return the loss near a point of the rectangle, between the four nearest values; nan outside."""
        n = len(self.values)
        column = (u - self.u_range[0]) / (self.u_range[1] - self.u_range[0]) * n - 0.5
        row = (v - self.v_range[0]) / (self.v_range[1] - self.v_range[0]) * n - 0.5
        if not (-0.5 <= column <= n - 0.5 and -0.5 <= row <= n - 0.5):
            return float("nan")
        column, row = min(max(column, 0.0), n - 1.0), min(max(row, 0.0), n - 1.0)
        i, j = min(int(row), n - 2), min(int(column), n - 2)
        a, b = row - i, column - j
        corners = self.values[i : i + 2, j : j + 2]
        weights = np.array([[(1 - a) * (1 - b), (1 - a) * b], [a * (1 - b), a * b]])
        return float(np.sum((weights * corners)[weights > 0.0]))

    def smaller(self, n: int) -> FloatArray:
        """Return fewer values, at about n x n places, for a coarser picture, with the shape (m, m)."""
        step = max(1, len(self.values) // n)
        first = (len(self.values) - 1) % step // 2
        return self.values[first::step, first::step]


class SliceWork:
    """Computes a slice in steps, so that a first answer comes soon.

    Parameters
    ----------
    model : Model
        Whose loss.
    plane : Plane
        Over which plane.
    u_range, v_range : tuple of float
        The rectangle.
    n : int
        Values a side.
    """

    def __init__(self, model: Model, plane: Plane, u_range: Range, v_range: Range, n: int = FINE) -> None:
        self.plane, self.u_range, self.v_range, self._n = plane, u_range, v_range, n
        self._losses: Losses = losses_over(model, plane)
        is_small = self._losses.work * n**2 <= SMALL
        self._is_smooth = self._losses.is_smooth and not is_small
        self._is_exact = is_small
        self._step = int(is_small)
        self._known: FloatArray = np.empty((0, 0))

    @property
    def next_work(self) -> int:
        """About how many outputs of units the next step computes."""
        if self._is_smooth:
            return self._losses.work * ((DEGREES[self._step] + 1) ** 2 - self._known.size)
        return self._losses.work * (COARSE if self._step == 0 else self._n) ** 2

    def step(self, cancelled: Callable[[], bool] = never) -> Slice:
        """Compute a little more and return the slice as far as it is known.

        Raises
        ------
        CancelledError
            If somebody gave the work up.
        """
        if self._is_smooth:
            found = self._smooth_step(cancelled)
            if found is not None:
                return found
            self._is_smooth, self._step = False, 1  # what is there already serves as the first answer
        return self._plain_step(cancelled)

    def _smooth_step(self, cancelled: Callable[[], bool]) -> Slice | None:
        """Compute the loss at twice as many points a side; None if no polynomial will do."""
        degree = DEGREES[self._step]
        values = self._values_at(degree, cancelled)
        if not self._is_exact and (not np.all(np.isfinite(values)) or _needs_double(values)):
            values = self._exact_values_at(degree, cancelled)
        if not np.all(np.isfinite(values)):
            return None
        grid, error = self._fitted(values, degree)
        wanted = CLOSE * (float(np.quantile(grid, 0.05)) - float(grid.min()))
        if error <= wanted and not self._is_exact and SINGLE * float(np.abs(values).max()) > wanted:
            values = self._exact_values_at(degree, cancelled)  # its bottom is flatter than single precision can tell
            grid, error = self._fitted(values, degree)
        is_good = error <= max(wanted, 1e-12 * float(np.abs(values).max())) and self._step > 0
        self._known = values
        self._step += 1
        if not is_good and self._step == len(DEGREES):
            return None
        return self._slice(grid, error, is_final=is_good)

    def _fitted(self, values: FloatArray, degree: int) -> tuple[FloatArray, float]:
        """Return the grid of the polynomial through values at the nodes, and about how wrong it is at most.

        Two things tell: how fast its coefficients fall, and by how much the polynomial of half the degree missed what
        has been computed since. That of this degree is better; a quarter as many digits more are counted on.
        """
        transform, basis = _transform(degree), _basis(degree, self._n)
        coefficients = transform @ values @ transform.T
        tail = 3 * degree // 4
        error = float(max(np.abs(coefficients[tail:]).max(), np.abs(coefficients[:, tail:]).max()))
        if self._step > 0:
            every, low = degree // DEGREES[self._step - 1], DEGREES[self._step - 1]
            before = _transform(low) @ values[::every, ::every] @ _transform(low).T
            missed = float(np.abs(_at_nodes(low, degree) @ before @ _at_nodes(low, degree).T - values).max())
            height = max(float(np.ptp(values)), 1e-300)
            error = max(error, missed * min(1.0, (missed / height) ** 0.25))
        return basis @ coefficients @ basis.T, error

    def _exact_values_at(self, degree: int, cancelled: Callable[[], bool]) -> FloatArray:
        """Return the loss at the points of a degree in double precision, also where it was known in single."""
        self._is_exact, self._known = True, np.empty((0, 0))
        return self._values_at(degree, cancelled)

    def _values_at(self, degree: int, cancelled: Callable[[], bool]) -> FloatArray:
        """Return the loss at the points of a degree; what is known of a lower degree is used again."""
        nodes = _nodes(degree)
        at = np.stack(np.meshgrid(_between(self.u_range, nodes), _between(self.v_range, nodes)), axis=-1)
        missing = np.ones((degree + 1, degree + 1), dtype=np.bool_)
        values = np.empty((degree + 1, degree + 1))
        if self._known.size:
            every = degree // (len(self._known) - 1)
            values[::every, ::every] = self._known
            missing[::every, ::every] = False
        values[missing] = self._losses.at(at[missing], is_exact=self._is_exact, cancelled=cancelled)
        return values

    def _plain_step(self, cancelled: Callable[[], bool]) -> Slice:
        n = COARSE if self._step == 0 else self._n
        self._step += 1
        centres = (2.0 * np.arange(n) + 1.0) / n - 1.0
        at = np.stack(np.meshgrid(_between(self.u_range, centres), _between(self.v_range, centres)), axis=-1)
        values = self._losses.at(at.reshape(-1, 2), is_exact=self._is_exact, cancelled=cancelled)
        if not self._is_exact and (not np.all(np.isfinite(values)) or _needs_double(values)):
            self._is_exact = True
            values = self._losses.at(at.reshape(-1, 2), is_exact=True, cancelled=cancelled)
        return self._slice(values.reshape(n, n), 0.0, is_final=n == self._n)

    def _slice(self, values: FloatArray, error: float, *, is_final: bool) -> Slice:
        return Slice(self.plane, self.u_range, self.v_range, read_only(values), error, is_final)


def error_slice(model: Model, plane: Plane, u_range: Range, v_range: Range) -> Slice:
    """Return the loss over a rectangle of a plane, as exact as it can be."""
    work = SliceWork(model, plane, u_range, v_range)
    while not (found := work.step()).is_final:
        pass
    return found


def _needs_double(values: FloatArray) -> bool:
    """Tell whether values differ too little for single precision."""
    largest = float(np.abs(values).max())
    return bool(float(np.ptp(values)) < 1e3 * SINGLE * largest)


def _between(ends: Range, share: FloatArray) -> FloatArray:
    """Return places from -1 to 1 as places in a range."""
    return 0.5 * (ends[0] + ends[1]) + 0.5 * (ends[1] - ends[0]) * share


@lru_cache(maxsize=8)
def _nodes(degree: int) -> FloatArray:
    """Return the extremal points of a Chebyshev polynomial, from -1 to 1."""
    return read_only(-np.cos(np.pi * np.arange(degree + 1) / degree))


@lru_cache(maxsize=8)
def _transform(degree: int) -> FloatArray:
    """Return the matrix that turns values at the nodes into coefficients of Chebyshev polynomials."""
    k = np.arange(degree + 1)
    found = 2.0 / degree * np.cos(np.pi * np.outer(k, degree - k) / degree)  # column j belongs to node j, at -cos
    found[[0, -1]] *= 0.5
    found[:, [0, -1]] *= 0.5
    return read_only(found)


def _polynomials(degree: int, at: FloatArray) -> FloatArray:
    """Return the Chebyshev polynomials up to a degree at some places, one place a row."""
    return np.cos(np.arccos(np.clip(at, -1.0, 1.0))[:, None] * np.arange(degree + 1))


@lru_cache(maxsize=8)
def _basis(degree: int, n: int) -> FloatArray:
    return read_only(_polynomials(degree, (2.0 * np.arange(n) + 1.0) / n - 1.0))


@lru_cache(maxsize=8)
def _at_nodes(low: int, degree: int) -> FloatArray:
    return read_only(_polynomials(low, _nodes(degree)))
