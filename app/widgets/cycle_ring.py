"""Weights that come back, drawn as a ring: a node for each weight vector, an arrow for each update."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme

LABELS_FROM = 170
"""Height in pixels below which the arrows have no texts."""
MOST_NODES = 16
"""More do not fit on a ring with their texts."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What is drawn.

    Attributes
    ----------
    nodes : tuple of str
        The weights, in the order in which they come; after the last comes the first.
    arrows : tuple of str
        What leads from each node to the next.
    now : int
        The node that is there now; -1 if the run is not in the ring.
    """

    nodes: tuple[str, ...] = ()
    arrows: tuple[str, ...] = ()
    now: int = -1


class CycleRing(QWidget):
    """The picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.ring = Ring()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Cycle of weights")

    def show_ring(self, nodes: Sequence[str], arrows: Sequence[str], now: int) -> None:
        """Draw other weights."""
        self.ring = Ring(tuple(nodes), tuple(arrows), now)
        way = " → ".join((*nodes, nodes[0])) if nodes else ""
        self.setAccessibleDescription(way)
        self.setToolTip(way)
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a fair size."""
        return QSize(300, 240)

    def minimumSizeHint(self) -> QSize:
        """Allow small pictures."""
        return QSize(100, 70)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw nodes and arrows."""
        del event
        painter, theme, ring = QPainter(self), self.theme, self.ring
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.base))
        n = len(ring.nodes)
        if not n:
            return
        metrics = self.fontMetrics()
        room = max(metrics.horizontalAdvance(text) for text in ring.nodes) + 16
        height = metrics.height() + 8
        middle = QPointF(self.width() / 2, self.height() / 2)
        wide = max(10.0, (self.width() - room) / 2 - 6)
        high = max(10.0, (self.height() - height) / 2 - 6)
        places = []
        for k in range(n):
            angle = 2 * math.pi * k / n - math.pi / 2
            places.append(middle + QPointF(wide * math.cos(angle), high * math.sin(angle)))
        if n > 1:
            for k in range(n):
                self._arrow(painter, places[k], places[(k + 1) % n], (room, height), ring.arrows[k], middle)
        for k, (place, text) in enumerate(zip(places, ring.nodes, strict=True)):
            box = QRectF(place.x() - room / 2, place.y() - height / 2, room, height)
            is_now = k == ring.now
            painter.setPen(QPen(QColor(theme.accent if is_now else theme.text), 2.0 if is_now else 1.2))
            painter.setBrush(QColor(theme.accent if is_now else theme.base))
            painter.drawRoundedRect(box, 6, 6)
            font = QFont(self.font())
            font.setBold(is_now)
            painter.setFont(font)
            painter.setPen(QColor(theme.on_accent if is_now else theme.text))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()

    def _arrow(
        self,
        painter: QPainter,
        start: QPointF,
        end: QPointF,
        size: tuple[float, float],
        text: str,
        middle: QPointF,
    ) -> None:
        """Draw an arrow between the edges of two nodes, its text towards the middle of the ring."""
        way = end - start
        length = math.hypot(way.x(), way.y())
        if length < 1.0:
            return
        unit = way / length
        away = min(
            size[0] / 2 / abs(unit.x()) if abs(unit.x()) > 1e-9 else math.inf,
            size[1] / 2 / abs(unit.y()) if abs(unit.y()) > 1e-9 else math.inf,
        )
        away = min(away + 3.0, length / 2)
        first, last = start + unit * away, end - unit * away
        painter.setFont(self.font())
        painter.setPen(QPen(QColor(self.theme.muted), 1.6))
        painter.setBrush(QColor(self.theme.muted))
        painter.drawLine(first, last)
        side = QPointF(-unit.y(), unit.x())
        painter.drawPolygon(QPolygonF([last, last - unit * 9 + side * 4, last - unit * 9 - side * 4]))
        width = self.fontMetrics().horizontalAdvance(text) + 6
        centre = (first + last) / 2
        inwards = middle - centre
        far = math.hypot(inwards.x(), inwards.y())
        if far < width or self.height() < LABELS_FROM:  # no room inside
            return
        at = centre + inwards / far * (width / 2 + 2) * (abs(inwards.x()) / far + 0.35)
        box = QRectF(at.x() - width / 2, at.y() - 9, width, 18)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
