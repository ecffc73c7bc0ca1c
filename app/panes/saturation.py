"""Saturation: how far the net inputs of each layer are driven, and how large the error terms are that come back.

Where net inputs lie in the shaded ranges, units have almost no slope: their error terms, and those of all layers before
them, become tiny.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.drawn_examples import drawn_examples
from app.widgets.histograms import Histogram, HistogramGrid, of_deltas, of_nets
from app.widgets.number_tables import Rows, below, layered
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.unit_names import UnitNames
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.saturation import LayerActivity, activity

MOST_WORK, RUNNING_WORK = 12_000_000, 3_000_000
"""Weights times examples, at rest and while training runs; of larger sets a sample is taken."""
BOTH, NETS, DELTAS = "both", "nets", "deltas"
LOW = 280
SHRINKS = 10.0
"""From this ratio of error terms on it is said that they shrink."""


class SaturationPane(Pane):
    """Histograms by layer."""

    id = "saturation"
    key = "Alt+5"
    title = "Saturation"
    help = "The net inputs and the error terms of every layer, for all training examples: which units still can learn."
    multiples = "grid"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = OptionRow(self.body)
        self.shown = self.options.add_choice(
            "Sho&w", "What is counted", explained("What is counted", "net input", "delta", "saturation")
        )
        fill(self.shown, ["Net inputs and |delta|", "Net inputs", "|delta|"], [BOTH, NETS, DELTAS])
        self.options.done()
        self.grid = HistogramGrid()
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.grid)
        self.area.installEventFilter(self)
        self.readout = Readout("Saturation in words", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.options)
        column.addWidget(self.area, 1)
        column.addWidget(self.readout)
        self.shown.activated.connect(lambda _: self._redraw())
        self.grid.pointed.connect(self._say)
        self._words = ""
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is nothing to count."""
        if not isinstance(frame.lead.model, FeedforwardModel):
            return "There is no network here: this lesson minimises a function directly."
        if not np.all(np.isfinite(frame.lead.state.params)):
            updates = counted(frame.lead.state.counters.updates, "update")
            return (
                f"The weights have left the range of finite numbers after {updates}, so there are no net inputs. "
                "Step back to see them before, or restart with a smaller learning rate."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.grid.theme = theme

    def draw(self, frame: Frame) -> None:
        """Count and draw."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        work = RUNNING_WORK if frame.is_running else MOST_WORK
        layers = _layers(model, frame.lead.state.params, work)
        self.shown.setEnabled(layers[0].deltas is not None)
        self.grid.show_rows(histograms(model, layers, self._kind(layers)), self.theme)
        whose = f"{frame.lead.name}: " if self.is_one_of_several else ""
        self._words = whose + words(model, layers)
        self._say("")

    def _kind(self, layers: list[LayerActivity]) -> str:
        return NETS if layers[0].deltas is None else str(self.shown.currentData())

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _say(self, pointed: str) -> None:
        self.readout.show_text(pointed or self._words)

    def in_words(self, frame: Frame) -> str:
        """Say the share of saturated units and the size of the error terms of every layer."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        layers = _layers(model, frame.lead.state.params, MOST_WORK)
        names, parts = UnitNames.of(model), [words(model, layers)]
        for layer in layers:
            nets = layer.net_inputs
            low, high = float(nets.min()), float(nets.max())
            parts.append(f"{names.layer(layer.layer)}: net inputs from {number(low)} to {number(high)}.")
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the bins of all histograms."""
        tracks = layered(frame)
        found: list[Rows] = []
        for track, model in tracks:
            rows: Rows = []
            layers = _layers(model, track.state.params, MOST_WORK)
            for shown in histograms(model, layers, BOTH if layers[0].deltas is not None else NETS):
                for one in shown:
                    rows += _bins(one)
            found.append(rows)
        headings, every = below(tracks, ("what", "from", "to", "number"), found)
        return (Table("Histograms", headings, tuple(every)),)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        self.readout.set_max_lines(1 if self.height() < LOW else MAX_LINES)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the histograms anew when the space changes."""
        if watched is self.area and event.type() is QEvent.Type.Resize:
            bar = self.area.verticalScrollBar().sizeHint().width()
            self.grid.fit(self.area.size())
            if self.grid.height() > self.area.height():
                self.grid.fit(QSize(self.area.width() - bar, self.area.height()))
        return super().eventFilter(watched, event)


def _layers(model: FeedforwardModel, params: FloatArray, work: int) -> list[LayerActivity]:
    """Return the layers for the training examples, or for a sample that costs no more than some work."""
    drawn = drawn_examples(len(model.examples.training))
    every = -(-len(drawn) * model.n_params // work)
    return activity(model, params, drawn[::every].tolist())


def histograms(model: FeedforwardModel, layers: list[LayerActivity], kind: str) -> list[list[Histogram]]:
    """Return the histograms of each layer: net inputs, |delta|, or both."""
    names = UnitNames.of(model)
    rows: list[list[Histogram]] = [[] for _ in layers]
    places = [names.layer(layer.layer) for layer in layers]
    short = [f"Layer {layer.layer}" if layer.layer < names.last else "Outputs" for layer in layers]
    if kind in (BOTH, NETS):
        for row, layer, place, brief in zip(rows, layers, places, short, strict=True):
            note = f"{layer.saturated:.0%} {_saturated_word(layer)}" if layer.limits is not None else ""
            row.append(of_nets(layer, f"{place} ({layer.activation}): net inputs", f"{brief}: net", note))
    if kind in (BOTH, DELTAS):
        texts = [
            (f"{place}: |delta|", f"{brief}: |delta|", f"median {number(layer.typical_delta or 0.0, 2)}")
            for layer, place, brief in zip(layers, places, short, strict=True)
        ]
        for row, found in zip(rows, of_deltas(layers, texts), strict=True):
            row.append(found)
    return rows


def _bins(shown: Histogram) -> Rows:
    edges = 10.0**shown.edges if shown.is_log else shown.edges
    rows: Rows = [
        (shown.title, float(low), float(high), int(n))
        for low, high, n in zip(edges[:-1], edges[1:], shown.counts, strict=True)
    ]
    return [(shown.title, 0.0, float(edges[0]), shown.below), *rows] if shown.is_log else rows


def _saturated_word(layer: LayerActivity) -> str:
    return "off" if layer.activation == "relu" else "saturated"


MEANINGS = {
    "sigmoid": "|net| above 4, where o (1 − o) < 0.018",
    "tanh": "|net| above 2, where 1 − o² < 0.071",
    "relu": "net at or below 0, where the slope is 0",
}


def words(model: FeedforwardModel, layers: list[LayerActivity]) -> str:
    """Say how much is saturated, what that means, and how error terms shrink."""
    names, parts = UnitNames.of(model), []
    for layer in layers:
        if layer.limits is None:
            continue
        units = counted(layer.net_inputs.shape[1], "unit")
        stuck = f", {count(layer.stuck)} of {units} for every example" if layer.stuck else ""
        parts.append(f"{names.layer(layer.layer)}: {layer.saturated:.0%} {_saturated_word(layer)}{stuck}")
    used = dict.fromkeys(layer.activation for layer in layers)
    said = ["; ".join(parts) + "."] if parts else []
    if "threshold" in used:
        said.append("Threshold units have no slope anywhere but at net = 0, where they jump.")
    elif not parts:
        said.append("No unit of this network can be saturated.")
    said.append(_shrinking(names, layers))
    meanings = [MEANINGS[name] for name in used if name in MEANINGS]
    said += [f"Shaded: {'; '.join(meanings)}."] if meanings else []
    n, n_all = len(layers[0].net_inputs), len(model.examples.training)
    said += [f"{count(n)} of {count(n_all)} training examples are counted."] if n < n_all else []
    if layers[0].deltas is None:
        is_taught = "The perceptron rule has no error terms" if model.trains else "Nothing is trained here"
        said.append(f"{is_taught}, so there are no deltas.")
    return " ".join(part for part in said if part)


def _shrinking(names: UnitNames, layers: list[LayerActivity]) -> str:
    """Say how the error terms of the first layer compare with those of the outputs."""
    first, last = layers[0].typical_delta, layers[-1].typical_delta
    if len(layers) < 2 or first is None or last is None or not (math.isfinite(first) and math.isfinite(last)):
        return ""
    place = names.layer(1).lower()
    if last > 0.0 and first == 0.0:
        return f"At least half of the error terms of {place} are exactly 0."
    if last > 0.0 and last / first >= SHRINKS:
        return f"Error terms of the outputs are {number(last / first, 2)} times as large as those of {place} (medians)."
    return ""


PANE = SaturationPane
