"""`nllab run --save` and `nllab open`: the same numbers, and a sentence for what cannot be opened."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import cli, opened
from app.lesson import find_lesson, read_lesson
from nlcore import storage
from nlcore.errors import LessonError
from nlcore.interventions import SettingsChange
from nlcore.storage import LessonText, SavedSession, SavedTrack


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = cli.main(arguments)
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr()
    return status, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    status, out, _ = run(capsys, *arguments, "--json", "-")
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("length", [["--epochs", "100"], ["--epochs", "0"], []])
@pytest.mark.parametrize("lesson", ["xor", "perceptron-and"])
def test_what_is_opened_says_what_the_run_said(
    lesson: str, length: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "x.nllab")
    made = told(capsys, "run", lesson, *length, "--save", path)
    found = told(capsys, "open", path)
    assert found.pop("session")["is_same_machine"] is True
    for track in found["tracks"]:
        assert track.pop("run") == 0
        (only,) = track.pop("runs")
        assert only["counters"] == track["counters"]
        assert only["parent"] is None
    assert found == made


def test_a_session_with_changes_and_a_cursor_in_the_past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.nllab"
    told(capsys, "run", "xor", "--epochs", "100", "--save", str(path))
    session = storage.open_file(path).session
    tree = session.tracks[0].tree
    node = tree.fork(200, SettingsChange.of({"training.learning_rate": 0.25}))
    after = node.history.trainer.measured_advance(node.history.head, 40, stops=False)
    node.history.record(after.state)
    cursor = node.history.state_at(220)
    storage.save(path, SavedSession((SavedTrack("lesson", tree, {1: cursor}),), session.lesson))
    found = told(capsys, "open", str(path))
    (track,) = found["tracks"]
    assert track["counters"]["presentations"] == 220
    assert track["run"] == 1
    assert [(r["number"], r["parent"], r["at"], r["interventions"]) for r in track["runs"]] == [
        (0, None, 0, 0),
        (1, 0, 200, 1),
    ]
    assert [r["counters"]["presentations"] for r in track["runs"]] == [400, 240]
    made = told(capsys, "run", "xor", "--presentations", "200")
    assert made["tracks"][0]["params_sha256"] != track["params_sha256"]
    status, out, _ = run(capsys, "open", str(path))
    assert status == 0
    assert "learning rate 0.5 -> 0.25" in out
    assert "lesson: xor" in out


def test_weights_and_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: str(tmp_path / name) for name in ("x.nllab", "a.npz", "b.npz", "a.csv", "c.csv", "d.csv")}
    status, _, _ = run(
        capsys, "run", "xor", "--epochs", "20", "--save", files["x.nllab"], "--weights", files["a.npz"],
        "--curves", files["c.csv"],
    )  # fmt: skip
    assert status == 0
    status, _, _ = run(capsys, "open", files["x.nllab"], "--weights", files["b.npz"], "--curves", files["d.csv"])
    assert status == 0
    with np.load(files["a.npz"]) as one, np.load(files["b.npz"]) as other:
        assert one.files == other.files
        assert all(one[name].tobytes() == other[name].tobytes() for name in one.files)
    assert Path(files["c.csv"]).read_bytes() == Path(files["d.csv"]).read_bytes()
    assert run(capsys, "open", files["x.nllab"], "--weights", files["a.csv"])[0] == 0
    with Path(files["a.csv"]).open(newline="") as file:
        assert {row["block"] for row in csv.DictReader(file)} >= {"weights[0]", "biases[1]"}


def test_wrong_use_and_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.nllab"
    bad.write_bytes(b"PK\x03\x04 and no more")
    for arguments, wanted in (
        (("open", str(bad)), cli.FAILED),
        (("open", str(tmp_path / "none.nllab"), "--json", "-"), cli.FAILED),
        (("open", str(tmp_path)), cli.FAILED),
        (("open",), cli.WRONG_USE),
        (("run", "xor", "--epochs", "1", "--weights", str(tmp_path / "w.txt")), cli.WRONG_USE),
        (("run", "xor", "--epochs", "1", "--save", str(tmp_path / "no" / "x.nllab")), cli.FAILED),
        (("run", "xor", "--epochs", "1", "--seeds", "2", "--save", str(tmp_path / "x.nllab")), cli.WRONG_USE),
    ):
        status, out, said = run(capsys, *arguments)
        assert status == wanted, arguments
        assert out == ""
        assert "Traceback" not in said
        assert said.strip().splitlines()[-1].startswith("nllab")


def test_the_lesson_comes_back_as_it_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "lessons" / "own-lesson.md"
    own.parent.mkdir()
    raw = find_lesson("xor").path.read_bytes().replace(b'id = "xor"', b'id = "own-lesson"')
    own.write_bytes(raw + "\nSee [the next](action:lesson?id=another-one) – ä.\n".encode())
    (own.parent / "another-one.md").write_bytes(b"")
    path = tmp_path / "x.nllab"
    told(capsys, "run", str(own), "--epochs", "1", "--save", str(path))
    whole = read_lesson(own)
    own.unlink()
    (own.parent / "another-one.md").unlink()
    session = storage.open_file(path).session
    found = opened.lesson_of(session, tmp_path)
    assert found is not None
    assert (found.id, found.text, found.experiment) == (whole.id, whole.text, whole.experiment)
    assert opened.lesson_of(SavedSession(session.tracks), tmp_path) is None
    with pytest.raises(LessonError, match=r"a\.md, line 1"):
        opened.lesson_of(SavedSession(session.tracks, LessonText("a", b"no lesson")), tmp_path)


def test_opening_needs_no_qt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "x.nllab")
    told(capsys, "run", "xor", "--epochs", "1", "--save", path)
    code = (
        "import sys; sys.modules['PySide6'] = None; from app import cli; "
        f"status = cli.main(['open', {path!r}, '--json', '-']); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["lesson"] == "xor"
