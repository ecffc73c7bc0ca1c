"""A closed outline drawn in true proportions: what it should be, what came of it, and the points it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.legend import line_pen
from nlcore.records import FloatArray

NOTHING: FloatArray = np.empty((0, 2))
MARGIN = 0.06
FILL = 0.22
TARGET = (4.0, 3.0)
"""Dashes of the outline as it should be."""
DOT, SQUARE, RING = 3.0, 5.0, 8.0
FARTHEST = 1e6
"""Pixels beyond which nothing is drawn."""


def _nothing() -> FloatArray:
    return NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What is drawn.

    Attributes
    ----------
    curve : ndarray, shape (n, 2)
        What came of it, closed.
    target : ndarray, shape (n, 2)
        What it should be, closed.
    training, validation : ndarray, shape (n, 2)
        The points.
    chosen : ndarray, shape (n, 2)
        Points that are pointed out.
    eye : tuple of float or None
        Where an eye is drawn.
    """

    curve: FloatArray
    target: FloatArray = field(default_factory=_nothing)
    training: FloatArray = field(default_factory=_nothing)
    validation: FloatArray = field(default_factory=_nothing)
    chosen: FloatArray = field(default_factory=_nothing)
    eye: tuple[float, float] | None = None


class OutlineView(QWidget):
    """The picture.

    Parameters
    ----------
    name : str
        For screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.colour = ""
        self.outline = Outline(NOTHING)
        self.reach = QRectF(-1.0, -1.0, 2.0, 2.0)
        """The part of the plane that is shown, its top as a smaller number than its bottom as Qt has it."""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 70)

    def sizeHint(self) -> QSize:
        """Ask for a fair size."""
        return QSize(260, 220)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def show_outline(self, outline: Outline, reach: FloatArray, colour: str = "") -> None:
        """Draw another outline.

        Parameters
        ----------
        outline : Outline
            What is drawn.
        reach : ndarray, shape (n, 2)
            Points that must be in sight.
        colour : str
            Of the curve; the quiet text's if empty.
        """
        self.outline, self.colour = outline, colour
        low, high = reach.min(axis=0), reach.max(axis=0)
        size = np.maximum(high - low, 1e-9 + 1e-6 * np.abs(low))
        self.reach = QRectF(float(low[0]), float(-high[1]), float(size[0]), float(size[1]))
        self.update()

    def place(self, points: FloatArray) -> FloatArray:
        """Return where points stand, in pixels; both axes have one scale."""
        width, height = max(1, self.width()), max(1, self.height())
        scale = (1.0 - 2.0 * MARGIN) * min(width / self.reach.width(), height / self.reach.height())
        middle = self.reach.center()
        with np.errstate(over="ignore", invalid="ignore"):
            across = width / 2 + scale * (points[:, 0] - middle.x())
            down = height / 2 + scale * (-points[:, 1] - middle.y())
        placed: FloatArray = np.clip(np.nan_to_num(np.stack([across, down], axis=1)), -FARTHEST, FARTHEST)
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the figure, what it should be, and the points."""
        del event
        theme, outline = self.theme, self.outline
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.base))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.colour or theme.muted
        if len(outline.curve):
            path = self._path(outline.curve)
            painter.fillPath(path, QColor(blend(colour, theme.base, FILL)))
            if len(outline.target):
                self._draw_target(painter)
            painter.strokePath(path, QPen(QColor(colour), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        elif len(outline.target):
            self._draw_target(painter)
        self._draw_points(painter)
        if outline.eye is not None:
            self._draw_eye(painter, outline.eye)
        painter.end()

    def _draw_target(self, painter: QPainter) -> None:
        painter.strokePath(self._path(self.outline.target), line_pen(self.theme.text, 1.2, TARGET))

    def _draw_points(self, painter: QPainter) -> None:
        theme, outline = self.theme, self.outline
        painter.setPen(QPen(QColor(theme.base), 1.0))
        painter.setBrush(QColor(theme.text))
        for x, y in self.place(outline.training):
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.curves["validation"]), 1.3))
        for x, y in self.place(outline.validation):
            painter.drawRect(QRectF(x - SQUARE / 2, y - SQUARE / 2, SQUARE, SQUARE))
        painter.setPen(QPen(QColor(theme.accent), 2.0))
        for x, y in self.place(outline.chosen):
            painter.drawEllipse(QPointF(x, y), RING, RING)

    def _draw_eye(self, painter: QPainter, at: tuple[float, float]) -> None:
        ((x, y),) = self.place(np.array([at]))
        size = max(3.0, 0.016 * min(self.width(), self.height()))
        painter.setPen(QPen(QColor(self.theme.text), 1.2))
        painter.setBrush(QColor(self.theme.base))
        painter.drawEllipse(QPointF(x, y), 1.9 * size, 1.6 * size)
        painter.setBrush(QColor(self.theme.text))
        painter.drawEllipse(QPointF(x + 0.4 * size, y), 0.9 * size, 0.9 * size)

    def _path(self, points: FloatArray) -> QPainterPath:
        path = QPainterPath()
        placed = self.place(points)
        path.moveTo(*placed[0])
        for x, y in placed[1:]:
            path.lineTo(x, y)
        path.closeSubpath()
        return path
