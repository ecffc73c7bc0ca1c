"""Draws weights where their pixels are, and the weights of later layers as rows of blocks.

Every number can be pointed at, and every unit can be chosen with the mouse or the arrow keys.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from app.widgets.focus import FocusWidget
from app.widgets.pixels import SignedMap, images_of, letters_on
from app.widgets.unit_names import brief
from app.widgets.weight_layout import Measures, Places, TablePlaces, TableShape, arrange
from app.widgets.weight_scene import BlockTable, Spot, WeightScene, limit_text
from nlcore.records import FloatArray

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class WeightCanvas(FocusWidget):
    """Pictures and blocks of one network.

    Signals
    -------
    pointed_at : Spot or None
        The pointer rests on a weight.
    unit_chosen : tuple of int or None
        A unit was clicked or reached with the keys; None for a click beside all of them.
    weight_chosen : Spot
        A weight of the unit that is chosen already was clicked.
    """

    pointed_at = Signal(object)
    unit_chosen = Signal(object)
    weight_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.scene: WeightScene | None = None
        self.selected: tuple[int, int] | None = None
        self.weight: Spot | None = None
        self.space = QSize(300, 200)
        self._places: Places | None = None
        self._pictures: list[QImage] = []
        self._limits: FloatArray = np.zeros(0)
        self._map = SignedMap.of(LIGHT)
        self._arranged: tuple[Measures | None, QSize] = (None, QSize())
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Weights as pictures")

    def show_scene(
        self, scene: WeightScene, selected: tuple[int, int] | None, theme: Theme, weight: Spot | None = None
    ) -> None:
        """Draw other weights; frame the chosen unit and the chosen weight."""
        self.scene, self.selected, self.theme, self.weight = scene, selected, theme, weight
        self._map = SignedMap.of(theme, grey=scene.grey)
        self._limits = scene.limits()
        self._pictures = images_of(self._map.colours(scene.images, self._limits[:, None, None]))
        self._place()
        self.update()

    def fit(self, space: QSize) -> None:
        """Arrange everything for the space that is in sight."""
        self.space = space
        self._place()

    def sizeHint(self) -> QSize:
        """Return the size of the whole page."""
        return self._places.size.expandedTo(self.space) if self._places else self.space

    def _place(self) -> None:
        scene = self.scene
        if scene is None:
            return
        wide = self.fontMetrics().horizontalAdvance
        line = self.fontMetrics().height()
        tables = [
            TableShape(
                len(table.rows),
                table.values.shape[1],
                max(wide(name) for name in table.rows) + 2,
                wide(_caption(scene, table)) + 6,
                wide("± 0.0000") if scene.own_scale else 0,
            )
            for table in scene.tables
        ]
        texts = [wide(scene.title(unit)) + 4 for unit in range(len(scene.images))]
        text_width = max(*texts, line + 6 + wide("w0 −0.00") + 2)
        measures = Measures(len(scene.images), scene.shape, line, text_width, tables, scene.own_scale)
        if (measures, self.space) == self._arranged:
            return
        self._arranged = (measures, QSize(self.space))
        self._places = arrange(measures, self.space.width(), self.space.height())
        size = self.sizeHint()
        if size != self.size():
            self.setFixedSize(size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all that is in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.base))
        if self.scene is not None and self._places is not None:
            for unit, card in enumerate(self._places.cards):
                if card.whole.adjusted(-4, -4, 4, 4).intersects(event.rect()):
                    self._draw_unit(painter, self.scene, unit)
            for table, places in zip(self.scene.tables, self._places.tables, strict=True):
                self._draw_table(painter, self.scene, table, places)
            if self.weight is not None:
                self._draw_pin(painter, self.rect_of_weight(self.weight))
        if self.shows_focus:
            self._frame(painter, self.visibleRegion().boundingRect().adjusted(1, 1, -1, -1), is_focus=True)
        painter.end()

    def _draw_unit(self, painter: QPainter, scene: WeightScene, unit: int) -> None:
        assert self._places is not None
        card, limit, bias = self._places.cards[unit], float(self._limits[unit]), float(scene.biases[unit])
        is_selected = self.selected == (1, unit)
        painter.setFont(self._font(bold=is_selected))
        painter.setPen(QColor(self.theme.accent if is_selected else self.theme.text))
        painter.drawText(card.title, CENTRE, scene.title(unit))
        painter.setFont(self.font())
        painter.drawImage(card.picture, self._pictures[unit])
        self._frame(painter, card.picture, is_selected=is_selected)
        painter.fillRect(card.bias, self._map.colour(bias, limit))
        self._frame(painter, card.bias, is_selected=False)
        painter.setPen(QColor(self.theme.text))
        text = brief(bias)
        painter.drawText(card.number, LEFT, f"w0 {'+' if bias > 0.0 and text != '0' else ''}{text}")
        if scene.own_scale:
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(card.scale, LEFT, limit_text(limit))

    def _draw_table(self, painter: QPainter, scene: WeightScene, table: BlockTable, places: TablePlaces) -> None:
        limits, metrics = scene.table_limits(table), self.fontMetrics()
        painter.setFont(self._font(bold=True))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(places.title, LEFT, table.title)
        painter.setFont(self.font())
        painter.setPen(QColor(self.theme.muted))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(
            places.caption, LEFT, metrics.elidedText(_caption(scene, table), elide, places.caption.width())
        )
        step = -(-(metrics.horizontalAdvance("w0") + 4) // (places.cells[0][0].width() + 1))
        for block in range(0, len(places.heads), step):
            painter.drawText(places.heads[block], CENTRE, str(block) if block else "w0")
        with_numbers = places.cells[0][0].width() >= metrics.horizontalAdvance("−0.00") + 2
        for unit, row in enumerate(places.cells):
            is_selected = self.selected == (table.layer, unit)
            painter.setPen(QColor(self.theme.accent if is_selected else self.theme.text))
            painter.setFont(self._font(bold=is_selected))
            label = places.labels[unit]
            painter.drawText(label, RIGHT, metrics.elidedText(table.rows[unit], elide, label.width()))
            painter.setFont(self.font())
            for block, cell in enumerate(row):
                value = float(table.values[unit, block])
                colour = self._map.colour(value, float(limits[unit]))
                painter.fillRect(cell, colour)
                self._frame(painter, cell, is_selected=False)
                if with_numbers:
                    painter.setPen(letters_on(colour))
                    painter.drawText(cell, CENTRE, brief(value))
            if is_selected:
                self._frame(painter, row[0].united(row[-1]), is_selected=True)
            if scene.own_scale:
                painter.setPen(QColor(self.theme.muted))
                painter.drawText(places.scales[unit], LEFT, limit_text(float(limits[unit])))

    def _frame(self, painter: QPainter, rect: QRect, *, is_selected: bool = False, is_focus: bool = False) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
            return
        if is_selected:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.drawRect(rect.adjusted(-2, -2, 2, 2))
        else:
            painter.setPen(QPen(QColor(self.theme.line), 1))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))

    def _draw_pin(self, painter: QPainter, rect: QRect) -> None:
        """Frame one weight so that it is seen on every colour: dark, light, dark."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if rect.isValid():
            for colour, more in ((self.theme.accent, 3), (self.theme.base, 2), (self.theme.text, 1)):
                painter.setPen(QPen(QColor(colour), 1))
                painter.drawRect(rect.adjusted(-more, -more, more - 1, more - 1))

    def _font(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setBold(bold)
        return font

    def spot_at(self, place: QPoint) -> Spot | None:
        """Return which weight is drawn at a place."""
        if self.scene is None or self._places is None:
            return None
        rows, columns = self.scene.shape
        for unit, card in enumerate(self._places.cards):
            if card.picture.contains(place):
                inside = place - card.picture.topLeft()
                row = inside.y() * rows // card.picture.height()
                return Spot(1, unit, row * columns + inside.x() * columns // card.picture.width())
            if card.bias.contains(place) or card.number.contains(place):
                return Spot(1, unit, None)
        for table, places in zip(self.scene.tables, self._places.tables, strict=True):
            for unit, cells in enumerate(places.cells):
                for block, cell in enumerate(cells):
                    if cell.contains(place):
                        return Spot(table.layer, unit, block - 1 if block else None)
        return None

    def rect_of_weight(self, spot: Spot) -> QRect:
        """Return where a weight is drawn; an empty rectangle if it is not."""
        if self.scene is None or self._places is None:
            return QRect()
        if spot.layer == 1 and spot.unit < len(self._places.cards):
            card, (rows, columns) = self._places.cards[spot.unit], self.scene.shape
            if spot.source is None:
                return card.bias
            picture = card.picture
            row, column = divmod(spot.source, columns)
            left, right = (picture.x() + -(-k * picture.width() // columns) for k in (column, column + 1))
            top, bottom = (picture.y() + -(-k * picture.height() // rows) for k in (row, row + 1))
            return QRect(left, top, right - left, bottom - top)
        block = 0 if spot.source is None else spot.source + 1
        for table, places in zip(self.scene.tables, self._places.tables, strict=True):
            if table.layer == spot.layer and spot.unit < len(places.cells) and block < len(places.cells[spot.unit]):
                return places.cells[spot.unit][block]
        return QRect()

    def unit_at(self, place: QPoint) -> tuple[int, int] | None:
        """Return which unit's picture or row is at a place."""
        spot = self.spot_at(place)
        if spot is not None:
            return spot.layer, spot.unit
        if self.scene is None or self._places is None:
            return None
        for unit, card in enumerate(self._places.cards):
            if card.whole.contains(place):
                return 1, unit
        for table, places in zip(self.scene.tables, self._places.tables, strict=True):
            for unit, label in enumerate(places.labels):
                if label.contains(place):
                    return table.layer, unit
        return None

    def picture_rect(self, unit: int) -> QRect:
        """Return where a unit's picture is."""
        return self._places.cards[unit].picture if self._places else QRect()

    def rect_of(self, unit: tuple[int, int]) -> QRect:
        """Return where a unit is drawn, to bring it into sight."""
        if self._places is None or self.scene is None:
            return QRect()
        if unit[0] == 1 and unit[1] < len(self._places.cards):
            return self._places.cards[unit[1]].whole
        for table, places in zip(self.scene.tables, self._places.tables, strict=True):
            if table.layer == unit[0] and unit[1] < len(places.cells):
                return places.labels[unit[1]].united(places.cells[unit[1]][-1])
        return QRect()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        self.pointed_at.emit(self.spot_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is under the pointer."""
        super().leaveEvent(event)
        self.pointed_at.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer; in the one that is chosen already, the weight."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        unit, spot = self.unit_at(place), self.spot_at(place)
        if spot is not None and unit == self.selected:
            self.weight_chosen.emit(spot)
        else:
            self.unit_chosen.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or the previous unit with the arrow keys; Escape leaves it."""
        if self.scene is None or (event.key() not in STEPS and event.key() != Qt.Key.Key_Escape):
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Escape:
            self.unit_chosen.emit(None)
            return
        step = STEPS[Qt.Key(event.key())]
        units = [(1, unit) for unit in range(len(self.scene.images))]
        units += [(table.layer, unit) for table in self.scene.tables for unit in range(len(table.rows))]
        at = units.index(self.selected) + step if self.selected in units else 0
        wanted = units[min(max(at, 0), len(units) - 1)]
        if wanted != self.selected:
            self.unit_chosen.emit(wanted)


def _caption(scene: WeightScene, table: BlockTable) -> str:
    n = table.values.shape[1] - 1
    units = "1" if n == 1 else f"1 to {n}"
    before = f"hidden unit{'s' if n > 1 else ''} {units}"
    if scene.names.last > 2:
        before = f"unit{'s' if n > 1 else ''} {units} of hidden layer {table.layer - 1}"
    return f"w0 = bias, then weights from {before}"
