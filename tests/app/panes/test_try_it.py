"""Try it: what a person draws, drops or types is answered as the engine would, and training is left alone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.frame import Frame, Selection, TrackFrame
from app.panes.try_it import PANE, TryItPane
from app.theme import DARK, LIGHT
from nlcore import probes
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.records import FloatArray, SetName, TrainState
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def track(experiment: Experiment, presentations: int, name: str = "run") -> TrackFrame:
    history = History(Trainer(experiment))
    model = history.trainer.model
    return TrackFrame(name, model, history.trainer.advance(history.start, presentations), history.curves)


def layered(dataset: dict[str, object], layers: list[int], seed: int = 1) -> Experiment:
    return Experiment.from_dict(
        {
            "seed": seed,
            "dataset": dataset,
            "network": {"layers": layers, "activations": ["sigmoid"] * (len(layers) - 1)},
            "training": {"learning_rate": 0.1},
        }
    )


def digits(seed: int = 1, *, standardise: bool = False) -> Experiment:
    return layered({"name": "digits", "n": 300, "standardise": standardise}, [64, 6, 10], seed)


def faces() -> Experiment:
    return layered({"name": "faces", "source": "synthetic"}, [960, 3, 4])


def frame_of(*tracks: TrackFrame, selection: Selection = Selection(), is_running: bool = False) -> Frame:  # noqa: B008
    return Frame(tracks, selection, is_running=is_running)


@pytest.fixture
def pane(qtbot: QtBot) -> TryItPane:
    made = PANE()
    qtbot.addWidget(made)
    made.resize(700, 460)
    made.show()
    return made


@pytest.fixture
def drawn(pane: TryItPane) -> TryItPane:
    """Give a pane with digits, and nothing drawn."""
    pane.show_frame(frame_of(track(digits(), 600)))
    return pane


def model_of(pane: TryItPane, number: int = 0) -> FeedforwardModel:
    assert pane.frame is not None
    model = pane.frame.tracks[number].model
    assert isinstance(model, FeedforwardModel)
    return model


def state_of(pane: TryItPane, number: int = 0) -> TrainState:
    assert pane.frame is not None
    return pane.frame.tracks[number].state


def data_of(pane: TryItPane) -> Data:
    return model_of(pane).examples


def shown_inputs(pane: TryItPane) -> FloatArray:
    assert pane.example is not None
    return pane.example.inputs


def shown_outputs(pane: TryItPane, number: int = 0) -> list[float]:
    return [output for _, output, _ in pane.answers.boxes[number].bars.rows]


def expected_outputs(pane: TryItPane, inputs: FloatArray, number: int = 0) -> list[float]:
    found = probes.outputs(model_of(pane, number), state_of(pane, number).params, inputs[None, :])
    return [float(output) for output in found[0]]


def point(pane: TryItPane, row: int, column: int) -> QPoint:
    return pane.board.canvas.centre_of((row, column)).toPoint()


def draw_line(
    pane: TryItPane, qtbot: QtBot, start: tuple[int, int], end: tuple[int, int], button: str = "Left"
) -> None:
    canvas, which = pane.board.canvas, Qt.MouseButton[f"{button}Button"]
    qtbot.mousePress(canvas, which, pos=point(pane, *start))
    qtbot.mouseMove(canvas, point(pane, *end))
    qtbot.mouseRelease(canvas, which, pos=point(pane, *end))


def choose(pane: TryItPane, *, pen: str = "Light", width: int = 1) -> None:
    pane.board.pen.setCurrentIndex(pane.board.pen.findText(pen))
    pane.board.width_choice.setCurrentIndex(pane.board.width_choice.findData(width))


def drop(pane: TryItPane, url: QUrl) -> None:
    mime = QMimeData()
    mime.setUrls([url])
    pane.board.canvas.dropEvent(
        QDropEvent(
            QPointF(20, 20),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def drop_file(pane: TryItPane, qtbot: QtBot, path: Path) -> None:
    before = (pane.example, pane.problem.text())
    drop(pane, QUrl.fromLocalFile(str(path)))
    qtbot.waitUntil(lambda: (pane.example, pane.problem.text()) != before)


def menu(pane: TryItPane, text: str) -> None:
    next(a for a in pane.board.menu.actions() if a.text().replace("&", "").split("\t")[0] == text).trigger()


# --- examples --------------------------------------------------------------------------------------------------------


def test_it_begins_with_the_first_test_example(drawn: TryItPane) -> None:
    data = data_of(drawn)
    np.testing.assert_array_equal(shown_inputs(drawn), data.test.inputs[0])
    assert shown_outputs(drawn) == expected_outputs(drawn, data.test.inputs[0])
    assert "test example 1" in drawn.source.text()
    assert drawn.board.readout.full_text.startswith("Draw here")


def test_without_a_test_set_it_begins_with_training(pane: TryItPane) -> None:
    pane.show_frame(frame_of(track(xor(), 40)))
    assert "training example 1, “0 XOR 0”, target false" in pane.source.text()
    assert not pane.start.set_choice.isEnabled()


@pytest.mark.parametrize(("name", "row"), [("training", 3), ("validation", 0), ("test", 7)])
def test_a_copy_has_the_examples_outputs_to_the_last_bit(
    drawn: TryItPane, qtbot: QtBot, name: SetName, row: int
) -> None:
    drawn.start.set_choice.setCurrentIndex(drawn.start.set_choice.findData(name))
    drawn.start.number.setValue(row + 1)
    qtbot.mouseClick(drawn.start.copy_button, Qt.MouseButton.LeftButton)
    inputs = data_of(drawn).sets[name].inputs[row]
    assert shown_inputs(drawn).tobytes() == inputs.tobytes()
    assert shown_outputs(drawn) == expected_outputs(drawn, inputs)


def test_it_follows_the_selection_until_something_is_drawn(drawn: TryItPane, qtbot: QtBot) -> None:
    tracks = frame_of(track(digits(), 600)).tracks
    drawn.show_frame(frame_of(*tracks, selection=Selection(("training", 5))))
    np.testing.assert_array_equal(shown_inputs(drawn), data_of(drawn).training.inputs[5])
    draw_line(drawn, qtbot, (0, 0), (7, 0))
    mine = shown_inputs(drawn)
    drawn.show_frame(frame_of(*tracks, selection=Selection(("test", 2))))
    assert shown_inputs(drawn) is mine
    assert drawn.start.chosen == ("test", 2)
    qtbot.mouseClick(drawn.start.copy_button, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(shown_inputs(drawn), data_of(drawn).test.inputs[2])
    qtbot.mouseClick(drawn.start.back_button, Qt.MouseButton.LeftButton)
    assert shown_inputs(drawn) is mine


# --- drawing ---------------------------------------------------------------------------------------------------------


def test_drawing_with_the_mouse_changes_the_outputs_as_the_engine_says(drawn: TryItPane, qtbot: QtBot) -> None:
    before = state_of(drawn)
    bits = before.params.tobytes(), before.velocity.tobytes(), before.counters
    old = data_of(drawn).test.inputs[0].reshape(8, 8)
    choose(drawn, width=2)
    draw_line(drawn, qtbot, (3, 1), (3, 6))
    inputs = shown_inputs(drawn).reshape(8, 8)
    assert (inputs[3, 2:6] == 1.0).all()
    assert (
        (inputs[2, 2:6] > old[2, 2:6]) | (old[2, 2:6] == 1.0)
    ).all()  # a pen of 2 pixels covers half of the next row
    np.testing.assert_array_equal(inputs[[0, 1, 5, 6, 7]], old[[0, 1, 5, 6, 7]])
    assert shown_outputs(drawn) == expected_outputs(drawn, inputs.ravel())
    assert shown_outputs(drawn) != expected_outputs(drawn, old.ravel())
    after = state_of(drawn)
    assert (after.params.tobytes(), after.velocity.tobytes(), after.counters) == bits
    assert data_of(drawn).test.inputs[0].tobytes() == old.tobytes()


def test_the_right_button_draws_the_opposite(drawn: TryItPane, qtbot: QtBot) -> None:
    choose(drawn, pen="Light", width=3)
    draw_line(drawn, qtbot, (0, 4), (7, 4), "Right")
    assert (shown_inputs(drawn).reshape(8, 8)[:, 4] == 0.0).all()


def test_one_stroke_is_one_change_to_take_back(drawn: TryItPane, qtbot: QtBot) -> None:
    first = shown_inputs(drawn)
    draw_line(drawn, qtbot, (0, 0), (5, 0))
    draw_line(drawn, qtbot, (6, 6), (7, 7))
    drawn.board.canvas.setFocus()
    qtbot.keyClick(drawn.board.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(drawn.board.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(shown_inputs(drawn), first)
    assert not drawn.start.back_button.isEnabled()


def test_without_a_change_ctrl_z_is_left_to_the_window(drawn: TryItPane, qtbot: QtBot) -> None:
    canvas = drawn.board.canvas

    def is_kept() -> bool:
        undo = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        undo.ignore()
        QApplication.sendEvent(canvas, undo)
        return undo.isAccepted()

    assert not is_kept()
    draw_line(drawn, qtbot, (0, 0), (5, 0))
    assert is_kept()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not is_kept()


def test_drawing_with_the_keyboard(drawn: TryItPane, qtbot: QtBot) -> None:
    canvas = drawn.board.canvas
    choose(drawn, pen="Grey", width=1)
    canvas.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)
    old = data_of(drawn).test.inputs[0].copy()
    old[2 * 8 + 1] = 0.5
    np.testing.assert_array_equal(shown_inputs(drawn), old)
    assert canvas.cursor_at == (2, 0)
    assert drawn.board.readout.full_text.startswith("Row 3, column 1: grey value")
    for _ in range(20):
        qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.cursor_at == (0, 0)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_array_equal(shown_inputs(drawn).reshape(8, 8)[:, 1:], old.reshape(8, 8)[:, :-1])


def test_changes_of_the_whole_picture(drawn: TryItPane) -> None:
    old = data_of(drawn).test.inputs[0].reshape(8, 8)
    menu(drawn, "Mirror")
    np.testing.assert_array_equal(shown_inputs(drawn).reshape(8, 8), old[:, ::-1])
    menu(drawn, "Mirror")
    assert drawn.example is not None
    assert drawn.example.n_changed == 0
    menu(drawn, "Invert")
    np.testing.assert_allclose(shown_inputs(drawn).reshape(8, 8), 1.0 - old)
    menu(drawn, "All light")
    assert (shown_inputs(drawn) == 1.0).all()
    menu(drawn, "All dark")
    assert (shown_inputs(drawn) == 0.0).all()
    for direction in ("Move left", "Move right", "Move up", "Move down", "Centre"):
        menu(drawn, direction)
        assert (shown_inputs(drawn) == 0.0).all()
    menu(drawn, "Take back")
    assert shown_outputs(drawn) == expected_outputs(drawn, np.zeros(64))


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_dropped_picture_becomes_the_example(drawn: TryItPane, qtbot: QtBot, tmp_path: Path) -> None:
    paper = np.full((80, 80, 3), 255, dtype=np.uint8)
    paper[10:70, 30:50] = (0, 0, 0)
    Image.fromarray(paper).save(tmp_path / "one.png")
    drop_file(drawn, qtbot, tmp_path / "one.png")
    expected = np.zeros((8, 8))
    expected[1:7, 3:5] = 1.0
    np.testing.assert_allclose(shown_inputs(drawn).reshape(8, 8), expected, atol=1e-6)
    assert drawn.board.inverted.isChecked()  # digits are light on dark
    assert shown_outputs(drawn) == expected_outputs(drawn, shown_inputs(drawn))
    for part in ("the file one.png", "80 rows and 80 columns", "turned to grey", "8 x 8", "exchanged", "white 1"):
        assert part in drawn.source.text().replace("\u200b", "")
    drawn.board.inverted.setChecked(False)
    np.testing.assert_allclose(shown_inputs(drawn).reshape(8, 8), 1.0 - expected, atol=1e-6)
    assert not drawn.board.fits.isHidden()


def test_how_a_wide_picture_is_fitted_can_be_chosen(drawn: TryItPane, qtbot: QtBot, tmp_path: Path) -> None:
    wide = np.zeros((8, 16), dtype=np.uint8)
    wide[:, 4:12] = 255
    wide[0] = wide[-1] = 0
    Image.fromarray(wide).save(tmp_path / "wide.pgm")
    drop_file(drawn, qtbot, tmp_path / "wide.pgm")
    expected = {"whole": (2, 4, 4), "cut": (1, 7, 8), "stretch": (1, 7, 4)}
    for fit, (top, bottom, n_columns) in expected.items():
        drawn.board.fit.setCurrentIndex(drawn.board.fit.findData(fit))
        light = shown_inputs(drawn).reshape(8, 8) > 0.4
        rows, columns = np.flatnonzero(light.any(axis=1)), np.flatnonzero(light.any(axis=0))
        assert (rows[0], len(columns)) == (top, n_columns), fit
        assert rows[-1] < bottom + (fit == "whole") * 4


def test_a_picture_may_be_chosen_in_a_dialog(
    drawn: TryItPane, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("L", (8, 8), 51).save(tmp_path / "grey.jpg", quality=100)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "grey.jpg"), ""))
    menu(drawn, "Open a picture …")
    qtbot.waitUntil(lambda: "grey.jpg" in drawn.source.text())
    np.testing.assert_allclose(shown_inputs(drawn), 0.2)


def test_a_text_named_png_gets_a_sentence_and_nothing_is_lost(drawn: TryItPane, qtbot: QtBot, tmp_path: Path) -> None:
    before = shown_inputs(drawn)
    (tmp_path / "text.png").write_text("not a picture")
    drop_file(drawn, qtbot, tmp_path / "text.png")
    assert "cannot be read as an image" in drawn.problem.text()
    assert drawn.problem.text().endswith("choose another picture (PNG, JPEG or PGM).")
    assert not drawn.problem.isHidden()
    assert shown_inputs(drawn) is before
    Image.new("L", (8, 8), 51).save(tmp_path / "good.png")
    drop_file(drawn, qtbot, tmp_path / "good.png")
    assert drawn.problem.isHidden()


def test_only_files_of_this_computer_can_be_dropped(drawn: TryItPane) -> None:
    drop(drawn, QUrl("https://example.org/face.png"))
    assert drawn.problem.text().startswith("Only files on this computer")


# --- standardised ----------------------------------------------------------------------------------------------------


def test_a_drawing_is_standardised_as_the_data_are(pane: TryItPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(track(digits(standardise=True), 300)))
    data = data_of(pane)
    assert data.scaling is not None
    assert shown_inputs(pane).tobytes() == data.test.inputs[0].tobytes()
    assert pane.received.isVisible()
    choose(pane, width=1)
    pane.board.canvas.setFocus()
    qtbot.keyClick(pane.board.canvas, Qt.Key.Key_Return)  # a corner that is dark in all examples
    qtbot.keyClick(pane.board.canvas, Qt.Key.Key_Down)
    for _ in range(3):
        qtbot.keyClick(pane.board.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(pane.board.canvas, Qt.Key.Key_Return)
    expected = data.test.inputs[0].copy()
    expected[11] = (1.0 - data.scaling.means[11]) / data.scaling.sds[11]
    np.testing.assert_array_equal(shown_inputs(pane), expected)
    assert shown_outputs(pane) == expected_outputs(pane, expected)
    assert pane.example is not None
    assert pane.example.shown[0] == 1.0
    assert "standardised, the network gets" in pane.board.readout.full_text
    assert "divided by its standard deviation" in pane.received_text.text()


def test_a_typed_number_is_standardised(pane: TryItPane) -> None:
    pane.show_frame(frame_of(track(layered({"name": "vowels"}, [2, 5, 10]), 300)))
    data = data_of(pane)
    assert data.scaling is not None
    assert [box.accessibleName() for box in pane.form.boxes] == ["F1 (Hz)", "F2 (Hz)"]
    pane.form.boxes[0].setValue(500.0)
    inputs = shown_inputs(pane)
    assert inputs[0] == pytest.approx((500.0 - data.scaling.means[0]) / data.scaling.sds[0], rel=1e-12)
    assert inputs[1] == data.test.inputs[0, 1]
    assert shown_outputs(pane) == expected_outputs(pane, inputs)
    assert pane.form.notes[0].text().startswith("→ ")


# --- forms -----------------------------------------------------------------------------------------------------------


def test_typing_inputs_of_xor(pane: TryItPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(track(xor(), 4000)))
    box = pane.form.boxes[1]
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.75")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    np.testing.assert_array_equal(shown_inputs(pane), [0.0, 0.75])
    assert shown_outputs(pane) == expected_outputs(pane, np.array([0.0, 0.75]))
    assert "1 input changed" in pane.source.text()
    box.stepUp()
    assert shown_inputs(pane)[1] == pytest.approx(0.8)


def test_an_answer_with_one_output_says_the_side_of_the_threshold(pane: TryItPane) -> None:
    lead = track(gate("and"), 400)
    pane.show_frame(frame_of(lead))
    assert pane.answers.boxes[0].words.text() == "Answer: false (output −1, below the threshold 0)."
    assert pane.answers.boxes[0].hidden.isHidden()


def test_too_many_inputs_for_a_form(pane: TryItPane, tmp_path: Path) -> None:
    table = tmp_path / "wide.csv"
    rows = [",".join(f"x{i}" for i in range(31)) + ",y"]
    rows += [",".join(str((i * k) % 7) for i in range(31)) + f",{k}" for k in range(1, 12)]
    table.write_text("\n".join(rows))
    frame = frame_of(track(layered({"name": "table", "path": str(table)}, [31, 2, 1]), 0))
    reason = pane.why_empty(frame)
    assert reason is not None
    assert "31 inputs" in reason
    pane.show_frame(frame)
    assert pane.accessibleDescription() == reason


def test_a_function_takes_no_examples(pane: TryItPane) -> None:
    frame = frame_of(track(Experiment.from_dict({"family": "function", "training": {"learning_rate": 0.1}}), 3))
    assert pane.why_empty(frame) is not None


# --- tracks, frames, words -------------------------------------------------------------------------------------------


def test_every_track_answers(pane: TryItPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(track(digits(), 600, "seed 1"), track(digits(2), 600, "seed 2")))
    draw_line(pane, qtbot, (1, 1), (1, 6))
    for number, name in enumerate(("seed 1", "seed 2")):
        assert pane.answers.boxes[number].title.text() == name
        assert shown_outputs(pane, number) == expected_outputs(pane, shown_inputs(pane), number)
        assert f"{name}: Answer: " in pane.accessibleDescription()
    assert shown_outputs(pane, 0) != shown_outputs(pane, 1)


def test_a_standardised_track_gets_standardised_inputs(pane: TryItPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(track(digits(), 300), track(digits(standardise=True), 300, "standardised")))
    draw_line(pane, qtbot, (2, 2), (5, 5))
    scaling = model_of(pane, 1).examples.scaling
    assert scaling is not None
    assert shown_outputs(pane, 1) == expected_outputs(pane, scaling.apply(shown_inputs(pane)), 1)


def test_a_track_with_other_inputs_says_so(pane: TryItPane) -> None:
    pane.show_frame(frame_of(track(xor(), 4), track(digits(), 0, "digits")))
    assert pane.answers.boxes[1].words.text() == "This track has other inputs."
    assert pane.answers.boxes[1].bars.rows == ()
    pane.show_frame(frame_of(track(xor(), 4)))
    assert len(pane.answers.boxes) == 1
    assert pane.answers.boxes[0].title.isHidden()


def test_the_drawing_stays_while_training_runs_and_answers_move(drawn: TryItPane, qtbot: QtBot) -> None:
    draw_line(drawn, qtbot, (1, 1), (6, 1))
    mine, old = shown_inputs(drawn), shown_outputs(drawn)
    assert drawn.frame is not None
    model, start = model_of(drawn), state_of(drawn)
    for n in (50, 100):
        state = model.advance(start, n, measured=False, stops=False).state
        curves = drawn.frame.lead.curves
        drawn.show_frame(
            Frame((TrackFrame("run", model, state, curves),), changed=frozenset({"state"}), is_running=True)
        )
        assert shown_inputs(drawn) is mine
        assert shown_outputs(drawn) == expected_outputs(drawn, mine)
    assert shown_outputs(drawn) != old


def test_in_words(drawn: TryItPane, qtbot: QtBot) -> None:
    draw_line(drawn, qtbot, (1, 1), (6, 1))
    assert drawn.frame is not None
    said = drawn.in_words(drawn.frame)
    assert said.startswith("Picture of 8 rows and 8 columns, mean grey value")
    for part in ("pixels changed", "Answer: ", "; next: ", "Outputs: 0 ", "Hidden units: 1: "):
        assert part in said


def test_weights_that_are_no_numbers(pane: TryItPane) -> None:
    made = track(xor(), 4)
    nan = np.full(made.model.n_params, np.nan)
    pane.show_frame(frame_of(TrackFrame("run", made.model, TrainState(nan, nan, made.state.counters), made.curves)))
    assert pane.answers.boxes[0].words.text().startswith("No answer")


def test_large_and_small_light_and_dark(pane: TryItPane, qtbot: QtBot) -> None:
    pane.show_frame(frame_of(track(faces(), 30)))
    for theme in (DARK, LIGHT):
        pane.set_theme(theme)
        for width, height in ((900, 600), (300, 400)):
            pane.resize(width, height)
            area = pane.board.canvas.area()
            assert area.width() / area.height() == pytest.approx(32 / 30)
            assert pane.headline.isVisible() == (width < 440)
            draw_line(pane, qtbot, (3, 3), (3, 20))
    assert shown_outputs(pane) == expected_outputs(pane, shown_inputs(pane))


def test_a_figure_shows_the_drawing(drawn: TryItPane, qtbot: QtBot) -> None:
    from app.figures import Stage

    draw_line(drawn, qtbot, (1, 1), (6, 1))
    assert drawn.frame is not None
    with Stage("try_it", (640, 420), like=drawn) as stage:
        stage.show_frame(drawn.frame)
        assert isinstance(stage.pane, TryItPane)
        assert shown_inputs(stage.pane) is shown_inputs(drawn)
        assert shown_outputs(stage.pane) == shown_outputs(drawn)
        assert not stage.image().isNull()


def test_a_drawing_comes_back_from_a_session_file_to_the_last_bit(pane: TryItPane, qtbot: QtBot) -> None:
    frame = frame_of(track(digits(standardise=True), 300))
    pane.show_frame(frame)
    assert pane.notes() == {}  # nothing is the person's own
    pane.board.edited.emit(np.full(64, 0.3), True)
    assert pane.example is not None
    drawn = pane.example
    text = tomli_w.dumps(dict(pane.notes()))
    other = PANE()
    qtbot.addWidget(other)
    other.resize(700, 460)
    other.take_notes(tomllib.loads(text))
    assert other.notes() == pane.notes()  # also before it was ever seen
    other.show_frame(frame)
    other.show()
    qtbot.waitUntil(lambda: other.example is not None, timeout=5_000)
    assert other.example is not None
    assert other.example.inputs.tobytes() == drawn.inputs.tobytes()
    assert other.example.shown.tobytes() == drawn.shown.tobytes()
    assert other.source.text() == pane.source.text()
    other.take_notes({})
    assert other.example.is_as_copied


@pytest.mark.parametrize(
    "notes",
    [
        {"shown": [0.5] * 3, "inputs": [0.5] * 3, "origin": "", "note": ""},
        {"shown": [0.5] * 64, "inputs": ["x"] * 64, "origin": "", "note": ""},
        {"shown": [float("nan")] * 64, "inputs": [0.5] * 64, "origin": "", "note": ""},
        {"shown": [10**400] * 64, "inputs": [0.5] * 64, "origin": "", "note": ""},
        {"shown": [True] * 64, "inputs": [0.5] * 64, "origin": "", "note": ""},
        {"shown": [0.5] * 64, "inputs": [0.5] * 64, "origin": 3, "note": ""},
        {"shown": "drawing"},
    ],
)
def test_notes_that_fit_nothing_are_passed_over(pane: TryItPane, notes: dict[str, object]) -> None:
    pane.take_notes(notes)
    pane.show_frame(frame_of(track(digits(), 10)))
    assert pane.example is not None
    assert pane.example.is_as_copied
