"""Figures of panes: the same picture in PNG and SVG, light for print, and animations over the timeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app import figure_animation, figures
from app.figure_animation import Palette, frame_at
from app.look import apply_palette
from app.pane import pane_class
from app.theme import DARK, LIGHT, rgb
from nlcore.errors import CancelledError, ExperimentError, LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from tests.app.test_panes import run_of
from tests.nlcore.examples import gate, xor

PANES = ("decision_surface", "error_curves", "network_diagram", "examples")


@pytest.fixture
def history() -> History:
    return run_of(xor(), 1200)[0]


def faces() -> History:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "faces", "source": "synthetic"},
            "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
            "training": {"initializer": "zero_inputs", "learning_rate": 0.3, "momentum": 0.3},
        }
    )
    return run_of(experiment, 554)[0]


def rows(image: QImage) -> NDArray[np.float64]:
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    table = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    return table[:, :, :3].astype(np.float64)


def blurred(table: NDArray[np.float64], cell: int = 16) -> NDArray[np.float64]:
    """Return means over cells: the same drawing with another smoothing of edges and letters is the same here."""
    height, width = (side // cell * cell for side in table.shape[:2])
    cells = table[:height, :width].reshape(height // cell, cell, width // cell, cell, 3)
    found: NDArray[np.float64] = cells.mean(axis=(1, 3))
    return found


def painted(svg: bytes, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    only_first = svg.replace(figures.OUR_FONTS.encode() + b"," + figures.OTHER_FONTS.encode(), b"Inter")
    QSvgRenderer(only_first).render(painter)  # Qt takes a list of fonts for one name
    painter.end()
    return image


@pytest.mark.parametrize("pane", PANES)
def test_svg_and_png_show_the_same(pane: str, history: History, tmp_path: Path, qtbot: QtBot) -> None:
    frame = frame_at(history, 1200)
    png, svg = (figures.save(tmp_path / f"figure{kind}", pane, frame, (480, 360)) for kind in figures.FORMATS)
    drawn = rows(QImage(str(png)))
    again = rows(painted(svg.read_bytes(), 480, 360))
    assert drawn.shape == again.shape == (360, 480, 3)
    far = np.abs(blurred(drawn) - blurred(again)).max(axis=2)
    blank = np.abs(blurred(drawn) - 255.0).max(axis=2)
    assert far.mean() < 4.0
    assert far.mean() < 0.25 * blank.mean(), "no nearer to the picture than an empty page"


def test_a_figure_shows_the_lit_phases(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    frame = frame_at(history, 1200)
    images = []
    for phase in (0, 1, 3):
        lit = replace(frame, phase=phase)
        path = figures.save(tmp_path / f"{phase}.png", "network_diagram", lit, (480, 360))
        images.append(QImage(str(path)))
    assert all(a != b for i, a in enumerate(images) for b in images[:i])


def test_lines_and_letters_of_an_svg_are_no_pictures(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    for pane in ("error_curves", "network_diagram"):
        text = figures.save(tmp_path / "f.svg", pane, frame_at(history, 1200)).read_text("utf-8")
        assert "<image" not in text
        assert text.count("<text") > 8
        assert text.count("<path") + text.count("<polyline") + text.count("<line") > 8
    surface = figures.save(tmp_path / "f.svg", "decision_surface", frame_at(history, 1200)).read_text("utf-8")
    assert surface.count("<image") == 2, "only the map and its colour bar"
    assert "target: true" in surface


def test_pixels_of_small_images_are_drawn_large(tmp_path: Path, qtbot: QtBot) -> None:
    history = faces()
    frame = frame_at(history, 554)
    png, svg = (figures.save(tmp_path / f"f{kind}", "weight_images", frame, (600, 460)) for kind in figures.FORMATS)
    far = np.abs(rows(QImage(str(png))) - rows(painted(svg.read_bytes(), 600, 460))).max(axis=2)
    assert np.quantile(far[25:190, 15:185], 0.9) < 24, "the first unit's picture is smoothed"


def test_what_is_cut_off_on_the_screen_is_cut_off_in_svg(tmp_path: Path, qtbot: QtBot) -> None:
    """Letters outside of a list's room would be drawn over what stands below it; an image ends where the room ends."""
    frame = frame_at(faces(), 554)
    small, large = (
        figures.save(tmp_path / "f.svg", "examples", frame, size).read_text("utf-8")
        for size in ((394, 300), (1200, 7000))
    )
    assert "Click a cell" not in small
    assert "Click a cell" in large
    with figures.Stage("examples", (394, 300)) as stage:
        stage.show_frame(frame)
        places = [(part.width(), part.height()) for part in stage._cut_off()]
    assert places
    for width, height in places:
        assert f'width="{width}" height="{height}" preserveAspectRatio' in small


