"""The data set ``table``: what is understood without being told, and that each fault is told with row and column."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nlcore.datasets import _memory, _table_columns, _table_reader, table
from nlcore.datasets.table import TableOptions
from nlcore.errors import CancelledError, DataError, ExperimentError
from tests.nlcore.datasets.loading import Data, accuracy, after, check, loaded, same, sizes

CASES = int(os.environ.get("NLLAB_FUZZ_CASES", "300"))


def written(folder: Path, text: str | bytes, name: str = "t.csv") -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def table_of(folder: Path, text: str | bytes, **options: object) -> Data:
    return loaded("table", path=written(folder, text), **options)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,y\n1,2,3\n4,5,6\n",
        "a;b;y\n1;2;3\n4;5;6",
        "a\tb\ty\r\n1\t2\t3\r\n4\t5\t6\r\n",
        "  a   b y\n 1  2  3 \n\n4 5 6\n",
        "a, b, y\n1, 2, 3\n4, 5, 6\n\n",
        "a,b,y\r1,2,3\r4,5,6\r",
        "\ufeffa,b,y\n1,2,3\n4,5,6\n",
        '"a","b","y"\n"1","2","3"\n4,5,6\n',
        "a,b,y\n1,2,3\n4,5,6\n".encode("utf-16"),
    ],
)
def test_separators_line_ends_and_byte_order_marks(tmp_path: Path, text: str | bytes) -> None:
    data = table_of(tmp_path, text)
    assert data.input_names == ("a", "b")
    assert data.output_names == ("y",)
    assert data.training.inputs.tolist() == [[1.0, 2.0], [4.0, 5.0]]
    assert data.training.targets.tolist() == [[3.0], [6.0]]
    assert data.class_names is None
    assert data.source == "t.csv"


def test_without_a_header(tmp_path: Path) -> None:
    data = table_of(tmp_path, "1,2,3\n4,5,6\n")
    assert data.input_names == ("column 1", "column 2")
    assert data.training.names == ("row 1", "row 2")
    assert data.notes[0].startswith("The table has no header")
    assert table_of(tmp_path, "1990,2000\n1,2\n", header="yes").input_names == ("1990",)
    texts = table_of(tmp_path, "a,no\nb,yes\na,no\n")
    assert len(texts.training) == 3
    assert len(table_of(tmp_path, "sky,play\na,no\nb,yes\n").training) == 2


def test_columns_by_name_and_number(tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n4,5,6\n"
    assert table_of(tmp_path, text, target="a").input_names == ("b", "c")
    assert table_of(tmp_path, text, target=2).output_names == ("b",)
    assert table_of(tmp_path, text, target="2").output_names == ("b",)
    assert table_of(tmp_path, text, ignore=["a"]).input_names == ("b",)
    for options, said in (
        ({"target": "d"}, "dataset.target: unknown column 'd'"),
        ({"target": 4}, "there is no column 4; the table has 3"),
        ({"ignore": ["c"]}, "is also left out"),
        ({"ignore": ["a", "b"]}, "no column is left for the inputs"),
    ):
        with pytest.raises(DataError, match=said):
            table_of(tmp_path, text, **options)


def test_texts_become_one_of_n(tmp_path: Path) -> None:
    data = table_of(tmp_path, "colour,x,kind\nred,1,b\nblue,2,a\nred,3,c\n", coding="tenth_nine_tenths")
    assert data.input_names == ("colour = blue", "colour = red", "x")
    assert data.training.inputs.tolist() == [[0.0, 1.0, 1.0], [1.0, 0.0, 2.0], [0.0, 1.0, 3.0]]
    assert data.class_names == ("a", "b", "c")
    assert data.training.targets[0].tolist() == [0.1, 0.9, 0.1]
    assert "Column 'colour' holds texts and became 2 inputs of 0 and 1: blue, red." in data.notes
    two = table_of(tmp_path, "x,y\n1,yes\n2,no\n", coding="minus_plus")
    assert two.class_names == ("no", "yes")
    assert two.training.targets.tolist() == [[1.0], [-1.0]]


def test_numbers_as_classes(tmp_path: Path) -> None:
    text = "x,y\n1,10\n2,9\n3,10\n" + "4,9\n" * 10
    assert any("set task = classification" in note for note in table_of(tmp_path, text).notes)
    assert table_of(tmp_path, text, task="classification").class_names == ("9", "10")
    assert table_of(tmp_path, "x,z,y\n1,7,1\n2,8,2\n", categories=["z"]).input_names == ("x", "z = 7", "z = 8")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("a,y\n1,2\n3,x\n5,6\n", {}, "t.csv: row 3, column 'y': 'x' is not a number as most of the column is"),
        ("a,y\n1,2\n3,\n5,6\n", {}, "1 value is missing, in row 3, column 'y'; .*missing = drop"),
        ("a,y\n1,2\n3,nan\n?,6\n", {}, "2 values are missing, the first in row 3, column 'y'"),
        ("a,y\n1,2\n3,-inf\n5,6\n", {}, "row 3, column 'y': '-inf' is not a finite number"),
        ("a,y\n1,2\n3,1e999\n5,6\n", {"missing": "drop"}, "row 3, column 'y': '1e999' is not a finite"),
        ("a,y\n1,2\n3,4,5\n5,6\n", {}, "row 3 has 3 values, but the table has 2 columns"),
        ("a,y\n1,2\n3,1_0\n5,6\n", {}, "row 3, column 'y': '1_0' is not a number"),
        ("", {}, "t.csv is empty"),
        (" \n\n", {}, "t.csv is empty"),
        ("a,y\n", {}, "no rows below its header"),
        ("a\n1\n2\n", {}, "only one column; set separator"),
        (b"\x89PNG\0\0\0\1", {}, "is not a text file"),
        ("x,y\n1,a\n2,a\n", {"task": "classification"}, "the target 'y' has one class only .'a'."),
        ("x,y\n,1\n,2\n", {"missing": "drop"}, "no row is left"),
        ("x,x,y\n1,2,3\n", {"target": "x"}, "more than one column is called 'x'; give the column's number"),
        ('x,y\n"' + "1" * 200_000 + '",2\n', {}, "field larger than field limit"),
        ("x" * (2 << 20), {}, "longer than 1,048,576 characters"),
        ("x,y\n" + "".join(f"{i}a,1\n" for i in range(300)), {}, "column 'x' has more than 200 different texts"),
        ("x;y\n1,5;2\n2,5;3\n", {"set_column": "x"}, "says '1,5', but it should say training, validation or test"),
        ("x,y\n1,2\n", {"test_fraction": 0.6}, "the training set is empty: 0 for validation and 1 for testing"),
    ],
)
def test_each_fault_is_told_with_its_place(
    tmp_path: Path, text: str | bytes, options: dict[str, object], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        table_of(tmp_path, text, **options)


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    for path, said in (("", "no file was chosen"), (str(tmp_path), "is not a file"), ("/no/such", "does not exist")):
        with pytest.raises(DataError, match=said):
            loaded("table", path=path)
    with pytest.raises(ExperimentError, match=r"dataset\.header"):
        loaded("table", header="perhaps")


def test_missing_rows_can_be_left_out(tmp_path: Path) -> None:
    data = table_of(tmp_path, "a,k,y\n1,u,2\n3,?,4\n5,w,6\n,u,1\n", missing="drop")
    assert data.training.names == ("row 2", "row 4")
    assert data.input_names == ("a", "k = u", "k = w")
    assert "Left out: 2 of 4 rows, because 2 values are missing, the first in row 3, column 'k'." in data.notes


def test_decimal_comma_and_latin_1(tmp_path: Path) -> None:
    data = table_of(tmp_path, "größe;y\n1,5;2\n2,5;-3\n".encode("latin-1"), decimal="comma")
    assert data.input_names == ("größe",)
    assert data.training.inputs.ravel().tolist() == [1.5, 2.5]
    assert "Latin-1" in data.notes[0]
    assert table_of(tmp_path, "größe,y\n1,2\n3,4\n").input_names == ("größe",)


def test_what_is_odd_is_noted(tmp_path: Path) -> None:
    data = table_of(tmp_path, "x,x,c,y\n1,2,5,a\n1,2,5,b\n3,4,5,a\n0,2,5,b\n")
    assert data.input_names == ("x", "x (2)", "c")
    said = " ".join(data.notes)
    assert "More than one column is called 'x'" in said
    assert "so nothing can be learnt from it: c (always 5)" in said
    assert "The same inputs but different classes: row 2 and row 3; a network gives equal outputs" in said
    constant = table_of(tmp_path, "x,y\n1,5\n2,5\n")
    assert "The target 'y' is 5 in every row, so there is nothing to learn." in constant.notes


def test_standardising_a_table(tmp_path: Path) -> None:
    data = table_of(tmp_path, "x,c,y\n1,7,1\n3,7,2\n1e308,7,3\n-1e308,7,4\n", standardise=True)
    assert data.training.inputs[:, 1].tolist() == [0.0] * 4
    assert data.input_names == ("x (standardised)", "c (standardised)")
    assert "therefore 0 everywhere after standardising: c." in data.notes[-1]
    assert np.abs(data.training.inputs).max() < 2.0


def test_sets_by_share_or_by_a_column(tmp_path: Path) -> None:
    text = "x,y\n" + "".join(f"{i},{2 * i}\n" for i in range(20))
    data = table_of(tmp_path, text, validation_fraction=0.25, test_fraction=0.25, split_seed=5)
    assert sizes(data) == (10, 5, 5)
    assert same(data, table_of(tmp_path, text, validation_fraction=0.25, test_fraction=0.25, split_seed=5))
    assert sorted(int(x) for s in data.sets.values() for x in s.inputs[:, 0]) == list(range(20))
    assert data.training.inputs[:, 0].tolist() == sorted(data.training.inputs[:, 0])
    given_sets = table_of(tmp_path, "x,set,y\n1,train,1\n2,test,2\n3,train,3\n", set_column="set")
    assert given_sets.input_names == ("x",)
    assert sizes(given_sets) == (2, 0, 1)
    assert sizes(table_of(tmp_path, "x,y\n1,2\n2,3\n3,4\n", test_fraction=0.1)) == (3, 0, 0)
    assert any("test set is empty" in n for n in table_of(tmp_path, "x,y\n1,2\n2,3\n", test_fraction=0.1).notes)


def test_limits_progress_and_cancelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "x,y\n" + "".join(f"{i},{i % 7}\n" for i in range(50_000)))
    told: list[tuple[int, int | None]] = []
    table.load(TableOptions(path=path), progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == [*range(500, 50_001, 500), 50_000]
    assert all(total is not None and 40_000 < total < 80_000 for _, total in told)
    assert told[-1] == (50_000, 50_000)
    with pytest.raises(CancelledError, match="was cancelled; nothing was kept"):
        table.load(TableOptions(path=path), cancelled=lambda: True)
    for module, name, limit, said in (
        (_table_columns, "MAX_ROWS", 49_999, "more than 49,999 rows; choose a smaller table"),
        (_table_columns, "MAX_ROWS", 9_999, "has about 6.,... rows, more than 9,999; choose a smaller table"),
        (_memory, "MAX_VALUES", 99_999, "the first 50,000 rows hold 100,000 numbers, more than 99,999; choose"),
        (_memory, "MAX_VALUES", 9_999, "has about 6.,... rows, which hold at least 6.,... numbers, more than 9,999"),
        (
            _memory,
            "available",
            lambda: 1 << 20,
            "need about 3 MB of memory, but only 1 MB are free; choose a smaller",
        ),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, limit)
            with pytest.raises(DataError, match=said):
                loaded("table", path=path)
    monkeypatch.setattr(_memory, "MAX_VALUES", 160_000)  # two columns fit, and the outputs of seven classes do not
    with pytest.raises(DataError, match=r"the 7 classes of 50,000 rows give 350,000 numbers, .*choose another target"):
        loaded("table", path=path, task="classification")
    monkeypatch.setattr(_table_reader, "MAX_BYTES", 1000)
    with pytest.raises(DataError, match="more than 1,000; choose a smaller table"):
        loaded("table", path=path)


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,c,y\n" + "".join(f"{i},{i * 0.5},1.25,{i % 3}\n" for i in range(100_000)))
    data = table.load(TableOptions(path=path, task="classification", test_fraction=0.3))
    assert sizes(data) == (70_000, 0, 30_000)


CELLS = st.one_of(
    st.sampled_from(["1", "-2.5", "1e308", "-1e308", "5e-324", "nan", "inf", "", "?", "a", '"', '"x"', "1,5", "x y"]),
    st.text(max_size=5),
)
TABLES = st.lists(st.lists(CELLS, max_size=4), max_size=8)


@pytest.mark.fuzz
@settings(max_examples=CASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b"\xff\xfea", "auto", "error", "auto", "auto", True)
@example("a,b\n1e308,1\n-1e308,2\n", "auto", "error", "auto", "auto", True)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=60),
        st.builds(
            lambda rows, sign, end: end.join(sign.join(row) for row in rows),
            TABLES,
            st.sampled_from([",", ";", "\t", " "]),
            st.sampled_from(["\n", "\r\n", "\r"]),
        ),
    ),
    st.sampled_from(["auto", "yes", "no"]),
    st.sampled_from(["error", "drop"]),
    st.sampled_from(["auto", "comma", "space", "tab"]),
    st.sampled_from(["auto", "classification", "regression"]),
    st.booleans(),
)
def test_any_file_is_read_or_refused(
    tmp_path: Path, content: str | bytes, header: str, missing: str, separator: str, task: str, standardise: bool
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    options = {"header": header, "missing": missing, "separator": separator, "task": task, "standardise": standardise}
    try:
        data = loaded("table", path=str(path), **options)
    except DataError:
        return
    check(data)


def test_a_network_learns_a_table(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = ["x,y,kind"]
    rows += [f"{x:.3f},{y:.3f},{'in' if abs(x) + abs(y) < 1 else 'out'}" for x, y in rng.uniform(-1.5, 1.5, (200, 2))]
    path = written(tmp_path, "\n".join(rows))
    measured = after({"name": "table", "path": path, "test_fraction": 0.3}, [2, 8, 1], ["tanh", "sigmoid"], 100)
    assert accuracy(measured, "test") > 0.85
