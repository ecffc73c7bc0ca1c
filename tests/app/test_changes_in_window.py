"""Changing a setting as a person does: type, Enter, Ctrl+Z, click on the dimmed curve, drag the timeline."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.application import make_application
from app.main_window import MainWindow
from app.panes.error_curves import ErrorCurvesPane
from app.playback import SPEEDS
from app.session import Session
from app.settings import Settings
from app.widgets.number_field import NumberField
from app.widgets.settings_strip import HINT
from nlcore.trainer import Trainer

RATE, MOMENTUM = "training.learning_rate", "training.momentum"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Desk:
    """A window with its session, used with keys."""

    def __init__(self, qtbot: QtBot) -> None:
        make_application()
        self.qtbot = qtbot
        self.session = Session()
        self.window = MainWindow(self.session, Settings(theme="light", speed="full speed"))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.create_panes()
        self.window.activateWindow()

    def open(self, lesson_id: str) -> None:
        self.window.open_lesson(lesson_id)
        self.wait("paused")

    def wait(self, activity: str) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity == activity, timeout=30_000)

    def train(self, epochs: int) -> None:
        self.session.play(epochs=epochs)
        self.wait("paused")

    def field(self, name: str = RATE) -> NumberField:
        return self.window.strip.fields[name]

    def type_into(self, text: str, name: str = RATE, end: Qt.Key = Qt.Key.Key_Return) -> None:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
        focused = self.window.focusWidget() or self.window
        QTest.keyClick(focused, key, modifiers)

    @property
    def said(self) -> str:
        return self.window.strip.sentence.text()

    @property
    def place(self) -> int:
        assert self.session.cursor is not None
        return self.session.cursor.counters.presentations

    @property
    def curves(self) -> ErrorCurvesPane:
        pane = self.window.docks.panes["error_curves"]
        assert isinstance(pane, ErrorCurvesPane)
        return pane


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.window.close()
    made.session.close()


def test_before_a_lesson_the_fields_are_idle(desk: Desk) -> None:
    assert not desk.field().isEnabled()
    assert not desk.window.actions_by_id["undo"].isEnabled()
    assert not desk.window.actions_by_id["redo"].isEnabled()
    assert not desk.window.bars.courses.isEnabled()


def test_type_enter_and_undo(desk: Desk) -> None:
    desk.open("xor")
    assert desk.said == HINT
    assert desk.field().text() == "0.5"
    desk.train(50)
    head = desk.session.history.head  # type: ignore[union-attr]
    desk.type_into("0.05")
    assert desk.said.startswith("Learning rate 0.5 → 0.05 from presentation 200 on.")
    assert "Ctrl+Z" in desk.said
    assert desk.window.status_line.text("message") == desk.said
    undo = desk.window.actions_by_id["undo"]
    assert undo.isEnabled()
    assert undo.text() == "&Undo: learning rate 0.5 → 0.05"
    desk.train(10)
    assert desk.field().hasFocus()
    desk.key(Qt.Key.Key_Z)  # with the field still in focus
    assert desk.place == 200
    assert desk.field().text() == "0.5"
    assert desk.session.history.head is head  # type: ignore[union-attr]
    assert not undo.isEnabled()
    desk.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert desk.field().text() == "0.05"
    assert desk.session.history.head.counters.presentations == 240  # type: ignore[union-attr]
    assert not desk.window.actions_by_id["redo"].isEnabled()


def test_the_values_at_the_cursor_are_shown(desk: Desk) -> None:
    desk.open("xor")
    desk.train(10)
    desk.type_into("0.1")
    desk.type_into("0.25", MOMENTUM)
    desk.train(10)
    for key, rate, momentum in ((Qt.Key.Key_Home, "0.5", "0.9"), (Qt.Key.Key_End, "0.1", "0.25")):
        desk.key(key)
        assert (desk.field().text(), desk.field(MOMENTUM).text()) == (rate, momentum)
    slider = desk.window.timeline._slider
    texts = slider.text_at(slider.mark_x(0.5)).splitlines()
    assert texts == ["From presentation 40 on: learning rate 0.5 → 0.1", "From presentation 40 on: momentum 0.9 → 0.25"]
    assert slider.text_at(slider.mark_x(0.1)) == ""


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("fast", RATE, "The learning rate must be a number such as 0.5, not “fast”."),
        ("0,1", RATE, "The learning rate must be a number such as 0.5, not “0,1”. Write the decimals after a point."),
        ("-1", RATE, "The learning rate must be at least 0, not -1. The run is as it was."),
        ("nan", RATE, "The learning rate must be a finite number, not nan. The run is as it was."),
        ("1e999", RATE, "The learning rate must be a finite number, not inf. The run is as it was."),
        ("1", MOMENTUM, "The momentum must be below 1, not 1. The run is as it was."),
        ("", MOMENTUM, "The momentum must be a number such as 0.9, not “”."),
    ],
)
def test_bad_input_is_one_sentence(desk: Desk, text: str, name: str, sentence: str) -> None:
    desk.open("xor")
    desk.train(2)
    before = desk.session.cursor
    field = desk.field(name)
    was = field.text()
    if text:
        desk.type_into(text, name)
    else:
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.said == sentence
    assert field.text() == text  # stays, to be corrected
    assert desk.session.cursor is before
    assert desk.session.changes.all_courses == ()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == was
    assert desk.said == HINT


def test_zero_is_taken_with_a_remark(desk: Desk) -> None:
    desk.open("xor")
    desk.train(1)
    desk.type_into("0")
    assert "nothing will be learnt" in desk.said
    assert desk.field().text() == "0"


def test_a_rule_without_momentum_has_no_field_for_it(desk: Desk) -> None:
    desk.open("perceptron-and")
    desk.qtbot.waitUntil(lambda: not desk.field(MOMENTUM).isVisible(), timeout=5_000)
    assert desk.field().isVisible()
    desk.open("xor")
    desk.qtbot.waitUntil(lambda: desk.field(MOMENTUM).isVisible(), timeout=5_000)


def test_typing_is_not_overwritten_by_frames_and_leaving_takes_it_back(desk: Desk) -> None:
    desk.open("xor")
    desk.session.set_speed(SPEEDS[5])  # at full speed it would soon meet its stop rule
    desk.session.play()
    field = desk.field()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.7")
    start = desk.place
    desk.qtbot.waitUntil(lambda: desk.place > start + 100, timeout=20_000)
    assert field.text() == "0.7"
    assert "Enter" in desk.said
    desk.key(Qt.Key.Key_Z)  # undoes the typing, not the run
    assert desk.session.activity == "running"
    QTest.keyClicks(field, "0.7")
    desk.field(MOMENTUM).setFocus()
    assert field.text() == "0.5"
    assert desk.session.changes.all_courses == ()
    desk.type_into("0.7")
    assert desk.session.activity == "running"
    assert desk.session.changes.undo_text == "learning rate 0.5 → 0.7"
    desk.session.pause()


def test_the_dimmed_curve_can_be_pointed_at_and_chosen(desk: Desk) -> None:
    desk.open("xor")
    desk.window.resize(1400, 1000)
    desk.train(300)
    desk.session.seek(600)
    desk.type_into("0.05")
    desk.train(300)
    plot = desk.curves.plot
    (line,) = plot.ghosts.lines
    assert line.number == 1
    assert (line.x[0], line.x[-1]) == (600, 1200)
    assert not desk.curves.frame.lead.ghosts[0].name.startswith("with ")  # type: ignore[union-attr]
    x, y = float(line.x[-20]), float(line.y[-20])
    assert plot.ghost_at(x, y) == 1
    assert plot.ghost_at(x, y + 30 * plot.pixel()[1]) is None
    for _ in range(2):  # the first time the text below may take a second line, and the plot moves
        at = plot.canvas.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))
        desk.qtbot.mouseMove(plot.canvas.viewport(), QPoint(at.x() + 3, at.y()))
        desk.qtbot.mouseMove(plot.canvas.viewport(), at)
        desk.qtbot.wait(50)
    assert plot.ghosts.lit == 1
    assert "Course 1, without learning rate 0.5 → 0.05: training" in desk.curves.readout.full_text
    assert "Click to show this course" in desk.curves.readout.full_text
    desk.qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    desk.qtbot.waitUntil(lambda: desk.field().text() == "0.5", timeout=5_000)
    assert [ghost.number for ghost in desk.curves.frame.lead.ghosts] == [2]  # type: ignore[union-attr]
    assert plot.ghosts.lines[0].x[0] == 600


def test_a_legend_entry_chooses_its_course(desk: Desk) -> None:
    desk.open("xor")
    desk.train(10)
    desk.type_into("0.05")
    legend = desk.curves.legend
    places = legend._places(legend.width())[0]
    (index,) = [k for k, entry in enumerate(legend.entries) if entry.key == 1]
    desk.qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=places[index].center().toPoint())
    assert desk.field().text() == "0.5"
    desk.qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=places[0].center().toPoint())  # "training": nothing
    assert desk.field().text() == "0.5"


def test_the_courses_menu(desk: Desk) -> None:
    desk.open("xor")
    desk.train(10)
    desk.type_into("0.05")
    menu = desk.window.bars.courses
    assert isinstance(menu, QMenu)
    assert menu.isEnabled()
    menu.fill()
    entries = menu.actions()
    assert [entry.text() for entry in entries] == [
        "&1  without learning rate 0.5 → 0.05",
        "&2  with learning rate 0.5 → 0.05",
    ]
    assert [entry.isChecked() for entry in entries] == [False, True]
    entries[0].trigger()
    assert desk.field().text() == "0.5"


def test_dragging_seeks_only_the_newest_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open("xor")
    desk.train(500)
    asked: list[Any] = []
    desk.window.timeline.seek_requested.connect(asked.append)
    slider = desk.window.timeline._slider
    for value in (100, 300, 500, 700, 900):
        slider.setValue(value)
    assert asked == [100]
    assert slider.value() == 900  # the hand is ahead of what is shown
    desk.qtbot.waitUntil(lambda: len(asked) == 2, timeout=5_000)
    assert asked == [100, 900]
    assert desk.place == 900
    desk.qtbot.wait(100)
    assert asked == [100, 900]


@pytest.mark.parametrize("size", [(900, 650), (1280, 800)])
@pytest.mark.parametrize("lesson", ["xor", "perceptron-and", "faces"])
def test_the_strip_fits_the_window(desk: Desk, lesson: str, size: tuple[int, int]) -> None:
    desk.open(lesson)
    desk.window.resize(*size)
    desk.session.step("epoch")
    desk.type_into("0.123")
    desk.qtbot.wait(20)
    assert (desk.window.width(), desk.window.height()) == size
    strip = desk.window.strip
    for widget in (*strip.fields.values(), strip.sentence):
        if widget.isVisible():
            assert strip.rect().contains(widget.geometry())
    assert strip.sentence.width() > 250
    assert strip.findChild(QMenu) is None or not strip.findChild(QMenu).isVisible()  # type: ignore[union-attr]


def test_opening_measures_nothing_in_the_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    real = Trainer.measure

    def noted(self: Trainer, state: Any) -> Any:
        measured.append(threading.current_thread().name)
        return real(self, state)

    monkeypatch.setattr(Trainer, "measure", noted)
    desk.open("xor")
    assert measured == ["nllab-load"]
    assert "loss" in desk.window.status_line.text("measures")
