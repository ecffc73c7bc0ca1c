"""A damaged, foreign or hostile session file gets one sentence; one that opens can be used.

`NLLAB_FUZZ_CASES` says how many broken files of each kind are tried.
"""

from __future__ import annotations

import copy
import io
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlcore import storage, storage_zip
from nlcore.errors import LabError, SessionFileError
from nlcore.storage import Opened
from nlcore.storage_zip import parse_npy
from tests.nlcore.sessions import array_of, members, npy, packed, read_toml, session, train

CASES = int(os.environ.get("NLLAB_FUZZ_CASES", "300"))
MOST_REPLAYED = 5_000
MANY = settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fuzz(test: Callable[..., None]) -> Callable[..., None]:
    """Try a test with many files."""
    return pytest.mark.fuzz(MANY(test))


@cache
def good() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.nllab"
        storage.save(path, session())
        return path.read_bytes()


def opened(raw: bytes) -> Opened | str:
    """Open a file; return the sentence if it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.nllab"
        path.write_bytes(raw)
        try:
            return storage.open_file(path)
        except SessionFileError as error:
            said = str(error)
            assert said.startswith("x.nllab: ")
            assert said.isprintable()
            assert len(said) < 700
            return said


def use(found: Opened) -> None:
    """Do what a person does with an opened session: look around, train on, undo, save."""
    for track in found.session.tracks:
        for node in track.tree.nodes:
            history = node.history
            head = history.head.counters.presentations
            for axis in ("presentations", "updates", "epochs"):
                history.curves.series(0, axis)
            history.best_validation()
            history.trainer.evaluate(track.cursor)
            if head <= MOST_REPLAYED:
                for p in (0, head // 2, head - 1):
                    history.state_at(p)
            if np.all(np.isfinite(history.head.params)) and history.trainer.model.trains:
                train(history, 9)
        track.tree.undo()
        track.tree.redo()
    storage.pack(found.session)


def check(raw: bytes) -> None:
    found = opened(raw)
    if isinstance(found, Opened):
        with np.errstate(all="ignore"):
            use(found)


def with_part(name: str, content: bytes) -> bytes:
    return packed({**members(good()), name: content})


def with_text(**fields: Any) -> bytes:
    text = read_toml(members(good())["session.toml"].decode())
    for name, value in fields.items():
        place: Any = text
        *parents, last = [int(part) if part.isdigit() else part for part in name.split("__")]
        for part in parents:
            place = place[part]
        place[last] = value
    return with_part("session.toml", tomli_w.dumps(text).encode())


# --- bytes -----------------------------------------------------------------------------------------------------------


@fuzz
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped_bytes(flips: list[tuple[int, int]]) -> None:
    raw = bytearray(good())
    for place, change in flips:
        raw[place % len(raw)] ^= change
    check(bytes(raw))


@fuzz
@given(st.floats(0, 1), st.floats(0, 1), st.binary(max_size=30))
def test_files_cut_short_and_files_with_a_hole(first: float, second: float, other: bytes) -> None:
    raw, (start, end) = good(), sorted((first, second))
    check(raw[: int(first * len(raw))])
    check(raw[: int(start * len(raw))] + other + raw[int(end * len(raw)) :])


@fuzz
@given(st.binary(max_size=200))
def test_files_of_anything(raw: bytes) -> None:
    assert isinstance(opened(raw), str)
    assert isinstance(opened(raw + good()[-300:]), str)


@fuzz
@given(st.data())
def test_parts_that_are_swapped_missing_or_cut(data: st.DataObject) -> None:
    parts = members(good())
    one, other = (data.draw(st.sampled_from(sorted(parts))) for _ in range(2))
    kind = data.draw(st.sampled_from(["swap", "drop", "cut", "copy"]))
    if kind == "swap":
        parts[one], parts[other] = parts[other], parts[one]
    elif kind == "drop":
        del parts[one]
    elif kind == "cut":
        parts[one] = parts[one][: data.draw(st.integers(0, len(parts[one])))]
    else:
        parts[one] = parts[other]
    check(packed(parts))


# --- numbers ---------------------------------------------------------------------------------------------------------

ODD = [-(2**63), -1, 0, 1, 2, 3, 7, 255, 4096, 2**31, 2**53, 2**63 - 1]


@fuzz
@given(st.data())
def test_arrays_with_other_numbers_shapes_and_kinds(data: st.DataObject) -> None:
    parts = members(good())
    name = data.draw(st.sampled_from(sorted(name for name in parts if name.endswith(".npy"))))
    array = array_of(parts[name])
    kind = data.draw(st.sampled_from(["value", "value", "value", "shape", "dtype", "rows"]))
    if kind == "value" and array.size:
        place = data.draw(st.integers(0, array.size - 1))
        odd = [np.nan, np.inf, -1.0, 0.5, 1e300, 3.0] if array.dtype.kind == "f" else ODD
        value = data.draw(st.sampled_from(odd))
        array.reshape(-1)[place] = value % 256 if array.dtype.kind == "u" else value
    elif kind == "shape":
        array = array.reshape(data.draw(st.sampled_from([(-1,), (1, -1), (-1, 1), (1, 1, -1)])))
    elif kind == "dtype":
        with np.errstate(all="ignore"):
            array = array.astype(data.draw(st.sampled_from(["<f4", "<i8", "<f8", "|u1", ">f8", "<U4", "|b1", "<c16"])))
    else:
        array = array[: data.draw(st.integers(0, len(array)))]
    parts[name] = npy(array)
    check(packed(parts))


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values in nested tables and lists."""
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += places(value, (*path, key))
    return found


