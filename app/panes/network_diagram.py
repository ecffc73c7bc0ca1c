"""The network as circles and lines: what each unit puts out for one example, and every weight and bias.

Phases of the next presentation run through it. A unit or a weight can be pinned, and a pinned weight changed. Nothing
is left out silently: biases are links from a unit x0 = 1, and what is not drawn is counted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.traced import trace_of
from app.widgets.network_lit import Lit
from app.widgets.network_marks import Part
from app.widgets.network_scene import Link, NetworkScene
from app.widgets.network_view import NetworkView
from app.widgets.network_words import lit_words, part_words
from app.widgets.number_tables import layered, link_table, unit_table
from app.widgets.pixels import grey_range
from app.widgets.readout import Readout
from app.widgets.weight_bar import ONLY_LEAD, ShownWeight, WeightBar
from app.widgets.weight_editor import WeightEditor
from app.widgets.weight_holds import Holds, is_in
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName, TrainState
from nlcore.rules import Place

BAR_FROM = 240
"""Height from which the line for a weight is in sight although none is pinned."""

LEAST = QSize(160, 150)
LINES_FROM = (0, 340, 440)
"""Heights from which one, two and three lines are kept free for what the pointer finds: growing would move units."""


class NetworkDiagramPane(Pane):
    """Units and weights, coloured and sized by value."""

    id = "network_diagram"
    key = "Ctrl+4"
    title = "Network diagram"
    help = "Units with their outputs for one example, and the weights between them; click a line to change its weight."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.bar = WeightBar(self.body)
        self.view = NetworkView(self.body)
        self.readout = Readout("Example, unit or weight that is shown", self.body)
        for part, stretch in ((self.bar, 0), (self.view, 1), (self.readout, 0)):
            layout.addWidget(part, stretch)
        self.editor = WeightEditor(self.view, self.bar)
        self._data: Data | None = None
        self._grey = (0.0, 1.0)
        self._holds: tuple[FeedforwardModel | None, Holds | None] = (None, None)
        self._before: tuple[int, FeedforwardModel, TrainState] | None = None
        self.view.chosen.connect(self._choose)
        self.view.pointed.connect(lambda _: self._say())
        self.bar.weight_chosen.connect(self._choose_weight)
        self.editor.hinted.connect(self._say)
        self.editor.preview_changed.connect(self._redraw)
        self.editor.change_wanted.connect(self.intervention_requested)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same room whether or not a weight is pinned, so that other panes stay where they are."""
        return LEAST

    # --- showing -----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say that a function has no network."""
        if isinstance(frame.lead.model, FeedforwardModel):
            return None
        return "There is no network here: this lesson minimises a function directly."

    def draw(self, frame: Frame) -> None:
        """Draw the network for the selected example, or the lit phases of the next presentation."""
        model, state = _network(frame), frame.lead.state
        place = pinned_weight(frame, model)
        can_edit = frame.is_of_lead and not frame.is_running
        self.editor.take(model, state.params, place, self._holds_of(model), can_edit=can_edit)
        self._draw_scene(frame, flashes=self._flashes(frame, model))
        self._before = (frame.lead.number, model, state)
        if not (frame.is_running and place is None and self.bar.place is None):
            self._show_bar(frame, model, place)
        self._say()

    def _draw_scene(self, frame: Frame, *, flashes: bool = False) -> None:
        place = pinned_weight(frame, _network(frame))
        self.view.show_scene(self._scene(frame), frame.selection.unit, self.theme, place, flashes=flashes)

    def _redraw(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            self._draw_scene(self.frame)
            self._say()

    def _flashes(self, frame: Frame, model: FeedforwardModel) -> bool:
        """Tell whether the weights were changed since the last frame, by a step or by hand."""
        if frame.is_running or "state" not in frame.changed or "lesson" in frame.changed or self._before is None:
            return False
        number, before, state = self._before
        params = frame.lead.state.params
        if number != frame.lead.number or before.layout != model.layout or state.params is params:
            return False
        steps = abs(frame.lead.state.counters.presentations - state.counters.presentations)
        return steps <= model.epoch_length and not np.array_equal(state.params, params)

    def _show_bar(self, frame: Frame, model: FeedforwardModel, place: Place | None) -> None:
        scene = self.view.scene
        assert scene is not None
        why_not = "" if frame.is_of_lead else ONLY_LEAD
        unit, value, holds = frame.selection.unit, self.editor.value, self._holds_of(model)
        self.bar.show_weight(
            ShownWeight(scene, model.layout, holds, unit, place, value, why_not, is_running=frame.is_running)
        )
        self._show_or_hide_bar()

    def _show_or_hide_bar(self) -> None:
        self.bar.setVisible(self.height() >= BAR_FROM or self.bar.place is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the line for a weight out where there is little room."""
        super().resizeEvent(event)
        self.readout.reserve(sum(self.height() >= height for height in LINES_FROM))
        self._show_or_hide_bar()

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; the next draw uses them."""
        super().retheme(theme)
        self.bar.retheme(theme)

    def _holds_of(self, model: FeedforwardModel) -> Holds:
        if self._holds[0] is not model or self._holds[1] is None:
            self._holds = (model, Holds.of(model))
        assert self._holds[1] is not None
        return self._holds[1]

    def _scene(self, frame: Frame) -> NetworkScene:
        model, params = _network(frame), frame.lead.state.params
        if model.examples is not self._data:
            self._data = model.examples
            self._grey = grey_range([model.examples.training.inputs])
        lit = lit_of(frame, model) if self.editor.preview is None else None
        set_name, index, words = shown_example(frame, model) if lit is None else presented(lit, model)
        examples = model.examples.sets[set_name]
        return NetworkScene.of(
            model,
            self.editor.previewed(params),
            examples.inputs[index],
            examples.targets[index],
            words,
            self._grey,
            self._holds_of(model),
            lit,
        )

    # --- saying ------------------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say the layers, the outputs and, for small networks, all weights; and the phase that is lit."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        scene = self._scene(frame)
        said = "" if scene.lit is None else f"{scene.lit.title}. "
        return said + scene.summary()

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the units for the example that is shown, and all weights."""
        shown = []
        for track, model in layered(frame):
            lit = lit_of(replace(frame, tracks=(track,)), model)
            set_name, index, words = shown_example(frame, model) if lit is None else presented(lit, model)
            examples = model.examples.sets[set_name]
            shown.append((examples.inputs[index], examples.targets[index], words))
        return unit_table(frame, shown), link_table(frame, [Holds.of(model) for _, model in layered(frame)])

    def _say(self) -> None:
        """Write what is pointed at, else what is pinned, else the example."""
        scene, frame = self.view.scene, self.frame
        if scene is None or frame is None:
            return
        part = self.view.hovered if self.view.hovered is not None else self.view.keyboard_part
        if self.editor.hint:
            said = self.editor.hint
        elif part is not None:
            said = self._words(frame, scene, part)
        else:
            pinned = "".join(f" {self._words(frame, scene, one)}" for one in self._pinned(frame))
            if scene.lit is None:
                said = f"Shown for {scene.example}.{pinned}"
            else:
                said = f"{scene.lit.title}.{pinned}" if pinned else f"{scene.lit.title}, for {scene.example}."
        self.readout.show_text(said)
        if not frame.is_running:
            self.view.setAccessibleDescription(said)

    def _pinned(self, frame: Frame) -> list[Part]:
        model = _network(frame)
        place, unit = pinned_weight(frame, model), frame.selection.unit
        found: list[Part] = [] if place is None else [Link.of(place)]
        layers = model.layout.layers
        if not found and unit is not None and 0 <= unit[0] < len(layers) and 0 <= unit[1] < layers[unit[0]]:
            found.append(unit)
        return found

    def _words(self, frame: Frame, scene: NetworkScene, part: Part) -> str:
        model, state = _network(frame), frame.lead.state
        if scene.lit is not None:
            trace = trace_of(model, state)
            said = lit_words(model, state, trace, scene.lit.number, part) if trace is not None else ""
            return f"{scene.brief_words(part)}. {said}".strip()
        return part_words(scene, part, state.velocity)

    # --- pinning -----------------------------------------------------------------------------------------------------

    def _choose(self, part: Part | None) -> None:
        """Pin a unit or a weight; what is pinned already is let go, and by a click on nothing everything."""
        if self.frame is None:
            return
        selection = self.frame.selection
        if part is None:
            self.editor.leave()
            self.select(replace(selection, unit=None, weight=None))
        elif isinstance(part, Link) and part.place is not None:
            is_pinned = part.place == selection.weight and self.editor.tied_to is None
            self._choose_weight(None if is_pinned else part.place)
        elif isinstance(part, Link):
            self.select(replace(selection, unit=(part.layer, part.unit), weight=None))
        elif part[1] >= 0:
            self.select(replace(selection, unit=None if part == selection.unit else part))

    def _choose_weight(self, place: Place | None) -> None:
        if self.frame is not None and (place is None or not self.editor.pick(place)):
            self.editor.leave()
            self.select(replace(self.frame.selection, weight=place))

    def refuse(self, name: str, sentence: str) -> None:
        """Say why weights could not be changed."""
        super().refuse(name, sentence)
        self.editor.refuse(sentence)


def pinned_weight(frame: Frame, model: FeedforwardModel) -> Place | None:
    """Return the pinned weight, if this network has it."""
    place = frame.selection.weight
    return place if place is not None and is_in(model.layout, place) else None


def lit_of(frame: Frame, model: FeedforwardModel) -> Lit | None:
    """Return what is lit of the next presentation; None at its beginning."""
    if frame.phase <= 0 or frame.is_running:
        return None
    trace = trace_of(model, frame.lead.state)
    return None if trace is None else Lit.of(trace, frame.phase)


def presented(lit: Lit, model: FeedforwardModel) -> tuple[SetName, int, str]:
    """Return which example the lit phases present, and how it is called."""
    return "training", lit.example, f"the next training example, {model.examples.training.names[lit.example]}"


def _network(frame: Frame) -> FeedforwardModel:
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    return model


def shown_example(frame: Frame, model: FeedforwardModel) -> tuple[SetName, int, str]:
    """Return which example is shown, and how it is called.

    It is the selected one; else the one that training shows next, and while training runs simply the first, because
    the next one changes too fast to be seen.
    """
    chosen = frame.selection.example
    if chosen is not None and 0 <= chosen[1] < len(model.examples.sets[chosen[0]]):
        name = model.examples.sets[chosen[0]].names[chosen[1]]
        return chosen[0], chosen[1], f"the selected {chosen[0]} example, {name}"
    if frame.is_running or not model.trains:
        return "training", 0, f"the first training example, {model.examples.training.names[0]}"
    counters, problem = frame.lead.state.counters, model.problem
    index = int(problem.order_at(counters)[counters.position_in_epoch])
    return "training", index, f"the next training example, {model.examples.training.names[index]}"


PANE = NetworkDiagramPane
