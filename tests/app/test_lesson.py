"""Lesson files: what is read, and what is said of a wrong one."""

import contextlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import lesson as lessons
from app.lesson import Lesson, all_lessons, find_lesson, lesson_paths, list_lessons, read_lesson
from app.lesson_lines import field_lines, line_of
from app.lesson_text import parse_link
from nlcore.errors import ExperimentError, LessonError

CASES = int(os.environ.get("NLLAB_FUZZ_CASES", "300"))

GOOD = """+++
id = "good"
title = "A good lesson"
part = "Perceptrons"
order = 10
lecture = ["Perceptron"]
panes = ["decision_surface"]

[experiment]
seed = 4
dataset = {name = "logic_gates", gate = "xor"}
network = {layers = [2, 2, 1], activations = ["sigmoid", "sigmoid"]}
[experiment.training]
rule = "backpropagation"
learning_rate = 0.5
momentum = 0.9
stop = {epochs = 5000}

[[variants]]
name = "no momentum"
set = {"training.momentum" = 0.0}

[[variants]]
name = "three"
set = {"network.layers" = [2, 3, 1], "training.learning_rate" = 0.1}

[[expect]]
at_epoch = 20
seeds = 6
at_least = 5
metrics.training.error_rate.max = 0.5
metrics.training.loss.min = 0.1
+++
# Heading

Prose with $x_1$ and [a link](action:run?epochs=3).
"""
TEXT_LINE = GOOD.split("\n").index("# Heading") + 1


def write(folder: Path, text: str | bytes, name: str = "good.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def message(folder: Path, text: str | bytes, name: str = "good.md") -> str:
    with pytest.raises(LessonError) as caught:
        read_lesson(write(folder, text, name))
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 500
    return said


def outcome(folder: Path, content: bytes) -> str:
    """Return what reading a file says, or nothing if it is a lesson; any other error goes through."""
    try:
        read_lesson(write(folder, content))
    except LessonError as error:
        return str(error)
    return ""


def line(text: str) -> int:
    return GOOD.split("\n").index(text) + 1


def test_a_lesson_is_read(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path, GOOD))
    assert isinstance(lesson, Lesson)
    assert (lesson.id, lesson.title, lesson.part, lesson.order) == ("good", "A good lesson", "Perceptrons", 10)
    assert lesson.lecture == ("Perceptron",)
    assert lesson.panes == ("decision_surface",)
    assert lesson.experiment.training.momentum == 0.9
    assert lesson.text.startswith("# Heading\n\nProse")
    (expectation,) = lesson.expectations
    assert (expectation.at_epoch, expectation.seeds, expectation.needed, expectation.track) == (20, 6, 5, 0)
    bounds = {(s, m): (b.min, b.max) for s, m, b in expectation.metrics.items()}
    assert bounds == {("training", "error_rate"): (None, 0.5), ("training", "loss"): (0.1, None)}


def test_tracks_are_the_lesson_and_its_variants(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path, GOOD))
    names = [name for name, _ in lesson.tracks()]
    assert names == ["lesson", "no momentum", "three"]
    first, second, third = (experiment for _, experiment in lesson.tracks())
    assert first == lesson.experiment
    assert second == first.replace({"training.momentum": 0.0})
    assert third.network is not None
    assert third.network.layers == (2, 3, 1)


def test_changes_come_before_the_variants(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path, GOOD))
    changed = [e.training for _, e in lesson.tracks({"training.learning_rate": 0.7, "training.momentum": 0.2})]
    assert [t.learning_rate for t in changed] == [0.7, 0.7, 0.1]
    assert [t.momentum for t in changed] == [0.2, 0.0, 0.2]
    with pytest.raises(ExperimentError, match="unknown field"):
        lesson.tracks({"training.nothing": 1})


FORM = """[form]
show = ["training.learning_rate", "training.stop", "network.layers"]
locked = ["network.layers"]

[[expect]]"""


def with_form(old: str = "", new: str = "") -> str:
    return GOOD.replace("[[expect]]", FORM.replace(old, new) if old else FORM)


