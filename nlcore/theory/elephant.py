"""The elephant of four complex parameters, and the fifth that gives it an eye and wiggles its trunk.

Mayer, Khairy and Howard ("Drawing an elephant with four complex parameters", American Journal of Physics 78, 2010) took
von Neumann at his word: each parameter holds two coefficients of the Fourier series of an outline. Their paper does not
say how the fifth one moves the trunk; how it does here is a free choice of this program (`wiggled`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nlcore.records import FloatArray

Parameters = tuple[complex, complex, complex, complex, complex]
PARAMETERS: Parameters = (50 - 30j, 18 + 8j, 12 - 10j, -14 - 60j, 40 + 20j)
"""As published: p1 to p4 draw the outline, p5 holds the size of the wiggle and the place of the eye."""
TRUNK_FROM = 0.65
"""Share of the width, from the tail, at which the trunk begins to move."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one real number of the parameters does.

    Attributes
    ----------
    parameter : int
        From 0.
    is_imaginary : bool
        Which part of it.
    coordinate : {"x", "y", ""}
        Of the curve; empty for the fifth parameter.
    wave : str
        What it multiplies.
    """

    parameter: int
    is_imaginary: bool
    coordinate: str
    wave: str

    def value(self, parameters: Parameters) -> float:
        """Return the number."""
        found = parameters[self.parameter]
        return float(found.imag if self.is_imaginary else found.real)


TERMS = (
    Term(0, False, "x", "sin t"),
    Term(0, True, "y", "sin t"),
    Term(1, False, "x", "sin 2t"),
    Term(1, True, "y", "sin 2t"),
    Term(2, False, "x", "cos 3t"),
    Term(2, True, "y", "sin 3t"),
    Term(3, False, "x", "cos 5t"),
    Term(3, True, "y", "cos t"),
    Term(4, False, "", "wiggle"),
    Term(4, True, "", "eye"),
)
"""All ten real numbers, in the order of the parameters."""


def parameters_of(numbers: tuple[float, ...]) -> Parameters:
    """Return the five parameters made of ten real numbers, in the order of `TERMS`."""
    p1, p2, p3, p4, p5 = (complex(numbers[2 * k], numbers[2 * k + 1]) for k in range(5))
    return p1, p2, p3, p4, p5


def curve(parameters: Parameters, t: FloatArray) -> FloatArray:
    """Return x(t) and y(t) as published, shape (n, 2)."""
    p1, p2, p3, p4, _ = parameters
    x = p1.real * np.sin(t) + p2.real * np.sin(2 * t) + p3.real * np.cos(3 * t) + p4.real * np.cos(5 * t)
    y = p4.imag * np.cos(t) + p1.imag * np.sin(t) + p2.imag * np.sin(2 * t) + p3.imag * np.sin(3 * t)
    return np.stack([x, y], axis=1)


def picture(parameters: Parameters, t: FloatArray) -> FloatArray:
    """Return the curve upright, shape (n, 2): y goes to the right and x downwards."""
    x, y = curve(parameters, t).T
    return np.stack([y, -x], axis=1)


def wiggled(parameters: Parameters, points: FloatArray, phase: float) -> FloatArray:
    """Move the trunk of an upright elephant up and down.

    The points of the right-hand part move by the real part of the fifth parameter, times the sine of the phase, times
    the square of how far they are along the trunk; so its root stays where it is.

    Parameters
    ----------
    parameters : tuple of complex
        All five.
    points : ndarray, shape (n, 2)
        From `picture`.
    phase : float
        In radians.
    """
    across = points[:, 0]
    low, high = float(across.min()), float(across.max())
    root = low + TRUNK_FROM * (high - low)
    along = np.clip((across - root) / max(high - root, 1e-9), 0.0, 1.0)
    moved = points.copy()
    moved[:, 1] += parameters[4].real * math.sin(phase) * along**2
    return moved


def eye(parameters: Parameters) -> tuple[float, float]:
    """Return the place of the eye on the upright elephant."""
    return parameters[4].imag, parameters[4].imag
