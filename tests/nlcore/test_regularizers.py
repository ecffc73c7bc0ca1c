"""Penalty, decay, dropout, clipping, frozen and tied weights: by hand, and different from the run without them."""

from __future__ import annotations

import itertools
import math
from typing import Any, cast

import numpy as np
import pytest

from nlcore import regularizers
from nlcore.errors import ExperimentError
from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.records import Counters, FinishReason, FloatArray, TrainState
from nlcore.regularizers import Options
from nlcore.trainer import Trainer
from tests.nlcore.examples import gate, xor

KERNELS = ("strict", "vectorized")
WAYS = [("incremental", "strict"), ("incremental", "vectorized"), ("mini_batch", "vectorized"), ("batch", "vectorized")]
"""Modes with the kernels that serve them; mini-batches have 3 of the 4 examples, and then the last one."""
SHARES = {"incremental": 1 / 4, "mini_batch": 3 / 4, "batch": 1.0}
"""Part of the training set that the first update sees."""


def line(**changes: Any) -> Experiment:
    """A linear unit on NOR, with weights 0.5, -0.25 and bias 0.125; its first example is (0, 0) with target 1."""
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": "logic_gates", "gate": "nor"},
            "network": {"layers": [2, 1], "activations": ["linear"]},
            "training": {
                "learning_rate": 0.5,
                "initializer": {"name": "values", "values": {"weights[0]": [[0.5, -0.25]], "biases[0]": [0.125]}},
            },
        }
    )
    return experiment.replace({name.replace("__", "."): value for name, value in changes.items()})


def plain_xor(**changes: Any) -> Experiment:
    """XOR without momentum, inputs -1 and 1, so that no input is 0 and every weight of a unit that learns changes."""
    settings = {"training__momentum": 0.0, "dataset__coding": "minus_plus", "dataset__target_coding": "zero_one"}
    return xor(**{**settings, **changes})


def layout_of(trainer: Trainer) -> Layout:
    return cast(FeedforwardModel, trainer.model).layout


def options_of(trainer: Trainer) -> Options:
    found = cast(FeedforwardModel, trainer.model).problem.options
    assert found is not None
    return found


def run(experiment: Experiment, presentations: int, kernel: str | None = None) -> FloatArray:
    trainer = Trainer(experiment, kernel=kernel)
    return trainer.advance(trainer.initial_state(), presentations).params


# --- penalty ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("biases", "bias"), [(True, 0.55), (False, 0.5625)])
def test_one_step_of_the_penalty_by_hand(biases: bool, bias: float, kernel: str) -> None:
    """w' = w - eta (g + 2 gamma w / 4) with eta 0.5, gamma 0.4: every weight loses 0.5 x 0.2 = a tenth of itself.

    The example is (0, 0), o = 0.125, so only the bias has a gradient: 0.125 + 0.5 x 0.875 = 0.5625, less 0.0125.
    """
    experiment = line(training__penalty={"strength": 0.4, "biases": biases})
    assert run(experiment, 1, kernel) == pytest.approx([0.45, -0.225, bias], rel=1e-15)


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_the_first_update_takes_the_penalty_by_its_share_of_the_examples(mode: str, kernel: str) -> None:
    """The difference to the run without it is -eta 2 gamma |B| / |D| w, exactly, because both see the same weights."""
    common = {"training__mode": mode, "training__batch_size": 3, "training__momentum": 0.0}
    n = {"incremental": 1, "mini_batch": 3, "batch": 4}[mode]
    with_it = xor(**common, training__penalty__strength=0.3)
    start = Trainer(with_it).initial_state().params
    difference = run(with_it, n, kernel) - run(xor(**common), n, kernel)
    np.testing.assert_allclose(difference, -0.5 * 2 * 0.3 * SHARES[mode] * start, rtol=1e-12)


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_an_epoch_applies_the_penalty_once(mode: str, kernel: str) -> None:
    """To first order in eta: with a rate of 1e-7 the epoch moves the weights by -2 eta gamma w, in every mode."""
    common = {"training__mode": mode, "training__batch_size": 3, "training__momentum": 0.0}
    common["training__learning_rate"] = 1e-7
    with_it = xor(**common, training__penalty__strength=0.3)
    start = Trainer(with_it).initial_state().params
    difference = run(with_it, 4, kernel) - run(xor(**common), 4, kernel)
    np.testing.assert_allclose(difference / 1e-7, -2 * 0.3 * start, rtol=1e-5)


