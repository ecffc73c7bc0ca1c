"""Weights, curves, figures, animations and scripts out of the window."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.moments import moment, moments
from app.tools.exports import Exports
from app.widgets.picture_dialogs import AnimationDialog, AnimationWish, FigureDialog, FigureWish
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.exports import blocks
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.app.desk import problems, window
from tests.nlcore.examples import gate

__all__ = ["problems", "window"]


@pytest.fixture
def tool(window: MainWindow) -> Exports:
    found = window.tools["exports"]
    assert isinstance(found, Exports)
    return found


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], None]:
    def give(path: Path, kind: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))

    return give


def done(qtbot: QtBot, tool: Exports) -> str:
    qtbot.waitUntil(lambda: not tool._jobs, timeout=20_000)
    return tool.window.status_line.text("message")


def two_tracks(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(5):
        window.actions_by_id["step_epoch"].trigger()
    window.session.comparison.add({"training.momentum": 0.0}, "no momentum")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=10_000)
    window.session.seek(8)


def test_weights(qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, answer: Callable[..., None]) -> None:
    two_tracks(qtbot, window)
    answer(tmp_path / "w.npz")
    window.actions_by_id["export_weights"].trigger()
    assert done(qtbot, tool) == "Written: w.npz."
    lead, other = window.session.tracks
    with np.load(tmp_path / "w.npz") as found:
        for name, array in blocks(lead.trainer.model, lead.cursor.params).items():
            assert np.array_equal(found[name], array)
        assert "no momentum/weights[0]" in found
    window.session.comparison.hide(other.number, is_hidden=True)
    answer(tmp_path / "w", "Table (*.csv)")
    window.actions_by_id["export_weights"].trigger()
    done(qtbot, tool)
    lines = (tmp_path / "w.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + lead.cursor.params.size  # one track only, and the ending was added
    assert window.settings.last_folder == str(tmp_path)


def test_curves_while_it_runs(
    qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, answer: Callable[..., None]
) -> None:
    two_tracks(qtbot, window)
    answer(tmp_path / "c.csv")
    window.actions_by_id["run"].trigger()
    window.actions_by_id["export_curves"].trigger()
    qtbot.waitUntil((tmp_path / "c.csv").is_file, timeout=10_000)
    window.actions_by_id["pause"].trigger()
    done(qtbot, tool)
    lines = (tmp_path / "c.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("track,presentations,updates,epochs,training_loss")
    tracks = {line.split(",")[0] for line in lines[1:]}
    assert tracks == {'"lesson"', '"no momentum"'}
    assert len(lines) >= 1 + 2 * 6


def test_the_script_trains_the_run_again(
    qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, answer: Callable[..., None]
) -> None:
    for _ in range(4):
        window.actions_by_id["step_epoch"].trigger()
    window.session.seek(6)
    window.session.changes.set("training.learning_rate", 0.25)
    window.actions_by_id["step_epoch"].trigger()
    window.actions_by_id["copy_python"].trigger()
    assert done(qtbot, tool) == "The script is in the clipboard."
    text = QApplication.clipboard().text()
    answer(tmp_path / "again.py")
    window.actions_by_id["save_python"].trigger()
    done(qtbot, tool)
    assert (tmp_path / "again.py").read_text("utf-8") == text
    ran = subprocess.run([sys.executable, tmp_path / "again.py"], capture_output=True, text=True, check=True)
    digest = hashlib.sha256(window.session.cursor.params.astype("<f8").tobytes()).hexdigest()  # type: ignore[union-attr]
    assert digest in ran.stdout


def test_edited_examples_are_said_with_the_script(qtbot: QtBot, window: MainWindow, tool: Exports) -> None:
    window.session.changes.intervene(DataEdit((MoveExample(0, (0.3, 0.3)),)))
    window.actions_by_id["copy_python"].trigger()
    assert "edited" not in done(qtbot, tool)  # the edit is an intervention, the script makes it
    window.actions_by_id["restart"].trigger()
    window.actions_by_id["copy_python"].trigger()
    assert "edited by hand before this run" in done(qtbot, tool)


def test_figures(qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, problems: list[str]) -> None:
    window.actions_by_id["step_epoch"].trigger()
    tool.write_figure(tmp_path / "f.png", FigureWish("error_curves", (400, 300), 2.0, True, ".png"))
    tool.write_figure(tmp_path / "f.svg", FigureWish("network_diagram", (400, 300), 1.0, False, ".svg"))
    done(qtbot, tool)
    with Image.open(tmp_path / "f.png") as picture:
        assert picture.size == (800, 600)
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert (tmp_path / "f.svg").read_text("utf-8").lstrip().startswith("<?xml")
    tool.write_figure(tmp_path / "no" / "f.png", FigureWish("error_curves", (400, 300), 1.0, True, ".png"))
    done(qtbot, tool)
    tool.write_figure(tmp_path / "g.png", FigureWish("weight_images", (400, 300), 1.0, True, ".png"))
    assert len(problems) == 2
    assert "cannot be written (No such file" in problems[0]
    assert "not the pixels" in problems[1]
    assert not (tmp_path / "g.png").exists()


def test_an_animation_with_its_window_alive(qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path) -> None:
    two_tracks(qtbot, window)
    wish = AnimationWish("decision_surface", (240, 200), True, ".gif", "epoch", (0, 1, 2, 3, 4, 5), 8)
    tool.animation.start(tmp_path / "a.gif", wish, window.session.tracks, window.theme, window.docks.panes[wish.pane])
    assert tool.animation.bar.isVisible()
    with qtbot.waitSignal(tool.animation.finished, timeout=30_000):
        window.actions_by_id["step_epoch"].trigger()  # training goes on
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 6  # type: ignore[attr-defined]
    assert not tool.animation.bar.isVisible()
    assert window.status_line.text("message") == "The animation is in a.gif."


def test_a_cancelled_animation_leaves_nothing(
    qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, problems: list[str]
) -> None:
    two_tracks(qtbot, window)
    wish = AnimationWish("error_curves", (240, 200), False, "", "update", tuple(range(20)), 8)
    tool.animation.start(tmp_path / "frames", wish, window.session.tracks, window.theme, window.docks.panes[wish.pane])
    qtbot.waitUntil(lambda: any(tmp_path.iterdir()), timeout=10_000)
    tool.animation.bar.buttons["Cancel"].click()
    assert list(tmp_path.iterdir()) == []
    assert not tool.animation.is_active
    (tmp_path / "there").mkdir()
    tool.animation.start(tmp_path / "there", wish, window.session.tracks, window.theme, window.docks.panes[wish.pane])
    qtbot.waitUntil(lambda: bool(problems), timeout=10_000)
    assert "exists already" in problems[0]


def test_the_dialogs_ask_and_pass_on(
    qtbot: QtBot, window: MainWindow, tool: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    answer: Callable[..., None],
) -> None:  # fmt: skip
    two_tracks(qtbot, window)
    window.docks.panes["error_curves"].setFocus()
    answer(tmp_path / "fig.svg")

    def figure(dialog: FigureDialog) -> int:
        assert set(dialog._panes) == {"network_diagram", "decision_surface", "error_curves", "examples"}
        dialog.kind.setCurrentIndex(1)
        dialog.pane.setCurrentText("Decision surface")
        return 1

    monkeypatch.setattr(FigureDialog, "exec", figure)
    window.actions_by_id["export_figure"].trigger()
    done(qtbot, tool)
    assert (tmp_path / "fig.svg").is_file()
    answer(tmp_path / "anim")  # the ending is added

    def animation(dialog: AnimationDialog) -> int:
        assert dialog.last.value() == 5
        dialog.every.setValue(2)
        assert dialog.note.text().startswith("3 pictures")
        dialog.first.setValue(5)
        dialog.last.setValue(4)
        assert not dialog.save.isEnabled()
        dialog.first.setValue(3)
        dialog.width_box.setValue(200)
        dialog.height_box.setValue(160)
        return 1

    monkeypatch.setattr(AnimationDialog, "exec", animation)
    with qtbot.waitSignal(tool.animation.finished, timeout=30_000):
        window.actions_by_id["export_animation"].trigger()
    with Image.open(tmp_path / "anim.gif") as gif:
        assert gif.size == (200, 160)


def test_moments_of_every_clock() -> None:
    history = History(Trainer(gate("and")))
    states = [history.start]
    for _ in range(60):
        states.append(history.trainer.advance(states[-1], 1))
        history.record(states[-1])
    for unit, name in (("update", "updates"), ("epoch", "epochs"), ("presentation", "presentations")):
        counts = [getattr(state.counters, name) for state in states]
        for wanted in range(max(counts) + 1):
            assert moment(history, unit, wanted) == counts.index(wanted)  # type: ignore[arg-type]
        found = list(moments(history, unit, range(0, max(counts) + 9, 3)))  # type: ignore[arg-type]
        assert found == [counts.index(wanted) for wanted in range(0, max(counts) + 1, 3)]
