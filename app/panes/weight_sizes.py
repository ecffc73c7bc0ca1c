"""How large the weights are over the run: the length of each layer's weights, the largest one, the sum of squares.

Networks begin with small weights and nearly straight surfaces; what can overfit has large weights. The moment with the
best validation is marked, so that size and generalisation can be seen together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.glossary import tip
from app.pane import Pane
from app.table import Table, thinned
from app.theme import Theme
from app.trails import Trails
from app.widgets.curve_plot import CurvePlot, Line
from app.widgets.envelope import nearest
from app.widgets.legend import Entry, Legend
from app.widgets.number_tables import Rows, below, layered
from app.widgets.numbers import count, counted, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.size_series import (
    MEANINGS,
    QUANTITIES,
    SHORTER,
    UPWARDS,
    Quantity,
    Sizes,
    SizeSeries,
    best_of,
    names_of,
)
from app.widgets.track_look import track_colour, track_symbol
from nlcore.families.feedforward import FeedforwardModel

DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2.5), (1.2, 2), (8, 2, 1.5, 2))
LOW = 300
AGAIN_MS = 20
QUANTITY_TIP = "What is drawn upwards"


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One line as it is drawn: whose, what it is, and its colour."""

    track: TrackFrame
    name: str
    sizes: Sizes
    column: int
    colour: str
    dashes: tuple[float, ...]


