"""Draws a network as circles and lines in one go, and says what is under the pointer.

Circles are filled by the units' outputs, lines coloured by sign and as wide as the weight is large.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import LIGHT, Theme
from app.widgets.network_layout import BIAS, GROUP, Column, Diagram, arrange
from app.widgets.network_links import Links
from app.widgets.network_scene import NetworkScene
from app.widgets.numbers import count, number
from app.widgets.pixels import SignedMap, grey_image, letters_on, limit_of

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
ELIDE = Qt.TextElideMode.ElideRight
MARGIN = 8.0


class NetworkView(QWidget):
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
        self._map = SignedMap.of(LIGHT)
        self.setMouseTracking(True)  # noqa: FBT003
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram")

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the layers can be told apart."""
        return QSize(160, 120)

    def show_scene(self, scene: NetworkScene, selected: tuple[int, int] | None, theme: Theme) -> None:
        """Draw another moment."""
        self.scene, self.selected = scene, selected
        if theme is not self.theme:
            self.theme, self._map = theme, SignedMap.of(theme)
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
        self._layers, self._hovered = scene.names.layers, None
        metrics = self.fontMetrics()
        line = float(metrics.height())
        legend = line + 4 if self.height() >= 170 else 0.0
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
        painter.fillRect(self.rect(), QColor(self.theme.base))
        if self.scene is not None and self._links is not None:
            self._links.draw(painter, self.theme, self._shown_selection())
            self._draw_hovered(painter, self._links)
            for layer, column in enumerate(self._links.diagram.columns):
                self._draw_title(painter, self.scene, layer)
                self._draw_column(painter, self.scene, layer, column)
            self._draw_labels(painter, self._links)
            if self.height() >= 170:
                self._draw_legend(painter, self._links)
        painter.end()

    def _shown_selection(self) -> tuple[int, int] | None:
        if self.selected is None or self.diagram is None or self.selected[0] >= len(self.diagram.columns):
            return None
        return self.selected if self.selected[1] < len(self.diagram.columns[self.selected[0]].units) else None

    def _draw_hovered(self, painter: QPainter, links: Links) -> None:
        if self._hovered is not None and self._hovered < len(links.lines):
            painter.setPen(QPen(QColor(self.theme.text), 2))
            painter.drawLine(links.lines[self._hovered])

    def _draw_title(self, painter: QPainter, scene: NetworkScene, layer: int) -> None:
        assert self.diagram is not None
        columns = self.diagram.columns
        gap = (columns[1].x - columns[0].x) if len(columns) > 1 else float(self.width())
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        name = scene.names.layer(layer)
        painter.setFont(self._font(bold=True))
        wide = QFontMetrics(painter.font()).horizontalAdvance
        shorter = (name, name.replace("layer ", ""), name.replace("Hidden layer ", "H"))
        title = next((text for text in shorter if wide(text) <= gap - 6), shorter[-1])
        group = columns[layer].group
        x = columns[layer].x if group is None else group.center().x()
        painter.setPen(QColor(self.theme.text))
        painter.drawText(self._title_rect(x, wide(title) + 2.0, 2.0), CENTRE, title)
        painter.setFont(self.font())
        painter.setPen(QColor(self.theme.muted))
        if layer:
            kind = metrics.elidedText(scene.activations[layer - 1], ELIDE, int(gap) - 4)
            painter.drawText(self._title_rect(x, metrics.horizontalAdvance(kind) + 2.0, 2.0 + line), CENTRE, kind)

    def _title_rect(self, x: float, width: float, top: float) -> QRectF:
        """Return a place for a text centred at x, but not beyond the edges."""
        left = min(max(4.0, x - width / 2), max(4.0, self.width() - width - 4.0))
        return QRectF(left, top, width, self.fontMetrics().height())

    def _draw_column(self, painter: QPainter, scene: NetworkScene, layer: int, column: Column) -> None:
        if column.group is not None:
            self._draw_group(painter, scene, column.group)
        limit = max(1.0, limit_of(scene.outputs[layer])) if column.group is None else 1.0
        font = self._font_inside([unit_value(float(v)) for v in scene.outputs[layer][: len(column.units)]])
        colours = self._map.colours(scene.outputs[layer], limit) if column.units else np.zeros(0, np.uint32)
        for unit, centre in enumerate(column.units):
            value, colour = float(scene.outputs[layer][unit]), QColor.fromRgb(int(colours[unit]))
            self._draw_unit(painter, centre, value, colour, font, is_selected=self.selected == (layer, unit))
            self._draw_name(painter, scene, layer, unit, centre)
        if column.bias is not None:
            self._draw_bias(painter, column.bias)
        if column.hidden:
            painter.setPen(QColor(self.theme.muted))
            line = self.fontMetrics().height()
            width = self.fontMetrics().horizontalAdvance(f"… and {count(column.hidden)} more") + 8
            left = min(max(2.0, column.x - width / 2), self.width() - width - 2.0)
            text = f"… and {count(column.hidden)} more"
            painter.drawText(QRectF(left, column.more.y() - line / 2, width, line), CENTRE, text)

    def _draw_unit(
        self, painter: QPainter, centre: QPointF, value: float, colour: QColor, font: QFont | None, *, is_selected: bool
    ) -> None:
        assert self.diagram is not None
        radius = self.diagram.radius
        painter.setBrush(colour)
        painter.setPen(QPen(QColor(self.theme.accent if is_selected else self.theme.muted), 3 if is_selected else 1.3))
        painter.drawEllipse(centre, radius, radius)
        if font is not None:
            self._write_inside(painter, centre, unit_value(value), letters_on(colour), font)

    def _font_inside(self, texts: list[str]) -> QFont | None:
        """Return the largest font in which all of the texts fit into units; None if there is none."""
        assert self.diagram is not None
        radius = self.diagram.radius
        for share in (1.0, 0.9, 0.8, 0.72):
            font = self._font(share=share)
            metrics = QFontMetrics(font)
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            if widest <= 1.85 * radius and metrics.capHeight() <= 1.4 * radius:
                return font
        return None

    def _write_inside(self, painter: QPainter, centre: QPointF, text: str, colour: QColor, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QRectF(centre.x() - 30, centre.y() - 15, 60, 30), CENTRE, text)
        painter.setFont(self.font())

    def _draw_bias(self, painter: QPainter, centre: QPointF) -> None:
        assert self.diagram is not None
        r = 0.8 * self.diagram.radius
        painter.setBrush(QColor(self.theme.raised))
        painter.setPen(QPen(QColor(self.theme.muted), 1.3))
        painter.drawRoundedRect(QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r), 3, 3)
        metrics, colour = self.fontMetrics(), QColor(self.theme.text)
        font = self._font_inside(["1"]) if r >= 5 else None
        if font is not None:
            self._write_inside(painter, centre, "1", colour, font)
        text = "x0 = 1" if font is None else "x0"
        width, line = metrics.horizontalAdvance(text), metrics.height()
        painter.setPen(colour)
        if centre.x() - r - width - 6 >= 0:
            painter.drawText(QRectF(centre.x() - r - width - 6, centre.y() - line / 2, width + 2, line), RIGHT, text)
        else:
            painter.drawText(QRectF(centre.x() - r, centre.y() - r - line, width + 4, line), LEFT, text)

    def _draw_name(self, painter: QPainter, scene: NetworkScene, layer: int, unit: int, centre: QPointF) -> None:
        assert self.diagram is not None
        metrics, radius = self.fontMetrics(), self.diagram.radius
        line = metrics.height()
        is_selected = self.selected == (layer, unit)
        painter.setPen(QColor(self.theme.accent if is_selected else self.theme.text))
        name = scene.names.short(layer, unit)
        if layer == 0:
            width = centre.x() - radius - 6
            text = metrics.elidedText(name, ELIDE, int(width))
            painter.drawText(QRectF(2, centre.y() - line / 2, width, line), RIGHT, text)
        elif layer == scene.names.last:
            left = centre.x() + radius + 5
            width = self.width() - left - 2
            text = metrics.elidedText(name, ELIDE, int(width))
            spacing = self.diagram.columns[layer].units
            two = len(spacing) < 2 or spacing[1].y() - spacing[0].y() >= 2 * line + 2
            painter.drawText(QRectF(left, centre.y() - (line if two else line / 2), width, line), LEFT, text)
            if two:
                painter.setPen(QColor(self.theme.muted))
                target = metrics.elidedText(f"target {number(float(scene.targets[unit]))}", ELIDE, int(width))
                painter.drawText(QRectF(left, centre.y(), width, line), LEFT, target)
        else:
            units = self.diagram.columns[layer].units
            if len(units) < 2 or units[1].y() - units[0].y() >= 2 * radius + 2 * line + 2:
                painter.drawText(QRectF(centre.x() - 40, centre.y() + radius + 2, 80, line), CENTRE, f"unit {name}")

    def _draw_group(self, painter: QPainter, scene: NetworkScene, block: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.muted), 1))
        painter.setBrush(QColor(self.theme.raised))
        for back in (6, 3):
            painter.drawRect(block.translated(-back, -back))
        if scene.image_shape is not None:
            rows, columns = scene.image_shape
            shrink = min(block.width() / columns, block.height() / rows)
            inside = QRectF(0, 0, columns * shrink, rows * shrink)
            inside.moveCenter(block.center())
            painter.drawRect(block)
            painter.drawImage(inside, grey_image(scene.outputs[0], scene.image_shape, *scene.grey))
        else:
            painter.drawRect(block)
        metrics = self.fontMetrics()
        text = f"{count(scene.names.layers[0])} inputs"
        width = metrics.horizontalAdvance(text) + 6
        left = max(2.0, block.center().x() - width / 2)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(QRectF(left, block.bottom() + 2, width, metrics.height()), CENTRE, text)

    def _draw_labels(self, painter: QPainter, links: Links) -> None:
        font = self._font(share=0.9)
        painter.setFont(font)
        shown = self._shown_selection()
        for rect, text, i in links.labels(QFontMetrics(font)):
            link = links.links[i]
            clear = shown is None or shown in ((link.layer, link.unit), (link.layer - 1, link.source))
            painter.fillRect(rect, QColor(self.theme.base))
            painter.setPen(QColor(self.theme.text if clear else self.theme.muted))
            painter.drawText(rect, CENTRE, text)
        painter.setFont(self.font())

    def _draw_legend(self, painter: QPainter, links: Links) -> None:
        metrics = self.fontMetrics()
        line = metrics.height()
        y = self.height() - line - 2.0
        x = MARGIN
        largest = f"widest: |w| = {number(links.largest)}" if links.largest else "all weights are 0"
        for text, kind in (("w > 0", 1), ("w < 0", 0), (largest, -1)):
            if kind >= 0:
                painter.setPen(links.pen(self.theme, 0.6, kind))
                painter.drawLine(QPointF(x, y + line / 2), QPointF(x + 22, y + line / 2))
                x += 26
            painter.setPen(QColor(self.theme.muted))
            shown = metrics.elidedText(text, ELIDE, int(self.width() - x - 2))
            painter.drawText(QRectF(x, y, self.width() - x, line), LEFT, shown)
            x += metrics.horizontalAdvance(text) + 12

    def _font(self, *, bold: bool = False, share: float = 1.0) -> QFont:
        font = QFont(self.font())
        font.setBold(bold)
        if share != 1.0:
            font.setPointSizeF(max(5.0, font.pointSizeF() * share))
        return font

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
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        QToolTip.showText(event.globalPosition().toPoint(), self.words_at(place), self)

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the link."""
        super().leaveEvent(event)
        self._hovered = None
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


def unit_value(value: float) -> str:
    """Write a unit's output so that it fits into a small circle."""
    if not np.isfinite(value):
        return "?" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if abs(value) >= 10.0:
        return number(value, 2)
    text = f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return "0" if text == "−0" else text


def _distance(a: QPointF, b: QPointF) -> float:
    return float(np.hypot(a.x() - b.x(), a.y() - b.y()))
