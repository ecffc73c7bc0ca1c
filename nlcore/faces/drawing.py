"""Drawing ellipsoids: enough geometry for a head.

Seen from far away, an ellipsoid covers an ellipse, and where a line of sight meets it follows from a quadratic
equation. So every pixel knows the spot of the surface that it shows, edges are smooth by construction, and what is
painted on the surface turns with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Matrix = NDArray[np.float64]
BEHIND = -1e9


def rotation(yaw: float, pitch: float, roll: float) -> Matrix:
    """Return the matrix that turns a head's own directions into the viewer's, shape (3, 3).

    Parameters
    ----------
    yaw : float
        Degrees to the head's own left, which is the picture's right.
    pitch : float
        Degrees upwards.
    roll : float
        Degrees of tilt towards the picture's right.
    """
    y, p, r = (math.radians(angle) for angle in (yaw, pitch, roll))
    turn = np.array([[math.cos(y), 0.0, math.sin(y)], [0.0, 1.0, 0.0], [-math.sin(y), 0.0, math.cos(y)]])
    raise_ = np.array([[1.0, 0.0, 0.0], [0.0, math.cos(p), math.sin(p)], [0.0, -math.sin(p), math.cos(p)]])
    tilt = np.array([[math.cos(r), math.sin(r), 0.0], [-math.sin(r), math.cos(r), 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(tilt @ raise_ @ turn)


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """What a rectangle of pixels sees of an ellipsoid.

    Attributes
    ----------
    x, y, z : ndarray, shape (rows, columns)
        Place on the surface in the body's own directions: its left, up, forward.
    light : ndarray, shape (rows, columns)
        Cosine between the surface's normal and the direction to the light, at least 0.
    """

    x: Image
    y: Image
    z: Image
    light: Image


Paint = Callable[[Spots], "tuple[Image, Image | None]"]
"""Spots to (brightness 0..1, opacity 0..1 or None for opaque)."""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A frame in which ellipsoids are placed: a head or a trunk.

    Attributes
    ----------
    column, row : float
        Where its origin is in the picture, in pixels.
    size : float
        Pixels per unit of length.
    turn : ndarray, shape (3, 3)
        From its own directions to the viewer's.
    light : ndarray, shape (3,)
        Unit vector to the light, in the viewer's directions.
    """

    column: float
    row: float
    size: float
    turn: Matrix
    light: Matrix


class Canvas:
    """A picture being drawn, with the depth of what each pixel shows.

    Parameters
    ----------
    background : ndarray, shape (rows, columns)
        Brightness 0..1; copied.
    """

    def __init__(self, background: Image) -> None:
        self.picture = background.astype(np.float32)
        self._depth = np.full(background.shape, BEHIND, dtype=np.float32)

    def ellipsoid(
        self, body: Body, centre: tuple[float, float, float], axes: tuple[float, float, float], paint: Paint
    ) -> None:
        """Draw one ellipsoid in front of what is farther away.

        Parameters
        ----------
        body : Body
            The frame it belongs to.
        centre, axes : tuple of float
            In the body's own directions and unit.
        paint : callable
            Gives the surface its brightness.
        """
        at = body.turn @ np.array(centre)
        to_unit = (body.turn / np.array(axes)).T  # a vector of the viewer's to the unit sphere
        metric = to_unit.T @ to_unit
        along = metric[2, 2]
        slope = metric[2, :2] / along
        form = metric[:2, :2] - along * np.outer(slope, slope)  # the ellipse that is covered
        spread = np.sqrt(np.diag(np.linalg.inv(form)))
        column, row = body.column + body.size * at[0], body.row - body.size * at[1]
        margin = body.size * spread + 1.0
        rows, columns = self.picture.shape
        top, bottom = max(0, int(row - margin[1])), min(rows, int(row + margin[1]) + 2)
        left, right = max(0, int(column - margin[0])), min(columns, int(column + margin[0]) + 2)
        if top >= bottom or left >= right:
            return
        x = ((np.arange(left, right) + 0.5 - column) / body.size).astype(np.float32)[None, :]
        y = ((row - np.arange(top, bottom) - 0.5) / body.size).astype(np.float32)[:, None]
        window = (slice(top, bottom), slice(left, right))
        q = np.float32(form[0, 0]) * x * x + np.float32(2 * form[0, 1]) * x * y + np.float32(form[1, 1]) * y * y
        pixels = np.float32(body.size * math.sqrt(float(spread[0] * spread[1])))
        cover = np.clip((1.0 - np.sqrt(q)) * pixels + np.float32(0.5), 0.0, 1.0)
        z = np.sqrt(np.maximum(1.0 - q, 0.0) / np.float32(along)) - np.float32(slope[0]) * x - np.float32(slope[1]) * y
        depth = z + np.float32(at[2])
        brightness, opacity = paint(_spots(body, centre, metric, (x, y, z)))
        if opacity is not None:
            cover = cover * opacity
        cover = np.where(depth > self._depth[window], cover, np.float32(0.0))
        picture = self.picture[window]
        picture += cover * (brightness - picture)
        np.copyto(self._depth[window], depth, where=cover > 0.5)


def _spots(body: Body, centre: tuple[float, float, float], metric: Matrix, at: tuple[Image, Image, Image]) -> Spots:
    x, y, z = at

    def along(direction: Matrix, offset: float = 0.0) -> Image:
        a, b, c, d = np.float32(direction[0]), np.float32(direction[1]), np.float32(direction[2]), np.float32(offset)
        value: Image = (a * x + d) + b * y + c * z
        return value

    own = [along(body.turn[:, i], centre[i]) for i in range(3)]
    normal = [along(row) for row in metric]
    squared = normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]
    lit = np.maximum(along(metric @ body.light), np.float32(0.0)) / np.sqrt(squared)
    return Spots(own[0], own[1], own[2], lit)


def blob(x: Image, y: Image, at: tuple[float, float], radii: tuple[float, float], soft: float = 0.35) -> Image:
    """Return a soft-edged elliptic mask: 1 inside, 0 outside.

    Parameters
    ----------
    x, y : ndarray
        Coordinates.
    at, radii : tuple of float
        Centre and half axes.
    soft : float
        Width of the edge relative to the radius.
    """
    u = (x - np.float32(at[0])) * np.float32(1.0 / radii[0])
    v = (y - np.float32(at[1])) * np.float32(1.0 / radii[1])
    mask: Image = np.clip((1.0 - u * u - v * v) * np.float32(0.5 / soft) + np.float32(0.5), 0.0, 1.0)
    return mask


def step(values: Image, width: float) -> Image:
    """Return 0 where values are well below zero, 1 well above, and a ramp of the given width between."""
    ramp: Image = np.clip(values * np.float32(1.0 / width) + np.float32(0.5), 0.0, 1.0)
    return ramp
