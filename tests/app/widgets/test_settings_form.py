"""The form as a person uses it: it shows what is, tells what will happen, and refuses nonsense with a sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.lesson_form import Form
from app.widgets.field_editor import read, written
from app.widgets.form_scope import FormScope
from app.widgets.settings_form import SettingsForm
from nlcore.experiment import Experiment
from nlcore.fields import fields
from tests.nlcore.examples import gate, xor


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    made = SettingsForm()
    qtbot.addWidget(made)
    made.resize(320, 600)
    made.show_fields(fields(xor()))
    made.show()
    return made


def line(form: SettingsForm, name: str) -> QLineEdit:
    widget = form.editor(name).widget
    assert isinstance(widget, QLineEdit)
    return widget


def type_into(form: SettingsForm, name: str, text: str) -> list[tuple[str, object]]:
    asked: list[tuple[str, object]] = []
    form.change_requested.connect(lambda *change: asked.append(change))
    widget = line(form, name)
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)
    return asked


@pytest.mark.parametrize(
    "experiment", [xor(), gate("and"), xor(training__schedule="step", training__mode="mini_batch")]
)
def test_what_is_shown_can_be_read_back(form: SettingsForm, experiment: Experiment) -> None:
    form.show_fields(fields(experiment))
    for field in fields(experiment):
        if field.kind in ("number", "integer", "text", "list"):
            assert read(field, line(form, field.name).text()) == field.value
        elif field.kind == "choice":
            combo = form.editor(field.name).widget
            assert isinstance(combo, QComboBox)
            assert combo.currentData() == field.value
        elif field.kind == "switch":
            box = form.editor(field.name).widget
            assert isinstance(box, QCheckBox)
            assert box.isChecked() == field.value


def test_a_typed_number_is_asked_for_once(form: SettingsForm) -> None:
    assert type_into(form, "training.learning_rate", "0.25") == [("training.learning_rate", 0.25)]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("training.learning_rate", "fast", "Learning rate must be a number, for example 0.5, not 'fast'."),
        ("training.learning_rate", "", "Learning rate must be said; it was 0.5."),
        ("seed", "1.5", "Seed must be a whole number, for example 3, not '1.5'."),
    ],
)
def test_nonsense_is_told_and_asked_for_by_nobody(form: SettingsForm, name: str, text: str, sentence: str) -> None:
    if text:
        assert type_into(form, name, text) == []
    else:
        asked: list[object] = []
        form.change_requested.connect(lambda *change: asked.append(change))
        line(form, name).selectAll()
        QTest.keyClick(line(form, name), Qt.Key.Key_Delete)
        QTest.keyClick(line(form, name), Qt.Key.Key_Return)
        assert asked == []
    assert form.editor(name).problem.text() == sentence
    assert form.editor(name).problem.isVisible()
    QTest.keyClick(line(form, name), Qt.Key.Key_Escape)
    assert line(form, name).text() == written(form.editor(name).field.value)
    assert not form.editor(name).problem.isVisible()


def test_lists_may_be_written_with_and_without_brackets(form: SettingsForm) -> None:
    by_name = {field.name: field for field in fields(xor())}
    layers, activations = by_name["network.layers"], by_name["network.activations"]
    assert read(layers, "2, 4, 1") == read(layers, "[2,4,1]") == [2, 4, 1]
    assert read(activations, "tanh, softmax") == read(activations, '["tanh", "softmax"]') == ["tanh", "softmax"]
    assert read(by_name["training.clip_norm"], " ") is None
    assert read(by_name["training.tied"], '[["weights[0]"]]') == [["weights[0]"]]


def test_what_matters_is_in_sight_and_the_rest_one_click_away(form: SettingsForm) -> None:
    shown = form.shown()
    assert {"training.learning_rate", "training.momentum", "network.layers", "dataset.gate", "seed"} <= set(shown)
    assert "training.clip_norm" not in shown
    assert shown.index("training.learning_rate") < shown.index("network.layers")  # what acts at once stands first
    form.show_all.click()
    assert set(form.shown()) == {field.name for field in fields(xor())}
    form.search.setText("gradient")
    assert "training.clip_norm" in form.shown()
    assert "seed" not in form.shown()
    form.search.setText("no such thing")
    assert form.shown() == []


def test_a_lesson_chooses_and_locks_settings_and_one_button_brings_back_all(form: SettingsForm) -> None:
    scope = FormScope()
    form.follow(scope)
    scope.begin(Form(show=("training.learning_rate", "network"), locked=("training.rule",)))
    shown = ["training.learning_rate", "network.layers", "network.activations", "training.rule"]
    assert form.shown() == shown
    rule = form.editor("training.rule")
    assert not rule.widget.isEnabled()
    assert rule.effect.text() == "locked"
    assert "This lesson keeps it as it is." in rule.widget.toolTip()
    assert "This lesson keeps it as it is." in rule.widget.accessibleDescription()
    assert form.show_all.text() == "Show all settings"
    form.show_all.click()
    assert len(form.shown()) == len(fields(xor()))
    assert rule.widget.isEnabled()
    assert rule.effect.text() == "new run"
    assert form.show_all.text() == "Show the lesson's settings"
    form.show_all.click()
    assert form.shown() == shown
    scope.begin(Form(hide=("seed", "dataset")))
    assert "seed" not in form.shown()
    assert "dataset.gate" not in form.shown()
    assert "training.momentum" in form.shown()


def test_each_setting_says_what_a_change_of_it_will_do(form: SettingsForm) -> None:
    for field in fields(xor()):
        editor = form.editor(field.name)
        assert editor.effect.text() == ("now" if field.is_live else "new run")
        assert editor.effect.isVisible() == editor.widget.isVisible()
    QTest.keyClicks(line(form, "training.momentum"), "1")
    problem = form.editor("training.momentum").problem
    assert problem.text() == "Enter: it acts from this moment on. Escape: it stays 0.9."
    assert problem.isVisible()
    QTest.keyClick(line(form, "training.momentum"), Qt.Key.Key_Escape)
    assert not problem.isVisible()
    QTest.keyClicks(line(form, "seed"), "1")
    assert form.editor("seed").problem.text().startswith("Enter: it begins a new run.")


def test_what_has_no_effect_cannot_be_changed(form: SettingsForm) -> None:
    form.show_fields(fields(gate("and")))
    form.show_all.click()
    assert not form.editor("training.momentum").widget.isEnabled()
    assert form.editor("training.learning_rate").widget.isEnabled()


def test_a_choice_and_a_switch_ask_at_once(form: SettingsForm) -> None:
    asked: list[tuple[str, object]] = []
    form.change_requested.connect(lambda *change: asked.append(change))
    combo, box = form.editor("training.mode").widget, form.editor("training.stop.no_update").widget
    assert isinstance(combo, QComboBox)
    assert isinstance(box, QCheckBox)
    combo.setCurrentIndex(combo.findData("batch"))
    combo.activated.emit(combo.currentIndex())
    form.show_all.click()
    box.click()
    assert asked == [("training.mode", "batch"), ("training.stop.no_update", True)]


def test_editors_stay_while_values_change_and_what_is_typed_is_not_lost(form: SettingsForm) -> None:
    before = form.editor("training.learning_rate")
    QTest.keyClicks(line(form, "seed"), "77")
    form.show_fields(fields(xor(training__learning_rate=0.125)))
    assert form.editor("training.learning_rate") is before
    assert line(form, "training.learning_rate").text() == "0.125"
    assert line(form, "seed").text().endswith("77")


def test_everything_has_a_name_and_a_sentence_for_a_screen_reader(form: SettingsForm) -> None:
    for field in fields(xor()):
        widget = form.editor(field.name).widget
        assert widget.accessibleName() == field.label
        assert field.help in widget.accessibleDescription()
