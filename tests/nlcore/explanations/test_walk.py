"""A presentation explained: one step a phase, and formulas that give the engine's numbers."""

import pytest

from nlcore.explanations import Focus, walk
from nlcore.expressions import parse, text
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear", "softmax"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_formulas_give_the_engines_numbers(activation: str, momentum: float) -> None:
    network = {"layers": [2, 3, 2, 1], "activations": [activation, activation, "sigmoid"]}
    trainer = Trainer(xor(network=network, training__momentum=momentum))
    state = trainer.advance(trainer.initial_state(), 5)
    trace = trainer.trace(state)
    found = walk(trainer.model, state, trace)
    assert [step.name for step in found.steps] == [phase.name for phase in trace.phases]
    for step in found.steps:
        for formula in step.formulas:
            assert parse(text(formula.right, 17)) == pytest.approx(formula.value, rel=1e-12, abs=1e-15)


def test_large_layers_show_the_chosen_units() -> None:
    network = {"layers": [2, 20, 1], "activations": ["sigmoid", "sigmoid"]}
    trainer = Trainer(xor(network=network))
    state = trainer.initial_state()
    found = walk(trainer.model, state, trainer.trace(state), Focus(weight=(1, 0, 15), most=4))
    hidden, output = [step for step in found.steps if step.name == "forward"]
    assert {formula.place[2] for formula in hidden.formulas} == {0, 1, 2, 15}
    assert hidden.n_more == 16
    assert "[16 more terms]" in text(output.formulas[0].right)
    assert [formula.kind for formula in found.about(("weight", 1, 0, 15))] == ["weight change", "new weight"]
