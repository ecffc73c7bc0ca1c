"""One's own picture for a network: drawn with a pen, or read from a file and brought to the network's resolution.

Grey values go from 0, black, to 1, white. A pen leaves in each pixel the share of it that it has covered, counted on a
grid of 4 x 4 points, as the scanned digits of the data set were counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image

from nlcore.datasets import _pictures
from nlcore.datasets._pictures import Picture as Picture
from nlcore.errors import DataError
from nlcore.records import FloatArray

Fit = Literal["whole", "cut", "stretch"]
"""The whole picture with borders, its middle without any, or pulled to the shape."""
Place = tuple[float, float]
"""Row and column, from 0 at the upper left corner; the middle of the first pixel is (0.5, 0.5)."""
MOST: Final = 1024
"""Larger pictures are reduced to this before anything else is done with them."""
POINTS: Final = 4
DARK: Final = 0.2
LIGHT: Final = 0.6


def read(path: Path) -> Picture:
    """Read a picture file of any size as grey values.

    Raises
    ------
    DataError
        If it is no picture, broken, or too large to be looked into.
    """
    if not path.is_file():
        raise DataError(f"{path} is not a file; choose a picture file (PNG, JPEG or PGM)")
    return _pictures.read(path, None, most=MOST, advice="choose another picture (PNG, JPEG or PGM)")


def border(grey: FloatArray) -> float:
    """Return the mean of a picture's outermost pixels."""
    rows = np.concatenate([grey[0], grey[-1]])
    return float(np.concatenate([rows, grey[1:-1, 0], grey[1:-1, -1]]).mean())


def must_be_inverted(grey: FloatArray, examples: FloatArray) -> bool:
    """Tell whether a picture must be inverted to look like the examples: these are light on dark, it is dark on light.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
        The picture.
    examples : ndarray, shape (n, rows, columns)
        Grey values of the data set.
    """
    return border(examples.mean(axis=0)) < DARK and border(grey) > LIGHT


def fitted(grey: FloatArray, shape: tuple[int, int], fit: Fit) -> FloatArray:
    """Return a picture at another resolution, by averaging.

    Parameters
    ----------
    grey : ndarray
        The picture.
    shape : tuple of int
        Rows and columns of the result.
    fit : str
        What to do where height and width are in another proportion: "whole" fills the borders with the mean of the
        picture's own outermost pixels, "cut" takes the middle, "stretch" pulls.
    """
    (rows, columns), (height, width) = shape, grey.shape
    if (height, width) == shape:
        return grey.copy()
    if fit == "stretch":
        return _resized(grey, shape, (0.0, 0.0, width, height))
    across = width * rows / height  # columns that the picture would have with all its rows
    if fit == "cut":
        if across > columns:
            kept = width * columns / across
            return _resized(grey, shape, ((width - kept) / 2, 0.0, (width + kept) / 2, height))
        kept = height * across / columns
        return _resized(grey, shape, (0.0, (height - kept) / 2, width, (height + kept) / 2))
    inner = (rows, max(1, round(across))) if across <= columns else (max(1, round(rows * columns / across)), columns)
    found = np.full(shape, border(grey))
    top, left = (rows - inner[0]) // 2, (columns - inner[1]) // 2
    found[top : top + inner[0], left : left + inner[1]] = _resized(grey, inner, (0.0, 0.0, width, height))
    return found


def _resized(grey: FloatArray, shape: tuple[int, int], box: tuple[float, float, float, float]) -> FloatArray:
    image = Image.fromarray(grey.astype(np.float32))
    small = image.resize((shape[1], shape[0]), Image.Resampling.BOX, box=box)
    return np.clip(np.asarray(small, dtype=np.float64), 0.0, 1.0)


def covered(shape: tuple[int, int], start: Place, end: Place, width: float) -> FloatArray:
    """Return which share of each pixel a round pen covers on its way along a straight line.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    start, end : tuple of float
        Row and column where the way begins and ends.
    width : float
        Diameter of the pen in pixels.
    """
    rows, columns = ((np.arange(n * POINTS) + 0.5) / POINTS for n in shape)
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    down, right = rows[:, None] - start[0], columns[None, :] - start[1]
    done = np.clip((down * along[0] + right * along[1]) / length, 0.0, 1.0) if length else np.zeros((1, 1))
    far = (down - done * along[0]) ** 2 + (right - done * along[1]) ** 2
    hit = (far <= (width / 2) ** 2).astype(np.float64)
    share: FloatArray = hit.reshape(shape[0], POINTS, shape[1], POINTS).mean(axis=(1, 3))
    return share


def block(shape: tuple[int, int], place: tuple[int, int], width: int) -> FloatArray:
    """Return a mask of whole pixels around one: 1 in a square of so many pixels, 0 elsewhere."""
    found = np.zeros(shape)
    top, left = (max(0, place[axis] - (width - 1) // 2) for axis in (0, 1))
    found[top : place[0] + width // 2 + 1, left : place[1] + width // 2 + 1] = 1.0
    return found


def shifted(grey: FloatArray, down: int, right: int) -> FloatArray:
    """Return a picture moved by whole pixels; what comes in repeats the pixels at the edge."""
    rows, columns = (np.arange(n) for n in grey.shape)
    return grey[
        np.clip(rows - down, 0, len(rows) - 1)[:, None], np.clip(columns - right, 0, len(columns) - 1)[None, :]
    ].copy()


def centred(grey: FloatArray) -> FloatArray:
    """Return a picture moved so that what differs from its border lies around the middle."""
    weight = np.abs(grey - border(grey))
    total = float(weight.sum())
    if total == 0.0:
        return grey.copy()
    places = [
        float((weight.sum(axis=1 - axis) * (np.arange(n) + 0.5)).sum()) / total for axis, n in enumerate(grey.shape)
    ]
    return shifted(grey, round(grey.shape[0] / 2 - places[0]), round(grey.shape[1] / 2 - places[1]))


def block_means(grey: FloatArray, side: int) -> FloatArray:
    """Return the mean of each square block of so many pixels a side; what is left over at the edges is cut off."""
    rows, columns = (n // side for n in grey.shape)
    blocks = grey[: rows * side, : columns * side].reshape(rows, side, columns, side)
    means: FloatArray = blocks.mean(axis=(1, 3))
    return means


def block_samples(grey: FloatArray, side: int) -> FloatArray:
    """Return one pixel of each block, the one at its middle, instead of the mean."""
    rows, columns = (n // side for n in grey.shape)
    return grey[side // 2 : rows * side : side, side // 2 : columns * side : side]
