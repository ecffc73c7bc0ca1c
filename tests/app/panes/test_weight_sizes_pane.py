"""The sizes of the weights over a run: from the trail, with the best validation, for one track and for several."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes.weight_sizes import WeightSizesPane
from app.track import Track
from app.trails import Trails
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.run_tree import RunTree
from nlcore.trainer import Trainer
from nlcore.weight_sizes import weight_sizes

SMALL = Experiment.from_dict(
    {
        "dataset": {"name": "sonars", "n": 10, "n_validation": 20},
        "network": {"layers": [8, 3, 1], "activations": ["sigmoid", "sigmoid"]},
        "training": {"mode": "batch", "learning_rate": 1.0, "stop": {"epochs": 60}},
    }
)


class Desk:
    """A pane and the tracks it draws."""

    def __init__(self, qtbot: QtBot) -> None:
        changes: list[dict[str, object]] = [{}, {"training.penalty.strength": 0.5}]
        self.tracks = [
            Track(k, f"run {k}", RunTree(History(Trainer(SMALL.replace(change)))))
            for k, change in enumerate(changes, start=1)
        ]
        self.trails = Trails(lambda: self.tracks)
        self.pane = WeightSizesPane()
        qtbot.addWidget(self.pane)
        self.pane.resize(500, 400)
        self.pane.use_trails(self.trails)
        self.pane.show()

    def train(self, epochs: int = 60) -> None:
        for track in self.tracks:
            history = track.history
            after = history.trainer.measured_advance(history.head, epochs * 10, stops=False)
            history.curves.append(after.clock, after.values)
            history.record(after.state)
            track.cursor = history.head

    def frame(self, n: int = 1) -> Frame:
        frames = [
            TrackFrame(track.name, track.trainer.model, track.cursor, track.history.curves, None, (), track.number)
            for track in self.tracks[:n]
        ]
        return Frame(tuple(frames))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.trails.close()


def test_every_update_of_a_short_run_is_drawn(desk: Desk) -> None:
    desk.train()
    desk.pane.show_frame(desk.frame())
    desk.pane.finish()
    hidden, outputs = desk.pane.plot.lines
    assert hidden.x.tolist() == list(range(61))
    track = desk.tracks[0]
    assert isinstance(track.trainer.model, FeedforwardModel)
    layout = track.trainer.model.layout
    state = track.trainer.advance(track.history.start, 20 * 10)
    wanted = weight_sizes(layout, state.params)
    np.testing.assert_allclose([hidden.y[20], outputs.y[20]], wanted[:2])
    assert hidden.present == 60
    assert [entry.text for entry in desk.pane.legend.entries] == ["hidden layer", "outputs", "best validation"]
    best = track.history.best_validation()
    assert best is not None
    assert hidden.best is not None
    assert hidden.best[0] == best.updates
    (table,) = desk.pane.tables(desk.frame())
    assert table.headings == ("updates", "hidden layer", "outputs", "largest weight", "sum of squares")
    assert table.rows[20] == (20, *wanted.tolist())


def test_back_in_time_the_whole_run_stays_in_sight(desk: Desk) -> None:
    desk.train()
    desk.pane.show_frame(desk.frame())
    desk.pane.finish()
    desk.tracks[0].seek(300)
    desk.pane.show_frame(desk.frame())
    line = desk.pane.plot.lines[0]
    assert (line.x[-1], line.x[line.present]) == (60.0, 30.0)
    assert desk.pane.readout.full_text.startswith("Now, at update 30: hidden layer ")


def test_quantities_and_several_tracks(desk: Desk) -> None:
    desk.train()
    desk.pane.quantity.setCurrentIndex(2)
    desk.pane.show_frame(desk.frame(2))
    desk.pane.finish()
    free, held = desk.pane.plot.lines
    assert (free.symbol, held.symbol) == ("o", "s")
    assert held.y[-1] < 0.5 * free.y[-1]
    assert [entry.text for entry in desk.pane.legend.entries][:3] == ["run 1", "run 2", "sum of squares"]
    squares = float(np.sum(desk.tracks[1].cursor.params ** 2))
    assert held.y[-1] == pytest.approx(squares)
    said = desk.pane.in_words(desk.frame(2))
    assert "run 2: After 60 updates" in said
    assert "The penalty adds 0.5 × " in said
    desk.pane.quantity.setCurrentIndex(1)
    desk.pane.show_frame(desk.frame(2))
    assert desk.pane.plot.lines[0].y[-1] == np.abs(desk.tracks[0].cursor.params).max()


def test_logarithmic_axes_and_the_arrow_keys(desk: Desk) -> None:
    desk.train()
    desk.pane.show_frame(desk.frame())
    desk.pane.finish()
    desk.pane.log_x.setChecked(True)
    desk.pane.log_y.setChecked(True)
    assert (desk.pane.plot.log_x, desk.pane.plot.log_y) == (True, True)
    desk.pane.plot.stepped.emit(1, 0)
    desk.pane.plot.stepped.emit(-1, 0)
    assert desk.pane.readout.full_text.startswith("At update 59: ")


def test_without_training_there_is_the_start(desk: Desk) -> None:
    desk.pane.show_frame(desk.frame())
    assert [len(line.x) for line in desk.pane.plot.lines] == [1, 1]
    assert desk.pane.in_words(desk.frame()).startswith("After 0 updates the weights have the sizes: hidden layer ")
