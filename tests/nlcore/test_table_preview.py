"""The head of a table: what is guessed, what is said, and that any bytes give a preview or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlcore import datasets
from nlcore.datasets.table import TableOptions
from nlcore.errors import CancelledError
from nlcore.experiment import Choice
from nlcore.first_experiment import first_experiment, hidden_units, in_words
from nlcore.table_preview import SHOWN, look
from nlcore.trainer import Trainer

GUESSED = ("decimal", "task")


def written(folder: Path, text: str | bytes) -> TableOptions:
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return TableOptions(path=str(path))


def test_names_kinds_rows_and_data(tmp_path: Path) -> None:
    preview = look(written(tmp_path, "a,b,c\n1,x,0.5\n2,y,1.5\n3,x,2.5\n"), GUESSED)
    assert preview.names == ("a", "b", "c")
    assert preview.kinds == ("numbers", "texts", "numbers")
    assert preview.rows == (("1", "x", "0.5"), ("2", "y", "1.5"), ("3", "x", "2.5"))
    assert (preview.n_rows, preview.is_whole, preview.separator) == (3, True, "comma")
    assert preview.data is not None
    assert preview.data.input_names == ("a", "b = x", "b = y")
    assert preview.data.class_names is None


@pytest.mark.parametrize(
    ("column", "task"),
    [
        ("0 1 0 1", "classification"),
        ("1 2 3 1 2 3", "classification"),
        ("1 2 3 4", "auto"),  # all different: a count of something
        ("0.5 1 0 1", "auto"),
        ("7 7 7", "auto"),
    ],
)
def test_few_whole_numbers_are_taken_for_classes(tmp_path: Path, column: str, task: str) -> None:
    rows = "\n".join(f"{i * 1.5},{cell}" for i, cell in enumerate(column.split()))
    assert look(written(tmp_path, "x,t\n" + rows), GUESSED).options.task == task


@pytest.mark.parametrize(
    ("text", "decimal"),
    [("a;b\n1,5;2\n2,5;1\n", "comma"), ("a;b\n1.5;2\n2,5;1\n", "point"), ("a,b\n1,5\n2,5\n", "point")],
)
def test_the_decimal_sign_is_found_out(tmp_path: Path, text: str, decimal: str) -> None:
    assert look(written(tmp_path, text), GUESSED).options.decimal == decimal


def test_what_was_chosen_is_not_guessed(tmp_path: Path) -> None:
    options = written(tmp_path, "a;b\n1,5;0\n2,5;1\n3,5;0\n")
    preview = look(options)
    assert preview.options == options
    assert preview.kinds[0] == "texts"


def test_only_the_head_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 5}\n" for i in range(200_000)) + "this is wrong\n"
    preview = look(written(tmp_path, "a,b\n" + rows), GUESSED)
    assert preview.problem == ""
    assert not preview.is_whole
    assert len(preview.rows) == SHOWN
    assert 150_000 < preview.n_rows < 350_000
    assert preview.data is not None
    assert len(preview.data.training) == 999


def test_a_problem_leaves_the_rows_in_sight(tmp_path: Path) -> None:
    preview = look(written(tmp_path, "a,b\n1,2\n,3\n"), GUESSED)
    assert preview.data is None
    assert "1 value is missing, in row 3, column 'a'" in preview.problem
    assert preview.rows == (("1", "2"), ("", "3"))


def test_a_cancelled_look_says_so(tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        look(written(tmp_path, "a,b\n1,2\n"), GUESSED, lambda: True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.text("0123456789.,;\t\"'abc\n\r -", max_size=300).map(str.encode)))
def test_any_bytes_give_a_preview_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    preview = look(written(tmp_path, content), GUESSED)
    assert (preview.data is None) == bool(preview.problem)
    assert "\n" not in preview.problem.replace(repr("\n"), "")
    assert len(preview.kinds) == len(preview.names)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6, width=32), st.sampled_from(["x", "y", "z"])), min_size=6, max_size=20),
    st.sampled_from([",", ";", "\t"]),
)
def test_a_preview_of_a_short_table_is_what_is_loaded(
    tmp_path: Path, rows: list[tuple[float, str]], separator: str
) -> None:
    text = f"number{separator}kind\n" + "\n".join(f"{a!r}{separator}{b}" for a, b in rows)
    preview = look(written(tmp_path, text), GUESSED)
    if preview.data is None:
        assert "one class only" in preview.problem
        return
    loaded = datasets.load(Choice.parse({"name": "table", "path": preview.options.path}))
    assert loaded is not None
    assert (loaded.training.inputs == preview.data.training.inputs).all()
    assert loaded.class_names == preview.data.class_names


def test_the_first_experiment_trains_and_fits_the_target(tmp_path: Path) -> None:
    for text, activations in (
        ("a,b,c\n" + "\n".join(f"{i % 4},{i % 3},{'uvw'[i % 3]}" for i in range(30)), ("sigmoid", "sigmoid")),
        ("a,b,c\n" + "\n".join(f"{i / 30},{i % 3},{i * 12.5}" for i in range(30)), ("tanh", "linear")),
    ):
        preview = look(written(tmp_path, text), GUESSED)
        assert preview.data is not None
        experiment = first_experiment(Choice("table"), preview.data, 4)
        assert experiment.network is not None
        assert experiment.network.activations == activations
        trainer = Trainer(experiment, preview.data)
        start = trainer.initial_state()
        after = trainer.advance(start, 100 * trainer.model.epoch_length)
        before, now = trainer.evaluate(start)["training"], trainer.evaluate(after)["training"]
        assert before is not None
        assert now is not None
        assert now.loss < before.loss


def test_hidden_units_and_words(tmp_path: Path) -> None:
    assert [hidden_units(2, 1), hidden_units(4, 3), hidden_units(9, 4), hidden_units(960, 4)] == [3, 3, 6, 10]
    preview = look(written(tmp_path, "a,b\n" + "\n".join(f"{i},{i % 2}" for i in range(9))), GUESSED)
    assert preview.data is not None
    said = in_words(first_experiment(Choice("table"), preview.data, 0))
    assert said == "1 input → 1 sigmoid unit; learning rate 0.1, momentum 0.9."
