"""What is drawn over a network besides units and lines: pins, the place of the keyboard, flashes, locks and ties.

Plain functions that draw with opaque pens, and the record of what is marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import Theme, blend
from app.widgets.network_layout import GROUP
from app.widgets.network_links import Links
from app.widgets.network_scene import Link, NetworkScene
from nlcore.records import FloatArray

Part = tuple[int, int] | Link
"""A unit (layer, index), also `BIAS` and `GROUP`, or a line."""
GLOWING = (0.02, 0.25, 0.6)
"""Shares of the largest change from which a line glows a little, more, and strongly."""
MARK_AWAY = 15.0
"""Distance of the mark of a frozen or a tied weight from the edge of its unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What is marked.

    Attributes
    ----------
    unit : tuple of int or None
        The pinned unit, if it is among those that are drawn.
    weight, hovered : int or None
        Numbers of the pinned line, and of that under the pointer.
    cursor : tuple of int, Link or None
        Where the keyboard is.
    glow : ndarray or None
        How much each line has changed, as a share of the largest change.
    strength : float
        How much of the glow is left, from 0 to 1.
    """

    unit: tuple[int, int] | None = None
    weight: int | None = None
    hovered: int | None = None
    cursor: Part | None = None
    glow: FloatArray | None = None
    strength: float = 1.0


def draw_glow(painter: QPainter, links: Links, theme: Theme, shares: FloatArray, strength: float) -> None:
    """Lay a bright edge around lines that have changed, wider and stronger where the change was larger."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, links.is_smooth)
    steps = np.searchsorted(GLOWING, shares)
    for step in range(1, len(GLOWING) + 1):
        colour = blend(theme.curves["test"], theme.base, strength * (0.4 + 0.6 * step / len(GLOWING)))
        for number in np.flatnonzero(steps == step).tolist():
            width = links.width_of(number)
            for shown, more in ((colour, 2.0 + 3.0 * step), (theme.base, 2.0)):
                pen = QPen(QColor(shown), width + more)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawLine(links.lines[number])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_outline(painter: QPainter, links: Links, theme: Theme, number: int) -> None:
    """Draw two thin lines along a line: it is pinned."""
    width = links.width_of(number)
    for colour, more in ((theme.accent, 7.0), (theme.base, 3.0)):
        pen = QPen(QColor(colour), width + more)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(links.lines[number])


def draw_cursor(painter: QPainter, links: Links, theme: Theme, part: Part) -> None:
    """Draw dots around what the arrow keys have come to."""
    pen = QPen(QColor(theme.text), 1.6)
    pen.setDashPattern([1.5, 1.8])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    diagram = links.diagram
    if isinstance(part, Link):
        number = links.number(part)
        if number is not None:
            whole, r = links.lines[number], diagram.radius + 4.0
            share = min(0.45, r / max(1.0, whole.length()))
            line = QLineF(whole.pointAt(share), whole.pointAt(1.0 - share))
            side = line.normalVector()
            side.setLength(links.width_of(number) / 2 + 5.0)
            for way in (1.0, -1.0):
                painter.drawLine(line.translated(way * side.dx(), way * side.dy()))
    elif part[0] < len(diagram.columns):
        column = diagram.columns[part[0]]
        if part[1] == GROUP and column.group is not None:
            painter.drawRect(column.group.adjusted(-9, -9, 4, 4))
        elif part[1] < len(column.units):
            centre, r = diagram.centre(*part), diagram.radius + 4.5
            painter.drawEllipse(centre, r, r)


def draw_holds(painter: QPainter, links: Links, scene: NetworkScene, theme: Theme, font: QFont) -> None:
    """Draw a bar across each frozen line, and the letter of the group on each tied one."""
    holds = scene.holds
    if holds is None or holds.is_empty:
        return
    metrics = QFontMetrics(font)
    painter.setFont(font)
    for link, line in zip(links.links, links.lines, strict=True):
        place = link.place
        if place is None:
            is_frozen, letter = holds.has_frozen_row(link.layer - 1, link.unit), ""
        else:
            is_frozen, letter = holds.is_frozen(place), holds.letter(place)
        at = _mark_at(line, links.diagram.radius)
        if is_frozen:
            _draw_bar(painter, line, at, theme)
        elif letter:
            rect = QRectF(0, 0, max(metrics.horizontalAdvance(letter) + 6, metrics.height()), metrics.height())
            rect.moveCenter(at)
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.setBrush(QColor(theme.base))
            painter.drawEllipse(rect)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letter)


def _mark_at(line: QLineF, radius: float) -> QPointF:
    length = max(1.0, line.length())
    return line.pointAt(max(0.55, 1.0 - (radius + MARK_AWAY) / length))


def _draw_bar(painter: QPainter, line: QLineF, at: QPointF, theme: Theme) -> None:
    """Draw a double bar across a line, as of a closed gate."""
    side, along = line.normalVector(), QLineF(line)
    side.setLength(8.0)
    along.setLength(2.5)
    across, step = QPointF(side.dx(), side.dy()), QPointF(along.dx(), along.dy())
    for colour, width in ((theme.base, 6.0), (theme.text, 2.4)):
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for way in (1.0, -1.0):
            middle = at + step * way
            painter.drawLine(middle - across, middle + across)


def draw_bubble(widget: QWidget, painter: QPainter, theme: Theme, place: QPointF, text: str) -> None:
    """Write a text in a box near the pointer, on the side where there is more room.

    Parameters
    ----------
    widget : QWidget
        The box stays inside it.
    painter : QPainter
        Open on the widget.
    theme : Theme
        Gives the colours.
    place : QPointF
        Where the pointer is.
    text : str
        What is written, in as many lines as it needs.
    """
    metrics, whole = widget.fontMetrics(), widget.rect()
    widest = max(120, min(360, whole.width() - 24))
    flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
    box = metrics.boundingRect(QRect(0, 0, widest, 2000), flags, text).adjusted(-6, -4, 6, 4)
    left = min(max(2, round(place.x()) - box.width() // 2), max(2, whole.width() - box.width() - 2))
    above = round(place.y()) - box.height() - 12
    top = above if place.y() > whole.height() / 2 else round(place.y()) + 18
    box.moveTo(left, min(max(2, top), max(2, whole.height() - box.height() - 2)))
    painter.setPen(QPen(QColor(theme.muted), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRect(box)
    painter.setPen(QColor(theme.text))
    painter.drawText(box.adjusted(6, 4, -6, -4), flags, text)
