"""The decision surface: what it draws, says and asks for."""

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
from app.panes.decision_surface import COARSE, FINE, PANE, DecisionSurfacePane
from app.theme import DARK, LIGHT
from app.widgets.contour import contour_segments
from app.widgets.drawn_examples import MOST_DRAWN, drawn_examples
from app.widgets.markers import marker, spread
from app.widgets.numbers import count, number
from app.widgets.plane import Scale, nice_above, span
from nlcore import probes
from nlcore.activations import activation
from nlcore.datasets import Data, ExampleSet, Scaling, no_examples
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import Trainer


def track_of(experiment: dict[str, object], epochs: int, data: Data | None = None) -> TrackFrame:
    made = Experiment.from_dict(experiment)
    trainer = Trainer(made) if data is None else Trainer(made, data)
    history = History(trainer)
    advance = trainer.measured_advance(history.start, epochs * trainer.model.epoch_length, stops=False)
    history.curves.append(advance.clock, advance.values)
    history.record(advance.state)
    return TrackFrame("run", trainer.model, advance.state, history.curves, advance.reason)


def xor(epochs: int = 500, **training: object) -> TrackFrame:
    return track_of(
        {
            "seed": 5,
            "dataset": {"name": "logic_gates", "gate": "xor"},
            "network": {"layers": [2, 2, 1], "activations": ["sigmoid", "sigmoid"]},
            "training": {"learning_rate": 0.5, "momentum": 0.9, "initializer": {"name": "uniform"}} | training,
        },
        epochs,
    )


def points(inputs: object, targets: object, *, classes: tuple[str, ...] | None, test: ExampleSet | None = None) -> Data:
    training = ExampleSet.of(inputs, targets)
    n = training.targets.shape[1]
    return Data(
        name="points",
        source="built in",
        training=training,
        validation=no_examples(2, n),
        test=test or no_examples(2, n),
        input_names=("length", "width"),
        output_names=tuple(f"o{k + 1}" for k in range(n)),
        class_names=classes,
    )


def network(layers: list[int], activations: list[str], rate: float = 0.1) -> dict[str, object]:
    return {
        "network": {"layers": layers, "activations": activations},
        "training": {"learning_rate": rate, "initializer": {"name": "uniform"}},
    }


def three_classes(n: int = 60, epochs: int = 30) -> TrackFrame:
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, n)
    centres = np.array([[1.5, 0.0], [-1.0, 1.2], [-1.0, -1.2]])
    targets = np.full((n, 3), 0.1)
    targets[np.arange(n), labels] = 0.9
    inputs = centres[labels] + random.normal(0, 0.4, (n, 2))
    test = ExampleSet.of(inputs[:5], targets[:5])
    data = points(inputs, targets, classes=("apple", "pear", "plum"), test=test)
    return track_of(network([2, 5, 3], ["sigmoid", "sigmoid"], 0.5), epochs, data)


@pytest.fixture
def pane(qtbot: QtBot) -> DecisionSurfacePane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def show(pane: DecisionSurfacePane, track: TrackFrame, selection: Selection | None = None, **more: bool) -> Frame:
    frame = Frame((track,), selection or Selection(), is_running=more.get("is_running", False))
    pane.show_frame(frame)
    return frame


def test_xor_shows_map_line_points_and_bar(pane: DecisionSurfacePane) -> None:
    show(pane, xor())
    assert pane.plot.full_title == "Output o of the network"
    assert pane.bar.label == "output o"
    assert [text for _, text in pane.bar.ticks] == ["0", "0.5", "1"]
    assert pane.plot.contour_label == "o = 0.5"
    assert pane.plot.n_contour_pieces > 100
    assert [e.text for e in pane.legend.entries] == ["target: false", "target: true", "misclassified: 0 of 4"]
    assert not pane.plot.wrong.any()


def test_map_is_blue_where_low_and_yellow_where_high(pane: DecisionSurfacePane) -> None:
    show(pane, xor())
    image = pane.plot._image.image
    assert image.shape == (FINE, FINE, 4)
    low, high = image[28, 28], image[171, 28]  # at (0, 0) and (0, 1)
    assert low[2] > low[0]
    assert high[0] > high[2]


