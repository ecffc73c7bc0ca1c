"""The near-linear pane: its bars are the net inputs, its curve the distance at every moment, in all tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, TrackFrame
from app.panes.near_linear import NearLinearPane
from app.trails import Trails
from app.widgets.departures import BOX, EXAMPLES, Run
from nlcore import linearity, network
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.linearity import departure_of, fit_at_examples, fit_in_box
from nlcore.trails import Point
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

SIGMOIDS = ["sigmoid"] * 3


class Going:
    """A run, as trails ask for it and as panes are shown it."""

    def __init__(self, experiment: Experiment, presentations: int, number: int = 1) -> None:
        self.history, self.number = History(Trainer(experiment)), number
        after = self.history.trainer.measured_advance(self.history.start, presentations, stops=False)
        self.history.record(after.state)

    @property
    def frame(self) -> TrackFrame:
        history = self.history
        return TrackFrame(f"run {self.number}", history.trainer.model, history.head, history.curves, number=self.number)


def shown(qtbot: QtBot, *runs: Going, size: tuple[int, int] = (520, 560)) -> NearLinearPane:
    pane = NearLinearPane()
    qtbot.addWidget(pane)
    trails = Trails(lambda: runs, pane)
    pane.use_trails(trails)
    pane.resize(*size)
    pane.show()
    pane.show_frame(Frame(tuple(run.frame for run in runs)))
    pane.finish()
    return pane


def test_the_curve_is_the_distance_at_every_update(qtbot: QtBot) -> None:
    runs = (Going(xor(), 120), Going(xor(training__momentum=0.0), 80, number=2))
    pane = shown(qtbot, *runs)
    assert [line.symbol for line in pane.curves.lines] == ["o", "s"]
    assert [len(line.x) for line in pane.curves.lines] == [121, 81]
    trainer = runs[0].history.trainer
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    fit = fit_at_examples(model)
    state = trainer.initial_state()
    for update in (0, 40, 120):
        state = trainer.advance(state, update - state.counters.presentations)
        assert pane.curves.lines[0].y[update] == departure_of(model, state.params, fit).distance
    rows = pane.tables(Frame(tuple(run.frame for run in runs)))[1].rows
    assert len(rows) == 121 + 81
    assert rows[40][-2] == pane.curves.lines[0].y[40]


def test_the_bars_reach_from_the_smallest_to_the_largest_net_input(qtbot: QtBot) -> None:
    run = Going(xor(), 400)
    pane = shown(qtbot, run)
    model = run.frame.model
    assert isinstance(model, FeedforwardModel)
    nets = network.forward(model.layout, run.frame.state.params, model.examples.training.inputs).net_inputs[0]
    bars = pane.ranges._bars.getData()[0].reshape(-1, 2)
    np.testing.assert_array_equal(bars, np.column_stack((nets.min(axis=0), nets.max(axis=0))))
    rows = pane.tables(Frame((run.frame,)))[0].rows
    assert [row[1:3] for row in rows[: len(bars)]] == [tuple(bar) for bar in bars.tolist()]
    assert f"{np.mean(np.abs(nets) < 0.6549):.0%}"[:-1] in pane.readout.full_text


def test_where_a_line_goes_through_all_examples_the_box_is_taken(qtbot: QtBot) -> None:
    few = {"name": "by_hand", "inputs": [[0.0], [1.0]], "targets": [[0.0], [1.0]]}
    network_ = {"layers": [1, 2, 1], "activations": ["sigmoid", "sigmoid"]}
    run = Going(Experiment.from_dict({"dataset": few, "network": network_}), 40)
    pane = shown(qtbot, run)
    assert "so the box is taken" in pane.readout.full_text
    model = run.frame.model
    assert isinstance(model, FeedforwardModel)
    wanted = departure_of(model, run.frame.state.params, fit_in_box(model)).distance
    assert wanted > 0.0
    assert pane.curves.lines[0].y[-1] == wanted


def test_measure_and_place_can_be_chosen(qtbot: QtBot) -> None:
    run = Going(xor(), 400)
    pane = shown(qtbot, run)
    model = run.frame.model
    assert isinstance(model, FeedforwardModel)
    for k, fit in enumerate((fit_at_examples(model), fit_in_box(model))):
        pane.places.setCurrentIndex(k)
        found = departure_of(model, run.frame.state.params, fit)
        for j, value in enumerate((found.distance, found.share)):
            pane.measure.setCurrentIndex(j)
            pane.measure.activated.emit(j)
            pane.finish()
            assert pane.curves.lines[0].y[-1] == value
    pane.curves.hovered.emit(0.0)
    assert pane.readout.full_text.endswith("after 0 updates.")
    pane.curves.unhovered.emit()
    assert "best linear fit" in pane.readout.full_text


def test_other_activations_with_the_same_weights_are_asked_about_anew(qtbot: QtBot) -> None:
    pane = shown(qtbot, Going(xor(), 0))
    before = float(pane.curves.lines[0].y[0])
    tanh = Going(xor(network={"layers": [2, 2, 1], "activations": ["tanh", "sigmoid"]}), 0)
    sigmoid = Going(xor(network={"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"]}), 0)
    assert np.array_equal(tanh.frame.state.params, sigmoid.frame.state.params)
    values = []
    for run in (sigmoid, tanh):
        pane.show_frame(Frame((run.frame,)))
        values.append(float(pane.curves.lines[0].y[0]))
    assert values[0] == before
    assert values[1] > 2.0 * before


def test_a_large_network_is_asked_beside_the_window(qtbot: QtBot) -> None:
    large = Experiment.from_dict(
        {
            "dataset": {"name": "moons", "n": 400},
            "network": {"layers": [2, 200, 1], "activations": ["tanh", "sigmoid"]},
        }
    )
    pane = NearLinearPane()
    qtbot.addWidget(pane)
    run = Going(large, 0)
    model, params = run.frame.model, run.frame.state.params
    assert isinstance(model, FeedforwardModel)
    points = tuple(Point(params * (1 + k), run.frame.state.counters, is_by_hand=bool(k)) for k in range(2))
    asked = Run(1, model, (*points,) * 20)
    with qtbot.waitSignal(pane.departures.changed, timeout=20_000):
        pane.departures.find((asked,), BOX)
        assert pane.departures.of(asked, BOX) == []
    assert [found for _, found in pane.departures.of(Run(1, model, points), BOX)] == [
        departure_of(model, point.params, fit_in_box(model)) for point in points
    ]
    assert pane.departures.of(asked, EXAMPLES) == []


@pytest.mark.parametrize(("size", "side"), [((700, 360), True), ((400, 560), False)])
def test_a_wide_pane_has_the_pictures_side_by_side(qtbot: QtBot, size: tuple[int, int], side: bool) -> None:
    pane = shown(qtbot, Going(gate("and"), 8), size=size)
    assert (pane.ranges.y() == pane.curves.y()) == side
    assert "the jump at 0" in pane.readout.full_text


def test_the_examples_are_compared_with_each_other_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding equal pictures takes long, and no frame waits for it."""
    run = Going(xor(), 40)
    pane = shown(qtbot, run)

    def unique(*_: object, **__: object) -> None:
        raise AssertionError("the examples were compared again")

    monkeypatch.setattr(np, "unique", unique)
    pane.show_frame(Frame((run.frame,), changed=frozenset({"state"})))
    assert pane.curves.lines


def test_a_moment_is_worked_out_once_and_a_large_set_in_part(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing, read-out, words and tables ask for the same net inputs, of as many examples as are drawn."""
    asked = []

    def forward(layout: network.Layout, params: np.ndarray, inputs: np.ndarray) -> network.ForwardPass:
        asked.append(len(inputs))
        return network.forward(layout, params, inputs)

    run = Going(
        xor(dataset={"name": "blobs", "n": 5000}, network__layers=[2, 3, 3, 1], network__activations=SIGMOIDS), 9
    )
    pane = shown(qtbot, run)
    monkeypatch.setattr(linearity, "forward", forward)
    frame = Frame(
        (
            TrackFrame(
                "later",
                run.frame.model,
                replace(run.history.head, params=run.history.head.params + 1.0),
                run.frame.curves,
            ),
        )
    )
    pane.departures.find = lambda *_, **__: None  # type: ignore[method-assign]
    pane.show_frame(frame)
    pane.in_words(frame)
    pane.tables(frame)
    assert asked == [2000]
