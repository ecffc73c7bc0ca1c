"""Paints a network: titles, units with their names, the values on links and the legend.

A painter lives for one paint event; `network_view` holds what outlives it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.network_layout import Column
from app.widgets.network_links import Links
from app.widgets.network_marks import Marks, draw_cursor, draw_glow, draw_holds, draw_outline
from app.widgets.network_phases import (
    KEY,
    PhasePainter,
    clear_lines,
    draw_arrows,
    has_name_below,
    output_lines,
)
from app.widgets.network_scene import NetworkScene
from app.widgets.numbers import count, number
from app.widgets.pixels import SignedMap, grey_image, letters_on, limit_of
from app.widgets.unit_names import brief

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
ELIDE = Qt.TextElideMode.ElideRight
MARGIN = 8.0
LABELS_FROM = 7.0
"""Radius of the units in pixels from which weights are written on the links."""
LEGEND_FROM = 170
"""Height from which there is room for a legend."""


class NetworkPainter:
    """Draws one moment of a network onto a widget.

    Parameters
    ----------
    widget : QWidget
        Gives the size and the font.
    painter : QPainter
        Open on the widget.
    scene : NetworkScene
        What is shown.
    links : Links
        Where everything is.
    theme : Theme
        Gives the colours.
    marks : Marks
        What is pinned, focused or changed.
    """

    def __init__(
        self,
        widget: QWidget,
        painter: QPainter,
        scene: NetworkScene,
        links: Links,
        theme: Theme,
        marks: Marks,
    ) -> None:
        self.painter, self.scene, self.links, self.theme, self.marks = painter, scene, links, theme, marks
        self.clear = clear_lines(scene, links, marks.unit, marks.weight)
        self.size, self.metrics, self.base_font = widget.size(), widget.fontMetrics(), widget.font()
        self.map = SignedMap.of(theme)

    def draw(self) -> None:
        """Draw links, then units over them, then texts."""
        painter, links, theme, marks = self.painter, self.links, self.theme, self.marks
        painter.fillRect(0, 0, self.size.width(), self.size.height(), QColor(theme.base))
        if marks.glow is not None:
            draw_glow(painter, links, theme, marks.glow, marks.strength)
        if marks.weight is not None:
            draw_outline(painter, links, theme, marks.weight)
        links.draw(painter, theme, self.clear)
        if marks.hovered is not None and marks.hovered < len(links.lines):
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawLine(links.lines[marks.hovered])
        draw_arrows(painter, self.scene, links, theme)
        draw_holds(painter, links, self.scene, theme, self._font(bold=True, share=0.8))
        for layer, column in enumerate(links.diagram.columns):
            self._title(layer)
            self._column(layer, column)
        self._labels()
        if self.scene.lit is not None:
            PhasePainter(painter, self.scene, links.diagram, theme, self._font(share=0.9)).draw()
            painter.setFont(self.base_font)
        if marks.cursor is not None:
            draw_cursor(painter, links, theme, marks.cursor)
        if self.size.height() >= LEGEND_FROM:
            self._legend()

    def _title(self, layer: int) -> None:
        columns = self.links.diagram.columns
        gap = (columns[1].x - columns[0].x) if len(columns) > 1 else float(self.size.width())
        metrics, line = self.metrics, self.metrics.height()
        name = self.scene.names.layer(layer)
        self.painter.setFont(self._font(bold=True))
        wide = QFontMetrics(self.painter.font()).horizontalAdvance
        shorter = (name, name.replace("layer ", ""), name.replace("Hidden layer ", "H"))
        title = next((text for text in shorter if wide(text) <= gap - 6), shorter[-1])
        group = columns[layer].group
        x = columns[layer].x if group is None else group.center().x()
        self.painter.setPen(QColor(self.theme.text))
        self.painter.drawText(self._title_rect(x, wide(title) + 2.0, 2.0), CENTRE, title)
        self.painter.setFont(self.base_font)
        self.painter.setPen(QColor(self.theme.muted))
        if layer:
            kind = metrics.elidedText(self.scene.activations[layer - 1], ELIDE, int(gap) - 4)
            self.painter.drawText(self._title_rect(x, metrics.horizontalAdvance(kind) + 2.0, 2.0 + line), CENTRE, kind)

    def _title_rect(self, x: float, width: float, top: float) -> QRectF:
        """Return a place for a text centred at x, but not beyond the edges."""
        left = min(max(4.0, x - width / 2), max(4.0, self.size.width() - width - 4.0))
        return QRectF(left, top, width, self.metrics.height())

    def _column(self, layer: int, column: Column) -> None:
        if column.group is not None:
            self._group(column.group)
        if self.scene.is_known(layer):
            limit = max(1.0, limit_of(self.scene.outputs[layer])) if column.group is None else 1.0
            font = self._font_inside([brief(float(v)) for v in self.scene.outputs[layer][: len(column.units)]])
            colours = self.map.colours(self.scene.outputs[layer], limit) if column.units else np.zeros(0, np.uint32)
            for unit, centre in enumerate(column.units):
                self._unit(centre, QColor.fromRgb(int(colours[unit])), is_selected=self.marks.unit == (layer, unit))
                if font is not None:
                    value = float(self.scene.outputs[layer][unit])
                    self._write_inside(centre, brief(value), letters_on(QColor.fromRgb(int(colours[unit]))), font)
        else:
            for unit, centre in enumerate(column.units):
                self._unit(centre, QColor(self.theme.base), is_selected=self.marks.unit == (layer, unit))
        for unit, centre in enumerate(column.units):
            self._name(layer, unit, centre)
        if column.bias is not None:
            self._bias(column.bias)
        if column.hidden:
            self.painter.setPen(QColor(self.theme.muted))
            line = self.metrics.height()
            text = f"… and {count(column.hidden)} more"
            if self.metrics.horizontalAdvance(text) + 8 > self.size.width() / (len(self.scene.names.layers) + 0.5):
                text = f"+ {count(column.hidden)}"
            width = self.metrics.horizontalAdvance(text) + 8
            left = min(max(2.0, column.x - width / 2), self.size.width() - width - 2.0)
            self.painter.drawText(QRectF(left, column.more.y() - line / 2, width, line), CENTRE, text)

    def _unit(self, centre: QPointF, colour: QColor, *, is_selected: bool) -> None:
        radius = self.links.diagram.radius
        self.painter.setBrush(colour)
        self.painter.setPen(
            QPen(QColor(self.theme.accent if is_selected else self.theme.muted), 3 if is_selected else 1.3)
        )
        self.painter.drawEllipse(centre, radius, radius)

    def _font_inside(self, texts: list[str]) -> QFont | None:
        """Return the largest font in which all of the texts fit into units; None if there is none."""
        radius = self.links.diagram.radius
        for share in (1.0, 0.9, 0.8, 0.72):
            font = self._font(share=share)
            metrics = QFontMetrics(font)
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            if widest <= 1.85 * radius and metrics.capHeight() <= 1.4 * radius:
                return font
        return None

    def _write_inside(self, centre: QPointF, text: str, colour: QColor, font: QFont) -> None:
        self.painter.setFont(font)
        self.painter.setPen(colour)
        self.painter.drawText(QRectF(centre.x() - 30, centre.y() - 15, 60, 30), CENTRE, text)
        self.painter.setFont(self.base_font)

    def _bias(self, centre: QPointF) -> None:
        r = 0.8 * self.links.diagram.radius
        self.painter.setBrush(QColor(self.theme.raised))
        self.painter.setPen(QPen(QColor(self.theme.muted), 1.3))
        self.painter.drawRoundedRect(QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r), 3, 3)
        metrics, colour = self.metrics, QColor(self.theme.text)
        font = self._font_inside(["1"]) if r >= 5 else None
        if font is not None:
            self._write_inside(centre, "1", colour, font)
        text = "x0 = 1" if font is None else "x0"
        width, line = metrics.horizontalAdvance(text), metrics.height()
        self.painter.setPen(colour)
        if centre.x() - r - width - 6 >= 0:
            self.painter.drawText(
                QRectF(centre.x() - r - width - 6, centre.y() - line / 2, width + 2, line), RIGHT, text
            )
        else:
            self.painter.drawText(QRectF(centre.x() - r, centre.y() - r - line, width + 4, line), LEFT, text)

    def _name(self, layer: int, unit: int, centre: QPointF) -> None:
        metrics, radius = self.metrics, self.links.diagram.radius
        line = metrics.height()
        is_selected = self.marks.unit == (layer, unit)
        self.painter.setPen(QColor(self.theme.accent if is_selected else self.theme.text))
        name = self.scene.names.short(layer, unit)
        if layer == 0:
            width = centre.x() - radius - 6
            text = metrics.elidedText(name, ELIDE, int(width))
            self.painter.drawText(QRectF(2, centre.y() - line / 2, width, line), RIGHT, text)
        elif layer == self.scene.names.last:
            self._beside_output(unit, centre, name)
        else:
            room, needed = self.links.diagram.room(layer), 2 * line + 2
            if room >= needed and (self.scene.lit is None or has_name_below(room, 0.9 * line, is_output=False)):
                place = QRectF(centre.x() - 40, centre.y() + radius + 2, 80, line)
                self.painter.drawText(place, CENTRE, f"unit {name}")

    def _beside_output(self, unit: int, centre: QPointF, name: str) -> None:
        """Write the name of an output unit, its target and what is lit of it, as many lines as have room."""
        line, diagram = self.metrics.height(), self.links.diagram
        left = centre.x() + diagram.radius + 5
        width = self.size.width() - left - 2
        slots = int((diagram.room(self.scene.names.last) + 2 * diagram.radius - 2) // line)
        more = output_lines(self.scene, unit)
        texts = [name, f"target {number(float(self.scene.targets[unit]))}", *more]
        if slots < len(texts) and more:
            texts = [name, *more]
        texts = texts[: max(1, slots)]
        top = centre.y() - line * len(texts) / 2
        for number_of_line, text in enumerate(texts):
            if number_of_line:
                self.painter.setPen(QColor(self.theme.text if text in more else self.theme.muted))
            place = QRectF(left, top + number_of_line * line, width, line)
            self.painter.drawText(place, LEFT, self.metrics.elidedText(text, ELIDE, int(width)))

    def _group(self, block: QRectF) -> None:
        self.painter.setPen(QPen(QColor(self.theme.muted), 1))
        self.painter.setBrush(QColor(self.theme.raised))
        for back in (6, 3):
            self.painter.drawRect(block.translated(-back, -back))
        if self.scene.image_shape is not None:
            rows, columns = self.scene.image_shape
            shrink = min(block.width() / columns, block.height() / rows)
            inside = QRectF(0, 0, columns * shrink, rows * shrink)
            inside.moveCenter(block.center())
            self.painter.drawRect(block)
            self.painter.drawImage(inside, grey_image(self.scene.outputs[0], self.scene.image_shape, *self.scene.grey))
        else:
            self.painter.drawRect(block)
        metrics = self.metrics
        text = f"{count(self.scene.names.layers[0])} inputs"
        if metrics.horizontalAdvance(text) + 6 > self.size.width() / (len(self.scene.names.layers) + 1):
            text = count(self.scene.names.layers[0])
        width = metrics.horizontalAdvance(text) + 6
        left = max(2.0, block.center().x() - width / 2)
        self.painter.setPen(QColor(self.theme.text))
        self.painter.drawText(QRectF(left, block.bottom() + 2, width, metrics.height()), CENTRE, text)

    def _labels(self) -> None:
        if self.links.diagram.radius < LABELS_FROM:
            return  # so close together they would cover the links and each other
        font = self._font(share=0.9)
        self.painter.setFont(font)
        for rect, text, i in self.links.labels(QFontMetrics(font)):
            self.painter.fillRect(rect, QColor(self.theme.base))
            is_clear = self.clear is None or bool(self.clear[i])
            self.painter.setPen(QColor(self.theme.text if is_clear else self.theme.muted))
            self.painter.drawText(rect, CENTRE, text)
        self.painter.setFont(self.base_font)

    def _legend(self) -> None:
        metrics = self.metrics
        line = metrics.height()
        y = self.size.height() - line - 2.0
        x = MARGIN if self.scene.lit is None else self._phase(y)
        if x > 0.6 * self.size.width():
            return
        sign = {"changes": "Δ", "gradient": "g"}.get(self.scene.shown, "w")
        all_zero = "all weights are 0" if sign == "w" else "nothing changes" if sign == "Δ" else "all are 0"
        largest = f"widest: |{sign}| = {number(self.links.largest)}" if self.links.largest else all_zero
        for text, kind in ((f"{sign} > 0", 1), (f"{sign} < 0", 0), (largest, -1)):
            if kind >= 0:
                self.painter.setPen(self.links.pen(self.theme, 0.6, kind))
                self.painter.drawLine(QPointF(x, y + line / 2), QPointF(x + 22, y + line / 2))
                x += 26
            self.painter.setPen(QColor(self.theme.muted))
            shown = metrics.elidedText(text, ELIDE, int(self.size.width() - x - 2))
            self.painter.drawText(QRectF(x, y, self.size.width() - x, line), LEFT, shown)
            x += metrics.horizontalAdvance(text) + 12

    def _phase(self, y: float) -> float:
        """Name the newest phase and what it shows, and return where there is room for more."""
        lit = self.scene.lit
        assert lit is not None
        x = MARGIN
        key = KEY.get(lit.name, "")
        for text, is_bold in ((lit.title, True), (key, False)):
            self.painter.setFont(self._font(bold=is_bold))
            metrics = QFontMetrics(self.painter.font())
            self.painter.setPen(QColor(self.theme.text if is_bold else self.theme.muted))
            width = int(self.size.width() - x - 2)
            place = QRectF(x, y, width, metrics.height())
            self.painter.drawText(place, LEFT, metrics.elidedText(text, ELIDE, width))
            x += metrics.horizontalAdvance(text) + 12
        self.painter.setFont(self.base_font)
        return x

    def _font(self, *, bold: bool = False, share: float = 1.0) -> QFont:
        font = QFont(self.base_font)
        font.setBold(bold)
        if share != 1.0:
            font.setPointSizeF(max(5.0, font.pointSizeF() * share))
        return font