def test_misclassified_are_ringed_at_the_start(pane: DecisionSurfacePane) -> None:
    show(pane, xor(0))
    assert pane.plot.wrong.sum() in (1, 2, 3)
    assert len(pane.plot._rings[0].data) == pane.plot.wrong.sum()
    assert f"misclassified: {pane.plot.wrong.sum()} of 4" in [e.text for e in pane.legend.entries]


def test_coarse_while_running_with_kept_buffers(pane: DecisionSurfacePane) -> None:
    show(pane, xor(3), is_running=True)
    first = pane.plot._buffers[COARSE]
    show(pane, xor(5), is_running=True)
    assert pane.plot._buffers[COARSE] is first
    show(pane, xor(5))
    assert pane.plot._image.image.shape[0] == FINE


def test_line_is_where_the_output_is_half() -> None:
    track = xor()
    surface = probes.decision_surface(track.model, track.state.params, (-0.2, 1.2), (-0.2, 1.2), 100)[0]  # type: ignore[arg-type]
    ends = contour_segments(surface, 0.5).reshape(-1, 2)
    where = -0.2 + (ends + 0.5) * 1.4 / 100
    there = probes.outputs(track.model, track.state.params, where)[:, 0]  # type: ignore[arg-type]
    assert np.abs(there - 0.5).max() < 0.02


def test_hidden_unit_follows_the_selection_and_back(pane: DecisionSurfacePane) -> None:
    track = xor()
    show(pane, track, Selection(unit=(1, 1)))
    assert pane.plot.full_title == "Output of hidden unit 2"
    assert pane.bar.label == "output of hidden unit 2"
    assert pane.shown.currentText() == "Hidden unit 2"
    show(pane, track, Selection(unit=(0, 1)))
    assert pane.plot.full_title == "Output o of the network"


def test_choosing_a_unit_selects_it(pane: DecisionSurfacePane, qtbot: QtBot) -> None:
    show(pane, xor())
    pane.shown.setFocus()
    with qtbot.waitSignal(pane.selection_requested) as caught:
        pane.shown.setCurrentIndex(1)
        pane.shown.activated.emit(1)
    assert caught.args == [Selection(None, (1, 0))]
    assert pane.plot.full_title == "Output of hidden unit 1"


def test_clicking_a_point_selects_it_and_again_elsewhere_lets_go(pane: DecisionSurfacePane, qtbot: QtBot) -> None:
    track = xor()
    show(pane, track)
    with qtbot.waitSignal(pane.selection_requested) as caught:
        pane.plot.clicked.emit(0.01, 0.99)
    assert caught.args == [Selection(("training", 1), None)]
    show(pane, track, Selection(("training", 1)))
    assert pane.plot.selected == 1
    assert "selected: 0 XOR 1" in [e.text for e in pane.legend.entries]
    with qtbot.waitSignal(pane.selection_requested) as caught:
        pane.plot.clicked.emit(0.5, 0.5)
    assert caught.args == [Selection(None, None)]


