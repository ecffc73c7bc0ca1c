"""A hundred steps in the window: the sliders, a measurement from start to end, one that is given up, other lessons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.hundred_steps import CONNECTIONS, NEURONS, RECOGNITION, SWITCHING, HundredStepsPane
from app.theme import DARK, LIGHT
from app.widgets.log_slider import LogSlider
from tests.app.desk import window as desk_window

window = desk_window


@pytest.fixture
def pane(window: MainWindow, qtbot: QtBot) -> HundredStepsPane:
    window.open_lesson("neurons-and-networks")
    settle(window, qtbot)
    found = window.docks.panes["hundred_steps"]
    assert isinstance(found, HundredStepsPane)
    return found


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    qtbot.wait(20)


def measured(pane: HundredStepsPane, qtbot: QtBot, epochs: int) -> None:
    pane.row.epochs.setValue(epochs)
    pane.row.button.click()
    assert pane.run.is_active
    qtbot.waitUntil(lambda: not pane.run.is_active, timeout=60_000)


def test_it_opens_with_the_lectures_numbers(pane: HundredStepsPane) -> None:
    brain = pane.brain
    assert (brain.switching_seconds, brain.recognition_seconds) == (0.001, 0.1)
    assert (brain.neurons, brain.connections) == (1e10, 1e4)
    assert "100 steps in a row" in pane.steps.text()
    assert pane.chain.words.replace("\u00a0", " ") == "100 ms of time: 100 steps of 1 ms, one after the other"
    assert pane.result.text() == "Nothing measured yet."
    assert pane.bars.isHidden()


def test_a_slider_changes_the_argument(pane: HundredStepsPane) -> None:
    slider = pane.sliders.sliders[SWITCHING]
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert pane.brain.switching_seconds == 0.01
    assert "10 steps in a row" in pane.steps.text()
    pane.sliders.sliders[RECOGNITION].setValue(0)
    slider.setValue(slider.maximum())
    assert "cannot switch even once" in pane.steps.text()
    for name in (NEURONS, CONNECTIONS):
        pane.sliders.sliders[name].setValue(0)
    assert (pane.brain.neurons, pane.brain.connections) == (100.0, 1.0)


def test_a_measurement_leaves_the_run_alone(window: MainWindow, pane: HundredStepsPane, qtbot: QtBot) -> None:
    window.session.step("epoch")
    settle(window, qtbot)
    before = window.session.cursor
    measured(pane, qtbot, 3)
    timing = pane.timing
    assert timing is not None
    assert window.session.cursor is before
    assert (timing.epochs, timing.presentations, timing.n_examples) == (3, 3 * 1078, 1797)
    assert timing.layers == (64, 20, 10)
    assert 0.0 < timing.one_seconds < timing.answering_seconds
    assert timing.training_seconds > timing.one_seconds
    assert timing.accuracy is not None
    assert timing.accuracy > 0.5
    assert [bar.name for bar in pane.bars.bars] == ["Training", "Answering all 1797 examples", "Answering one"]
    assert not pane.bars.isHidden()
    assert "training is slow, use is fast" in pane.result.text()
    assert not pane.row.button.isHidden()
    assert pane.frame is not None
    assert [row[0] for row in pane.tables(pane.frame)[1].rows] == [bar.name for bar in pane.bars.bars]
    assert "training is slow" in pane.in_words(pane.frame)
    for theme in (DARK, LIGHT):
        window.docks.set_theme(theme)
        assert not pane.grab().isNull()


def test_a_measurement_can_be_given_up(pane: HundredStepsPane, qtbot: QtBot) -> None:
    pane.row.epochs.setValue(100_000)
    pane.row.button.click()
    assert pane.row.button.isHidden()
    assert not pane.row.epochs.isEnabled()
    qtbot.waitUntil(lambda: pane.row.progress.value() >= 0 and pane.run.is_active, timeout=10_000)
    pane.row.stop.click()
    qtbot.waitUntil(lambda: not pane.run.is_active, timeout=30_000)
    assert pane.problem.text() == "The measurement was given up."
    assert pane.timing is None
    assert pane.row.epochs.isEnabled()
    assert not pane.row.button.isHidden()
    measured(pane, qtbot, 1)
    assert pane.problem.isHidden()


def test_another_lesson_ends_it(window: MainWindow, pane: HundredStepsPane, qtbot: QtBot) -> None:
    pane.row.epochs.setValue(100_000)
    pane.row.button.click()
    window.open_lesson("xor")
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.docks.panes["hundred_steps"] is not pane, timeout=10_000)


def test_a_network_of_another_shape_forgets_what_was_measured(
    window: MainWindow, pane: HundredStepsPane, qtbot: QtBot
) -> None:
    measured(pane, qtbot, 1)
    window.session.changes.set("network.layers", [64, 5, 10])
    settle(window, qtbot)
    assert pane.timing is None
    assert "64 – 5 – 10 units" in pane.network.text()
    measured(pane, qtbot, 1)
    window.session.changes.set("training.learning_rate", 0.1)
    settle(window, qtbot)
    assert pane.timing is not None


def test_small_networks_can_be_measured_too(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.bring_up("hundred_steps")
    pane = window.docks.panes["hundred_steps"]
    assert isinstance(pane, HundredStepsPane)
    qtbot.waitUntil(lambda: pane.isVisible())
    measured(pane, qtbot, 50)
    assert pane.timing is not None
    assert pane.timing.presentations == 200
    assert pane.timing.of_set == "training"


def test_the_slider_goes_through_round_numbers(qtbot: QtBot) -> None:
    slider = LogSlider(-2, 1)
    qtbot.addWidget(slider)
    found = []
    for place in range(slider.minimum(), slider.maximum() + 1):
        slider.setValue(place)
        found.append(slider.number)
    assert found[:6] == [0.01, 0.02, 0.03, 0.05, 0.07, 0.1]
    assert found[-1] == 10.0
    slider.show_number(0.04)
    assert slider.number == 0.05
    slider.show_number(1e9)
    assert slider.number == 10.0
