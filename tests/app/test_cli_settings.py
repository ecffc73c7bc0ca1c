"""Every setting can be reached through `--set`: it changes the run, and a wrong value is refused in one clear line."""

from __future__ import annotations

import csv
import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.lesson import find_lesson
from app.lesson_expectation import Expectation, check
from nlcore import discovery, kernels
from nlcore.activations import ACTIVATIONS
from nlcore.experiment import Experiment, convert
from nlcore.fields import fields
from nlcore.initializers import INITIALIZERS
from nlcore.losses import LOSSES
from nlcore.ordering import ORDERS
from nlcore.schedules import SCHEDULES
from nlcore.trainer import Trainer
from tests.app.test_cli import result, run

BLOBS = 'dataset={"name":"blobs","n":40,"classes":3,"spread":1.5,"validation_fraction":0.3,"test_fraction":0.1}'
CHANCES = ('training.initializer={name="normal",sd=0.3}', "training.learning_rate=0.3", "training.momentum=0.5")
BASE = (BLOBS, "network.layers=[2,3,3]", *CHANCES, "training.stop={}", "training.stop.epochs=4")
MINUS_PLUS = BLOBS.replace('"n"', '"coding":"minus_plus","n"')
ONE_LAYER = ("network.layers=[2,3]",)
PERCEPTRON = (
    *ONE_LAYER, MINUS_PLUS, 'network.activations=["threshold"]', "training.rule=perceptron", "training.momentum=0",
)  # fmt: skip


def sets(changes: tuple[str, ...]) -> list[str]:
    return [part for change in changes for part in ("--set", change)]


def track(capsys: pytest.CaptureFixture[str], *changes: str) -> dict[str, Any]:
    found: dict[str, Any] = result(capsys, "xor", *sets((*BASE, *changes)))["tracks"][0]
    return found


# What must change the weights: (what is common to both runs), (what is set in one of them).
CHANGES: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    ((), ("seed=2",)),
    ((), ("dataset.seed=2",)),
    ((), ("dataset.name=moons", "network.layers=[2,3,1]")),
    ((), ("network.layers=[2,4,3]",)),
    ((), ('network.activations=["tanh","sigmoid"]',)),
    ((), ("training.learning_rate=0.25",)),
    ((), ("training.momentum=0",)),
    ((), ("training.mode=batch",)),
    ((), ("training.mode=mini_batch", "training.batch_size=5")),
    (("training.mode=mini_batch", "training.batch_size=5"), ("training.batch_size=7",)),
    (("training.mode=batch",), ("training.gradient=mean",)),
    ((), ("training.order=shuffled",)),
    (("training.initializer=uniform",), ("training.initializer.low=-0.1",)),
    (("training.initializer=uniform",), ("training.initializer.high=0.1",)),
    ((), ("training.initializer.name=uniform",)),
    ((), ("training.initializer.mean=0.1",)),
    ((), ("training.initializer.sd=0.5",)),
    ((), ('training.initializer={"name":"values","values":{"weights[0]":[[1,2],[3,4],[5,6]]}}',)),
    ((), ('training.schedule={"name":"step","every":10}',)),
    ((), ('training.schedule={name="step",every=10}',)),
    ((), ("training.schedule.every=10", "training.schedule.name=step")),
    (("training.schedule.name=step", "training.schedule.every=10"), ("training.schedule.factor=0.9",)),
    (("training.schedule=exponential",), ("training.schedule.every=10",)),
    (("training.schedule.name=inverse",), ("training.schedule.half_after=5",)),
    ((), ("training.penalty.strength=0.1",)),
    (("training.penalty.strength=0.1",), ("training.penalty.biases=false",)),
    ((), ("training.weight_decay=0.01",)),
    ((), ("training.dropout.hidden=0.3",)),
    ((), ('training.dropout={"inputs":0.3}',)),
    ((), ("training.clip_norm=0.01",)),
    (("training.clip_norm=0.01",), ("training.clip_norm=null",)),
    ((), ('training.frozen=["weights[0]"]',)),
    ((), ('training.tied=[["weights[0][0,:]","weights[0][1,:]"]]',)),
    ((), ('network.activations=["sigmoid","softmax"]', "training.loss=categorical_cross_entropy")),
    ((), ("training.loss=cross_entropy",)),
    ((), (*PERCEPTRON,)),
]


