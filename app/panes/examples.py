"""The examples with the network's answers: faces as pictures, other data as a table.

Beside them stand how many answers are correct in each set, the selected example in large, and the confusion matrix,
whose cells list their examples.
"""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.frame import Frame, Selection
from app.glossary import explained
from app.latest import MOST_AT_ONCE, Latest
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.confusion import ConfusionTable
from app.widgets.example_detail import ExampleDetail
from app.widgets.example_editor import ExampleEditor
from app.widgets.example_model import ExampleModel
from app.widgets.example_results import Results
from app.widgets.example_table import ExampleTable
from app.widgets.example_tiles import Tiles
from app.widgets.list_note import ListNote
from app.widgets.number_tables import example_table
from app.widgets.numbers import counted
from app.widgets.options import OptionRow, fill
from app.widgets.problem_line import ProblemLine
from nlcore.data_edits import DataEdit, is_kin
from nlcore.datasets import Data, n_examples
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SET_NAMES, SetName

PAUSE_MS = 300
"""Shortest time between two draws while training runs; texts that change faster cannot be read."""
SIDE_BY_SIDE_FROM = 600
LOW_HEIGHT = 320
SET_TIP = explained("Which set of examples is listed.", "training set", "validation set", "test set")
TRUTH_TABLE = 16
"""Up to so many rows are not numbered: a truth table needs no numbers."""


