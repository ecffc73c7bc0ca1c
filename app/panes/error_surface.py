"""The error surface: the loss over two weights, with the way that training has taken over it.

Seen from above or in three dimensions. While training runs the surface is coarse where it has to be; at rest it is
worked out finely, beside the window if that takes long. A click can set other start weights.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.trails import Trails
from app.widgets.legend import Entry, Legend
from app.widgets.loss_picture import RUNNING, LossPicture
from app.widgets.numbers import count, counted, number
from app.widgets.problem_line import ProblemLine
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.relief_camera import Camera
from app.widgets.slice_asking import SliceAsking
from app.widgets.slice_choice import SliceChoice
from app.widgets.slice_range import SliceRange
from app.widgets.slice_reader import SliceReader
from app.widgets.slice_texts import (
    arrow_text,
    brief_loss,
    is_jumpy,
    legend_entries,
    loss_text,
    place_text,
    slice_table,
    surface_words,
    way_table,
)
from app.widgets.slice_view import Sight, Sights
from app.widgets.slope_asking import SlopeAsking
from app.widgets.weight_names import address
from nlcore.error_slices import FINE, Slice, SliceWork
from nlcore.families import Model
from nlcore.interventions import WeightEdit
from nlcore.records import FloatArray
from nlcore.slice_planes import gradient_work

MOST_PARAMS = 2_000_000
MIDDLING, LOW = 430, 320
"""Below these heights in pixels there are fewer lines and briefer texts."""
START_HINT = (
    "Click a place, or go there with the arrow keys and press Enter: the run begins again there. Ctrl+Z undoes."
)


class ErrorSurfacePane(Pane):
    """Draws the surface of the lead, and the ways of all tracks.

    Signals
    -------
    start_wanted : WeightEdit
        The person wants the run to begin with other weights.
    """

    id = "error_surface"
    title = "Error surface"
    help = "The loss for all values of two weights, and the way that training takes over it."
    key = "Alt+1"

    start_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sights = Sights()
        self._sight: Sight | str | None = None
        self._sight_of: Frame | None = None
        self._asked: tuple[object, ...] = ()
        self._slice: Slice | None = None
        self._n = 0
        """Values a side of the slice that was asked for."""
        self._direction: FloatArray = np.zeros(2)
        self._room = 1
        self.choice = SliceChoice(self.body)
        self.message = ProblemLine(self.body)
        self.picture = LossPicture(self.body)
        self.map, self.relief = self.picture.map, self.picture.relief
        self.legend = Legend(self.body)
        self.readout = Readout("Values at the pointer", self.body)
        self.reader = SliceReader(self.map, self.readout)
        self.range = SliceRange()
        self._asking = SliceAsking(self)
        self._slopes = SlopeAsking(self)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.choice)
        column.addWidget(self.message)
        column.addWidget(self.picture, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self._connect()
        self.retheme(self.theme)

    def _connect(self) -> None:
        self.choice.changed.connect(self._choice_changed)
        self.choice.whole.clicked.connect(self._fit)
        self.choice.start.toggled.connect(self._start_toggled)
        self._asking.answered.connect(self._take_slice)
        self._slopes.changed.connect(self._redraw)
        self.map.zoomed.connect(self._zoomed)
        self.map.zoom_wanted.connect(self._zoom)
        self.map.clicked.connect(self._clicked)
        self.relief.zoom_wanted.connect(self._zoom)

    # --- contract ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why no surface can be drawn."""
        track = frame.lead
        if track.model.n_params < 2:
            return "This model has only one number to learn, and a surface needs two."
        if track.model.n_params > MOST_PARAMS:
            return f"This network has more than {count(MOST_PARAMS)} weights, too many to look at their error surface."
        if not np.all(np.isfinite(track.state.params)):
            updates = counted(track.state.counters.updates, "update")
            return (
                f"The weights have left the range of finite numbers after {updates}, so there is no place on the error "
                "surface to show. Step back to see it before, or restart with a smaller learning rate."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.picture, self.legend, self.message):
            part.retheme(theme)

    def use_trails(self, trails: Trails) -> None:
        """Take the ways of the tracks from there; without it only moments that were shown are known."""
        if self.sights.trails is None:
            self.sights.trails = trails
            trails.changed.connect(self._redraw)

    def draw(self, frame: Frame) -> None:
        """Draw the surface, the ways and the arrow."""
        track, trails = frame.lead, self.sights.trails
        self.choice.take(track.model, self.sights.start_of(track))
        sight = self.sights.sight(frame, self.choice.kind_name, self.choice.places, self.choice.seed.value())
        self._sight, self._sight_of = sight, frame
        if isinstance(sight, str):
            self._show_nothing(sight)
            return
        self.message.say("")
        u_range, v_range = self.range.of(sight, is_kept=frame.is_running)
        self._ask(track.model, sight, (u_range, v_range), is_running=frame.is_running)
        self._direction = self._slopes.find(track.model, sight.plane, track.state, is_running=frame.is_running)
        self._show(frame)
        if trails is not None and frame.is_running:
            trails.pause()
        elif trails is not None:
            trails.refine()

    def in_words(self, frame: Frame) -> str:
        """Say in words what the surface looks like and where the run is on it."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        sight = self._seen(frame)
        if isinstance(sight, str):
            return sight
        lead = sight.ways[-1]
        said = [surface_words(frame.lead.model, sight.names, self._slice)] if self._slice is not None else []
        at = place_text(sight.names, sight.at)
        said.append(f"The cursor is at {at}, after {counted(frame.lead.state.counters.updates, 'update')}.")
        if len(lead.at) > 1:
            said.append(f"The path began at {place_text(sight.names, lead.at[0])}.")
        falls = self._slopes.find(frame.lead.model, sight.plane, frame.lead.state, is_running=True)
        said.append(arrow_text(sight.names, falls, jumps=is_jumpy(frame.lead.model)))
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the points of the paths, and the surface as a grid."""
        sight = self._seen(frame)
        if isinstance(sight, str):
            return ()
        grid = () if self._slice is None else (slice_table(sight.names, self._slice),)
        return way_table(frame, sight.ways, sight.names, self._slice), *grid

    def take_over(self, other: Pane) -> None:
        """Show the same part of the plane from the same side."""
        if isinstance(other, ErrorSurfacePane):
            self.sights.follow(other.sights)
            self.choice.choose(*other.choice.places)
            self.choice.seed.setValue(other.choice.seed.value())
            self.range = other.range.copied()
            self.relief.look(other.relief.camera)
            self._redraw()

    def finish(self) -> None:
        """Wait for the path and the surface."""
        if self.sights.trails is not None and self.isVisible():
            self.sights.trails.finish()
        found = self._asking.finish()
        if found is not None:
            self._take_slice(found)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _seen(self, frame: Frame) -> Sight | str:
        """Return what is looked at in a frame, which may not be drawn yet."""
        if frame is self._sight_of and self._sight is not None:
            return self._sight
        self.choice.take(frame.lead.model, self.sights.start_of(frame.lead))
        return self.sights.sight(frame, self.choice.kind_name, self.choice.places, self.choice.seed.value())

    def _ask(
        self, model: Model, sight: Sight, ranges: tuple[tuple[float, float], tuple[float, float]], *, is_running: bool
    ) -> None:
        """Ask for the slice that is wanted now, unless it is there."""
        wanted = (model, *ranges)
        n = RUNNING if is_running else FINE
        is_same = self._slice is not None and self._asked == wanted and sight.plane.is_same(self._slice.plane)
        is_same = is_same and self._n >= n
        if is_same and (is_running or self._slice is None or self._slice.is_final or self._asking.is_busy):
            self._asking.go_on(is_running=is_running)
            return
        make = partial(SliceWork, model, sight.plane, *ranges, n)
        found = self._asking.ask(make, gradient_work(model) // 4, is_running=is_running)
        self._asked, self._n = wanted, n
        if found is not None:
            self._slice = found
        elif self._slice is not None and self._slice.plane.axes is not sight.plane.axes:
            self._slice = None  # that of the same axes would do until the answer is there

    def _take_slice(self, found: Slice) -> None:
        self._slice = found
        if self.frame is not None and self.isVisible() and isinstance(self._sight, Sight):
            self._show(self.frame)

    def _show(self, frame: Frame) -> None:
        """Show what is known of the surface, and everything on it."""
        sight, model, choice = self._sight, frame.lead.model, self.choice
        assert isinstance(sight, Sight)
        title = loss_text(model)
        named = f"{frame.lead.name}. {title}" if len(frame.tracks) > 1 else title
        self.picture.show_place(named, sight.names, self.range.shown, is_relief=choice.is_relief)
        self.picture.show_surface(
            self._slice, (*sight.names, title), brief_loss(model), is_running=frame.is_running, every=self._room
        )
        has_lines, has_arrow = choice.path.isChecked(), choice.arrow.isChecked()
        ways = sight.ways if has_lines else tuple(way.last() for way in sight.ways)
        at = sight.at if has_arrow and np.all(np.isfinite(self._direction)) else None
        self.picture.show_run(ways, at, self._direction, has_lines=has_lines)
        direction = self._direction if has_arrow else None
        entries = legend_entries(ways, direction, self.theme, has_lines=has_lines, is_brief=self._room > 1)
        self.legend.set_entries([*entries, *(Entry(short, "note", full=full) for short, full in sight.notes)])
        self._say()

    def _show_nothing(self, sentence: str) -> None:
        self._asking.give_up()
        self._slice, self._asked = None, ()
        self.picture.show_nothing(sentence)
        self.message.say("")
        self.legend.set_entries(())
        self.reader.forget()

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        room = 1 + sum(self.height() < least for least in (MIDDLING, LOW))
        if room != self._room:
            self._room = room
            self.readout.set_max_lines(MAX_LINES if room == 1 else 1)
            self._redraw()

    # --- what a person does ------------------------------------------------------------------------------------------

    def _choice_changed(self) -> None:
        if not self.range.fits(self.choice.kind_name, self.choice.places, self.choice.seed.value()):
            self.range.reset()
        self._redraw()

    def _zoomed(self) -> None:
        """Take the part of the plane that wheel or dragging chose."""
        u_range, v_range = self.map.box.viewRange()
        self.range.choose(tuple(u_range), tuple(v_range))
        self._redraw()

    def _zoom(self, factor: float) -> None:
        """Show so many times as much of the plane, around its middle."""
        self.range.zoom(factor)
        self._redraw()

    def _fit(self) -> None:
        self.range.reset()
        self.relief.look(Camera())
        self._redraw()

    def _start_toggled(self, is_on: bool) -> None:
        if is_on and self.choice.is_relief:
            self.choice.view.setCurrentIndex(0)
            self._redraw()
        self._say()

    def _clicked(self, u: float, v: float) -> None:
        if self.choice.start.isChecked() and self.frame is not None and isinstance(self._sight, Sight):
            model = self.frame.lead.model
            pairs = zip(self.choice.places, (u, v), strict=True)
            self.start_wanted.emit(WeightEdit(tuple((address(model, place), value) for place, value in pairs)))

    def refuse(self, name: str, sentence: str) -> None:
        """Say why the run could not begin with other weights."""
        super().refuse(name, sentence)
        self.message.refuse(sentence)

    def _say(self) -> None:
        """Write what is under the pointer, or what the arrow means."""
        if self.frame is None or not isinstance(self._sight, Sight):
            return
        said = arrow_text(self._sight.names, self._direction, jumps=is_jumpy(self.frame.lead.model))
        if self.choice.is_relief and self.relief.is_cut:
            said = f"Cut off at a loss of {number(self.relief.top)}. {said}"
        hint = START_HINT if self.choice.start.isChecked() else ""
        self.reader.take(self.frame, self._sight, self._slice, said, hint)


PANE = ErrorSurfacePane