def test_a_lesson_chooses_and_locks_settings(tmp_path: Path) -> None:
    form = read_lesson(write(tmp_path, with_form())).form
    assert form.show == ("training.learning_rate", "training.stop", "network.layers")
    assert form.shows("training.stop.epochs", is_usual=False)
    assert not form.shows("seed", is_usual=True)
    assert form.locks("network.layers")
    assert not form.locks("network.activations")
    assert read_lesson(write(tmp_path, GOOD)).form.shows("seed", is_usual=True)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('"training.learning_rate"', '"training.learning_speed"', "show = ", "did you mean 'training.learning_rate'?"),
        (
            '"training.learning_rate"',
            '"learning_rate"',
            "show = ",
            "form.show[0]: unknown setting 'learning_rate'; did",
        ),
        ('"training.stop"', '"training.stop.epoch"', "show = ", "known: training.stop.all_correct, training.stop.ep"),
        ('"training.stop"', '"training.learning_rate"', "show = ", "form.show[1]: 'training.learning_rate' is listed"),
        ("show", "shows", "shows = ", "unknown field 'shows'"),
        ("locked =", 'hide = ["seed"]\nlocked =', "hide = ", "form.hide: cannot stand beside form.show"),
        ('["network.layers"]', '"network.layers"', "locked = ", "form.locked: "),
    ],
)
def test_a_wrong_form_is_told_with_line_and_names(tmp_path: Path, old: str, new: str, where: str, says: str) -> None:
    text = with_form(old, new)
    said = message(tmp_path, text)
    number = next(i for i, one in enumerate(text.split("\n"), 1) if one.startswith(where))
    assert said.startswith(f"good.md, line {number}: ")
    assert says in said


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_of_any_editor(tmp_path: Path, ending: str, start: bytes) -> None:
    lesson = read_lesson(write(tmp_path, start + GOOD.replace("\n", ending).encode()))
    assert lesson.text == read_lesson(write(tmp_path, GOOD)).text


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("learning_rate = 0.5", "learning_rate = -1", "learning_rate = 0.5", "experiment.training.learning_rate: expe"),
        ("learning_rate = 0.5", 'learning_rate = "x"', "learning_rate = 0.5", "expected a number"),
        ("learning_rate = 0.5", "learning_rate = nan", "learning_rate = 0.5", "finite"),
        ("learning_rate = 0.5", "learning_rat = 0.5", "learning_rate = 0.5", "unknown field 'learning_rat'; did you"),
        ("order = 10", "", "+++", "the field 'order' is missing"),
        ("order = 10", 'order = "x"', "order = 10", "order: expected a whole number, not 'x'"),
        ('title = "A good lesson"', 'title = ""', 'title = "A good lesson"', "title: "),
        ('id = "good"', 'id = "other"', 'id = "good"', "differs from the file's name"),
        ('id = "good"', 'id = "Other one"', 'id = "good"', "id: "),
        ('panes = ["decision_surface"]', "panes = []", 'panes = ["decision_surface"]', "panes: "),
        ('panes = ["decision_surface"]', 'panes = ["decision"]', 'panes = ["decision_surface"]', "unknown pane"),
        (
            'panes = ["decision_surface"]',
            'panes = ["decision_surface", "decision_surface"]',
            'panes = ["decision_surface"]',
            "twice",
        ),
        ("seed = 4", "seed = 1.5", "seed = 4", "experiment.seed: expected a whole number, not 1.5"),
        ("seed = 4", "seed = 99999999999999999999999", "seed = 4", "experiment.seed"),
        ('"logic_gates", gate', '"logic_gate", gate', 'dataset = {name = "logic_gates", gate = "xor"}', "unknown data"),
        ('gate = "xor"', 'gate = "xxor"', 'dataset = {name = "logic_gates", gate = "xor"}', "experiment.dataset.gate"),
        ('gate = "xor"', "port = 1", 'dataset = {name = "logic_gates", gate = "xor"}', "unknown field 'port'"),
        ('rule = "backpropagation"', 'rule = "backprop"', 'rule = "backpropagation"', "unknown rule"),
        ("momentum = 0.9", 'order = "sorted"', "momentum = 0.9", "unknown order"),
        ("momentum = 0.9", 'loss = "hinge"', "momentum = 0.9", "unknown loss"),
        ("momentum = 0.9", 'initializer = "nought"', "momentum = 0.9", "unknown initializer"),
        ("momentum = 0.9", 'initializer = {name = "uniform", low = 2}', "momentum = 0.9", "initializer: low (2"),
        (
            '["sigmoid", "sigmoid"]',
            '["sigmoid", "sigmoit"]',
            'network = {layers = [2, 2, 1], activations = ["sigmoid", "sigmoid"]}',
            "experiment.network.activations[1]: unknown activation",
        ),
        (
            '["sigmoid", "sigmoid"]',
            '["sigmoid"]',
            'network = {layers = [2, 2, 1], activations = ["sigmoid", "sigmoid"]}',
            "need 2 activations",
        ),
        ('{"training.momentum" = 0.0}', "{}", 'set = {"training.momentum" = 0.0}', "variants[0].set: a variant"),
        (
            '{"training.momentum" = 0.0}',
            '{"training.momentu" = 0.0}',
            'set = {"training.momentum" = 0.0}',
            "variants[0].set: training: unknown field 'momentu'",
        ),
        (
            '"training.learning_rate" = 0.1}',
            '"training.rule" = "x"}',
            'set = {"network.layers" = [2, 3, 1], "training.learning_rate" = 0.1}',
            "variants[1].set: training.rule: unknown rule",
        ),
        ('name = "three"', 'name = "no momentum"', 'name = "three"', "is the name of another track"),
        ("at_epoch = 20", "at_epoch = 20\ntrack = 3", "seeds = 6", "there is no track 3"),
        ("at_least = 5", "at_least = 7", "[[expect]]", "at_least (7) is more than seeds (6)"),
        ("error_rate.max = 0.5", "error_rat.max = 0.5", "metrics.training.error_rate.max = 0.5", "unknown field"),
        ("error_rate.max = 0.5", "error_rate = 0.5", "metrics.training.error_rate.max = 0.5", "error_rate: "),
        ("training.error_rate.max", "train.error_rate.max", "metrics.training.error_rate.max = 0.5", "'train'"),
        ("seed = 4", "seed = = 4", "seed = 4", "not valid TOML"),
        ("seed = 4", "seed = 4\nseed = 5", 'dataset = {name = "logic_gates", gate = "xor"}', "not valid TOML"),
        ("seed = 4", "sneed = 4", "seed = 4", "experiment: unknown field 'sneed'"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path: Path, old: str, new: str, where: str, said: str) -> None:
    assert old in GOOD
    found = message(tmp_path, GOOD.replace(old, new, 1))
    assert said in found
    assert found.startswith(f"good.md, line {line(where)}: "), found


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("[x](action:walk)", 0, "unknown action 'walk'"),
        ("\n\nfirst\nsecond [x](action:run?epoch=1)", 3, "unknown argument 'epoch'; did you mean 'epochs'"),
        ("[x](action:run?epochs=0)", 0, "expected a whole number"),
        ("[x](action:run?epochs=1&presentations=2)", 0, "only one"),
        ("[x](action:step)", 0, "unit is missing"),
        ("[x](action:step?unit=day)", 0, "unknown unit"),
        ("[x](action:pane?id=panorama)", 0, "unknown pane"),
        ("[x](action:lesson?id=nothing-such)", 0, "unknown lesson"),
        ("- a\n- [x](javascript:alert)", 1, "neither"),
        ("| a |\n|---|\n| [x](file:///etc/passwd) |", 2, "neither"),
        ("<ftp://example.org>", 0, "neither"),
        ("![x](http://example.org/x.png)", 0, "pictures are not possible"),
        ("text\n\n::: predict\nnever closed", 2, "not closed"),
        ("::: answer\n\n::: predict\nx\n:::\n", 2, "not closed"),
        ("::: hint\nx\n:::", 0, "unknown block 'hint'"),
        ("- ::: answer\n  x\n\nafter", 0, "not closed"),
        ("x\n\n:::\n", 2, "closes no block"),
    ],
)
def test_a_wrong_text_is_told_with_its_line(tmp_path: Path, text: str, offset: int, said: str) -> None:
    front = GOOD[: GOOD.index("# Heading")]
    found = message(tmp_path, front + "\n" + text + "\n")
    assert said in found
    assert found.startswith(f"good.md, line {TEXT_LINE + 1 + offset}: "), found


