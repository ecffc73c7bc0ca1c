"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import __main__ as command
from app import cli


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = cli.main(arguments)
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr()
    return status, said.out, said.err


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    status, out, _ = run(capsys, "run", *arguments, "--json", "-")
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list", "--json")
    found = json.loads(out)
    assert status == 0
    assert set(found) == {"lessons", "own_lessons", "datasets", "rules", "families", "panes"}
    assert {"id", "title", "part"} == set(found["lessons"][0])
    assert {"xor", "faces", "perceptron-and"} <= {lesson["id"] for lesson in found["lessons"]}
    assert {"logic_gates", "faces", "none"} <= set(found["datasets"])
    assert run(capsys, "list")[1].count("\n") > 5


def test_run_json_has_exactly_the_promised_fields(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(capsys, "xor")
    assert set(found) == {"lesson", "seed", "kernel", "dataset", "tracks"}
    assert found["dataset"] == {
        "name": "logic_gates",
        "source": "built in",
        "sizes": {"training": 4, "validation": 0, "test": 0},
    }
    track = found["tracks"][0]
    assert set(track) == {"name", "counters", "finish_reason", "metrics", "params_sha256", "seconds"}
    assert set(track["counters"]) == {"presentations", "updates", "epochs"}
    assert track["finish_reason"] == "stop_rule"
    assert track["metrics"]["training"]["error_rate"] == 0.0
    assert track["metrics"]["validation"] is None
    assert {"loss", "sse", "mse", "error_rate", "accuracy", "confusion"} <= set(track["metrics"]["training"])


def test_the_same_run_has_the_same_weights(capsys: pytest.CaptureFixture[str]) -> None:
    one, same, other = (result(capsys, "xor", "--seed", seed)["tracks"][0] for seed in ("7", "7", "8"))
    assert one["params_sha256"] == same["params_sha256"] != other["params_sha256"]


@pytest.mark.parametrize(
    ("option", "n", "counter"),
    [("--epochs", 9, "epochs"), ("--updates", 9, "updates"), ("--presentations", 9, "presentations")],
)
def test_lengths_are_exact(capsys: pytest.CaptureFixture[str], option: str, n: int, counter: str) -> None:
    for lesson in ("xor", "perceptron-and"):
        track = result(capsys, lesson, option, str(n))["tracks"][0]
        assert track["counters"][counter] == n
        assert track["finish_reason"] == "limit"


def test_epochs_zero_only_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert result(capsys, "xor", "--epochs", "0")["tracks"][0]["counters"]["presentations"] == 0


def test_updates_that_never_come_end_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    track = result(capsys, "perceptron-and", "--updates", "100000")["tracks"][0]
    assert track["finish_reason"] == "limit"
    assert track["counters"]["updates"] < 100000


def test_settings_can_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    found = result(
        capsys, "xor", "--epochs", "3", "--set", "training.mode=batch", "--set", "training.learning_rate=0.25",
        "--set", "dataset.gate=and", "--set", 'training.initializer={name="zero"}',
    )  # fmt: skip
    assert found["kernel"] == "vectorized"
    assert found["tracks"][0]["counters"]["updates"] == 3


def test_divergence_is_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(
        capsys, "run", "xor", "--epochs", "5", "--set", "training.learning_rate=1e300",
        "--set", 'network.activations=["linear", "linear"]', "--json", "-",
    )  # fmt: skip
    track = json.loads(out)["tracks"][0]
    assert status == 0
    assert track["finish_reason"] == "diverged"
    assert track["metrics"]["training"]["loss"] is None
    assert err.count("Diverged") == 1


def test_learning_rate_zero_is_allowed_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "run", "xor", "--epochs", "3", "--set", "training.learning_rate=0")
    assert status == 0
    assert "nothing was learnt" in out


