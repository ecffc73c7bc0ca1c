"""A slider for a step size on a logarithmic scale, with its value beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from app.widgets.numbers import number
from app.widgets.options import OptionRow
from nlcore.gradient_check import LARGEST_STEP, SMALLEST_STEP

PER_DECADE = 4
LOWEST = round(PER_DECADE * math.log10(SMALLEST_STEP))
HIGHEST = round(PER_DECADE * math.log10(LARGEST_STEP))


class StepSlider(OptionRow):
    """A control like those of an option row, so it stays out of figures.

    Signals
    -------
    step_changed : float
        Another step size was chosen.
    """

    step_changed = Signal(float)

    def __init__(self, step: float, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._value = QLabel("Step h", self), QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(LOWEST, HIGHEST)
        self.slider.setPageStep(PER_DECADE)
        self.slider.setAccessibleName("Step size h")
        self._label.setBuddy(self.slider)
        for widget in (self._label, self.slider, self._value):
            widget.setToolTip(tip)
        widest = max(self.fontMetrics().horizontalAdvance(_words(k)) for k in range(LOWEST, HIGHEST + 1))
        self._value.setFixedWidth(widest + 4)
        self._row.addWidget(self._label)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self._value)
        self.done()
        self.slider.valueChanged.connect(self._changed)
        self.set_step(step)
        self._changed(self.slider.value())

    @property
    def step(self) -> float:
        """The step size that is chosen."""
        return _step(self.slider.value())

    def set_step(self, step: float) -> None:
        """Choose the step size nearest to a number."""
        self.slider.setValue(min(max(round(PER_DECADE * math.log10(step)), LOWEST), HIGHEST))

    def _changed(self, place: int) -> None:
        self._value.setText(_words(place))
        self.slider.setAccessibleDescription(_words(place))
        self.step_changed.emit(_step(place))


def _step(place: int) -> float:
    return float(10.0 ** (place / PER_DECADE))


def _words(place: int) -> str:
    return f"h = {number(_step(place), 2)}"
