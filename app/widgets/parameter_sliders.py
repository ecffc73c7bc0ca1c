"""Ten sliders for the five complex parameters of the elephant, each named after what it multiplies."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from app.widgets.numbers import number
from nlcore.theory.elephant import PARAMETERS, TERMS, Parameters, Term, parameters_of

LARGEST = 100


class QuietSlider(QSlider):
    """A slider that leaves the wheel to what is scrolled."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it."""
        event.ignore()


class ParameterSliders(QWidget):
    """The sliders.

    Signals
    -------
    changed
        A parameter has another value.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 2, 8, 2)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self.sliders: list[QSlider] = []
        self._values: list[QLabel] = []
        for row, term in enumerate(TERMS):
            self._add(grid, row, term)
        grid.setRowStretch(len(TERMS), 1)
        self.show_parameters(PARAMETERS)

    def _add(self, grid: QGridLayout, row: int, term: Term) -> None:
        label, value, slider = QLabel(short_name(term), self), QLabel(self), QuietSlider(self)
        slider.setOrientation(Qt.Orientation.Horizontal)
        slider.setRange(-LARGEST, LARGEST)
        slider.setPageStep(10)
        slider.setMinimumWidth(60)
        slider.setAccessibleName(full_name(term))
        for shown in (label, value):
            shown.setToolTip(full_name(term))
        slider.setToolTip(full_name(term))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance("−100"))
        label.setTextFormat(Qt.TextFormat.PlainText)
        grid.addWidget(label, row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(value, row, 2)
        slider.valueChanged.connect(lambda found, value=value: value.setText(number(found)))
        slider.valueChanged.connect(self.changed)
        self.sliders.append(slider)
        self._values.append(value)

    @property
    def numbers(self) -> tuple[float, ...]:
        """What the sliders stand on, in the order of `TERMS`."""
        return tuple(float(slider.value()) for slider in self.sliders)

    @property
    def parameters(self) -> Parameters:
        """The five parameters."""
        return parameters_of(self.numbers)

    def show_parameters(self, parameters: Parameters) -> None:
        """Stand on other values, and tell once."""
        for slider, value, term in zip(self.sliders, self._values, TERMS, strict=True):
            slider.blockSignals(True)
            slider.setValue(round(term.value(parameters)))
            slider.blockSignals(False)
            value.setText(number(slider.value()))
        self.changed.emit()


def short_name(term: Term) -> str:
    """Name a number where there is little room."""
    what = f"{term.coordinate}: {term.wave}" if term.coordinate else term.wave
    return f"p{term.parameter + 1} {what}"


def full_name(term: Term) -> str:
    """Name a number in full."""
    part = "imaginary" if term.is_imaginary else "real"
    does = f"how much of {term.wave} is in {term.coordinate}" if term.coordinate else FIFTH[term.wave]
    return f"Parameter {term.parameter + 1}, {part} part: {does}"


FIFTH = {"wiggle": "how far the trunk goes up and down", "eye": "where the eye is, across and up"}