def test_the_penalty_counts_in_the_loss_of_the_training_set_only() -> None:
    """0.4 x (0.25 + 0.0625 + 0.015625) = 0.13125; without the bias 0.125."""
    losses = []
    for penalty in ({"strength": 0.4}, {"strength": 0.4, "biases": False}, {}):
        trainer = Trainer(line(training__penalty=penalty))
        measured = trainer.evaluate(trainer.initial_state())["training"]
        assert measured is not None
        losses.append(measured.loss)
        assert trainer.measure(trainer.initial_state())[0] == measured.loss
    assert losses[0] - losses[2] == pytest.approx(0.13125, rel=1e-12)
    assert losses[1] - losses[2] == pytest.approx(0.125, rel=1e-12)
    blobs = {"name": "blobs", "n": 20, "validation_fraction": 0.4, "test_fraction": 0.2}
    one, other = (Trainer(xor(dataset=blobs, training__penalty__strength=s)) for s in (0.0, 0.7))
    without, with_it = one.evaluate(one.initial_state()), other.evaluate(other.initial_state())
    assert without["validation"] == with_it["validation"]
    assert without["test"] == with_it["test"]
    assert without["training"] != with_it["training"]


# --- weight decay ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_decay_multiplies_once_an_update(mode: str, kernel: str) -> None:
    """At learning rate 0 nothing else happens: after 8 presentations w (1 - 0.1)^u, with 8, 4 or 2 updates."""
    experiment = xor(
        training__mode=mode, training__batch_size=3, training__learning_rate=0.0, training__weight_decay=0.1
    )
    updates = {"incremental": 8, "mini_batch": 4, "batch": 2}[mode]
    start = Trainer(experiment).initial_state().params
    np.testing.assert_allclose(run(experiment, 8, kernel), start * 0.9**updates, rtol=1e-14)


@pytest.mark.parametrize("kernel", KERNELS)
def test_one_step_of_decay_by_hand(kernel: str) -> None:
    """(0, 0): the bias 0.125 becomes 0.75 x 0.125 + 0.5 x 0.875 = 0.53125, the weights three quarters of themselves."""
    assert run(line(training__weight_decay=0.25), 1, kernel).tolist() == [0.375, -0.1875, 0.53125]


@pytest.mark.parametrize("kernel", KERNELS)
def test_without_momentum_the_penalty_is_a_decay(kernel: str) -> None:
    """lambda = 2 eta gamma / |D| = 2 x 0.5 x 0.04 / 4 = 0.01, over 40 updates of XOR; with momentum it is not."""
    penalty, decay = {"training__penalty__strength": 0.04}, {"training__weight_decay": 0.01}
    one, other = run(plain_xor(**penalty), 40, kernel), run(plain_xor(**decay), 40, kernel)
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    assert np.abs(one - run(plain_xor(), 40, kernel)).max() > 0.01
    moving = {"training__momentum": 0.9}
    apart = run(plain_xor(**penalty, **moving), 40, kernel) - run(plain_xor(**decay, **moving), 40, kernel)
    assert np.abs(apart).max() > 0.01


# --- dropout ---------------------------------------------------------------------------------------------------------


def dropout(hidden: float = 0.0, inputs: float = 0.0, **changes: Any) -> Trainer:
    network = {"layers": [2, 5, 4, 1], "activations": ["tanh", "sigmoid", "sigmoid"]}
    return Trainer(plain_xor(network=network, training__dropout={"hidden": hidden, "inputs": inputs}, **changes))


def masks_of(trainer: Trainer, presentation: int) -> list[list[float]]:
    return regularizers.masks(options_of(trainer), layout_of(trainer), trainer.experiment.seed, presentation)