def test_a_real_click_reaches_the_point(pane: DecisionSurfacePane, qtbot: QtBot) -> None:
    show(pane, xor())
    qtbot.waitExposed(pane)
    scene = pane.plot.box.mapViewToScene(QPointF(1.0, 1.0))
    place = pane.plot.canvas.mapFromScene(scene)
    with qtbot.waitSignal(pane.selection_requested) as caught:
        QTest.mouseClick(pane.plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert caught.args == [Selection(("training", 3), None)]


def test_read_out_by_pointer_and_by_keys(pane: DecisionSurfacePane) -> None:
    show(pane, xor())
    pane.plot.pointed.emit(0.0, 1.0)
    text = pane.readout.full_text
    assert text.startswith("x1 = 0, x2 = 1: output o = 0.9")
    assert "class true" in text
    assert "Near: training example 0 XOR 1, target true" in text
    pane.plot.left.emit()
    assert pane.readout.full_text.startswith("Point at the map")
    QTest.keyClick(pane.plot.canvas, Qt.Key.Key_Right)
    assert pane.readout.full_text.startswith("x1 = 0.528, x2 = 0.5: output o =")


def test_thresholded_map_has_two_colours(pane: DecisionSurfacePane) -> None:
    show(pane, xor())
    pane.threshold.setChecked(True)
    assert len(np.unique(pane.plot._image.image.reshape(-1, 4), axis=0)) == 2
    assert [text for _, text in pane.bar.ticks] == ["below 0.5", "0.5 and more"]


def test_several_classes_show_named_regions(pane: DecisionSurfacePane) -> None:
    show(pane, three_classes())
    assert pane.plot.full_title == "Class with the largest output"
    assert {tag.toPlainText() for tag in pane.plot._regions} == {"apple", "pear", "plum"}
    assert not pane.bar.isVisible()
    assert pane.plot.n_contour_pieces > 50
    pane.plot.pointed.emit(1.5, 0.0)
    assert "class apple" in pane.readout.full_text
    assert pane.plot._x_label == "length"


def test_other_sets_and_no_points(pane: DecisionSurfacePane) -> None:
    show(pane, three_classes())
    texts = [pane.set_choice.itemText(i) for i in range(pane.set_choice.count())]
    assert texts == ["Training set", "Test set", "No points"]
    pane.set_choice.setCurrentIndex(1)
    pane.set_choice.activated.emit(1)
    assert len(pane.plot.points) == 5
    pane.set_choice.setCurrentIndex(2)
    pane.set_choice.activated.emit(2)
    assert len(pane.plot.points) == 0
    assert pane.legend.entries == ()


def test_regression_has_a_symmetric_scale_and_no_classes(pane: DecisionSurfacePane) -> None:
    data = points([[0, 0], [1, 1], [2, 0]], [[0.0], [3.0], [1.0]], classes=None)
    show(pane, track_of(network([2, 2, 1], ["tanh", "linear"], 0.01), 5, data))
    low, middle, high = (text for _, text in pane.bar.ticks)
    assert middle == "0.5"
    assert (low, high) == ("−4.5", "5.5")
    assert [e.text for e in pane.legend.entries] == ["training example"]
    pane.plot.pointed.emit(1.0, 1.0)
    assert "class" not in pane.readout.full_text
    assert "class" not in pane.in_words(pane.frame)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "low", "high"), [("tanh", "−1", "1"), ("threshold", "−1", "1")])
def test_other_activations_have_their_range(pane: DecisionSurfacePane, name: str, low: str, high: str) -> None:
    track = track_of(
        {
            "seed": 2,
            "dataset": {"name": "logic_gates", "gate": "and", "coding": "minus_plus"},
            "network": {"layers": [2, 1], "activations": [name]},
            "training": {"rule": "perceptron" if name == "threshold" else "backpropagation", "learning_rate": 0.1},
        },
        20,
    )
    show(pane, track)
    assert [text for _, text in pane.bar.ticks] == [low, "0", high]
    assert pane.plot.contour_label == ("net = 0" if name == "threshold" else "o = 0")
    ends = np.column_stack((pane.plot._line.xData, pane.plot._line.yData))
    weights, bias = track.state.params[:2], track.state.params[2]
    assert np.abs(ends @ weights + bias).max() < 1e-9 * max(1.0, np.abs(weights).max())  # a straight line, exactly


def test_coinciding_classes_stand_side_by_side(pane: DecisionSurfacePane) -> None:
    data = points([[0, 0], [0, 0], [0, 0], [1, 1]], [[0], [1], [1], [1]], classes=("no", "yes"))
    show(pane, track_of(network([2, 1], ["sigmoid"]), 1, data))
    at = pane.plot.shown_at()
    away = np.abs(at[0] - at[1]) / np.array(pane.plot.pixel())
    assert away.max() >= 12
    assert (at[1] == at[2]).all()
    assert [tag.toPlainText() for tag in pane.plot._counts] == ["×2"]
    first = pane.plot.point_at(*at[1])
    pane.plot.set_selected(first)
    assert {first, pane.plot.point_at(*at[1])} == {1, 2}  # a second click reaches the one below


