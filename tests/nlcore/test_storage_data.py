"""Examples come back as they were; photographs stay where they are."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlcore import datasets
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, MoveExample, RelabelExample
from nlcore.datasets import Data, ExampleSet
from nlcore.errors import SessionFileError
from nlcore.experiment import Choice, Experiment
from nlcore.faces import names, places
from nlcore.faces.sources import Faces
from nlcore.history import History
from nlcore.records import read_only
from nlcore.run_tree import RunTree
from nlcore.storage import SavedSession, SavedTrack
from nlcore.trainer import Trainer
from tests.nlcore.sessions import array_of, members, saved, train
from tests.nlcore.test_storage import assert_same_data


def one(history: History) -> SavedSession:
    return SavedSession((SavedTrack("lesson", RunTree(history)),))


def experiment(dataset: str, n_inputs: int, n_outputs: int, **options: object) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": dataset, **options},
            "network": {"layers": [n_inputs, n_outputs], "activations": ["sigmoid"]},
        }
    )


def made_up_faces(seed: int = 0) -> Faces:
    rng = np.random.default_rng(seed)
    stems = sorted(names.stems())
    return Faces("made up", {stem: read_only(rng.integers(0, 256, (30, 32)).astype(np.float64)) for stem in stems})


@pytest.fixture
def photographs(monkeypatch: pytest.MonkeyPatch) -> Faces:
    faces = made_up_faces()
    monkeypatch.setattr(places, "find_faces", lambda: (faces, ()))
    return faces


def stored_bytes(path: Path) -> bytes:
    return b"".join(members(path.read_bytes()).values())


@pytest.mark.parametrize("dataset", ["iris", "digits", "vowels", "blobs", "function_samples"])
def test_data_sets_come_back(dataset: str, tmp_path: Path) -> None:
    data = datasets.load(Choice.parse(dataset))
    assert data is not None
    history = History(Trainer(experiment(dataset, data.n_inputs, data.n_outputs), data))
    train(history, 20)
    found = saved(tmp_path / "x.nllab", one(history)).session.tracks[0].tree.current.history
    assert_same_data(found.run.data, data)
    assert found.head.same_bits(history.head)


def test_a_table_is_not_needed_again(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,größe\n1,2,x\n3,4,y\n5,6,x\n1,7,y\n2,2,x\n3,1,y\n", "utf-8")
    settings = Experiment.from_dict({"dataset": {"name": "table", "path": str(table)}})
    data = datasets.load(settings.dataset)
    assert data is not None
    settings = settings.replace({"network": {"layers": [data.n_inputs, data.n_outputs], "activations": ["sigmoid"]}})
    history = History(Trainer(settings, data))
    path = tmp_path / "x.nllab"
    first = saved(path, one(history))
    table.unlink()
    assert_same_data(first.session.tracks[0].tree.current.history.run.data, data)


def test_grey_values_take_a_byte_each_and_lose_nothing(tmp_path: Path) -> None:
    data = datasets.load(Choice.parse("iris"))
    assert data is not None
    rng = np.random.default_rng(1)
    grey = rng.integers(0, 256, (150, 4)) / 255.0
    for inputs, kind in ((grey, "|u1"), (np.nextafter(grey, 0.5), "<f8"), (grey - 1.0, "<f8"), (grey * -0.0, "<f8")):
        some = replace(data, training=ExampleSet.of(inputs[: len(data.training)], data.training.targets))
        history = History(Trainer(experiment("iris", 4, 3), some))
        path = tmp_path / "x.nllab"
        found = saved(path, one(history)).session.tracks[0].tree.current.history.run.data
        assert_same_data(found, some)
        assert array_of(members(path.read_bytes())["data0/training/inputs.npy"]).dtype.str == kind


def test_photographs_are_not_in_the_file_and_come_from_this_computer(photographs: Faces, tmp_path: Path) -> None:
    history = History(Trainer(experiment("faces", 960, 4)))
    assert history.run.data is not None
    assert history.run.data.source == "cmu"
    train(history, 30, 2)
    path = tmp_path / "x.nllab"
    found = saved(path, one(history)).session.tracks[0].tree.current.history
    assert_same_data(found.run.data, history.run.data)
    train(found, 20)
    train(history, 20)
    assert found.head.same_bits(history.head)
    raw = stored_bytes(path)
    assert len(raw) < 1_000_000
    for image in photographs.pixels.values():
        assert image.astype(np.uint8).tobytes()[100:140] not in raw
        assert (image.ravel() / 255.0).tobytes()[800:840] not in raw


def test_missing_or_other_photographs_are_told(
    photographs: Faces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, path = History(Trainer(experiment("faces", 960, 4))), tmp_path / "x.nllab"
    saved(path, one(history))
    monkeypatch.setattr(places, "find_faces", lambda: (None, ()))
    with pytest.raises(
        SessionFileError, match=r"x\.nllab: needs the CMU face images, which it does not hold .*get faces"
    ):
        saved_again(path)
    monkeypatch.setattr(places, "find_faces", lambda: (made_up_faces(1), ()))
    with pytest.raises(SessionFileError, match="other face photographs"):
        saved_again(path)
    monkeypatch.setattr(places, "find_faces", lambda: (None, ()))
    other = tmp_path / "y.nllab"
    monkeypatch.undo()
    monkeypatch.setattr(places, "find_faces", lambda: (None, ()))
    with pytest.raises(SessionFileError, match="needs the CMU face images"):
        saved(other, one(history))  # saved all the same, though they have gone meanwhile
    monkeypatch.setattr(places, "find_faces", lambda: (photographs, ()))
    assert_same_data(saved_again(other).run.data, history.run.data)
    assert len(stored_bytes(other)) < 1_000_000


def saved_again(path: Path) -> History:
    from nlcore import storage

    return storage.open_file(path).session.tracks[0].tree.current.history


def test_edited_faces_survive(photographs: Faces, tmp_path: Path) -> None:
    history = History(Trainer(experiment("faces", 960, 4)))
    own = tuple(np.linspace(0.0, 0.7, 960).tolist())
    edit = DataEdit.of(
        MoveExample(3, own),
        RelabelExample(5, (0.9, 0.1, 0.1, 0.1)),
        AddExample(own, (0.1, 0.1, 0.9, 0.1)),
        DeleteExample(0),
    )
    history.intervene(0, edit)
    again = History(history.trainer_at(0))  # begun anew with the edited examples
    assert again.run.interventions == ()
    for course in (history, again):
        train(course, 25)
        found = saved(tmp_path / "x.nllab", one(course)).session.tracks[0].tree.current.history
        assert_same_data(found.run.data, course.run.data)
        assert_same_data(found.trainer.model.data, course.trainer.model.data)
        assert found.head.same_bits(course.head)
        assert found.state_at(7).same_bits(course.state_at(7))


def test_drawn_heads_are_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data: Data | None = datasets.load(Choice.parse({"name": "faces", "source": "synthetic"}))
    assert data is not None
    history = History(Trainer(experiment("faces", 960, 4, source="synthetic"), data))
    path = tmp_path / "x.nllab"
    monkeypatch.setattr(datasets, "load", lambda *_: pytest.fail("drawn again"))
    found = saved(path, one(history)).session.tracks[0].tree.current.history
    assert_same_data(found.run.data, data)
    assert path.stat().st_size < 1_000_000


def test_the_real_photographs(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.VARIABLE, os.fspath(real_data))
    history = History(Trainer(experiment("faces", 960, 4, source="cmu")))
    train(history, 30, 2)
    path = tmp_path / "x.nllab"
    found = saved(path, one(history)).session.tracks[0].tree.current.history
    assert_same_data(found.run.data, history.run.data)
    assert found.head.same_bits(history.head)
    raw = stored_bytes(path)
    assert history.run.data is not None
    pieces = [row[start : start + 64] for row in history.run.data.training.inputs for start in range(0, 960, 64)]
    varied = [piece for piece in pieces if len(set(piece.tolist())) > 24]  # not all black
    assert len(varied) > 500
    for piece in varied:
        assert np.rint(piece * 255.0).astype(np.uint8).tobytes() not in raw
        assert piece.tobytes() not in raw
