"""Repeating with other seeds in the window: the same numbers as the command line, cancel, faults, close, back again."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app import cli
from app.main_window import MainWindow
from app.panes.repeats import RepeatsPane
from app.playback import SPEEDS
from app.repetition import Plan
from app.tools.repeats import RepeatsTool
from nlcore import repeats
from nlcore.data_edits import DataEdit, MoveExample
from nlcore.errors import LabError
from nlcore.records import FinishReason
from nlcore.repeated_run import RepeatedRun, Task, params_sha256
from tests.app.desk import window

__all__ = ["window"]


class Bench:
    """A window with the pane of repeats in front."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot, self.session = window, qtbot, window.session
        window.actions_by_id["repeat_seeds"].trigger()

    @property
    def tool(self) -> RepeatsTool:
        found = self.window.tools["repeats"]
        assert isinstance(found, RepeatsTool)
        return found

    @property
    def pane(self) -> RepeatsPane:
        found = self.tool.pane
        assert found is not None
        return found

    def press(self, n: int, epochs: int | None = None, *, new_data: bool = False) -> None:
        self.pane.form.show_plan(Plan(n, epochs, new_data))
        self.qtbot.mouseClick(self.pane.form.start, Qt.MouseButton.LeftButton)

    def repeat(self, n: int, epochs: int | None = None, *, new_data: bool = False) -> None:
        self.press(n, epochs, new_data=new_data)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tool.repeating.is_running, timeout=120_000)

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.activity == "paused", timeout=60_000)

    @property
    def runs(self) -> tuple[RepeatedRun, ...]:
        assert self.pane.repetition is not None
        return self.pane.repetition.tracks[0].repeats.runs

    def column(self, title: str) -> list[str]:
        model = self.pane.table.model
        titles = [column.title.replace("\n", " ") for column in model.columns]
        return [model.text(row, titles.index(title)) for row in range(model.rowCount())]


@pytest.fixture
def bench(window: MainWindow, qtbot: QtBot) -> Bench:
    return Bench(window, qtbot)


def test_the_empty_pane_invites(bench: Bench) -> None:
    pane = bench.pane
    assert pane.pages.currentWidget() is pane.invitation
    assert "Press “Repeat with” to train this experiment again" in pane.invitation.text()
    assert pane.result.text() == pane.warning.text() == ""
    assert "Press “Repeat with”" in pane.accessibleDescription()
    assert pane.form.start.hasFocus()
    assert not bench.window.actions_by_id["cancel_repeats"].isEnabled()


