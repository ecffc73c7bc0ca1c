"""The glossary: complete for what the screen says, and free of loose ends."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from app.glossary import Entry, Glossary, glossary, plain_page, read_glossary, setting_tip, tip
from app.lesson import list_lessons
from app.lesson_text import MATH, faults, parse
from app.panes.error_curves import metric_word
from app.widgets.formula import lay_out
from nlcore import discovery
from nlcore.activations import ACTIVATIONS
from nlcore.experiment import Experiment
from nlcore.fields import fields
from nlcore.initializers import INITIALIZERS
from nlcore.losses import LOSSES
from nlcore.ordering import ORDERS
from nlcore.records import Metrics
from nlcore.schedules import SCHEDULES

ENTRIES = glossary().entries
BY_TERM = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.term for entry in ENTRIES])


def all_settings() -> set[str]:
    """Return every setting of every data set, initializer and schedule."""
    found = set()
    network = {"layers": [2, 1], "activations": ["sigmoid"]}
    for dataset in discovery.names("nlcore.datasets"):
        experiment = Experiment.from_dict({"dataset": dataset, "network": network})
        found |= {field.name for field in fields(experiment)}
    for initializer in INITIALIZERS:
        experiment = Experiment.from_dict({"training": {"initializer": initializer}})
        found |= {field.name for field in fields(experiment)}
    found |= {field.name for field in fields(Experiment.from_dict({"family": "function"}))}
    for schedule in SCHEDULES:
        found |= {field.name for field in fields(Experiment.from_dict({"training": {"schedule": schedule}}))}
    return found


def test_every_setting_is_explained_and_nothing_that_is_none() -> None:
    explained = {name for entry in ENTRIES for name in entry.settings}
    assert explained == all_settings()
    assert all(setting_tip(name) for name in explained)


def test_every_measured_quantity_is_explained() -> None:
    measured = {"loss", "sse", "mse", "error_rate", "error_rate_all_units"}
    assert {name for entry in ENTRIES for name in entry.metrics} == measured
    assert {name.removesuffix("_all_units") for name in measured} <= set(Metrics.__slots__)
    for name in measured:
        entry = glossary().for_metric(name)
        assert entry is not None
        assert entry is glossary().find(metric_word(name))


@pytest.mark.parametrize(
    "names",
    [
        ACTIVATIONS, LOSSES, INITIALIZERS, SCHEDULES, ORDERS, ("incremental", "mini_batch", "batch"),
        discovery.names("nlcore.rules"), discovery.names("nlcore.datasets"), discovery.names("nlcore.families"),
    ],
)  # fmt: skip
def test_every_choice_has_an_entry(names: tuple[str, ...]) -> None:
    assert [name for name in names if glossary().find(name) is None] == []


@BY_TERM
def test_a_tip_is_one_plain_sentence(entry: Entry) -> None:
    assert entry.tip.endswith(".")
    assert len(entry.tip) <= 160
    assert not re.search(r"[.!?] [A-Z]", entry.tip)
    assert tip(entry.term) == tip(entry.term.upper()) == entry.tip
    inline = [child.type for token in MarkdownIt("commonmark").parse(entry.tip) for child in token.children or ()]
    assert inline == ["text"]


@BY_TERM
def test_formulas_can_be_typeset(entry: Entry) -> None:
    found = [token.content for token in parse(entry.page()) if token.type in ("math_block", "math_block_label")]
    for token in parse(entry.page()):
        found += [child.content for child in token.children or () if child.type in MATH]
    assert (entry.formula == "") or entry.formula in [latex.strip() for latex in found]
    assert len(found) >= bool(entry.symbol) + bool(entry.formula)
    for latex in found:
        assert lay_out(latex.strip(), is_display=True) is not None, latex


@BY_TERM
def test_a_page_has_no_faults_and_says_where_it_is_from(entry: Entry) -> None:
    assert faults(entry.page()) == []
    assert bool(entry.lecture or entry.mitchell) or bool(entry.source)
    assert entry.term not in entry.see
    assert len(set(entry.see)) == len(entry.see)
    text = plain_page(entry)
    assert entry.tip in text
    assert "$" not in text


def test_headings_of_lessons_and_glossary_are_spelled_alike() -> None:
    in_lessons = {heading.casefold(): heading for lesson in list_lessons() for heading in lesson.lecture}
    for entry in ENTRIES:
        for heading in entry.lecture:
            assert in_lessons.get(heading.casefold(), heading) == heading


def test_words_that_are_no_terms_have_no_tip() -> None:
    assert tip("aeroplane") == ""
    assert setting_tip("training.wings") == ""


def test_see_also_must_exist_and_names_be_given_once() -> None:
    one = Entry(term="one", tip="First.", also=("uno",))
    with pytest.raises(Exception, match="see also 'three'"):
        Glossary((one, Entry(term="two", tip="Second.", see=("three",))))
    with pytest.raises(Exception, match="'Uno' is in 'one' and in 'two'"):
        Glossary((one, Entry(term="two", tip="Second.", also=("Uno",))))
    with pytest.raises(Exception, match="explained twice"):
        Glossary((Entry(term="a", tip="A.", settings=("s",)), Entry(term="b", tip="B.", settings=("s",))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[entry", "is not TOML"),
        ('[[entry]]\nterm = "a"', "tip"),
        ('[[entry]]\nterm = "a"\ntip = "A."\nnonsense = 1', "nonsense"),
        ('[[entry]]\nterm = "a"\ntip = "no full stop"', "'a': the tip must be plain text"),
        ('[[entry]]\nterm = "a"\ntip = "A $x$."', "'a': the tip must be plain text"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "glossary.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Exception, match=re.escape(message)) as caught:
        read_glossary(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be read"):
        read_glossary(tmp_path / "none.toml")
