"""Examples: the right verdict at every example, counts that add up, and lists that can be filtered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.examples import PANE, ExamplesPane
from app.theme import DARK, LIGHT
from app.widgets.example_model import ExampleModel
from app.widgets.example_results import Results, base_line
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import FloatArray, SetName, TrainState, read_only
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

POSES = ("left", "straight", "right", "up")


def pictures(n: int, seed: int) -> ExampleSet:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, n)
    targets = np.full((n, 4), 0.1)
    targets[np.arange(n), true] = 0.9
    return ExampleSet.of(rng.random((n, 960)), targets, tuple(f"face_{i}_{POSES[true[i]]}" for i in range(n)))


def faces(n: int = 12) -> Data:
    return Data(
        name="faces",
        source="synthetic",
        training=pictures(n, 1),
        validation=no_examples(960, 4),
        test=pictures(9, 2),
        input_names=tuple(f"p{i}" for i in range(960)),
        output_names=POSES,
        class_names=POSES,
        image_shape=(30, 32),
        attribution="Faces drawn by this test.",
    )


def numbers() -> Data:
    inputs = np.linspace(-1.0, 1.0, 5)[:, None]
    return Data(
        name="line",
        source="built in",
        training=ExampleSet.of(inputs, 2.0 * inputs),
        validation=no_examples(1, 1),
        test=no_examples(1, 1),
        input_names=("x1",),
        output_names=("y",),
    )


def frame_of(
    experiment: Experiment,
    data: Data | None = None,
    change: Callable[[FeedforwardModel, FloatArray], None] | None = None,
    *,
    presentations: int = 0,
    selection: Selection = Selection(),  # noqa: B008
    is_running: bool = False,
) -> Frame:
    trainer = Trainer(experiment) if data is None else Trainer(experiment, data)
    history = History(trainer)
    state = trainer.advance(history.start, presentations)
    model = trainer.model
    assert isinstance(model, FeedforwardModel)
    if change is not None:
        params = state.params.copy()
        change(model, params)
        state = TrainState(read_only(params), state.velocity, state.counters, state.extra)
    return Frame((TrackFrame("run", model, state, history.curves),), selection, is_running=is_running)


def face_frame(n: int = 12, **options: object) -> Frame:
    experiment = Experiment.from_dict(
        {"dataset": "faces", "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]}}
    )
    return frame_of(experiment, faces(n), random_weights, **options)  # type: ignore[arg-type]


def random_weights(model: FeedforwardModel, params: FloatArray) -> None:
    del model
    params[:] = np.random.default_rng(4).normal(size=len(params))


def results_of(frame: Frame) -> Results:
    model = frame.lead.model
    assert isinstance(model, FeedforwardModel)
    return Results.of(model, frame.lead.state.params)


def texts(model: ExampleModel) -> list[list[str]]:
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def heads(model: ExampleModel) -> list[str]:
    return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]


@pytest.fixture
def pane(qtbot: QtBot) -> ExamplesPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show()
    return made


def test_a_gate_is_a_truth_table(pane: ExamplesPane) -> None:
    def always_low(model: FeedforwardModel, params: FloatArray) -> None:
        params[:] = 0.0
        model.layout.block(params, "biases[1]")[0] = -2.0

    pane.show_frame(frame_of(xor(), change=always_low))
    assert heads(pane.model) == ["x1", "x2", "target", "output", "answer", "verdict"]
    assert texts(pane.model) == [
        ["0", "0", "0 (false)", "0.119", "false", "✓ correct"],
        ["0", "1", "1 (true)", "0.119", "false", "✗ wrong"],
        ["1", "0", "1 (true)", "0.119", "false", "✗ wrong"],
        ["1", "1", "0 (false)", "0.119", "false", "✓ correct"],
    ]
    assert pane.views.currentWidget() is pane.table
    assert pane.summary.text().splitlines() == [
        "Training: 2 of 4 correct (50.0\u00a0%)",
        "Base line: always answering “false” would be correct for 50.0\u00a0%",
    ]
    assert not pane.set_choice.isEnabled()


def test_counts_agree_with_the_engine(pane: ExamplesPane) -> None:
    frame = face_frame()
    pane.show_frame(frame)
    results = results_of(frame)
    for name, metrics in frame.lead.model.evaluate(frame.lead.state.params).items():
        if metrics is None:
            assert name not in results.sets
            continue
        found = results.sets[name]
        assert float(np.mean(found.is_correct)) == pytest.approx(metrics.accuracy)
        assert found.confusion.tolist() == [list(row) for row in metrics.confusion or ()]
        assert found.mse == pytest.approx(metrics.mse)


def test_the_base_line_is_the_most_frequent_class() -> None:
    data = faces()
    true = np.concatenate([np.argmax(data.training.targets, axis=1), np.argmax(data.test.targets, axis=1)])
    counts = np.bincount(true, minlength=4)
    assert f"“{POSES[int(counts.argmax())]}”" in base_line(data)
    assert f"{100 * counts.max() / counts.sum():.1f}\u00a0% of all 21" in base_line(data)


def test_faces_are_pictures_made_when_they_are_seen(pane: ExamplesPane) -> None:
    frame = face_frame(300)
    pane.show_frame(frame)
    pane.grab()
    assert pane.views.currentWidget() is pane.tiles
    assert 0 < pane.model.n_images < 100
    image = pane.model.image("training", 0)
    assert image is not None
    assert (image.width(), image.height()) == (32, 30)
    inputs = frame.lead.model.data.training.inputs if frame.lead.model.data else np.zeros((1, 1))
    assert image.pixelColor(5, 3).red() == round(float(inputs[0, 3 * 32 + 5]) / float(inputs.max()) * 255)
    assert pane.model.image("training", 0) is image
    assert pane.source.isVisible()
    assert pane.source.text() == "Faces drawn by this test."


def test_only_wrong_ones_can_be_listed(pane: ExamplesPane) -> None:
    frame = face_frame()
    pane.show_frame(frame)
    assert pane.model.rowCount() == 12
    pane.filter.setCurrentIndex(1)
    wrong = np.flatnonzero(~results_of(frame).sets["training"].is_correct).tolist()
    assert pane.model.rows == wrong
    assert pane.note.text() == f"{len(wrong)} wrong answers in the training set"
    pane.set_choice.setCurrentIndex(1)
    assert pane.model.set_name == "test"
    assert pane.model.rows == np.flatnonzero(~results_of(frame).sets["test"].is_correct).tolist()


def test_a_cell_of_the_confusion_matrix_lists_its_examples(pane: ExamplesPane, qtbot: QtBot) -> None:
    frame = face_frame(40)
    pane.show_frame(frame)
    found = results_of(frame).sets["training"]
    true, answered = (int(i) for i in np.argwhere(found.confusion > 0)[-1])
    index = pane.confusion.counts.index(true, answered)
    pane.side.ensureWidgetVisible(pane.confusion)
    place = pane.confusion.visualRect(index).center()
    qtbot.mouseClick(pane.confusion.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(pane.model.rows) == int(found.confusion[true, answered]) < 40
    assert all(found.true[row] == true and found.answered[row] == answered for row in pane.model.rows)
    assert f"True class “{POSES[true]}”, answer “{POSES[answered]}”" in pane.note.text()
    assert pane.show_all.isVisible()
    qtbot.mouseClick(pane.show_all, Qt.MouseButton.LeftButton)
    assert len(pane.model.rows) == 40
    assert not pane.show_all.isVisible()
    pane.confusion.setCurrentIndex(index)
    qtbot.keyClick(pane.confusion, Qt.Key.Key_Return)
    assert len(pane.model.rows) == int(found.confusion[true, answered])


def test_an_example_that_is_clicked_is_selected_and_shown_in_large(pane: ExamplesPane, qtbot: QtBot) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    frame = face_frame(selection=Selection(unit=(1, 2)))
    pane.show_frame(frame)
    place = pane.tiles.visualRect(pane.model.index(1, 0)).center()
    qtbot.mouseClick(pane.tiles.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [Selection(("training", 1), (1, 2))]
    assert "face_\u200b1" in pane.detail.text.text()
    assert pane.detail.picture.isVisible()
    assert [name for name, _, _ in pane.detail.bars.rows] == list(POSES)
    assert pane.detail.bars.answered == int(results_of(frame).sets["training"].answered[1])
    pane.show_frame(Frame(frame.tracks, chosen[0], frozenset({"selection"})))
    assert len(chosen) == 1
    qtbot.keyClick(pane.tiles, Qt.Key.Key_Right)
    assert chosen[-1] == Selection(("training", 2), (1, 2))


def test_a_selection_from_elsewhere_is_followed(pane: ExamplesPane) -> None:
    chosen: list[Selection] = []
    pane.selection_requested.connect(chosen.append)
    pane.show_frame(face_frame())
    frame = pane.frame
    assert frame is not None
    pane.show_frame(Frame(frame.tracks, Selection(("test", 5)), frozenset({"selection"})))
    assert pane.set_choice.currentData() == "test"
    assert pane.tiles.currentIndex().row() == 5
    assert "Test example 6" in pane.detail.text.text()
    pane.show_frame(Frame(frame.tracks, Selection(), frozenset({"selection"})))
    assert "Click an example" in pane.detail.text.text()
    assert chosen == []


def test_while_training_runs_it_draws_a_few_times_a_second(pane: ExamplesPane, qtbot: QtBot) -> None:
    shown: list[float] = []
    pane.model.dataChanged.connect(lambda *_: shown.append(0.0))
    frames = [frame_of(xor(), data=None, presentations=n, is_running=True) for n in range(0, 80, 4)]
    tracks = frames[0].lead
    for frame in frames:
        state = frame.lead.state
        pane.show_frame(Frame((TrackFrame("run", tracks.model, state, tracks.curves),), is_running=True))
    assert len(shown) <= 1
    qtbot.waitUntil(lambda: len(shown) >= 1, timeout=2000)
    expected = results_of(Frame((TrackFrame("run", tracks.model, frames[-1].lead.state, tracks.curves),)))
    results = pane.model.results
    assert results is not None
    assert np.array_equal(results.sets["training"].outputs, expected.sets["training"].outputs)
    last = Frame((TrackFrame("run", tracks.model, frames[3].lead.state, tracks.curves),))
    pane.show_frame(last)
    assert pane.model.results is not results


def test_numbers_instead_of_classes(pane: ExamplesPane) -> None:
    experiment = Experiment.from_dict({"dataset": "none", "network": {"layers": [1, 1], "activations": ["linear"]}})
    frame = frame_of(experiment, numbers(), lambda _, params: params.__setitem__(slice(None), [1.0, 0.5]))
    pane.show_frame(frame)
    assert heads(pane.model) == ["x1", "target", "output", "difference"]
    assert texts(pane.model)[0] == ["−1", "−2.000", "−0.500", "−1.500"]
    assert not pane.confusion.isVisible()
    assert not pane.filter.isEnabled()
    assert "mean squared error" in pane.summary.text()
    assert "always answering the mean" in pane.summary.text()


def test_wide_tables_begin_with_the_answer(pane: ExamplesPane) -> None:
    rng = np.random.default_rng(1)
    data = Data(
        name="vowels",
        source="built in",
        training=ExampleSet.of(rng.random((6, 10)), np.eye(3)[[0, 1, 2, 0, 1, 2]]),
        validation=no_examples(10, 3),
        test=no_examples(10, 3),
        input_names=tuple(f"x{i + 1}" for i in range(10)),
        output_names=("a", "e", "i"),
        class_names=("a", "e", "i"),
    )
    experiment = Experiment.from_dict({"dataset": "none", "network": {"layers": [10, 3], "activations": ["sigmoid"]}})
    pane.show_frame(frame_of(experiment, data))
    assert heads(pane.model)[:7] == ["target", "answer", "verdict", "output a", "output e", "output i", "x1"]


def test_perceptron_targets_of_minus_and_plus_one(pane: ExamplesPane) -> None:
    pane.show_frame(frame_of(gate("and"), presentations=40))
    assert [row[2] for row in texts(pane.model)] == ["−1 (false)", "−1 (false)", "−1 (false)", "1 (true)"]
    assert all(row[-1] == "✓ correct" for row in texts(pane.model))


def test_diverged_outputs_are_shown(pane: ExamplesPane) -> None:
    frame = frame_of(xor(), change=lambda _, params: params.fill(np.nan), selection=Selection(("training", 0)))
    pane.show_frame(frame)
    assert {row[3] for row in texts(pane.model)} == {"undefined"}
    assert not pane.grab().isNull()
    huge = face_frame(selection=Selection(("training", 0)))
    pane.show_frame(huge)
    pane.show_frame(frame)
    assert not pane.grab().isNull()


@pytest.mark.parametrize("size", [(260, 220), (320, 260), (560, 420), (1600, 1000)])
def test_it_fits_every_size(pane: ExamplesPane, size: tuple[int, int]) -> None:
    pane.show_frame(face_frame(selection=Selection(("training", 3))))
    pane.resize(*size)
    pane.grab()
    assert pane.width() == size[0]
    assert pane.side.widget().width() <= pane.side.viewport().width()
    assert pane.views.height() >= 60
    assert (pane.splitter.orientation() is Qt.Orientation.Horizontal) == (size[0] >= 600)
    seen = pane.tiles.visualRect(pane.model.index(3, 0))
    assert pane.tiles.viewport().rect().intersects(seen)


def test_words_theme_and_emptiness(pane: ExamplesPane) -> None:
    frame = face_frame(selection=Selection(("test", 2)))
    pane.show_frame(frame)
    said = pane.in_words(frame)
    assert "Training: " in said
    assert "Selected: face_2_" in said
    pane.set_theme(DARK)
    assert pane.model.theme is DARK
    assert DARK.name != LIGHT.name
    history = History(Trainer(Experiment.from_dict({"family": "function"})))
    empty = Frame((TrackFrame("run", history.trainer.model, history.start, history.curves),))
    assert "no examples" in str(pane.why_empty(empty))
    pane.show_frame(empty)
    pane.filter.setCurrentIndex(1)


def test_every_control_has_a_name_and_a_tip(pane: ExamplesPane) -> None:
    for control in (pane.set_choice, pane.filter, pane.show_all):
        assert control.toolTip()
    for widget in (pane.set_choice, pane.filter, pane.tiles, pane.table, pane.confusion, pane.side):
        assert widget.accessibleName()


def test_sets_are_named_as_in_the_engine(pane: ExamplesPane) -> None:
    pane.show_frame(face_frame())
    names: list[SetName] = [pane.set_choice.itemData(i) for i in range(pane.set_choice.count())]
    assert names == ["training", "test"]


def test_very_many_examples_are_asked_beside_the_window(
    pane: ExamplesPane, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.panes.examples.MOST_AT_ONCE", 3)  # XOR has four
    frame = frame_of(xor(), presentations=100)
    pane.show_frame(frame)
    assert pane.in_words(frame) == "The network is being asked about 4 examples."
    qtbot.waitUntil(lambda: bool(pane.summary.text()), timeout=10_000)
    found = results_of(frame)
    assert pane.summary.text() == "\n".join(found.summary())
    verdicts = [row[-1] for row in texts(pane.model)]
    assert verdicts == [found.verdict("training", row) for row in range(4)]
    assert pane.accessibleDescription() == pane.in_words(frame)
    assert found.summary()[0] in pane.in_words(frame)
    later = frame_of(xor(), presentations=8000)
    pane.show_frame(later)
    qtbot.waitUntil(lambda: pane.summary.text() == "\n".join(results_of(later).summary()), timeout=10_000)


def test_a_cell_of_the_confusion_matrix_shows_its_faces(pane: ExamplesPane) -> None:
    pane.show_frame(face_frame(40))
    assert pane.model.results is not None
    found = pane.model.results.sets["training"]
    shown = pane.confusion.counts.pictures
    assert set(shown) == {(int(r), int(c)) for r, c in np.argwhere(found.confusion > 0)}
    for (true, answered), images in shown.items():
        rows = np.flatnonzero((found.true == true) & (found.answered == answered))[:3]
        assert [image.cacheKey() for image in images] == [
            image.cacheKey() for row in rows if (image := pane.model.image("training", int(row))) is not None
        ]
    assert pane.confusion.verticalHeader().defaultSectionSize() >= 34
    pane.show_frame(frame_of(gate("and"), presentations=40))
    assert not pane.confusion.counts.pictures
    assert pane.confusion.verticalHeader().defaultSectionSize() < 34