@pytest.mark.parametrize(("common", "changes"), CHANGES, ids=[" ".join((*a, "then", *b)) for a, b in CHANGES])
def test_a_setting_changes_the_weights(
    capsys: pytest.CaptureFixture[str], common: tuple[str, ...], changes: tuple[str, ...]
) -> None:
    before, after = track(capsys, *common), track(capsys, *common, *changes)
    assert before["params_sha256"] != after["params_sha256"]
    assert after["finish_reason"] == "stop_rule"


# When the run is over: epochs it then has, where without the setting it would have 400.
STOPS: list[tuple[tuple[str, ...], tuple[int, int]]] = [
    (("training.stop.epochs=7",), (7, 7)),
    (("training.stop.updates=48",), (2, 2)),
    (("training.stop.loss_below=8.5",), (1, 399)),
    (("training.stop.patience=5",), (5, 399)),
    (("training.stop.patience=5", "training.stop.epochs=null"), (5, 5000)),
    (("training.stop.all_correct=true", BLOBS.replace('"spread":1.5', '"spread":0.1')), (1, 399)),
    ((*PERCEPTRON, MINUS_PLUS.replace('"spread":1.5', '"spread":0.1'), "training.stop.no_update=true"), (1, 399)),
]


@pytest.mark.parametrize(("changes", "bounds"), STOPS, ids=[" ".join(changes[-2:]) for changes, _ in STOPS])
def test_a_stop_rule_ends_the_run(
    capsys: pytest.CaptureFixture[str], changes: tuple[str, ...], bounds: tuple[int, int]
) -> None:
    found = track(capsys, "training.stop.epochs=400", *changes)
    assert found["finish_reason"] == "stop_rule"
    assert bounds[0] <= found["counters"]["epochs"] <= bounds[1]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ((), [0, 24, 48, 72, 96]),
        (("training.evaluate_every.every=2",), [0, 48, 96]),
        (("training.evaluate_every.unit=presentation", "training.evaluate_every.every=40"), [0, 40, 80]),
    ],
)
def test_when_it_measures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, changes: tuple[str, ...], shown: list[int]
) -> None:
    path = tmp_path / "curves.csv"
    assert run(capsys, "run", "xor", *sets((*BASE, *changes)), "--curves", str(path))[0] == 0
    assert [int(row["presentations"]) for row in csv.DictReader(path.read_text().splitlines())] == shown


NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("training.loss", "cross_entropy"): ('network.activations=["tanh","sigmoid"]',),
    ("training.loss", "categorical_cross_entropy"): ('network.activations=["relu","softmax"]',),
    ("training.rule", "perceptron"): PERCEPTRON,
    ("training.rule", "delta"): (*ONE_LAYER, 'network.activations=["linear"]', "training.learning_rate=0.01"),
    ("training.initializer", "basic_linear_classifier"): (*ONE_LAYER, 'network.activations=["sigmoid"]'),
    ("training.initializer", "bumps"): (
        "dataset=function_samples",
        "network.layers=[1,4,1]",
        'network.activations=["sigmoid","linear"]',
    ),
    ("training.initializer", "minterms"): ('dataset={name="truth_table",n=2}', "network.layers=[2,3,1]"),
    ("training.initializer", "parity_units"): ('dataset={name="truth_table",n=2}', "network.layers=[2,3,1]"),
    ("training.initializer", "half_planes"): ("dataset=regions", "network.layers=[2,5,1]"),
    ("family", "function"): ("network=null", "dataset=none"),
}
"""What a name needs beside it."""
NAMES = [
    *(("training.rule", name) for name in discovery.names("nlcore.rules")),
    *(("training.loss", name) for name in LOSSES),
    *(("training.order", name) for name in ORDERS),
    *(("training.initializer", name) for name in INITIALIZERS),
    *(("training.schedule", name) for name in SCHEDULES),
    *(("family", name) for name in discovery.names("nlcore.families")),
]