def test_constant_feature_gets_a_range(pane: DecisionSurfacePane) -> None:
    data = points([[5, 0], [5, 1]], [[0], [1]], classes=("no", "yes"))
    show(pane, track_of(network([2, 1], ["sigmoid"]), 1, data))
    (x0, x1), (y0, y1) = pane.plot.plane.x_range, pane.plot.plane.y_range
    assert (x0, x1) == (2.5, 7.5)
    assert (y0, y1) == pytest.approx((-0.2, 1.2))


def test_constant_field_has_no_line(pane: DecisionSurfacePane) -> None:
    track = xor(0, initializer={"name": "zero"})
    show(pane, track)
    assert pane.plot.n_contour_pieces == 0
    assert pane.plot.contour_label == ""


def test_says_why_it_is_empty(pane: DecisionSurfacePane) -> None:
    many = Data(
        name="pictures",
        source="built in",
        training=ExampleSet.of(np.zeros((2, 960)), [[0], [1]]),
        validation=no_examples(960, 1),
        test=no_examples(960, 1),
        input_names=tuple(f"p{i}" for i in range(960)),
        output_names=("o",),
        class_names=("no", "yes"),
        image_shape=(30, 32),
    )
    frame = show(pane, track_of(network([960, 1], ["sigmoid"]), 0, many))
    assert pane.why_empty(frame) == (
        "This data set has 960 inputs; a surface can only be drawn over two. Look at the weight images instead."
    )
    frame = show(pane, track_of({"family": {"name": "function"}}, 3))
    assert "no examples" in (pane.why_empty(frame) or "")
    good = xor(2)
    params = good.state.params.copy()
    params[0] = np.nan
    frame = show(pane, replace(good, state=replace(good.state, params=params)))
    assert "The weights have left the range of finite numbers after 8 updates" in (pane.why_empty(frame) or "")
    assert pane.in_words(frame) == pane.why_empty(frame)
    show(pane, good)
    assert pane.why_empty(pane.frame) is None  # type: ignore[arg-type]


def test_huge_weights_draw_without_warnings(pane: DecisionSurfacePane) -> None:
    data = points([[0, 0], [1, 1]], [[0.0], [1.0]], classes=None)
    track = track_of(network([2, 2, 1], ["linear", "linear"]), 0, data)
    for size in (1e200, 1.7e308):
        params = np.full_like(track.state.params, size)
        params[::2] *= -1
        show(pane, replace(track, state=replace(track.state, params=params)))
        pane.grab()
        pane.in_words(pane.frame)  # type: ignore[arg-type]


def test_in_words(pane: DecisionSurfacePane) -> None:
    frame = show(pane, xor())
    words = pane.in_words(frame)
    assert "after 2\u00a0000 updates" in words
    assert "4 of 4 training examples classified correctly." in words
    assert "Share of the area by class: false" in words
    assert pane.accessibleDescription() == words
    assert "Misclassified: " in pane.in_words(show(pane, xor(0)))


@pytest.mark.parametrize("size", [(260, 220), (320, 260), (560, 420), (1800, 1000)])
def test_nothing_overlaps_at_any_size(pane: DecisionSurfacePane, qtbot: QtBot, size: tuple[int, int]) -> None:
    pane.resize(*size)
    show(pane, three_classes())
    qtbot.wait(20)
    pane.grab()
    assert (pane.width(), pane.height()) == size
    parts = [pane.options, pane.plot, pane.legend, pane.readout]
    for above, below in pairwise(parts):
        assert above.geometry().bottom() < below.geometry().top()
    assert pane.readout.geometry().bottom() < pane.body.height()
    assert pane.plot.canvas.height() >= 80
    shown = [w for w in pane.options.children() if isinstance(w, QComboBox | QAbstractButton) and w.isVisible()]
    for left, right in pairwise(shown):
        assert not left.geometry().intersects(right.geometry())
    assert all(w.geometry().right() < pane.width() for w in shown)


