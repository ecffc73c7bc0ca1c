"""Von Neumann's elephant: a picture, sliders for its parameters, and a button that lets it wiggle its trunk."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.numbers import number
from app.widgets.outline_view import Outline, OutlineView
from app.widgets.parameter_sliders import ParameterSliders
from nlcore.records import FloatArray
from nlcore.theory.elephant import PARAMETERS, TERMS, Parameters, eye, parameters_of, picture, wiggled
from nlcore.theory.outlines import TURN

POINTS = 400
TICK_MS, TURN_MS = 40, 1400
"""Between two pictures, and for once up and down."""
WIDE = 520
"""Pixels from which on the sliders stand beside the picture."""
T = np.linspace(0.0, TURN, POINTS, endpoint=False)


class ElephantBoard(QWidget):
    """The elephant with everything that belongs to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phase = 0.0
        self.view = OutlineView("Elephant of four complex parameters", self)
        self.sliders = ParameterSliders()
        self.formula = Caption("Formula of the outline", self)
        self.wiggle = QPushButton("Wiggle the trunk", self)
        self.wiggle.setCheckable(True)
        self.wiggle.setToolTip("Let the fifth parameter move the trunk, until you press again")
        self.reset = QPushButton("As published", self)
        self.reset.setToolTip("Set all parameters to the values of the paper")
        for button in (self.wiggle, self.reset):
            button.setAutoDefault(False)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._place()
        self.sliders.changed.connect(self.redraw)
        self.wiggle.toggled.connect(self._wiggle_toggled)
        self.reset.clicked.connect(lambda: self.sliders.show_parameters(PARAMETERS))
        self.redraw()

    def _place(self) -> None:
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.sliders)
        area.setAccessibleName("Parameters of the elephant")
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 6, 2)
        row.addWidget(self.wiggle)
        row.addWidget(self.reset)
        row.addStretch(1)
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self.formula, area):
            column.addWidget(part)
        column.addLayout(row)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(4)
        self._halves.addWidget(self.view, 5)
        self._halves.addWidget(side, 4)

    @property
    def parameters(self) -> Parameters:
        """What the sliders say."""
        return self.sliders.parameters

    def points(self) -> FloatArray:
        """Return the outline at this moment, shape (n, 2)."""
        return wiggled(self.parameters, picture(self.parameters, T), self.phase)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.view.retheme(theme)

    def redraw(self) -> None:
        """Draw the elephant of this moment; there is room for its trunk wherever it goes."""
        parameters = self.parameters
        still = picture(parameters, T)
        ends = [wiggled(parameters, still, phase) for phase in (0.5 * math.pi, 1.5 * math.pi)]
        reach = np.concatenate([still, *ends, [eye(parameters)]])
        self.view.show_outline(Outline(self.points(), eye=eye(parameters)), reach)
        self.formula.show_text(formula_text(parameters))
        self.view.setAccessibleDescription(formula_text(parameters))

    def take_numbers(self, numbers: tuple[float, ...], phase: float) -> None:
        """Show other parameters, at another moment of the wiggle."""
        self.phase = phase
        self.sliders.show_parameters(parameters_of(numbers))

    # --- wiggling ----------------------------------------------------------------------------------------------------

    def _wiggle_toggled(self, is_on: bool) -> None:
        self.wiggle.setText("Stop wiggling" if is_on else "Wiggle the trunk")
        if is_on and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
        if not is_on:
            self.phase = 0.0
            self.redraw()

    @property
    def is_moving(self) -> bool:
        """Whether pictures follow one another."""
        return self._timer.isActive()

    def _on_timer_timeout(self) -> None:
        self.phase = math.fmod(self.phase + TURN * TICK_MS / TURN_MS, TURN)
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on wiggling."""
        super().showEvent(event)
        if self.wiggle.isChecked():
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep still where nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the sliders beside or below the picture."""
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() != direction:
            self._halves.setDirection(direction)


def formula_text(parameters: Parameters) -> str:
    """Write the two sums; waves that have no share are left out."""
    said = []
    for coordinate in ("x", "y"):
        parts = [(term.value(parameters), term.wave) for term in TERMS if term.coordinate == coordinate]
        shown = [(value, wave) for value, wave in parts if value]
        text = " ".join(f"{'−' if value < 0 else '+'} {number(abs(value))} {wave}" for value, wave in shown)
        first = f"−{text[2:]}" if text.startswith("−") else text[2:]
        said.append(f"{coordinate} = {first or '0'}")
    p5 = parameters[4]
    fifth = f"Wiggle {number(p5.real)}, eye {number(p5.imag)}."
    return f"{said[0]}; {said[1]} (y is drawn to the right, x downwards). {fifth}"
