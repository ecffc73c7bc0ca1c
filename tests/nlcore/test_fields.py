"""The list of fields is the experiment: nothing is missing, every value goes back, bounds are those enforced."""

from __future__ import annotations

import pytest

from nlcore import discovery
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.fields import Field, fields
from nlcore.initializers import INITIALIZERS
from nlcore.interventions import SettingsChange
from nlcore.schedules import SCHEDULES
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

DATASETS = [name for name in discovery.names("nlcore.datasets") if name not in ("table", "image_folder")]


def by_name(experiment: Experiment) -> dict[str, Field]:
    return {field.name: field for field in fields(experiment)}


@pytest.mark.parametrize("name", DATASETS)
def test_every_value_goes_back_and_nothing_changes(name: str) -> None:
    experiment = xor().replace({"dataset": name})
    rebuilt = experiment
    for field in fields(experiment):
        assert field.help, f"{field.name} has no sentence"
        if field.value is not None and field.kind != "other":
            rebuilt = rebuilt.replace({field.name: field.value})
    assert fields(rebuilt) == fields(experiment)
    assert {f.name: f.value for f in fields(rebuilt)}["dataset"] == name


@pytest.mark.parametrize("name", [*INITIALIZERS])
def test_options_of_the_chosen_initializer_are_fields(name: str) -> None:
    found = by_name(xor(training__initializer=name))
    assert found["training.initializer"].value == name
    assert ("training.initializer.sd" in found) == (name == "normal")


@pytest.mark.parametrize("name", [*SCHEDULES])
def test_options_of_the_chosen_schedule_are_fields(name: str) -> None:
    found = by_name(xor(training__schedule=name))
    assert ("training.schedule.half_after" in found) == (name == "inverse")
    assert all(f.is_live for f in found.values() if f.name.startswith("training.schedule"))


def test_bounds_are_those_that_are_enforced() -> None:
    checked = 0
    for field in fields(xor(training__schedule="step")):
        for bound, outside in ((field.low, -1.0), (field.high, +1.0)):
            if bound is None or field.kind not in ("number", "integer"):
                continue
            value = bound + outside if field.kind == "number" else int(bound) + int(outside)
            experiment = xor(training__schedule="step")
            with pytest.raises(ExperimentError, match=field.name.replace(".", r"\.")):
                Trainer(experiment.replace({field.name: value}))
            checked += 1
    assert checked > 15


def test_live_fields_are_the_ones_that_may_change_during_a_run() -> None:
    for field in fields(xor(training__schedule="step")):
        try:
            SettingsChange.of({field.name: field.value})
            may_change = True
        except ExperimentError:
            may_change = False
        assert field.is_live == may_change, field.name


def test_what_has_no_effect_is_marked() -> None:
    assert not by_name(xor())["training.batch_size"].is_used
    assert by_name(xor(training__mode="mini_batch"))["training.batch_size"].is_used
    perceptron = by_name(gate("and"))
    assert not perceptron["training.momentum"].is_used
    assert perceptron["training.learning_rate"].is_used
    assert by_name(xor())["training.learning_rate"].symbol == r"\eta"


def test_labels_are_words() -> None:
    found = {name: field.label for name, field in by_name(xor(training__schedule="step")).items()}
    assert found["training.learning_rate"] == "Learning rate"
    assert found["training.penalty.strength"] == "Penalty strength"
    assert found["dataset"] == "Data set"
    assert found["training.evaluate_every.every"] == "Measure every"
    assert len(set(found.values())) == len(found), "two fields with one name"
