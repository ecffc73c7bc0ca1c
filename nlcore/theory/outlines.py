"""Closed outlines as functions of a parameter t, and the best that sums of sines and cosines can do for them.

With the features cos kt and sin kt for k = 1 ... K a linear unit for each coordinate is a Fourier series of K
harmonics; its best weights are those of least squares (lecture, "How complex should the model be ?").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.records import FloatArray
from nlcore.theory import elephant

TURN = 2.0 * np.pi


def features(t: FloatArray, harmonics: int) -> FloatArray:
    """Return cos t, sin t, cos 2t, sin 2t and so on, shape (n, 2 x harmonics)."""
    waves = [wave(k * t) for k in range(1, harmonics + 1) for wave in (np.cos, np.sin)]
    return np.stack(waves, axis=1)


def feature_names(harmonics: int) -> tuple[str, ...]:
    """Return what the columns of `features` are called."""
    return tuple(f"{wave} {'' if k == 1 else k}t" for k in range(1, harmonics + 1) for wave in ("cos", "sin"))


def parameter_of(inputs: FloatArray) -> FloatArray:
    """Return t, from 0 to 2 pi, from the first two features."""
    return np.mod(np.arctan2(inputs[:, 1], inputs[:, 0]), TURN)


def _elephant(t: FloatArray) -> FloatArray:
    return elephant.picture(elephant.PARAMETERS, t) / 100.0


def _circle(t: FloatArray) -> FloatArray:
    return 0.8 * np.stack([np.cos(t), np.sin(t)], axis=1)


def _heart(t: FloatArray) -> FloatArray:
    across = 16.0 * np.sin(t) ** 3
    up = 13.0 * np.cos(t) - 5.0 * np.cos(2 * t) - 2.0 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([across, up], axis=1) / 20.0


SHAPES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "elephant": _elephant,
    "circle": _circle,
    "heart": _heart,
}
SQUARE = ((0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7))


def along(corners: Sequence[Sequence[float]], t: FloatArray) -> FloatArray:
    """Go round a polygon at an even pace, shape (n, 2).

    Parameters
    ----------
    corners : sequence of (float, float)
        Joined in their order, the last with the first.
    t : ndarray, shape (n,)
        From 0 to 2 pi for one round.
    """
    closed = np.array([*corners, corners[0]], dtype=np.float64)
    way = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))))
    at = np.mod(t, TURN) / TURN * way[-1]
    return np.stack([np.interp(at, way, closed[:, k]) for k in (0, 1)], axis=1)


def outline(shape: str, corners: Sequence[Sequence[float]], t: FloatArray) -> FloatArray:
    """Return points of an outline, shape (n, 2): across and up.

    Parameters
    ----------
    shape : str
        One of `SHAPES`, ``"square"``, or ``"points"`` for a polygon of one's own.
    corners : sequence of (float, float)
        Of that polygon.
    t : ndarray, shape (n,)
        Where.
    """
    if shape in SHAPES:
        return SHAPES[shape](t)
    return along(SQUARE if shape == "square" else corners, t)


@dataclass(frozen=True, slots=True)
class Fit:
    """The best that some harmonics can do.

    Attributes
    ----------
    harmonics, n_parameters : int
        How many, and how many numbers that takes for both coordinates.
    training, validation : float
        Root of the mean squared distance of the points from where the fit puts them; nan without points.
    """

    harmonics: int
    n_parameters: int
    training: float
    validation: float


def n_parameters(harmonics: int) -> int:
    """Return the number of weights of both coordinates together."""
    return 2 * (2 * harmonics + 1)


def best_weights(t: FloatArray, points: FloatArray, harmonics: int) -> FloatArray:
    """Return the least-squares weights, shape (1 + 2 x harmonics, 2), the constants first.

    Where there are more weights than points, those of the smallest length.
    """
    return np.asarray(np.linalg.lstsq(_columns(t, harmonics), points, rcond=None)[0], dtype=np.float64)


def fitted(weights: FloatArray, t: FloatArray) -> FloatArray:
    """Return where weights put the points of an outline, shape (n, 2)."""
    found: FloatArray = _columns(t, (len(weights) - 1) // 2) @ weights
    return found


def _columns(t: FloatArray, harmonics: int) -> FloatArray:
    """Return a column of ones and the features; those of fewer harmonics are the first of them."""
    return np.column_stack((np.ones(len(t)), features(t, harmonics)))


def distance(points: FloatArray, others: FloatArray) -> float:
    """Return the root of the mean squared distance between points; nan if there are none."""
    if not len(points):
        return float("nan")
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(np.sum((points - others) ** 2, axis=1))))


def fits(
    training: tuple[FloatArray, FloatArray], validation: tuple[FloatArray, FloatArray], most: int
) -> tuple[Fit, ...]:
    """Fit 1 harmonic, 2 harmonics and so on by least squares.

    Parameters
    ----------
    training, validation : tuple of ndarray, of shapes (n,) and (n, 2)
        Where the points are on the outline, and the points.
    most : int
        So many harmonics at the end.
    """
    tables = [_columns(t, most) for t, _ in (training, validation)]
    turned, corner = np.linalg.qr(tables[0])  # one long table for all fits, and a small one for each
    points = turned.T @ training[1]
    found = []
    for harmonics in range(1, most + 1):
        width = 1 + 2 * harmonics
        weights = np.linalg.lstsq(corner[:, :width], points, rcond=None)[0]
        errors = [
            distance(wanted, columns[:, :width] @ weights)
            for columns, (_, wanted) in zip(tables, (training, validation), strict=True)
        ]
        found.append(Fit(harmonics, n_parameters(harmonics), *errors))
    return tuple(found)