@pytest.mark.parametrize(("hidden", "inputs"), [(0.5, 0.2), (0.1, 0.0), (0.0, 0.75)])
def test_the_share_of_dropped_units(hidden: float, inputs: float) -> None:
    """Over 4000 presentations each probability is met within 4 standard deviations, and so is the mean factor, 1."""
    trainer = dropout(hidden, inputs)
    found = [masks_of(trainer, presentation) for presentation in range(4000)]
    for layer, p in ((0, inputs), (1, hidden), (2, hidden)):
        factors = np.array([mask[layer] for mask in found])
        n = factors.size
        assert np.mean(factors == 0.0) == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / n))
        assert set(np.unique(factors)) == ({0.0, 1 / (1 - p)} if p else {1.0})
        assert np.mean(factors) == pytest.approx(1.0, abs=4 * math.sqrt(p / (1 - p) / n))


def test_units_are_dropped_independently() -> None:
    """Any two units of all layers are dropped together with probability p^2, within 5 standard deviations."""
    trainer, p, n = dropout(0.5, 0.5), 0.5, 4000
    dropped = np.array([np.concatenate(masks_of(trainer, number)) == 0.0 for number in range(n)])
    for i, j in itertools.combinations(range(dropped.shape[1]), 2):
        together = float(np.mean(dropped[:, i] & dropped[:, j]))
        assert together == pytest.approx(p * p, abs=5 * math.sqrt(p * p * (1 - p * p) / n))
    after = float(np.mean(dropped[:-1] & dropped[1:]))  # nor does a presentation tell of the next one
    assert after == pytest.approx(p * p, abs=5 * math.sqrt(p * p * (1 - p * p) / n))


def test_a_mask_follows_from_seed_and_presentation_alone() -> None:
    one, other = dropout(0.5), dropout(0.5, training__learning_rate=0.01, training__order="shuffled")
    assert [masks_of(one, number) for number in range(20)] == [masks_of(other, number) for number in range(20)]
    seeded = dropout(0.5, seed=6)
    assert [masks_of(one, number) for number in range(20)] != [masks_of(seeded, number) for number in range(20)]
    assert masks_of(one, 0) != masks_of(one, 1)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_dropped_unit_learns_nothing_and_an_output_unit_is_never_dropped(kernel: str) -> None:
    """Presentation after presentation: a weight changes if, and only if, both its ends take part."""
    trainer = Trainer(dropout(0.5, 0.4).experiment, kernel=kernel)
    layout, state = layout_of(trainer), trainer.initial_state()
    n_dropped = 0
    for presentation in range(60):
        after = trainer.advance(state, 1)
        takes_part = [np.array(mask) > 0.0 for mask in masks_of(trainer, presentation)] + [np.array([True])]
        reaches = takes_part[-1]
        for layer in (2, 1, 0):
            changed = layout.block(after.params, f"weights[{layer}]") != layout.block(state.params, f"weights[{layer}]")
            alive = takes_part[layer + 1] & np.any(reaches)
            np.testing.assert_array_equal(changed, np.outer(alive, takes_part[layer]))
            biased = layout.block(after.params, f"biases[{layer}]") != layout.block(state.params, f"biases[{layer}]")
            np.testing.assert_array_equal(biased, alive)
            reaches = alive
            n_dropped += int(np.sum(~takes_part[layer]))
        assert after.params[-1] != state.params[-1]
        state = after
    assert n_dropped > 100


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_what_is_kept_is_scaled_up(mode: str, kernel: str) -> None:
    """A linear unit, inputs dropped with p = 1/2: its step is eta (t - o) m x, o = w0 + sum of w m x; m is 0 or 2."""
    examples = {"dataset__coding": "minus_plus", "dataset__target_coding": "zero_one"}
    experiment = line(**examples, training__dropout__inputs=0.5, training__mode=mode, training__batch_size=3)
    trainer = Trainer(experiment, kernel=kernel)
    data = trainer.model.data
    assert data is not None
    n = {"incremental": 1, "mini_batch": 3, "batch": 4}[mode]
    weights, w0 = np.array([0.5, -0.25]), 0.125
    for number in range(n):
        x = data.training.inputs[number] * np.array(masks_of(trainer, number)[0])
        assert set(np.abs(x)) <= {0.0, 2.0}
        error = float(data.training.targets[number, 0]) - (0.125 + float(np.array([0.5, -0.25]) @ x))
        weights, w0 = weights + 0.5 * error * x, w0 + 0.5 * error
    np.testing.assert_allclose(run(experiment, n, kernel), [*weights, w0], rtol=1e-14)


