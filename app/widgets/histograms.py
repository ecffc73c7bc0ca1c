"""Histograms of a network's layers below each other: net inputs on the left, sizes of error terms on the right.

All error terms share one logarithmic axis, so that it is seen how they shrink from layer to layer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme, blend
from app.widgets.focus import FocusWidget
from app.widgets.numbers import count, number, power_of_ten
from app.widgets.plane import nice_above
from nlcore.records import FloatArray
from nlcore.saturation import LayerActivity

N_BINS = 40
SMALLEST, LARGEST = -12, 308
"""Powers of ten; smaller error terms are counted with 0, and there are no larger numbers."""
WIDEST = 1e300
GAP, LEAST_BARS = 8, 26
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of a quantity.

    Attributes
    ----------
    title, short, note : str
        What is counted, the same where there is little room, and a number that stands out.
    edges : ndarray, shape (n + 1,)
        Of the bins; powers of ten on a logarithmic axis.
    counts : ndarray, shape (n,)
        How many lie in each.
    ticks : tuple of (float, str)
        Places and texts along the axis.
    shaded : tuple of (float, float)
        Ranges in which units are saturated.
    is_log : bool
        Whether the axis is logarithmic.
    below : int
        How many are too small for the logarithmic axis, or 0.
    """

    title: str
    short: str
    note: str
    edges: FloatArray
    counts: NDArray[np.int64]
    ticks: tuple[tuple[float, str], ...]
    shaded: tuple[tuple[float, float], ...] = ()
    is_log: bool = False
    below: int = 0

    def words(self, k: int) -> str:
        """Say what a bin holds."""
        low, high = (float(edge) for edge in self.edges[k : k + 2])
        if self.is_log:
            low, high = 10.0**low, 10.0**high
        total = int(self.counts.sum()) + self.below
        return f"{self.title}: {count(int(self.counts[k]))} of {count(total)} from {number(low)} to {number(high)}."


def of_nets(layer: LayerActivity, title: str, short: str, note: str) -> Histogram:
    """Count the net inputs of a layer."""
    values = layer.net_inputs[np.isfinite(layer.net_inputs)]
    reach = nice_above(min(max(1.0, float(np.max(np.abs(values), initial=0.0))), WIDEST))
    limits, shaded = layer.limits, []
    if limits is not None:
        low, high = limits
        if layer.activation != "relu":
            reach = max(reach, 1.5 * high)
        shaded = [(a, b) for a, b in ((-reach, low), (high, reach)) if a < b and math.isfinite(a) and math.isfinite(b)]
    counts, edges = np.histogram(np.clip(values, -reach, reach), bins=N_BINS, range=(-reach, reach))
    ticks = [(x, number(x)) for x in (-reach, -reach / 2, 0.0, reach / 2, reach)]
    return Histogram(title, short, note, edges, counts.astype(np.int64), tuple(ticks), tuple(shaded))