def test_six_seeds_give_the_numbers_of_the_command_line(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.repeat(6)
    mine, theirs = tmp_path / "mine.csv", tmp_path / "theirs.csv"
    bench.tool.save(mine)
    assert cli.main(["run", "xor", "--seeds", "6", "--table", str(theirs)]) == 0
    assert mine.read_bytes() == theirs.read_bytes()
    firsts = [run.first_all_correct for run in bench.runs if run.first_all_correct is not None]
    median = statistics.median(firsts)
    whole = f"All 6 seeds reach zero training errors; the median needs {median:g} epochs."
    some = f"{len(firsts)} of 6 seeds reach zero training errors; the median of these needs {median:g} epochs."
    assert bench.pane.result.text() == (whole if len(firsts) == 6 else some)
    assert bench.pane.warning.text() == ""


def test_the_table_sorts_sums_up_and_is_copied(bench: Bench) -> None:
    bench.repeat(5, 200)
    view, model = bench.pane.table.view, bench.pane.table.model
    firsts = [run.first_all_correct for run in bench.runs]
    assert None in firsts  # in 200 epochs not all get there
    reached = sorted(first for first in firsts if first is not None)
    titles = [column.title for column in model.columns]
    place = titles.index("first epoch with\nzero errors")
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, reached),
        (Qt.SortOrder.DescendingOrder, reached[::-1]),
    ):
        view.sortByColumn(place, order)
        never = ["never"] * (5 - len(reached))
        assert bench.column("first epoch with zero errors")[:5] == [*map(str, expected), *never]
        assert bench.column("seed")[5:] == ["mean", "standard deviation", "median", "smallest to largest"]
    mean, _, median, ends = bench.column("first epoch with zero errors")[5:]
    assert mean.endswith(f"({len(reached)} of 5)")
    assert float(mean.split()[0]) == pytest.approx(statistics.mean(reached), rel=1e-3)
    assert float(median) == statistics.median(reached)
    assert ends == f"{reached[0]} to {reached[-1]}"
    bench.qtbot.mouseClick(bench.pane.table.copy, Qt.MouseButton.LeftButton)
    rows = list(csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert len(rows) == 10
    assert {row[0] for row in rows[1:6]} == {"1", "2", "3", "4", "5"}


def test_a_chosen_seed_becomes_the_run_and_ends_as_in_the_table(bench: Bench) -> None:
    bench.repeat(4)
    before = bench.session.history
    table = bench.pane.table
    assert not table.open_seed.isEnabled()
    bench.pane.tabs.setCurrentWidget(table)
    table.view.selectRow(2)
    assert table.open_seed.text() == "Open seed 3"
    bench.qtbot.mouseClick(table.open_seed, Qt.MouseButton.LeftButton)
    bench.qtbot.waitUntil(lambda: bench.session.history is not before, timeout=10_000)
    bench.rest()
    assert bench.session.history is not None
    assert bench.session.history.trainer.experiment.seed == 3
    assert bench.pane.warning.text() == ""  # another seed is no other setting
    bench.session.set_speed(SPEEDS[-1])
    bench.session.play()
    bench.rest()
    assert bench.session.cursor is not None
    assert params_sha256(bench.session.cursor.params) == bench.runs[2].params_sha256
    bench.window.actions_by_id["undo"].trigger()
    assert bench.session.history is before


def test_cancel_keeps_what_is_done(bench: Bench) -> None:
    bench.press(200, 3000)
    form, cancel = bench.pane.form, bench.window.actions_by_id["cancel_repeats"]
    assert cancel.isEnabled()
    assert form.cancel.isVisible()
    assert not form.start.isVisible()
    bench.qtbot.waitUntil(lambda: bench.pane.repetition is not None and bench.pane.repetition.done > 0, timeout=60_000)
    bench.qtbot.mouseClick(form.cancel, Qt.MouseButton.LeftButton)
    bench.wait()
    repetition = bench.pane.repetition
    assert repetition is not None
    assert 0 < repetition.done < 200
    assert repetition.is_over
    assert f"Ended after {repetition.done} of 200 runs." in bench.pane.result.toolTip()
    assert form.start.isVisible()
    assert not cancel.isEnabled()
    assert bench.pane.warning.text() == ""
    bench.repeat(2, 5)  # and it can begin again
    assert len(bench.runs) == 2


def test_a_fault_in_a_run_is_told_and_the_others_stay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    train = Task.run

    def run(task: Task, number: int, cancelled: Any = None) -> RepeatedRun:
        if number == 2:
            raise LabError("there is no memory left; close other programs")
        return train(task, number, cancelled)

    monkeypatch.setattr(Task, "run", run)
    bench.repeat(5, 20)
    assert bench.pane.warning.text() == "seed 3: there is no memory left; close other programs"
    assert [run.seed for run in bench.runs] == [1, 2]
    monkeypatch.undo()
    bench.repeat(3, 20)
    assert bench.pane.warning.text() == ""
    assert len(bench.runs) == 3


def test_divergence_is_a_result(bench: Bench) -> None:
    assert bench.session.history is not None
    changed = {"training.learning_rate": 1e300, "network.activations": ["linear", "linear"]}
    bench.session.begin(bench.session.history.trainer.experiment.replace(changed), "")
    bench.rest()
    bench.repeat(4, 5)
    assert [run.reason for run in bench.runs] == [FinishReason.DIVERGED] * 4
    assert "4 diverged (seeds 1, 2, 3 …)." in bench.pane.result.text()
    assert bench.column("ended by")[:4] == ["diverged"] * 4
    assert bench.column("training loss")[:4] == ["not finite"] * 4
    assert bench.pane.warning.text() == ""


def test_other_settings_are_told(bench: Bench, qtbot: QtBot) -> None:
    bench.repeat(3, 10)
    bench.session.changes.set("training.momentum", 0.5)
    assert "momentum 0.9, now 0.5" in bench.pane.warning.toolTip()
    assert bench.pane.warning.text().startswith("These results belong to other settings")
    bench.session.changes.undo()
    assert bench.pane.warning.text() == ""
    bench.session.changes.redo()
    bench.repeat(2, 10)
    assert bench.pane.warning.text() == ""
    assert bench.pane.repetition is not None
    assert bench.pane.repetition.tracks[0].repeats.experiment.training.momentum == 0.5


def test_edited_examples_are_repeated_and_cannot_be_new(bench: Bench) -> None:
    bench.session.changes.intervene(DataEdit.of(MoveExample(0, (0.5, 0.25))))
    assert not bench.pane.form.new_data.isEnabled()
    assert "changed by hand" in bench.pane.form.new_data.toolTip()
    bench.repeat(2, 10)
    assert bench.pane.repetition is not None
    data = bench.pane.repetition.courses[0].trainer.model.data
    assert data is not None
    assert data.training.inputs[0].tolist() == [0.5, 0.25]
    bench.session.changes.undo()
    assert "other examples" in bench.pane.warning.toolTip()


def test_another_lesson_gives_up_and_the_first_comes_back(bench: Bench) -> None:
    bench.press(200, 3000)
    bench.qtbot.waitUntil(lambda: bench.pane.repetition is not None and bench.pane.repetition.done > 0, timeout=60_000)
    first = bench.pane
    bench.window.open_lesson("perceptron-and")
    bench.rest()
    assert bench.pane is not first
    assert bench.pane.repetition is None
    assert not bench.tool.repeating.is_running
    bench.window.docks.bring_up("repeats")
    bench.repeat(3)
    assert bench.pane.result.text().startswith("All 3 seeds reach zero training errors")
    bench.window.open_lesson("xor")
    bench.rest()
    kept = bench.pane.repetition
    assert kept is not None
    assert 0 < kept.done < 200
    assert kept.is_over


def test_the_table_in_a_file(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.repeat(2, 5)
    names = iter([(str(tmp_path / "table"), ""), ("", ""), (str(tmp_path / "none" / "t.csv"), "")])
    monkeypatch.setattr("app.tools.repeats.QFileDialog.getSaveFileName", lambda *_: next(names))
    bench.pane.tabs.setCurrentWidget(bench.pane.table)
    for _ in range(3):
        bench.qtbot.mouseClick(bench.pane.table.save, Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text("utf-8").splitlines()))
    assert [row["seed"] for row in rows] == ["1", "2"]
    assert [row["params_sha256"] for row in rows] == [run.params_sha256 for run in bench.runs]
    box = bench.window.findChild(QMessageBox)
    assert box is not None
    assert "cannot be written" in box.text()
    box.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes with ps")
def test_closing_the_window_ends_the_processes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "START_SECONDS", 0.0)
    before = children()
    bench.press(4, 10_000_000)
    bench.qtbot.waitUntil(lambda: len(children() - before) >= 2, timeout=60_000)
    bench.qtbot.wait(500)
    bench.window.close()
    assert children() - before == set()


