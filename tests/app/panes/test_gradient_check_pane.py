"""The gradient check's pane: badge, table, step size, and what it does while training runs or with large networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import figures
from app.frame import Frame, Selection, TrackFrame
from app.panes.gradient_check import ALL, MOST_WEIGHTS, PANE, RUNNING, GradientCheckPane
from app.widgets.badge import SYMBOLS
from nlcore import kernels
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.gradient_check import Verdict
from nlcore.rules import backpropagation
from tests.app.test_panes import diverged, frame_of
from tests.nlcore.examples import gate, xor


@pytest.fixture
def pane(qtbot: QtBot) -> GradientCheckPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    return made


def faces(presentations: int = 0) -> Frame:
    return frame_of(
        Experiment.from_dict(
            {
                "dataset": {"name": "faces", "source": "synthetic"},
                "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
                "training": {"initializer": "uniform", "learning_rate": 0.3},
            }
        ),
        presentations,
    )


def rows(pane: GradientCheckPane) -> list[list[str]]:
    model = pane.table.rows
    return [[str(model.index(r, c).data()) for c in range(model.columnCount())] for r in range(model.rowCount())]


def choose(pane: GradientCheckPane, box: str, value: object) -> None:
    combo = getattr(pane, box)
    combo.setCurrentIndex([combo.itemData(i) for i in range(combo.count())].index(value))
    combo.activated.emit(combo.currentIndex())


def test_a_right_gradient_has_a_good_badge_and_a_row_for_each_weight(pane: GradientCheckPane) -> None:
    pane.show_frame(frame_of(xor(), 40))
    assert pane.badge.mood == "good"
    assert pane.badge.text().startswith(SYMBOLS["good"])
    assert "agrees for all 9 weights" in pane.badge.words
    assert len(rows(pane)) == 9
    assert rows(pane)[0][1] == "x1 → hidden unit 1"
    assert [row[1] for row in rows(pane)][4] == "w0 → hidden unit 1"
    assert {row[0] for row in rows(pane)} == {SYMBOLS["good"]}
    assert pane.readout.full_text.startswith("E is the loss of the next training example, 0 XOR 0")
    assert "Farthest apart" in pane.accessibleDescription()


def test_the_badge_flags_a_wrong_gradient(pane: GradientCheckPane, monkeypatch: pytest.MonkeyPatch) -> None:
    right = backpropagation.error_terms

    def wrong(*given: Any) -> Any:
        first, *rest = right(*given)
        return [[-delta for delta in first], *rest]

    monkeypatch.setattr(kernels, "is_compiled", lambda _: False)
    monkeypatch.setattr(backpropagation, "error_terms", wrong)
    pane.show_frame(frame_of(xor(), 41))
    assert pane.badge.mood == "bad"
    assert pane.badge.text().startswith(SYMBOLS["bad"])
    assert "does not agree for 4 of 9 weights" in pane.badge.words
    flagged = [row[1] for row in rows(pane) if row[5] == Verdict.DIFFERS.value]
    assert flagged == ["x2 → hidden unit 1", "x2 → hidden unit 2", "w0 → hidden unit 1", "w0 → hidden unit 2"]
    assert "does not agree" in pane.in_words(pane.frame or frame_of(xor()))


def test_the_slider_shows_truncation_and_rounding(pane: GradientCheckPane) -> None:
    pane.show_frame(frame_of(xor(), 40))
    pane.slider.set_step(1.0)
    assert pane.badge.mood == "near"
    assert "too large (truncation)" in pane.badge.words
    pane.slider.slider.setValue(pane.slider.slider.minimum())
    assert pane.slider.step == pytest.approx(1e-12)
    assert "too small (rounding)" in pane.badge.words
    curve = pane.curve.differences
    assert len(curve) == 49
    assert curve[-1] > 1e4 * curve.min()
    assert curve[0] > 1e4 * curve.min()
    pane.curve.step_chosen.emit(1e-5)
    assert pane.slider.step == pytest.approx(1e-5)
    assert pane.badge.mood == "good"


def test_one_example_or_all(pane: GradientCheckPane) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(Frame(frame.tracks, Selection(("training", 3))))
    assert "the selected training example, 1 XOR 1" in pane.readout.full_text
    one = rows(pane)
    choose(pane, "examples", ALL)
    assert "of all 4 training examples" in pane.readout.full_text
    assert rows(pane) != one
    model, checked = frame.lead.model, pane.checked
    assert isinstance(model, FeedforwardModel)
    assert checked is not None
    metrics = model.evaluate(frame.lead.state.params)["training"]
    assert metrics is not None
    assert checked.question.loss == pytest.approx(metrics.loss, rel=1e-12)


def test_a_weight_is_chosen_in_the_table_and_from_elsewhere(pane: GradientCheckPane, qtbot: QtBot) -> None:
    frame = frame_of(xor(), 41)
    pane.show_frame(frame)
    with qtbot.waitSignal(pane.selection_requested) as asked:
        pane.table.selectRow(4)
    assert asked.args == [Selection(weight=(0, 0, -1))]
    assert pane.curve.full_title == "w0 → hidden unit 1"
    pane.show_frame(Frame(frame.tracks, Selection(weight=(1, 0, 1)), frozenset({"selection"})))
    assert pane.curve.full_title == "hidden unit 2 → output o"
    assert pane.table.currentIndex().row() == 7


def test_nothing_is_computed_while_training_runs(pane: GradientCheckPane) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(Frame(frame.tracks, is_running=True))
    assert pane.badge.words == RUNNING
    assert pane.checked is None
    pane.show_frame(Frame(frame.tracks))
    assert pane.checked is not None
    assert pane.table.isEnabled()


def test_large_networks_are_checked_unit_by_unit_beside_the_window(pane: GradientCheckPane, qtbot: QtBot) -> None:
    frame = faces()
    pane.show_frame(frame)
    assert len(rows(pane)) == 4, "the weights into the first output unit"
    qtbot.waitUntil(lambda: pane.badge.mood == "good", timeout=20_000)
    pane.show_frame(Frame(frame.tracks, Selection(unit=(1, 2)), frozenset({"selection"})))
    qtbot.waitUntil(lambda: len(rows(pane)) > 4, timeout=20_000)
    assert len(rows(pane)) <= MOST_WEIGHTS
    assert rows(pane)[0][1] == "w0 → hidden unit 3"
    assert "every 5th of 960 weights" in pane.readout.full_text
    choose(pane, "examples", ALL)
    qtbot.waitUntil(lambda: "training examples" in pane.readout.full_text, timeout=60_000)
    assert pane.badge.mood in ("good", "near")
    assert not any(row[5] == Verdict.DIFFERS.value for row in rows(pane))


def test_why_there_is_nothing_to_check(pane: GradientCheckPane) -> None:
    for frame, word in ((frame_of(gate("and"), 4), "Threshold units"), (diverged(), "finite")):
        assert word in (pane.why_empty(frame) or "")


def test_narrow_panes_show_table_or_curve(pane: GradientCheckPane) -> None:
    pane.show_frame(frame_of(xor(), 40))
    assert pane.table.isVisible()
    assert pane.curve.isVisible()
    pane.resize(400, 300)
    assert pane.tabs.isVisible()
    assert not pane.curve.isVisible()
    pane.tabs.setCurrentIndex(1)
    assert pane.curve.isVisible()
    assert not pane.table.isVisible()
    assert pane.badge.words == "Agrees"


def test_the_keyboard_reaches_everything(pane: GradientCheckPane) -> None:
    for control in (pane.examples, pane.weights, pane.slider.slider, pane.table, pane.tabs):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert control.accessibleName()


def test_tables_hold_every_weight_and_step(pane: GradientCheckPane) -> None:
    frame = frame_of(xor(), 40)
    other = TrackFrame("other", frame.lead.model, frame.lead.state, frame.lead.curves, number=2)
    gradients, steps = pane.tables(Frame((frame.lead, other)))
    assert len(gradients.rows) == 18
    assert {row[0] for row in gradients.rows} == {"lesson", "other"}
    assert len(steps.rows) == 98
    assert all(float(row[4]) < 1e-5 for row in gradients.rows)


def test_tables_of_other_tracks_leave_the_picture_alone(pane: GradientCheckPane) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(frame)
    choose(pane, "weights", (1, 1))
    before, shown = rows(pane), pane.checked
    larger = frame_of(xor(network={"layers": [2, 4, 1], "activations": ["sigmoid", "sigmoid"]}), 40).lead
    pane.tables(Frame((frame.lead, TrackFrame("other", larger.model, larger.state, larger.curves, number=2))))
    assert pane.checked is shown
    assert pane.weights.currentText() == "Into hidden unit 2"
    pane.show_frame(Frame(frame.tracks, changed=frozenset({"selection"})))
    assert rows(pane) == before


def test_a_figure_takes_step_and_tab(pane: GradientCheckPane, tmp_path: Any) -> None:
    frame = frame_of(xor(), 40)
    pane.show_frame(frame)
    before = figures.save(tmp_path / "a.png", "gradient_check", frame, like=pane).read_bytes()
    pane.slider.set_step(1.0)
    assert figures.save(tmp_path / "b.png", "gradient_check", frame, like=pane).read_bytes() != before
    assert np.isfinite(pane.curve.differences).all()
