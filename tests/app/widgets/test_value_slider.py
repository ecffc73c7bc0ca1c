"""A slider for a number: what is dragged is shown, and taken over once, when it is let go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from app.widgets.value_slider import STEPS, ValueSlider, span_for, tidy


@pytest.fixture
def slider(qtbot: QtBot) -> ValueSlider:
    made = ValueSlider()
    qtbot.addWidget(made)
    made.resize(220, 24)
    made.show_value(0.5, 2.0)
    made.show()
    return made


def handle(slider: ValueSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider).center()


@pytest.mark.parametrize(
    ("largest", "span"), [(0.0, 1.0), (0.5, 1.0), (1.0, 2.0), (3.0, 5.0), (4.0, 10.0), (70.0, 200.0)]
)
def test_the_range_is_a_round_number_with_room(largest: float, span: float) -> None:
    assert span_for(largest) == span
    assert span_for(float("inf")) == 1.0


def test_decimals_that_a_step_does_not_tell_are_left_out() -> None:
    assert tidy(0.123456, 0.01) == 0.12
    assert tidy(0.123456, 0.013) == 0.12
    assert tidy(123.456, 5.0) == 123.0


def test_showing_a_value_tells_nobody(slider: ValueSlider, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(slider.previewed), qtbot.assertNotEmitted(slider.entered):
        slider.show_value(-1.0, 2.0)
    assert slider.value() == -STEPS // 2
    slider.show_value(9.0, 2.0)
    assert slider.value() == STEPS
    slider.show_value(float("nan"), 2.0)
    assert slider.value() == 0


def test_one_drag_enters_one_value(slider: ValueSlider) -> None:
    seen: list[float] = []
    entered: list[float] = []
    slider.previewed.connect(seen.append)
    slider.entered.connect(entered.append)
    start = handle(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for way in (8, 20, 40):
        QTest.mouseMove(slider, start + QPoint(way, 0))
    assert entered == []
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    assert len(seen) == 3
    assert entered == [seen[-1]] == [slider.number]
    assert entered[0] > 0.5


def test_keys_need_enter_and_escape_forgets(slider: ValueSlider, qtbot: QtBot) -> None:
    entered: list[float] = []
    slider.entered.connect(entered.append)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert entered == []
    with qtbot.waitSignal(slider.left):
        qtbot.keyClick(slider, Qt.Key.Key_Escape)
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    assert entered == []
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    assert entered == [slider.number]
