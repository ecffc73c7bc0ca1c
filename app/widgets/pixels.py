"""Numbers as coloured pixels: weights on a map that is centred at zero, pictures as grey values.

Values that are not numbers get a colour of their own, so weights that diverged are seen as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.theme import Theme, rgb
from nlcore.records import FloatArray

COLOURS = 255
"""Odd, so that zero has the middle colour exactly."""
LETTER_LIMIT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SignedMap:
    """Colours for numbers from -limit over 0 to +limit.

    Attributes
    ----------
    table : ndarray of uint32, shape (COLOURS + 1,)
        Colours as Qt stores them; the last is for what is not a number.
    """

    table: NDArray[np.uint32]

    @classmethod
    def of(cls, theme: Theme, *, grey: bool = False) -> SignedMap:
        """Return the theme's diverging map, or black over grey to white."""
        colours = np.repeat(np.arange(COLOURS)[:, None], 3, axis=1) if grey else theme.diverging(COLOURS)
        parts = np.vstack([colours, rgb(theme.bad)]).astype(np.uint32)
        return cls((0xFF000000 | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]).astype(np.uint32))

    def colours(self, values: FloatArray, limit: float | FloatArray) -> NDArray[np.uint32]:
        """Return the colour of each value, of the same shape; infinite ones get the end's colour."""
        scale = np.where(np.asarray(limit) > 0.0, limit, 1.0)
        middle = (COLOURS - 1) / 2
        with np.errstate(invalid="ignore", over="ignore"):
            places = np.clip(np.round(values / scale * middle + middle), 0, COLOURS - 1)
        return self.table[np.where(np.isnan(places), COLOURS, places).astype(np.intp)]

    def colour(self, value: float, limit: float) -> QColor:
        """Return the colour of one value."""
        return QColor.fromRgb(int(self.colours(np.array([value]), limit)[0]))


def limit_of(values: FloatArray) -> float:
    """Return the largest finite absolute value (0 if there is none)."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def images_of(colours: NDArray[np.uint32]) -> list[QImage]:
    """Return one picture for each colour matrix of an array of shape (n, rows, columns)."""
    rows, columns = colours.shape[1:]
    whole = np.ascontiguousarray(colours)
    return [QImage(part.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy() for part in whole]


def grey_range(sets: Sequence[FloatArray]) -> tuple[float, float]:
    """Return the values to be shown as black and as white, the same for all pictures.

    Black is 0, or the smallest value if that is negative; white is the largest.
    """
    filled = [inputs for inputs in sets if inputs.size]
    low = min((float(inputs.min()) for inputs in filled), default=0.0)
    high = max((float(inputs.max()) for inputs in filled), default=1.0)
    low = min(low, 0.0)
    return low, high if high > low else low + 1.0


def grey_image(pixels: FloatArray, shape: tuple[int, int], black: float, white: float) -> QImage:
    """Return a picture of one example's inputs, row by row."""
    rows, columns = shape
    levels = np.clip(np.round((pixels.reshape(rows, columns) - black) * (255.0 / (white - black))), 0, 255)
    levels = np.ascontiguousarray(levels.astype(np.uint8))
    return QImage(levels.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def letters_on(colour: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour."""
    light = 0.299 * colour.redF() + 0.587 * colour.greenF() + 0.114 * colour.blueF()
    return QColor("#101216") if light > LETTER_LIMIT else QColor("#ffffff")