def test_curves_as_csv(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    assert run(capsys, "run", "xor", "--epochs", "12", "--curves", str(path))[0] == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [int(row["epochs"]) for row in rows] == list(range(13))
    assert float(rows[-1]["training_sse"]) == pytest.approx(2 * float(rows[-1]["training_loss"]))


WRONG = [
    (("run", "xorr"), "unknown lesson 'xorr'; did you mean 'xor'"),
    (("run", "nowhere/x.md"), "x.md"),
    (("run", "xor", "--set", "training.learning_rat=1"), "unknown field 'learning_rat'"),
    (("run", "xor", "--set", "training.learning_rate=-1"), "training.learning_rate: expected a number >= 0.0, not -1"),
    (("run", "xor", "--set", "training.learning_rate=nan"), "expected a finite number, not nan"),
    (("run", "xor", "--set", "training.learning_rate=inf"), "expected a finite number, not inf"),
    (("run", "xor", "--set", "training.learning_rate=fast"), "expected a number, not 'fast'"),
    (("run", "xor", "--set", "nonsense"), "is not of the form"),
    (("run", "xor", "--set", "training.stop.epochs=99999999999999999999"), "training.stop.epochs"),
    (("run", "xor", "--set", "network.layers=[2, 3000000000, 1]"), "more than this program can hold"),
    (("run", "xor", "--epochs", "-1"), "-1 is negative"),
    (("run", "xor", "--epochs", "x"), "is not a whole number"),
    (("run", "xor", "--epochs", "1", "--updates", "1"), "not allowed with"),
    (("run", "xor", "--set", "dataset.name=xyz"), "unknown data set 'xyz'"),
    (("shot", "xor", "--pane", "curves"), "unknown pane 'curves'"),
    (("shot", "xor", "--size", "9x9"), "is not a size"),
    (("shot", "xor", "--theme", "pink"), "invalid choice"),
    (("data", "get", "cats"), "invalid choice"),
    (("walk",), "invalid choice"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_wrong_use_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_a_place_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    status, _, err = run(capsys, "run", "xor", "--epochs", "1", "--json", str(blocked / "x.json"))
    assert status == 1
    assert "cannot be written" in err
    status, _, err = run(capsys, "shot", "xor", "--epochs", "1", "--out", str(blocked / "x"))
    assert status == 1
    assert "cannot be made" in err


def test_data_list_says_where_it_looked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLLAB_DATA", "/nowhere/at/all")
    status, out, _ = run(capsys, "data")
    assert status == 0
    assert "NLLAB_DATA: /nowhere/at/all  not found" in out
    assert "nllab data get faces" in out


def nllab(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=cwd, env={**kept, **environment}, capture_output=True, text=True,
        timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has no screen without DISPLAY")
class TestWithoutScreen:
    def test_it_trains_and_draws_instead(self, tmp_path: Path) -> None:
        done = nllab(cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("No screen here")
        paths = done.stdout.split()
        assert "nllab-xor/xor.png" in paths
        assert all((tmp_path / path).stat().st_size > 3000 for path in paths)

    def test_a_screen_that_does_not_answer_is_said(self, tmp_path: Path) -> None:
        done = nllab(cwd=tmp_path, DISPLAY=":4242")
        assert done.returncode == 1
        assert "No screen answers at DISPLAY=:4242" in done.stderr
        assert "Traceback" not in done.stderr
        assert "100.0 % correct" in done.stdout

    def test_a_lesson_may_be_named(self, tmp_path: Path) -> None:
        assert "perceptron-and.png" in nllab("perceptron-and", cwd=tmp_path).stdout
        wrong = nllab("percepton", cwd=tmp_path)
        assert wrong.returncode == 2
        assert wrong.stderr.count("\n") == 1

    def test_a_session_is_told_instead(self, tmp_path: Path) -> None:
        assert nllab("run", "xor", "--epochs", "3", "--save", "mine.nllab", cwd=tmp_path).returncode == 0
        done = nllab("mine.nllab", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("nllab: No screen here")
        assert "lesson: xor" in done.stdout
        wrong = nllab("yours.nllab", cwd=tmp_path, QT_QPA_PLATFORM="offscreen")
        assert (wrong.returncode, wrong.stderr) == (2, "nllab: yours.nllab: there is no such file\n")


def test_help_version_and_nonsense(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    assert command.main(["--version"]) == 0
    assert command.main(["--frob"]) == 2
    assert command.main(["a", "b"]) == 2
    said = capsys.readouterr()
    assert "usage: nllab" in said.out
    assert "not understood" in said.err


def test_shot_draws_what_was_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from PIL import Image

    status, out, _ = run(
        capsys, "shot", "xor", "--epochs", "5", "--theme", "dark", "--size", "900x600", "--out", str(tmp_path)
    )
    assert status == 0
    names = [Path(line).name for line in out.splitlines()]
    assert names[0] == "xor.png"
    with Image.open(tmp_path / "xor.png") as picture:
        assert picture.size == (900, 600)
        assert np.asarray(picture.convert("L")).mean() < 90  # dark
    status, out, _ = run(capsys, "shot", "xor", "--epochs", "5", "--pane", "error_curves", "--out", str(tmp_path))
    assert [Path(line).name for line in out.splitlines()] == ["xor-error_curves.png"]