@pytest.mark.parametrize(("field", "name"), NAMES)
def test_every_name_is_accepted_and_a_misspelt_one_refused(
    capsys: pytest.CaptureFixture[str], field: str, name: str
) -> None:
    needed = NEEDED.get((field, name), ())
    found = track(capsys, *needed, f"{field}={name}")
    assert found["finish_reason"] == ("nothing_to_train" if name == "none" else "stop_rule")
    refused(capsys, (*needed, f"{field}={name}s"), f"{field}: unknown", f"did you mean '{name}'?")


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_every_activation_is_accepted_or_explained(capsys: pytest.CaptureFixture[str], name: str) -> None:
    activations = f'network.activations=["{name}","{name}"]'
    if name == "threshold":  # trained by the perceptron rule alone, see above
        refused(capsys, (activations,), "network.activations: threshold units have no slope", '"perceptron"')
    else:
        assert track(capsys, activations, "training.learning_rate=0.01")["finish_reason"] == "stop_rule"
    misspelt = (activations.replace('"]', 'x"]'),)
    refused(capsys, misspelt, "network.activations: unknown activation", f"did you mean '{name}'?")


def refused(capsys: pytest.CaptureFixture[str], changes: tuple[str, ...], *messages: str) -> None:
    status, out, err = run(capsys, "run", "xor", *sets((*BASE, *changes)))
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("nllab: ")
    for message in messages:
        assert message in err


