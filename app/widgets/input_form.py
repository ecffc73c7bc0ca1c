"""A line for each input of an example, with its name, the range of the data, and what the network gets of it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QSizePolicy, QWidget

from app.widgets.numbers import number
from app.widgets.own_example import OwnExample, measured, names
from app.widgets.plane import nice_above
from nlcore.datasets import Data
from nlcore.records import FloatArray

MOST_INPUTS = 30
STEPS_IN_RANGE = 20
BEYOND = 1.0
"""How far a value may lie outside of the data, in widths of their range."""


class InputForm(QWidget):
    """Inputs as lines of numbers.

    Signals
    -------
    changed : int, float
        A person gave an input, by its number, another value.
    """

    changed = Signal(int, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[QDoubleSpinBox] = []
        self.notes: list[QLabel] = []
        self._ranges: list[str] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 8, 4)
        self._grid.setColumnStretch(2, 1)

    def hasHeightForWidth(self) -> bool:
        """Names that need two lines must not make everything around the form higher than the room for it."""
        return False

    def take_data(self, data: Data) -> None:
        """Make the lines for a data set."""
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.boxes, self.notes, self._ranges = [], [], []
        inputs = measured(data)
        for place, name in enumerate(names(data)):
            column = inputs[:, place]
            low, high = float(column.min()), float(column.max())
            label, note = QLabel(self), QLabel(self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setText(name)
            label.setWordWrap(True)
            note.setTextFormat(Qt.TextFormat.PlainText)
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            box = self._box(name, column)
            label.setBuddy(box)
            box.valueChanged.connect(lambda value, place=place: self.changed.emit(place, value))
            for part, widget in enumerate((label, box, note)):
                self._grid.addWidget(widget, place, part)
            self.boxes.append(box)
            self.notes.append(note)
            self._ranges.append(f"{number(low)} to {number(high)}")
        self._grid.setRowStretch(len(self.boxes), 1)

    def _box(self, name: str, column: FloatArray) -> QDoubleSpinBox:
        low, high = float(column.min()), float(column.max())
        width = high - low if high > low else max(1.0, abs(low))
        step = nice_above(width / STEPS_IN_RANGE)
        box = QDoubleSpinBox(self)
        box.setLocale(QLocale.c())
        box.setDecimals(_decimals(column, step))
        box.setRange(low - BEYOND * width, high + BEYOND * width)
        box.setSingleStep(step)
        box.setAccessibleName(name)
        box.setToolTip(f"In the data from {number(low)} to {number(high)}.")
        return box

    def show_example(self, example: OwnExample, inputs: FloatArray, *, standardised: bool) -> None:
        """Show values; the line that is being typed into stays as it is.

        Parameters
        ----------
        example : OwnExample
            Whose values.
        inputs : ndarray
            What the network gets.
        standardised : bool
            Whether that is something else than what was measured.
        """
        for box, note, shown, value, span in zip(
            self.boxes, self.notes, example.shown.tolist(), inputs.tolist(), self._ranges, strict=True
        ):
            rounded = round(shown, box.decimals())
            if box.value() != rounded:
                box.blockSignals(True)
                box.setValue(shown)
                box.blockSignals(False)
            said = f"→ {number(value)} (data: {span})" if standardised else f"data: {span}"
            note.setText(said)
            note.setToolTip(
                f"The network gets {number(value, 6)}: minus the mean, divided by the standard deviation."
                if standardised
                else f"In the data from {span}."
            )
            box.setAccessibleDescription(said)


def _decimals(column: FloatArray, step: float) -> int:
    """Return as many decimals as the step needs, and up to two more where the data have them."""
    fewest = int(np.clip(-math.floor(math.log10(step) + 1e-9), 0, 12))
    allowed = 1e-9 * float(np.abs(column).max(initial=0.0))
    for decimals in (fewest, fewest + 1):
        if float(np.abs(np.round(column, decimals) - column).max()) <= allowed:
            return decimals
    return fewest + 2
