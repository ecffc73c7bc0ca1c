"""The colours of a decision surface's map."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.theme import Theme, blend, rgb
from app.widgets.markers import Marker, marker

SHADES = 32
FEW_CLASSES = 4
"""Up to so many classes are told apart by black and white shapes, which show on every map."""
TINTS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999", "#99004d", "#7a5cd6",
)  # fmt: skip
"""Okabe and Ito's colours and two more, for the regions of several classes; their names stand in them too."""


def opaque(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a table of colours with full opacity."""
    return np.column_stack((table, np.full(len(table), 255, dtype=np.uint8)))


def class_marker(k: int, n_classes: int, theme: Theme) -> Marker:
    """Return the marker of class `k`; of many classes it has the colour of its region too: ten shapes look alike."""
    look = marker(k)
    if n_classes <= FEW_CLASSES:
        return look
    return Marker(look.symbol, TINTS[k % len(TINTS)], theme.text)


@lru_cache(maxsize=8)
def tints(n_classes: int, base: str) -> NDArray[np.uint8]:
    """Return a colour table with so many shades of each class's colour."""
    shades = np.linspace(0.12, 0.8, SHADES)
    colours = [blend(TINTS[k % len(TINTS)], base, float(s)) for k in range(n_classes) for s in shades]
    return opaque(np.array([rgb(colour) for colour in colours], dtype=np.uint8))