# Out of range, of the wrong kind, or misspelt: what is set, and the field that must be named.
WRONG: list[tuple[str, str]] = [
    ("seed=-1", "seed: expected a whole number >= 0, not -1"),
    ("seed=1.5", "seed: "),
    ("sede=1", "unknown field 'sede'; did you mean 'seed'?"),
    ("family=feedfroward", "family: unknown family"),
    ("dataset=blob", "dataset: unknown data set 'blob'; did you mean 'blobs'?"),
    ("dataset.spred=1", "dataset: unknown field 'spred'; did you mean 'spread'?"),
    ("dataset.spread=-1", "dataset.spread: expected a number >= 0.0, not -1"),
    ("network.layers=[2,0,3]", "network.layers[1]: expected a whole number >= 1, not 0"),
    ("network.layers=3", "network.layers: expected a list, not 3"),
    ("network.layers=[2,3]", "network: 2 layers need 1 activations"),
    ("network.activations=sigmoid", "network.activations: expected a list"),
    ("network.layer=[2,3]", "network: unknown field 'layer'; did you mean 'layers'?"),
    ("network=null", "network: missing"),
    ("training=null", "training: expected a table"),
    ("training.learning_rate=-0.1", "training.learning_rate: expected a number >= 0.0, not -0.1"),
    ("training.learning_rate=quick", "training.learning_rate: expected a number, not 'quick'"),
    ("training.learning_rate=null", "training.learning_rate: expected a number, not None"),
    ("training.momentum=1", "training.momentum: expected a number < 1.0, not 1"),
    ("training.momentum=-0.1", "training.momentum: expected a number >= 0.0"),
    ("training.mode=online", "training.mode: unknown value 'online'"),
    ("training.mode=5", "training.mode: "),
    ("training.batch_size=0", "training.batch_size: expected a whole number >= 1, not 0"),
    ("training.gradient=median", "training.gradient: unknown value 'median'"),
    ("training.initializer.sdd=1", "training.initializer: unknown field 'sdd'; did you mean 'sd'?"),
    ("training.initializer.sd=-1", "training.initializer.sd: expected a number >= 0.0, not -1"),
    ('training.initializer={"name":"uniform","low":2}', "training.initializer: low (2.0) is above high"),
    ('training.initializer={"sd":2}', "training.initializer: expected a name or a table"),
    ('training.initializer={"name":"values","values":{"weights[5]":1}}', "training.initializer.values: unknown block"),
    ('training.initializer={"name":"values","values":{"biases[0]":[1]}}', "training.initializer.values.biases[0]: has"),
    ("training.schedule.every=10", "training.schedule: unknown field 'every'"),
    ('training.schedule={"name":"step","every":0}', "training.schedule.every: expected a number >= 1.0, not 0"),
    ('training.schedule={"name":"step","factor":1.5}', "training.schedule.factor: expected a number <= 1.0"),
    ('training.schedule={"name":"exponential","factor":0}', "training.schedule.factor: expected a number > 0.0"),
    ('training.schedule={"name":"inverse","half_after":-1}', "training.schedule.half_after: expected a number >= 1.0"),
    ('training.schedule={"name":"inverse","half_after":', "training.schedule: unknown schedule"),
    ("training.penalty=0.1", "training.penalty: expected a table, not 0.1"),
    ("training.penalty.strength=-1", "training.penalty.strength: expected a number >= 0.0, not -1"),
    ("training.penalty.strenght=1", "training.penalty: unknown field 'strenght'; did you mean 'strength'?"),
    ("training.penalty.biases=no", "training.penalty.biases: "),
    ("training.weight_decay=1", "training.weight_decay: expected a number < 1.0, not 1"),
    ("training.dropout.hidden=1", "training.dropout.hidden: expected a number < 1.0, not 1"),
    ("training.dropout.inputs=-0.1", "training.dropout.inputs: expected a number >= 0.0"),
    ("training.dropout.input=0.1", "training.dropout: unknown field 'input'; did you mean 'inputs'?"),
    ("training.clip_norm=0", "training.clip_norm: expected a number > 0.0, not 0"),
    ("training.frozen=weights[0]", "training.frozen: expected a list"),
    ('training.frozen=["weight[0]"]', "training.frozen: 'weight[0]' names no weights"),
    ('training.frozen=["weights[7]"]', "training.frozen: no parameters are called 'weights[7]'"),
    ('training.frozen=["biases[0][3]"]', "training.frozen: 'biases[0][3]' is outside biases[0]"),
    ('training.tied=["weights[0]"]', "training.tied[0]: expected a list"),
    ('training.tied=[["weights[0][0,9]","biases[0][0]"]]', "training.tied: 'weights[0][0,9]' is outside weights[0]"),
    ("training.evaluate_every=5", "training.evaluate_every: expected a table, not 5"),
    ("training.evaluate_every.every=0", "training.evaluate_every.every: expected a whole number >= 1, not 0"),
    ("training.evaluate_every.unit=epochs", "training.evaluate_every.unit: unknown value 'epochs'; did you mean"),
    ("training.stop.epochs=-1", "training.stop.epochs: expected a whole number >= 0, not -1"),
    ("training.stop.epochs=many", "training.stop.epochs: expected a whole number or null, not 'many'"),
    ("training.stop.updates=0.5", "training.stop.updates: "),
    ("training.stop.all_correct=1", "training.stop.all_correct: "),
    ("training.stop.no_update=yes", "training.stop.no_update: "),
    ("training.stop.gradient_below=0", "training.stop.gradient_below: expected"),
    ("training.stop.loss_below=low", "training.stop.loss_below: expected a number or null, not 'low'"),
    ("training.stop.loss_below=nan", "training.stop.loss_below: expected a finite number"),
    ("training.stop.patience=0", "training.stop.patience: expected a whole number >= 1, not 0"),
    ("training.stop.patiense=3", "training.stop: unknown field 'patiense'; did you mean 'patience'?"),
    ("training.stop.epochs=null", "training.stop: this lesson has no stop rule"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[change for change, _ in WRONG])
def test_a_wrong_value_names_its_field(capsys: pytest.CaptureFixture[str], change: str, message: str) -> None:
    refused(capsys, (change,), message)


def test_no_setting_was_forgotten() -> None:
    """Every field of an experiment is set in a test above, and every one is refused a wrong value."""
    used = {
        part
        for common, changes in (*CHANGES, *((BASE, changes) for changes, _ in STOPS))
        for part in (*common, *changes)
    }
    measured = ("training.evaluate_every.every=2", "training.evaluate_every.unit=presentation")
    accepted = {change.partition("=")[0] for change in (*used, *measured)} | {field for field, _ in NAMES}
    nested = {"training.dropout.inputs"}  # set as a table
    elsewhere = {"training.stop.gradient_below"}  # belongs to functions, whose tests set it
    declared = {
        field.name for field in fields(Experiment.from_dict({"network": {"layers": [2, 1], "activations": ["tanh"]}}))
    }
    options = {"training.initializer.low", "training.initializer.high"}
    assert declared <= accepted | nested | elsewhere
    messages = [message.partition(":")[0].partition("[")[0] for _, message in WRONG] + [field for field, _ in NAMES]
    assert declared - options <= set(messages)


def test_another_name_drops_the_options_of_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    dotted = track(capsys, "training.initializer.name=zero_inputs")  # the options of BASE were those of "normal"
    assert dotted["params_sha256"] == track(capsys, "training.initializer=zero_inputs")["params_sha256"]
    before = track(capsys, "training.initializer.low=-0.7", "training.initializer.name=zero_inputs")
    after = track(capsys, "training.initializer.name=zero_inputs", "training.initializer.low=-0.7")
    assert dotted["params_sha256"] != before["params_sha256"] == after["params_sha256"]


def test_json_and_toml_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    one = track(capsys, 'training.schedule={"name": "step", "every": 10, "factor": 0.25}')
    other = track(capsys, 'training.schedule={name = "step", every = 10, factor = 0.25}')
    dotted = track(capsys, "training.schedule.name=step", "training.schedule.every=10", "training.schedule.factor=0.25")
    assert one["params_sha256"] == other["params_sha256"] == dotted["params_sha256"]


# --- the best moment -------------------------------------------------------------------------------------------------


def curves_of(capsys: pytest.CaptureFixture[str], path: Path, *changes: str) -> list[dict[str, str]]:
    assert run(capsys, "run", "xor", *sets((*BASE, *changes)), "--curves", str(path))[0] == 0
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.mark.parametrize("patience", ["null", "6"])
def test_best_validation_is_the_lowest_of_the_curve(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, patience: str
) -> None:
    changes = ("training.stop.epochs=60", "training.learning_rate=1", f"training.stop.patience={patience}")
    found = track(capsys, *changes)
    rows = curves_of(capsys, tmp_path / "curves.csv", *changes)
    losses = [float(row["validation_loss"]) for row in rows]
    least = losses.index(min(losses))
    best = found["best_validation"]
    assert 0 < least < len(rows) - 1  # neither the start nor the end
    assert set(best) == {"presentations", "updates", "epochs", "loss", "metrics"}
    assert best["loss"] == losses[least]
    assert (best["presentations"], best["updates"], best["epochs"]) == (24 * least, 24 * least, least)
    assert best["metrics"]["validation"]["loss"] == pytest.approx(losses[least], rel=1e-12)
    assert best["metrics"]["training"]["loss"] == pytest.approx(float(rows[least]["training_loss"]), rel=1e-12)
    assert best["metrics"]["test"]["loss"] == pytest.approx(float(rows[least]["test_loss"]), rel=1e-12)
    assert found["metrics"]["validation"]["loss"] > best["loss"]


def test_without_a_validation_set_there_is_no_best_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert "best_validation" not in track(capsys, BLOBS.replace('"validation_fraction":0.3,', ""))


def test_a_best_moment_that_diverges_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = track(capsys, "training.learning_rate=1e300", 'network.activations=["linear","linear"]')
    assert found["finish_reason"] == "diverged"
    assert found["best_validation"]["epochs"] == 0
    assert json.dumps(found, allow_nan=False)


# --- cross-validation ------------------------------------------------------------------------------------------------


def test_folds(capsys: pytest.CaptureFixture[str]) -> None:
    changes = (*BASE, "training.stop.epochs=30", "training.learning_rate=1")
    status, out, err = run(capsys, "run", "xor", "--folds", "4", *sets(changes), "--json", "-")
    assert status == 0
    found = json.loads(out)
    assert found["dataset"]["sizes"] == {"training": 36, "validation": 0, "test": 4}
    one = found["tracks"][0]
    folds = one["cross_validation"]
    assert set(folds) == {"folds", "mean_epochs", "metric"}
    assert folds["metric"] == "loss"
    epochs = [fold["best_epoch"] for fold in folds["folds"]]
    assert len(epochs) == 4
    assert folds["mean_epochs"] == sum(epochs) / 4
    assert one["counters"]["epochs"] == int(folds["mean_epochs"] + 0.5)
    assert one["metrics"]["test"] is not None
    assert one["metrics"]["validation"] is None
    assert "best_validation" not in one
    for number, fold in enumerate(folds["folds"]):
        said = f"fold {number + 1} of 4: best after {fold['best_epoch']} epoch"
        assert said in err
        assert f"validation loss {fold['value']:.6g}" in err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("--folds", "4", "--set", "training.stop.epochs=null"), "training.stop.epochs: missing"),
        (("--folds", "1"), "folds: cross-validation needs at least 2 parts, not 1"),
        (("--folds", "37"), "folds: 36 available examples (training and validation set) cannot be cut into 37 parts"),
        (("--folds", "4", "--set", "training.rule=none"), "training.rule: 'none' trains nothing"),
        (
            ("--folds", "4", "--set", "family=function", "--set", "network=null", "--set", "dataset=none"),
            "dataset: cross-validation needs",
        ),
        (("--folds", "x"), "is not a whole number"),
        (("--folds", "4", "--epochs", "3"), "not allowed with"),
    ],
)
def test_folds_that_cannot_be(capsys: pytest.CaptureFixture[str], changes: tuple[str, ...], message: str) -> None:
    status, out, err = run(capsys, "run", "xor", *sets(BASE), *changes)
    assert status == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err


