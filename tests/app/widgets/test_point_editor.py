"""Editing points as a person does: press, drag and release on the picture, keys, the menu of the right button."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panes.decision_surface import ONLY_TRAINING, DecisionSurfacePane
from app.widgets.point_editor import CARRYING, HINT, NONE_CHOSEN
from nlcore.datasets import Data
from tests.app.desk import window

__all__ = ["window"]

LEFT, SHIFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Hand:
    """A person's hand on the decision surface of a window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot, self.session = window, qtbot, window.session
        pane = window.docks.panes["decision_surface"]
        assert isinstance(pane, DecisionSurfacePane)
        self.pane, self.canvas = pane, pane.plot.canvas
        window.docks.bring_up("decision_surface")
        qtbot.waitUntil(lambda: pane.isVisible() and len(pane.plot.points) > 0)

    @property
    def data(self) -> Data:
        assert self.session.history is not None
        assert self.session.cursor is not None
        found = self.session.history.trainer_at(self.session.cursor.counters.presentations).model.data
        assert found is not None
        return found

    @property
    def said(self) -> str:
        return self.window.strip.sentence.text()

    def pixel(self, x: float, y: float) -> QPoint:
        found: QPoint = self.canvas.mapFromScene(self.pane.plot.box.mapViewToScene(QPointF(x, y)))
        return found

    def click(self, x: float, y: float) -> None:
        QTest.mouseClick(self.canvas.viewport(), LEFT, pos=self.pixel(x, y))

    def press(self, x: float, y: float) -> None:
        QTest.mousePress(self.canvas.viewport(), LEFT, pos=self.pixel(x, y))

    def move(self, x: float, y: float) -> None:
        QTest.mouseMove(self.canvas.viewport(), self.pixel(x, y))
        QApplication.processEvents()

    def release(self, x: float, y: float) -> None:
        QTest.mouseRelease(self.canvas.viewport(), LEFT, pos=self.pixel(x, y))

    def key(self, key: Qt.Key, n: int = 1, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for _ in range(n):
            QTest.keyClick(self.canvas, key, modifiers)

    def right_click(self, x: float, y: float) -> dict[str, Callable[[], object]]:
        at = self.pixel(x, y)
        menu = self.pane.editor.menu
        menu.popup = lambda *_: None  # type: ignore[method-assign]  # the platform of the tests cannot raise windows
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, self.canvas.viewport().mapToGlobal(at))
        QApplication.sendEvent(self.canvas.viewport(), event)
        found: dict[str, Callable[[], object]] = {a.text(): a.trigger for a in menu.actions() if a.text()}
        return found

    def train(self, epochs: int) -> None:
        self.session.play(epochs=epochs)
        self.qtbot.waitUntil(lambda: self.session.activity == "paused", timeout=30_000)


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    made = Hand(window, qtbot)
    made.pane.edit.click()
    return made


def test_without_the_switch_a_click_selects_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    hand = Hand(window, qtbot)
    before = hand.data
    hand.click(1.0, 1.0)
    hand.click(0.5, 0.5)
    hand.press(0.0, 1.0)
    hand.move(0.5, 0.6)
    hand.release(0.5, 0.6)
    hand.key(Key.Key_Delete)
    assert hand.data is before
    assert not hand.pane.edit_bar.isVisible()


def test_a_drag_moves_a_corner_of_xor_and_is_one_change(hand: Hand) -> None:
    hand.train(10)
    before = hand.data
    hand.press(1.0, 1.0)
    for step in (0.9, 0.8, 0.7, 0.6):
        hand.move(step, step)
        assert hand.data is before  # nothing happens while it is being dragged
        shown = hand.pane.plot.shown_at()[3]
        assert np.allclose(shown, step, atol=0.02)  # but the point follows
    hand.release(0.6, 0.6)
    assert np.allclose(hand.data.training.inputs[3], 0.6, atol=0.02)
    assert np.array_equal(hand.data.training.inputs[:3], before.training.inputs[:3])
    assert hand.said.startswith("Example 4 moved from presentation 40 on. Dimmed:")
    assert len(hand.session.changes.ghosts) == 1
    QTest.keyClick(hand.window, Key.Key_Z, CTRL)
    assert hand.data is before
    assert np.array_equal(hand.pane.plot.shown_at()[3], [1.0, 1.0])
    QTest.keyClick(hand.window, Key.Key_Z, CTRL | SHIFT)
    assert np.allclose(hand.data.training.inputs[3], 0.6, atol=0.02)
    hand.train(1)  # and it goes on from there
    assert hand.session.cursor is not None
    assert hand.session.cursor.counters.presentations == 44


