"""`nllab shot --phases`: one picture for each phase of the next presentation."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from app.lesson import find_lesson
from nlcore.trainer import Trainer
from tests.app.test_cli import run


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def n_phases(presentations: int) -> int:
    trainer = Trainer(find_lesson("xor").experiment)
    return len(trainer.model.trace(trainer.advance(trainer.initial_state(), presentations)).phases)


def test_the_window_phase_by_phase(capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: Any) -> None:
    folder = tmp_path / "window"
    status, out, _ = run(
        capsys, "shot", "xor", "--presentations", "2", "--phases", "--size", "900x650", "--out", str(folder)
    )
    n = n_phases(2)
    assert status == 0
    assert names(folder) == [f"xor-phase-{k:02}.png" for k in range(n + 1)]
    assert out.split() == [str(folder / name) for name in names(folder)]
    pictures = [QImage(str(folder / name)) for name in names(folder)]
    assert all(picture.width() == 900 and picture.height() == 650 for picture in pictures)
    for before, after in itertools.pairwise(pictures):
        assert before != after


def test_single_panes(capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: Any) -> None:
    folder = tmp_path / "panes"
    status, _, _ = run(
        capsys, "shot", "xor", "--presentations", "2", "--phases", "--pane", "trace", "--pane", "network_diagram",
        "--theme", "dark", "--out", str(folder),
    )  # fmt: skip
    assert status == 0
    wanted = [f"xor-{pane}-phase-{k:02}.png" for pane in ("network_diagram", "trace") for k in range(n_phases(2) + 1)]
    assert names(folder) == wanted


@pytest.mark.parametrize(
    ("arguments", "sentence", "expected"),
    [
        (["--phases", "--svg"], "--phases does not go together with --svg", 2),
        (["--phases", "--pane", "trace", "--animate", "0:2"], "--phases does not go together", 2),
        (["--phases", "--set", "network.activations=0"], "network.activations", 2),
    ],
)
def test_what_does_not_go_together(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], sentence: str, expected: int, qapp: Any
) -> None:
    status, _, err = run(capsys, "shot", "xor", "--presentations", "2", *arguments, "--out", str(tmp_path / "none"))
    assert (status, names(tmp_path / "none")) == (expected, [])
    assert sentence in err


def descent(folder: Path, rate: float) -> Path:
    path = folder / "descent.md"
    path.write_text(
        '+++\nid = "descent"\ntitle = "Down"\npart = "Gradient descent"\norder = 1\nlecture = ["Gradient Descent"]\n'
        'panes = ["error_curves"]\n[experiment]\nfamily = "function"\n[experiment.training]\n'
        f"learning_rate = {rate}\n+++\nText.\n",
        "utf-8",
    )
    return path


def test_a_run_without_examples_has_phases_too(capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: Any) -> None:
    folder = tmp_path / "found"
    status, _, _ = run(
        capsys, "shot", str(descent(tmp_path, 0.1)), "--presentations", "2", "--phases", "--out", str(folder)
    )
    assert status == 0
    assert names(folder)[0] == "descent-phase-00.png"
    assert len(names(folder)) >= 4


def test_weights_that_are_no_numbers_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: Any) -> None:
    status, _, err = run(
        capsys, "shot", "xor", "--epochs", "40", "--phases", "--out", str(tmp_path / "none"),
        "--set", "training.learning_rate=1e300", "--set", 'network.activations=["linear", "linear"]',
    )  # fmt: skip
    assert (status, names(tmp_path / "none")) == (1, [])
    assert "--phases: The weights are no finite numbers any more" in err
