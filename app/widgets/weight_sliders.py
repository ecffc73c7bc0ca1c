"""The weights of one unit as sliders with fields for exact numbers; the bias shows which of its values would be right.

While a slider is dragged its value is only shown; letting go is one change. With keys a change is over when they rest.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.theme import LIGHT, Theme
from app.widgets.marked_slider import MarkedSlider
from app.widgets.number_field import NumberField
from app.widgets.numbers import number
from app.widgets.threshold_texts import interval_words
from app.widgets.truth_table import Weights
from nlcore.theory.threshold_intervals import Interval

REST_MS = 400
"""After the last key a change is taken over."""
LIMITS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
BAND = 9
"""Height of the strip below a slider that shows an interval."""
LARGEST = 1e6


class IntervalSlider(MarkedSlider):
    """A slider with a strip below it that shows an interval: a ring where its end does not belong to it, else a dot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.interval: Interval | None = None
        self.step = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(80)

    def take_range(self, limit: float) -> None:
        """Go from minus to plus a limit, in steps of a fortieth or a fiftieth."""
        n = 50 if math.isclose(10.0 ** round(math.log10(limit)), limit) or str(limit)[0] == "5" else 40
        self.step = limit / n
        self.setRange(-n, n)
        self.setPageStep(n // 10)

    @property
    def number(self) -> float:
        """The value as a weight, without the noise of multiplying."""
        return float(f"{self.value() * self.step:.10g}")

    def show_number(self, value: float) -> None:
        """Stand as near to a weight as the steps allow."""
        self.setValue(max(self.minimum(), min(self.maximum(), round(value / self.step))))

    def show_interval(self, interval: Interval | None) -> None:
        """Show an interval in the strip, or none."""
        self.interval = interval
        self.update()

    def share(self, value: float) -> float:
        """Return where a weight is on the way from the left to the right, from 0 to 1."""
        low, high = self.minimum() * self.step, self.maximum() * self.step
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only what was chosen; the wheel over it scrolls the page."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider and the strip."""
        super().paintEvent(event)
        if self.interval is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, radius = self.height() - BAND / 2, BAND / 2 - 1.5
        ends = [self.mark_x(self.share(end)) + 0.5 for end in (self.interval.low, self.interval.high)]
        colour, base = QColor(self.theme.good), QColor(self.theme.base)
        painter.setPen(QPen(colour, 3.0))
        painter.drawLine(QPointF(ends[0], y), QPointF(ends[1], y))
        reach = self.maximum() * self.step
        for end, x, inside in ((self.interval.low, ends[0], base), (self.interval.high, ends[1], colour)):
            if -reach <= end <= reach:
                painter.setPen(QPen(colour, 1.8))
                painter.setBrush(inside)
                painter.drawEllipse(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
        painter.end()


class WeightSliders(QWidget):
    """A slider and a field for each weight, the bias first.

    Signals
    -------
    previewed : tuple of float
        The weights while something is moved.
    committed : tuple of float
        The weights that the person wants.
    refused : str
        What was typed is no weight.
    """

    previewed = Signal(object)
    committed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.weights: Weights = ()
        self.sliders: list[IntervalSlider] = []
        self.fields: list[NumberField] = []
        self._labels: list[QLabel] = []
        self._limit = LIMITS[0]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 2, 8, 2)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.committed.emit(self.weights))

    @property
    def is_moving(self) -> bool:
        """Whether the person has hold of a slider, or has just moved one with keys."""
        return self._rest.isActive() or any(slider.isSliderDown() for slider in self.sliders)

    def drop(self) -> None:
        """Forget a change by keys that is not over yet."""
        self._rest.stop()

    def take(self, names: tuple[str, ...], weights: Weights) -> None:
        """Show another unit.

        Parameters
        ----------
        names : tuple of str
            What each weight but the bias belongs to.
        weights : tuple of float
            The bias first.
        """
        self.drop()
        for widget in (*self.sliders, *self.fields, *self._labels):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.sliders, self.fields, self._labels = [], [], []
        self._limit = LIMITS[0]
        for k in range(len(weights)):
            of = "the bias, on the constant input 1" if k == 0 else f"the weight of input {names[k - 1]}"
            label, slider, typed = QLabel(f"w{k}", self), IntervalSlider(self), NumberField(self)
            label.setToolTip(of[:1].upper() + of[1:])
            slider.setAccessibleName(f"w{k}, {of}")
            typed.setAccessibleName(f"w{k} as a number, {of}")
            typed.setToolTip(f"{of[:1].upper()}{of[1:]}. Type a number and press Enter.")
            slider.setToolTip(f"{of[:1].upper()}{of[1:]}. Drag, or use the arrow keys.")
            slider.setMinimumHeight(slider.sizeHint().height() + (2 * BAND if k == 0 else 0))
            slider.valueChanged.connect(lambda _, k=k: self._moved(k))
            slider.sliderReleased.connect(lambda: self.committed.emit(self.weights))
            typed.entered.connect(lambda text, k=k: self._typed(k, text))
            for column, widget in enumerate((label, slider, typed)):
                self._grid.addWidget(widget, k, column)
            self.sliders.append(slider)
            self.fields.append(typed)
            self._labels.append(label)
        self._set_range(self._limit)
        self.retheme(self.theme)

    def show_weights(self, weights: Weights, interval: Interval | None) -> None:
        """Show the weights, and the interval of the bias."""
        self.weights = weights
        largest = max(map(abs, weights))
        if largest > self._limit:
            self._set_range(
                next((limit for limit in LIMITS if largest <= limit), 10.0 ** math.ceil(math.log10(largest)))
            )
        for slider, typed, weight in zip(self.sliders, self.fields, weights, strict=True):
            if not slider.isSliderDown() and slider.number != weight:
                slider.blockSignals(True)
                slider.show_number(weight)
                slider.blockSignals(False)
            typed.show_value(weight)
        if self.sliders:
            self.sliders[0].show_interval(interval)
            words = "no value of w0 is right" if interval is None else f"right: {interval_words(interval)}"
            self.sliders[0].setAccessibleDescription(f"now {number(weights[0], 4)}; {words}")
        for slider, weight in zip(self.sliders[1:], weights[1:], strict=True):
            slider.setAccessibleDescription(f"now {number(weight, 4)}")

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.theme = theme
        for slider in self.sliders:
            slider.theme = theme
            slider.update()

    def _set_range(self, limit: float) -> None:
        self._limit = limit
        for slider in self.sliders:
            slider.blockSignals(True)
            slider.take_range(limit)
            slider.blockSignals(False)

    def _moved(self, k: int) -> None:
        slider = self.sliders[k]
        self.weights = (*self.weights[:k], slider.number, *self.weights[k + 1 :])
        if not slider.isSliderDown():
            self._rest.start()
        self.previewed.emit(self.weights)

    def _typed(self, k: int, text: str) -> None:
        try:
            value = float(text.strip().replace("−", "-"))
        except ValueError:
            comma = " Write decimals with a point." if "," in text else ""
            self.refused.emit(f"w{k} must be a number such as −0.5, not “{text.strip()}”.{comma}")
            return
        if not abs(value) <= LARGEST:
            self.refused.emit(f"w{k} must lie between −1 000 000 and 1 000 000, not “{text.strip()}”.")
            return
        self.fields[k].setModified(False)
        self.weights = (*self.weights[:k], value, *self.weights[k + 1 :])
        self.drop()
        self.committed.emit(self.weights)
