"""The weights of a network that looks at pictures, drawn where their pixels are.

Below or beside them stand the weights of the output units as rows of blocks, the bias w0 first, as in the lecture.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, Selection
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.number_tables import pixel_table, weight_table
from app.widgets.options import OptionRow, fill
from app.widgets.readout import Readout
from app.widgets.scale_legend import ScaleLegend
from app.widgets.weight_canvas import WeightCanvas
from app.widgets.weight_scene import Spot, WeightScene
from nlcore.families.feedforward import FeedforwardModel

HINT = "Point at a weight to read it; click to pin its unit, and again to pin the weight."


class WeightImagesPane(Pane):
    """Weights as pictures, and the output units' weights as blocks."""

    id = "weight_images"
    key = "Ctrl+8"
    title = "Weight images"
    help = "The weights of each hidden unit, every one drawn at the place of its pixel, and those of the output units."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        row = OptionRow(self.body)
        self.scale = row.add_choice(
            "Sc&ale",
            "Scale of the colours",
            explained(
                "One scale: colours can be compared between units. Own scales: faint patterns become visible.",
                "weight image",
            ),
        )
        fill(self.scale, ["One scale for all units", "Each unit its own scale"], ["shared", "own"])
        self.scale.currentIndexChanged.connect(self._redraw)
        self.grey = row.add_switch(
            "&Grey scale", "As in the lecture: black for negative, middle grey for 0, white for positive weights."
        )
        self.grey.toggled.connect(self._redraw)
        row.done()
        self.canvas = WeightCanvas()
        self.canvas.setAccessibleDescription(
            "Click a unit, or press the arrow keys, to pin it; click one of its weights again to pin that. Escape "
            "lets go of it."
        )
        self.canvas.pointed_at.connect(self._say)
        self.canvas.unit_chosen.connect(self._choose)
        self.canvas.weight_chosen.connect(self._choose_weight)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.canvas)
        self.area.installEventFilter(self)
        self.legend = ScaleLegend(self.body)
        self.readout = Readout("Weight under the pointer", self.body)
        self.readout.show_text(HINT)
        for widget, stretch in ((row, 0), (self.area, 1), (self.legend, 0), (self.readout, 0)):
            layout.addWidget(widget, stretch)
        self._spot: Spot | None = None
        self._shown_unit: tuple[int, int] | None = None

    def why_empty(self, frame: Frame) -> str | None:
        """Say what is missing where inputs are not pixels."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There are no pictures here: this lesson minimises a function and has no network with inputs."
        if model.examples.image_shape is None:
            n = model.examples.n_inputs
            what = "its input" if n == 1 else f"its {n} inputs"
            return (
                "The inputs of this data set are not the pixels of a picture, so the weights cannot be drawn as one. "
                f"The network diagram shows the weights from {what}."
            )
        return None

    def draw(self, frame: Frame) -> None:
        """Draw all weights."""
        scene = self._scene(frame)
        self.canvas.show_scene(scene, frame.selection.unit, self.theme, spot_of(frame.selection, scene))
        self.legend.show_scales(scene.scales(), self.theme, grey=scene.grey)
        self._say(self._spot)
        if "lesson" not in frame.changed and frame.selection.unit not in (None, self._shown_unit):
            rect = self.canvas.rect_of(frame.selection.unit)
            if not rect.isNull():
                self.area.ensureVisible(rect.center().x(), rect.center().y(), 20, rect.height() // 2 + 4)
        self._shown_unit = frame.selection.unit

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.canvas.theme = theme

    def in_words(self, frame: Frame) -> str:
        """Say the numbers that stand out."""
        reason = self.why_empty(frame)
        return reason if reason is not None else self._scene(frame).summary()

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the weights of the pixels, and all weights one by one."""
        return pixel_table(frame), weight_table(frame)

    def _scene(self, frame: Frame) -> WeightScene:
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        return WeightScene.of(
            model,
            frame.lead.state.params,
            own_scale=self.scale.currentData() == "own",
            grey=self.grey.isChecked(),
        )

    def _redraw(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            self.draw(self.frame)

    def _say(self, spot: object) -> None:
        self._spot = spot if isinstance(spot, Spot) else None
        scene = self.canvas.scene
        if self._spot is None or scene is None or not _is_in(self._spot, scene):
            self.readout.show_text(HINT)
        else:
            self.readout.show_text(scene.words(self._spot))

    def _choose(self, unit: object) -> None:
        """Pin a unit; one that is pinned already is let go, and by a click on nothing everything."""
        if self.frame is None:
            return
        selection = self.frame.selection
        if not isinstance(unit, tuple):
            self.select(replace(selection, unit=None, weight=None))
        else:
            self.select(replace(selection, unit=None if unit == selection.unit else unit))

    def _choose_weight(self, spot: Spot) -> None:
        """Pin a weight, or let it go."""
        if self.frame is not None:
            place = (spot.layer - 1, spot.unit, -1 if spot.source is None else spot.source)
            selection = self.frame.selection
            self.select(replace(selection, weight=None if place == selection.weight else place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the pictures anew when the space changes."""
        if watched is self.area and event.type() is QEvent.Type.Resize:
            bar = self.area.verticalScrollBar().sizeHint().width()
            size = self.area.size()
            self.canvas.fit(size)
            if self.canvas.sizeHint().height() > size.height():
                self.canvas.fit(QSize(size.width() - bar, size.height()))
        return super().eventFilter(watched, event)


def spot_of(selection: Selection, scene: WeightScene) -> Spot | None:
    """Return which weight is pinned, if it is one of these."""
    if selection.weight is None:
        return None
    layer, unit, source = selection.weight
    spot = Spot(layer + 1, unit, None if source < 0 else source)
    return spot if layer >= 0 and unit >= 0 and _is_in(spot, scene) else None


def _is_in(spot: Spot, scene: WeightScene) -> bool:
    layers = scene.names.layers
    return spot.layer < len(layers) and spot.unit < layers[spot.layer] and (spot.source or 0) < layers[spot.layer - 1]


PANE = WeightImagesPane
