"""The confusion matrix: how many examples of each true class got each answer.

Rows are true classes, columns answers. Choosing a cell asks for its examples. Where they are pictures and the classes
few, some of them are seen in the cell itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.glossary import explained
from app.theme import LIGHT, Theme, blend
from app.widgets.numbers import count
from app.widgets.pixels import letters_on

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
CORNER = ("true ↓  answer →", "answer →\ntrue ↓")
"""Titles of the two axes, in one line or two."""


MOST_WITH_PICTURES = 5
"""Classes up to which there is room for pictures in the cells."""
MOST_PICTURES = 3
SIDE, PAD = 30, 2
"""Of a picture in a cell, in pixels."""
Pictures = Mapping[tuple[int, int], Sequence[QImage]]


class ConfusionModel(QAbstractTableModel):
    """Counts with their classes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.classes: tuple[str, ...] = ()
        self.counts: NDArray[np.int64] = np.zeros((0, 0), dtype=np.int64)
        self.pictures: Pictures = {}

    def show_counts(self, counts: NDArray[np.int64], classes: tuple[str, ...]) -> bool:
        """Show other counts; return whether the classes changed."""
        if classes == self.classes:
            self.counts = counts
            if classes:
                self.dataChanged.emit(self.index(0, 0), self.index(len(classes) - 1, len(classes) - 1))
            return False
        self.beginResetModel()
        self.counts, self.classes = counts, classes
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self.classes)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return the name of a class."""
        if role == Role.ToolTipRole:
            kind = "Answer of the network" if orientation is Qt.Orientation.Horizontal else "True class"
            return explained(f"{kind}: {self.classes[section]}", "confusion matrix")
        return self.classes[section] if role == Role.DisplayRole else None

    def words(self, true: int, answered: int) -> str:
        """Say a cell."""
        n = int(self.counts[true, answered])
        return f"{count(n)} of true class “{self.classes[true]}” answered “{self.classes[answered]}”"

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return the count of a cell, its colour or its words."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return count(int(self.counts[row, column]))
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return self.words(row, column) + ("; click to list them" if role == Role.ToolTipRole else "")
        if role == Role.TextAlignmentRole:
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return left if self.pictures else Qt.AlignmentFlag.AlignCenter
        if role == Role.ForegroundRole and not self.counts[row, column]:
            return QColor(self.theme.muted)
        if role in (Role.BackgroundRole, Role.ForegroundRole):
            share = float(self.counts[row, column]) / max(1, int(self.counts[row].sum()))
            colour = self.theme.good if row == column else self.theme.bad
            back = QColor(blend(colour, self.theme.base, 0.75 * share**0.6))
            return back if role == Role.BackgroundRole else letters_on(back)
        return None


class PictureCells(QStyledItemDelegate):
    """Draws some of a cell's examples beside their number."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the number, and as many pictures as there is room for."""
        super().paint(painter, option, index)
        model = index.model()
        if not isinstance(model, ConfusionModel):
            return
        rect: QRect = option.rect
        left = rect.left() + painter.fontMetrics().horizontalAdvance("000") + 4
        for image in model.pictures.get((index.row(), index.column()), ()):
            size = image.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
            if left + size.width() + PAD > rect.right():
                return
            painter.drawImage(QRect(QPoint(left, rect.center().y() - size.height() // 2), size), image)
            left += size.width() + PAD


class UprightHeader(QHeaderView):
    """Column titles that run from the bottom to the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.theme: Theme = LIGHT
        self.upright = False
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """Return the height that the names need."""
        if not self.upright:
            return super().sizeHint()
        names = [str(self.model().headerData(i, self.orientation())) for i in range(self.count())]
        high = max((self.fontMetrics().horizontalAdvance(name) for name in names), default=0)
        return QSize(super().sizeHint().width(), high + 12)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Draw a name upright."""
        if not self.upright:
            super().paintSection(painter, rect, logicalIndex)
            return
        painter.save()
        painter.fillRect(rect, QColor(self.theme.raised))
        painter.setPen(QColor(self.theme.text))
        painter.translate(rect.left(), rect.bottom())
        painter.rotate(-90)
        name = str(self.model().headerData(logicalIndex, self.orientation()))
        painter.drawText(
            QRect(5, 0, rect.height() - 8, rect.width()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            name,
        )
        painter.restore()


class ConfusionTable(QTableView):
    """The matrix as a table that is as large as its cells.

    Signals
    -------
    cell_chosen : tuple of int
        True class and answer of a cell that was clicked, or chosen with Enter.
    """

    cell_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts = ConfusionModel(self)
        self.room = 300
        self.corner = QLabel(self)
        self.corner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.header = UprightHeader(self)
        self.setModel(self.counts)
        self.setItemDelegate(PictureCells(self))
        self.setHorizontalHeader(self.header)
        for header in (self.header, self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(18)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionsClickable(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Confusion matrix: rows are true classes, columns are answers")
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def show_counts(
        self, counts: NDArray[np.int64], classes: tuple[str, ...], theme: Theme, pictures: Pictures | None = None
    ) -> None:
        """Show other counts, and in each cell some of its examples if there are pictures of them."""
        self.counts.theme = self.header.theme = theme
        had_pictures, self.counts.pictures = bool(self.counts.pictures), pictures or {}
        if self.counts.show_counts(counts, classes) or had_pictures != bool(pictures):
            self.fit(self.room)

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit(self.room)

    def fit(self, room: int) -> None:
        """Make cells just large enough, and the table as large as all cells, but not wider than the room.

        Names of columns stand upright where they would not fit beside each other; what is wider still is scrolled.
        """
        self.room = room
        classes, metrics = self.counts.classes, self.fontMetrics()
        if not classes:
            return
        frame = 2 * self.frameWidth()
        widest = max(metrics.horizontalAdvance(name) for name in classes)
        cell = metrics.horizontalAdvance("000") + 10
        level = max(cell, widest + 14)
        for text, is_upright in zip(CORNER, (False, True), strict=True):
            corner = max(metrics.horizontalAdvance(line) for line in text.split("\n")) + 12
            names = max(self.verticalHeader().sizeHint().width(), corner)
            self.header.upright = is_upright
            self.corner.setText(text)
            if names + level * len(classes) + frame <= room:
                break
        self.verticalHeader().setFixedWidth(names)
        section, high = cell if self.header.upright else level, metrics.height() + 8
        if self.counts.pictures:
            most = cell + MOST_PICTURES * (SIDE + PAD + 2)
            section = max(section, min(most, (room - names - frame) // len(classes)))
            high = max(high, SIDE + 4)
        self.header.setDefaultSectionSize(section)
        self.verticalHeader().setDefaultSectionSize(high)
        whole = names + self.header.length() + frame
        bar = self.horizontalScrollBar().sizeHint().height() if whole > room else 0
        size = QSize(min(whole, room), self.header.sizeHint().height() + self.verticalHeader().length() + frame + bar)
        if size != self.size():
            self.setFixedSize(size)
        self.corner.setGeometry(self.frameWidth(), self.frameWidth(), names, self.header.sizeHint().height())

    def _choose(self, index: QModelIndex) -> None:
        self.cell_chosen.emit((index.row(), index.column()))