def test_code_is_not_searched_for_links_and_blocks(tmp_path: Path) -> None:
    read_lesson(write(tmp_path, GOOD + "\n`[x](action:walk)`\n\n```\n::: predict\n[x](nothing:x)\n```\n"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: expected +++"),
        ("# no front matter", "line 1: expected +++"),
        ("+++\nid = 1\n", "line 1: the front matter opened here is not closed"),
        (b"+++\n\nx = '\xff'\n+++\n", "line 3: the file is not UTF-8"),
        ("+++\nx = " + "[" * 50_000 + "\n+++\n", "line 2: not valid TOML"),
        ("+++\nx = " + "9" * 5000 + "\n+++\n", "line 2: not valid TOML"),
        ("+++\nx = " + "{a=" * 400 + "1" + "}" * 400 + "\n+++\n", "line "),
        ("x" * 1_000_001, "is larger than 1000 kB"),
    ],
)
def test_files_that_are_no_lessons(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in message(tmp_path, content)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.md"):
        with pytest.raises(LessonError, match="cannot be read"):
            read_lesson(path)


@pytest.mark.parametrize("word", lessons.SUBCOMMANDS)
def test_an_id_is_no_word_of_the_command_line(tmp_path: Path, word: str) -> None:
    text = GOOD.replace('id = "good"', f'id = "{word}"')
    assert "line 2: id: " in message(tmp_path, text, f"{word}.md")


def test_a_lesson_may_name_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('id = "good"', 'id = "friend"'), "friend.md")
    lesson = read_lesson(write(tmp_path, GOOD + "\n[x](action:lesson?id=friend) [y](action:lesson?id=good)\n"))
    assert "friend" in lesson.text


