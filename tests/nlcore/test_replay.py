"""Exact replay: whatever happens in a run, `state_at(p)` is the state of a plain forward run, to the last bit.

The forward run below knows nothing of histories: it shows one example at a time and applies each intervention when its
moment has come. `NLLAB_REPLAY_CASES` says how many random runs are compared.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlcore import checkpoints
from nlcore.data_edits import AddExample, DataEdit, DeleteExample, ExampleEdit, MoveExample, RelabelExample
from nlcore.datasets import Data, ExampleSet, no_examples
from nlcore.errors import LabError
from nlcore.experiment import Experiment, Stop, Training, field_names
from nlcore.history import History
from nlcore.interventions import LIVE, Change, Intervention, SettingsChange, WeightEdit, apply
from nlcore.records import Address, TrainState
from nlcore.trainer import Trainer

CASES = int(os.environ.get("NLLAB_REPLAY_CASES", "1000"))
NUMBERS = st.sampled_from([-1.5, -1.0, -0.3, 0.0, 0.2, 1.0, 2.5])
RATES = st.sampled_from([0.0, 0.05, 0.3, 1.0, 40.0, 1e200])

LIVE_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "learning_rate": RATES,
    "momentum": st.sampled_from([0.0, 0.5, 0.9]),
    "schedule": st.sampled_from(
        ["constant", {"name": "exponential", "every": 5.0}, {"name": "step", "every": 3.0, "factor": 0.5}]
    ),
    "penalty": st.sampled_from([{"strength": 0.0}, {"strength": 0.01}, {"strength": 0.1, "biases": False}]),
    "weight_decay": st.sampled_from([0.0, 0.01]),
    "dropout": st.sampled_from([{"hidden": 0.0}, {"hidden": 0.4}, {"hidden": 0.2, "inputs": 0.3}]),
    "clip_norm": st.sampled_from([0.1, 1.0]),
    "frozen": st.sampled_from([[], ["weights[0]"], ["biases[0][0]"]]),
    "tied": st.sampled_from([[], [["weights[0]"]]]),
    "stop": st.sampled_from([{}, {"epochs": 3}, {"updates": 7}, {"patience": 1}, {"patience": 2}, {"patience": 50}]),
}
"""What may change on the way; a name that `Training` does not have (yet) is left out."""
LOSSES = {
    "sigmoid": ["squared_error", "cross_entropy", "categorical_cross_entropy"],
    "softmax": ["squared_error", "cross_entropy", "categorical_cross_entropy"],
}
"""What units may be trained on besides the squared error."""
GRADIENT_ONLY = {"momentum", "penalty", "weight_decay", "dropout", "clip_norm", "tied"}


@dataclass(frozen=True)
class Case:
    """A run to try: what it begins with, what happens, and where somebody looks."""

    experiment: Experiment
    data: Data | None
    kernel: str | None
    steps: tuple[tuple[int, int, Change], ...]
    """Presentations to go on, how many of them to take back, and the change there."""
    rest: int
    chunks: tuple[int, ...]
    seeks: tuple[float, ...]
    most_checkpoints: int


def known(names: set[str]) -> set[str]:
    there = set(field_names(Training))
    if "patience" not in field_names(Stop):
        there.discard("stop")
    return names & there


@st.composite
def experiments(draw: st.DrawFn) -> tuple[Experiment, Data | None, str | None]:
    rule = draw(st.sampled_from(["backpropagation", "backpropagation", "perceptron", "delta", "function"]))
    if rule == "function":
        training = {name: draw(LIVE_SETTINGS[name]) for name in ("learning_rate", "momentum")}
        return Experiment.from_dict({"family": {"name": "function"}, "training": training}), None, None
    layers = [draw(st.integers(1, 2)) for _ in range(draw(st.integers(2, 3)) if rule == "backpropagation" else 2)]
    units = {"perceptron": ["threshold"], "delta": ["linear"]}.get(rule)
    kinds = ["sigmoid", "tanh", "relu", "linear", "softmax"]
    activations = units or [draw(st.sampled_from(kinds if n > 1 else kinds[:-1])) for n in layers[1:]]
    names = known(set(LIVE_SETTINGS) - (GRADIENT_ONLY if rule == "perceptron" else set()))
    training = {name: draw(LIVE_SETTINGS[name]) for name in sorted(names) if draw(st.booleans())}
    mode = "incremental" if rule == "perceptron" else draw(st.sampled_from(["incremental", "mini_batch", "batch"]))
    training |= {
        "rule": rule,
        "mode": mode,
        "loss": draw(st.sampled_from(LOSSES[activations[-1]])) if activations[-1] in LOSSES else "squared_error",
        "batch_size": draw(st.integers(1, 4)),
        "gradient": draw(st.sampled_from(["sum", "mean"])),
        "order": draw(st.sampled_from(["fixed", "shuffled", "random"])),
        "evaluate_every": {"every": draw(st.integers(1, 3)), "unit": draw(st.sampled_from(["epoch", "presentation"]))},
    }
    tree = {
        "network": {"layers": layers, "activations": activations},
        "training": training,
        "seed": draw(st.integers(0, 2**53)),
    }
    low = -1.0 if rule == "perceptron" else 0.0
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    is_one_of = layers[-1] > 1 and draw(st.booleans())
    sets = []
    for n in (draw(st.integers(1, 5)), 2):
        highs = np.eye(layers[-1])[rng.integers(0, layers[-1], n)] if is_one_of else rng.integers(0, 2, (n, layers[-1]))
        sets.append(ExampleSet.of(rng.normal(size=(n, layers[0])), highs * (1.0 - low) + low))
    data = Data(
        name="random",
        source="made up",
        training=sets[0],
        validation=sets[1],
        test=no_examples(layers[0], layers[-1]),
        input_names=tuple("ab"[: layers[0]]),
        output_names=tuple("cd"[: layers[-1]]),
        midpoint=(1.0 + low) / 2,
    )
    kernel = draw(st.sampled_from([None, "vectorized"])) if rule != "delta" else None
    return Experiment.from_dict(tree), data, kernel


@st.composite
def example_edits(draw: st.DrawFn, data: Data) -> ExampleEdit:
    """Return an edit; the examples may have become fewer, so it may be refused."""
    index = draw(st.integers(0, len(data.training)))
    inputs = tuple(draw(NUMBERS) for _ in range(data.n_inputs))
    targets = tuple(draw(st.sampled_from([2 * data.midpoint - 1.0, 1.0])) for _ in range(data.n_outputs))
    return draw(
        st.sampled_from(
            [
                MoveExample(index, inputs),
                RelabelExample(index, targets),
                AddExample(inputs, targets),
                DeleteExample(index),
            ]
        )
    )


@st.composite
def changes(draw: st.DrawFn, experiment: Experiment, data: Data | None) -> Change:
    kind = draw(st.sampled_from(["settings", "weights", "data"]))
    if kind == "data" and data is not None:
        return DataEdit(tuple(draw(st.lists(example_edits(data), min_size=1, max_size=2))))
    if kind == "weights":
        addresses = [("params", (0,)), ("params", (1,))]
        if experiment.network is not None:
            addresses = [("weights[0]", (0, 0)), ("biases[0]", (0,))]
        address = Address(*draw(st.sampled_from(addresses)))
        return WeightEdit.of(address, draw(NUMBERS))
    names = known(set(LIVE)) if data is not None else {"learning_rate", "momentum"}
    chosen = draw(st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=2, unique=True))
    return SettingsChange.of({f"training.{name}": draw(LIVE_SETTINGS[name]) for name in chosen})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    experiment, data, kernel = draw(experiments())
    step = st.tuples(st.integers(0, 14), st.integers(0, 4), changes(experiment, data))
    return Case(
        experiment,
        data,
        kernel,
        tuple(draw(st.lists(step, max_size=4))),
        draw(st.integers(0, 20)),
        tuple(draw(st.lists(st.integers(1, 11), min_size=1, max_size=4))),
        tuple(draw(st.lists(st.floats(0, 1), min_size=4, max_size=8))),
        draw(st.sampled_from([2, 5, 512])),
    )


def is_over(state: TrainState) -> bool:
    return not np.all(np.isfinite(state.params))


def forward(trainer: Trainer, interventions: list[tuple[int, Change]], n: int) -> tuple[list[TrainState], list[bool]]:
    """Return the state after each presentation, its interventions included, and which interventions were possible."""
    state, states, accepted = trainer.initial_state(), [], []
    for p in range(n + 1):
        if p:
            state = trainer.advance(state, 1)
        for at, change in interventions:
            if at == p and not is_over(state):
                try:
                    trainer, state = apply(trainer, state, Intervention(at, change))
                    accepted.append(True)
                except LabError:
                    accepted.append(False)
        states.append(state)
        if is_over(state):
            break
    return states, accepted


def go_on(history: History, n: int, chunks: list[int]) -> None:
    """Train on in chunks of changing sizes, at most to the presentation in which the weights leave all range."""
    goal = history.head.counters.presentations + n
    while history.head.counters.presentations < goal and not is_over(history.head):
        chunks.append(chunks.pop(0))
        n = min(chunks[-1], goal - history.head.counters.presentations)
        after = history.trainer.measured_advance(history.head, n, stops=False)
        history.curves.append(after.clock, after.values)
        history.record(after.state)


def moments(case: Case) -> tuple[list[tuple[int, Change]], int]:
    """Return when each change happens, and where the run ends."""
    found, at = [], 0
    for n, back, change in case.steps:
        at = max(found[-1][0] if found else 0, at + n - back)
        found.append((at, change))
    return found, at + case.rest


@pytest.mark.timeout(1200)
@settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(cases())
def test_every_state_of_every_run_comes_back_to_the_last_bit(case: Case) -> None:
    try:
        trainer = Trainer(case.experiment, case.data, case.kernel)
    except LabError:
        return  # its parts do not fit together
    interventions, n = moments(case)
    states, accepted = forward(trainer, interventions, n)
    end = len(states) - 1
    with mock.patch.object(checkpoints, "MAX_CHECKPOINTS", case.most_checkpoints):
        history, chunks = History(trainer), list(case.chunks)
        for number, (at, change) in enumerate(interventions[: len(accepted)]):
            ahead = case.steps[number][1]  # what is trained beyond the change is forgotten by it
            go_on(history, at + ahead - history.head.counters.presentations, chunks)
            if accepted[number]:
                history = history.fork(at, change)
            else:
                with pytest.raises(LabError):
                    history.fork(at, change)
        go_on(history, n - history.head.counters.presentations, chunks)
        head = history.head.counters.presentations
        for share in case.seeks:
            p = int(share * min(end, head))
            assert history.state_at(p).same_bits(states[p])
            further = min(end, head, p + chunks[0])
            assert history.advance_from(states[p], further - p).same_bits(states[further])
        if end == n:
            assert history.state_at(n).same_bits(states[n])


def test_all_live_settings_are_tried() -> None:
    assert set(LIVE_SETTINGS) == set(LIVE)