def children() -> set[int]:
    """Return the processes that this one has started and that are at work; not the one that counts resources."""
    command = ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(os.getpid())]
    lines = [line.split(None, 2) for line in subprocess.check_output(command, text=True).splitlines()]
    at_work = [(int(pid), what) for pid, state, what in lines if not state.startswith("Z")]
    return {pid for pid, what in at_work if not what.startswith("ps ") and "resource_tracker" not in what}


def test_tracks_are_repeated_over_the_same_seeds_and_compared(bench: Bench) -> None:
    bench.session.comparison.add({"training.learning_rate": 0.1, "seed": 7}, "slow")
    bench.qtbot.waitUntil(lambda: len(bench.session.tracks) == 2, timeout=10_000)
    bench.rest()
    bench.repeat(4, 400)
    repetition = bench.pane.repetition
    assert repetition is not None
    seeds = [[run.seed for run in track.repeats.runs] for track in repetition.tracks]
    assert seeds == [[1, 2, 3, 4], [1, 2, 3, 4]]
    one, two = ([run.first_all_correct for run in track.repeats.runs] for track in repetition.tracks)
    far = float("inf")
    pairs = [(far if a is None else a, far if b is None else b) for a, b in zip(one, two, strict=True)]
    said = f"is earlier {sum(a < b for a, b in pairs)} times, “slow” {sum(a > b for a, b in pairs)} times of 4."
    assert said in bench.pane.result.toolTip()
    assert bench.column("slow first epoch with zero errors")[:4] == ["never" if b is None else str(b) for b in two]
    reached = [sum(first is not None for first in firsts) for firsts in (one, two)]
    name = bench.session.tracks[0].name
    assert bench.pane.result.text() == f"Zero training errors: {name} {reached[0]} of 4, slow {reached[1]} of 4 seeds."
    drawn = bench.pane.curves.drawn
    assert len({one.colour for one in drawn}) == len({one.dashes for one in drawn}) == 2
    assert [row.name for row in bench.pane.dots.rows] == [bench.session.tracks[0].name, "slow"]
    assert bench.pane.warning.text() == ""
    bench.tool.open_seed(3)
    bench.qtbot.waitUntil(lambda: bench.session.tracks[1].trainer.experiment.seed == 3, timeout=10_000)
    bench.rest()
    assert [track.trainer.experiment.seed for track in bench.session.tracks] == [3, 3]
    assert bench.session.tracks[1].trainer.experiment.training.learning_rate == 0.1
    bench.session.comparison.hide(bench.session.tracks[1].number, is_hidden=True)
    assert bench.pane.warning.text().startswith("These results belong to other tracks")


def test_a_lesson_without_a_stop_rule_asks_for_epochs(bench: Bench) -> None:
    assert bench.session.history is not None
    experiment = bench.session.history.trainer.experiment
    endless = experiment.replace({"training.stop": {"all_correct": False}})
    bench.session.begin(endless, "")
    bench.rest()
    assert bench.pane.form.plan.epochs is not None