def test_a_click_adds_a_point_of_the_chosen_class_and_selects_it(hand: Hand) -> None:
    hand.pane.edit_bar.classes.setCurrentIndex(0)
    hand.click(0.5, 0.5)
    assert hand.data.training.targets.ravel().tolist() == [0.0, 1.0, 1.0, 0.0, 0.0]
    assert np.allclose(hand.data.training.inputs[4], 0.5, atol=0.02)
    assert hand.session.selection.example == ("training", 4)
    assert hand.said.startswith("Example added from presentation 0 on.")
    hand.pane.edit_bar.classes.setCurrentIndex(1)
    hand.click(0.2, 0.7)
    assert hand.data.training.targets.ravel().tolist() == [0.0, 1.0, 1.0, 0.0, 0.0, 1.0]
    QTest.keyClick(hand.window, Key.Key_Z, CTRL)
    assert len(hand.data.training) == 5
    assert hand.pane.plot.selected == -1  # the example that was selected is not there now


def test_a_click_on_a_point_only_selects_it(hand: Hand) -> None:
    before = hand.data
    hand.click(1.0, 0.0)
    assert hand.session.selection.example == ("training", 2)
    assert hand.data is before


def test_a_point_cannot_leave_the_picture(hand: Hand) -> None:
    hand.press(1.0, 1.0)
    for at in (1.1, 1.5, 3.0):
        hand.move(at, at)
    hand.release(3.0, 3.0)
    x, y = hand.data.training.inputs[3]
    assert 1.0 < x <= hand.pane.plot.plane.x_range[1] + 1e-9
    assert 1.0 < y <= hand.pane.plot.plane.y_range[1] + 1e-9


def test_keys_add_pick_up_put_down_relabel_and_delete(hand: Hand) -> None:
    hand.canvas.setFocus()
    hand.key(Key.Key_Return)  # shows the cross in the middle
    assert hand.pane.plot.cross == pytest.approx((0.5, 0.5))
    hand.key(Key.Key_Return)
    assert hand.data.training.inputs[4].tolist() == pytest.approx([0.5, 0.5], abs=0.02)
    hand.key(Key.Key_Return)  # picks the new one up
    assert hand.pane.editor.hint == CARRYING
    hand.key(Key.Key_Right, 5)
    hand.key(Key.Key_Up, 5)
    assert hand.data.training.inputs[4].tolist() == pytest.approx([0.5, 0.5], abs=0.02)
    hand.key(Key.Key_Return)  # puts it down
    assert hand.data.training.inputs[4].tolist() == pytest.approx([0.64, 0.64], abs=0.03)
    assert hand.data.training.targets[4] == 1.0
    hand.key(Key.Key_Return, modifiers=SHIFT)
    assert hand.data.training.targets[4] == 0.0
    hand.key(Key.Key_Delete)
    assert len(hand.data.training) == 4
    assert hand.session.selection.example is None


def test_escape_leaves_a_carried_point_where_it_was(hand: Hand) -> None:
    before = hand.data
    hand.click(1.0, 1.0)
    hand.key(Key.Key_Return)  # shows the cross on the selected point
    assert hand.pane.plot.cross == (1.0, 1.0)
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Left, 9)
    assert not np.array_equal(hand.pane.plot.shown_at()[3], [1.0, 1.0])
    hand.key(Key.Key_Escape)
    assert np.array_equal(hand.pane.plot.shown_at()[3], [1.0, 1.0])
    assert hand.data is before


def test_delete_without_a_point_says_what_to_do(hand: Hand) -> None:
    hand.key(Key.Key_Delete)
    assert hand.pane.edit_bar.message.text() == NONE_CHOSEN
    assert hand.pane.edit_bar.message.isVisible()