def test_controls_are_named_and_explained(pane: DecisionSurfacePane) -> None:
    for control in (pane.shown, pane.set_choice):
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert pane.threshold.toolTip()
    assert pane.plot.canvas.accessibleName()


def test_both_themes(pane: DecisionSurfacePane) -> None:
    show(pane, xor())
    light = pane.grab().toImage()
    pane.set_theme(DARK)
    dark = pane.grab().toImage()
    assert dark.pixelColor(2, 60).name() == DARK.base
    assert light.pixelColor(2, 60).name() == LIGHT.base


def test_frames_and_data_stay_as_they_are(pane: DecisionSurfacePane) -> None:
    track = xor()
    before = track.state.params.tobytes()
    show(pane, track)
    assert track.state.params.tobytes() == before
    assert track.data is not None
    assert not track.data.training.inputs.flags.writeable


def test_another_experiment_starts_anew(pane: DecisionSurfacePane) -> None:
    show(pane, xor(), Selection(unit=(1, 1)))
    show(pane, three_classes())
    assert pane.plot.full_title == "Class with the largest output"
    assert pane.shown.count() == 1 + 3 + 5


def many_points(n: int) -> Data:
    inputs = np.random.default_rng(1).normal(size=(n, 2))
    return points(inputs, (inputs.sum(axis=1) > 0)[:, None], classes=("no", "yes"))


def test_of_many_points_a_sample_is_drawn_and_the_legend_says_so(pane: DecisionSurfacePane) -> None:
    data = many_points(10_000)
    track = track_of(network([2, 1], ["sigmoid"]), 0, data)
    show(pane, track)
    assert sum(len(s.data) for s in pane.plot._scatters) == MOST_DRAWN
    drawn = drawn_examples(10_000)
    assert len(set(drawn.tolist())) == MOST_DRAWN
    np.testing.assert_array_equal(pane.plot.points, data.training.inputs[drawn])
    answered = probes.predicted(track.model, track.state.params, data.training.inputs)  # type: ignore[arg-type]
    is_wrong = (answered != data.training.targets[:, 0])[drawn]
    np.testing.assert_array_equal(pane.plot.wrong, is_wrong)
    wrong = f"misclassified: {count(int(is_wrong.sum()))} of {count(2000)}"
    assert [e.text for e in pane.legend.entries][2:] == [wrong, f"{count(2000)} of {count(10_000)} examples drawn"]
    assert f"{count(2000)} training examples that are drawn, out of {count(10_000)}," in pane.in_words(pane.frame)  # type: ignore[arg-type]
    before = pane.plot.points
    show(pane, replace(track, state=track.state))
    assert pane.plot.points is before  # the same ones, not drawn anew


def test_two_thousand_points_are_all_drawn(pane: DecisionSurfacePane) -> None:
    show(pane, track_of(network([2, 1], ["sigmoid"]), 0, many_points(2000)))
    assert sum(len(s.data) for s in pane.plot._scatters) == 2000
    assert not any("drawn" in e.text for e in pane.legend.entries)


def test_a_click_on_a_sampled_point_selects_its_example(qtbot: QtBot, pane: DecisionSurfacePane) -> None:
    data = many_points(10_000)
    track = track_of(network([2, 1], ["sigmoid"]), 0, data)
    show(pane, track)
    at = int(np.argmax(pane.plot.points[:, 0]))  # alone at the edge
    place = pane.plot.box.mapViewToScene(QPointF(*pane.plot.points[at]))
    view = pane.plot.canvas.viewport()
    with qtbot.waitSignal(pane.selection_requested) as signal:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=pane.plot.canvas.mapFromScene(place))
    assert signal.args is not None
    index = int(drawn_examples(10_000)[at])
    assert signal.args[0].example == ("training", index)
    show(pane, track, Selection(("training", index)))
    assert pane.plot.selected == at
    assert pane.legend.entries[-1].text == f"selected: {data.training.names[index]}"


