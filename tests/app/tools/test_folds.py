"""Folds in the window: found beside it, cancelled, refused in a sentence, and the last run on all examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.lesson import Lesson
from app.main_window import MainWindow
from app.panes.folds import FoldsPane
from app.tools.folds import NO_LIMIT
from nlcore.cross_validation import run_folds
from nlcore.experiment import Experiment
from tests.app.desk import window

__all__ = ["window"]

SMALL = Experiment.from_dict(
    {
        "dataset": {"name": "sonars", "n": 12, "n_validation": 8, "n_test": 5},
        "network": {"layers": [8, 2, 1], "activations": ["sigmoid", "sigmoid"]},
        "training": {"learning_rate": 0.5, "stop": {"epochs": 30}},
    }
)


def lesson_of(experiment: Experiment) -> Lesson:
    return Lesson("folds-test", "Folds", "Tests", 3, (), ("folds",), experiment, (), (), "# F", Path("folds-test.md"))


def opened(window: MainWindow, qtbot: QtBot, experiment: Experiment = SMALL) -> FoldsPane:
    window.session.open(lesson_of(experiment))
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.actions_by_id["choose_epochs"].trigger()
    pane = window.docks.panes["folds"]
    assert isinstance(pane, FoldsPane)
    assert pane.isVisible()
    return pane


def test_a_search_and_the_run_that_follows(window: MainWindow, qtbot: QtBot) -> None:
    pane = opened(window, qtbot)
    assert pane.text.text().startswith("All available examples, training and validation set together,")
    pane.form.parts.setValue(5)
    pane.form.start.click()
    qtbot.waitUntil(lambda: pane.search is not None and pane.search.is_over, timeout=60_000)
    trainer = window.session.tracks[0].trainer
    wanted = run_folds(SMALL, trainer.model.data, 5)
    search = pane.search
    assert search is not None
    assert search.found == wanted
    assert [len(losses) for losses in search.courses] == [31] * 5
    assert search.courses[0][wanted.folds[0].best_epoch] == pytest.approx(wanted.folds[0].value / 4)
    assert "Best epochs of the 5 folds: " in pane.text.text()
    assert "20 examples in 5 parts, at most 30 epochs each." in pane.text.text()
    assert pane.frame is not None
    (table,) = pane.tables(pane.frame)
    assert [row[1] for row in table.rows] == [fold.best_epoch for fold in wanted.folds]
    assert pane.form.train.text() == f"Train on all 20 for {wanted.epochs} epochs"
    pane.form.train.click()
    qtbot.waitUntil(lambda: window.session.tracks[0].trainer is not trainer, timeout=30_000)
    last = window.session.tracks[0].trainer
    assert last.experiment.training.stop.epochs == wanted.epochs
    assert last.model.data is not None
    assert [len(examples) for examples in last.model.data.sets.values()] == [20, 0, 5]
    window.session.changes.undo()
    assert window.session.tracks[0].trainer is trainer


def test_it_can_be_cancelled_and_begun_again(window: MainWindow, qtbot: QtBot) -> None:
    pane = opened(window, qtbot, SMALL.replace({"training.stop.epochs": 2_000_000}))
    pane.form.start.click()
    assert pane.form.cancel.isVisible()
    assert not pane.form.start.isVisible()
    pane.form.cancel.click()
    qtbot.waitUntil(lambda: pane.form.start.isVisible(), timeout=30_000)
    assert pane.problem.text() == "The search was cancelled before all folds were done."
    assert not pane.form.train.isVisible()


def test_what_cannot_be_is_a_sentence(window: MainWindow, qtbot: QtBot) -> None:
    pane = opened(window, qtbot, SMALL.replace({"training.stop": {"updates": 100}}))
    pane.form.start.click()
    qtbot.waitUntil(lambda: pane.problem.isVisible(), timeout=30_000)
    assert pane.problem.text() == f"{NO_LIMIT}."
    pane = opened(window, qtbot, SMALL.replace({"dataset.n": 3, "dataset.n_validation": 0}))
    pane.form.start.click()
    qtbot.waitUntil(lambda: pane.problem.isVisible(), timeout=30_000)
    assert "3 available examples (training and validation set) cannot be cut into 10 parts" in pane.problem.text()


def test_another_lesson_ends_a_search(window: MainWindow, qtbot: QtBot) -> None:
    pane = opened(window, qtbot, SMALL.replace({"training.stop.epochs": 2_000_000}))
    pane.form.start.click()
    window.open_lesson("xor")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.actions_by_id["choose_epochs"].trigger()
    again = window.docks.panes["folds"]
    assert isinstance(again, FoldsPane)
    assert again.search is None
    assert again.form.start.isVisible()