def test_dropout_is_only_for_training() -> None:
    """Measured between and inside calls of both kernels, a network with dropout is the whole network."""
    whole = dropout()
    for kernel in KERNELS:
        trainer = Trainer(dropout(0.5, 0.5).experiment, kernel=kernel)
        start = trainer.initial_state()
        found = trainer.measured_advance(start, 12, stops=False)
        assert len(found.values) == 3
        for epoch, row in enumerate(found.values, start=1):
            state = trainer.advance(start, 4 * epoch)
            assert trainer.evaluate(state) == whole.evaluate(state)
            np.testing.assert_allclose(row, whole.measure(state), rtol=1e-13)
        assert found.state.params.tobytes() != whole.advance(start, 12).params.tobytes()


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_dropout_does_not_depend_on_how_the_work_is_cut(mode: str, kernel: str) -> None:
    experiment = dropout(0.5, 0.5, training__mode=mode, training__batch_size=3, training__momentum=0.9).experiment
    trainer = Trainer(experiment, kernel=kernel)
    state = trainer.initial_state()
    for part in (1, 2, 5, 1, 7):
        state = trainer.advance(state, part)
    assert state.same_bits(trainer.advance(trainer.initial_state(), 16))


# --- clipping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gradient", ["sum", "mean"])
@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_a_long_gradient_is_shortened_to_the_norm_and_a_short_one_left_alone(
    mode: str, kernel: str, gradient: str
) -> None:
    common: dict[str, Any] = {
        "training__mode": mode, "training__batch_size": 3, "training__gradient": gradient,
        "training__penalty__strength": 0.1,
    }  # fmt: skip
    n = {"incremental": 1, "mini_batch": 3, "batch": 4}[mode]

    def change(**more: Any) -> FloatArray:
        trainer = Trainer(plain_xor(**common, **more), kernel=kernel)
        start = trainer.initial_state()
        return trainer.advance(start, n).params - start.params

    free = change()
    length = float(np.linalg.norm(free)) / 0.5  # of the gradient; the learning rate is 0.5
    clipped = change(training__clip_norm=length / 3)
    assert np.linalg.norm(clipped) == pytest.approx(0.5 * length / 3, rel=1e-12)
    np.testing.assert_allclose(clipped, free / 3, rtol=1e-10, atol=1e-15)
    assert change(training__clip_norm=1.01 * length).tobytes() == free.tobytes()


@pytest.mark.parametrize("kernel", KERNELS)
def test_frozen_weights_do_not_count_in_the_length(kernel: str) -> None:
    frozen = {"training__frozen": ["weights[1]", "biases[1]"]}
    one, other = Trainer(plain_xor(**frozen), kernel=kernel), Trainer(plain_xor(), kernel=kernel)
    start = one.initial_state()
    free = one.advance(start, 1).params - start.params
    length, whole = float(np.linalg.norm(free)) / 0.5, other.advance(start, 1).params - start.params
    assert float(np.linalg.norm(whole)) / 0.5 > 2 * length
    loose = Trainer(plain_xor(**frozen, training__clip_norm=1.01 * length), kernel=kernel)
    assert (loose.advance(start, 1).params - start.params).tobytes() == free.tobytes()


# --- frozen weights --------------------------------------------------------------------------------------------------

