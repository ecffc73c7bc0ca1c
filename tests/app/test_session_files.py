"""What the window takes from a session file: whatever stands there, it is used or passed over."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import kept_work, session_files
from app.frame import Selection
from app.widgets.own_example import OwnExample
from nlcore import storage
from nlcore.history import History
from nlcore.storage import SavedSession
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor
from tests.nlcore.sessions import session

CASES = int(os.environ.get("NLLAB_FUZZ_CASES", "300"))
SAVED = session()
MODEL = History(Trainer(xor())).trainer.model
SCRAPS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9),
    st.sampled_from(["training", "test", "examples", "error_curves", 0, 1, 2, 3, 8, 9]),
)  # fmt: skip
VALUES = st.recursive(SCRAPS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner))
TRACKS = st.lists(
    st.one_of(VALUES, st.fixed_dictionaries({"number": SCRAPS, "is_hidden": SCRAPS})), min_size=0, max_size=9
)
NOTES = st.fixed_dictionaries(dict.fromkeys(("shown", "inputs", "start", "origin", "note", "is_copy"), VALUES))
POINTED = st.fixed_dictionaries({}, optional={"example": VALUES, "unit": VALUES})
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "speed": VALUES,
        "selection": st.one_of(VALUES, POINTED),
        "layout": VALUES,
        "panes": VALUES,
        "tracks": st.one_of(VALUES, TRACKS),
        "notes": st.one_of(VALUES, st.dictionaries(st.just("try_it"), st.one_of(VALUES, NOTES))),
    },
)


@pytest.mark.parametrize(
    "weight", [[2, 0, 0], [0, 2, 0], [0, 0, 2], [0, 0, -2], [0, 0], [True, 0, 0], [0.0, 0, 0], "x"]
)
def test_a_weight_that_is_not_there_is_passed_over(weight: object) -> None:
    assert session_files.selection_of({"selection": {"weight": weight}}, MODEL).weight is None


@pytest.mark.fuzz
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_any_table_of_the_window_is_used_or_passed_over(table: dict[str, Any]) -> None:
    tracks = session_files.tracks_of(dataclasses.replace(SAVED, window=table))
    numbers = [track.number for track in tracks]
    assert len(set(numbers)) == len(SAVED.tracks)
    assert all(type(number) is int and 1 <= number <= 8 for number in numbers)
    assert not tracks[0].is_hidden
    selection = session_files.selection_of(table, MODEL)
    if selection.example is not None:
        name, index = selection.example
        assert MODEL.data is not None
        assert MODEL.data.sets[name].inputs[index] is not None
    if selection.weight is not None:
        layer, unit, source = selection.weight
        assert 0 <= unit < [2, 1][layer]
        assert -1 <= source < [2, 2][layer]
    if selection.unit is not None:
        layer, index = selection.unit
        assert 0 <= index < [2, 2, 1][layer]
    assert MODEL.data is not None
    example = OwnExample.noted(session_files.notes_of(table, "try_it"), MODEL.data)
    assert example is None or example.inputs.shape == example.shown.shape == (2,)
    if selection.weight is not None:
        layer, unit, source = selection.weight
        assert 0 <= unit < [2, 1][layer]
        assert -1 <= source < [2, 2][layer]
    assert isinstance(session_files.speed_of(table), str)
    assert session_files.layout_of(table, ()) == ""
    columns = session_files.columns_of(table)
    names = [name for column in columns for name in column]
    assert len(names) == len(set(names))


def test_what_is_written_is_read() -> None:
    selection = Selection(("training", 3), (1, 1), (0, 1, -1))
    table = session_files.window_table(selection, "full speed", "abc", [["examples"], ["error_curves"]])
    assert session_files.selection_of(table, MODEL) == selection
    assert session_files.speed_of(table) == "full speed"
    assert session_files.columns_of(table) == [["examples"], ["error_curves"]]
    assert session_files.layout_of(table, [session_files.digest("abc")]) == "abc"
    assert session_files.layout_of(table, [session_files.digest("abd")]) == ""


@pytest.mark.fuzz
@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_any_note_of_kept_work_is_told_or_passed_over(note: Any) -> None:
    folder = kept_work.folder()
    folder.mkdir(parents=True, exist_ok=True)
    given = note if isinstance(note, dict) else {"at": note, "lesson": note, "words": note, "document": note}
    small = SavedSession(SAVED.tracks[:1], None, 0, {kept_work.NOTE: given})
    storage.save(folder / "x.nllab", small)
    for kept in kept_work.find():
        assert kept.name
        assert kept.when
