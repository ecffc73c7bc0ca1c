"""Every formula of an explanation can be typeset, in general, in symbols and with numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.widgets.formula import lay_out
from nlcore.experiment import Experiment
from nlcore.explanations import Walk, walk
from nlcore.expressions import latex_terms
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

CLASSES = {"dataset": {"name": "iris"}, "network": {"layers": [4, 8, 3], "activations": ["softmax", "softmax"]}}
HELD_BACK = {
    "training__penalty": {"strength": 0.01},
    "training__weight_decay": 0.01,
    "training__clip_norm": 0.05,
    "training__tied": [["weights[0]"]],
    "training__frozen": ["biases[1]"],
}
DEEP = {"layers": [2, 7, 7, 1], "activations": ["relu", "tanh", "linear"]}
EXPERIMENTS: dict[str, tuple[Experiment, int]] = {
    "sigmoid": (xor(), 3),
    "deep": (xor(network=DEEP), 3),
    "delta": (xor(network={"layers": [2, 1], "activations": ["linear"]}, training__rule="delta"), 3),
    "none": (xor(training__rule="none"), 0),
    "cross_entropy": (xor(training__loss="cross_entropy"), 3),
    "saturated": (
        xor(training__loss="cross_entropy", training__initializer={"name": "uniform", "low": -90, "high": 90}),
        3,
    ),
    "classes": (Experiment.from_dict({**CLASSES, "training": {"loss": "categorical_cross_entropy"}}), 3),
    "generic": (Experiment.from_dict({**CLASSES, "training": {"loss": "cross_entropy"}}), 3),
    "held back": (xor(**HELD_BACK, training__dropout={"hidden": 0.5, "inputs": 0.3}), 3),
    "batch": (xor(**HELD_BACK, training__mode="batch", training__gradient="mean"), 7),
    "in a batch": (xor(training__mode="batch"), 6),
    "inverse": (xor(training__schedule={"name": "inverse", "half_after": 7}), 5),
    "step": (xor(training__schedule={"name": "step", "every": 2, "factor": 0.5}), 5),
    "exponential": (xor(training__schedule={"name": "exponential", "every": 2, "factor": 0.5}), 5),
    "perceptron": (gate("and"), 3),
    "function": (Experiment.from_dict({"family": "function", "training": {"momentum": 0.5}}), 3),
}


def explained(experiment: Experiment, presentations: int) -> Walk:
    trainer = Trainer(experiment)
    state = trainer.advance(trainer.initial_state(), presentations)
    return walk(trainer.model, state, trainer.trace(state))


def written(found: Walk) -> Iterator[str]:
    for step in found.steps:
        for formula in step.formulas:
            yield from (formula.left, formula.general)
            yield from (*latex_terms(formula.right), *latex_terms(formula.right, 4))
    for line in found.derivation:
        yield from (line.left or "=", *latex_terms(line.right), *latex_terms(line.right, 4))


QUICK = ("sigmoid", "perceptron")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name not in QUICK)) for name in EXPERIMENTS]
)
def test_every_formula_is_typeset(name: str) -> None:
    """One of each shape: other numbers make no other formula."""
    shapes = {re.sub(r"\d+(\.\d+)?", "0", piece): piece for piece in written(explained(*EXPERIMENTS[name]))}
    assert len(shapes) > 8
    assert [piece for piece in shapes.values() if lay_out(piece) is None] == []


def test_the_whole_is_copied_as_latex() -> None:
    found: Any = explained(*EXPERIMENTS["held back"]).latex(3)
    assert found.count(r"\[") == found.count(r"\]") > 20
    assert found.isascii()
