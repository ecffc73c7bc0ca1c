"""The pane of repeats: what is drawn, read, said, and left out where there is little room."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.figures import Stage
from app.frame import Frame, TrackFrame
from app.panes.repeats import RepeatsPane
from app.repetition import Course, Plan, Repetition, gather
from app.theme import DARK, LIGHT
from app.widgets.first_epochs import FirstEpochs, Row, stacked
from app.widgets.flow_row import FlowRow
from app.widgets.repeat_columns import columns
from app.widgets.repeat_curves import DEVIATION
from app.widgets.repeat_form import RepeatForm
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.repeats import repeat
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

FUNCTION: dict[str, Any] = {"family": "function", "training": {"learning_rate": 0.1, "stop": {"epochs": 30}}}


def repetition(*experiments: Experiment, n: int = 5, epochs: int | None = 60, done: int | None = None) -> Repetition:
    courses = tuple(Course(f"track {k}", k, Trainer(made)) for k, made in enumerate(experiments, start=1))
    runs = [
        (place, run)
        for place, course in enumerate(courses)
        for run in repeat(course.trainer.experiment, n, epochs=epochs, workers=1).runs[:done]
    ]
    return gather(Plan(n, epochs), courses, runs, is_over=done is None)


def frame(*experiments: Experiment, presentations: int = 80) -> Frame:
    tracks = []
    for number, made in enumerate(experiments, start=1):
        history = History(Trainer(made))
        after = history.trainer.measured_advance(history.start, presentations, stops=False)
        history.curves.append(after.clock, after.values)
        history.record(after.state)
        name = f"track {number}"
        tracks.append(TrackFrame(name, history.trainer.model, after.state, history.curves, after.reason, (), number))
    return Frame(tuple(tracks))


@pytest.fixture
def pane(qtbot: QtBot) -> RepeatsPane:
    made = RepeatsPane()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    made.show_frame(frame(xor()))
    return made


def choose(pane: RepeatsPane, text: str) -> None:
    place = pane.curves.curve.findText(text)
    assert place >= 0
    pane.curves.curve.setCurrentIndex(place)
    pane.curves.curve.activated.emit(place)


def test_bands_are_the_spread_of_the_engine(pane: RepeatsPane) -> None:
    found = repetition(xor())
    pane.show_repeats(found)
    runs = np.array([run.values[:, 0] for run in found.tracks[0].repeats.runs])
    outer, inner = pane.curves.plot.bands.bands
    np.testing.assert_array_equal(outer.low, runs.min(axis=0))
    np.testing.assert_array_equal(outer.high, runs.max(axis=0))
    np.testing.assert_allclose(inner.low, np.percentile(runs, 25, axis=0), rtol=1e-14)
    np.testing.assert_allclose(inner.high, np.percentile(runs, 75, axis=0), rtol=1e-14)
    middle, screen = pane.curves.plot.lines
    np.testing.assert_allclose(middle.y, np.median(runs, axis=0), rtol=1e-14)
    assert screen.x.tolist() == list(range(21))  # the 80 presentations on the screen
    pane.curves.kind.setCurrentIndex(pane.curves.kind.findData(DEVIATION))
    pane.curves.kind.activated.emit(1)
    (band,) = pane.curves.plot.bands.bands
    np.testing.assert_allclose(band.high - band.low, 2 * runs.std(axis=0, ddof=1), rtol=1e-9, atol=1e-15)
    assert "mean ± standard deviation" in pane.curves.legend.accessibleDescription()


def test_single_runs_are_drawn_on_demand(pane: RepeatsPane) -> None:
    pane.show_repeats(repetition(xor()))
    assert pane.curves.plot.bands.threads == ()
    pane.curves.single.setChecked(True)
    (threads,) = pane.curves.plot.bands.threads
    assert threads.values.shape == (5, 61)
    assert "single runs" in pane.curves.legend.accessibleDescription()


def test_zero_has_no_place_on_a_logarithmic_axis_but_its_band_stays(pane: RepeatsPane) -> None:
    pane.show_repeats(repetition(xor(), n=6, epochs=500))
    choose(pane, "Training: error rate")
    band = pane.curves.plot.bands.bands[0]
    assert (band.low == 0).any()
    for switch in (pane.curves.log_y, pane.curves.log_x):
        switch.setChecked(True)
    low, high = pane.curves.plot.box.viewRange()[1]
    assert -3 < low < high < 1
    assert not pane.grab().isNull()


def test_pointing_reads_the_values(pane: RepeatsPane) -> None:
    found = repetition(xor())
    pane.show_repeats(found)
    pane.curves.plot.hovered.emit(30.2)
    spread = found.tracks[0].repeats.spread("training", "loss")
    text = pane.curves.readout.full_text
    assert text.startswith("At (epochs: 30), training loss: median ")
    assert f"{spread.median[30]:.3g}" in text
    pane.curves.plot.unhovered.emit()
    assert pane.curves.readout.full_text.startswith("At the end (epochs: 60)")
    pane.curves.plot.stepped.emit(-1, 0)
    pane.curves.plot.stepped.emit(-1, 0)
    assert pane.curves.readout.full_text.startswith("At (epochs: 59)")


def test_a_new_frame_does_not_work_the_spread_out_again(pane: RepeatsPane) -> None:
    pane.show_repeats(repetition(xor()))
    drawn, items = pane.curves.drawn, list(pane.curves.plot.bands._items)
    pane.show_frame(Frame(frame(xor(), presentations=120).tracks, changed=frozenset({"state", "curves"})))
    assert pane.curves.drawn is drawn
    assert pane.curves.plot.bands._items == items
    assert pane.curves.plot.lines[1].x[-1] == 30


def test_progress_is_said(pane: RepeatsPane) -> None:
    pane.show_repeats(repetition(xor(), done=2))
    assert pane.form.done.text() == "2 of 5 seeds"
    assert (pane.form.progress.value(), pane.form.progress.maximum()) == (2, 5)
    assert pane.form.cancel.isVisible()
    assert pane.result.text().startswith(("None of 2 seeds", "1 of 2 seeds", "All 2 seeds"))


def test_a_function_has_no_errors_to_count(pane: RepeatsPane) -> None:
    made = Experiment.from_dict(FUNCTION)
    pane.show_frame(frame(made, presentations=30))
    pane.show_repeats(repetition(made, epochs=None))
    assert "the last training loss is" in pane.result.text()
    assert not pane.tabs.isTabVisible(2)
    assert not pane.form.new_data.isEnabled()
    assert [column.title for column in pane.table.model.columns][-1] == "training\nloss"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("size", [(240, 220), (320, 280), (1000, 700)])
def test_it_draws_at_any_size(pane: RepeatsPane, size: tuple[int, int], theme: Any) -> None:
    pane.show_repeats(repetition(xor(), xor(training__learning_rate=0.1)))
    pane.show_frame(frame(xor(), xor(training__learning_rate=0.1)))
    pane.set_theme(theme)
    pane.resize(*size)
    assert pane.width() <= max(size[0], 270)  # nothing makes it wider than its dock
    for page in range(3):
        pane.tabs.setCurrentIndex(page)
        assert not pane.grab().isNull()


def test_a_low_pane_keeps_the_form_short(pane: RepeatsPane, qtbot: QtBot) -> None:
    pane.show_repeats(repetition(xor()))
    assert pane.form.until.isVisible()
    pane.resize(400, 280)
    assert not pane.form.until.isVisible()
    qtbot.mouseClick(pane.form.more, Qt.MouseButton.LeftButton)
    assert pane.form.until.isVisible()
    assert pane.form.new_data.isVisible()


def test_a_figure_shows_the_same_runs_without_controls(pane: RepeatsPane) -> None:
    pane.show_repeats(repetition(xor()))
    choose(pane, "Training: error rate")
    assert pane.frame is not None
    with Stage("repeats", (500, 400), like=pane) as stage:
        stage.show_frame(pane.frame)
        other = stage.pane
        assert isinstance(other, RepeatsPane)
        assert other.result.text() == pane.result.text()
        assert other.curves.column == pane.curves.column
        assert not other.form.isVisible()
        assert not stage.image().isNull()


def test_a_form_asks_for_what_it_shows(qtbot: QtBot) -> None:
    form = RepeatForm()
    qtbot.addWidget(form)
    form.show()
    assert form.plan == Plan(20, None, new_data=False)
    form.show_plan(Plan(7, 30, new_data=True))
    with qtbot.waitSignal(form.repeat_requested) as asked:
        form.start.click()
    assert asked.args == [Plan(7, 30, new_data=True)]
    form.offer(has_end=True, why_no_new_data="They are always the same.")
    assert form.plan == Plan(7, 30, new_data=False)
    assert form.new_data.toolTip() == "They are always the same."
    form.seeds.setValue(100_000)
    assert form.plan.n == 200


def test_controls_flow_into_the_next_line(qtbot: QtBot) -> None:
    row = FlowRow()
    qtbot.addWidget(row)
    buttons = [QPushButton(row) for _ in range(3)]
    for button in buttons:
        button.setFixedSize(80, 20)
        row.add(button)
    row.show()
    tops = {}
    for width in (300, 190, 100):
        row.resize(width, row.heightForWidth(width))
        tops[width] = [button.y() for button in buttons]
        assert all(row.rect().contains(button.geometry()) for button in buttons)
    assert len(set(tops[300])) == 1
    assert len(set(tops[190])) == 2
    assert len(set(tops[100])) == 3


def test_dots_stand_beside_or_above_one_another() -> None:
    heights = stacked([10.0, 10.0, 50.0, 10.2], 100.0)
    assert len(set(heights[:2])) == 2
    assert heights[2] == min(heights)
    assert len({heights[0], heights[1], heights[3]}) == 3


def test_a_dot_tells_its_seed(qtbot: QtBot) -> None:
    dots = FirstEpochs()
    qtbot.addWidget(dots)
    dots.resize(400, 300)
    dots.show()
    dots.show_rows([Row("run", (4, 5, 6), (10, None, 40), LIGHT.accent)])
    said: list[str] = []
    dots.dot_pointed.connect(said.append)
    for x, y, _ in dots.dots:
        dots.pointed.emit(x, y)
    dots.pointed.emit(25.0, 0.9)
    assert said == ["Seed 4: epoch 10", "Seed 5: never", "Seed 6: epoch 40", ""]
    assert dots.in_words() == "bar at the median, epoch 25; 1 seed never."
    dots.show_rows([Row("run", (4,), (None,), LIGHT.accent)])
    assert dots.message == "No seed has reached zero training errors."


def test_columns_of_several_tracks_stand_side_by_side() -> None:
    found = repetition(xor(), xor(training__learning_rate=0.1), n=3)
    titles = [column.title for column in columns(found)]
    assert titles[0] == "seed"
    assert titles[1::2] == ["track 1\nfirst epoch with zero errors", "track 2\nfirst epoch with zero errors"]
    assert columns(found)[0].text(0) == "5"


def test_with_a_test_set_every_track_has_its_test_error_rate() -> None:
    clouds = {"name": "blobs", "n": 20, "test_fraction": 0.5}
    made = xor(dataset=clouds)
    found = repetition(made, made, n=2, epochs=1)
    rates = [column for column in columns(found) if "test error rate" in column.title]
    assert [column.title for column in rates] == ["track 1\ntest error rate", "track 2\ntest error rate"]
    runs = found.tracks[1].repeats.runs
    assert rates[1].values == tuple(run.metrics["test"].error_rate for run in runs)  # type: ignore[union-attr]
    assert rates[1].text(0).endswith("%")
    without = columns(repetition(xor(), xor(), n=2, epochs=1))
    assert not any("test" in column.title for column in without)