BUSY: dict[str, Any] = {
    "training__momentum": 0.9,
    "training__penalty__strength": 0.05,
    "training__weight_decay": 0.01,
    "training__dropout__hidden": 0.3,
    "training__clip_norm": 0.5,
    "training__tied": [["weights[0][0,:]"], ["biases[0]"]],
}
"""Everything else that moves weights."""


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_frozen_weights_never_change_by_a_bit_and_all_others_do(mode: str, kernel: str, busy: bool) -> None:
    frozen = ["weights[0][1,0]", "weights[1][0,1]", "biases[1]"]
    settings = {**(BUSY if busy else {}), "training__mode": mode, "training__batch_size": 3}
    trainer = Trainer(plain_xor(**settings, training__frozen=frozen), kernel=kernel)
    places = np.concatenate([layout_of(trainer).places(pattern, "") for pattern in frozen])
    others = np.setdiff1d(np.arange(trainer.model.n_params), places)
    start = trainer.initial_state()
    state = start
    for _ in range(30):
        state = trainer.advance(state, 4)
        assert state.params[places].tobytes() == start.params[places].tobytes()
        assert not state.velocity[places].any()
    assert np.all(state.params[others] != start.params[others])
    free = Trainer(plain_xor(**settings), kernel=kernel).advance(start, 120)
    assert np.all(free.params[places] != start.params[places])


@pytest.mark.parametrize(("mode", "kernel"), WAYS)
def test_a_weight_that_is_frozen_in_the_middle_does_not_roll_on(mode: str, kernel: str) -> None:
    """Momentum would carry it further; a frozen weight stops at once."""
    common = {"training__mode": mode, "training__batch_size": 3, "training__momentum": 0.9}
    free = Trainer(plain_xor(**common), kernel=kernel)
    moving = free.advance(free.initial_state(), 8)
    assert np.all(moving.velocity != 0.0)
    trainer = Trainer(plain_xor(**common, training__frozen=["weights[0]"]), kernel=kernel)
    places = layout_of(trainer).places("weights[0]", "")
    for n in (4, 8):
        after = trainer.advance(moving, n)
        assert after.params[places].tobytes() == moving.params[places].tobytes()
        assert not after.velocity[places].any()


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_perceptron_whose_weights_are_all_frozen_makes_no_update(kernel: str) -> None:
    """It is wrong on three of the four examples, but nothing is written: so the epoch is one without an update."""
    frozen = {"training__frozen": ["weights[0]", "biases[0]"]}
    trainer = Trainer(gate("and", **frozen), kernel=kernel)
    after = trainer.measured_advance(trainer.initial_state(), 100, stops=True)
    assert after.reason is FinishReason.STOP_RULE
    assert after.state.counters == Counters(4, 0, 1, 0)
    assert not trainer.trace(trainer.initial_state()).updated
    some = Trainer(gate("and", training__frozen=["weights[0]"]), kernel=kernel)
    assert some.advance(some.initial_state(), 1).counters.updates == 1


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_perceptron_rule_leaves_frozen_weights_alone(kernel: str) -> None:
    """AND with a bias that stays 0: only the weights of (1, 1) are pushed, and the run never ends."""
    trainer = Trainer(gate("and", training__frozen=["biases[0]"]), kernel=kernel)
    state = trainer.advance(trainer.initial_state(), 8)
    # (0, 0): y net = 0, an update that changes nothing; (0, 1) and (1, 0) with target -1: y net = 0, pushed away;
    # (1, 1) from (-1, -1): net -2, pushed to (0, 0); and all over again
    assert state.params.tolist() == [0.0, 0.0, 0.0]
    assert trainer.advance(trainer.initial_state(), 7).params.tolist() == [-1.0, -1.0, 0.0]
    assert state.counters.updates == 8
    assert run(gate("and"), 8, kernel).tolist()[2] != 0.0


# --- tied weights ----------------------------------------------------------------------------------------------------

TIES: dict[str, tuple[list[list[str]], list[list[str]]]] = {
    "one pattern ties all its weights": (
        [["weights[0][0,:]"]],
        [["weights[0][0,0]", "weights[0][0,1]"]],
    ),
    "two patterns tie first with first, second with second": (
        [["weights[0][0,:]", "weights[0][1,:]"]],
        [["weights[0][0,0]", "weights[0][1,0]"], ["weights[0][0,1]", "weights[0][1,1]"]],
    ),
    "across layers": (
        [["weights[0][:,1]", "weights[1][0,:]", "biases[0]"]],
        [
            ["weights[0][0,1]", "weights[1][0,0]", "biases[0][0]"],
            ["weights[0][1,1]", "weights[1][0,1]", "biases[0][1]"],
        ],
    ),
}


