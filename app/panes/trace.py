"""One update, step by step: what the next presentation does, phase after phase, in formulas and numbers.

The phases are lit by the session; the pane writes out those that are lit, and asks for the next one. While training
runs there is nothing to see, because it changes too fast to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.frame import Frame, Selection, TrackFrame
from app.glossary import explained
from app.pane import Pane
from app.table import Cell, Table, thinned
from app.traced import trace_of
from app.widgets import walk_export
from app.widgets.expression_html import ALL_DIGITS, KINDS, colours
from app.widgets.numbers import count, number
from app.widgets.options import OptionRow, fill
from app.widgets.readout import FittedText
from app.widgets.unit_names import UnitNames, sentence
from app.widgets.walk_page import Mode, Place, Shown
from app.widgets.walk_view import WalkView
from nlcore.explanations import Focus, Walk, walk
from nlcore.families import Model
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import Trace, TrainState

PHASE_MS = 1800
"""Between two phases while they are played: as long as it takes to read one."""
DIGITS = (2, 3, 4, 6, ALL_DIGITS)
UNITS = (2, 4, 6, 12, 30)
LEGEND_FROM = 18
"""Lines of text that the pane must be high to show what its colours mean."""
MOST_INPUTS = 8
"""An example with more inputs is named only."""
RUNNING = "Training runs. Pause it (F6) to see the next update in detail."
UNTOLD = "Nothing is written down about what one update does to a model of this kind."
DIVERGED = "The weights are no finite numbers any more, so there is nothing to compute. Go back to an earlier moment."


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What was worked out last, and for what."""

    model: Model
    state: TrainState
    focus: Focus
    trace: Trace
    walk: Walk