def test_a_selected_example_is_drawn_although_it_is_not_in_the_sample(pane: DecisionSurfacePane) -> None:
    data = many_points(10_000)
    track = track_of(network([2, 1], ["sigmoid"]), 0, data)
    index = int(np.setdiff1d(np.arange(10_000), drawn_examples(10_000))[7])
    show(pane, track, Selection(("training", index)))
    assert len(pane.plot.points) == MOST_DRAWN + 1
    np.testing.assert_array_equal(pane.plot.points[pane.plot.selected], data.training.inputs[index])
    assert f"{count(2001)} of {count(10_000)} examples drawn" in [e.text for e in pane.legend.entries]
    show(pane, track)
    assert len(pane.plot.points) == MOST_DRAWN


def test_contours_of_known_fields() -> None:
    rows, columns = np.mgrid[0:50, 0:60].astype(float)
    slope = contour_segments(columns + 2 * rows, 40.25).reshape(-1, 2)
    assert np.allclose(slope[:, 0] + 2 * slope[:, 1], 40.25)
    circle = contour_segments((columns - 30) ** 2 + (rows - 25) ** 2, 201.3)
    radius = np.hypot(circle[..., 0] - 30, circle[..., 1] - 25)
    assert np.abs(radius - 201.3**0.5).max() < 0.05
    ends = np.round(circle.reshape(-1, 2), 9)
    assert (np.unique(ends, axis=0, return_counts=True)[1] == 2).all()  # closed
    assert len(contour_segments(np.full((5, 5), 0.5), 0.5)) == 0
    assert len(contour_segments(np.full((5, 5), np.nan), 0.5)) == 0
    assert len(contour_segments(np.array([[0.0, 1.0], [1.0, 0.0]]), 0.4)) == 2
    assert len(contour_segments(np.array([[0.0, np.inf], [1.0, 0.0]]), 0.4)) == 0


def test_saddles_keep_the_joined_side_joined() -> None:
    for field in (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])):
        for level, high_is_joined in ((0.4, True), (0.6, False)):
            middle = contour_segments(field, level).mean(axis=1)  # next to the corners that are cut off
            corners = np.rint(middle).astype(int)
            cut_off = field[corners[:, 1], corners[:, 0]]
            assert (cut_off == (0.0 if high_is_joined else 1.0)).all()


def test_spread_markers_and_scales() -> None:
    found = spread(np.zeros((3, 2)), np.array([0, 1, 2]))
    gaps = [np.linalg.norm(found.shifts[a] - found.shifts[b]) for a, b in ((0, 1), (1, 2), (0, 2))]
    assert min(gaps) > 1
    assert spread(np.empty((0, 2)), np.empty(0, dtype=np.int64)).repeated == ()
    assert len({marker(k) for k in range(20)}) == 20
    assert [nice_above(v) for v in (0.3, 1.0, 2.1, 7.0)] == [0.5, 1.0, 5.0, 10.0]
    assert span(np.array([0.0, 1.0])) == pytest.approx((-0.2, 1.2))
    scale = Scale.of(activation("tanh"), 0.5, np.array([0.0]), 0.5)
    assert scale.colours(np.array([-1.0, 0.5, 1.0, np.nan]), 201).tolist() == [0, 100, 200, 100]


def vowels(epochs: int = 3, **dataset: object) -> TrackFrame:
    experiment = network([2, 8, 10], ["sigmoid", "sigmoid"], 0.3) | {"dataset": {"name": "vowels"} | dataset}
    return track_of(experiment, epochs)