def place(layout: Layout, pattern: str) -> int:
    (found,) = layout.places(pattern, "").tolist()
    return int(found)


@pytest.mark.parametrize(
    "settings", [{}, {k: v for k, v in BUSY.items() if k != "training__tied"}], ids=["alone", "busy"]
)
@pytest.mark.parametrize(("mode", "kernel"), WAYS)
@pytest.mark.parametrize("name", list(TIES))
def test_tied_weights_become_the_mean_of_what_each_would_have_become(
    name: str, mode: str, kernel: str, settings: dict[str, Any]
) -> None:
    tied, groups = TIES[name]
    common = {**settings, "training__mode": mode, "training__batch_size": 3}
    one, free = (
        Trainer(plain_xor(**common, training__tied=tied), kernel=kernel),
        Trainer(plain_xor(**common), kernel=kernel),
    )
    together = [[place(layout_of(one), pattern) for pattern in group] for group in groups]
    start, drawn = one.initial_state(), free.initial_state().params.copy()
    for group in together:
        assert len(set(drawn[group])) > 1
        drawn[group] = drawn[group].mean()
    np.testing.assert_allclose(start.params, drawn, rtol=1e-15)  # the means of what was drawn
    state = start
    for _ in range(12):
        after, alone = one.advance(state, 1), free.advance(state, 1)
        params, velocity = alone.params.copy(), alone.velocity.copy()
        for group in together:
            params[group], velocity[group] = params[group].mean(), velocity[group].mean()
            assert len(set(after.params[group])) == len(set(after.velocity[group])) == 1
        np.testing.assert_allclose(after.params, params, rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(after.velocity, velocity, rtol=1e-12, atol=1e-15)
        state = after
    flat = [index for group in together for index in group]
    assert np.all(state.params[flat] != start.params[flat])
    apart: TrainState = free.advance(start, 12)
    assert all(len(set(apart.params[group])) > 1 for group in together)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"training__frozen": ["weights[0]"], "training__tied": [["weights[0][0,:]"]]},
            "training.tied: a tied weight is also in training.frozen",
        ),
        (
            {"training__tied": [["weights[0][0,:]"], ["weights[0][:,0]"]]},
            "training.tied: a weight can belong to one group only",
        ),
        ({"training__tied": [["biases[0][0]", "biases[0]"]]}, "must have equally many weights, but biases[0][0] has 1"),
        ({"training__tied": [["weights[0]", "biases[0]"]]}, "weights[0] has 4, biases[0] has 2"),
        ({"training__tied": [["weights"]]}, "training.tied: 'weights' names no weights"),
        ({"training__frozen": ["weights[2]"]}, "training.frozen: no parameters are called 'weights[2]'"),
        ({"training__frozen": ["weights[0][2,:]"]}, "training.frozen: 'weights[0][2,:]' is outside weights[0]"),
        ({"training__frozen": ["biases[0][0,0]"]}, "training.frozen: 'biases[0][0,0]' does not fit biases[0]"),
        ({"training__frozen": ["weights[0][-1,0]"]}, "training.frozen: 'weights[0][-1,0]' names no weights"),
    ],
)
def test_patterns_that_cannot_be_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Trainer(xor(**changes))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"training__penalty__strength": 0.1},
        {"training__weight_decay": 0.1},
        {"training__dropout__inputs": 0.1},
        {"training__clip_norm": 1.0},
        {"training__tied": [["weights[0]"]]},
    ],
)
def test_the_perceptron_rule_refuses_what_belongs_to_gradient_descent(changes: dict[str, Any]) -> None:
    name = next(iter(changes)).split("__")[1]
    with pytest.raises(ExperimentError, match=f"training.{name}: belongs to gradient descent"):
        Trainer(gate("and", **changes))


def test_an_experiment_without_any_of_it_takes_the_plain_loop() -> None:
    assert cast(FeedforwardModel, Trainer(xor()).model).problem.options is None
    assert cast(FeedforwardModel, Trainer(xor(training__frozen=["biases[0]"])).model).problem.options is not None
