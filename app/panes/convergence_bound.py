"""Novikoff's theorem on the examples at hand: R, the margin, the bound on the updates, and how many there really are.

Points can be dragged, and everything follows while they are. A slider moves the two classes together, for show only,
and a plot says what becomes of bound and mistakes as the margin goes to 0.
"""

from __future__ import annotations

from functools import partial
from threading import Event

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QSlider, QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import tip
from app.latest import Latest
from app.pane import Pane
from app.replayed import since_of
from app.table import Table, thinned
from app.theme import Theme
from app.widgets import bound_texts
from app.widgets.bound_bars import BoundBars
from app.widgets.drawn_examples import drawn_examples
from app.widgets.edit_bar import SWITCHED_ON, EditBar
from app.widgets.legend import Entry, Legend
from app.widgets.line_plot import Line, LinePlot
from app.widgets.markers import marker
from app.widgets.options import OptionRow
from app.widgets.perceptron_texts import vector_of, why_no_plane
from app.widgets.plane import fitting, spans
from app.widgets.point_editor import PointEditor
from app.widgets.surface_texts import target_classes
from app.widgets.sweep_plot import WAITING, SweepPlot
from nlcore.families.feedforward import FeedforwardModel
from nlcore.mistake_bounds import MOST_IN_SWEEP, SHARES, Bound, SweepPoint, bound_of, sweep, why_no_theorem
from nlcore.records import FloatArray, TrainState
from nlcore.theory.gap import gap, moved_together

AT_ONCE = 200
"""Examples for which everything is worked out at once, also while one is dragged."""
LOW = 540
"""Below this height the picture has no legend."""
WIDE = 620
"""From this width on the numbers stand beside the picture."""
MARGIN_DASHES = (3.0, 3.0)
PUT_BACK = "Put the slider back to the right end first: these points are moved for show only."


