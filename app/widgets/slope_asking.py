"""Which way is down on the error surface: worked out at once, or in a thread where there are very many examples."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.latest import Latest
from app.widgets.slice_choice import MOST_WORK
from nlcore.families import Model
from nlcore.records import FloatArray, TrainState
from nlcore.slice_planes import Plane, downhill, gradient_work

LEVEL = 1e-12
"""A slope below this is what rounding leaves where the surface is level."""


class SlopeAsking(QObject):
    """Works out the negated gradient along the two directions of a plane.

    Signals
    -------
    changed : no arguments
        It is known now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[object, object, FloatArray] = (None, None, np.full(2, np.nan))
        """State and axes, and the answer for them."""
        self._beside = Latest("nllab-slope", self)
        self._beside.answered.connect(self._on_answered)

    def find(self, model: Model, plane: Plane, state: TrainState, *, is_running: bool) -> FloatArray:
        """Return the negated gradient, shape (2,); nan where it is not known yet.

        Parameters
        ----------
        model, plane, state : Model, Plane, TrainState
            Where.
        is_running : bool
            Whether training runs: then no long work is begun.
        """
        if gradient_work(model) <= MOST_WORK:
            return _without_rounding(downhill(model, plane, state.params))
        if self._known[0] is state and self._known[1] is plane.axes:
            return self._known[2]
        if not is_running:
            self._beside.ask((state, plane.axes), partial(downhill, model, plane, state.params))
        return np.full(2, np.nan)

    def _on_answered(self, about: object, answer: object) -> None:
        if isinstance(about, tuple):
            self._known = (about[0], about[1], _without_rounding(answer))
            self.changed.emit()


def _without_rounding(direction: object) -> FloatArray:
    """Return a direction as an array; one that is nothing but rounding, as at a minimum, as zeros: no arrow."""
    found = np.array(direction, dtype=np.float64)
    return np.zeros(2) if np.linalg.norm(found) < LEVEL else found
