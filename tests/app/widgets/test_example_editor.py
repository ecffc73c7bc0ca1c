"""Editing the table of examples as a person does: double click, type, Enter, Delete, Ctrl+C and Ctrl+V."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.examples import ExamplesPane
from app.widgets.example_editor import NO_PICTURES, NOTHING, ONLY_TRAINING
from nlcore.datasets import Data
from tests.app.desk import window

__all__ = ["window"]

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Sheet:
    """A person at the table of examples of a window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot, self.session = window, qtbot, window.session
        pane = window.docks.panes["examples"]
        assert isinstance(pane, ExamplesPane)
        self.pane, self.table = pane, pane.table
        window.docks.bring_up("examples")
        qtbot.waitUntil(lambda: pane.isVisible() and pane.model.rowCount() > 0)

    @property
    def data(self) -> Data:
        assert self.session.lead is not None
        found = self.session.lead.trainer.model.data
        assert found is not None
        return found

    @property
    def problem(self) -> str:
        return self.pane.problem.text() if self.pane.problem.isVisible() else ""

    def cell(self, row: int, column: int) -> QModelIndex:
        return self.pane.model.index(row, column)

    def click(self, row: int, column: int = 0, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.table.scrollTo(self.cell(row, column))
        at = self.table.visualRect(self.cell(row, column)).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    def edit(self, row: int, column: int) -> QWidget:
        self.click(row, column)
        at = self.table.visualRect(self.cell(row, column)).center()
        QTest.mouseDClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        editors = [w for w in self.table.viewport().findChildren(QWidget) if isinstance(w, QLineEdit | QComboBox)]
        assert editors
        return editors[-1]

    def type_into(self, row: int, column: int, text: str) -> None:
        editor = self.edit(row, column)
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Key.Key_Return)
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.table, key, modifiers)

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.key(Key.Key_V, CTRL)

    def entries(self) -> dict[str, bool]:
        self.pane.editor.fill_menu()
        return {a.text().partition("\t")[0]: a.isEnabled() for a in self.pane.editor.menu.actions() if a.text()}


@pytest.fixture
def sheet(window: MainWindow, qtbot: QtBot) -> Sheet:
    return Sheet(window, qtbot)


def test_a_number_is_changed_in_its_cell(sheet: Sheet) -> None:
    sheet.session.play(epochs=5)
    sheet.qtbot.waitUntil(lambda: sheet.session.activity == "paused", timeout=30_000)
    before = sheet.data
    sheet.type_into(3, 0, "0.75")
    assert sheet.data.training.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [0.75, 1]]
    assert sheet.cell(3, 0).data() == "0.75"
    assert sheet.window.strip.sentence.text().startswith("Example 4 moved from presentation 20 on.")
    QTest.keyClick(sheet.window, Key.Key_Z, CTRL)
    assert sheet.data is before
    assert sheet.cell(3, 0).data() == "1"


def test_a_decimal_comma_is_understood(sheet: Sheet) -> None:
    sheet.type_into(0, 1, "-0,5")
    assert sheet.data.training.inputs[0].tolist() == [0.0, -0.5]


@pytest.mark.parametrize("text", ["abc", "1e999", "nan", "1,2,3"])
def test_bad_text_is_one_sentence_and_the_old_value_comes_back(sheet: Sheet, text: str) -> None:
    before = sheet.data
    sheet.type_into(3, 0, text)
    assert sheet.problem == f"“{text}” is not a number such as 0.5. The old value is back."
    assert sheet.cell(3, 0).data() == "1"
    assert sheet.data is before
    sheet.type_into(3, 0, "2")
    assert sheet.problem == ""


def test_the_same_value_changes_nothing(sheet: Sheet) -> None:
    before = sheet.data
    sheet.type_into(3, 0, "1.0")
    assert sheet.data is before
    assert sheet.problem == ""


def test_a_class_is_chosen_from_a_list(sheet: Sheet) -> None:
    editor = sheet.edit(0, 2)
    assert isinstance(editor, QComboBox)
    assert [editor.itemText(i) for i in range(editor.count())] == ["false", "true"]
    assert editor.currentText() == "false"
    QTest.keyClick(editor, Key.Key_Down)
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()
    assert sheet.data.training.targets.ravel().tolist() == [1.0, 1.0, 1.0, 0.0]
    assert sheet.cell(0, 2).data() == "1 (true)"


def test_answers_cannot_be_written(sheet: Sheet) -> None:
    for column in (3, 4, 5):
        assert not sheet.cell(0, column).flags() & Qt.ItemFlag.ItemIsEditable
    for column in (0, 1, 2):
        assert sheet.cell(0, column).flags() & Qt.ItemFlag.ItemIsEditable


def test_rows_are_added_and_deleted(sheet: Sheet) -> None:
    sheet.click(1)
    sheet.pane.editor.add_row()
    assert sheet.data.training.inputs[4].tolist() == [0.0, 1.0]
    assert sheet.data.training.targets[4].tolist() == [1.0]
    assert sheet.session.selection.example == ("training", 4)
    sheet.click(0)
    sheet.click(2, modifiers=SHIFT)
    assert sheet.pane.editor.chosen() == [0, 1, 2]
    assert sheet.entries() == {
        "Add a row": True, "Delete these 3 rows": True, "Change the class to": True, "Copy rows": True,
        "Paste rows": True,
    }  # fmt: skip
    sheet.key(Key.Key_Delete)
    assert sheet.data.training.inputs.tolist() == [[1.0, 1.0], [0.0, 1.0]]
    assert sheet.window.strip.sentence.text().startswith("3 examples deleted from presentation 0 on.")
    QTest.keyClick(sheet.window, Key.Key_Z, CTRL)
    assert len(sheet.data.training) == 5


