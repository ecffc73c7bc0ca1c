"""Near-linear: how far each unit leaves the straight part of its curve, and how far the network is from linear.

Above, or on the left, the net inputs of the lead's units for the training set; below it, over the run of every track,
how far the network's function is from the linear function nearest to it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.glossary import explained
from app.pane import Pane
from app.table import Table, thinned
from app.theme import Theme
from app.trails import Trails
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.departures import BOX, EXAMPLES, Departures, Run
from app.widgets.drawn_examples import drawn_examples
from app.widgets.legend import Entry, Legend
from app.widgets.near_linear_texts import departure_words, layer_words
from app.widgets.net_range_plot import MOST_ROWS, NetRangePlot, NetRanges
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.track_look import track_colour, track_symbol
from app.widgets.unit_names import UnitNames, sentence
from nlcore.families.feedforward import FeedforwardModel
from nlcore.linearity import MOST_INPUTS, Departure, bent_share, net_inputs_of
from nlcore.records import FloatArray
from nlcore.trails import Point, Trail

DISTANCE, SHARE = "distance", "share"
LOW = 330
WIDE = 1.15
"""From this ratio of width to height on the pictures stand side by side."""


class NearLinearPane(Pane):
    """Draws ranges of net inputs and the distance from the best linear fit."""

    id = "near_linear"
    key = "Ctrl+Alt+4"
    title = "Near-linear"
    help = (
        "How far the units leave the straight part of their curve, and how far the network is from a linear function."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._known: tuple[FeedforwardModel, FloatArray, tuple[FloatArray, ...]] | None = None
        self.trails: Trails | None = None
        self._entries: list[Entry] = []
        self.runs: tuple[Run, ...] = ()
        self.departures = Departures(self)
        self.options = OptionRow(self.body)
        self.layer = self.options.add_choice(
            "Layer", "Layer whose units are drawn", explained("Layer whose units are drawn", "net input", "near-linear")
        )
        self.places = self.options.add_choice(
            "Fit over", "Inputs over which a linear function is fitted", "Where the network is compared with a line"
        )
        fill(self.places, ["Training inputs", "Box of the inputs"], [EXAMPLES, BOX], EXAMPLES, ["Training", "Box"])
        self.measure = self.options.add_choice(
            "Measure", "Measure of the distance", "In units of the output, or as the share of its variance left over"
        )
        fill(self.measure, ["Distance", "Share of variance"], [DISTANCE, SHARE], DISTANCE, ["Distance", "Share"])
        self.options.done()
        self.ranges = NetRangePlot(self.body)
        self.curves = CurvePlot("Distance from the best linear fit, over the run", self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("Near-linear in words", self.body)
        self.readout.set_max_lines(MAX_LINES + 1)
        self.pictures = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.pictures.setSpacing(3)
        self.pictures.addWidget(self.ranges, 1)
        self.pictures.addWidget(self.curves, 1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addLayout(self.pictures, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self._at: float | None = None
        for choice in (self.layer, self.places, self.measure):
            choice.activated.connect(lambda _: self._redraw())
        self.departures.changed.connect(self._redraw)
        self.ranges.resized.connect(self._fit)
        self.curves.hovered.connect(self._point_at)
        self.curves.unhovered.connect(lambda: self._point_at(None))
        self.curves.stepped.connect(self._step)
        self.retheme(self.theme)

    # --- contract ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is nothing that could be linear."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There is no network here: this lesson minimises a function directly."
        if model.examples.n_inputs > MOST_INPUTS:
            return f"This network has more than {count(MOST_INPUTS)} inputs, too many to look for its best linear fit."
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
        for part in (self.ranges, self.curves, self.legend):
            part.retheme(theme)

    def use_trails(self, trails: Trails) -> None:
        """Take the ways of the tracks from there; without it only the moment on the screen is known."""
        if self.trails is None:
            self.trails = trails
            trails.changed.connect(self._redraw)

    def take_over(self, other: Pane) -> None:
        """Know what another pane of this kind knows."""
        if isinstance(other, NearLinearPane):
            self.trails = other.trails
            self.departures.follow(other.departures)

    def finish(self) -> None:
        """Wait for the ways of the runs, and for all that is asked about them."""
        if self.frame is None or not self.isVisible() or self.why_empty(self.frame) is not None:
            return
        if self.trails is not None:
            self.trails.finish()
        self.runs = self._runs_of(self.frame)
        self.departures.find(self.runs, self._kind(), waits=True)
        self._redraw()

    def draw(self, frame: Frame) -> None:
        """Draw the bars of the lead's units, and the curves of all tracks."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if model is not self._model:
            self._take_model(model)
        self._draw_ranges(frame.lead, model)
        self.runs = self._runs_of(frame)
        self.departures.find(self.runs, self._kind())
        kind = self._kind()  # the fit that is known now may tell that another one is needed
        if any(self.departures.fit_of(run, kind) is None for run in self.runs):
            self.departures.find(self.runs, kind)
        self._draw_curves(frame)
        self._say()
        if self.trails is not None:
            if frame.is_running:
                self.trails.pause()
            else:
                self.trails.refine()

    def in_words(self, frame: Frame) -> str:
        """Say where the net inputs of every layer lie and how far the network is from linear."""
        reason = self.why_empty(frame)
        model = frame.lead.model
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        parts = [layer_words(model, layer, nets) for layer, nets in enumerate(self._nets(frame.lead), start=1)]
        for run, track in zip(self._runs_of(frame), _networks(frame), strict=True):
            whose = f"{track.name}: " if len(frame.tracks) > 1 else ""
            parts.append(whose + self._words_of(run))
        return " ".join(parts)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the range of every unit, and the curves as far as they are known."""
        several = len(frame.tracks) > 1
        units, rows = [], []
        for track in _networks(frame):
            model = track.model
            assert isinstance(model, FeedforwardModel)
            names = UnitNames.of(model)
            for layer, nets in enumerate(self._nets(track), start=1):
                bent = bent_share(model.layout.activations[layer - 1].name, nets)
                for k in range(nets.shape[1]):
                    cells = (names.full(layer, k), float(nets[:, k].min()), float(nets[:, k].max()), float(bent[k]))
                    units.append((track.name, *cells) if several else cells)
        found = (Table("Net inputs", (*(["track"] if several else []), *UNIT_HEADINGS), tuple(units)),)
        for run, track in zip(self._runs_of(frame), _networks(frame), strict=True):
            for point, known in self.departures.of(run, self._kind()):
                clock = point.counters
                cells_of = (clock.presentations, clock.updates, clock.epochs, known.distance, known.share)
                rows.append((track.name, *cells_of) if several else cells_of)
        if not rows:
            return found
        return (*found, thinned("From linear", (*(["track"] if several else []), *CURVE_HEADINGS), rows))

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _take_model(self, model: FeedforwardModel) -> None:
        """Offer the layers of another network, the first hidden one first."""
        before, self._model = self._model, model
        is_same = before is not None and before.layout.layers == model.layout.layers
        layers, names = list(range(1, len(model.layout.layers))), UnitNames.of(model)
        chosen = self.layer.currentData() if is_same else 1
        fill(self.layer, [names.layer(layer) for layer in layers], layers, chosen)

    def _layer(self) -> int:
        found = self.layer.currentData()
        return found if isinstance(found, int) else 1

    def _nets(self, track: TrackFrame) -> tuple[FloatArray, ...]:
        """Return the net inputs of each layer for the examples that are drawn; worked out once a moment."""
        model, params = track.model, track.state.params
        assert isinstance(model, FeedforwardModel)
        if self._known is None or self._known[0] is not model or self._known[1] is not params:
            inputs = model.examples.training.inputs[drawn_examples(len(model.examples.training))]
            self._known = model, params, net_inputs_of(model, params, inputs)
        return self._known[2]

    def _draw_ranges(self, track: TrackFrame, model: FeedforwardModel) -> None:
        layer, names = self._layer(), UnitNames.of(model)
        activation = model.layout.activations[layer - 1]
        nets = self._nets(track)[layer - 1]
        if not activation.is_elementwise or not np.all(np.isfinite(nets)):
            self.ranges.say("These units have no curve of their own." if activation.is_elementwise is False else "")
            self._entries = []
            return
        self.ranges.say("")
        short = tuple(names.short(layer, k) for k in range(nets.shape[1]))
        shown = NetRanges(activation, short, nets)
        whose = f"{track.name}: " if self.frame is not None and len(self.frame.tracks) > 1 else ""
        some = f", {MOST_ROWS} of {nets.shape[1]} units" if nets.shape[1] > MOST_ROWS else ""
        self.ranges.show_ranges(
            shown, f"{whose}{_of_layer(names, layer)}{some}" if whose else sentence(_of_layer(names, layer) + some)
        )
        self._entries = self.ranges.entries(shown, is_brief=self.height() < LOW)

    def _fit(self) -> None:
        """Draw the rows again for another height."""
        if self.frame is not None and self.frame.lead.model is self._model and self.why_empty(self.frame) is None:
            self._draw_ranges(self.frame.lead, self._model)

    def _draw_curves(self, frame: Frame) -> None:
        """Draw a curve for each track, and what the colours mean."""
        kind, is_share = self._kind(), self.measure.currentData() == SHARE
        tracks, lines = _networks(frame), []
        for run, track in zip(self.runs, tracks, strict=True):
            x, y = self._series(run, kind)
            if len(x):
                lines.append(Line(x, y, track_colour(self.theme, track.number), (), track_symbol(track.number)))
        self.curves.show_lines(lines, log_x=False, log_y=False, is_fine=not frame.is_running)
        self.curves.say("" if lines else "The best linear fit is being worked out …")
        title = "Variance a linear fit leaves over" if is_share else "Distance from the best linear fit"
        self.curves.set_texts(title, "updates", "share" if is_share else "distance")
        entries = list(self._entries)
        if len(tracks) > 1:
            entries += [
                Entry(t.name, "marker", track_colour(self.theme, t.number), self.theme.base, track_symbol(t.number))
                for t in tracks
            ]
        self.legend.set_entries(entries)

    def _kind(self) -> str:
        """Return over what is fitted; the box where a linear function goes through all training inputs anyway."""
        asked = str(self.places.currentData())
        if asked == EXAMPLES and self.runs:
            fit = self.departures.fit_of(self.runs[0], EXAMPLES)
            if fit is not None and not fit.is_telling:
                return BOX
        return asked

    def _runs_of(self, frame: Frame) -> tuple[Run, ...]:
        """Return the ways of the tracks as far as they are known, each up to the cursor."""
        found = []
        for track in _networks(frame):
            model, state = track.model, track.state
            assert isinstance(model, FeedforwardModel)
            now = state.counters.presentations
            trail = self.trails.of(track.number, now) if self.trails is not None else None
            points = trail.points if trail is not None else Trail((), is_complete=False).points
            points = tuple(p for p in points if p.params.size == model.n_params)
            if not points or points[-1].counters.presentations != now:
                points = (*points, Point(state.params, state.counters))
            found.append(Run(track.number, model, points))
        return tuple(found)

    def _series(self, run: Run, kind: str) -> tuple[FloatArray, FloatArray]:
        known = self.departures.of(run, kind)
        is_share = self.measure.currentData() == SHARE
        x = np.array([float(point.counters.updates) for point, _ in known])
        return x, np.array([found.share if is_share else found.distance for _, found in known])

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pictures side by side in a wide pane, and say things more briefly in a low one."""
        super().resizeEvent(event)
        is_wide = self.width() > WIDE * self.height()
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if way != self.pictures.direction():
            self.pictures.setDirection(way)
        self.readout.set_max_lines(1 if self.height() < LOW else MAX_LINES + 1)

    # --- what is pointed at ------------------------------------------------------------------------------------------

    def _point_at(self, updates: float | None) -> None:
        self._at = updates
        spots = []
        if updates is not None:
            for run in self.runs:
                x, y = self._series(run, self._kind())
                if len(x):
                    k = int(np.argmin(np.abs(x - updates)))
                    spots.append((float(x[k]), float(y[k]), track_colour(self.theme, run.number)))
        self.curves.show_hover(spots[0][0] if spots else None, spots)
        self._say()

    def _step(self, right: int, _: int) -> None:
        """Go along the curve with the arrow keys."""
        if not self.runs:
            return
        x, _y = self._series(self.runs[0], self._kind())
        if len(x):
            at = x[-1] if self._at is None else self._at
            k = int(np.argmin(np.abs(x - at))) + right
            self._point_at(float(x[min(max(k, 0), len(x) - 1)]))

    def _say(self) -> None:
        """Write what is at the pointer, or where the run is now."""
        frame = self.frame
        if frame is None or self.why_empty(frame) is not None or not self.runs:
            return
        if self._at is None:
            model, layer = self.runs[0].model, self._layer()
            nets = self._nets(frame.lead)[layer - 1]
            self.readout.show_text(f"{layer_words(model, layer, nets)} {self._words_of(self.runs[0])}")
            return
        said = []
        for run, track in zip(self.runs, _networks(frame), strict=True):
            x, y = self._series(run, self._kind())
            if len(x):
                k = int(np.argmin(np.abs(x - self._at)))
                whose = f"{track.name}: " if len(self.runs) > 1 else ""
                said.append(f"{whose}{number(float(y[k]))} after {counted(int(x[k]), 'update')}")
        self.readout.show_text("; ".join(said) + ".")

    def _words_of(self, run: Run) -> str:
        """Say how far a network is from linear at the cursor."""
        kind = self._kind()
        known: list[tuple[Point, Departure]] = self.departures.of(run, kind)
        is_there = bool(known) and known[-1][0].counters.presentations == run.points[-1].counters.presentations
        fit = self.departures.fit_of(run, kind)
        is_otherwise = kind != self.places.currentData()
        return departure_words(known[-1][1] if is_there else None, fit, kind, is_asked_otherwise=is_otherwise)


UNIT_HEADINGS = ("unit", "smallest net input", "largest net input", "share off the straight part")
CURVE_HEADINGS = ("presentations", "updates", "epochs", "distance from linear", "share of variance")


def _of_layer(names: UnitNames, layer: int) -> str:
    return "net inputs of the outputs" if layer == names.last else f"net inputs of {names.layer(layer).lower()}"


def _networks(frame: Frame) -> list[TrackFrame]:
    """Return the tracks that have a network with finite weights and inputs of the lead's number."""
    lead = frame.lead.model
    assert isinstance(lead, FeedforwardModel)
    return [
        track
        for track in frame.tracks
        if isinstance(track.model, FeedforwardModel)
        and track.model.examples.n_inputs == lead.examples.n_inputs
        and np.all(np.isfinite(track.state.params))
    ]


PANE = NearLinearPane
