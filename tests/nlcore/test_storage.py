"""A session comes back from its file as it was: the same instants to the last bit, the same curves, the same future."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings

from nlcore import checkpoints, storage, storage_records, storage_runs
from nlcore.curves import Curves
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.datasets import Data
from nlcore.errors import CancelledError, LabError, SessionFileError
from nlcore.experiment import Experiment
from nlcore.families import Column
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.run_tree import RunTree
from nlcore.storage import SavedSession, SavedTrack
from nlcore.storage_zip import Member
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor
from tests.nlcore.sessions import (
    array_of,
    assert_same_curves,
    members,
    npy,
    packed,
    read_toml,
    saved,
    session,
    train,
    tree,
)
from tests.nlcore.test_replay import Case, cases, go_on, moments

CASES = max(50, int(os.environ.get("NLLAB_REPLAY_CASES", "1000")) // 5)
VERSION_1 = Path(__file__).parent / "data" / "version_1.nllab"


def one(history: History) -> SavedSession:
    return SavedSession((SavedTrack("lesson", RunTree(history)),))


def assert_same_run(found: History, made: History) -> None:
    head = made.head.counters.presentations
    assert found.run.experiment == made.run.experiment
    assert found.run.kernel == made.run.kernel
    assert found.run.interventions == made.run.interventions
    assert found.head.same_bits(made.head)
    assert found.start.same_bits(made.start)
    for p in {0, 1, head // 3, head // 2, head - 1, head}:
        assert found.state_at(p).same_bits(made.state_at(p))
        assert found.position_at(p) == made.position_at(p)
        for unit in ("presentation", "epoch", "update"):
            state = made.state_at(p)
            assert found.before(state, unit) == made.before(state, unit)  # type: ignore[arg-type]
    assert_same_curves(found.curves, made.curves)


def assert_same_data(found: Data | None, made: Data | None) -> None:
    assert (found is None) == (made is None)
    if found is None or made is None:
        return
    for name, examples in made.sets.items():
        assert found.sets[name].names == examples.names
        assert found.sets[name].inputs.tobytes() == examples.inputs.tobytes()
        assert found.sets[name].targets.tobytes() == examples.targets.tobytes()
        assert not found.sets[name].inputs.flags.writeable
    plain = ("name", "source", "input_names", "output_names", "class_names", "midpoint", "image_shape", "notes")
    assert [getattr(found, name) for name in plain] == [getattr(made, name) for name in plain]
    assert (found.scaling is None) == (made.scaling is None)
    if found.scaling is not None and made.scaling is not None:
        assert found.scaling.means.tobytes() == made.scaling.means.tobytes()
        assert found.scaling.sds.tobytes() == made.scaling.sds.tobytes()


@settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(cases())
def test_every_run_comes_back_and_goes_on_as_it_would_have(case: Case) -> None:
    try:
        history = History(Trainer(case.experiment, case.data, case.kernel))
    except LabError:
        return
    interventions, n = moments(case)
    with (
        mock.patch.object(checkpoints, "MAX_CHECKPOINTS", case.most_checkpoints),
        tempfile.TemporaryDirectory() as folder,
    ):
        chunks = list(case.chunks)
        for number, (at, change) in enumerate(interventions):
            go_on(history, at + case.steps[number][1] - history.head.counters.presentations, chunks)
            try:
                history = history.fork(at, change)
            except LabError:
                continue
        go_on(history, n - history.head.counters.presentations, chunks)
        cursor = history.state_at(int(case.seeks[0] * history.head.counters.presentations))
        what = SavedSession((SavedTrack("lesson", RunTree(history), {0: cursor}),))
        track = saved(Path(folder) / "x.nllab", what).session.tracks[0]
        found = track.tree.current.history
        assert track.cursor.same_bits(cursor)
        assert_same_run(found, history)
        assert_same_data(found.run.data, history.run.data)
        for course in (found, history):
            go_on(course, 7, list(case.chunks))
        assert found.head.same_bits(history.head)
        assert_same_curves(found.curves, history.curves)


def test_tree_tracks_cursors_and_window_come_back(tmp_path: Path) -> None:
    made = session()
    opened = saved(tmp_path / "x.nllab", made)
    found = opened.session
    assert (found.lesson, found.shown, found.window) == (made.lesson, made.shown, made.window)
    assert opened.is_same_machine
    assert opened.notes == ()
    assert opened.program == storage_records.program_version()
    for track, other in zip(found.tracks, made.tracks, strict=True):
        assert (track.name, track.reason, track.seconds) == (other.name, other.reason, other.seconds)
        assert track.cursor.same_bits(other.cursor)
        assert track.tree.current.number == other.tree.current.number
        for node, twin in zip(track.tree.nodes, other.tree.nodes, strict=True):
            assert (node.number, node.at, node.label) == (twin.number, twin.at, twin.label)
            assert [child.number for child in node.children] == [child.number for child in twin.children]
            assert (node.left and node.left.number) == (twin.left and twin.left.number)
            assert_same_run(node.history, twin.history)
    first = found.tracks[0].tree
    place = first.redo()
    assert place is not None
    assert (place.node.number, place.presentations) == (2, 40)
    assert first.undo() is not None
    assert first.undo() is not None
    assert first.undo() is None
    wild = found.tracks[1].tree.current.history
    assert wild.trainer.finish_reason(wild.head, stops=False) is FinishReason.DIVERGED


def test_what_runs_share_is_stored_once_and_shared_again(tmp_path: Path) -> None:
    made = tree()
    path = tmp_path / "x.nllab"
    opened = saved(path, SavedSession((SavedTrack("a", made), SavedTrack("b", RunTree(made.root.history)))))
    names = list(members(path.read_bytes()))
    assert [name for name in names if name.endswith("training/inputs.npy")] == ["data0/training/inputs.npy"]
    first, second = (track.tree for track in opened.session.tracks)
    runs = [*first.nodes, *second.nodes]
    assert len({id(node.history.run.data) for node in runs}) == 1
    assert len({id(node.history.start) for node in runs}) == 1
    assert len({id(node.history.trainer_at(0)) for node in runs}) == 1
    counters = array_of(members(path.read_bytes())["states/counters.npy"])
    states = {
        id(state)
        for node in made.nodes
        for state in (*node.history.states_to_keep(2**20)[0], node.history.head, node.history.start)
    }
    assert len(counters) == len(states)


def test_what_was_opened_can_be_changed_and_saved_again(tmp_path: Path) -> None:
    made = session()
    found = saved(tmp_path / "x.nllab", made).session
    raw = (tmp_path / "x.nllab").read_bytes()
    again = saved(tmp_path / "y.nllab", found)
    assert (tmp_path / "y.nllab").read_bytes() == raw
    for what in (made, again.session):
        what.tracks[0].tree.fork(30, DataEdit.of(MoveExample(0, (0.125, 0.0))))
        train(what.tracks[0].tree.current, 5, 3)
    one, other = (what.tracks[0].tree.current.history for what in (made, again.session))
    assert one.head.same_bits(other.head)
    assert_same_curves(one.curves, other.curves)


def test_a_cursor_at_the_head_is_the_head(tmp_path: Path) -> None:
    made = tree()
    what = SavedSession((SavedTrack("lesson", made, {made.current.number: made.current.history.head}),))
    track = saved(tmp_path / "x.nllab", what).session.tracks[0]
    assert track.cursor is track.tree.current.history.head


def test_a_long_run_keeps_within_its_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_runs, "SHOWN_BYTES", 20_000)
    made = History(Trainer(xor()))
    train(made, 3, 2000)
    path = tmp_path / "x.nllab"
    found = saved(path, one(made)).session.tracks[0].tree.current.history
    pool = array_of(members(path.read_bytes())["states/pool0.npy"])
    assert 5_000 < pool.nbytes <= 21_000
    for p in (0, 17, 2999, 5995):
        assert found.state_at(p).same_bits(made.state_at(p))


@pytest.mark.parametrize("experiment", [{"family": "function"}, {"training": {"rule": "none"}}])
def test_models_without_examples_or_training(experiment: dict[str, object], tmp_path: Path) -> None:
    settings = Experiment.from_dict(experiment) if "family" in experiment else xor().replace({"training.rule": "none"})
    made = History(Trainer(settings))
    if "family" in experiment:
        train(made, 3, 4)
    found = saved(tmp_path / "x.nllab", one(made)).session.tracks[0].tree.current.history
    assert_same_run(found, made)


# --- curves ----------------------------------------------------------------------------------------------------------


def test_curves_come_back_in_every_state_of_merging() -> None:
    rng = np.random.default_rng(3)
    columns = (Column("training", "loss"), Column("validation", "loss"))
    for n in (0, 1, 5, 8, 9, 16, 17, 100, 1000):
        made = Curves(columns, capacity=8)
        clock = np.arange(n, dtype=np.float64)[:, None] * [4.0, 2.0, 0.5]
        values = rng.normal(size=(n, 2))
        values[rng.random((n, 2)) < 0.2] = np.nan
        made.append(clock[: n // 2], values[: n // 2])
        made.append(clock[n // 2 :], values[n // 2 :])
        found = Curves.from_arrays(columns, made.to_arrays())
        assert_same_curves(found, made)
        for axis in ("presentations", "updates", "epochs"):
            for column in range(2):
                for x, y in zip(found.series(column, axis), made.series(column, axis), strict=True):
                    assert x.tobytes() == y.tobytes()
        for some in (found, made):
            some.append(clock[-3:] + 4000.0, values[-3:] * 2.0)
        assert_same_curves(found, made)
        assert_same_curves(found.until(1001)[0], made.until(1001)[0])


def test_curves_that_do_not_fit_are_refused() -> None:
    columns = (Column("training", "loss"),)
    made = Curves(columns, capacity=4)
    made.append(np.arange(7.0)[:, None] * np.ones(3), np.arange(7.0)[:, None])
    good = made.to_arrays()
    bad = {
        "counts": [np.array(c) for c in ([3, 2, 7, 1], [4, 0, 7, 1], [4, 2, 8, 1], [4, 2, 7, 3], [2**40, 2, 7, 1])],
        "clock": [good["clock"][:-1], good["clock"][::-1], good["clock"] * np.nan],
        "ends": [good["ends"][::-1], good["ends"] * np.inf],
        "low": [good["low"][:, :0]],
        "least": [good["least"][..., :3]],
        "best": [good["best"][:0], np.array([[1.0, np.inf, 0.0, 0.0]]), np.array([[1.0, -1.0, 0.0, 0.0]])],
    }
    for name, arrays in bad.items():
        for array in arrays:
            with pytest.raises(ValueError, match="curves"):
                Curves.from_arrays(columns, {**good, name: array})
    with pytest.raises(ValueError, match="curves"):
        Curves.from_arrays(columns, {name: good[name] for name in good if name != "least"})


# --- other machines and versions -------------------------------------------------------------------------------------


def changed(path: Path, **fields: object) -> None:
    parts = members(path.read_bytes())
    text = read_toml(parts["session.toml"].decode())
    text.update(fields)
    parts["session.toml"] = tomli_w.dumps(text).encode()
    path.write_bytes(packed(parts))


def test_on_another_machine_the_instant_is_exact_and_a_difference_is_told(tmp_path: Path) -> None:
    made, path = session(), tmp_path / "x.nllab"
    storage.save(path, made)
    here = storage_records.fingerprint()
    changed(path, fingerprint={"system": "Elsewhere", "processor": "z", "python": "3", "numpy": "9", "numba": ""})
    opened = storage.open_file(path)
    assert not opened.is_same_machine
    assert len(opened.notes) == 1
    assert "Elsewhere" in opened.notes[0]
    assert str(here) not in opened.notes[0]
    track = opened.session.tracks[0]
    assert track.cursor.same_bits(made.tracks[0].cursor)
    history, stored = track.tree.current.history, opened.stored[0, track.tree.current.number]
    assert [storage.replay_difference(history, stored, p) for p in range(66)] == [""] * 66

    parts = members(path.read_bytes())
    counters, slots = (array_of(parts[f"states/{name}.npy"]) for name in ("counters", "slots"))
    number = track.tree.current.number
    kept = array_of(parts[f"run{number}/checkpoints.npy"])
    late = kept[counters[kept][:, 0] > 21][2]
    pool, row = slots[(slots[:, 0] == late) & (slots[:, 1] == 0)][0, 2:]
    weights = array_of(parts[f"states/pool{pool}.npy"])
    weights[row][3] = np.nextafter(weights[row][3], 9.0)
    parts[f"states/pool{pool}.npy"] = npy(weights)
    path.write_bytes(packed(parts))
    opened = storage.open_file(path)
    history, stored = opened.session.tracks[0].tree.current.history, opened.stored[0, number]
    at = int(counters[late, 0])
    said = storage.replay_difference(history, stored, at - 1)
    assert said.startswith("Replay differs here")
    assert f"after {at} presentations" in said
    assert "e-1" in said
    assert "\n" not in said
    assert storage.replay_difference(history, stored, 1) == ""
    assert storage.replay_difference(history, stored, history.head.counters.presentations) == ""


def test_a_file_of_the_first_format_opens() -> None:
    opened = storage.open_file(VERSION_1)
    assert opened.format == storage_records.FORMAT
    track = opened.session.tracks[0]
    assert [node.label for node in track.tree.nodes] == [
        "",
        "learning rate 0.5 -> 0.1, longest gradient none -> none",
        "biases[1][0] = -0",
    ]
    assert track.cursor.counters.presentations == 33
    assert opened.session.lesson is not None
    assert opened.session.lesson.id == "xor"
    history = track.tree.current.history
    assert history.start.params.tobytes() == Trainer(xor()).initial_state().params.tobytes()
    if opened.is_same_machine and history.run.kernel == Trainer(xor()).model.kernel:
        assert_same_run(history, session().tracks[0].tree.current.history)


def test_newer_and_older_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nllab"
    storage.save(path, session())
    changed(path, format=7, program="9.1")
    with pytest.raises(SessionFileError, match=r"x\.nllab: was saved by a newer version of the program 9\.1 .* is 7"):
        storage.open_file(path)
    changed(path, format=1, program="0.1", shown="the second")
    monkeypatch.setattr(storage_records, "FORMAT", 2)
    monkeypatch.setitem(storage_records.migrations, 1, lambda text: {**text, "format": 2, "shown": 0})
    assert storage.open_file(path).session.shown == 0


def test_arrays_are_those_of_numpy(tmp_path: Path) -> None:
    path = tmp_path / "x.nllab"
    storage.save(path, session())
    with np.load(path, allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files if name.startswith(("states", "run", "data"))}
    assert len(arrays) > 20
    assert all(array.dtype.str in ("<f8", "<i8", "|u1") for array in arrays.values())


def test_a_window_table_that_is_no_table_is_refused() -> None:
    with pytest.raises(SessionFileError, match="cannot be written"):
        storage.pack(SavedSession(session().tracks, window={"state": object()}))
    with pytest.raises(SessionFileError, match="1 to 8 tracks"):
        storage.pack(SavedSession(()))


def test_what_is_packed_does_not_change_with_training(tmp_path: Path) -> None:
    made = History(Trainer(xor()))
    train(made, 5, 4)
    taken: list[Member] = storage.pack(one(made))
    storage.write(tmp_path / "then.nllab", taken)
    train(made, 5, 4)
    storage.write(tmp_path / "now.nllab", taken)
    assert (tmp_path / "then.nllab").read_bytes() == (tmp_path / "now.nllab").read_bytes()


def test_runs_that_undo_and_redo_lead_to(tmp_path: Path) -> None:
    made = session()
    _, before = made.tracks
    lesson, after = saved(tmp_path / "x.nllab", made).session.tracks
    assert (lesson.earlier, lesson.later) == ((), ())
    for mine, theirs in ((before.earlier, after.earlier), (before.later, after.later)):
        for one, other in zip(mine, theirs, strict=True):
            assert (one.presentations, one.occasion) == (other.presentations, other.occasion)
            assert one.tree.current.history.head.same_bits(other.tree.current.history.head)
            assert other.tree.current.history.state_at(5).same_bits(one.tree.current.history.state_at(5))


@pytest.mark.parametrize("looks", [0, 3, 10, 40])
def test_opening_can_be_stopped_anywhere(looks: int, tmp_path: Path) -> None:
    storage.save(tmp_path / "x.nllab", session(60))
    asked = []

    def is_cancelled() -> bool:
        asked.append(len(asked))
        return len(asked) > looks

    with pytest.raises(CancelledError, match=r"x\.nllab"):
        storage.open_file(tmp_path / "x.nllab", is_cancelled)
    assert len(asked) == looks + 1
