"""Draws an example as a small picture with its verdict, its classes and a bar for each output."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import LIGHT, Theme
from app.widgets.example_model import ExampleModel
from app.widgets.example_results import CORRECT

CENTRE = Qt.AlignmentFlag.AlignCenter
SAID = "✗ said "
"""Before the answer, where it is wrong; below it stands what is true."""
BARS = 12
PAD = 4
WANTED = 64
"""About how many pixels wide a small picture is."""


class Tiles(QListView):
    """A grid of examples as pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.tile = TileDelegate(self)
        self.setItemDelegate(self.tile)

    def spread(self) -> None:
        """Use all of the width for as many tiles as fit, and keep the current one in sight."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
        width = self.maximumViewportSize().width() - bar - 2
        columns = max(1, width // self.tile.size.width())
        grid = QSize(max(self.tile.size.width(), width // columns), self.tile.size.height())
        if grid != self.gridSize():
            self.setGridSize(grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the tiles over the new width."""
        super().resizeEvent(event)
        self.spread()
        if self.currentIndex().isValid():
            self.doItemsLayout()
            self.scrollTo(self.currentIndex())

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.tile.theme = theme
        self.viewport().update()


class TileDelegate(QStyledItemDelegate):
    """Draws one example."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.theme: Theme = LIGHT
        self.size = QSize(80, 110)
        self.picture = QSize(64, 60)

    def measure(self, model: ExampleModel, view: Tiles) -> None:
        """Find the size of a tile for the pictures and class names of a data set."""
        data = model.results.data if model.results else None
        if data is None or data.image_shape is None:
            return
        rows, columns = data.image_shape
        factor = WANTED / max(rows, columns)
        zoom = max(1, round(factor)) if factor >= 0.5 else factor
        self.picture = QSize(max(1, round(columns * zoom)), max(1, round(rows * zoom)))
        metrics = view.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in data.class_names or ()), default=0)
        texts = max(
            metrics.horizontalAdvance(CORRECT) + 4, min(100, widest + metrics.horizontalAdvance(SAID)), widest + 4
        )
        high = self.picture.height() + BARS + 2 * metrics.height() + 3 * PAD + 2
        self.size = QSize(max(self.picture.width(), texts) + 2 * PAD, high)
        view.spread()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a tile, the same for all."""
        del option, index
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) and view.gridSize().isValid() else self.size

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw picture, bars, verdict and classes."""
        model = index.model()
        if not isinstance(model, ExampleModel) or model.results is None or index.row() >= len(model.rows):
            return
        row, results, name = model.rows[index.row()], model.results, model.set_name
        rect: QRect = option.rect
        painter.save()
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(QColor(self.theme.raised))
            painter.drawRect(rect.adjusted(2, 2, -3, -3))
        elif state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DotLine))
            painter.drawRect(rect.adjusted(2, 2, -3, -3))
        left = rect.left() + (rect.width() - self.picture.width()) // 2
        place = QRect(QPoint(left, rect.top() + PAD), self.picture)
        image = model.image(name, row)
        if image is not None:
            painter.drawImage(place, image)
        bars = QRect(place.left(), place.bottom() + 3, place.width(), BARS)
        self._draw_bars(painter, bars, results.sets[name].outputs[row], int(results.sets[name].answered[row]))
        verdict = results.verdict(name, row)
        line = painter.fontMetrics().height()
        texts = QRect(rect.left() + PAD, bars.bottom() + 2, rect.width() - 2 * PAD, line)
        painter.setPen(QColor(self.theme.good if verdict == CORRECT else self.theme.bad))
        true, answer = results.target_words(name, row), results.answer_words(name, row)
        said = CORRECT if verdict == CORRECT else f"{SAID}{answer}" if verdict else answer
        for text, place, colour in ((said, texts, None), (true, texts.translated(0, line), self.theme.text)):
            if colour is not None:
                painter.setPen(QColor(colour))
            elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, texts.width())
            painter.drawText(place, CENTRE, elided)
        painter.restore()

    def _draw_bars(self, painter: QPainter, place: QRect, outputs: object, answered: int) -> None:
        """Draw one upright bar an output, from 0 to 1."""
        values = np.clip(np.nan_to_num(np.asarray(outputs, dtype=np.float64), nan=0.0), 0.0, 1.0)
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), QColor(self.theme.line))
        step = place.width() / len(values)
        for i, value in enumerate(values.tolist()):
            high = round(value * place.height())
            wide = max(1, min(12, int(step) - 2))
            x = place.left() + round((i + 0.5) * step) - wide // 2
            colour = self.theme.accent if i == answered or len(values) == 1 else self.theme.muted
            painter.fillRect(QRect(x, place.bottom() - high, wide, high), QColor(colour))
