"""The controls of the error surface: the view, what spans the plane, and which two weights.

A weight is chosen in two steps, first the unit it leads to and then where it comes from, so that also a network with
thousands of weights can be looked at.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.glossary import explained
from app.widgets.options import OptionRow, fill
from app.widgets.weight_names import source_text, unit_of, unit_text, units, weights_of
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.slice_planes import gradient, gradient_work

KINDS = {
    "weights": "Two weights",
    "random": "Two random directions",
    "principal": "Main directions of the path",
}
MOST_WORK = 20_000_000
"""Multiplications up to which the gradient decides which weights are looked at first."""
SHORT_KINDS = ("Weights", "Random", "Path")
KIND_TIPS = (
    "The loss for all values of two weights; all others stay as they are at the cursor",
    "The loss along two random directions in the space of all weights, through the cursor",
    "The loss along the two directions in which the path extends farthest, through the cursor",
)


class SliceChoice(QWidget):
    """The controls.

    Signals
    -------
    changed : no arguments
        Another plane or view is wanted.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Model | None = None
        self.row = OptionRow(self)
        self.view = self.row.add_choice("View", "View", "A map seen from above, or the surface in three dimensions")
        fill(self.view, ("Map", "3-D"), ("map", "relief"))
        self.kind = self.row.add_choice("Slice", "What spans the plane", explained("What the two axes are", "weight"))
        fill(self.kind, list(KINDS.values()), list(KINDS), "weights", SHORT_KINDS, KIND_TIPS)
        self.path = self.row.add_switch("Path", "Draw the way of the weights since the start")
        self.path.setChecked(True)
        self.arrow = self.row.add_switch("Arrow", explained("Draw which way the loss falls fastest", "gradient"))
        self.arrow.setChecked(True)
        self.start = self.row.add_switch("Set start", "Click a place of the map, and the run begins again there")
        self.whole = self.row.add_button(
            "Fit", "Show the part of the plane that holds the path; the wheel and the keys + and − show less and more"
        )
        self.whole.setAccessibleName("Fit to the path")
        self.row.done()
        self.axes_row = OptionRow(self)
        self._combos = [self._make_pair("Across", "first", "horizontal"), self._make_pair("Up", "second", "vertical")]
        self.axes_row.done()
        self.random_row = OptionRow(self)
        self.seed = self.random_row.add_number("Directions number", "Number of the directions", "Which random ones")
        self.seed.setRange(1, 9999)
        self.random_row.done()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (self.row, self.axes_row, self.random_row):
            column.addWidget(row)
        for combo in (self.view, self.kind):
            combo.activated.connect(lambda _: self._tell())
        self.seed.valueChanged.connect(lambda _: self._tell())
        for switch in (self.path, self.arrow):
            switch.toggled.connect(lambda _: self._tell())
        self._show_rows()

    def _make_pair(self, label: str, word: str, axis: str) -> tuple[QComboBox, QComboBox]:
        unit = self.axes_row.add_choice(
            label, f"Unit of the {word} weight", f"The unit to which the weight of the {axis} axis leads"
        )
        weight = self.axes_row.add_choice("", f"The {word} weight", f"The weight along the {axis} axis")
        unit.activated.connect(lambda _: self._unit_chosen(unit, weight))
        weight.activated.connect(lambda _: self.changed.emit())
        return unit, weight

    # --- what is chosen ----------------------------------------------------------------------------------------------

    @property
    def kind_name(self) -> str:
        """What spans the plane: a key of `KINDS`."""
        return str(self.kind.currentData())

    @property
    def is_relief(self) -> bool:
        """Whether the surface is shown in three dimensions."""
        return bool(self.view.currentData() == "relief")

    @property
    def places(self) -> tuple[int, int]:
        """The chosen weights, by their places in the vector of parameters."""
        first, second = (int(weight.currentData()) for _, weight in self._combos)
        return first, second

    def take(self, model: Model, params: FloatArray) -> None:
        """Offer the weights of a model; the chosen ones stay if it has the same layers.

        Parameters
        ----------
        model : Model
            The model.
        params : ndarray, shape (n_params,)
            Where its gradient decides which weights are looked at first.
        """
        before, self._model = self._model, model
        if before is not None and _layers(before) == _layers(model):
            return
        every = units(model)
        for (unit, weight), place in zip(self._combos, first_places(model, params), strict=True):
            fill(unit, [unit_text(model, one) for one in every], every, unit_of(model, place))
            self._fill_weights(weight, unit_of(model, place), place)
            unit.setVisible(len(every) > 1)
        self._show_rows()

    def choose(self, first: int, second: int) -> None:
        """Choose two weights, by their places."""
        if self._model is not None:
            for (unit, weight), place in zip(self._combos, (first, second), strict=True):
                unit.setCurrentIndex(max(0, unit.findData(unit_of(self._model, place))))
                self._fill_weights(weight, unit_of(self._model, place), place)
            self.changed.emit()

    def _fill_weights(self, weight: QComboBox, unit: tuple[int, int], place: int | None = None) -> None:
        if self._model is not None:
            places = weights_of(self._model, unit)
            fill(weight, [source_text(self._model, one) for one in places], places, place)

    def _unit_chosen(self, unit: QComboBox, weight: QComboBox) -> None:
        found = tuple(unit.currentData())
        self._fill_weights(weight, (found[0], found[1]))
        self.changed.emit()

    def _tell(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        self.axes_row.setVisible(self.kind_name == "weights")
        self.random_row.setVisible(self.kind_name == "random")
        can_set = self.kind_name == "weights"
        self.start.setEnabled(can_set)
        if not can_set or self.is_relief:
            self.start.setChecked(False)


def first_places(model: Model, params: FloatArray) -> tuple[int, int]:
    """Return two weights to begin with.

    For a unit with one input bias and weight; for one with several the first two weights; for a network those with the
    largest slopes.
    """
    if not isinstance(model, FeedforwardModel):
        return 0, 1
    every = units(model)
    if len(every) == 1:
        places = weights_of(model, every[0])
        return (places[0], places[1]) if len(places) == 2 else (places[1], places[2])
    if gradient_work(model) > MOST_WORK:
        return 0, 1
    slopes = np.abs(gradient(model, params))
    slopes[~np.isfinite(slopes)] = 0.0
    if not slopes.any():
        return 0, 1
    best = np.argsort(-slopes, kind="stable")[:2].tolist()
    first, second = sorted(best, key=model.layout.locate)  # of one unit the bias first, as w0 comes before w1
    return first, second


def _layers(model: Model) -> object:
    return model.layout.layers if isinstance(model, FeedforwardModel) else (type(model), model.n_params)