def of_deltas(layers: Sequence[LayerActivity], texts: Sequence[tuple[str, str, str]]) -> list[Histogram]:
    """Count the sizes of the error terms of all layers, on one axis; the texts are title, short title and note."""
    sizes = [np.abs(layer.deltas[np.isfinite(layer.deltas)]) for layer in layers if layer.deltas is not None]
    powers = [np.log10(size[size >= 10.0**SMALLEST]) for size in sizes]
    ends = [float(end) for power in powers if power.size for end in (power.min(), power.max())]
    low, high = (math.floor(min(ends)), math.ceil(max(ends))) if ends else (-3, 0)
    high = min(max(high, low + 2), LARGEST)
    low = min(low, high - 2)
    every = max(1, -(-(high - low) // 4))
    ticks = tuple((float(e), power_of_ten(e) if e else "1") for e in range(high, low - 1, -every))
    found = []
    for text, size, power in zip(texts, sizes, powers, strict=True):
        counts, edges = np.histogram(power, bins=N_BINS, range=(low, high))
        below = int(len(size) - len(power))
        found.append(Histogram(*text, edges, counts.astype(np.int64), ticks, (), True, below))
    return found


class HistogramGrid(FocusWidget):
    """Rows of histograms.

    Signals
    -------
    pointed : str
        What the bin at the pointer holds; empty if there is none.
    """

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.rows: list[list[Histogram]] = []
        self.space = QSize(300, 200)
        self._at: tuple[int, int, int] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Histograms by layer")

    def show_rows(self, rows: list[list[Histogram]], theme: Theme) -> None:
        """Draw other histograms: a list for each layer."""
        self.rows, self.theme = rows, theme
        self._arrange()
        self.update()

    def fit(self, space: QSize) -> None:
        """Arrange them for the space that is in sight."""
        self.space = space
        self._arrange()

    def _arrange(self) -> None:
        least = self._texts() + LEAST_BARS + GAP
        self.setFixedSize(self.space.expandedTo(QSize(0, max(1, len(self.rows)) * least + GAP)))

    def _texts(self) -> int:
        return 2 * self.fontMetrics().height() + 8

    def bars_rect(self, row: int, column: int) -> QRectF:
        """Return where the bars of a histogram stand."""
        n_columns = len(self.rows[row])
        width = (self.width() - GAP) / n_columns
        height = (self.height() - GAP) / max(1, len(self.rows))
        line = self.fontMetrics().height()
        return QRectF(
            GAP + column * width + 4, GAP + row * height + line + 2, width - GAP - 8, height - self._texts() - GAP / 2
        )

    def bin_at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return row, column and bin at a place."""
        for row, found in enumerate(self.rows):
            for column, shown in enumerate(found):
                rect = self.bars_rect(row, column)
                if rect.contains(x, y):
                    n = len(shown.counts)
                    return row, column, min(int((x - rect.x()) / rect.width() * n), n - 1)
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.base))
        for row, found in enumerate(self.rows):
            for column, shown in enumerate(found):
                self._draw(painter, shown, self.bars_rect(row, column))
        if self._at is not None and self._at[0] < len(self.rows) and self._at[1] < len(self.rows[self._at[0]]):
            self._draw_mark(painter, *self._at)
        if self.shows_focus:
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(1, 1, -2, -2))
        painter.end()

    def _draw(self, painter: QPainter, shown: Histogram, rect: QRectF) -> None:
        theme, metrics = self.theme, self.fontMetrics()
        low, high = float(shown.edges[0]), float(shown.edges[-1])

        def place(value: float) -> float:
            return rect.x() + (value - low) / (high - low) * rect.width()

        for start, end in shown.shaded:
            painter.fillRect(
                QRectF(place(start), rect.y(), place(end) - place(start), rect.height()),
                QColor(blend(theme.bad, theme.base, 0.18)),
            )
        colour = QColor(theme.curves["validation" if shown.is_log else "training"])
        most, width = max(1, int(shown.counts.max(initial=0))), rect.width() / len(shown.counts)
        for k, number_in in enumerate(shown.counts.tolist()):
            height = max(1.0, number_in / most * rect.height()) if number_in else 0.0
            painter.fillRect(QRectF(rect.x() + k * width, rect.bottom() - height, max(1.0, width - 1), height), colour)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(rect.x(), rect.bottom() + 0.5), QPointF(rect.right(), rect.bottom() + 0.5))
        painter.setPen(QPen(QColor(theme.bad), 1, Qt.PenStyle.DashLine))
        for edge in {edge for pair in shown.shaded for edge in pair if low < edge < high}:
            painter.drawLine(QPointF(place(edge), rect.y()), QPointF(place(edge), rect.bottom()))
        self._draw_texts(painter, shown, rect)
        painter.setPen(QColor(theme.muted))
        last = -math.inf
        for value, text in sorted(shown.ticks):
            wide = metrics.horizontalAdvance(text)
            x = min(max(place(value) - wide / 2, rect.x() - 3), rect.right() + 3 - wide)
            if x > last + 4:
                painter.drawText(QPointF(x, rect.bottom() + metrics.ascent() + 3), text)
                last = x + wide

    def _draw_texts(self, painter: QPainter, shown: Histogram, rect: QRectF) -> None:
        """Write the title, or its short form, and the note if there is room."""
        wide, line = self.fontMetrics().horizontalAdvance, self.fontMetrics().height()
        above = QRectF(rect.x() - 3, rect.y() - line - 2, rect.width() + 6, line)
        room, note = above.width(), wide(shown.note) + 8
        title = shown.title if wide(shown.title) + note <= room else shown.short
        has_note = wide(title) + note <= room
        title = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(room))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(above, Qt.AlignmentFlag.AlignRight, shown.note if has_note else "")

    def _draw_mark(self, painter: QPainter, row: int, column: int, k: int) -> None:
        rect, shown = self.bars_rect(row, column), self.rows[row][column]
        width = rect.width() / len(shown.counts)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect.x() + k * width - 0.5, rect.y(), width, rect.height()))

    def _point(self, at: tuple[int, int, int] | None) -> None:
        if at != self._at:
            self._at = at
            self.pointed.emit("" if at is None else self.rows[at[0]][at[1]].words(at[2]))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        self._point(self.bin_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing is under the pointer."""
        super().leaveEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through bins with Left and Right, through histograms with Up and Down."""
        keys = (*STEPS, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() not in keys or not self.rows:
            super().keyPressEvent(event)
            return
        every = [(row, column) for row, found in enumerate(self.rows) for column in range(len(found))]
        row, column, k = self._at or (0, 0, -1)
        if event.key() in STEPS:
            k = min(max(k + STEPS[Qt.Key(event.key())], 0), len(self.rows[row][column].counts) - 1)
        else:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row, column = every[min(max(every.index((row, column)) + step, 0), len(every) - 1)]
        self._point((row, column, max(0, k)))
