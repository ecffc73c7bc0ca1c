"""Small sessions that the tests of session files use, and files made of changed parts."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore import storage
from nlcore.curves import Curves
from nlcore.data_edits import AddExample, DataEdit, DeleteExample
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address
from nlcore.run_tree import Node, RunTree
from nlcore.storage import LessonText, Opened, SavedAside, SavedSession, SavedTrack
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["read_toml"]
read_toml = tomllib.loads


def train(node: Node | History, n: int, times: int = 1) -> None:
    """Train the head of a run on, `times` times by `n` presentations."""
    history = node.history if isinstance(node, Node) else node
    for _ in range(times):
        after = history.trainer.measured_advance(history.head, n, stops=False)
        history.curves.append(after.clock, after.values)
        history.record(after.state)


def tree(experiment: Experiment | None = None) -> RunTree:
    """Three runs: XOR, with another rate from 21 on, and with another weight and other data in that one."""
    made = RunTree(History(Trainer(experiment or xor())))
    train(made.current, 7, 12)
    train(made.fork(21, SettingsChange.of({"training.learning_rate": 0.1, "training.clip_norm": None})), 5, 9)
    train(made.fork(40, WeightEdit.of(Address("biases[1]", (0,)), -0.0)), 3, 3)
    made.current.history.intervene(45, DataEdit.of(AddExample((0.5, 0.25), (1.0,)), DeleteExample(1)))
    train(made.current, 4, 5)
    return made


def session(cursor: int = 33) -> SavedSession:
    """Two tracks, the first with three runs; the second diverged, and undo and redo lead to runs besides."""
    first = tree()
    first.undo()
    wild = RunTree(History(Trainer(xor(network__activations=["linear", "linear"], training__learning_rate=50.0))))
    train(wild.current, 4000)
    cursors = {node.number: node.history.state_at(cursor) for node in first.nodes}
    window = {"panes": ["error_curves"], "selection": None, "sizes": [0.25, 1, {"deep": [None]}]}
    aside = [RunTree(History(Trainer(xor(seed=seed)))) for seed in (7, 8)]
    train(aside[0].current, 12)
    tracks = (
        SavedTrack("lesson", first, cursors, None, 1.5),
        SavedTrack('wild "one"', wild, earlier=(SavedAside(aside[0], 5, 0),), later=(SavedAside(aside[1], 0, 1),)),
    )
    return SavedSession(tracks, LessonText("xor", b"+++\r\n\xff as written"), 1, window)


def saved(path: Path, what: SavedSession) -> Opened:
    """Save a session and open it again."""
    storage.save(path, what)
    return storage.open_file(path)


def assert_same_curves(one: Curves, other: Curves) -> None:
    """Check that two curves are equal in everything they hold."""
    left, right = one.to_arrays(), other.to_arrays()
    assert one.columns == other.columns
    assert {name: array.tobytes() for name, array in left.items()} == {
        name: array.tobytes() for name, array in right.items()
    }
    assert [one.best(k) for k in range(len(one.columns))] == [other.best(k) for k in range(len(one.columns))]


def members(raw: bytes) -> dict[str, bytes]:
    """Take a file apart."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Put a file together, with sums that are right."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def npy(array: Any) -> bytes:
    """Write an array as numpy does."""
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(array), version=(1, 0), allow_pickle=True)
    return out.getvalue()


def array_of(raw: bytes) -> NDArray[Any]:
    """Read an array as numpy does, to be changed."""
    found: NDArray[Any] = np.load(io.BytesIO(raw), allow_pickle=False)
    return found.copy()
