"""Numbers of panes as tables: complete, exact, and readable by a spreadsheet."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.frame import Frame, Ghost, Selection, TrackFrame
from app.pane import Pane, pane_class, pane_ids
from app.table import MOST_ROWS, Table, thinned, written
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor


def track_of(experiment: Experiment, presentations: int, name: str = "lesson") -> TrackFrame:
    history = History(Trainer(experiment))
    after = history.trainer.measured_advance(history.start, presentations, stops=False)
    history.curves.append(after.clock, after.values)
    history.record(after.state)
    return TrackFrame(name, history.trainer.model, history.head, history.curves)


def made(qtbot: QtBot, pane_id: str) -> Pane:
    pane = pane_class(pane_id)()
    qtbot.addWidget(pane)
    return pane


def read_back(table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.tsv()), delimiter="\t"))


def test_a_spreadsheet_reads_the_very_numbers() -> None:
    table = Table("T", ("name", "n", "x"), (("a\tb\nc", 3, 0.1 + 0.2), ("d", -1, math.nan), ("e", 0, 2.0)))
    lines = read_back(table)
    assert lines[0] == ["name", "n", "x"]
    assert lines[1][:2] == ["a b c", "3"]
    assert float(lines[1][2]) == 0.1 + 0.2
    assert lines[2] == ["d", "-1", "nan"]
    assert lines[3] == ["e", "0", "2"]
    assert [written(x) for x in (math.inf, -math.inf, 1e300)] == ["inf", "-inf", "1e+300"]


def test_long_tables_are_thinned_from_end_to_end() -> None:
    rows = [(i,) for i in range(3 * MOST_ROWS)]
    table = thinned("T", ("i",), rows, "Note.")
    assert len(table.rows) == MOST_ROWS
    assert (table.rows[0], table.rows[-1]) == (rows[0], rows[-1])
    assert table.note == f"Note. {MOST_ROWS} of {3 * MOST_ROWS} rows, evenly spread."
    assert thinned("T", ("i",), rows[:5]).rows == tuple(rows[:5])


@pytest.mark.parametrize("pane_id", pane_ids())
@pytest.mark.parametrize("experiment", [xor(), gate("and")])
def test_every_table_has_as_many_cells_as_headings(qtbot: QtBot, pane_id: str, experiment: Experiment) -> None:
    pane = made(qtbot, pane_id)
    tracks = (track_of(experiment, 8), track_of(experiment, 12, "other"))
    for frame in (Frame(tracks[:1]), Frame(tracks)):
        if pane.why_empty(frame) is not None:
            continue
        for table in pane.tables(frame):
            assert table.title
            assert table.rows
            assert {len(row) for row in table.rows} == {len(table.headings)}
            if len(frame.tracks) > 1 and table.headings[0] == "track":
                assert {row[0] for row in table.rows} == {"lesson", "other"}


def test_the_curves_list_every_measurement_and_the_other_courses(qtbot: QtBot) -> None:
    pane, track = made(qtbot, "error_curves"), track_of(xor(), 40)
    (table,) = pane.tables(Frame((track,)))
    assert table.headings[:4] == ("presentations", "updates", "epochs", "training loss")
    loss = track.curves.column("training", "loss")
    assert loss is not None
    x, y = track.curves.series(loss, "updates")
    assert [row[1] for row in table.rows] == [int(n) for n in x]
    assert [row[3] for row in table.rows] == y.tolist()
    ghost = Ghost(1, "without the change", 4, track_of(xor(), 20).curves)
    with_ghost = TrackFrame(track.name, track.model, track.state, track.curves, None, (ghost,))
    (table,) = pane.tables(Frame((with_ghost,)))
    assert table.headings[0] == "course"
    assert {row[0] for row in table.rows} == {"this course", "1: without the change"}


def test_the_network_lists_its_weights_and_units(qtbot: QtBot) -> None:
    pane, track = made(qtbot, "network_diagram"), track_of(xor(), 40)
    assert isinstance(track.model, FeedforwardModel)
    units, weights = pane.tables(Frame((track,), Selection(("training", 1))))
    assert sorted(row[3] for row in weights.rows) == sorted(track.state.params.tolist())
    assert sorted(row[4] for row in weights.rows) == sorted(track.state.velocity.tolist())
    assert units.note.startswith("For the selected training example, ")
    inputs = track.model.examples.training.inputs[1]
    assert [row[3] for row in units.rows if row[0] == 0] == inputs.tolist()
    assert units.rows[-1][-1] == float(track.model.examples.training.targets[1, 0])


def test_the_surface_lists_examples_and_a_grid(qtbot: QtBot) -> None:
    pane, track = made(qtbot, "decision_surface"), track_of(xor(), 40)
    examples, grid = pane.tables(Frame((track,)))
    assert examples.headings == ("set", "example", "x1", "x2", "target o", "output o", "answer", "verdict")
    assert len(examples.rows) == 4
    assert len(grid.rows) == 2500
    assert all(0.0 < float(row[2]) < 1.0 for row in grid.rows)


def test_weight_pictures_list_a_row_for_each_pixel(qtbot: QtBot) -> None:
    pane = made(qtbot, "weight_images")
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "faces", "source": "synthetic"},
            "network": {"layers": [960, 3, 4], "activations": ["sigmoid", "sigmoid"]},
            "training": {"initializer": "uniform", "learning_rate": 0.3},
        }
    )
    track = track_of(experiment, 1)
    pixels, weights = pane.tables(Frame((track,)))
    assert len(pixels.rows) == 961
    assert isinstance(track.model, FeedforwardModel)
    first = track.model.layout.weights(track.state.params)[0]
    assert pixels.rows[1 + 32][:3] == (2, 1, float(first[0, 32]))
    assert len(weights.rows) == track.model.n_params
    assert np.isclose(sum(float(row[-1]) for row in weights.rows), track.state.params.sum())
