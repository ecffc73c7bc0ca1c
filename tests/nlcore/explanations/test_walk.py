"""A presentation explained: worked by hand, in the lecture's words, and with what was chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nlcore.experiment import Experiment
from nlcore.explanations import Focus, Step, Walk, walk
from nlcore.expressions import latex, text
from nlcore.records import TrainState, read_only
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor
from tests.nlcore.explanations.checking import check


def steps(found: Walk) -> dict[str, Step]:
    return {step.name: step for step in found.steps}


def explained(experiment: Experiment, presentations: int = 0, focus: Focus | None = None) -> Walk:
    return check(Trainer(experiment), presentations, focus)[0]


def state_with(trainer: Trainer, params: list[float]) -> TrainState:
    return replace(trainer.initial_state(), params=read_only(np.array(params)))


def test_one_update_by_hand() -> None:
    """XOR, the example (1, 0) with target 1, learning rate 0.5, by the lecture's rule.

    h_1 has weights -1 (bias), 1, 1 and h_2 has 1, -1, 1, so both net inputs are 0 and both outputs sigma(0) = 0.5.
    The output unit has -1, 1, 1: net = -1 + 0.5 + 0.5 = 0, o = 0.5. The error is 1/2 (1 - 0.5)^2 = 0.125.

    delta_o = o (1 - o)(t - o) = 0.5 * 0.5 * 0.5 = 0.125
    delta_h = o_h (1 - o_h) w_oh delta_o = 0.5 * 0.5 * 1 * 0.125 = 0.03125 for both

    Changes: w_o0: 0.5 * 0.125 = 0.0625; w_oh: 0.5 * 0.125 * 0.5 = 0.03125; w_h0 and w_h,x1: 0.5 * 0.03125 = 0.015625;
    w_h,x2: 0, since x_2 = 0.

    With the new weights both hidden net inputs are 2 * 0.015625 = 0.03125 and, by sigma(z) = 1/2 + z/4 - z^3/48 + ...,
    both outputs 0.507812; the output's net input is -0.9375 + 2 * 1.03125 * 0.507812 = 0.109862, its output 0.527438,
    and the error 1/2 * 0.472562^2 = 0.111657: smaller than before.
    """
    trainer = Trainer(xor(training__momentum=0.0, training__learning_rate=0.5))
    start = state_with(trainer, [1, 1, -1, 1, -1, 1, 1, 1, -1])
    counters = replace(start.counters, presentations=2, position_in_epoch=2)
    state = replace(start, counters=counters)  # the third example is (1, 0)
    found = walk(trainer.model, state, trainer.trace(state))
    values = {(formula.kind, formula.place): formula.value for step in found.steps for formula in step.formulas}
    assert values["net input", ("unit", 1, 0)] == values["net input", ("unit", 1, 1)] == 0.0
    assert values["output", ("unit", 2, 0)] == 0.5
    assert values["loss", ("example",)] == 0.125
    assert values["delta", ("unit", 2, 0)] == 0.125
    assert values["delta", ("unit", 1, 0)] == values["delta", ("unit", 1, 1)] == 0.03125
    changes = {place[1:]: value for (kind, place), value in values.items() if kind == "weight change"}
    assert changes == {
        (1, 0, -1): 0.0625,
        (1, 0, 0): 0.03125,
        (1, 0, 1): 0.03125,
        (0, 0, -1): 0.015625,
        (0, 0, 0): 0.015625,
        (0, 0, 1): 0.0,
        (0, 1, -1): 0.015625,
        (0, 1, 0): 0.015625,
        (0, 1, 1): 0.0,
    }
    assert values["new weight", ("weight", 0, 0, -1)] == -0.984375
    assert values["output after", ("unit", 2, 0)] == pytest.approx(0.527438, abs=1e-6)
    assert values["loss after", ("example",)] == pytest.approx(0.111657, abs=1e-6)
    said = steps(found)
    assert said["hidden deltas"].formulas[0].text(4) == (
        "δ_h1 = o_h1 * (1 - o_h1) * w_o1,h1 * δ_o1 = 0.5 * (1 - 0.5) * 1 * 0.125 = 0.03125"
    )
    assert "its error falls from 0.125 to 0.1117" in said["error after"].sentence


RULES_OF_OUTPUTS = {
    ("squared_error", "sigmoid"): r"\delta_k = o_k (1 - o_k)\, (t_k - o_k)",
    ("squared_error", "tanh"): r"\delta_k = (1 - o_k^2)\, (t_k - o_k)",
    ("squared_error", "linear"): r"\delta_k = t_k - o_k",
    ("squared_error", "relu"): r"\delta_k = [net_k > 0]\, (t_k - o_k)",
    ("squared_error", "softmax"): r"\delta_k = o_k (\varepsilon_k - \sum_i \varepsilon_i\, o_i)",
    ("cross_entropy", "sigmoid"): r"\delta_k = t_k - o_k",
    ("cross_entropy", "softmax"): r"\delta_k = o_k (\varepsilon_k - \sum_i \varepsilon_i\, o_i)",
    ("categorical_cross_entropy", "sigmoid"): r"\delta_k = t_k (1 - o_k)",
    ("categorical_cross_entropy", "softmax"): r"\delta_k = t_k - o_k",
}


@pytest.mark.parametrize(("loss", "unit"), RULES_OF_OUTPUTS)
def test_rules_of_output_units(loss: str, unit: str) -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "iris"},
            "network": {"layers": [4, 3], "activations": [unit]},
            "training": {"loss": loss, "learning_rate": 0.01},
        }
    )
    found = steps(explained(experiment, 4))["output deltas"]
    rules = [formula.general for formula in found.formulas if formula.kind == "delta"]
    assert rules == [RULES_OF_OUTPUTS[loss, unit]] * 3


@pytest.mark.parametrize(
    ("training", "rule"),
    [
        ({"momentum": 0.0}, r"\Delta w_{ji} = \eta\, \delta_j\, x_{ji}"),
        ({"momentum": 0.9}, r"\Delta w_{ji}(n) = \eta\, \delta_j\, x_{ji} + \alpha\, \Delta w_{ji}(n{-}1)"),
        (
            {"momentum": 0.0, "penalty": {"strength": 0.1}},
            r"\Delta w_{ji} = \eta\, \delta_j\, x_{ji} - 2\, \eta\, \gamma\, \frac{1}{|D|}\, w_{ji}",
        ),
        ({"momentum": 0.0, "mode": "batch"}, r"\Delta w_{ji} = \eta\, G_{ji}"),
        (
            {"momentum": 0.0, "mode": "batch", "gradient": "mean", "penalty": {"strength": 0.1}},
            r"\Delta w_{ji} = \eta\, \frac{1}{|B|}\, G_{ji} - 2\, \eta\, \frac{1}{|B|}\, \gamma\, w_{ji}",
        ),
    ],
)
def test_rules_of_weight_changes(training: dict[str, Any], rule: str) -> None:
    experiment = xor(**{f"training__{name}": value for name, value in training.items()})
    found = steps(explained(experiment, 3))["weight changes"]
    assert found.formulas[-1].general == rule


def test_the_lectures_rules_of_hidden_units_and_new_weights() -> None:
    found = steps(explained(xor(), 3))
    rule = r"\delta_h = o_h (1 - o_h)\, \sum_{k \in \text{outputs}} w_{kh}\, \delta_k"
    assert {formula.general for formula in found["hidden deltas"].formulas} == {rule}
    assert {formula.general for formula in found["new weights"].formulas} == {
        r"w_{ji} \leftarrow w_{ji} + \Delta w_{ji}"
    }


def test_large_layers_show_the_chosen_units() -> None:
    network = {"layers": [2, 20, 1], "activations": ["sigmoid", "sigmoid"]}
    found = explained(xor(network=network), 0, Focus(weight=(1, 0, 15), most=4))
    hidden, output = [step for step in found.steps if step.name == "forward"]
    assert {formula.place[2] for formula in hidden.formulas} == {0, 1, 2, 15}
    assert hidden.n_more == 16
    assert "[16 more terms]" in text(output.formulas[0].right)
    kinds = [formula.kind for formula in found.about(("weight", 1, 0, 15))]
    assert kinds == ["weight change", "new weight"]
    assert [formula.kind for formula in found.about(("unit", 1, 15))] == ["net input", "output", "delta"]
    assert found.about(("unit", 1, 16)) == ()
    assert "... and 16 more" in found.text(3)


def test_names_of_two_hidden_layers() -> None:
    network = {"layers": [2, 2, 2, 1], "activations": ["sigmoid", "sigmoid", "sigmoid"]}
    found = explained(xor(network=network))
    forward = [step for step in found.steps if step.name == "forward"]
    assert [step.title for step in forward] == [
        "Forward: hidden layer 1",
        "Forward: hidden layer 2",
        "Forward: the output unit",
    ]
    assert latex(forward[1].formulas[0].right).startswith(
        r"w_{h_{1}^{(2)},0} + w_{h_{1}^{(2)},h_{1}^{(1)}}\, o_{h_{1}^{(1)}}"
    )


class TestPerceptron:
    def test_from_zero_weights_a_right_negative_example_changes_them_too(self) -> None:
        found = steps(explained(gate("and")))
        assert found["decision"].sentence == (
            "All weights are 0, so every example lies on the boundary: y w·x = 0. The rule asks for y w·x ≤ 0, "
            "so the weights change, although the output −1 is already right."
        )
        assert [formula.text(3) for formula in found["weight changes"].formulas] == [
            "Δw_0 = η * y * 1 = 1 * (-1) * 1 = -1",
            "Δw_1 = η * y * x_1 = 1 * (-1) * 0 = 0",
            "Δw_2 = η * y * x_2 = 1 * (-1) * 0 = 0",
        ]

    def test_a_wrong_example_changes_the_weights(self) -> None:
        """After (0, 0) with target -1 the bias is -1; the others have w.x = -1 until (1, 1), whose target is +1."""
        found = explained(gate("and"), 3)
        assert steps(found)["decision"].sentence == (
            "The example is on the wrong side: y w·x = −1 ≤ 0, so the weights change."
        )
        assert steps(found)["decision"].formulas[1].text(3) == "y * net <= 0: 1 * (-1) <= 0, true"
        assert (
            steps(found)["error after"].sentence == "y w·x has gone from −1 to 2: the example is now on the right side."
        )
        assert [line.text(3) for line in found.derivation] == [
            "|x|^2 = 1^2 + 1^2 + 1^2",
            "w'·x = -1 + 1 * 1 * 3",
            "y w'·x = 1 * (-1) + 1 * 1^2 * 3",
            "= 1 * (-1) + 1 * 3",
            "> 1 * (-1)",
        ]

    def test_a_right_example_changes_nothing(self) -> None:
        found = explained(gate("and"), 1)
        assert steps(found)["decision"].sentence == (
            "The example is on the right side: y w·x = 1 > 0, so the weights stay as they are."
        )
        assert found.derivation == ()
        assert {formula.value for formula in steps(found)["weight changes"].formulas} == {0.0}

    def test_several_units(self) -> None:
        experiment = gate(
            "and",
            dataset={"name": "iris", "coding": "minus_plus"},
            network={"layers": [4, 3], "activations": ["threshold"]},
        )
        found = steps(explained(experiment))
        assert "on the wrong side for 3 of 3 units" in found["decision"].sentence


class TestDerivations:
    def test_linear_unit(self) -> None:
        """The lecture's "Gradient Descent": dE/dw_i = (t - o)(-x_i)."""
        experiment = xor(
            network={"layers": [2, 1], "activations": ["linear"]}, training__rule="delta", training__momentum=0
        )
        lines = [line.text() for line in explained(experiment, 2).derivation]
        assert lines == [
            "∂E_d / ∂w_1 = (∂ / ∂w_1) (1 / 2) (t - o)^2",
            "= (1 / 2) * 2 * (t - o) * (∂ / ∂w_1) (t - o)",
            "= (t - o) * (∂ / ∂w_1) (t - w·x)",
            "∂E_d / ∂w_1 = (t - o) * (-x_1)",
            "Δw_1 = -η * ∂E_d / ∂w_1",
            "= η * δ * x_1",
        ]

    def test_sigmoid_unit(self) -> None:
        """The lecture's "Error Gradient for a Sigmoid Unit": dE/dw_i = -(t - o) o (1 - o) x_i."""
        experiment = xor(network={"layers": [2, 1], "activations": ["sigmoid"]}, training__momentum=0)
        lines = [line.text() for line in explained(experiment, 2).derivation]
        assert lines[-6:-2] == [
            "= -(t - o) * ∂o / ∂net * ∂net / ∂w_1",
            "∂o / ∂net = o * (1 - o)",
            "∂net / ∂w_1 = x_1",
            "∂E_d / ∂w_1 = -(t - o) * o * (1 - o) * x_1",
        ]

    def test_hidden_unit(self) -> None:
        found = explained(xor(), 2, Focus(weight=(0, 1, 0)))
        lines = [line.text() for line in found.derivation]
        assert "= (-δ_o1) * w_o1,h2 * o_h2 * (1 - o_h2)" in lines
        assert lines[-1] == "-η ∂E_d / ∂w_h2,x1 = η * δ_h2 * x_1"
        assert found.derivation[-1].reason == "The step down the gradient. Momentum comes on top."

    def test_the_chosen_weight_is_derived(self) -> None:
        bias = explained(xor(), 2, Focus(weight=(1, 0, -1))).derivation
        assert bias[0].left == r"\frac{\partial E_d}{\partial w_{o_{1},0}}"
        of_unit = explained(xor(), 2, Focus(unit=(1, 1))).derivation
        assert of_unit[0].left == r"\frac{\partial E_d}{\partial w_{h_{2},x_{1}}}"
        gone = explained(xor(), 2, Focus(weight=(7, 0, 0))).derivation
        assert gone[0].left == r"\frac{\partial E_d}{\partial w_{h_{1},x_{1}}}"