class TracePane(Pane):
    """The phases of the next presentation."""

    id = "trace"
    key = "Ctrl+9"
    title = "One update, step by step"
    help = "What the next example does to the network, phase by phase: every formula in symbols and with its numbers."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.heading = FittedText("Example that is shown", self.body)
        self.heading.set_max_lines(2)
        self.view = WalkView(self.body)
        self.view.place_chosen.connect(self._choose)
        self.view.phase_chosen.connect(self._ask)
        self.legend = QLabel(self.body)
        self.legend.setWordWrap(True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setContentsMargins(8, 3, 8, 3)
        self.legend.setAccessibleName("Colours of the formulas")
        for widget, stretch in (
            (self._build_steps(), 0),
            (self._build_options(), 0),
            (self.heading, 0),
            (self.view, 1),
            (self.legend, 0),
        ):
            layout.addWidget(widget, stretch)
        self._playing = QTimer(self, interval=PHASE_MS)
        self._playing.timeout.connect(self._play_on)
        self._expected = 0
        self._known: _Told | None = None
        self._selection = Selection()

    def _build_steps(self) -> OptionRow:
        row = OptionRow(self.body)
        self.back = row.add_button("‹ Back", "Put the last phase out again (Shift+F7)", "‹")
        self.next = row.add_button(
            "Next ›", "Light the next phase; after the last one, go on to the next example (F7)", "›"
        )
        self.all = row.add_button("Show all", "Light all phases of this update at once", "All")
        self.play = row.add_button("Play", "Light one phase after the other, slowly, up to the last one")
        self.place = row.add_note("Phases that are lit")
        self.back.clicked.connect(lambda: self._ask(self._lit() - 1))
        self.next.clicked.connect(lambda: self._ask(self._lit() + 1))
        self.all.clicked.connect(lambda: self._ask(self._n_phases()))
        self.play.clicked.connect(self._play_or_stop)
        row.done()
        return row

    def _build_options(self) -> OptionRow:
        row = OptionRow(self.body)
        self.mode = row.add_choice("Formulas", "How formulas are written", "In symbols, with the numbers, or both.")
        fill(
            self.mode,
            ["Symbols and numbers", "With numbers", "In symbols"],
            ["both", "numbers", "symbols"],
            shorter=["Both", "Numbers", "Symbols"],
        )
        self.digits = row.add_choice(
            "Digits", "Digits of numbers", "Significant digits that are shown. The program always computes with all."
        )
        texts = ["All digits" if n == ALL_DIGITS else f"{n} digits" for n in DIGITS]
        fill(self.digits, texts, DIGITS, 4, shorter=["all" if n == ALL_DIGITS else str(n) for n in DIGITS])
        self.most = row.add_choice(
            "Units",
            "Units written out in a layer",
            explained("Of larger layers only so many units are written out, the selected ones among them.", "unit"),
        )
        fill(self.most, [f"Up to {n} units" for n in UNITS], UNITS, 6, shorter=[f"≤ {n}" for n in UNITS])
        self.derivation = row.add_switch(
            "Derivation", "Show the lecture's derivation of the rule, with the numbers of the selected weight"
        )
        for choice in (self.mode, self.digits, self.most):
            choice.currentIndexChanged.connect(self._redraw)
        self.derivation.toggled.connect(self._redraw)
        row.done()
        return row

    # --- what the frame says -----------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is nothing to walk through: no finite weights, or nothing known about the model."""
        if frame.is_running:
            return None
        if trace_of(frame.lead.model, frame.lead.state) is None:
            return DIVERGED
        return None if any(step.formulas for step in self._told(frame)[1].steps) else UNTOLD

    def draw(self, frame: Frame) -> None:
        """Write out the phases that are lit."""
        if frame.is_running:
            self._stop()
            self.heading.show_text(RUNNING)
            self._enable(0, 0, frame.lead)
            return
        trace, told = self._told(frame)
        n = len(trace.phases)
        lit = min(frame.phase, n)
        if "state" in frame.changed or frame.phase != self._expected:
            self._stop()
        self._expected = frame.phase
        self.heading.show_text(heading(frame.lead, trace))
        shown = Shown(told, lit, self.mode_chosen, self.digits_chosen, self.derivation.isChecked())
        self.view.words_of = lambda place: words_of(frame.lead, place)
        self.view.show_walk(shown, frozenset(places_of(frame.selection)), self.theme)
        if frame.selection != self._selection:
            self._selection = frame.selection
            for place in places_of(frame.selection)[:1]:
                self.view.bring_up_place(place)
        self._say_legend()
        self._enable(lit, n, frame.lead)

    def finish(self) -> None:
        """Typeset all formulas now."""
        self.view.finish_formulas()

    def in_words(self, frame: Frame) -> str:
        """Say which example it is, and the newest phase with its numbers."""
        reason = self.why_empty(frame)
        if reason is not None or frame.is_running:
            return reason or RUNNING
        trace, told = self._told(frame)
        lit = min(frame.phase, len(trace.phases))
        said = f"{heading(frame.lead, trace)}\n{lit} of {len(trace.phases)} phases are lit."
        if not lit:
            return f"{said} Press F7 to light the first one."
        step = told.steps[lit - 1]
        lines = [formula.text(self.digits_chosen) for formula in step.formulas]
        return "\n".join([said, f"{lit}. {step.title}", step.sentence, *lines]).strip()

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return every formula that is written out, of all phases."""
        rows: list[tuple[Cell, ...]] = []
        n_more = 0
        several = len(frame.tracks) > 1
        for track in frame.tracks:
            _, told = self._told(replace(frame, tracks=(track,)))
            first: tuple[Cell, ...] = (track.name,) if several else ()
            rows += [(*first, *row) for row in walk_export.rows_of(told, self.digits_chosen)]
            n_more += sum(step.n_more for step in told.steps)
        headings = (*(("track",) if several else ()), *walk_export.HEADINGS)
        note = f"{count(n_more)} more formulas of other units and weights are not written out." if n_more else ""
        return (thinned("Formulas of the next update", headings, rows, note),)

    def copied(self, *, as_latex: bool = False, only_phase: bool = False) -> str:
        """Return what is shown as text or LaTeX: all phases, or the one that was lit last; empty without any."""
        if self.frame is None or self.frame.is_running or self.why_empty(self.frame) is not None:
            return ""
        trace, told = self._told(self.frame)
        lit = min(self.frame.phase, len(trace.phases))
        if only_phase and not lit:
            return ""
        derivation = told.derivation if self.derivation.isChecked() and not only_phase else ()
        steps = told.steps[lit - 1 : lit] if only_phase else told.steps
        write = walk_export.as_latex if as_latex else walk_export.as_text
        return write(heading(self.frame.lead, trace), Walk(steps, derivation), self.digits_chosen)

    @property
    def mode_chosen(self) -> Mode:
        """Whether formulas are shown in symbols, with numbers, or both."""
        chosen: Mode = self.mode.currentData()
        return chosen

    @property
    def digits_chosen(self) -> int:
        """Significant digits of numbers."""
        return int(self.digits.currentData())

    def _told(self, frame: Frame) -> tuple[Trace, Walk]:
        """Return the trace of the next presentation and what it says, worked out once."""
        model, state = frame.lead.model, frame.lead.state
        focus = Focus(frame.selection.unit, frame.selection.weight, int(self.most.currentData()))
        known = self._known
        if known is None or known.model is not model or known.state is not state or known.focus != focus:
            trace = trace_of(model, state)
            assert trace is not None
            known = self._known = _Told(model, state, focus, trace, walk(model, state, trace, focus))
        return known.trace, known.walk

    # --- what the person does ----------------------------------------------------------------------------------------

    def _lit(self) -> int:
        return self.frame.phase if self.frame is not None else 0

    def _n_phases(self) -> int:
        return len(self.view.shown.walk.steps) if self.view.shown is not None else 0

    def _ask(self, phase: int) -> None:
        self._stop()
        self.phase_requested.emit(phase)

    def _play_or_stop(self) -> None:
        if self._playing.isActive():
            self._stop()
            return
        if self._lit() >= self._n_phases():
            self.phase_requested.emit(0)
        self._playing.start()
        self.play.setText("Stop")
        self._play_on()

    def _play_on(self) -> None:
        if self._lit() >= self._n_phases():
            self._stop()
            return
        self._expected = self._lit() + 1
        self.phase_requested.emit(self._expected)
        if self._lit() >= self._n_phases():
            self._stop()

    def _stop(self) -> None:
        self._playing.stop()
        self.play.setText("Play")

    def _choose(self, place: object) -> None:
        """Select what a line is about, or nothing if it is selected already."""
        if self.frame is None or not isinstance(place, tuple):
            return
        selection = self.frame.selection
        kind, *numbers = place
        if kind == "unit":
            unit = (numbers[0], numbers[1])
            selection = replace(selection, unit=None if unit == selection.unit else unit)
        elif kind == "weight":
            weight = (numbers[0], numbers[1], numbers[2])
            selection = replace(selection, weight=None if weight == selection.weight else weight)
        elif self._known is not None and self._known.trace.example >= 0:
            selection = replace(selection, example=("training", self._known.trace.example))
        self._selection = selection  # its line is in sight
        self.select(selection)

    def _redraw(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            self.draw(self.frame)

    def _enable(self, lit: int, n: int, track: TrackFrame) -> None:
        self.back.setEnabled(n > 0 and (lit > 0 or track.state.counters.presentations > 0))
        self.next.setEnabled(n > 0)
        self.all.setEnabled(lit < n)
        self.play.setEnabled(n > 0)
        self.place.setText(f"{lit} of {n}" if n else "")
        self.place.setToolTip(explained(f"{lit} of {n} phases are lit" if n else "", "phase"))

    def _say_legend(self) -> None:
        found = colours(self.theme)
        kinds = ", ".join(
            f'<span style="color:{found[kind]}"><b>{sign}</b> {name}</span>' for kind, sign, name in KINDS
        )
        rounded = "" if self.digits_chosen == ALL_DIGITS else " Rounded here; the program keeps all digits."
        self.legend.setText(f"{kinds}.{rounded}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the meaning of the colours away where there is little room for the formulas."""
        super().resizeEvent(event)
        lines = event.size().height() / self.fontMetrics().lineSpacing()
        self.legend.setVisible(lines >= LEGEND_FROM)
        self.heading.set_max_lines(2 if lines >= LEGEND_FROM else 1)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop playing."""
        super().hideEvent(event)
        self._stop()


def places_of(selection: Selection) -> list[Place]:
    """Return the places that are selected, the weight first."""
    found: list[Place] = []
    if selection.weight is not None:
        found.append(("weight", *selection.weight))
    if selection.unit is not None:
        found.append(("unit", *selection.unit))
    return found


def words_of(track: TrackFrame, place: Place) -> str:
    """Say what a place is called in the other panes; empty where it has no name there."""
    if not isinstance(track.model, FeedforwardModel):
        return ""
    names = UnitNames.of(track.model)
    kind, *numbers = place
    at = [int(number) for number in numbers]
    if kind == "unit":
        return sentence(names.full(at[0], at[1]))
    if kind == "weight":
        source = "x0 = 1 (the bias)" if at[2] < 0 else names.source(at[0], at[2])
        return f"Weight to {names.full(at[0] + 1, at[1])} from {source}"
    return "This example"


def heading(track: TrackFrame, trace: Trace) -> str:
    """Say which example is presented next, and when."""
    model, counters = track.model, track.state.counters
    if not isinstance(model, FeedforwardModel) or trace.example < 0:
        return f"Step {count(counters.presentations + 1)}"
    when = f"presentation {count(counters.presentations + 1)}, epoch {count(counters.epochs + 1)}"
    examples, n = model.examples.training, len(model.examples.training.inputs)
    name = examples.names[trace.example]
    said = f"Example {count(trace.example + 1)} of {count(n)}: {name}"
    inputs, targets = examples.inputs[trace.example], examples.targets[trace.example]
    if len(inputs) <= MOST_INPUTS:
        said += f", x = {_listed(inputs)}"
    if len(targets) <= MOST_INPUTS:
        said += f", target {_listed(targets)}"
    return f"{said} · {when}"


def _listed(values: object) -> str:
    numbers = [number(float(value), 4) for value in values]  # type: ignore[attr-defined]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


PANE = TracePane