# --- a compiler that does not work -----------------------------------------------------------------------------------


def test_a_broken_compiler_costs_only_speed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler is installed, so the run is planned for it; then it fails, and the kernel is chosen anew."""

    class Broken:
        def warm_up(self, has_options: bool) -> None:
            raise RuntimeError("no machine code today")

    honest = importlib.import_module

    def import_module(name: str, package: str | None = None) -> Any:
        return Broken() if name == "nlcore.kernels.compiled.strict" else honest(name, package)

    for name, value in (("_compiled", None), ("_ready", set()), ("_failure", "")):
        monkeypatch.setattr(kernels, name, value)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(importlib, "import_module", import_module)
    experiment = find_lesson("xor").experiment
    planned = Trainer(experiment)
    assert planned.model.kernel == "strict"
    found = result(capsys, "xor", "--epochs", "30")
    assert "no machine code today" in kernels.failure()
    assert found["kernel"] == "vectorized"
    trainer = planned.prepared()
    assert trainer.model.kernel == "vectorized"
    state = trainer.advance(trainer.initial_state(), 120)
    metrics = trainer.evaluate(state)["training"]
    assert metrics is not None
    assert found["tracks"][0]["metrics"]["training"]["loss"] == metrics.loss
    bounds = {"training": {"loss": {"min": metrics.loss * (1 - 1e-9), "max": metrics.loss * (1 + 1e-9)}}}
    promise = {"metrics": bounds, "at_epoch": 30}
    assert check("xor", experiment, convert(promise, Expectation)).holds


def test_compare_adds_a_track_with_one_setting_changed(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--compare", "training.learning_rate=0.05", "--compare", "training.mode=batch", "--epochs", "3"]
    assert cli.main(["run", "xor", "--set", "seed=7", *options, "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [track["name"] for track in told["tracks"]] == ["lesson", "learning rate 0.05", "mode batch"]
    assert told["seed"] == 7
    assert len({track["params_sha256"] for track in told["tracks"]}) == 3
    assert [track["counters"]["updates"] for track in told["tracks"]] == [12, 12, 3]


def test_a_comparison_that_does_not_fit_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "xor", "--compare", "training.learning_rat=1"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "did you mean 'learning_rate'" in said
