"""The weight pictures at several moments of the run side by side, and a play through all that is trained.

What lies between the states that the run keeps is computed again beside the window. The pane asks for the history of
its run by the track's number; it only reads it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.pane import Pane
from app.stills import Stills
from app.table import Table
from app.theme import Theme
from app.widgets.film_canvas import FilmCanvas
from app.widgets.film_scene import (
    CHOICES,
    Still,
    frames_of,
    moments_of,
    note_of,
    summary,
    title_at,
    title_of,
)
from app.widgets.options import OptionRow, fill
from app.widgets.pixels import limit_of
from app.widgets.readout import Readout
from app.widgets.scale_legend import ScaleLegend
from app.widgets.weight_scene import WeightScene
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trails import Point

FRAME_MS = 160
ALL = -1
SHARED, OWN = "shared", "own"
PLAY, STOP = "Play", "Stop"
HINT = "Click a moment to take the clock there; all panes follow. Play goes through all that has been trained."
NOT_TRAINED = "Nothing is trained yet. Run some epochs, then there are moments to compare."


class WeightFilmPane(Pane):
    """Weight pictures at several moments.

    Signals
    -------
    moment_requested : int
        The clock is wanted at so many presentations.
    """

    id = "weight_film"
    key = "Ctrl+F7"
    title = "Weights over time"
    help = "The weight images at several moments of the run side by side: at the start, after 1, 10, 100 epochs."
    multiples = "tabs"

    moment_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stills = Stills(self)
        self.stills.changed.connect(self._redraw)
        self._known: dict[int, tuple[Point, FeedforwardModel, Still]] = {}
        self._way: list[int] = []
        self._units = 0
        self._add_options()
        self.canvas = FilmCanvas()
        self.canvas.moment_chosen.connect(self._go)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.canvas)
        self.area.installEventFilter(self)
        self.legend = ScaleLegend(self.body)
        self.readout = Readout("Weights over time", self.body)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget, stretch in ((self.options, 0), (self.area, 1), (self.legend, 0), (self.readout, 0)):
            layout.addWidget(widget, stretch)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.choice = self.options.add_choice("At", "Moments", "Which moments of the run are shown")
        fill(
            self.choice,
            [text for text, _ in CHOICES.values()],
            list(CHOICES),
            shorter=[short for _, short in CHOICES.values()],
        )
        self.unit = self.options.add_choice("Unit", "Units", explained("Whose weights are shown", "hidden unit"))
        self.scale = self.options.add_choice(
            "Scale", "Scale of the colours", "Own: faint pictures become visible. One: the growth can be seen."
        )
        fill(self.scale, ["Each picture its own", "One for all"], [OWN, SHARED], shorter=["own", "one"])
        self.grey = self.options.add_switch(
            "Grey scale", "As in the lecture: black for negative, middle grey for 0, white for positive weights."
        )
        self.play = self.options.add_button(
            PLAY, "Let the clock go through all that has been trained, from the start; all panes follow"
        )
        self.options.done()
        for combo in (self.choice, self.unit, self.scale):
            combo.activated.connect(lambda _: self._redraw())
        self.grey.toggled.connect(lambda _: self._redraw())
        self.play.clicked.connect(self._start_or_stop)

    def take_over(self, other: Pane) -> None:
        """Show the moments of the run that another pane of this kind shows."""
        if isinstance(other, WeightFilmPane):
            self.stills.history_of = other.stills.history_of
            self._redraw()

    def why_empty(self, frame: Frame) -> str | None:
        """Say what is missing where inputs are not pixels."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There are no pictures here: this lesson minimises a function and has no network with inputs."
        if model.examples.image_shape is None:
            return "The inputs of this data set are not the pixels of a picture, so the weights cannot be drawn as one."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.canvas.theme = theme

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Draw the moments that are known, and ask for the others."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        self._offer_units(model)
        self.stills.follow(frame.lead.number)
        self.stills.ask(self._moments(frame))
        stills = self._shown(frame)
        units = self._chosen_units()
        is_shared = self.scale.currentData() == SHARED
        self.canvas.show_stills(
            stills,
            units,
            frame.lead.state.counters.presentations,
            self.theme,
            is_shared=is_shared,
            grey=self.grey.isChecked(),
        )
        largest = max((still.largest(unit) for still in stills for unit in units), default=0.0)
        self.legend.show_scales(
            (("Pixel weights", largest if is_shared else None),), self.theme, grey=self.grey.isChecked()
        )
        can_play = self.stills.end > 0
        self.play.setEnabled(can_play)
        if frame.is_running and self._timer.isActive():
            self._stop()
        self.readout.show_text(HINT if can_play else NOT_TRAINED)

    def _offer_units(self, model: FeedforwardModel) -> None:
        n = model.layout.layers[1]
        if n == self._units:
            return
        self._units = n
        word = "Hidden" if len(model.layout.layers) > 2 else "Output"
        texts = [f"All {n} units" if n > 1 else "The unit", *(f"{word} {k + 1}" for k in range(n) if n > 1)]
        shorter = ["all", *(str(k + 1) for k in range(n) if n > 1)]
        fill(self.unit, texts, [ALL, *(range(n) if n > 1 else ())], ALL, shorter)

    def _chosen_units(self) -> list[int]:
        chosen = self.unit.currentData()
        return list(range(self._units)) if chosen in (None, ALL) else [chosen]

    def finish(self) -> None:
        """Compute what is missing now."""
        frame = self.frame
        if frame is not None and self.why_empty(frame) is None:
            self.stills.follow(frame.lead.number)
            self.stills.finish(self._moments(frame))

    def _moments(self, frame: Frame) -> tuple[int, ...]:
        end = max(self.stills.end, frame.lead.state.counters.presentations)
        return moments_of(self.choice.currentData() or "lecture", frame.lead.model.epoch_length, end)

    def _shown(self, frame: Frame) -> list[Still]:
        """Return the chosen moments, and that of the clock at its place among them."""
        model, state = frame.lead.model, frame.lead.state
        assert isinstance(model, FeedforwardModel)
        now = Point(state.params, state.counters)
        moments = self._moments(frame)
        points = {moment: self.stills.point(moment) for moment in moments} | {state.counters.presentations: now}
        return [self._still(model, moment, point) for moment, point in sorted(points.items())]

    def _still(self, model: FeedforwardModel, moment: int, point: Point | None) -> Still:
        if point is None:
            return Still(moment, title_at(moment, model.epoch_length), None)
        known = self._known.get(moment)
        if known is not None and known[0].params is point.params and known[1] is model:
            return known[2]
        scene = WeightScene.of(model, point.params, own_scale=False, grey=False)
        still = Still(moment, title_of(point.counters), scene, note_of(model, point.params))
        if self.stills.point(moment) is point:
            self._known[moment] = (point, model, still)
        return still

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)
            if not self.frame.is_running:
                self.setAccessibleDescription(self.in_words(self.frame))

    # --- going through the run ---------------------------------------------------------------------------------------

    def _go(self, moment: int) -> None:
        self._stop()
        self.moment_requested.emit(moment)

    def _start_or_stop(self) -> None:
        if self._timer.isActive():
            self._stop()
            return
        frame = self.frame
        if frame is None:
            return
        self._way = list(frames_of(frame.lead.model.epoch_length, self.stills.end))
        self.play.setText(STOP)
        self._timer.start()

    def _on_timer_timeout(self) -> None:
        if not self._way:
            self._stop()
            return
        self.moment_requested.emit(self._way.pop(0))

    def _stop(self) -> None:
        self._timer.stop()
        self._way = []
        self.play.setText(PLAY)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop going through the run when nobody looks."""
        super().hideEvent(event)
        self._stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up what is being computed."""
        self._stop()
        self.stills.close()
        super().closeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the pictures anew when the space changes."""
        if watched is self.area and event.type() is QEvent.Type.Resize:
            size = self.area.size()
            self.canvas.fit(size)
            tall, wide = self.canvas.height() > size.height(), self.canvas.width() > size.width()
            bar = self.area.verticalScrollBar().sizeHint().width()
            if tall or wide:
                self.canvas.fit(QSize(size.width() - bar * tall, size.height() - bar * wide))
        return super().eventFilter(watched, event)

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say what stands out at each moment."""
        reason = self.why_empty(frame)
        if reason is not None or not isinstance(frame.lead.model, FeedforwardModel):
            return reason or self.help
        self._offer_units(frame.lead.model)
        return summary(self._shown(frame), self._chosen_units())

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return what can be counted at each moment."""
        if not isinstance(frame.lead.model, FeedforwardModel):
            return ()
        self._offer_units(frame.lead.model)
        rows = tuple(
            (
                still.title,
                still.moment,
                still.note,
                still.scene.title(unit),
                float(still.scene.biases[unit]),
                limit_of(still.scene.images[unit]),
            )
            for still in self._shown(frame)
            if still.scene is not None
            for unit in self._chosen_units()
        )
        headings = ("moment", "presentations", "correct", "unit", "w0 (bias)", "largest absolute weight from a pixel")
        return (Table("Weights over time", headings, rows),)


PANE = WeightFilmPane