class ConvergenceBoundPane(Pane):
    """R, gamma, the bound and the mistakes."""

    id = "convergence_bound"
    key = "Alt+9"
    title = "Convergence bound"
    help = "Novikoff's theorem: the largest margin of the examples, and how many updates there can be at most."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._since: TrainState | None = None
        self._bound: Bound | None = None
        self._inputs: FloatArray = np.empty((0, 2))
        self._way: FloatArray | None = None
        self._sweep: tuple[SweepPoint, ...] | None = None
        self._stop = Event()
        """Set when nobody wants to know any more."""
        self.options = OptionRow(self.body)
        self.edit = self.options.add_button("Edit points", "Add, move, delete and relabel examples; all numbers follow")
        self.edit.setCheckable(True)
        self.edit.setStyleSheet(SWITCHED_ON)
        self.options.done()
        self.edit_bar = EditBar(self.body)
        self.edit_bar.hide()
        self.plot = LinePlot("Examples, the line of now, and the line with the largest margin", self.body)
        self.editor = PointEditor(self.plot, self.edit_bar)
        self.legend = Legend(self.body)
        self.facts = QLabel(self.body)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self.facts.setContentsMargins(8, 4, 8, 2)
        self.facts.setAccessibleName("Quantities of the theorem")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bars = BoundBars(self.body)
        self.slider_text = QLabel(self.body)
        self.slider_text.setContentsMargins(8, 2, 8, 0)
        self.slider = QSlider(Qt.Orientation.Horizontal, self.body)
        self.slider.setRange(0, len(SHARES) - 1)
        self.slider.setInvertedAppearance(True)  # to the left, as the margin in the plot below
        self.slider.setInvertedControls(True)
        self.slider.setAccessibleName("How far the classes are moved together")
        self.slider.setToolTip("Moves the positive examples towards the negative ones, in the picture only")
        self.sweep_plot = SweepPlot(self.body)
        self.latest = Latest("convergence bound", self)
        self._build()
        self.edit.toggled.connect(self._edit_toggled)
        self.editor.edit_wanted.connect(self.intervention_requested)
        self.editor.point_chosen.connect(self._clicked)
        self.editor.cross_wanted.connect(lambda x, y: self.plot.show_cross((x, y)))
        self.plot.point_clicked.connect(self._clicked)
        self.plot.stepped.connect(self._step_cross)
        self.plot.held.connect(self._follow)
        self.slider.valueChanged.connect(lambda _: self._slid())
        self.latest.answered.connect(self._take_answer)
        self.retheme(self.theme)

    def _build(self) -> None:
        picture, numbers = QWidget(self.body), QWidget()
        for inside, parts in (
            (picture, ((self.options, 0), (self.edit_bar, 0), (self.plot, 1), (self.legend, 0))),
            (numbers, ((self.facts, 0), (self.bars, 0), (self.slider_text, 0), (self.slider, 0), (self.sweep_plot, 1))),
        ):
            column = QVBoxLayout(inside)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            for widget, stretch in parts:
                column.addWidget(widget, stretch)
        self.sweep_plot.setMinimumHeight(150)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(numbers)
        self.area.setAccessibleName("Numbers of the theorem")
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(picture, 5)
        self._layout.addWidget(self.area, 7)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why the theorem says nothing here."""
        return _why_not(frame.lead)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.plot, self.legend, self.edit_bar, self.bars, self.sweep_plot):
            part.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw points, lines and numbers."""
        track = frame.lead
        model, since = track.model, since_of(track)
        assert isinstance(model, FeedforwardModel)
        if model is not self._model or self._since is None or not since.same_bits(self._since):
            self._take_model(model, since)
        self._draw_selection(frame.selection)
        self.editor.take(model.examples, self._drawn(), PUT_BACK if self.slider.value() else "")
        self._show()

    def in_words(self, frame: Frame) -> str:
        """Say the quantities and the mistakes."""
        reason = _why_not(frame.lead)
        model = frame.lead.model
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        since = since_of(frame.lead)
        inputs = model.examples.training.inputs
        bound = self._bound if inputs is self._inputs and model is self._model else None
        if bound is None and len(inputs) <= AT_ONCE:
            bound = bound_of(model, since)
        if bound is None:
            return "The largest margin is being worked out."
        said = bound_texts.facts(model, inputs, bound, has_zero_start=not np.any(since.params))
        so_far = frame.lead.state.counters.updates - since.counters.updates
        return ". ".join([*said, bound_texts.so_far_text(so_far, bound)])

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the examples with their margins, and bound and mistakes as the gap closes."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        training = model.examples.training
        margin = bound_of(model, since_of(frame.lead)).theorem.margin
        w, star = vector_of(model, frame.lead.state.params), margin.separator
        rows = []
        for name, x, target in zip(training.names, training.inputs, training.targets[:, 0].tolist(), strict=True):
            best = "" if star is None else target * float(star[0] + star[1:] @ x)
            rows.append((name, *map(float, x), target, target * float(w[0] + w[1:] @ x), best))
        headings = ("example", *model.examples.input_names, "y", "y w·x now", "y w*·x")
        found = [(p.share, p.gamma, p.bound, p.mistakes, "yes" if p.is_over else "no") for p in self._sweep or ()]
        closing = ("gap closed", "margin", "bound", "updates of a whole run", "run came to its end")
        margins = thinned("Examples and margins", headings, rows)
        return (margins, thinned("As the gap closes", closing, found)) if found else (margins,)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _drawn(self) -> NDArray[np.intp]:
        assert self._model is not None
        return drawn_examples(len(self._model.examples.training))

    def _take_model(self, model: FeedforwardModel, since: TrainState) -> None:
        """Take over other examples or another start."""
        is_first = self._model is None or self._model.examples.name != model.examples.name
        self._stop.set()
        self._stop = Event()
        self.destroyed.connect(partial(_give_up, self._stop))
        self._model, self._since, self._sweep = model, since, None
        self.edit_bar.take(model.examples)
        plane = fitting(*spans(model.examples), None if is_first else self.plot.plane)
        if plane is not self.plot.plane:
            self.plot.set_plane(plane)
        self.plot.set_texts("", *model.examples.input_names[:2])
        self.slider.blockSignals(True)
        self.slider.setValue(0)
        self.slider.blockSignals(False)
        training = model.examples.training
        self._way = gap(training.inputs, training.targets)
        self.slider.setEnabled(self._way is not None)
        self._place(training.inputs)
        self._work_out(training.inputs)

    def _place(self, inputs: FloatArray) -> None:
        """Draw the points."""
        assert self._model is not None
        drawn = self._drawn()
        self.plot.set_points(inputs[drawn], target_classes(self._model, "training", drawn))

    def _work_out(self, inputs: FloatArray) -> None:
        """Find margin, bound and mistakes for these inputs: at once for few examples, else beside the window."""
        model, since = self._model, self._since
        assert model is not None
        assert since is not None
        self._inputs = inputs
        if len(inputs) <= AT_ONCE:
            self._bound = bound_of(model, since, inputs)
            self.plot.set_wrong(np.isin(self._drawn(), self._bound.theorem.margin.support))
        else:
            self._bound = None
        if self._bound is None or (self._sweep is None and not self._is_held()):
            needs_sweep, needs_bound = self._sweep is None and not self._is_held(), self._bound is None
            stop = self._stop

            def work() -> object:
                bound = bound_of(model, since, inputs, MOST_IN_SWEEP) if needs_bound else None
                return model, inputs, bound, sweep(model, since, stop.is_set) if needs_sweep else None

            self.latest.ask(inputs, work)

    def _is_held(self) -> bool:
        return self.plot.held_point >= 0

    def _take_answer(self, _: object, answer: object) -> None:
        assert isinstance(answer, tuple)
        model, inputs, bound, swept = answer
        if model is not self._model or self._since is None:
            return
        if bound is not None and inputs is self._inputs:
            self._bound = bound
        if swept is not None:
            self._sweep = swept
        self._show()

    def _show(self) -> None:
        """Show lines and numbers for what is worked out."""
        frame, model, since = self.frame, self._model, self._since
        if frame is None or model is None or since is None or _why_not(frame.lead) is not None:
            return
        self.slider_text.setText(bound_texts.moved_text(SHARES[self.slider.value()]))
        self._draw_lines(frame, model)
        self.legend.set_entries(self._entries(model))
        if self._bound is None:
            self.facts.setText("The largest margin is being worked out …")
            self.bars.show_bars(())
            self.sweep_plot.show_sweep((), 0.0, WAITING)
            return
        zero = not np.any(since.params)
        self.facts.setText("\n".join(bound_texts.facts(model, self._inputs, self._bound, has_zero_start=zero)))
        so_far = frame.lead.state.counters.updates - since.counters.updates
        self.bars.show_bars(bound_texts.bars(self._bound, so_far, since_change=since.counters.presentations > 0))
        say = WAITING if self._sweep is None else "" if self._sweep else "There is no gap that could be closed."
        self.sweep_plot.show_sweep(self._sweep or (), self._bound.theorem.margin.gamma, say)

    def _draw_lines(self, frame: Frame, model: FeedforwardModel) -> None:
        theme, lines = self.theme, []
        star = self._bound.theorem.margin.separator if self._bound is not None else None
        if star is not None and self._bound is not None:
            gamma, (w0, w1, w2) = self._bound.theorem.margin.gamma, star.tolist()
            lines += [Line((w0 + side * gamma, w1, w2), theme.accent, 1.2, MARGIN_DASHES) for side in (-1.0, 1.0)]
            lines.append(Line((w0, w1, w2), theme.accent, 2.0))
        w0, w1, w2 = vector_of(model, frame.lead.state.params).tolist()
        lines.append(Line((w0, w1, w2), theme.text, 2.5))
        self.plot.show_lines(lines)

    def _entries(self, model: FeedforwardModel) -> list[Entry]:
        theme, entries = self.theme, []
        for k, name in enumerate(model.examples.class_names or ()):
            look = marker(k)
            entries.append(Entry(name, "marker", look.inside, look.edge, look.symbol, tip=tip("target")))
        return [
            *entries,
            Entry("line of now", "line", theme.text, width=2.5),
            Entry("largest margin", "line", theme.accent, width=2.0),
            Entry("w*·x = ±γ", "line", theme.accent, dashes=MARGIN_DASHES, width=1.2),
            Entry("decides γ", "marker", "", theme.accent, "o", width=2.5),
        ]

    def _draw_selection(self, selection: Selection) -> None:
        which, index = selection.example or ("", -1)
        drawn = self._drawn()
        place = int(np.searchsorted(drawn, index)) if which == "training" and index >= 0 else len(drawn)
        self.plot.set_selected(place if place < len(drawn) and drawn[place] == index else -1)

    # --- what is done ------------------------------------------------------------------------------------------------

    def _follow(self, index: int, at: object) -> None:
        """Work everything out anew while a point is dragged."""
        if self._model is None:
            return
        inputs = self._model.examples.training.inputs
        if index >= 0 and isinstance(at, tuple):
            inputs = inputs.copy()
            inputs[self._drawn()[index]] = at
        self._work_out(inputs)
        self._show()

    def _slid(self) -> None:
        """Move the classes together, for show."""
        if self._model is None or self._way is None:
            return
        training, share = self._model.examples.training, SHARES[self.slider.value()]
        inputs = moved_together(training.inputs, training.targets, self._way, share) if share else training.inputs
        self._place(inputs)
        self._work_out(inputs)
        self.editor.take(self._model.examples, self._drawn(), PUT_BACK if share else "")
        self._show()

    def _edit_toggled(self, is_on: bool) -> None:
        self.edit_bar.setVisible(is_on)
        self.editor.set_on(is_on)

    def refuse(self, name: str, sentence: str) -> None:
        """Say why the examples could not be edited."""
        super().refuse(name, sentence)
        self.edit_bar.message.refuse(sentence)

    def _clicked(self, index: int) -> None:
        if self.frame is not None and self._model is not None:
            unit = self.frame.selection.unit
            self.select(Selection(("training", int(self._drawn()[index])) if index >= 0 else None, unit))

    def _step_cross(self, right: int, up: int) -> None:
        """Move the cross with the arrow keys, to edit without a mouse."""
        (x0, x1), (y0, y1) = self.plot.plane.x_range, self.plot.plane.y_range
        x, y = self.plot.cross or ((x0 + x1) / 2, (y0 + y1) / 2)
        x, y = x + right * (x1 - x0) / 50, y + up * (y1 - y0) / 50
        self.plot.show_cross((min(max(x, x0), x1), min(max(y, y0), y1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the numbers beside the picture where there is room."""
        super().resizeEvent(event)
        wide, is_low = self.width() >= WIDE, self.height() < LOW
        self._layout.setStretch(0, 1 if is_low else 5)
        self._layout.setStretch(1, 1 if is_low else 7)
        self.legend.setVisible(not is_low)
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _why_not(track: TrackFrame) -> str | None:
    reason = why_no_plane(track)
    if reason is None and isinstance(track.model, FeedforwardModel):
        return why_no_theorem(track.model)
    return reason


def _give_up(stop: Event, *_: object) -> None:
    stop.set()


PANE = ConvergenceBoundPane