VALUES = st.sampled_from(
    [-1, 0, 1, 2, 3, 40, 2**53, 2**63, 0.5, -0.0, 1e300, float("nan"), float("inf"), True, "", "x", "none", "strict",
     "perceptron", "faces", "table", "softmax", "\x00\n", "\u202e", [], [[]], [1, "a"], {}, {"name": "blobs"},
     {"nothing": True}, "vectorized", "linear", "batch", "shuffled", {"strength": 0.5}, {"hidden": 0.5}]
)  # fmt: skip


@fuzz
@given(st.data())
def test_texts_with_other_values(data: st.DataObject) -> None:
    parts = members(good())
    text = read_toml(parts["session.toml"].decode())
    for _ in range(data.draw(st.integers(1, 2))):
        *parents, last = data.draw(st.sampled_from(places(text)))
        place: Any = text
        for part in parents:
            place = place[part]
        kind = data.draw(st.sampled_from(["set", "set", "set", "drop", "new"]))
        if kind == "set":
            place[last] = copy.deepcopy(data.draw(VALUES))
        elif kind == "drop":
            del place[last]
        elif isinstance(place, dict):
            place["new"] = copy.deepcopy(data.draw(VALUES))
        else:
            place.append(copy.deepcopy(data.draw(VALUES)))
    parts["session.toml"] = tomli_w.dumps(text).encode()
    check(packed(parts))


# --- one by one ------------------------------------------------------------------------------------------------------

RUN = "run0/checkpoints.npy"
REFUSED = {
    "a text": (lambda: b"no zip at all " * 20, "is no session file"),
    "nothing": (lambda: b"", "is no session file"),
    "another zip": (lambda: packed({"a.txt": b"b"}), "session.toml is missing"),
    "no format": (lambda: with_part("session.toml", b"a = 1"), "does not say its format"),
    "a format that is no number": (lambda: with_text(format="two"), "does not say its format"),
    "a deep text": (lambda: with_part("session.toml", b"a = " + b"[" * 9000 + b"]" * 9000), "nested too deeply"),
    "a text that is no UTF-8": (lambda: with_part("session.toml", b"\xff\xfe"), "cannot be read"),
    "an unknown field": (lambda: with_text(runs__0__speed=3), "unknown field 'speed'"),
    "no tracks": (lambda: with_text(tracks=[]), "tracks"),
    "nine tracks": (lambda: with_text(tracks=[{"name": "a", "current": 0}] * 9), "tracks"),
    "no run of a track": (lambda: with_text(tracks=[{"name": "a", "current": 0}] * 3), "a run that is not there"),
    "a current run that is not there": (lambda: with_text(tracks__0__current=5), "a run that is not there"),
    "a shown track that is not there": (lambda: with_text(shown=2), "no track 2"),
    "runs put aside of no track": (lambda: with_text(asides__0__of=5), "a track that is not there"),
    "runs put aside that are not there": (lambda: with_text(asides__1__current=5), "a run that is not there"),
    "a parent that is not there": (lambda: with_text(runs__1__parent=9), "has no parent"),
    "two runs without a parent": (lambda: with_text(runs__2__track=1), "has no parent"),
    "the same run twice": (lambda: with_text(runs__1__number=0), "does not fit into a track"),
    "a wrong redo": (lambda: with_text(runs__0__left=2), "wrong way to redo"),
    "a state that is not there": (lambda: with_text(runs__0__cursor=10_000), "no state 10000"),
    "a rate that is refused": (lambda: with_text(experiments__0__training__learning_rate=-1.0), "learning_rate"),
    "a network of another size": (lambda: with_text(experiments__0__network__layers=[2, 3, 1]), "number of weights"),
    "a huge network": (lambda: with_text(experiments__0__network__layers=[2, 2**50, 1]), "number of weights"),
    "a data set that does not exist": (lambda: with_text(experiments__0__dataset="secret"), "unknown data set"),
    "a data set's wrong option": (lambda: with_text(experiments__0__dataset={"name": "blobs", "x": 1}), "dataset"),
    "interventions out of order": (lambda: with_text(runs__2__interventions=[1, 0, 2]), "order of time"),
    "an intervention after the end": (lambda: with_text(interventions__2__at=10**9), "after its end"),
    "a weight that does not exist": (
        lambda: with_text(interventions__1__change__edits=[[{"block": "weights[7]", "index": [0, 0]}, 1.0]]),
        "weights[7]",
    ),
    "other columns": (lambda: with_text(runs__0__columns=["training.loss"]), "other curves"),
    "names of classes": (lambda: with_text(data__0__class_names=["a"]), "names of classes"),
    "a picture": (lambda: with_text(data__0__image_shape=[3, 3]), "pixels"),
    "photographs": (lambda: with_text(data__0__photographs="ab"), "CMU face images"),
    "a Python object": (lambda: with_part(RUN, npy(np.array([{}], dtype=object))), "no proper beginning"),
    "a huge array": (lambda: with_part(RUN, b"\x93NUMPY\x01\x00" + header("(999999999999,), ")), "not as long"),
    "an endless shape": (lambda: with_part(RUN, b"\x93NUMPY\x01\x00" + header("(" + "9" * 300 + ",), ")), "shape"),
    "code in a header": (lambda: with_part(RUN, b"\x93NUMPY\x01\x00" + header("(exit(),), ")), "no proper beginning"),
    "no states": (lambda: with_part(RUN, npy(np.zeros(0, dtype=np.int64))), "has no states"),
    "states in a wrong order": (lambda: with_part(RUN, npy(np.array([3, 2, 1]))), "wrong order of time"),
}


