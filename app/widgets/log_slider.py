"""A slider for a quantity that spans powers of ten, with its name before it and its value, in words, behind it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

STEPS = (1.0, 2.0, 3.0, 5.0, 7.0)
"""Where the slider stands within each power of ten."""


class LogSlider(QSlider):
    """Goes from one power of ten to another, over 1, 2, 3, 5 and 7 times each.

    Parameters
    ----------
    low, high : int
        The powers of ten at its ends.
    """

    def __init__(self, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._low = low
        self.setRange(0, (high - low) * len(STEPS))
        self.setPageStep(len(STEPS))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(70)

    @property
    def number(self) -> float:
        """The value."""
        power, k = divmod(self.value(), len(STEPS))
        return float(f"{STEPS[k]}e{self._low + power}")

    def show_number(self, value: float) -> None:
        """Stand at the nearest value at or above."""
        for place in range(self.minimum(), self.maximum() + 1):
            power, k = divmod(place, len(STEPS))
            if float(f"{STEPS[k]}e{self._low + power}") >= value * (1 - 1e-9):
                self.setValue(place)
                return
        self.setValue(self.maximum())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only what was chosen; the wheel over it scrolls the page."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LogSliders(QWidget):
    """Such sliders below each other.

    Signals
    -------
    changed
        One of them was moved.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[str, LogSlider] = {}
        self._values: dict[str, tuple[QLabel, Callable[[float], str]]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 2, 8, 2)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    def add(
        self, name: str, powers: tuple[int, int], value: float, words: Callable[[float], str], tip: str
    ) -> LogSlider:
        """Add a slider.

        Parameters
        ----------
        name : str
            What it sets.
        powers : tuple of int
            The powers of ten at its ends.
        value : float
            Where it stands at first.
        words : callable
            Writes a value.
        tip : str
            Shown when the pointer rests on it.
        """
        row = len(self.sliders)
        label, slider, shown = QLabel(name, self), LogSlider(*powers, self), QLabel(self)
        for widget in (label, slider, shown):
            widget.setToolTip(tip)
        for text in (label, shown):
            text.setTextFormat(Qt.TextFormat.PlainText)
        slider.setAccessibleName(name)
        shown.setMinimumWidth(shown.fontMetrics().horizontalAdvance("700 ms  "))
        parts: tuple[QWidget, ...] = (label, slider, shown)
        for column, part in enumerate(parts):
            self._grid.addWidget(part, row, column)
        self.sliders[name] = slider
        self._values[name] = (shown, words)
        slider.show_number(value)
        slider.valueChanged.connect(lambda _: self._moved(name))
        self._say(name)
        return slider

    def _moved(self, name: str) -> None:
        self._say(name)
        self.changed.emit()

    def _say(self, name: str) -> None:
        shown, words = self._values[name]
        said = words(self.sliders[name].number)
        shown.setText(said)
        self.sliders[name].setAccessibleDescription(said)
