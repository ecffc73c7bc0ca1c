"""A truth table to be edited, the hidden units it asks for, and buttons that build its network or let one learn it.

Every row shows what the network says and whether that is right. Building sets the weights from the table; learning
begins with random ones. What differs is not what the network could represent, but whether it finds it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, Selection
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.boolean_answers import BooleanAnswers, Needed, n_hidden, others, size_words, verdict
from app.widgets.boolean_plans import (
    NAMES,
    Method,
    Settings,
    build_settings,
    learn_settings,
    method_of,
    only_new,
    table_settings,
)
from app.widgets.boolean_view import BooleanView
from app.widgets.bound_bars import Bar, BoundBars
from app.widgets.build_row import BuildRow, FunctionChoice
from app.widgets.problem_line import ProblemLine
from nlcore.families.feedforward import FeedforwardModel
from nlcore.theory.boolean_functions import Truth

SIDE_BY_SIDE_FROM = 560
"""Width in pixels from which the counts stand beside the table instead of above it."""
HINT = "Click a target in the table to turn it round; or go to a row and press Enter, 0 or 1."
BUILT = "This network is built already: its weights are those of this construction."
LEARNS = "It begins with random weights already. Run trains it; New weights (Ctrl+N) gives it another start."


class TruthNetworkPane(Pane):
    """Shows the lead's table and network, and how many answers of other tracks are wrong."""

    id = "truth_network"
    key = "Ctrl+Alt+6"
    title = "Truth table"
    help = "A truth table to edit, the network's answers, and how many hidden units it takes to build that network."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._answers: BooleanAnswers | None = None
        self._wanted: Truth | None = None
        """What was asked for and is not there yet."""
        self.choice = FunctionChoice(self.body)
        self.build = BuildRow(self.body)
        self.verdict = self._label("Verdict", self.body)
        self.problem = ProblemLine(self.body)
        self.hint = self._label("Hint", self.body)
        self.area = QScrollArea(self.body)
        page = QWidget()
        self.view = BooleanView(page)
        self.side = QWidget(page)
        self.units = self._label("What the bars count", self.side)
        self.units.setText("Hidden units: needed (hollow) and present")
        self.bars = BoundBars(self.side)
        self.bars.setAccessibleName("Hidden units: needed for this table, and in the networks")
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(2)
        side.addWidget(self.units)
        side.addWidget(self.bars)
        self.size_note = self._label("How many tables there are", page)
        self.others = self._label("Other tracks", self.body)
        inside = QVBoxLayout(page)
        inside.setContentsMargins(6, 0, 0, 4)
        self.columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for half in (self.view, self.side):
            self.columns.addWidget(half, 1, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(self.columns)
        inside.addWidget(self.size_note)
        inside.addStretch(1)
        self.area.setWidget(page)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Truth table and hidden units")
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.choice, self.build, self.verdict, self.others, self.problem, self.hint):
            column.addWidget(widget)
        column.addWidget(self.area, 1)
        self.choice.truth_wanted.connect(self._ask_for_table)
        self.choice.hint_wanted.connect(lambda: self._say_hint(HINT))
        self.view.truth_wanted.connect(self._ask_for_table)
        self.view.case_chosen.connect(self._choose)
        self.build.build_wanted.connect(self._ask_to_build)
        self.build.learn_wanted.connect(self._ask_to_learn)
        self._say_hint("")
        self._arrange()
        self.retheme(self.theme)

    @staticmethod
    def _label(name: str, parent: QWidget) -> QLabel:
        label = QLabel(parent)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setContentsMargins(8, 2, 8, 2)
        label.setMinimumWidth(80)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    # --- what is shown -----------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say what this pane needs."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There are no examples here: this lesson minimises a function directly."
        if BooleanAnswers.of(model, frame.lead.state.params) is None:
            return (
                "This pane is for Boolean functions: every case of up to five inputs once, with one target. Choose the "
                "data set “truth table” in the settings."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        for part in (self.view, self.bars, self.problem):
            part.retheme(theme)
        self.units.setStyleSheet("font-weight: bold;")
        for label in (self.size_note, self.others):
            label.setStyleSheet(f"color: {theme.muted};")

    def draw(self, frame: Frame) -> None:
        """Show the answers at the cursor."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        answers = BooleanAnswers.of(model, frame.lead.state.params)
        if answers is None:
            return
        if model is not self._model:
            self._take_model(model, answers)
        self._answers = answers
        self.view.show_answers(answers, self._wanted or answers.truth)
        is_untrained = model.trains and frame.lead.state.counters.presentations == 0
        several = f"{frame.lead.name} leads. " if len(frame.tracks) > 1 else ""
        self.verdict.setText(several + verdict(answers, is_untrained=is_untrained))
        colour = self.theme.good if bool(answers.right.all()) else self.theme.bad
        self.verdict.setStyleSheet(f"font-weight: bold; color: {colour};")
        self._show_counts(frame, answers)
        chosen = frame.selection.example
        rows = answers.table.rows.tolist()
        is_there = chosen is not None and chosen[0] == "training" and chosen[1] in rows
        self.view.show_selected(rows.index(chosen[1]) if chosen is not None and is_there else -1)

    def _take_model(self, model: FeedforwardModel, answers: BooleanAnswers) -> None:
        self._model, self._wanted = model, None
        self.problem.say("")
        self._say_hint("")
        self.choice.take(answers.truth)
        self.build.take(Needed.of(answers.truth), method_of(model.experiment), n_hidden(model))

    def _show_counts(self, frame: Frame, answers: BooleanAnswers) -> None:
        self.bars.show_bars(_bars(frame, answers))
        self.size_note.setText(size_words(answers.truth))
        said = others(frame.tracks[1:])
        self.others.setText(f"Other tracks: {said}" if said else "")
        self.others.setVisible(bool(said))

    # --- what a person does ------------------------------------------------------------------------------------------

    def _ask_for_table(self, truth: Truth) -> None:
        if self.frame is None or self._model is None or self._answers is None:
            return
        self._wanted = truth
        needed = Needed.of(truth).minterms
        settings = table_settings(self._model, self.frame.lead.state.params, truth, needed)
        if len(truth) == len(self._answers.truth):
            self.view.show_answers(self._answers, truth)
        self._ask(settings, "")

    def _ask_to_build(self, method: Method) -> None:
        if self._model is None or self._answers is None:
            return
        truth = self._wanted or self._answers.truth
        needed = Needed.of(truth)
        n = {"minterms": needed.minterms, "fewest": needed.fewest, "counting": needed.counting or 0}[method]
        self._ask(build_settings(self._model, truth, method, n), BUILT)

    def _ask_to_learn(self, hidden: int) -> None:
        if self._model is not None and self._answers is not None:
            truth = self._wanted or self._answers.truth
            self._ask(learn_settings(self._model, truth, hidden), LEARNS)

    def _ask(self, settings: Settings, otherwise: str) -> None:
        """Ask for settings; say something else where they are what they are."""
        assert self._model is not None
        new = only_new(self._model.experiment, settings)
        self.problem.say("")
        self._say_hint("" if new else otherwise)
        if new:
            self.settings_requested.emit(new)
        else:
            self._wanted = None

    def refuse(self, name: str, sentence: str) -> None:
        """Say why a change could not be made, and show what is."""
        super().refuse(name, sentence)
        self._wanted = None
        if self.frame is not None and self.why_empty(self.frame) is None and self._answers is not None:
            self.choice.take(self._answers.truth)
            self.draw(self.frame)
        self.problem.refuse(sentence)

    def _say_hint(self, sentence: str) -> None:
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def _choose(self, row: int) -> None:
        if self._answers is not None and row < len(self._answers.truth):
            unit = self.frame.selection.unit if self.frame is not None else None
            self.select(Selection(("training", int(self._answers.table.rows[row])), unit))

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say how many answers are right and how many hidden units there are and would be needed."""
        model = frame.lead.model
        answers = BooleanAnswers.of(model, frame.lead.state.params) if isinstance(model, FeedforwardModel) else None
        if answers is None:
            return self.why_empty(frame) or self.help
        is_untrained = model.trains and frame.lead.state.counters.presentations == 0
        counts = "; ".join(bar.text for bar in _bars(frame, answers))
        return f"{verdict(answers, is_untrained=is_untrained)} Hidden units: {counts}. {size_words(answers.truth)}"

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return all cases, and the numbers of hidden units."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        answers = BooleanAnswers.of(model, frame.lead.state.params)
        assert answers is not None
        rows = tuple(
            (*case, answers.truth[i], float(answers.outputs[i]), "right" if answers.right[i] else "wrong")
            for i, case in enumerate(answers.cases)
        )
        counts = tuple((bar.name, int(bar.value)) for bar in _bars(frame, answers))
        return (
            Table("Cases", (*answers.names, "target", "output", "answer"), rows, "0 is false and 1 is true"),
            Table("Hidden units", ("network", "hidden units"), counts, "needed for this table, and present"),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the counts beside or above the table."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= SIDE_BY_SIDE_FROM  # else from the bottom to the top: the counts stand above
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.BottomToTop
        self.columns.setDirection(direction)


def _bars(frame: Frame, answers: BooleanAnswers) -> tuple[Bar, ...]:
    """Return what the table needs, hollow, and what the networks have."""
    needed = Needed.of(answers.truth)
    bars = [
        Bar(NAMES["minterms"], needed.minterms, is_bound=True),
        Bar(NAMES["fewest"], needed.fewest, is_bound=True),
    ]
    if needed.counting is not None:
        bars.append(Bar(NAMES["counting"], needed.counting, is_bound=True))
    return (*bars, Bar("this network", n_hidden(frame.lead.model)))


PANE = TruthNetworkPane
