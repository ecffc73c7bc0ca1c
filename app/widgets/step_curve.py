"""How far the two gradients of a weight are apart at every step size: rounding on the left, truncation on the right."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.widgets.legend import line_pen
from app.widgets.plot import Plot
from nlcore.gradient_check import LARGEST_STEP, SMALLEST_STEP, TOLERANCE
from nlcore.records import FloatArray

LOWEST, HIGHEST = -13.0, 1.0
"""Powers of ten of relative differences that are shown; smaller ones stand at the lower end."""
ENDS = math.log10(SMALLEST_STEP), math.log10(LARGEST_STEP)
X_LABEL, Y_LABEL = "step size h", "relative difference"


class StepCurve(Plot):
    """The curve of one weight, with the chosen step.

    Signals
    -------
    step_chosen : float
        A step size was clicked.
    """

    step_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Relative difference against the step size", can_zoom=False, parent=parent)
        self.steps: FloatArray = np.empty(0)
        self.differences: FloatArray = np.empty(0)
        for axis in (self.x_axis, self.y_axis):
            axis.set_log(is_log=True)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(pxMode=True, size=5)
        self._limit = pg.InfiniteLine(angle=0, pos=math.log10(TOLERANCE), movable=False)
        self._chosen = pg.InfiniteLine(angle=90, movable=False)
        self._mark = pg.ScatterPlotItem(pxMode=True, size=12, symbol="d")
        self._texts = {text: pg.TextItem(text, anchor=anchor) for text, anchor in _TEXTS.items()}
        for item in (self._limit, self._chosen, self._curve, self._dots, self._mark, *self._texts.values()):
            self.box.addItem(item, ignoreBounds=True)
        self.set_range((ENDS[0] - 0.3, ENDS[1] + 0.3), (LOWEST - 0.5, HIGHEST))
        self.resized.connect(self._place_texts)
        self.resized.connect(self._fit_y_axis)
        self.clicked.connect(lambda x, _: self.step_chosen.emit(10.0 ** min(max(x, ENDS[0]), ENDS[1])))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self._curve.setPen(line_pen(theme.curves["training"], 2.0))
        self._dots.setPen(pg.mkPen(None))
        self._dots.setBrush(pg.mkBrush(theme.curves["training"]))
        self._mark.setPen(pg.mkPen(theme.base, width=1))
        self._mark.setBrush(pg.mkBrush(theme.accent))
        self._limit.setPen(line_pen(theme.muted, 1.0, (5.0, 4.0)))
        self._chosen.setPen(line_pen(theme.accent, 1.0))
        for text in self._texts.values():
            text.setFont(self.font())
            text.setColor(QColor(theme.muted))

    def show_curve(self, steps: FloatArray, differences: FloatArray, name: str) -> None:
        """Draw the curve of a weight; an empty one clears the picture."""
        self.steps, self.differences = steps, differences
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.clip(np.log10(differences), LOWEST, HIGHEST)
        keep = np.isfinite(y)
        x = np.log10(steps)
        self._curve.setData(x[keep], y[keep])
        self._dots.setData(x[keep], y[keep])
        self.set_texts(name, X_LABEL, Y_LABEL)
        self._place_texts()

    def show_step(self, step: float, difference: float) -> None:
        """Mark the chosen step and what it gives."""
        at = math.log10(step)
        self._chosen.setValue(at)
        if not len(self.steps) or math.isnan(difference):
            self._mark.setData([], [])
            return
        y = math.log10(difference) if difference > 0.0 else LOWEST
        self._mark.setData([at], [min(max(y, LOWEST), HIGHEST)])

    def _place_texts(self) -> None:
        width, height = max(1.0, self.box.width()), max(1.0, self.box.height())
        per_line = (HIGHEST - LOWEST + 0.5) * (self.fontMetrics().height() + 4) / height
        is_wide = width > 2.4 * self.fontMetrics().horizontalAdvance("← rounding")
        for text, item in self._texts.items():
            item.setVisible(bool(len(self.steps)) and is_wide)
            if text.startswith("agree"):
                item.setPos(ENDS[1] + 0.3, math.log10(TOLERANCE))
            else:
                item.setPos(ENDS[0] - 0.2 if text.startswith("←") else ENDS[1] + 0.2, LOWEST - 0.5 + per_line)


_TEXTS = {"← rounding": (0.0, 0.0), "truncation →": (1.0, 0.0), "agree below": (1.0, 0.0)}