def test_fields_are_found_in_any_layout() -> None:
    text = """a = [
  1,
  2,
]
b.c = '''
x = 1
'''  # comment
[t.u]
"quoted key" = {p = 1, q = {r = 2}}
[[t.list]]
x = 1
[[t.list]]
x = 2
[t.list.sub]
y = 3"""
    lines = field_lines(text.split("\n"))
    assert line_of(lines, ["b", "c"]) == 4
    assert line_of(lines, ["t", "u", "quoted key", "q", "r"]) == 8
    assert line_of(lines, ["t", "list", "1", "x"]) == 12
    assert line_of(lines, ["t", "list", "1", "sub", "y"]) == 14
    assert line_of(lines, ["t", "list", "1", "absent"]) == 11
    assert line_of(lines, ["absent"]) == -1
    assert ("x",) not in lines


def test_the_search_for_lines_gives_up_in_time() -> None:
    lines = ["x = ["] + ["1," for _ in range(20_000)] + ["]", "y = 1"]
    assert line_of(field_lines(lines), ["x"]) == -1


def test_shipped_lessons_are_found_and_sorted() -> None:
    entries = list_lessons()
    assert [e.id for e in entries] == [lesson.id for lesson in all_lessons()]
    assert {"perceptron-and", "xor", "faces"} <= {e.id for e in entries}
    assert [e.order for e in entries] == sorted(e.order for e in entries)
    assert len({e.order for e in entries}) == len(entries) == len(lesson_paths())


def test_an_unknown_lesson_is_told_with_the_nearest() -> None:
    with pytest.raises(LessonError, match="unknown lesson 'xorr'; did you mean 'xor'"):
        find_lesson("xorr")


@pytest.mark.parametrize(
    ("href", "name", "arguments"),
    [
        ("action:run", "run", {}),
        ("action:run?presentations=7", "run", {"presentations": 7}),
        ("action:step?unit=update", "step", {"unit": "update", "n": 1}),
        ("action:new_weights", "new_weights", {}),
        ("action:to_best", "to_best", {}),
        ("action:pane?id=error_curves", "pane", {"id": "error_curves"}),
        ("action:track?number=2", "track", {"number": 2}),
        (
            "action:set?training.momentum=0.5&dataset.gate=and&network.layers=[2,4,1]&training.clip_norm=null",
            "set",
            {
                "training.momentum": 0.5,
                "dataset.gate": "and",
                "network.layers": [2, 4, 1],
                "training.clip_norm": None,
            },
        ),
    ],
)
def test_links_that_act(href: str, name: str, arguments: dict[str, object]) -> None:
    action = parse_link(href)
    assert action is not None
    assert (action.name, dict(action.arguments)) == (name, arguments)


@pytest.mark.parametrize("href", ["action:set", "action:set?=1", "action:set?a=1&a=2", "action:set?A-b=1"])
def test_links_that_set_nothing(href: str) -> None:
    with pytest.raises(ValueError, match=r"setting|argument|twice|understood"):
        parse_link(href)


def test_links_to_pages() -> None:
    assert parse_link("https://example.org/x?y=1#z") is None


@given(st.text(max_size=60))
def test_any_link_is_understood_or_refused(href: str) -> None:
    for address in (href, f"action:{href}", f"http://{href}"):
        with contextlib.suppress(ValueError):
            parse_link(address)


def mutations() -> st.SearchStrategy[bytes]:
    """Give lesson files with a piece cut out, replaced or inserted."""
    raw = GOOD.encode()
    scraps = st.one_of(
        st.binary(max_size=12),
        st.sampled_from([b"+++", b":::", b"\n", b"[[", b"]]", b"{", b"}", b'"', b"'''", b"= ", b"$", b"](", b"1e999"]),
        st.sampled_from([b"::: predict\n", b"- ", b"> ", b"    ", b"nan", b"inf", b"1979-05-27", b"\\", b"\x00", b"#"]),
    )
    place = st.integers(0, len(raw))
    return st.builds(lambda a, n, scrap: raw[:a] + scrap + raw[a + n :], place, st.integers(0, 30), scraps)


@pytest.mark.fuzz
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(mutations(), st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_a_lesson_or_a_lesson_error(tmp_path: Path, content: bytes) -> None:
    assert re.fullmatch(r"(good\.md(, line \d+)?: .+)?", outcome(tmp_path, content))


@pytest.mark.fuzz
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=":-+>*$`[]()!|\\ \n\tax1#_", max_size=80))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    assert "\n" not in outcome(tmp_path, (GOOD + text).encode())


def test_the_first_track_can_be_called_otherwise() -> None:
    lesson = find_lesson("sigmoid-unit")
    assert [name for name, _ in lesson.tracks()] == ["squared error", "cross-entropy"]
    assert find_lesson("xor").tracks()[0][0] == "lesson"
