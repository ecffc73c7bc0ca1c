"""For every rule, loss, activation and setting the explanation has the engine's numbers, and its formulas are true."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nlcore.activations import ACTIVATIONS
from nlcore.discovery import names
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.explanations import Focus, changes, errors, forward, update
from nlcore.explanations import scene as scenes
from nlcore.expressions import Named
from nlcore.losses import LOSSES
from nlcore.trainer import Trainer
from tests.nlcore.explanations.checking import check

RULES, UNITS = names("nlcore.rules"), tuple(ACTIVATIONS)
DATA: dict[str, dict[str, Any]] = {
    "zero_one": {"name": "logic_gates", "gate": "xor"},
    "minus_plus": {"name": "logic_gates", "gate": "xor", "target_coding": "minus_plus"},
    "classes": {"name": "iris"},
    "signs": {"name": "iris", "coding": "minus_plus"},
}


def trainer(data: str, hidden: tuple[int, ...], activations: tuple[str, ...], **training: Any) -> Trainer:
    n_in, n_out = (4, 3) if data in ("classes", "signs") else (2, 1)
    return Trainer(
        Experiment.from_dict(
            {
                "seed": training.pop("seed", 3),
                "dataset": DATA[data],
                "network": {"layers": [n_in, *hidden, n_out], "activations": list(activations)},
                "training": {"learning_rate": 0.3, **training},
            }
        ),
        kernel="strict" if training.get("mode", "incremental") == "incremental" else None,
    )


@pytest.mark.parametrize(("rule", "loss", "unit"), list(itertools.product(RULES, LOSSES, UNITS)))
def test_every_pair(rule: str, loss: str, unit: str) -> None:
    """Every combination that the engine accepts: one output and three, without and with hidden units of all kinds."""
    accepted = 0
    for data in DATA:
        for inner in [(), *((hidden,) for hidden in UNITS)]:
            hidden = (3,) if inner else ()
            try:
                found = trainer(data, hidden, (*inner, unit), rule=rule, loss=loss, learning_rate=0.01)
            except ExperimentError:
                continue
            accepted += 1
            check(found, 5)
            check(found, 6, Focus(unit=(1, 1), most=2))
    is_possible = {
        "backpropagation": (loss == "squared_error" and unit != "threshold") or unit in ("sigmoid", "softmax"),
        "delta": loss == "squared_error" and unit == "linear",
        "none": loss == "squared_error" or unit in ("sigmoid", "softmax"),
        "perceptron": loss == "squared_error" and unit == "threshold",
    }
    assert (accepted > 0) == is_possible[rule]


slopes = [name for name, unit in ACTIVATIONS.items() if unit.has_slope]
schedules = st.sampled_from(
    [
        "constant",
        {"name": "inverse", "half_after": 7},
        {"name": "step", "every": 3, "factor": 0.5},
        {"name": "exponential", "every": 5, "factor": 0.7},
    ]
)


@st.composite
def held_back(draw: st.DrawFn, n_hidden: int) -> dict[str, Any]:
    """Draw what goes beyond learning rate and momentum."""
    found: dict[str, Any] = {"schedule": draw(schedules)}
    if draw(st.booleans()):
        found["penalty"] = {"strength": 0.05, "biases": draw(st.booleans())}
    if draw(st.booleans()):
        found["weight_decay"] = 0.02
    if draw(st.booleans()):
        found["clip_norm"] = draw(st.sampled_from([0.01, 0.3, 50.0]))
    if draw(st.booleans()):
        inputs = draw(st.sampled_from([0.0, 0.3]))
        found["dropout"] = {"inputs": inputs, "hidden": 0.4 if n_hidden else 0.0}
    if draw(st.booleans()):
        found["frozen"] = draw(
            st.sampled_from([["biases[0]"], ["weights[0][0,:]"], ["weights[0][0,1]", "biases[0][0]"]])
        )
    if draw(st.booleans()) and "frozen" not in found:
        found["tied"] = draw(
            st.sampled_from([[["weights[0][0,:]"]], [["weights[0]"]], [["weights[0][0,0]", "biases[0][0]"]]])
        )
    return found


@st.composite
def trainers(draw: st.DrawFn) -> Trainer:
    data = draw(st.sampled_from(list(DATA)))
    hidden = tuple(draw(st.lists(st.integers(2, 5), max_size=2)))
    loss = draw(st.sampled_from(list(LOSSES)))
    if data in ("minus_plus", "signs") or (data == "zero_one" and loss == "categorical_cross_entropy"):
        loss = "squared_error"
    last = slopes if loss == "squared_error" else ["sigmoid", "softmax"]
    if data not in ("classes", "signs"):
        last = [name for name in last if name != "softmax"]
    units = (*(draw(st.sampled_from(slopes)) for _ in hidden), draw(st.sampled_from(last)))
    mode = draw(st.sampled_from(["incremental", "mini_batch", "batch"]))
    return trainer(
        data,
        hidden,
        units,
        seed=draw(st.integers(1, 50)),
        loss=loss,
        mode=mode,
        batch_size=draw(st.sampled_from([1, 3, 7])),
        gradient=draw(st.sampled_from(["sum", "mean"])),
        momentum=draw(st.sampled_from([0.0, 0.8])),
        order=draw(st.sampled_from(["fixed", "shuffled", "random"])),
        learning_rate=draw(st.sampled_from([0.01, 0.2])),
        initializer=draw(st.sampled_from(["uniform", {"name": "uniform", "low": -40.0, "high": 40.0}])),
        **draw(held_back(len(hidden))),
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(trainers(), st.integers(0, 12), st.integers(1, 6), st.integers(0, 3))
def test_random_experiments(found: Trainer, presentations: int, most: int, unit: int) -> None:
    if found.experiment.training.mode == "batch":
        presentations += found.model.epoch_length - 6  # near the end of a batch, where the update comes
    end = found.advance(found.initial_state(), presentations)
    assume(np.all(np.isfinite(end.params)))
    check(found, presentations, Focus(weight=(0, 0, unit % 2), unit=(1, unit), most=most), may_overflow=True)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["and", "or", "xor"]), st.integers(0, 15), schedules, st.booleans(), st.booleans())
def test_random_perceptrons(
    gate: str, presentations: int, schedule: Any, is_frozen: bool, starts_at_zero: bool
) -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "logic_gates", "gate": gate, "target_coding": "minus_plus"},
            "network": {"layers": [2, 1], "activations": ["threshold"]},
            "training": {
                "rule": "perceptron",
                "learning_rate": 0.4,
                "schedule": schedule,
                "frozen": ["weights[0][0,1]"] if is_frozen else [],
                "initializer": "zero" if starts_at_zero else "uniform",
            },
        }
    )
    found, trace = check(Trainer(experiment, kernel="strict"), presentations, Focus(most=1))
    fires = next(bool(phase.arrays["fires"][0]) for phase in trace.phases if phase.name == "decision")
    assert bool(found.derivation) == fires
    if fires:
        *_, now, before = found.derivation
        assert now.value > before.value
        assert before.sign == ">"


WRONG: list[tuple[Any, str, Any]] = [
    (errors, "difference", lambda scene, k: scene.output(scene.last, k)),
    (errors, "slope", lambda *_: ()),
    (errors, "from_above", lambda scene, layer, unit: scene.weight(layer, 0, unit)),
    (changes, "pull", lambda *_: None),
    (forward, "FUNCTIONS", {"sigmoid": "tanh", "tanh": "sigma"}),
    (scenes.Scene, "net", lambda *_: Named("net", 0.5)),
    (scenes.Scene, "last_change", lambda *_: Named("w", 0.5)),
    (update.Update, "share", lambda _: []),
]


@pytest.mark.parametrize(("owner", "name", "wrong"), WRONG)
def test_a_wrong_formula_is_noticed(owner: Any, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is worth something: it passes, but with one part of the formulas changed it fails."""
    found = trainer("zero_one", (2,), ("sigmoid", "tanh"), momentum=0.8, penalty={"strength": 0.05})
    check(found, 9)
    monkeypatch.setattr(owner, name, wrong)
    with pytest.raises(AssertionError):
        check(found, 9)
