"""Colours and fonts of the window, in a light and a dark version.

Everything that draws takes its colours from a `Theme`, so a switch reaches every pane. The colours of curves and
classes are safe for colour-blind eyes (the Okabe-Ito palette) and never the only difference: dashes and symbols differ
too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlcore.records import SetName


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """One set of colours, written as ``#rrggbb``.

    Attributes
    ----------
    window, base, raised : str
        Background of the window, of plots and texts, of headers and buttons.
    text, muted, line : str
        Foreground, quieter foreground, separating lines and grids.
    accent, on_accent : str
        What is selected or leads on, and text on it.
    good, bad : str
        Right and wrong.
    curves : dict of set name to str
        Training, validation and test.
    low, middle, high : str
        Ends and middle of the diverging colour map: negative, zero, positive.
    """

    name: str
    window: str
    base: str
    raised: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str
    good: str
    bad: str
    curves: dict[SetName, str]
    low: str
    middle: str
    high: str

    @property
    def is_dark(self) -> bool:
        """Whether the background is dark."""
        return self.name == "dark"

    def diverging(self, n: int = 256) -> NDArray[np.uint8]:
        """Return a colour table from `low` over `middle` to `high`, shape (n, 3)."""
        stops = np.array([rgb(self.low), rgb(self.middle), rgb(self.high)], dtype=np.float64)
        places = np.linspace(0.0, 2.0, n)
        channels = [np.interp(places, (0.0, 1.0, 2.0), stops[:, c]) for c in range(3)]
        return np.round(np.stack(channels, axis=1)).astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three channels (0 to 255) of a colour written as ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(colour: str, background: str, share: float) -> str:
    """Mix a colour into a background, as an opaque colour: transparent pens draw slowly."""
    mixed = [round(share * a + (1 - share) * b) for a, b in zip(rgb(colour), rgb(background), strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#e9ebef",
    text="#1b1f27",
    muted="#5b6472",
    line="#d0d5dd",
    accent="#0a5fa8",
    on_accent="#ffffff",
    good="#00795a",
    bad="#b3261e",
    curves={"training": "#0072b2", "validation": "#d55e00", "test": "#009e73"},
    low="#2f6fd0",
    middle="#f7f7f2",
    high="#e0a100",
)
DARK = Theme(
    name="dark",
    window="#181a1f",
    base="#101216",
    raised="#262a32",
    text="#e8eaee",
    muted="#a2abb9",
    line="#3a404b",
    accent="#63b3ff",
    on_accent="#0b1622",
    good="#3fd0a0",
    bad="#ff8a80",
    curves={"training": "#56b4e9", "validation": "#ff9a3c", "test": "#2fd39f"},
    low="#4a90ff",
    middle="#20232a",
    high="#ffc53d",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
