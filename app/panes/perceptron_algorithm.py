"""The perceptron training algorithm as the lecture writes it, at work: lit lines, variables, and the epoch's examples.

Which line is lit follows the phases of the next presentation (F7). Below stands why the update helps, with its
numbers, and the unit with a threshold t instead of the weight w0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.pane import Pane
from app.replayed import Replays
from app.table import Table, thinned
from app.theme import Theme
from app.traced import trace_of
from app.widgets.algorithm_texts import WAITING, Moment, moment_of, now_text
from app.widgets.algorithm_view import LINES, AlgorithmView
from app.widgets.epoch_table import HEADINGS, EpochRow, EpochTable
from app.widgets.numbers import count, number
from app.widgets.options import OptionRow
from app.widgets.perceptron_texts import DIGITS, signed, threshold_form, vector, vector_of, why_no_perceptron
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray
from nlcore.replays import Replay, Shown

MOST_ROWS = 2000
"""Examples of an epoch that are listed."""
WIDE = 860
"""From this width on the table stands beside the algorithm."""


class PerceptronAlgorithmPane(Pane):
    """The algorithm box of the lecture, with what happens in it."""

    id = "perceptron_algorithm"
    key = "Alt+8"
    title = "Perceptron algorithm"
    help = "The perceptron training algorithm line by line: which line is at work, and what its variables hold."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.replays = Replays(self)
        self.replays.ready.connect(self._redraw)
        self.options = OptionRow(self.body)
        self.back = self.options.add_button("‹ Back", "Put the last phase of the example out again (Shift+F7)")
        self.next = self.options.add_button("Next ›", "Light the next phase; after the last one, the next example (F7)")
        self.options.done()
        self.back.clicked.connect(lambda: self._ask(-1))
        self.next.clicked.connect(lambda: self._ask(1))
        self.algorithm = AlgorithmView(self.body)
        self.now = self._label("What the variables hold")
        self.inequality = self._label("What an update does to w·x")
        self.threshold = self._label("The unit with a threshold")
        self.table = EpochTable(self.body)
        self.table.clicked.connect(self._clicked)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.options, self.algorithm, self.now, self.inequality, self.threshold):
            column.addWidget(widget)
        column.addStretch(1)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.setAccessibleName("Algorithm and variables")
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.area, 3)
        self._layout.addWidget(self.table, 2)
        self._rows_of: tuple[int, ...] = ()
        self.retheme(self.theme)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self.body)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setContentsMargins(10, 2, 8, 2)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def why_empty(self, frame: Frame) -> str | None:
        """Say why the algorithm is not at work here."""
        return why_no_perceptron(frame.lead)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.algorithm.retheme(theme)
        self.table.retheme(theme)
        for label in (self.now, self.inequality, self.threshold):
            label.setStyleSheet(f"color: {theme.text};")
        self.area.setStyleSheet(f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {theme.base}; }}")

    def draw(self, frame: Frame) -> None:
        """Light lines, write values and list the epoch."""
        track = frame.lead
        moment = _moment(frame)
        self.algorithm.show_lines(moment.lit if not frame.is_running else (), moment.values)
        self.now.setText(f"Now {now_text(track)}")
        self.inequality.setText("Why it helps: " + self._why(track, moment, frame.phase))
        self.threshold.setText(f"With a threshold: +1 where {threshold_form(self._vector(track))}.")
        rows = self._rows(track, frame.phase)
        self._rows_of = tuple(row.example for row in rows)
        self.table.rows.show_rows(tuple(rows))
        self.table.fit(is_below=self.width() < WIDE)
        chosen = frame.selection.example
        if chosen is not None and chosen[0] == "training" and chosen[1] in self._rows_of:
            self.table.selectRow(self._rows_of.index(chosen[1]))
        else:
            self.table.clearSelection()
        position = track.state.counters.position_in_epoch
        if not frame.is_running and position < len(rows):
            self.table.scrollTo(self.table.rows.index(position, 0))

    def in_words(self, frame: Frame) -> str:
        """Say the lines that are lit, the variables, and the inequality."""
        reason = why_no_perceptron(frame.lead)
        if reason is not None:
            return reason
        track = frame.lead
        moment = _moment(frame)
        lines = [f"Line {k}, {LINES[k - 1][1]}: {moment.values.get(k, 'at work')}." for k in sorted(moment.lit)]
        why = self._why(track, moment, frame.phase)
        form = threshold_form(self._vector(track))
        return " ".join([*lines, f"Now {now_text(track)}", why, f"The unit says +1 where {form}."])

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the algorithm with its values, and the examples of the epoch."""
        moment = _moment(frame)
        lines = [
            (k, "    " * depth + text, "lit" if k in moment.lit else "", moment.values.get(k, ""))
            for k, (depth, text) in enumerate(LINES, 1)
        ]
        rows = [row.cells for row in self._rows(frame.lead, frame.phase)]
        return (
            thinned("Examples of this epoch", HEADINGS, rows),
            thinned("The algorithm", ("line", "what it says", "now", "values"), lines),
        )

    def _vector(self, track: TrackFrame) -> FloatArray:
        model = track.model
        assert isinstance(model, FeedforwardModel)
        return vector_of(model, track.state.params)

    def _why(self, track: TrackFrame, moment: Moment, phase: int) -> str:
        if moment.inequality:
            return " ".join(moment.inequality) + ". The net input moves the right way."
        if moment.has_ended:
            return "no update was needed in the last epoch, y w·x > 0 for all examples."
        trace = trace_of(track.model, track.state) if phase else None
        if trace is not None and not trace.updated and moment.lit == {6} and "> 0" in moment.values.get(6, ""):
            return "this example is right with something to spare, so nothing is changed."
        return WAITING

    def _rows(self, track: TrackFrame, phase: int) -> list[EpochRow]:
        model, counters = track.model, track.state.counters
        assert isinstance(model, FeedforwardModel)
        answer = self.replays.of(track)
        replay = answer if isinstance(answer, Replay) else None
        epoch = counters.epochs if counters.position_in_epoch or not counters.epochs else counters.epochs - 1
        shown = [s for s in replay.until(counters.presentations) if s.epoch == epoch] if replay is not None else []
        order = model.problem.order_at(counters).tolist()
        is_over = counters.position_in_epoch == 0 and phase == 0 and bool(shown)
        if counters.position_in_epoch == 0 and not is_over:
            shown = []  # a new epoch begins
        if is_over and len(shown) == len(order):
            order = [one.example for one in shown]
        first = 0 if is_over else max(0, counters.position_in_epoch - len(shown))
        marks: dict[int, Shown] = dict(enumerate(shown, first))
        counts = replay.counts(counters.presentations) if replay is not None else None
        return _written(track, model, order[:MOST_ROWS], marks, counts, -1 if is_over else counters.position_in_epoch)

    def _clicked(self, index: QModelIndex) -> None:
        if self.frame is not None and index.row() < len(self._rows_of):
            self.select(Selection(("training", self._rows_of[index.row()]), self.frame.selection.unit))

    def _ask(self, step: int) -> None:
        """Ask for the phase before or after the one that is lit."""
        if self.frame is not None:
            self.phase_requested.emit(self.frame.phase + step)

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the table beside the algorithm where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.table.fit(is_below=not wide)


def _moment(frame: Frame) -> Moment:
    track = frame.lead
    return moment_of(track, frame.phase, trace_of(track.model, track.state) if frame.phase else None)


def _written(
    track: TrackFrame,
    model: FeedforwardModel,
    order: list[int],
    marks: dict[int, Shown],
    counts: NDArray[np.int64] | None,
    following: int,
) -> list[EpochRow]:
    """Return the rows of an epoch."""
    training, w = model.examples.training, vector_of(model, track.state.params)
    rows = []
    for place, example in enumerate(order):
        x, y = training.inputs[example], float(training.targets[example, 0])
        product = y * float(w[0] + w[1:] @ x)
        mark = marks.get(place)
        said = "▶ next" if place == following else ""
        if mark is not None:
            said = "● update" if mark.updated else "right"
        times = "" if counts is None else count(int(counts[example]))
        cells = (
            count(place + 1),
            training.names[example],
            vector([1.0, *x.tolist()]),
            signed(y),
            number(product + 0.0, DIGITS),
            times,
            said,
        )
        rows.append(EpochRow(example, cells, mark is not None and mark.updated, place == following, product <= 0.0))
    return rows


PANE = PerceptronAlgorithmPane