def test_the_last_point_stays_with_a_sentence_in_the_pane(hand: Hand) -> None:
    for corner in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0)):
        hand.click(*corner)
        hand.key(Key.Key_Delete)
    assert len(hand.data.training) == 1
    hand.click(1.0, 1.0)
    hand.key(Key.Key_Delete)
    assert len(hand.data.training) == 1
    said = "The last training example cannot be deleted; add another one first."
    assert hand.pane.edit_bar.message.text() == said


def test_the_menu_relabels_deletes_and_adds(hand: Hand) -> None:
    entries = hand.right_click(0.0, 0.0)
    assert list(entries) == ["Change the class to true", "Delete this point"]
    entries["Change the class to true"]()
    assert hand.data.training.targets.ravel().tolist() == [1.0, 1.0, 1.0, 0.0]
    assert hand.pane.plot.classes.tolist() == [1, 1, 1, 0]
    hand.right_click(0.0, 0.0)["Delete this point"]()
    assert hand.data.training.targets.ravel().tolist() == [1.0, 1.0, 0.0]
    entries = hand.right_click(0.5, 0.4)
    assert list(entries) == ["Add a point of class false", "Add a point of class true"]
    entries["Add a point of class false"]()
    assert hand.data.training.targets.ravel().tolist() == [1.0, 1.0, 0.0, 0.0]


def test_an_edit_in_the_middle_of_an_epoch_and_while_it_runs(hand: Hand) -> None:
    hand.session.step("presentation")
    hand.press(1.0, 1.0)
    hand.move(0.8, 0.9)
    hand.release(0.8, 0.9)
    assert hand.session.cursor is not None
    assert hand.session.cursor.counters.position_in_epoch == 1  # a move leaves the epoch as it is
    hand.click(0.4, 0.4)
    assert hand.session.cursor.counters.position_in_epoch == 0  # another number of examples ends it
    hand.session.play()
    hand.press(0.4, 0.4)
    hand.move(0.5, 0.2)
    hand.qtbot.wait(100)  # frames come meanwhile
    assert np.allclose(hand.pane.plot.shown_at()[4], [0.5, 0.2], atol=0.03)
    hand.release(0.5, 0.2)
    assert hand.session.activity == "running"
    assert np.allclose(hand.data.training.inputs[4], [0.5, 0.2], atol=0.03)
    hand.session.pause()


def test_going_back_before_the_edit_shows_the_old_points(hand: Hand) -> None:
    hand.train(5)
    hand.click(0.5, 0.5)
    assert len(hand.pane.plot.points) == 5
    hand.session.seek(0)
    assert len(hand.pane.plot.points) == 4
    hand.session.seek(20)
    assert len(hand.pane.plot.points) == 5


def test_only_the_training_set_is_edited(hand: Hand) -> None:
    experiment = hand.session.history.trainer.experiment  # type: ignore[union-attr]
    options = {"name": "blobs", "test_fraction": 0.5, "n": 20}
    hand.session.begin(experiment.replace({"dataset": options}), "")
    hand.qtbot.waitUntil(lambda: hand.session.activity == "paused" and len(hand.data.test) == 10, timeout=30_000)
    box = hand.pane.set_choice
    box.setCurrentIndex(box.findData("test"))
    box.activated.emit(box.currentIndex())
    before = hand.data
    plane = hand.pane.plot.plane
    hand.click(sum(plane.x_range) / 2, plane.y_range[1] - 0.02 * (plane.y_range[1] - plane.y_range[0]))
    assert hand.data is before
    assert hand.pane.edit_bar.message.text() == ONLY_TRAINING
    hand.pane.edit.click()
    hand.pane.edit.click()  # switching editing on shows the training set
    assert box.currentData() == "training"
    assert hand.pane.editor.hint == HINT