@pytest.mark.parametrize("name", ["\x00\n\x1b[31m", "x" * 10_000])
def test_what_is_quoted_from_a_file_cannot_spoil_the_sentence(name: str) -> None:
    found = opened(with_text(interventions__0__change__settings=[[name, 1]]))
    assert isinstance(found, str)
    assert "cannot change during a run" in found or "..." in found


def header(shape: str) -> bytes:
    text = (f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n").encode()
    return len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name: str) -> None:
    make, said = REFUSED[name]
    found = opened(make())
    assert isinstance(found, str)
    assert said in found


def test_a_position_in_the_epoch_that_would_leave_the_examples(tmp_path: Path) -> None:
    parts = members(good())
    counters = array_of(parts["states/counters.npy"])
    for column, value in ((3, 4), (3, 10**9), (0, -1), (0, 2**60), (1, 10**6), (2, 10**6)):
        changed = counters.copy()
        changed[5, column] = value
        found = opened(packed({**parts, "states/counters.npy": npy(changed)}))
        assert isinstance(found, str), (column, value)


def test_missing_files_folders_and_forbidden_ones(tmp_path: Path) -> None:
    for path in (tmp_path / "none.nllab", tmp_path):
        with pytest.raises(SessionFileError, match="cannot be opened"):
            storage.open_file(path)


def test_bombs_are_seen_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nllab"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.toml", b" " * 3_000_000)
    raw = bytearray(path.read_bytes())
    assert len(raw) < 10_000
    monkeypatch.setattr(storage_zip, "MOST_PACKED_BYTES", 2_000_000)
    assert "more than a session does" in str(opened(bytes(raw)))
    monkeypatch.undo()
    monkeypatch.setattr(storage_zip, "MOST_TEXT", 2_000_000)
    assert "too large" in str(opened(bytes(raw)))
    monkeypatch.undo()
    place = raw.index(b"PK\x01\x02")
    raw[place + 24 : place + 28] = struct.pack("<I", 100)  # it says less than it is: only so much is read
    assert isinstance(opened(bytes(raw)), str)
    raw[place + 24 : place + 28] = struct.pack("<I", 0xF0000000)
    assert "more than a session does" in str(opened(bytes(raw)))


def test_zips_that_are_made_otherwise(tmp_path: Path) -> None:
    for kind in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", kind) as archive:
            archive.writestr("session.toml", b"a" * 100)
        assert "packed or locked" in str(opened(out.getvalue()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for _ in range(storage_zip.MOST_MEMBERS + 1):
            archive.writestr(zipfile.ZipInfo(f"../../{_}"), b"")
    assert "more than a session does" in str(opened(out.getvalue()))
    twice = good().replace(b"run0/checkpoints.npy", b"run1/checkpoints.npy")
    assert "same name" in str(opened(twice))
    locked = bytearray(good())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "packed or locked" in str(opened(bytes(locked)))


def test_names_of_parts_are_never_used_as_paths(tmp_path: Path) -> None:
    parts = members(good()) | {"/etc/passwd": b"x", "../up": b"x", "a\\b": b"x"}
    path = tmp_path / "in" / "x.nllab"
    path.parent.mkdir()
    path.write_bytes(packed(parts))
    storage.open_file(path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "x.nllab"]


@given(st.binary(max_size=300))
def test_no_bytes_make_the_array_reader_fail_otherwise(raw: bytes) -> None:
    for content in (raw, b"\x93NUMPY\x01\x00" + raw, b"\x93NUMPY\x01\x00" + header("(3,), ") + raw):
        try:
            parse_npy(content)
        except ValueError:
            continue


def test_every_refusal_is_an_error_for_the_person() -> None:
    assert issubclass(SessionFileError, LabError)