class WeightSizesPane(Pane):
    """Draws the sizes of the weights of all tracks."""

    id = "weight_sizes"
    key = "Ctrl+F3"
    title = "Size of the weights"
    help = "How large the weights of the network are, from the start to now, and when the validation was best."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series = SizeSeries()
        self._trails: Trails | None = None
        self._drawn: list[Drawn] = []
        self._at: float | None = None
        self.options = OptionRow(self.body)
        self.quantity = self.options.add_choice("Quantity", "Quantity", QUANTITY_TIP)
        fill(self.quantity, list(QUANTITIES.values()), list(QUANTITIES), None, SHORTER, MEANINGS)
        self.log_y = self.options.add_switch("Log y", "Logarithmic vertical axis: equal steps multiply the size")
        self.log_x = self.options.add_switch("Log x", "Logarithmic horizontal axis: shows the beginning more closely")
        self.fit = self.options.add_button("Fit", "Show the whole run again, after zooming or dragging")
        self.options.done()
        self.plot = CurvePlot("Size of the weights over the weight updates", self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("Sizes at the pointer", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._connect()
        self.retheme(self.theme)

    def _connect(self) -> None:
        self._again.timeout.connect(self._redraw)
        self.quantity.activated.connect(lambda _: self._changed())
        for switch in (self.log_y, self.log_x):
            switch.toggled.connect(lambda _: self._redraw())
        self.fit.clicked.connect(self._fit)
        self.fit.setEnabled(False)
        self.plot.zoomed.connect(lambda: self.fit.setEnabled(True))
        self.plot.hovered.connect(self._hover)
        self.plot.unhovered.connect(lambda: self._hover(None))
        self.plot.stepped.connect(lambda right, _: self._step(right))

    # --- contract ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there are no weights."""
        return None if layered(frame) else "There is no network here: this lesson minimises a function directly."

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def use_trails(self, trails: Trails) -> None:
        """Take the ways of the tracks from there; without it only the present moment is known."""
        if self._trails is None:
            self._trails = self.series.trails = trails
            trails.changed.connect(self._redraw)

    def draw(self, frame: Frame) -> None:
        """Draw a line for each track, or for each layer of each track."""
        if not frame.changed & {"lesson", "state", "curves", "tracks"}:
            return
        if "lesson" in frame.changed:
            self.plot.is_zoomed, self._at = False, None
        tracks = [track for track, _ in layered(frame)]
        self._drawn = [line for track in tracks for line in self._lines_of(track, is_one=len(tracks) == 1)]
        quantity = self._quantity()
        self.plot.set_texts(QUANTITIES[quantity], "weight updates", UPWARDS[quantity])
        lines = [self._line(drawn, is_lead=drawn.track is tracks[0]) for drawn in self._drawn]
        log_x, log_y = self.log_x.isChecked(), self.log_y.isChecked()
        self.plot.show_lines(lines, log_x=log_x, log_y=log_y, is_fine=not frame.is_running)
        self.fit.setEnabled(self.plot.is_zoomed)
        self.plot.say(self._why_blank())
        lead = self._drawn[0]
        is_end = lead.sizes.present == len(lead.sizes.updates) - 1
        self.plot.show_now(None if is_end else float(lead.sizes.updates[lead.sizes.present]))
        self.legend.set_entries(self._entries(tracks))
        self._say()
        self._look_further(is_running=frame.is_running)

    def in_words(self, frame: Frame) -> str:
        """Say the sizes at the start, at the best validation and now."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        said = []
        for track, model in layered(frame):
            sizes = self.series.of(track)
            names = [*names_of(track, "layers"), "largest weight", "sum of squares"]
            whose = f"{track.name}: " if len(frame.tracks) > 1 else ""

            def values(row: np.ndarray, names: list[str] = names) -> str:
                return ", ".join(f"{name} {number(float(value))}" for name, value in zip(names, row, strict=True))

            now = counted(int(sizes.updates[sizes.present]), "update")
            said.append(f"{whose}After {now} the weights have the sizes: {values(sizes.rows[sizes.present])}.")
            if sizes.present > 0:
                said.append(f"At the start: {values(sizes.rows[0])}.")
            best = best_of(track)
            if best is not None and sizes.updates[0] <= best.updates <= sizes.updates[-1]:
                at = f"At the best validation, update {count(best.updates)}, about"
                said.append(f"{at}: {values(sizes.at(best.updates))}.")
            said += _penalty_words(model, float(sizes.rows[sizes.present][-1]))
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the sizes at every moment that is known."""
        tracks = layered(frame)
        if not tracks:
            return ()
        found: list[Rows] = []
        most = max(len(model.layout.layers) for _, model in tracks) - 1
        for track, _ in tracks:
            sizes = self.series.of(track)
            rows: Rows = []
            for updates, row in zip(sizes.updates, sizes.rows.tolist(), strict=True):
                layers = [*row[:-2], *[""] * (most - len(row) + 2)]
                rows.append((int(updates), *layers, *row[-2:]))
            found.append(rows)
        names = names_of(tracks[0][0], "layers") if most == len(tracks[0][1].layout.layers) - 1 else []
        heads = names or [f"layer {k + 1}" for k in range(most)]
        headings, every = below(tracks, ("updates", *heads, "largest weight", "sum of squares"), found)
        return (thinned("Size of the weights", headings, every),)

    def take_over(self, other: Pane) -> None:
        """Show the same run as another pane of this kind."""
        if isinstance(other, WeightSizesPane):
            self.series.trails = other.series.trails

    def finish(self) -> None:
        """Wait until the way is known."""
        if self._trails is not None and self.isVisible():
            self._trails.finish()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        self.readout.set_max_lines(1 if self.height() < LOW else MAX_LINES)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _quantity(self) -> Quantity:
        found: Quantity = self.quantity.currentData()
        return found

    def _lines_of(self, track: TrackFrame, *, is_one: bool) -> list[Drawn]:
        sizes, quantity = self.series.of(track), self._quantity()
        names = names_of(track, quantity)
        return [
            Drawn(
                track,
                name,
                sizes,
                k,
                track_colour(self.theme, k + 1 if is_one else track.number),
                DASHES[k % len(DASHES)],
            )
            for k, name in enumerate(names)
        ]

    def _line(self, drawn: Drawn, *, is_lead: bool) -> Line:
        sizes = drawn.sizes
        y = sizes.columns(self._quantity())[:, drawn.column]
        best = best_of(drawn.track)
        at = None
        if best is not None and sizes.updates[0] <= best.updates <= sizes.updates[-1]:
            at = (float(best.updates), float(np.interp(best.updates, sizes.updates, y)))
        symbol, width = track_symbol(drawn.track.number), 2.0 if is_lead else 1.5
        return Line(sizes.updates, y, drawn.colour, drawn.dashes, symbol, sizes.present, at, width)

    def _entries(self, tracks: list[TrackFrame]) -> list[Entry]:
        entries, theme = [], self.theme
        several = len(tracks) > 1
        for track in tracks if several else ():
            colour, symbol = track_colour(theme, track.number), track_symbol(track.number)
            entries.append(Entry(track.name, "marker", colour, theme.base, symbol))
        seen: set[str] = set()
        for drawn in self._drawn:
            if drawn.name not in seen:
                seen.add(drawn.name)
                colour = theme.text if several else drawn.colour
                entries.append(Entry(drawn.name, "line", colour, dashes=drawn.dashes, width=2.0))
        if any(line.best is not None for line in self.plot.lines):
            entries.append(Entry("best validation", "marker", "", theme.text, "star", tip=tip("best validation")))
        return entries

    def _why_blank(self) -> str:
        """Say why no line is seen."""
        values = np.concatenate([line.y for line in self.plot.lines])
        if not np.isfinite(values).any():
            return "The weights have left the range of finite numbers: there is no size to draw."
        if self.log_y.isChecked() and not np.any(values[np.isfinite(values)] > 0):
            return "All weights are 0, and 0 has no place on a logarithmic axis. Switch off “Log y”."
        return ""

    def _look_further(self, *, is_running: bool) -> None:
        """Go the way again where it is not known, and come back for what was too much at once."""
        if self._trails is not None and is_running:
            self._trails.pause()
        elif self._trails is not None:
            self._trails.refine()
        if not all(drawn.sizes.is_whole for drawn in self._drawn):
            self._again.start()

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible():
            self.show_frame(Frame(self.frame.tracks, self.frame.selection, frozenset({"state"}), self.frame.is_running))

    # --- what a person does ------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Another quantity: what was zoomed to means nothing there."""
        self.plot.is_zoomed, self._at = False, None
        self._redraw()

    def _fit(self) -> None:
        self.plot.fit()
        self.fit.setEnabled(False)

    def _hover(self, at: float | None) -> None:
        self._at = at
        self._say()

    def _step(self, right: int) -> None:
        """Go to the next moment with the arrow keys."""
        if self._drawn:
            x = np.unique(self._drawn[0].sizes.updates)
            index = len(x) - 1 if self._at is None else nearest(x, self._at) + right
            self._hover(float(x[min(max(index, 0), len(x) - 1)]))

    def _say(self) -> None:
        """Write the sizes at the pointer, or the present ones."""
        if not self._drawn:
            return
        spots, said = [], dict[str, list[str]]()
        for drawn, line in zip(self._drawn, self.plot.lines, strict=True):
            i = drawn.sizes.present if self._at is None else nearest(line.x, self._at)
            spots.append((float(line.x[i]), float(line.y[i]), drawn.colour))
            said.setdefault(drawn.track.name, []).append(f"{drawn.name} {number(float(line.y[i]))}")
        several = len(said) > 1
        values = "; ".join((f"{name}: " if several else "") + ", ".join(parts) for name, parts in said.items())
        when = "Now, at" if self._at is None else "At"
        self.readout.show_text(f"{when} update {count(int(spots[0][0]))}: {values}")
        self.plot.show_hover(None if self._at is None else spots[0][0], spots)


def _penalty_words(model: FeedforwardModel, squares: float) -> list[str]:
    """Say what the penalty costs now, where all weights count."""
    penalty = model.experiment.training.penalty
    if penalty.strength == 0.0 or not penalty.biases:
        return []
    cost = number(penalty.strength * squares)
    return [f"The penalty adds {number(penalty.strength)} × {number(squares)} = {cost} to the training loss."]


PANE = WeightSizesPane
