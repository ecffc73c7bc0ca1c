"""Importing own data as a person does: choose a file, change choices, read what is wrong, import, undo, drop."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.tools.import_data import CAN_BE_DROPPED, ImportData
from app.widgets.folder_import import FolderImport
from app.widgets.table_import import TableImport
from nlcore import storage
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.storage import SavedSession, SavedTrack
from tests.app.desk import window

__all__ = ["window"]

NO_ROWS = "The table has no rows below its header; if the first row is an example, choose “No header” at “First row”."


class Counter:
    """A person with a file in hand, at a window."""

    def __init__(self, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window, self.qtbot, self.session = window, qtbot, window.session
        tool = window.tools["import_data"]
        assert isinstance(tool, ImportData)
        self.tool = tool
        self.problems: list[str] = []
        monkeypatch.setattr(window, "show_problem", self.problems.append)

    def table(self, path: Path) -> TableImport:
        self.tool.import_table(path)
        assert isinstance(self.tool.dialog, TableImport)
        self.settle()
        return self.tool.dialog

    def folder(self, path: Path) -> FolderImport:
        self.tool.import_folder(path)
        assert isinstance(self.tool.dialog, FolderImport)
        self.settle()
        return self.tool.dialog

    def settle(self) -> None:
        """Wait until the preview shows the present choices."""
        dialog: Any = self.tool.dialog
        self.qtbot.waitUntil(lambda: not dialog._delay.isActive() and dialog._job is None, timeout=20_000)

    def start(self) -> None:
        dialog: Any = self.tool.dialog
        assert dialog.start.isEnabled(), dialog.problem.text()
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(lambda: self.tool.dialog is None, timeout=60_000)

    @property
    def experiment(self) -> Experiment:
        assert self.session.lead is not None
        return self.session.lead.trainer.experiment

    @property
    def data(self) -> Data:
        assert self.session.lead is not None
        found = self.session.lead.trainer.model.data
        assert found is not None
        return found

    def drop(self, *paths: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(40, 40), copy, mime, left, none)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(40, 40), copy, mime, left, none))


@pytest.fixture
def counter(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(window, qtbot, monkeypatch)


def choose(box: Any, value: object) -> None:
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def penguins(path: Path, *, comma: bool = False, missing: bool = False) -> Path:
    draw = random.Random(3)
    rows = ["id,kind,length,depth" if not comma else "id;kind;length;depth"]
    for i in range(60):
        length, depth = f"{draw.uniform(30, 60):.1f}", f"{draw.uniform(13, 22):.1f}"
        cells = [str(i), draw.choice(["Adelie", "Gentoo", "Chinstrap"]), length, depth]
        if missing and i == 41:
            cells[2] = "NA"
        rows.append(";".join(cells).replace(".", ",") if comma else ",".join(cells))
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_table_with_classes_from_choice_to_run_and_back(counter: Counter, tmp_path: Path) -> None:
    before = counter.data
    dialog = counter.table(penguins(tmp_path / "penguins.csv"))
    assert dialog.found.toPlainText().startswith("60 rows, 4 columns, separated by commas.")
    choose(dialog.target, 2)
    dialog.columns.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)  # type: ignore[union-attr]
    dialog.fields.test.setValue(50)
    dialog.fields.validation.setValue(0)
    counter.settle()
    heads = [dialog.table.horizontalHeaderItem(j).text() for j in range(4)]  # type: ignore[union-attr]
    assert heads == ["id\nleft out", "kind\ntarget: class", "length\ninput", "depth\ninput"]
    assert dialog.table.item(0, 1).text() in ("Adelie", "Gentoo", "Chinstrap")  # type: ignore[union-attr]
    assert dialog.fields.network.text().startswith("2 inputs → 3 sigmoid units → 3 sigmoid units; learning rate 0.1")
    assert dialog.problem.text() == ""
    counter.start()
    assert counter.data.class_names == ("Adelie", "Chinstrap", "Gentoo")
    assert (len(counter.data.training), len(counter.data.validation), len(counter.data.test)) == (30, 0, 30)
    assert np.allclose(counter.data.training.inputs.mean(axis=0), 0.0)  # standardised
    assert counter.experiment.network is not None
    assert counter.experiment.network.layers == (2, 3, 3)
    message = counter.window.status_line.text("message")
    assert message == "Imported penguins.csv; a new run begins. Ctrl+Z goes back to the run before."
    counter.session.play(epochs=2)
    counter.qtbot.waitUntil(lambda: counter.session.activity == "paused", timeout=30_000)
    assert counter.window.actions_by_id["undo"].isEnabled()
    counter.window.actions_by_id["undo"].trigger()
    assert counter.data is before


def test_text_and_title_are_about_the_data_that_are_shown(counter: Counter, tmp_path: Path) -> None:
    window = counter.window
    title = window.windowTitle()
    assert window.text.plain_text().startswith("Backpropagation on XOR")
    dialog = counter.table(penguins(tmp_path / "my *bold* [table](action:restart).csv"))
    choose(dialog.target, 2)
    counter.settle()
    counter.start()
    said = window.text.plain_text()
    assert said.startswith("Own data: my *bold* [table](action:restart).csv")
    assert "Look at the data" in said
    counter.qtbot.waitUntil(lambda: "Own data: my *bold*" in window.windowTitle(), timeout=5_000)
    with counter.qtbot.waitSignal(window.text.action_requested) as asked:
        window.text.browser.anchorClicked.emit(QUrl("action:run?epochs=20"))
    assert asked.args == ["run", {"epochs": 20}]
    counter.qtbot.waitUntil(lambda: counter.session.activity == "paused", timeout=30_000)
    assert counter.session.now == 20 * len(counter.data.training)
    window.actions_by_id["undo"].trigger()
    assert window.text.plain_text().startswith("Backpropagation on XOR")
    counter.qtbot.waitUntil(lambda: window.windowTitle() == title, timeout=5_000)
    window.actions_by_id["redo"].trigger()
    assert window.text.plain_text() == said
    window.open_lesson("xor")
    counter.qtbot.waitUntil(lambda: counter.session.activity == "paused", timeout=30_000)
    assert window.text.plain_text().startswith("Backpropagation on XOR")


def test_semicolons_and_decimal_commas_are_found_out(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.table(penguins(tmp_path / "german.csv", comma=True))
    assert dialog.preview is not None
    assert (dialog.preview.separator, dialog.preview.options.decimal) == ("semicolon", "comma")
    assert dialog.preview.kinds == ("numbers", "texts", "numbers", "numbers")
    choose(dialog.separator, "comma")
    choose(dialog.decimal, "point")
    counter.settle()
    assert not dialog.start.isEnabled()
    assert dialog.problem.isVisible()
    dialog.reject()


def test_missing_values_are_told_with_row_and_column_and_can_be_left_out(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.table(penguins(tmp_path / "holes.csv", missing=True))
    said = (
        "1 value is missing, in row 43, column 'length'; fill in what is missing, or tick “Leave out rows with missing "
        "values”."
    )
    assert dialog.problem.text() == said
    assert not dialog.start.isEnabled()
    dialog.drop.click()
    counter.settle()
    assert dialog.problem.text() == ""
    assert "Left out: 1 of 60 rows" in dialog.found.toPlainText()
    counter.start()
    assert sum(len(examples) for examples in counter.data.sets.values()) == 59


def test_a_row_that_is_wrong_far_down_is_told_in_the_dialog(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"{i % 7},{i % 3}.5,{i % 2}" for i in range(1500)]
    rows[1400] = "1,oops,0"
    path.write_text("a,b,c\n" + "\n".join(rows))
    before = counter.data
    dialog = counter.table(path)
    assert dialog.start.isEnabled()
    assert "The first 1,000 were looked at" in dialog.found.toPlainText()
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    counter.qtbot.waitUntil(lambda: dialog.problem.isVisible(), timeout=20_000)
    said = "Row 1402, column 'b': 'oops' is not a number as most of the column is; correct it, or tick the column as "
    assert dialog.problem.text() == said + "categories."
    assert counter.data is before
    assert dialog.side.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(
    ("target", "layers", "activations"),
    [
        ("{0}", (2, 3, 1), ("sigmoid", "sigmoid")),  # 0 and 1 are taken for classes
        ("{0}.25", (2, 3, 1), ("tanh", "linear")),
    ],
)
def test_the_network_follows_the_kind_of_target(
    counter: Counter, tmp_path: Path, target: str, layers: tuple[int, ...], activations: tuple[str, ...]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n" + "\n".join(f"{i},{i * i % 11},{target.format(i % 2)}" for i in range(40)))
    counter.table(path)
    counter.start()
    network = counter.experiment.network
    assert network is not None
    assert (network.layers, network.activations) == (layers, activations)


def test_a_column_says_the_set(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "sets.csv"
    path.write_text("a,b,set\n" + "\n".join(f"{i},{i % 2},{'test' if i % 4 == 0 else 'training'}" for i in range(40)))
    dialog = counter.table(path)
    choose(dialog.target, 2)
    choose(dialog.set_column, 3)
    counter.settle()
    assert not dialog.fields.test.isEnabled()
    assert dialog.problem.text() == ""
    counter.start()
    assert (len(counter.data.training), len(counter.data.test)) == (30, 10)
    assert counter.data.input_names == ("a (standardised)",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "T.csv is empty; choose another file."),
        (b"\x00\x01\x02", "T.csv is not a text file (it holds zero bytes); save the table as CSV in UTF-8."),
        (b"one\ntwo\nthree\n", "The table has only one column; choose what stands between the values at “Separator”."),
        (b"a,b\n", NO_ROWS),
    ],
)
def test_what_is_no_table_is_said(counter: Counter, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    dialog = counter.table(path)
    assert dialog.problem.text() == sentence
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_a_file_that_is_not_there_and_one_that_is_chosen_then(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.table(tmp_path / "nowhere.csv")
    assert dialog.problem.text().endswith("nowhere.csv does not exist; choose another file.")
    dialog.path.setText(str(penguins(tmp_path / "here.csv")))
    counter.settle()
    assert dialog.problem.text() == ""
    assert dialog.target.count() == 4
    dialog.reject()
    assert counter.tool.dialog is None


def test_an_import_can_be_cancelled(counter: Counter, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a,b,c\n" + "".join(f"{i % 97},{i % 89}.5,{i % 2}\n" for i in range(300_000)))
    before = counter.data
    dialog = counter.table(path)
    assert "about 3" in dialog.found.toPlainText()
    dialog.start.click()
    assert dialog.bar.isVisible()
    dialog.buttons.rejected.emit()
    counter.qtbot.waitUntil(lambda: not dialog.bar.isVisible(), timeout=20_000)
    assert dialog.problem.text() == "The import was cancelled; nothing has changed."
    assert dialog.isVisible()
    assert counter.data is before
    dialog.start.click()
    dialog.close()  # while it is being imported: no thread is left
    assert counter.data is before


def pictures(folder: Path, size: Callable[[int], tuple[int, int]] = lambda _: (20, 16)) -> Path:
    for label, grey in (("dark", 30), ("light", 220)):
        (folder / label).mkdir(parents=True)
        for i in range(8):
            Image.new("L", size(i), grey + i).save(folder / label / f"{label}_{i}.png")
    return folder


def test_a_folder_of_pictures(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.folder(pictures(tmp_path / "greys"))
    said = dialog.found.toPlainText().splitlines()
    assert said == [
        "16 pictures of 2 classes: dark 8, light 8.",
        "Size in the files: 16 rows × 20 columns.",
    ]
    assert dialog.pictures.count() == 16
    assert not dialog.resized.isChecked()
    assert dialog.fields.network.text() == "320 inputs → 10 hidden units → 1 output unit."
    counter.start()
    assert counter.data.image_shape == (16, 20)
    assert counter.data.class_names == ("dark", "light")
    assert counter.experiment.network is not None
    assert counter.experiment.network.layers == (320, 10, 1)


def test_pictures_of_different_sizes_are_resized_and_labels_may_stand_in_names(
    counter: Counter, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for i in range(12):
        Image.new("RGB", (100 + i, 80), (i, 200, 9)).save(folder / f"p{i}-{'cat' if i % 2 else 'dog'}.png")
    dialog = counter.folder(folder)
    assert dialog.label.currentData() == "name"
    assert dialog.resized.isChecked()
    assert dialog.problem.text() == "Every image has a class of its own; choose what the class of an image is."
    dialog.separator.setText("-")
    dialog.part.setValue(2)
    counter.settle()
    assert dialog.found.toPlainText().startswith("12 pictures of 2 classes: cat 6, dog 6.")
    dialog.rows.setValue(8)
    dialog.wide.setValue(10)
    counter.settle()
    counter.start()
    assert counter.data.image_shape == (8, 10)
    dialog = counter.folder(folder)
    dialog.separator.setText("-")
    dialog.part.setValue(2)
    dialog.resized.click()
    counter.settle()
    assert dialog.problem.text().startswith("The images are of different sizes (80 x 1")
    dialog.reject()


def test_a_folder_without_pictures_is_said(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.folder(tmp_path)
    assert dialog.problem.text().endswith("holds no PGM, PPM, PNG or JPEG images; choose another folder.")
    dialog.reject()


def test_what_is_dropped_opens_what_fits(counter: Counter, tmp_path: Path) -> None:
    table = penguins(tmp_path / "p.csv")
    counter.drop(table)
    assert isinstance(counter.tool.dialog, TableImport)
    assert counter.tool.dialog.path.text() == str(table)
    folder = pictures(tmp_path / "greys")
    counter.drop(folder)
    assert isinstance(counter.tool.dialog, FolderImport)
    counter.tool.dialog.reject()
    from assets import path as asset

    lesson = tmp_path / "perceptron-and.md"
    lesson.write_text(Path(asset("lessons/perceptron-and.md")).read_text("utf-8"), "utf-8")
    counter.drop(lesson)
    counter.qtbot.waitUntil(lambda: counter.session.activity == "paused", timeout=30_000)
    assert counter.session.lesson is not None
    assert counter.session.lesson.id == "perceptron-and"
    assert counter.problems == []
    (tmp_path / "bad.md").write_text("no lesson")
    counter.drop(tmp_path / "bad.md")
    assert len(counter.problems) == 1
    assert "bad.md" in counter.problems[0]


@pytest.mark.parametrize("names", [["a.pdf"], ["a.csv", "b.csv"]])
def test_anything_else_says_what_can_be_dropped(counter: Counter, tmp_path: Path, names: list[str]) -> None:
    counter.drop(*(tmp_path / name for name in names))
    assert counter.problems == [CAN_BE_DROPPED]
    assert counter.tool.dialog is None


def test_a_dropped_session_is_opened(counter: Counter, tmp_path: Path) -> None:
    counter.session.step("epoch", 3)
    counter.qtbot.waitUntil(lambda: counter.session.activity == "paused", timeout=30_000)
    before = counter.session.tracks[0].cursor
    path = tmp_path / "run.nllab"
    storage.write(path, storage.pack(SavedSession((SavedTrack("lesson", counter.session.tracks[0].tree),))))
    counter.session.restart()
    counter.drop(path)
    counter.qtbot.waitUntil(lambda: counter.session.tracks[0].done > 0, timeout=30_000)
    assert counter.session.tracks[0].cursor.same_bits(before)
    assert counter.problems == []


def test_the_data_menu_has_both(counter: Counter) -> None:
    titles = {menu.text(): menu.menu() for menu in counter.window.menuBar().actions()}
    texts = [action.text() for action in titles["&Data"].actions() if action.text()]  # type: ignore[attr-defined]
    assert texts[:2] == ["Import a &table …", "Import a &folder of pictures …"]


def test_the_file_dialog_and_an_address_on_the_line(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = penguins(tmp_path / "p.csv")
    dialog = counter.table(tmp_path / "nowhere.csv")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    dialog.choose.click()
    counter.settle()
    assert dialog.preview is not None
    assert dialog.preview.options.path == str(path)
    dialog.path.setText(path.as_uri())
    assert dialog.path.text() == str(path)
    dialog.reject()
    folder = pictures(tmp_path / "greys")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    counter.tool.import_folder()
    assert isinstance(counter.tool.dialog, FolderImport)
    counter.tool.dialog.choose.click()
    counter.settle()
    assert counter.tool.dialog.start.isEnabled()
    counter.tool.dialog.reject()


def test_what_is_said_of_the_data_follows_edits_and_is_not_too_long(counter: Counter, tmp_path: Path) -> None:
    label = counter.window.data_bar._text
    assert "4 training examples" in label.text()
    pane: Any = counter.window.docks.panes["examples"]
    pane.editor.add_row()
    assert "5 training examples" in label.text()
    path = tmp_path / "texts.csv"
    names = [f"column with a long name {k}" for k in range(12)]
    rows = [",".join(f"{'abc'[(i + k) % 3]}" for k in range(12)) for i in range(30)]
    path.write_text(",".join(names) + "\n" + "\n".join(rows))
    counter.table(path)
    counter.start()
    assert label.text().endswith(" …")
    assert len(label.text()) < 510
    assert "column with a long name 8" in label.toolTip().replace("\n", " ")
