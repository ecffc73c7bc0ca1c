"""Bad input as a person gives it to a trainer: an error of one sentence, or training with a sentence in the notes."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from nlcore.datasets import _pictures
from nlcore.errors import DataError, LabError
from nlcore.experiment import Experiment
from nlcore.records import FinishReason
from nlcore.trainer import Trainer
from tests.nlcore.datasets.loading import check, loaded

CASES = int(os.environ.get("NLLAB_FUZZ_CASES", "300"))
GREY = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
NOBODY = 65534


def trainer_of(dataset: dict[str, object], n_inputs: int, output: str = "sigmoid") -> Trainer:
    return Trainer(
        Experiment.from_dict(
            {
                "dataset": dataset,
                "network": {"layers": [n_inputs, 2, 1], "activations": ["sigmoid", output]},
                "training": {"learning_rate": 0.1},
            }
        )
    )


def trained(dataset: dict[str, object], n_inputs: int) -> str:
    """Train for two epochs; return what is said of the data."""
    trainer = trainer_of(dataset, n_inputs)
    state = trainer.advance(trainer.initial_state(), 2 * trainer.model.epoch_length)
    trainer.evaluate(state)
    trainer.measure(state)
    assert trainer.model.data is not None
    check(trainer.model.data)
    return " ".join(trainer.model.data.notes)


def table(folder: Path, text: str | bytes, **options: object) -> dict[str, object]:
    path = folder / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {"name": "table", "path": str(path), **options}


def refused(dataset: dict[str, object], n_inputs: int = 2) -> str:
    with pytest.raises(DataError) as caught:
        trainer_of(dataset, n_inputs)
    said = str(caught.value)
    assert "\n" not in said
    assert ";" in said, f"no advice in {said!r}"
    return said


STILL = "The same in all {} training examples, so nothing can be learnt from it: b (always 5)."
SCALED = "Constant in the training set, therefore 0 everywhere after standardising: b."
LAST_IS_TEST = "a,b,y,set\n1,5,yes,train\n2,5,no,train\n3,5,yes,train\n4,7,no,test\n"


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("a,b,y\n1,5,yes\n2,5,no\n3,5,yes\n", {}, STILL.format(3)),
        ("a,b,y\n1,5,yes\n2,5,no\n3,5,yes\n", {"standardise": True}, SCALED),
        (LAST_IS_TEST, {"target": "y", "set_column": "set"}, STILL.format(3)),
        (LAST_IS_TEST, {"target": "y", "set_column": "set", "standardise": True}, SCALED),
        ("a,b,y\n1,5,yes\n1,5,no\n2,6,no\n", {}, "The same inputs but different classes: row 2 and row 3;"),
        ("a,b,y\n1,5,1\n2,6,2\n1,5,3\n1,5,4\n", {}, "different targets: row 2 and row 4, and 1 more such pair;"),
        (
            "a,b,y\n1,5,1\n2,6,2\n1,7,3\n",
            {"test_fraction": 0.1},
            "The test set is empty: 0.1 of 3 rows is less than one.",
        ),
        (
            "a,b,y\n1,5,1\n2,6,2\n1,7,3\n",
            {"validation_fraction": 0.1},
            "The validation set is empty: 0.1 of 3 rows is less than one.",
        ),
        ("a,b,y\n1,5,3\n2,6,3\n", {}, "The target 'y' is 3 in every row, so there is nothing to learn."),
        (
            "a,b,y\n1e308,5,1\n-1e308,6e7,0\n1e307,7,1\n",
            {},
            "Very large inputs drive weights out of range: a (up to 1e+308) and 1 more input;",
        ),
        ("a,b,y\n1,2,1e308\n3,4,-1e308\n5,6,1\n", {}, "Very large targets make huge errors: y (up to 1e+308);"),
        ("a,a,y\n1,2,0\n3,4,1\n", {}, "More than one column is called 'a'; the later ones got numbers."),
        (
            "größe,b,y\n1,2,0\n3,4,1\n".encode("latin-1"),
            {},
            "The file is not in UTF-8; its letters were read as Latin-1.",
        ),
        ("a,b,y\n1,2,0\n3,4,1\n".encode("utf-16"), {}, "The first row was taken for the names of the columns."),
        (
            "a,b,y\n1,2,0\n?,3,1\n3,,1\n3,4,1\n",
            {"missing": "drop"},
            "Left out: 2 of 4 rows, because 2 values are missing",
        ),
    ],
)
def test_what_is_odd_is_trained_and_told(
    tmp_path: Path, text: str | bytes, options: dict[str, object], said: str
) -> None:
    assert said in trained(table(tmp_path, text, **options), 2)


def test_ordinary_tables_have_nothing_odd(tmp_path: Path) -> None:
    plain = table(tmp_path, "a,b,y\n1,5,1\n2,6,2\n1,7,3\n1e6,7,3\n")
    assert trained(plain, 2) == "The first row was taken for the names of the columns."
    assert trained({**plain, "standardise": True}, 2).count(".") > 1


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("a,b,y\n1,5,yes\n2,6,yes\n", {}, "t.csv: the target 'y' has one class only ('yes')"),
        (
            "a,b,y\n1,5,1\n2,6,2\n",
            {"test_fraction": 0.9},
            "t.csv: the training set is empty: 0 for validation and 2 for",
        ),
        ("a,y,s\n1,yes,test\n2,no,test\n", {"target": "y", "set_column": "s"}, "column 's' says training nowhere"),
        ("a,b,y\n1,5,1\n2,nan,2\n", {}, "t.csv: 1 value is missing, in row 3, column 'b'"),
        ("a,b,y\n1,5,1\n2,,2\n,3,4\n", {}, "t.csv: 2 values are missing, the first in row 3, column 'b'"),
        ("a,b,y\n1,5,1\n2,inf,2\n", {}, "t.csv: row 3, column 'b': 'inf' is not a finite number; correct it"),
        ("a,b,y\n1,5,1\n2,3,-1e400\n", {}, "t.csv: row 3, column 'y': '-1e400' is not a finite number; correct it"),
        ("y\n1\n2\n", {}, "t.csv: the table has only one column"),
        ("a,y,y\n1,2,3\n", {"target": "y"}, "dataset.target: more than one column is called 'y'"),
        ("a,b,y\n1,2,0\n".encode("utf-16-le"), {}, "t.csv is not a text file (it holds zero bytes); save the table as"),
        ("a,b,y\n1,2,0\n".encode("utf-16")[:-1], {}, "t.csv is not a text file; save the table as CSV in UTF-8"),
        ("a,b,y\n1,2,0\n".encode("utf-32"), {}, "t.csv is not a text file (it holds zero bytes); save"),
        ("a,b,y\n", {}, "t.csv: the table has no rows below its header"),
        ("a,b,y\n1,2,3\n1,2\n", {}, "t.csv: row 3 has 2 values, but the table has 3 columns"),
        ("", {}, "t.csv is empty"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    tmp_path: Path, text: str | bytes, options: dict[str, object], said: str
) -> None:
    assert said in refused(table(tmp_path, text, **options))


@pytest.mark.parametrize("name", ["table", "image_folder"])
@pytest.mark.parametrize("path", ["", "/no/such/thing", "~no-such-person/x", "a\0b", "x" * 5000])
def test_paths_that_lead_nowhere(name: str, path: str) -> None:
    refused({"name": name, "path": path})


def test_divergence_is_seen_with_huge_inputs(tmp_path: Path) -> None:
    trainer = trainer_of(table(tmp_path, "a,b,y\n1e308,5,1\n-1e308,6,0\n1e307,7,1\n"), 2, "linear")
    state = trainer.initial_state()
    for _ in range(50):
        state = trainer.advance(state, 3)
    assert trainer.finish_reason(state, stops=False) in (None, FinishReason.DIVERGED)
    linear = Experiment.from_dict(
        {**trainer.experiment.to_dict(), "network": {"layers": [2, 1], "activations": ["linear"]}}
    )
    alone = Trainer(linear, trainer.model.data)
    assert alone.finish_reason(alone.advance(alone.initial_state(), 30), stops=False) is FinishReason.DIVERGED


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(4):
        for label in "ab":
            path = tmp_path / "pictures" / label / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(GREY + np.uint8(i + 6 * (label == "b"))).save(path)
    return tmp_path / "pictures"


def of_folder(folder: Path) -> dict[str, object]:
    return {"name": "image_folder", "path": str(folder)}


def test_pictures_that_do_not_belong(folder: Path) -> None:
    assert "Grey values" in trained(of_folder(folder), 12)
    (folder / "a" / "notes.png").write_text("hello", "utf-8")
    said = f"{folder / 'a' / 'notes.png'} cannot be read as an image (it is no such image); take it out"
    assert said in refused(of_folder(folder))
    Image.fromarray(np.kron(GREY, np.ones((2, 1), dtype=np.uint8))).save(folder / "a" / "notes.png")
    assert "a/notes.png has 6 rows and 4 columns, but a/0.png has 3 and 4; set" in refused(of_folder(folder))
    shutil.rmtree(folder / "a")
    assert "has one class only ('b')" in refused(of_folder(folder))
    shutil.rmtree(folder / "b")
    assert "holds no PGM, PPM, PNG or JPEG images; choose" in refused(of_folder(folder))


def test_a_picture_that_disappears(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = _pictures.read

    def read_late(path: Path, shape: tuple[int, int] | None) -> _pictures.Picture:
        if path.name == "2.png":
            path.unlink()
        return read(path, shape)

    monkeypatch.setattr(_pictures, "read", read_late)
    said = f"{folder / 'a' / '2.png'} was there a moment ago and is gone; load the folder again"
    assert refused(of_folder(folder)) == said


def test_a_table_that_disappears_or_shrinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlcore.datasets import table as module

    read = module.read
    for what in ("unlink", "empty", "narrow"):
        options = table(tmp_path, "a,b,y\n1,2,3\n4,5,6\n")
        path = Path(str(options["path"]))

        def read_late(*arguments: object, what: str = what, path: Path = path, **named: object) -> object:
            if what == "unlink":
                path.unlink()
            else:
                path.write_text("" if what == "empty" else "a,b\n1,2\n", "utf-8")
            return read(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(module, "read", read_late)
        assert "t.csv" in refused(options)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that also another user can reach."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    for path in (made, *made.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(made)


@pytest.mark.skipif(sys.platform == "win32", reason="rights work differently there")
@pytest.mark.parametrize(
    ("which", "rights"), [("", 0o000), ("", 0o444), ("a", 0o000), ("a", 0o444), ("a", 0o111), ("a/0.png", 0o000)]
)
def test_without_the_right_to_read(open_folder: Path, folder: Path, which: str, rights: int) -> None:
    shutil.copytree(folder, open_folder / "pictures")
    (open_folder / "pictures" / "t.csv").write_text("a,b,y\n1,2,3\n4,5,6\n", "utf-8")
    pictures, text = of_folder(open_folder / "pictures"), {"name": "table", "path": str(open_folder / "pictures/t.csv")}
    trainer_of(pictures, 12)
    trainer_of(text, 2)
    blocked = open_folder / "pictures" / which
    blocked.chmod(rights)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)  # the administrator may read everything
    try:
        said = refused(pictures)
        if which == "":
            assert "t.csv cannot be read: Permission denied; check" in refused(text)
    finally:
        if user == 0:
            os.seteuid(0)
    assert str(blocked) in said
    assert "ermission" in said


# --- any bytes -------------------------------------------------------------------------------------------------------


def encoded(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(GREY).save(file, format=kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


PICTURES = [encoded("PNG"), encoded("PPM"), encoded("JPEG"), b"P2\n# c\n4 3\n9\n1 2 3 4 5 6 7 8 9 0 1 2\n"]


@st.composite
def damaged(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """Cut a file short, change bytes in it, or put some in."""
    content = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(0, 3))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    at = draw(st.integers(0, len(content)))
    content[at:at] = draw(st.binary(max_size=6))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@pytest.mark.fuzz
@settings(max_examples=CASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(damaged(PICTURES), st.binary(max_size=40)), resized=st.booleans())
def test_any_picture_is_read_or_refused(folder: Path, content: bytes, resized: bool) -> None:
    path = folder / "a" / "any.png"
    path.write_bytes(content)
    try:
        data = loaded("image_folder", path=str(folder), **({"rows": 3, "columns": 4} if resized else {}))
    except LabError as error:
        said = str(error)
    else:
        for examples in data.sets.values():
            assert np.all((examples.inputs >= 0.0) & (examples.inputs <= 1.0))
        return
    assert "\n" not in said
    assert "any.png" in said


TABLES = [
    b"a,b,y\n1,2,yes\n3,4,no\n5,6,yes\n",
    'größe;kind;y\n1,5;"x;y";2\n2,5;z;3\n'.encode("latin-1"),
    "a\tb\n1\t2\n3\t4\n".encode("utf-16"),
]


@pytest.mark.fuzz
@settings(max_examples=CASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(TABLES), standardise=st.booleans(), missing=st.sampled_from(["error", "drop"]))
def test_any_damaged_table_is_read_or_refused(tmp_path: Path, content: bytes, standardise: bool, missing: str) -> None:
    try:
        data = loaded(**table(tmp_path, content, standardise=standardise, missing=missing))  # type: ignore[arg-type]
    except LabError as error:
        said = str(error)
    else:
        assert np.all(np.isfinite(data.training.inputs))
        return
    assert "\n" not in said
