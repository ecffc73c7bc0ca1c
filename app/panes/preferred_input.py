"""The picture that a unit likes most: made from the mean picture by gradient ascent, and found among the examples.

The weights stay as they are. The way up is computed beside the window, and a slider goes along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import QFrame, QScrollArea, QSlider, QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.latest import Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.example_choice import example_in
from app.widgets.example_detail import OutputBars
from app.widgets.numbers import counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.own_answer import OwnAnswer
from app.widgets.own_example import apply, grey_ends, kind
from app.widgets.picture_row import PictureRow, Shown
from app.widgets.pixels import grey_image
from app.widgets.unit_names import UnitNames, brief, sentence
from nlcore.datasets import Data
from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import forward
from nlcore.preferred_input import Climb, climb, gradient
from nlcore.records import FloatArray

STEPS = 200
LENGTHS = (0.02, 0.05, 0.2)
LIKED = 3
"""Examples that are shown for what the unit likes most and least."""
MOST_NUMBERS = 8_000_000
"""Numbers of a training set that is looked through."""
Start = Literal["mean", "example", "grey"]
STARTS: dict[str, Start] = {"Mean picture": "mean", "Selected example": "example", "Even grey": "grey"}


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What is to be computed: for which unit, from where, in what steps."""

    model: FeedforwardModel
    params: FloatArray
    unit: tuple[int, int]
    start: FloatArray
    step: float

    def is_same(self, other: Wish | None) -> bool:
        """Tell whether another wish has the same answer."""
        return (
            other is not None
            and self.model is other.model
            and self.params is other.params
            and (self.unit, self.step) == (other.unit, other.step)
            and np.array_equal(self.start, other.start)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The way up, and the training examples in the order of how much the unit likes them, the least first."""

    wish: Wish
    way: Climb
    order: tuple[int, ...]
    nets: FloatArray


class PreferredInputPane(Pane):
    """What a unit likes most."""

    id = "preferred_input"
    key = "Ctrl+F9"
    title = "What a unit likes most"
    help = "The picture for which a unit's net input is largest, made step by step, and the examples it likes most."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Data | None = None
        self._layers: tuple[int, ...] = ()
        self._found: Found | None = None
        self._add_options()
        page = QWidget()
        self.made = PictureRow("Pictures made for the unit", page)
        self.liked = PictureRow("Examples that the unit likes most and least", page)
        self.words, self.answer = Caption("What the unit likes", page), Caption("Answer to the picture", page)
        self.bars = OutputBars(page)
        self.bars.setAccessibleName("Outputs for the picture")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(8, 2, 8, 6)
        inside.setSpacing(4)
        for part in (self.words, self.made, self.answer, self.bars, self.liked):
            inside.addWidget(part)
        inside.addStretch(1)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Pictures")
        self.area.setWidget(page)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.options)
        column.addWidget(self.steps_row)
        column.addWidget(self.area, 1)
        self.latest = Latest("nllab-preferred", self)
        self.latest.answered.connect(self._take)

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.unit = self.options.add_choice("Unit", "Unit", explained("Whose net input is to grow", "preferred input"))
        self.start = self.options.add_choice("from", "Start", "The picture that the way begins with")
        fill(self.start, list(STARTS), list(STARTS.values()), shorter=["mean", "example", "grey"])
        self.length = self.options.add_choice(
            "Steps of", "Length of a step", "How far the steepest pixel goes in a step, from black to white"
        )
        fill(self.length, [f"{100 * length:.0f} %" for length in LENGTHS], list(LENGTHS), 0.05)
        self.options.done()
        self.steps_row = OptionRow(self.body)
        self.slider = QSlider(Qt.Orientation.Horizontal, self.steps_row)
        self.slider.setAccessibleName("Steps")
        self.slider.setToolTip("Go along the way from the start to the picture that the unit likes most")
        self.slider.setMinimumWidth(110)
        self.steps_row.add_part(self.slider)
        self.steps_text = self.steps_row.add_note("Steps done")
        self.steps_row.done()
        for combo in (self.unit, self.start, self.length):
            combo.activated.connect(lambda _: self._redraw())
        self.slider.valueChanged.connect(lambda _: self._redraw())

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is no picture to make."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There are no units here: this lesson minimises a function directly."
        if model.examples.image_shape is None:
            return "The examples of this data set are no pictures, so there is none to make for a unit."
        if not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights are no finite numbers any more, so no unit likes anything. Step back or restart."
        return None

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Show the way up as far as it is known."""
        self._prepare(frame)
        wish = self._wish(frame)
        if not wish.is_same(self._found.wish if self._found else None):
            self.latest.ask(wish, lambda: self._compute(wish))
        if self._found is not None:
            self._show(self._found)

    def _prepare(self, frame: Frame) -> None:
        """Offer the units of the network."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data, layers = model.examples, model.layout.layers
        if self._data is not None and kind(self._data) != kind(data):
            self._found = None
        self._data = data
        if layers == self._layers and self.unit.count():
            return
        self._layers, self._found = layers, None
        names = UnitNames.of(model)
        units = [(layer, k) for layer in range(1, len(layers)) for k in range(layers[layer])]
        texts = [sentence(names.full(*unit)) for unit in units]
        fill(
            self.unit,
            texts,
            units,
            (1, 0),
            [names.short(*unit) if unit[0] == names.last else f"hidden {unit[1] + 1}" for unit in units],
        )

    def _wish(self, frame: Frame) -> Wish:
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data, chosen = model.examples, self.start.currentData()
        if chosen == "example":
            name, row = example_in(data, frame.selection.example)
            start = data.sets[name].inputs[row]
        elif chosen == "grey":
            low, high = grey_ends(data)
            start = apply(data.scaling, np.full(data.n_inputs, (low + high) / 2.0))
        else:
            start = data.training.inputs.mean(axis=0)
        return Wish(model, frame.lead.state.params, self.unit.currentData(), start, float(self.length.currentData()))

    def _compute(self, wish: Wish) -> Found | None:
        try:
            return found_for(wish, self)
        except CancelledError:
            return None

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits for what is being computed."""
        return self.latest.given_up.is_set()

    def _take(self, about: object, found: object) -> None:
        """Show what was computed, if it is still about this network."""
        frame = self.frame
        if frame is None or not isinstance(about, Wish) or not isinstance(found, Found):
            return
        if self.why_empty(frame) is None and frame.lead.model is about.model:
            was_at_end = self._found is None or self.slider.value() == self.slider.maximum()
            self._found = found
            self.slider.blockSignals(True)
            self.slider.setRange(0, len(found.way.inputs) - 1)
            if was_at_end:
                self.slider.setValue(self.slider.maximum())
            self.slider.blockSignals(False)
            self._redraw()

    def finish(self) -> None:
        """Compute it now."""
        if self.frame is not None and self.why_empty(self.frame) is None:
            self._prepare(self.frame)
            wish = self._wish(self.frame)
            if not wish.is_same(self._found.wish if self._found else None):
                self._take(wish, found_for(wish, self))

    def _show(self, found: Found) -> None:
        wish, way = found.wish, found.way
        data, at = wish.model.examples, min(self.slider.value(), len(way.inputs) - 1)
        end = "; one more leads no higher" if way.is_at_top and at == len(way.inputs) - 1 else ""
        self.steps_text.setText(f"{counted(at, 'step')}{end}")
        self.words.show_text(words_of(found, at))
        self.made.show_pictures(
            [
                Shown("start", f"net {brief(float(way.net_inputs[0]))}", picture(data, way.inputs[0])),
                Shown(
                    f"step {at}",
                    f"net {brief(float(way.net_inputs[at]))}",
                    picture(data, way.inputs[at]),
                    is_framed=True,
                ),
            ],
            self.theme,
        )
        answer = OwnAnswer.of(wish.model, wish.params, way.inputs[at])
        self.answer.show_text(f"To the framed picture the network says: {answer.words}")
        self.bars.show_rows(tuple((name, out, np.nan) for name, out in answer.rows), answer.answered, self.theme)
        self.liked.show_pictures(liked(found), self.theme)

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)
            if not self.frame.is_running:
                self.setAccessibleDescription(self.in_words(self.frame))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.made.theme = self.liked.theme = theme

    def take_over(self, other: Pane) -> None:
        """Show the step that another pane of this kind shows."""
        if isinstance(other, PreferredInputPane):
            self.finish()
            self.slider.setValue(other.slider.value())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up what is being computed."""
        self.latest.close()
        super().closeEvent(event)

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say what the unit likes, and the answer to that picture."""
        reason = self.why_empty(frame)
        if reason is not None or self._found is None:
            return reason or self.help
        at = min(self.slider.value(), len(self._found.way.inputs) - 1)
        return f"{words_of(self._found, at)} {self.answer.text()} {self.liked.accessibleDescription()}."

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the way up, and the picture at its end."""
        self._prepare(frame)
        wish = self._wish(frame)
        known = self._found
        found = known if known is not None and wish.is_same(known.wish) else found_for(wish, self)
        way = tuple((k, float(net)) for k, net in enumerate(found.way.net_inputs))
        names = wish.model.examples.input_names
        pixels = tuple(zip(names, map(float, found.way.inputs[-1]), strict=True))
        return Table("Way up", ("step", "net input"), way), Table("Picture at the end", ("pixel", "value"), pixels)


def found_for(wish: Wish, pane: PreferredInputPane) -> Found:
    """Go up, and look through the training set."""
    data = wish.model.examples
    low, high = (apply(data.scaling, np.full(data.n_inputs, end)) for end in grey_ends(data))
    way = climb(wish.model, wish.params, wish.unit, wish.start, (low, high), wish.step, STEPS, lambda: pane.is_given_up)
    inputs = data.training.inputs[: max(1, MOST_NUMBERS // data.n_inputs)]
    layer, k = wish.unit
    nets = forward(wish.model.layout, wish.params, inputs).net_inputs[layer - 1][:, k]
    return Found(wish, way, tuple(np.argsort(nets, kind="stable").tolist()), nets)


def words_of(found: Found, at: int) -> str:
    """Say how far the way has led."""
    names, way = UnitNames.of(found.wish.model), found.way
    name = sentence(names.full(*found.wish.unit))
    if len(way.inputs) == 1 and np.any(gradient(found.wish.model, found.wish.params, found.wish.unit, way.inputs[0])):
        return f"{name}: a step leads no higher than its net input of {number(float(way.net_inputs[0]))} at the start."
    if len(way.inputs) == 1:
        return f"{name} has no slope: no pixel changes its net input of {number(float(way.net_inputs[0]))}."
    first = (
        " Its net input is a sum of weight times pixel, so in the end it likes white where its weights are positive, "
        "and black where they are negative."
        if found.wish.unit[0] == 1
        else ""
    )
    start, now = number(float(way.net_inputs[0])), number(float(way.net_inputs[at]))
    return f"{name}: net input {start} at the start, {now} after {counted(at, 'step')}.{first}"


def liked(found: Found) -> list[Shown]:
    """Return the training examples that the unit likes most and least."""
    data, order = found.wish.model.examples, found.order
    n = min(LIKED, len(order) // 2)
    shown = []
    for word, rows in (("most", order[::-1][:n]), ("least", order[:n])):
        for place, row in enumerate(rows):
            title = f"{word} {place + 1}: training {row + 1}"
            image = picture(data, data.training.inputs[row])
            shown.append(Shown(title, f"net {brief(float(found.nets[row]))}", image))
    return shown


def picture(data: Data, inputs: FloatArray) -> QImage:
    """Return inputs as grey values."""
    assert data.image_shape is not None
    shown = inputs if data.scaling is None else data.scaling.undo(inputs)
    return grey_image(shown, data.image_shape, *grey_ends(data))


PANE = PreferredInputPane
