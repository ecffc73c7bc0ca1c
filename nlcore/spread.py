"""Mean and spread of numbers and curves over several runs, with those left out that are not finite.

A run that diverged has no number; it must not turn the mean of all others into nan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray


@dataclass(frozen=True, slots=True)
class Summary:
    """A number over all runs that have it; numbers that are not finite are left out.

    Attributes
    ----------
    n : int
        Runs that have it. Without any the others are nan.
    mean, sd, median, low, high : float
        Mean, standard deviation (n - 1 in the denominator; nan for a single run), median, smallest and largest.
    """

    n: int
    mean: float
    sd: float
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float | None]) -> Summary:
        """Summarise numbers; None counts as missing."""
        table = np.array([[math.nan if value is None else value for value in values]], dtype=np.float64).T
        found = spread(np.zeros(1), table)
        columns = (found.mean, found.sd, found.median, found.low, found.high)
        return cls(int(found.n[0]), *(float(column[0]) for column in columns))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A curve over all runs.

    Attributes
    ----------
    x : ndarray, shape (n_points,)
        Epochs, updates or presentations.
    runs : ndarray, shape (n_runs, n_points)
        Each run's value; one that ended keeps its last value, one that diverged has nan from there on.
    n : ndarray of int, shape (n_points,)
        Runs with a finite value.
    mean, sd, median, low, high : ndarray, shape (n_points,)
        Over those runs; the standard deviation with n - 1 in the denominator. nan where there are too few.
    lower, upper : ndarray, shape (n_points,)
        Quartiles over those runs: between them lies the middle half. Between two runs they are interpolated.
    """

    x: FloatArray
    runs: FloatArray
    n: NDArray[np.int64]
    mean: FloatArray
    sd: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray
    lower: FloatArray
    upper: FloatArray


def spread(x: FloatArray, runs: FloatArray) -> Spread:
    """Summarise curves of shape (n_runs, n_points) at each point; what is not finite is left out."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        is_there = np.isfinite(runs)
        n = is_there.sum(axis=0)
        mean = np.where(n > 0, np.where(is_there, runs, 0.0).sum(axis=0) / n, math.nan)
        squares = np.where(is_there, (runs - mean) ** 2, 0.0).sum(axis=0)
        sd = np.where(n > 1, np.sqrt(squares / (n - 1)), math.nan)
        low = np.where(n > 0, np.where(is_there, runs, np.inf).min(axis=0), math.nan)
        high = np.where(n > 0, np.where(is_there, runs, -np.inf).max(axis=0), math.nan)
        ordered = np.sort(np.where(is_there, runs, np.inf), axis=0)  # what is missing comes last
        lower, median, upper = (_quantile(ordered, n, share) for share in (0.25, 0.5, 0.75))
    return Spread(x, runs, n, mean, sd, median, low, high, lower, upper)


def _quantile(ordered: FloatArray, n: NDArray[np.int64], share: float) -> FloatArray:
    """Return at each point the value below which a share of the first n runs lies."""
    last, columns = np.maximum(n - 1, 0), np.arange(ordered.shape[1])
    place = share * last
    before = np.floor(place).astype(np.int64)
    below, above = ordered[before, columns], ordered[np.minimum(before + 1, last), columns]
    between = np.where(above > below, below + (above - below) * (place - before), below)  # equal ones stay exact
    return np.where(n > 0, between, math.nan)
