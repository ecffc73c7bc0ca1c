"""The network as circles and lines: what each unit puts out for one example, and every weight and bias.

Nothing is left out silently: biases are links from a unit x0 = 1, and what is not drawn is counted.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, Selection
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.network_scene import NetworkScene
from app.widgets.network_view import NetworkView
from app.widgets.number_tables import layered, unit_table, weight_table
from app.widgets.pixels import grey_range
from app.widgets.readout import Readout
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName


class NetworkDiagramPane(Pane):
    """Units and weights, coloured and sized by value."""

    id = "network_diagram"
    key = "Ctrl+4"
    title = "Network diagram"
    help = "The units of the network with their outputs for one example, and the weights between them."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.view = NetworkView(self.body)
        self.view.unit_chosen.connect(self._choose)
        self.readout = Readout("Example and unit that are shown", self.body)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.readout)
        self._data: Data | None = None
        self._grey = (0.0, 1.0)

    def why_empty(self, frame: Frame) -> str | None:
        """Say that a function has no network."""
        if isinstance(frame.lead.model, FeedforwardModel):
            return None
        return "There is no network here: this lesson minimises a function directly."

    def draw(self, frame: Frame) -> None:
        """Draw the network for the selected example."""
        scene = self._scene(frame)
        unit = frame.selection.unit
        self.view.show_scene(scene, unit, self.theme)
        said = f"Shown for {scene.example}."
        layers = scene.names.layers
        if unit is not None and unit[0] < len(layers) and unit[1] < layers[unit[0]]:
            said += f" {scene.unit_words(*unit)}"
        self.readout.show_text(said)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme; the next draw uses them."""
        super().retheme(theme)

    def in_words(self, frame: Frame) -> str:
        """Say the layers, the outputs and, for small networks, all weights."""
        reason = self.why_empty(frame)
        return reason if reason is not None else self._scene(frame).summary()

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the units for the example that is shown, and all weights."""
        shown = []
        for _, model in layered(frame):
            set_name, index, words = shown_example(frame, model)
            examples = model.examples.sets[set_name]
            shown.append((examples.inputs[index], examples.targets[index], words))
        return unit_table(frame, shown), weight_table(frame)

    def _scene(self, frame: Frame) -> NetworkScene:
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model.examples is not self._data:
            self._data = model.examples
            self._grey = grey_range([model.examples.training.inputs])
        set_name, index, words = shown_example(frame, model)
        examples = model.examples.sets[set_name]
        return NetworkScene.of(
            model, frame.lead.state.params, examples.inputs[index], examples.targets[index], words, self._grey
        )

    def _choose(self, unit: object) -> None:
        example = self.frame.selection.example if self.frame is not None else None
        self.select(Selection(example, unit if isinstance(unit, tuple) else None))


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
    index = model.problem.example_at(frame.lead.state.counters)
    return "training", index, f"the next training example, {model.examples.training.names[index]}"


PANE = NetworkDiagramPane