def test_the_last_row_stays(sheet: Sheet) -> None:
    sheet.click(0)
    sheet.click(3, modifiers=SHIFT)
    sheet.key(Key.Key_Delete)
    assert len(sheet.data.training) == 4
    assert sheet.problem == "The last training example cannot be deleted; add another one first."


def test_several_rows_get_another_class_at_once(sheet: Sheet) -> None:
    sheet.click(0)
    sheet.click(3, modifiers=CTRL)
    sheet.pane.editor.relabel(1)
    assert sheet.data.training.targets.ravel().tolist() == [1.0] * 4
    assert sheet.window.strip.sentence.text().startswith("2 examples relabelled")


def test_a_paste_is_one_change(sheet: Sheet) -> None:
    sheet.paste("0,25\t0,75\ttrue\n0,5\t0,5\tfalse\n")
    assert sheet.data.training.inputs[4:].tolist() == [[0.25, 0.75], [0.5, 0.5]]
    assert sheet.data.training.targets[4:].ravel().tolist() == [1.0, 0.0]
    assert sheet.window.strip.sentence.text().startswith("2 examples added from presentation 0 on.")
    assert len(sheet.session.changes.ghosts) == 1
    QTest.keyClick(sheet.window, Key.Key_Z, CTRL)
    assert len(sheet.data.training) == 4


def test_a_paste_that_does_not_fit_says_where(sheet: Sheet) -> None:
    before = sheet.data
    sheet.paste("1\t1\ttrue\n1\t1\tfalse\n1\t2")
    said = "Nothing was pasted: row 3 has 2 values, this data set needs 3 values (x1, x2, class)."
    assert sheet.problem == said
    assert sheet.data is before


def test_rows_that_are_copied_can_be_pasted(sheet: Sheet) -> None:
    sheet.click(1)
    sheet.click(2, modifiers=SHIFT)
    sheet.key(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "0\t1\ttrue\n1\t0\ttrue"
    sheet.key(Key.Key_V, CTRL)
    assert sheet.data.training.inputs[4:].tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_without_a_row_it_says_what_to_do(sheet: Sheet) -> None:
    sheet.table.clearSelection()
    sheet.key(Key.Key_Delete)
    assert sheet.problem == NOTHING


def test_what_is_typed_stays_while_training_runs(sheet: Sheet) -> None:
    sheet.session.play()
    editor = sheet.edit(3, 0)
    QTest.keyClicks(editor, "0.6")
    start = sheet.session.cursor.counters.presentations  # type: ignore[union-attr]
    sheet.qtbot.wait(500)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "0.6"
    assert sheet.session.cursor.counters.presentations > start  # type: ignore[union-attr]
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()
    assert sheet.data.training.inputs[3].tolist() == [0.6, 1.0]
    sheet.session.pause()


def test_other_sets_cannot_be_edited(sheet: Sheet) -> None:
    experiment = sheet.session.lead.trainer.experiment  # type: ignore[union-attr]
    sheet.session.begin(experiment.replace({"dataset": {"name": "blobs", "test_fraction": 0.5, "n": 20}}), "")
    sheet.qtbot.waitUntil(lambda: sheet.session.activity == "paused" and len(sheet.data.test) == 10, timeout=30_000)
    box = sheet.pane.set_choice
    box.setCurrentIndex(box.findData("test"))
    assert sheet.entries() == {ONLY_TRAINING: False}
    assert not sheet.cell(0, 0).flags() & Qt.ItemFlag.ItemIsEditable
    sheet.click(0)
    sheet.key(Key.Key_Delete)
    assert sheet.problem == ONLY_TRAINING
    assert len(sheet.data.test) == 10


def test_pictures_get_other_labels_and_are_deleted_but_not_pasted(window: MainWindow, qtbot: QtBot) -> None:
    window.open_lesson("faces")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=60_000)
    sheet = Sheet(window, qtbot)
    n = len(sheet.data.training)
    tiles = sheet.pane.tiles
    assert tiles.isVisible()
    tiles.setCurrentIndex(sheet.cell(2, 0))
    before = sheet.data.training.targets[2].tolist()
    names = list(sheet.entries())
    assert names == ["Delete this example", "Change the class to"]
    classes = sheet.pane.editor.menu.findChildren(QMenu)[0]
    new = next(a for a in classes.actions() if a.text() != sheet.pane.model.results.target_words("training", 2))  # type: ignore[union-attr]
    new.trigger()
    assert sheet.data.training.targets[2].tolist() != before
    tiles.setCurrentIndex(sheet.cell(2, 0))
    QTest.keyClick(tiles, Key.Key_Delete)
    assert len(sheet.data.training) == n - 1
    QGuiApplication.clipboard().setText("1\t2")
    QTest.keyClick(tiles, Key.Key_V, CTRL)
    assert sheet.problem == NO_PICTURES
