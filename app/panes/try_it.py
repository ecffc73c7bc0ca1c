"""An example of one's own: drawn, opened from a file or typed in, with what the network says to it at this moment.

Nothing of it reaches the training: the run, its examples and its curves stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.frame import Frame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.answer_view import AnswerView
from app.widgets.example_detail import Picture
from app.widgets.input_form import MOST_INPUTS, InputForm
from app.widgets.numbers import count, number
from app.widgets.own_answer import OwnAnswer
from app.widgets.own_example import OwnExample, kind
from app.widgets.picture_board import PictureBoard
from app.widgets.pixels import SignedMap, images_of, limit_of
from app.widgets.readout import Readout
from app.widgets.start_row import StartRow
from nlcore.datasets import Data
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName

SIDE_BY_SIDE_FROM = 440
MOST_UNDO = 100


class TryItPane(Pane):
    """Asks the network about an example that a person makes."""

    id = "try_it"
    key = "Ctrl+7"
    title = "Try it"
    help = "Draw or type an example of your own and see what the network says to it; training is not disturbed."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.example: OwnExample | None = None
        self._data: Data | None = None
        self._before: list[OwnExample] = []
        self._selected: tuple[SetName, int] | None = None
        self._notes: Mapping[str, Any] = {}
        self.start, self.board, self.form = StartRow(), PictureBoard(), InputForm()
        self.makers = QStackedWidget()
        for maker in (self.board, self.form):
            self.makers.addWidget(maker)
        page = QWidget()
        self.columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, page)
        self.columns.setContentsMargins(0, 0, 0, 0)
        left = QWidget(page)
        left_layout = QVBoxLayout(left)
        left_layout.setContentsMargins(0, 0, 0, 0)
        left_layout.setSpacing(0)
        left_layout.addWidget(self.start)
        left_layout.addWidget(self.makers, 1)
        self.columns.addWidget(left, 3)
        self.side = QScrollArea(page)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setWidgetResizable(True)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setMinimumWidth(120)
        self.side.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.side.setAccessibleName("Answers")
        self._content = self._build_side(self.side)
        self.side.setWidget(self._content)
        self.columns.addWidget(self.side, 2)
        self.area = QScrollArea(self.body)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Your own example")
        self.area.setWidget(page)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.headline = Readout("Answer", self.body)
        self.headline.set_max_lines(2)
        layout.addWidget(self.headline)
        layout.addWidget(self.area, 1)
        self.start.chosen_changed.connect(self._follow)
        self.start.copy_wanted.connect(self.copy_example)
        self.start.undo_wanted.connect(self.take_back)
        self.board.edited.connect(self._edit)
        self.board.replaced.connect(self._replace)
        self.board.undo_wanted.connect(self.take_back)
        self.board.failed.connect(self._say_problem)
        self.form.changed.connect(self._enter)

    def _build_side(self, page: QWidget) -> QWidget:
        side = QWidget(page)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(8)
        self.problem, self.source, self.received_text = QLabel(side), QLabel(side), QLabel(side)
        self.answers = AnswerView(side)
        self.received = Picture(side)
        self.received.setAccessibleName("What the network gets")
        for label, name in (
            (self.problem, "Problem"),
            (self.source, "What your example was made from"),
            (self.received_text, "What the network gets"),
        ):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(60)
            label.setAccessibleName(name)
        for widget in (self.problem, self.answers, self.source, self.received, self.received_text):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.problem.hide()
        return side

    def why_empty(self, frame: Frame) -> str | None:
        """Say why no example can be given."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There is nothing to try here: this lesson minimises a function and takes no examples."
        data = model.examples
        if data.image_shape is None and data.n_inputs > MOST_INPUTS:
            return (
                f"This data set has {count(data.n_inputs)} inputs that are no picture; a form for typing them in is "
                f"offered for up to {MOST_INPUTS}."
            )
        return None

    def draw(self, frame: Frame) -> None:
        """Show the example and all answers to it."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        if self._data is None or kind(data) != kind(self._data):
            self._take_data(data)
        elif data is not self._data:
            self._data = data
            self.start.take_data(data)
        if frame.selection.example != self._selected:
            self._selected = frame.selection.example
            self._take_selection()
        assert self.example is not None
        if data.image_shape is not None:
            self.board.show_example(self.example, data, self.theme)
        else:
            self.form.show_example(self.example, self.example.inputs, standardised=data.scaling is not None)
        show_received(self, data, self.example)
        answers = answers_of(frame, self.example)
        self.answers.show_answers(answers, self.theme)
        lead = answers[0][2]
        self.headline.show_text("" if lead is None else lead.words)
        note = f" {self.example.note}" if self.example.note else ""
        said = f"Your example: {self.example.source(data)}.{note}"
        self.source.setText(said.replace("_", "_\u200b"))  # a line may break there
        self.start.back_button.setEnabled(bool(self._before))
        self.board.canvas.can_undo = bool(self._before)
        self._arrange()

    def _take_data(self, data: Data) -> None:
        """Begin with the first test example, or the first training example if there is no test set."""
        self._data, self._before = data, []
        self._say_problem("")
        first: SetName = "test" if len(data.test) else "training"
        self.start.take_data(data)
        self.start.choose((first, 0))
        found = OwnExample.noted(self._notes, data)
        if found is not None:
            self._notes = {}
        self.example = found or OwnExample.copied(data, first, 0)
        if data.image_shape is not None:
            self.board.take_data(data)
            self.makers.setCurrentWidget(self.board)
        else:
            self.form.take_data(data)
            self.makers.setCurrentWidget(self.form)

    def _take_selection(self) -> None:
        """Offer the example that was pointed at; copy it unless the person has made one."""
        if self._data is None or self._selected is None or not self.start.choose(self._selected):
            return
        if self.example is not None and self.example.is_as_copied:
            self.example = OwnExample.copied(self._data, *self._selected)

    def _follow(self) -> None:
        """Show the example with the chosen number; what a person has made stays until they ask for a copy."""
        if self._data is not None and self.example is not None and self.example.is_as_copied:
            self.example = OwnExample.copied(self._data, *self.start.chosen)
            self._draw_again()

    def copy_example(self) -> None:
        """Begin again with a copy of the chosen example."""
        if self._data is not None:
            self._keep()
            self.example = OwnExample.copied(self._data, *self.start.chosen)
            self._draw_again()

    def take_back(self) -> None:
        """Undo the last change."""
        if self._before:
            self.example = self._before.pop()
            self._draw_again()

    def take_over(self, other: Pane) -> None:
        """Show the example of another pane of this kind."""
        if isinstance(other, TryItPane) and other.example is not None and self._data is not None:
            self.example = other.example
            self._draw_again()

    def notes(self) -> Mapping[str, Any]:
        """Return the example as plain values, if the person has made one."""
        if self.example is None or self.example.is_as_copied or self._data is None:
            return self._notes
        return self.example.notes()

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Show the example of a file, once the data it belongs to are drawn; begin anew if the file has none."""
        self._notes, self._data, self._is_stale = notes, None, True
        if self.isVisible():
            self._draw_again()

    def _keep(self) -> None:
        if self.example is not None and (not self._before or self._before[-1] is not self.example):
            self._before = [*self._before[1 - MOST_UNDO :], self.example]

    def _edit(self, shown: object, begins: bool) -> None:
        if self._data is not None and self.example is not None:
            if begins:
                self._keep()
            self.example = self.example.changed(shown, self._data)  # type: ignore[arg-type]
            self._draw_again()

    def _replace(self, shown: object, name: str, note: str) -> None:
        if self._data is not None:
            self._keep()
            self.example = OwnExample.made(shown, self._data, f"the file {name}", note)  # type: ignore[arg-type]
            self._draw_again()

    def _enter(self, place: int, value: float) -> None:
        if self.example is not None:
            shown = self.example.shown.copy()
            shown[place] = value
            self._edit(shown, begins=True)

    def _say_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setStyleSheet(f"color: {self.theme.bad}")
        self.problem.setVisible(bool(sentence))

    def _draw_again(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            self.draw(self.frame)
            self.setAccessibleDescription(self.in_words(self.frame))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self._say_problem(self.problem.text())

    def in_words(self, frame: Frame) -> str:
        """Say the example and the answers."""
        reason = self.why_empty(frame)
        model = frame.lead.model
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        example = self._example_for(model.examples)
        said = [example.in_words(model.examples)]
        for _, name, answer in answers_of(frame, example):
            whose = f"{name}: " if len(frame.tracks) > 1 else ""
            said.append(whose + ("this track has other inputs." if answer is None else answer.in_words()))
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the inputs, and the outputs of every track."""
        model = frame.lead.model
        if self.why_empty(frame) is not None or not isinstance(model, FeedforwardModel):
            return ()
        data, example = model.examples, self._example_for(model.examples)
        outputs = [
            (name, unit, output)
            for _, name, answer in answers_of(frame, example)
            if answer is not None
            for unit, output in answer.rows
        ]
        inputs = tuple(zip(data.input_names, map(float, example.inputs), strict=True))
        return (
            Table("Outputs", ("track", "output unit", "output"), tuple(outputs)),
            Table("Inputs", ("input", "value"), inputs, "As the network of the first track gets them."),
        )

    def _example_for(self, data: Data) -> OwnExample:
        """Return the person's example, or the one a new pane begins with if it belongs to other data."""
        if self.example is not None and self._data is not None and kind(self._data) == kind(data):
            return self.example
        return OwnExample.copied(data, "test" if len(data.test) else "training", 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the answers beside or below the example."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the answers beside the example, where they scroll alone, or below it, with the answer above both."""
        is_wide, width = self.width() >= SIDE_BY_SIDE_FROM, self.width()
        self.columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self.headline.setVisible(not is_wide)
        grows = is_wide or self.makers.currentWidget() is self.board
        self.columns.setStretch(0, 3 if grows else 0)
        self.answers.fit(width * 2 // 5 if is_wide else width - 36)
        content = self._content
        needed = content.heightForWidth(max(60, width - 20)) if content.hasHeightForWidth() else 0
        self.side.setMinimumHeight(0 if is_wide else max(needed, content.minimumSizeHint().height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for a file that is being read."""
        self.board.close_reader()
        super().closeEvent(event)


def answers_of(frame: Frame, example: OwnExample) -> list[tuple[int, str, OwnAnswer | None]]:
    """Ask the networks of all tracks."""
    lead = frame.lead.model
    assert isinstance(lead, FeedforwardModel)
    found: list[tuple[int, str, OwnAnswer | None]] = []
    for track in frame.tracks:
        model, answer = track.model, None
        if isinstance(model, FeedforwardModel) and kind(model.examples) == kind(lead.examples):
            inputs = example.inputs_for(lead.examples, model.examples)
            answer = OwnAnswer.of(model, track.state.params, inputs)
        found.append((track.number, track.name, answer))
    return found


def show_received(pane: TryItPane, data: Data, example: OwnExample) -> None:
    """Show the standardised picture, if the network gets such a one."""
    is_shown = data.image_shape is not None and data.scaling is not None
    pane.received_text.setVisible(is_shown)
    pane.received.setVisible(is_shown)
    if not is_shown or data.image_shape is None:
        return
    limit = limit_of(example.inputs)
    colours = SignedMap.of(pane.theme).colours(example.inputs.reshape(1, *data.image_shape), limit)
    pane.received.show_image(images_of(colours)[0])
    pane.received_text.setText(
        "What the network gets: each pixel minus its mean in the training set, divided by its standard deviation. "
        f"Blue: darker than usual, yellow: lighter; the strongest colour stands for {number(limit)}."
    )


PANE = TryItPane
