"""A legend beside a picture instead of in it, so it never covers what it explains.

Entries stand in a row and wrap where the row is full. Each shows the very marker, line or patch of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import LIGHT, Theme

SAMPLE = 16
SAMPLES = {"marker": SAMPLE, "line": 30, "patch": SAMPLE, "note": 0}
"""Room for what is drawn before the text."""
GAP = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One explanation.

    Attributes
    ----------
    text : str
        What it means.
    kind : {"marker", "line", "patch", "note"}
        What is drawn before the text; nothing before a note.
    colour : str
        Of the line, the patch or the inside of the marker; empty for a hollow marker.
    edge : str
        Outline of the marker or patch.
    symbol : str
        Shape of the marker, as in pyqtgraph.
    dashes : tuple of float
        Pattern of the line; empty for a solid one.
    width : float
        Of the line or the outline.
    key : int or None
        Told when the entry is clicked; None for one that cannot be.
    full : str
        What a short text stands for, for the tool tip and for screen readers.
    tip : str
        What the words mean, for the tool tip.
    """

    text: str
    kind: Literal["marker", "line", "patch", "note"] = "marker"
    colour: str = ""
    edge: str = ""
    symbol: str = "o"
    dashes: tuple[float, ...] = ()
    width: float = 1.5
    key: int | None = None
    full: str = ""
    tip: str = ""


class Legend(QWidget):
    """Entries in rows.

    Signals
    -------
    clicked : int
        The key of an entry that was clicked.
    """

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.theme: Theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        self.setMouseTracking(True)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        said = "; ".join(entry.full or entry.text for entry in entries)
        self.setAccessibleDescription(said)
        self.setVisible(bool(entries))
        self.setFixedHeight(self._places(self.width())[1])
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        self.update()

    def _places(self, width: int) -> tuple[list[QRectF], int]:
        """Return where each entry goes, and the height of all."""
        metrics = self.fontMetrics()
        row = max(metrics.height(), SAMPLE) + 2
        x, y, places = 8, 0, []
        for entry in self.entries:
            sample = SAMPLES[entry.kind]
            needed = min(sample + 4 + metrics.horizontalAdvance(entry.text), max(40, width - 16))
            if x > 8 and x + needed > width - 8:
                x, y = 8, y + row
            places.append(QRectF(x, y, needed, row))
            x += needed + GAP
        return places, (y + row if self.entries else 0)

    def key_at(self, x: float, y: float) -> int | None:
        """Return the key of the entry at a place, or None."""
        places = self._places(self.width())[0]
        found = zip(self.entries, places, strict=True)
        return next((entry.key for entry, place in found if place.contains(x, y)), None)

    def tip_at(self, x: float, y: float) -> str:
        """Return what to say of the entry at a place; between entries what all of them say."""
        places = self._places(self.width())[0]
        for entry, place in zip(self.entries, places, strict=True):
            if place.contains(x, y):
                return "\n".join(part for part in (entry.full or entry.text, entry.tip) if part)
        return self.accessibleDescription()

    def event(self, event: QEvent) -> bool:
        """Show the tool tip of the entry under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(event.x(), event.y()), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be clicked."""
        can_click = self.key_at(event.position().x(), event.position().y()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_click else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell a click on an entry."""
        key = self.key_at(event.position().x(), event.position().y())
        if key is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(key)

    def sizeHint(self) -> QSize:
        """Return the size at the present width."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap again."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.setFixedHeight(self._places(self.width())[1])

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(self._places(self.width())[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw samples and texts."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        for entry, place in zip(self.entries, self._places(self.width())[0], strict=True):
            sample = SAMPLES[entry.kind]
            self._draw_sample(painter, entry, QRectF(place.x(), place.y(), sample, place.height()))
            painter.setPen(QColor(self.theme.text))
            text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, int(place.width()) - sample - 3)
            beside = place.adjusted(sample + 4, 0, 2, 0)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()

    def _draw_sample(self, painter: QPainter, entry: Entry, place: QRectF) -> None:
        middle = place.center()
        if entry.kind == "note":
            return
        if entry.kind == "line":
            painter.setPen(line_pen(entry.colour, entry.width, entry.dashes))
            painter.drawLine(QPointF(place.left(), middle.y()), QPointF(place.right(), middle.y()))
            return
        outline = QPen(QColor(entry.edge or entry.colour), entry.width)
        inside = QColor(entry.colour) if entry.colour else QColor(0, 0, 0, 0)
        if entry.kind == "patch":
            painter.setPen(outline)
            painter.setBrush(inside)
            painter.drawRect(QRectF(middle.x() - 6, middle.y() - 6, 12, 12))
            return
        painter.save()
        painter.translate(middle)
        outline.setCosmetic(True)
        drawSymbol(painter, entry.symbol, 11, outline, pg.mkBrush(inside))
        painter.restore()


def line_pen(colour: str, width: float, dashes: Sequence[float] = ()) -> QPen:
    """Return an opaque pen, dashed by a pattern in units of its width.

    Parameters
    ----------
    colour : str
        As ``#rrggbb``.
    width : float
        In pixels.
    dashes : sequence of float
        Lengths of strokes and gaps in turn; empty for a solid line.
    """
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen
