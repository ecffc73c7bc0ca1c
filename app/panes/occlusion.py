"""Covering a part of a picture: what the network says then, and a map of where a block would harm the answer most.

The person covers with a pen, or slides a block with the pointer over the map. Nothing of the examples is changed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.latest import Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.cover_view import CoverView
from app.widgets.covering import (
    RIGHT,
    Question,
    effect_on_set,
    fall_words,
    fill_of,
    grey_words,
)
from app.widgets.example_choice import ExampleChoice, example_in
from app.widgets.example_detail import OutputBars
from app.widgets.numbers import number
from app.widgets.options import OptionRow, fill
from app.widgets.own_answer import OwnAnswer
from app.widgets.own_example import OwnExample, grey_ends, kind
from app.widgets.pixels import limit_of
from app.widgets.readout import Readout
from app.widgets.scale_legend import ScaleLegend
from nlcore.datasets import Data
from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

SIDES = (1, 3, 5, 7, 9, 11)
GREYS = {"Mean grey": "mean", "Dark": "dark", "Light": "light"}
SCOPES = {"This picture": "one", "Mean of its class": "class", "Mean of its set": "all"}
HINT = "Left: cover, or uncover with the right button. Right: point to try the block there."


class OcclusionPane(Pane):
    """What matters in a picture."""

    id = "occlusion"
    key = "Ctrl+F8"
    title = "Cover a part"
    help = "Cover a part of a picture and see what the network says then, and where a grey block harms most."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Data | None = None
        self._question: Question | None = None
        self._map: FloatArray | None = None
        self._pointed: tuple[int, int] | None = None
        self.view = CoverView(self.body)
        self.example = ExampleChoice(self.body)
        self.example.chosen.connect(self._choose)
        self._add_options()
        self.bars = OutputBars(self.body)
        self.bars.setAccessibleName("Outputs for the covered picture")
        self.legend, self.readout = ScaleLegend(self.body), Readout("What covering does", self.body)
        self.readout.set_max_lines(2)
        self.words = Caption("Answer", self.body)
        self._lay_out()
        self.latest = Latest("nllab-occlusion", self)
        self.latest.answered.connect(self._take)
        self.view.mask_changed.connect(self._redraw)
        self.view.pointed_at.connect(self._say)

    def _add_options(self) -> None:
        self.options = OptionRow(self.body)
        self.side = self.options.add_choice("Block", "Size of the block", "Side of the block, width of the pen")
        fill(self.side, [f"{n} px" for n in SIDES], list(SIDES), 5, [str(n) for n in SIDES])
        self.grey = self.options.add_choice("of", "Grey of the cover", "What stands in place of the covered pixels")
        fill(self.grey, list(GREYS), list(GREYS.values()), shorter=list(GREYS.values()))
        self.clear = self.options.add_button("Uncover", "Take the cover off the picture")
        self.options.done()
        self.map_options = OptionRow(self.body)
        self.unit = self.map_options.add_choice(
            "Map of", "Output that is looked at", explained("Whose fall the map shows", "occlusion map")
        )
        self.scope = self.map_options.add_choice("in", "Pictures of the map", "One picture, or the mean over several")
        fill(self.scope, list(SCOPES), list(SCOPES.values()), shorter=["picture", "class", "set"])
        self.map_options.done()
        for combo in (self.side, self.grey, self.unit, self.scope):
            combo.activated.connect(lambda _: self._redraw())
        self.clear.clicked.connect(self.view.uncover)

    def _lay_out(self) -> None:
        below = QWidget(self.body)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(8, 0, 8, 4)
        inside.addWidget(self.bars)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget, stretch in (
            (self.example, 0),
            (self.options, 0),
            (self.map_options, 0),
            (self.view, 1),
            (self.legend, 0),
            (self.readout, 0),
            (self.words, 0),
            (below, 0),
        ):
            column.addWidget(widget, stretch)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why nothing can be covered."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "There is nothing to cover here: this lesson minimises a function and takes no examples."
        if model.examples.image_shape is None:
            return "The examples of this data set are no pictures, so no part of one can be covered."
        if not np.all(np.isfinite(frame.lead.state.params)):
            return "The weights are no finite numbers any more, so the network gives no answers. Step back or restart."
        return None

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Show the covered picture, the answer to it, and the map."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        if self._data is None or kind(self._data) != kind(data) or self._data.output_names != data.output_names:
            self._take_data(data)
        self._data = data
        self.example.show_choice(data, example_in(data, frame.selection.example))
        question = self._asked(frame)
        self.view.side = question.side
        if not question.is_same(self._question):
            self._ask(question)
        self._show_answer(model, question)
        self._say(self._pointed)

    def _take_data(self, data: Data) -> None:
        """Prepare for other pictures."""
        assert data.image_shape is not None
        self.view.take_shape(data.image_shape)
        self._question, self._map, self._pointed = None, None, None
        texts = ["The correct output", *(f"“{name}”" for name in data.output_names)]
        fill(self.unit, texts, [RIGHT, *range(data.n_outputs)], shorter=["correct", *data.output_names])

    def _asked(self, frame: Frame) -> Question:
        """Return what the map is to be about."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        return Question(
            model,
            frame.lead.state.params,
            example_in(data, frame.selection.example),
            int(self.side.currentData()),
            fill_of(data, self.grey.currentData()),
            RIGHT if self.unit.currentData() is None else int(self.unit.currentData()),
            self.scope.currentData(),
        )

    def _ask(self, question: Question) -> None:
        if question.is_quick:
            self._question, self._map = question, question.answer()
        else:
            self.latest.ask(question, lambda: self._compute(question))

    def _compute(self, question: Question) -> FloatArray | None:
        try:
            return question.answer(self.latest.given_up.is_set)
        except CancelledError:
            return None

    def _take(self, about: object, answer: object) -> None:
        """Show a map that was made beside the window, if it is still about these pictures."""
        frame = self.frame
        if frame is None or not isinstance(about, Question) or not isinstance(answer, np.ndarray):
            return
        if self.why_empty(frame) is None and self._data is about.model.examples:
            self._question, self._map = about, answer
            self._redraw()

    def finish(self) -> None:
        """Make the map now."""
        if self.frame is not None and self.why_empty(self.frame) is None:
            question = self._asked(self.frame)
            if not question.is_same(self._question):
                self._question, self._map = question, question.answer()
            self._redraw()

    def _show_answer(self, model: FeedforwardModel, question: Question) -> None:
        """Show what the network says to the covered picture, and to all pictures covered like that."""
        data, (name, row), mask = model.examples, question.example, self.view.cover_mask
        inputs = np.where(mask.ravel(), question.fill, data.sets[name].inputs[row])
        shown = inputs if data.scaling is None else data.scaling.undo(inputs)
        self.view.show_pictures(shown.reshape(mask.shape), grey_ends(data), self._map, self.theme)
        answer, target = OwnAnswer.of(model, question.params, inputs), data.sets[name].targets[row]
        rows = tuple((unit, output, float(t)) for (unit, output), t in zip(answer.rows, target, strict=True))
        self.bars.show_rows(rows, answer.answered, self.theme)
        effect = effect_on_set(model, question.params, name, mask, question.fill)
        self.words.show_text(f"{answer.words} {effect}".strip())
        self.clear.setEnabled(bool(mask.any()))
        limit = 0.0 if self._map is None else limit_of(self._map)
        self.legend.show_scales(((f"Fall of {self._output_name()}", limit),), self.theme, grey=False)

    def _output_name(self) -> str:
        chosen = self.unit.currentData()
        if chosen in (None, RIGHT) or self._data is None:
            return "the correct output"
        return f"output {self._data.output_names[chosen]}"

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)
            if not self.frame.is_running:
                self.setAccessibleDescription(self.in_words(self.frame))

    # --- what a person does ------------------------------------------------------------------------------------------

    def _choose(self, example: object) -> None:
        """Let all panes select an example."""
        if self.frame is not None and isinstance(example, tuple):
            self.select(replace(self.frame.selection, example=(example[0], example[1])))

    def _say(self, place: object) -> None:
        """Frame the block at a place of the map, and say what it does."""
        question, values = self._question, self._map
        self._pointed = (place[0], place[1]) if isinstance(place, tuple) and values is not None else None
        block = self.view.frame_block(self._pointed)
        if self._pointed is None or block is None or question is None or values is None:
            self.readout.show_text(HINT)
            return
        top, bottom, left, right = (edge + 1 for edge in block)
        said = f"Block over rows {top}–{bottom}, columns {left}–{right}: "
        fallen = float(values[self._pointed])
        if question.scope == "one":
            name, before, after = question.change(fallen)
            said += f"{fall_words(name, before, after)}."
        else:
            said += f"on average a fall of {self._output_name()} by {number(fallen)}."
        self.readout.show_text(said)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up the map that is being made."""
        self.latest.close()
        super().closeEvent(event)

    # --- words and numbers -------------------------------------------------------------------------------------------

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.view.canvas.theme = self.view.map.theme = theme

    def take_over(self, other: Pane) -> None:
        """Show the cover of another pane of this kind."""
        if isinstance(other, OcclusionPane):
            self.view.cover_mask = other.view.cover_mask
            self._redraw()

    def in_words(self, frame: Frame) -> str:
        """Say what is covered, the answer, and where a block harms most."""
        reason = self.why_empty(frame)
        model = frame.lead.model
        if reason is not None or not isinstance(model, FeedforwardModel):
            return reason or self.help
        data = model.examples
        example = example_in(data, frame.selection.example)
        said = [f"{OwnExample.copied(data, *example).origin}."]
        if self._data is not data or self._map is None:
            return " ".join(said)
        n, grey = int(self.view.cover_mask.sum()), grey_words(data, fill_of(data, self.grey.currentData()))
        said.append(f"{n} of {data.n_inputs} pixels are covered with grey {grey}." if n else "Nothing is covered.")
        said.append(self.words.text())
        row, column = np.unravel_index(int(np.argmax(self._map)), self._map.shape)
        said.append(
            f"A block of {self.side.currentData()} pixels harms {self._output_name()} most with its middle at row "
            f"{row + 1}, column {column + 1}: a fall of {number(float(self._map.max()))}."
        )
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the map pixel by pixel."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return ()
        values = self._map if self._map is not None and self._data is model.examples else self._asked(frame).answer()
        rows = tuple(
            (r + 1, c + 1, float(values[r, c])) for r in range(values.shape[0]) for c in range(values.shape[1])
        )
        return (Table("Map", ("row", "column", f"fall of {self._output_name()}"), rows),)


PANE = OcclusionPane
