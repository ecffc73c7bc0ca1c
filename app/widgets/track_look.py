"""How tracks are told apart everywhere: each number has its colour and its symbol, in light and in dark.

Colour alone is never the difference: the symbol stands on curves, on the bar of tracks and above every picture.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.theme import Theme

SYMBOLS = ("o", "s", "t1", "d", "p", "t", "h", "star")
TRACK_COLOURS = {
    "light": ("#0072b2", "#d55e00", "#009e73", "#b4508f", "#8a6d00", "#2b8cc4", "#5b6472", "#000000"),
    "dark": ("#56b4e9", "#ff9a3c", "#2fd39f", "#f0a3d0", "#f0e442", "#9ccbff", "#a2abb9", "#ffffff"),
}
CORNERS = {"s": (4, 45.0), "t1": (3, -90.0), "d": (4, 0.0), "p": (5, -90.0), "t": (3, 90.0), "h": (6, 0.0)}
"""Number of corners and the angle of the first, in degrees."""
PIXELS = 14


def track_colour(theme: Theme, number: int) -> str:
    """Return the colour of the track with a number, from 1."""
    colours = TRACK_COLOURS[theme.name]
    return colours[(number - 1) % len(colours)]


def track_symbol(number: int) -> str:
    """Return the symbol of the track with a number, by its name in pyqtgraph."""
    return SYMBOLS[(number - 1) % len(SYMBOLS)]


@lru_cache(maxsize=64)
def swatch(theme: Theme, number: int, *, is_hollow: bool = False) -> QIcon:
    """Return the symbol of a track in its colour as an icon; hollow for one that is hidden."""
    scale = 3
    pixmap = QPixmap(PIXELS * scale, PIXELS * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(track_colour(theme, number))
    painter.setPen(QPen(colour, 1.4 * scale))
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    painter.drawPath(_shape(track_symbol(number), PIXELS * scale / 2, 0.36 * PIXELS * scale))
    painter.end()
    return QIcon(pixmap)


def _shape(symbol: str, middle: float, radius: float) -> QPainterPath:
    path = QPainterPath()
    if symbol == "o":
        path.addEllipse(QPointF(middle, middle), radius, radius)
        return path
    n, first = CORNERS.get(symbol, (10, -90.0))
    corners = []
    for k in range(n):
        angle = math.radians(first + 360.0 * k / n)
        far = radius * (0.45 if n == 10 and k % 2 else 1.15)
        corners.append(QPointF(middle + far * math.cos(angle), middle + far * math.sin(angle)))
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return path
