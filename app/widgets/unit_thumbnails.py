"""Small maps of what every unit answers over the two inputs, layer by layer, to be looked at together and chosen.

Each is a decision surface of its own: the same colours, the same level line, the examples as dots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.contour import contour_segments
from app.widgets.focus import FocusWidget
from app.widgets.legend import line_pen
from app.widgets.markers import marker
from app.widgets.plane import Plane, Scale, level_field, spans
from app.widgets.surface_texts import Unit, level_of, target_classes
from app.widgets.unit_names import UnitNames, sentence
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

GAP, LEAST, MOST = 10, 56, 220
"""Pixels between pictures, and the smallest and the largest side of one."""
MOST_DOTS = 60
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """One unit: its name, its map, and the pieces of its level line in shares of the side, from the upper left."""

    unit: Unit
    name: str
    places: NDArray[np.intp]
    line: FloatArray


def thumbnails(model: FeedforwardModel, params: FloatArray, n: int) -> list[Thumbnail]:
    """Return the maps of all units after the inputs, n x n values each."""
    plane, names = Plane(*spans(model.examples)), UnitNames.of(model)
    passed = plane.forward(model.layout, params, n)
    found = []
    for layer in range(1, len(model.layout.layers)):
        activation = model.layout.activations[layer - 1]
        for unit in range(model.layout.layers[layer]):
            values = passed.outputs[layer][:, unit]
            level, least = level_of(model, (layer, unit))
            places = Scale.of(activation, level, values, least).colours(values, 256)
            field, height = level_field(passed, activation, layer, unit, level)
            if activation.name == "relu" and level == 0.0:
                field = passed.net_inputs[layer - 1][:, unit]  # the output is 0 on a whole side: it has no line there
            pieces = contour_segments(field.reshape(n, n), height)
            line = (pieces + 0.5) / n
            line[..., 1] = 1.0 - line[..., 1]
            found.append(Thumbnail((layer, unit), names.full(layer, unit), places.reshape(n, n)[::-1], line))
    return found


class UnitThumbnails(FocusWidget):
    """The maps in rows.

    Signals
    -------
    unit_chosen : tuple of int or None
        A unit was clicked or reached with the keys; None for a click beside all of them.
    """

    unit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.shown: list[Thumbnail] = []
        self.selected: Unit | None = None
        self.space = QSize(300, 200)
        self._dots: FloatArray = np.empty((0, 2))
        self._classes: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._side, self._columns = LEAST, 1
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Surfaces of the units")
        self.setAccessibleDescription("Click a unit, or press the arrow keys, to choose it; Escape to leave it.")

    def show_units(
        self, model: FeedforwardModel, params: FloatArray, n: int, selected: Unit | None, theme: Theme
    ) -> None:
        """Draw the maps of a network."""
        self.shown, self.selected, self.theme = thumbnails(model, params, n), selected, theme
        examples = model.examples.training
        if len(examples) <= MOST_DOTS:
            low, high = np.array(spans(model.examples)).T
            self._dots = (examples.inputs - low) / (high - low)
            self._classes = target_classes(model, "training")
        else:
            self._dots = np.empty((0, 2))
        self._arrange()
        self.update()

    def fit(self, space: QSize) -> None:
        """Arrange the maps for the space that is in sight."""
        self.space = space
        self._arrange()

    def _arrange(self) -> None:
        """Choose the number of columns at which the pictures are largest."""
        n, line = max(1, len(self.shown)), self.fontMetrics().height() + 4
        best = (0.0, 1)
        for columns in range(1, n + 1):
            rows = math.ceil(n / columns)
            side = min((self.space.width() - GAP) / columns - GAP, (self.space.height() - GAP) / rows - GAP - line)
            best = max(best, (side, columns))
        side = int(min(max(best[0], LEAST), MOST))
        fitting = max(1, (self.space.width() - GAP) // (side + GAP))
        self._side, self._columns = side, best[1] if best[0] >= LEAST else fitting
        rows = math.ceil(n / self._columns)
        height = GAP + rows * (side + line + GAP)
        self.setFixedSize(self.space.expandedTo(QSize(GAP + self._columns * (side + GAP), height)))

    def rect_of(self, k: int) -> QRect:
        """Return where the map of the k-th unit stands."""
        line = self.fontMetrics().height() + 4
        row, column = divmod(k, self._columns)
        return QRect(
            GAP + column * (self._side + GAP),
            GAP + line + row * (self._side + line + GAP),
            self._side,
            self._side,
        )

    def unit_at(self, x: float, y: float) -> Unit | None:
        """Return the unit whose map or name is at a place."""
        line = self.fontMetrics().height() + 4
        places = (self.rect_of(k).adjusted(0, -line, 0, 0) for k in range(len(self.shown)))
        found = zip(self.shown, places, strict=True)
        return next((shown.unit for shown, place in found if place.contains(int(x), int(y))), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all that is in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.base))
        table = self.theme.diverging().astype(np.uint32)
        colours = 0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]
        line = self.fontMetrics().height() + 4
        for k, shown in enumerate(self.shown):
            place = self.rect_of(k)
            if place.adjusted(0, -line, 0, 4).intersects(event.rect()):
                self._draw(painter, shown, place, colours[shown.places].astype(np.uint32))
        if self.shows_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(1, 1, -2, -2))
        painter.end()

    def _draw(self, painter: QPainter, shown: Thumbnail, place: QRect, pixels: NDArray[np.uint32]) -> None:
        is_selected, metrics = shown.unit == self.selected, self.fontMetrics()
        font = self.font()
        font.setBold(is_selected)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.accent if is_selected else self.theme.text))
        name = metrics.elidedText(sentence(shown.name), Qt.TextElideMode.ElideMiddle, place.width() + GAP - 2)
        above = QRect(place.x() - 4, place.y() - metrics.height() - 3, place.width() + GAP, metrics.height() + 2)
        painter.drawText(above.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        pixels = np.ascontiguousarray(pixels)
        n = len(pixels)
        painter.drawImage(place, QImage(pixels.data, n, n, 4 * n, QImage.Format.Format_RGB32))
        painter.save()
        painter.setClipRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line_pen(self.theme.text, 1.8))
        origin, side = place.topLeft(), float(place.width())
        for (ax, ay), (bx, by) in shown.line:
            start, end = QPointF(ax * side, ay * side), QPointF(bx * side, by * side)
            painter.drawLine(QLineF(start + origin.toPointF(), end + origin.toPointF()))
        for (x, y), kind in zip(self._dots, self._classes, strict=True):
            look = marker(int(kind))
            painter.setPen(QPen(QColor(look.edge), 1))
            painter.setBrush(QColor(look.inside))
            dot = QRectF(place.x() + x * side - 3, place.y() + (1 - y) * side - 3, 6, 6)
            if look.symbol == "o":
                painter.drawEllipse(dot)
            else:
                painter.drawRect(dot)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = QPen(QColor(self.theme.accent), 3) if is_selected else QPen(QColor(self.theme.line), 1)
        painter.setPen(edge)
        painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.unit_chosen.emit(self.unit_at(event.position().x(), event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or the previous unit with the arrow keys; Escape leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            self.unit_chosen.emit(None)
            return
        if event.key() not in STEPS or not self.shown:
            super().keyPressEvent(event)
            return
        units = [shown.unit for shown in self.shown]
        at = units.index(self.selected) + STEPS[Qt.Key(event.key())] if self.selected in units else 0
        self.unit_chosen.emit(units[min(max(at, 0), len(units) - 1)])
