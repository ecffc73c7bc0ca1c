"""The examples as rows of a table, for views that show only what is in sight.

Pictures are made when they are first looked at. Rows can be limited to wrong answers or to one cell of the confusion
matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QImage

from app.glossary import explained
from app.theme import LIGHT, Theme
from app.widgets.confusion import MOST_PICTURES, MOST_WITH_PICTURES
from app.widgets.example_results import CORRECT, Results, examples_of_cells
from app.widgets.number_field import written
from app.widgets.numbers import number
from app.widgets.pixels import grey_image, grey_range
from nlcore.data_edits import is_kin
from nlcore.datasets import Data
from nlcore.records import SetName

Index = QModelIndex | QPersistentModelIndex
INPUTS_FIRST = 4
"""Up to so many inputs stand before the answer, as in a truth table; more stand after it."""
TERMS = {
    "input": ("example",),
    "target": ("target",),
    "output": ("output",),
    "each": ("output",),
    "difference": ("target", "output"),
    "answer": ("output", "threshold"),
    "verdict": ("error rate",),
}
"""What the title of a column explains."""
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()


class ExampleModel(QAbstractTableModel):
    """Examples of one set, and what the network says to them.

    Signals
    -------
    cell_entered : int, str, int, str
        A person wrote something into a cell of the training set: number of the example, "input" or "target", number of
        the column of that kind, and the text. The cell keeps its value until the examples are others.
    """

    cell_entered = Signal(int, str, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.results: Results | None = None
        self.set_name: SetName = "training"
        self.only_wrong = False
        self.cell: tuple[int, int] | None = None
        self.rows: Sequence[int] = []
        self._heads: list[tuple[str, int]] = []
        self._images: dict[tuple[SetName, int], QImage] = {}
        self._range = (0.0, 1.0)

    def show_results(
        self, results: Results, set_name: SetName, *, only_wrong: bool, cell: tuple[int, int] | None
    ) -> None:
        """Show other answers, another set or another choice of rows.

        Parameters
        ----------
        results : Results
            All answers of a moment.
        set_name : str
            Which set.
        only_wrong : bool
            Leave out the correct ones.
        cell : tuple of int or None
            Only examples of this true class with this answer.
        """
        is_new = self.results is None or results.data is not self.results.data
        rows, heads = _rows(results, set_name, only_wrong=only_wrong, cell=cell), _heads(results.data)
        if is_new:
            self._images.clear()
            self._range = grey_range([examples.inputs for examples in results.data.sets.values()])
        if self.is_reset_by(results, set_name, only_wrong=only_wrong, cell=cell):
            self.beginResetModel()
            self.results, self.set_name, self.rows = results, set_name, rows
            self._heads = heads
            self.endResetModel()
        else:
            self.results = results
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._heads) - 1))
        self.only_wrong, self.cell = only_wrong, cell

    def is_reset_by(
        self, results: Results, set_name: SetName, *, only_wrong: bool, cell: tuple[int, int] | None
    ) -> bool:
        """Tell whether `show_results` would change rows or columns, which ends the typing into a cell."""
        if self.results is None or set_name != self.set_name or not is_kin(results.data, self.results.data):
            return True
        return _rows(results, set_name, only_wrong=only_wrong, cell=cell) != self.rows

    def is_editable(self, index: Index) -> bool:
        """Tell whether a person may write into a cell: inputs and targets of the training set, no pixels."""
        return self.set_name == "training" and self._heads[index.column()][0] in ("input", "target")

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what a person can do with a cell."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and self.is_editable(index) else flags

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Tell what a person has written into a cell."""
        if role != Role.EditRole or not index.isValid() or not self.is_editable(index):
            return False
        kind, column = self._heads[index.column()]
        self.cell_entered.emit(self.rows[index.row()], kind, column, str(value))
        return False

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return a column's title, or the number of an example."""
        if role == Role.ToolTipRole and orientation is Qt.Orientation.Horizontal and section < len(self._heads):
            return explained("", *TERMS.get(self._heads[section][0], ())) or None
        if role != Role.DisplayRole or self.results is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            kind, number_of = self._heads[section]
            names = {"input": self.results.data.input_names, "each": self.results.data.output_names}
            if kind in ("target", "output", "difference") and self.results.data.n_outputs > 1 and number_of >= 0:
                return f"{kind} {self.results.data.output_names[number_of]}"
            return (
                f"output {names['each'][number_of]}"
                if kind == "each"
                else names[kind][number_of]
                if kind in names
                else kind
            )
        return str(self.rows[section] + 1)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a view asks for."""
        if not index.isValid() or self.results is None or index.row() >= len(self.rows):
            return None
        row, (kind, column) = self.rows[index.row()], self._heads[index.column()]
        if role == Role.DisplayRole:
            return self._text(row, kind, column)
        if role == Role.EditRole and kind in ("input", "target"):
            return self._written(row, kind, column)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            said = self.results.words(self.set_name, row)
            return said if role == Role.ToolTipRole else said.replace("\n", ", ")
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Role.ForegroundRole and kind == "verdict":
            is_correct = self.results.verdict(self.set_name, row) == CORRECT
            return QColor(self.theme.good if is_correct else self.theme.bad)
        return None

    def _text(self, row: int, kind: str, column: int) -> str:
        assert self.results is not None
        data, results = self.results.data, self.results.sets[self.set_name]
        examples = data.sets[self.set_name]
        if kind == "input":
            return number(float(examples.inputs[row, column]))
        if kind in ("output", "each"):
            return fixed(float(results.outputs[row, max(column, 0)]))
        if kind == "difference":
            with np.errstate(invalid="ignore"):
                return fixed(float(examples.targets[row, column] - results.outputs[row, column]))
        if kind == "answer":
            return self.results.answer_words(self.set_name, row)
        if kind == "verdict":
            return self.results.verdict(self.set_name, row)
        if data.class_names is None:
            return fixed(float(examples.targets[row, column]))
        words = self.results.target_words(self.set_name, row)
        return f"{number(float(examples.targets[row, 0]))} ({words})" if data.n_outputs == 1 else words

    def _written(self, row: int, kind: str, column: int) -> str:
        """Return what stands in a cell while it is edited: all decimals, or the class."""
        assert self.results is not None
        examples = self.results.data.sets[self.set_name]
        if kind == "target" and self.results.data.class_names is not None:
            return self.results.target_words(self.set_name, row)
        return written(float((examples.inputs if kind == "input" else examples.targets)[row, column]))

    def image(self, set_name: SetName, row: int) -> QImage | None:
        """Return the picture of an example, made at the first look; None if its inputs are no picture."""
        data = self.results.data if self.results else None
        if data is None or data.image_shape is None:
            return None
        if (set_name, row) not in self._images:
            pixels = data.sets[set_name].inputs[row]
            self._images[set_name, row] = grey_image(pixels, data.image_shape, *self._range)
        return self._images[set_name, row]

    def cell_pictures(self, set_name: SetName) -> dict[tuple[int, int], list[QImage]]:
        """Return some pictures for each cell of the confusion matrix; none where there are many classes."""
        data = self.results.data if self.results else None
        if self.results is None or data is None or data.class_names is None or data.image_shape is None:
            return {}
        if len(data.class_names) > MOST_WITH_PICTURES:
            return {}
        cells = examples_of_cells(self.results.sets[set_name], MOST_PICTURES)
        return {
            cell: [image for row in rows if (image := self.image(set_name, row)) is not None]
            for cell, rows in cells.items()
        }

    @property
    def n_images(self) -> int:
        """Number of pictures made so far."""
        return len(self._images)

    def index_of(self, set_name: SetName, row: int) -> QModelIndex:
        """Return where an example is, or an invalid index if it is not shown."""
        if set_name != self.set_name or row not in self.rows:
            return QModelIndex()
        return self.index(self.rows.index(row), 0)


def fixed(value: float) -> str:
    """Write a number with three decimals, so that columns do not jump."""
    if not np.isfinite(value) or abs(value) >= 1e4:
        return number(value)
    return f"{value:.3f}".replace("-", "−")


def _rows(results: Results, set_name: SetName, *, only_wrong: bool, cell: tuple[int, int] | None) -> Sequence[int]:
    found = results.sets[set_name]
    if results.data.class_names is None or not (only_wrong or cell):
        return range(len(found.true))
    wanted = np.ones(len(found.true), dtype=bool)
    if only_wrong:
        wanted &= ~found.is_correct
    if cell is not None:
        wanted &= (found.true == cell[0]) & (found.answered == cell[1])
    rows: list[int] = np.flatnonzero(wanted).tolist()
    return rows


def _heads(data: Data) -> list[tuple[str, int]]:
    """Return the kind and number of each column."""
    inputs = [("input", i) for i in range(data.n_inputs)]
    each = range(data.n_outputs)
    if data.class_names is None:
        answers = [(kind, i) for i in each for kind in ("target", "output", "difference")]
    elif data.n_outputs == 1:
        answers = [("target", -1), ("output", -1), ("answer", -1), ("verdict", -1)]
    else:
        answers = [("target", -1), ("answer", -1), ("verdict", -1), *(("each", i) for i in each)]
    if data.image_shape is not None:
        return answers
    return [*inputs, *answers] if data.n_inputs <= INPUTS_FIRST else [*answers, *inputs]
