"""The line above a network in which one weight is changed, frozen or tied to others.

It knows the weight that is shown and asks for changes; what they do, it says before they happen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.theme import Theme
from app.widgets.network_scene import NetworkScene
from app.widgets.number_field import NumberField, written
from app.widgets.options import OptionRow, fill
from app.widgets.problem_line import ProblemLine
from app.widgets.unit_names import UnitNames
from app.widgets.value_slider import ValueSlider, span_for
from app.widgets.weight_holds import BIAS_INPUT, Holds
from nlcore.errors import DataError
from nlcore.network import Layout
from nlcore.pasted_rows import read_number
from nlcore.rules import Place

MOST_LISTED = 64
"""Up to so many weights of a network are all offered; of larger ones only those of the pinned unit."""
ACTS = "Acts from this moment on; the course without it stays as a dimmed curve. Ctrl+Z goes back."
TIPS = (
    f"Type a number and press Enter. {ACTS}",
    f"Drag to see what another value does, let go to take it over. {ACTS}",
    f"A frozen weight keeps its value while the others learn. {ACTS}",
    f"Tied weights share one value: after each update all get the mean of what each would have become. {ACTS}",
)
"""Of the line, the slider, the switch and the menu: what they do."""
NO_NUMBER = "A weight is a number such as 0.5, not {text}; the old value is still in force."
ONLY_LEAD = "Only the weights of the lead can be changed: make this track the lead in the bar of tracks first."
SLIDER_FROM, LIST_FROM = 400, 250
"""Widths in pixels from which there is room for the slider, and for the list."""
CHOOSE, PIN_FIRST = "choose a weight", "pin a unit first"


@dataclass(frozen=True, slots=True, eq=False)
class ShownWeight:
    """What the bar shows.

    Attributes
    ----------
    scene : NetworkScene
        The network as it is.
    layout, holds : Layout, Holds
        Which weights there are; which of them are frozen or tied.
    unit : tuple of int or None
        The pinned unit.
    place : tuple of int or None
        The pinned weight.
    value : float
        Its value.
    why_not : str
        Why nothing can be changed; empty if it can.
    is_running : bool
        Whether the value changes faster than one can drag it.
    """

    scene: NetworkScene
    layout: Layout
    holds: Holds
    unit: tuple[int, int] | None
    place: Place | None
    value: float
    why_not: str = ""
    is_running: bool = False


class WeightBar(QWidget):
    """Shows one weight.

    Signals
    -------
    weight_chosen : tuple of int
        Another weight was chosen in the list.
    previewed : float or None
        The weight would have this value; None if that is forgotten.
    entered : float
        It shall have this value.
    freeze_wanted : bool
        It shall be frozen, or change again.
    tie_wanted, untie_wanted : None
        It shall be tied to the next weight that is clicked; or to none any more.
    hinted : str
        What pressing Enter would do; empty if nothing is being typed.
    """

    weight_chosen = Signal(object)
    previewed = Signal(object)
    entered = Signal(float)
    freeze_wanted = Signal(bool)
    tie_wanted = Signal()
    untie_wanted = Signal()
    hinted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ShownWeight | None = None
        self._listed: tuple[object, ...] = ()
        self._indices: dict[Place, int] = {}
        self._span = 1.0
        self._is_showing = False
        self.row = OptionRow(self)
        self.list = self.row.add_choice("Weight", "Weight", "Which weight is pinned; clicking its line pins it too")
        self.field = NumberField(self.row)
        self.field.setAccessibleName("Value of the pinned weight")
        self.slider = ValueSlider(self.row)
        self.slider.setAccessibleName("Value of the pinned weight, to be dragged")
        for part in (self.field, self.slider):
            self.row.add_part(part)
        self.freeze = self.row.add_switch("Free&ze", TIPS[2])
        self.menu = QMenu(self)
        self.tie = self.row.add_menu("Tie", TIPS[3], self.menu)
        self.tie_next = self.menu.addAction("Tie with the weight that is &clicked next", self.tie_wanted.emit)
        self.untie = self.menu.addAction("&Untie", self.untie_wanted.emit)
        self.row.done()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.problem = ProblemLine(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.row)
        column.addWidget(self.problem)
        self.list.activated.connect(self._on_list_activated)
        self.field.entered.connect(self._on_field_entered)
        self.field.textEdited.connect(self._on_field_edited)
        self.field.typing_changed.connect(lambda is_typing: None if is_typing else self.hinted.emit(""))
        self.slider.previewed.connect(self._on_slider_previewed)
        self.slider.entered.connect(self._enter)
        self.slider.left.connect(self.forget)
        self.freeze.toggled.connect(self._on_freeze_toggled)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_weight(self, shown: ShownWeight) -> None:
        """Show a weight as it is at the moment; what is being typed or dragged stays."""
        before, self._shown = self._shown, shown
        is_other = before is None or before.place != shown.place
        self._list(shown)
        has_weight, can = shown.place is not None, shown.place is not None and not shown.why_not
        if is_other:
            self.problem.say("")
            self.field.forget()
        if not has_weight:
            self.field.show_nothing()
            self.slider.show_value(0.0, 1.0)
        elif not self.slider.is_pending or is_other:
            self.show_number(shown.value, is_new=is_other)
        parts: tuple[QWidget | QAction, ...] = (self.field, self.slider, self.freeze, self.tie)
        for part, tip in zip(parts, TIPS, strict=True):
            part.setEnabled(can)
            part.setToolTip(shown.why_not or tip)
        self.slider.setEnabled(can and not shown.is_running and math.isfinite(shown.value))
        self._show_holds(shown)

    def _show_holds(self, shown: ShownWeight) -> None:
        place, holds = shown.place, shown.holds
        self._is_showing = True
        self.freeze.setChecked(place is not None and holds.is_frozen(place))
        self._is_showing = False
        letter = holds.letter(place) if place is not None else ""
        self.tie.setText(f"Tied {letter}" if letter else "Tie")
        self.tie.setAccessibleName(f"Tied, group {letter}" if letter else "Tie")
        self.untie.setEnabled(bool(letter))
        self.untie.setText(f"&Untie from group {letter}" if letter else "&Untie")

    def _list(self, shown: ShownWeight) -> None:
        """Offer the weights that can be pinned."""
        names, layers = shown.scene.names, shown.layout.layers
        unit = shown.unit if shown.place is None else (shown.place[0] + 1, shown.place[1])
        is_small = shown.layout.n_params <= MOST_LISTED
        key = (names, None if is_small else unit)
        if key != self._listed:
            self._listed = key
            if is_small:
                units = [(layer, k) for layer in range(1, len(layers)) for k in range(layers[layer])]
                places = [place for one in units for place in places_of(layers, one)]
            else:
                places = places_of(layers, unit) if unit is not None else []
            texts = [text_of(names, place) for place in places]
            shorter = ["choose", *(brief_text_of(names, place) for place in places)]
            fill(self.list, [CHOOSE if places else PIN_FIRST, *texts], [None, *places], shorter=shorter)
            self._indices = {place: index for index, place in enumerate(places, 1)}
            self.list.setEnabled(bool(places))
        index = self._indices.get(shown.place, 0) if shown.place is not None else 0
        if index != self.list.currentIndex():
            self.list.setCurrentIndex(index)

    def show_number(self, value: float, *, is_new: bool = False) -> None:
        """Show a value, of the weight as it is or as it is being dragged."""
        if self._shown is None:
            return
        if is_new or (math.isfinite(value) and abs(value) > self._span):
            self._span = span_for(max(largest_of(self._shown.scene), abs(value)))
        self.field.show_value(value)
        self.slider.show_value(value, self._span)

    @property
    def place(self) -> Place | None:
        """The weight that is shown."""
        return self._shown.place if self._shown is not None else None

    @property
    def span(self) -> float:
        """How far the slider goes to each side."""
        return self._span

    def say(self, sentence: str) -> None:
        """Say why something cannot be done, and show what is in force."""
        self.problem.say(sentence)
        if self._shown is not None:
            self._show_holds(self._shown)

    def forget(self) -> None:
        """Show the value in force in place of one that was dragged or typed."""
        self.field.forget()
        if self._shown is not None and self._shown.place is not None:
            self.show_number(self._shown.value)
        self.previewed.emit(None)
        self.hinted.emit("")

    def refuse(self, reason: str) -> None:
        """Say why a change could not be made, and show what is in force."""
        self.problem.refuse(reason)
        if self._shown is not None:
            self._show_holds(self._shown)
            if self._shown.place is not None:
                self.show_number(self._shown.value)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.problem.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: a line in the picture can be dragged too, and clicked to choose it."""
        super().resizeEvent(event)
        self.slider.setVisible(self.width() >= SLIDER_FROM)
        self.list.setVisible(self.width() >= LIST_FROM)

    # --- what a person does ------------------------------------------------------------------------------------------

    def _on_list_activated(self, index: int) -> None:
        place = self.list.itemData(index)
        self.weight_chosen.emit(tuple(place) if place is not None else None)

    def _on_field_entered(self, text: str) -> None:
        try:
            value = read_number(text)
        except DataError:
            self.problem.say(NO_NUMBER.format(text=f"“{text[:20]}”" if text.strip() else "nothing"))
            return
        self.field.setModified(False)
        self._enter(value)

    def _enter(self, value: float) -> None:
        self.problem.say("")
        self.hinted.emit("")
        self.entered.emit(value)

    def _on_field_edited(self, text: str) -> None:
        self.problem.say("")
        try:
            self.hinted.emit(self.will(read_number(text)))
        except DataError:
            self.hinted.emit("Type a number such as 0.5. Escape: the weight stays as it is.")

    def _on_slider_previewed(self, value: float) -> None:
        self.problem.say("")
        self.field.show_value(value)
        self.previewed.emit(value)
        self.hinted.emit(self.will(value, by="Let go or press Enter" if self.slider.isSliderDown() else "Enter"))

    def will(self, value: float, by: str = "Enter") -> str:
        """Say what taking over a value will do."""
        if self._shown is None or self._shown.place is None:
            return ""
        others = self._shown.holds.tied_with(self._shown.place)
        too = f" and {len(others)} tied with it" if others else ""
        old = written(self._shown.value)
        return f"{by}: this weight{too} is {written(value)} from this moment on. Escape: it stays {old}."

    def _on_freeze_toggled(self, is_on: bool) -> None:
        if not self._is_showing:
            self.problem.say("")
            self.freeze_wanted.emit(is_on)


