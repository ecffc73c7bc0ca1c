"""`nllab run --seeds` and `nllab shot --svg, --animate`: tables, files, exit status."""

from __future__ import annotations

import csv
import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from app import shot_options
from tests.app.test_cli import result, run


def test_the_first_seed_is_the_run_without_repetition(capsys: pytest.CaptureFixture[str]) -> None:
    single = result(capsys, "xor", "--seed", "3")
    many = result(capsys, "xor", "--seed", "3", "--seeds", "4")
    assert {name: many[name] for name in ("lesson", "seed", "kernel", "dataset")} == {
        name: single[name] for name in ("lesson", "seed", "kernel", "dataset")
    }
    track = many["tracks"][0]
    for name in ("name", "counters", "finish_reason", "metrics", "params_sha256"):
        assert track[name] == single["tracks"][0][name]
    repeats = track["repeats"]
    assert [found["seed"] for found in repeats["runs"]] == [3, 4, 5, 6]
    for found in repeats["runs"][1:]:
        alone = result(capsys, "xor", "--seed", str(found["seed"]))["tracks"][0]
        assert (found["params_sha256"], found["counters"]) == (alone["params_sha256"], alone["counters"])
    losses = [found["metrics"]["training"]["loss"] for found in repeats["runs"]]
    assert repeats["metrics"]["training"]["loss"]["mean"] == pytest.approx(statistics.mean(losses))
    assert repeats["metrics"]["training"]["loss"]["sd"] == pytest.approx(statistics.stdev(losses))
    assert repeats["all_correct"] == {"runs": 4, "share": 1.0}


def test_the_table_and_the_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table, curves, whole = (tmp_path / name for name in ("t.csv", "c.csv", "r.json"))
    status, out, _ = run(
        capsys, "run", "xor", "--seeds", "3", "--epochs", "30",
        "--table", str(table), "--curves", str(curves), "--json", str(whole),
    )  # fmt: skip
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "lesson: 3 runs, seeds 1 to 3"
    assert lines[1].split() == ["seed", "epochs", "all", "correct", "at", "training", "errors", "finish"]
    assert [line.split()[0] for line in lines[2:5]] == ["1", "2", "3"]
    assert [line.split()[0] for line in lines[6:8]] == ["mean", "sd"]
    runs = json.loads(whole.read_text())["tracks"][0]["repeats"]["runs"]
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["params_sha256"] for row in rows] == [found["params_sha256"] for found in runs]
    assert {row["finish_reason"] for row in rows} == {"limit"}
    spread = [row for row in csv.DictReader(curves.read_text().splitlines()) if row["metric"] == "loss"]
    assert [int(row["epochs"]) for row in spread] == list(range(31))
    assert float(spread[-1]["mean"]) == pytest.approx(statistics.mean(float(row["training_loss"]) for row in rows))


def test_a_diverged_seed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys, "run", "xor", "--seeds", "2", "--epochs", "5", "--set", "training.learning_rate=1e300",
        "--set", 'network.activations=["linear", "linear"]',
    )  # fmt: skip
    assert status == 0
    assert out.count("diverged") == 2
    assert "seed 1, 2." in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--seeds", "0"], "--seeds: 0 runs are not possible"),
        (["--seeds", "10001"], "--seeds: 10001 runs are not possible"),
        (["--seeds", "-2"], "-2 is negative"),
        (["--seeds", "many"], "'many' is not a whole number"),
        (["--seeds", "2", "--updates", "5"], "--seeds does not go together with --updates"),
        (["--seeds", "2", "--folds", "5"], "--seeds does not go together with --folds"),
        (["--table", "t.csv"], "--table goes together with --seeds"),
        (["--new-data"], "--new-data goes together with --seeds"),
        (["--seeds", "2", "--set", "training.rule=magic"], "unknown rule 'magic'"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str) -> None:
    status, out, err = run(capsys, "run", "xor", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err


def test_a_file_that_cannot_be_written_is_told_before_the_training(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "run", "xor", "--seeds", "2", "--table", "/nowhere/t.csv")
    assert (status, out) == (1, "")
    assert "cannot be written" in err


def shot(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> tuple[int, list[str], str]:
    status, _, err = run(capsys, "shot", *arguments, "--out", str(folder))
    return status, sorted(file.name for file in folder.iterdir()) if folder.exists() else [], err


def test_animate_and_svg(capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: Any) -> None:
    found = shot(capsys, tmp_path / "a", "xor", "--pane", "error_curves", "--animate", "0:20:5", "--size", "300x240")
    assert found[:2] == (0, ["xor-error_curves.gif"])
    found = shot(capsys, tmp_path / "b", "xor", "--epochs", "5", "--pane", "network_diagram", "--svg")
    assert found[:2] == (0, ["xor-network_diagram.png", "xor-network_diagram.svg"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--animate", "0:20:5"], "--animate needs --pane"),
        (["--pane", "examples", "--animate", "0:20:0"], "the step is at least 1"),
        (["--pane", "examples", "--animate", "20:0:5"], "the last epoch comes after the first"),
        (["--pane", "examples", "--animate", "all"], "is not of the form 0:100:5"),
        (["--pane", "examples", "--animate", "0:20:5", "--epochs", "7"], "there is no epoch 20, the run ended after 7"),
        (["--pane", "examples", "--animate", "0:5", "--svg"], "does not go together with --svg"),
    ],
)
def test_wrong_animations(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], sentence: str, qapp: Any
) -> None:
    status, files, err = shot(capsys, tmp_path / "a", "xor", *arguments)
    assert (status, files) == (2, [])
    assert sentence in err


def test_epoch_ranges() -> None:
    assert list(shot_options.epoch_range("0:100:25")) == [0, 25, 50, 75, 100]
    assert list(shot_options.epoch_range("3:5")) == [3, 4, 5]
