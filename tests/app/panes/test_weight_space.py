"""The weight vector's pane: what the next presentation does, drawn and said with the engine's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app import figures
from app.frame import Frame, Selection, TrackFrame
from app.panes.weight_space import PANE, WeightSpacePane, equal_plane, foot_of
from app.widgets.plane import Plane
from app.widgets.weight_vectors import next_step, nice_scale
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.trainer import Trainer
from tests.app.test_panes import diverged, frame_of
from tests.nlcore.examples import gate, xor


@pytest.fixture
def pane(qtbot: QtBot) -> WeightSpacePane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def unit(activation: str = "sigmoid", **training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": 2,
            "dataset": {"name": "logic_gates", "gate": "and"},
            "network": {"layers": [2, 1], "activations": [activation]},
            "training": {"learning_rate": 0.5, "initializer": "uniform", **training},
        }
    )


def shown_change(pane: WeightSpacePane) -> np.ndarray[Any, Any]:
    """Return the drawn change in units of weight."""
    (arrow,) = [arrow for arrow in pane.plot.arrows if arrow.label == "Δw"]
    assert pane.scale is not None
    return (np.array(arrow.end) - np.array(arrow.start)) / pane.scale


@pytest.mark.parametrize("presentations", range(1, 14))
def test_the_perceptrons_arrow_is_eta_y_x_or_nothing(pane: WeightSpacePane, presentations: int) -> None:
    frame = frame_of(gate("and"), presentations)
    pane.show_frame(frame)
    model, params = frame.lead.model, frame.lead.state.params
    assert isinstance(model, FeedforwardModel)
    after = Trainer(model.experiment).advance(frame.lead.state, 1)
    step = pane.step
    assert step is not None
    x, y = model.examples.training.inputs[step.example], float(model.examples.training.targets[step.example, 0])
    fires = y * float(params[:2] @ x + params[2]) <= 0.0
    assert step.example == presentations % 4
    assert pane.plot.ringed == tuple(x)
    np.testing.assert_array_equal(step.changed, [after.params[2], *after.params[:2]])
    assert step.is_update is fires
    if fires:
        np.testing.assert_allclose(step.change, y * np.array([1.0, *x]))
        np.testing.assert_allclose(shown_change(pane), y * x, atol=1e-12)
        assert "not above 0: w′ = w + η y x = " in pane.readout.full_text
        assert len(pane.plot.lines) == 2
    else:
        assert "above 0: the answer is right, so nothing changes." in pane.readout.full_text
        assert [arrow.label for arrow in pane.plot.arrows] == ["w"]


def test_the_arrow_stands_at_right_angles_on_the_line(pane: WeightSpacePane) -> None:
    pane.show_frame(frame_of(gate("and"), 40))
    line = pane.plot.lines[0]
    arrow = next(arrow for arrow in pane.plot.arrows if arrow.label == "w")
    start, end = np.array(arrow.start), np.array(arrow.end)
    assert line.a * start[0] + line.b * start[1] + line.c == pytest.approx(0.0, abs=1e-12)
    direction = (end - start) / np.linalg.norm(end - start)
    np.testing.assert_allclose(direction, np.array([line.a, line.b]) / np.hypot(line.a, line.b))
    wide, high = pane.plot.pixel()
    assert wide == pytest.approx(high, rel=0.02), "right angles look right only on equal scales"


@pytest.mark.parametrize("training", [{}, {"momentum": 0.7}, {"weight_decay": 0.1}, {"penalty": {"strength": 0.2}}])
@pytest.mark.parametrize("activation", ["sigmoid", "linear", "tanh"])
def test_gradient_steps_are_those_of_the_engine(
    pane: WeightSpacePane, activation: str, training: dict[str, Any]
) -> None:
    frame = frame_of(unit(activation, **training), 6)
    pane.show_frame(frame)
    after = Trainer(frame.lead.experiment).advance(frame.lead.state, 1).params
    assert pane.step is not None
    np.testing.assert_allclose(pane.step.changed, [after[2], *after[:2]], rtol=1e-14)
    np.testing.assert_allclose(shown_change(pane), after[:2] - frame.lead.state.params[:2], atol=1e-12)
    assert "w′ = w + η δ x" in pane.plot.full_title
    assert ("α Δw" in pane.readout.full_text) == ("momentum" in training)
    assert ("penalty, decay" in pane.readout.full_text) == bool(training and "momentum" not in training)


def test_in_a_batch_only_the_last_example_changes_the_weights(pane: WeightSpacePane) -> None:
    pane.show_frame(frame_of(unit(mode="batch"), 1))
    assert "the weights change after the last example of the batch" in pane.readout.full_text
    assert [arrow.label for arrow in pane.plot.arrows] == ["w"]
    pane.show_frame(frame_of(unit(mode="batch"), 3))
    assert "the last of the batch" in pane.readout.full_text
    assert [arrow.label for arrow in pane.plot.arrows] == ["w", "Δw", "w′"]


def test_frozen_weights_stay(pane: WeightSpacePane) -> None:
    frame = frame_of(unit(frozen=["weights[0][0,1]"]), 3)
    pane.show_frame(frame)
    assert pane.step is not None
    assert pane.step.change[2] == 0.0
    assert "Frozen, so they stay: w2." in pane.readout.full_text


def test_zero_weights_have_no_line(pane: WeightSpacePane) -> None:
    frame = frame_of(gate("and"))
    pane.show_frame(frame)
    assert "While w1 and w2 are 0 there is no line" in pane.readout.full_text
    assert "there is no dividing line" in pane.in_words(frame)


def test_several_units_can_be_chosen(pane: WeightSpacePane) -> None:
    made = Experiment.from_dict(
        {
            "dataset": {"name": "blobs", "classes": 3},
            "network": {"layers": [2, 3], "activations": ["sigmoid"]},
            "training": {"learning_rate": 0.1, "initializer": "uniform"},
        }
    )
    frame = frame_of(made, 50)
    pane.show_frame(frame)
    assert pane.unit.count() == 3
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 2)), frozenset({"selection"})))
    assert pane.unit.currentIndex() == 2
    model, params = frame.lead.model, frame.lead.state.params
    assert isinstance(model, FeedforwardModel)
    line = pane.plot.lines[0]
    np.testing.assert_allclose([line.a, line.b], model.layout.weights(params)[0][2])


def test_while_training_runs_there_is_no_next_change(pane: WeightSpacePane) -> None:
    frame = frame_of(gate("and"), 9)
    pane.show_frame(Frame(frame.tracks, is_running=True))
    assert pane.plot.ringed is None
    assert pane.step is None
    assert "pause" in pane.readout.full_text
    pane.show_frame(frame)
    assert pane.step is not None
    pane.shows_next.setChecked(False)
    assert pane.step is None
    assert pane.readout.full_text.startswith("w = (w0; w1; w2)")


def test_growing_weights_are_drawn_to_scale_and_the_scale_is_said(pane: WeightSpacePane) -> None:
    frame = frame_of(gate("and", training__learning_rate=500.0), 21)
    pane.show_frame(frame)
    assert pane.scale is not None
    assert pane.scale < 0.01
    assert "weight 1 drawn as" in pane.legend.accessibleDescription()
    for arrow in pane.plot.arrows:
        for (x, y), plane in ((arrow.end, pane.plot.plane),):
            assert plane.x_range[0] <= x <= plane.x_range[1]
            assert plane.y_range[0] - 0.5 <= y <= plane.y_range[1] + 0.5


def test_why_there_is_no_vector(pane: WeightSpacePane) -> None:
    assert "hidden units" in (pane.why_empty(frame_of(xor())) or "")
    nan = diverged()
    assert pane.why_empty(nan) is not None
    none = frame_of(unit(rule="none"))
    pane.show_frame(none)
    assert "Nothing is trained" in pane.readout.full_text


def test_a_click_selects_and_pointing_reads(pane: WeightSpacePane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(gate("and"), 9))
    with qtbot.waitSignal(pane.selection_requested) as asked:
        pane.plot.clicked.emit(1.0, 0.0)
    assert asked.args == [Selection(("training", 2))]
    pane.plot.pointed.emit(1.0, 1.0)
    assert "w·x with x0 = 1" in pane.readout.full_text


def test_tables_and_figures(pane: WeightSpacePane, tmp_path: Any) -> None:
    frame = frame_of(gate("and"), 9)
    other = TrackFrame("other", frame.lead.model, frame.lead.state, frame.lead.curves, number=2)
    (table,) = pane.tables(Frame((frame.lead, other)))
    assert len(table.rows) == 6
    assert all(row[3] + row[4] == row[5] for row in table.rows)  # type: ignore[operator]
    pane.show_frame(frame)
    assert "net = 0" in figures.save(tmp_path / "a.svg", "weight_space", frame, like=pane).read_text("utf-8")


def test_scales_and_planes() -> None:
    assert nice_scale(1.0, 2.0, None) == 1.0
    assert nice_scale(1000.0, 2.0, None) == pytest.approx(0.002)
    assert nice_scale(700.0, 2.0, 0.002) == 0.002, "kept while it fits"
    assert nice_scale(0.0, 2.0, None) == 1.0
    plane = equal_plane((0.0, 1.0), (0.0, 4.0), 200, 100)
    assert (plane.x_range, plane.y_range) == ((-3.5, 4.5), (0.0, 4.0))
    square = Plane((0.0, 2.0), (0.0, 2.0))
    np.testing.assert_allclose(foot_of((1.0, 0.0, -0.5), square), [0.5, 1.0])
    np.testing.assert_allclose(foot_of((0.0, 0.0, 1.0), square), [1.0, 1.0])
    fixed = Trainer(unit(rule="none"))
    assert isinstance(fixed.model, FeedforwardModel)
    state = fixed.initial_state()
    assert next_step(fixed.model, state, 0, fixed.trace(state)) is None