def places_of(layers: Sequence[int], unit: tuple[int, int]) -> list[Place]:
    """Return the weights that lead to a unit, the bias first; none for an input."""
    layer, index = unit
    if not 1 <= layer < len(layers) or not 0 <= index < layers[layer]:
        return []
    return [(layer - 1, index, source) for source in (BIAS_INPUT, *range(layers[layer - 1]))]


def text_of(names: UnitNames, place: Place) -> str:
    """Return what a weight is called in a list: "hidden unit 1 ← x1"."""
    layer, unit, source = place
    start = "1 (bias)" if source == BIAS_INPUT else names.source(layer, source)
    return f"{names.full(layer + 1, unit)} ← {start}"


def brief_text_of(names: UnitNames, place: Place) -> str:
    """Return a shorter name for a narrow list: "h1 ← x1"."""
    layer, unit, source = place
    start = "1" if source == BIAS_INPUT else _brief(names, layer, source)
    return f"{_brief(names, layer + 1, unit)} ← {start}"


def _brief(names: UnitNames, layer: int, unit: int) -> str:
    if layer in (0, names.last):
        return names.short(layer, unit)
    return f"h{unit + 1}" + (f"({layer})" if names.last > 2 else "")


def largest_of(scene: NetworkScene) -> float:
    """Return the largest finite absolute value of all weights and biases."""
    blocks = [np.abs(block[np.isfinite(block)]) for block in (*scene.weights, *scene.biases)]
    return max((float(block.max()) for block in blocks if block.size), default=0.0)