def test_a_batch_lists_its_contributions() -> None:
    experiment = xor(training__mode="batch", training__momentum=0.0)
    for position in range(4):
        said = steps(explained(experiment, position))
        sums = [formula for formula in said["gradient"].formulas if formula.kind == "batch sum"]
        assert text(sums[0].right).count("δ") == position + 1
        assert ("weight changes" in said) == (position == 3)
    assert said["gradient"].sentence.startswith("This is the last of the 4 examples")
    assert "to which all examples of the batch contributed" in said["error after"].sentence


def test_long_batches_show_some_and_count_the_rest() -> None:
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "iris"},
            "network": {"layers": [4, 3], "activations": ["sigmoid"]},
            "training": {"mode": "batch", "learning_rate": 0.01},
        }
    )
    length = Trainer(experiment).model.epoch_length
    said = steps(explained(experiment, length - 1, Focus(most=3)))
    sums = [formula for formula in said["gradient"].formulas if formula.kind == "batch sum"]
    assert f"[{length - 3} more terms]" in text(sums[0].right)
    assert rf"^{{({length})}}" in latex(sums[0].right)


def test_what_dropout_leaves_out_is_said() -> None:
    network = {"layers": [2, 30, 1], "activations": ["sigmoid", "sigmoid"]}
    found = explained(xor(network=network, training__dropout={"hidden": 0.5}), 3, Focus(most=40))
    said = steps(found)
    hidden = next(step for step in found.steps if step.name == "forward")
    left_out = [formula for formula in hidden.formulas if formula.kind == "seen" and formula.value == 0.0]
    assert f"Dropout leaves {len(left_out)} of these units out" in hidden.sentence
    assert 5 < len(left_out) < 25
    assert all(formula.note == "Left out of this presentation." for formula in left_out)
    assert "The units that dropout left out stay left out." in said["error after"].sentence


def test_settings_are_named_in_the_sentences() -> None:
    said = steps(
        explained(
            xor(
                training__penalty={"strength": 0.1},
                training__weight_decay=0.01,
                training__clip_norm=1e-3,
                training__frozen=["biases[1]"],
                training__tied=[["weights[0]"]],
                training__schedule={"name": "inverse", "half_after": 10},
            ),
            5,
        )
    )
    sentence = said["weight changes"].sentence
    for piece in ("Momentum adds", "The penalty pulls", "is shortened first", "Frozen weights", "Tied weights"):
        assert piece in sentence
    rate = said["weight changes"].formulas[0]
    assert rate.text(4) == "η = η_0 / (1 + n / 10) = 0.5 / (1 + 5 / 10) = 0.3333"
    assert rate.note == "After 5 updates."
    assert said["new weights"].sentence.startswith("Weight decay takes a share")


def test_no_rule_only_looks() -> None:
    found = explained(xor(training__rule="none"), 0)
    assert [step.name for step in found.steps] == ["inputs", "forward", "forward", "error"]
    assert "the weights stay as they are" in found.steps[-1].sentence
    assert found.derivation == ()
