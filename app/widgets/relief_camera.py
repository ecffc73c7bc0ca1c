"""From where a relief is seen: an orthogonal projection that is turned by two angles."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nlcore.records import FloatArray

AZIMUTH, ELEVATION = 35.0, 30.0
LOWEST, HIGHEST = 5.0, 90.0


@dataclass(frozen=True, slots=True)
class Camera:
    """Angles in degrees: around the vertical axis, and above the ground."""

    azimuth: float = AZIMUTH
    elevation: float = ELEVATION

    def turned(self, right: float, up: float) -> Camera:
        """Return one that is turned by so many degrees; never below the ground."""
        return Camera((self.azimuth + right) % 360.0, min(max(self.elevation + up, LOWEST), HIGHEST))

    def seen(self, points: FloatArray, size: tuple[int, int], margin: float) -> tuple[FloatArray, FloatArray]:
        """Turn places in the cube from -0.5 to 0.5 into pixels and depths.

        Parameters
        ----------
        points : ndarray, shape (..., 3)
            The places.
        size : tuple of int
            Width and height of the picture.
        margin : float
            Pixels that stay free around it.

        Returns
        -------
        pixels : ndarray, shape (..., 2)
            From the upper left corner.
        depths : ndarray, shape (...)
            Larger is farther away.
        """
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        x = points[..., 0] * math.cos(a) - points[..., 1] * math.sin(a)
        y = points[..., 0] * math.sin(a) + points[..., 1] * math.cos(a)
        z = points[..., 2]
        up = y * math.sin(e) + z * math.cos(e)
        depth = y * math.cos(e) - z * math.sin(e)
        width, height = size
        scale = max(20.0, min((width - 2 * margin) / 1.42, (height - margin) / 1.45))
        middle = np.array([width / 2, height / 2 - 0.1 * margin])
        return middle + scale * np.stack((x, -up), axis=-1), depth
