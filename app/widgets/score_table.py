"""A small table of how well outputs fit classes: a row for each track, and one for the true probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.theme import Theme
from app.widgets.numbers import count, number
from app.widgets.row_model import Index, RowModel
from app.widgets.track_look import swatch
from nlcore.calibration import Scores, ThresholdCounts

Role = Qt.ItemDataRole
HEADINGS = ("", "log-\nlikelihood", "cross-\nentropy", "squared\nerror", "1 → 1", "1 → 0", "0 → 1", "0 → 0", "wrong")
TIPS = (
    "Which track",
    "The logarithm of the product of the probabilities that were given to the observed classes: larger is better",
    "The log-likelihood with the opposite sign: smaller is better",
    "Half the sum of (t − o)², with targets 0 and 1",
    "Of the class, and answered so: the output reaches the threshold",
    "Of the class, but missed: the output is below the threshold",
    "Not of the class, but answered so: a false alarm",
    "Not of the class, and not answered so",
    "Wrong answers of both kinds together",
)
MOST_ROWS = 4
TRUTH = "true probabilities"


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What stands in a row; number 0 is for the true probabilities."""

    number: int
    name: str
    scores: Scores
    counts: ThresholdCounts

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the cells."""
        fit, found = self.scores, self.counts
        sums = (fit.log_likelihood, fit.cross_entropy, fit.squared_error)
        counts = (found.hits, found.misses, found.false_alarms, found.rejections, found.wrong)
        return (self.name, *(number(value, 4) for value in sums), *map(count, counts))


class ScoreModel(RowModel[ScoreRow]):
    """The rows."""

    headings = HEADINGS
    tips = TIPS

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, alignment and symbol of a cell."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return row.cells()[column]
        if role == Role.AccessibleTextRole:
            return f"{HEADINGS[column].replace(chr(10), ' ') or 'track'}: {row.cells()[column]}"
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.DecorationRole and column == 0 and row.number:
            return swatch(self.theme, row.number)
        return None


class ScoreTable(QTableView):
    """The table, as high as its rows, up to a few."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ScoreModel(self)
        self.setModel(self.rows)
        self.setAccessibleName("How well the outputs fit the classes, and what the threshold makes of them")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self._fit()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.rows.theme = theme
        self.viewport().update()

    def show_rows(self, rows: tuple[ScoreRow, ...]) -> None:
        """Show other rows."""
        names = [row.name for row in self.rows.rows]
        self.rows.show_rows(rows)
        if names != [row.name for row in rows]:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Make room for names and for any number, so that nothing moves when numbers change."""
        metrics = self.fontMetrics()
        height = metrics.height() + 6
        self.verticalHeader().setDefaultSectionSize(height)
        names = [metrics.horizontalAdvance(row.name) for row in self.rows.rows]
        self.setColumnWidth(0, min(170, max(names, default=40) + 30))
        for k, heading in enumerate(HEADINGS[1:], 1):
            least = metrics.horizontalAdvance("−1234.5" if k < 4 else "0000")
            words = max(map(metrics.horizontalAdvance, heading.split("\n")))
            self.setColumnWidth(k, max(words, least) + 12)
        shown = min(MOST_ROWS, max(1, len(self.rows.rows)))
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * height + bar + 2 * self.frameWidth())
