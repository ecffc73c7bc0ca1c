"""Weights over time: every picture shows the state of its moment, and a click asks the clock to go there."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.main_window import MainWindow
from app.panes.weight_film import PANE, WeightFilmPane
from app.widgets.film_scene import CHOICES, frames_of, moments_of
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.app.desk import window

__all__ = ["window"]


def digits_run(epochs: int) -> History:
    """Return a run on a few digits: 40 training examples, two hidden units."""
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "digits", "digits": [0, 1], "n": 50, "validation_fraction": 0.0, "test_fraction": 0.2},
            "network": {"layers": [64, 2, 1], "activations": ["sigmoid", "sigmoid"]},
            "training": {"initializer": "zero_inputs", "learning_rate": 0.3},
        }
    )
    history = History(Trainer(experiment))
    for _ in range(epochs):
        history.record(history.trainer.advance(history.head, 40))
    return history


def frame_of(history: History, at: int, **more: object) -> Frame:
    track = TrackFrame("run", history.trainer.model, history.state_at(at), history.curves)
    return Frame((track,), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def run() -> History:
    return digits_run(12)


@pytest.fixture
def pane(qtbot: QtBot, run: History) -> WeightFilmPane:
    made = PANE()
    qtbot.addWidget(made)
    made.stills.history_of = lambda number: run if number == 1 else None
    made.resize(640, 480)
    made.show()
    return made


def test_each_picture_is_the_state_of_its_moment(pane: WeightFilmPane, run: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(run, 75))
    qtbot.waitUntil(lambda: sum(still.scene is not None for still in pane.canvas.stills) == 4, timeout=20_000)
    assert [still.title for still in pane.canvas.stills] == [
        "start",
        "1 epoch",
        "75 examples",
        "10 epochs",
        "100 epochs",
    ]
    assert [still.moment for still in pane.canvas.stills] == [0, 40, 75, 400, 4000]
    model = run.trainer.model
    assert isinstance(model, FeedforwardModel)
    for still in pane.canvas.stills[:4]:
        assert still.scene is not None
        wanted = model.layout.weights(run.state_at(still.moment).params)[0]
        assert still.scene.images.reshape(2, 64).tolist() == wanted.tolist()
    assert pane.canvas.stills[4].scene is None
    assert not np.any(pane.canvas.stills[0].scene.images)  # type: ignore[union-attr]
    said = pane.in_words(frame_of(run, 75))
    assert "100 epochs: not trained yet." in said
    assert "1 epoch: test " in said
    (table,) = pane.tables(frame_of(run, 75))
    assert [row[1] for row in table.rows] == [0, 0, 40, 40, 75, 75, 400, 400]


def test_a_click_and_the_arrow_keys_ask_for_a_moment(pane: WeightFilmPane, run: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(run, 75))
    pane.finish()
    wanted: list[int] = []
    pane.moment_requested.connect(wanted.append)
    for place in (3, 0, 4):  # the last one is not trained yet
        click = pane.canvas.picture_rect(place, 1).center()
        qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=click)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Left)
    assert wanted == [400, 0, 400, 40]


def test_play_goes_through_the_run_and_stops(pane: WeightFilmPane, run: History, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(run, 480))
    wanted: list[int] = []
    pane.moment_requested.connect(wanted.append)
    pane._timer.setInterval(1)
    qtbot.mouseClick(pane.play, Qt.MouseButton.LeftButton)
    assert pane.play.text() == "Stop"
    qtbot.waitUntil(lambda: pane.play.text() == "Play", timeout=20_000)
    assert wanted == list(frames_of(40, 480))
    assert wanted == sorted(wanted)
    assert (wanted[0], wanted[-1]) == (0, 480)
    assert set(range(40, 481, 40)) <= set(wanted)
    qtbot.mouseClick(pane.play, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(pane.play, Qt.MouseButton.LeftButton)
    assert pane.play.text() == "Play"


def test_what_belongs_to_another_run_is_forgotten(pane: WeightFilmPane, run: History) -> None:
    pane.show_frame(frame_of(run, 480))
    pane.finish()
    assert pane.stills.point(400) is not None
    other = digits_run(1)
    pane.stills.history_of = lambda _number: other
    pane.show_frame(frame_of(other, 40))
    assert pane.stills.point(400) is None
    assert [still.scene is not None for still in pane.canvas.stills][2:] == [False, False]


def test_scales_units_and_moments_can_be_chosen(pane: WeightFilmPane, run: History) -> None:
    pane.show_frame(frame_of(run, 480))
    pane.finish()
    assert "its own largest weight" in pane.legend.accessibleDescription()
    pane.scale.setCurrentIndex(1)
    pane.unit.setCurrentIndex(2)
    pane.choice.setCurrentIndex(list(CHOICES).index("pictures"))
    pane.choice.activated.emit(3)
    pane.finish()
    assert [still.moment for still in pane.canvas.stills] == [0, 1, 2, 10, 50, 480]
    assert pane.canvas.units == [1]
    largest = max(still.largest(1) for still in pane.canvas.stills)
    assert f"{largest:.3g}" in pane.legend.accessibleDescription()
    first = pane.canvas.stills[1].scene
    assert first is not None
    shown = run.trainer.model.data.training.inputs[0]  # type: ignore[union-attr]
    weights = first.images[1].ravel()
    assert np.allclose(weights / weights[np.argmax(shown)], shown / shown.max())  # one update adds the picture itself


@pytest.mark.parametrize("end", [0, 7, 39, 40, 200, 4000])
def test_moments_are_in_order_and_within_the_run(end: int) -> None:
    for way in (frames_of(40, end), moments_of("evenly", 40, end)):
        assert list(way) == sorted(set(way))
        assert (way[0], way[-1]) == (0, end)
        assert len(way) <= 60


@pytest.mark.parametrize("size", [(220, 180), (420, 300), (1300, 900)])
def test_pictures_do_not_overlap(pane: WeightFilmPane, run: History, size: tuple[int, int]) -> None:
    pane.resize(*size)
    pane.show_frame(frame_of(run, 75))
    pane.finish()
    rects = [pane.canvas.picture_rect(place, row) for place in range(5) for row in range(2)]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    assert all(pane.canvas.rect().contains(rect) for rect in rects)
    assert pane.canvas.column_rect(0).contains(rects[0].topLeft() + QPoint(1, 1))


def test_in_the_window_the_clock_goes_where_the_film_asks(window: MainWindow, qtbot: QtBot) -> None:
    pane = window.docks.panes["weight_film"]
    assert isinstance(pane, WeightFilmPane)
    window.session.play(epochs=5)
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    assert window.session.now == 20
    pane.moment_requested.emit(8)
    qtbot.waitUntil(lambda: window.session.now == 8, timeout=30_000)
    assert pane.stills.history_of(1) is window.session.history
    assert pane.stills.history_of(7) is None
