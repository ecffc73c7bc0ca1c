"""Long curves made short: as many points as the pixels can show, with every peak kept."""

from __future__ import annotations

import numpy as np

from nlcore.records import FloatArray


def envelope(
    x: FloatArray, y: FloatArray, low: float, high: float, n_buckets: int, flat: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Thin a curve to the smallest and the largest value in each of so many equal stretches of x.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        The curve; x never falls.
    low, high : float
        The stretch of x that is seen; one point on either side of it is kept too.
    n_buckets : int
        About one for each pixel.
    flat : float
        Smallest and largest that differ by less are drawn as one point.
    """
    first = max(0, int(np.searchsorted(x, low)) - 1)
    last = min(len(x), int(np.searchsorted(x, high, side="right")) + 1)
    x, y = x[first:last], y[first:last]
    if len(x) <= 2 * n_buckets or not high > low:
        return x, y
    bucket = np.floor((x - low) * (n_buckets / (high - low)))
    starts = np.r_[0, np.nonzero(np.diff(bucket))[0] + 1]
    lows, highs = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    rises = y[starts] <= y[np.r_[starts[1:], len(y)] - 1]
    pairs = np.where(rises[:, None], np.column_stack((lows, highs)), np.column_stack((highs, lows)))
    kept = np.ones_like(pairs, dtype=np.bool_)
    kept[1:-1, 1] = ~(highs - lows < flat)[1:-1]
    return np.repeat(x[starts], 2)[kept.ravel()], pairs[kept]


def nearest(x: FloatArray, at: float) -> int:
    """Return the index of the value nearest to another one in a sorted array."""
    after = int(np.searchsorted(x, at))
    if after == 0 or after >= len(x):
        return min(after, len(x) - 1)
    return after if x[after] - at < at - x[after - 1] else after - 1
