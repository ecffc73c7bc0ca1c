"""Own lessons are found beside those that ship, broken ones with their fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli, library
from app.lesson import find_lesson
from app.settings import Settings, save_settings
from nlcore.errors import LessonError


def put(folder: Path, lesson_id: str, text: str = "") -> Path:
    raw = find_lesson("xor").raw.decode()
    raw = raw.replace('id = "xor"', f'id = "{lesson_id}"').replace("Backpropagation on XOR", f"Lesson {lesson_id}")
    path = folder / f"{lesson_id}.md"
    path.write_text(raw + text, "utf-8")
    return path


def test_own_lessons_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    put(tmp_path, "good", "\n[another](action:lesson?id=second) and [shipped](action:lesson?id=xor)\n")
    put(tmp_path, "second")
    put(tmp_path, "xor")
    (tmp_path / "bad.md").write_text(
        put(tmp_path, "bad").read_text("utf-8").replace("rate = 0.5", "rate = -1"), "utf-8"
    )
    (tmp_path / "notes.txt").write_text("no lesson")
    found = {own.id: own for own in library.own_lessons(tmp_path)}
    assert list(found) == ["bad", "good", "second", "xor"]
    assert (found["good"].title, found["good"].problem) == ("Lesson good", "")
    assert "bad.md, line" in found["bad"].problem
    assert "training.learning_rate" in found["bad"].problem
    assert "comes with the program" in found["xor"].problem
    assert library.find("good", tmp_path).path == tmp_path / "good.md"
    assert library.find("xor", tmp_path).path != tmp_path / "xor.md"
    with pytest.raises(LessonError, match="did you mean 'second'"):
        library.find("secnd", tmp_path)
    assert library.own_lessons(tmp_path / "nowhere") == ()


def test_the_command_line_knows_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "mine")
    (tmp_path / "broken.md").write_text("hello", "utf-8")
    save_settings(Settings(lessons_folder=str(tmp_path)))
    assert cli.main(["list"]) == 0
    said = capsys.readouterr().out
    assert "Own lessons\n  broken                   broken.md, line 1" in said
    assert "  mine                     Lesson mine\n" in said
    assert cli.main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [own["id"] for own in listed["own_lessons"]] == ["broken", "mine"]
    assert "mine" not in [lesson["id"] for lesson in listed["lessons"]]
    assert cli.main(["run", "mine", "--epochs", "2"]) == 0
