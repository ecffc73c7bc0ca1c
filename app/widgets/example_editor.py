"""Editing a list of examples by hand: cells, rows, rows from a spreadsheet.

It turns what a person does in the views of an `ExampleModel` into edits of the training set, one for each thing done,
and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu

from app.widgets.example_model import ExampleModel
from app.widgets.number_field import written
from nlcore.class_targets import targets_of_class
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, ExampleEdit, MoveExample, RelabelExample
from nlcore.datasets import Data
from nlcore.errors import DataError
from nlcore.pasted_rows import pasted, read_number, read_target

ONLY_TRAINING = "Only the training set can be edited: choose it at Set."
NO_PICTURES = "Pictures cannot be pasted as rows; the Data menu imports a folder of pictures."
NOTHING = "No example is chosen: click one first."
DELETE = QKeySequence.StandardKey.Delete


class ExampleEditor(QObject):
    """Edits the examples that a model lists.

    Signals
    -------
    edit_wanted : DataEdit
        The person wants the training set to be another.
    said : str
        Why something cannot be done; empty when another thing is tried.

    Parameters
    ----------
    model : ExampleModel
        The list.
    views : tuple of QAbstractItemView
        That show it; the visible one has the selection.
    """

    edit_wanted = Signal(object)
    said = Signal(str)

    def __init__(self, model: ExampleModel, views: tuple[QAbstractItemView, ...]) -> None:
        super().__init__(model)
        self.model, self._views = model, views
        self.menu = QMenu(views[0])
        self.menu.aboutToShow.connect(self.fill_menu)
        model.cell_entered.connect(self._enter_cell)
        for view in views:
            view.installEventFilter(self)

    @property
    def _data(self) -> Data | None:
        return self.model.results.data if self.model.results is not None else None

    def chosen(self) -> list[int]:
        """Return the numbers of the selected examples, ascending."""
        for view in self._views:
            if view.isVisible() and view.selectionModel() is not None:
                rows = {index.row() for index in view.selectionModel().selectedIndexes()}
                return sorted(self.model.rows[row] for row in rows)
        return []

    # --- what can be done --------------------------------------------------------------------------------------------

    def add_row(self) -> None:
        """Add a copy of the selected example, or of the last one; its cells can then be changed."""
        data = self._may_edit(NO_PICTURES)
        if data is not None:
            index = (self.chosen() or [len(data.training) - 1])[-1]
            inputs, targets = data.training.inputs[index].tolist(), data.training.targets[index].tolist()
            self._ask(AddExample(inputs=tuple(inputs), targets=tuple(targets)))

    def delete(self) -> None:
        """Delete the selected examples."""
        rows = self._rows_to_edit()
        if rows:
            self._ask(*(DeleteExample(index=row) for row in reversed(rows)))

    def relabel(self, new_class: int) -> None:
        """Give the selected examples another class."""
        rows, data = self._rows_to_edit(), self._data
        if rows and data is not None:
            targets = targets_of_class(data, new_class)
            others = [row for row in rows if tuple(data.training.targets[row].tolist()) != targets]
            if others:
                self._ask(*(RelabelExample(index=row, targets=targets) for row in others))

    def paste(self) -> None:
        """Add the rows on the clipboard, all of them or none."""
        data = self._may_edit(NO_PICTURES)
        if data is None:
            return
        try:
            edit = pasted(QGuiApplication.clipboard().text(), data)
        except DataError as error:
            self.said.emit(sentence(error))
            return
        self._ask(*edit.edits)

    def copy(self) -> None:
        """Put the selected examples on the clipboard, as rows that can be pasted here or into a spreadsheet."""
        data, rows = self._data, self.chosen()
        if data is None or not rows:
            self.said.emit(NOTHING)
            return
        examples, lines = data.sets[self.model.set_name], []
        for row in rows:
            cells = [written(value) for value in examples.inputs[row].tolist()]
            if data.class_names is not None and self.model.results is not None:
                cells.append(self.model.results.target_words(self.model.set_name, row))
            else:
                cells += [written(value) for value in examples.targets[row].tolist()]
            lines.append("\t".join(cells))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _enter_cell(self, row: int, kind: str, column: int, text: str) -> None:
        data = self._may_edit("")
        if data is None:
            return
        try:
            part = _changed_cell(data, row, kind, column, text)
        except DataError as error:
            self.said.emit(f"{sentence(error)} The old value is back.")
            return
        if part is not None:
            self._ask(part)

    def _ask(self, *parts: ExampleEdit) -> None:
        self.said.emit("")
        self.edit_wanted.emit(DataEdit(parts))

    def _may_edit(self, not_for_pictures: str) -> Data | None:
        """Return the data if they can be edited, else say why not."""
        data = self._data
        why_not = "" if self.model.set_name == "training" else ONLY_TRAINING
        if data is not None and data.image_shape is not None:
            why_not = why_not or not_for_pictures
        self.said.emit(why_not)
        return None if why_not else data

    def _rows_to_edit(self) -> list[int]:
        if self._may_edit("") is None:
            return []
        rows = self.chosen()
        if not rows:
            self.said.emit(NOTHING)
        return rows

    # --- menu and keys -----------------------------------------------------------------------------------------------

    def fill_menu(self) -> None:
        """Offer what can be done now."""
        self.menu.clear()
        data, n = self._data, len(self.chosen())
        if data is None or self.model.set_name != "training":
            self.menu.addAction(ONLY_TRAINING).setEnabled(False)
            return
        rows = "row" if data.image_shape is None else "example"
        these = f"Delete these {n} {rows}s" if n > 1 else f"Delete this {rows}"
        if data.image_shape is None:
            self.menu.addAction("Add a row", self.add_row)
        self._offer(these, self.delete, "Del", is_possible=n > 0)
        if data.class_names is not None:
            classes = self.menu.addMenu("Change the class to")
            classes.setEnabled(n > 0)
            for k, name in enumerate(data.class_names):
                classes.addAction(name.replace("&", "&&"), partial(self.relabel, k))
        if data.image_shape is None:
            self.menu.addSeparator()
            self._offer("Copy rows", self.copy, "Ctrl+C", is_possible=n > 0)
            self._offer("Paste rows", self.paste, "Ctrl+V", is_possible=True)

    def _offer(self, text: str, what: Callable[[], None], key: str, *, is_possible: bool) -> None:
        self.menu.addAction(f"{text}\t{key}", what).setEnabled(is_possible)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys for rows, and the right button."""
        if isinstance(event, QContextMenuEvent):
            self.open_menu(event.globalPos())
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys: tuple[tuple[QKeySequence.StandardKey, Callable[[], None]], ...] = (
                (DELETE, self.delete),
                (QKeySequence.StandardKey.Paste, self.paste),
                (QKeySequence.StandardKey.Copy, self.copy),
            )
            for key, what in keys:
                if event.matches(key):
                    what()
                    return True
        return super().eventFilter(watched, event)

    def open_menu(self, where: QPoint) -> None:
        """Show the menu there."""
        self.menu.popup(where)


def sentence(error: Exception) -> str:
    """Return what an error says as a sentence."""
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."


def _changed_cell(data: Data, row: int, kind: str, column: int, text: str) -> ExampleEdit | None:
    """Return the edit that a new text in a cell means; None if it changes nothing."""
    examples = data.training
    if kind == "input":
        inputs = examples.inputs[row].tolist()
        number = read_number(text)
        if number == inputs[column]:
            return None
        inputs[column] = number
        return MoveExample(index=row, inputs=tuple(inputs))
    targets = tuple(examples.targets[row].tolist())
    if data.class_names is not None:
        new = read_target([text], data)
    else:
        new = (*targets[:column], read_number(text), *targets[column + 1 :])
    return None if new == targets else RelabelExample(index=row, targets=new)
