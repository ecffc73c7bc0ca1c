"""Rows from a spreadsheet as examples: separators, decimal commas, names, and what does not fit, in plain words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore import datasets
from nlcore.class_targets import class_of, targets_of_class
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, changed_data
from nlcore.datasets import Data
from nlcore.errors import DataError
from nlcore.experiment import Choice
from nlcore.pasted_rows import MAX_ROWS, needed, pasted


def gate(**options: object) -> Data:
    found = datasets.load(Choice.parse({"name": "logic_gates", "gate": "xor", **options}))
    assert found is not None
    return found


def iris() -> Data:
    found = datasets.load(Choice("iris"))
    assert found is not None
    return found


def curve() -> Data:
    found = datasets.load(Choice("function_samples"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "0.5\t1.5\ttrue\n-2\t3e1\tfalse\n",
        "0,5\t1,5\ttrue\r\n-2\t30\tfalse\r\n",
        "0,5;1,5;true\n−2;30;FALSE",
        "0.5, 1.5, true\n-2, 30, false\n\n",
        "0.5 1.5 true\n-2   30 false",
        "x1\tx2\to\n0.5\t1.5\t1\n-2\t30\t0",
        '"0,5","1,5","true"\n-2,30,"false"',
    ],
)
def test_rows_of_two_inputs_and_a_class(text: str) -> None:
    edit = pasted(text, gate())
    assert edit.edits == (
        AddExample(inputs=(0.5, 1.5), targets=(1.0,)),
        AddExample(inputs=(-2.0, 30.0), targets=(0.0,)),
    )


def test_targets_follow_the_coding_of_the_data_set() -> None:
    assert pasted("1 1 true", gate(coding="minus_plus")).edits[0].targets == (1.0,)  # type: ignore[union-attr]
    assert pasted("1 1 false", gate(coding="minus_plus")).edits[0].targets == (-1.0,)  # type: ignore[union-attr]
    data = iris()
    (row,) = pasted("5,1;3,5;1,4;0,2;virginica", data).edits
    assert isinstance(row, AddExample)
    names = data.class_names
    assert names is not None
    assert row.targets == targets_of_class(data, names.index("virginica"))
    after = changed_data(data, pasted("5,1;3,5;1,4;0,2;virginica", data))
    assert class_of(after, after.training.targets[-1]) == names.index("virginica")


def test_number_targets() -> None:
    assert pasted("0,25\t-0,5", curve()).edits == (AddExample(inputs=(0.25,), targets=(-0.5,)),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1\t2", "nothing was pasted: row 1 has 2 values, this data set needs 3 values (x1, x2, class)"),
        (
            "1\t2\t1\n1\t2\t1\n1\t2",
            "nothing was pasted: row 3 has 2 values, this data set needs 3 values (x1, x2, class)",
        ),
        ("1\ta\ttrue", "nothing was pasted: row 1: “a” is not a number such as 0.5"),
        ("1\t2\tmaybe", "nothing was pasted: row 1: “maybe” is no class of this data set (false, true)"),
        ("1\tinf\ttrue", "nothing was pasted: row 1: “inf” is not a number such as 0.5"),
        ("", "there is no text on the clipboard; copy some rows first"),
        ("1\t2\t3\n" * 5, "nothing was pasted: " + "; ".join(
            f"row {i}: “3” is no class of this data set (false, true)" for i in (1, 2, 3)) + "; and 2 more rows"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(text: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        pasted(text, gate())
    assert str(caught.value) == sentence


def test_far_too_many_rows_are_refused() -> None:
    with pytest.raises(DataError, match="import them from a file"):
        pasted("1\t1\ttrue\n" * (MAX_ROWS + 1), gate())
    assert len(pasted("1\t1\ttrue\n" * MAX_ROWS, gate()).edits) == MAX_ROWS


def test_a_row_of_many_inputs_is_described_briefly() -> None:
    assert needed(iris()).startswith("5 values (")
    assert "…" in needed(iris())


def test_a_class_that_no_example_has_left() -> None:
    data = gate(gate="and")
    only_false = changed_data(data, pasted("1\t1\tfalse", data))
    only_false = changed_data(only_false, DataEdit.of(DeleteExample(index=3)))
    assert targets_of_class(only_false, 1) == (1.0,)


@given(st.text(max_size=200))
def test_any_text_gives_rows_or_a_sentence(text: str) -> None:
    data = gate()
    try:
        edit, said = pasted(text, data), "rows"
    except DataError as error:
        edit, said = None, str(error)
    assert said
    assert "\n" not in said
    if edit is not None:
        assert len(changed_data(data, edit).training) == 4 + len(edit.edits)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=20),
    st.sampled_from(["\t", ";", ",", " "]),
    st.booleans(),
)
def test_what_is_written_is_read_again(rows: list[tuple[float, float, bool]], separator: str, comma: bool) -> None:
    def written(value: float) -> str:
        return repr(value).replace(".", ",") if comma and separator in "\t;" else repr(value)

    text = "\n".join(separator.join([written(a), written(b), str(t).lower()]) for a, b, t in rows)
    found = pasted(text, gate()).edits
    assert len(found) == len(rows)
    for edit, (a, b, is_true) in zip(found, rows, strict=True):
        assert isinstance(edit, AddExample)
        assert math.isclose(edit.inputs[0], a)
        assert math.isclose(edit.inputs[1], b)
        assert edit.targets == (float(is_true),)
