"""Settings that begin a new run: it begins, the one before can be gone back to, and what does not fit waits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.settings import SettingsPane
from app.widgets.field_editor import FieldEditor
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from tests.app.desk import window

__all__ = ["window"]


def form_field(window: MainWindow, name: str) -> FieldEditor:
    window.docks.bring_up("settings")
    pane = window.docks.panes["settings"]
    assert isinstance(pane, SettingsPane)
    return pane.form.editor(name)


def experiment_of(window: MainWindow) -> Experiment:
    assert window.session.history is not None
    return window.session.history.trainer.experiment


def enter(window: MainWindow, name: str, text: str) -> FieldEditor:
    editor = form_field(window, name)
    assert isinstance(editor.widget, QLineEdit)
    editor.widget.selectAll()
    QTest.keyClicks(editor.widget, text)
    QTest.keyClick(editor.widget, Qt.Key.Key_Return)
    return editor


def choose(window: MainWindow, name: str, value: str) -> FieldEditor:
    editor = form_field(window, name)
    assert isinstance(editor.widget, QComboBox)
    editor.widget.setCurrentIndex(editor.widget.findData(value))
    editor.widget.activated.emit(editor.widget.currentIndex())
    return editor


def test_more_hidden_units_begin_a_new_run_and_undo_goes_back(window: MainWindow) -> None:
    session = window.session
    session.step("epoch")
    before = session.cursor
    assert before is not None
    enter(window, "network.layers", "2, 5, 1")
    assert experiment_of(window).network.layers == (2, 5, 1)  # type: ignore[union-attr]
    assert session.cursor is not None
    assert session.cursor.counters.presentations == 0
    assert "Ctrl+Z" in window.status_line.text("message")
    window.actions_by_id["undo"].trigger()
    assert session.cursor.same_bits(before)
    assert experiment_of(window).network.layers == (2, 3, 1)  # type: ignore[union-attr]
    window.actions_by_id["redo"].trigger()
    assert experiment_of(window).network.layers == (2, 5, 1)  # type: ignore[union-attr]


def test_a_live_setting_changes_at_the_cursor(window: MainWindow) -> None:
    window.session.step("epoch")
    enter(window, "training.learning_rate", "0.125")
    assert experiment_of(window).training.learning_rate == 0.125
    assert window.session.cursor is not None
    assert window.session.cursor.counters.epochs == 1
    assert len(window.session.changes.ghosts) == 1


def test_what_does_not_fit_alone_waits_for_the_rest(window: MainWindow, qtbot: QtBot) -> None:
    """The perceptron rule needs threshold units, one layer and targets -1 and +1: four changes, one run."""
    start = experiment_of(window)
    editor = choose(window, "training.rule", "perceptron")
    assert "waits until the rest fits" in editor.problem.text()
    assert experiment_of(window) is start
    enter(window, "network.layers", "2, 1")
    enter(window, "network.activations", "threshold")
    assert experiment_of(window) is start
    enter(window, "training.momentum", "0")
    choose(window, "dataset.target_coding", "minus_plus")
    qtbot.waitUntil(lambda: experiment_of(window).training.rule == "perceptron", timeout=30_000)
    assert experiment_of(window).network.layers == (2, 1)  # type: ignore[union-attr]
    window.session.step("epoch")
    assert window.session.cursor is not None
    assert window.session.cursor.counters.updates > 0


def test_another_data_set_fits_the_ends_of_the_network(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "dataset", "iris")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    found = experiment_of(window)
    assert found.dataset.name == "iris"
    assert found.network is not None
    assert found.network.layers == (4, 3, 3)
    window.session.step("epoch")
    window.actions_by_id["undo"].trigger()
    assert experiment_of(window).dataset.name == "logic_gates"


def test_a_data_set_that_cannot_be_loaded_leaves_the_run(window: MainWindow, qtbot: QtBot) -> None:
    window.session.step("epoch")
    before = window.session.cursor
    with pytest.raises(LabError, match="unknown field"):
        window.session.changes.set("network.layer", [2, 2, 1])
    choose(window, "dataset", "table")  # without a file
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    assert window.session.cursor is before
    assert experiment_of(window).dataset.name == "logic_gates"


def test_every_aid_opens_and_closes(window: MainWindow) -> None:
    for name in ("commands", "glossary", "shortcuts", "larger", "smaller", "usual_size"):
        window.actions_by_id[name].trigger()
    for opened in (window.aids.commands, window.aids.glossary, window.aids.shortcuts):
        assert opened.isVisible()
        opened.close()
    assert window.settings.text_percent == 100
