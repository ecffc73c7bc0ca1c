"""Draws a network as circles and lines in one go, and says what is under the pointer.

Circles are filled by the units' outputs, lines coloured by sign and as wide as the weight is large.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.focus import FocusWidget
from app.widgets.network_layout import BIAS, GROUP, Diagram, arrange
from app.widgets.network_links import Links
from app.widgets.network_painter import LEGEND_FROM, MARGIN, NetworkPainter, draw_bubble
from app.widgets.network_scene import NetworkScene
from app.widgets.numbers import count


class NetworkView(FocusWidget):
    """One network.

    Signals
    -------
    unit_chosen : tuple of int or None
        A unit was clicked or reached with the keys; None for empty space.
    """

    unit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.scene: NetworkScene | None = None
        self.selected: tuple[int, int] | None = None
        self._links: Links | None = None
        self._layers: tuple[int, ...] = ()
        self._hovered: int | None = None
        self._pointer = QPointF()
        self._words = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram")

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the layers can be told apart."""
        return QSize(160, 120)

    def show_scene(self, scene: NetworkScene, selected: tuple[int, int] | None, theme: Theme) -> None:
        """Draw another moment."""
        self.scene, self.selected = scene, selected
        self.theme = theme
        if self._links is None or self._layers != scene.names.layers:
            self._place()
        assert self._links is not None
        self._links.take_values(scene)
        self.update()

    @property
    def diagram(self) -> Diagram | None:
        """Where everything is."""
        return self._links.diagram if self._links else None

    def _place(self) -> None:
        scene = self.scene
        if scene is None:
            return
        self._layers, self._hovered, self._words = scene.names.layers, None, ""
        metrics = self.fontMetrics()
        line = float(metrics.height())
        legend = line + 4 if self.height() >= LEGEND_FROM else 0.0
        area = QRectF(0, 0, self.width(), self.height()).adjusted(MARGIN, 2 * line + 4, -MARGIN, -legend - 2)
        most = 0.26 * self.width()
        names = scene.names
        left = 0.0
        if names.layers[0] <= 24:
            left = min(most, max((metrics.horizontalAdvance(name) for name in names.inputs), default=0) + 8)
        right = min(most, max(metrics.horizontalAdvance(name) for name in (*names.outputs, "target 0.9")) + 8)
        self._links = Links(arrange(names.layers, area, left, right, line))
        self._links.take_values(scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the units anew."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw links, then units over them, then texts."""
        del event
        painter = QPainter(self)
        if self.scene is not None and self._links is not None:
            shown = self._shown_selection()
            drawing = NetworkPainter(self, painter, self.scene, self._links, self.theme, self.selected, shown)
            drawing.draw(self._hovered)
            if self._words:
                draw_bubble(self, painter, self.theme, self._pointer, self.words_at(self._pointer))
        else:
            painter.fillRect(self.rect(), QColor(self.theme.base))
        if self.shows_focus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _shown_selection(self) -> tuple[int, int] | None:
        if self.selected is None or self.diagram is None or self.selected[0] >= len(self.diagram.columns):
            return None
        return self.selected if self.selected[1] < len(self.diagram.columns[self.selected[0]].units) else None

    def unit_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the unit at a place, also the constant one or the block."""
        diagram = self.diagram
        if diagram is None:
            return None
        reach = diagram.radius + 3
        for layer, column in enumerate(diagram.columns):
            if column.group is not None and column.group.adjusted(-6, -6, 0, 14).contains(place):
                return layer, GROUP
            if column.bias is not None and _distance(column.bias, place) <= reach:
                return layer, BIAS
            for unit, centre in enumerate(column.units):
                if _distance(centre, place) <= reach:
                    return layer, unit
        return None

    def words_at(self, place: QPointF) -> str:
        """Say what is at a place; empty for nothing."""
        if self.scene is None or self._links is None:
            return ""
        unit = self.unit_at(place)
        if unit is not None:
            return self.scene.unit_words(*unit)
        for layer, column in enumerate(self._links.diagram.columns):
            if column.hidden and _distance(column.more, place) < 24:
                return (
                    f"{self.scene.names.layer(layer)}: {count(column.hidden)} more units and their links are not "
                    "drawn; they take part all the same. A larger pane shows more of them."
                )
        nearest = self._links.nearest(place)
        return "" if nearest is None else self.scene.link_words(self._links.links[nearest])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer, and mark a link."""
        place = event.position()
        hovered = None
        if self._links is not None and self.unit_at(place) is None:
            hovered = self._links.nearest(place)
        words = self.words_at(place)
        if (hovered, words) != (self._hovered, self._words) or words:
            self._hovered, self._words, self._pointer = hovered, words, place
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the link."""
        super().leaveEvent(event)
        self._hovered, self._words = None, ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a unit, or none."""
        if event.button() is Qt.MouseButton.LeftButton:
            unit = self.unit_at(event.position())
            self.unit_chosen.emit(unit if unit is not None and unit[1] >= 0 else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from unit to unit with the arrow keys; Escape leaves."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if event.key() == Qt.Key.Key_Escape:
            self.unit_chosen.emit(None)
        elif event.key() in moves and self.diagram is not None:
            self.unit_chosen.emit(self._moved(*moves[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    def _moved(self, layers: int, units: int) -> tuple[int, int]:
        assert self.diagram is not None
        columns = self.diagram.columns
        filled = [layer for layer, column in enumerate(columns) if column.units]
        at = self._shown_selection()
        if at is None:
            return filled[-1], 0
        layer = min(max(at[0] + layers, filled[0]), filled[-1])
        return layer, int(np.clip(at[1] + units, 0, len(columns[layer].units) - 1))


def _distance(a: QPointF, b: QPointF) -> float:
    return float(np.hypot(a.x() - b.x(), a.y() - b.y()))