class ExamplesPane(Pane):
    """All examples with their answers."""

    id = "examples"
    key = "Ctrl+3"
    title = "Examples"
    help = "The examples of each set with the target, the network's answer, and whether it is correct."
    multiples = "tabs"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ExampleModel(self)
        self._data: Data | None = None
        self._selected: tuple[SetName, int] | None = None
        self._cell: tuple[int, int] | None = None
        self._drawn_at = 0.0
        self._shown: Results | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._draw_again)
        self._asking = Latest("nllab-examples", self)
        self._asking.answered.connect(self._on_asking_answered)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self.body)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setMinimumSize(200, 120)  # else a wide arrangement would not let the pane become narrow
        self.splitter.addWidget(self._build_list())
        self.splitter.addWidget(self._build_side())
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.source = QLabel(self.body)
        self.source.setContentsMargins(8, 2, 8, 2)
        self.source.setMinimumWidth(40)
        self.source.setAccessibleName("Where the examples come from")
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.source)

    def _build_list(self) -> QWidget:
        part = QWidget(self.body)
        self.options = OptionRow(part)
        self.set_choice = self.options.add_choice("Set", "Set of examples", SET_TIP)
        self.filter = self.options.add_choice("List", "Which examples", "All examples, or only those answered wrong.")
        fill(self.filter, ["All examples", "Only wrong ones"], [False, True])
        self.edit = self.options.add_button(
            "Edit", "Add, delete, relabel, copy and paste examples; double-click a cell to change it"
        )
        self.options.done()
        self.set_choice.currentIndexChanged.connect(self._draw_again)
        self.filter.currentIndexChanged.connect(self._draw_again)
        self.note_row = ListNote(part)
        self.note, self.show_all = self.note_row.text, self.note_row.show_all
        self.show_all.clicked.connect(self._leave_cell)
        self.tiles, self.table = Tiles(part), ExampleTable(part)
        self.views = QStackedWidget(part)
        for view, name in ((self.tiles, "Examples as pictures"), (self.table, "Examples as a table")):
            view.setAccessibleName(name)
            view.setMinimumSize(100, 60)
            view.setFrameShape(QFrame.Shape.NoFrame)
            view.clicked.connect(self._clicked)
            self.views.addWidget(view)
        self.problem = ProblemLine(part)
        self.editor = ExampleEditor(self.model, (self.table, self.tiles))
        self.editor.edit_wanted.connect(self._intervene)
        self.editor.said.connect(lambda sentence: self.problem.say(sentence))
        self.edit.setMenu(self.editor.menu)
        self.edit.setMaximumWidth(self.edit.sizeHint().width() + 16)
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget, stretch in ((self.options, 0), (self.problem, 0), (self.note_row, 0), (self.views, 1)):
            layout.addWidget(widget, stretch)
        return part

    def _build_side(self) -> QWidget:
        self.side = QScrollArea(self.body)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setWidgetResizable(True)
        self.side.setMinimumSize(100, 60)
        self.side.setAccessibleName("Results, selected example and confusion matrix")
        page = QWidget(self.side)
        self.summary = QLabel(page)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAccessibleName("How many answers are correct")
        self.detail = ExampleDetail(page)
        self.matrix_title = QLabel(page)
        self.matrix_title.setWordWrap(True)
        self.confusion = ConfusionTable(page)
        self.confusion.cell_chosen.connect(self._choose_cell)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(8)
        for widget in (self.summary, self.detail, self.matrix_title, self.confusion):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.side.setWidget(page)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.viewport().installEventFilter(self)
        return self.side

    def why_empty(self, frame: Frame) -> str | None:
        """Say that a function has no examples."""
        if isinstance(frame.lead.model, FeedforwardModel):
            return None
        return "There are no examples here: this lesson minimises a function directly."

    def draw(self, frame: Frame) -> None:
        """Draw the answers; while training runs only a few times a second."""
        wait = PAUSE_MS - (time.monotonic() - self._drawn_at) * 1000.0
        if frame.is_running and wait > 0.0 and self._data is frame.lead.data:
            if not self._later.isActive():
                self._later.start(int(wait) + 1)
            return
        self._later.stop()
        self._drawn_at = time.monotonic()
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        if self._shown is not None and self._shown.is_of(model, frame.lead.state.params):
            self._show(self._shown, frame.selection)
        elif n_examples(model.examples) <= MOST_AT_ONCE:
            self._show(Results.of(model, frame.lead.state.params), frame.selection)
        else:
            params = frame.lead.state.params
            self._asking.ask(frame.lead.state, lambda: Results.of(model, params))

    def _on_asking_answered(self, _: object, results: Results) -> None:
        """Show the answers to very many examples; those to another data set came too late."""
        frame = self.frame
        if frame is None or frame.lead.data is not results.data or not self.isVisible():
            return
        self._show(results, frame.selection)
        if not frame.is_running:
            self.setAccessibleDescription(self.in_words(frame))

    def _draw_again(self) -> None:
        self._drawn_at = 0.0
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop waiting for the next draw."""
        super().hideEvent(event)
        self._later.stop()

    def _show(self, results: Results, selection: Selection) -> None:
        data, self._shown = results.data, results
        if data is not self._data:
            is_edited = self._data is not None and is_kin(self._data, data)
            self._data = data
            if not is_edited:
                self._take_data(data, list(results.sets))
        follow = selection.example is not None and selection.example != self._selected
        self._selected = selection.example
        if follow and selection.example is not None and selection.example[0] in results.sets:
            fill(self.set_choice, *_set_items(list(results.sets)), selection.example[0])
        set_name: SetName = self.set_choice.currentData() or "training"
        only_wrong = bool(self.filter.currentData())
        self.model.theme = self.theme
        if self.table.is_typing and self.model.is_reset_by(results, set_name, only_wrong=only_wrong, cell=self._cell):
            self._later.start(PAUSE_MS)  # what is being typed stays
            return
        self.model.show_results(results, set_name, only_wrong=only_wrong, cell=self._cell)
        self.tiles.tile.measure(self.model, self.tiles)
        self._mark(scroll=follow)
        self.summary.setText("\n".join(results.summary()))
        self._show_detail(results)
        if data.class_names is not None:
            self.matrix_title.setText(f"<b>Confusion matrix, {set_name} set</b><br>Click a cell to list its examples.")
            pictures = self.model.cell_pictures(set_name)
            self.confusion.show_counts(results.sets[set_name].confusion, data.class_names, self.theme, pictures)
        names = data.class_names
        cell = (names[self._cell[0]], names[self._cell[1]]) if self._cell is not None and names is not None else None
        self.note_row.say(len(self.model.rows), set_name, cell, only_wrong=only_wrong)

    def _take_data(self, data: Data, sets: list[SetName]) -> None:
        """Prepare for another data set."""
        self._cell, self._selected = None, None
        self.problem.say("")
        fill(self.set_choice, *_set_items(sets), "training")
        fill(self.filter, ["All examples", "Only wrong ones"], [False, True])
        is_class = data.class_names is not None
        for control, works, tip in (
            (self.set_choice, len(sets) > 1, (SET_TIP, "There is only a training set.")),
            (self.filter, is_class, ("All examples, or only those answered wrong.", "The targets are no classes.")),
        ):
            control.setEnabled(works)
            control.setToolTip(tip[0 if works else 1])
        self.matrix_title.setVisible(is_class)
        self.confusion.setVisible(is_class)
        view = self.tiles if data.image_shape is not None else self.table
        for other in (self.tiles, self.table):
            if other is not view:
                other.setModel(None)
        if view.model() is not self.model:
            view.setModel(self.model)
            view.selectionModel().selectionChanged.connect(self._chosen)
        self.views.setCurrentWidget(view)
        self.table.verticalHeader().setVisible(len(data.training) > TRUTH_TABLE)
        self._fit_source()

    def _show_detail(self, results: Results) -> None:
        if self._selected is None or self._selected[0] not in results.sets:
            self.detail.show_nothing(self.theme)
            return
        set_name, row = self._selected
        if not 0 <= row < len(results.sets[set_name].true):
            self.detail.show_nothing(self.theme)
            return
        self.detail.show_example(results, set_name, row, self.model.image(set_name, row), self.theme)

    def _mark(self, *, scroll: bool) -> None:
        """Select the selected example's row in the views, without telling anybody."""
        index = self.model.index_of(*self._selected) if self._selected is not None else QModelIndex()
        view = self.tiles if self.views.currentWidget() is self.tiles else self.table
        selected = view.selectionModel()
        is_marked = selected.isSelected(index)
        if index.row() == view.currentIndex().row() and is_marked == index.isValid():
            return
        if is_marked and len({other.row() for other in selected.selectedIndexes()}) > 1:
            return
        selected.blockSignals(True)
        if index.isValid():
            view.setCurrentIndex(index)
        else:
            selected.clear()
        selected.blockSignals(False)
        view.viewport().update()
        if scroll and index.isValid():
            view.scrollTo(index)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.tiles.retheme(theme)
        self.problem.retheme(theme)

    def in_words(self, frame: Frame) -> str:
        """Say how many answers are correct, and what the selected example is."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        params, shown = frame.lead.state.params, self._shown
        is_shown = shown is not None and shown.is_of(model, params)
        if not is_shown and n_examples(model.examples) > MOST_AT_ONCE:
            return f"The network is being asked about {counted(n_examples(model.examples), 'example')}."
        results = shown if shown is not None and is_shown else Results.of(model, params)
        said = [f"{line}." for line in results.summary()]
        chosen = frame.selection.example
        if chosen is not None and chosen[0] in results.sets and 0 <= chosen[1] < len(results.sets[chosen[0]].true):
            said.append("Selected: " + results.words(*chosen).replace("\n", "; ") + ".")
        elif len(model.examples.training) <= 8:
            said += [
                results.words("training", row).replace("\n", "; ") + "." for row in range(len(model.examples.training))
            ]
        return " ".join(said)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return all examples with the answers."""
        return (example_table(frame),)

    def _chosen(self) -> None:
        view = self.views.currentWidget()
        assert isinstance(view, QAbstractItemView)
        indexes = view.selectionModel().selectedIndexes()
        if indexes:
            self._clicked(view.currentIndex() if view.currentIndex() in indexes else indexes[0])

    def refuse(self, name: str, sentence: str) -> None:
        """Say why the examples could not be edited."""
        super().refuse(name, sentence)
        self.problem.refuse(sentence)

    def _intervene(self, edit: DataEdit) -> None:
        """Ask for an edit; afterwards a new example is selected, and after a deletion none is."""
        before = len(self._data.training) if self._data is not None else 0
        self.intervention_requested.emit(edit)
        after = len(self.frame.lead.data.training) if self.frame is not None and self.frame.lead.data else 0
        if after != before and self.frame is not None:
            added: tuple[SetName, int] = ("training", after - 1)
            self.select(replace(self.frame.selection, example=added if after > before else None))

    def _clicked(self, index: QModelIndex) -> None:
        example = (self.model.set_name, self.model.rows[index.row()])
        if example != self._selected:
            self._selected = example
            if self.model.results is not None:
                self._show_detail(self.model.results)
            selection = self.frame.selection if self.frame is not None else Selection()
            self.select(replace(selection, example=example))

    def _choose_cell(self, cell: object) -> None:
        if isinstance(cell, tuple):
            self._cell = cell
            fill(self.filter, ["All examples", "Only wrong ones"], [False, True])
            self._draw_again()

    def _leave_cell(self) -> None:
        self._cell = None
        self.confusion.clearSelection()
        self._draw_again()

    def _fit_source(self) -> None:
        """Show the origin of the examples, on one line where the pane is low."""
        data = self._data
        text = " ".join(part for part in (data.attribution, *data.notes) if part) if data else ""
        self.source.setVisible(bool(text))
        self.source.setToolTip(text)
        is_low = self.height() < LOW_HEIGHT
        self.source.setWordWrap(not is_low)
        width = max(40, self.width() - 18)
        elided = self.source.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        self.source.setText(elided if is_low else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put list and results side by side where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE_FROM and self.width() > 0.9 * self.height()
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.splitter.orientation() is not way:
            self.splitter.setOrientation(way)
            whole = self.width() if wide else self.height()
            self.splitter.setSizes([int(0.54 * whole), int(0.46 * whole)])
        self._fit_source()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the confusion matrix into the width beside the list."""
        if watched is self.side.viewport() and event.type() is QEvent.Type.Resize:
            self.confusion.fit(self.side.viewport().width() - 16)
        return super().eventFilter(watched, event)


def _set_items(sets: list[SetName]) -> tuple[list[str], list[object]]:
    names = [name for name in SET_NAMES if name in sets]
    return [name.capitalize() for name in names], list(names)


PANE = ExamplesPane