def test_a_figure_is_light_in_a_dark_window(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    frame = frame_at(history, 1200)
    for pane in PANES:
        light = figures.save(tmp_path / "light.png", pane, frame).read_bytes()
        before = application.palette()
        try:
            apply_palette(application, DARK)
            assert figures.save(tmp_path / "same.png", pane, frame).read_bytes() == light
            dark = rows(QImage(str(figures.save(tmp_path / "dark.png", pane, frame, theme=DARK))))
        finally:
            application.setPalette(before)
        assert dark.mean() < rows(QImage.fromData(light)).mean() - 40
        assert rows(QImage.fromData(light))[-1, -1].tolist() == list(rgb(LIGHT.base))


def test_size_scale_and_caption(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    frame = frame_at(history, 400)
    one, two = (
        rows(QImage(str(figures.save(tmp_path / "f.png", "error_curves", frame, (400, 300), scale=scale))))
        for scale in (1.0, 2.0)
    )
    assert one.shape == (300, 400, 3)
    assert two.shape == (600, 800, 3)
    halved = two.reshape(300, 2, 400, 2, 3).mean(axis=(1, 3))
    assert np.abs(blurred(one) - blurred(halved)).max() < 25, "the same content, with more pixels"
    named = figures.save(tmp_path / "f.svg", "error_curves", frame, (400, 300), caption="XOR & more").read_text()
    assert "XOR &amp; more" in named


def test_the_pane_on_the_screen_is_left_alone_and_its_choices_are_taken(
    history: History, tmp_path: Path, qtbot: QtBot
) -> None:
    frame = frame_at(history, 1200)
    shown = pane_class("decision_surface")()
    qtbot.addWidget(shown)
    shown.resize(500, 400)
    shown.set_theme(DARK)
    shown.show()
    shown.show_frame(frame)
    plain = figures.save(tmp_path / "f.png", "decision_surface", frame, like=shown).read_bytes()
    assert plain == figures.save(tmp_path / "f.png", "decision_surface", frame).read_bytes()
    combo = shown.findChildren(QComboBox)[0]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    before, windows = rows(shown.grab().toImage()), set(QApplication.topLevelWidgets())
    hidden = figures.save(tmp_path / "f.svg", "decision_surface", frame, like=shown).read_text("utf-8")
    assert "idden unit" in hidden
    np.testing.assert_array_equal(rows(shown.grab().toImage()), before)
    assert shown.theme is DARK
    assert all(not widget.isVisible() for widget in set(QApplication.topLevelWidgets()) - windows)
    assert isinstance(shown.parent(), QWidget | None)


@pytest.mark.parametrize(
    ("name", "size", "scale", "sentence"),
    [
        ("f.jpg", (400, 300), 1.0, "f.jpg: a figure ends with"),
        ("f.png", (4, 300), 1.0, "size: 4x300 is out of range"),
        ("f.png", (400, 90_000), 1.0, "size: 400x90000"),
        ("f.png", (400, 300), 0.0, "scale: 0 is out of range"),
        ("f.png", (4000, 300), 8.0, "scale: 8 is out of range"),
    ],
)
def test_what_no_figure_can_be(
    name: str, size: tuple[int, int], scale: float, sentence: str, history: History, tmp_path: Path, qtbot: QtBot
) -> None:
    with pytest.raises(ExperimentError, match=sentence):
        figures.save(tmp_path / name, "error_curves", frame_at(history, 8), size, scale=scale)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_pane_and_a_place_that_does_not_exist(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    with pytest.raises(LabError, match="Weight images: The inputs of this data set are not the pixels"):
        figures.save(tmp_path / "f.png", "weight_images", frame_at(history, 8))
    with pytest.raises(LabError, match="cannot be written"):
        figures.save(tmp_path / "nowhere" / "f.svg", "error_curves", frame_at(history, 8))
    with pytest.raises(ExperimentError, match="unknown pane 'error_curve'"):
        figures.save(tmp_path / "f.svg", "error_curve", frame_at(history, 8))
    assert list(tmp_path.iterdir()) == []


# --- animations ----------------------------------------------------------------------------------------------------


def test_a_gif_shows_the_pane_at_each_moment(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    moments, told = [0, 400, 800, 1200], []
    path = figure_animation.write(
        history, moments, "decision_surface", tmp_path / "a.gif",
        size=(320, 260), per_second=5, progress=lambda *p: told.append(p), has_caption=False,
    )  # fmt: skip
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    with Image.open(path) as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"]) == (4, (320, 260), 0)  # type: ignore[attr-defined]
        seen = []
        for number in range(4):
            gif.seek(number)
            seen.append(np.asarray(gif.convert("RGB"), dtype=np.float64))
            assert gif.info["duration"] == (1500 if number == 3 else 200)
    for moment, picture in zip(moments, seen, strict=True):
        still = figures.save(tmp_path / "s.png", "decision_surface", frame_at(history, moment), (320, 260))
        assert np.abs(picture - rows(QImage(str(still)))).mean() < 2.5
    assert np.abs(seen[0] - seen[3]).mean() > 20, "the surface has changed"


def test_numbered_pictures(history: History, tmp_path: Path, qtbot: QtBot) -> None:
    moments = list(range(0, 1101, 100))
    path = figure_animation.write(history, moments, "error_curves", tmp_path / "frames", size=(200, 160))
    assert [file.name for file in sorted(path.iterdir())] == [f"{number:02d}.png" for number in range(12)]
    pictures = {file.read_bytes() for file in path.iterdir()}
    assert len(pictures) == 12


@pytest.mark.parametrize("name", ["a.gif", "frames"])
def test_a_cancelled_animation_leaves_nothing(name: str, history: History, tmp_path: Path, qtbot: QtBot) -> None:
    if name == "a.gif":
        (tmp_path / name).write_text("the old one")
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(CancelledError, match="the animation was cancelled"):
        figure_animation.write(history, [0, 4, 8, 12], "error_curves", tmp_path / name, cancelled=cancelled)
    work = figure_animation.steps(history, [0, 4, 8, 12], "error_curves", tmp_path / name)
    assert next(work) == (0, 4)
    assert (1, 4) in work
    work.close()
    left = [file.name for file in tmp_path.iterdir()]
    assert left == (["a.gif"] if name == "a.gif" else [])
    if left:
        assert (tmp_path / name).read_text() == "the old one"


@pytest.mark.parametrize(
    ("moments", "name", "per_second", "sentence"),
    [
        ([], "a.gif", 8, "none are given"),
        ([0, 1204], "a.gif", 8, "presentation 1204 is not part of this run, which has 1200"),
        ([-1], "a.gif", 8, "presentation -1"),
        ([0], "a.mp4", 8, "a.mp4: an animation ends with .gif"),
        ([0], "a.gif", 1000, "speed: 1000 pictures a second"),
        ([0] * 2001, "a.gif", 8, "2001 pictures of this size are too many"),
    ],
)
def test_what_no_animation_can_be(
    moments: list[int], name: str, per_second: float, sentence: str, history: History, tmp_path: Path, qtbot: QtBot
) -> None:
    with pytest.raises(ExperimentError, match=sentence):
        figure_animation.write(history, moments, "error_curves", tmp_path / name, per_second=per_second)
    with pytest.raises(LabError, match="not the pixels"):
        figure_animation.write(history, [0], "weight_images", tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_few_colours_stay_exact_and_many_stay_near() -> None:
    few = np.array([[[1, 2, 3], [250, 4, 9]]], dtype=np.uint8)
    palette = Palette(few.reshape(-1, 3), LIGHT)
    np.testing.assert_array_equal(palette.colours[palette.places(few)], few)
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (60, 60, 3), dtype=np.uint8)
    map_colours = np.repeat(LIGHT.diverging()[None], 40, axis=0)
    palette = Palette(np.concatenate((noise.reshape(-1, 3), map_colours.reshape(-1, 3))), LIGHT)
    assert len(palette.colours) <= 256
    kept = {tuple(colour) for colour in palette.colours.tolist()}
    assert {rgb(LIGHT.base), rgb(LIGHT.text), rgb(LIGHT.low), rgb(LIGHT.high)} <= kept
    chosen = palette.colours[palette.places(noise)].astype(int)
    distance = ((noise[:, :, None, :].astype(int) - palette.colours.astype(int)) ** 2).sum(axis=3).min(axis=2)
    np.testing.assert_array_equal(((noise.astype(int) - chosen) ** 2).sum(axis=2), distance)


def test_a_pane_without_change_gives_a_gif_too(tmp_path: Path, qtbot: QtBot) -> None:
    history = run_of(gate("and"), 6)[0]
    path = figure_animation.write(history, [3], "network_diagram", tmp_path / "one.gif", size=(200, 200))
    with Image.open(path) as gif:
        assert gif.size == (200, 200)