def test_number_targets_get_the_value_of_the_bar(hand: Hand, tmp_path: Path) -> None:
    experiment = hand.session.history.trainer.experiment  # type: ignore[union-attr]
    table = tmp_path / "sums.csv"
    table.write_text("a,b,sum\n" + "\n".join(f"{a},{b},{a + b}" for a in (0, 1.5, 2) for b in (1, 3)))
    changes = {
        "dataset": {"name": "table", "path": str(table)},
        "network.activations": ["sigmoid", "linear"],
        "training.stop": {},
    }
    hand.session.begin(experiment.replace(changes), "")
    hand.qtbot.waitUntil(lambda: hand.session.activity == "paused" and hand.data.class_names is None, timeout=30_000)
    assert hand.data.n_inputs == 2
    bar = hand.pane.edit_bar
    assert bar.value.isVisible()
    bar.value.setText("much")
    plane = hand.pane.plot.plane
    corner = (plane.x_range[0] + 0.01, plane.y_range[0] + 0.01)
    n = len(hand.data.training)
    hand.click(*corner)
    assert len(hand.data.training) == n
    assert bar.message.text().startswith("The value of new points must be a number")
    bar.value.setText("0,75")
    hand.click(*corner)
    assert hand.data.training.targets[-1].tolist() == [0.75]
    bar.value.setText("-2")
    hand.key(Key.Key_Return, modifiers=SHIFT)
    assert hand.data.training.targets[-1].tolist() == [-2.0]


def test_an_edit_acts_on_all_tracks_with_the_same_examples(hand: Hand) -> None:
    hand.session.comparison.add({"training.momentum": 0.0}, "no momentum")
    hand.qtbot.waitUntil(lambda: len(hand.session.tracks) == 2 and hand.session.activity == "paused", timeout=30_000)
    QApplication.processEvents()
    assert hand.pane.edit_bar.isVisible()
    hand.click(0.5, 0.5)
    assert [len(track.trainer.model.data.training) for track in hand.session.tracks if track.trainer.model.data] == [
        5,
        5,
    ]
    QTest.keyClick(hand.window, Key.Key_Z, CTRL)
    assert [len(track.trainer.model.data.training) for track in hand.session.tracks if track.trainer.model.data] == [
        4,
        4,
    ]


def test_the_examples_of_another_track_are_not_taken_for_those_of_the_lead(hand: Hand) -> None:
    hand.session.comparison.add({"training.momentum": 0.0}, "no momentum")
    hand.qtbot.waitUntil(lambda: len(hand.session.tracks) == 2 and hand.session.activity == "paused", timeout=30_000)
    experiment = hand.session.tracks[0].trainer.experiment
    hand.session.begin(experiment.replace({"dataset": {"name": "blobs", "n": 20}}), "")
    hand.qtbot.waitUntil(lambda: hand.session.activity == "paused" and len(hand.data.training) == 20, timeout=30_000)
    QApplication.processEvents()
    grid = hand.pane.parentWidget()
    while not hasattr(grid, "cells"):
        grid = grid.parentWidget()
    other = grid.cells[1].pane
    assert other.editor.is_on
    other.editor.add((0.5, 0.5))
    assert len(hand.data.training) == 20
    said = "Only the examples of the lead can be edited, and this track has others; make it the lead first."
    assert hand.window.status_line.text("message") == said


def test_of_a_large_set_the_right_example_is_moved_and_deleted(hand: Hand) -> None:
    experiment = hand.session.tracks[0].trainer.experiment
    hand.session.begin(experiment.replace({"dataset": {"name": "blobs", "n": 5000}}), "")
    hand.qtbot.waitUntil(lambda: hand.session.activity == "paused" and len(hand.data.training) == 5000, timeout=30_000)
    QApplication.processEvents()
    plot = hand.pane.plot
    assert len(plot.points) < 5000
    lowest = int(np.argmin(plot.points[:, 1]))  # at the edge, where points do not hide each other
    example = int(np.flatnonzero((hand.data.training.inputs == plot.points[lowest]).all(axis=1))[0])
    x, y = plot.points[lowest]
    hand.press(x, y)
    hand.move(x, y + 1.0)
    hand.release(x, y + 1.0)
    moved = np.flatnonzero(hand.data.training.inputs[:, 1] != experiment_inputs(hand)[:, 1])
    assert moved.tolist() == [example]
    assert hand.session.selection.example == ("training", example)
    hand.key(Key.Key_Delete)
    assert len(hand.data.training) == 4999


def experiment_inputs(hand: Hand) -> np.ndarray:
    """Return the inputs of the run before any edit."""
    found = hand.session.tracks[0].tree.root.history.trainer.model.data
    assert found is not None
    return found.training.inputs
