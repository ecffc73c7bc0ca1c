"""Neighbours beside networks: what is searched for, drawn and said."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes import nearest_neighbours
from app.panes.nearest_neighbours import MOST_K, WAITING, NearestNeighboursPane
from app.theme import DARK
from app.widgets.neighbour_plot import percent
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.nearest_neighbours import scores
from nlcore.records import Counters, TrainState, read_only
from nlcore.trainer import Trainer


def vowels(**dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "vowels", "n": 120, **dataset},
            "network": {"layers": [2, 4, 10], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.5, "initializer": {"name": "uniform"}},
        }
    )


def track_of(experiment: Experiment, epochs: int = 1, number: int = 1, name: str = "run") -> TrackFrame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, epochs * trainer.model.epoch_length)
    return TrackFrame(name, trainer.model, state, history.curves, number=number)


def accuracy(track: TrackFrame) -> float:
    measured = Trainer(track.experiment).evaluate(track.state)["test"]
    assert measured is not None
    assert measured.accuracy is not None
    return measured.accuracy


@pytest.fixture
def pane(qtbot: QtBot) -> NearestNeighboursPane:
    made = NearestNeighboursPane()
    qtbot.addWidget(made)
    made.resize(480, 380)
    made.show()
    return made


def test_it_draws_the_neighbours_and_the_network(pane: NearestNeighboursPane) -> None:
    track = track_of(vowels())
    model = track.model
    assert isinstance(model, FeedforwardModel)
    frame = Frame((track,))
    pane.show_frame(frame)
    expected = scores(model.examples, "test", range(1, MOST_K + 1))
    (shown,) = pane.plot.compared
    assert shown.scores is not None
    assert shown.scores.accuracies == expected.accuracies
    assert shown.accuracy == accuracy(track)
    said = pane.readout.full_text
    assert f"of {expected.n} test examples" in said.lower()
    assert f"the {expected.best[0]} nearest neighbours classify {percent(expected.best[1])} correctly" in said
    assert f"the network now {percent(accuracy(track))}" in said
    table, networks = pane.tables(frame)
    assert [row[1:] for row in table.rows] == list(zip(range(1, 16), expected.accuracies, strict=True))
    assert networks.rows == (("test", accuracy(track)),)


def test_another_set_is_asked_about(pane: NearestNeighboursPane) -> None:
    pane.show_frame(Frame((track_of(vowels(validation_fraction=0.2)),)))
    texts = [pane.set_choice.itemText(i) for i in range(pane.set_choice.count())]
    assert texts == ["Test set", "Validation set", "Training set"]
    pane.set_choice.setCurrentIndex(2)
    pane.set_choice.activated.emit(2)
    assert pane.plot.full_title.startswith("Training set")
    assert "one neighbour 100.0\u00a0%" in pane.readout.full_text  # each is its own nearest neighbour
    pane.show_frame(Frame((track_of(vowels(test_fraction=0.0)),)))
    assert pane.set_choice.count() == 1


def test_tracks_with_the_same_data_share_their_neighbours(pane: NearestNeighboursPane) -> None:
    first = track_of(vowels(), 1, 1, "one")
    assert isinstance(first.model, FeedforwardModel)
    trainer = Trainer(vowels().replace({"seed": 2}), first.model.examples)
    same = TrackFrame("two", trainer.model, trainer.initial_state(), History(trainer).curves, number=2)
    men = track_of(vowels(who="men"), 1, 3, "men")
    frame = Frame((first, same, men))
    pane.show_frame(frame)
    assert [one.scores is not None for one in pane.plot.compared] == [True, False, True]
    assert len({one.colour for one in pane.plot.compared}) == 3
    assert {row[0] for row in pane.tables(frame)[0].rows} == {"one", "two", "men"}
    pane.set_theme(DARK)
    texts = [entry.text for entry in pane.legend.entries]
    assert texts[0] == "k nearest neighbours, one"
    assert len(texts) == 5


def test_large_sets_are_searched_beside_the_window(
    pane: NearestNeighboursPane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_neighbours, "AT_ONCE", 0)
    may_go, threads = threading.Event(), []

    def slow(*args: Any) -> Any:
        threads.append(threading.current_thread().name)
        assert may_go.wait(20)
        return scores(*args)

    monkeypatch.setattr(nearest_neighbours, "scores", slow)
    frame = Frame((track_of(vowels()),))
    pane.show_frame(frame)
    pane.show_frame(frame)
    assert WAITING in pane.readout.full_text
    assert [one.scores for one in pane.plot.compared] == [None]
    may_go.set()
    qtbot.waitUntil(lambda: pane.plot.compared[0].scores is not None, timeout=20_000)
    assert threads == ["nllab-neighbours"]
    assert WAITING not in pane.readout.full_text


def test_a_hidden_pane_gives_the_search_up_and_finish_waits(
    pane: NearestNeighboursPane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_neighbours, "AT_ONCE", 0)
    frame = Frame((track_of(vowels()),))
    pane.show_frame(frame)
    pane.hide()
    pane.show()
    pane.show_frame(frame)
    qtbot.waitUntil(lambda: pane.plot.compared[0].scores is not None, timeout=20_000)
    pane.show_frame(Frame((track_of(vowels(split_seed=2)),)))
    pane.finish()
    assert pane.plot.compared[0].scores is not None


def test_a_network_without_numbers_has_no_line(pane: NearestNeighboursPane) -> None:
    track = track_of(vowels())
    nan = read_only(np.full(track.model.n_params, np.nan))
    pane.show_frame(Frame((TrackFrame("run", track.model, TrainState(nan, nan, Counters(8, 8, 0, 8)), track.curves),)))
    assert pane.plot.compared[0].accuracy is None
    assert "the network has no answer" in pane.readout.full_text


def test_it_says_why_not(pane: NearestNeighboursPane, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = Experiment.from_dict(
        {
            "dataset": {"name": "linear_noise"},
            "network": {"layers": [1, 1], "activations": ["linear"]},
            "training": {"rule": "delta"},
        }
    )
    assert "targets of this data set are numbers" in (pane.why_empty(Frame((track_of(numbers),))) or "")
    function = Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}})
    assert "minimises a function" in (pane.why_empty(Frame((track_of(function),))) or "")
    monkeypatch.setattr(nearest_neighbours, "MOST", 100)
    assert "would take too long" in (pane.why_empty(Frame((track_of(vowels()),))) or "")
