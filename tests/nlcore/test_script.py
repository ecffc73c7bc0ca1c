"""The script of "Copy as Python" reproduces the run: same counters, same weights to the last bit."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from nlcore.data_edits import AddExample, DataEdit, RelabelExample
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.interventions import SettingsChange, WeightEdit
from nlcore.records import Address
from nlcore.script import python_script
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor
from tests.nlcore.sessions import train

ROOT = Path(__file__).parents[2]


def run(script: str) -> str:
    ast.parse(script)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed() -> History:
    history = History(Trainer(xor(training__dropout={"hidden": 0.25}, training__order="shuffled")))
    train(history, 30)
    changes = (
        SettingsChange.of({"training.learning_rate": 0.05, "training.clip_norm": None, "training.momentum": 0.25}),
        WeightEdit.of(Address("weights[0]", (1, 0)), 0.123456789),
        DataEdit.of(AddExample((0.5, 0.75), (1.0,)), RelabelExample(0, (1.0,))),
    )
    for at, change in zip((10, 17, 17), changes, strict=True):
        history.intervene(at, change)
        train(history, 20)
    return history


@pytest.mark.parametrize("at", [16, 17, 33])
def test_a_run_with_changes(at: int) -> None:
    history = changed()
    state = history.state_at(at)
    said = run(python_script(history.run.experiment, history.run.interventions, at, history.run.kernel))
    assert said.rstrip().endswith(hashlib.sha256(state.params.astype("<f8").tobytes()).hexdigest())
    assert str(state.counters) in said
    assert str(history.trainer_at(at).evaluate(state)["training"]) in said


def test_a_run_without_changes_is_short_and_readable() -> None:
    history = History(Trainer(xor()))
    train(history, 12)
    script = python_script(history.run.experiment, (), 12)
    assert hashlib.sha256(history.head.params.astype("<f8").tobytes()).hexdigest() in run(script)
    assert "Intervention" not in script
    assert script.count("\n") < 60
    assert max(map(len, script.splitlines())) <= 120


def test_no_name_can_break_out_of_the_script() -> None:
    odd = '"""\nimport os; os.abort()\n"""'
    experiment = Experiment.from_dict({"family": "function", "dataset": {"name": odd, "path": odd + "{x}\\"}})
    tree = ast.parse(python_script(experiment, (), 3))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert [alias.name for node in called for alias in node.names] == ["hashlib"]
    (given,) = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "from_dict"
    ]
    assert Experiment.from_dict(ast.literal_eval(given)) == experiment
