"""The curve of a unit: where the next example lies on it, how steep it is there, and which unit is meant."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.unit_curve import UnitCurvePane
from app.widgets.unit_curve_plot import UnitCurve
from nlcore.activations import ACTIVATIONS, activation
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def frame_of(experiment: Experiment, presentations: int = 0, *, is_running: bool = False) -> Frame:
    trainer = Trainer(experiment)
    history = History(trainer)
    state = trainer.advance(history.start, presentations)
    return Frame((TrackFrame("run", trainer.model, state, history.curves),), is_running=is_running)


def stuck(loss: str = "squared_error") -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "by_hand"},
            "network": {"layers": [1, 1], "activations": ["sigmoid"]},
            "training": {
                "loss": loss,
                "learning_rate": 1.0,
                "initializer": {"name": "values", "values": {"weights[0]": [[-8.0]]}},
                "frozen": ["biases[0]"],
            },
        }
    )


@pytest.fixture
def pane(qtbot: QtBot) -> UnitCurvePane:
    made = UnitCurvePane()
    qtbot.addWidget(made)
    made.resize(420, 320)
    made.show()
    return made


def test_it_says_the_numbers_of_the_next_example(pane: UnitCurvePane) -> None:
    """sigma(-8) = 1 / (1 + e^8) = 0.0003353501, and delta = o (1 - o) (1 - o)."""
    pane.show_frame(frame_of(stuck()))
    said = pane.readout.full_text
    assert "net input −8, output 0.0003354, slope 0.0003352, error term δ 0.0003351" in said
    o = 1.0 / (1.0 + math.exp(8.0))
    assert [round(v, 7) for v in (o, o * (1 - o), o * (1 - o) ** 2)] == [0.0003354, 0.0003352, 0.0003351]
    assert "1 of 1 training example lies where the unit is saturated" in said
    pane.show_frame(frame_of(stuck("cross_entropy")))
    assert "error term δ 0.9997" in pane.readout.full_text


def test_points_and_tangent_lie_on_the_curve(pane: UnitCurvePane) -> None:
    pane.show_frame(frame_of(stuck()))
    (net,), (output,) = pane.picture._next.getData()
    assert (net, output) == (-8.0, pytest.approx(1.0 / (1.0 + math.exp(8.0))))
    x, y = pane.picture._tangent.getData()
    slope = (y[1] - y[0]) / (x[1] - x[0])
    assert slope == pytest.approx(output * (1.0 - output))
    assert (x.mean(), y.mean()) == (pytest.approx(net), pytest.approx(output))


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_saturated_is_where_the_slope_is_below_a_fourteenth_of_its_largest(name: str) -> None:
    unit = activation(name)
    limits = UnitCurve(unit, np.zeros(0), np.zeros(0, dtype=np.int64), -1).limits()
    assert limits is not None
    slopes = unit.slopes(unit.values(np.array([0.0, *limits])))
    assert slopes[1] == pytest.approx(slopes[2])
    assert 0.06 * slopes[0] < slopes[1] < slopes[0] / 14.0


def test_units_without_flat_ends_have_none() -> None:
    for name in set(ACTIVATIONS) - {"sigmoid", "tanh", "relu"}:
        assert UnitCurve(activation(name), np.zeros(0), np.zeros(0, dtype=np.int64), -1).limits() is None


def test_enormous_weights_are_drawn_at_the_edge(pane: UnitCurvePane) -> None:
    frame = frame_of(xor(training__initializer={"name": "uniform", "low": 1e200, "high": 1e200}))
    pane.show_frame(frame)
    assert np.abs(pane.picture._points.getData()[0]).max() <= 1e6
    assert not pane.grab().isNull()


def test_another_unit_is_chosen_here_or_elsewhere(pane: UnitCurvePane, qtbot: QtBot) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(frame)
    assert pane.unit.currentText() == "Output o"
    with qtbot.waitSignal(pane.selection_requested) as asked:
        pane.unit.setCurrentIndex(pane.unit.findText("Hidden unit 2"))
        pane.unit.activated.emit(pane.unit.currentIndex())
    assert asked.args == [Selection(None, (1, 1))]
    pane.show_frame(Frame(frame.tracks, Selection(("training", 1), (1, 0), (0, 0, 1))))
    assert pane.unit.currentText() == "Hidden unit 1"
    assert pane.picture.plot.full_title == "Hidden unit 1: sigmoid"


def test_the_table_holds_every_example(pane: UnitCurvePane) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(frame)
    (table,) = pane.tables(frame)
    assert table.headings == ("training example", "net input", "output", "slope")
    assert len(table.rows) == 4
    for _, net, output, slope in table.rows:
        assert output == pytest.approx(1.0 / (1.0 + math.exp(-float(net))))
        assert slope == pytest.approx(float(output) * (1.0 - float(output)))


def test_a_layer_of_softmax_units_has_no_curves_but_its_hidden_units_have(pane: UnitCurvePane) -> None:
    base = {"dataset": {"name": "iris"}, "training": {"loss": "categorical_cross_entropy"}}
    alone = {**base, "network": {"layers": [4, 3], "activations": ["softmax"]}}
    assert "softmax" in (pane.why_empty(frame_of(Experiment.from_dict(alone))) or "")
    hidden = {**base, "network": {"layers": [4, 2, 3], "activations": ["tanh", "softmax"]}}
    frame = frame_of(Experiment.from_dict(hidden), 10)
    assert pane.why_empty(frame) is None
    pane.show_frame(frame)
    assert [pane.unit.itemText(k) for k in range(pane.unit.count())] == ["Hidden unit 1", "Hidden unit 2"]


def test_while_training_runs_no_example_is_the_next(pane: UnitCurvePane) -> None:
    pane.show_frame(frame_of(xor(), 40, is_running=True))
    assert pane.picture._next.getData()[0].size == 0
    assert "Next example" not in pane.readout.full_text
