"""The strip follows the lesson's form: what is hidden there is hidden here, what is locked cannot be typed into."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.lesson_form import Form
from app.widgets.form_scope import FormScope
from app.widgets.settings_strip import HINT, SettingsStrip
from nlcore.fields import fields
from tests.nlcore.examples import xor

RATE, MOMENTUM = "training.learning_rate", "training.momentum"


def test_the_strip_obeys_the_lesson_until_all_is_shown(qtbot: QtBot) -> None:
    strip, scope = SettingsStrip(), FormScope()
    qtbot.addWidget(strip)
    strip.resize(800, 40)
    strip.follow(scope)
    strip.show_fields(fields(xor()))
    strip.show()
    assert strip.fields[RATE].isVisible()
    assert strip.fields[MOMENTUM].isEnabled()
    scope.begin(Form(show=("network",), locked=(MOMENTUM,)))
    qtbot.waitUntil(lambda: not strip.fields[RATE].isVisible())
    assert strip.fields[MOMENTUM].isVisible()
    assert not strip.fields[MOMENTUM].isEnabled()
    assert "This lesson keeps it as it is." in strip.fields[MOMENTUM].toolTip()
    scope.set_all(True)
    qtbot.waitUntil(strip.fields[RATE].isVisible)
    assert strip.fields[MOMENTUM].isEnabled()
    assert "This lesson" not in strip.fields[MOMENTUM].toolTip()


def test_without_a_field_there_is_no_hint_to_type_into_one(qtbot: QtBot) -> None:
    strip, scope = SettingsStrip(), FormScope()
    qtbot.addWidget(strip)
    strip.follow(scope)
    strip.show_fields(fields(xor()))
    assert strip.sentence.toolTip() == HINT
    scope.begin(Form(show=("network",)))
    assert strip.sentence.toolTip() == ""
    strip.show_notice("Back in the run before.")
    strip.show_fields(fields(xor()))
    assert strip.sentence.toolTip() == "Back in the run before."
    strip.show_notice("")
    scope.set_all(True)
    assert strip.sentence.toolTip() == HINT
