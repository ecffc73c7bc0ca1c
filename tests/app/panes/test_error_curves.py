"""The error curves: what is drawn, marked, read and said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.error_curves import PANE, ErrorCurvesPane
from app.theme import DARK, LIGHT
from app.widgets.axis import PlainAxis, plain
from app.widgets.curve_texts import quantity_names
from app.widgets.envelope import envelope
from app.widgets.numbers import count, counted, number
from nlcore.curves import Curves
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import Trainer

GAP = "\u00a0"


def track_of(experiment: dict[str, object], epochs: int, data: Data | None = None, name: str = "run") -> TrackFrame:
    made = Experiment.from_dict(experiment)
    trainer = Trainer(made) if data is None else Trainer(made, data)
    history = History(trainer)
    advance = trainer.measured_advance(history.start, epochs * trainer.model.epoch_length, stops=False)
    history.curves.append(advance.clock, advance.values)
    history.record(advance.state)
    return TrackFrame(name, trainer.model, advance.state, history.curves, advance.reason)


def xor(epochs: int = 500, name: str = "xor", **training: object) -> TrackFrame:
    return track_of(
        {
            "seed": 5,
            "dataset": {"name": "logic_gates", "gate": "xor"},
            "network": {"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.5, "momentum": 0.9, "initializer": {"name": "uniform"}} | training,
        },
        epochs,
        name=name,
    )


def three_sets(epochs: int = 30, *, n_outputs: int = 2, is_regression: bool = False) -> TrackFrame:
    random = np.random.default_rng(3)

    def some(n: int) -> ExampleSet:
        inputs = random.normal(size=(n, 2))
        label = (inputs[:, 0] + random.normal(0, 0.8, n) > 0).astype(int)
        targets = np.full((n, n_outputs), 0.1)
        targets[np.arange(n), np.minimum(label, n_outputs - 1)] = 0.9
        return ExampleSet.of(inputs, targets)

    data = Data(
        name="points",
        source="built in",
        training=some(20),
        validation=some(15),
        test=some(10),
        input_names=("a", "b"),
        output_names=tuple(f"o{k + 1}" for k in range(n_outputs)),
        class_names=None if is_regression else ("no", "yes"),
    )
    network = {"layers": [2, 3, n_outputs], "activations": ["sigmoid", "sigmoid"]}
    return track_of({"network": network, "training": {"learning_rate": 0.8}}, epochs, data)


def made_up(track: TrackFrame, values: list[float]) -> TrackFrame:
    """Give a track curves with these training values in every column, one an epoch of four."""
    curves = Curves(track.model.columns)
    clock = np.arange(len(values), dtype=float)[:, None] * np.array([[4.0, 4.0, 1.0]])
    curves.append(clock, np.repeat(np.array(values, dtype=float)[:, None], len(track.model.columns), axis=1))
    return replace(track, curves=curves)


@pytest.fixture
def pane(qtbot: QtBot) -> ErrorCurvesPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def show(pane: ErrorCurvesPane, *tracks: TrackFrame, is_running: bool = False) -> Frame:
    frame = Frame(tracks, is_running=is_running)
    pane.show_frame(frame)
    return frame


def choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex([combo.itemData(i) for i in range(combo.count())].index(value))
    combo.activated.emit(combo.currentIndex())


def test_xor_loss_over_updates(pane: ErrorCurvesPane) -> None:
    track = xor()
    show(pane, track)
    (line,) = pane.plot.lines
    column = track.curves.column("training", "loss")
    assert column is not None
    x, y = track.curves.series(column, "updates")
    assert (line.x == x).all()
    assert (line.y == y).all()
    assert pane.plot.full_title == "Loss (squared error, half the sum)"
    assert pane.plot._x_label == "weight updates"
    assert pane.plot._y_label == "loss"
    assert pane.readout.full_text.startswith(f"Now, at update 2{GAP}000 (epoch 500), loss: training 0.00")
    assert [e.text for e in pane.legend.entries] == ["training"]


def test_quantities_that_exist_are_offered_by_full_name(pane: ErrorCurvesPane) -> None:
    def offered() -> list[str]:
        return [pane.quantity.itemText(i) for i in range(pane.quantity.count())]

    show(pane, xor(2))
    one_output = [
        "Loss (squared error, half the sum)",
        "SSE (sum of squared errors)",
        "MSE (mean squared error of an output)",
        "Error rate (share of misclassified examples)",
    ]
    assert offered() == one_output
    show(pane, three_sets(2))
    assert offered() == [*one_output, "Error rate of all units (share of examples with any output on the wrong side)"]
    show(pane, three_sets(2, is_regression=True))
    assert offered() == one_output[:3]
    show(pane, xor(2, loss="cross_entropy"))
    assert offered()[0] == "Loss (cross-entropy, summed)"
    show(pane, track_of({"family": {"name": "function"}}, 20))
    assert offered() == ["Loss (value of the function)"]
    assert not any(text == "Error" for text in one_output)


@pytest.mark.parametrize("metric", ["loss", "sse", "mse", "error_rate", "error_rate_all_units"])
@pytest.mark.parametrize("axis", ["updates", "presentations", "epochs"])
def test_every_quantity_over_every_axis(pane: ErrorCurvesPane, metric: str, axis: str) -> None:
    track = three_sets()
    show(pane, track)
    choose(pane.quantity, metric)
    choose(pane.axis, axis)
    assert len(pane.plot.lines) == 3
    column = track.curves.column("test", metric)
    assert column is not None
    x, y = track.curves.series(column, axis)
    assert (pane.plot.lines[2].x == x).all()
    assert (pane.plot.lines[2].y == y).all()
    (x0, x1), (y0, y1) = pane.plot.box.viewRange()
    assert x0 < 0 < x[-1] < x1
    assert y0 < y.max() < y1
    assert len({line.dashes for line in pane.plot.lines}) == 3
    assert len({line.colour for line in pane.plot.lines}) == 3


def test_the_chosen_quantity_is_kept_for_the_next_experiment(pane: ErrorCurvesPane) -> None:
    show(pane, xor(2))
    choose(pane.quantity, "mse")
    show(pane, three_sets(2))
    assert pane.quantity.currentData() == "mse"
    show(pane, track_of({"family": {"name": "function"}}, 20))
    assert pane.quantity.currentData() == "loss"


def test_best_validation_is_marked_and_said(pane: ErrorCurvesPane) -> None:
    track = three_sets(60)
    frame = show(pane, track)
    column = track.curves.column("validation", "mse")
    assert column is not None
    best = track.curves.best(column)
    assert best is not None
    text = f"best validation: {number(best.value)} at update {count(best.updates)} (epoch {count(best.epochs)})"
    assert pane.legend.entries[-1].text == text
    assert pane.plot._best.data["x"].tolist() == [best.updates]
    assert pane.plot._best.data["y"].tolist() == [best.value]
    assert "Best" + text[4:] + "." in pane.in_words(frame)


def test_a_single_measurement_is_a_point(pane: ErrorCurvesPane) -> None:
    show(pane, xor(0))
    assert len(pane.plot._marks.data) == 1
    (x0, x1), (y0, y1) = pane.plot.box.viewRange()
    assert x0 < 0 < x1
    assert y0 < pane.plot.lines[0].y[0] < y1
    for switch in (pane.log_x, pane.log_y):
        switch.setChecked(True)
    assert len(pane.plot._marks.data) == 1


def test_log_scales(pane: ErrorCurvesPane) -> None:
    show(pane, xor())
    pane.log_y.setChecked(True)
    (_, _), (y0, y1) = pane.plot.box.viewRange()
    assert -3.1 < y0 < -2.6
    assert -0.3 < y1 < 0.0
    pane.log_x.setChecked(True)
    (x0, x1), _ = pane.plot.box.viewRange()
    assert x0 < -0.5 < 3.3 < x1  # update 0 lies half a decade before the first measurement at update 4
    assert pane.plot.x_axis.tickStrings([-0.5, 1.0, 3.0], 1.0, 1.0) == ["0", "10", f"1{GAP}000"]
    assert pane.plot.x_axis.tickValues(x0, x1, 400)[0][1][0] == -0.5
    pane.plot.pointed.emit(-0.5, 0.0)
    assert pane.readout.full_text.startswith("At update 0 (epoch 0)")


def test_all_zero_on_a_log_scale_says_so(pane: ErrorCurvesPane) -> None:
    show(pane, made_up(xor(0), [0.0, 0.0, 0.0]))
    assert pane.plot.message == ""
    pane.log_y.setChecked(True)
    assert "is 0 throughout, and 0 has no place on a logarithmic axis" in pane.plot.message
    pane.grab()
    pane.log_y.setChecked(False)
    assert pane.plot.message == ""


def test_some_zeros_on_a_log_scale_are_mentioned(pane: ErrorCurvesPane) -> None:
    show(pane, made_up(xor(0), [0.5, 0.25, 0.0]))
    pane.log_y.setChecked(True)
    assert pane.plot._y_label == "loss (0 left out)"
    pane.grab()


def test_undefined_and_infinite_values_leave_gaps(pane: ErrorCurvesPane) -> None:
    show(pane, made_up(xor(0), [1.0, np.inf, 2.0, np.nan, np.nan]))
    _, (y0, y1) = pane.plot.box.viewRange()
    assert -1 < y0 < y1 < 3
    pane.plot.pointed.emit(12.0, 1.0)
    assert pane.readout.full_text.split()[-1] in ("undefined", "infinite")
    pane.grab()
    show(pane, made_up(xor(0), [np.nan, np.inf]))
    assert "no measurement is a finite number" in pane.plot.message
    for switch in (pane.log_x, pane.log_y):
        switch.setChecked(True)
        pane.grab()


@pytest.mark.parametrize("values", [[1e300, 1e-300], [1.7e308, -1.7e308], [-3.0, -4.0], [5.0, 5.0], [1e-12, 0.0]])
def test_extreme_values_draw_without_warnings(pane: ErrorCurvesPane, values: list[float]) -> None:
    show(pane, made_up(xor(0), values))
    for switch in (pane.log_y, pane.log_x):
        pane.grab()
        switch.setChecked(True)
    pane.grab()


def test_a_diverged_run_is_drawn(pane: ErrorCurvesPane) -> None:
    data = Data(
        name="line",
        source="built in",
        training=ExampleSet.of([[1.0], [2.0]], [[1.0], [2.0]]),
        validation=no_examples(1, 1),
        test=no_examples(1, 1),
        input_names=("x",),
        output_names=("o",),
    )
    network = {"layers": [1, 1], "activations": ["linear"]}
    frame = show(pane, track_of({"network": network, "training": {"learning_rate": 1e9}}, 100, data))
    pane.grab()
    pane.in_words(frame)
    pane.log_y.setChecked(True)
    pane.grab()


def test_hovering_reads_all_curves(pane: ErrorCurvesPane, qtbot: QtBot) -> None:
    track = three_sets()
    show(pane, track)
    pane.plot.pointed.emit(203.0, 1.0)  # an epoch has 20 updates
    column = track.curves.column("validation", "mse")
    assert column is not None
    value = track.curves.series(column, "updates")[1][10]
    text = pane.readout.full_text
    assert text.startswith("At update 200 (epoch 10), MSE: training ")
    assert f"validation {number(float(value))}" in text
    assert "test " in text
    assert len(pane.plot._hover_marks.data) == 3
    assert pane.plot._hover_line.value() == 200
    choose(pane.axis, "presentations")
    pane.plot.pointed.emit(0.0, 1.0)
    assert pane.readout.full_text.startswith("At presentation 0, update 0 (epoch 0)")
    pane.plot.left.emit()
    assert pane.readout.full_text.startswith("Now, at presentation 600, update 600 (epoch 30)")
    assert not pane.plot._hover_line.isVisible()


def test_a_real_pointer_and_the_arrow_keys(pane: ErrorCurvesPane, qtbot: QtBot) -> None:
    show(pane, xor(10))
    qtbot.waitExposed(pane)
    place = pane.plot.canvas.mapFromScene(pane.plot.box.mapViewToScene(QPointF(20.0, 0.3)))
    QTest.mouseMove(pane.plot.canvas.viewport(), QPoint(place))
    qtbot.waitUntil(lambda: pane.readout.full_text.startswith("At update 20 (epoch 5)"))
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Right)
    assert pane.readout.full_text.startswith("At update 24 (epoch 6)")
    for _ in range(9):
        QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Left)
    assert pane.readout.full_text.startswith("At update 0 (epoch 0)")


def test_the_range_follows_unless_zoomed_and_fit_returns(pane: ErrorCurvesPane) -> None:
    track = xor(10)
    show(pane, track)
    assert not pane.fit.isEnabled()
    show(pane, xor(20))
    assert pane.plot.box.viewRange()[0][1] > 80
    pane.plot.box.scaleBy((0.5, 0.5))
    pane.plot.box.sigRangeChangedManually.emit([True, True])
    assert pane.fit.isEnabled()
    zoomed = pane.plot.box.viewRange()
    pane.show_frame(Frame(pane.frame.tracks, changed=frozenset({"curves"})))  # type: ignore[union-attr]
    assert pane.plot.box.viewRange() == zoomed
    pane.fit.click()
    assert pane.plot.box.viewRange()[0][1] > 80
    assert not pane.fit.isEnabled()


def test_looking_back_marks_the_present(pane: ErrorCurvesPane) -> None:
    track = xor(10)
    trainer = Trainer(track.experiment)
    back = replace(track, state=trainer.advance(trainer.initial_state(), 18))
    frame = show(pane, back)
    assert pane.plot._now_line.isVisible()
    assert pane.plot._now_line.value() == 18
    assert pane.plot.lines[0].present == 4
    assert pane.readout.full_text.startswith("Now, at update 16 (epoch 4)")
    assert pane.in_words(frame).startswith("After 18 updates (4 epochs): training loss ")
    show(pane, track)
    assert not pane.plot._now_line.isVisible()


def test_several_tracks(pane: ErrorCurvesPane) -> None:
    frame = show(pane, xor(30, "momentum"), replace(xor(20, "no momentum", momentum=0.0), number=4))
    assert len(pane.plot.lines) == 2
    first, second = pane.plot.lines
    assert first.colour != second.colour
    assert (first.symbol, second.symbol) == ("o", "d")  # those of their numbers, wherever they stand
    assert [e.text for e in pane.legend.entries] == ["momentum", "no momentum", "training"]
    marks = [point.symbol() for point in pane.plot._marks.points()]
    assert marks.count(first.symbol) >= 3  # along the curve too, so that no colour is needed to tell them apart
    assert marks.count(second.symbol) >= 3
    pane.plot.pointed.emit(40.0, 0.1)
    assert "loss: momentum: training " in pane.readout.full_text
    assert "; no momentum: training " in pane.readout.full_text
    words = pane.in_words(frame)
    assert "momentum: After 120 updates (30 epochs)" in words
    assert "no momentum: After 80 updates (20 epochs)" in words


def test_merged_measurements_show_their_range(pane: ErrorCurvesPane) -> None:
    track = xor(0)
    curves = Curves(track.model.columns, capacity=8)
    n = 40
    values = np.where(np.arange(n) % 2, 0.5, 0.25)
    clock = np.arange(n, dtype=float)[:, None] * np.array([[4.0, 4.0, 1.0]])
    curves.append(clock, np.repeat(values[:, None], len(track.model.columns), axis=1))
    show(pane, replace(track, curves=curves))
    pane.plot.pointed.emit(64.0, 0.1)
    assert "training 0.25 to 0.5" in pane.readout.full_text
    pane.grab()


def test_selection_alone_draws_nothing_again(pane: ErrorCurvesPane) -> None:
    frame = show(pane, xor(10))
    lines = pane.plot.lines
    selected = Frame(frame.tracks, Selection(unit=(1, 0)), frozenset({"selection"}))
    pane.show_frame(selected)
    assert pane.plot.lines is lines


def test_in_words(pane: ErrorCurvesPane) -> None:
    frame = show(pane, xor())
    words = pane.in_words(frame)
    assert words.startswith(f"After 2{GAP}000 updates (500 epochs): training loss 0.00")
    assert "At the start the training loss was 0.5" in words
    assert pane.accessibleDescription() == words


def test_why_empty(pane: ErrorCurvesPane) -> None:
    track = xor(0)
    frame = show(pane, replace(track, curves=Curves(track.model.columns)))
    assert pane.why_empty(frame) == "Nothing has been measured yet, so there are no curves."


@pytest.mark.parametrize("size", [(260, 220), (320, 260), (560, 420), (1800, 1000)])
@pytest.mark.parametrize("n_tracks", [1, 3])
def test_nothing_overlaps_at_any_size(
    pane: ErrorCurvesPane, qtbot: QtBot, size: tuple[int, int], n_tracks: int
) -> None:
    pane.resize(*size)
    show(pane, *(replace(three_sets(), name=f"run {k}") for k in range(n_tracks)))
    qtbot.wait(20)
    pane.grab()
    assert (pane.width(), pane.height()) == size
    parts = [pane.options, pane.plot, pane.legend, pane.readout]
    for above, below in pairwise(parts):
        assert above.geometry().bottom() < below.geometry().top()
    assert pane.readout.geometry().bottom() < pane.body.height()
    assert pane.plot.canvas.height() >= 70
    shown = [w for w in pane.options.children() if isinstance(w, QComboBox | QAbstractButton) and w.isVisible()]
    for left, right in pairwise(shown):
        assert not left.geometry().intersects(right.geometry())
    assert all(w.geometry().right() < pane.width() for w in shown)


def test_switches_are_reachable_in_a_narrow_pane(pane: ErrorCurvesPane, qtbot: QtBot) -> None:
    pane.resize(260, 220)
    show(pane, xor(20))
    qtbot.wait(20)
    assert pane.options.more.isVisible()
    menu = pane.options.more.menu()
    assert [action.text().replace("&", "") for action in menu.actions()] == ["Log y", "Log x"]
    menu.actions()[0].trigger()
    assert pane.plot.log_y


def test_controls_are_named_and_explained(pane: ErrorCurvesPane) -> None:
    for control in (pane.quantity, pane.axis):
        assert control.accessibleName()
        assert control.toolTip()
    for switch in (pane.log_x, pane.log_y, pane.fit):
        assert switch.toolTip()
    assert pane.plot.canvas.accessibleName()


def test_both_themes(pane: ErrorCurvesPane) -> None:
    show(pane, xor(10))
    assert pane.plot.lines[0].colour == LIGHT.curves["training"]
    pane.set_theme(DARK)
    assert pane.plot.lines[0].colour == DARK.curves["training"]
    assert pane.grab().toImage().pixelColor(60, 60).name() == DARK.base
    assert pane.plot.y_axis.textPen().color().name() == DARK.text
    assert pane.plot.y_axis.labelStyle["color"] == DARK.text


def test_hidden_panes_draw_when_shown(pane: ErrorCurvesPane) -> None:
    pane.hide()
    show(pane, xor(10))
    assert pane.plot.lines == ()
    pane.show()
    assert len(pane.plot.lines) == 1


def test_thinning_keeps_peaks_ends_and_gaps() -> None:
    random = np.random.default_rng(0)
    x = np.arange(8000.0)
    y = random.random(8000)
    y[1234], y[4000:4100] = 9.0, np.nan
    thin_x, thin_y = envelope(x, y, 0.0, 8000.0, 400)
    assert len(thin_x) <= 804
    assert np.nanmax(thin_y) == 9.0
    assert np.isnan(thin_y).any()
    assert thin_x[0] == 0
    part_x, part_y = envelope(x, y, 100.0, 110.0, 400)
    assert (part_x == x[99:112]).all()
    assert (part_y == y[99:112]).all()
    same = np.full(5000, 3.0)
    assert len(envelope(same, y[:5000], 3.0, 3.0, 100)[0]) == 5000


def test_numbers_as_people_write_them() -> None:
    assert [number(v) for v in (0.0, 0.0833, 12345.0, 0.5, 3.14159, 1e-7, 2.5e9, -0.25)] == [
        "0",
        "0.0833",
        f"12{GAP}345",
        "0.5",
        "3.14",
        "10⁻⁷",
        "2.5 × 10⁹",
        "−0.25",
    ]
    assert number(float("nan")) == "undefined"
    assert number(float("inf")) == "infinite"
    assert counted(1, "epoch") == "1 epoch"
    assert counted(1200, "update") == f"1{GAP}200 updates"
    assert [plain(v, 0.5) for v in (0.0, 0.5, -1.0)] == ["0.0", "0.5", "−1.0"]
    assert plain(20000.0, 10000.0) == f"20{GAP}000"


def test_axes_mark_whole_counts_only(qtbot: QtBot) -> None:
    axis = PlainAxis("bottom", is_whole=True)
    for high in (1.0, 3.0, 12.0, 1e6):
        values = [v for _, level in axis.tickValues(0.0, high, 400) for v in level]
        assert values
        assert all(v == round(v) for v in values)
    axis.set_log(is_log=True)
    for low, high in ((0.0, 1.0), (0.4, 0.6), (-3.0, 4.0), (-300.0, 300.0), (2.0, 2.0)):
        for _, level in axis.tickValues(low, high, 400):
            assert axis.tickStrings(level, 1.0, 1.0) == [t for t in axis.tickStrings(level, 1.0, 1.0) if t]


def test_sets_of_different_size_are_compared_by_the_mean(pane: ErrorCurvesPane) -> None:
    show(pane, three_sets(60))
    assert pane.quantity.currentData() == "mse"


def test_a_single_set_shows_what_is_minimised(pane: ErrorCurvesPane) -> None:
    show(pane, xor(8))
    assert pane.quantity.currentData() == "loss"


def test_the_penalty_is_named_where_it_counts() -> None:
    without, penalised = xor(1).model, xor(1, penalty={"strength": 0.1}).model
    assert quantity_names(without)["loss"] == "Loss (squared error, half the sum)"
    assert "on training with the penalty" in quantity_names(penalised)["loss"]