def test_axes_and_readout_are_as_measured(pane: DecisionSurfacePane) -> None:
    track = vowels(1)
    show(pane, track)
    data = track.model.data
    assert data is not None
    assert data.scaling is not None
    axis = pane.plot.x_axis
    (gap, places), *_ = axis.tickValues(*pane.plot.plane.x_range, 400.0)
    texts = axis.tickStrings(places, 1.0, gap)
    written = [float(text.replace("\u00a0", "").replace("−", "-")) for text in texts]
    assert len(written) >= 3
    assert np.allclose(np.array(places) * data.scaling.sds[0] + data.scaling.means[0], written)
    assert all(value % 100 == 0 for value in written)
    assert (axis.labelText, pane.plot.y_axis.labelText) == ("F1 (Hz)", "F2 (Hz)")
    pane.plot.pointed.emit(*data.scaling.apply(np.array([500.0, 1500.0])).tolist())
    assert pane.readout.full_text.startswith("F1 (Hz) = 500, F2 (Hz) = 1\u00a0500: ")
    frame = Frame((track,))
    x_low, x_high = (end * data.scaling.sds[0] + data.scaling.means[0] for end in pane.plot.plane.x_range)
    assert f"F1 (Hz) from {number(x_low)} to {number(x_high)}" in pane.in_words(frame)
    show(pane, xor())
    assert [pane.plot.x_axis.units, pane.plot.y_axis.units] == [(0.0, 1.0)] * 2


def test_ten_classes_have_ten_colours_and_their_words(pane: DecisionSurfacePane) -> None:
    track = vowels(15, n=400)
    pane.resize(900, 700)
    show(pane, track)
    words = ["heed", "hid", "head", "had", "hod", "hawed", "hood", "who'd", "hud", "heard"]
    entries = pane.legend.entries
    assert [e.text for e in entries[:11]] == ["targets:", *words]
    looks = [(e.colour, e.symbol) for e in entries[1:11]]
    assert len({colour for colour, _ in looks}) == len({symbol for _, symbol in looks}) == 10
    brushes = [scatter.opts["brush"].color().name() for scatter in pane.plot._scatters]
    assert brushes == [colour for colour, _ in looks]
    named = {tag.toPlainText() for tag in pane.plot._regions}
    outputs = pane.plot.plane.forward(track.model.layout, track.state.params, 60).outputs[-1]  # type: ignore[attr-defined]
    shares = np.bincount(outputs.argmax(axis=1), minlength=10) / len(outputs)
    large = {word for word, share in zip(words, shares, strict=True) if share > 0.03}
    assert len(large) >= 5
    assert large <= named <= {word for word, share in zip(words, shares, strict=True) if share > 0}
    pane.set_theme(DARK)
    assert {scatter.opts["pen"].color().name() for scatter in pane.plot._scatters} == {DARK.text}


def test_a_name_needs_room_in_its_region(pane: DecisionSurfacePane) -> None:
    track = vowels(15, n=400)
    pane.resize(900, 700)
    show(pane, track)
    many = len(pane.plot._regions)
    pane.resize(230, 240)
    show(pane, track)
    assert len(pane.plot._regions) < many


def test_many_points_have_fine_rings_and_no_counts(pane: DecisionSurfacePane) -> None:
    show(pane, vowels(0))
    assert pane.plot.wrong.sum() > 800
    assert pane.plot._spread.repeated
    assert pane.plot._counts == []
    fine = pane.plot._rings[1].opts["pen"].widthF()
    show(pane, three_classes())
    assert fine < pane.plot._rings[1].opts["pen"].widthF()


def test_a_constant_input_keeps_its_standardised_axis(pane: DecisionSurfacePane) -> None:
    data = points([[5, 1], [5, 3]], [[0], [1]], classes=("no", "yes"))
    standardised = replace(
        data,
        training=ExampleSet.of([[0, -1], [0, 1]], data.training.targets),
        input_names=("length (standardised)", "width (standardised)"),
        scaling=Scaling(np.array([5.0, 2.0]), np.array([0.0, 1.0])),
    )
    show(pane, track_of(network([2, 1], ["sigmoid"]), 1, standardised))
    assert (pane.plot.x_axis.labelText, pane.plot.y_axis.labelText) == ("length (standardised)", "width")
    assert pane.plot.x_axis.units == (0.0, 1.0)
    assert pane.plot.y_axis.units == (2.0, 1.0)
