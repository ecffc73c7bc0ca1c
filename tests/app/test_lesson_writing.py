"""What is written as a lesson is read back with an equal experiment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.lesson import Lesson, find_lesson, list_lessons, read_lesson
from app.lesson_names import check_names
from app.lesson_writing import Draft, difference, id_from, write, wrong_id
from nlcore.errors import ExperimentError, LessonError
from nlcore.experiment import Experiment
from tests.nlcore.examples import gate, xor
from tests.nlcore.test_replay import experiments

CASES = max(50, int(os.environ.get("NLLAB_REPLAY_CASES", "1000")) // 5)
MANY = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))


def draft(*tracks: tuple[str, Experiment], base: Lesson | None = None, title: str = "Mine") -> Draft:
    return Draft("mine", title, "Own", ("error_curves",), tracks, base)


def back(written: bytes) -> Lesson:
    return read_lesson(Path("mine.md"), written)


def is_known(experiment: Experiment) -> bool:
    try:
        check_names(experiment)
    except ExperimentError:
        return False
    return True


Found = tuple[Experiment, object, object]


@MANY
@given(experiments(), experiments(), st.text(min_size=1, max_size=30).filter(lambda text: bool(text.split())))
def test_random_experiments_come_back(first: Found, second: Found, name: str) -> None:
    one, other = first[0], second[0]
    assume(is_known(one) and is_known(other))
    lesson = back(write(draft(("lesson", one), (name, other), title=name)).raw)
    assert lesson.experiment == one
    assert [experiment for _, experiment in lesson.tracks()[1:]] in ([other], [])
    changes = difference(one, other)
    assert not changes or one.replace(changes) == other


@pytest.mark.parametrize("lesson_id", [entry.id for entry in list_lessons()])
def test_a_shipped_lesson_keeps_text_and_variants(lesson_id: str) -> None:
    base = find_lesson(lesson_id)
    lesson = back(write(draft(*base.tracks(), base=base)).raw)
    assert lesson.text == base.text
    assert [experiment for _, experiment in lesson.tracks()] == [experiment for _, experiment in base.tracks()]
    assert lesson.lecture == base.lecture


def test_variants_say_only_what_differs() -> None:
    other = xor().replace({"training.momentum": 0.0, "seed": 7})
    assert difference(xor(), other) == {"training.momentum": 0.0, "seed": 7}
    assert difference(xor(), xor()) == {}
    written = write(draft(("lesson", xor()), ("lesson", other), ("lesson", other), ("same", xor())))
    lesson = back(written.raw)
    assert [variant.name for variant in lesson.variants] == ["lesson'", "lesson''"]
    assert written.notes == ("Left out, because a lesson cannot say what makes it different: same.",)


def test_a_setting_that_is_taken_away() -> None:
    one = xor().replace({"training.stop": {"epochs": 5, "loss_below": 0.1}})
    other = one.replace({"training.stop": {"epochs": 5}})
    assert one.replace(difference(one, other)) == other


def test_without_a_lesson_there_is_a_text_to_begin_with() -> None:
    lesson = back(write(draft(("lesson", gate("and")), title="My first")).raw)
    assert lesson.text.startswith("# My first")
    assert "::: predict" in lesson.text


@pytest.mark.parametrize(
    ("title", "lesson_id"),
    [
        ("XOR with tanh", "xor-with-tanh"),
        ("Größe & Maß", "grosse-mass"),
        ("日本", "lesson"),
        ("  --a--  ", "a"),
        ("", "lesson"),
    ],
)
def test_ids_are_made_from_titles(title: str, lesson_id: str) -> None:
    assert id_from(title) == lesson_id


@pytest.mark.parametrize("lesson_id", ["", "-a", "A", "a b", "a" * 61, "run", "xor"])
def test_wrong_ids(lesson_id: str) -> None:
    assert wrong_id(lesson_id, ["xor"])
    assert not wrong_id("my-own", ["xor"])


def test_what_no_lesson_can_be_is_said() -> None:
    with pytest.raises(LessonError, match=r"mine\.md, line \d+: panes"):
        write(Draft("mine", "Mine", "Own", ("nonsense",), (("lesson", xor()),)))
