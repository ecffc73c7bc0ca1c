"""Experiments check themselves, say what is wrong, and survive a round trip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.errors import ExperimentError
from nlcore.experiment import Choice, Experiment
from tests.nlcore.examples import xor

WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"sed": 3}, "unknown field 'sed'; did you mean 'seed'?"),
    ({"training": {"learning_rat": 1}}, "training: unknown field 'learning_rat'; did you mean 'learning_rate'?"),
    ({"training": {"learning_rate": -1}}, "training.learning_rate: expected a number >= 0.0, not -1"),
    ({"training": {"learning_rate": float("nan")}}, "training.learning_rate: expected a finite number, not nan"),
    (
        {"training": {"initializer": {"name": "values", "values": {"weights[0]": [[0.5, float("-inf")]]}}}},
        "training.initializer.values.weights[0][0][1]: expected a finite number, not -inf",
    ),
    ({"training": {"learning_rate": float("inf")}}, "training.learning_rate: expected a finite number, not inf"),
    ({"training": {"momentum": 1.0}}, "training.momentum: expected a number < 1.0, not 1.0"),
    ({"training": {"mode": "foo"}}, "training.mode: unknown value 'foo'; known: batch, incremental, mini_batch"),
    ({"training": {"stop": {"epoch": 1}}}, "training.stop: unknown field 'epoch'; did you mean 'epochs'?"),
    ({"network": {"layers": [2, 3]}}, "network: the field 'activations' is missing"),
    ({"network": {"layers": [2, 0], "activations": ["linear"]}}, "network.layers[1]: expected a whole number >= 1"),
    ({"network": {"layers": [2, 2], "activations": ["a", "b"]}}, "network: 2 layers need 1 activations"),
    ({"dataset": 3}, "dataset: expected a name or a table"),
    ({"seed": -1}, "seed: expected a whole number >= 0, not -1"),
)


@pytest.mark.parametrize(("mapping", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_wrong_field_is_named(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict(mapping, "x.md")
    assert str(caught.value).startswith("x.md: ")
    assert message in str(caught.value)


def test_dictionary_round_trip_also_through_json() -> None:
    experiment = xor(training__stop={"epochs": 5, "all_correct": True}, training__initializer="zero")
    again = Experiment.from_dict(json.loads(json.dumps(experiment.to_dict())))
    assert again == experiment
    assert hash(again) == hash(experiment)


def test_replace_changes_only_what_it_names() -> None:
    changed = xor().replace({"training.momentum": 0.0, "dataset.gate": "and"})
    assert changed.training.momentum == 0.0
    assert changed.dataset == Choice.parse({"name": "logic_gates", "gate": "and"})
    assert changed.training.learning_rate == xor().training.learning_rate


def test_replace_refuses_unknown_names() -> None:
    with pytest.raises(ExperimentError, match="unknown field 'momentun'; did you mean 'momentum'"):
        xor().replace({"training.momentun": 0.0})
    with pytest.raises(ExperimentError, match="seed has no fields"):
        xor().replace({"seed.x": 0.0})


def test_choice_keeps_nested_options() -> None:
    values = {"weights[0]": [[0.5, 0.5]], "biases[0]": [-0.8]}
    choice = Choice.parse({"name": "values", "values": values})
    assert choice.options_dict() == {"values": values}
    assert isinstance(hash(choice), int)


@settings(max_examples=500, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["seed", "training", "network", "dataset", "family", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_any_mapping_gives_an_experiment_or_a_sentence(mapping: dict[str, Any]) -> None:
    try:
        experiment = Experiment.from_dict(mapping)
    except ExperimentError as error:
        if "\n" in str(error):
            raise AssertionError("more than one line") from error
        return
    assert Experiment.from_dict(experiment.to_dict()) == experiment
